"""Linear algebra and Fourier transforms: small matrices one by one, and stacks of larger ones."""

import numpy as np
import scipy.linalg

from autograd import fft, linalg
from benchmarks.operation_cases.case import RNG, SIZES, Case, case, drawn, named

_SIDES = {"small": (3, 3), "large": (64, 24, 24)}
_TALL = {"small": (4, 3), "large": (64, 24, 16)}
_SIGNALS = {"small": (2, 6), "large": (200, 500)}


def _regular(shape):
    return RNG.uniform(-1.0, 1.0, shape) + shape[-1] * np.eye(shape[-1])


def _matrices(count=1):
    return {s: [_regular(_SIDES[s]) for _ in range(count)] for s in SIZES}


def _symmetric():
    return {s: [(m := _regular(_SIDES[s])) @ m.mT] for s in SIZES}


def _tall():
    return {s: [drawn("real", _TALL[s])] for s in SIZES}


def _systems():
    return {s: [_regular(_SIDES[s]), drawn("real", (*_SIDES[s][:-1], 2))] for s in SIZES}


def _least_squares():
    sides = {"small": (4, 3), "large": (240, 160)}
    return {s: [drawn("real", sides[s]), drawn("real", sides[s][:1])] for s in SIZES}


def _pairs(small, large, other_small=None, other_large=None):
    shapes = {"small": (small, other_small or small), "large": (large, other_large or large)}
    return {s: [drawn("real", shapes[s][0]), drawn("real", shapes[s][1])] for s in SIZES}


def _solve_gradient(g, x, a, b):
    back = np.linalg.solve(a.mT, g)
    return -back @ x.mT, back


def _eigh_gradient(g, w, a):
    _, v = np.linalg.eigh(a)
    return (v * g[..., None, :]) @ v.mT


def _svdvals_gradient(g, s, a):
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u * g[..., None, :]) @ vh


def _cofactor_change(a, d):
    """Of a regular matrix: the derivative of det(a) inv(a)ᵀ along d."""
    back = np.linalg.inv(a).mT
    trace = np.trace(back.mT @ d, axis1=-2, axis2=-1)[..., None, None]
    return np.linalg.det(a)[..., None, None] * (trace * back - back @ d.mT @ back)


def _tensordot(x, y):
    return np.tensordot(x, y, 1)


