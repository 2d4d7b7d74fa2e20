"""Samplers: in which order, and how often, the examples of a data set come.

A sampler is anything that can be iterated and has a length: each iteration yields the numbers of
one epoch. `DataLoader(dataset, sampler=...)` takes any of them.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn import ranks
from nn.data.generator import choose_generator, drawing

__all__ = [
    "BatchSampler",
    "DistributedSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
]


class Lengthy(Protocol):
    """Anything with a length."""

    def __len__(self) -> int:
        """Return it."""


class Sampler:
    """The base of samplers: `__iter__` is all that a subclass must write, and `__len__` if known.

    Args:
        data_source: What is drawn from; nothing here looks at it.

    >>> class EvenSampler(Sampler):
    ...     def __init__(self, data_source):
    ...         self.data_source = data_source
    ...
    ...     def __iter__(self):
    ...         return iter(range(0, len(self.data_source), 2))
    >>> list(EvenSampler("abcde"))
    [0, 2, 4]
    """

    def __init__(self, data_source: Any = None) -> None:
        pass

    def __class_getitem__(cls, kind: Any) -> type[Sampler]:
        """The class itself: `Sampler[int]` says to readers what it yields."""
        return cls

    def __iter__(self) -> Iterator[Any]:
        """Yield the numbers of one epoch."""
        raise TypeError(f"{type(self).__name__} is a Sampler and must define __iter__(self)")


class SequentialSampler(Sampler):
    """0, 1, ..., up to the last example.

    Args:
        data_source: The data set, or anything as long.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Lengthy) -> None:
        self.data_source = data_source

    def __len__(self) -> int:
        """Return how many numbers an epoch has."""
        return len(self.data_source)

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of one epoch."""
        return iter(range(len(self.data_source)))


def _drawn(generator: np.random.Generator, total: int, count: int) -> Iterator[int]:
    """Positions drawn with replacement, a part of them at a time: there may be more than fit."""
    while count > 0:
        part = min(count, 1 << 20)
        yield from generator.integers(total, size=part).tolist()
        count -= part


class RandomSampler(Sampler):
    """Every example once, in a new random order each epoch; or draws with replacement.

    Args:
        data_source: The data set, or anything as long.
        replacement: Whether an example may come again before all have come.
        num_samples: The length of an epoch, that of the data set if not given.
        seed: The same seed gives the same orders.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Raises:
        ValueError: If there is nothing to draw from, or more is to be drawn than there is without
            replacement.

    >>> sorted(RandomSampler("abcd", seed=0))
    [0, 1, 2, 3]
    >>> len(RandomSampler("abcd", replacement=True, num_samples=10))
    10
    """

    def __init__(
        self,
        data_source: Lengthy,
        replacement: bool = False,
        num_samples: int | None = None,
        *,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        total = len(data_source)
        self.num_samples = _count("RandomSampler", total if num_samples is None else num_samples)
        if not replacement and self.num_samples > total:
            raise ValueError(
                f"RandomSampler: {self.num_samples} examples cannot be drawn from {total} without "
                "replacement; give replacement=True"
            )
        if not total and self.num_samples:
            raise ValueError("RandomSampler: there are no examples to draw from")
        self.data_source = data_source
        self.replacement = replacement
        self.generator = choose_generator("RandomSampler", seed, generator)

    def __len__(self) -> int:
        """Return how many numbers an epoch has."""
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of one epoch."""
        generator, total = drawing(self.generator), len(self.data_source)
        if self.replacement:
            return _drawn(generator, total, self.num_samples)
        return iter(generator.permutation(total)[: self.num_samples].tolist())


