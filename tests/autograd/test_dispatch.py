"""NumPy's functions on Tensors record; what cannot be recorded is refused."""

import inspect
import warnings

import numpy as np
import pytest
import scipy.special

import autograd
from autograd import Tensor
from autograd.ops import elementwise
from autograd.testing import check_grads


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


MATRIX = [[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]


@pytest.mark.parametrize(
    ("function", "data"),
    [
        (lambda np, t: np.exp(t), MATRIX),
        (lambda np, t: np.abs(t), MATRIX),
        (lambda np, t: np.fabs(t), MATRIX),
        (lambda np, t: np.positive(t), MATRIX),
        (lambda np, t: np.float_power(t, 2), MATRIX),
        (lambda np, t: np.add(t, [1.0, 2.0, 3.0]), MATRIX),
        (lambda np, t: np.multiply(2.0, t), MATRIX),
        (lambda np, t: np.maximum(t, 0), MATRIX),
        (lambda np, t: np.sum(t), MATRIX),
        (lambda np, t: np.sum(t, 0), MATRIX),
        (lambda np, t: np.sum(t, axis=1, keepdims=True), MATRIX),
        (lambda np, t: np.sum(a=t, axis=(0, 1)), MATRIX),
        (lambda np, t: np.sum(t, None, None, None, True), MATRIX),
        (lambda np, t: np.mean(t, axis=-1), MATRIX),
        (lambda np, t: np.max(t, axis=0), MATRIX),
        (lambda np, t: np.amin(t, 1), MATRIX),
        (lambda np, t: np.var(t, axis=0, ddof=1), MATRIX),
        (lambda np, t: np.reshape(t, (3, -1)), MATRIX),
        (lambda np, t: np.ravel(t), MATRIX),
        (lambda np, t: np.transpose(t), MATRIX),
        (lambda np, t: np.transpose(t, axes=(1, 0)), MATRIX),
        (lambda np, t: np.matrix_transpose(t), MATRIX),
        (lambda np, t: np.expand_dims(t, axis=1), MATRIX),
        (lambda np, t: np.squeeze(np.expand_dims(t, 0), 0), MATRIX),
        (lambda np, t: np.broadcast_to(t, (2, 2, 3)), MATRIX),
        (lambda np, t: np.concatenate([t, t], axis=1), MATRIX),
        (lambda np, t: np.concatenate((np.ones((1, 3)), t)), MATRIX),
        (lambda np, t: np.concat([t, t], axis=None), MATRIX),
        (lambda np, t: np.stack([t, t], axis=-1), MATRIX),
        (lambda np, t: np.split(t, [1], axis=1)[1], MATRIX),
        (lambda np, t: np.flip(t), MATRIX),
        (lambda np, t: np.flip(t, axis=1), MATRIX),
        (lambda np, t: np.pad(t, 1), MATRIX),
        (lambda np, t: np.pad(t, ((1, 0), (0, 2)), constant_values=3.0), MATRIX),
        (lambda np, t: np.pad(t, 1, mode="reflect"), MATRIX),
        (lambda np, t: np.where(np.array([True, False, True]), t, 0.0), MATRIX),
        (lambda np, t: np.clip(t, -1, 2), MATRIX),
        (lambda np, t: np.clip(t, a_min=-1, a_max=None), MATRIX),
        pytest.param(
            lambda np, t: np.clip(t, max=2),
            MATRIX,
            marks=pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.0"),
        ),
        (lambda np, t: np.matmul(t, np.ones((3, 2))), MATRIX),
        (lambda np, t: np.matmul(np.ones((4, 2)), t), MATRIX),
        (lambda np, t: np.einsum("ij,kj->ik", t, t), MATRIX),
        (lambda np, t: np.einsum("ij->j", t, optimize=True), MATRIX),
        (lambda np, t: np.copy(t), MATRIX),
        (lambda np, t: np.astype(t, np.float32), MATRIX),
        (lambda np, t: np.square(t), 2.0),
        (lambda np, t: np.sum(t), 2.0),
    ],
    ids=lambda each: (
        inspect.getsource(each).partition(": ")[2].strip()[:60] if callable(each) else ""
    ),
)
def test_numpys_functions_record(function, data) -> None:
    tensor = leaf(data)
    ours, theirs = function(np, tensor), function(np, np.array(data))
    assert isinstance(ours, Tensor)
    assert ours.requires_grad
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours.data, theirs)
    ours.backward(np.ones(ours.shape))
    assert tensor.grad.shape == tensor.shape


