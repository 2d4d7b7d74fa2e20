"""The Tensor: an array that remembers how it was computed.

This file holds what a Tensor is: its value, its node, and the ways in and out of the graph. What
computes is put here by its owners, so that nothing here imports them: the methods (`exp`, `sum`,
`+`, ...) by the records of the operations, NumPy's protocols by `operation/dispatch.py`, and
`backward` by `derivatives/backward.py`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.elsewhere import FOR_ALL, Values, understood, with_derivative_of_caller
from autograd.graph.attributes import SingleNumber, Size
from autograd.graph.defaults import by_default
from autograd.graph.hooks import Handle, LeafHooks
from autograd.graph.modes import current_mode
from autograd.graph.mutation import (
    KEPT_ELEMENTS,
    is_borrowed,
    mutations,
    next_sequence,
    replace_value,
)
from autograd.graph.node import Leaf, Node, describe
from autograd.graph.views import View, refresh
from autograd.location import caller_location
from autograd.tables import numeric
from autograd.traps import explain_unpacking, warn_of_no_gradient, warn_of_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike


class Origin:
    """What a Tensor outside the graph was computed from, so that a figure can call it `1 - t`.

    `parts` are numbers, and of Tensors a weak reference, the name and their own origin.
    """

    __slots__ = ("op", "parts")

    def __init__(self, op: Any, operands: Sequence[Any]) -> None:
        self.op = op
        self.parts = [
            (weakref.ref(each), each._name, each._origin)
            if isinstance(each, Tensor)
            else each
            if type(each) in (bool, int, float, complex)
            else None
            for each in operands
        ]


class Tensor:
    """An n-dimensional array that records what is computed from it.

    Args:
        data: a number, nested list, array or Tensor; always copied. Python floats make float64.
        requires_grad: whether `backward()` should compute the gradient with respect to it.
        name: what figures and messages call it.

    Raises:
        TypeError: for data that is not numeric, or integer data that should require gradients.
        ValueError: for ragged lists.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    Tensor([2., 4.])
    """

    __slots__ = (
        "__weakref__", "_cut", "_grad", "_hooks", "_name", "_node", "_origin", "_value", "_view"
    )  # fmt: skip

    _value: Any  # an ndarray, or a NumPy scalar when 0-d: these compute several times faster
    _node: Node | None  # None: does not require gradients
    _grad: Tensor | None
    _name: str | None
    _view: View | None
    _cut: str | None  # why there is no node, where the graph was cut on purpose
    _hooks: LeafHooks  # of few leaves, and empty elsewhere; nodes of leaves come and go
    _origin: Origin | str | None  # what it was computed from or is, outside the graph

    def __init__(
        self, data: ArrayLike | Tensor, requires_grad: bool = False, name: str | None = None
    ) -> None:
        if isinstance(data, Tensor):
            data = data._leaving("Tensor")
        array = as_numeric_array(data, "Tensor")
        self._value = array[()] if array.ndim == 0 else np.array(array, order="K", subok=False)
        self._node = self._grad = self._view = self._cut = self._origin = self._name = None
        if requires_grad:
            if requires_grad is not True and isinstance(requires_grad, int):
                raise TypeError(
                    f"Tensor: got {data!r} and {requires_grad!r}, where the data and requires_grad "
                    "are expected; autograd.empty(2, 3) makes a Tensor of a shape"
                )
            self.requires_grad_()
        if name is not None:
            self.name = name

    # ------------------------------------------------------------------ value

    @property
    def data(self) -> ndarray[Any, Any]:
        """The value as an array that shares memory; read-only where 0-d.

        Assigning replaces the value (same shape) by a copy, unrecorded; `t.data += v` works too. A
        backward pass that still needs the old value raises. `t.data[...] = v` is not noticed.
        """
        if type(self._value) is ndarray:
            mutations.keep(self._value)
            return self._value.view(Values)
        array = np.array(self._value).view(SingleNumber)
        array.flags.writeable, array.owner = False, self
        return array

    @data.setter
    def data(self, value: ArrayLike | Tensor) -> None:
        array = as_numeric_array(
            value._value if isinstance(value, Tensor) else value, "Tensor.data"
        )
        if array.shape != self.shape:
            raise ValueError(
                f"Tensor.data: cannot replace a value of shape {self.shape} by {describe(array)}; "
                "make a new Tensor instead"
            )
        if not np.can_cast(array.dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"Tensor.data: {array.dtype} does not fit into {self.dtype} without loss; "
                "make a new Tensor instead"
            )
        # An array of others is copied: its owner may change it. What comes from `t.data` is ours.
        same = type(value) is Values and value.base is self._value
        array = array.astype(self.dtype, copy=not (same or isinstance(value, Tensor)))
        if type(self._value) is ndarray:
            # What `t.data += v` has changed was kept when it was handed out.
            expected = mutations.expect(self._value, -1 if same else KEPT_ELEMENTS)
            mutations.record(expected, caller_location(), "Tensor.data")
        if not same:
            new = array[()] if array.ndim == 0 else array
            replace_value(self, new, caller_location, "Tensor.data")

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of every axis."""
        shape: tuple[int, ...] = self._value.shape
        return shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return int(self._value.ndim)

    @property
    def size(self) -> int:
        """Number of elements."""
        size = Size(self._value.size)
        size.shape = self._value.shape
        return size

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        dtype: np.dtype[Any] = self._value.dtype
        return dtype

    def item(self) -> Any:
        """The only element as a Python number.

        Raises:
            ValueError: if there is not exactly one element.
        """
        if self.size != 1:
            raise ValueError(f"item: needs exactly one element, got {describe(self)}; {FOR_ALL}")
        return self._value.item()

    def numpy(self) -> ndarray[Any, Any]:
        """The value as an ndarray that shares memory (read-only where 0-d).

        Raises:
            TypeError: if the Tensor requires gradients: the array would silently leave the graph.
        """
        self._refuse_to_leave("numpy")
        return self.data.view(ndarray)

    # ------------------------------------------------------------------ gradients

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient, of this Tensor's shape and dtype; None before `backward()`.

        Only leaves and tensors with `retain_grad()` have one; `autograd.explain(t)` tells why not.
        """
        if self._grad is None and self._node is not None and self._node.op is not None:
            warn_of_no_gradient(self._node)
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"Tensor.grad: expected a Tensor or None, got {describe(value)}")
            if value.shape != self.shape:
                raise ValueError(
                    f"Tensor.grad: expected shape {self.shape} like the Tensor, got {value.shape}"
                )
            if value.dtype != self.dtype:
                raise TypeError(
                    f"Tensor.grad: expected dtype {self.dtype} like the Tensor, got {value.dtype}; "
                    "convert with .astype"
                )
            if isinstance(self._node, Leaf):
                self._node.passes = 0  # that it would be the sum of
        self._grad = value

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this Tensor are recorded."""
        if self._view is not None and self._view.recorded:
            refresh(self)  # its base may have been written to
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, requires_grad: bool) -> None:
        if not isinstance(requires_grad, bool | np.bool_):
            raise TypeError(
                f"Tensor.requires_grad: expected True or False, got {describe(requires_grad)}"
            )
        self.requires_grad_(bool(requires_grad))

    @property
    def is_leaf(self) -> bool:
        """Whether it was created rather than computed by a recorded operation."""
        return self._node is None or self._node.is_leaf

    @property
    def name(self) -> str | None:
        """What figures and messages call it."""
        return self._name

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"Tensor.name: expected a string, got {describe(name)}")
        self._name = name
        if self._node is not None:
            self._node.annotate().name = name

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Switch on or off that operations on this leaf are recorded, and return it.

        A Tensor over memory of another library, from `from_dlpack`, moves to a copy of it.

        Raises:
            TypeError: for integer and bool tensors, which have no derivative.
            RuntimeError: for a computed Tensor; use `detach()`.
        """
        if requires_grad and self._node is None:
            if self.dtype.kind not in "fc":
                raise TypeError(
                    f"requires_grad: only floating and complex tensors have gradients, got "
                    f"{describe(self)}; convert with .astype(float) (see: integer-gradient)"
                )
            if type(self._value) is ndarray and is_borrowed(self._value):
                self._value = self._value.copy()  # rules read it later
            self._node = Leaf(self, next_sequence())
            self._cut = None
            if self._name is not None:
                self._node.annotate().name = self._name
            if hasattr(self, "_hooks"):
                self._put_hooks_on(self._node)
        elif not requires_grad and self._node is not None:
            if not self.is_leaf:
                raise RuntimeError(
                    "requires_grad_(False): this Tensor was computed by "
                    f"{self._node.label()}; use .detach() for one outside the graph"
                )
            self._node = None
        return self

    def detach(self) -> Tensor:
        """A Tensor of the same memory outside the graph: no gradient flows through it.

        >>> x = Tensor(3.0, requires_grad=True)
        >>> (x * x.detach()).backward()
        >>> x.grad
        Tensor(3.)
        """
        mutations.keep(self._value)
        detached = wrap(self._value, None)
        detached._name = self._name
        if self._node is not None:
            detached._cut = f"detached at {caller_location()}"
        return detached

    def retain_grad(self) -> Tensor:
        """Make the next `backward()` fill `.grad` of this computed Tensor too.

        Raises:
            RuntimeError: if it does not require gradients.
        """
        node = self._requiring("retain_grad")
        if not node.is_leaf:
            node.annotate().retaining = weakref.ref(self)
        return self

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Handle:
        """Call `hook(gradient)` when this Tensor's gradient is complete; it may return another.

        A leaf keeps its hooks while it does not require gradients, and under another dtype.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.

        >>> x = Tensor(1.0, requires_grad=True)
        >>> handle = x.register_hook(lambda gradient: gradient * 10)
        >>> (2 * x).backward()
        >>> x.grad
        Tensor(20.)
        >>> handle.remove()
        """
        node = self._requiring("register_hook")
        if node.is_leaf:
            self._put_hooks_on(node)
        return Handle(node.annotate().hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> Handle:
        """Call `hook(tensor)` after `backward()` has added to the `.grad` of this leaf.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.

        Raises:
            RuntimeError: if it is computed, or does not require gradients.

        >>> x = Tensor([1.0, 3.0], requires_grad=True)
        >>> handle = x.register_post_accumulate_grad_hook(lambda leaf: print(leaf.grad))
        >>> (x * x).sum().backward()
        [2. 6.]
        """
        node = self._requiring("register_post_accumulate_grad_hook")
        if not node.is_leaf:
            raise RuntimeError(
                f"register_post_accumulate_grad_hook: this Tensor was computed by {node.label()}, "
                "and only leaves accumulate gradients; use register_hook"
            )
        self._put_hooks_on(node)
        return Handle(self._hooks.accumulated, hook)

    def _requiring(self, caller: str) -> Node:
        """The node, of a Tensor that must require gradients."""
        refresh(self)
        if self._node is None:
            raise RuntimeError(f"{caller}: this Tensor {self._why_no_gradient()}")
        return self._node

    def _put_hooks_on(self, leaf: Node) -> None:
        if not hasattr(self, "_hooks"):
            self._hooks = LeafHooks()
        notes = leaf.annotate()
        notes.hooks, notes.accumulated = self._hooks.arriving, self._hooks.accumulated

    def _why_no_gradient(self) -> str:
        reason = f": it was {self._cut}" if self._cut else ""
        if self.dtype.kind not in "fc":
            reason = f": it is {self.dtype}, and only floating and complex tensors have gradients"
        return f"does not require gradients{reason}"

    def _leaving(self, what: str) -> Any:
        """The raw value, for a copy outside the graph; refused where a gradient would be lost."""
        if self._node is not None and current_mode().recording:
            raise TypeError(
                f"{what}: {describe(self)} requires gradients, and a copy would silently leave the "
                "graph; use .copy(), which is recorded, or .detach()"
            )
        return self._value

    def _refuse_to_leave(self, what: str) -> None:
        if self._node is not None:
            raise TypeError(
                f"{what}: {describe(self)} requires gradients, and an ndarray would silently leave "
                f"the graph; use {with_derivative_of_caller()}.detach().numpy(), or autograd.stack "
                "for a list of tensors (see: leaving-the-graph)"
            )

    # ------------------------------------------------------------------ Python's protocols

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> ndarray[Any, Any]:
        self._refuse_to_leave("np.asarray")
        mutations.keep(self._value)
        array = np.array(self._value, dtype=dtype, copy=copy)
        if not (array.shape or copy):
            array.flags.writeable = False  # what is written there would be lost
        return array

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len: a 0-d Tensor has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("iteration over a 0-d Tensor; use .item() for its number")
        explain_unpacking(self)
        return (self[i] for i in range(self.shape[0]))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth value of {describe(self)} is ambiguous; use .any() or .all()"
            )
        return bool(self._value)

    def __float__(self) -> float:
        return float(self._as_number("float"))

    def __int__(self) -> int:
        return int(self._as_number("int"))

    def __complex__(self) -> complex:
        return complex(self._as_number("complex"))

    def _as_number(self, conversion: str) -> Any:
        number = self.item()
        if self.requires_grad and current_mode().recording:
            assert self._node is not None
            warn_of_number(self._node, conversion)
        return number

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.size != 1:
            raise TypeError(f"an index must be one integer, got {describe(self)}")
        return int(self.item())

    __hash__ = object.__hash__

    def __contains__(self, element: object) -> bool:
        value = element._value if isinstance(element, Tensor) else element
        return bool(np.any(self._value == value))

    def __format__(self, specification: str) -> str:
        return format(self.item(), specification) if specification else str(self)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        text = np.array2string(np.asarray(self._value), separator=", ", prefix="Tensor(")
        parts = [text]
        if self.dtype not in (np.float64, np.complex128, np.int64, np.bool_):
            parts.append(f"dtype={self.dtype}")
        if self._name is not None:
            parts.append(f"name={self._name!r}")
        if self._node is not None:
            parts.append(
                "requires_grad=True" if self._node.op is None else f"from={self._node.op.name}"
            )
        return f"Tensor({', '.join(parts)})"

    def __copy__(self) -> Tensor:
        return self.__deepcopy__({}) if self.is_leaf else self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        self._only_leaf("deepcopy")
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        copied.__setstate__(self.__getstate__())
        if type(copied._value) is ndarray:
            copied._value = copied._value.copy()
        if self._grad is not None:
            copied._grad = Tensor(self._grad.detach())
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        self._only_leaf("pickle")
        return (_make_empty, (type(self),), self.__getstate__())

    def __getstate__(self) -> dict[str, Any]:
        return {"value": self._value, "requires_grad": self.requires_grad, "name": self._name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._value = state["value"]
        self._node = self._grad = self._view = self._cut = self._origin = None
        self._name = state["name"]
        self.requires_grad_(state["requires_grad"])

    def _only_leaf(self, what: str) -> None:
        if not self.is_leaf:
            raise RuntimeError(
                f"{what}: only leaves can be copied without their graph; this Tensor was computed "
                f"by {self._node.label() if self._node else '?'}; use .detach() first"
            )

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in understood]


def _make_empty(cls: type[Tensor]) -> Tensor:
    return cls.__new__(cls)


_new = object.__new__


def wrap(value: Any, node: Node | None) -> Tensor:
    """A Tensor around a raw value, without a copy: how every result is made."""
    tensor = _new(Tensor)
    tensor._value = value
    tensor._node = node
    tensor._grad = tensor._name = tensor._view = tensor._cut = tensor._origin = None
    return tensor


def described(array: ndarray[Any, Any], words: str) -> Tensor:
    """A Tensor around an array of the library's own, such as a "mask", with words for figures."""
    tensor = wrap(array, None)
    tensor._origin = words
    return tensor


