"""What a node is called and says in words: names, expressions, descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from viz.graph import Graph, Vertex
from viz.model import Label
from viz.numerals import MINUS
from viz.quantities import QuantityArtist
from viz.text import LONGEST_DESCRIPTION, clean

# What the engine says of a Tensor outside of the graph, and the words for it.
_CUTS = {
    "detached": r"detached at (.*)",
    "no_grad": r"computed by (\w+) under no_grad",
    "no_derivative": r"computed by (\w+), which has no derivative",
}
_LONGEST_CUT = 48


class Labels:
    """Names and descriptions of the vertices of one graph.

    Args:
        graph: The graph.
        artist: Writes arrays.
        words: The words of one language.
    """

    def __init__(self, graph: Graph, artist: QuantityArtist, words: Mapping[str, str]) -> None:
        self.artist = artist
        self.words = words
        self.names: list[str] = []
        for vertex in graph.vertices:
            if vertex.name:
                self.names.append(clean(vertex.name))
            elif vertex.is_plain_number:
                self.names.append(artist.lines(vertex.value)[0])  # type: ignore[arg-type]
            elif vertex.kind == "group":
                self.names.append(clean(vertex.symbol))
            else:
                self.names.append(vertex.alias)

    def kind_of_array(self, vertex: Vertex, usual_dtype: str | None) -> str:
        """Shape and dtype; not the dtype that most tensors have, nor the shape of a number."""
        value = vertex.value
        if vertex.results > 1:
            return self.words["outputs"].format(count=vertex.results)
        if value is None or vertex.is_plain_number:
            return ""
        parts = [str(value.shape)] if value.shape else []
        if value.dtype != usual_dtype or value.values is None:
            parts.append(value.dtype)
        if vertex.overwritten:
            parts.append(self.words["overwritten"])
        return " ".join(parts)

    def gradient_sum(self, vertex: Vertex) -> str | None:
        """`2 + 3 = 5` where the gradient of a number is the sum over its uses."""
        gradient, addends = vertex.gradient, vertex.arrivals
        if gradient is None or gradient.shape or not addends:
            return None
        parts = [self.artist.lines(part)[0] for part in addends]
        parts[1:] = [f"({part})" if part.startswith(MINUS) else part for part in parts[1:]]
        return f"{' + '.join(parts)} = {self.artist.lines(gradient)[0]}"

    def cut(self, vertex: Vertex) -> str:
        """Why no gradient flows to a tensor that was computed."""
        reason = vertex.cut or ""
        for key, pattern in _CUTS.items():
            if found := re.fullmatch(pattern, reason):
                place = found[1].replace("\\", "/").rpartition("/")[2]
                return clean(self.words[key].format(place), _LONGEST_CUT)
        return clean(reason, _LONGEST_CUT)

    def use(self, vertex: Vertex) -> str:
        """`use 2 of 5` of a leaf that is drawn several times; the first has all of its gradient."""
        number, count = vertex.use or (1, 1)
        key = "sum" if number == 1 and vertex.gradient is not None else "repeats"
        return self.words[key].format(number=number, count=count)

    def label(self, number: int, vertex: Vertex) -> Label:
        """The node in words."""
        value = () if vertex.value is None else self.artist.lines(vertex.value)
        gradient: tuple[str, ...] = ()
        if vertex.differentiable and vertex.results == 1:
            gradient = (self.words["not_computed"],)
            if vertex.gradient is not None:
                written = self.gradient_sum(vertex)
                gradient = (written,) if written else self.artist.lines(vertex.gradient)
        symbol = clean(vertex.symbol) if vertex.kind == "operation" else ""
        description = self._description(number, vertex, value, gradient)
        return Label(self.names[number], symbol, value, gradient, description)

    def expression(self, vertex: Vertex) -> str:
        """The call that computed a vertex, such as `add(x, y)`."""
        arguments = [self.names[source] for source in vertex.sources]
        arguments += [f"{name}={value}" for name, value in vertex.keywords]
        return f"{vertex.operation or clean(vertex.symbol)}({', '.join(arguments)})"

    def _description(
        self, number: int, vertex: Vertex, value: tuple[str, ...], gradient: tuple[str, ...]
    ) -> str:
        words = self.words
        if vertex.kind == "operation":
            parts = [f"{self.names[number]} = {self.expression(vertex)}"]
        else:
            parts = [f"{self.names[number]} ({words[vertex.kind]})"]
        if vertex.count > 1:
            parts.append(words["operations"].format(count=vertex.count))
        if vertex.use is not None:
            parts.append(self.use(vertex))
        if vertex.cut:
            parts.append(self.cut(vertex))
        if vertex.value is not None:
            shape = vertex.value.shape
            parts.append(f"{shape} {vertex.value.dtype}" if shape else vertex.value.dtype)
        if value:
            parts.append(f"{words['forward']} {' '.join(value)}")
        if gradient:
            parts.append(f"{words['backward']} {' '.join(gradient)}")
        if vertex.module:
            parts.append(f"{words['module']} {vertex.module}{vertex.module_note}")
        if vertex.source:
            parts.append(f"{words['source']} {vertex.source}")
        return clean("; ".join(parts), LONGEST_DESCRIPTION)
