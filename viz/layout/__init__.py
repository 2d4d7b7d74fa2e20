"""Layouts: where the nodes and wires of a figure go."""

from __future__ import annotations

import warnings

from viz.layout.external import LayoutError, by_dot, dot_command
from viz.layout.layered import layered
from viz.looks.figure_model import Layout, Model

ENGINES = ("auto", "builtin", "dot")


def lay_out(model: Model, engine: str) -> Layout:
    """Find places for everything in a figure.

    Args:
        model: The figure.
        engine: "builtin" for our own layout, "dot" for Graphviz's, "auto" for the latter where
            it is installed.

    Returns:
        The places. Where `dot` takes too long or fails, the built-in layout serves and a warning
        says so.

    Raises:
        RuntimeError: If "dot" was asked for and is not installed.
    """
    found = dot_command("json") is not None
    if engine == "dot" and not found:
        raise RuntimeError(
            "draw: layout='dot' needs Graphviz's dot program, which is not on the PATH; install "
            "Graphviz (https://graphviz.org/download), or its libraries with: "
            "pip install \"wengert[dot]\"; or use layout='builtin'"
        )
    if engine == "builtin" or not found:
        return layered(model)
    try:
        return by_dot(model)
    except LayoutError as error:
        warnings.warn(f"draw: {error}; the built-in layout is used", RuntimeWarning, stacklevel=3)
        return layered(model)


__all__ = ["ENGINES", "lay_out"]
