"""Random rounding: what it moves, what it leaves, and what a checker knows by it."""

import numpy as np
import pytest
from scipy import special

import autograd
from autograd import Tensor
from autograd.operation.record import records
from autograd.testing import GradientError, assert_gradients, check_grads, compare_gradients
from autograd.testing.objective import Objective
from autograd.testing.result import Verdict
from autograd.testing.rounding import RUNS, Rounding, current_rounding, random_rounding
from autograd.testing.samples import bound_samples, has_samples

EPS = np.finfo(float).eps
X = np.array([[0.3, -1.7, 2.9], [0.1, 5.3, -0.7]])


def moved(f, *arrays, seed=0):
    """How far a function's value moves, in units of its own rounding."""
    with random_rounding(seed) as rounding:
        out = f(*[rounding.watch(np.asarray(x)) for x in arrays])
    return (np.asarray(out) - np.asarray(f(*arrays))) / EPS


# ---------------------------------------------------------------------- what moves


@pytest.mark.parametrize("f", [np.exp, np.tanh, lambda x: x * x, lambda x: x / 3 + 1])
def test_results_of_numpy_move_by_units_in_the_last_place(f):
    found = moved(f, X)
    assert (np.abs(found) <= 4 * np.abs(f(X)) + 4).all()
    assert (found != 0).mean() > 0.5


@pytest.mark.parametrize(
    "f",
    [
        np.sort, np.abs, np.transpose, np.negative, lambda x: x.max(axis=0), lambda x: x[:, ::-1],
        lambda x: np.where(x > 0, x, 0), lambda x: np.concatenate([x, x]), lambda x: x.reshape(-1),
        lambda x: np.maximum(x, 0), lambda x: np.pad(x, 1), lambda x: np.clip(x, -1, 1) * 0,
    ],
)  # fmt: skip
def test_what_only_moves_elements_about_is_left_alone(f):
    assert not moved(f, X).any()


def test_zeros_and_masks_stay():
    x = np.array([0.0, 1.0, 0.0, 3.0])
    assert not moved(lambda x: (x * 1.7 == 0) * 1.0, x).any()
    assert not moved(lambda x: np.sign(x * 0.3), x).any()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sum(), lambda x: x.mean(axis=0), lambda x: x.std(), np.var, lambda x: x @ x.T,
        lambda x: x.dot(x.T), lambda x: np.einsum("ij,kj->ik", x, x), lambda x: x.cumsum(axis=1),
        np.linalg.norm, lambda x: np.fft.fft(x).real, lambda x: np.convolve(x[0], x[1]),
    ],
)  # fmt: skip
def test_a_sum_does_not_hide_how_its_terms_were_rounded(f):
    x = np.array([[1.0, 2.0**40, -(2.0**40)], [3.0, 2.0**41, 2.0**40]])
    assert np.abs([moved(f, x, seed=seed) for seed in range(4)]).max() > 2.0**20


def test_a_matrix_moves_by_its_largest_element():
    a = np.diag([1.0, 2.0**30]) + np.array([[0.0, 1.0], [1.0, 0.0]])
    found = [moved(np.linalg.eigvalsh, a, seed=seed)[0] for seed in range(4)]
    assert np.abs(found).max() > 2.0**20


def test_a_complex_number_moves_in_both_parts():
    found = [moved(np.exp, np.array([1.0 + 1.0j]), seed=seed)[0] for seed in range(6)]
    assert any(z.real for z in found)
    assert any(z.imag for z in found)


def test_what_is_written_into_an_array_moves():
    def in_place(x):
        out = np.empty_like(x)
        np.multiply(x, 0.1, out=out)
        out += x / 3
        return out

    assert moved(in_place, X).any()


def test_operations_on_tensors_move_and_users_operations_too():
    @autograd.op("elementwise")
    def rounded_thrice(x):
        """For this test."""
        return np.sin(x) / 3 + 7

    del records["rounded_thrice"]
    for f in (autograd.tanh, lambda t: t @ t.T, rounded_thrice):
        plain = f(Tensor(X)).data
        with random_rounding(0) as rounding:
            found = f(Tensor(X)).data
        assert isinstance(found, np.ndarray)
        assert (found != plain).any()
        assert rounding.count
    assert current_rounding() is None


