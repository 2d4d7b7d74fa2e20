"""Operators of a Tensor beside objects of other classes: who answers, and what is compared."""

from __future__ import annotations

import array
import decimal
import fractions
import operator
import warnings
from unittest import mock

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.operation.operators import REFLECTED
from tests.all_cases import all_cases

BINARY = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "divmod": divmod, "pow": operator.pow,
    "matmul": operator.matmul, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "lshift": operator.lshift, "rshift": operator.rshift, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip
IN_PLACE = {
    name: getattr(operator, f"i{name}")
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
}


def test_all_operators_are_walked() -> None:
    assert {f"__{name}__" for name in BINARY} == set(REFLECTED)
    defined = {name for name in vars(Tensor) if name in REFLECTED}
    assert defined == set(REFLECTED)
    in_place = {f"__i{name}__" for name in BINARY} & set(vars(Tensor))
    assert in_place == {f"__i{name}__" for name in IN_PLACE}


def answering(answers: bool = True) -> dict:
    """Reflected methods that say who was asked, or that they cannot."""

    def method(name):
        def reflected(self, other):
            return (name, type(self).__name__, other) if answers else NotImplemented

        return reflected

    return {reflected: method(reflected) for reflected in REFLECTED.values()}


def class_of(name: str, *bases: type, answers: bool = True, **more) -> type:
    return type(name, bases or (object,), {**answering(answers), "__hash__": None, **more})


def _quantity(*, ufunc) -> object:
    """An ndarray with a unit: a subclass that takes part in NumPy's functions."""
    cls = class_of("Quantity", np.ndarray, __array_ufunc__=ufunc)
    return np.ones(2).view(cls)


def refuse(self, ufunc, method, *inputs, **kwargs):
    return NotImplemented


# Objects whose class answers.
ANSWERING = {
    "plain": class_of("K")(),
    "convertible": class_of("Labelled", __array__=lambda self, *a, **k: np.ones(2))(),
    "opted out": class_of("Lazy", __array_ufunc__=None)(),
    "with ufuncs": class_of("Ufuncs", __array_ufunc__=refuse)(),
    "unit": _quantity(ufunc=refuse),
    "unit that opts out": _quantity(ufunc=None),
    "array with a priority": np.ones(2).view(class_of("High", np.ndarray)),
    "a number": class_of("Metres", float)(2.0),
    "a whole number": class_of("Count", int)(2),
    "a list": class_of("Column", list)([1.0, 2.0]),
    "a NumPy number": class_of("Measured", np.float64)(2.0),
}
TENSORS = {
    "number": lambda grad: Tensor(2.0, requires_grad=grad),
    "array": lambda grad: Tensor([1.0, 2.0], requires_grad=grad),
    "computed": lambda grad: Tensor([1.0, 2.0], requires_grad=grad) * 1,
}


@all_cases("requires_grad", [False, True])
@all_cases("make", TENSORS.values(), ids=TENSORS)
@all_cases("kind", ANSWERING)
@all_cases("name", BINARY)
def test_the_reflected_method_answers(name, kind, make, requires_grad) -> None:
    t, other = make(requires_grad), ANSWERING[kind]
    who, cls, given = BINARY[name](t, other)
    assert (who, cls) == (REFLECTED[f"__{name}__"], type(other).__name__)
    assert given is t


# What has numbers and no way of its own with NumPy's functions is written, as into an ndarray.
WRITTEN = ("convertible", "array with a priority", "a NumPy number")


@pytest.mark.parametrize("kind", [kind for kind in ANSWERING if kind not in WRITTEN])
@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_operators_go_on_to_the_reflected_method(name, kind) -> None:
    for make in TENSORS.values():
        t, other = make(True), ANSWERING[kind]
        before = t.data.copy()
        who, cls, given = IN_PLACE[name](t, other)
        assert (who, cls) == (f"__r{name}__", type(other).__name__)
        assert given is t
        np.testing.assert_array_equal(t.data, before)


class Silent:
    """Knows nothing of anybody."""


OPTED_OUT = {
    "opted out": class_of("Lazy", answers=False, __array_ufunc__=None)(),
    "opted out without methods": type("Bare", (), {"__array_ufunc__": None})(),
    "unit": np.ones(2).view(
        class_of("Quantity", np.ndarray, answers=False, __array_ufunc__=refuse)
    ),
    "bare unit": np.ones(2).view(type("Unit", (np.ndarray,), {"__array_ufunc__": None})),
    "silent": Silent(),
    "declining": class_of("K", answers=False)(),
}


