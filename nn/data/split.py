"""Splitting a data set at random into parts that share no example."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.data.dataset import Sized, Subset
from nn.data.generator import choose_generator, drawing

__all__ = ["random_split"]


def random_split(
    dataset: Sized,
    lengths: Sequence[float],
    *,
    stratify: ArrayLike | None = None,
    seed: int | None = None,
    generator: np.random.Generator | None = None,
) -> list[Subset]:
    """Split a data set at random into parts; each example goes to exactly one.

    Args:
        dataset: The examples.
        lengths: The sizes of the parts: counts that add up to `len(dataset)`, or fractions that
            add up to 1. Fractions are rounded down, and the examples left over go one each to the
            first parts, as in PyTorch.
        stratify: One label for each example. Every part then holds every label in the proportion
            of the whole, up to rounding.
        seed: The same seed gives the same parts. Without it and `generator`, the library's default
            generator draws, which `autograd.manual_seed` sets.
        generator: Draws the parts, in place of a seed.

    Returns:
        One `Subset` for each length, with its examples in random order.

    Raises:
        ValueError: If the lengths do not add up, a part would have a negative length, or
            `stratify` does not hold one label for each example.

    >>> train, test = random_split(range(10), [0.8, 0.2], seed=0)
    >>> len(train), sorted(train.indices.tolist() + test.indices.tolist())
    (8, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> labels = [0] * 15 + [1] * 5
    >>> train, test = random_split(range(20), [0.8, 0.2], stratify=labels, seed=0)
    >>> sorted(labels[example] for example in test)
    [0, 0, 0, 1]
    """
    total = len(dataset)
    counts = _counts(lengths, total)
    order = drawing(choose_generator("random_split", seed, generator)).permutation(total)
    if stratify is None:
        groups = np.split(order, np.cumsum(counts)[:-1])
        return [Subset(dataset, group) for group in groups]
    labels = np.asarray(stratify)
    if labels.shape != (total,):
        raise ValueError(
            f"random_split: stratify must hold one label for each of the {total} examples, "
            f"shape ({total},), got shape {labels.shape}"
        )
    # Examples of one label lie side by side; parts that are spread evenly over this order
    # take an even share of each label. The parts keep the random order within.
    _, codes = np.unique(labels, return_inverse=True)
    by_label = order[np.argsort(codes[order], kind="stable")]
    part_of = np.empty(total, dtype=np.intp)
    part_of[by_label] = _spread_evenly(counts)
    return [Subset(dataset, order[part_of[order] == part]) for part in range(len(counts))]


def _counts(lengths: Sequence[float], total: int) -> list[int]:
    """Turn counts or fractions into counts that add up to `total`."""
    if not len(lengths):
        raise ValueError("random_split: expected at least one length, got none")
    if not all(math.isfinite(length) and length >= 0 for length in lengths):
        raise ValueError(f"random_split: lengths must not be negative, got {list(lengths)}")
    if all(length == int(length) for length in lengths) and sum(lengths) == total:
        return [int(length) for length in lengths]
    if math.isclose(sum(lengths), 1.0):
        counts = [math.floor(total * length) for length in lengths]
        for part in range(total - sum(counts)):
            counts[part % len(counts)] += 1
        return counts
    raise ValueError(
        f"random_split: lengths must add up to {total}, the number of examples, or as fractions "
        f"to 1, but {list(lengths)} add up to {sum(lengths)}"
    )


def _spread_evenly(counts: Sequence[int]) -> NDArray[np.intp]:
    """Return a sequence in which part p appears counts[p] times, at even distances."""
    # Appearance j of part p stands near the fraction (j + 1/2) / counts[p] of the sequence.
    places = np.concatenate([(np.arange(count) + 0.5) / max(count, 1) for count in counts])
    parts = np.repeat(np.arange(len(counts)), counts)
    return parts[np.argsort(places, kind="stable")]
