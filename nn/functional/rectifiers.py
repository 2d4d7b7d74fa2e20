"""Activations that may write into their argument, `inplace=True`, as PyTorch's do.

Whoever reads the same Tensor afterwards sees the change, such as a skip path. The rules of writing
in place hold: leaves that require gradients are refused, and so is a backward pass that needs a
value that was overwritten.
"""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor
from autograd.internals import check_writable, constant, write

__all__ = [
    "celu", "elu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "mish", "relu", "relu6",
    "selu", "silu", "threshold",
]  # fmt: skip


def in_place(name: str, input: Any, out: Any) -> Any:
    """`out` written into `input`, and that returned.

    Raises:
        RuntimeError: for a leaf that requires gradients.
    """
    if not isinstance(input, Tensor) or input is out:
        return out
    try:
        check_writable(input, f"{name}(inplace=True)")
    except RuntimeError as error:
        raise RuntimeError(f"{error}; or drop inplace=") from None
    write(input, out, f"{name}(inplace=True)")
    return input


def relu(input: Any, inplace: bool = False) -> Any:
    """`max(0, x)`; the slope at 0 is 0.

    >>> from nn.functional import relu
    >>> relu(Tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """
    out = autograd.relu(input)
    return in_place("relu", input, out) if inplace else out


def relu6(input: Any, inplace: bool = False) -> Any:
    """`min(max(0, x), 6)`; the slope at 0 and at 6 is 0.

    >>> from nn.functional import relu6
    >>> relu6(Tensor([-1.0, 9.0]))
    Tensor([0., 6.])
    """
    out = autograd.relu6(input)
    return in_place("relu6", input, out) if inplace else out


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """`x` where positive, else `negative_slope · x`.

    >>> from nn.functional import leaky_relu
    >>> leaky_relu(Tensor([-100.0, 2.0]))
    Tensor([-1.,  2.])
    """
    out = autograd.leaky_relu(input, negative_slope)
    return in_place("leaky_relu", input, out) if inplace else out


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """`x` where positive, else `alpha (e^x - 1)`.

    >>> from nn.functional import elu
    >>> elu(Tensor([0.0, 2.0]))
    Tensor([0., 2.])
    """
    out = autograd.elu(input, alpha)
    return in_place("elu", input, out) if inplace else out


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """`x` where positive, else `alpha (e^(x/alpha) - 1)`.

    >>> from nn.functional import celu
    >>> celu(Tensor([0.0, 2.0]))
    Tensor([0., 2.])
    """
    out = autograd.celu(input, alpha)
    return in_place("celu", input, out) if inplace else out


def selu(input: Any, inplace: bool = False) -> Any:
    """`1.0507 x` where positive, else `1.7581 (e^x - 1)`.

    >>> from nn.functional import selu
    >>> selu(Tensor([0.0]))
    Tensor([0.])
    """
    out = autograd.selu(input)
    return in_place("selu", input, out) if inplace else out


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """`x` limited to `[min_val, max_val]`; the slope at a bound is 0.

    >>> from nn.functional import hardtanh
    >>> hardtanh(Tensor([-2.0, 0.5]))
    Tensor([-1. ,  0.5])
    """
    out = autograd.hardtanh(input, min_val, max_val)
    return in_place("hardtanh", input, out) if inplace else out


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """`x/6 + 1/2` limited to `[0, 1]`.

    >>> from nn.functional import hardsigmoid
    >>> hardsigmoid(Tensor([-3.0, 0.0]))
    Tensor([0. , 0.5])
    """
    out = autograd.hardsigmoid(input)
    return in_place("hardsigmoid", input, out) if inplace else out


def hardswish(input: Any, inplace: bool = False) -> Any:
    """`x` times `hardsigmoid`.

    >>> from nn.functional import hardswish
    >>> hardswish(Tensor([3.0]))
    Tensor([3.])
    """
    out = autograd.hardswish(input)
    return in_place("hardswish", input, out) if inplace else out


def silu(input: Any, inplace: bool = False) -> Any:
    """`x σ(x)`, also called swish.

    >>> from nn.functional import silu
    >>> silu(Tensor([0.0]))
    Tensor([0.])
    """
    out = autograd.silu(input)
    return in_place("silu", input, out) if inplace else out


def mish(input: Any, inplace: bool = False) -> Any:
    """`x tanh(ln(1 + e^x))`.

    >>> from nn.functional import mish
    >>> mish(Tensor([0.0]))
    Tensor([0.])
    """
    out = autograd.mish(input)
    return in_place("mish", input, out) if inplace else out


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """`x` where it is above the threshold, else `value`.

    >>> from nn.functional import threshold
    >>> threshold(Tensor([0.5, 2.0]), 1.0, 20.0)
    Tensor([20.,  2.])
    """
    threshold = constant(threshold, "threshold", "threshold")
    out = autograd.threshold(input, threshold, constant(value, "threshold", "value"))
    return in_place("threshold", input, out) if inplace else out
