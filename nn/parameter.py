"""What a module owns: parameters, which are trained, and buffers, which only belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from autograd.internals import caller_location, current_mode, mutations, replace_value, value_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Buffer", "Parameter"]


def _for_a_module(data: ArrayLike | Tensor) -> ArrayLike | Tensor:
    """Plain Python floats as float32, the dtype of modules; everything else as it is."""
    if isinstance(data, Tensor | np.ndarray | np.generic):
        return data
    array = np.asarray(data)
    return array.astype(np.float32) if array.dtype == np.float64 else array


class Parameter(Tensor):
    """A Tensor that a module trains: found by `Module.parameters()` wherever the module keeps it.

    Args:
        data: the first value, copied; Python floats become float32.
        requires_grad: False for a parameter that is kept and saved but not trained.
        name: what figures and errors call it; if not given, the attribute's name where it is
            assigned to a module, and its path, `fc1.weight`, once the whole model is called.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], dtype=float32, requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self, data: ArrayLike | Tensor, requires_grad: bool = True, name: str | None = None
    ) -> None:
        if isinstance(data, Tensor) and data.is_leaf:
            data = data.detach()  # it is a leaf of its own; what was computed would lose its graph
        super().__init__(_for_a_module(data), requires_grad, name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        # A copied model is trained, averaged or kept on its own: the old gradient is none of it.
        copied = super().__deepcopy__(memo)
        copied.grad = None
        return copied


class Buffer(Tensor):
    """A Tensor that belongs to a module without being trained, such as running statistics.

    Args:
        data: the first value, copied; Python floats become float32.
        persistent: whether `state_dict` includes it.

    >>> Buffer([0.0, 0.0])
    Tensor([0., 0.], dtype=float32)
    """

    __slots__ = ("persistent",)

    def __init__(self, data: ArrayLike | Tensor, persistent: bool = True) -> None:
        super().__init__(_for_a_module(data))
        self.persistent = persistent

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "persistent": self.persistent}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.persistent = state["persistent"]


def as_buffer(place: str, old: Any, value: Any, persistent: bool) -> Buffer:
    """What is assigned to a buffer, as one; plain numbers take the dtype of the old one."""
    if isinstance(value, Tensor) and value.requires_grad:
        raise TypeError(
            f"{place} is a buffer, and the Tensor assigned to it requires gradients, so its graph "
            "would be kept from step to step; assign .detach() of it"
        )
    try:
        buffer = Buffer(value, persistent)
    except TypeError:
        raise TypeError(
            f"{place} is a buffer and can become a Tensor, an array or None, not "
            f"{type(value).__name__}"
        ) from None
    if isinstance(value, Tensor) or not isinstance(old, Buffer) or buffer.dtype == old.dtype:
        return buffer
    if np.can_cast(buffer.dtype, old.dtype, "same_kind"):
        return Buffer(buffer.data.astype(old.dtype), persistent)
    return buffer


def assign(tensor: Tensor, value: Any, location: str, by: str) -> None:
    """Write `value` into the memory of a leaf, and note who did it in which line."""
    memory = value_of(tensor)
    if type(memory) is np.ndarray:
        expected = mutations.expect(memory)
        np.copyto(memory, value, casting="same_kind")
        mutations.record(expected, location, by)
    else:  # 0-d values are NumPy scalars, which cannot be written to
        replace_value(tensor, tensor.dtype.type(value), lambda: location, by)


def update_buffer(buffer: Tensor, value: Any) -> None:
    """Give a buffer a new value, such as moved statistics; what was saved of it is stale then."""
    path = current_mode().module
    by = "the module" if path is None else "the module " + path
    assign(buffer, value, caller_location(), by)
