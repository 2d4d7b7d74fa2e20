"""vmap as a transform: structures, nesting, every other transform, and what it refuses."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor, func
from autograd.testing.strategies import programs

RNG = np.random.default_rng(0)
XS = RNG.normal(size=(5, 4))
W = RNG.normal(size=(4, 3))


def network(w, x):
    return autograd.tanh(x @ w) ** 2


def total(w, x):
    return network(w, x).sum()


def stack(function, *samples):
    """The function of every sample, one after the other."""
    return np.stack([np.asarray(function(*each)) for each in zip(*samples, strict=True)])


def assert_close(ours, theirs):
    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-10, atol=1e-12)


# ---------------------------------------------------------------------- arguments and results


def test_any_structure_goes_in_and_comes_out():
    parameters = {"w": W, "layers": [(W[:, 0], None)]}

    def function(p, x):
        ((v, nothing),) = p["layers"]
        assert nothing is None
        return {"a": x @ p["w"], "b": (x @ v, [x])}

    out = func.vmap(function, in_axes=(None, 0))(parameters, XS)
    assert_close(out["a"], XS @ W)
    assert_close(out["b"][0], XS @ W[:, 0])
    assert_close(out["b"][1][0], XS)


def test_axes_of_arguments_follow_their_structure():
    function = lambda p, x: p["a"] * p["b"][0] + x  # noqa: E731
    p = {"a": XS.T, "b": (np.arange(4.0),)}
    out = func.vmap(function, in_axes=({"a": 1, "b": None}, -2))(p, XS)
    assert_close(out, XS * np.arange(4.0) + XS)


def test_keyword_arguments_are_mapped_over_their_first_axis():
    assert_close(func.vmap(lambda x, y: x * y)(XS, y=XS[:, 0]), XS * XS[:, :1])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_results_have_the_axis_of_the_samples_anywhere(axis):
    out = func.vmap(lambda x: autograd.reshape(x, (2, 2)), out_axes=axis)(XS)
    assert_close(out, np.moveaxis(XS.reshape(5, 2, 2), 0, axis))


def test_what_is_the_same_for_all_is_repeated_or_given_once():
    function = lambda x: (x, Tensor(W) * 2, 3.0)  # noqa: E731
    mapped, same, number = func.vmap(function)(XS)
    assert_close(mapped, XS)
    assert same.shape == (5, 4, 3)
    assert number.tolist() == [3.0] * 5
    _, same, number = func.vmap(function, out_axes=(0, None, None))(XS)
    assert same.shape == (4, 3)
    assert number == 3.0


def test_arrays_in_arrays_out_and_tensors_in_tensors_out():
    assert type(func.vmap(autograd.sin)(XS)) is np.ndarray
    assert isinstance(func.vmap(autograd.sin)(Tensor(XS)), Tensor)
    w = Tensor(W, requires_grad=True)
    out = func.vmap(lambda x: x @ w)(XS)  # it depends on a Tensor that requires gradients
    out.sum().backward()
    assert_close(w.grad, np.repeat(XS.sum(0)[:, None], 3, 1))


def test_arguments_are_not_written_to():
    given = XS.copy()

    def function(x):
        x += 1
        return x

    assert_close(func.vmap(function)(given), XS + 1)
    assert_close(given, XS)


@pytest.mark.parametrize(
    "made",
    [
        list,
        tuple,
        lambda a: array("d", a),
        lambda a: memoryview(a),
        lambda a: a,
        lambda a: Tensor(a),
    ],
    ids=["list", "tuple", "array.array", "memoryview", "ndarray", "Tensor"],
)
def test_what_stands_for_an_array_has_its_axes_beside_samples_of_numbers(made):
    three, numbers = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
    given = made(three)
    for function in (
        lambda x: autograd.mul(x, given),
        lambda x: autograd.maximum(given, x),
        lambda x: autograd.where(x > 4, x, given),
        lambda x: autograd.outer(given, autograd.stack([x, x, x]))[0],
        lambda x: autograd.concatenate([given, autograd.stack([x])])[:3],
    ):
        gradient = func.grad(lambda x, function=function: function(x).sum())
        for each in (function, gradient):
            alone = [each(Tensor(x)).numpy() for x in numbers]
            assert_close(func.vmap(each)(numbers), np.stack(alone))


def test_integers_and_bools_are_mapped():
    assert func.vmap(lambda i, b: autograd.where(b, i, -i))(
        np.arange(3), np.array([True, False, True])
    ).tolist() == [0, -1, 2]


def test_no_sample_gives_none():
    assert func.vmap(network, in_axes=(None, 0))(W, XS[:0]).shape == (0, 3)
    assert func.vmap(lambda x: autograd.linalg.lstsq(x, W)[0])(np.ones((0, 4, 2))).shape[0] == 0
    assert func.vmap(func.grad(total), in_axes=(None, 0))(W, XS[:0]).shape == (0, 4, 3)


@pytest.mark.parametrize("chunk", [1, 2, 5, 7, None])
def test_chunks_change_nothing(chunk):
    function = lambda w, x: (network(w, x), (w * 2).sum())  # noqa: E731
    out, same = func.vmap(function, (None, 0), (1, None), chunk_size=chunk)(W, XS)
    assert_close(out, network(W, XS).T)
    assert_close(same, 2 * W.sum())


@pytest.mark.parametrize("chunk", [1, 3, None])
def test_the_same_random_numbers_in_every_chunk(chunk):
    autograd.manual_seed(1)
    run = func.vmap(lambda x: x * autograd.rand(2), chunk_size=chunk, randomness="same")
    out = run(np.ones(7))
    assert (out == out[:1]).all()
    run = func.vmap(lambda x: x * autograd.randn(2), chunk_size=chunk, randomness="different")
    assert len(np.unique(run(np.ones(7)))) == 14


def test_random_numbers_of_nested_levels():
    inner = func.vmap(lambda x: x + autograd.rand(), randomness="same")
    out = func.vmap(inner, randomness="different")(np.zeros((3, 4)))
    assert (out == out[:, :1]).all()
    assert len(np.unique(out)) == 3
    assert func.vmap(lambda x: x + autograd.randint(0, 9, (2,)), randomness="same")(
        np.zeros(3)
    ).shape == (3, 2)
    with pytest.raises(RuntimeError, match="rand: random numbers inside vmap"):
        func.vmap(func.vmap(lambda x: x + autograd.rand()), randomness="same")(np.zeros((3, 4)))


# ---------------------------------------------------------------------- nesting


def test_levels_nest():
    outer = func.vmap(func.vmap(lambda x, y: x * y + x, (None, 0)), (0, None))
    assert_close(outer(XS[:, 0], XS[:, 1]), np.outer(XS[:, 0], XS[:, 1]) + XS[:, :1])
    # Of the matrices in each sample the columns.
    batch = RNG.normal(size=(3, 4, 2))
    assert_close(func.vmap(func.vmap(autograd.cumsum, 1, 1))(batch), batch.cumsum(1))
    three = func.vmap(func.vmap(func.vmap(autograd.sin)))(batch)
    assert_close(three, np.sin(batch))


def test_closures_over_outer_levels():
    def outer(x):
        return func.vmap(lambda y: (x * y).sum() + total(W, y))(XS)

    expected = XS @ XS.T + network(W, XS).sum(1)
    assert_close(func.vmap(outer)(XS), expected)


TRANSFORMED = {
    "grad": lambda f: func.grad(lambda x: f(x).sum()),
    "value_and_grad": lambda f: lambda x: func.value_and_grad(lambda x: f(x).sum())(x)[1],
    "jacrev": func.jacrev,
    "jacfwd": func.jacfwd,
    "jacrev, row by row": lambda f: func.jacrev(f, vectorize=False),
    "jacfwd, column by column": lambda f: func.jacfwd(f, vectorize=False),
    "hessian": lambda f: func.hessian(lambda x: f(x).sum()),
    "jvp": lambda f: lambda x: func.jvp(f, (x,), (np.arange(x.size).reshape(x.shape) + 1.0,))[1],
    "vjp": lambda f: lambda x: func.vjp(f, x)[1](f(x))[0],
    "linearize": lambda f: lambda x: func.linearize(f, x)[1](x),
    "hvp": lambda f: lambda x: func.hvp(lambda x: f(x).sum(), (x,), (x,))[1][0],
    "vhp": lambda f: lambda x: func.vhp(lambda x: f(x).sum(), (x,), (x,))[1][0],
    "grad of grad": lambda f: func.grad(lambda x: (func.grad(lambda x: f(x).sum())(x) ** 2).sum()),
    "jacfwd of jacrev": lambda f: func.jacfwd(func.jacrev(f)),
    "jacrev of jacfwd": lambda f: func.jacrev(func.jacfwd(f)),
}

FUNCTIONS = {
    "a network": lambda x: network(W, x),
    "seven numbers": lambda x: autograd.concatenate([x, x[1:] * x[:-1]]) ** 3,
    "indices and where": lambda x: autograd.where(x[::-1] > 0, x * x[0], autograd.exp(x)),
    "a matrix": lambda x: autograd.linalg.inv(autograd.outer(x, x) + 3 * np.eye(x.size)),
    "one number": lambda x: autograd.logsumexp(x) * x.max(),
    "writes": lambda x: _written(x),
}


def _written(x):
    y = x * 2
    y[1:3] = y[0] * x[1:3]
    part = y[2:]
    part *= x[0]
    return y


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("transform", TRANSFORMED)
def test_vmap_of_every_transform(transform, name):
    derived = TRANSFORMED[transform](FUNCTIONS[name])
    assert_close(func.vmap(derived)(XS), stack(derived, XS))
    assert_close(func.vmap(derived, chunk_size=2)(XS), stack(derived, XS))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("transform", TRANSFORMED)
def test_every_transform_of_vmap(transform, name):
    function, xs = FUNCTIONS[name], XS[:2]
    transformed = TRANSFORMED[transform]
    together = transformed(func.vmap(function))(xs)
    assert_close(together, transformed(lambda xs: autograd.stack([function(x) for x in xs]))(xs))


def test_gradients_of_samples_with_respect_to_what_they_share():
    gradients = func.vmap(func.grad(total, argnums=(0, 1)), in_axes=(None, 0))(W, XS)
    for i, ours in enumerate(gradients):
        assert_close(ours, stack(lambda x, i=i: func.grad(total, argnums=(0, 1))(W, x)[i], XS))


def test_a_penalty_on_the_gradients_of_samples_is_differentiated():
    def penalty(w):
        return (func.vmap(func.grad(total, 1), (None, 0))(w, XS) ** 2).sum()

    def alone(w):
        return sum((func.grad(total, 1)(w, x) ** 2).sum() for x in XS)

    assert_close(func.grad(penalty)(W), func.grad(alone)(W))
    w, other = (Tensor(W, requires_grad=True) for _ in range(2))
    penalty(w).backward()
    alone(other).backward()
    assert_close(w.grad, other.grad)


def test_auxiliary_results_are_mapped_too():
    function = func.value_and_grad(lambda x: (total(W, x), x * 2), has_aux=True)
    (value, aux), gradient = func.vmap(function)(XS)
    assert_close(aux, XS * 2)
    assert_close(value, network(W, XS).sum(1))
    assert_close(gradient, stack(func.grad(lambda x: total(W, x)), XS))


def test_complex_samples():
    zs = XS + 1j * XS[::-1]
    f = lambda z: (z * z).sum()  # noqa: E731
    derivative = func.jacrev(f, holomorphic=True)
    assert_close(func.vmap(derivative)(zs), 2 * zs)
    real = func.grad(lambda z: (autograd.abs(z) ** 2).sum())
    assert_close(func.vmap(real)(zs), 2 * zs)
    assert_close(func.hessian(f, holomorphic=True)(zs[0]), 2 * np.eye(4))
    six = np.concatenate([zs[0], zs[1]])
    cube = lambda z: z**3  # noqa: E731
    for jacobian in (func.jacrev, func.jacfwd):
        assert_close(jacobian(cube, holomorphic=True)(six), np.diag(3 * six**2))


@given(programs(), st.sampled_from([1, 2, None]), st.integers(1, 3))
def test_random_programs(program, chunk, count):
    rng = np.random.default_rng(0)
    samples = [[Tensor(rng.normal(size=s)) for s in program.shapes] for _ in range(count)]
    together = [autograd.stack(each) for each in zip(*samples, strict=True)]
    first = lambda *xs: _first(program(*xs))  # noqa: E731
    everything = tuple(range(len(program.shapes)))
    for transformed in (
        first,
        func.grad(lambda *xs: (first(*xs) ** 2).sum(), everything),
        func.jacfwd(first),
        func.jacrev(first),
    ):
        ours = func.vmap(transformed, chunk_size=chunk)(*together)
        alone = [transformed(*each) for each in samples]
        listed = isinstance(ours, tuple)
        for out, *theirs in zip(ours, *alone, strict=True) if listed else [(ours, *alone)]:
            assert_close(out, np.stack([np.asarray(each) for each in theirs]))
    assert_close(
        func.hessian(lambda x: (first(x, *samples[0][1:]) ** 2).sum())(samples[0][0]),
        func.hessian(lambda x: (first(x, *samples[0][1:]) ** 2).sum(), vectorize=False)(
            samples[0][0]
        ),
    )


def _first(out):
    return out[0] if isinstance(out, tuple) else out


# ---------------------------------------------------------------------- indices and writes

TABLE = RNG.normal(size=(6, 4, 3))
PLACES = np.array([0, 3, 3, -1, 5])

INDEXED = {
    "rows": lambda table, i: table[i],
    "an array of rows": lambda table, i: table[autograd.stack([i, i - 1])],
    "a column": lambda table, i: table[:, i % 3],
    "places apart": lambda table, i: table[i, :, 1],
    "behind slices": lambda table, i: table[1:3, ..., autograd.stack([i % 2, i % 3])],
    "two arrays": lambda table, i: table[autograd.stack([i, i]), np.array([1, 0])],
    "an array and a slice between": lambda table, i: table[autograd.stack([i, i]), :, [1, 2]],
    "a new axis": lambda table, i: table[None, i, ..., None],
}


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("name", INDEXED)
def test_indices_that_differ_between_samples(name, both):
    function = INDEXED[name]
    tables = np.stack([TABLE * (i + 1) for i in range(len(PLACES))])
    run = func.vmap(function, in_axes=(0 if both else None, 0))
    shared = tables if both else TABLE
    alone = [
        function(Tensor(tables[i] if both else TABLE), Tensor(p)) for i, p in enumerate(PLACES)
    ]
    assert_close(run(Tensor(shared), Tensor(PLACES)), np.stack([each.numpy() for each in alone]))
    gradient = lambda t, i: func.grad(lambda t: (function(t, i) ** 2).sum())(t)  # noqa: E731
    ours = func.vmap(gradient, in_axes=(0 if both else None, 0))(shared, PLACES)
    theirs = [
        gradient(Tensor(tables[i] if both else TABLE), Tensor(p)).numpy()
        for i, p in enumerate(PLACES)
    ]
    assert_close(ours, np.stack(theirs))


def test_writes_at_places_of_samples():
    def function(x, i):
        y = x * 1
        y[i] = 7.0
        return y

    out = func.vmap(function)(XS, np.array([0, 1, 2, 3, 0]))
    expected = XS.copy()
    expected[np.arange(5), [0, 1, 2, 3, 0]] = 7
    assert_close(out, expected)


def test_operations_of_others_run_at_once_or_one_by_one():
    @autograd.op("elementwise")
    def cube_of_mine(x):
        """x³."""
        return x**3

    cube_of_mine.vjp(x=lambda g, x: g * 3 * x**2)

    @autograd.op("general", arrays=("x",))
    def first_of_mine(x, count):
        """The first elements."""
        return np.array(x[:count])

    def back(g, x_shape, count):
        out = np.zeros(x_shape)
        out[:count] = autograd.value(g)  # it looks at the numbers of the cotangent
        return out

    first_of_mine.vjp(x=back)
    assert_close(func.vmap(cube_of_mine)(XS), XS**3)
    assert_close(func.vmap(lambda x: first_of_mine(x, 2))(XS), XS[:, :2])
    both = lambda x: first_of_mine(cube_of_mine(x), 2)  # noqa: E731
    assert_close(func.vmap(func.jacrev(both))(XS), stack(func.jacrev(both), XS))
    seven = np.arange(7.0)
    jacobian = func.jacrev(lambda x: first_of_mine(cube_of_mine(x), 6))(seven)
    assert_close(jacobian, np.diag(3 * seven**2)[:6])

    @autograd.op("general", arrays=("x",))
    def sum_of_mine(x):
        """The sum."""
        return x.sum()

    sum_of_mine.vmap(lambda batch, x: autograd.sum(x, tuple(range(1, x.ndim))))
    assert_close(func.vmap(sum_of_mine)(XS), XS.sum(1))


# ---------------------------------------------------------------------- refusals


def _raises(function, match, error=TypeError):
    with pytest.raises(error, match=match):
        func.vmap(function)(XS)


@pytest.mark.parametrize(
    ("function", "match"),
    [
        (lambda x: x if x.sum() > 0 else -x, "the truth value of a mapped Tensor.*autograd.where"),
        (lambda x: x if x[0] else -x, "the truth value"),
        (lambda x: float(x[0]) * x, "item of a mapped Tensor"),
        (lambda x: int(x[0]) * x, "item"),
        (lambda x: x.sum().item() * x, "item"),
        (lambda x: x.numpy(), "the array of a mapped Tensor"),
        (lambda x: x.data, "the array"),
        (lambda x: np.asarray(x), "the array"),
        (lambda x: 3.0 in x, "a comparison"),
        (lambda x: np.allclose(x, x), "np.allclose of the values"),
        (lambda x: f"{x.sum():.2f}", "item"),
        (lambda x: autograd.value(x) * 2, "the value"),
        (lambda x: Tensor(x), "the array"),
        (lambda x: XS[x > 0], "the array"),
        (lambda x: "no Tensor", "the function must return Tensors, got str"),
    ],
)
def test_the_numbers_of_a_mapped_tensor_are_refused(function, match):
    _raises(function, match)


def test_what_would_mix_samples_is_refused():
    w = Tensor(W, requires_grad=True)
    same = autograd.zeros(4)

    def writes(x):
        same[0] = x[0]
        return x

    _raises(writes, r"setitem: what differs between the samples.*\(4,\)", RuntimeError)

    def adds(x):
        nonlocal same
        same += x
        return x

    _raises(adds, "add in place: what differs", RuntimeError)
    assert same.data.tolist() == [0, 0, 0, 0]
    _raises(
        lambda x: (x @ w).sum().backward(), "backward: .* stands for many samples", RuntimeError
    )
    _raises(lambda x: x.grad, ".grad of a mapped Tensor", RuntimeError)
    _raises(lambda x: x.register_hook(print), "hook", RuntimeError)
    shared = lambda x: autograd.grad((x @ w).sum(), w)[0]  # noqa: E731
    _raises(shared, r"\(4, 3\) float64, which is the same for all samples", RuntimeError)


def test_gradients_inside_with_respect_to_mapped_tensors():
    def function(x):
        x = x.detach().requires_grad_()
        return autograd.grad(total(Tensor(W), x), x)[0]

    assert_close(func.vmap(function)(XS), stack(func.grad(lambda x: total(W, x)), XS))


def test_an_unmapped_graph_inside_is_as_usual():
    w = Tensor(W, requires_grad=True)

    def function(x):
        (w * w).sum().backward()
        return x * autograd.grad((w**3).sum(), w)[0][0, 0]

    assert_close(func.vmap(function)(XS), XS * 3 * W[0, 0] ** 2)
    assert_close(w.grad, 2 * W)


def test_what_leaks_out_is_refused():
    kept = []
    func.vmap(lambda x: kept.append(x * 2) or x)(XS)
    for use in (
        lambda t: t * 2,
        lambda t: 2 * t,
        lambda t: t + t,
        lambda t: t.sum(),
        lambda t: t[0],
        lambda t: autograd.exp(t),
        lambda t: np.sin(t),
        lambda t: t @ W,
        lambda t: autograd.concatenate([t, t]),
        lambda t: t.reshape(-1),
        lambda t: float(t[0]),
    ):
        with pytest.raises(TypeError, match="mapped Tensor.*return the Tensor from the function"):
            use(kept[0])
    _raises(lambda x: kept[0] * x, "mapped Tensor")
    assert "(4,) float64 of each of 5 samples" in repr(kept[0])


@pytest.mark.parametrize(
    ("error", "match", "call"),
    [
        (ValueError, "in_axes has 1 entries for 2", lambda: func.vmap(total, (0,))(W, XS)),
        (ValueError, "no argument is mapped", lambda: func.vmap(total, None)(W, XS)),
        (ValueError, r"different numbers of samples.*\(4, 3\) over axis 0",
         lambda: func.vmap(total)(W, XS)),
        (ValueError, "has no axis 2", lambda: func.vmap(total, (None, 2))(W, XS)),
        (ValueError, r"float 2.0 has no axis 0.*in_axes=None", lambda: func.vmap(total)(2.0, XS)),
        (TypeError, "in_axes=None for what is no array", lambda: func.vmap(total)("w", XS)),
        (TypeError, "in_axes must be a number", lambda: func.vmap(total, "0")(W, XS)),
        (TypeError, "in_axes consist of numbers", lambda: func.vmap(total, (None, 0.5))(W, XS)),
        (ValueError, r"in_axes\[0\]", lambda: func.vmap(total, ((0, 0), 0))(W, XS)),
        (ValueError, "out_axes", lambda: func.vmap(total, (None, 0), (0, 0))(W, XS)),
        (ValueError, "out_axes is None", lambda: func.vmap(total, (None, 0), None)(W, XS)),
        (ValueError, "out_axes names axis 3", lambda: func.vmap(network, (None, 0), 3)(W, XS)),
        (ValueError, "chunk_size", lambda: func.vmap(total, chunk_size=0)),
        (ValueError, "randomness", lambda: func.vmap(total, randomness="some")),
        (TypeError, "expected a function", lambda: func.vmap(XS)),
        (ValueError, r"matmul: .*\(4,\) float64, y: \(3, 4\)",
         lambda: func.vmap(lambda x: x @ W.T)(XS)),
        (ValueError, "different shapes for different samples",
         lambda: func.vmap(lambda x: x[x > 0])(XS)),
    ],
)  # fmt: skip
def test_errors(error, match, call):
    with pytest.raises(error, match=match):
        call()
    assert autograd.graph.modes.current_mode().levels == ()
