"""Where frameworks disagree: our choice, for every operation that exists."""

import subprocess
import sys

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


def derivative(function, data):
    """The gradient of the sum of a function, as nested lists."""
    x = leaf(data)
    function(x).sum().backward()
    return x.grad.data.tolist()


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (autograd.relu, 0.0, 0.0),
        (autograd.relu, -0.0, 0.0),
        (autograd.abs, 0.0, 0.0),
        (lambda x: abs(x), [-0.0, 0.0], [0.0, 0.0]),
        (lambda x: x.clip(-1, 1), [-1.0, 1.0, -1.5, 1.5], [1.0, 1.0, 0.0, 0.0]),
        (lambda x: x.clip(0, None), [0.0, -1.0], [1.0, 0.0]),
        (lambda x: autograd.maximum(x, 1.0), [1.0, 0.0, 2.0], [0.5, 0.0, 1.0]),
        (lambda x: autograd.maximum(1.0, x), [1.0, 0.0, 2.0], [0.5, 0.0, 1.0]),
        (lambda x: autograd.minimum(x, 1.0), [1.0, 0.0, 2.0], [0.5, 1.0, 0.0]),
        (lambda x: autograd.maximum(x, x), [1.0, 2.0], [1.0, 1.0]),
        (lambda x: autograd.minimum(x, x), 1.0, 1.0),
        (lambda x: x.max(), [1.0, 1.0, 0.0], [0.5, 0.5, 0.0]),
        (lambda x: x.min(), [1.0, 1.0, 1.0, 2.0], [1 / 3, 1 / 3, 1 / 3, 0.0]),
        (lambda x: x.max(axis=1), [[2.0, 2.0], [0.0, 1.0]], [[0.5, 0.5], [0.0, 1.0]]),
        (lambda x: x.max(axis=-1, keepdims=True), [[3.0, 3.0, 3.0]], [[1 / 3] * 3]),
        (lambda x: x.var(), [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
        (lambda x: x.var(ddof=1), [2.0, 2.0], [0.0, 0.0]),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: x**0.0, [0.0, 3.0, -2.0], [0.0, 0.0, 0.0]),
        (lambda x: x ** np.array([0.0, 2.0]), [0.0, 0.0], [0.0, 0.0]),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: x**2, 0.0, 0.0),
        (lambda x: x**3, -2.0, 12.0),
        (lambda y: 0.0**y, [0.0, 1.0, 2.5], [0.0, 0.0, 0.0]),
        (lambda y: np.zeros(2) ** y, [0.0, 2.0], [0.0, 0.0]),
        (lambda y: 2.0**y, 3.0, 8 * np.log(2)),
        (lambda x: autograd.where(x > 0, x, 0.0), [0.0, 1.0], [0.0, 1.0]),
        (lambda x: x.sigmoid(), [1000.0, -1000.0], [0.0, 0.0]),
        (lambda x: x.logsumexp(), [1000.0, 1000.0], [0.5, 0.5]),
        (lambda x: x.logsumexp(), [-1000.0, -1000.0], [0.5, 0.5]),
        (lambda x: x.softmax()[0], [1000.0, -1000.0], [0.0, 0.0]),
        (lambda x: x.log_softmax()[1], [1000.0, -1000.0], [-1.0, 1.0]),
        (lambda x: x[[0, 0, 1]] * np.array([1.0, 2.0, 4.0]), [5.0, 5.0], [3.0, 4.0]),
        (lambda x: x.real, 3.0, 1.0),
    ],
)
def test_derivatives_where_frameworks_differ(function, data, expected) -> None:
    np.testing.assert_allclose(derivative(function, data), expected, rtol=1e-12)


