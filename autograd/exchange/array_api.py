"""The array API standard 2024.12 on this package: the names that NumPy and PyTorch do not give it.

`array_api_compat.array_namespace(t)` and scikit-learn's dispatch get `autograd` itself. Nearly all
that the standard asks for is here under the same name; this file holds the rest.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograd.exchange.inspection import Inspection, isdtype
from autograd.graph.tensor import Tensor, value
from autograd.processor import checked_device
from autograd.words.making import as_tensor

__all__ = ["OF_THE_STANDARD"]

VERSION = "2024.12"
_OLDER = ("2021.12", "2022.12", "2023.12")


def asarray(obj: Any, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Tensor:
    """A Tensor of `obj`, which shares the memory of an array where it can.

    Args:
        obj: a number, nested list, array or Tensor.
        dtype: another dtype than its own.
        device: the CPU, if given.
        copy: True copies; False raises where a copy is needed.

    Raises:
        ValueError: if `copy=False` cannot be.

    >>> asarray([1, 2], copy=True)
    Tensor([1, 2])
    """
    made: Tensor = as_tensor(obj, dtype, device)
    # A single number lies in no memory of an array: only the Tensor itself is the same one.
    shared = made is obj or np.may_share_memory(np.asarray(value(obj)), np.asarray(value(made)))
    if copy is False and not shared:
        raise ValueError(
            f"asarray: copy=False, but {type(obj).__name__} becomes a Tensor of {made.dtype} only "
            "by a copy; leave copy= out"
        )
    copied: Tensor = made.copy() if copy and shared else made
    return copied


def to_device(self: Tensor, device: Any, /, *, stream: Any = None) -> Tensor:
    """The Tensor itself, on the only device there is.

    Raises:
        RuntimeError: for another device.
        ValueError: for a stream, which the CPU does not have.
    """
    checked_device(device)
    if stream is not None:
        raise ValueError(f"to_device: the CPU has no streams, got stream={stream!r}")
    return self


def array_namespace(self: Tensor, *, api_version: str | None = None) -> Any:
    """The namespace of the array API standard: the package `autograd`.

    Raises:
        ValueError: for a version that this one does not contain.
    """
    if api_version not in (None, *_OLDER, VERSION):
        raise ValueError(
            f"__array_namespace__: this is version {VERSION} of the array API, not {api_version!r}"
        )
    return sys.modules["autograd"]


# What `autograd` offers beside its own names, in no `dir`.
OF_THE_STANDARD: dict[str, Any] = {
    "__array_api_version__": VERSION,
    "__array_namespace_info__": Inspection,
    "asarray": asarray,
    "isdtype": isdtype,
    "newaxis": None,
}

for _name, _method in {
    "__array_namespace__": array_namespace,
    "to_device": to_device,
}.items():
    setattr(Tensor, _name, _method)