class SubsetRandomSampler(Sampler):
    """Given numbers, each once, in a new random order each epoch.

    Args:
        indices: The numbers of the examples.
        seed: The same seed gives the same orders.
        generator: Draws, in place of a seed; without both, the library's default generator.

    >>> sorted(SubsetRandomSampler([4, 2, 7], seed=0))
    [2, 4, 7]
    """

    def __init__(
        self,
        indices: Sequence[int] | NDArray[np.intp],
        *,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.indices = np.array(indices, dtype=np.intp)
        self.generator = choose_generator("SubsetRandomSampler", seed, generator)

    def __len__(self) -> int:
        """Return how many numbers an epoch has."""
        return len(self.indices)

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of one epoch."""
        return iter(drawing(self.generator).permutation(self.indices).tolist())


class WeightedRandomSampler(Sampler):
    """Example i comes with probability `w_i / Σw`: rare classes as often as frequent ones.

    Args:
        weights: One weight of at least 0 for each example.
        num_samples: The length of an epoch.
        replacement: Whether an example may come again before all have come.
        seed: The same seed gives the same orders.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Raises:
        ValueError: If a weight is negative or no number, all are 0, or without replacement more
            is to be drawn than there are weights above 0.

    >>> labels = np.array([0, 0, 0, 1])
    >>> weights = 1 / np.bincount(labels)[labels]
    >>> drawn = list(WeightedRandomSampler(weights, 1000, seed=0))
    >>> bool(450 < sum(labels[drawn]) < 550)
    True
    """

    def __init__(
        self,
        weights: ArrayLike,
        num_samples: int,
        replacement: bool = True,
        *,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        given = np.asarray(weights, dtype=np.float64)
        if given.ndim != 1 or not np.all(np.isfinite(given) & (given >= 0)) or not given.sum() > 0:
            raise ValueError(
                "WeightedRandomSampler: weights must be a row of finite numbers of at least 0, not "
                f"all of them 0, got shape {given.shape}: {given.tolist()!r:.80}"
            )
        self.num_samples = _count("WeightedRandomSampler", num_samples)
        available = int(np.count_nonzero(given))
        if not replacement and self.num_samples > available:
            raise ValueError(
                f"WeightedRandomSampler: {self.num_samples} examples cannot be drawn from "
                f"{available} with a weight above 0 without replacement"
            )
        self.probabilities = given / given.sum()
        self.replacement = replacement
        self.generator = choose_generator("WeightedRandomSampler", seed, generator)

    def __len__(self) -> int:
        """Return how many numbers an epoch has."""
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of one epoch."""
        drawn = drawing(self.generator).choice(
            len(self.probabilities), self.num_samples, self.replacement, self.probabilities
        )
        return iter(drawn.tolist())


class DistributedSampler(Sampler):
    """The share of this process: of every `n` examples in the order of the epoch, its own.

    All processes know the same order, from the seed and the epoch, and rank r takes the places
    r, r + n, r + 2n, ... So n processes with batches of b see what one sees with batches of n·b.

    Args:
        dataset: The data set, or anything as long.
        num_replicas: How many processes there are, those of the MPI job if not given.
        rank: Which one this is, from 0.
        shuffle: Whether each epoch has its own random order.
        seed: Of the orders, the same in all processes.
        drop_last: Whether examples that are left over when all have as many are left out.
        pad: Whether the first examples come again so that all have as many, as training needs it.
            As `shuffle` if not given: in evaluation no example counts twice.

    Raises:
        ValueError: If there is no such rank.

    >>> [list(DistributedSampler("abcde", 2, rank, shuffle=False)) for rank in range(2)]
    [[0, 2, 4], [1, 3]]
    >>> [list(DistributedSampler("abcde", 2, rank, shuffle=False, pad=True)) for rank in range(2)]
    [[0, 2, 4], [1, 3, 0]]
    """

    def __init__(
        self,
        dataset: Lengthy,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
        *,
        pad: bool | None = None,
    ) -> None:
        replicas = ranks.size() if num_replicas is None else num_replicas
        self.num_replicas = _count("DistributedSampler", replicas)
        self.rank = _count("DistributedSampler", ranks.rank() if rank is None else rank)
        if not self.rank < self.num_replicas:
            raise ValueError(
                f"DistributedSampler: there is no rank {rank} among num_replicas={replicas}; they "
                "are counted from 0"
            )
        self.dataset = dataset
        self.shuffle = shuffle
        self.seed = _count("DistributedSampler", seed)
        self.drop_last = drop_last
        self.pad = shuffle if pad is None else pad
        self.epoch = 0
        self.done = 0  # examples of all ranks together that the next iteration leaves out

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; call it before every epoch, or all have that of epoch 0."""
        self.epoch = _count("DistributedSampler.set_epoch", epoch)

    def __len__(self) -> int:
        """Return how many numbers an epoch has on this rank."""
        return self._length(len(self.dataset))

    def _length(self, total: int) -> int:
        count = self.num_replicas
        if self.drop_last:
            return total // count
        if self.pad:
            return -(-total // count)
        return max(0, total - self.rank + count - 1) // count

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of one epoch."""
        total = len(self.dataset)
        order = np.arange(total)
        if self.shuffle:
            order = np.random.default_rng([self.seed, self.epoch]).permutation(total)
        order, self.done = order[self.done :], 0
        places = self.rank + self.num_replicas * np.arange(self._length(len(order)))
        return iter(order[places % max(len(order), 1)].tolist())


class BatchSampler(Sampler):
    """The numbers of another sampler in lists of `batch_size`.

    Args:
        sampler: Yields numbers.
        batch_size: The length of a list; the last one holds what is left.
        drop_last: Whether a last list that is not full is left out.

    Raises:
        ValueError: If the batch size is not positive.

    >>> list(BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        self.batch_size = _count("BatchSampler", batch_size)
        if self.batch_size < 1:
            raise ValueError(f"BatchSampler: batch_size must be at least 1, got {batch_size}")
        self.sampler = sampler
        self.drop_last = drop_last

    def __len__(self) -> int:
        """Return how many lists an epoch has."""
        whole, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[list[Any]]:
        """Yield the lists of one epoch."""
        batch: list[Any] = []
        for number in self.sampler:
            batch.append(int(number) if isinstance(number, int | np.integer) else number)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch


def _count(caller: str, number: Any) -> int:
    try:
        count = operator.index(number)
    except TypeError:
        raise TypeError(f"{caller}: expected a whole number, got {number!r}") from None
    if count < 0:
        raise ValueError(f"{caller}: expected a number of at least 0, got {count}")
    return count
