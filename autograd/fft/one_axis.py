"""Fourier transforms along one axis: of complex numbers, of real ones, of Hermitian signals."""

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.shapes import zero_pad
from autograd.samples import error, sample

__all__ = ["fft", "hfft", "ifft", "ihfft", "irfft", "rfft"]

_COMPLEX = np.array(
    [[1.0 + 2.0j, -0.5 + 0.3j, 0.7 - 1.1j, 0.2j], [0.4, 2.0 + 0.1j, -1.5j, 0.6 - 0.8j]]
)
_ONE_AXIS = [
    sample((4,)),
    sample((5,)),
    sample((2, 3), axis=0),
    sample((2, 3), n=5),
    sample((2, 5), n=3, axis=-1),
    sample((4,), norm="ortho"),
    sample((3, 2), axis=-2, norm="forward"),
    sample((3,), n=1),
]


def _errors(name):
    return [
        error(ValueError, f"{name}: .*nvalid number of .*points", (4,), n=0),
        error(ValueError, f"{name}: .*norm", (4,), norm="both"),
        error(IndexError, f"{name}: ", (4,), axis=2),
    ]


def restored(g, shape):
    """What filling with zeros and cutting off did, undone: of the given shape."""
    given = np.shape(value(g))
    if given == shape:
        return g
    kept = g[tuple(slice(0, side) for side in shape)]
    missing = tuple(
        (0, side - min(side, before)) for side, before in zip(shape, given, strict=True)
    )
    return zero_pad(kept, missing) if any(after for _, after in missing) else kept


def or_zeros(out, x):
    """The result, zeros where `x` has no elements: NumPy's then is what was in the memory."""
    return out if x.size else np.zeros_like(out)


