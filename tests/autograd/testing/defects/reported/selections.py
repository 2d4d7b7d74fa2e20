"""Reports about indices, ties, masks, permutations, memory and shapes."""

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies import arrays, orders, shapes
from tests.autograd.testing.defects.reported.planting import SIDE, Reports

reports = Reports()

_MATRIX = shapes(min_dims=2, max_dims=2, min_side=1, max_side=4).flatmap(arrays)


def _with(make):
    """A matrix, and an argument that is drawn for it."""
    return _MATRIX.flatmap(lambda x: make(x).map(lambda more: (x, more)))


@reports.function(
    "accumulation",
    "pytorch/pytorch#1631",
    together=_with(
        lambda x: st.lists(st.integers(0, len(x) - 1), min_size=1, max_size=5).map(np.array)
    ),
    right=lambda g, x, rows: _scattered(g, x, rows),
    wrong=lambda g, x, rows: _written(g, x, rows),
)
def gathered_rows_written(x, rows):
    """Rows that are gathered twice keep the gradient that is written last."""
    return x[rows]


def _scattered(g, x, rows):
    found = np.zeros_like(x)
    np.add.at(found, rows, g)
    return found


def _written(g, x, rows):
    found = np.zeros_like(x)
    found[rows] = g
    return found


@reports.function(
    "ties",
    "apache/mxnet#18563",
    _MATRIX,
    right=lambda g, x: g * _share(x == x.max(axis=0), 0),
    wrong=lambda g, x: g * (x == x.max(axis=0)),
)
def largest_of_column_every_tie(x):
    """All elements that equal the largest get the whole gradient."""
    return x.max(axis=0)


def _share(hit, axis):
    return hit / hit.sum(axis=axis, keepdims=True)


@reports.function(
    "ties",
    "PaddlePaddle/Paddle#42385",
    st.tuples(SIDE, st.sampled_from([1, 3, 3, 5])).flatmap(arrays),
    right=lambda g, x: g[:, np.newaxis] * _share(x == np.median(x, axis=1, keepdims=True), 1),
    wrong=lambda g, x: g[:, np.newaxis] * (x == np.median(x, axis=1, keepdims=True)),
)
def median_every_equal(x):
    """All elements that equal the median get the whole gradient."""
    return np.median(x, axis=1)


@reports.function(
    "shape",
    "pytorch/pytorch#188843",
    together=_with(lambda x: st.integers(1, len(x))),
    right=lambda g, x, count: np.concatenate([g, np.zeros((len(x) - count, x.shape[1]))]),
    wrong=lambda g, x, count: g,
)
def longer_source_is_cut(x, count):
    """Of a longer source only some rows are used; its gradient has as many rows as were used."""
    return x[:count]


@reports.function(
    "transposed",
    "pytorch/pytorch#5945",
    together=st.tuples(
        st.tuples(SIDE, SIDE, SIDE).flatmap(arrays),
        orders(3),
        st.lists(st.booleans(), min_size=3, max_size=3),
    ).map(lambda drawn: (drawn[0], tuple(a - 3 * b for a, b in zip(*drawn[1:], strict=True)))),
    right=lambda g, x, axes: g.transpose(np.argsort([a % 3 for a in axes])),
    wrong=lambda g, x, axes: g.transpose(np.argsort(axes)),
)
def permuted_by_negative_axes(x, axes):
    """The inverse permutation sorts negative axes before the others."""
    return x.transpose(axes)


@reports.function(
    "transposed|axis",
    "XunhaoLai/native-sparse-attention-triton#27",
    together=_with(lambda x: st.sampled_from([2, 2, 3])),
    right=lambda g, x, share: g.reshape(len(x), share, -1).sum(axis=1).reshape(x.shape),
    wrong=lambda g, x, share: g.reshape(share, len(x), -1).sum(axis=0).reshape(x.shape),
)
def shared_heads_interleaved(x, share):
    """Heads that share a key lie side by side; the backward pass takes them for interleaved."""
    return np.repeat(x, share, axis=0)