SELU = 1.0507009873554805 * 1.6732632423543772


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (autograd.relu6, [0.0, 6.0], [0.0, 0.0]),
        (autograd.leaky_relu, 0.0, 0.01),
        (lambda x: autograd.leaky_relu(x, 0.3), [0.0, -0.0], [0.3, 0.3]),
        (lambda x: autograd.prelu(x, 0.25), [0.0, -0.0], [0.25, 0.25]),
        (lambda x: autograd.prelu(2.0, x), 0.25, 0.0),
        (autograd.elu, 0.0, 1.0),
        (lambda x: autograd.elu(x, 0.4), 0.0, 0.4),
        (lambda x: autograd.celu(x, 0.4), 0.0, 1.0),
        (autograd.selu, 0.0, SELU),
        (autograd.hardtanh, [-1.0, 1.0], [0.0, 0.0]),
        (autograd.hardsigmoid, [-3.0, 3.0], [0.0, 0.0]),
        (autograd.hardswish, [-3.0, 3.0], [0.0, 1.0]),
        (autograd.softshrink, [-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]),
        (autograd.hardshrink, [-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]),
        (lambda x: autograd.threshold(x, 0.5, 2.0), [0.5, 0.75], [0.0, 1.0]),
        (autograd.softsign, 0.0, 1.0),
        (autograd.huber, [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]),
        (lambda x: autograd.fmax(x, 1.0), 1.0, 1.0),
        (lambda x: autograd.fmax(1.0, x), 1.0, 0.0),
        (lambda x: autograd.fmin(x, 1.0), 1.0, 1.0),
        (lambda x: autograd.fmin(1.0, x), 1.0, 0.0),
        (autograd.median, [1.0, 3.0, 2.0, 4.0], [0.0, 0.5, 0.5, 0.0]),
        (lambda x: autograd.max_pool(x, 2)[0], [[[3.0, 3.0]]], [[[1.0, 0.0]]]),
        (autograd.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
        (lambda x: autograd.linalg.det(x), [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        (
            lambda x: autograd.cross_entropy(x, np.array([1])),
            [[1000.0, -1000.0]],
            [[1.0, -1.0]],
        ),
    ],
)
def test_derivatives_at_knees_ties_and_extremes(function, data, expected) -> None:
    np.testing.assert_allclose(derivative(function, data), expected, rtol=1e-12, atol=1e-15)


def test_values_at_knees() -> None:
    assert autograd.heaviside(np.array([-1.0, 0.0, 1.0]), 1.0).tolist() == [0.0, 1.0, 1.0]
    assert autograd.sign(np.array([-2.0, 0.0])).tolist() == [-1.0, 0.0]
    assert autograd.hardshrink(np.array([0.5, -0.5])).tolist() == [0.0, 0.0]
    assert autograd.threshold(np.array([0.5]), 0.5, 2.0).tolist() == [2.0]
    assert autograd.argsort(np.array([1.0, 0.0, 1.0, 0.0])).tolist() == [1, 3, 0, 2]


def test_the_square_root_at_zero_is_infinitely_steep() -> None:
    with np.errstate(divide="ignore"):
        assert derivative(autograd.sqrt, 0.0) == np.inf


def test_the_double_where_cures_the_nan_of_the_other_branch() -> None:
    def cured(x: Tensor) -> Tensor:
        positive = x > 0
        return autograd.where(positive, autograd.where(positive, x, 1.0).log(), 0.0)

    assert derivative(cured, [-1.0, 0.0, 2.0]) == [0.0, 0.0, 0.5]


class TestStability:
    def test_sigmoid(self) -> None:
        np.testing.assert_array_equal(autograd.sigmoid([1000.0, -1000.0, 0.0]), [1.0, 0.0, 0.5])
        assert autograd.sigmoid(-700.0) == pytest.approx(np.exp(-700.0))

    def test_logsumexp_and_softmax(self) -> None:
        x = leaf([1000.0, 0.0, -1000.0])
        assert x.logsumexp().item() == 1000.0
        np.testing.assert_array_equal(x.softmax().data, [1.0, 0.0, 0.0])
        np.testing.assert_array_equal(x.log_softmax().data, [0.0, -1000.0, -2000.0])
        (-x.log_softmax()[2]).backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 0.0, -1.0])

    def test_all_minus_infinity(self) -> None:
        x = np.full(3, -np.inf)
        assert autograd.logsumexp(x) == -np.inf
        with np.errstate(invalid="ignore"):
            assert np.isnan(autograd.softmax(x)).all()

    def test_one_minus_infinity_is_fine(self) -> None:
        for function in (
            lambda x: x.logsumexp(),
            lambda x: x.softmax()[0],
            lambda x: x.log_softmax()[0],
        ):
            assert np.isfinite(derivative(function, [0.0, -np.inf, 1.0])).all()

    def test_infinity_in_logsumexp(self) -> None:
        assert autograd.logsumexp(np.array([np.inf, 0.0])) == np.inf