def test_every_operation_is_seen():
    """Of each operation that computes something, the operations of its body or its result move."""
    unseen = []
    for op in records.values():
        if op.kind == "constant" or op.view or not has_samples(op):
            continue
        bound = next(iter(bound_samples(op)))
        with random_rounding(0) as rounding:
            bound.function()(*[Tensor(x) for x in bound.arrays])
        if not rounding.count:
            unseen.append(op.name)
    assert unseen == []


def test_the_same_seed_moves_the_same_way():
    assert np.array_equal(moved(np.tanh, X), moved(np.tanh, X))
    assert not np.array_equal(moved(np.tanh, X), moved(np.tanh, X, seed=1))


def test_a_function_that_takes_no_such_arrays_is_not_seen():
    def strict(x):
        if type(x) is not np.ndarray:
            raise TypeError("arrays only")
        return x * 2

    assert Objective(strict, [X]).moved().shape == (0, X.size)
    assert Objective(lambda x: x * 0.3, [X]).moved().shape == (RUNS, X.size)


def test_an_overflow_inside_is_named():
    with random_rounding(0) as rounding, np.errstate(all="ignore"):
        1 / (1 + autograd.exp(Tensor(np.array([800.0]))))
    assert rounding.overflow == "exp"
    assert Rounding(0).overflow == ""


# ---------------------------------------------------------------------- what is known by it


def stairs(kind):
    sigmoid, tanh = autograd.sigmoid, autograd.tanh
    return {
        "swish's complement": lambda x: x * (1 - sigmoid(x)),
        "x times tanh's slope": lambda x: x * (1 - tanh(1.1 * x) ** 2),
        "tanh of a product": lambda x: tanh(x * (13.7 / 1.5)),
        "entropy": lambda x: -(autograd.softmax(x, 0) * autograd.log_softmax(x, 0)).sum(),
    }[kind]


@pytest.mark.parametrize("at", [14.0, 19.3, 27.0, 33.0])
@pytest.mark.parametrize(
    "kind", ["swish's complement", "x times tanh's slope", "tanh of a product"]
)
def test_a_staircase_is_not_called_wrong(kind, at):
    check_grads(stairs(kind), np.array([at, 0.5]))


@pytest.mark.parametrize(
    ("kind", "wrong"), [("swish's complement", 9.0), ("tanh of a product", 1.2)]
)
def test_before_its_stairs_a_wrong_slope_is_still_wrong(kind, wrong):
    f = stairs(kind)

    def off(x):
        return f(x.detach() + (x - x.detach()) * 1.001)

    with pytest.raises(GradientError):
        check_grads(off, np.array([wrong]))


TAILS = {
    "erfc": (special.erfc, lambda x: -2 / np.sqrt(np.pi) * np.exp(-x * x), (5.0, 9.0, 20.0)),
    "x exp(-x²)": (
        lambda x: x * np.exp(-x * x), lambda x: (1 - 2 * x * x) * np.exp(-x * x), (5.0, 9.0, 20.0),
    ),
    "sigmoid(-x)": (
        lambda x: 1 / (1 + np.exp(x)), lambda x: -np.exp(x) / (1 + np.exp(x)) ** 2,
        (20.0, 40.0, 200.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("factor", [0.0, -1.0, 1.05, 2.0])
@pytest.mark.parametrize("tail", TAILS)
def test_wrong_gradients_in_precise_tails_are_seen(tail, factor):
    f, slope, points = TAILS[tail]
    for at in points:
        for x in (np.array([at]), np.array([at, 0.3])):
            assert_gradients(f, x, vjp=lambda g, x: g * slope(x), properties="P7")
            factors = np.array([factor, 1.0])[: x.size]
            with pytest.raises(GradientError, match="P7"):
                assert_gradients(
                    f, x, vjp=lambda g, x, k=factors: g * slope(x) * k, properties="P7"
                )


def test_where_nothing_is_seen_samples_further_apart_tell_the_stairs():
    def opaque(x):
        x = np.array(x.tolist())
        return x * (1 - 1 / (1 + np.exp(-x)))

    x = np.array([26.3])
    s = 1 / (1 + np.exp(-x))
    right = np.exp(-x) * s - x * np.exp(-x) * s * s
    assert compare_gradients(opaque, [x], None, [right]).verdict is not Verdict.DISAGREE
    assert compare_gradients(opaque, [x / 9], None, [right]).verdict is Verdict.DISAGREE
