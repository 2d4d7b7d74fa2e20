"""Reports about elementwise functions, powers, products, and what they do at their edges."""

import numpy as np

from autograd import stack
from autograd.graph.tensor import value
from autograd.testing.strategies import arrays, broadcastable_shapes, shapes
from autograd.testing.strategies.domains import Domain
from tests.autograd.testing.defects.planting import unregistered
from tests.autograd.testing.defects.reported.planting import Reports

reports = Reports()

_ANY = shapes(max_dims=2, max_side=4).flatmap(arrays)
_ROWS = shapes(min_dims=1, max_dims=2, min_side=1, max_side=4).flatmap(arrays)
_PAIR = shapes(max_dims=2, max_side=4).flatmap(
    lambda shape: arrays((2, *shape)).map(lambda both: (both[0].copy(), both[1].copy()))
)


@reports.function(
    "sign",
    "KhawajaAbaid/micrograd_c#1",
    together=_PAIR,
    right=lambda g, x, y: (g, -g),
    wrong=lambda g, x, y: (g, g.copy()),
)
def difference_adds_both(x, y):
    """The subtrahend of a difference is given the gradient of a summand."""
    return x - y


@reports.function(
    "sign",
    "jax-ml/jax#3213",
    together=_PAIR,
    right=lambda g, x, y: (g * np.cos(x) * y, g * np.sin(x)),
    wrong=lambda g, x, y: (g * np.cos(x) * y, -g * np.sin(x)),
)
def sine_times_factor(x, y):
    """The derivative by the factor has the sign of another formula."""
    return np.sin(x) * y


@reports.function(
    "factor",
    "jax-ml/jax#29485",
    _ANY,
    right=lambda g, x: 2 * g * x,
    wrong=lambda g, x: g * x,
)
def square_without_two(x):
    """The two of the power rule is forgotten."""
    return x**2


@reports.function(
    "range",
    "tinygrad/tinygrad#155",
    together=shapes(max_dims=2, max_side=4).flatmap(
        lambda shape: arrays((2, *shape), domain=Domain(0.0, 8.0)).map(
            lambda both: (np.floor(2 * both[0]) / 2, both[1])
        )
    ),
    right=lambda g, x, y: (
        g * y * np.where(x > 0, np.where(x > 0, x, 1.0) ** (y - 1), 0.0),
        g * x**y * np.log(np.where(x > 0, x, 1.0)),
    ),
    wrong=lambda g, x, y: (
        g * y * np.where(x > 0, np.where(x > 0, x, 1.0) ** (y - 1), 0.0),
        g * x**y * np.log(x),
    ),
    differentiate=("y",),
)
def power_with_logarithm_of_nothing(x, y):
    """The derivative by the exponent takes the logarithm of a base that is zero."""
    return x**y


@reports.function(
    "range",
    "tenstorrent/tt-metal#56397",
    _ANY,
    right=lambda g, x: g * _logistic(25 * x),
    wrong=lambda g, x: np.where(
        np.isfinite(np.exp(25 * x)), g * np.exp(25 * x) / (1 + np.exp(25 * x)), 0.0
    ),
)
def softplus_slope_overflows(x):
    """The slope is the exponential over one more than it, and zero once that overflows."""
    return np.logaddexp(0, 25 * x) / 25


def _logistic(x):
    return np.exp(-np.logaddexp(0, -x))


@reports.function(
    "range",
    "jeshraghian/snntorch#433",
    _ANY,
    right=lambda g, x: g * 25 * _logistic(25 * x) * _logistic(-25 * x),
    wrong=lambda g, x: g * 25 * np.exp(-25 * x) / (1 + np.exp(-25 * x)) ** 2,
)
def spike_with_steep_sigmoid(x):
    """Far on the negative side the derivative is infinity over infinity."""
    return _logistic(25 * x)


@reports.function(
    "precision",
    "tenstorrent/tt-metal#55349",
    _ANY,
    right=lambda g, x: g / np.cosh(np.clip(x, -300, 300)) ** 2,
    wrong=lambda g, x: (
        g / np.cosh(np.clip(x, -300, 300)) ** 2 * (1 - 8e-4 * np.cos(2 * np.clip(x, -3, 3)))
    ),
)
def tanh_slope_by_a_fit(x):
    """The slope of tanh comes from a fit that is good to three digits."""
    return np.tanh(x)


@reports.function(
    "range",
    "HIPS/autograd#183",
    _ROWS,
    right=lambda g, x: 2 * g[..., np.newaxis] * x,
    wrong=lambda g, x: 2 * (g * _norm(x))[..., np.newaxis] * (x / _norm(x)[..., np.newaxis]),
)
def squared_norm_of_nothing(x):
    """Where a vector is zero its squared norm has the slope 0 · (0 / 0)."""
    return (x * x).sum(axis=-1)


def _norm(x):
    return np.sqrt((x * x).sum(axis=-1))


@reports.function(
    "range",
    "tinygrad/tinygrad#9597",
    together=_PAIR,
    right=lambda g, x, y: (g, g.copy()),
    wrong=lambda g, x, y: (g * np.where(x == y, 2.0, 1.0), g * np.where(x == y, 2.0, 1.0)),
)
def equal_numbers_are_one(x, y):
    """Two inputs that hold the same number are taken for one, which gets both gradients."""
    return x + y


