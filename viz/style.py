"""Styles: how textbooks draw computation graphs, as tables of data.

Only `compose.py` reads the layout of a style and nothing at all reads its name: a new style is a
new entry in `STYLES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from viz.model import Direction, Paint
from viz.numerals import Numerals


@dataclass(frozen=True)
class Style:
    """One way to draw a graph.

    Args:
        direction: Where the forward pass flows.
        plate: "wire": values stand above and gradients below the wire that leaves a gate;
            "record": they stand in a box of cells behind the gate.
        numerals: How numbers are written.
        outlines: Shape of a node per kind; operations with a word in place of a symbol are "word".
        backward_offset: Distance of the backward line from the forward line in pixels.
        arrows: Size of arrow heads of the forward and the backward line.
        paints: How each role looks.
    """

    direction: Direction
    plate: Literal["wire", "record"]
    numerals: Numerals
    outlines: Mapping[str, str]
    backward_offset: float
    arrows: tuple[float, float]
    paints: Mapping[str, Paint]


_INK = "#1f2933"
_QUIET = "#52606d"
# Bluish green and vermilion of Okabe and Ito, darkened to a contrast of 4.5 on white: they read
# as the textbooks' green and red and stay apart in every kind of colour blindness.
_FORWARD = "#00735c"
_BACKWARD = "#bf4300"

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
    "missing": Paint(fill=_BACKWARD, size=11, italic=True),
    "heat": Paint(stroke="#ffffff", width=0.6),
    "heat-border": Paint(stroke="#7b8794", width=0.8),
    "hatch": Paint(stroke="#b00020", width=1.0),
    "note": Paint(fill=_QUIET, size=11),
    "name": Paint(fill=_INK, size=13, italic=True, bold=True),
    "badge": Paint(fill="#b00020"),
    "badge-text": Paint(fill="#ffffff", size=10, bold=True),
    "operation": Paint(fill="#ffffff", stroke=_INK, width=1.5),
    "operation-text": Paint(fill=_INK, size=15),
    "operation-word": Paint(fill=_INK, size=13),
    "operation-note": Paint(fill=_QUIET, size=10),
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
    "legend-text": Paint(fill=_QUIET, size=12),
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
    ),
    # Karpathy's micrograd: a record `label | data | grad` per value, an ellipse per operation.
    "micrograd": Style(
        direction="right",
        plate="record",
        numerals=Numerals(decimals=4, significant=2, trim=False),
        outlines=_OUTLINES | {"operation": "ellipse", "word": "ellipse", "result": "square"},
        backward_offset=0.0,
        arrows=(7.0, 7.0),
        paints=_PAINTS | _RECORD_PAINTS,
    ),
}

DEFAULT_STYLE = "cs231n"
