"""What the floors hand to each other: a graph as it was read, its story, what a page can do.

Plain data without knowledge of the engine, of a style or of a layout; whoever makes a record knows
how, and whoever uses it need not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from autograd.internals import ModuleCall

Array = np.ndarray[Any, Any]

# ---------------------------------------------------------------------- a graph


@dataclass(frozen=True, eq=False)
class Quantity:
    """An array as a figure sees it: always shape and dtype, the values where they were kept.

    `missing` is the key of the words that say why there are no values, `by` who changed them.
    """

    shape: tuple[int, ...]
    dtype: str
    values: Array | None
    missing: str = "not_kept"
    by: str = ""

    if not TYPE_CHECKING:  # figures of large graphs make many: this takes a third of the time

        def __init__(self, shape, dtype, values, missing="not_kept", by=""):
            known = self.__dict__
            known["shape"], known["dtype"], known["values"] = shape, dtype, values
            known["missing"], known["by"] = missing, by

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Memory of the elements."""
        return self.size * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, eq=False)
class Difference:
    """The gradient of one tensor by finite differences, computed when somebody asks.

    Args:
        number: The vertex of the tensor.
        quantity: Computes the numbers; None where the graph cannot run again or would take too
            long.
    """

    number: int
    quantity: Callable[[], Quantity | None]


@dataclass(frozen=True, eq=False)
class Local:
    """What the chain rule does at one argument of one operation.

    Args:
        result: What formulas call the result of the operation.
        argument: What they call the argument.
        formula: The rule in symbols, empty if it could not be written down: the local derivative
            of an elementwise operation, else what becomes of the arriving gradient.
        is_factor: Whether the formula is a derivative that multiplies the arriving gradient.
        shapes: Shapes of the factors where the formula is a matrix product; `Σ` and the shape of
            the result where an elementwise operation broadcast the argument; else empty.
        factor: The derivative as a number, where everything is a number.
        passed: What is passed on to the argument, where it is known.
    """

    result: str
    argument: str
    formula: str
    is_factor: bool
    shapes: str = ""
    factor: Quantity | None = None
    passed: Quantity | None = None


@dataclass(frozen=True, eq=False)
class Module:
    """A call of a module as a figure shows it: a box, or a frame around what runs in it.

    Args:
        path: Its dotted path.
        title: What it is called in the frame around it; empty for the rounds of a loop.
        described: The module in one line, such as `Linear(3 -> 2)`.
        outer: The frame around it.
        inputs: Shapes of what comes in.
        outputs: Shapes of what goes out.
        count: Number of elements of its parameters.
        bytes: Their memory.
        times: How often it is repeated.
        shared: Whether the repetitions are calls of one module.
        call: (number, count) where the same module is called several times.
        opens: Whether there are modules in it.
    """

    path: str
    title: str
    described: str
    outer: Module | None
    inputs: tuple[tuple[int, ...], ...] = ()
    outputs: tuple[tuple[int, ...], ...] = ()
    count: int = 0
    bytes: int = 0
    times: int = 1
    shared: bool = False
    call: tuple[int, int] = (1, 1)
    opens: bool = False


