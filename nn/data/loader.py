"""The loader: a data set in batches, in order or shuffled anew for each epoch."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nn.data.dataset import Sized, fetch
from nn.data.generator import choose_generator

__all__ = ["DataLoader"]


class DataLoader:
    """Iterates over a data set in batches; each iteration is one epoch.

    Args:
        dataset: A `Dataset`, or anything with a length and examples by number.
        batch_size: Examples in a batch; the last batch holds what is left.
        shuffle: Whether each epoch has its own random order.
        seed: The same seed gives the same sequence of orders. Without it and `generator`, the
            library's default generator draws, which `autograd.manual_seed` sets.
        generator: Draws the orders, in place of a seed.
        drop_last: Whether a last batch that is not full is left out.
        collate_fn: Turns a list of examples into a batch, in place of `default_collate`.

    Raises:
        ValueError: If the batch size is not positive, or there would be no batch at all.
        TypeError: If the data set has no length, or the batch size is no integer.

    >>> loader = DataLoader(range(10), batch_size=4)
    >>> [batch.numpy().tolist() for batch in loader]
    [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    >>> len(DataLoader(range(10), batch_size=4, drop_last=True))
    2
    """

    def __init__(
        self,
        dataset: Sized,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
        drop_last: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
    ) -> None:
        if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
            raise TypeError(
                f"DataLoader: dataset must have __len__ and __getitem__, got "
                f"{type(dataset).__name__}; put the examples into a list or a TensorDataset"
            )
        try:
            self.batch_size = operator.index(batch_size)
        except TypeError:
            raise TypeError(
                f"DataLoader: batch_size must be an integer, got {batch_size!r}"
            ) from None
        if self.batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be at least 1, got {batch_size}")
        self.dataset = dataset
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.collate_fn = collate_fn
        self.generator = choose_generator("DataLoader", seed, generator)
        if len(self) == 0:
            raise ValueError(
                f"DataLoader: there is no batch: the data set has {len(dataset)} examples, "
                f"batch_size is {self.batch_size} and drop_last is {drop_last}"
            )

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of one epoch."""
        examples = len(self.dataset)
        order = self.generator.permutation(examples) if self.shuffle else np.arange(examples)
        for number in range(len(self)):
            indices = order[number * self.batch_size : (number + 1) * self.batch_size]
            if self.collate_fn is None:
                yield fetch(self.dataset, indices)
            else:
                yield self.collate_fn([self.dataset[int(index)] for index in indices])
