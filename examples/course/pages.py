"""The course as static pages: one per lesson and language, and an index; nothing is loaded."""

import math
import re
from html import escape

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from examples.course import formulas
from examples.course.record import Shown
from examples.course.tasks import KINDS, tasks

MARKDOWN = MarkdownIt("commonmark").enable("table")
FORMATTER = HtmlFormatter(style="friendly")

WORDS = {
    "en": {
        "language": "English",
        "contents": "Contents",
        "lesson": "Lesson",
        "slides": "Slides",
        "notebook": "Notebook",
        "text": "Plain text",
        "steps": "step by step",
        "exercise": "exercise",
        "plot": "Code of the plot",
        "check": "Check it in the notebook, or with <code>python -m examples.course.check {task} "
        "{task}.py</code>.",
        "answer": "Show the answer",
        "try": "Try it",
        "previous": "Previous",
        "next": "Next",
    },
    "ko": {
        "language": "한국어",
        "contents": "차례",
        "lesson": "강의",
        "slides": "슬라이드",
        "notebook": "노트북",
        "text": "텍스트",
        "steps": "단계별로 보기",
        "exercise": "연습 문제",
        "plot": "그래프를 그리는 코드",
        "check": "노트북에서, 또는 <code>python -m examples.course.check {task} {task}.py --lang "
        "ko</code>로 채점합니다.",
        "answer": "답 보기",
        "try": "직접 해 보기",
        "previous": "이전",
        "next": "다음",
    },
}

# Pages of `viz.lecture` that compute what one types, and the lessons where they are wanted.
ANSWERING = {
    "playground": {"en": "a playground of backpropagation", "ko": "역전파 놀이터"},
    "drill": {"en": "a drill of the chain rule", "ko": "연쇄 법칙 연습"},
    "activation": {"en": "an activation and its slope", "ko": "활성화 함수와 기울기"},
    "descent": {"en": "descent on a surface", "ko": "곡면 위의 경사 하강"},
}
WANTED = {
    "backpropagation": ("playground", "drill"),
    "activations": ("activation",),
    "optimizers": ("descent",),
}

STYLE = """\
:root { color-scheme: light; --ink: #1f2933; --soft: #52606d; --line: #d9e0e7; --link: #2b5c8a; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 17px/1.65 Helvetica, Arial,
  "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo", NanumGothic,
  sans-serif; word-break: keep-all; overflow-wrap: anywhere; }
main { max-width: 55rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
main.wide { max-width: 68rem; }
h1 { font-size: 2rem; line-height: 1.25; margin: 1.2rem 0; }
h2 { font-size: 1.35rem; margin: 2.6rem 0 .6rem; }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; font-size: .95rem; color: var(--soft); }
pre, code { font-family: "DejaVu Sans Mono", Consolas, Menlo, "Noto Sans Mono CJK KR", monospace; }
code { background: #f0f3f6; padding: .1em .3em; border-radius: 3px; font-size: .9em; }
pre { margin: .8rem 0; padding: .8rem 1rem; overflow-x: auto; font-size: 14px; line-height: 1.5;
  border-radius: 6px; word-break: normal; overflow-wrap: normal; }
.highlight pre { background: #f5f7f9; border: 1px solid var(--line); }
pre.output { background: #fff; border-left: 4px solid #9fb3c8; border-radius: 0; }
figure { margin: 1.4rem 0; }
figure .drawing { display: block; overflow-x: auto; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.exercise { border-left: 4px solid #2b5c8a; padding: .1rem 1rem; margin: 1.2rem 0; }
figcaption { text-align: center; color: var(--soft); font-size: .92rem; margin-top: .4rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .9rem .35rem 0; text-align: left;
  vertical-align: top; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2.5rem; }
.pair ul { padding-left: 1.1rem; margin: .3rem 0; font-size: .95rem; }
.pair h2 { margin-top: 1.8rem; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--link); padding: .6rem 0; }
blockquote { margin: 1.2rem 0; padding: .2rem 1rem; border-left: 4px solid #d9a400;
  background: #fdf7e3; }
@media (max-width: 46rem) { .pair { grid-template-columns: 1fr; } }
@media print { nav { display: none; } }
"""


