"""From a list of examples to one batch."""

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from autograd.internals import as_numeric_array

__all__ = ["default_collate", "default_convert"]


def default_collate(examples: Sequence[Any]) -> Any:
    """Join examples into one batch with a new leading axis.

    Tensors and arrays of one shape are stacked, numbers become a tensor, tuples, lists and dicts
    are joined entry by entry; anything else, such as text, stays a list. Arrays keep their dtype;
    Python's floats become float32, the dtype of a layer's parameters.

    Args:
        examples: The examples of one batch, all with the same structure.

    Returns:
        The batch: the structure of one example, with a tensor at each leaf.

    Raises:
        ValueError: If there are no examples, or their shapes, lengths or keys differ.

    >>> default_collate([([0.0, 1.0], "zero"), ([2.0, 3.0], "two")])[1]
    ['zero', 'two']
    >>> inputs, labels = default_collate([(np.zeros((1, 8, 8)), 3), (np.ones((1, 8, 8)), 4)])
    >>> inputs.shape, labels.numpy()
    ((2, 1, 8, 8), array([3, 4]))
    """
    if not examples:
        raise ValueError("default_collate: expected at least one example, got none")
    first = examples[0]
    if isinstance(first, Tensor):
        _check_shapes(examples)
        return autograd.stack(examples)
    if isinstance(first, np.ndarray | np.generic) and first.dtype.kind in "biufc":
        _check_shapes(examples)
        return autograd.from_numpy(np.stack(examples))
    if isinstance(first, numbers.Number):
        return to_tensor(examples)
    if isinstance(first, Mapping):
        _check_same("keys", [tuple(sorted(example)) for example in examples])
        joined = {key: default_collate([example[key] for example in examples]) for key in first}
        return _of_the_kind(first, joined)
    if isinstance(first, tuple | list):
        _check_same("lengths", [len(example) for example in examples])
        columns = [default_collate(column) for column in zip(*examples, strict=True)]
        if hasattr(first, "_fields"):  # a named tuple
            return type(first)(*columns)
        return columns if isinstance(first, list) else tuple(columns)
    return list(examples)


def default_convert(data: Any) -> Any:
    """An example with a Tensor for every array; what a loader yields with `batch_size=None`.

    >>> default_convert({"x": np.ones(2), "name": "one"})
    {'x': Tensor([1., 1.]), 'name': 'one'}
    """
    if isinstance(data, np.ndarray | np.generic) and data.dtype.kind in "biufc":
        return autograd.from_numpy(np.asarray(data))
    if isinstance(data, Mapping):
        return _of_the_kind(data, {key: default_convert(each) for key, each in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, tuple | list):
        return type(data)(map(default_convert, data))
    return data


def _of_the_kind(first: Mapping[Any, Any], joined: dict[Any, Any]) -> Any:
    """A mapping of the class of another, where that can be made of a dict."""
    if type(first) is dict:
        return joined
    try:
        return type(first)(joined)  # type: ignore[call-arg]
    except TypeError:
        return joined


def to_tensor(values: Tensor | ArrayLike) -> Tensor:
    """Return values as a tensor; arrays are shared, and Python's floats become float32."""
    if isinstance(values, Tensor):
        return values
    array = as_numeric_array(values, "the data")
    if array.dtype == np.float64 and not isinstance(values, np.ndarray | np.generic):
        array = array.astype(np.float32)
    return autograd.from_numpy(array)


def _check_shapes(examples: Sequence[Any]) -> None:
    _check_same("shapes", [np.shape(example) for example in examples])


def _check_same(what: str, found: Sequence[Any]) -> None:
    """Raise a ValueError that names the first example unlike example 0."""
    for number, value in enumerate(found):
        if value != found[0]:
            raise ValueError(
                f"default_collate: the {what} of the examples in a batch must agree, but example 0 "
                f"has {found[0]} and example {number} has {value}; give DataLoader a collate_fn "
                f"that pads or crops them"
            )