@pytest.mark.parametrize(
    "function",
    [
        lambda np, t: np.argmax(t, axis=1),
        lambda np, t: np.any(t, axis=0),
        lambda np, t: np.all(t),
        lambda np, t: np.greater(t, 1),
        lambda np, t: np.equal(1, t),
        lambda np, t: np.logical_not(t),
        lambda np, t: np.ones_like(t),
        lambda np, t: np.zeros_like(t, dtype=np.float32),
        lambda np, t: np.full_like(t, 7),
    ],
)
def test_functions_without_derivative_give_plain_tensors(function) -> None:
    ours, theirs = function(np, leaf(MATRIX)), function(np, np.array(MATRIX))
    assert isinstance(ours, Tensor)
    assert not ours.requires_grad
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours.data, theirs)


def _fix(np, t):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from NumPy 2.5 on
        return np.fix(t)


@pytest.mark.parametrize(
    "function",
    [
        lambda np, t: np.sign(t), lambda np, t: np.heaviside(t, 1.0), lambda np, t: np.floor(t),
        lambda np, t: np.ceil(t), lambda np, t: np.trunc(t), _fix,
        lambda np, t: np.rint(t), lambda np, t: np.round(t, 1), lambda np, t: np.around(t),
        lambda np, t: t // 2, lambda np, t: 2 // (t + 0.5), lambda np, t: np.floor_divide(t, 2),
        lambda np, t: np.spacing(t), lambda np, t: np.modf(t)[1], lambda np, t: divmod(t, 2)[0],
    ],
)  # fmt: skip
def test_step_functions_have_the_gradient_zero(function) -> None:
    t = leaf(np.array(MATRIX) + 0.25)
    out = function(np, t)
    np.testing.assert_array_equal(out.data, function(np, t.data))
    out.sum().backward()
    np.testing.assert_array_equal(t.grad.data, np.zeros(t.shape))
    for derivative in (autograd.func.grad, autograd.func.jacfwd):
        found = derivative(lambda x: function(np, x).sum())(t.data)
        np.testing.assert_array_equal(found.data, np.zeros(t.shape))
    hessian = autograd.func.hessian(lambda x: (function(np, x) * x).sum())(t.data)
    np.testing.assert_array_equal(hessian.data, np.zeros(t.shape * 2))


@pytest.mark.parametrize(
    "call",
    [
        lambda np, t: np.add.reduce(t), lambda np, t: np.add.reduce(t, axis=None),
        lambda np, t: np.add.reduce(t, 0, np.float64), lambda np, t: np.multiply.reduce(t),
        lambda np, t: np.add.reduce(t, 1, keepdims=True),
        lambda np, t: np.maximum.reduce(t, axis=(0, 1)), lambda np, t: np.minimum.reduce(t, -1),
        lambda np, t: np.logaddexp.reduce(t), lambda np, t: np.add.accumulate(t),
        lambda np, t: np.add.accumulate(t, 1), lambda np, t: np.multiply.accumulate(t, axis=1),
        lambda np, t: np.maximum.accumulate(t), lambda np, t: np.minimum.accumulate(t, -1),
        lambda np, t: np.logaddexp.accumulate(t), lambda np, t: np.add.outer(t, t[0]),
        lambda np, t: np.multiply.outer(t, [1.0, 2.0]), lambda np, t: np.subtract.outer(2.0, t),
        lambda np, t: np.arctan2.outer(t[0], t), lambda np, t: np.power.outer(t[1] ** 2, [2, 3]),
    ],
)  # fmt: skip
def test_methods_of_ufuncs(call) -> None:
    data = np.array(MATRIX) + 0.25
    for t in (leaf(data), Tensor(data)):
        out = call(np, t)
        assert isinstance(out, Tensor)
        assert out.requires_grad == t.requires_grad
        assert out.shape == call(np, data).shape
        np.testing.assert_allclose(out.data, call(np, data), rtol=1e-14)
    check_grads(lambda t: call(np, t), data, order=2)