class TestDtypes:
    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    @pytest.mark.parametrize(
        "function",
        [
            lambda x: x * 2.0,
            lambda x: 2 / x,
            lambda x: x**0.5,
            lambda x: 2.0**x,
            lambda x: x + np.float32(1) * 0 if x.dtype == np.float32 else x + 1,
            lambda x: x.mean(),
            lambda x: x.mean(axis=0),
            lambda x: x.max(axis=1),
            lambda x: x.min(),
            lambda x: x.var(),
            lambda x: x.var(axis=0, ddof=1),
            lambda x: x.softmax(),
            lambda x: x.log_softmax(axis=0),
            lambda x: x.logsumexp(axis=1),
            lambda x: x.sigmoid(),
            lambda x: x.relu(),
            lambda x: x.clip(0.5, 1.5),
            lambda x: autograd.maximum(x, 1.0),
            lambda x: autograd.where(x > 1, x, 0.0),
            lambda x: x @ x,
            lambda x: autograd.einsum("ij,jk->ik", x, x),
            lambda x: autograd.pad(x, 1, constant_values=2.0),
            lambda x: x[[0, 0, 1]],
            lambda x: autograd.linear(x, x, x[0]),
        ],
    )
    def test_stay_through_scalars_means_and_extremes(self, function, dtype) -> None:
        x = leaf(np.array([[1.0, 1.5], [0.5, 1.0]], dtype))
        y = function(x)
        assert y.dtype == dtype
        (g,) = grad(y.sum(), x, create_graph=True)
        assert g.dtype == dtype
        if g.requires_grad:
            assert grad(g.sum(), x, materialize_grads=True)[0].dtype == dtype

    def test_half_precision_sums_accumulate_in_single(self) -> None:
        x = np.ones((4096, 2), np.float16)
        for total in (autograd.sum(x, axis=0), autograd.sum(Tensor(x), axis=0).data):
            assert total.dtype == np.float16
            np.testing.assert_array_equal(total, [4096.0, 4096.0])

    def test_half_precision_gradients_of_broadcasts_do_too(self) -> None:
        bias = leaf(np.zeros(2, np.float16))
        (Tensor(np.zeros((4096, 2), np.float16)) + bias).sum().backward()
        np.testing.assert_array_equal(bias.grad.data, [4096.0, 4096.0])

    def test_of_python_numbers_is_numpys(self) -> None:
        assert Tensor(1.0).dtype == np.float64
        assert Tensor(1).dtype == np.int64
        assert (Tensor([1, 2]) / 2).dtype == np.float64
        assert (Tensor([1, 2]) * 2.5).dtype == np.float64
        assert Tensor([1, 2]).mean().dtype == np.float64


class TestComplex:
    """`grad` is d/dRe + i d/dIm of a real loss."""

    Z = np.array([1 + 2j, -0.5 + 1j, 2 - 1j])

    @pytest.mark.parametrize(
        "function",
        [
            lambda z: autograd.real(z * z),
            lambda z: autograd.real(z * z.conj()),
            lambda z: autograd.real((1 + 2j) * z),
            lambda z: autograd.real(z.exp() * 1j),
            lambda z: autograd.real(1 / z),
            lambda z: autograd.real(z**3),
            lambda z: autograd.real(z @ z.conj()),
            lambda z: autograd.real(z @ np.array([1j, 2, 3 - 1j])),
            lambda z: autograd.real(z.sin() * z.cos()),
            lambda z: autograd.real(autograd.einsum("i,i->", z, z)),
            lambda z: autograd.real(z.sum() * z.mean()),
            lambda z: autograd.abs(z),
            lambda z: autograd.real(z) ** 2,
            lambda z: autograd.real(z[[0, 0, 2]] * z),
        ],
    )
    def test_against_differences(self, function) -> None:
        z = leaf(self.Z)
        (g,) = grad(function(z).sum(), z)
        assert g.dtype == np.complex128
        step = 1e-6
        expected = np.zeros(3, complex)
        for i in range(3):
            for direction in (1, 1j):
                bump = np.zeros(3, complex)
                bump[i] = step * direction
                ahead, behind = function(Tensor(self.Z + bump)), function(Tensor(self.Z - bump))
                expected[i] += direction * (ahead.sum().item() - behind.sum().item()) / (2 * step)
        np.testing.assert_allclose(g.data, expected, rtol=1e-6, atol=1e-8)

    def test_of_real_tensors_is_real(self) -> None:
        x = leaf([1.0, 2.0])
        z = x * (1 + 1j)
        autograd.real(z * z.conj()).sum().backward()
        assert x.grad.dtype == np.float64
        np.testing.assert_allclose(x.grad.data, 4 * x.data)

    def test_steepest_descent_goes_down(self) -> None:
        z = leaf(3 - 2j)
        for _ in range(60):
            z.grad = None
            loss = autograd.real((z - (1 + 1j)) * (z - (1 + 1j)).conj())
            loss.backward()
            z.data = z.data - 0.1 * z.grad.data
        assert abs(z.item() - (1 + 1j)) < 1e-4


