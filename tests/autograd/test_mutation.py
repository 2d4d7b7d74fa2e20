"""Values that changed after they were saved: an error, never a wrong result."""

import gc
import inspect
import operator
import os
import warnings

import numpy as np
import pytest

import autograd
from autograd import Tensor, no_grad
from autograd.graph.mutation import KEPT_CONTENTS, MutationTable, mutations, next_sequence
from autograd.operation.record import records
from autograd.testing.samples import bound_samples, has_samples
from tests.all_cases import all_cases


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


def assign_data(t: Tensor) -> None:
    t.data = np.zeros(t.shape)


def add_to_data(t: Tensor) -> None:
    t.data += 1


WRITES = {
    "+=": lambda t: operator.iadd(t, 1.0),
    "*=": lambda t: operator.imul(t, 2.0),
    "setitem": lambda t: operator.setitem(t, 0, 5.0),
    "through a view": lambda t: operator.iadd(t[:1], 5.0),
    "through detach": lambda t: operator.iadd(t.detach(), 5.0),
    "data =": assign_data,
    "data +=": add_to_data,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(
    ("function", "op"),
    [
        (lambda h: h * h, "mul"),
        (lambda h: h.log(), "log"),
        (lambda h: 1.0 / h, "divide"),
        (lambda h: h @ h, "matmul"),
        (lambda h: autograd.einsum("i,i->", h, h), "einsum"),
        (lambda h: h.max(), "max"),
        (lambda h: h.var(), "var"),
        (lambda h: autograd.linear(h, h.reshape(1, -1)), "linear"),
    ],
)
def test_a_saved_argument_that_changed_names_operation_and_line(function, op, write) -> None:
    x = leaf([1.0, 2.0])
    h = x + 0.0
    y = function(h).sum()
    with no_grad():
        write(h)
    with pytest.raises(
        RuntimeError, match=rf"backward: {op} needs .*changed in place at .*test_mutation\.py:\d+"
    ):
        y.backward()
    assert x.grad is None


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.exp(),
        lambda x: x.sqrt(),
        lambda x: x.tanh(),
        lambda x: x.softmax(),
        lambda x: 1 / x,
    ],
)
def test_a_saved_result_that_changed(function) -> None:
    x = leaf([1.0, 2.0])
    y = function(x)
    y += 1.0
    with pytest.raises(RuntimeError, match="needs its result .*as it was.*changed in place at"):
        y.sum().backward()


def test_the_line_is_that_of_the_write() -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    y = (h * h).sum()
    line = inspect.currentframe().f_lineno + 1
    h += 1.0
    with pytest.raises(RuntimeError, match=f"{os.path.basename(__file__)}:{line};"):
        y.backward()


def test_the_line_is_that_of_the_last_write() -> None:
    h = leaf([1.0, 2.0]) * 1
    y = (h * h).sum()
    h += 1.0
    line = inspect.currentframe().f_lineno + 1
    h.data += 1
    with pytest.raises(RuntimeError, match=f"{os.path.basename(__file__)}:{line};"):
        y.backward()


def test_the_name_of_the_operation_that_saved_is_given() -> None:
    h = leaf([1.0, 2.0]) * 1
    y = h * h
    y.name = "energy"
    h += 1.0
    with pytest.raises(RuntimeError, match="mul 'energy' needs 'x'"):
        y.sum().backward()


def test_a_weight_that_is_updated_between_forward_and_backward() -> None:
    w, x = leaf([[1.0, 2.0]], name="w"), leaf([[3.0, 4.0]])
    y = (x @ w.T).sum()
    with no_grad():
        w -= 0.1
    with pytest.raises(RuntimeError, match="matmul needs .* changed in place"):
        y.backward()


def test_a_constant_that_changed() -> None:
    x, mask = leaf([1.0, 2.0]), Tensor([1.0, 0.0])
    y = (x * mask).sum()
    mask[0] = 7.0
    with pytest.raises(RuntimeError, match="mul needs 'y'"):
        y.backward()


