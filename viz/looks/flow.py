"""The figure of a training step: layer by layer how large everything is, and what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autograd.internals import Flow, Layer
from viz.looks.figure_model import Box, Drawing, FigureNode, Label, Layout, Model, Point, Shape
from viz.looks.parts import flush_line, merge
from viz.looks.style import Style
from viz.numerals import Numerals
from viz.text import clean, fitted
from viz.words import WORDS

_ROW, _HEAD = 20.0, 24.0
_PER_COLUMN = 38  # rows of one column of a long figure
_COLUMN_GAP = 24.0
_MOST_CALLS = 10  # of one module, of which some in between are left out beyond that
_NAME, _BAR, _NUMBER, _SHARE = 236.0, 92.0, 58.0, 62.0
# Where columns begin: the bar of activations, that of gradients, what a step changed, ...
_ACTIVATION = _NAME + 8
_GRADIENT = _ACTIVATION + _BAR + _NUMBER + 14
_UPDATE = _GRADIENT + _BAR + _NUMBER + 14
_DEAD = _UPDATE + _SHARE
_SATURATED = _DEAD + _SHARE - 8
_MARKS = _SATURATED + _SHARE + 12
_WIDTH = _MARKS + 150
_DECADES = 12  # that bars show at most, below the largest
_SIZES = Numerals(decimals=2, significant=2, trim=False)
_TEXT = "flow-text"


def compose_flow(flow: Flow, style: Style, lang: str) -> tuple[Model, Layout]:
    """Compose the figure and its layout.

    Args:
        flow: What was measured.
        style: Whose paints to use.
        lang: The language of its words.
    """
    artist = _Artist(flow, style, WORDS[lang])
    nodes, places = artist.rows()
    model = Model(
        nodes=tuple(nodes), wires=(), frames=(), legend=(), direction="down", backward_offset=0.0,
        arrows=(6.0, 6.0), paints=style.paints, title=artist.verdict(), lang=lang,
    )  # fmt: skip
    return model, Layout(tuple(places), (), ())


class _Artist:
    def __init__(self, flow: Flow, style: Style, words: Mapping[str, str]) -> None:
        self.flow = flow
        self.words = words
        self.paints = style.paints
        self.scales = {
            kind: _Scale([getattr(layer, kind) for layer in flow.layers])
            for kind in ("activation", "gradient", "weight_gradient")
        }
        # Of a model that nobody watched, what arrived at the parameters stands for the gradient.
        watched = any(layer.gradient is not None for layer in flow.layers)
        self.gradient = "gradient" if watched else "weight_gradient"

    def rows(self) -> tuple[list[FigureNode], list[Point]]:
        """One node per row: what was found, the head of every column, layers."""
        layers = _thinned(self.flow.layers)
        nodes, places = [], []
        top = 0.0
        for line, role in self._found():
            nodes.append(_node("constant", flush_line(line, role, self.paints), line))
            places.append((0.0, top))
            top += _HEAD
        columns = max(1, math.ceil(len(layers) / _PER_COLUMN))
        each = math.ceil(len(layers) / columns) if layers else 0
        for column in range(columns):
            x, y = column * (_WIDTH + _COLUMN_GAP), top
            nodes.append(_node("constant", self._head(), ""))
            places.append((x, y))
            y += _HEAD
            for layer in layers[column * each : (column + 1) * each]:
                drawing, said = self._row(layer)
                nodes.append(_node("group", drawing, said))
                places.append((x, y))
                y += _ROW
        return nodes, places

    def verdict(self) -> str:
        """What is wrong, in a line."""
        counts: dict[str, int] = {}
        for layer in self.flow.layers:
            for mark in layer.marks:
                counts[mark] = counts.get(mark, 0) + 1
        if not counts and self.flow.origin is not None:
            counts[self.flow.origin.kind] = 1
        if not counts:
            return self.words["flow_well"].format(count=len(self.flow.layers))
        found = ", ".join(f"{self.words.get(f'flow_{m}', m)} {n}" for m, n in counts.items())
        return self.words["flow_found"].format(count=len(self.flow.layers), found=found)

    def _found(self) -> list[tuple[str, str]]:
        lines = [(self.verdict(), "caption")]
        origin = self.flow.origin
        if origin is not None:
            at = "" if origin.line is None else origin.line.replace("\\", "/").rpartition("/")[2]
            where = self.words["flow_backward" if origin.backward else "flow_forward"]
            line = self.words["flow_origin"].format(kind=origin.kind, path=origin.path, where=where)
            lines.append((clean(f"{line} {at}".strip(), 110), "cut-text"))
        if all(layer.activation is None for layer in self.flow.layers):
            lines.append((self.words["flow_unwatched"], "note"))
        return lines

    def _head(self) -> Drawing:
        heads = (
            (0.0, "flow_layer"), (_ACTIVATION, "flow_activation"), (_GRADIENT, "backward"),
            (_UPDATE, "flow_update"), (_DEAD, "flow_dead_units"), (_SATURATED, "flow_near_ends"),
        )  # fmt: skip
        parts = [
            flush_line(self.words[key], "frame-text", self.paints).moved(x, 4) for x, key in heads
        ]
        return merge([Drawing(Box(0, 0, _WIDTH, _HEAD)), *parts])

    def _row(self, layer: Layer) -> tuple[Drawing, str]:
        if layer is _LEFT_OUT:
            dots = flush_line("⋮", "note", self.paints).moved(_NAME / 2, 0)
            return merge([Drawing(Box(0, 0, _WIDTH, _ROW)), dots]), "…"
        path = layer.path.removeprefix("model.") or layer.path
        kind = layer.described.partition("(")[0]
        number, count = layer.call
        again = f" {number}/{count}" if count > 1 else ""
        name = path if ":" in path else f"{path}: {kind}"
        name = fitted(clean(name, 60), _NAME - 30 * bool(again), self.paints[_TEXT].size) + again
        gradient = getattr(layer, self.gradient)
        wrong = {"vanishing", "exploding", "NaN", "inf", "-inf"} & set(layer.marks)
        parts = [
            Drawing(Box(0, 0, _WIDTH, _ROW)),
            flush_line(name, _TEXT, self.paints).moved(0, 3),
            *self._bar(_ACTIVATION, "activation", layer.activation, "flow-activation"),
            *self._bar(
                _GRADIENT, self.gradient, gradient, "flow-wrong" if wrong else "flow-gradient"
            ),
        ]
        said = [f"{layer.path} ({layer.described}){again}"]
        for key, value in (("flow_activation", layer.activation), ("backward", gradient)):
            if value is not None:
                said.append(f"{self.words[key]} {_SIZES.number(value)}")
        for x, key, share in (
            (_UPDATE, "flow_update", layer.update),
            (_DEAD, "flow_dead_units", layer.dead),
            (_SATURATED, "flow_near_ends", layer.saturated),
        ):
            if share is not None:
                text = _SIZES.number(share) if key == "flow_update" else f"{100 * share:.0f} %"
                parts.append(flush_line(text, _TEXT, self.paints).moved(x, 3))
                said.append(f"{self.words[key]} {text}")
        marks = ", ".join(self.words.get(f"flow_{mark}", mark) for mark in layer.marks)
        if marks:
            line = flush_line(fitted(marks, 148, 12), "cut-text", self.paints)
            parts.append(line.moved(_MARKS, 3))
            said.append(marks)
        return merge(parts), clean("; ".join(said), 300)

    def _bar(self, x: float, kind: str, value: float | None, role: str) -> list[Drawing]:
        """A bar as long as the logarithm says, and the number."""
        if value is None:
            return []
        parts = [flush_line(_SIZES.number(value), _TEXT, self.paints).moved(x + _BAR + 6, 3)]
        length = _BAR * self.scales[kind].share(value)
        if length:
            shape = Shape("rectangle", (x, 5, length, _ROW - 10, 0), role)
            parts.append(Drawing(Box(x, 5, x + length, _ROW - 5), (shape,)))
        return parts


class _Scale:
    """Logarithms between the smallest and the largest of some numbers."""

    def __init__(self, values: Sequence[float | None]) -> None:
        logs = [math.log10(v) for v in values if v and math.isfinite(v)]
        self.high = math.ceil(max(logs, default=0.0) + 1e-9)
        self.low = max(math.floor(min(logs, default=0.0)) - 1, self.high - _DECADES)

    def share(self, value: float) -> float:
        """How much of the whole length a number takes; infinity takes all, zero nothing."""
        if not value or math.isnan(value):
            return 0.0
        if math.isinf(value):
            return 1.0
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return min(max(share, 0.02), 1.0)


_LEFT_OUT = Layer("…", "")


def _thinned(layers: Sequence[Layer]) -> list[Layer]:
    """Layers without most of the calls of one module in a row, such as the steps of a loop."""
    shown: list[Layer] = []
    at = 0
    while at < len(layers):
        end = at
        while end < len(layers) and layers[end].path == layers[at].path:
            end += 1
        run = list(layers[at:end])
        if len(run) > _MOST_CALLS:
            half = _MOST_CALLS // 2
            run = [*run[:half], _LEFT_OUT, *run[-half:]]
        shown += run
        at = end
    return shown


def _node(kind: str, drawing: Drawing, said: str) -> FigureNode:
    label = Label(said, "", (), (), said)
    return FigureNode(kind, drawing, (), (0.0, 0.0), label)
