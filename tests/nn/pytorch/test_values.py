"""Values of functions that PyTorch has, at repeats, overlaps and unusual sizes."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
import nn.functional as F
from autograd import Tensor

torch = pytest.importorskip("torch")

_rng = np.random.default_rng(3)
X = _rng.standard_normal((3, 4))


def compare(ours, theirs, *arrays, gradients=True):
    """Values and gradients of one call in both libraries."""
    leaves = [Tensor(each, requires_grad=True) for each in arrays]
    twins = [torch.tensor(each, requires_grad=True) for each in arrays]
    found, expected = ours(*leaves), theirs(*twins)
    np.testing.assert_allclose(found.data, expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    if gradients:
        weights = np.cos(np.arange(found.size)).reshape(found.shape)
        (found * weights).sum().backward()
        (expected * torch.tensor(weights)).sum().backward()
        for leaf, twin in zip(leaves, twins, strict=True):
            np.testing.assert_allclose(leaf.grad.data, twin.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", [(2, 1, 7), (1, 2, 5, 6), (1, 1, 3, 4, 3)])
def test_unpooling_of_overlapping_windows_keeps_the_last(shape) -> None:
    axes = len(shape) - 2
    data = _rng.standard_normal(shape)
    torch.set_num_threads(1)  # with more the last is any of them
    pool = getattr(torch.nn.functional, f"max_pool{axes}d")
    pooled, places = pool(torch.tensor(data), 2, 1, return_indices=True)
    assert len(np.unique(places[0, 0])) < places[0, 0].numel()
    unpool = getattr(F, f"max_unpool{axes}d")
    theirs = getattr(torch.nn.functional, f"max_unpool{axes}d")
    values = pooled.numpy() + 0.1 * np.arange(pooled.numel()).reshape(pooled.shape)
    compare(
        lambda x: unpool(x, places.numpy(), 2, 1),
        lambda x: theirs(x, places, 2, 1),
        values,
        gradients=False,  # PyTorch gives a gradient to every one of the values
    )
    leaf = Tensor(values, requires_grad=True)
    unpool(leaf, places.numpy(), 2, 1).sum().backward()
    assert leaf.grad.data.sum() == sum(
        len(np.unique(each)) for each in places.numpy().reshape(-1, places[0, 0].numel())
    )


@pytest.mark.parametrize(
    "target",
    [[[3, 3, 0, -1]], [[1, 1, 1, 1]], [[2, 0, 2, 0]], [[-1, 0, 1, 2]], [[3, 0, -1, 3]]],
)
def test_repeated_labels_count_as_often(target) -> None:
    compare(
        lambda x: F.multilabel_margin_loss(x, np.array(target)),
        lambda x: torch.nn.functional.multilabel_margin_loss(x, torch.tensor(target)),
        X[:1],
    )


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear", "area"])
@pytest.mark.parametrize("recompute", [True, False, None])
@pytest.mark.parametrize("factor", [1.7, 0.6, 2.0])
def test_interpolate_recompute_scale_factor(mode, recompute, factor) -> None:
    compare(
        lambda x: F.interpolate(x, None, factor, mode, False, recompute),
        lambda x: torch.nn.functional.interpolate(
            x, None, factor, mode, None, recompute_scale_factor=recompute
        ),
        X.reshape(1, 2, 6),
    )


@pytest.mark.parametrize(
    ("indices", "axis", "source"),
    [
        ([[0, 2, 1]], 0, (1, 3)),
        ([[0, 2, 1]], 0, (3, 4)),
        ([[3, 0], [1, 1]], 1, (2, 2)),
        ([[3, 0], [1, 1]], 1, (3, 5)),
        ([[1]], 1, (2, 2)),
        ([[3, 0, 1, 1, 2, 2]], 1, (1, 6)),
    ],
)
def test_scatter_by_an_index_smaller_than_x(indices, axis, source) -> None:
    values = _rng.standard_normal(source)
    places = np.array(indices)
    compare(
        lambda x, s: autograd.ops.scatter_add(x, places, s, axis),
        lambda x, s: torch.scatter_add(x, axis, torch.tensor(places), s),
        X,
        values,
        gradients=source == places.shape,  # PyTorch has none for a larger source
    )
    for reduce in ("sum", "mean", "prod", "amax", "amin"):
        for include_self in (True, False):
            compare(
                lambda x, s, r=reduce, i=include_self: autograd.scatter_reduce(
                    x, places, s, axis, r, i
                ),
                lambda x, s, r=reduce, i=include_self: torch.scatter_reduce(
                    x, axis, torch.tensor(places), s, r, include_self=i
                ),
                X,
                values,
                gradients=source == places.shape,
            )


@pytest.mark.parametrize(
    ("stride", "dilation", "extra", "padding"),
    [(1, 3, 2, 0), (1, 3, 2, 2), (2, 3, 2, 1), (2, 4, 3, 0), (3, 1, 2, 1), (1, 2, 1, 1)],
)
def test_output_padding_below_stride_or_dilation(stride, dilation, extra, padding) -> None:
    for axes in (1, 2):
        x = _rng.standard_normal((2, 2, *(3,) * axes))
        weight = _rng.standard_normal((2, 3, *(2,) * axes))
        options = (stride, padding, extra, 1, dilation)
        compare(
            lambda x, w, o=options, a=axes: getattr(F, f"conv_transpose{a}d")(x, w, None, *o),
            lambda x, w, o=options, a=axes: getattr(torch.nn.functional, f"conv_transpose{a}d")(
                x, w, None, *o
            ),
            x,
            weight,
        )
    with pytest.raises(ValueError, match=r"output_padding .* larger of stride .* and dilation"):
        F.conv_transpose1d(
            np.ones((1, 1, 3)), np.ones((1, 1, 2)), None, stride, 0, max(stride, dilation), 1,
            dilation,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "dim"),
    [((3, 4), (3, 1), 1), ((3, 1), (1, 4), 1), ((3, 4), (4,), 1), ((1, 4), (3, 4), 0),
     ((2, 1, 4), (3, 4), 1), ((3, 4), (3, 4), -1)],
)  # fmt: skip
def test_cosine_similarity_of_what_broadcasts(first, second, dim) -> None:
    x, y = _rng.standard_normal(first), _rng.standard_normal(second)
    compare(
        lambda x, y: F.cosine_similarity(x, y, dim),
        lambda x, y: torch.nn.functional.cosine_similarity(x, y, dim),
        x,
        y,
    )
    out = F.cosine_similarity(Tensor(x), Tensor(x.sum(axis=-1, keepdims=True)), -1).data
    assert (np.abs(out) <= 1 + 1e-12).all()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weight", [None, [0.5, 2.0, 1.0, 3.0]])
# the mean of no losses is NaN, which is warned of
@pytest.mark.filterwarnings("ignore:backward. the result is NaN:autograd.TrapWarning")
def test_a_loss_whose_targets_are_all_ignored(reduction, weight) -> None:
    target = [-100, -100, -100]
    weights = None if weight is None else np.array(weight)
    logarithms = torch.tensor(X).log_softmax(dim=1).numpy()  # scores would make nll_loss warn
    for name, data in (("cross_entropy", X), ("nll_loss", logarithms)):
        x = Tensor(data, requires_grad=True)
        loss = getattr(F, name)(x, np.array(target), weights, reduction=reduction)
        expected = getattr(torch.nn.functional, name)(
            torch.tensor(data),
            torch.tensor(target),
            None if weights is None else torch.tensor(weights),
            reduction=reduction,
        )
        np.testing.assert_array_equal(loss.data, expected.numpy())
        loss.sum().backward()
        np.testing.assert_array_equal(x.grad.data, np.zeros_like(X))
