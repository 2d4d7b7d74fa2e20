"""The outline of a model as HTML: boxes that are opened and closed, and wires between them."""

from __future__ import annotations

from html import escape

from viz.looks.figure_model import Model, OutlineItem
from viz.words import WORDS
from viz.writing.svg import drawing_as_svg


def outline_section(model: Model) -> str:
    """The section of a page; nothing for a figure that is not one of a model."""
    if not model.outline:
        return ""
    words = WORDS[model.lang]
    items = "".join(_item(item, model) for item in model.outline)
    return (
        f'<section id="modules"><h2>{words["outline"]}</h2><p>'
        f'<button type="button" id="open">{words["open_all"]}</button> '
        f'<button type="button" id="close">{words["close_all"]}</button></p>'
        f'<div id="outline">{items}</div></section>\n'
    )


def _item(item: OutlineItem, model: Model) -> str:
    title, *notes = item.lines or ("",)
    lines = f"<b>{escape(title)}</b>" + "".join(f"<span>{escape(note)}</span>" for note in notes)
    pictures = "".join(drawing_as_svg(each, model.paints) for each in item.pictures)
    if not item.inside:
        sources = " ".join(map(str, item.sources))
        return (
            f'<div class="box {item.kind}" data-number="{item.number}" data-sources="{sources}">'
            f"{lines}{pictures}</div>"
        )
    opened = " open" * item.opened
    inside = "".join(_item(each, model) for each in item.inside)
    return (
        f'<details class="box"{opened}><summary><span class="said">{lines}'
        f'<span class="maps">{pictures}</span></span></summary>{inside}</details>'
    )