@pytest.mark.parametrize(
    "function",
    [
        lambda h: h + h,
        lambda h: h * 3.0,
        lambda h: h.sum(),
        lambda h: h.reshape(1, 2),
        lambda h: autograd.concatenate([h, h]),
        lambda h: h[[0, 0]],
        lambda h: h.astype(np.float32),
    ],
)
def test_what_no_rule_reads_may_change(function) -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    y = function(h).sum()
    expected = autograd.grad(y, x, retain_graph=True)[0].data
    h += 1.0
    h.data += 1
    np.testing.assert_array_equal(autograd.grad(y, x)[0].data, expected)


def test_what_only_the_other_rule_reads_may_change() -> None:
    x, c = leaf([1.0, 2.0]), Tensor([3.0, 4.0])
    h = x * 1
    y = (h * c).sum()  # only c is read: nobody asks for its gradient
    h += 1.0
    y.backward()
    np.testing.assert_array_equal(x.grad.data, [3.0, 4.0])


def test_changes_before_the_operation_do_not_matter() -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    h += 1.0
    (h * h).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [4.0, 6.0])


def test_changes_of_other_memory_do_not_matter() -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    copied = h.copy()
    y = (h * h).sum()
    copied += 1
    other = autograd.zeros(3)
    other += 1
    y.backward()
    np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])


def test_new_data_is_no_change_for_a_new_graph() -> None:
    w = leaf([1.0, 2.0])
    for _ in range(3):
        w.grad = None
        (w * w).sum().backward()
        w.data -= 0.25 * w.grad.data
        w.data = w.data * 2.0
    np.testing.assert_array_equal(w.data, [1.0, 2.0])


def test_numbers_cannot_change() -> None:
    x = leaf(3.0)
    h = x * 1
    y = h * h
    h += 1.0
    with no_grad():
        x += 100.0
    y.backward()
    assert x.grad.item() == 6.0


def test_a_second_pass_notices_too() -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    y = (h * h).sum()
    y.backward(retain_graph=True)
    h += 1
    with pytest.raises(RuntimeError, match="changed in place"):
        y.backward()
    np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])


def test_a_pass_on_tensors_notices_too() -> None:
    x = leaf([1.0, 2.0])
    h = x * 1
    y = (h * h).sum()
    h += 1
    with pytest.raises(RuntimeError, match="changed in place"):
        autograd.grad(y, x, create_graph=True)


class TestRawOperands:
    """A raw array that a rule reads is copied: the user may do with it what they like."""

    @pytest.mark.parametrize(
        "function",
        [
            lambda x, a: x * a,
            lambda x, a: a * x,
            lambda x, a: a / x,
            lambda x, a: x**a,
            lambda x, a: autograd.maximum(x, a),
            lambda x, a: autograd.where(a > 2.5, x, a * x),
            lambda x, a: autograd.stack([x, x * a]),
            lambda x, a: np.multiply(a, x),
            lambda x, a: autograd.clip(x, 0.0, a),
        ],
    )
    @pytest.mark.parametrize("data", [2.0, [2.0, 3.0], [[2.0, 3.0]]])
    def test_may_change(self, function, data) -> None:
        x = leaf(np.array(data) + 0.25)
        a = np.array(data)
        y = function(x, a).sum()
        (expected,) = autograd.grad(y, x, retain_graph=True)
        a[...] = -7.0
        (gradient,) = autograd.grad(y, x)
        np.testing.assert_array_equal(gradient.data, expected.data)

    def test_of_matmul_and_einsum(self) -> None:
        x, a = leaf(np.eye(2)), np.eye(2)
        y = (a @ x + autograd.einsum("ij,jk->ik", x, a)).sum()
        a[...] = -7.0
        y.backward()
        np.testing.assert_array_equal(x.grad.data, np.full((2, 2), 2.0))

    def test_in_keywords(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        index, low = np.array([0, 1]), np.array([0.0, 5.0, 0.0])
        y = x[index].sum() + autograd.clip(x, low, 9.0).sum()
        index[...] = 2
        low[...] = 100.0
        y.backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 1.0, 1.0])

    def test_the_data_of_a_tensor_that_was_made_by_copy(self) -> None:
        a = np.array([1.0, 2.0])
        x, c = leaf([1.0, 2.0]), Tensor(a)
        y = (x * c).sum()
        a[...] = 0.0
        y.backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 2.0])


