"""New Tensors: from data, of constants, on grids, and at random."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, from_numpy


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: autograd.zeros((2, 3)), np.zeros((2, 3))),
        (lambda: autograd.zeros(3), np.zeros(3)),
        (lambda: autograd.zeros(()), np.zeros(())),
        (lambda: autograd.zeros((0, 2)), np.zeros((0, 2))),
        (lambda: autograd.ones(2, dtype=np.int8), np.ones(2, np.int8)),
        (lambda: autograd.full((2, 2), 7), np.full((2, 2), 7)),
        (lambda: autograd.full(2, Tensor(1.5)), np.full(2, 1.5)),
        (lambda: autograd.full(2, [1.0, 2.0]), np.array([1.0, 2.0])),
        (lambda: autograd.arange(4), np.arange(4)),
        (lambda: autograd.arange(1, 2, 0.25), np.arange(1, 2, 0.25)),
        (lambda: autograd.arange(5, dtype=np.float32), np.arange(5, dtype=np.float32)),
        (lambda: autograd.linspace(0, 1, 5), np.linspace(0, 1, 5)),
        (lambda: autograd.linspace(-1, 1), np.linspace(-1, 1)),
        (lambda: autograd.eye(3), np.eye(3)),
        (lambda: autograd.eye(2, 3, dtype=bool), np.eye(2, 3, dtype=bool)),
        (lambda: autograd.tensor([1, 2], dtype=np.float32), np.array([1, 2], np.float32)),
        (lambda: autograd.tensor(Tensor([1, 2])), np.array([1, 2])),
    ],
)
def test_values_are_numpys(make, expected) -> None:
    made = make()
    assert isinstance(made, Tensor)
    assert made.dtype == expected.dtype
    assert made.shape == expected.shape
    np.testing.assert_array_equal(made.data, expected)
    assert not made.requires_grad


@pytest.mark.parametrize(
    "make",
    [
        lambda: autograd.zeros(2, requires_grad=True),
        lambda: autograd.ones((), requires_grad=True),
        lambda: autograd.full(2, 1.0, requires_grad=True),
        lambda: autograd.arange(2.0, requires_grad=True),
        lambda: autograd.linspace(0, 1, 2, requires_grad=True),
        lambda: autograd.eye(2, requires_grad=True),
        lambda: autograd.tensor([1.0], requires_grad=True),
        lambda: autograd.rand(2, requires_grad=True),
        lambda: autograd.randn(2, requires_grad=True),
    ],
)
def test_may_require_gradients(make) -> None:
    x = make()
    assert x.requires_grad
    assert x.is_leaf
    (x * 3).sum().backward()
    np.testing.assert_array_equal(x.grad.data, np.full(x.shape, 3.0))


def test_may_be_named() -> None:
    for made in (
        autograd.zeros(2, name="w"),
        autograd.ones(2, name="w"),
        autograd.full(2, 3.0, name="w"),
        autograd.rand(2, name="w"),
        autograd.randn(2, name="w"),
        autograd.tensor(2.0, name="w"),
    ):
        assert made.name == "w"


@pytest.mark.parametrize("data", [[1.0, 2.0], 3.0, np.ones((2, 0), np.float32)])
def test_like_another(data) -> None:
    for make, theirs in (
        (autograd.zeros_like, np.zeros_like),
        (autograd.ones_like, np.ones_like),
        (lambda x: autograd.full_like(x, 4), lambda x: np.full_like(x, 4)),
    ):
        made = make(Tensor(data, requires_grad=True))
        assert isinstance(made, Tensor)
        assert not made.requires_grad
        assert made.dtype == theirs(data).dtype
        np.testing.assert_array_equal(made.data, theirs(data))
        assert not isinstance(make(np.array(data)), Tensor)


class TestFromNumpy:
    def test_shares_memory_both_ways(self) -> None:
        array = np.zeros((2, 2))
        t = from_numpy(array)
        array[0, 0] = 5.0
        t[1] = 7.0
        np.testing.assert_array_equal(t.data, [[5.0, 0.0], [7.0, 7.0]])
        np.testing.assert_array_equal(array, [[5.0, 0.0], [7.0, 7.0]])

    def test_of_a_view_shares_too(self) -> None:
        array = np.zeros((2, 2))
        t = from_numpy(array.T[0])
        t += 1
        np.testing.assert_array_equal(array[:, 0], [1.0, 1.0])

    def test_writes_through_one_tensor_are_noticed_by_another(self) -> None:
        array = np.ones(2)
        first, second = from_numpy(array), from_numpy(array[:1])
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = (x * first).sum()
        second += 1
        with pytest.raises(RuntimeError, match="changed in place"):
            y.backward()

    def test_a_number_is_copied(self) -> None:
        array = np.array(3.0)
        t = from_numpy(array)
        array[...] = 4.0
        assert t.item() == 3.0

    @pytest.mark.parametrize("value", [[1.0], 1.0, np.float64(1.0), Tensor([1.0])])
    def test_wants_an_array(self, value) -> None:
        with pytest.raises(TypeError, match=r"from_numpy: expected an ndarray.*use Tensor\(\)"):
            from_numpy(value)


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: autograd.zeros((2**25, 2**25)), MemoryError, r"zeros: .*\(33554432, 33554432\)"),
        (
            lambda: autograd.full((2**25, 2**25), 1.0),
            MemoryError,
            r"full: .*\(33554432, 33554432\)",
        ),
        (lambda: autograd.eye(2**25), MemoryError, r"eye: .*33554432"),
        (lambda: autograd.randn(2**25, 2**25), MemoryError, r"randn: .*\(33554432, 33554432\)"),
        (lambda: autograd.rand(2**25, 2**25), MemoryError, r"rand: .*\(33554432, 33554432\)"),
        (lambda: autograd.zeros((2**40, 2**40)), ValueError, r"zeros: .*\(1099511627776, "),
        (lambda: autograd.ones((2, -1)), ValueError, r"ones: negative dimensions.*\(2, -1\)"),
        (lambda: autograd.zeros("three"), TypeError, "zeros: .*'three'"),
        (lambda: autograd.zeros(2.5), TypeError, "zeros: .*2.5"),
        (lambda: autograd.zeros(2, dtype="nonsense"), TypeError, "zeros: .*nonsense"),
        (lambda: autograd.full((2,), [1.0, 2.0, 3.0]), ValueError, r"full: .*\(2,\)"),
        (
            lambda: autograd.zeros(2, dtype=int, requires_grad=True),
            TypeError,
            "requires_grad: only",
        ),
        (lambda: autograd.arange(3, requires_grad=True), TypeError, "requires_grad: only floating"),
        (lambda: autograd.arange(0, 1, 0), (ValueError, ZeroDivisionError), "arange|zero|Maximum"),
    ],
)
def test_bad_requests(make, error, match) -> None:
    with pytest.raises(error, match=match):
        make()
