"""Derivatives of one's own: custom_vjp and Function, in every mode and order."""

import numpy as np
import pytest

import autograd
from autograd import Function, Tensor, func
from autograd.testing import check_grads

RNG = np.random.default_rng(0)
XS = RNG.normal(size=(4, 3))
TABLE = RNG.normal(size=(3, 3)) / 4


def assert_close(ours, theirs):
    ours, theirs = (x.detach().numpy() if isinstance(x, Tensor) else x for x in (ours, theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


# ---------------------------------------------------------------------- functions of all kinds


def _exponential():
    @func.custom_vjp
    def exponential(x):
        return autograd.exp(x)

    def forward(x):
        y = autograd.exp(x)
        return y, y

    exponential.defvjp(forward, lambda y, g: (g * y,))
    return exponential, autograd.exp


def _by_jvp():
    @func.custom_vjp
    def cube(x):
        return x**3

    cube.defjvp(lambda primals, tangents: (primals[0] ** 3, 3 * primals[0] ** 2 * tangents[0]))
    return cube, lambda x: x**3


def _of_intermediates():
    @func.custom_vjp
    def squared_sine(x):
        return autograd.sin(x) ** 2

    def forward(x):
        sine, cosine = autograd.sin(x), autograd.cos(x)  # neither argument nor result
        return sine**2, {"sine": sine, "rest": [cosine, "a word", None]}

    def backward(saved, g):
        return g * 2 * saved["sine"] * saved["rest"][0]

    squared_sine.defvjp(forward, backward)
    return squared_sine, lambda x: autograd.sin(x) ** 2


def _fixed_point():
    """z = tanh(A z + x), whose derivative is that of the equation: (1 - D A)^-1 D."""

    def step(a, z, x):
        return autograd.tanh(a @ z + x)

    @func.custom_vjp
    def solved(a, x):
        z = x * 0
        for _ in range(200):
            z = step(a, z, x)
        return z

    def forward(a, x):
        z = solved(a, x)
        return z, (a, z, x)

    def backward(saved, g):
        a, z, x = saved
        _, pull = func.vjp(lambda a, x: step(a, z, x), a, x)
        slope = func.jacrev(lambda z: step(a, z, x), vectorize=False)(z)
        return pull(autograd.linalg.solve(np.eye(3) - slope.T, g))

    solved.defvjp(forward, backward)
    table = Tensor(TABLE)
    unrolled = lambda x: _unrolled(step, table, x)  # noqa: E731
    return lambda x: solved(table, x), unrolled


def _unrolled(step, a, x):
    z = x * 0
    for _ in range(200):
        z = step(a, z, x)
    return z


def _function_of_pytorch():
    class Swish(Function):
        @staticmethod
        def forward(ctx, x, scale):
            s = autograd.sigmoid(scale * x)
            ctx.save_for_backward(x, s)
            ctx.scale = scale
            return x * s

        @staticmethod
        def backward(ctx, grad):
            x, s = ctx.saved_tensors
            return grad * (s + ctx.scale * x * s * (1 - s)), None

    return lambda x: Swish.apply(x, 2.0), lambda x: x * autograd.sigmoid(2.0 * x)


def _function_with_context_apart():
    class Product(Function):
        @staticmethod
        def forward(x, y):
            return x * y, x + y

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, of_product, of_sum):
            x, y = ctx.saved_tensors
            return of_product * y + of_sum, of_product * x + of_sum

    def ours(x):
        product, total = Product.apply(x, x[::-1])
        return product * total

    return ours, lambda x: x * x[::-1] * (x + x[::-1])


CASES = {
    make.__name__[1:].replace("_", " "): make
    for make in (
        _exponential, _by_jvp, _of_intermediates, _fixed_point, _function_of_pytorch,
        _function_with_context_apart,
    )
}  # fmt: skip

TRANSFORMED = {
    "value": lambda f: f,
    "grad": lambda f: func.grad(lambda x: (f(x) ** 2).sum()),
    "jvp": lambda f: lambda x: func.jvp(f, (x,), (x * 2 + 1,))[1],
    "jacrev": func.jacrev,
    "jacfwd": func.jacfwd,
    "hessian": lambda f: func.hessian(lambda x: (f(x) ** 2).sum()),
    "reverse over reverse": lambda f: func.jacrev(func.jacrev(f)),
    "third": lambda f: func.grad(lambda x: (func.hessian(lambda x: f(x).sum())(x) ** 2).sum()),
}


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("transform", TRANSFORMED)
@pytest.mark.parametrize("name", CASES)
def test_every_transform_of_a_right_rule_is_that_of_the_function(name, transform, mapped):
    ours, theirs = map(TRANSFORMED[transform], CASES[name]())
    if mapped:
        assert_close(func.vmap(ours)(XS), np.stack([np.asarray(theirs(x)) for x in Tensor(XS)]))
    else:
        assert_close(ours(Tensor(XS[0])), np.asarray(theirs(Tensor(XS[0]))))


@pytest.mark.parametrize("name", CASES)
def test_they_are_checked_like_everything_else(name):
    check_grads(CASES[name]()[0], Tensor(XS[0]), order=2)


def test_gradients_of_samples_of_what_they_share():
    @func.custom_vjp
    def product(p, x):
        return x @ p["w"]

    product.defvjp(
        lambda p, x: (x @ p["w"], (p, x)),
        lambda saved, g: ({"w": autograd.outer(saved[1], g)}, saved[0]["w"] @ g),
    )
    loss = lambda p, x: (product(p, x) ** 2).sum()  # noqa: E731
    plain = lambda p, x: ((x @ p["w"]) ** 2).sum()  # noqa: E731
    ours = func.vmap(func.grad(loss), (None, 0))({"w": TABLE}, XS)["w"]
    assert_close(ours, func.vmap(func.grad(plain), (None, 0))({"w": TABLE}, XS)["w"])


# ---------------------------------------------------------------------- the rule is what counts


def test_the_rule_and_not_the_function_is_differentiated():
    @func.custom_vjp
    def rounded(x):
        return autograd.round(x)

    rounded.defvjp(lambda x: (autograd.round(x), None), lambda _, g: (g,))
    x = Tensor([0.4, 1.6], requires_grad=True)
    (rounded(x) ** 2).sum().backward()
    assert x.grad.data.tolist() == [0.0, 4.0]
    assert func.jacrev(rounded)(np.ones(7)).tolist() == np.eye(7).tolist()
    assert func.vmap(func.grad(lambda x: rounded(x).sum()))(XS).tolist() == np.ones((4, 3)).tolist()


def test_any_structure_goes_in_and_out():
    @func.custom_vjp
    def both(p, how, pair=(1.0, 2.0)):
        return {"sum": p["a"] + p["b"][0], "rest": (p["a"] * pair[0], 3)}

    def backward(factor, g):
        assert set(g) == {"sum", "rest"}
        return {"a": g["sum"] + factor * g["rest"][0], "b": [g["sum"], None]}, None, None

    both.defvjp(lambda p, how, pair: (both(p, how, pair), pair[0]), backward)
    p = {"a": Tensor(2.0, requires_grad=True), "b": [Tensor(3.0, requires_grad=True), None]}
    out = both(p, how="a word")
    assert out["rest"][1] == 3
    (out["sum"] * 10 + out["rest"][0]).backward()
    assert p["a"].grad.item() == 11.0
    assert p["b"][0].grad.item() == 10.0


def test_none_is_no_gradient_and_constants_cost_nothing():
    calls = []

    @func.custom_vjp
    def traced(x, y):
        calls.append("function")
        return x * y

    def forward(x, y):
        calls.append("forward")
        return x * y, y

    traced.defvjp(forward, lambda y, g: (g * y, None))
    x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    traced(x, y).backward()
    assert (x.grad.item(), y.grad.item()) == (3.0, 0.0)
    traced(Tensor(1.0), Tensor(2.0))
    traced(1.0, 2.0)
    with autograd.no_grad():
        traced(x, y)
    assert calls == ["forward", "function", "function", "function"]


def test_complex_gradients_are_those_of_users():
    @func.custom_vjp
    def size(z):
        return autograd.abs(z) ** 2

    size.defvjp(lambda z: (size(z), z), lambda z, g: (2 * g * z,))  # d/dRe + i d/dIm
    z = Tensor([1 + 2j, -3j], requires_grad=True)
    size(z).sum().backward()
    assert z.grad.data.tolist() == [2 + 4j, -6j]


def test_random_numbers_are_the_same_when_computed_again():
    @func.custom_vjp
    def noisy(x):
        return x * 1

    def forward(x):
        noise = autograd.rand(3)
        return x * noise, x * noise

    noisy.defvjp(forward, lambda saved, g: (g * saved,))
    autograd.manual_seed(3)
    x = Tensor(np.ones(3), requires_grad=True)
    y = noisy(x)
    noise = y.numpy() if not y.requires_grad else y.detach().numpy()
    (first,) = autograd.grad(y.sum(), x, create_graph=True)
    assert_close(first, noise)
    assert_close(autograd.grad(first.sum(), x)[0], noise)


def test_a_call_is_one_node_and_its_name():
    exponential, _ = _exponential()
    y = exponential(Tensor(1.0, requires_grad=True))
    assert repr(y).endswith("from=exponential)")
    assert exponential.__name__ == "exponential"


def test_a_figure_draws_one_node_that_expands():
    viz = pytest.importorskip("viz")
    ours, _ = _function_of_pytorch()
    y = ours(Tensor(1.0, requires_grad=True, name="x"))
    assert "Swish" in viz.draw(y).svg()
    assert "σ" in viz.draw(y, expand=True).svg() or "sigmoid" in viz.draw(y, expand=True).svg()


def test_results_of_scipy_have_gradients():
    from scipy.optimize import brentq

    @func.custom_vjp
    def root(a):  # of x³ + x = a
        return Tensor(brentq(lambda x: x**3 + x - a.item(), -10, 10, xtol=1e-14))

    root.defvjp(lambda a: (x := root(a), x), lambda x, g: (g / (3 * x**2 + 1),))
    a = Tensor(10.0, requires_grad=True)
    root(a).backward()
    assert abs(a.grad.item() - 1 / 13) < 1e-9
    assert abs(func.hessian(root)(Tensor(10.0)).item() + 12 / 13**3) < 1e-9
    assert_close(func.vmap(func.grad(root))(np.array([10.0, 2.0])), [1 / 13, 1 / 4])


# ---------------------------------------------------------------------- refusals


def _with(backward, forward=lambda x: (x * 2, None)):
    @func.custom_vjp
    def doubled(x):
        return x * 2

    doubled.defvjp(forward, backward)
    return doubled


def test_what_is_closed_over_is_refused():
    w = Tensor(2.0, requires_grad=True)
    with pytest.raises(RuntimeError, match="doubled depends on a Tensor that requires gradients"):
        _with(lambda _, g: g, lambda x: (x * w, None))(Tensor(1.0, requires_grad=True))


def test_arrays_in_residuals_are_refused_for_second_derivatives():
    cubed = _with(lambda saved, g: (g * 3 * saved**2,), lambda x: (x**3, x.data))
    assert func.grad(cubed)(2.0) == 12
    with pytest.raises(RuntimeError, match="is an array, .* which has left the graph"):
        func.grad(func.grad(cubed))(2.0)


@pytest.mark.parametrize(
    ("error", "match", "call"),
    [
        (TypeError, "f has no derivative yet", lambda x: func.custom_vjp(_plain)(x)),
        (TypeError, "must return a pair", lambda x: _with(None_, lambda x: x * 2)(x)),
        (ValueError, "a gradient for each of 1 arguments, got 2",
         lambda x: _with(lambda _, g: (g, g))(x).backward()),
        (ValueError, "doubled.*shape", lambda x: _with(lambda _, g: np.ones(3))(x).backward()),
        (ValueError, "argument 0 must be a Tensor, got dict",
         lambda x: _with(lambda _, g: ({"a": g},))(x).backward()),
        (TypeError, "expected a function", lambda x: func.custom_vjp(3)),
        (TypeError, "by keyword only", lambda x: _keyword_only()(x, y=3)),
        (NotImplementedError, "write forward", lambda x: Function.apply(x)),
    ],
)  # fmt: skip
def test_errors(error, match, call):
    with pytest.raises(error, match=match):
        call(Tensor(1.0, requires_grad=True))


def f(x):
    return x


_plain = f


def None_(residuals, g):
    return None


def _keyword_only():
    @func.custom_vjp
    def doubled(x, *, y):
        return x * 2

    doubled.defvjp(lambda x: (x, None), None_)
    return doubled


def test_contexts_say_what_needs_a_gradient_and_refuse_writes():
    seen = []

    class Scaled(Function):
        @staticmethod
        def forward(ctx, x, y):
            seen.append(ctx.needs_input_grad)
            return x * y

        @staticmethod
        def backward(ctx, g):
            return g, g

    Scaled.apply(Tensor(1.0, requires_grad=True), Tensor(2.0))
    Scaled.apply(Tensor(1.0, requires_grad=True), 2)
    assert seen == [(True, False), (True, False)]

    class Writing(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)

    with pytest.raises(RuntimeError, match="arguments are not written to"):
        Writing.apply(Tensor(1.0, requires_grad=True))


class _Power(Function):
    """What PyTorch's users write, with an argument that has a default."""

    @staticmethod
    def forward(ctx, x, n=2):
        ctx.save_for_backward(x)
        ctx.n = n
        return x**n

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ctx.n * x ** (ctx.n - 1), None


def test_arguments_that_are_left_to_their_defaults_have_gradients_of_none():
    assert_close(func.grad(lambda x: _Power.apply(x).sum())(XS), 2 * XS)
    assert_close(func.grad(lambda x: _Power.apply(x, 3).sum())(XS), 3 * XS**2)

    @func.custom_vjp
    def power(x, n=2):
        return x**n

    backward = lambda saved, g: (g * saved[1] * saved[0] ** (saved[1] - 1), None)  # noqa: E731
    power.defvjp(lambda x, n=2: (x**n, (x, n)), backward)
    for given in ({}, {"n": 2}):
        assert_close(func.grad(lambda x, given=given: power(x, **given).sum())(XS), 2 * XS)
    assert_close(func.vmap(func.grad(lambda x: power(x).sum()))(XS), 2 * XS)


def test_methods_have_derivatives_of_their_own():
    class Scale:
        factor = 3.0

        @func.custom_vjp
        def times(self, x):
            return self.factor * x

        times.defvjp(
            lambda self, x: (self.factor * x, self), lambda self, g: (None, -self.factor * g)
        )

    scale = Scale()
    assert_close(func.grad(lambda x: scale.times(x).sum())(XS), np.full_like(XS, -3))
    assert isinstance(Scale.times, func.custom_vjp)


@pytest.mark.parametrize("write", ["__iadd__", "__imul__", "zero_", "__setitem__", "numpy"])
def test_arguments_are_not_written_to(write):
    class Writes(Function):
        @staticmethod
        def forward(ctx, x):
            if write == "numpy":
                x.numpy()[...] = 0.0
            elif write == "__setitem__":
                x[0] = 0.0
            else:
                getattr(x, write)(*([2.0] if write.startswith("__") else []))
            return x

        @staticmethod
        def backward(ctx, g):
            return g

    x = Tensor(XS, requires_grad=True)
    with pytest.raises(ValueError, match="read-only"):
        Writes.apply(x)
    assert_close(x, XS)


class _NoReturn(_Power):
    @staticmethod
    def forward(ctx, x):
        x * 2


class _NotStatic(Function):
    def forward(self, ctx, x):
        return x

    def backward(self, ctx, g):
        return g


class _Words(_Power):
    @staticmethod
    def backward(ctx, g):
        return "a gradient", None


@pytest.mark.parametrize(
    ("match", "call"),
    [
        (r"_Power.apply takes its arguments by position, got n", lambda x: _Power.apply(x, n=3)),
        (r"call _Power.apply\(...\), of the class", lambda x: _Power()(x)),
        ("the result of _NoReturn is None: a missing return", _NoReturn.apply),
        ("_NotStatic.forward must be a static method", _NotStatic.apply),
        ("gradient of argument 0: expected numbers, got str",
         lambda x: _Words.apply(x).sum().backward()),
    ],
)  # fmt: skip
def test_wrong_functions_are_told_what_is_wrong(match, call):
    x = Tensor(XS, requires_grad=True)
    with pytest.raises(TypeError, match=match):
        call(x)
    assert x.grad is None
