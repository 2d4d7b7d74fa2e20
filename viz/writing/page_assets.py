"""The scripts and the style sheet of step-by-step figures, as they stand in the page.

The page loads nothing: no network, no storage. Everything was laid out before; a step only
changes classes, so that large figures stay fluid.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from viz.writing.svg import FONTS


@lru_cache
def asset(name: str) -> str:
    """A file of `viz/assets` that goes into pages."""
    return files("viz").joinpath("assets", name).read_text("utf-8")


def style_sheet() -> str:
    """The style sheet of every page."""
    return asset("page.css").replace("FONTS", FONTS)


def script(live: bool, models: bool = False) -> str:
    """The script of a page.

    Args:
        live: Whether its numbers can be changed.
        models: Whether it has the outline of a model.
    """
    parts = ["player", "view", "inspect", "predict", "sheet", "controls"]
    if live:
        parts += ["formulas", "tape", "arrays", "numerals", "live"]
    if models:
        parts.append("modules")
    return "\n".join(asset(f"{part}.js") for part in parts)
