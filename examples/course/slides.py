"""A lesson as slides: one offline page of 16:9, for the arrow keys or to be printed to PDF."""

import re
from html import escape

from examples.course.pages import WORDS, rendered
from examples.course.record import Shown

STYLE = """\
* { box-sizing: border-box; }
body { margin: 0; background: #222; color: #1f2933; word-break: keep-all;
  font: 30px/1.45 Helvetica, Arial, "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic",
  "Apple SD Gothic Neo", NanumGothic, sans-serif; }
section { width: 1280px; height: 720px; margin: 0 auto; padding: 48px 72px; background: #fff;
  overflow: hidden; display: flex; flex-direction: column; justify-content: center; }
section + section { margin-top: 24px; }
h1 { font-size: 60px; line-height: 1.2; margin: 0 0 .5em; }
h2 { font-size: 46px; line-height: 1.2; margin: 0 0 .6em; }
p, ul, ol { margin: 0 0 .6em; }
code { background: #f0f3f6; padding: 0 .25em; font-size: .85em; }
img { max-width: 100%; max-height: 540px; margin: 0 auto; }
section > img:only-child { width: 100%; height: 100%; max-height: 100%; object-fit: contain; }
pre { background: #f0f3f6; padding: .6em; font-size: 22px; line-height: 1.4; overflow: hidden; }
.caption { text-align: center; font-size: 26px; color: #52606d; margin: .8em 0 0; }
.question { background: #fdf7e3; border-left: 12px solid #d9a400; font-size: 38px; padding: 1em; }
table { border-collapse: collapse; font-size: 26px; }
th, td { border-bottom: 1px solid #d9e0e7; padding: .2em 1em .2em 0; text-align: left; }
a { color: #2b5c8a; }
body.one section { margin: 0; display: none; }
body.one section.now { display: flex; }
body.one { zoom: var(--fit, 1); }
@page { size: 1280px 720px; margin: 0; }
@media print { body { background: #fff; } section { break-after: page; margin: 0 !important; } }
"""

SCRIPT = """\
const slides = [...document.querySelectorAll("section")];
let now = Math.max(0, Math.min(slides.length - 1, Number(location.hash.slice(1)) - 1 || 0));
function show() {
  slides.forEach((slide, place) => slide.classList.toggle("now", place === now));
  const fit = Math.min(innerWidth / 1280, innerHeight / 720);
  document.body.style.setProperty("--fit", fit);
  history.replaceState(null, "", "#" + (now + 1));
}
function go(by) { now = Math.max(0, Math.min(slides.length - 1, now + by)); show(); }
document.body.classList.add("one");
addEventListener("keydown", event => {
  if (["ArrowRight", "PageDown", " ", "Enter"].includes(event.key)) go(1);
  else if (["ArrowLeft", "PageUp", "Backspace"].includes(event.key)) go(-1);
  else if (event.key === "Home") go(-slides.length);
  else if (event.key === "End") go(slides.length);
  else return;
  event.preventDefault();
});
addEventListener("click", event => { if (!event.target.closest("a")) go(1); });
addEventListener("resize", show);
show();
"""


def slides_page(record):
    """The slides of a lesson that has run: goals, headings, questions, figures, summary.

    A question stands on a slide of its own before the figures that answer it; behind a figure come
    its steps, one on each slide.
    """
    words = WORDS[record.lang]
    slides = []
    for piece in record.pieces:
        text = piece.section.texts.get(record.lang, "")
        if piece.section.asks:
            slides.append(f'<div class="question">{rendered(text.lstrip("> "))}</div>')
        elif text:
            slides += _of_text(text, piece.section.needs is not None)
        elif piece.section.exercise is not None:
            task = rendered(piece.section.exercise.texts[record.lang])
            slides.append(f"{task}<pre>{escape(piece.code)}</pre>")
        for each in piece.outputs:
            if isinstance(each, Shown):
                slides += _of_figure(each, words)
    body = "\n".join(f"<section>{slide}</section>" for slide in slides)
    return f"""<!DOCTYPE html>
<html lang="{record.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(record.title)}</title>
<style>
{STYLE}</style>
</head>
<body>
{body}
<script>
{SCRIPT}</script>
</body>
</html>
"""


def _of_text(text, begins):
    """The slides of one text: its title or heading with what follows it at once."""
    if begins:  # the goals; the story is told
        goals = re.search(r"(?ms)^(\S[^\n]*\n\n(?:- .*?))(?=\n\n|\Z)", text)
        return [rendered(goals[1])] if goals else []
    slides = []
    for part in re.split(r"(?m)^(?=#)", text):
        if not part.strip() or "```" in part:
            continue
        if part.startswith("# "):
            slides.append(rendered(part))
            continue
        blocks = part.strip().split("\n\n")
        if not blocks[0].startswith("#"):
            continue
        kept = [blocks[0]]
        for block in blocks[1:]:
            if sum(map(len, kept)) + len(block) > 420 and len(kept) > 1:
                break
            kept.append(block)
        slides.append(rendered("\n\n".join(kept)))
    return slides


def _of_figure(shown, words):
    """The slide of a figure, and one of each of its steps."""
    caption = escape(shown.caption)
    steps = shown.file("html")
    if steps is not None:
        caption += f' · <a href="{steps.name}">{words["steps"]}</a>'
    image = f'<img src="{shown.files[0].name}" alt="{escape(shown.caption)}">'
    frames = [f'<img loading="lazy" src="frames/{each.name}" alt="">' for each in shown.frames()]
    return [f'{image}<p class="caption">{caption}</p>', *frames]
