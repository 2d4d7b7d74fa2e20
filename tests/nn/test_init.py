"""First values: distributions by their moments, shapes by their properties, errors by message."""

import math

import numpy as np
import pytest

import autograd
from autograd import Tensor
from nn import init


def drawn(function, *shape, **settings):
    generator = np.random.default_rng(0)
    return function(autograd.zeros(shape), generator=generator, **settings).data


WEIGHT = (200, 50, 3, 3)  # fan-in 450, fan-out 1800

DISTRIBUTIONS = [
    (init.uniform_, {"a": -2.0, "b": 1.0}, -0.5, math.sqrt(9 / 12), (-2.0, 1.0)),
    (init.normal_, {"mean": 1.0, "std": 0.1}, 1.0, 0.1, None),
    (init.trunc_normal_, {}, 0.0, 0.8796, (-2.0, 2.0)),
    (init.trunc_normal_, {"mean": 1.0, "a": 0.0, "b": 1.0}, 0.5403, 0.2819, (0.0, 1.0)),
    (init.xavier_uniform_, {}, 0.0, math.sqrt(2 / 2250), None),
    (init.xavier_uniform_, {"gain": 2.0}, 0.0, 2 * math.sqrt(2 / 2250), None),
    (init.xavier_normal_, {}, 0.0, math.sqrt(2 / 2250), None),
    (init.kaiming_uniform_, {}, 0.0, math.sqrt(2 / 450), None),
    (init.kaiming_uniform_, {"a": math.sqrt(5)}, 0.0, 1 / math.sqrt(3 * 450),
     (-450**-0.5, 450**-0.5)),
    (init.kaiming_normal_, {"mode": "fan_out", "nonlinearity": "relu"}, 0.0, math.sqrt(2 / 1800),
     None),
    (init.kaiming_normal_, {"nonlinearity": "tanh"}, 0.0, 5 / 3 / math.sqrt(450), None),
]  # fmt: skip


@pytest.mark.parametrize(("function", "settings", "mean", "std", "bounds"), DISTRIBUTIONS)
def test_moments_and_bounds(function, settings, mean, std, bounds):
    values = drawn(function, *WEIGHT, **settings)
    assert abs(values.mean() - mean) < 0.02 * std + 1e-4
    assert abs(values.std() - std) < 0.01 * std
    if bounds is not None:
        assert bounds[0] <= values.min()
        assert values.max() <= bounds[1]


def test_the_same_generator_gives_the_same_numbers_in_every_dtype():
    for function in (init.uniform_, init.normal_, init.kaiming_normal_, init.orthogonal_):
        double = drawn(function, 4, 3)
        single = function(
            autograd.zeros((4, 3), dtype=np.float32), generator=np.random.default_rng(0)
        )
        np.testing.assert_array_equal(single.data, double.astype(np.float32))


def test_the_default_generator_is_the_librarys():
    autograd.manual_seed(3)
    first = init.normal_(autograd.zeros(5)).data
    autograd.manual_seed(3)
    np.testing.assert_array_equal(init.normal_(autograd.zeros(5)).data, first)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 2, 3)])
def test_orthogonal_rows_or_columns(shape):
    matrix = drawn(init.orthogonal_, *shape, gain=2.0).reshape(shape[0], -1)
    smaller = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(smaller, 4 * np.eye(len(smaller)), atol=1e-12)


def test_sparse_columns():
    values = drawn(init.sparse_, 10, 4, sparsity=0.25, std=2.0)
    np.testing.assert_array_equal((values == 0).sum(axis=0), [3, 3, 3, 3])


def test_dirac_passes_the_input_on():
    weight = init.dirac_(autograd.zeros((4, 2, 3)), groups=2)
    x = np.random.default_rng(0).standard_normal((1, 4, 6))
    np.testing.assert_array_equal(autograd.conv(x, weight.data, padding=1, groups=2), x)


def test_filling_writes_to_the_same_memory_and_returns_the_tensor():
    weight = Tensor([[1.0, 2.0]], requires_grad=True)
    memory = weight.data
    assert init.constant_(weight, 3.0) is weight
    np.testing.assert_array_equal(memory, [[3.0, 3.0]])
    init.eye_(weight)
    np.testing.assert_array_equal(memory, [[1.0, 0.0]])
    init.ones_(weight)
    assert memory.all()
    init.zeros_(weight)
    assert not memory.any()


def test_gains():
    assert init.calculate_gain("conv_transpose2d") == init.calculate_gain("sigmoid") == 1.0
    assert init.calculate_gain("leaky_relu", 2.0) == math.sqrt(2 / 5)
    assert init.calculate_gain("selu") == 0.75


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: init.xavier_normal_(autograd.zeros(3)), ValueError, r"xavier_normal_: .*\(3,\)"),
        (lambda: init.kaiming_normal_(autograd.zeros((2, 2)), mode="fan"), ValueError, "'fan'"),
        (lambda: init.calculate_gain("swish"), ValueError, "'swish' is none of linear"),
        (lambda: init.eye_(autograd.zeros(3)), ValueError, "eye_: expected a matrix"),
        (lambda: init.dirac_(autograd.zeros((2, 2))), ValueError, "dirac_: .*3 to 5 axes"),
        (lambda: init.dirac_(autograd.zeros((3, 2, 1)), 2), ValueError, "2 groups must divide 3"),
        (lambda: init.sparse_(autograd.zeros((2, 2)), 1.5), ValueError, "between 0 and 1, got 1.5"),
        (lambda: init.trunc_normal_(autograd.zeros(2), a=3.0, b=2.0), ValueError, "no mass"),
        (lambda: init.zeros_(np.zeros(2)), TypeError, "expected a Tensor to fill, got ndarray"),
        (lambda: init.zeros_(Tensor([1.0], requires_grad=True) * 2), RuntimeError, "only leaves"),
    ],
)
def test_bad_inputs(call, error, message):
    with pytest.raises(error, match=message):
        call()
