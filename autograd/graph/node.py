"""Nodes: what a graph is made of.

A `Node` is one recorded operation; a `Leaf` is a Tensor that was created, not computed. Nodes hold
raw arrays, never Tensors (a leaf holds its Tensor weakly), so there are no cycles and dropping the
last Tensor frees its whole graph by reference counting.

Operations of one or two arguments keep edges and inputs in slots of the node itself: one object
for the garbage collector per operation. All others are a `WideNode` with tuples.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpy import dtype, ndarray

from autograd.graph.hooks import Handle, Hook
from autograd.graph.mutation import KEPT_ELEMENTS, mutations, next_sequence

if TYPE_CHECKING:
    from autograd.graph.tensor import Origin, Tensor
    from autograd.operation.record import Op


# States of a node: a LIGHT one holds no arrays to let go, a SPENT one was used by a backward pass.
LIGHT, HEAVY, SPENT = 0, 1, 2


class ArraySpec:
    """Shape and dtype of an array that was not kept."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: dtype[Any]) -> None:
        self.shape = shape
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"ArraySpec({self.shape}, {self.dtype})"


class Annotations:
    """What few nodes have: a name, hooks, tensors that retain a gradient, notes on constants."""

    __slots__ = (
        "accumulated", "checksums", "constants", "failed_in", "hooks", "name", "retaining", "source"
    )  # fmt: skip

    def __init__(self) -> None:
        self.name: str | None = None
        self.source: str | None = None
        self.hooks: dict[Handle, Hook] = {}
        self.accumulated: dict[Handle, Hook] | None = None  # of a leaf, after `.grad` was added to
        self.retaining: weakref.ref[Tensor] | None = None
        # slot: (name, cut, origin)
        self.constants: dict[int, tuple[str | None, str | None, Origin | str | None]] = {}
        self.checksums: tuple[int, ...] | None = None  # of saved arrays, in anomaly mode
        self.failed_in: int | None = None  # the pass whose rule raised here


