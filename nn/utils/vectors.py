"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import caller_location, value_of
from nn.parameter import assign

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """The elements of all parameters, one after the other; recorded.

    >>> parameters_to_vector([Tensor([[1.0, 2.0]]), Tensor(3.0)])
    Tensor([1., 2., 3.])
    """
    return autograd.concatenate([autograd.reshape(p, (-1,)) for p in parameters])


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor]) -> None:
    """Write the elements of a vector into the parameters, in order.

    Raises:
        ValueError: unless the vector has as many elements; nothing has changed then.

    >>> a, b = Tensor([[0.0, 0.0]]), Tensor(0.0)
    >>> vector_to_parameters([1.0, 2.0, 3.0], [a, b])
    >>> a, b
    (Tensor([[1., 2.]]), Tensor(3.))
    """
    raw = np.asarray(value_of(vec) if isinstance(vec, Tensor) else vec)
    listed = list(parameters)
    total = sum(int(p.size) for p in listed)
    if raw.shape != (total,):
        raise ValueError(
            f"vector_to_parameters: the parameters have {total} elements, got shape {raw.shape}"
        )
    location, by = caller_location(), "vector_to_parameters"
    start = 0
    for parameter in listed:
        size = int(parameter.size)
        assign(parameter, raw[start : start + size].reshape(parameter.shape), location, by)
        start += size
