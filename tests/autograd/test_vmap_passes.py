"""Passes over a graph for many cotangents or tangents at once: Jacobians, checkpoints."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, func

RNG = np.random.default_rng(0)
XS = RNG.normal(size=(5, 4))
W = RNG.normal(size=(4, 3))


def stack(function, *samples):
    """The function of every sample, one after the other."""
    return np.stack([np.asarray(function(*each)) for each in zip(*samples, strict=True)])


def assert_close(ours, theirs):
    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("chunk", [1, 4, 100])
def test_jacobians_in_one_pass_are_those_row_by_row(chunk):
    f = lambda p, y: {"a": autograd.tanh(p["x"] @ W.T).sum(0) * y, "b": p["x"] ** 2}  # noqa: E731
    p, y = {"x": RNG.normal(size=(2, 3)), "nothing": None}, RNG.normal(size=4)
    for transform in (func.jacrev, func.jacfwd):
        ours = transform(f, argnums=(0, 1), chunk_size=chunk)(p, y)
        theirs = transform(f, argnums=(0, 1), vectorize=False)(p, y)
        for name in "ab":
            assert ours[name][0]["nothing"] is None
            assert_close(ours[name][0]["x"], theirs[name][0]["x"])
            assert_close(ours[name][1], theirs[name][1])
            assert type(ours[name][1]) is np.ndarray


def test_gradients_of_many_leave_none_behind():
    import viz

    x = Tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).exp()
    for mapped in (
        func.vmap(lambda g: autograd.grad(y, x, g, retain_graph=True)[0]),
        func.vmap(lambda g: autograd.grad(y, x, g, create_graph=True)[0]),
    ):
        mapped(np.eye(2))
        assert y._node.gradient is y._node.edge0.gradient is x.grad is None
        assert "not computed" in viz.draw(y).svg()


def test_jacobians_of_nothing_and_of_constants():
    assert func.jacrev(lambda x: x[:0])(np.ones(7)).shape == (0, 7)
    assert func.jacfwd(lambda x: x)(np.ones(0)).shape == (0, 0)
    constant = lambda x: Tensor(np.ones(8))  # noqa: E731
    assert not func.jacrev(constant)(np.ones(7)).any()
    assert not func.jacfwd(constant)(np.ones(7)).any()


def test_jacobians_in_one_pass_keep_dtypes_and_graphs():
    x = np.ones(7, np.float32)
    for transform in (func.jacrev, func.jacfwd, lambda f: func.hessian(lambda x: f(x).sum())):
        assert transform(lambda x: x**3)(x).dtype == np.float32
    w = Tensor(RNG.normal(size=7), requires_grad=True)
    for transform in (func.jacrev, func.jacfwd):
        (transform(lambda x: (w * x) ** 2)(np.ones(7)) ** 2).sum().backward()
        expected, w.grad = w.grad, None
        (transform(lambda x: (w * x) ** 2, vectorize=False)(np.ones(7)) ** 2).sum().backward()
        assert_close(expected, w.grad.numpy())
        w.grad = None


def test_rules_that_look_at_cotangents_run_one_by_one():
    matrix = RNG.normal(size=(3, 3)) + 3 * np.eye(3)
    for f in (
        autograd.linalg.expm,
        lambda a: autograd.linalg.svd(a)[1],
        lambda a: autograd.linalg.eigh(a + a.mT)[1] ** 2,
        lambda a: autograd.linalg.matrix_power(a, 3),
    ):
        assert_close(func.jacrev(f)(matrix), func.jacrev(f, vectorize=False)(matrix))
        assert_close(func.jacfwd(f)(matrix), func.jacfwd(f, vectorize=False)(matrix))


def test_checkpoints_are_mapped():
    w = RNG.normal(size=(6, 6))
    plain = lambda x: autograd.tanh(w @ x)  # noqa: E731
    kept = lambda x: autograd.checkpoint(plain, x)  # noqa: E731
    xs = RNG.normal(size=(3, 6))
    assert_close(func.jacrev(kept)(xs[0]), func.jacrev(plain)(xs[0]))
    assert_close(func.vmap(func.jacrev(kept))(xs), stack(func.jacrev(plain), xs))
    gradient = lambda f: func.grad(lambda w, x: (f(w, x) ** 2).sum())  # noqa: E731
    layer = lambda w, x: autograd.tanh(w @ x)  # noqa: E731
    ours = func.vmap(gradient(lambda w, x: autograd.checkpoint(layer, w, x)), (None, 0))(w, xs)
    assert_close(ours, stack(lambda x: gradient(layer)(w, x), xs))


SAMPLE_BY_SAMPLE = {
    "interp": lambda x: autograd.interp(x, np.arange(3.0), np.array([0.0, 2.0, 1.0])),
    "choose": lambda x: autograd.choose((x > 0).astype(int), [x, x * 2]),
    "put_along_axis": lambda x: autograd.put_along_axis(x, autograd.argmax(x, 0, True), x[:1], 0),
    "select": lambda x: autograd.select([x > 1, x < 0], [x, x * 2], 3.0),
}


@pytest.mark.parametrize("name", SAMPLE_BY_SAMPLE)
def test_functions_that_look_at_numbers_run_sample_by_sample(name):
    function = SAMPLE_BY_SAMPLE[name]
    tensors = [Tensor(x) for x in XS]
    assert_close(func.vmap(function)(XS), np.stack([function(x).numpy() for x in tensors]))
    gradient = func.grad(lambda x: (function(x) ** 2).sum())
    assert_close(func.vmap(gradient)(XS), np.stack([gradient(x).numpy() for x in tensors]))
