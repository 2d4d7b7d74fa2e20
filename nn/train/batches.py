"""What a trainer is given as data: loaders, other iterables of batches, data sets, or arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset
from nn.module import Module

__all__: list[str] = []


def as_batches(model: Module, data: Any, batch_size: int, shuffle: bool = False) -> Any:
    """A loader of what may be a data set or a tuple of arrays; else it gives batches itself."""
    if isinstance(data, Dataset | IterableDataset):
        return DataLoader(data, batch_size, shuffle and isinstance(data, Dataset))
    if isinstance(data, Tensor | np.ndarray):
        raise TypeError(
            f"Trainer: expected a loader or (inputs, targets), got one array of shape {data.shape} "
            "without targets"
        )
    if not isinstance(data, tuple):
        if not isinstance(data, Iterable):
            raise TypeError(
                f"Trainer: expected a loader, (inputs, targets), or an iterable of batches, got "
                f"{type(data).__name__}"
            )
        return data
    if len(data) < 2:
        raise ValueError("Trainer: expected (inputs, targets), got one array alone")
    return DataLoader(
        TensorDataset(*(for_model(model, each) for each in one_by_one(data))), batch_size, shuffle
    )


def one_by_one(batch: Any) -> tuple[Any, ...]:
    """A batch whose inputs may stand in a tuple of their own, `((a, b), targets)`, as one tuple."""
    first, *rest = batch
    kinds = Tensor if isinstance(first, list) else Tensor | np.ndarray
    if isinstance(first, tuple | list) and all(isinstance(each, kinds) for each in first):
        return (*first, *rest)
    return tuple(batch)


def for_model(model: Module, values: Any) -> Tensor:
    """An array as a Tensor; floating ones in the dtype of the model's parameters."""
    array = values.data if isinstance(values, Tensor) else np.asarray(values)
    wanted = next((each.dtype for each in model.parameters()), np.dtype(np.float32))
    if array.dtype.kind == "f" and not isinstance(values, Tensor):
        array = array.astype(wanted, copy=False)
    return Tensor(array)


def count_batches(loader: Any) -> int | None:
    """How many batches there are, where that is known."""
    try:
        return len(loader)
    except TypeError:
        return None