def counted_twice(n, axis, ndim, dtype, factor):
    """`factor` at the frequencies of a half spectrum that stand for two, 1 at the others."""
    factors = np.full(n // 2 + 1, factor, np.finfo(dtype).dtype)
    factors[0] = 1
    if n % 2 == 0:
        factors[-1] = 1
    shape = [1] * ndim
    shape[axis] = factors.size
    return factors.reshape(shape)


@op(
    "linear",
    numpy=np.fft.fft,
    arrays=("x",),
    samples=[
        *_ONE_AXIS,
        sample(_COMPLEX),
        sample(_COMPLEX, 3),
        sample(_COMPLEX, axis=0, norm="ortho"),
    ],
    errors=_errors("fft"),
    vmap="axes",
)
def fft(x, n=None, axis=-1, norm=None):
    """Fourier transform `y[k] = Σ x[j] e^(-2πi jk / n)` along an axis.

    Args:
        x: any shape, real or complex.
        n: length of the transform: `x` is cut off or filled with zeros.
        axis: along which.
        norm: "backward" (the default) divides by n in `ifft`, "forward" in `fft`, "ortho" by √n in
            both.

    >>> np.fft.fft(Tensor([1.0, 2.0]))
    Tensor([ 3.+0.j, -1.+0.j])
    """
    return np.fft.fft(x, n, axis, norm)


fft.vjp(x=lambda g, x_shape, axis, norm: restored(fft(g, None, axis, norm), x_shape))


@op(
    "linear",
    numpy=np.fft.ifft,
    arrays=("x",),
    samples=[
        *_ONE_AXIS,
        sample(_COMPLEX),
        sample(_COMPLEX, 3),
        sample(_COMPLEX, axis=0, norm="forward"),
    ],
    errors=_errors("ifft"),
    vmap="axes",
)
def ifft(x, n=None, axis=-1, norm=None):
    """Inverse of `fft`: `x[j] = 1/n Σ y[k] e^(2πi jk / n)` along an axis.

    Args:
        x: any shape, real or complex.
        n: length of the transform, and so are axis and norm as for `fft`.
        axis: along which.
        norm: where the factor 1/n goes.

    >>> ifft(Tensor([3.0, -1.0]))
    Tensor([1.+0.j, 2.+0.j])
    """
    return np.fft.ifft(x, n, axis, norm)


ifft.vjp(x=lambda g, x_shape, axis, norm: restored(ifft(g, None, axis, norm), x_shape))


@op(
    "linear",
    numpy=np.fft.rfft,
    arrays=("x",),
    samples=_ONE_AXIS,
    errors=[*_errors("rfft"), error(TypeError, "rfft: ", _COMPLEX)],
    vmap="axes",
)
def rfft(x, n=None, axis=-1, norm=None):
    """The first half of `fft` of real numbers, `n // 2 + 1` frequencies along an axis.

    Args:
        x: any shape, real.
        n: length of the transform, and so are axis and norm as for `fft`.
        axis: along which.
        norm: where the factor 1/n goes.

    >>> rfft(Tensor([1.0, 2.0, 0.0]))
    Tensor([3.+0.j        , 0.-1.73205081j])
    """
    return np.fft.rfft(x, n, axis, norm)


def _rfft_x(g, x_shape, n, axis, norm):
    n = x_shape[axis] if n is None else n
    halves = counted_twice(n, axis, len(x_shape), g.dtype, 0.5)
    return restored(hfft(g * halves, n, axis, norm), x_shape)


rfft.vjp(x=_rfft_x)


@op(
    "linear",
    numpy=np.fft.irfft,
    arrays=("x",),
    samples=[*_ONE_AXIS, sample(_COMPLEX), sample(_COMPLEX, 5), sample(_COMPLEX, 7, norm="ortho")],
    errors=_errors("irfft"),
    vmap="axes",
)
def irfft(x, n=None, axis=-1, norm=None):
    """Inverse of `rfft`: real numbers from the first half of their spectrum.

    Args:
        x: any shape; the imaginary parts of the first and, for even n, the last do not count.
        n: length of the result, by default 2 (length - 1); odd lengths must be given.
        axis: along which.
        norm: where the factor 1/n goes, as for `fft`.

    >>> irfft(Tensor([3.0, -1.0]))
    Tensor([1., 2.])
    """
    return or_zeros(np.fft.irfft(x, n, axis, norm), x)


def _irfft_x(g, x_shape, axis, norm):
    n = g.shape[axis]
    return restored(
        ihfft(g, n, axis, norm) * counted_twice(n, axis, len(x_shape), g.dtype, 2), x_shape
    )


irfft.vjp(x=_irfft_x)


@op(
    "linear",
    numpy=np.fft.hfft,
    arrays=("x",),
    samples=[*_ONE_AXIS, sample(_COMPLEX), sample(_COMPLEX, 5)],
    errors=_errors("hfft"),
    vmap="axes",
)
def hfft(x, n=None, axis=-1, norm=None):
    """Fourier transform of a signal that is conjugate symmetric in time: a real spectrum.

    Args:
        x: any shape, the first half of the signal.
        n: length of the result, by default 2 (length - 1); odd lengths must be given.
        axis: along which.
        norm: where the factor 1/n goes, as for `fft`.

    >>> hfft(Tensor([1.0, 2.0]))
    Tensor([ 3., -1.])
    """
    return or_zeros(np.fft.hfft(x, n, axis, norm), x)


def _hfft_x(g, x_shape, axis, norm):
    n = g.shape[axis]
    return restored(
        rfft(g, n, axis, norm) * counted_twice(n, axis, len(x_shape), g.dtype, 2), x_shape
    )


hfft.vjp(x=_hfft_x)


@op(
    "linear",
    numpy=np.fft.ihfft,
    arrays=("x",),
    samples=_ONE_AXIS,
    errors=[*_errors("ihfft"), error(TypeError, "ihfft: ", _COMPLEX)],
    vmap="axes",
)
def ihfft(x, n=None, axis=-1, norm=None):
    """Inverse of `hfft`: the first half of a conjugate symmetric signal, from its real spectrum.

    Args:
        x: any shape, real.
        n: length of the transform, and so are axis and norm as for `fft`.
        axis: along which.
        norm: where the factor 1/n goes.

    >>> ihfft(Tensor([3.0, -1.0])).data.real
    array([1., 2.])
    """
    return np.fft.ihfft(x, n, axis, norm)


def _ihfft_x(g, x_shape, n, axis, norm):
    n = x_shape[axis] if n is None else n
    halves = counted_twice(n, axis, len(x_shape), g.dtype, 0.5)
    return restored(irfft(g * halves, n, axis, norm), x_shape)


ihfft.vjp(x=_ihfft_x)
