"""Maps that mix features."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import linear

__all__ = ["bilinear", "linear"]


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """`y_o = x1ᵀ W_o x2 + b_o` over the last axes.

    Args:
        input1: (..., features 1).
        input2: (..., features 2).
        weight: (out features, features 1, features 2).
        bias: (out features,) or None.

    >>> from autograd import ones
    >>> bilinear(ones((1, 2)), ones((1, 3)), ones((4, 2, 3)))
    Tensor([[6., 6., 6., 6.]])
    """
    out = autograd.einsum("...i,oij,...j->...o", input1, weight, input2)
    return out if bias is None else out + bias