@all_cases("requires_grad", [False, True])
@all_cases("kind", OPTED_OUT)
@all_cases("name", [name for name in BINARY if name not in ("eq", "ne")])
def test_nobody_answers(name, kind, requires_grad) -> None:
    """A TypeError on both sides: no unit is dropped, and nothing turned into numbers."""
    other = OPTED_OUT[kind]
    for make in TENSORS.values():
        t = make(requires_grad)
        with pytest.raises(TypeError):
            BINARY[name](t, other)
        with pytest.raises(TypeError):
            BINARY[name](other, t)
        if name in IN_PLACE and not requires_grad:
            before = t.data.copy()
            with pytest.raises(TypeError):
                IN_PLACE[name](t, other)
            np.testing.assert_array_equal(t.data, before)


@pytest.mark.parametrize("kind", OPTED_OUT)
def test_functions_of_numpy_do_not_drop_units(kind) -> None:
    t, other = Tensor([1.0, 2.0]), OPTED_OUT[kind]
    for function in (np.add, np.multiply, np.less, np.maximum):
        with pytest.raises(TypeError):
            function(t, other)
        with pytest.raises(TypeError):
            function(other, t)


def test_ufuncs_and_functions_of_others_are_asked() -> None:
    asked = []

    class Quantity(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            asked.append(ufunc.__name__)
            return "ufunc"

        def __array_function__(self, function, types, args, kwargs):
            asked.append(function.__name__)
            return "function"

    t, q = Tensor([1.0, 2.0], requires_grad=True), np.ones(2).view(Quantity)
    assert np.multiply(t, q) == np.multiply(q, t) == np.hypot(t, q) == "ufunc"
    assert t * q == q * t == t + q == q - t == t @ q == "ufunc"
    assert np.concatenate([t, q]) == np.where(q > 0, t, q) == np.dot(t, q) == "function"
    assert asked[-1] == "dot"


NUMBERS = {
    "bool": True,
    "int": 2,
    "float": 2.0,
    "complex": 2 + 1j,
    "np.int64": np.int64(2),
    "np.float32": np.float32(2),
    "np.bool": np.bool_(True),
    "0-d": np.array(2.0),
    "array": np.array([2.0, 3.0]),
    "int array": np.array([2, 3]),
    "subclass": np.array([2.0, 3.0]).view(type("Sub", (np.ndarray,), {})),
    "list": [2.0, 3.0],
    "tuple": (2, 3),
    "range": range(2, 4),
    "array.array": array.array("d", [2.0, 3.0]),
    "memoryview": memoryview(np.array([2.0, 3.0])),
    "__array__": type("A", (), {"__array__": lambda self, *a, **k: np.array([2.0, 3.0])})(),
    "other library": class_of(
        "OtherTensor", answers=False, __array__=lambda self, *a, **k: np.array([2.0, 3.0])
    )(),
    "subclass of float": type("Rate", (float,), {})(2.0),
    "subclass of list": type("Row", (list,), {})([2.0, 3.0]),
}


@all_cases("requires_grad", [False, True])
@all_cases("kind", NUMBERS)
@all_cases("name", BINARY)
def test_numbers_are_taken_as_numpy_takes_them(name, kind, requires_grad) -> None:
    """On both sides, and the gradient is that beside the plain array."""
    other = NUMBERS[kind]
    data = np.array([4.0, 5.0])
    plain = other if isinstance(other, (bool, int, float, complex)) else np.asarray(other)
    if name in ("and", "or", "xor", "lshift", "rshift"):
        requires_grad, data = False, data.astype(int)
    for sides in (lambda a, b: (a, b), lambda a, b: (b, a)):
        try:
            expected = BINARY[name](*sides(data, plain))
        except (TypeError, ValueError) as error:
            with pytest.raises(type(error)):
                BINARY[name](*sides(Tensor(data, requires_grad=requires_grad), other))
            continue
        sequences = ("memoryview", "range", "array.array", "list", "tuple", "subclass of list")
        if kind in sequences and sides(1, 2) == (2, 1):
            continue  # Python's own come first
        found = BINARY[name](*sides(Tensor(data, requires_grad=requires_grad), other))
        results = found if isinstance(found, tuple) else (found,)
        for result, right in zip(
            results, expected if isinstance(expected, tuple) else (expected,), strict=True
        ):
            np.testing.assert_allclose(result.data, right)
        if requires_grad and name in ("add", "sub", "mul", "truediv", "pow"):
            gradients = []
            for second in (other, plain):
                t = Tensor(data, requires_grad=True)
                out = BINARY[name](*sides(t, second))
                out.backward(np.ones(out.shape))
                gradients.append(t.grad.data)
            np.testing.assert_array_equal(*gradients)


UNEQUAL = {
    "text": "text",
    "bytes": b"text",
    "None": None,
    "object": object(),
    "class": Tensor,
    "dict": {},
    "set": {1.0},
    "list of texts": ["a", "b"],
    "Fraction": fractions.Fraction(1, 3),
    "Decimal": decimal.Decimal("0.1"),
    "function": len,
    "Ellipsis": ...,
    "slice": slice(1),
    "opted out": type("Bare", (), {"__array_ufunc__": None})(),
}


@pytest.mark.parametrize("make", TENSORS.values(), ids=TENSORS)
@pytest.mark.parametrize("kind", UNEQUAL)
def test_what_is_no_number_is_unequal(kind, make) -> None:
    t, other = make(True), UNEQUAL[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (t == other) is False
        assert (other == t) is False
        assert (t != other) is True
        assert (other != t) is True
        assert other not in [t]
        assert t not in [other]
        assert other in [t, other]
        assert t in [other, t]
        assert [other, t].index(t) == 1
        assert [t, other].count(t) >= 0 if t.size == 1 else True
    for compare in (operator.lt, operator.ge):
        with pytest.raises(TypeError):
            compare(t, other)


def test_members_of_a_list() -> None:
    t, u = Tensor([1.0, 2.0]), Tensor(2.0)
    assert t in [t]
    assert t in ["text", None, t]
    assert u in [1.0, 2.0]
    assert 2.0 in [u]
    assert 3.0 not in [u]
    assert {"t": t}["t"] is t
    assert t in {t, u}


def test_arrays_of_texts_and_dates_are_unequal_element_by_element() -> None:
    t = Tensor([1.0, 2.0], requires_grad=True)
    for other in (np.array(["a", "b"]), np.array(["2026-01-01"] * 2, "datetime64[D]")):
        for equal in (t == other, other == t, np.equal(t, other)):
            np.testing.assert_array_equal(equal.data, [False, False])
        for different in (t != other, other != t):
            np.testing.assert_array_equal(different.data, [True, True])


def test_any_is_equal_to_everything() -> None:
    t = Tensor([1.0, 2.0], requires_grad=True)
    assert (t == mock.ANY) is True
    assert (t != mock.ANY) is False
    called = mock.Mock()
    called(t, scale="text")
    called.assert_called_once_with(mock.ANY, scale="text")


def test_a_list_of_tensors_that_require_gradients_is_not_silently_unequal() -> None:
    x = Tensor(1.0, requires_grad=True)
    with pytest.raises(TypeError, match="stack"):
        _ = Tensor([1.0]) == [x]


@pytest.mark.parametrize("data", [2.0, [1.0, 2.0], [[1.0]]])
class TestAsArray:
    """NumPy 2's contract of `copy=`."""

    def test_false_shares_or_raises(self, data) -> None:
        t = Tensor(data)
        if t.shape:
            assert np.shares_memory(np.asarray(t, copy=False), t.data)
            assert np.shares_memory(np.asarray(t, dtype=np.float64, copy=False), t.data)
        else:  # a single number is kept as such
            with pytest.raises(ValueError, match="copy"):
                np.asarray(t, copy=False)
        with pytest.raises(ValueError, match="copy"):
            np.asarray(t, dtype=np.float32, copy=False)
        with pytest.raises(ValueError, match="copy"):
            np.array(t, dtype=np.int64, copy=False)

    def test_true_copies(self, data) -> None:
        t = Tensor(data)
        for dtype in (None, np.float64, np.float32):
            made = np.asarray(t, dtype=dtype, copy=True)
            assert not np.shares_memory(made, t.data)
            made[...] = 7.0
            np.testing.assert_array_equal(t.data, data)

    def test_none_copies_where_it_must(self, data) -> None:
        t = Tensor(data)
        made = np.asarray(t)
        assert type(made) is np.ndarray
        if t.shape:
            assert np.shares_memory(made, t.data)
        else:
            with pytest.raises(ValueError, match="read-only"):
                made[...] = 7.0
        assert np.asarray(t, np.float32).dtype == np.float32

    def test_gradients_are_not_left(self, data) -> None:
        for copy in (None, True, False):
            with pytest.raises(TypeError, match="requires gradients"):
                np.asarray(Tensor(data, requires_grad=True), copy=copy)


@pytest.mark.parametrize("name", ["add", "mul", "sub", "eq", "lt"])
def test_tensors_of_pytorch_beside_ours(name) -> None:
    torch = pytest.importorskip("torch")
    t, other = Tensor([1.0, 2.0], requires_grad=True), torch.tensor([2.0, 3.0])
    for left, right in ((t, other), (other, t)):
        found = BINARY[name](left, right)
        assert isinstance(found, Tensor)
        numbers = [each.numpy() if each is other else t.data for each in (left, right)]
        np.testing.assert_array_equal(found.data, BINARY[name](*numbers))


def test_functions_still_say_what_they_cannot_take() -> None:
    for function in (autograd.add, autograd.matmul, autograd.equal):
        with pytest.raises(TypeError, match=f"{function.__name__}: y"):
            function(Tensor([1.0]), class_of("K")())