_ONE_MATRIX = [
    ("inv", np.linalg.inv, lambda g, y, a: -y.mT @ g @ y.mT, _matrices()),
    ("det", np.linalg.det, lambda g, y, a: (g * y)[..., None, None] * np.linalg.inv(a).mT,
     _matrices()),
    ("pinv", np.linalg.pinv, None, _tall()),
    ("cholesky", np.linalg.cholesky, None, _symmetric()),
    ("eigvalsh", np.linalg.eigvalsh, _eigh_gradient, _symmetric()),
    ("svdvals", np.linalg.svdvals, _svdvals_gradient, _tall()),
    ("expm", scipy.linalg.expm, None, {s: [0.1 * m] for s in SIZES for m in _matrices()[s]}),
    ("matrix_norm", np.linalg.matrix_norm, lambda g, y, a: (g / y)[..., None, None] * a,
     _matrices()),
    ("cond", np.linalg.cond, None, _matrices()),
    ("vector_norm", np.linalg.vector_norm, lambda g, y, a: g / y * a, _tall()),
    ("norm", np.linalg.norm, lambda g, y, a: g / y * a, _tall()),
    ("matrix_rank", np.linalg.matrix_rank, None, _tall()),
    ("cofactor", lambda a: np.linalg.det(a)[..., None, None] * np.linalg.inv(a).mT, None,
     _matrices()),
]  # fmt: skip
# Of several results the first is compared.
_DECOMPOSED = [
    ("slogdet", lambda a: linalg.slogdet(a)[1], lambda a: np.linalg.slogdet(a)[1],
     lambda g, y, a: g[..., None, None] * np.linalg.inv(a).mT, _matrices()),
    ("eigh", lambda a: linalg.eigh(a)[1], lambda a: np.linalg.eigh(a)[1], None, _symmetric()),
    ("eig", lambda a: linalg.eig(a)[0].real, lambda a: np.linalg.eig(a)[0].real, None,
     {s: [m[0] if m.ndim > 2 else m] for s in SIZES for m in _matrices()[s]}),
    ("eigvals", lambda a: linalg.eigvals(a).real, lambda a: np.linalg.eigvals(a).real, None,
     {s: [m[0] if m.ndim > 2 else m] for s in SIZES for m in _matrices()[s]}),
    ("qr", lambda a: linalg.qr(a)[0], lambda a: np.linalg.qr(a)[0], None, _tall()),
    ("svd", lambda a: linalg.svd(a, False)[0], lambda a: np.linalg.svd(a, False)[0], None, _tall()),
    ("matrix_power", lambda a: linalg.matrix_power(a, 5),
     lambda a: np.linalg.matrix_power(a, 5), None, _matrices()),
    ("cofactor_change", lambda a, d: linalg.cofactor_change(a.data, d),
     _cofactor_change, None, _matrices(2)),
    ("solve_triangular", lambda a, b: linalg.solve_triangular(a, b),
     lambda a, b: scipy.linalg.solve_triangular(a, b), None, _systems()),
    ("lstsq", lambda a, b: linalg.lstsq(a, b)[0], lambda a, b: np.linalg.lstsq(a, b)[0], None,
     _least_squares()),
    ("tensorinv", lambda a: linalg.tensorinv(a, 1), lambda a: np.linalg.tensorinv(a, 1), None,
     {"small": [_regular((3, 3))], "large": [_regular((120, 120))]}),
    ("tensorsolve", linalg.tensorsolve, np.linalg.tensorsolve, None,
     {"small": [_regular((3, 3)), drawn("real", (3,))],
      "large": [_regular((120, 120)), drawn("real", (120,))]}),
]  # fmt: skip
_PRODUCTS = [
    ("matmul", np.matmul, lambda g, z, x, y: (g @ y.T, x.T @ g),
     _pairs((2, 3), (200, 300), (3, 2), (300, 200))),
    ("dot", np.dot, lambda g, z, x, y: (g @ y.T, x.T @ g),
     _pairs((2, 3), (200, 300), (3, 2), (300, 200))),
    ("vdot", np.vdot, lambda g, z, x, y: (g * y, g * x), _pairs((3,), (100_000,))),
    ("vecdot", np.vecdot, lambda g, z, x, y: (g[..., None] * y, g[..., None] * x),
     _pairs((2, 3), (300, 400))),
    ("outer", np.outer, lambda g, z, x, y: (g @ y, x @ g), _pairs((3,), (300,))),
    ("inner", np.inner, lambda g, z, x, y: (g @ y, g.T @ x), _pairs((2, 3), (200, 300))),
    ("tensordot", _tensordot, lambda g, z, x, y: (g @ y.T, x.T @ g),
     _pairs((2, 3), (200, 300), (3, 2), (300, 200))),
    ("cross", np.linalg.cross, lambda g, z, x, y: (np.linalg.cross(y, g), np.linalg.cross(g, x)),
     _pairs((2, 3), (30_000, 3))),
    ("matvec", lambda a, v: (a @ v[..., None])[..., 0],
     lambda g, z, a, v: (g[..., None] * v[..., None, :], (a.mT @ g[..., None])[..., 0]),
     _pairs((2, 3), (300, 400), (3,), (400,))),
    ("vecmat", lambda v, a: (v[..., None, :] @ a)[..., 0, :],
     lambda g, z, v, a: (a @ g, np.outer(v, g)), _pairs((2,), (300,), (2, 3), (300, 400))),
    ("solve", np.linalg.solve, _solve_gradient, _systems()),
]  # fmt: skip
_FOURIER = {
    "fft": None, "ifft": None, "rfft": None, "hfft": None, "fft2": None, "ifft2": None,
    "rfft2": None, "fftn": None, "ifftn": None, "rfftn": None, "irfft": None, "irfft2": None,
    "irfftn": None, "ihfft": None,
    "fftshift": lambda g, y, x: np.fft.ifftshift(g),
    "ifftshift": lambda g, y, x: np.fft.fftshift(g),
}  # fmt: skip

VECTORS: list[Case] = [
    *(case(name, f, df, arguments=given) for name, f, df, given in _ONE_MATRIX),
    *(case(name, f, df, arguments=given, ours=ours) for name, ours, f, df, given in _DECOMPOSED),
    *(
        case(
            name,
            f,
            df,
            arguments=given,
            ours=(lambda x, y: linalg.tensordot(x, y, 1)) if name == "tensordot" else None,
        )
        for name, f, df, given in _PRODUCTS
    ),
    case(
        "einsum",
        lambda x, y: np.einsum("bij,bjk->bik", x, y),
        lambda g, z, x, y: (np.einsum("bik,bjk->bij", g, y), np.einsum("bij,bik->bjk", x, g)),
        arguments=_pairs((1, 2, 3), (8, 40, 60), (1, 3, 2), (8, 60, 40)),
        ours=lambda x, y: linalg_einsum(x, y),
    ),
    case(
        "cdist",
        lambda x, y: np.sqrt(((x[:, None] - y) ** 2).sum(-1)),
        lambda g, d, x, y: (
            ((g / d)[..., None] * (x[:, None] - y)).sum(1),
            ((g / d)[..., None] * (y - x[:, None])).sum(0),
        ),
        arguments=_pairs((3, 2), (300, 16), (4, 2), (200, 16)),
    ),
    case(
        "witnessed",
        lambda x, y: (x.copy(), y.copy()),
        None,
        arguments=_pairs((2, 3), (300, 400)),
        ours=lambda x, y: named("witnessed")([x, y]),
    ),
    case(
        "multi_dot",
        lambda x, y: np.linalg.multi_dot([x, y, x]),
        None,
        arguments=_pairs((2, 3), (100, 150), (3, 2), (150, 100)),
        ours=lambda x, y: linalg.multi_dot([x, y, x]),
    ),
    *(
        case(
            name,
            getattr(np.fft, name),
            gradient,
            arguments={s: [drawn("real", _SIGNALS[s])] for s in SIZES},
            ours=getattr(fft, name),
        )
        for name, gradient in _FOURIER.items()
    ),
]


def linalg_einsum(x, y):
    """The operation, with the names of the axes."""
    from autograd import einsum

    return einsum("bij,bjk->bik", x, y)