class TestTable:
    def test_forgets_arrays_that_are_gone(self) -> None:
        gc.collect()
        table = MutationTable()
        array = np.zeros(3)
        table.record(table.expect(array[1:]), "here:1", "test")
        assert len(table._changes) == 1
        del array
        assert len(table._changes) == 0

    def test_knows_the_owner_of_a_view_of_a_view(self) -> None:
        table = MutationTable()
        array = np.zeros((2, 3))
        table.record(table.expect(array.T[1:]), "here:1", "test")
        change = table.change_after(array[0], 0)
        assert change is not None
        assert change.location == "here:1"
        assert table.change_after(array, change.sequence) is None
        assert table.change_after(np.zeros(3), 0) is None
        assert table.change_after(np.float64(3), 0) is None

    def test_knows_what_an_array_held_before_each_of_the_last_changes(self) -> None:
        table, array = MutationTable(), np.zeros(3)
        seen = []
        for step in range(40):
            seen.append((next_sequence(), step))
            expected = table.expect(array)
            array += 1
            table.record(expected, f"here:{step}", "test")
        seen.append((next_sequence(), 40))
        for sequence, held in seen:
            value, change = table.as_of(array[1:], sequence)
            if held < 40 - KEPT_CONTENTS:
                assert change is not None, "what was forgotten must not be taken for what was held"
                assert change.location == "here:39"
            else:
                assert change is None
                assert value.tolist() == [held, held]

    def test_does_not_grow_in_a_training_loop(self) -> None:
        w = leaf(np.ones(3))
        sizes = []
        for _ in range(20):
            w.grad = None
            buffer = autograd.zeros(3)
            buffer[0] = w.sum()
            (buffer * buffer).sum().backward()
            with no_grad():
                w -= 0.1 * w.grad
            sizes.append(len(mutations._changes))
        assert sizes[-1] == sizes[2]


# ---------------------------------------------------------------------- every operation

SAMPLED = [
    pytest.param(bound, id=f"{op.name}-{position}")
    for op in records.values()
    if op.module.startswith("autograd.") and has_samples(op)
    for position, bound in enumerate(bound_samples(op))
]


@all_cases("dtype", [float, complex])
@all_cases("bound", SAMPLED)
def test_a_result_that_shares_memory_is_a_view(bound, dtype) -> None:
    """It is retaken after a write to what it shows, and what saved it hears of the write."""

    tensors = [Tensor(a.astype(dtype)) if a.dtype.kind == "f" else a for a in bound.arrays]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = bound.function()(*tensors)
    except (TypeError, ValueError):
        assert dtype is complex  # an operation for real numbers
        return
    for part in out if isinstance(out, (tuple, list)) else [out]:
        for slot, tensor in enumerate(tensors):
            if not isinstance(tensor, Tensor) or not isinstance(part, Tensor):
                continue
            if part.size and np.shares_memory(part.data, tensor.data):
                assert part is tensor or (part._view is not None and part._view.base is tensor)
                assert bound.op.view
                assert slot == 0
                changed = Tensor(1.0, requires_grad=True)
                tensor *= changed
                assert part.requires_grad


def test_strided_views_are_views() -> None:
    def windows(t):
        return np.lib.stride_tricks.sliding_window_view(t, 2)

    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    t = x * 1
    w = windows(t)
    saved = (w * w).sum()
    t *= 3.0
    with pytest.raises(RuntimeError, match="changed in place"):
        saved.backward()
    (w * w).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [18.0, 72.0, 54.0])
