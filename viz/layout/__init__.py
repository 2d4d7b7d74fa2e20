"""Layouts: where the nodes and wires of a figure go."""

from __future__ import annotations

import warnings

from viz.layout.external import LayoutError, by_dot, dot_command
from viz.layout.folding import joined, rows_of
from viz.layout.layered import layered
from viz.looks.figure_model import Layout, Model

ENGINES = ("auto", "builtin", "dot")


def lay_out(model: Model, engine: str, ratio: float | None = None) -> Layout:
    """Find places for everything in a figure.

    Args:
        model: The figure.
        engine: "builtin" for our own layout, "dot" for Graphviz's, "auto" for the latter where
            it is installed; models are always laid out by ours then.
        ratio: Width through height to come close to; None for what is legible on a slide.

    Returns:
        The places. Where `dot` takes too long or fails, the built-in layout serves and a warning
        says so.

    Raises:
        RuntimeError: If "dot" was asked for and is not installed.
    """
    found = engine != "builtin" and dot_command("json") is not None
    if engine == "dot" and not found:
        raise RuntimeError(
            "draw: layout='dot' needs Graphviz's dot program, which is not on the PATH; install "
            "Graphviz (https://graphviz.org/download), or its libraries with: "
            "pip install \"wengert[dot]\"; or use layout='builtin'"
        )
    rows = rows_of(model, ratio)
    parts = [row.model for row in rows] or [model]
    wanted = found and (engine == "dot" or not model.early)
    layouts = _by_dot(parts) if wanted else None
    if layouts is None:
        layouts = [row.layout for row in rows] or [layered(model)]
    return joined(model, rows, layouts) if rows else layouts[0]


def _by_dot(models: list[Model]) -> list[Layout] | None:
    try:
        return by_dot(models)
    except LayoutError as error:
        warnings.warn(f"draw: {error}; the built-in layout is used", RuntimeWarning, stacklevel=4)
        return None


__all__ = ["ENGINES", "lay_out"]
