"""One offline HTML file in which a figure is stepped through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from viz.looks.figure_model import Model
from viz.records import Live
from viz.words import WORDS
from viz.writing.outline import outline_section
from viz.writing.page_assets import button, icon, script, style_sheet

_USED = (
    "phase_build", "phase_forward", "phase_seed", "phase_backward", "phase_sum", "phase_update",
    "play", "pause", "check", "reveal", "right", "wrong", "answer_array", "reset", "about", "from",
    "used_by", "not_found", "sheet", "forward", "backward", "train", "rate", "trained", "chosen",
)  # fmt: skip

HEADER = 400  # pixels above and below a figure, more or less


def write_page(model: Model, svg: str, step: int = 1) -> str:
    """Write the page.

    Args:
        model: The figure, whose story is told.
        svg: The same as SVG.
        step: The step at which it opens.

    Returns:
        A complete HTML document that loads nothing from anywhere.
    """
    words = WORDS[model.lang]
    live = isinstance(model.live, Live)
    data = _as_script_data({**_data(model), "step": step})
    signs = (
        (("first", "|◀"), ("back", "◀"), ("next", "▶"), ("last", "▶|")),
        (
            ("smaller", "−"),
            ("larger", "+"),
            *((name, icon(name)) for name in ("whole", "dark", "present")),
        ),
    )
    steps, looks = ("".join(_button(name, sign, words) for name, sign in row) for row in signs)
    levels = "".join(
        f'<option value="{level}">{words[f"level_{level}"]}</option>' for level in (1, 2, 3)
    ).replace('"2"', '"2" selected')
    return f"""<!DOCTYPE html>
<html lang="{model.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>{escape(model.title)}</title>
<style>
{style_sheet()}</style>
</head>
<body>
<header id="head">
<div id="controls">
{steps}<button type="button" id="play">{words["play"]}</button>
<output id="count"></output>
<input type="range" id="scrub" min="0" value="0" aria-label="{words["step"]}">
{looks}
</div>
<nav id="chapters" aria-label="{words["chapters"]}"><button type="button" id="skip" hidden>\
{words["skip"]}</button></nav>
<div id="ask"></div>
<div id="words" aria-live="polite"><b id="phase"></b><span id="said"></span></div>
</header>
<div id="figure" tabindex="0" role="group" aria-label="{words["figure"]}">
{svg}</div>
<p id="line" hidden></p>
<div id="about" role="region" aria-live="polite" aria-label="{words["inspected"]}"></div>
{outline_section(model)}<div id="tools">
<label><input type="checkbox" id="predict"> {words["predict"]}</label>
<label><input type="checkbox" id="blanks"> {words["blanks"]}</label>
<label>{words["find"]} <input type="search" id="find" list="names" autocomplete="off"></label>
<output id="found"></output><datalist id="names"></datalist>
<button type="button" id="print" hidden>{words["print"]}</button>
</div>
<fieldset id="choice" hidden><legend>{words["sheet_choice"]}</legend>
<label>{words["amount"]} <input type="number" id="amount" min="8" max="15" value="12"></label>
<label>{words["level"]} <select id="level">{levels}</select></label>
<label>{words["sheet_seed"]} <input type="number" id="seed" min="1" value="1"></label>
<button type="button" id="another">{words["another"]}</button></fieldset>
<p class="hint">{words["keys"]}</p>
{_change(model)}{_checks(model)}<details open><summary>{words["log"]}</summary>
<ol id="log" role="log" aria-live="off"></ol></details>
<section id="sheet" hidden><h2>{words["solutions"]}</h2><ol id="solutions"></ol></section>
<script type="application/json" id="story">{data}</script>
<script>{script(live, bool(model.outline))}</script>
</body>
</html>
"""


def _button(name: str, sign: str, words: Mapping[str, str]) -> str:
    """A button with a sign on it, which is called by a word."""
    return button(name, sign, f'title="{words[name]}" aria-label="{words[name]}"')


def _data(model: Model) -> dict[str, Any]:
    words = WORDS[model.lang]
    used = {name: words[name] for name in _USED}
    used["no_change_passes"] = words["no_change"].format(reason=words["no_change_passes"])
    data: dict[str, Any] = {
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
        "leaf": [not node.inlets for node in model.nodes],
        "products": [product.data() for product in model.products],
        "words": used,
    }
    if isinstance(model.live, Live):
        data["live"] = model.live.data()
    return data


def _as_script_data(data: dict[str, Any]) -> str:
    """JSON for a script element: only "</" could end it, and "<!--" change how it is read."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _change(model: Model) -> str:
    """A field for every leaf, filled by the script, or why there is none."""
    words = WORDS[model.lang]
    if isinstance(model.live, Live):
        return (
            f'<details id="change"><summary>{words["change"]}</summary>'
            f'<p class="hint">{words["change_hint"]}</p><fieldset id="leaves"></fieldset>'
            "</details>\n"
        )
    return f'<p class="hint">{escape(model.live.words(words))}</p>\n' if model.live else ""


def _checks(model: Model) -> str:
    """Every gradient beside what finite differences say it is; a row shows when its step came."""
    words = WORDS[model.lang]
    rows = "".join(
        f'<tr data-of="{check.node}"><th scope="row">{escape(check.name)}</th>'
        f"<td>{escape(check.written)}</td><td>{escape(written)}</td></tr>\n"
        for check in model.checks
        if (written := check.written_difference())
    )
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{words[key]}</th>' for key in ("name", "grad", "difference"))
    return (
        f'<details id="checks"><summary>{words["checks"]}</summary>'
        f'<p class="hint">{words["checks_hint"]}</p>'
        f'<table><thead><tr>{heads}</tr></thead><tbody id="rows">\n{rows}</tbody></table>'
        "</details>\n"
    )
