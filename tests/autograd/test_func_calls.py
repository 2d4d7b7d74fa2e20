"""How transforms are called: what comes back besides, other libraries' words, and wrong calls."""

import re

import numpy as np
import pytest

import autograd
from autograd import Tensor, func

X = np.array([0.5, -1.0, 2.0])
XS = np.stack([X, 2 * X])


def cube(x):
    return (x**3).sum()


# How each is called with a function.
CALLS = {
    "grad": lambda f: func.grad(f)(X),
    "value_and_grad": lambda f: func.value_and_grad(f)(X),
    "jacrev": lambda f: func.jacrev(f)(X),
    "jacfwd": lambda f: func.jacfwd(f)(X),
    "hessian": lambda f: func.hessian(f)(X),
    "vjp": lambda f: func.vjp(f, X),
    "jvp": lambda f: func.jvp(f, (X,), (X,)),
    "linearize": lambda f: func.linearize(f, X),
    "hvp": lambda f: func.hvp(f, (X,), (X,)),
    "vhp": lambda f: func.vhp(f, (X,), (X,)),
    "vmap": lambda f: func.vmap(f)(XS),
}
OF_NUMBERS = ("grad", "value_and_grad", "hessian", "hvp", "vhp")
MATRICES = ("jacrev", "jacfwd")
CHOOSING = ("grad", "value_and_grad", "jacrev", "jacfwd", "hessian")

# What a function may return that is none, what of it the message names, and who refuses it.
RETURNED = {
    "nothing": (lambda x: None, "None", tuple(CALLS)),
    "a string": (lambda x: "abc", "str", tuple(CALLS)),
    "a number": (lambda x: 2.0, "float 2.0", tuple(c for c in CALLS if c != "vmap")),
    "an array": (lambda x: np.ones(3), r"\(3,\) float64", tuple(c for c in CALLS if c != "vmap")),
    "a list": (lambda x: [x.sum()], "list; return one, or use jacrev or vjp", OF_NUMBERS),
    "a dict": (lambda x: {"a": x.sum()}, "dict", OF_NUMBERS),
    "a pair": (lambda x: (x.sum(), x), "pass has_aux=True", OF_NUMBERS),
    "several": (lambda x: x, r"\(3,\) float64", OF_NUMBERS),
    "a count": (lambda x: (x > 0).sum(), r"int64, which has no deriv", OF_NUMBERS + MATRICES),
    "a truth": (lambda x: x.sum() > 0, r"bool, which has no derivative", OF_NUMBERS + MATRICES),
    "a position": (lambda x: x.argmax(), r"which has no derivative", OF_NUMBERS + MATRICES),
    "complex": (lambda x: (1j * x).sum(), r"complex.*holomorphic", (*OF_NUMBERS, "jacrev")),
}


@pytest.mark.parametrize(
    ("transform", "what"), [(call, what) for what, row in RETURNED.items() for call in row[2]]
)
def test_what_a_function_must_not_return_is_named(transform, what):
    function, match, _ = RETURNED[what]
    with pytest.raises((TypeError, ValueError), match=f"^{transform}: .*{match}"):
        CALLS[transform](function)