def test_methods_of_ufuncs_without_gradients_are_numpys() -> None:
    t, data = Tensor(MATRIX), np.array(MATRIX)
    for call in (
        lambda t: np.subtract.reduce(t, axis=1), lambda t: np.add.reduceat(t, [0, 1]),
        lambda t: np.add.reduce(t, initial=3.0, axis=0), lambda t: np.divmod.outer(t, [2.0])[1],
        lambda t: np.logical_or.reduce(t), lambda t: np.greater.outer(t, t),
        lambda t: np.add.reduce(t, axis=None),
    ):  # fmt: skip
        np.testing.assert_array_equal(call(t).data, call(data))
    with pytest.raises(TypeError, match="np.add.at .*in place"):
        np.add.at(t, [0], 1.0)


def test_questions_are_answered_on_the_value() -> None:
    t = leaf(MATRIX)
    assert np.shape(t) == (2, 3)
    assert np.ndim(t) == 2
    assert np.size(t) == 6
    assert np.result_type(t, np.float32) == np.float64
    assert np.iscomplexobj(t) is False
    assert np.allclose(t, MATRIX) is True
    assert np.array_equal(t, np.array(MATRIX)) is True


@pytest.mark.parametrize(
    "function",
    [
        lambda np, t: np.std(t, axis=1, correction=1),
        lambda np, t: np.var(t, correction=1),
        lambda np, t: np.clip(t, a_min=0.5, a_max=1.5),
        lambda np, t: np.sort(t, stable=True),
        lambda np, t: np.argsort(t, kind="stable"),
        lambda np, t: np.linalg.pinv(t, rtol=1e-3),
        lambda np, t: np.isclose(t, 1.0),
        lambda np, t: np.iscomplex(t),
        lambda np, t: np.where(t > 1.0)[1],
        lambda np, t: np.unique_all(t).inverse_indices,
        lambda np, t: np.unique_counts(t).counts,
        lambda np, t: np.unique_inverse(t).values,
        lambda np, t: np.unique_values(t),
        lambda np, t: np.matvec(t, t[0]),
        lambda np, t: np.vecmat(t[:, 0], t),
        lambda np, t: np.nextafter(t, 9.0),
    ],
    ids=range(16),
)
def test_spellings_of_numpy_2(function) -> None:
    if not hasattr(np, "matvec"):
        pytest.skip("NumPy 2.2 has them all")
    ours, theirs = function(np, leaf(MATRIX)), function(np, np.array(MATRIX))
    assert isinstance(ours, Tensor)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours.data, theirs)


def test_methods_of_arrays_are_methods_of_tensors() -> None:
    t = leaf(MATRIX)
    array = np.array(MATRIX)
    for call in (
        lambda x: x.compress([True, False, True], axis=1),
        lambda x: x.conjugate(),
        lambda x: x.argpartition(1),
        lambda x: divmod(x, 0.75)[1],
        lambda x: x.ravel(),
    ):
        assert isinstance(call(t), Tensor)
        np.testing.assert_array_equal(call(t).data, call(array))
    assert Tensor([1, 0]).choose([t[0, :2], t[1, :2]]).data.tolist() == [MATRIX[1][0], MATRIX[0][1]]
    with pytest.raises(TypeError, match="autograd.sort"):
        t.sort()


