"""Tensors in notebooks: a table of values with heat, how it was made, and its gradient.

No script, no identifiers, nothing of the reader's style: text keeps the notebook's colour, and what
is coloured is so thin that it reads on light pages and on dark ones. What is shown is bounded,
whatever the size of the array; `repr(t)` stays what terminals print.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor
from autograd.mapping.tensor import levels_of

__all__: list[str] = []

# Of an axis so many are shown, half from each end, and so many matrices of what has more axes.
ROWS, COLUMNS, MATRICES = 10, 8, 3
_LETTERS = 80  # of a name
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_WARM, _COLD = "230,110,0", "0,110,230"  # above 0 and below
_STRONGEST = 0.5  # of a colour, so that text on it reads

_LINE = "border:1px solid rgba(128,128,128,.35);padding:1px 6px;"
_NUMBERS = "border-collapse:collapse;margin:2px 0;text-align:right;font-family:monospace"
_HEAD = "opacity:.6;padding:1px 6px;font-weight:normal;text-align:center;color:inherit;"


def short(given: Any, letters: int = _LETTERS) -> str:
    """A text for a page, without markup of its own, cut where it is long."""
    text = str(given)
    text = text if len(text) <= letters else text[: letters - 1] + "…"
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    return text


def framed(title: str, *parts: str) -> str:
    """What a notebook shows of one object: a line on what it is, and more below."""
    return (
        '<div class="wengert" style="color:inherit;background:transparent">'
        f'<div style="margin-bottom:4px">{title}</div>{"".join(parts)}</div>'
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells that are ready, below their headings."""
    lines = ["".join(f'<th style="{_HEAD}">{each}</th>' for each in head)]
    lines += ["".join(f'<td style="{_LINE}color:inherit">{each}</td>' for each in r) for r in rows]
    body = "".join(f'<tr style="background:transparent">{line}</tr>' for line in lines)
    return f'<table style="border-collapse:collapse;margin:2px 0">{body}</table>'


def folded(summary: str, inside: str, is_open: bool = False) -> str:
    """What opens by a click, without a script."""
    return (
        f"<details{' open' if is_open else ''}><summary>{summary}</summary>"
        f'<div style="margin-left:1.2em">{inside}</div></details>'
    )


def _places(length: int, most: int) -> list[int | None]:
    """The positions of an axis that are shown; None where some are left out."""
    if length <= most:
        return list(range(length))
    return [*range(most // 2), None, *range(length - most // 2, length)]


def _text(number: Any) -> str:
    if isinstance(number, np.inexact):
        return f"{number:.4g}"
    return str(number)


def _cell(number: Any, largest: float) -> str:
    size = float(abs(number) if isinstance(number, np.complexfloating) else number)
    heat = ""
    if not np.isfinite(number):
        heat = "background:rgba(190,0,190,.35);font-weight:bold;"
    elif size and largest:
        strength = _STRONGEST * min(abs(size) / largest, 1.0)
        heat = f"background:rgba({_WARM if size > 0 else _COLD},{strength:.2f});"
    return f'<td style="{_LINE}{heat}">{short(_text(number))}</td>'


def _matrix(matrix: np.ndarray[Any, Any], largest: float) -> str:
    rows, columns = _places(matrix.shape[0], ROWS), _places(matrix.shape[1], COLUMNS)
    lines = [
        "<td></td>"
        + "".join(f'<th style="{_HEAD}">{"…" if c is None else c}</th>' for c in columns)
    ]
    for row in rows:
        cells = "".join(
            f'<td style="{_LINE}">…</td>' if row is None or c is None
            else _cell(matrix[row, c], largest)
            for c in columns
        )  # fmt: skip
        lines.append(f'<th style="{_HEAD}">{"…" if row is None else row}</th>{cells}')
    body = "".join(f'<tr style="background:transparent">{line}</tr>' for line in lines)
    return f'<table style="{_NUMBERS}">{body}</table>'


def heat_map(values: Any) -> str:
    """The values as tables whose colours go by size, between the largest shown and its negative."""
    array = np.asarray(values)
    if not array.size:
        return '<div style="opacity:.6">no elements</div>'
    if array.ndim < 2:
        array = array.reshape(1, -1)
    outer = array.shape[:-2]
    count = int(np.prod(outer, dtype=int))
    shown = [np.unravel_index(i, outer) for i in range(min(count, MATRICES))]
    matrices = [array[index] for index in shown]
    sizes = np.abs(np.concatenate([_ends(each).ravel() for each in matrices]).astype(complex))
    largest = float(sizes.max(initial=0.0, where=np.isfinite(sizes)))
    parts = []
    for index, matrix in zip(shown, matrices, strict=True):
        if outer:
            label = ", ".join(map(str, index))
            parts.append(f'<div style="opacity:.6">[{label}]</div>')
        parts.append(_matrix(matrix, largest))
    if count > MATRICES:
        parts.append(f'<div style="opacity:.6">… {count - MATRICES:,} more</div>')
    return "".join(parts)


def _ends(matrix: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    rows, columns = (
        [place for place in _places(length, most) if place is not None]
        for length, most in zip(matrix.shape, (ROWS, COLUMNS), strict=True)
    )
    return matrix[np.ix_(rows, columns)]


def _origin(tensor: Tensor) -> str:
    node = tensor._node
    if node is None:
        return short(tensor._cut) if tensor._cut else "requires no gradient"
    if node.op is None:
        return "leaf that requires a gradient"
    return f"made by <b>{short(node.op.name)}</b>"


def tensor_as_html(self: Tensor) -> str | None:
    """What a notebook shows: shape, dtype, how it was made, values and gradient.

    >>> "<b>Tensor</b> · 2 · float64" in Tensor([1.0, 2.0])._repr_html_()
    True
    """
    if levels_of(self):
        return None  # many samples at once: their text says what they are
    kind = short(type(self).__name__)
    name = f" <i>{short(self._name)}</i>" if self._name else ""
    shape = "×".join(f"{side:,}" for side in self.shape) or "one number"
    title = f"<b>{kind}</b>{name} · {shape} · {self.dtype} · {_origin(self)}"
    parts = [heat_map(self._value)]
    grad = self._grad
    if grad is not None:
        parts.append(folded("gradient", heat_map(grad._value), is_open=True))
    elif self._node is not None and self._node.op is None:
        parts.append('<div style="opacity:.6">no gradient yet: backward() brings it</div>')
    return framed(title, *parts)


for _name, _method in {"_repr_html_": tensor_as_html}.items():
    setattr(Tensor, _name, _method)
