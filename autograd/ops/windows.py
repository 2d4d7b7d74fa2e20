"""Operations on windows that slide over the spatial axes: convolution and pooling in n dimensions.

Arrays are `(batch, channels, *spatial)`. The families are closed under differentiation: `conv` and
its two adjoints are one another's derivatives, and so are scatter and gather of max pooling, and
average pooling and its adjoint. The arithmetic is in `autograd/kernels`.
"""

import numpy as np

from autograd.graph.tensor import value
from autograd.kernels import convolution, pooling
from autograd.operation.op import op
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import reshape
from autograd.samples import error, sample

__all__ = [
    "average_pool", "average_pool_adjoint", "conv", "conv_input", "conv_weight", "max_pool",
    "max_pool_gather", "max_pool_scatter",
]  # fmt: skip

_SAMPLES = [
    sample((2, 3, 5), (4, 3, 3)),
    sample((2, 1, 4, 5), (2, 1, 3, 2), padding=1),
    sample((1, 2, 6, 5), (2, 2, 2, 3), stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
    sample((2, 4, 5), (6, 2, 2), groups=2, stride=2),
    sample((1, 1, 3, 3, 3), (2, 1, 2, 2, 2), padding=1, stride=2),
]


@op(
    "multilinear",
    symbol="conv",
    samples=_SAMPLES,
    errors=[
        error(ValueError, "conv: .*channels", (1, 3, 5), (4, 2, 3)),
        error(ValueError, "conv: ", (1, 3, 2), (4, 3, 3)),
        error(ValueError, "conv: .*stride", (1, 3, 5), (4, 3, 3), stride=0),
    ],
    pytorch="F.conv{1,2,3}d",
)
def conv(x, weight, stride=1, padding=0, dilation=1, groups=1):
    """Cross-correlation, the convolution of deep learning, in as many dimensions as there are.

    out[n, o, p] = sum over c, k of x[n, c, stride·p + dilation·k - padding] weight[o, c, k]

    Args:
        x: (batch, in channels, *spatial).
        weight: (out channels, in channels / groups, *kernel).
        stride: step between windows, an int or one per axis.
        padding: zeros on both sides of each axis.
        dilation: step between the elements of a window.
        groups: channels are split into so many groups that do not mix.

    Returns:
        (batch, out channels, *out), out = (size + 2 padding - dilation (kernel - 1) - 1) / stride
        + 1, rounded down.

    >>> conv(Tensor([[[1.0, 2.0, 3.0, 4.0]]]), Tensor([[[1.0, 1.0]]]), stride=2)
    Tensor([[[3., 7.]]])
    """
    return convolution.conv(x, weight, stride, padding, dilation, groups)


def _as_one_batch(batch, x):
    """The axis of the samples joined to that of the batch in each, which is the first."""
    return reshape(x, (batch.size * x.shape[1], *x.shape[2:]))


def _as_samples(batch, x):
    """The inverse of `_as_one_batch`."""
    return reshape(x, (batch.size, x.shape[0] // batch.size, *x.shape[1:]))


def _as_channels(batch, x):
    """The samples beside one another as channels, which groups keep apart."""
    return reshape(moveaxis(x, 0, 1), (x.shape[1], batch.size * x.shape[2], *x.shape[3:]))


def _from_channels(batch, x):
    """The inverse of `_as_channels`."""
    sides = (x.shape[0], batch.size, x.shape[1] // batch.size, *x.shape[2:])
    return moveaxis(reshape(x, sides), 1, 0)


def _convolved(batch, operation, x, weight, settings):
    """A convolution of all samples: one batch with the same weights, or groups with their own."""
    if not batch.size:
        return NotImplemented
    if not batch.mapped[1]:
        return _as_samples(batch, operation(_as_one_batch(batch, x), weight, *settings))
    x, weight = batch.every(x, 0), batch.every(weight, 1)
    *others, groups = settings
    filters = _as_one_batch(batch, weight)
    out = operation(_as_channels(batch, x), filters, *others, groups * batch.size)
    return _from_channels(batch, out)


conv.vmap(
    lambda batch, x, weight, stride, padding, dilation, groups: _convolved(
        batch, conv, x, weight, (stride, padding, dilation, groups)
    )
)
conv.vjp(
    x=lambda g, weight, x_shape, stride, padding, dilation, groups: conv_input(
        g, weight, x_shape[2:], stride, padding, dilation, groups
    ),
    weight=lambda g, x, weight_shape, stride, padding, dilation, groups: conv_weight(
        g, x, weight_shape[2:], stride, padding, dilation, groups
    ),
)


@op(
    "multilinear",
    arrays=("g", "weight"),
    samples=[
        sample((2, 4, 3), (4, 3, 3), (5,)),
        sample((1, 2, 4, 1), (2, 2, 2, 3), (6, 5), (2, 1), (1, 0), (1, 2)),
        sample((2, 6, 2), (6, 2, 2), (5,), 2, 0, 1, 2),
    ],
    errors=[error(ValueError, "conv_input: ", (2, 4, 4), (4, 3, 3), (5,))],
    pytorch="F.conv_transpose{1,2,3}d",
    helper=True,
)
def conv_input(g, weight, spatial_shape, stride=1, padding=0, dilation=1, groups=1):
    """The adjoint of `conv` in its first argument: a transposed convolution.

    <conv(x, weight), g> = <x, conv_input(g, weight, spatial shape of x)> for every x and g.

    Args:
        g: (batch, out channels, *out), as `conv` returns it.
        weight: (out channels, in channels / groups, *kernel).
        spatial_shape: of the result; several sizes have the same `out`.
        stride: as for `conv`, and so are padding, dilation and groups.
        padding: zeros on both sides.
        dilation: step between the elements of a window.
        groups: of channels.

    Returns:
        (batch, in channels, *spatial_shape).

    >>> conv_input(Tensor([[[3.0, 7.0]]]), Tensor([[[1.0, 1.0]]]), (4,), stride=2)
    Tensor([[[3., 3., 7., 7.]]])
    """
    return convolution.conv_input(g, weight, spatial_shape, stride, padding, dilation, groups)


conv_input.vmap(
    lambda batch, g, weight, spatial_shape, stride, padding, dilation, groups: _convolved(
        batch, conv_input, g, weight, (spatial_shape, stride, padding, dilation, groups)
    )
)
conv_input.vjp(
    g=lambda t, weight, stride, padding, dilation, groups: conv(
        t, weight, stride, padding, dilation, groups
    ),
    weight=lambda t, g, weight_shape, stride, padding, dilation, groups: conv_weight(
        g, t, weight_shape[2:], stride, padding, dilation, groups
    ),
)


@op(
    "multilinear",
    arrays=("g", "x"),
    samples=[
        sample((2, 4, 3), (2, 3, 5), (3,)),
        sample((1, 2, 4, 1), (1, 2, 6, 5), (2, 3), (2, 1), (1, 0), (1, 2)),
        sample((2, 6, 2), (2, 4, 5), (2,), 2, 0, 1, 2),
    ],
    errors=[error(ValueError, "conv_weight: ", (2, 4, 4), (2, 3, 5), (3,))],
    pytorch=None,
    helper=True,
)
def conv_weight(g, x, kernel_shape, stride=1, padding=0, dilation=1, groups=1):
    """The adjoint of `conv` in its second argument.

    <conv(x, weight), g> = <weight, conv_weight(g, x, kernel shape)> for every weight and g.

    Args:
        g: (batch, out channels, *out), as `conv` returns it.
        x: (batch, in channels, *spatial).
        kernel_shape: the spatial shape of the weight.
        stride: as for `conv`, and so are padding, dilation and groups.
        padding: zeros on both sides.
        dilation: step between the elements of a window.
        groups: of channels.

    Returns:
        (out channels, in channels / groups, *kernel_shape).

    >>> conv_weight(Tensor([[[1.0, 0.0]]]), Tensor([[[1.0, 2.0, 3.0]]]), (2,))
    Tensor([[[1., 2.]]])
    """
    return convolution.conv_weight(g, x, kernel_shape, stride, padding, dilation, groups)


def _conv_weight_each(batch, g, x, kernel_shape, stride, padding, dilation, groups):
    if not batch.size:
        return NotImplemented
    sides = [_as_channels(batch, batch.every(each, slot)) for slot, each in enumerate((g, x))]
    every = batch.size * groups
    return _as_samples(batch, conv_weight(*sides, kernel_shape, stride, padding, dilation, every))


conv_weight.vmap(_conv_weight_each)
conv_weight.vjp(
    g=lambda t, x, stride, padding, dilation, groups: conv(x, t, stride, padding, dilation, groups),
    x=lambda t, g, x_shape, stride, padding, dilation, groups: conv_input(
        g, t, x_shape[2:], stride, padding, dilation, groups
    ),
)


@op(
    "general",
    symbol="max pool",
    arrays=("x",),
    domain="distinct",
    samples=[
        sample((2, 2, 6), 2),
        sample((1, 2, 5, 4), (2, 3), stride=(2, 1)),
        sample((1, 1, 5, 5), 3, 2, 1),
        sample((1, 1, 7), 2, 3, 0, 2, True),
    ],
    errors=[error(ValueError, "max_pool: .*padding", (1, 1, 4), 2, 2, 2)],
    pytorch="F.max_pool{1,2,3}d",
)
def max_pool(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest element of every window, and where it is; per channel, without parameters.

    Of equal elements the first one counts. Padding never wins.

    Args:
        x: (batch, channels, *spatial).
        kernel_size: of the window, an int or one per axis.
        stride: step between windows; the kernel size by default.
        padding: at most half the kernel.
        dilation: step between the elements of a window.
        ceil_mode: count windows that begin inside and end outside.

    Returns:
        The values (batch, channels, *out), and their flat positions in the spatial axes as
        integers of the same shape, through which no gradient flows.

    >>> max_pool(Tensor([[[1.0, 5.0, 2.0, 3.0]]]), 2)
    (Tensor([[[5., 3.]]]), Tensor([[[1, 3]]]))
    """
    return pooling.max_pool(x, kernel_size, stride, padding, dilation, ceil_mode)


def _pooled(batch, *operands, **settings):
    """Pooling of all samples as one batch: it knows no others."""
    if not batch.size:
        return NotImplemented
    every = [_as_one_batch(batch, batch.every(x, slot)) for slot, x in enumerate(operands)]
    out = batch.call(every, settings)
    if isinstance(out, tuple):
        return tuple(_as_samples(batch, each) for each in out)
    return _as_samples(batch, out)


max_pool.vmap(_pooled)
max_pool.vjp(x=lambda g, out1, x_shape: max_pool_scatter(g[0], value(out1), x_shape[2:]))
_POSITIONS = np.array([[[0, 2], [2, 2]]])


@op(
    "linear",
    arrays=("x", "positions"),
    samples=[
        sample((1, 2, 2), _POSITIONS, (4,)),
        sample((2, 2, 2), np.concatenate([_POSITIONS, 3 - _POSITIONS]), (4,)),
    ],
    errors=[error(ValueError, "max_pool_scatter: ", (1, 2, 3), _POSITIONS, (4,))],
    pytorch=None,
    helper=True,
)
def max_pool_scatter(x, positions, spatial_shape):
    """Zeros with `x` added at flat spatial positions: the adjoint of `max_pool_gather`.

    Args:
        x: (batch, channels, *out).
        positions: integers of that shape, as `max_pool` returns them.
        spatial_shape: of the result.

    >>> max_pool_scatter(Tensor([[[5.0, 3.0]]]), [[[1, 3]]], (4,))
    Tensor([[[0., 5., 0., 3.]]])
    """
    return pooling.max_pool_scatter(x, positions, spatial_shape)


max_pool_scatter.vmap(_pooled)
max_pool_scatter.vjp(x=lambda g, positions: max_pool_gather(g, positions))


@op(
    "linear",
    arrays=("x", "positions"),
    samples=[
        sample((1, 2, 4), _POSITIONS),
        sample((2, 2, 4), np.concatenate([_POSITIONS, 3 - _POSITIONS])),
    ],
    errors=[error(ValueError, "max_pool_gather: ", (2, 2, 4), _POSITIONS)],
    pytorch=None,
    helper=True,
)
def max_pool_gather(x, positions):
    """The elements at flat spatial positions: the adjoint of `max_pool_scatter`.

    Args:
        x: (batch, channels, *spatial).
        positions: integers (batch, channels, *out), as `max_pool` returns them.

    >>> max_pool_gather(Tensor([[[0.0, 5.0, 0.0, 3.0]]]), [[[1, 3]]])
    Tensor([[[5., 3.]]])
    """
    return pooling.max_pool_gather(x, positions)


max_pool_gather.vmap(_pooled)
max_pool_gather.vjp(x=lambda g, positions, x_shape: max_pool_scatter(g, positions, x_shape[2:]))

_AVERAGE_SAMPLES = [
    sample((2, 2, 6), 2),
    sample((1, 2, 5, 4), (2, 3), stride=(2, 1)),
    sample((1, 1, 5, 5), 3, 2, 1),
    sample((1, 1, 5), 3, 2, 1, True, False),
]


@op(
    "linear",
    symbol="mean pool",
    arrays=("x",),
    samples=_AVERAGE_SAMPLES,
    errors=[error(ValueError, "average_pool: .*padding", (1, 1, 4), 2, 2, 2)],
    pytorch="F.avg_pool{1,2,3}d",
)
def average_pool(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of every window; per channel, without parameters.

    Args:
        x: (batch, channels, *spatial).
        kernel_size: of the window, an int or one per axis.
        stride: step between windows; the kernel size by default.
        padding: zeros on both sides, at most half the kernel.
        ceil_mode: count windows that begin inside and end outside.
        count_include_pad: whether the zeros of the padding count in the mean.

    Returns:
        (batch, channels, *out).

    >>> average_pool(Tensor([[[1.0, 5.0, 2.0, 4.0]]]), 2)
    Tensor([[[3., 3.]]])
    """
    return pooling.average_pool(x, kernel_size, stride, padding, ceil_mode, count_include_pad)


average_pool.vmap(_pooled)
average_pool.vjp(
    x=lambda g, x_shape, kernel_size, stride, padding, ceil_mode, count_include_pad: (
        average_pool_adjoint(
            g, x_shape[2:], kernel_size, stride, padding, ceil_mode, count_include_pad
        )
    )
)


@op(
    "linear",
    arrays=("g",),
    samples=[
        sample((2, 2, 3), (6,), 2),
        sample((1, 1, 3, 3), (5, 5), 3, 2, 1),
        sample((1, 1, 3), (5,), 3, 2, 1, True, False),
        sample((1, 1, 2), (5,), 2),
        sample((1, 1, 2), (5,), 2, padding=0, ceil_mode=False, count_include_pad=True),
    ],
    errors=[error(ValueError, "average_pool_adjoint: ", (1, 1, 4), (5,), 2)],
    pytorch=None,
    helper=True,
)
def average_pool_adjoint(
    g, spatial_shape, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
):
    """The adjoint of `average_pool`: every element of `g` spread evenly over its window.

    Args:
        g: (batch, channels, *out), as `average_pool` returns it.
        spatial_shape: of the result.
        kernel_size: as for `average_pool`, and so are the others.
        stride: step between windows.
        padding: zeros on both sides.
        ceil_mode: as above.
        count_include_pad: as above.

    >>> average_pool_adjoint(Tensor([[[3.0, 1.0]]]), (4,), 2)
    Tensor([[[1.5, 1.5, 0.5, 0.5]]])
    """
    return pooling.average_pool_adjoint(
        g, spatial_shape, kernel_size, stride, padding, ceil_mode, count_include_pad
    )


average_pool_adjoint.vmap(_pooled)
average_pool_adjoint.vjp(
    g=lambda t, kernel_size, stride, padding, ceil_mode, count_include_pad: average_pool(
        t, kernel_size, stride, padding, ceil_mode, count_include_pad
    )
)
