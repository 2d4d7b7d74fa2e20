"""After a backward pass that failed: gradients are as they were, and a second pass says why."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, op

DATA = {"number": 2.0, "array": [2.0, 3.0], "large": np.full(1000, 2.0)}


@op("elementwise")
def breaks(x):
    """A rule that raises."""
    return x * 1


def _raise(g):
    raise ZeroDivisionError("mine\nand more")


breaks.vjp(x=_raise)


@op("general")
def misshapes(x):
    """A rule that returns another shape."""
    return x * 1


misshapes.vjp(x=lambda g: np.ones((5, 5)))


def interrupt(gradient):
    raise KeyboardInterrupt


def raise_error(gradient):
    raise ZeroDivisionError("mine")


def by_a_rule(x):
    return breaks(x * x).sum()


def at_the_root(x):
    return breaks(x.sum())


def by_a_shape(x):
    return misshapes(x * x).sum()


def by_a_hook(x):
    h = x * x
    h.register_hook(raise_error)
    return (h * 2).sum()


def by_a_hook_of_the_leaf(x):
    x.register_hook(raise_error)
    return (x * x).sum()


def by_an_interrupt(x):
    h = x * x
    h.register_hook(interrupt)
    return (h * 2).sum()


def by_a_change(x):
    h = x * x
    y = (h.exp() * h).sum()
    h *= 2.0
    return y * 2


FAILING = {
    by_a_rule: "ZeroDivisionError: mine",
    at_the_root: "ZeroDivisionError: mine",
    by_a_shape: "ValueError: .*shape",
    by_a_hook: "ZeroDivisionError: mine",
    by_a_hook_of_the_leaf: "ZeroDivisionError: mine",
    by_an_interrupt: "KeyboardInterrupt",
    by_a_change: "RuntimeError: .*changed in place",
}
PASSES = {
    "backward": lambda y, x: y.backward(),
    "backward of several": lambda y, x: autograd.backward([y, y * 1]),
    "inputs": lambda y, x: y.backward(inputs=[x]),
    "grad": lambda y, x: autograd.grad(y, x),
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
@pytest.mark.parametrize("run", PASSES.values(), ids=PASSES)
@pytest.mark.parametrize("fail", FAILING, ids=lambda fail: fail.__name__)
def test_a_second_pass_says_that_the_first_failed(fail, run, data) -> None:
    if fail is by_a_change and not np.shape(data):
        pytest.skip("a single number is never changed in place")
    x = Tensor(data, requires_grad=True)
    x.grad = Tensor(np.ones(x.shape))
    y = fail(x)
    with pytest.raises(BaseException) as first:  # noqa: PT011 - KeyboardInterrupt among them
        run(y, x)
    assert type(first.value).__name__ == FAILING[fail].partition(":")[0]
    for again in (run, PASSES["backward"]):
        with pytest.raises(RuntimeError, match=f"first pass .*failed.*{FAILING[fail]}") as second:
            again(y, x)
        assert "and more" not in str(second.value)
        assert "compute the result again" in str(second.value)
    np.testing.assert_array_equal(x.grad.data, 1.0)


@pytest.mark.parametrize("retain", ["retain_graph", "create_graph"])
@pytest.mark.parametrize("fail", FAILING, ids=lambda fail: fail.__name__)
def test_a_retained_graph_is_not_spent(fail, retain) -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    y = fail(x)
    for _ in range(2):
        with pytest.raises(BaseException) as error:  # noqa: PT011
            y.backward(**{retain: True})
        assert type(error.value).__name__ == FAILING[fail].partition(":")[0]
    assert x.grad is None


def test_another_result_over_the_same_part_says_so_too() -> None:
    x = Tensor(2.0, requires_grad=True)
    h = breaks(x).exp()
    y, z = h * 2, h * 3
    with pytest.raises(ZeroDivisionError):
        y.backward()
    with pytest.raises(RuntimeError, match="first pass over this graph failed at exp"):
        z.backward()


def test_an_input_that_was_not_used() -> None:
    x, other = Tensor(2.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    y = x * x * other.detach()
    with pytest.raises(RuntimeError, match="not used"):
        autograd.grad(y, [x, other])
    with pytest.raises(RuntimeError, match="first pass .*failed.*was not used"):
        y.backward()


def test_a_pass_that_did_not_fail_is_not_said_to() -> None:
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="already used by a backward pass"):
        y.backward()
    with pytest.raises(ZeroDivisionError):
        by_a_rule(x).backward()
    with pytest.raises(RuntimeError, match="already used by a backward pass"):
        y.backward()


def test_what_is_remembered_of_failures_is_bounded() -> None:
    from autograd.derivatives.failures import _failures

    x = Tensor(2.0, requires_grad=True)
    for _ in range(200):
        y = by_a_rule(x)
        with pytest.raises(ZeroDivisionError):
            y.backward()
    assert len(_failures) <= 64
    with pytest.raises(RuntimeError, match="first pass .*failed"):
        y.backward()
