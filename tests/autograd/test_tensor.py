"""The Tensor: what it holds, how it prints, copies, compares and is indexed."""

import copy
import pickle

import numpy as np
import pytest

import autograd
import autograd.testing
from autograd import Tensor


def test_a_tensor_copies_its_data() -> None:
    array = np.array([1.0, 2.0])
    tensor = Tensor(array)
    array[0] = 9.0
    np.testing.assert_array_equal(tensor.data, [1.0, 2.0])
    other = Tensor(tensor)
    other.data += 1
    np.testing.assert_array_equal(tensor.data, [1.0, 2.0])


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (1.5, np.float64, ()),
        (3, np.int64, ()),
        (True, np.bool_, ()),
        (1j, np.complex128, ()),
        ([1, 2.0], np.float64, (2,)),
        ([], np.float64, (0,)),
        ([[]], np.float64, (1, 0)),
        (np.float32(2), np.float32, ()),
        (np.array(2, np.int8), np.int8, ()),
        (np.ones((2, 1), np.float16), np.float16, (2, 1)),
    ],
)
def test_dtype_and_shape_are_numpys(data, dtype, shape) -> None:
    tensor = Tensor(data)
    assert tensor.dtype == dtype
    assert tensor.shape == shape
    assert tensor.ndim == len(shape)
    assert tensor.size == np.size(data)
    assert isinstance(tensor.data, np.ndarray)
    assert tensor.data.dtype == dtype


def test_a_matrix_becomes_a_plain_array() -> None:
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    tensor = Tensor(matrix)
    assert isinstance(tensor.data, np.ndarray)
    np.testing.assert_array_equal((tensor * tensor).data, [[1.0, 4.0], [9.0, 16.0]])


def test_nested_lists_of_tensors_without_gradients_become_one() -> None:
    tensor = Tensor([Tensor([1.0, 2.0]), [3.0, Tensor(4.0)]])
    np.testing.assert_array_equal(tensor.data, [[1.0, 2.0], [3.0, 4.0]])


def test_flags_of_leaves_and_results() -> None:
    x = Tensor([1.0], requires_grad=True)
    y = x * 2
    z = y.detach()
    assert (x.requires_grad, x.is_leaf) == (True, True)
    assert (y.requires_grad, y.is_leaf) == (True, False)
    assert (z.requires_grad, z.is_leaf) == (False, True)
    assert x.grad is None
    with pytest.warns(autograd.TrapWarning, match="computed by mul"):
        assert y.grad is None


def test_requires_grad_switches_on_and_off() -> None:
    x = Tensor(2.0)
    assert x.requires_grad_() is x
    assert (x * x).requires_grad
    x.requires_grad_(False)
    assert not (x * x).requires_grad


def test_a_leaf_that_was_switched_again_gets_gradients_of_its_new_graph_only() -> None:
    x = Tensor(2.0, requires_grad=True)
    old = x * 5
    x.requires_grad_(False).requires_grad_()
    new = x * 3
    old.backward()
    assert x.grad is None
    new.backward()
    assert x.grad.item() == 3.0


def test_detach_shares_memory() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert np.shares_memory(x.detach().data, x.data)


def test_item_is_a_python_number() -> None:
    assert type(Tensor([[2.5]]).item()) is float
    assert type(Tensor(3).item()) is int
    assert type(Tensor(True).item()) is bool


def test_zero_dimensional_values_act_as_numbers() -> None:
    x = Tensor(2.5)
    assert float(x) == 2.5
    assert int(x) == 2
    assert complex(x) == 2.5 + 0j
    assert bool(x)
    assert f"{x:.3f}" == "2.500"
    assert f"{Tensor([7]):04d}" == "0007"
    assert [10, 20, 30][Tensor(1)] == 20


def test_zero_dimensional_arrays_are_read_only() -> None:
    x = Tensor(2.5)
    for array in (x.data, x.numpy()):
        assert array.shape == ()
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1.0