class Node:
    """One recorded operation: its record, its edges, and what its rules read."""

    # A million nodes of a graph of scalars are passed over by the garbage collector again and
    # again: every slot less, and every slot left empty, shows.
    __slots__ = (
        "_gradient",
        "_pass_number",
        "annotations",
        "edge0",
        "edge1",
        "input0",
        "input1",
        "module",
        "op",
        "sequence",
        "state",
        "value",
    )

    op: Op | None
    sequence: int  # order of creation, shared with the mutation table
    edge0: Node | None  # the nodes the arguments came from; None for constants
    edge1: Node | None
    input0: Any  # saved arguments: raw, an ArraySpec, or None where nothing reads them
    input1: Any
    value: Any  # the result, raw or an ArraySpec; a tuple of these for several results
    keywords: dict[str, Any] | None = None  # a slot of the subclasses that have some
    residuals: tuple[Any, ...] | None = None  # likewise
    module: str | None  # path of the nn module that was being called
    state: int
    annotations: Annotations | None
    _gradient: Any  # empty until a backward pass comes by, like the next
    _pass_number: int

    is_leaf = False

    @property
    def gradient(self) -> Any:
        """The gradient of the last pass: raw, an ArraySpec, or None while not computed."""
        return getattr(self, "_gradient", None)

    @property
    def pass_number(self) -> int:
        """Which backward pass came by last; 0 while none did."""
        return getattr(self, "_pass_number", 0)

    @property
    def edges(self) -> tuple[Node | None, ...]:
        """The nodes that the arguments came from, in slot order; None for constants."""
        return (self.edge0,) if self.op.arity == 1 else (self.edge0, self.edge1)  # type: ignore[union-attr]

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What is saved of each argument, in slot order."""
        return (self.input0,) if self.op.arity == 1 else (self.input0, self.input1)  # type: ignore[union-attr]

    def change_inputs(self, change: Callable[[Any], Any]) -> None:
        """Put in the place of what is saved of each argument what a function makes of it."""
        self.input0 = change(self.input0)
        if self.op.arity == 2:  # type: ignore[union-attr]
            self.input1 = change(self.input1)

    @property
    def name(self) -> str | None:
        """The name given to the Tensor that this node computed."""
        return None if self.annotations is None else self.annotations.name

    @property
    def source(self) -> str | None:
        """`file:line` of the call, where an observer asked for it."""
        return None if self.annotations is None else self.annotations.source

    def annotate(self) -> Annotations:
        """The annotations, made on first need."""
        if self.annotations is None:
            self.annotations = Annotations()
        return self.annotations

    def constant_name(self, slot: int) -> str | None:
        """The name of the constant Tensor in an argument slot, if it has one."""
        if self.annotations is None:
            return None
        return self.annotations.constants.get(slot, (None,))[0]

    def argument(self, slot: int) -> Any:
        """The best known value of an argument: what its node kept, else what was saved here."""
        edge, saved = self.edges[slot], self.inputs[slot]
        if edge is None or (isinstance(edge.value, (ArraySpec, tuple)) and saved is not None):
            return saved
        return edge.value

    def label(self) -> str:
        """A few words that say which operation this is, for messages."""
        name = self.op.name if self.op is not None else "leaf"
        words = f"{name} '{self.name}'" if self.name else name
        return f"{words} in module {self.module}" if self.module else words

    def __repr__(self) -> str:
        return f"<{self.label()} #{self.sequence}, {describe(self.value)}>"


class KeywordNode(Node):
    """An operation that was called with keywords."""

    __slots__ = ("keywords",)


class WideNode(KeywordNode):
    """An operation of more than two arguments or of a list."""

    __slots__ = ("edges", "inputs")

    edges: tuple[Node | None, ...]  # slots in place of properties
    inputs: tuple[Any, ...]

    def change_inputs(self, change: Callable[[Any], Any]) -> None:
        """Put in the place of what is saved of each argument what a function makes of it."""
        self.inputs = tuple(map(change, self.inputs))


class KernelNode(WideNode):
    """An operation whose rule for raw arrays reads residuals of its body."""

    __slots__ = ("residuals",)

    residuals: tuple[Any, ...] | None  # a slot in place of the attribute


class Leaf(Node):
    """A Tensor that requires gradients and was not computed; held weakly.

    For drawing it keeps its value if that is small, what this value replaced, the gradient of the
    last pass, and what `.grad` held before that added to it.
    """

    __slots__ = ("_noted", "_replaced", "carried", "passes", "tensor")

    passes: int  # how many backward passes its `.grad` is the sum of
    tensor: weakref.ref[Tensor]
    # What `.grad` held before the last pass: None, raw or an ArraySpec; `NOT_DELIVERED` where the
    # pass did not go to `.grad`.
    carried: Any
    _noted: int  # when the gradient was: others own its memory
    _replaced: list[tuple[int, Any, str]]  # until when, the value, and who replaced it

    is_leaf = True

    def __init__(self, tensor: Tensor, sequence: int) -> None:
        self.op = None
        self.sequence = sequence
        self.tensor = weakref.ref(tensor)
        self.passes = 0
        self.carried = None
        self.module = self.annotations = None
        self.state = LIGHT
        self.value = small(tensor._value)

    @property
    def edges(self) -> tuple[Node | None, ...]:
        """A leaf was computed from nothing."""
        return ()

    @property
    def inputs(self) -> tuple[Any, ...]:
        """A leaf saves nothing."""
        return ()

    def replace_value(self, value: Any, words: str) -> None:
        """Note that the Tensor has another value from now on, and who gave it that."""
        replaced = getattr(self, "_replaced", [])[-_KEPT_VALUES:]
        self._replaced = [*replaced, (next_sequence(), self.value, words)]
        self.value = small(value)

    def value_at(self, sequence: int) -> tuple[Any, str]:
        """What an operation of this number used, and if that is lost, who changed it since.

        Of a small Tensor that is right also when it is gone; of a large one it is the value now.
        """
        tensor = self.tensor()
        value, words = self.value, ""
        if tensor is not None and tensor._node is self:
            value = tensor._value
        replaced = getattr(self, "_replaced", [])
        for until, old, by in replaced:
            if until > sequence:
                lost = isinstance(old, ArraySpec) or (
                    len(replaced) > _KEPT_VALUES and until == replaced[0][0]
                )
                value, words = (value, by) if lost else (old, "")
                break
        value, change = mutations.as_of(value, sequence)
        return value, words or (change.words() if change is not None else "")

    @property
    def gradient(self) -> Any:
        """The gradient of the last pass, as it was then: the same memory is in `.grad`."""
        known = getattr(self, "_gradient", None)
        return known if known is None else mutations.as_of(known, self._noted)[0]

    def note_pass(self, number: int, passes: int, gradient: Any, carried: Any, now: int) -> None:
        """Keep what pass `number` gave, and what `.grad`, a sum of `passes` now, held before."""
        self._gradient = small(gradient)
        self.carried = carried if carried is None else small(carried)
        self._pass_number = number
        self.passes = passes
        self._noted = now


NOT_DELIVERED = object()  # a gradient that `autograd.grad` returned instead
_KEPT_VALUES = 16  # that other ones replaced


def small(value: Any) -> Any:
    """A small array as it is, of others shape and dtype."""
    if type(value) is ndarray and value.size > KEPT_ELEMENTS:
        return ArraySpec(value.shape, value.dtype)
    return value


def keepsake(value: Any, limit: float = KEPT_ELEMENTS) -> Any:
    """What a node keeps of an array for drawing: small ones, never a view; else shape and dtype."""
    if type(value) is not ndarray:
        return value
    if value.size > limit:
        return ArraySpec(value.shape, value.dtype)
    return value if value.base is None else value.copy()


def describe(value: Any) -> str:
    """Shape and dtype of anything that can be an argument, for messages."""
    if isinstance(value, tuple):
        return "(" + ", ".join(describe(each) for each in value) + ")"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{tuple(value.shape)} {value.dtype}"
    if isinstance(value, (bool, int, float, complex)):
        return f"{type(value).__name__} {value!r}"
    return type(value).__name__
