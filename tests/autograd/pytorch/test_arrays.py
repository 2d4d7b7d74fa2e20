"""Statistics, running sums, order, gathering and rearranging against PyTorch, over a grid."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.autograd.pytorch.compare import assert_same  # noqa: E402

RNG = np.random.default_rng(0)
ARRAYS = {
    "vector": RNG.uniform(0.5, 2.0, 5),
    "matrix": RNG.uniform(-2.0, 2.0, (4, 3)),
    "cube": RNG.uniform(-2.0, 2.0, (2, 3, 4)),
    "long": RNG.uniform(-1.5, 1.5, (3, 70)),
    "zeros": RNG.uniform(-2.0, 2.0, (4, 6)) * (RNG.uniform(size=(4, 6)) > 0.3),
    "float32": RNG.uniform(-2.0, 2.0, (3, 4)).astype(np.float32),
}
GRID = [
    pytest.param(x, axis, id=f"{name}-{axis}")
    for name, x in ARRAYS.items()
    for axis in range(-1, x.ndim)
]


def precision(x):
    return 1e-5 if x.dtype == np.float32 else 1e-11


RUNNING = ["cumsum", "cumprod", "logcumsumexp"]


@pytest.mark.parametrize(("x", "axis"), GRID)
@pytest.mark.parametrize("name", RUNNING)
def test_running(name, x, axis):
    assert_same(
        lambda x: getattr(autograd, name)(x, axis),
        lambda x: getattr(torch, name)(x, axis),
        [x],
        precision(x),
    )


@pytest.mark.parametrize(("x", "axis"), GRID)
@pytest.mark.parametrize("name", ["cummax", "cummin"])
def test_running_extremes(name, x, axis):
    for values in (x, np.round(x)):  # rounded: with ties
        assert_same(
            lambda x: getattr(autograd, name)(x, axis),
            lambda x: getattr(torch, name)(x, axis)[0],
            [values],
        )


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("x", "axis"), GRID)
def test_reductions(x, axis, keepdims):
    close = precision(x)
    options = {"dim": axis, "keepdim": keepdims}
    assert_same(
        lambda x: autograd.prod(x, axis, keepdims), lambda x: torch.prod(x, **options), [x], close
    )
    for ddof in (0, 1):
        assert_same(
            lambda x, ddof=ddof: autograd.std(x, axis, ddof, keepdims),
            lambda x, ddof=ddof: torch.std(x, correction=ddof, **options),
            [x],
            close,
        )
    for q in (0.0, 0.35, 1.0):
        assert_same(
            lambda x, q=q: autograd.quantile(x, q, axis, keepdims=keepdims),
            lambda x, q=q: torch.quantile(x, q, **options),
            [x],
            close,
        )
    if x.shape[axis] % 2:  # of an even count PyTorch takes the lower of the middle two
        assert_same(
            lambda x: autograd.median(x, axis, keepdims),
            lambda x: torch.median(x, **options)[0],
            [x],
        )


@pytest.mark.parametrize(("x", "axis"), GRID)
def test_reductions_without_nan(x, axis):
    holed = np.where(x > 0.7, np.nan, x)
    holed = np.where(np.isnan(holed).all(axis, keepdims=True), x, holed)  # something is left
    for name in ("nansum", "nanmean"):
        assert_same(
            lambda x, name=name: getattr(autograd, name)(x, axis),
            lambda x, name=name: getattr(torch, name)(x, axis),
            [holed],
            precision(x),
        )


@pytest.mark.parametrize(("x", "axis"), GRID)
def test_order(x, axis):
    assert_same(
        lambda x: autograd.sort(x, axis), lambda x: torch.sort(x, dim=axis, stable=True)[0], [x]
    )
    tied = np.round(x)
    np.testing.assert_array_equal(
        autograd.argsort(Tensor(tied), axis).data,
        torch.argsort(torch.tensor(tied), dim=axis, stable=True).numpy(),
    )
    for largest in (True, False):
        assert_same(
            lambda x, largest=largest: autograd.topk(x, 2, axis, largest)[0],
            lambda x, largest=largest: torch.topk(x, 2, axis, largest)[0],
            [x],
        )


@pytest.mark.parametrize(("x", "axis"), GRID)
def test_gather_and_scatter(x, axis):
    index = np.random.default_rng(1).integers(0, x.shape[axis], x.shape)
    at = torch.tensor(index)
    source = np.random.default_rng(2).uniform(-2, 2, x.shape).astype(x.dtype)
    close = precision(x)
    assert_same(
        lambda x: autograd.take_along_axis(x, index, axis),
        lambda x: torch.take_along_dim(x, at, axis),
        [x],
    )
    assert_same(
        lambda x, s: autograd.scatter_add(x, index, s, axis),
        lambda x, s: torch.scatter_add(x, axis, at, s),
        [x, source],
        close,
    )
    for reduce in ("sum", "mean", "prod", "amax", "amin"):
        for own in (True, False):
            assert_same(
                lambda x, s, r=reduce, o=own: autograd.scatter_reduce(x, index, s, axis, r, o),
                lambda x, s, r=reduce, o=own: torch.scatter_reduce(
                    x, axis, at, s, r, include_self=o
                ),
                [x, source],
                close,
            )
    rows = index.ravel()[:7]
    assert_same(
        lambda x: autograd.take(x, rows, axis),
        lambda x: torch.index_select(x, axis, torch.tensor(rows)),
        [x],
        close,
    )
    mask = x > 0
    assert_same(
        lambda x: autograd.masked_fill(x, mask, 3.0),
        lambda x: torch.masked_fill(x, torch.tensor(mask), 3.0),
        [x],
    )


@pytest.mark.parametrize(("x", "axis"), GRID)
def test_rearranging(x, axis):
    other = x.ndim - 1
    pairs = [
        (lambda x: autograd.moveaxis(x, axis, other), lambda x: torch.movedim(x, axis, other)),
        (lambda x: autograd.swapaxes(x, axis, other), lambda x: torch.swapaxes(x, axis, other)),
        (lambda x: autograd.roll(x, 2, axis), lambda x: torch.roll(x, 2, axis)),
        (lambda x: autograd.roll(x, -1), lambda x: torch.roll(x, -1)),
        (lambda x: autograd.repeat(x, 3, axis), lambda x: torch.repeat_interleave(x, 3, axis)),
        (lambda x: autograd.tile(x, (2, 3)), lambda x: torch.tile(x, (2, 3))),
        (lambda x: autograd.unstack(x, axis), lambda x: torch.unbind(x, axis)),
        (lambda x: autograd.array_split(x, 2, axis), lambda x: torch.tensor_split(x, 2, axis)),
        (lambda x: autograd.diff(x, 2, axis), lambda x: torch.diff(x, 2, axis)),
        (lambda x: autograd.trapezoid(x, axis=axis), lambda x: torch.trapezoid(x, dim=axis)),
        (
            lambda x: autograd.gradient(x, 0.5, axis=axis),
            lambda x: torch.gradient(x, spacing=0.5, dim=axis)[0],
        ),
        (
            lambda x: autograd.sliding_window_view(x, 2, axis),
            lambda x: x.unfold(axis, 2, 1),
        ),
        (lambda x: autograd.kron(x, x), lambda x: torch.kron(x, x)),
    ]
    for ours, theirs in pairs:
        assert_same(ours, theirs, [x], precision(x))


@pytest.mark.parametrize("offset", [-1, 0, 2])
@pytest.mark.parametrize("name", ["matrix", "cube", "float32"])
def test_diagonals(name, offset):
    x = ARRAYS[name]
    pairs = [
        (lambda x: autograd.tril(x, offset), lambda x: torch.tril(x, offset)),
        (lambda x: autograd.triu(x, offset), lambda x: torch.triu(x, offset)),
        (lambda x: autograd.diagonal(x, offset), lambda x: torch.diagonal(x, offset)),
        (
            lambda x: autograd.diagonal(x, offset, -1, -2),
            lambda x: torch.diagonal(x, offset, -1, -2),
        ),
        (lambda x: autograd.rot90(x, offset), lambda x: torch.rot90(x, offset)),
    ]
    if x.ndim == 2:
        pairs.append((lambda x: autograd.diag(x, offset), lambda x: torch.diag(x, offset)))
        pairs.append((autograd.trace, torch.trace))
    for ours, theirs in pairs:
        assert_same(ours, theirs, [x], precision(x))


def test_stacks_and_blocks():
    v, w = ARRAYS["vector"], ARRAYS["vector"] ** 2
    m = ARRAYS["matrix"]
    for name in ("hstack", "vstack", "dstack", "column_stack"):
        for arrays in ([v, w], [m, m + 1]):
            assert_same(
                lambda *x, name=name: getattr(autograd, name)(x),
                lambda *x, name=name: getattr(torch, name)(x),
                arrays,
            )
    assert_same(autograd.block_diag, torch.block_diag, [m, v, np.array(2.0)])
    assert_same(
        lambda *x: autograd.meshgrid(*x, indexing="ij"),
        lambda *x: torch.meshgrid(*x, indexing="ij"),
        [v, w[:2]],
    )


def test_covariances():
    m = ARRAYS["long"]
    counts, weights = np.arange(70) % 3 + 1, RNG.uniform(0.5, 2.0, 70)
    assert_same(autograd.cov, torch.cov, [m])
    assert_same(autograd.corrcoef, torch.corrcoef, [m])
    assert_same(
        lambda m: autograd.cov(m, ddof=0, fweights=counts, aweights=weights),
        lambda m: torch.cov(
            m, correction=0, fweights=torch.tensor(counts), aweights=torch.tensor(weights)
        ),
        [m],
    )