def test_numpy_shares_memory() -> None:
    x = Tensor([1.0, 2.0])
    x.numpy()[0] = 5.0
    assert x[0].item() == 5.0


class TestData:
    def test_assigning_keeps_the_dtype(self) -> None:
        x = Tensor(np.ones(2, np.float32))
        x.data = [3, 4]
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x.data, [3.0, 4.0])

    def test_augmented_assignment(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        before = x.data
        x.data += 1
        assert np.shares_memory(x.data, before)
        np.testing.assert_array_equal(x.data, [2.0, 3.0])

    def test_augmented_assignment_of_a_number(self) -> None:
        x = Tensor(1.0, requires_grad=True)
        x.data += 1
        x.data -= 0.5
        x.data *= 4
        x.data /= 2
        assert x.item() == 3.0

    def test_another_shape_is_refused(self) -> None:
        x = Tensor([1.0, 2.0])
        with pytest.raises(ValueError, match=r"shape \(2,\).*\(3,\)"):
            x.data = [1.0, 2.0, 3.0]
        np.testing.assert_array_equal(x.data, [1.0, 2.0])

    def test_a_dtype_that_does_not_fit_is_refused(self) -> None:
        x = Tensor([1, 2])
        with pytest.raises(TypeError, match=r"Tensor\.data: float64 does not fit into int64"):
            x.data = [1.5, 2.5]
        np.testing.assert_array_equal(x.data, [1, 2])


class TestGradAttribute:
    def test_can_be_assigned_and_cleared(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        x.grad = Tensor([5.0, 5.0])
        (x * 1.0).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [6.0, 6.0])
        x.grad = None
        assert x.grad is None

    @pytest.mark.parametrize(
        ("value", "error", "match"),
        [
            (np.ones(2), TypeError, "expected a Tensor or None"),
            (Tensor([1.0]), ValueError, r"expected shape \(2,\).*got \(1,\)"),
            (Tensor([1, 2]), TypeError, "expected dtype float64"),
        ],
    )
    def test_refuses_what_is_no_gradient(self, value, error, match) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        with pytest.raises(error, match=match):
            x.grad = value
        assert x.grad is None


class TestRepr:
    @pytest.mark.parametrize(
        ("tensor", "text"),
        [
            (Tensor(1.5), "Tensor(1.5)"),
            (Tensor([1, 2]), "Tensor([1, 2])"),
            (Tensor(np.float32(1)), "Tensor(1., dtype=float32)"),
            (Tensor([1.0], name="w"), "Tensor([1.], name='w')"),
            (Tensor([1.0], requires_grad=True), "Tensor([1.], requires_grad=True)"),
            (Tensor([True]), "Tensor([ True])"),
            (Tensor([]), "Tensor([])"),
        ],
    )
    def test_shows_value_dtype_and_name(self, tensor, text) -> None:
        assert repr(tensor) == text

    def test_shows_how_it_was_made(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        assert repr(x * 3.0) == "Tensor([3., 6.], from=mul)"
        assert repr((x * 3.0).sum()) == "Tensor(9., from=sum)"

    def test_large_tensors_are_abbreviated(self) -> None:
        assert "..." in repr(autograd.zeros(2000))
        assert len(repr(autograd.zeros(2000))) < 100

    def test_str_and_empty_format_show_the_value(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        assert str(x) == f"{x}" == "[1. 2.]"


class TestIdentity:
    def test_hash_is_identity(self) -> None:
        x, y = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
        assert {x: "x", y: "y"}[x] == "x"
        assert len({x, y, x}) == 2

    def test_comparisons_are_bool_tensors(self) -> None:
        x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        for result, expected in [
            (x == 2.0, [False, True, False]),
            (x != 2.0, [True, False, True]),
            (x < 2.0, [True, False, False]),
            (x <= 2.0, [True, True, False]),
            (x > 2.0, [False, False, True]),
            (x >= 2.0, [False, True, True]),
        ]:
            assert isinstance(result, Tensor)
            assert result.dtype == np.bool_
            assert not result.requires_grad
            np.testing.assert_array_equal(result.data, expected)

    def test_membership_asks_the_elements(self) -> None:
        x = Tensor([1.0, 2.0])
        assert 2.0 in x
        assert 3.0 not in x


class TestContainer:
    def test_length_and_iteration(self) -> None:
        x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        assert len(x) == 2
        first, second = x
        (first * 2 + second * 3).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [[2.0, 2.0], [3.0, 3.0]])

    def test_numbers_have_neither(self) -> None:
        with pytest.raises(TypeError, match="0-d Tensor has no length"):
            len(Tensor(1.0))
        with pytest.raises(TypeError, match=r"iteration over a 0-d Tensor; use \.item"):
            iter(Tensor(1.0))

    @pytest.mark.parametrize(
        "index",
        [
            0,
            -1,
            np.int64(1),
            (1, 2),
            slice(None, None, -1),
            (slice(0, 2), None, 1),
            Ellipsis,
            (Ellipsis, 0),
            None,
            [0, 0, 2],
            np.array([[0, 1], [2, 0]]),
            ([0, 1], [1, 1]),
            ((0, 0), slice(None)),
            (range(2), 0),
            (slice(None), [0, 0, 3]),
            ([0, 2], slice(None), None),
            np.array(1),
            True,
            np.array([True, False, True]),
            (slice(None), np.array([True, False, True, True])),
            [],
            np.array([0, 0], np.uint8),
            np.zeros(20, np.int64),
        ],
        ids=repr,
    )
    def test_every_index_of_numpy_and_its_gradient(self, index) -> None:
        array = np.arange(12.0).reshape(3, 4)
        x = Tensor(array, requires_grad=True)
        picked = x[index]
        np.testing.assert_array_equal(picked.data, array[index])
        weight = np.arange(1.0, picked.size + 1).reshape(picked.shape)
        (picked * weight).sum().backward()
        expected = np.zeros_like(array)
        np.add.at(expected, index, weight)
        np.testing.assert_array_equal(x.grad.data, expected)

    def test_small_integers_index_long_axes(self) -> None:
        x = Tensor(np.ones(300), requires_grad=True)
        x[np.full(20, 255, np.uint8)].sum().backward()
        assert x.grad[255].item() == 20.0
        assert x.grad.sum().item() == 20.0

    def test_tensors_are_indices(self) -> None:
        x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        np.testing.assert_array_equal(x[Tensor([0, 2])].data, [1.0, 3.0])
        np.testing.assert_array_equal(x[x > 1.5].data, [2.0, 3.0])
        assert x[Tensor(1)].item() == 2.0
        assert x[(Tensor([0, 1]),)].shape == (2,)

    def test_an_index_array_may_change_afterwards(self) -> None:
        x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        index = np.array([0, 0])
        y = x[index].sum()
        index[:] = 2
        y.backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 0.0, 0.0])


