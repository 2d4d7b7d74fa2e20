"""Forward mode: tangents pushed through a recorded graph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor, grad
from autograd.derivatives.forward import push_forward


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


FUNCTIONS = {
    "elementwise": lambda x, y: x * y + x.exp() / y - x**2,
    "broadcast": lambda x, y: x.sum() * y + x.reshape(3, 1) * y,
    "linear": lambda x, y: autograd.concatenate([x[::-1], y]).reshape(2, 3).T - x[0],
    "multilinear": lambda x, y: (x.reshape(3, 1) @ y.reshape(1, 3)) @ x,
    "einsum": lambda x, y: autograd.einsum("i,j,i->j", x, y, y),
    "general": lambda x, y: (x * y).softmax() + y.var() * x.max() + (x + y).log_softmax(),
    "affine": lambda x, y: autograd.linear(x, autograd.stack([x, y]), y[:2]),
    "choice": lambda x, y: autograd.where(x > y, x * y, y) + autograd.maximum(x, y),
    "several outputs": lambda x, y: autograd.split(x * y, [1])[1] * 2.0,
    "in place": lambda x, y: written(x, y),
    "same twice": lambda x, y: x * x + x / x + autograd.stack([x, x]).sum(axis=0),
}


def written(x: Tensor, y: Tensor) -> Tensor:
    h = x * 1
    part = h[1:]
    part *= y[1:]
    h[0] = y.sum()
    return h


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("along", ["x", "y", "xy"])
@pytest.mark.parametrize("create_graph", [False, True])
def test_is_dual_to_reverse_mode(name, along, create_graph, rng) -> None:
    tensors = {"x": leaf(rng.uniform(0.5, 2, 3)), "y": leaf(rng.uniform(0.5, 2, 3))}
    out = FUNCTIONS[name](**tensors)
    inputs = [tensors[each] for each in along]
    tangents = [rng.normal(size=3) for _ in inputs]
    cotangent = rng.normal(size=out.shape)
    (pushed,) = push_forward([out], inputs, tangents, create_graph)
    assert pushed.shape == out.shape
    assert pushed.dtype == out.dtype
    pulled = grad(out, inputs, cotangent, materialize_grads=True)
    forward = (pushed.data * cotangent).sum()
    backward = sum((p.data * t).sum() for p, t in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose(forward, backward, rtol=1e-10)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"linear"}))
def test_of_reverse_mode_gives_hessian_products(name, rng) -> None:
    x, y = leaf(rng.uniform(0.5, 2, 3)), leaf(rng.uniform(0.5, 2, 3))
    v = rng.normal(size=3)
    out = FUNCTIONS[name](x, y).sum()
    (first,) = grad(out, x, create_graph=True)
    (forward_over_reverse,) = push_forward([first], [x], [v])
    (reverse_over_reverse,) = grad(first, x, v, retain_graph=True, materialize_grads=True)
    np.testing.assert_allclose(forward_over_reverse.data, reverse_over_reverse.data, atol=1e-12)


def test_differentiates_its_own_results() -> None:
    x = leaf([1.0, 2.0])
    (first,) = push_forward([x**3], [x], [np.ones(2)], create_graph=True)
    assert first.requires_grad
    (second,) = push_forward([first], [x], [np.ones(2)], create_graph=True)
    np.testing.assert_allclose(second.data, 6 * x.data)
    np.testing.assert_allclose(grad(second.sum(), x)[0].data, [6.0, 6.0])


def test_differentiates_by_the_tangent() -> None:
    x, v = leaf([1.0, 2.0]), leaf([1.0, 1.0])
    (pushed,) = push_forward([x**2], [x], [v], create_graph=True)
    np.testing.assert_array_equal(grad(pushed.sum(), v)[0].data, 2 * x.data)


def test_keeps_the_graph() -> None:
    x = leaf(3.0)
    y = x * x
    for _ in range(3):
        assert push_forward([y], [x], [1.0])[0].item() == 6.0
    y.backward()
    assert x.grad.item() == 6.0


def test_from_computed_tensors_and_to_many() -> None:
    x = leaf(3.0)
    h = x * x
    outputs = [h * h, h, x * 5, Tensor(1.0)]
    tangents = push_forward(outputs, [h], [1.0])
    assert [t.item() for t in tangents] == [18.0, 1.0, 0.0, 0.0]


def test_outputs_that_do_not_depend_get_zeros_of_their_own_shape() -> None:
    x, y = leaf([1.0, 2.0]), leaf(np.ones((3, 2), np.float32))
    (tangent,) = push_forward([y * 2], [x], [np.ones(2)])
    assert (tangent.shape, tangent.dtype) == ((3, 2), np.float32)
    assert not tangent.data.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_dtype(dtype) -> None:
    x = leaf(np.ones(3, dtype))
    for function in FUNCTIONS.values():
        out = function(x * 1.5, x)
        (tangent,) = push_forward([out], [x], [np.ones(3)])
        assert tangent.dtype == out.dtype == dtype


def test_a_diamond_and_a_chain_are_linear() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    assert push_forward([y], [x], [1.0])[0].item() == 2.0**60
    for _ in range(20_000):
        y = -y
    assert push_forward([y], [x], [1.0])[0].item() == 2.0**60


class TestErrors:
    def test_a_tangent_of_another_shape(self) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(ValueError, match=r"tangent 0 has shape \(3,\), the input \(2,\)"):
            push_forward([x * 2], [x], [np.ones(3)])

    def test_an_input_without_gradients(self) -> None:
        with pytest.raises(RuntimeError, match="input 0 does not require gradients"):
            push_forward([leaf(1.0) * 2], [Tensor(1.0)], [1.0])

    def test_a_spent_graph(self) -> None:
        x = leaf(3.0)
        y = x * x
        y.backward()
        with pytest.raises(RuntimeError, match="already used by a backward pass"):
            push_forward([y], [x], [1.0])

    def test_a_value_that_changed(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        y = h * h
        h += 1
        with pytest.raises(RuntimeError, match="mul needs .*changed in place"):
            push_forward([y], [x], [np.ones(2)])

    def test_leave_recording_as_it_was(self) -> None:
        x = leaf([1.0, 2.0])
        y = x * x
        y.sum().backward()
        with pytest.raises(RuntimeError, match="already used"):
            push_forward([y], [x], [np.ones(2)])
        assert (x * 2).requires_grad


UNARY = {
    "exp": lambda a: (a * 0.25).exp(),
    "tanh": lambda a: a.tanh(),
    "sigmoid": lambda a: a.sigmoid(),
    "square": lambda a: a.square() * 0.25,
    "sin": lambda a: a.sin(),
    "relu": lambda a: (a + 0.01).relu(),
    "softmax": lambda a: a.softmax(),
    "flip": lambda a: a.flip(),
    "roll": lambda a: a[[1, 2, 0]],
    "mean": lambda a: a.mean() + a * 0.5,
    "logsumexp": lambda a: a.logsumexp(keepdims=True) * 0.5,
}
BINARY = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b * 0.5,
    "div": lambda a, b: a / (b * b + 1.0),
    "sub": lambda a, b: a - b,
    "outer": lambda a, b: (
        (a.reshape(3, 1) @ b.reshape(1, 3)).tanh() @ a if a.shape == b.shape == (3,) else a + b
    ),
}
steps = st.one_of(
    st.tuples(st.sampled_from(sorted(UNARY)), st.integers(0, 9)),
    st.tuples(st.sampled_from(sorted(BINARY)), st.integers(0, 9), st.integers(0, 9)),
)


@given(st.lists(steps, min_size=2, max_size=10), st.integers(0, 2**16))
def test_random_programs_agree_in_every_mode(program, seed) -> None:
    rng = np.random.default_rng(seed)
    x = leaf(rng.uniform(-2, 2, 3))

    def run(x: Tensor) -> Tensor:
        values = [x, x * 0.5 + 1.0]
        for name, *places in program:
            arguments = [values[-1 - place % len(values)] for place in places]
            function = UNARY[name] if len(places) == 1 else BINARY[name]
            values.append(function(*arguments))
        return values[-1]

    y = run(x)
    v, w = rng.normal(size=3), rng.normal(size=y.shape)
    (pushed,) = push_forward([y], [x], [v])
    (pulled,) = grad(y, x, w, create_graph=True, materialize_grads=True)
    (raw,) = grad(y, x, w, retain_graph=True, materialize_grads=True)
    np.testing.assert_allclose(pulled.data, raw.data, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose((pushed.data * w).sum(), (raw.data * v).sum(), rtol=1e-9, atol=1e-11)
    # The derivative along v, by central differences of plain evaluation.
    step = 1e-6
    ahead, behind = run(Tensor(x.data + step * v)), run(Tensor(x.data - step * v))
    numerical = (ahead.data - behind.data) / (2 * step)
    np.testing.assert_allclose(pushed.data, numerical, rtol=1e-4, atol=1e-5)
    if pulled.requires_grad:
        (second,) = grad(pulled, x, v, retain_graph=True, materialize_grads=True)
        (forward,) = push_forward([pulled], [x], [v])
        np.testing.assert_allclose(second.data, forward.data, rtol=1e-8, atol=1e-10)


def test_by_tangents_of_raw_and_constant_arguments() -> None:
    """Rules meet raw arrays and Tensors side by side when the pass itself is recorded."""
    data = np.arange(6.0).reshape(2, 3)
    w, v = leaf(np.ones((4, 3))), leaf(np.full((4, 3), 2.0))
    for out in (autograd.linear(data, w), autograd.matmul(data, w.T), data @ w.T):
        (pushed,) = push_forward([out], [w], [v], create_graph=True)
        np.testing.assert_array_equal(pushed.data, data @ v.data.T)
        (by_tangent,) = grad(pushed.sum(), v)
        np.testing.assert_array_equal(by_tangent.data, np.tile(data.sum(axis=0), (4, 1)))
