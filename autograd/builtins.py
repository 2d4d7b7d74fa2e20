"""Python's containers under the name that programs written for HIPS autograd import.

A container of Tensors is an ordinary one here, so these are Python's own; `isinstance` and `type`
speak of the value of a Tensor.

>>> import numpy as np
>>> from autograd import Tensor
>>> isinstance(Tensor([1.0]), np.ndarray)
True
"""

import builtins as _python
from builtins import dict, list, tuple  # noqa: UP029  # programs import them from here
from typing import Any

from autograd.graph.tensor import value as _value

__all__ = ["dict", "isinstance", "list", "tuple", "type"]


def isinstance(x: Any, kind: Any) -> bool:
    """Whether a value, or the value of a Tensor, is of a class."""
    return _python.isinstance(_value(x), kind) or _python.isinstance(x, kind)


def type(x: Any) -> Any:
    """The class of a value, or of the value of a Tensor."""
    return _python.type(_value(x))
