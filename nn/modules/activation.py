"""Activations as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device
from nn import functional
from nn.inputs import as_input
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class _Plain(Module):
    """An activation without settings."""

    _function: ClassVar[Callable[..., Any]]

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return type(self)._function(input)


class _MayWrite(Module):
    """An activation that may write its result into its input, `inplace=True`."""

    inplace = False  # only one that does keeps a setting of its own

    def _write_if(self, inplace: bool) -> None:
        if inplace:
            self.inplace = inplace

    def _described(self, *settings: str) -> str:
        return ", ".join([*settings, "inplace=True"] if self.inplace else settings)


class _Rectifier(_MayWrite):
    """One of these without other settings."""

    _function: ClassVar[Callable[..., Any]]

    def __init__(self, inplace: bool = False) -> None:
        self._write_if(inplace)

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return type(self)._function(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        """Whether it writes into its input."""
        return self._described()


class ReLU(_Rectifier):
    """`max(0, x)`; the slope at 0 is 0.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> ReLU()(Tensor([-1.0, 0.0, 2.0]))
    Tensor([0., 0., 2.])
    """

    _function = functional.relu


class ReLU6(_Rectifier):
    """`min(max(0, x), 6)`; the slope at 0 and at 6 is 0.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> ReLU6()(Tensor([-1.0, 3.0, 9.0]))
    Tensor([0., 3., 6.])
    """

    _function = functional.relu6


class Sigmoid(_Plain):
    """`1 / (1 + e^-x)`.

    >>> from autograd import Tensor
    >>> Sigmoid()(Tensor([0.0]))
    Tensor([0.5])
    """

    _function = autograd.sigmoid


class LogSigmoid(_Plain):
    """`ln σ(x)`, exact where σ underflows.

    >>> from autograd import Tensor
    >>> LogSigmoid()(Tensor([0.0]))
    Tensor([-0.69314718])
    """

    _function = functional.logsigmoid


class Tanh(_Plain):
    """Hyperbolic tangent.

    >>> from autograd import Tensor
    >>> Tanh()(Tensor([0.0]))
    Tensor([0.])
    """

    _function = autograd.tanh


class SELU(_Rectifier):
    """`1.0507 x` where positive, else `1.7581 (e^x - 1)`.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> SELU()(Tensor([2.0]))
    Tensor([2.10140197])
    """

    _function = functional.selu


class SiLU(_Rectifier):
    """`x σ(x)`, also called swish.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> SiLU()(Tensor([0.0]))
    Tensor([0.])
    """

    _function = functional.silu


class Mish(_Rectifier):
    """`x tanh(ln(1 + e^x))`.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> Mish()(Tensor([0.0]))
    Tensor([0.])
    """

    _function = functional.mish


class Hardsigmoid(_Rectifier):
    """`x/6 + 1/2` limited to `[0, 1]`.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> Hardsigmoid()(Tensor([-3.0, 0.0, 1.5]))
    Tensor([0.  , 0.5 , 0.75])
    """

    _function = functional.hardsigmoid


class Hardswish(_Rectifier):
    """`x` times `Hardsigmoid`.

    Args:
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> Hardswish()(Tensor([3.0]))
    Tensor([3.])
    """

    _function = functional.hardswish


class Softsign(_Plain):
    """`x / (1 + |x|)`.

    >>> from autograd import Tensor
    >>> Softsign()(Tensor([3.0]))
    Tensor([0.75])
    """

    _function = autograd.softsign


class Tanhshrink(_Plain):
    """`x - tanh(x)`.

    >>> from autograd import Tensor
    >>> Tanhshrink()(Tensor([0.0]))
    Tensor([0.])
    """

    _function = autograd.tanhshrink


# ---------------------------------------------------------------------- with settings


class LeakyReLU(_MayWrite):
    """`x` where positive, else `slope · x`; the slope at 0 is that of the negative side.

    Args:
        negative_slope: the slope of the negative side.
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> LeakyReLU(0.1)(Tensor([-1.0, 2.0]))
    Tensor([-0.1,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = negative_slope
        self._write_if(inplace)

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return functional.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """The slope."""
        return self._described(f"negative_slope={self.negative_slope}")


class PReLU(Module):
    """`x` where positive, else `weight · x` with learned slopes.

    Args:
        num_parameters: 1, or one slope for each channel (axis 1).
        init: their first value.
        device: the CPU, the only one there is.
        dtype: of the slopes, float32 if not given.

    >>> from autograd import Tensor
    >>> PReLU(dtype=float)(Tensor([-1.0, 2.0]))
    Tensor([-0.25,  2.  ], from=prelu)
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        checked_device(device)
        kind = np.float32 if dtype is None else dtype
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, kind))

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return functional.prelu(as_input(input, self.weight.dtype), self.weight)

    def extra_repr(self) -> str:
        """The number of slopes."""
        return str(self.num_parameters)


class RReLU(_MayWrite):
    """`LeakyReLU` with a random slope per element in training, the mean slope in evaluation.

    Args:
        lower: smallest slope.
        upper: largest slope.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> from autograd import Tensor
    >>> RReLU().eval()(Tensor([-24.0, 1.0]))
    Tensor([-5.5,  1. ])
    """

    def __init__(
        self,
        lower: float = 1 / 8,
        upper: float = 1 / 3,
        inplace: bool = False,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.lower = lower
        self.upper = upper
        self._write_if(inplace)
        self.generator = generator

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return functional.rrelu(
            input, self.lower, self.upper, self.training, self.inplace, self.generator
        )

    def extra_repr(self) -> str:
        """The range of slopes."""
        return self._described(f"lower={self.lower:.4g}", f"upper={self.upper:.4g}")


class ELU(_MayWrite):
    """`x` where positive, else `alpha (e^x - 1)`.

    Args:
        alpha: minus the limit for very negative x.
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> ELU()(Tensor([2.0]))
    Tensor([2.])
    """

    _function: ClassVar[Callable[..., Any]] = functional.elu

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha
        self._write_if(inplace)

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return type(self)._function(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """The limit."""
        return self._described(f"alpha={self.alpha}")


class CELU(ELU):
    """`x` where positive, else `alpha (e^(x/alpha) - 1)`, which is smooth for every alpha.

    Args:
        alpha: minus the limit for very negative x.
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> CELU()(Tensor([2.0]))
    Tensor([2.])
    """

    _function = functional.celu


class GELU(Module):
    """`x Φ(x)` with the standard normal distribution function Φ.

    Args:
        approximate: "none", or "tanh" for an approximation by tanh.

    >>> from autograd import Tensor
    >>> GELU()(Tensor([2.0]))
    Tensor([1.95449974])
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return autograd.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """The approximation, where there is one."""
        return "" if self.approximate == "none" else f"approximate={self.approximate!r}"


class Softplus(Module):
    """`ln(1 + e^(βx)) / β`, a smooth ReLU.

    Args:
        beta: β, how sharp it is.
        threshold: where βx is larger, the result is x itself.

    >>> from autograd import Tensor
    >>> Softplus()(Tensor([0.0]))
    Tensor([0.69314718])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return autograd.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Sharpness and threshold."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Hardtanh(_MayWrite):
    """`x` limited to `[min_val, max_val]`; the slope at a bound is 0.

    Args:
        min_val: lower bound.
        max_val: upper bound.
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> Hardtanh()(Tensor([-2.0, 0.5]))
    Tensor([-1. ,  0.5])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val = min_val
        self.max_val = max_val
        self._write_if(inplace)

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return functional.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """The bounds."""
        return self._described(f"min_val={self.min_val}", f"max_val={self.max_val}")


class Softshrink(Module):
    """`x` moved by λ towards 0, and 0 within ±λ.

    Args:
        lambd: λ.

    >>> from autograd import Tensor
    >>> Softshrink()(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-1.5,  0. ,  0.5])
    """

    _function: ClassVar[Callable[..., Any]] = autograd.softshrink

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return type(self)._function(input, self.lambd)

    def extra_repr(self) -> str:
        """λ."""
        return str(self.lambd)


class Hardshrink(Softshrink):
    """`x`, and 0 within ±λ.

    Args:
        lambd: λ.

    >>> from autograd import Tensor
    >>> Hardshrink()(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-2.,  0.,  1.])
    """

    _function = autograd.hardshrink


class Threshold(_MayWrite):
    """`x` where it is above the threshold, else `value`.

    Args:
        threshold: the threshold.
        value: what replaces the others.
        inplace: write the result into the input.

    >>> from autograd import Tensor
    >>> Threshold(1.0, 20.0)(Tensor([0.5, 2.0]))
    Tensor([20.,  2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold = threshold
        self.value = value
        self._write_if(inplace)

    def forward(self, input: Any) -> Tensor:
        """Apply it to every element."""
        return functional.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        """Threshold and replacement."""
        return self._described(f"threshold={self.threshold}", f"value={self.value}")
