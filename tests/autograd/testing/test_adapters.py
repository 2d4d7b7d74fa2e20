"""PyTorch's and JAX's functions under the same properties, where they are installed."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.adapters import from_jax, from_torch
from autograd.testing.strategies import arrays

# What the frameworks say about their own parts is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(params=["torch", "jax"])
def framework(request):
    """What the tests need of a framework: its adapter, a few functions, and `detach`."""
    name = request.param
    if name == "torch":
        torch = pytest.importorskip("torch")
        detach = torch.Tensor.detach
        return SimpleNamespace(adapt=from_torch, tanh=torch.tanh, sin=torch.sin, detach=detach)
    jax = pytest.importorskip("jax")
    jnp = jax.numpy
    return SimpleNamespace(adapt=from_jax, tanh=jnp.tanh, sin=jnp.sin, detach=jax.lax.stop_gradient)


def test_right_functions_pass(framework):
    def product(x, y):
        return framework.sin(x) * y

    def several(x):
        return framework.tanh(x), (x * x).sum()

    check_grads(framework.adapt(product), np.ones((2, 3)), np.ones(3), order=2)
    assert_gradients(
        framework.adapt(product), arrays((2, 3)), arrays((3,)), elementwise=True, examples=5
    )
    assert_gradients(framework.adapt(several), arrays((3,), wide=False), examples=5)


def test_a_wrong_function_is_reported(framework):
    def square(x):
        return x * framework.detach(x)

    with pytest.raises(GradientError, match="^square: half as large") as caught:
        assert_gradients(framework.adapt(square), arrays((3,)))
    assert f"adapters.{framework.adapt.__name__}(square)" in caught.value.code


def test_a_lost_second_derivative_is_reported(framework):
    def cube(x):
        return framework.detach(x * x) * x * 3 - 2 * framework.detach(x * x * x)

    with pytest.raises(GradientError) as caught:
        check_grads(framework.adapt(cube), np.array([0.5, 2.0]))
    assert caught.value.property == "P12"


@pytest.mark.parametrize(("adapt", "package"), [(from_torch, "torch"), (from_jax, "jax")])
def test_an_absent_framework_is_named(adapt, package):
    if importlib.util.find_spec(package) is not None:
        pytest.skip(f"{package} is installed")
    with pytest.raises(ImportError, match=f"need the package '{package}'"):
        adapt(np.sin)