@pytest.mark.parametrize("given", [None, 3, "f", X, Tensor(X)], ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("transform", [*CALLS, "custom_vjp"])
def test_what_is_no_function_is_refused_by_name(transform, given):
    call = CALLS.get(transform, func.custom_vjp)
    with pytest.raises(TypeError, match=f"^{transform}: expected a function, got .*itself"):
        call(given)


@pytest.mark.parametrize("argnums", [1.0, "a", (), True, None, (0, 1.0), [None]], ids=repr)
@pytest.mark.parametrize("transform", CHOOSING)
def test_argnums_are_positions(transform, argnums):
    with pytest.raises(TypeError, match=f"^{transform}: argnums .*{re.escape(repr(argnums))}"):
        getattr(func, transform)(cube, argnums)


@pytest.mark.parametrize("transform", CHOOSING)
def test_argnums_beyond_the_arguments(transform):
    derived = getattr(func, transform)
    for call in (lambda: derived(cube, 1)(X), lambda: derived(cube)(x=X)):
        with pytest.raises(ValueError, match=f"^{transform}: argnums .* by keyword are not"):
            call()
    every = derived(lambda x, y: (x**3 * y).sum(), np.int64(-1))(X, X)
    one = derived(lambda y: (X**3 * y).sum())(X)
    assert repr(every) == repr(one)


@pytest.mark.parametrize("transform", ["jvp", "hvp", "vhp"])
def test_primals_and_tangents_are_tuples_of_the_right_shapes(transform):
    call = getattr(func, transform)
    for primals, others in ((X, (X,)), ((X,), X)):
        with pytest.raises(TypeError, match=rf"^{transform}: .* must be a tuple.* \(3,\) float64"):
            call(cube, primals, others)
    for wrong, match in (((X[:2],), r"shape \(2,\)"), ((X, X), "got 2"), (("a",), "shape")):
        with pytest.raises(ValueError, match=f"^{transform}: .*{match}"):
            call(cube, (X,), wrong)
    with pytest.raises(TypeError, match=f"^{transform}: .* is complex, the .* real"):
        call(cube, (X,), (1j * X,))
    with pytest.raises(TypeError, match=f"^{transform}: only floating and complex .*int64"):
        call(cube, (np.arange(3),), (X,))


def test_a_complex_cotangent_of_a_real_result_is_refused():
    with pytest.raises(TypeError, match="^vjp: cotangent 0 is complex, the output real"):
        func.vjp(cube, X)[1](np.array(1j))


@pytest.mark.parametrize("chunk", [1.5, "a", True, (2,)], ids=repr)
@pytest.mark.parametrize("transform", ["jacrev", "jacfwd", "hessian", "vmap"])
def test_a_chunk_is_a_positive_integer(transform, chunk):
    with pytest.raises(TypeError, match=f"^{transform}: chunk_size must be an integer or None"):
        getattr(func, transform)(cube, chunk_size=chunk)
    with pytest.raises(ValueError, match=f"^{transform}: chunk_size must be a positive"):
        getattr(func, transform)(cube, chunk_size=-1)


def test_a_list_of_numbers_is_a_structure():
    with pytest.raises(ValueError, match=r"float 1.0 has no axis 0.*a list is a structure"):
        func.vmap(cube)([1.0, 2.0])
    with pytest.raises(ValueError, match="out_axes: 2 entries for Tensor"):
        func.vmap(cube, out_axes=(0, 0))(XS)


def test_a_batch_of_one_and_an_empty_batch():
    for transform in (cube, func.grad(cube), func.hessian(cube), func.jacfwd(lambda x: x**2)):
        one = func.vmap(transform)(XS[:1])
        np.testing.assert_array_equal(one[0], np.asarray(transform(Tensor(XS[0]))))
        assert func.vmap(transform)(XS[:0]).shape == (0, *one.shape[1:])


# ---------------------------------------------------------------------- what comes back besides


def besides(x):
    return cube(x), {"twice": 2 * x, "words": "as they are"}


@pytest.mark.parametrize(
    "transform", [c for c in CALLS if c != "vmap"]
)  # fmt: skip
@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_every_transform_returns_what_a_function_returns_besides(transform, kind):
    x = kind(X)
    along = {"jvp": ((x,), (x,)), "hvp": ((x,), (x,)), "vhp": ((x,), (x,))}
    call = getattr(func, transform)
    if transform in CHOOSING:
        *found, aux = call(besides, has_aux=True)(x)
        plain = call(cube)(x)
        if transform == "value_and_grad":
            (value, aux), gradient = found[0], aux
            found, plain = [value, gradient], list(plain)
        else:
            plain = [plain]
    else:
        given = along.get(transform, (x,))
        *found, aux = call(besides, *given, has_aux=True)
        plain = list(call(cube, *given))
        if callable(found[1]):
            found[1], plain[1] = (each[1](kind(np.ones(()) if transform == "vjp" else X))
                                  for each in (found, plain))  # fmt: skip
    assert repr(found) == repr(plain)
    assert aux["words"] == "as they are"
    assert type(aux["twice"]) is (Tensor if kind is Tensor else np.ndarray)
    np.testing.assert_array_equal(np.asarray(aux["twice"]), 2 * X)


@pytest.mark.parametrize("transform", [c for c in CALLS if c not in ("vmap", "value_and_grad")])
def test_without_a_pair_besides_is_an_error(transform):
    call = getattr(func, transform)
    given = {"jvp": ((X,), (X,)), "hvp": ((X,), (X,)), "vhp": ((X,), (X,))}.get(transform, (X,))
    made = (
        (lambda: call(cube, has_aux=True)(X))
        if transform in CHOOSING
        else (lambda: call(cube, *given, has_aux=True))
    )
    with pytest.raises(TypeError, match=f"^{transform}: with has_aux=True .* got .* float64"):
        made()


def test_hessians_of_several_arguments_and_structures():
    def f(p, y):
        return (p["a"] ** 2 * p["b"][0] * y).sum(), "aux"

    p, y = {"a": X, "b": (2 * X,)}, X**2
    blocks, aux = func.hessian(f, argnums=(0, 1), has_aux=True)(p, y)
    assert aux == "aux"
    np.testing.assert_allclose(blocks[0]["a"][0]["b"][0], np.diag(2 * X * y))
    np.testing.assert_allclose(blocks[0]["b"][0][1], np.diag(X**2))
    np.testing.assert_allclose(blocks[1][0]["a"], np.diag(4 * X * X))
    assert not blocks[1][1].any()


# ---------------------------------------------------------------------- words of other libraries


def test_vmap_in_words_of_pytorch():
    given = (XS, X)
    theirs = func.vmap(lambda x, y: x * y, in_dims=(0, None), out_dims=1)(*given)
    np.testing.assert_array_equal(theirs, func.vmap(lambda x, y: x * y, (0, None), 1)(*given))
    np.testing.assert_array_equal(func.vmap(func=cube, in_dims=-2)(XS), (XS**3).sum(1))
    with pytest.raises(TypeError, match="unexpected keyword argument 'in_axis'"):
        func.vmap(cube, in_axis=0)


@pytest.mark.parametrize("word", ["func", "fun"])
@pytest.mark.parametrize("transform", CHOOSING)
def test_the_function_by_the_keyword_of_others(transform, word):
    ours = getattr(func, transform)
    assert repr(ours(**{word: cube})(X)) == repr(ours(cube)(X))


TORCH_AND_JAX = {
    "grad_and_value": "value_and_grad", "stack_module_state": "autograd.stack", "jit": "itself",
    "functional_call": "nn.utils", "functionalize": "itself", "pmap": "vmap", "remat": "checkpoint",
    "custom_jvp": "defjvp", "custom_gradient": "custom_vjp", "linear_transpose": "vjp",
    "checkpoint": "autograd.checkpoint", "vectorize": "vmap",
}  # fmt: skip


@pytest.mark.parametrize("name", TORCH_AND_JAX)
def test_names_of_others_say_what_is_here(name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'; use .*{TORCH_AND_JAX[name]}"):
        getattr(func, name)


def test_what_the_advice_for_stacked_models_says_works():
    states = [{"w": Tensor(X)}, {"w": Tensor(2 * X)}]
    stacked = {name: autograd.stack([s[name] for s in states]) for name in states[0]}
    ours = func.vmap(lambda state, x: state["w"] @ x, in_axes=(0, None))(stacked, X)
    np.testing.assert_allclose(ours.numpy(), [X @ X, 2 * X @ X])
