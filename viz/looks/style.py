"""Styles: how textbooks draw computation graphs, as tables of data.

Only `compose.py` reads the layout of a style and nothing at all reads its name: a new style is a
new entry in `STYLES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from viz.looks.figure_model import Direction, Paint
from viz.numerals import Numerals


@dataclass(frozen=True)
class Style:
    """One way to draw a graph.

    Args:
        direction: Where the forward pass flows.
        plate: "wire": values stand above and gradients below the wire that leaves a gate;
            "record": they stand in a box of cells behind the gate; "equation": in a circle;
            "name": variables and functions have names only; "module": boxes of modules; "unit":
            neurons, not operations.
        numerals: How numbers are written.
        outlines: Shape of a node per kind; operations with a word in place of a symbol are "word".
        backward_offset: Distance of the backward line from the forward line in pixels.
        arrows: Size of arrow heads of the forward and the backward line.
        paints: How each role looks.
        derivatives: Whether local derivatives are written where wires arrive.
        grouped: Whether the calls of modules are drawn as one node each.
    """

    direction: Direction
    plate: Literal["wire", "record", "equation", "name", "module", "unit"]
    numerals: Numerals
    outlines: Mapping[str, str]
    backward_offset: float
    arrows: tuple[float, float]
    paints: Mapping[str, Paint]
    derivatives: bool = False
    grouped: bool = False


_INK = "#1f2933"
_QUIET = "#52606d"
# Bluish green and vermilion of Okabe and Ito, darkened to a contrast of 4.5 on white: they read
# as the textbooks' green and red and stay apart in every kind of colour blindness.
_FORWARD = "#00735c"
_BACKWARD = "#bf4300"
_UPDATED = "#2b5c8a"  # what an optimizer made of a parameter

_PAINTS: dict[str, Paint] = {
    "canvas": Paint(fill="#ffffff"),
    "forward": Paint(stroke=_FORWARD, width=1.6),
    "backward": Paint(stroke=_BACKWARD, width=1.6, dash=(5, 3)),
    "forward-head": Paint(fill=_FORWARD),
    "backward-head": Paint(fill=_BACKWARD),
    "branch": Paint(fill=_FORWARD),
    "value": Paint(fill=_FORWARD, size=13),
    "gradient": Paint(fill=_BACKWARD, size=13),
    "value-cell": Paint(fill=_FORWARD, size=12),
    "gradient-cell": Paint(fill=_BACKWARD, size=12),
    "value-bracket": Paint(stroke=_FORWARD, width=1.2),
    "gradient-bracket": Paint(stroke=_BACKWARD, width=1.2),
    # What a gradient is the sum of.
    "part": Paint(fill=_BACKWARD, size=12),
    "part-cell": Paint(fill=_BACKWARD, size=12),
    "part-bracket": Paint(stroke=_BACKWARD, width=0.8),
    "updated": Paint(fill=_UPDATED, size=13),
    "updated-cell": Paint(fill=_UPDATED, size=12),
    "updated-bracket": Paint(stroke=_UPDATED, width=1.2),
    "cut": Paint(stroke="#b00020", width=1.8),
    "cut-text": Paint(fill="#b00020", size=12, italic=True),
    "failed": Paint(fill="#fdecea", stroke="#b00020", width=2.0),
    "missing": Paint(fill=_BACKWARD, size=12, italic=True),
    "heat": Paint(stroke="#ffffff", width=0.6),
    # Diverging colours centred on zero (ColorBrewer's PuOr), told apart in colour blindness.
    "negative": Paint(fill="#5e3c99"),
    "zero": Paint(fill="#f7f7f7"),
    "positive": Paint(fill="#e66101"),
    "unknown": Paint(fill="#d9dee3"),
    "minus": Paint(stroke="#ffffff", width=1.2),
    "minus-faint": Paint(stroke="#5e3c99", width=1.0),
    "colour-bar": Paint(stroke="#ffffff", width=0.6),
    "heat-border": Paint(stroke="#7b8794", width=0.8),
    "hatch": Paint(stroke="#b00020", width=1.0),
    "chain": Paint(fill=_BACKWARD, size=12),
    "note": Paint(fill=_QUIET, size=12),
    "caption": Paint(fill=_INK, size=15),
    "phase": Paint(fill="#2b5c8a", size=15, bold=True),
    "now": Paint(stroke="#2b5c8a", width=4),
    "name": Paint(fill=_INK, size=13, italic=True, bold=True),
    "badge": Paint(fill="#b00020"),
    "badge-text": Paint(fill="#ffffff", size=12, bold=True),
    "operation": Paint(fill="#ffffff", stroke=_INK, width=1.5),
    "operation-text": Paint(fill=_INK, size=15),
    "operation-word": Paint(fill=_INK, size=13),
    "operation-note": Paint(fill=_QUIET, size=12),
    "group": Paint(fill="#eef2f6", stroke=_INK, width=1.5),
    "group-text": Paint(fill=_INK, size=13, bold=True),
    "parameter": Paint(fill="#fff3d1", stroke="#8a6100", width=1.5),
    "parameter-text": Paint(fill=_INK, size=14, italic=True),
    "input": Paint(fill="#e3effb", stroke="#2b5c8a", width=1.5),
    "input-text": Paint(fill=_INK, size=14, italic=True),
    "constant": Paint(fill="#f1f3f5", stroke="#7b8794", width=1.2),
    "constant-text": Paint(fill=_INK, size=13),
    "separator": Paint(stroke=_INK, width=1.0),
    "frame": Paint(fill="#f7f9fb", stroke="#9aa5b1", width=1.0),
    "frame-text": Paint(fill=_QUIET, size=12, bold=True),
    # A tag where a wire goes on in another row.
    "connector": Paint(fill="#ffffff", stroke="#7b8794", width=1.0),
    "connector-text": Paint(fill=_INK, size=12, italic=True),
    "legend-text": Paint(fill=_QUIET, size=12),
    "flow-text": Paint(fill=_INK, size=12),
    "flow-activation": Paint(fill=_FORWARD),
    "flow-gradient": Paint(fill="#e58a4e"),
    "flow-wrong": Paint(fill="#b00020"),
}

_OUTLINES: dict[str, str] = {
    "operation": "circle",
    "word": "capsule",
    "group": "rounded",
    "parameter": "rounded",
    "input": "tag",
    "constant": "hexagon",
}

# A tensor's box has the colour of its role.
_RECORD_PAINTS = {
    "operation-record": Paint(fill="#ffffff", stroke=_INK, width=1.2),
    "group-record": Paint(fill="#ffffff", stroke=_INK, width=1.2),
    "parameter-record": _PAINTS["parameter"],
    "input-record": _PAINTS["input"],
    "constant-record": _PAINTS["constant"],
    "forward": Paint(stroke=_INK, width=1.2),
    "forward-head": Paint(fill=_INK),
    "value": Paint(fill=_FORWARD, size=12),
    "gradient": Paint(fill=_BACKWARD, size=12),
}

_LINE = Paint(stroke=_INK, width=1.3)

# Variables and functions of DeZero; names of leaves by their role in the outline.
_NAME_PAINTS = {
    "forward": _LINE,
    "forward-head": Paint(fill=_INK),
    "operation": Paint(fill="#add8e6", stroke="#5b9db3", width=1.2),
    "name": Paint(fill=_INK, size=13),
    "operation-variable": Paint(fill="#ffb84d", stroke="#ffb84d", width=1.2),
    "group-variable": Paint(fill="#ffb84d", stroke="#ffb84d", width=1.2),
    "parameter-variable": Paint(fill="#ffb84d", stroke="#8a6100", width=1.8),
    "input-variable": Paint(fill="#ffb84d", stroke="#2b5c8a", width=1.8),
    "constant-variable": Paint(fill="#ffe0b0", stroke="#7b8794", width=1.2),
}

_MODULE_PAINTS = {
    "forward": Paint(stroke="#52606d", width=1.5),
    "forward-head": Paint(fill="#52606d"),
    "group": Paint(fill="#e3effb", stroke="#2b5c8a", width=1.2),
    "operation": Paint(fill="#ffffff", stroke="#7b8794", width=1.2),
    "input": Paint(fill="#f1f3f5", stroke=_INK, width=1.2),
    "input-text": Paint(fill=_INK, size=13, italic=True, bold=True),
    "parameter-text": Paint(fill=_INK, size=12, italic=True),
}

_THICK = "#d55e00"

STYLES: dict[str, Style] = {
    # Stanford's CS231n: gates on wires, green values above, red gradients below.
    "cs231n": Style(
        direction="right",
        plate="wire",
        numerals=Numerals(decimals=2, significant=2, trim=False),
        outlines=_OUTLINES,
        backward_offset=5.0,
        arrows=(7.0, 7.0),
        paints=_PAINTS,
    ),
    # Deep Learning from Scratch: thin arrows forward, thick ones back.
    "dlfs": Style(
        direction="right",
        plate="wire",
        numerals=Numerals(decimals=0, significant=4, trim=True),
        outlines=_OUTLINES | {"word": "circle"},
        backward_offset=8.0,
        arrows=(7.0, 12.0),
        paints=_PAINTS
        | {
            "forward": Paint(stroke=_INK, width=1.2),
            "forward-head": Paint(fill=_INK),
            "branch": Paint(fill=_INK),
            "value": Paint(fill=_INK, size=14),
            "value-cell": Paint(fill=_INK, size=12),
            "value-bracket": Paint(stroke=_INK, width=1.2),
            "backward": Paint(stroke=_THICK, width=3.5),
            "backward-head": Paint(fill=_THICK),
            "gradient": Paint(fill=_BACKWARD, size=14, bold=True),
            "operation": Paint(fill="#ffffff", stroke=_INK, width=1.8),
        },
        derivatives=True,
    ),
    # Christopher Olah's "Calculus on computational graphs": equations in circles, derivatives on
    # the edges, from bottom to top.
    "colah": Style(
        direction="up",
        plate="equation",
        numerals=Numerals(decimals=2, significant=2, trim=False),
        outlines=_OUTLINES,
        backward_offset=0.0,
        arrows=(8.0, 8.0),
        paints=_PAINTS | {"forward": _LINE, "forward-head": Paint(fill=_INK)},
        derivatives=True,
    ),
    # DeZero: orange variables, light-blue functions, from top to bottom.
    "dezero": Style(
        direction="down",
        plate="name",
        numerals=Numerals(decimals=4, significant=2, trim=True),
        outlines=_OUTLINES,
        backward_offset=0.0,
        arrows=(7.0, 7.0),
        paints=_PAINTS | _NAME_PAINTS,
    ),
    # Modules as boxes in frames, with shapes and parameters, from top to bottom.
    "modules": Style(
        direction="down",
        plate="module",
        numerals=Numerals(decimals=4, significant=2, trim=True),
        outlines=_OUTLINES,
        backward_offset=0.0,
        arrows=(6.0, 6.0),
        paints=_PAINTS | _MODULE_PAINTS,
        grouped=True,
    ),
    # The first figure of every lecture: a circle per unit, a weight on every line.
    "neurons": Style(
        direction="right",
        plate="unit",
        numerals=Numerals(decimals=2, significant=2, trim=False),
        outlines=_OUTLINES,
        backward_offset=0.0,
        arrows=(6.0, 6.0),
        paints=_PAINTS
        | {
            "forward": Paint(stroke="#7b8794", width=1.0),
            "forward-head": Paint(fill="#7b8794"),
            "unit-value": Paint(fill=_FORWARD, size=12),
            "weight": Paint(fill=_INK, size=12),
            "updated-weight": Paint(fill=_UPDATED, size=12),
            "weight-gradient": Paint(fill=_BACKWARD, size=12),
            "missing-weight": Paint(fill=_BACKWARD, size=10, italic=True),
        },
    ),
    # Karpathy's micrograd: a record `label | data | grad` per value, an ellipse per operation.
    "micrograd": Style(
        direction="right",
        plate="record",
        numerals=Numerals(decimals=4, significant=2, trim=False, in_arrays=2),
        outlines=_OUTLINES | {"operation": "ellipse", "word": "ellipse", "result": "square"},
        backward_offset=0.0,
        arrows=(7.0, 7.0),
        paints=_PAINTS | _RECORD_PAINTS,
    ),
}

DEFAULT_STYLE = "cs231n"

THEMES = ("light", "print")

# Without colours the sign shows as darker or brighter than zero.
_PRINTED = {
    "negative": Paint(fill="#000000"),
    "zero": Paint(fill="#b0b0b0"),
    "positive": Paint(fill="#ffffff"),
    "unknown": Paint(fill="#d9d9d9"),
}


def in_theme(style: Style, theme: str) -> Style:
    """A style as it is, or for print: black and grey on white, areas without colour."""
    if theme == "light":
        return style
    paints = {
        role: replace(
            paint,
            fill=paint.fill if paint.fill == "none" else _in_grey(paint.fill),
            stroke=paint.stroke if paint.stroke == "none" else _in_grey(paint.stroke),
            # Letters of gradients are slanted, since they can no longer be told by their colour.
            italic=paint.italic
            or role in ("gradient", "gradient-cell", "chain", "weight-gradient"),
        )
        for role, paint in style.paints.items()
    }
    return replace(style, paints=paints | _PRINTED)


def _in_grey(colour: str) -> str:
    """Light areas become white, everything else dark: copies of copies stay legible."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if bright > 215 else "#d9d9d9" if bright > 150 else "#000000"
