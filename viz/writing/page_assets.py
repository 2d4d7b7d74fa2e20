"""The scripts and the style sheets of pages, as they stand in the page.

A page loads nothing: no network, no storage. Everything was laid out before; a step only changes
classes, so that large figures stay fluid.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from viz.writing.svg import FONTS

# Signs that not every font has: a course, and whether its first part is filled.
_ICONS = {
    "whole": "M3 3h12v12h-12zM6 7h6v4h-6z",
    "dark": "M9 2a7 7 0 1 1 0 14a7 7 0 1 1 0-14v14",
    "present": "M2 7v-5h5M11 2h5v5M16 11v5h-5M7 16h-5v-5",
}
# In JavaScript: what must stay as it is, what can go (comments, the last `;` of a block, the last
# `,` of a list), and the space between the rest.
_KEPT = re.compile(
    r"""(`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
    r"""|(?<=[(,=:!&|?])(\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)"""
    r"""|(/\*.*?\*/|//[^\n]*|;(?=\s*\})|,(?=\s*[\]}]))|(\s+)""",
    re.DOTALL,
)


@lru_cache
def asset(name: str) -> str:
    """A file of `viz/assets` that goes into pages."""
    return files("viz").joinpath("assets", name).read_text("utf-8")


def style_sheet(name: str = "page") -> str:
    """The style sheet of a page, without the space between its parts."""
    text = re.sub(r"\s+", " ", asset(f"{name}.css").replace("FONTS", FONTS))
    return re.sub(r"(?<=[{};,]) |;? (?=[{}])|(?<=:) ", "", text)


def scripts(*names: str) -> str:
    """Several scripts as one, without comments and the space between their parts."""
    text = "\n".join(asset(f"{name}.js") for name in names)
    written, place, last = [], 0, ""
    for found in _KEPT.finditer(text):
        kept, expression, dropped, space = found.groups()
        if found.start() > place:
            written.append(text[place : found.start()])
            last = written[-1][-1]
        part = kept or (expression or "").strip()
        if space:
            part = _between(last, space, text, found.end())
        if part and not dropped:
            written.append(part)
            last = part[-1]
        place = found.end()
    return "".join([*written, text[place:]]).strip()


def _between(before: str, space: str, text: str, end: int) -> str:
    """What is left of the space behind a letter or sign."""
    after = text[end : end + 1]
    if "\n" in space:
        return "" if before in ",;{([=>&|?:+*\n" else "\n"
    needed = (before.isalnum() or before in "_$") and (after.isalnum() or after in "_$")
    return " " if needed or (before == after and before in "+-") else ""


def script(live: bool, models: bool = False) -> str:
    """The script of a figure's page.

    Args:
        live: Whether its numbers can be changed.
        models: Whether it has the outline of a model.
    """
    parts = ["player", "view", "inspect", "predict", "sheet", "dark", "controls"]
    if live:
        parts += ["formulas", "more_formulas", "tape", "numerals", "arrays", "live"]
    if models:
        parts.append("modules")
    return scripts(*parts)


def button(name: str, sign: str, attributes: str) -> str:
    """A button with a sign on it, and attributes that say what it is called."""
    return f'<button type="button" id="{name}" {attributes}>{sign}</button>'


def icon(name: str) -> str:
    """A sign as a drawing."""
    return (
        '<svg width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8" '
        f'aria-hidden="true"><path d="{_ICONS[name]}"/></svg>'
    )
