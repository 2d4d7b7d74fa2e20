"""Activations that may write into their argument, `inplace=True`, as PyTorch's do.

Whoever reads the same Tensor afterwards sees the change, such as a skip path. The rules of writing
in place hold: leaves that require gradients are refused, and so is a backward pass that needs a
value that was overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import autograd
from autograd import Tensor
from autograd.internals import check_writable, constant, write

__all__ = [
    "celu", "elu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "mish", "relu", "relu6",
    "selu", "silu", "threshold",
]  # fmt: skip

_F = TypeVar("_F", bound=Callable[..., Any])


def may_write(activation: _F) -> _F:
    """Give an activation its `inplace=`: the result is written into the input, and that returned.

    Raises:
        RuntimeError: for a leaf that requires gradients.
    """
    name = activation.__name__
    place = activation.__code__.co_varnames.index("inplace") - 1

    @wraps(activation)
    def call(input: Any, *args: Any, **kwargs: Any) -> Any:
        out = activation(input, *args, **kwargs)
        inplace = args[place] if len(args) > place else kwargs.get("inplace", False)
        if not inplace or not isinstance(input, Tensor) or input is out:
            return out
        try:
            check_writable(input, f"{name}(inplace=True)")
        except RuntimeError as error:
            raise RuntimeError(f"{error}; or drop inplace=") from None
        write(input, out, f"{name}(inplace=True)")
        return input

    return call  # type: ignore[return-value]


@may_write
def relu(input: Any, inplace: bool = False) -> Any:
    """`max(0, x)`; the slope at 0 is 0.

    >>> from nn.functional import relu
    >>> relu(Tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """
    return autograd.relu(input)


@may_write
def relu6(input: Any, inplace: bool = False) -> Any:
    """`min(max(0, x), 6)`; the slope at 0 and at 6 is 0.

    >>> from nn.functional import relu6
    >>> relu6(Tensor([-1.0, 9.0]))
    Tensor([0., 6.])
    """
    return autograd.relu6(input)


@may_write
def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """`x` where positive, else `negative_slope · x`.

    >>> from nn.functional import leaky_relu
    >>> leaky_relu(Tensor([-100.0, 2.0]))
    Tensor([-1.,  2.])
    """
    return autograd.leaky_relu(input, negative_slope)


@may_write
def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """`x` where positive, else `alpha (e^x - 1)`.

    >>> from nn.functional import elu
    >>> elu(Tensor([0.0, 2.0]))
    Tensor([0., 2.])
    """
    return autograd.elu(input, alpha)


@may_write
def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """`x` where positive, else `alpha (e^(x/alpha) - 1)`.

    >>> from nn.functional import celu
    >>> celu(Tensor([0.0, 2.0]))
    Tensor([0., 2.])
    """
    return autograd.celu(input, alpha)


@may_write
def selu(input: Any, inplace: bool = False) -> Any:
    """`1.0507 x` where positive, else `1.7581 (e^x - 1)`.

    >>> from nn.functional import selu
    >>> selu(Tensor([0.0]))
    Tensor([0.])
    """
    return autograd.selu(input)


@may_write
def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """`x` limited to `[min_val, max_val]`; the slope at a bound is 0.

    >>> from nn.functional import hardtanh
    >>> hardtanh(Tensor([-2.0, 0.5]))
    Tensor([-1. ,  0.5])
    """
    return autograd.hardtanh(input, min_val, max_val)


@may_write
def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """`x/6 + 1/2` limited to `[0, 1]`.

    >>> from nn.functional import hardsigmoid
    >>> hardsigmoid(Tensor([-3.0, 0.0]))
    Tensor([0. , 0.5])
    """
    return autograd.hardsigmoid(input)


@may_write
def hardswish(input: Any, inplace: bool = False) -> Any:
    """`x` times `hardsigmoid`.

    >>> from nn.functional import hardswish
    >>> hardswish(Tensor([3.0]))
    Tensor([3.])
    """
    return autograd.hardswish(input)


@may_write
def silu(input: Any, inplace: bool = False) -> Any:
    """`x σ(x)`, also called swish.

    >>> from nn.functional import silu
    >>> silu(Tensor([0.0]))
    Tensor([0.])
    """
    return autograd.silu(input)


@may_write
def mish(input: Any, inplace: bool = False) -> Any:
    """`x tanh(ln(1 + e^x))`.

    >>> from nn.functional import mish
    >>> mish(Tensor([0.0]))
    Tensor([0.])
    """
    return autograd.mish(input)


@may_write
def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """`x` where it is above the threshold, else `value`.

    >>> from nn.functional import threshold
    >>> threshold(Tensor([0.5, 2.0]), 1.0, 20.0)
    Tensor([20.,  2.])
    """
    threshold = constant(threshold, "threshold", "threshold")
    return autograd.threshold(input, threshold, constant(value, "threshold", "value"))