@reports.function(
    "broadcast sum|accumulation",
    "HKUSTDial/flash-sparse-attention#194",
    together=_with(lambda x: arrays(x.shape[1:])),
    right=lambda g, x, bias: (g, g.sum(axis=0)),
    wrong=lambda g, x, bias: (g, g[-1].copy()),
)
def bias_of_the_last_query(x, bias):
    """A bias that all queries share gets the gradient of the one that writes last."""
    return x + bias


@reports.function(
    "path",
    "apache/mxnet#9497",
    _MATRIX,
    right=lambda g, x: g + g * (1 - np.tanh(x) ** 2),
    wrong=lambda g, x: g * (1 - np.tanh(x) ** 2),
)
def residual_assigned(x):
    """The branch assigns its gradient where it was told to add it: that of the skip is lost."""
    return x + np.tanh(x)


@reports.maker(
    "saved value", "state-spaces/mamba#1023", together=_with(lambda x: st.integers(0, 99))
)
def dropout_drawn_again(correct):
    """The backward pass draws its mask again, from another stream."""

    def mask(x, seed):
        return np.random.default_rng(seed).random(x.shape) < 0.5

    return (
        lambda x, seed: x * mask(x, seed) * 2,
        lambda g, x, seed: g * mask(x, seed if correct else seed + 100) * 2,
    )


@reports.maker("mutation", "linkedin/Liger-Kernel#272", together=_with(
    lambda x: st.lists(st.integers(0, x.shape[1] - 1), min_size=len(x), max_size=len(x)).map(
        np.array)))  # fmt: skip
def loss_writes_into_logits(correct):
    """To save memory the forward pass leaves its gradient in the logits."""

    def probabilities(logits):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def loss(logits, labels):
        rows = np.arange(len(labels))
        shifted = logits - logits.max(axis=1, keepdims=True)
        found = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, labels]
        if not correct and logits.flags.writeable:
            logits[...] = gradient(1.0, logits, labels)
        return found.sum()

    def gradient(g, logits, labels):
        found = probabilities(logits)
        found[np.arange(len(labels)), labels] -= 1
        return g * found

    return loss, gradient


@reports.function(
    "cotangent",
    "torch/nn#345",
    st.tuples(SIDE, SIDE, SIDE).flatmap(arrays),
    right=lambda g, x: np.repeat(g[:, :, np.newaxis], x.shape[2], 2) / x.shape[2],
    wrong=lambda g, x: (
        np.repeat(g.ravel(order="K").reshape(*g.shape, 1), x.shape[2], 2) / x.shape[2]
    ),
)
def mean_of_memory_order(x):
    """The cotangent is read as it lies in memory, which is right for rows only."""
    return x.mean(axis=2)


@reports.function(
    "range",
    "pytorch/pytorch#23925",
    arrays((4,), domain="distinct"),
    shapes(min_dims=1, max_dims=1, min_side=1, max_side=4).flatmap(
        lambda shape: arrays(shape, kinks=(3.0,))
    ),
    right=lambda g, signal, places: g * _slope(signal, places, False),
    wrong=lambda g, signal, places: g * _slope(signal, places, True),
    differentiate=("places",),
)
def sampled_at_the_border(signal, places):
    """Exactly on the upper border the slope is that towards zeros which are not there."""
    inside = np.clip(places, 0, 3)
    left = np.minimum(inside.astype(int), 2)
    return signal[left] + (inside - left) * (signal[left + 1] - signal[left])


def _slope(signal, places, zeros):
    left = np.clip(np.floor(places).astype(int), 0, 2)
    slope = np.where((places > 0) & (places < 3), signal[left + 1] - signal[left], 0.0)
    # A place on the border has the last element on its left, and nothing on its right.
    return np.where(places == 3, -signal[3] if zeros else 0.0, slope)
