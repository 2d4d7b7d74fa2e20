"""Reductions, shapes, indices, comparisons and products against PyTorch, over shapes and axes."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.autograd.pytorch.compare import assert_same  # noqa: E402

RNG = np.random.default_rng(3)
ARRAYS = {
    "vector": RNG.uniform(-2.0, 2.0, 5),
    "matrix": RNG.uniform(-2.0, 2.0, (4, 3)),
    "cube": RNG.uniform(-2.0, 2.0, (2, 3, 4)),
    "thin": RNG.uniform(-2.0, 2.0, (1, 6)),
    "far": RNG.uniform(-2.0, 2.0, (3, 4)) * 500,
    "float32": RNG.uniform(-2.0, 2.0, (3, 4)).astype(np.float32),
}
GRID = [
    pytest.param(x, axis, keepdims, id=f"{name}-{axis}-{keepdims}")
    for name, x in ARRAYS.items()
    for axis in (*range(-1, x.ndim), tuple(range(x.ndim)), *([(0, -1)] if x.ndim > 1 else []))
    for keepdims in (False, True)
]


def precision(x):
    return 1e-5 if x.dtype == np.float32 else 1e-11


# Ours and PyTorch's, of x, axes and keepdims.
REDUCTIONS = {
    "sum": torch.sum,
    "mean": torch.mean,
    "max": torch.amax,
    "min": torch.amin,
    "logsumexp": torch.logsumexp,
}


@pytest.mark.parametrize(("x", "axis", "keepdims"), GRID)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name, x, axis, keepdims):
    for values in (x, np.round(x)):  # with ties
        assert_same(
            lambda x: getattr(autograd, name)(x, axis, keepdims),
            lambda x: REDUCTIONS[name](x, dim=axis, keepdim=keepdims),
            [values],
            precision(x),
        )


@pytest.mark.parametrize(("x", "axis", "keepdims"), GRID)
@pytest.mark.parametrize("name", ["var", "std"])
def test_spreads(name, x, axis, keepdims):
    for correction in (0, 1, 2.5):
        if np.mean(x, axis, keepdims=True).size * (correction + 1) >= x.size:
            continue
        assert_same(
            lambda x, c=correction: getattr(autograd, name)(x, axis, c, keepdims),
            lambda x, c=correction: getattr(torch, name)(
                x, dim=axis, correction=c, keepdim=keepdims
            ),
            [x],
            precision(x),
        )


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("x", ARRAYS.values(), ids=ARRAYS)
def test_softmax(name, x):
    for axis in range(-1, x.ndim):
        assert_same(
            lambda x, a=axis: getattr(autograd, name)(x, a),
            lambda x, a=axis: getattr(torch, name)(x, a),
            [x],
            precision(x),
        )


@pytest.mark.parametrize("x", ARRAYS.values(), ids=ARRAYS)
def test_positions_and_questions(x):
    tied = np.round(x) * (x > -1)
    ours, theirs = Tensor(tied), torch.tensor(tied)
    for axis in range(-1, x.ndim):
        for name in ("argmax", "argmin", "any", "all", "count_nonzero"):
            _assert_equal(getattr(autograd, name)(ours, axis), getattr(torch, name)(theirs, axis))
    _assert_equal(autograd.argwhere(ours), torch.argwhere(theirs))
    for own, other in zip(
        autograd.unique(ours, return_inverse=True, return_counts=True),
        torch.unique(theirs, return_inverse=True, return_counts=True),
        strict=True,
    ):
        _assert_equal(own, other)
    bins = np.array([-2.0, -0.5, 0.0, 1.0])
    for right, side in ((False, "left"), (True, "right")):
        _assert_equal(
            autograd.searchsorted(bins, ours, side),
            torch.searchsorted(torch.tensor(bins, dtype=theirs.dtype), theirs, right=right),
        )
        _assert_equal(
            autograd.digitize(ours, bins, right=not right),
            torch.bucketize(theirs, torch.tensor(bins, dtype=theirs.dtype), right=right),
        )
    _assert_equal(
        autograd.isin(ours, bins), torch.isin(theirs, torch.tensor(bins, dtype=theirs.dtype))
    )


def _assert_equal(ours, theirs):
    np.testing.assert_array_equal(ours.data, theirs.numpy())


COMPARISONS = {
    "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le", "greater": "gt",
    "greater_equal": "ge", "floor_divide": "floor_divide", "logical_and": "logical_and",
    "logical_or": "logical_or", "logical_xor": "logical_xor", "heaviside": "heaviside",
    "nextafter": "nextafter",
}  # fmt: skip


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name):
    x = np.round(ARRAYS["matrix"])
    y = np.round(ARRAYS["matrix"][:1]) + (name == "floor_divide") * 5
    theirs = getattr(torch, COMPARISONS[name])
    _assert_equal(
        getattr(autograd, name)(Tensor(x), Tensor(y)), theirs(torch.tensor(x), torch.tensor(y))
    )


def test_single_arguments_without_derivative():
    x = np.array([-2.5, -0.5, 0.0, 0.5, 1.5, np.inf])
    for name, other in (
        ("sign", "sign"), ("rint", "round"), ("fix", "fix"), ("logical_not", "logical_not")
    ):  # fmt: skip
        _assert_equal(getattr(autograd, name)(Tensor(x)), getattr(torch, other)(torch.tensor(x)))
    n, k = np.array([5, 6, 7]), np.array([1, 2, 0])
    _assert_equal(autograd.invert(Tensor(n)), torch.bitwise_not(torch.tensor(n)))
    for name in ("left_shift", "right_shift"):
        theirs = getattr(torch, f"bitwise_{name}")
        _assert_equal(
            getattr(autograd, name)(Tensor(n), k), theirs(torch.tensor(n), torch.tensor(k))
        )


# ---------------------------------------------------------------------- shapes and indices

SHAPED = {
    "clip": (lambda x: autograd.clip(x, -1.0, 1.0), lambda x: torch.clip(x, -1.0, 1.0)),
    "clip, one side": (lambda x: autograd.clip(x, max=0.5), lambda x: torch.clip(x, max=0.5)),
    "transpose": (autograd.transpose, lambda x: x.permute(*reversed(range(x.ndim)))),
    "matrix_transpose": (lambda x: autograd.matrix_transpose(x[None, :]), lambda x: x[None, :].mT),
    "expand_dims": (lambda x: autograd.expand_dims(x, 1), lambda x: torch.unsqueeze(x, 1)),
    "squeeze": (lambda x: autograd.squeeze(x[None], 0), lambda x: torch.squeeze(x[None], 0)),
    "broadcast_to": (
        lambda x: autograd.broadcast_to(x, (2, *x.shape)),
        lambda x: torch.broadcast_to(x, (2, *x.shape)),
    ),
    "sum_to": (
        lambda x: autograd.sum_to(x, (1,) * x.ndim),
        lambda x: x.sum_to_size((1,) * x.ndim),
    ),
    "concatenate": (
        lambda x: autograd.concatenate([x, 2 * x], -1),
        lambda x: torch.cat([x, 2 * x], -1),
    ),
    "stack": (lambda x: autograd.stack([x, 2 * x], 1), lambda x: torch.stack([x, 2 * x], 1)),
    "flip": (lambda x: autograd.flip(x, 0), lambda x: torch.flip(x, (0,))),
    "zero_pad": (
        lambda x: autograd.ops.zero_pad(x, [(0, 0)] * (x.ndim - 1) + [(1, 2)]),
        lambda x: torch.nn.functional.pad(x, (1, 2)),
    ),
    "differences": (lambda x: autograd.ops.differences(x, 2, 0), lambda x: torch.diff(x, 2, 0)),
    "getitem": (lambda x: x[..., 1:, None], lambda x: x[..., 1:, None]),
    "getitem, positions": (
        lambda x: x[np.array([[0, -1], [0, 0]])],
        lambda x: x[torch.tensor([[0, -1], [0, 0]])],
    ),
    "getitem, mask": (lambda x: x[x.data > 0], lambda x: x[x > 0]),
    "reshape": (lambda x: autograd.reshape(x, (-1, 1)), lambda x: torch.reshape(x, (-1, 1))),
    "astype": (lambda x: x.astype(np.float32) * 2, lambda x: x.to(torch.float32) * 2),
    "where": (
        lambda x: autograd.where(x.data > 0, x, x * x),
        lambda x: torch.where(x > 0, x, x * x),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPED)
@pytest.mark.parametrize("array", ["matrix", "cube", "float32"])
def test_shapes_and_indices(name, array):
    x = ARRAYS[array]
    assert_same(*SHAPED[name], [x], precision(x))


def test_writing():
    x, y = ARRAYS["matrix"], ARRAYS["matrix"][:2] * 3
    rows = np.array([2, 0])

    def theirs(x, y):
        out = x.clone()
        out[torch.tensor(rows)] = y
        return out

    assert_same(lambda x, y: autograd.ops.replaced(x, y, rows), theirs, [x, y])
    repeated = np.array([2, 0, 2])
    assert_same(
        lambda y: autograd.scatter(y, repeated, (4, 3)),
        lambda y: torch.zeros(4, 3, dtype=y.dtype).index_put((torch.tensor(repeated),), y, True),
        [ARRAYS["matrix"][:3]],
    )
    assert_same(
        lambda d: autograd.ops.on_diagonal(d, (3, 5), 1),
        lambda d: torch.diagonal_scatter(torch.zeros(3, 5, dtype=d.dtype), d, 1),
        [ARRAYS["matrix"][:, 0][:3]],
    )


# ---------------------------------------------------------------------- products

PRODUCTS = {
    "matmul": [((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (5, 3, 2)),
               ((5, 1, 2, 3), (4, 3, 2))],
    "dot": [((3,), (3,))],
    "vdot": [((3,), (3,))],
    "inner": [((2, 3), (4, 3)), ((3,), (3,)), ((2, 2, 3), (4, 3))],
    "outer": [((3,), (2,))],
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", PRODUCTS)
def test_products(name, dtype):
    for shapes in PRODUCTS[name]:
        arrays = [RNG.uniform(-2, 2, shape).astype(dtype) for shape in shapes]
        assert_same(getattr(autograd, name), getattr(torch, name), arrays, precision(arrays[0]))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("bij,bjk", [(2, 3, 2), (2, 2, 3)]),
        ("...ij,...j->...i", [(4, 2, 3), (4, 3)]),
        ("ii->i", [(3, 3)]),
        ("i,j,k->kji", [(2,), (3,), (4,)]),
        ("ijk->j", [(2, 3, 4)]),
    ],
)
def test_einsum(subscripts, shapes):
    assert_same(
        lambda *x: autograd.einsum(subscripts, *x),
        lambda *x: torch.einsum(subscripts, *x),
        [RNG.uniform(-2, 2, shape) for shape in shapes],
    )
