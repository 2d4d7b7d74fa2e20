"""Data sets: anything with a length and examples by number."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor
from nn.data.collate import default_collate, to_tensor

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "Dataset",
    "IterableDataset",
    "StackDataset",
    "Subset",
    "TensorDataset",
]


class Sized(Protocol):
    """What a loader needs of a data set: a list of examples has it too."""

    def __len__(self) -> int:
        """Return how many examples there are."""

    def __getitem__(self, index: int, /) -> Any:
        """Return one example."""


class Dataset:
    """The base of data sets: `__len__` and `__getitem__` are all that a subclass must write.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> numbers, squares = Squares().batch([1, 3])
    >>> squares.numpy()
    array([1, 9])
    """

    def __class_getitem__(cls, kind: Any) -> type["Dataset"]:
        """The class itself: `Dataset[...]` says to readers what an example is."""
        return cls

    def __add__(self, other: Sized) -> "ConcatDataset":
        """This data set and then another, as one."""
        return ConcatDataset([self, other])

    def __len__(self) -> int:
        """Return how many examples there are."""
        raise TypeError(f"{type(self).__name__} is a Dataset and must define __len__(self)")

    def __getitem__(self, index: int, /) -> Any:
        """Return one example."""
        raise TypeError(
            f"{type(self).__name__} is a Dataset and must define __getitem__(self, index)"
        )

    def batch(self, indices: Sequence[int] | NDArray[np.intp]) -> Any:
        """Return the examples at some indices as one batch.

        A subclass whose examples lie in arrays overrides this to take them out in one go.
        """
        return default_collate([self[operator.index(index)] for index in indices])


class TensorDataset(Dataset):
    """Examples that are the rows of tensors of equal length: example i is `(t[i], u[i], ...)`.

    Args:
        *tensors: Tensors, arrays or nested lists whose first axes have the same length. Arrays are
            not copied; Python's floats become float32.

    Raises:
        ValueError: If there is no tensor, one is 0-d, or their lengths differ.

    >>> data = TensorDataset(np.zeros((5, 3), dtype=np.float32), [0, 1, 0, 1, 1])
    >>> len(data)
    5
    >>> inputs, label = data[1]
    >>> inputs.shape, label.item()
    ((3,), 1)
    """

    def __init__(self, *tensors: Tensor | ArrayLike) -> None:
        if not tensors:
            raise ValueError("TensorDataset: expected at least one tensor, got none")
        self.tensors = tuple(to_tensor(tensor) for tensor in tensors)
        shapes = [tensor.shape for tensor in self.tensors]
        if () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ValueError(
                f"TensorDataset: expected tensors with first axes of one length, got shapes "
                f"{', '.join(map(str, shapes))}"
            )

    def __len__(self) -> int:
        """Return the length of the tensors' first axis."""
        return len(self.tensors[0])

    def __getitem__(self, index: int, /) -> tuple[Tensor, ...]:
        """Return the row at `index` of each tensor."""
        return tuple(tensor[index] for tensor in self.tensors)

    def batch(self, indices: Sequence[int] | NDArray[np.intp]) -> tuple[Tensor, ...]:
        """Return the rows at `indices` of each tensor, copied by one indexing operation each."""
        rows = np.asarray(indices, dtype=np.intp)
        return tuple(tensor[rows] for tensor in self.tensors)


class Subset(Dataset):
    """Some examples of another data set, in the order of `indices`.

    Args:
        dataset: The data set with all examples.
        indices: The numbers of the examples to keep, 0 to `len(dataset) - 1`.

    Raises:
        IndexError: If an index is out of range.

    >>> odd = Subset(["zero", "one", "two", "three"], [1, 3])
    >>> odd[1], len(odd)
    ('three', 2)
    """

    def __init__(self, dataset: Sized, indices: Sequence[int] | NDArray[np.intp]) -> None:
        rows = np.array(indices, dtype=np.intp)
        outside = rows[(rows < 0) | (rows >= len(dataset))]
        if outside.size:
            raise IndexError(
                f"Subset: index {outside[0]} is out of range for a data set of {len(dataset)} "
                f"examples"
            )
        self.dataset = dataset
        self.indices = rows

    def __len__(self) -> int:
        """Return how many examples were kept."""
        return len(self.indices)

    def __getitem__(self, index: int, /) -> Any:
        """Return the example at `index` of the subset."""
        return self.dataset[int(self.indices[index])]

    def batch(self, indices: Sequence[int] | NDArray[np.intp]) -> Any:
        """Return the examples at `indices` of the subset as one batch."""
        return fetch(self.dataset, self.indices[np.asarray(indices, dtype=np.intp)])


