"""Functions with their exact derivatives, and points where they are awkward.

Independent of the engine and of the oracle: plain NumPy, each vector-Jacobian product written out.
Conventions at kinks are those of the library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Known:
    """A function, its vjp (cotangent, *inputs -> gradients), and where it may be evaluated."""

    name: str
    f: Callable[..., Any]
    vjp: Callable[..., tuple[Any, ...]]
    domain: str = "real"
    shapes: str = "any"  # "any", "pair" (equal shapes), or the name of a geometry below
    kinks: tuple[float, ...] = ()
    limit: float = 1e8  # largest size of an element
    least: float = 1e-8  # smallest size of an element that is not zero


def sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x: Array) -> Array:
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def expand(x: Array) -> Array:
    return np.expand_dims(x, -1)


def shares(x: Array, axis: int = -1) -> Array:
    ties = x == x.max(axis=axis, keepdims=True)
    return ties / ties.sum(axis=axis, keepdims=True)


def sort_vjp(g: Array, x: Array) -> tuple[Array]:
    result = np.empty_like(x)
    np.put_along_axis(result, np.argsort(x, axis=-1, kind="stable"), g, axis=-1)
    return (result,)


def take_vjp(g: Array, x: Array) -> tuple[Array]:
    result = np.zeros_like(x)
    np.add.at(result, (Ellipsis, [0, -1, 0]), g)
    return (result,)


def prod_vjp(g: Array, x: Array) -> tuple[Array]:
    n = x.shape[-1]
    others = [np.prod(np.delete(x, i, axis=-1), axis=-1) for i in range(n)]
    return (np.stack(others, axis=-1) * expand(g) if n else np.zeros_like(x),)


def inv_vjp(g: Array, a: Array) -> tuple[Array]:
    transposed = np.linalg.inv(a).T
    return (-transposed @ g @ transposed,)


def solve_vjp(g: Array, a: Array, b: Array) -> tuple[Array, Array]:
    right = np.linalg.solve(a.T, g)
    return -np.outer(right, np.linalg.solve(a, b)), right


def std_vjp(g: Array, x: Array) -> tuple[Array]:
    centred = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((centred**2).mean(axis=-1, keepdims=True))
    safe = np.where(std > 0, std, 1.0)
    return (np.where(std > 0, centred / safe, 0.0) / x.shape[-1] * expand(g),)


def norm_vjp(g: Array, x: Array) -> tuple[Array]:
    norm = np.sqrt((x * x).sum(axis=-1, keepdims=True))
    safe = np.where(norm > 0, norm, 1.0)
    return (np.where(norm > 0, x / safe, 0.0) * expand(g),)


def hypot_vjp(g: Array, x: Array, y: Array) -> tuple[Array, Array]:
    length = np.hypot(x, y)
    safe = np.where(length > 0, length, 1.0)
    return g * np.where(length > 0, x / safe, 0.0), g * np.where(length > 0, y / safe, 0.0)


def convolve(x: Array, w: Array) -> Array:
    return np.correlate(x, w, mode="valid")


def convolve_vjp(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return np.convolve(g, w), np.correlate(x, g, mode="valid")


def maximum_vjp(g: Array, x: Array, y: Array) -> tuple[Array, Array]:
    share = (x > y) + 0.5 * (x == y)
    return g * share, g * (1.0 - share)


def power_vjp(g: Array, x: Array, y: Array) -> tuple[Array, Array]:
    return g * y * x ** (y - 1.0), g * x**y * np.log(x)


def sumto(g: Array, shape: tuple[int, ...]) -> Array:
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(k for k, side in enumerate(shape) if side == 1)
    return g.sum(axis=stretched, keepdims=True).reshape(shape)


def broadcast_vjp(g: Array, x: Array, y: Array) -> tuple[Array, Array]:
    return sumto(g * y, x.shape), sumto(g * x, y.shape)


def slope(condition: Array, high: float = 1.0, low: float = 0.0) -> Array:
    return np.where(condition, high, low)


SMOOTH = [
    Known("exp", np.exp, lambda g, x: (g * np.exp(x),), limit=700.0),
    Known("expm1", np.expm1, lambda g, x: (g * np.exp(x),), limit=700.0),
    Known("log", np.log, lambda g, x: (g / x,), "positive", least=1e-30),
    Known("log1p", np.log1p, lambda g, x: (g / (1 + x),), "positive"),
    Known("sqrt", np.sqrt, lambda g, x: (g * 0.5 / np.sqrt(x),), "positive", least=1e-30),
    Known("power 1.5", lambda x: x**1.5, lambda g, x: (g * 1.5 * np.sqrt(x),), "positive"),
    Known("sin", np.sin, lambda g, x: (g * np.cos(x),), limit=1e4),
    Known("cos", np.cos, lambda g, x: (-g * np.sin(x),), limit=1e4),
    Known("tanh", np.tanh, lambda g, x: (g / np.cosh(np.clip(x, -300, 300)) ** 2,), limit=40.0),
    Known("sigmoid", sigmoid, lambda g, x: (g * sigmoid(x) * sigmoid(-x),), limit=40.0),
    Known("softplus", lambda x: np.logaddexp(0, x), lambda g, x: (g * sigmoid(x),), limit=40.0),
    Known("square", np.square, lambda g, x: (2 * g * x,)),
    Known("cube", lambda x: x**3, lambda g, x: (3 * g * x * x,)),
    Known("reciprocal", lambda x: 1 / x, lambda g, x: (-g / x**2,), "nonzero"),
    Known("arctan", np.arctan, lambda g, x: (g / (1 + x * x),)),
    Known("arcsin", np.arcsin, lambda g, x: (g / np.sqrt(1 - x * x),), "unit"),
    Known("sinh", np.sinh, lambda g, x: (g * np.cosh(x),), limit=700.0),
    Known("erf", special.erf, lambda g, x: (g * 2 / np.sqrt(np.pi) * np.exp(-x * x),), limit=6.0),
    Known("x log x", lambda x: x * np.log(x), lambda g, x: (g * (np.log(x) + 1),), "positive"),
    Known("huge", lambda x: 1e150 * np.sin(x), lambda g, x: (g * 1e150 * np.cos(x),), limit=50.0),
    Known("tiny", lambda x: 1e-200 * np.sin(x), lambda g, x: (g * 1e-200 * np.cos(x),), limit=50.0),
    Known(
        "cancelling", lambda x: (np.sin(x) + 1e6) - 1e6, lambda g, x: (g * np.cos(x),), limit=9.0
    ),
    Known("product", lambda x, y: x * y, lambda g, x, y: (g * y, g * x), shapes="pair"),
    Known(
        "quotient", lambda x, y: x / y, lambda g, x, y: (g / y, -g * x / y**2), "nonzero", "pair"
    ),
    Known("power", np.power, power_vjp, "positive", "pair", limit=30.0, least=1e-2),
    Known(
        "arctan2",
        np.arctan2,
        lambda g, y, x: (g * x / (x * x + y * y), -g * y / (x * x + y * y)),
        "nonzero",
        "pair",
        limit=1e3,
        least=1e-3,
    ),
    Known("broadcast product", lambda x, y: x * y, broadcast_vjp, shapes="broadcast"),
    Known("constant", lambda x: np.full(x.shape, 3.0), lambda g, x: (np.zeros(x.shape),)),
    Known("identity", lambda x: x, lambda g, x: (g,)),
]

KINKED = [
    Known("relu", lambda x: np.maximum(x, 0), lambda g, x: (g * (x > 0),), kinks=(0.0,)),
    Known("abs", np.abs, lambda g, x: (g * np.sign(x),), kinks=(0.0,)),
    Known("sign", np.sign, lambda g, x: (0.0 * g,), "nonzero"),
    Known("floor", np.floor, lambda g, x: (0.0 * g,), kinks=(1.0, 0.0), limit=1e4),
    Known(
        "clip", lambda x: np.clip(x, -1, 1), lambda g, x: (g * (np.abs(x) <= 1),), kinks=(-1.0, 1.0)
    ),
    Known(
        "leaky relu",
        lambda x: np.where(x > 0, x, 0.01 * x),
        lambda g, x: (g * slope(x > 0, 1.0, 0.01),),
        kinks=(0.0,),
    ),
    Known(
        "elu",
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        lambda g, x: (g * np.where(x > 0, 1.0, np.exp(np.minimum(x, 0))),),
        kinks=(0.0,),
    ),
    Known("maximum", np.maximum, maximum_vjp, shapes="pair", kinks=(0.0,)),
    Known("hypot", np.hypot, hypot_vjp, shapes="pair", kinks=(0.0,)),
    Known(
        "max",
        lambda x: x.max(axis=-1),
        lambda g, x: (expand(g) * shares(x),),
        shapes="rows",
        kinks=(0.0,),
    ),
    Known("sort", lambda x: np.sort(x, axis=-1), sort_vjp, shapes="rows"),
    Known("norm", lambda x: np.sqrt((x * x).sum(axis=-1)), norm_vjp, shapes="rows", kinks=(0.0,)),
    Known(
        "std", lambda x: x.std(axis=-1), std_vjp, shapes="rows", kinks=(1.0,), limit=1e3, least=1e-3
    ),
]

STRUCTURED = [
    Known("sum", lambda x: x.sum(axis=-1), lambda g, x: (0 * x + expand(g),), shapes="rows"),
    Known(
        "mean",
        lambda x: x.mean(axis=-1),
        lambda g, x: (0 * x + expand(g) / x.shape[-1],),
        shapes="rows",
    ),
    Known("prod", lambda x: x.prod(axis=-1), prod_vjp, shapes="rows", limit=1e3),
    Known(
        "cumsum",
        lambda x: np.cumsum(x, axis=-1),
        lambda g, x: (np.cumsum(g[..., ::-1], axis=-1)[..., ::-1],),
        shapes="rows",
    ),
    Known(
        "softmax",
        softmax,
        lambda g, x: (softmax(x) * (g - (g * softmax(x)).sum(-1, keepdims=True)),),
        shapes="rows",
        limit=40.0,
    ),
    Known(
        "logsumexp",
        lambda x: special.logsumexp(x, axis=-1),
        lambda g, x: (expand(g) * softmax(x),),
        shapes="rows",
        limit=1e3,
    ),
    Known(
        "log softmax",
        lambda x: special.log_softmax(x, axis=-1),
        lambda g, x: (g - softmax(x) * g.sum(-1, keepdims=True),),
        shapes="rows",
        limit=40.0,
    ),
    Known("take", lambda x: x[..., [0, -1, 0]], take_vjp, shapes="rows"),
    Known("transpose", np.transpose, lambda g, x: (np.transpose(g),)),
    Known("matmul", np.matmul, lambda g, a, b: (g @ b.T, a.T @ g), shapes="matmul", limit=1e3),
    Known(
        "einsum",
        lambda a, b: np.einsum("ij,ij->j", a, b),
        lambda g, a, b: (g * b, g * a),
        shapes="matrices",
        limit=1e3,
    ),
    Known("inv", np.linalg.inv, inv_vjp, shapes="square"),
    Known(
        "det",
        np.linalg.det,
        lambda g, a: (g * np.linalg.det(a) * np.linalg.inv(a).T,),
        shapes="square",
    ),
    Known("solve", np.linalg.solve, solve_vjp, shapes="square and vector"),
    Known("convolve", convolve, convolve_vjp, shapes="signal", limit=1e3),
    Known(
        "sin and cos",
        lambda x: (np.sin(x), np.cos(x)),
        lambda g, x: (g[0] * np.cos(x) - g[1] * np.sin(x),),
        limit=1e3,
    ),
    Known(
        "complex product",
        lambda x, y: x * y,
        lambda g, x, y: (g * np.conj(y), g * np.conj(x)),
        "complex",
        "pair",
        limit=1e3,
    ),
    Known("complex exp", np.exp, lambda g, x: (g * np.conj(np.exp(x)),), "complex", limit=30.0),
    Known("squared size", lambda x: (x * np.conj(x)).real, lambda g, x: (2 * g * x,), "complex"),
]

EVERYTHING = SMOOTH + KINKED + STRUCTURED


def point(known: Known, rng: np.random.Generator) -> list[Array]:
    """Draw inputs: shapes that include 0-d and empty, values small, wide, equal or near kinks."""
    return [values(known, shape, rng) for shape in _shapes(known, rng)]


def values(known: Known, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    if known.shapes.startswith("square") and len(shape) == 2:
        return rng.normal(size=shape) + 3 * np.eye(shape[0])
    if known.domain == "complex":
        real = Known("", known.f, known.vjp, limit=known.limit)
        return values(real, shape, rng) + 1j * values(real, shape, rng)
    family = rng.choice(["small", "normal", "wide", "equal", "kink"])
    if family == "small":
        x = rng.integers(-8, 9, shape) / 4
    elif family == "normal":
        x = rng.normal(size=shape) * 3
    elif family == "wide":
        exponents = rng.uniform(np.log10(known.least), np.log10(known.limit), shape)
        x = rng.choice([-1.0, 1.0], shape) * 10**exponents
    elif family == "equal" or not known.kinks:
        x = np.full(shape, rng.integers(-4, 5) / 2)
    else:
        distance = rng.choice([-1.0, 0.0, 1.0], shape) * 10 ** rng.uniform(-12, 0, shape)
        x = rng.choice(known.kinks, shape) + distance
    x = np.clip(x, -known.limit, known.limit)
    if known.domain in ("positive", "nonzero"):
        x = np.where(x == 0, 1.5, x)
    if known.domain == "positive":
        x = np.abs(x)
    if known.domain == "unit":
        x = np.clip(x, -1e8, 1e8) / (1.0 + np.abs(x))
    return np.asarray(x, dtype=float)


def _shapes(known: Known, rng: np.random.Generator) -> list[tuple[int, ...]]:
    n, m, k = (int(side) for side in rng.integers(1, 4, 3))
    anywhere = [(), (1,), (n,), (n, m), (0,), (2, 0), (2, 1, m), (6, 5)]
    shape = anywhere[rng.integers(len(anywhere))]
    broadcast = [((n, 1), (1, m)), ((), (n, m)), ((m,), (n, m)), ((n, m), (n, 1)), ((0, 1), (m,))]
    return {
        "any": [shape],
        "pair": [shape, shape],
        "rows": [[(n,), (n, m), (4,), (2, 3, 2), (0, 3), (6, 7)][rng.integers(6)]],
        "broadcast": list(broadcast[rng.integers(len(broadcast))]),
        "matmul": [(n, k), (k, m)],
        "matrices": [(n, m), (n, m)],
        "square": [(n, n)],
        "square and vector": [(n, n), (n,)],
        "signal": [(n + m,), (n,)],
    }[known.shapes]


def cotangents(known: Known, inputs: list[Array], rng: np.random.Generator) -> list[Array]:
    """Draw a cotangent for each output: signed, one-hot, zero or ones."""
    outputs = known.f(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return [_cotangent(np.asarray(y), rng) for y in outputs]


def _cotangent(y: Array, rng: np.random.Generator) -> Array:
    family = rng.choice(["signed", "signed", "one-hot", "zero", "ones"])
    if family == "signed":
        g = rng.integers(1, 9, y.shape) / 4 * rng.choice([-1.0, 1.0], y.shape)
        return g + 1j * rng.normal(size=y.shape) if y.dtype.kind == "c" else np.asarray(g)
    g = np.full(y.shape, 1.0 if family == "ones" else 0.0)
    if family == "one-hot" and y.size:
        g.flat[rng.integers(y.size)] = 1.0
    return g


def gradients(known: Known, inputs: list[Array], cts: list[Array]) -> list[Array]:
    """Return the exact gradients."""
    g = cts if isinstance(known.f(*inputs), tuple) else cts[0]
    with np.errstate(all="ignore"):
        return [np.asarray(gradient) for gradient in known.vjp(g, *inputs)]