@reports.function(
    "range",
    "tensorflow/tensorflow#2641",
    _ROWS,
    right=lambda g, x: g[..., np.newaxis] * _product_of_others(x),
    wrong=lambda g, x: (g * x.prod(axis=-1))[..., np.newaxis] / x,
)
def product_over_element(x):
    """The product of the others is the product over the element, which is 0 / 0 at zeros."""
    return x.prod(axis=-1)


def _product_of_others(x):
    others = np.ones_like(x)
    for k in range(x.shape[-1]):
        others[..., k] = np.delete(x, k, axis=-1).prod(axis=-1)
    return others


@reports.function(
    "range",
    "tensorflow/tensorflow#119430",
    _ROWS,
    right=lambda g, x: np.einsum("...i,...ij->...j", g, _slopes_of_running_product(x)),
    wrong=lambda g, x: np.nan_to_num(
        np.flip(np.cumsum(np.flip(g * np.cumprod(x, -1), -1), -1), -1) / x, posinf=0, neginf=0
    ),
)
def running_product_over_element(x):
    """Divided by the element, and what is no number there becomes zero."""
    return np.cumprod(x, axis=-1)


def _slopes_of_running_product(x):
    side = x.shape[-1]
    slopes = np.zeros((*x.shape, side))
    for i in range(side):
        for j in range(i + 1):
            slopes[..., i, j] = np.delete(x[..., : i + 1], j, axis=-1).prod(axis=-1)
    return slopes


@reports.function(
    "shape",
    "pytorch/pytorch#82644",
    arrays((1,)),
    right=lambda g, x: np.full(1, g),
    wrong=lambda g, x: np.full(1, g) if x.all() else np.asarray(g),
)
def product_of_one_that_is_zero(x):
    """At zero the special case returns a number where the input is a vector of length one."""
    return x.prod()


@reports.function(
    "cotangent",
    "apache/mxnet#16938",
    _ANY,
    right=lambda g, x: g * (2 * x + 3),
    wrong=lambda g, x: g * g + 3 * g + 1,
)
def quadratic_forward_for_backward(x):
    """Registered as its own derivative: the polynomial is evaluated at the cotangent."""
    return x * x + 3 * x + 1


@reports.function(
    "path|accumulation",
    "karpathy/nn-zero-to-hero#52",
    _ANY,
    right=lambda g, x: g * (np.exp(x) + x * np.exp(x)),
    wrong=lambda g, x: g * np.exp(x),
)
def second_use_overwrites(x):
    """Each use sets the gradient where it should be added: only the last one is left."""
    return x * np.exp(x)


@reports.function(
    "shape|broadcast sum",
    "deeplearning4j/nd4j#2424",
    together=broadcastable_shapes(2).flatmap(
        lambda pair: arrays(pair[0]).flatmap(lambda x: arrays(pair[1]).map(lambda y: (x, y)))
    ),
    right=lambda g, x, y: (_summed(g, x.shape), _summed(g, y.shape)),
    wrong=lambda g, x, y: (g, g.copy()),
    elementwise=True,
)
def broadcast_sum_passes_on(x, y):
    """The gradient of a broadcast operand has the shape of the sum, nothing is added up."""
    return x + y


def _summed(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(k for k, side in enumerate(shape) if side == 1 != g.shape[k])
    return g.sum(axis=stretched, keepdims=True)


@reports.maker("second order", "tensorflow/tensorflow#61117", _PAIR.map(np.stack))
def product_with_zero_bent(correct):
    """The product of the others is a quotient, patched at zero: the patch is a constant."""

    @unregistered("general")
    def product_of_two(x):
        return x[0] * x[1]

    def rule(g, x):
        if correct:
            return g * stack([x[1], x[0]])
        out = x[0] * x[1]
        parts = []
        for k in (0, 1):
            zero = (value(x[k]) == 0).astype(value(g).dtype)
            ordinary = out / (x[k] + zero) * (1 - zero)
            parts.append(ordinary + value(x[1 - k]) * zero)
        return g * stack(parts)

    product_of_two.vjp(x=rule)
    return product_of_two


@reports.maker("second order", "pytorch/pytorch#76185", _ANY)
def intermediate_is_constant(correct):
    """What the forward pass computed on its way is kept as numbers: no derivative leads through."""

    @unregistered("elementwise")
    def cubed(x):
        return x * x * x

    cubed.vjp(x=lambda g, x: 3 * g * (x * x if correct else value(x) * value(x)))
    return cubed


@reports.maker("second order", "pytorch/pytorch#59477", shapes(max_dims=1, max_side=4).flatmap(
    lambda shape: arrays(shape, domain="probability")))  # fmt: skip
def entropy_sum_twice(correct):
    """The second derivative of the summed loss leaves out the cotangent's own derivative."""

    @unregistered("general")
    def loss(x):
        return -np.log(x).sum() - np.log1p(-x).sum()

    def rule(g, x):
        return (g if correct else value(g)) * (1 / (1 - x) - 1 / x)

    loss.vjp(x=rule)
    return loss


@reports.maker("second call", "bshillingford/autobw.torch#7", _ANY)
def remembered_adjoint(correct):
    """The adjoint of a value that is used twice is kept, and added to in every later pass."""
    kept = {}

    def vjp(g, x):
        passed = 2 * g * np.cos(x)
        if correct:
            return passed
        before = kept.get(x.shape)
        kept[x.shape] = passed if before is None else before + passed
        return kept[x.shape].copy()

    return lambda x: np.sin(x) + np.sin(x), vjp