class ConcatDataset(Dataset):
    """Several data sets as one, the examples of the first before those of the second.

    Args:
        datasets: The data sets, at least one.

    Raises:
        ValueError: If there is none.

    >>> both = ConcatDataset(["ab", "cde"])
    >>> len(both), both[1], both[2]
    (5, 'b', 'c')
    """

    def __init__(self, datasets: Iterable[Sized]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: expected at least one data set, got none")
        self.ends = np.cumsum([len(dataset) for dataset in self.datasets])

    def __len__(self) -> int:
        """Return how many examples all have together."""
        return int(self.ends[-1])

    def __getitem__(self, index: int, /) -> Any:
        """Return one example."""
        row = operator.index(index)
        if not 0 <= row < len(self):
            raise IndexError(f"ConcatDataset: index {row} is out of range for {len(self)} examples")
        part = int(np.searchsorted(self.ends, row, side="right"))
        return self.datasets[part][row - int(self.ends[part]) + len(self.datasets[part])]


class IterableDataset:
    """The base of data sets that can only be read from front to back: `__iter__` is all.

    Examples may be endless or unknown in number; a loader batches them as they come. In worker
    processes each worker reads all and keeps every n-th batch, so the order stays the same; unless
    the data set asks `get_worker_info()` for its `id`, to read a part of its own: then the batches
    of all workers come, in turn.

    >>> class Countdown(IterableDataset):
    ...     def __iter__(self):
    ...         return iter([3, 2, 1])
    >>> from nn.data import DataLoader
    >>> [batch.numpy().tolist() for batch in DataLoader(Countdown(), batch_size=2)]
    [[3, 2], [1]]
    """

    def __class_getitem__(cls, kind: Any) -> type["IterableDataset"]:
        """The class itself: `IterableDataset[...]` says to readers what an example is."""
        return cls

    def __add__(self, other: Iterable[Any]) -> "ChainDataset":
        """This data set and then another, as one."""
        return ChainDataset([self, other])

    def __iter__(self) -> Iterator[Any]:
        """Yield the examples."""
        raise TypeError(f"{type(self).__name__} is an IterableDataset and must define __iter__")


class ChainDataset(IterableDataset):
    """Several data sets that are read from front to back, one after the other.

    Args:
        datasets: The data sets.

    >>> list(ChainDataset(["ab", [1, 2]]))
    ['a', 'b', 1, 2]
    """

    def __init__(self, datasets: Iterable[Iterable[Any]]) -> None:
        self.datasets = list(datasets)

    def __iter__(self) -> Iterator[Any]:
        """Yield the examples."""
        for dataset in self.datasets:
            yield from dataset


class StackDataset(Dataset):
    """Several data sets side by side: example i is a tuple, or dict, of the examples i of all.

    Args:
        *datasets: Data sets of one length, for tuples.
        **named: Data sets of one length, for dicts.

    Raises:
        ValueError: If there is none, some have names and some have not, or their lengths differ.

    >>> pairs = StackDataset("ab", [1, 2])
    >>> pairs[1]
    ('b', 2)
    >>> StackDataset(letter="ab", number=[1, 2])[0]
    {'letter': 'a', 'number': 1}
    """

    def __init__(self, *datasets: Sized, **named: Sized) -> None:
        if bool(datasets) == bool(named):
            raise ValueError("StackDataset: expected data sets, all with a name or all without")
        self.datasets: tuple[Sized, ...] | dict[str, Sized] = datasets or named
        lengths = {len(each) for each in self._all()}
        if len(lengths) > 1:
            raise ValueError(
                f"StackDataset: the data sets must have one length, got {sorted(lengths)}"
            )

    def _all(self) -> list[Sized]:
        parts = self.datasets
        return list(parts.values() if isinstance(parts, dict) else parts)

    def __len__(self) -> int:
        """Return the length of each."""
        return len(self._all()[0])

    def __getitem__(self, index: int, /) -> Any:
        """Return one example of each."""
        if isinstance(self.datasets, dict):
            return {name: each[index] for name, each in self.datasets.items()}
        return tuple(each[index] for each in self.datasets)


def fetch(dataset: Any, indices: Any, collate: Callable[[list[Any]], Any] | None = None) -> Any:
    """Return one batch of any data set, by its own `batch` where it has one."""
    if collate is None and isinstance(dataset, Dataset):
        return dataset.batch(indices)
    numbers = [plain_index(index) for index in indices]
    several = getattr(dataset, "__getitems__", None)  # as data sets of others have it
    examples = [dataset[number] for number in numbers] if several is None else several(numbers)
    return (collate or default_collate)(examples)


def plain_index(index: Any) -> Any:
    """A number of an example as Python's integer; other keys as they are."""
    return int(index) if isinstance(index, int | np.integer) else index
