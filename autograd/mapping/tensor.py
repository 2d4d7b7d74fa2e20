"""The Tensor of all samples that looks like the Tensor of one.

Inside `func.vmap` a function is called once, with Tensors of the shape that one sample has. Each
holds the physical Tensor of all samples, with one leading axis per level of mapping, outermost
first. What is recorded is the physical Tensors, so derivatives need to know nothing of mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph.hooks import Handle
from autograd.graph.node import Node
from autograd.graph.tensor import Tensor

if TYPE_CHECKING:
    from autograd.mapping.level import Level

_new = object.__new__


class NoValueError(TypeError):
    """The numbers of a mapped Tensor were asked for."""


class _NoAttributeError(NoValueError, AttributeError):
    """An attribute of the array was asked for."""


def _refusal(what: str, kind: type[NoValueError] = NoValueError) -> NoValueError:
    return kind(
        f"vmap: {what} of a mapped Tensor: inside the mapped function it has one for each sample, "
        "so choose between values with autograd.where and return what is wanted; outside of it "
        "there is none, so return the Tensor from the function"
    )


class Mapped:
    """What stands for the value of a mapped Tensor: the shape and dtype of one sample, no numbers.

    Attributes:
        tensor: the physical Tensor, whose leading axes are those of `levels`.
        levels: over which it is mapped, outermost first.
        shape: of one sample.
    """

    __slots__ = ("levels", "shape", "tensor")

    def __init__(self, tensor: Tensor, levels: tuple[Level, ...]) -> None:
        self.tensor = tensor
        self.levels = levels
        self.shape: tuple[int, ...] = tensor._value.shape[len(levels) :]

    @property
    def ndim(self) -> int:
        """Number of axes of one sample."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements of one sample."""
        count = 1
        for side in self.shape:
            count *= side
        return count

    @property
    def dtype(self) -> Any:
        """Type of the elements."""
        return self.tensor._value.dtype

    def refusal(self, what: str) -> NoValueError:
        """The error for who asks for the numbers."""
        return _refusal(what)

    def item(self) -> Any:
        """There is no one number."""
        raise _refusal("item")

    def __getattr__(self, name: str) -> Any:
        raise _refusal(f"the array's {name!r}", _NoAttributeError)

    def __getitem__(self, index: Any) -> Any:
        raise _refusal("a part of the array")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise _refusal("the array")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        raise _refusal(f"{ufunc.__name__} of the values")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in _OF_SHAPE_AND_DTYPE:
            raise _refusal(f"np.{function.__name__} of the values")
        like = [np.empty(x.shape, x.dtype) if type(x) is Mapped else x for x in args]
        return function(*like, **kwargs)

    def __bool__(self) -> bool:
        raise _refusal("the truth value")

    def __eq__(self, other: object) -> bool:
        raise _refusal("a comparison of the values")

    __hash__ = object.__hash__

    def _no_value(self, other: Any = None) -> Any:
        raise _refusal("the value")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _no_value
    __rtruediv__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = _no_value
    __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = __complex__ = _no_value

    def __repr__(self) -> str:
        samples = " x ".join(str(level.size) for level in self.levels)
        return f"<{self.shape} {self.dtype} of each of {samples} samples>"


# What NumPy tells of an array without looking at its numbers.
_OF_SHAPE_AND_DTYPE = frozenset(
    {
        np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.shape, np.ndim, np.size,
        np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj,
    }
)  # fmt: skip


class MappedTensor(Tensor):
    """A Tensor of one sample that stands for all of them."""

    __slots__ = ()

    @property
    def _node(self) -> Node | None:  # type: ignore[override]
        """That of the physical Tensor."""
        node: Node | None = physical(self)._node
        return node

    @property
    def size(self) -> int:
        """Number of elements of one sample."""
        return int(self._value.size)

    @property  # type: ignore[misc]  # nobody can set it
    def grad(self) -> Tensor | None:
        """Nothing: gradients of samples are what transforms return."""
        raise RuntimeError(
            "vmap: .grad of a mapped Tensor; compute the gradients inside with func.grad or "
            "autograd.grad, which return them"
        )

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Switch on or off that operations on this leaf are recorded, and return it."""
        physical(self).requires_grad_(requires_grad)
        return self

    def detach(self) -> Tensor:
        """A Tensor of the same memory outside the graph."""
        return mapped_over(physical(self).detach(), self._value.levels)

    def retain_grad(self) -> Tensor:
        """Refused: it would be on no Tensor that anyone sees."""
        raise RuntimeError("vmap: retain_grad of a mapped Tensor; return its gradient instead")

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Handle:
        """Refused: the hook would see the gradients of all samples."""
        raise RuntimeError("vmap: a hook on a mapped Tensor would see all samples at once")

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> Handle:
        """Refused likewise."""
        raise RuntimeError("vmap: a hook on a mapped Tensor would see all samples at once")

    def __bool__(self) -> bool:
        return bool(self._value)

    def __iter__(self) -> Any:
        if not self.shape:
            raise TypeError("iteration over a 0-d Tensor; each sample is one number here")
        return (self[i] for i in range(self.shape[0]))

    def __repr__(self) -> str:
        return f"Tensor({self._value!r})"

    def __copy__(self) -> Tensor:
        copied: Tensor = self.copy()
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        raise _refusal("a pickle")


def mapped_over(tensor: Tensor, levels: tuple[Level, ...]) -> Tensor:
    """The physical Tensor as one of a sample; itself without levels."""
    if not levels:
        return tensor
    mapped = _new(MappedTensor)
    mapped._value = Mapped(tensor, levels)
    mapped._grad = mapped._name = mapped._view = mapped._origin = None
    mapped._cut = tensor._cut
    return mapped


def physical(tensor: Any) -> Any:
    """The Tensor of all samples behind one of a sample; anything else as it is."""
    return tensor._value.tensor if isinstance(tensor, MappedTensor) else tensor


def levels_of(x: Any) -> tuple[Level, ...]:
    """The levels over which a Tensor is mapped, outermost first."""
    if isinstance(x, MappedTensor):
        x = x._value
    return x.levels if type(x) is Mapped else ()


def all_levels(xs: Iterable[Any]) -> tuple[Level, ...]:
    """The levels over which one of several is mapped, outermost first."""
    return in_order(level for x in xs for level in levels_of(x))


def in_order(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Each level once, outermost first."""
    return tuple(sorted(set(levels), key=lambda level: level.depth))


def of_sample(x: Any, level: Level, i: int) -> Any:
    """The part of one sample; what is not mapped over the level as it is."""
    if isinstance(x, dict):
        return {name: of_sample(each, level, i) for name, each in x.items()}
    if isinstance(x, tuple | list):
        return getattr(type(x), "_make", type(x))(of_sample(each, level, i) for each in x)
    return peeled(x, level)[i] if levels_of(x)[-1:] == (level,) else x


def peeled(x: Any, level: Level) -> Any:
    """With the axis of the innermost level in sight, as the first; what lacks it as it is."""
    value = x if type(x) is Mapped else x._value if type(x) is MappedTensor else None
    if value is None or value.levels[-1] is not level:
        return x
    return value.tensor if len(value.levels) == 1 else mapped_over(value.tensor, value.levels[:-1])


def covered(x: Tensor, level: Level) -> Tensor:
    """With the first axis hidden: that of a level inside of all others. The inverse of `peeled`."""
    if type(x) is MappedTensor:
        return mapped_over(x._value.tensor, (*x._value.levels, level))
    return mapped_over(x, (level,))
