"""Names that PyTorch users reach for, and the call that does it here."""

from __future__ import annotations

from typing import Any

# PyTorch habits that are not ours, and the NumPy call that does it.
ELSEWHERE = {
    "view": "reshape",
    "unsqueeze": "autograd.expand_dims(t, axis)",
    "permute": "transpose",
    "contiguous": "nothing: every Tensor may be used as it is",
    "numel": "size",
    "dim": "ndim",
    "to": "astype",
    "float": "astype(np.float32)",
    "double": "astype(np.float64)",
    "half": "astype(np.float16)",
    "long": "astype(np.int64)",
    "int": "astype(np.int32)",
    "bool": "astype(bool)",
    "cpu": "nothing: every Tensor lives in memory",
    "cuda": "nothing: every Tensor lives in memory",
    "clone": "copy",
    "clamp": "clip",
    "cat": "autograd.concatenate(tensors, axis)",
    "expand": "autograd.broadcast_to(t, shape)",
    "eq": "==",
    "mm": "@",
    "bmm": "@",
    "tolist": "numpy().tolist()",
}


class Elsewhere:
    """A PyTorch habit: no attribute, but an error that names what works here.

    A descriptor per name and not `__getattr__`, which would slow down every attribute.
    """

    def __init__(self, name: str, instead: str) -> None:
        self.message = f"Tensor has no {name!r}; use {instead}"

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        raise AttributeError(self.message)
