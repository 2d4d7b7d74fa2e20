"""The promise that a function is holomorphic, checked."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.graph.node import describe
from autograd.graph.tensor import Tensor


def check_holomorphic(caller: str, what: str, tensors: Sequence[Tensor], holomorphic: bool) -> None:
    """Complex ones are promised to come and go as such, or have to be real."""
    for tensor in tensors:
        if holomorphic and tensor.dtype.kind != "c":
            raise TypeError(
                f"{caller}: with holomorphic=True every {what} must be complex, got "
                f"{describe(tensor)}"
            )
        if not holomorphic and tensor.dtype.kind == "c":
            raise TypeError(
                f"{caller}: a complex {what}, {describe(tensor)}, has a Jacobian of complex "
                "derivatives only if the function is holomorphic: then pass holomorphic=True; else "
                "use vjp or jvp, or take real and imaginary parts for arguments and results"
            )