class TestCopies:
    def test_copy_is_recorded(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = x.copy()
        assert not np.shares_memory(x.data, y.data)
        (y * 2).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 2.0])

    @pytest.mark.parametrize(
        "make", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
    )
    @pytest.mark.parametrize("data", [1.5, [1.0, 2.0], np.ones((2, 2), np.float32)])
    def test_leaves_are_copied_as_leaves(self, make, data) -> None:
        x = Tensor(data, requires_grad=True, name="w")
        y = make(x)
        assert y is not x
        assert (y.is_leaf, y.requires_grad, y.name, y.dtype) == (True, True, "w", x.dtype)
        np.testing.assert_array_equal(y.data, x.data)
        assert not np.shares_memory(x.data, y.data)
        (y * 2).sum().backward()
        assert x.grad is None
        np.testing.assert_array_equal(y.grad.data, np.full(y.shape, 2.0))

    def test_deepcopy_copies_the_gradient_and_keeps_sharing(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        (x * 3).sum().backward()
        first, second = copy.deepcopy([x, x])
        assert first is second
        np.testing.assert_array_equal(first.grad.data, [3.0, 3.0])
        assert not np.shares_memory(first.grad.data, x.grad.data)

    @pytest.mark.parametrize(
        ("make", "name"), [(copy.deepcopy, "deepcopy"), (pickle.dumps, "pickle")]
    )
    def test_computed_tensors_refuse(self, make, name) -> None:
        y = Tensor([1.0], requires_grad=True) * 2
        with pytest.raises(RuntimeError, match=rf"{name}: only leaves.*mul.*detach"):
            make(y)


class TestNames:
    def test_follows_detach_and_can_change(self) -> None:
        x = Tensor(1.0, requires_grad=True, name="w")
        assert x.detach().name == "w"
        x.name = "v"
        assert x.name == "v"
        assert x._node.name == "v"

    def test_goes_to_the_node_of_a_result(self) -> None:
        y = Tensor(1.0, requires_grad=True) * 2
        y.name = "y"
        assert y._node.name == "y"

    def test_must_be_a_string(self) -> None:
        with pytest.raises(TypeError, match=r"Tensor\.name: expected a string, got int 3"):
            Tensor(1.0, name=3)


class TestNamesThatNobodyKnows:
    def test_an_unknown_name_is_an_ordinary_error(self) -> None:
        with pytest.raises(AttributeError, match=r"has no attribute 'nonsense'$"):
            autograd.nonsense  # noqa: B018
        assert not hasattr(autograd, "nonsense")


class TestOperators:
    def test_reflected_forms(self) -> None:
        x = Tensor(2.0, requires_grad=True)
        y = (1 + x) * 3 - (5 - x) / (8 / x) + 2**x + 7 % x
        assert y.item() == pytest.approx(9 - 3 / 4 + 4 + 1)
        y.backward()
        # d/dx of 3(1+x) - (5x - x²)/8 + 2^x + 7 - 3x
        assert x.grad.item() == pytest.approx(3 - (5 - 4) / 8 + 4 * np.log(2) - 3)

    def test_signs(self) -> None:
        x = Tensor([-1.0, 2.0], requires_grad=True)
        (+x * 3 + -x + abs(x)).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 3.0])

    def test_floor_division_has_the_gradient_zero(self) -> None:
        x = Tensor(7.0, requires_grad=True)
        y = x // 2
        assert y.item() == 3.0
        y.backward()
        assert x.grad.item() == 0.0

    def test_logic_on_masks(self) -> None:
        x = Tensor([1.0, 2.0, 3.0])
        np.testing.assert_array_equal(((x > 1) & (x < 3)).data, [False, True, False])
        np.testing.assert_array_equal(((x < 2) | ~(x < 3)).data, [True, False, True])

    def test_matmul_with_arrays_on_either_side(self) -> None:
        x = Tensor(np.eye(2), requires_grad=True)
        array = np.array([[1.0, 2.0], [3.0, 4.0]])
        for product in (array @ x, x @ array):
            assert isinstance(product, Tensor)
            np.testing.assert_array_equal(product.data, array)

    def test_arrays_on_the_left_do_not_swallow_the_tensor(self) -> None:
        x = Tensor([1.0, 2.0], requires_grad=True)
        for result in (np.ones(2) * x, np.float64(2) * x, np.ones(2) - x, np.ones(()) / x):
            assert isinstance(result, Tensor)
            assert result.requires_grad

    def test_an_unknown_operand_is_named(self) -> None:
        with pytest.raises(TypeError, match="add: y: expected numbers, got str"):
            Tensor([1.0]) + "one"
        with pytest.raises(TypeError, match="mul: y must be a Tensor or an array, got None"):
            Tensor([1.0]) * None