def value(x: Any) -> Any:
    """The raw array behind a Tensor; anything else unchanged. Rules compute masks on it.

    >>> value(Tensor([1.0, 2.0]))
    array([1., 2.])
    """
    return x._value if isinstance(x, Tensor) else x


def constant(x: Any, caller: str, name: str) -> Any:
    """The raw value of an argument that has no derivative; a gradient that it wants is refused.

    >>> constant(0.5, "percentile", "q")
    0.5
    """
    if isinstance(x, Tensor) and x._node is not None:
        raise TypeError(
            f"{caller}: no derivative with respect to {name!r}, got a Tensor that requires "
            "gradients; pass t.detach()"
        )
    return value(x)


def as_numeric_array(data: Any, caller: str) -> ndarray[Any, Any]:
    """`data` as a numeric ndarray, without a copy where it is one.

    Raises:
        TypeError: for objects, strings, masked arrays.
        ValueError: for ragged lists.
    """
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError(f"{caller}: masked arrays are not supported; use .filled() first")
    if isinstance(data, (list, tuple)):
        data = _unwrap_nested(data, caller)
    try:
        array = by_default(np.asarray(data), data)
    except ValueError as error:
        raise ValueError(
            f"{caller}: the nested lists are ragged (rows of different lengths): {error}"
        ) from None
    return array if array.dtype.kind in "biufc" else numeric(data, array, caller)


def _unwrap_nested(data: Any, caller: str) -> Any:
    """Nested lists with the Tensors in them replaced by their values, if they may leave."""
    if isinstance(data, (list, tuple)):
        return [_unwrap_nested(each, caller) for each in data]
    if isinstance(data, Tensor):
        data._refuse_to_leave(caller)
        return data._value
    return data