def rendered(text):
    """A text of Markdown, its formulas typeset."""
    return MARKDOWN.render(formulas.for_page(text))


def page(lang, title, body, wide=False):
    """A whole document."""
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{STYLE}{FORMATTER.get_style_defs(".highlight")}
</style>
</head>
<body>
<main{' class="wide"' if wide else ""}>
{body}
</main>
</body>
</html>
"""


def lesson_page(records, position, langs=("en", "ko")):
    """The page of one lesson among the records of one language, with a link to the other."""
    record = records[position]
    lang, words = record.lang, WORDS[record.lang]
    parts = [_navigation(records, position, langs), *answering(WANTED.get(record.name, ()), lang)]
    asked = False
    for piece in record.pieces:
        if piece.section.texts:
            parts.append(_linked(rendered(piece.section.texts[lang]), records))
            asked = piece.section.asks
            continue
        parts.append(_code(piece, record, words))
        shown = [
            _figure(each, words)
            if isinstance(each, Shown)
            else f'<pre class="output">{escape(each.strip())}</pre>'
            for each in piece.outputs
            if isinstance(each, Shown) or each.strip()
        ]
        if asked and shown:  # the answer to a question waits for the reader
            shown = [f"<details><summary>{words['answer']}</summary>", *shown, "</details>"]
        parts += shown
        asked = False
    parts.append(_navigation(records, position, langs))
    return page(lang, record.title, "\n".join(parts))


def answering(names, lang, folder="../pages/"):
    """A paragraph with links to pages that compute what one types; nothing without any."""
    links = " · ".join(
        f'<a href="{folder}{name}.{lang}.html">{ANSWERING[name][lang]}</a>' for name in names
    )
    return [f"<p>{WORDS[lang]['try']}: {links}</p>"] if links else []


def _code(piece, record, words):
    """A piece of code; an exercise with its text and how it is checked; a plot's is folded."""
    code = highlight(piece.code, PythonLexer(), FORMATTER)
    if piece.section.plots:
        return f"<details><summary>{words['plot']}</summary>{code}</details>"
    if piece.section.exercise is None:
        return code
    task = rendered(piece.section.exercise.texts[record.lang])
    how = words["check"].format(task=record.name)
    return f'<section class="exercise">{task}{code}<p>{how}</p></section>'


def _linked(html, records):
    """Names of lessons that are built in the same language become links to them."""
    for each in records:
        address = f'<a href="../{each.name}/index.{each.lang}.html">{escape(each.title)}</a>'
        html = html.replace(f"<code>{each.name}</code>", address)
    return html


def _navigation(records, position, langs):
    record = records[position]
    words = WORDS[record.lang]
    other = "ko" if record.lang == "en" else "en"
    links = [
        f'<a href="../index.html">{words["contents"]}</a>',
        f'<a href="slides.{record.lang}.html">{words["slides"]}</a>',
        f'<a href="{record.name}.{record.lang}.ipynb">{words["notebook"]}</a>',
    ]
    if other in langs:
        language = WORDS[other]["language"]
        links.insert(1, f'<a href="index.{other}.html" lang="{other}">{language}</a>')
    for step, word in ((-1, "previous"), (1, "next")):
        if 0 <= position + step < len(records):
            near = records[position + step]
            address = f"../{near.name}/index.{near.lang}.html"
            links.append(f'<a href="{address}">{words[word]}: {escape(near.title)}</a>')
    return f"<nav>{' '.join(links)}</nav>"


