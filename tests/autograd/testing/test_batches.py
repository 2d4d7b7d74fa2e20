"""Whether a call has a batch is read off its values."""

import numpy as np
import pytest

from autograd.testing.batches import batch_of

X = np.arange(1.0, 7.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("function", "arrays", "expected"),
    [
        (np.exp, [X], [True]),
        (np.add, [X, X], [True, True]),
        (np.add, [X, X[0]], [True, False]),
        (np.add, [X[0], X], [False, True]),
        (np.matmul, [np.eye(3), np.eye(3)], [True, False]),
        (lambda x: x.sum(1), [X], [True]),
        (lambda x: (x.sum(1), x), [X], [True]),
        (np.linalg.inv, [np.stack([np.eye(3), 2 * np.eye(3)])], [True]),
        (lambda x, k: np.take_along_axis(x, k, 1), [X, np.array([[2], [0]])], [True, True]),
    ],
)
def test_found(function, arrays, expected) -> None:
    assert batch_of(function, arrays) == expected


@pytest.mark.parametrize(
    ("function", "arrays"),
    [
        (lambda x: x - x.mean(0), [X]),
        (lambda x: x.sum(0), [X]),
        (lambda x: x.sum(1).reshape(1, 2), [X]),
        (lambda x: (x, x.sum()), [X]),
        (np.sin, [np.ones(())]),
        (np.sin, [X[:1]]),
        (np.sin, [X[:0]]),
        (lambda x: x.reshape(2, 3) * 2, [X]),  # takes two examples only
    ],
)
def test_none(function, arrays) -> None:
    assert batch_of(function, arrays) is None


@pytest.mark.parametrize("x", [np.zeros((3, 2)), np.ones((3, 2)), np.arange(6.0).reshape(3, 2)])
def test_zeros_ties_and_order_look_like_one_at_a_point_only(x) -> None:
    assert batch_of(lambda x: np.cumsum(x, 0), [x]) is None
    assert batch_of(lambda x: np.broadcast_to(x.max(0), x.shape), [x]) is None


def test_arguments_are_not_changed() -> None:
    def careless(x):
        x *= 2
        return x

    x = X.copy()
    assert batch_of(careless, [x]) == [True]
    np.testing.assert_array_equal(x, X)
