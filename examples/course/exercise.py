"""Exercise sheets: a figure with blanks for its gradients, and a second sheet with the solutions.

Both are made from the SVG of one graph, so a sheet and its solutions cannot disagree.
"""

import re
import xml.etree.ElementTree as ElementTree
from html import escape

SVG = "{http://www.w3.org/2000/svg}"
ASKED = {"gradient", "gradient-cell", "weight-gradient", "updated-weight"}
ARRIVING = {"gradient", "gradient-cell"}
AUTOMATIC = re.compile(r"v\d+")  # nobody can tell on paper which of them is which
LECTURER = "lecturer"  # the folder of what is not handed out
LARGEST = 60  # blanks; nobody fills in more

WORDS = {
    "en": {
        "exercise": "Exercise",
        "solution": "Solution",
        "task": "The forward values are given, and the gradient that arrives at the result. Go "
        "backwards from there and fill in the others.",
    },
    "ko": {
        "exercise": "연습 문제",
        "solution": "정답",
        "task": "순전파 값과 결과에 도착한 기울기는 주어져 있습니다. 거기서부터 거슬러 가며 나머지 "
        "기울기를 채우세요.",
    },
}

PAGE = """\
<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4 landscape; margin: 15mm; }}
body {{ font: 16px/1.5 Helvetica, Arial, "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic",
  "Apple SD Gothic Neo", NanumGothic, sans-serif; color: #1f2933; margin: 2rem auto;
  max-width: 70rem; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }}
svg {{ max-width: 100%; height: auto; }}
ol {{ columns: 3; list-style: none; padding: 0; }}
li {{ padding: .3rem 0; break-inside: avoid; }}
.line {{ display: inline-block; border-bottom: 1px solid #52606d; width: 8rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
{task}
{figure}
<ol>
{entries}
</ol>
</body>
</html>
"""


def save_exercise(base, figure, lang, title):
    """Write the sheet of a figure of `viz`, and its solutions where the lecturer keeps them.

    Args:
        base: Where the sheet goes, `<base>.exercise.html`; its solutions go to
            `lecturer/<folder of base>/<base>.solution.html` beside that folder.
        figure: What is asked about.
        lang: "en" or "ko".
        title: Of the sheet.

    Returns:
        The two paths; none for a figure without gradients, with too many for a sheet, or with
        results that have no name.
    """
    full = figure.svg()
    blank, answers = blanked(full)
    if not 0 < len(answers) <= LARGEST or any(AUTOMATIC.fullmatch(name) for name, _ in answers):
        return []
    words = WORDS[lang]
    asked = [
        f'<li>({number}) {escape(name)}: <span class="line"></span></li>'
        for number, (name, _) in enumerate(answers, start=1)
    ]
    answered = [
        f"<li>({number}) {escape(name)}: <b>{escape(answer)}</b></li>"
        for number, (name, answer) in enumerate(answers, start=1)
    ]
    written = []
    keep = base.parent.parent / LECTURER / base.parent.name
    keep.mkdir(parents=True, exist_ok=True)
    for kind, folder, task, drawing, entries in (
        ("exercise", base.parent, f"<p>{words['task']}</p>", blank, asked),
        ("solution", keep, "", full, answered),
    ):
        path = folder / f"{base.name}.{kind}.html"
        heading = escape(f"{words[kind]}: {title}")
        path.write_text(
            PAGE.format(
                lang=lang, title=heading, task=task, figure=drawing, entries="\n".join(entries)
            ),
            "utf-8",
        )
        written.append(path)
    return written


def blanked(svg):
    """A figure with numbered blanks for its gradients.

    Args:
        svg: The figure, as `viz` writes it.

    Returns:
        The SVG with blanks, and name and answer of each blank in the order of their numbers.
    """
    ElementTree.register_namespace("", SVG[1:-1])
    root = ElementTree.fromstring(svg)
    answers = []
    weights = 0
    passed_on = {group.get("data-source") for group in root.iter(f"{SVG}g")}
    for group in root.iter(f"{SVG}g"):
        if "data-node" not in group.attrib:
            continue
        # What arrives at a result cannot be known: it is where one begins.
        asked = ASKED if group.get("data-node") in passed_on else ASKED - ARRIVING
        title = group.find(f"{SVG}title")
        name = re.split(r" \(| = |;", title.text)[0] if title is not None else ""
        told = name
        for text in group.iter(f"{SVG}text"):
            role = text.get("class")
            if role == "weight":  # its gradient follows
                weights += 1
                told = text.text.split(" = ")[0] if " = " in text.text else f"w{weights}"
                told = f"{told} ({name})" if told == "b" else told
            if role in asked and text.text:
                number = len(answers) + 1
                before, answer = _parted(text.text.strip())
                after_step = " →" if before.startswith("→") else ""
                answers.append((told + after_step, answer))
                text.text = f"{before}({number})"
    for parent in list(root.iter()):  # what would give the answers away
        for child in list(parent):
            spoken = child.tag in (f"{SVG}title", f"{SVG}desc")
            if spoken or child.get("class") == "chain":
                parent.remove(child)
    return ElementTree.tostring(root, encoding="unicode"), answers


def _parted(written):
    """What stays of a text, such as `∂e/∂a = `, and what is asked for."""
    if written.startswith("→ "):
        return "→ ", written[2:]
    if written.startswith("∂") and " = " in written:
        before, answer = written.split(" = ", 1)
        return f"{before} = ", answer
    return "", written
