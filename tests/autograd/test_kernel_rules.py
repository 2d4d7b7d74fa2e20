"""Rules for raw arrays alone (`vjp_raw`), which read residuals; all else goes by `composed=`."""

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.operation.op import op
from autograd.operation.record import records
from autograd.testing import assert_gradients

CALLS = []


@pytest.fixture
def kernel():
    """`x e^y` and `x + y`, whose body also returns e^y."""

    @op(
        "general",
        composed=lambda x, y, factor=1.0: (x * np.exp(y) * factor, x + y),
        residuals=("power",),
    )
    def product_and_sum(x, y, factor=1.0):
        """Two results and a residual."""
        power = np.exp(y)
        return (x * power * factor, x + y), power

    def raw(g, x, power, factor):
        first, second = g
        CALLS.append([type(power), first is None, second is None])
        zero = np.zeros_like(power)
        first, second = (zero if each is None else each for each in g)
        return [first * power * factor + second, first * x * power * factor + second]

    product_and_sum.vjp_raw(raw)
    CALLS.clear()
    yield product_and_sum
    del records["product_and_sum"]


def _leaves():
    rng = np.random.default_rng(0)
    return [Tensor(rng.normal(size=(2, 3)), requires_grad=True) for _ in range(2)]


def test_every_property_holds(kernel):
    x, y = (each.detach().numpy() for each in _leaves())
    assert_gradients(lambda x, y: kernel(x, y, 0.5), x, y)
    assert_gradients(lambda x, y: kernel(x, y, 0.5)[0], x, y)


def test_nobody_sees_the_residual(kernel):
    x, y = _leaves()
    assert len(kernel(x, y)) == len(kernel(x.detach().numpy(), y.detach().numpy())) == 2
    first, _ = kernel(x, y)
    np.testing.assert_allclose(first.detach().numpy(), (x * y.exp()).detach().numpy())


def test_a_pass_on_arrays_takes_the_kernel_and_is_told_what_did_not_arrive(kernel):
    x, y = _leaves()
    first, _ = kernel(x, y)
    first.sum().backward(retain_graph=True)
    first.sum().backward()
    assert [[np.ndarray, False, True]] * 2 == CALLS
    np.testing.assert_allclose(x.grad.numpy(), 2 * np.exp(y.detach().numpy()))


def test_a_pass_on_tensors_and_an_observed_one_go_by_what_it_is_composed_of(kernel):
    x, y = _leaves()
    (slope,) = autograd.grad(kernel(x, y)[0].sum(), [y], create_graph=True)
    (mixed,) = autograd.grad(slope.sum(), [x])
    np.testing.assert_allclose(mixed.numpy(), np.exp(y.detach().numpy()))
    with autograd.detect_anomaly():
        kernel(x, y)[0].sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp(y.detach().numpy()))
    assert CALLS == []


def test_one_argument_that_depends_on_the_other_is_counted_once(kernel):
    x, _ = _leaves()
    (slope,) = autograd.grad(kernel(x, 2 * x)[0].sum(), [x], create_graph=True)
    values = x.detach().numpy()
    np.testing.assert_allclose(slope.detach().numpy(), (1 + 2 * values) * np.exp(2 * values))


def test_an_argument_that_changed_in_between_is_an_error(kernel):
    x, y = _leaves()
    inner = x * 1
    first, _ = kernel(inner, y)
    inner += 1
    with pytest.raises(RuntimeError, match="product_and_sum"):
        first.sum().backward()


def test_residuals_go_with_the_backward_pass(kernel):
    x, y = (Tensor(np.ones(1000), requires_grad=True) for _ in range(2))
    first, _ = kernel(x, y)
    node = first._node.edge0
    assert node.residuals[0].shape == (1000,)
    first.sum().backward()
    assert node.residuals is None


@pytest.mark.parametrize(
    ("kind", "composed", "words"),
    [
        ("general", None, "needs other rules"),
        ("elementwise", lambda x, y: x * y, "neither scalars nor a list"),
    ],
)
def test_a_kernel_alone_is_not_enough(kind, composed, words):
    @op(kind, composed=composed)
    def half_made(x, y):
        return x * y

    try:
        with pytest.raises(TypeError, match=f"half_made.vjp_raw: .*{words}"):
            half_made.vjp_raw(lambda g, x, y: [g * y, g * x])
    finally:
        del records["half_made"]


def test_a_rule_cannot_read_what_is_not_there():
    @op("general", composed=lambda x, y: x * y)
    def misread(x, y):
        return x * y

    try:
        with pytest.raises(ValueError, match=r"misread.vjp_raw: .*reads 'power'"):
            misread.vjp_raw(lambda g, power: [g, g])
    finally:
        del records["misread"]
