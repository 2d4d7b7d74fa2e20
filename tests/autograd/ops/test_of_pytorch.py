"""What NumPy has no function for: values, gradients of both orders, errors."""

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.testing import assert_gradients

RNG = np.random.default_rng(0)
CUBE = RNG.uniform(-2.0, 2.0, (2, 4, 3))
SLICES = RNG.uniform(-2.0, 2.0, (2, 3, 3))
SQUARE = np.array([[2.0, 0.3, -0.5], [0.4, 1.5, 0.6], [-0.2, 0.7, 1.8]])
ROWS = [3, 0, 3]


def added():
    out = CUBE.copy()
    for position, row in enumerate(ROWS):
        out[:, row] += 0.5 * SLICES[:, position]
    return out


def embedded():
    out = np.zeros((2, 5, 4, 5))
    for row in range(3):
        out[:, row + 2, :, row] = CUBE[..., row]
    return out


FILLED = np.where(np.array([True, False, False, True])[:, None], 7.0, CUBE)
COPIED = CUBE.copy()
COPIED[:, [1, 0, 2]] = SLICES

CASES = {
    "index_add": (lambda x, y: autograd.index_add(x, 1, ROWS, y, alpha=0.5), [CUBE, SLICES], added),
    "index_copy": (
        lambda x, y: autograd.index_copy(x, -2, [1, 0, 2], y), [CUBE, SLICES], lambda: COPIED,
    ),
    "index_fill": (lambda x: autograd.index_fill(x, 1, ROWS, 7.0), [CUBE], lambda: FILLED),
    "diag_embed": (lambda x: autograd.diag_embed(x, -2, 1, -1), [CUBE], embedded),
    "diag_embed of a vector": (
        lambda x: autograd.diag_embed(x, 1), [CUBE[0, 0]], lambda: np.diag(CUBE[0, 0], 1),
    ),
    "var_mean": (
        lambda x: autograd.var_mean(x, 1),
        [CUBE], lambda: (CUBE.var(axis=1, ddof=1), CUBE.mean(axis=1)),
    ),
    "std_mean": (
        lambda x: autograd.std_mean(x, (0, 2), correction=0, keepdim=True),
        [CUBE],
        lambda: (CUBE.std(axis=(0, 2), keepdims=True), CUBE.mean(axis=(0, 2), keepdims=True)),
    ),
    "logdet": (autograd.logdet, [SQUARE], lambda: np.log(np.linalg.det(SQUARE))),
    "pdist": (
        lambda x: autograd.pdist(x, 3.0),
        [CUBE[0]],
        lambda: np.array([
            (np.abs(CUBE[0, i] - CUBE[0, j]) ** 3).sum() ** (1 / 3)
            for i in range(4) for j in range(i + 1, 4)
        ]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients(name):
    function, arrays, expected = CASES[name]
    found, wanted = function(*map(Tensor, arrays)), expected()
    pairs = zip(found, wanted, strict=True) if isinstance(found, tuple) else [(found, wanted)]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours.data, theirs, rtol=1e-12, atol=1e-14)
    assert_gradients(function, *arrays)


def test_equal_points_have_no_slope():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    for p in (1.0, 1.5, 2.0, 3.0, np.inf):
        x.grad = None
        autograd.cdist(x, x, p).sum().backward()
        np.testing.assert_array_equal(x.grad.data, np.zeros((2, 3)))


def test_determinants_below_zero_and_of_zero():
    out = autograd.logdet(Tensor([[[1.0, 0.0], [0.0, -1.0]], [[1.0, 2.0], [1.0, 2.0]]]))
    np.testing.assert_array_equal(out.data, [np.nan, -np.inf])


def test_nothing_is_widened():
    x = Tensor(CUBE[0].astype(np.float32))
    for out in (autograd.cdist(x, x), autograd.pdist(x), autograd.diag_embed(x)):
        assert out.dtype == np.float32
    assert autograd.index_add(x, 0, [0], x[:1], alpha=0.5).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda x: autograd.index_add(x, 0, [5], x), IndexError, "index_add: index 5 .* length 2"),
        (lambda x: autograd.index_add(x, 0, [0.5], x), TypeError, "index_add: index must be int"),
        (
            lambda x: autograd.index_copy(x, 1, [0], x),
            ValueError,
            r"index_copy: source must have shape \(2, 1, 3\), .* got \(2, 4, 3\)",
        ),
        (lambda x: autograd.diag_embed(x, 0, 1, 1), ValueError, "diag_embed: dim1 and dim2 are"),
        (lambda x: autograd.pdist(x), ValueError, r"pdist: expected \(points, features\)"),
    ],
)
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call(Tensor(CUBE))
