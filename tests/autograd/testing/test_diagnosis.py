"""The diagnosis: rules with one known fault each, and the words that must name it."""

import numpy as np
import pytest

import autograd
from autograd.testing import GradientError, assert_gradients
from autograd.testing.diagnosis.misfits import shape_words
from autograd.testing.search import operands
from autograd.testing.strategies import arrays, indices, shapes
from tests.autograd.testing.defects.blind import DEFECTS
from tests.autograd.testing.defects.further import FURTHER


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def slope(x):
    return sigmoid(x) * (1.0 - sigmoid(x))


def tie_share(g, x):
    ties = x == x.max(axis=-1, keepdims=True)
    return g[..., None] * ties / ties.sum(axis=-1, keepdims=True)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_vjp(g, x):
    return softmax(x) * (g - (g * softmax(x)).sum(axis=-1, keepdims=True))


def normalised(x):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 0.1)


def normalised_vjp(g, x, mean=True, variance=True):
    y = normalised(x)
    std = np.sqrt(x.var(axis=-1, keepdims=True) + 0.1)
    passed = g - mean * g.mean(axis=-1, keepdims=True)
    passed = passed - variance * y * (g * y).mean(axis=-1, keepdims=True)
    return passed / std


def cumsum(x):
    return x.cumsum(axis=-1)


def cumsum_vjp(g, x, inclusive=True):
    passed = g[..., ::-1].cumsum(axis=-1)[..., ::-1]
    return passed if inclusive else passed - g


def scale_vjp(g, x, scale, reduce=np.sum):
    return g * scale, reduce(g * x, axis=0)


def pairs_vjp(g, x):
    """Of x[i] * x[i + 1]: the second use overwrites the first."""
    passed = np.zeros_like(x)
    passed[:-1] = g * x[1:]
    passed[1:] = g * x[:-1]
    return passed


def repeat_vjp(g, x):
    passed = np.zeros_like(x)
    passed[[0, 2, 0, 1, 0]] = g
    return passed


