"""DLPack: memory shared with PyTorch, JAX, CuPy and others, without a copy.

`torch.from_dlpack(t)` reads a Tensor, `from_dlpack(array)` makes one. The protocol is that of the
array API standard, https://data-apis.org/array-api/latest/design_topics/data_interchange.html.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph.mutation import mutations
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.processor import checked_device

__all__ = ["from_dlpack"]

_CPU = 1  # DLPack's number of it


def from_dlpack(array: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A Tensor over the memory of another library's array: changing one changes the other.

    What an operation has to remember of that memory is copied, since its owner may write to it at
    any time; a Tensor that shall require gradients moves to memory of its own. A 0-d array is
    copied, since Tensors keep single numbers as such.

    Args:
        array: an array in memory of the CPU whose library has DLPack, such as a PyTorch tensor.
        device: the CPU, if given.
        copy: True copies; False raises where a copy is needed.

    Raises:
        TypeError: if it has no DLPack, or its dtype is none of NumPy's.
        BufferError: if its memory is not that of the CPU, or `copy=False` cannot be.

    >>> a = np.zeros(2)
    >>> t = from_dlpack(a)
    >>> a[0] = 5.0
    >>> t
    Tensor([5., 0.])
    """
    checked_device(device)
    if not (hasattr(array, "__dlpack__") and hasattr(array, "__dlpack_device__")):
        raise TypeError(
            f"from_dlpack: {type(array).__name__} has no __dlpack__; numbers and lists are "
            "copied by autograd.tensor"
        )
    if int(array.__dlpack_device__()[0]) != _CPU:
        raise BufferError(
            f"from_dlpack: {describe(array)} is not in memory of the CPU; move it there first, as "
            "by array.cpu()"
        )
    try:
        shared = np.from_dlpack(array)
    except RuntimeError as error:  # a dtype such as bfloat16
        raise TypeError(f"from_dlpack: {describe(array)} has no NumPy dtype: {error}") from error
    if shared.ndim == 0:
        if copy is False:
            raise BufferError(
                "from_dlpack: a 0-d array is copied, since Tensors keep single numbers as such; "
                "leave out copy=False"
            )
        return wrap(shared[()], None)
    return wrap(shared.copy() if copy else shared, None)


def dlpack(
    self: Tensor,
    *,
    stream: Any = None,
    max_version: tuple[int, int] | None = None,
    dl_device: tuple[int, int] | None = None,
    copy: bool | None = None,
) -> Any:
    """The memory as a DLPack capsule, which another library's `from_dlpack` takes.

    Raises:
        TypeError: if the Tensor requires gradients: they would silently leave the graph.
        BufferError: for another device, or a shared 0-d Tensor.
    """
    self._refuse_to_leave("from_dlpack")
    if stream is not None:
        raise ValueError(f"__dlpack__: the CPU has no streams, got stream={stream!r}")
    if dl_device is not None and tuple(map(int, dl_device)) != dlpack_device(self):
        raise BufferError(f"__dlpack__: the memory is that of the CPU (1, 0), not {dl_device}")
    array = self._value
    if type(array) is not np.ndarray or copy:
        if copy is False:
            raise BufferError("__dlpack__: a 0-d Tensor is a number, and can only be copied")
        array = np.array(array)
    elif not array.flags.writeable and max_version is None:
        array = array.copy()  # the first version of the protocol cannot say read-only
    else:
        mutations.keep(array)
    # NumPy 2.0 knows the first version only; askers try that when they are refused.
    return array.__dlpack__(**({} if max_version is None else {"max_version": max_version}))


def dlpack_device(self: Tensor) -> tuple[int, int]:
    """The CPU, in DLPack's numbers."""
    return (_CPU, 0)


for _name, _method in {"__dlpack__": dlpack, "__dlpack_device__": dlpack_device}.items():
    setattr(Tensor, _name, _method)