class TestPitfalls:
    """Measured in other libraries; each must not happen here."""

    def test_hooks_of_one_gradient_do_not_change_another(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        (x + y).sum().backward()
        assert x.grad is not y.grad
        x.grad.data *= 0.5
        np.testing.assert_array_equal(y.grad.data, [1.0, 1.0])

    def test_changing_an_array_after_the_forward_pass(self) -> None:
        a = np.array([3.0, 4.0])
        x = leaf([1.0, 2.0])
        y = (x * a).sum()
        a[...] = 100.0
        y.backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 4.0])

    def test_a_chain_of_5000_operations(self) -> None:
        x = leaf(1.0)
        y = x
        for _ in range(5000):
            y = y + 1
        y.backward()
        assert x.grad.item() == 1.0

    def test_a_second_backward_adds_no_stale_gradients(self) -> None:
        x = leaf(3.0)
        y = x * x
        z = y * y
        z.backward(retain_graph=True)
        x.grad = None
        z.backward()
        assert x.grad.item() == 4 * 27.0

    def test_an_exception_leaves_no_trace(self) -> None:
        def fails(x: Tensor) -> Tensor:
            _ = x * x
            raise ZeroDivisionError("inside")

        x = leaf(3.0)
        with pytest.raises(ZeroDivisionError, match="inside"):
            fails(x)
        y = x * x
        y.backward()
        assert x.grad.item() == 6.0

    def test_numpy_functions_and_reflected_powers(self) -> None:
        x = leaf([1.0, 2.0])
        y = np.exp(x) + 2.0**x
        y.sum().backward()
        np.testing.assert_allclose(x.grad.data, np.exp(x.data) + 2**x.data * np.log(2))

    def test_max_over_the_last_axis(self) -> None:
        assert derivative(lambda x: x.max(axis=-1), [[1.0, 3.0], [5.0, 2.0]]) == [
            [0.0, 1.0],
            [1.0, 0.0],
        ]

    def test_batched_matmul(self) -> None:
        x, y = leaf(np.ones((4, 1, 2, 3))), leaf(np.ones((5, 3, 2)))
        (x @ y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, np.full((4, 1, 2, 3), 10.0))
        np.testing.assert_array_equal(y.grad.data, np.full((5, 3, 2), 8.0))

    def test_not_computed_does_not_look_like_zero(self) -> None:
        x = leaf(3.0)
        y = x * x
        assert x.grad is None
        assert y._node.gradient is None
        assert y._node.pass_number == 0

    def test_gradients_carry_the_number_of_their_pass(self) -> None:
        x = leaf(3.0)
        h = x * x
        y = h * 2
        y.backward(retain_graph=True)
        first = (y._node.pass_number, h._node.pass_number, x._node.pass_number)
        h.backward()
        assert len(set(first)) == 1
        assert h._node.pass_number > y._node.pass_number

    def test_gradients_do_not_depend_on_size(self) -> None:
        for size in (255, 256, 257):
            x = leaf(np.linspace(1, 2, size))
            (x.exp() * x / x.sum()).sum().backward()
            e, s = np.exp(x.data), x.data.sum()
            np.testing.assert_allclose(
                x.grad.data, e * (1 + x.data) / s - (e * x.data).sum() / s**2
            )


@pytest.mark.parametrize("size", [256, 257])
def test_small_values_stay_on_nodes_for_drawing(size) -> None:
    x = leaf(np.ones(size))
    y = x + 1.0
    z = y.reshape(1, size)
    kept = type(y._node.value) is np.ndarray
    assert kept == (size <= 256)
    assert z._node.value.shape == (1, size)
    assert not isinstance(z._node.value, np.ndarray) or z._node.value.base is None
    z.sum().backward()
    assert (type(y._node.gradient) is np.ndarray) == (size <= 256)


def test_import_loads_nothing_but_numpy_and_the_standard_library() -> None:
    program = (
        "import sys, numpy; before = set(sys.modules); import autograd;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names) - {'autograd', 'numpy'}));"
        "unwanted = ('numpy.testing', 'unittest', 'scipy');"
        "print(sorted(name for name in sys.modules if name.startswith(unwanted)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.split("\n")[:2] == ["[]", "[]"]


@pytest.mark.parametrize("index", [1, np.zeros(20, int), (np.arange(20) % 3,)])
def test_what_is_scattered_broadcasts_and_so_does_its_gradient(index) -> None:
    x = Tensor([2.0], requires_grad=True)
    out = autograd.scatter(x, index, (3, 4))
    expected = np.zeros((3, 4))
    np.add.at(expected, index, 2.0)
    assert np.array_equal(out.data, expected)
    out.sum().backward()
    assert x.grad is not None
    assert x.grad.item() == expected.sum() / 2
