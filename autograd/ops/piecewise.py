"""Activation functions made of straight pieces, one operation each.

At a knee the derivative is PyTorch's, and every docstring says which. Masks are computed on the
raw values; what a mask keeps is an operation, so that second derivatives exist.
"""

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import one_of, relu, where, zero_of
from autograd.samples import error, sample

__all__ = [
    "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "prelu", "relu6",
    "softshrink", "threshold",
]  # fmt: skip


@op(
    "elementwise",
    methods=("leaky_relu",),
    composed=lambda x, negative_slope=0.01: where(value(x) > 0, x, negative_slope * x),
    samples=[sample((2, 3)), sample((), 0.2), sample((3,), negative_slope=-0.5)],
    pytorch="F.leaky_relu",
    real_only=True,
)
def leaky_relu(x, negative_slope=0.01):
    """`x` where positive, else `slope · x`; the derivative at 0 is the slope.

    >>> leaky_relu(Tensor([-1.0, 2.0]))
    Tensor([-0.01,  2.  ])
    """
    return np.where(x > 0, x, negative_slope * x)


leaky_relu.vjp(x=lambda g, x, negative_slope: g * where(value(x) > 0, one_of(g), negative_slope))


def _hardtanh_composed(x, min_val=-1.0, max_val=1.0):
    return where(value(x) >= max_val, max_val, where(value(x) <= min_val, min_val, x))


@op(
    "elementwise",
    methods=("hardtanh",),
    composed=_hardtanh_composed,
    samples=[
        sample((2, 3)),
        sample((4,), 0.0, 6.0),
        sample((), max_val=0.25),
        sample((2,), 0.5, 0.5),
        sample(np.array([-1.0, 0.5, 1.0])),
    ],
    errors=[
        error(ValueError, "hardtanh: .*min_val=1.0 is larger than max_val=0.0", (2,), 1.0, 0.0)
    ],
    pytorch="F.hardtanh",
    real_only=True,
)
def hardtanh(x, min_val=-1.0, max_val=1.0):
    """`x` limited to `[min, max]`; unlike `clip` the derivative at a bound is 0.

    >>> hardtanh(Tensor([-2.0, 0.5, 2.0]))
    Tensor([-1. ,  0.5,  1. ])
    """
    if min_val > max_val:
        raise ValueError(f"min_val={min_val} is larger than max_val={max_val}")
    return np.clip(x, min_val, max_val)


# Not the mask of what is inside: NaN is neither, and passes the gradient on.
hardtanh.vjp(x=lambda g, x, min_val, max_val: g * ~((value(x) <= min_val) | (value(x) >= max_val)))


@op(
    "elementwise",
    methods=("relu6",),
    composed=lambda x: _hardtanh_composed(x, 0, 6),
    pytorch="F.relu6",
    real_only=True,
)
def relu6(x):
    """`min(max(0, x), 6)`; the derivative at 0 and at 6 is 0.

    >>> relu6(Tensor([-1.0, 3.0, 9.0]))
    Tensor([0., 3., 6.])
    """
    return np.clip(x, 0, 6)


relu6.vjp(x=lambda g, out: g * ((value(out) != 0) & (value(out) != 6)))


@op(
    "elementwise",
    methods=("hardsigmoid",),
    composed=lambda x: _hardtanh_composed(x + 3, 0, 6) / 6,
    pytorch="F.hardsigmoid",
    real_only=True,
)
def hardsigmoid(x):
    """`x/6 + 1/2` limited to `[0, 1]`; the derivative at ±3 is 0.

    >>> hardsigmoid(Tensor([-3.0, 0.0, 1.5]))
    Tensor([0.  , 0.5 , 0.75])
    """
    return np.clip(x + 3, 0, 6) / 6


hardsigmoid.vjp(x=lambda g, x: g * ~(np.abs(value(x)) >= 3) / 6)


