"""What a node is called and says in words: names, expressions, descriptions."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from viz.looks.figure_model import Label
from viz.looks.module_words import module_lines, path_words
from viz.looks.quantities import QuantityArtist
from viz.numerals import MINUS, duration
from viz.records import Graph, Vertex
from viz.text import LONGEST_DESCRIPTION, clean

# What the engine says of a Tensor outside of the graph, and the words for it.
_CUTS = {
    "detached": r"detached at (.*)",
    "no_grad": r"computed by (\w+) under no_grad",
    "no_derivative": r"computed by (\w+), which has no derivative",
}
_LONGEST_CUT = 48
_LONGEST_PATH = 60
_LONGEST_FAILURE, _FAILURE_WIDTH = 200, 44
_STUB_ELEMENTS = 4  # of what one use of a leaf sent back, that its stub shows


def in_parentheses(term: str) -> str:
    """What stands behind an operator: `(−3)` and `(1 − t)`, but `3` and `f(x)`."""
    return f"({term})" if term.startswith(MINUS) or _is_computed(term) else term


def _is_computed(term: str) -> bool:
    """Whether a name is an operation on others, which must be kept together."""
    outside = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", term))
    return re.search(r" [^\w\s\[]{1,2} ", outside) is not None


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
            elif vertex.box is not None:
                self.names.append(clean(path_words(vertex.box), _LONGEST_PATH))
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
        return " ".join(parts)

    def gradient_sum(self, vertex: Vertex) -> str | None:
        """`2 + 3 = 5` where the gradient of a number is the sum over its uses."""
        gradient, addends = vertex.gradient, vertex.arrivals
        if gradient is None or gradient.shape or not addends:
            return None
        parts = [self.artist.lines(part)[0] for part in addends]
        parts[1:] = map(in_parentheses, parts[1:])
        return f"{' + '.join(parts)} = {self.artist.lines(gradient)[0]}"

    def cut(self, vertex: Vertex) -> str:
        """Why no gradient flows to a tensor that was computed."""
        reason = vertex.cut or ""
        for key, pattern in _CUTS.items():
            if found := re.fullmatch(pattern, reason):
                place = found[1].replace("\\", "/").rpartition("/")[2]
                return clean(self.words[key].format(place), _LONGEST_CUT)
        return clean(reason, _LONGEST_CUT)

    def older(self, vertex: Vertex) -> str:
        """`pass 1 of 2` where a gradient is older than others of the figure; else nothing."""
        if vertex.passes is None:
            return ""
        number, count = vertex.passes
        return self.words["older"].format(number=number, count=count)

    def gradient_notes(self, vertex: Vertex) -> list[str]:
        """What else must be said of a gradient: whether it is older, sums up passes, was edited."""
        notes = [self.older(vertex)]
        for quantity, key, place in (
            (vertex.carried, "earlier", "part"),
            (vertex.edited, "edited", "now"),
        ):
            if quantity is not None and quantity.shape:
                notes.append(self.words[f"{key}_array"])
            elif quantity is not None:
                notes.append(self.words[key].format(**{place: self.artist.lines(quantity)[0]}))
        return [note for note in notes if note]

    def failure(self, vertex: Vertex) -> list[str]:
        """Why the program stopped at an operation, in a few lines."""
        message = vertex.failed
        if vertex.module:  # which the figure shows
            message = message.replace(f" in module {vertex.module}{vertex.module_note}", "")
        lines = textwrap.wrap(clean(message, _LONGEST_FAILURE), _FAILURE_WIDTH)
        return [self.words["stopped"], *lines] if vertex.failed else []

    def origin(self, vertex: Vertex) -> str:
        """That NaN or infinity began at an operation, if it did."""
        return self.words[f"origin_{vertex.origin}"] if vertex.origin else ""

    def times(self, vertex: Vertex) -> str:
        """How long an operation took, forward and backward; nothing where that is not shown."""
        if vertex.seconds is None:
            return ""
        forward, backward = map(duration, vertex.seconds)
        return f"→ {forward}  ← {backward}" if vertex.seconds[1] else f"→ {forward}"

    def use(self, vertex: Vertex) -> str:
        """`use 2 of 5` of a leaf that is drawn several times; the first has all of its gradient."""
        number, count = vertex.use or (1, 1)
        part = vertex.contribution
        written_out = part is not None and math.prod(part.shape) <= _STUB_ELEMENTS
        here = " ".join(self.artist.lines(part)) if part is not None and written_out else None
        if number == 1 and vertex.gradient is not None:
            total = self.words["sum"].format(count=count)
            return self.words["part"].format(sum=total, part=here) if here else total
        last = number + vertex.merged - 1
        written = str(number) if last == number else f"{number}–{last}"
        use = self.words["repeats"].format(number=written, count=count)
        return self.words["contribution"].format(use=use, part=here) if here else use

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

    def equation(self, vertex: Vertex, arguments: Sequence[str]) -> str:
        """An operation on some arguments as a textbook writes it: `a + b`, `t²`, `exp(x)`.

        Args:
            vertex: The operation.
            arguments: Names or numbers, one per source.
        """
        arguments = self.complete(vertex, arguments)
        symbol, count = clean(vertex.symbol), len(arguments)
        if vertex.inside:  # the gate has the number beside its sign
            symbol = "^" if vertex.operation == "power" else symbol.strip("0123456789. ")
        if vertex.kind != "operation" or vertex.keywords:
            return self._call(vertex, arguments)
        if count == 2 and vertex.operation == "power" and arguments[1] in ("2", "3"):
            return f"{in_parentheses(arguments[0])}{'²³'[arguments[1] == '3']}"
        if count == 2 and not symbol.isalpha() and len(symbol) <= 2:
            first = f"({arguments[0]})" if _is_computed(arguments[0]) else arguments[0]
            return f"{first} {symbol} {in_parentheses(arguments[1])}"
        if count == 1 and symbol == MINUS:
            return f"{MINUS}{in_parentheses(arguments[0])}"
        if count == 1 and symbol == "²":
            return f"{in_parentheses(arguments[0])}²"
        if count == 1 and symbol == "|x|":
            return f"|{arguments[0]}|"
        if count == 1 and symbol in ("1/x", "1/√x"):
            return symbol.replace("x", in_parentheses(arguments[0]))
        word = symbol if len(symbol) == 1 else vertex.operation
        return f"{word}({', '.join(arguments)})"

    def expression(self, vertex: Vertex, arguments: Sequence[str] | None = None) -> str:
        """The call that computed a vertex, such as `add(x, y)`."""
        arguments = arguments or [self.names[source] for source in vertex.sources]
        return self._call(vertex, self.complete(vertex, arguments))

    def complete(self, vertex: Vertex, arguments: Sequence[str]) -> list[str]:
        """Arguments together with the numbers that stand in the gate."""
        complete = list(arguments)
        for position, number in vertex.inside:
            complete.insert(position, number)
        return complete

    def _call(self, vertex: Vertex, arguments: Sequence[str]) -> str:
        if vertex.operation == "select" and not vertex.keywords:  # one of several results
            symbol = clean(vertex.symbol)
            return f"{arguments[0]}{symbol if symbol.startswith('[') else f'.{symbol}'}"
        written = [*arguments, *(f"{name}={value}" for name, value in vertex.keywords)]
        return f"{vertex.operation or clean(vertex.symbol)}({', '.join(written)})"

    def _numbers(self, vertex: Vertex, value: tuple[str, ...]) -> Iterator[str]:
        """Shape and dtype, the value, and what an optimizer's step made of it."""
        if vertex.value is not None:
            shape = vertex.value.shape
            yield f"{shape} {vertex.value.dtype}" if shape else vertex.value.dtype
        if value:
            yield f"{self.words['forward']} {' '.join(value)}"
        if vertex.updated is not None:
            after = self.artist.finer().lines(vertex.updated)
            yield f"{self.words['after_step']} {' '.join(after)}"

    def _description(
        self, number: int, vertex: Vertex, value: tuple[str, ...], gradient: tuple[str, ...]
    ) -> str:
        words = self.words
        if vertex.failed:
            parts = [f"{words['stopped']} {self.expression(vertex)}", vertex.failed]
        elif vertex.kind == "operation":
            parts = [f"{self.names[number]} = {self.expression(vertex)}"]
        else:
            parts = [f"{self.names[number]} ({words[vertex.word]})"]
        if vertex.box is not None:
            parts += module_lines(vertex.box, words)
        if vertex.count > 1:
            parts.append(words["operations"].format(count=vertex.count))
        if vertex.use is not None:
            parts.append(self.use(vertex))
        if vertex.cut:
            parts.append(self.cut(vertex))
        parts += self._numbers(vertex, value)
        if gradient:
            parts.append(f"{words['backward']} {' '.join(gradient)}")
        notes = (*self.gradient_notes(vertex), self.times(vertex), self.origin(vertex))
        parts += filter(None, notes)
        if vertex.module and vertex.box is None:
            parts.append(f"{words['module']} {vertex.module}{vertex.module_note}")
        if vertex.source:
            place = vertex.source.replace("\\", "/").rpartition("/")[2]  # without the folders
            parts.append(f"{words['source']} {place}")
        return clean("; ".join(parts), LONGEST_DESCRIPTION)