def _figure(shown, words):
    links = _links(shown, words, "")
    caption = " · ".join(filter(None, [escape(shown.caption), *links]))
    drawing = shown.files[0]
    image = (
        f'<img src="{drawing.name}" alt="{escape(shown.caption)}" style="min-width: '
        f'{least_width(drawing.read_text("utf-8"))}px">'
    )
    return (
        f'<figure><a class="drawing" href="{drawing.name}">{image}</a>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def least_width(svg):
    """The width below which the smallest letters of a drawing are under 10 pixels; 0 without."""
    sizes = re.findall(r'font-size="([\d.]+)"', svg)
    width = re.search(r' width="([\d.]+)"', svg)
    return math.ceil(float(width[1]) * 10 / min(map(float, sizes))) if sizes and width else 0


def _links(shown, words, folder):
    """To the other files of a figure."""
    return [
        f'<a href="{folder}{file.name}">{words[word]}</a>'
        for kind, word in (("html", "steps"), ("exercise.html", "exercise"))
        if (file := shown.file(kind)) is not None
    ]


TASKS = {
    "en": {
        "lessons": "Exercises of the lessons",
        "track": "Build the engine yourself", "puzzles": "Puzzles", "script": "script",
        "how": "Fill in the blanks and check yourself: in the notebook, or with "
        "<code>python -m examples.course.check diamond s05_diamond.py</code>.",
    },
    "ko": {
        "lessons": "강의별 연습 문제",
        "track": "엔진 직접 만들기", "puzzles": "퍼즐", "script": "스크립트",
        "how": "빈칸을 채우고 직접 채점해 보세요. 노트북에서, 또는 <code>python -m "
        "examples.course.check diamond s05_diamond.py --lang ko</code>로 채점합니다.",
    },
}  # fmt: skip


def _tasks(lang, lessons):
    """What students fill in, in one language: scripts and notebooks; of lessons, those built."""
    words = TASKS[lang]
    parts = []
    for kind in KINDS:
        items = "".join(
            f"<li>{escape(task.title(lang))}: "
            f'<a href="students/{kind}/{lang}/{task.name}.ipynb">{WORDS[lang]["notebook"]}</a> · '
            f'<a href="students/{kind}/{lang}/{task.name}.py">{words["script"]}</a></li>'
            for task in tasks(kind)
            if kind != "lessons" or task.name in lessons
        )
        parts.append(f"<h2>{words[kind]}</h2><ul>{items}</ul>")
    return f'<div lang="{lang}">{"".join(parts)}<p>{words["how"]}</p></div>'


COURSE = {
    "en": ("Deep learning, step by step", "Every lesson is a program that runs: read it, change "
           "it, draw it. Graphs can be played step by step; the exercise sheets can be printed."),
    "ko": ("한 걸음씩 배우는 딥러닝", "모든 강의는 실행되는 프로그램입니다. 읽고, 고치고, 그려 "
           "보세요. 계산 그래프는 한 단계씩 볼 수 있고, 연습 문제는 인쇄할 수 있습니다."),
}  # fmt: skip


def index_page(records):
    """The index, side by side where there are both languages.

    Args:
        records: Lists by language, in the order of the lessons.
    """
    rows = []
    for number, pair in enumerate(zip(*records.values(), strict=True), start=1):
        columns = []
        for record in pair:
            words, folder = WORDS[record.lang], f"{record.name}/"
            base = f"{folder}{record.name}.{record.lang}"
            entries = [
                f'<a href="{folder}slides.{record.lang}.html">{words["slides"]}</a> · '
                f'<a href="{base}.ipynb">{words["notebook"]}</a> · '
                f'<a href="{base}.txt">{words["text"]}</a>'
            ]
            for shown in record.figures():
                links = _links(shown, words, folder)
                if links:
                    entries.append(f"{escape(shown.caption)}: {', '.join(links)}")
            items = "".join(f"<li>{each}</li>" for each in entries)
            columns.append(
                f'<div lang="{record.lang}"><h2>{number}. '
                f'<a href="{folder}index.{record.lang}.html">{escape(record.title)}</a></h2>'
                f"<ul>{items}</ul></div>"
            )
        rows.append(f'<section class="pair">{"".join(columns)}</section>')
    built = {record.name for record in next(iter(records.values()))}
    exercises = "".join(_tasks(lang, built) for lang in records)
    rows.append(f'<section class="pair">{exercises}</section>')
    headings = "".join(
        f'<div lang="{lang}"><h1>{COURSE[lang][0]}</h1><p>{COURSE[lang][1]}</p>'
        f"{answering(ANSWERING, lang, 'pages/')[0]}</div>"
        for lang in records
    )
    heading = f'<section class="pair">{headings}</section>'
    first = next(iter(records))
    return page(first, COURSE[first][0], "\n".join([heading, *rows]), wide=True)