@op(
    "elementwise",
    methods=("hardswish",),
    composed=lambda x: x * _hardtanh_composed(x + 3, 0, 6) / 6,
    pytorch="F.hardswish",
    real_only=True,
)
def hardswish(x):
    """`x` times `hardsigmoid(x)`; the derivative is 0 at -3 and 1 at 3.

    >>> hardswish(Tensor([1.0, 3.0]))
    Tensor([0.66666667, 3.        ])
    """
    return x * np.clip(x + 3, 0, 6) / 6


hardswish.vjp(
    x=lambda g, x: (
        g * where(np.abs(value(x)) >= 3, (value(x) >= 3).astype(one_of(g).dtype), x / 3 + 0.5)
    )
)


def _outside(x, knee):
    return np.abs(value(x)) > knee


@op(
    "elementwise",
    methods=("softshrink",),
    composed=lambda x, lambd=0.5: where(
        _outside(x, lambd), x - lambd * np.sign(value(x)), zero_of(x)
    ),
    samples=[
        sample((2, 3)),
        sample((4,), 0.3),
        sample(np.array([-0.5, 0.25]), 0.0),
        sample(np.array([-0.5, 0.0, 0.5, 0.6])),
    ],
    errors=[error(ValueError, "softshrink: .*lambd must not be negative", (2,), -0.5)],
    pytorch="F.softshrink",
    real_only=True,
)
def softshrink(x, lambd=0.5):
    """`x` moved by λ towards 0, and 0 within ±λ; the derivative at ±λ is 0.

    >>> softshrink(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-1.5,  0. ,  0.5])
    """
    if lambd < 0:
        raise ValueError(f"lambd must not be negative, got {lambd}")
    return np.where(np.abs(x) > lambd, x - lambd * np.sign(x), zero_of(x))


softshrink.vjp(x=lambda g, x, lambd: g * _outside(x, lambd))


@op(
    "elementwise",
    methods=("hardshrink",),
    composed=lambda x, lambd=0.5: where(_outside(x, lambd), x, zero_of(x)),
    samples=[sample((2, 3)), sample((4,), 0.3), sample(np.array([-0.7, 0.0, 0.4]), lambd=0.45)],
    pytorch="F.hardshrink",
    real_only=True,
)
def hardshrink(x, lambd=0.5):
    """`x`, and 0 within ±λ; the derivative at ±λ is 0.

    >>> hardshrink(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-2.,  0.,  1.])
    """
    return np.where(np.abs(x) > lambd, x, zero_of(x))


hardshrink.vjp(x=lambda g, x, lambd: g * _outside(x, lambd))


@op(
    "elementwise",
    arrays=("x",),
    composed=lambda x, threshold, replacement: where(
        value(x) > threshold, x, one_of(x) * replacement
    ),
    samples=[sample((2, 3), 0.3, -1.0)],
    pytorch="F.threshold",
    real_only=True,
)
def threshold(x, threshold, replacement):
    """`x` where it is above the threshold, else the replacement; the derivative at it is 0.

    >>> threshold(Tensor([0.5, 2.0]), 1.0, 20.0)
    Tensor([20.,  2.])
    """
    return np.where(x > threshold, x, one_of(x) * replacement)


threshold.vjp(x=lambda g, x, threshold: g * (value(x) > threshold))


@op(
    "elementwise",
    composed=lambda x, slope: where(value(x) > 0, x, slope * x),
    pytorch="F.prelu",
    real_only=True,
)
def prelu(x, slope):
    """`x` where positive, else `slope · x`, with slopes that may be learned; broadcasts.

    The derivative at 0 is the slope.

    >>> prelu(Tensor([-1.0, 2.0]), Tensor(0.25))
    Tensor([-0.25,  2.  ])
    """
    return np.where(x > 0, x, slope * x)


prelu.vjp(
    x=lambda g, x, slope: g * where(value(x) > 0, one_of(g), slope),
    slope=lambda g, x: -g * relu(-x),
)