@dataclass(frozen=True, eq=False)
class Vertex:
    """One operation, leaf or constant, with the tensor that came out of it.

    Args:
        kind: "operation", "parameter", "input", "constant", or "group" for several operations.
        name: The name its Tensor was given, if any.
        alias: What an unnamed one is called where it must be called something.
        made: Whether the name says how it was computed outside the graph, such as `1 − t`.
        symbol: What stands in the gate: the operation's symbol, or its name.
        operation: The operation's name; empty for leaves.
        keywords: Names and values of the operation's keyword arguments.
        module: Path of the module that was being called.
        module_note: What that module is, to be written behind its path.
        call: The call of that module.
        box: The call of a module that a group stands for.
        around: The innermost frame, where a figure is one of modules.
        source: `file:line` of the call, if it was recorded.
        sources: Number of the vertex in each argument slot.
        inside: Arguments that are numbers in the gate instead: (position, number).
        value: The result; None for several results at once.
        results: Number of results; 1 for all but operations that return a tuple.
        gradient: Gradient of the last backward pass; None while it is not computed.
        arrivals: What each use added to the gradient; empty where it is not known.
        carried: What of the gradient of a leaf was in `.grad` before the last pass.
        edited: What `.grad` is now, where somebody changed it after the pass.
        updated: The value after an optimizer's step.
        rate: What the gradient was multiplied with in that step, if that was all of it.
        difference: The gradient by finite differences, for whoever asks.
        locals: The chain rule per argument slot; empty where it was not asked for.
        contribution: What one use of a leaf that is drawn several times sent back.
        trained: Whether a leaf is a parameter of a module, rather than a variable.
        cut: Why no gradient flows to a constant that was computed.
        reached: Whether a backward pass came by.
        differentiable: Whether the tensor requires a gradient.
        root: Whether the figure was drawn for this tensor.
        count: Number of operations that the vertex stands for.
        content: Lines that say what is in a group.
        weights: Number of elements of the parameters that a group hides.
        failed: Why the program stopped here.
        origin: "forward" or "backward" where NaN or infinity came from finite numbers first.
        index: What an operation looks up, where that is no argument of it: numbers of tokens.
        use: (number, count) where this is one of several stubs of one leaf.
        passes: (number, count) where the gradient is of an earlier backward pass than others.
        seconds: How long the operation took, forward and backward, if that is to be shown.
        merged: Number of uses that such a stub stands for, where a group uses the leaf.
        multiplicity: Number of uses behind each source of a group.
    """

    kind: str
    symbol: str
    operation: str = ""
    name: str | None = None
    alias: str = ""
    made: bool = False
    keywords: tuple[tuple[str, str], ...] = ()
    module: str | None = None
    module_note: str = ""
    call: ModuleCall | None = None
    box: Module | None = None
    around: Module | None = None
    source: str | None = None
    sources: tuple[int, ...] = ()
    inside: tuple[tuple[int, str], ...] = ()
    value: Quantity | None = None
    results: int = 1
    gradient: Quantity | None = None
    arrivals: tuple[Quantity, ...] = ()
    carried: Quantity | None = None
    edited: Quantity | None = None
    updated: Quantity | None = None
    rate: float | None = None
    difference: Difference | None = None
    locals: tuple[Local | None, ...] = ()
    contribution: Quantity | None = None
    trained: bool = False
    cut: str | None = None
    reached: bool = False
    differentiable: bool = True
    root: bool = False
    count: int = 1
    content: tuple[str, ...] = ()
    weights: int = 0
    failed: str = ""
    origin: str = ""
    index: Quantity | None = None
    use: tuple[int, int] | None = None
    passes: tuple[int, int] | None = None
    seconds: tuple[float, float] | None = None
    merged: int = 1
    multiplicity: tuple[int, ...] = ()

    if not TYPE_CHECKING:  # what is not given stays the class's, which takes a third of the time

        def __init__(self, kind, symbol, **given):
            self.__dict__.update(given, kind=kind, symbol=symbol)

    @property
    def word(self) -> str:
        """The key of the words for what it is."""
        if self.box is not None:
            return "box"
        return "variable" if self.kind == "parameter" and not self.trained else self.kind

    @property
    def is_leaf(self) -> bool:
        """Whether it was created rather than computed."""
        return self.kind in ("parameter", "input", "constant")

    @property
    def is_plain_number(self) -> bool:
        """Whether this is a constant such as the 2 of `2 * x`, which is its own name."""
        value = self.value
        return (
            self.kind == "constant"
            and self.name is None
            and self.cut is None
            and value is not None
            and value.values is not None
            and value.shape == ()
        )


if TYPE_CHECKING:
    altered = replace
