"""One offline HTML file in which a figure is stepped through."""

from __future__ import annotations

import json
from html import escape

from viz.model import Model
from viz.player import SCRIPT, STYLE
from viz.svg import FONTS
from viz.words import WORDS

_USED = (
    "phase_build", "phase_forward", "phase_seed", "phase_backward", "phase_sum", "play", "pause",
    "check", "reveal", "right", "wrong",
)  # fmt: skip


def write_page(model: Model, svg: str) -> str:
    """Write the page.

    Args:
        model: The figure, whose story is told.
        svg: The same as SVG.

    Returns:
        A complete HTML document that loads nothing from anywhere.
    """
    words = WORDS[model.lang]
    story = {
        "steps": [
            {
                "phase": step.phase,
                "words": step.words,
                "shown": step.shown,
                "wires": step.wires,
                "questions": [
                    {"words": q.words, "answer": q.answer, "written": q.written}
                    for q in step.questions
                ],
            }
            for step in model.story
        ],
        "names": [node.label.title for node in model.nodes],
        "leaves": sum(not node.inlets for node in model.nodes),
        "words": {name: words[name] for name in _USED},
    }
    # In a script element only "</" could end the data, and "<!--" would change how it is read.
    data = json.dumps(story, ensure_ascii=False).replace("<", "\\u003c")
    title = escape(model.title)
    buttons = "".join(
        f'<button type="button" id="{name}" title="{words[name]}" aria-label="{words[name]}">'
        f"{sign}</button>"
        for name, sign in (("first", "|◀"), ("back", "◀"), ("next", "▶"), ("last", "▶|"))
    )
    return f"""<!DOCTYPE html>
<html lang="{model.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
{STYLE.replace("FONTS", FONTS)}</style>
</head>
<body>
<header>
{buttons}<button type="button" id="play">{words["play"]}</button>
<input type="range" id="scrub" min="0" value="0" aria-label="{words["step"]}">
<output id="count"></output> <span id="phase"></span>
<label><input type="checkbox" id="predict"> {words["predict"]}</label>
<label><input type="checkbox" id="blanks"> {words["blanks"]}</label>
</header>
<div id="words" aria-live="polite"></div>
<div id="ask"></div>
<div id="figure">
{svg}</div>
<p class="keys">{words["keys"]}</p>
<details open><summary>{words["log"]}</summary><ol id="log" role="log"></ol></details>
<section id="sheet" hidden><h2>{words["solutions"]}</h2><ol id="solutions"></ol></section>
<script type="application/json" id="story">{data}</script>
<script>{SCRIPT}</script>
</body>
</html>
"""
