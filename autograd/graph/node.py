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

if TYPE_CHECKING:
    from autograd.graph.tensor import Tensor
    from autograd.operation.record import Op

KEPT_ELEMENTS = 256  # values and gradients up to this size stay on the node for drawing

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

    __slots__ = ("checksums", "constants", "hooks", "name", "retaining", "source")

    def __init__(self) -> None:
        self.name: str | None = None
        self.source: str | None = None
        self.hooks: dict[int, Callable[[Tensor], Tensor | None]] = {}
        self.retaining: weakref.ref[Tensor] | None = None
        self.constants: dict[int, tuple[str | None, str | None]] = {}  # slot: (name, cut)
        self.checksums: tuple[int, ...] | None = None  # of saved arrays, in anomaly mode


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
        return self.annotations.constants.get(slot, (None, None))[0]

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


class Leaf(Node):
    """A Tensor that requires gradients and was not computed; held weakly."""

    __slots__ = ("passes", "tensor")

    passes: int  # how many backward passes its `.grad` is the sum of
    tensor: weakref.ref[Tensor]

    is_leaf = True

    def __init__(self, tensor: Tensor, sequence: int) -> None:
        self.op = None
        self.sequence = sequence
        self.tensor = weakref.ref(tensor)
        self.passes = 0
        self.module = self.annotations = None
        self.state = LIGHT
        self.value = tensor._value
        if type(self.value) is ndarray:
            self.value = ArraySpec(self.value.shape, self.value.dtype)

    @property
    def edges(self) -> tuple[Node | None, ...]:
        """A leaf was computed from nothing."""
        return ()

    @property
    def inputs(self) -> tuple[Any, ...]:
        """A leaf saves nothing."""
        return ()

    def note_pass(self, number: int, passes: int) -> None:
        """Note that pass `number` added to `.grad`, which is the sum of so many passes now."""
        self._gradient, self._pass_number, self.passes = None, number, passes

    def current_value(self) -> Any:
        """The value of the Tensor as it is now, or its shape and dtype when it is gone."""
        tensor = self.tensor()
        return self.value if tensor is None else tensor._value


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
