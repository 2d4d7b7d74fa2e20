"""K-fold cross-validation: every example is held out exactly once."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import ArrayLike

from nn.data.dataset import Sized, Subset
from nn.data.split import random_split

__all__ = ["k_fold"]


def k_fold(
    dataset: Sized,
    folds: int,
    *,
    stratify: ArrayLike | None = None,
    seed: int | None = None,
    generator: np.random.Generator | None = None,
) -> list[tuple[Subset, Subset]]:
    """Split a data set at random into k parts, each of which is held out once.

    Args:
        dataset: The examples.
        folds: k, from 2 to the number of examples; with all of them, each is held out alone.
        stratify: One label for each example: every part then holds every label in the proportion
            of the whole, up to rounding.
        seed: The same seed gives the same parts.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        k pairs of a training and a validation set, whose sizes differ by at most one.

    Raises:
        ValueError: If k does not fit the number of examples, or `stratify` does not hold one label
            for each.

    >>> pairs = k_fold(range(10), 5, seed=0)
    >>> [(len(training), len(validation)) for training, validation in pairs]
    [(8, 2), (8, 2), (8, 2), (8, 2), (8, 2)]
    >>> sorted(example for _, validation in pairs for example in validation)
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    count, total = operator.index(folds), len(dataset)
    if not 2 <= count <= total:
        raise ValueError(
            f"k_fold: folds must be at least 2 and at most {total}, the number of examples, got "
            f"{folds}"
        )
    sizes = [total // count + (part < total % count) for part in range(count)]
    parts = random_split(dataset, sizes, stratify=stratify, seed=seed, generator=generator)
    numbers = [part.indices for part in parts]
    return [
        (Subset(dataset, np.concatenate(numbers[:held_out] + numbers[held_out + 1 :])), part)
        for held_out, part in enumerate(parts)
    ]
