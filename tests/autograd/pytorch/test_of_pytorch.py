"""Functions that stand here under PyTorch's name, against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from tests.autograd.pytorch.compare import assert_same  # noqa: E402

RNG = np.random.default_rng(0)
POINTS, OTHERS = RNG.standard_normal((2, 5, 3)), RNG.standard_normal((2, 4, 3))


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.inf])
def test_distances(p):
    assert_same(
        lambda x, y: autograd.cdist(x, y, p), lambda x, y: torch.cdist(x, y, p), [POINTS, OTHERS]
    )
    assert_same(
        lambda x, y: autograd.cdist(x, y, p),
        lambda x, y: torch.cdist(x, y, p),
        [POINTS, OTHERS[0]],
    )
    assert_same(
        lambda x: autograd.pdist(x, p),
        lambda x: torch.nn.functional.pdist(x, p),
        [POINTS[0]],
        1e-11,
    )


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_slices(dim):
    x = RNG.standard_normal((3, 4, 5))
    source = RNG.standard_normal([2 if each == dim % 3 else n for each, n in enumerate(x.shape)])
    for name, more in (("index_add", {"alpha": 2.0}), ("index_copy", {})):
        assert_same(
            lambda x, s, name=name, more=more: getattr(autograd, name)(x, dim, [2, 0], s, **more),
            lambda x, s, name=name, more=more: getattr(torch, name)(
                x, dim, torch.tensor([2, 0]), s, **more
            ),
            [x, source],
        )
    assert_same(
        lambda x: autograd.index_fill(x, dim, [1, 2], 3.0),
        lambda x: torch.index_fill(x, dim, torch.tensor([1, 2]), 3.0),
        [x],
    )


@pytest.mark.parametrize(("offset", "dims"), [(0, (-2, -1)), (2, (0, 2)), (-1, (1, 0))])
def test_diagonals(offset, dims):
    assert_same(
        lambda x: autograd.diag_embed(x, offset, *dims),
        lambda x: torch.diag_embed(x, offset, *dims),
        [POINTS],
    )


@pytest.mark.parametrize("name", ["var_mean", "std_mean"])
@pytest.mark.parametrize("settings", [{}, {"dim": 1}, {"dim": (0, 2), "correction": 0}])
def test_moments(name, settings):
    assert_same(
        lambda x: getattr(autograd, name)(x, **settings),
        lambda x: getattr(torch, name)(x, **settings),
        [POINTS],
    )


def test_determinants():
    matrix = POINTS[0].T @ POINTS[0]
    assert_same(autograd.logdet, torch.logdet, [np.stack([matrix, 2 * matrix])])