@pytest.mark.parametrize("name", ["std", "var"])
def test_the_same_spellings_without_numpy(name) -> None:
    t = leaf(MATRIX)
    assert np.array_equal(getattr(t, name)(correction=1), getattr(t, name)(ddof=1))
    assert np.array_equal(getattr(autograd, name)(t, correction=1), getattr(t, name)(ddof=1))
    with pytest.raises(TypeError, match="got several values for 'ddof'"):
        getattr(t, name)(ddof=1, correction=1)


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "match"),
        [
            (lambda t: np.exp(t, out=np.zeros((2, 3))), "np.exp: out= is not supported.*assign"),
            (lambda t: np.add(t, 1, out=t), "np.add: out= is not supported"),
            (lambda t: np.add(np.ones(3), 1, out=t), "np.add: out= is not supported"),
            (lambda t: np.add(np.ones(3), t, out=np.ones((2, 3))), "np.add: out= is not supported"),
            (lambda t: np.exp(t, where=np.array(True)), "np.exp: where=.*autograd.where"),
            (lambda t: np.exp(t, dtype=np.float32), "np.exp: dtype=.*astype"),
            (lambda t: np.median(t, overwrite_input=True), "np.median: overwrite_input=True"),
            (lambda t: np.sum(t, out=np.zeros(())), "np.sum: out="),
            (lambda t: np.sum(t, where=np.ones((2, 3), bool)), "np.sum: where="),
            (lambda t: np.sum(t, initial=3.0), "np.sum: initial=3.0"),
            (lambda t: np.max(t, 1, True), "np.max: out=True is not supported"),
            (lambda t: np.reshape(t, (3, 2), order="F"), "np.reshape: order='F'"),
            (lambda t: np.subtract.reduce(t), "np.subtract.reduce has no derivative rules"),
            (lambda t: np.add.reduceat(t, [0, 1]), "np.add.reduceat has no derivative rules"),
            (lambda t: np.add.at(t, [0], 1.0), r"np.add.at .*t\[index\] \+= values"),
            (
                lambda t: np.add.reduce(t, initial=1.0),
                "np.add.reduce: initial=1.0 is not supported",
            ),
            (lambda t: np.add.reduce(t, where=t > 0), r"np.add.reduce: where=Tensor\("),
            (lambda t: scipy.special.erf(t), r"scipy\.special\.erf .*; use autograd\.erf"),
            (
                lambda t: scipy.special.jv(0, t),
                r"scipy\.special\.jv .*; use autograd\.scipy\.",
            ),
            (lambda t: scipy.special.ellipk(t), r"scipy\.special\.ellipk has no derivative rules"),
            (lambda t: np.ediff1d(t), r"np.ediff1d has no derivative rules.*t\.detach\(\)\.numpy"),
            (lambda t: np.std(t, mean=t.mean()), "np.std: mean=.* is not supported"),
            (lambda t: np.histogram(t), "np.histogram has no derivative rules"),
            (lambda t: np.apply_along_axis(np.sum, 0, t), "np.apply_along_axis has no derivative"),
            (lambda t: np.copyto(np.zeros((2, 3)), t), "np.copyto: an ndarray cannot be changed"),
            (lambda t: np.putmask(t, MATRIX, 0), r"np.putmask .*write t\[mask\] = values"),
        ],
        ids=range(26),
    )
    def test_what_cannot_be_recorded(self, call, match) -> None:
        t = leaf(MATRIX)
        with pytest.raises(TypeError, match=match):
            call(t)
        np.testing.assert_array_equal(t.data, MATRIX)

    def test_tensors_inside_lists_are_found(self) -> None:
        with pytest.raises(TypeError, match=r"np\.lexsort has no derivative rules"):
            np.lexsort((leaf([1.0]),))

    def test_plain_tensors_are_told_to_leave_first(self) -> None:
        with pytest.raises(
            TypeError, match=r"np.ediff1d does not work on Tensors; pass t\.numpy\(\)"
        ):
            np.ediff1d(Tensor([1.0]))

    def test_an_array_is_not_changed_in_place_by_a_tensor(self) -> None:
        array = np.ones(2)
        with pytest.raises(TypeError, match="an ndarray cannot be changed in place by a Tensor"):
            array += leaf([1.0, 2.0])
        np.testing.assert_array_equal(array, [1.0, 1.0])


def test_our_functions_and_numpys_have_the_same_rule() -> None:
    assert autograd.exp is elementwise.exp
    for function in (np.exp, autograd.exp, Tensor.exp):
        x = leaf(2.0)
        function(x).backward()
        assert x.grad.item() == np.exp(2.0)


def test_functions_on_arrays_give_arrays() -> None:
    array = np.array(MATRIX)
    for result in (
        autograd.exp(array),
        autograd.sum(array, axis=0),
        autograd.matmul(array, array.T),
    ):
        assert type(result) is np.ndarray
    assert type(autograd.split(array, 2)) is list
    np.testing.assert_array_equal(autograd.exp([0.0, 0.0]), [1.0, 1.0])


def test_functions_that_write_are_refused_by_keyword_too() -> None:
    plain, t = np.zeros(2), leaf([1.0, 2.0])
    with pytest.raises(TypeError, match=r"np\.copyto: an ndarray cannot be changed in place"):
        np.copyto(dst=plain, src=t)
    with pytest.raises(TypeError, match=r"np\.copyto does not work on Tensors; write t\[\.\.\.\]"):
        np.copyto(src=plain, dst=t)
    np.testing.assert_array_equal(plain, 0)
    np.testing.assert_array_equal(t.data, [1.0, 2.0])