def pool(x):
    """The means of pairs; a last one without partner is left out."""
    return x[: len(x) // 2 * 2].reshape(-1, 2).mean(axis=1)


def pool_vjp(g, x):
    passed = np.repeat(g, 2) / 2
    return np.concatenate([passed, np.ones(len(x) - len(passed))])


class Counter:
    """A gradient that is right the first time only."""

    def __init__(self):
        self.before = 0.0

    def __call__(self, g, x):
        passed = g * np.cos(x) + self.before
        self.before = self.before + g
        return passed


SQUARE = (3, 3)
FAULTS = {
    "the sign is wrong": (np.cos, lambda g, x: g * np.sin(x), arrays((3,))),
    "twice too large": (sigmoid, lambda g, x: 2 * g * slope(x), arrays((3,), wide=False)),
    "half as large": (np.square, lambda g, x: g * x, arrays((2, 2))),
    "zero everywhere": (np.exp, lambda g, x: 0 * g, arrays((3,), wide=False)),
    "the cotangent is ignored": (np.tanh, lambda g, x: 1 - np.tanh(x) ** 2, arrays((3,))),
    "the cotangent is applied twice": (np.sin, lambda g, x: g * g * np.cos(x), arrays((3,))),
    "only the size of the cotangent": (np.sin, lambda g, x: abs(g) * np.cos(x), arrays((3,))),
    "the local derivative is missing": (np.sin, lambda g, x: g, arrays((3,))),
    "transposed": (np.exp, lambda g, x: (g * np.exp(x)).T, arrays(SQUARE, wide=False)),
    "reversed along axis 0": (
        lambda x: x[::-1] ** 2, lambda g, x: 2 * g * x[::-1], arrays((4,), wide=False)
    ),
    "the sum over broadcast axis 0 is missing": (
        lambda x, scale: x * scale,
        lambda g, x, scale: (g * scale, (g * x)[0]),
        arrays((3, 2)), arrays((2,)),
    ),
    "the mean over broadcast axis 0 instead of the sum": (
        lambda x, scale: x * scale,
        lambda g, x, scale: scale_vjp(g, x, scale, np.mean),
        arrays((3, 2)), arrays((2,)),
    ),
    "only the last use counted": (lambda x: x[[0, 2, 0, 1, 0]], repeat_vjp, arrays((3,))),
    "off by one along axis 1": (
        cumsum, lambda g, x: cumsum_vjp(g, x, False), arrays((2, 5), wide=False)
    ),
    "each element is treated alone": (
        softmax, lambda g, x: g * softmax(x) * (1 - softmax(x)), arrays((2, 4), wide=False)
    ),
    "the sum over axis 1 is missing": (
        softmax, lambda g, x: g * softmax(x), arrays((2, 4), wide=False)
    ),
    "the term through the mean over axis 1 is missing": (
        normalised, lambda g, x: normalised_vjp(g, x, mean=False), arrays((2, 5), wide=False)
    ),
    "the term through the variance over axis 1 is missing": (
        normalised, lambda g, x: normalised_vjp(g, x, variance=False), arrays((2, 5), wide=False)
    ),
    "the terms through the mean and the variance over axis 1 are missing": (
        normalised, lambda g, x: normalised_vjp(g, x, False, False), arrays((2, 5), wide=False)
    ),
    "the count of axis 0: a sum where the mean belongs": (
        lambda x: x.mean(axis=0), lambda g, x: np.broadcast_to(g, x.shape), arrays((4, 2))
    ),
    "the gradients of x and y are exchanged": (
        lambda x, y: x * np.exp(y),
        lambda g, x, y: (g * x * np.exp(y), g * np.exp(y)),
        arrays((3,), wide=False), arrays((3,), wide=False),
    ),
    "the wrong operand was saved": (
        lambda x, y: x * y, lambda g, x, y: (g * x, g * x), arrays((3,)), arrays((3,))
    ),
    "the cotangent times the output": (sigmoid, lambda g, x: g * sigmoid(x), arrays((3,))),
    "+5 % everywhere": (np.sin, lambda g, x: 1.05 * g * np.cos(x), arrays((3,))),
    "3 times what it should be": (np.sin, lambda g, x: 3 * g * np.cos(x), arrays((4,))),
    "wrong only at ties": (
        lambda x: x.max(axis=-1),
        lambda g, x: g[..., None] * (x == x.max(axis=-1, keepdims=True)),
        arrays((4,)),
    ),
    "wrong only for negative inputs": (
        np.abs, lambda g, x: g * (x > 0), arrays((6,), domain="nonzero")
    ),
    "wrong only for large inputs": (
        np.tanh, lambda g, x: g * np.where(abs(x) > 3, 0, 1 - np.tanh(x) ** 2), arrays((4,))
    ),
    "wrong only at the end of axis 0": (pool, pool_vjp, arrays((7,))),
    "wrong only where x is zero: not a number": (
        lambda x: np.exp(-x * x), lambda g, x: -2 * g * x * np.exp(-x * x) * (x / x), arrays((3,))
    ),
    "its axes are in the wrong order (2, 0, 1)": (
        lambda x: x.transpose(1, 2, 0) ** 2,
        lambda g, x: (2 * g * x.transpose(1, 2, 0)).transpose(1, 2, 0),
        arrays((2, 2, 2), wide=False),
    ),
    "the right numbers in the wrong places": (
        lambda x: x[[1, 2, 0, 3]], lambda g, x: g[[1, 2, 0, 3]], arrays((4,))
    ),
    "first call right, second wrong": (np.sin, Counter(), arrays((3,))),
    "changed in place": (np.sin, lambda g, x: np.multiply(g, np.cos(x), out=g), arrays((3,))),
    "contiguous memory only": (
        np.exp, lambda g, x: g * np.exp(x) if x.flags.c_contiguous else g, arrays((2, 3))
    ),
    "float32 precision only": (
        lambda x: x * x,
        lambda g, x: g * (2 * x if x.dtype == np.float64 else (x + np.float32(1)) ** 2 - x * x),
        arrays((3,), domain="positive"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", FAULTS)
def test_a_fault_is_named(words):
    function, vjp, *strategies = FAULTS[words]
    with pytest.raises(GradientError) as caught:
        assert_gradients(function, *strategies, vjp=vjp)
    assert words in caught.value.diagnosis, str(caught.value)
    assert words in str(caught.value)


def test_the_right_rules_of_these_functions_pass():
    assert_gradients(normalised, arrays((2, 5), wide=False), vjp=normalised_vjp)
    assert_gradients(softmax, arrays((2, 4)), vjp=softmax_vjp)
    assert_gradients(cumsum, arrays((2, 5)), vjp=cumsum_vjp)
    assert_gradients(lambda x: x.max(axis=-1), arrays((4,)), vjp=tie_share)
    assert_gradients(
        lambda x, scale: x * scale, arrays((3, 2)), arrays((2,)), vjp=scale_vjp, elementwise=True
    )


# ---------------------------------------------------------------------- rules of operations


def defective(kind, function, rules, **options):
    """An operation with these rules."""
    operation = autograd.op(kind, **options)(function)
    operation.vjp(**rules)
    return operation


def test_a_value_taken_for_a_constant_is_named():
    def cube(x):
        """Third power."""
        return x * x * x

    wrong = defective("elementwise", cube, {"x": lambda g, x: g * 3 * autograd.value(x) ** 2})
    with pytest.raises(GradientError) as caught:
        assert_gradients(wrong, arrays((3,), wide=False))
    assert caught.value.property == "P12"
    assert "taken for a constant" in caught.value.diagnosis


def test_a_wrong_forward_mode_is_named():
    def doubled(x):
        """Twice x."""
        return 2.0 * x

    wrong = defective("general", doubled, {"x": lambda g: 2 * g})
    wrong.jvp(x=lambda t: 3 * t)
    with pytest.raises(GradientError) as caught:
        assert_gradients(wrong, arrays((3,)))
    assert caught.value.property == "P8"
    assert "reverse mode is right" in caught.value.diagnosis


def test_a_missing_sum_in_a_rule_that_the_engine_refuses_is_named():
    def tiled(x):
        """Two copies."""
        return np.stack([x, x])

    wrong = defective("linear", tiled, {"x": lambda g: g})
    with pytest.raises(GradientError, match="the rule of tiled for 'x' returned shape") as caught:
        assert_gradients(wrong, arrays((3,)))
    assert caught.value.diagnosis == "the sum over broadcast axis 0 is missing"


def test_a_use_that_is_lost_is_named():
    def square(x):
        return x * x.detach()

    with pytest.raises(GradientError) as caught:
        assert_gradients(square, operands(1, wide=False).map(lambda drawn: drawn[0]))
    assert "one of two equal uses" in caught.value.diagnosis


def planted(name):
    (defect,) = (each for each in (*DEFECTS, *FURTHER) if each.name == name)
    return defect.build()


@pytest.mark.parametrize(
    ("name", "property", "words"),
    [
        ("latest_input_remembered", "P4", "a saved value is overwritten by the next call"),
        ("gradient_remembered_by_input", "P4", "first call right, second wrong"),
        ("workspace_reused", "P3", "handed on without a copy"),
        ("variance_of_moments_ignored", "P7", "the cotangent of output 1 is ignored"),
        ("softmax_dot_constant", "P8", ", and forward mode with it"),
    ],
)
def test_a_fault_of_an_operation_is_named(name, property, words):
    with pytest.raises(GradientError) as caught:
        assert_gradients(planted(name), arrays((2, 3), wide=False))
    assert caught.value.property == property
    assert words in caught.value.diagnosis


def test_a_forward_mode_that_is_wrong_is_shown_with_numbers():
    def shifted(x):
        """x + 1."""
        return x + 1.0

    wrong = defective("general", shifted, {"x": lambda g: g})
    wrong.jvp(x=lambda t: 3 * t)
    with pytest.raises(GradientError, match=r"x\[0\] +3 +1 ") as caught:
        assert_gradients(wrong, np.array([0.5, 2.0]), cotangents=[np.ones(2)])
    assert caught.value.property == "P8"


def test_a_wrong_index_is_named():
    @autograd.op("linear", arrays=("x",))
    def picked(x, index):
        """x[index]."""
        return x[index]

    def rule(g, x_shape, index):
        out = np.zeros(x_shape)
        out[index] = autograd.value(g)  # repeats overwrite one another
        return out

    picked.vjp(x=rule)
    calls = shapes(min_dims=1, min_side=1).flatmap(
        lambda shape: arrays(shape).flatmap(lambda x: indices(shape).map(lambda index: (x, index)))
    )
    with pytest.raises(GradientError) as caught:
        assert_gradients(picked, arguments=calls, properties="P7", examples=200)
    assert "only the last use counted" in caught.value.diagnosis


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ((2, 3), (3,), "the sum over broadcast axis 0 is missing"),
        ((2, 3), (2, 1), "the sum over broadcast axis 1 is missing"),
        ((2, 3), (), "the sum over broadcast axes 0 and 1 is missing"),
        ((3, 2), (2, 3), "transposed"),
        ((3,), (3, 1), "an axis of length 1 was dropped"),
        ((1,), (), "an axis of length 1 was dropped or added"),
        ((6,), (2, 3), "not reshaped back"),
        ((4,), (2, 3), r"its shape is (4,) where the input has (2, 3)"),
    ],
)
def test_shapes_are_named(got, expected, words):
    assert words in shape_words(got, expected)