else:  # the same for vertices, which have too many fields for that

    def altered(vertex, /, **given):
        """The same vertex but for some fields."""
        other = object.__new__(Vertex)
        other.__dict__.update(vertex.__dict__, **given)
        return other


class Source(NamedTuple):
    """The engine's node behind a vertex.

    `filled` are the argument slots that the vertex has sources for, `pass_number` the backward
    pass that its gradient came from.
    """

    node: Any
    filled: list[int]
    pass_number: int


@dataclass(frozen=True, eq=False)
class Graph:
    """All vertices; the sources of each come before it.

    `nodes` are what is behind operations and leaves; a graph that was reshaped has them no more.
    `stopped_in` is the call in which a program failed, of a graph that was just read.
    """

    vertices: tuple[Vertex, ...]
    nodes: Mapping[int, Source] = field(default_factory=dict)
    stopped_in: ModuleCall | None = None

    def renewed(self, vertices: Iterable[Vertex]) -> Graph:
        """The same graph with other facts about its vertices, which have the same sources."""
        made = Graph(tuple(vertices), self.nodes)
        if "uses" in self.__dict__:
            made.__dict__["uses"] = self.uses
        return made

    @cached_property
    def uses(self) -> list[list[tuple[int, int]]]:
        """For every vertex the (vertex, slot) pairs that use it, in order."""
        uses: list[list[tuple[int, int]]] = [[] for _ in self.vertices]
        for number, vertex in enumerate(self.vertices):
            for slot, source in enumerate(vertex.sources):
                uses[source].append((number, slot))
        return uses


# ---------------------------------------------------------------------- its story


@dataclass(frozen=True, slots=True)
class Question:
    """Numbers to be predicted before they are shown: one, or all elements of an array."""

    words: str
    answer: tuple[float, ...]
    written: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Args:
        phase: "build", "forward", "seed", "backward", "sum" or "update".
        words: What happens, in one or several lines.
        shown: For "built", "valued", "passed", "graded" and "updated" the nodes that become so.
        wires: Wires along which something flows.
        questions: What can be asked before the step is shown.
    """

    phase: str
    words: str
    shown: Mapping[str, tuple[int, ...]]
    wires: tuple[int, ...] = ()
    questions: tuple[Question, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Check:
    """A gradient and what finite differences say it is.

    Args:
        node: Whose gradient.
        name: What it is called.
        written: The gradient.
        difference: Computes the finite differences when asked to.
        write: Writes them, row by row.
    """

    node: int
    name: str
    written: str
    difference: Difference
    write: Callable[[Quantity], tuple[str, ...]]

    def written_difference(self) -> str:
        """The finite differences; empty where there are none."""
        quantity = self.difference.quantity()
        return "" if quantity is None else " ".join(self.write(quantity))


@dataclass(frozen=True, slots=True)
class Product:
    """A product of matrices of which every number is written: what each number is the sum of.

    Args:
        node: The node of the result.
        left: That of the first matrix.
        right: That of the second.
        bias: That of what is added to every row, if anything is.
        size: Rows of the first, columns of the first, columns of the result.
        flipped: Whether the second stands with its rows as columns, as weights of layers do.
    """

    node: int
    left: int
    right: int
    bias: int | None
    size: tuple[int, int, int]
    flipped: bool

    def data(self) -> dict[str, Any]:
        """The same for a page."""
        return {"of": self.node, "left": self.left, "right": self.right, "bias": self.bias,
                "size": self.size, "flipped": self.flipped}  # fmt: skip


# ---------------------------------------------------------------------- a page of its own


@dataclass(frozen=True)
class Live:
    """A figure of numbers that a page can compute anew; `data` writes what it needs for that."""

    data: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Refusal:
    """Why the values of a figure cannot be changed: a key of the words, and what they name."""

    key: str
    about: Mapping[str, Any]

    def words(self, words: Mapping[str, str]) -> str:
        """The same in words."""
        return words["no_change"].format(reason=words[self.key].format(**self.about))
