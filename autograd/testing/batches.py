"""Whether axis 0 of a call is a batch, found out from the values.

A function treats axis 0 as a batch if every example alone gives its part of the output. Whether it
does is asked at the point and at two others on opposite sides of it, so that neither zeros nor ties
make a function look like one: the values are other properties' business, and where they say batch,
the gradients have to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograd.testing.subjects import Array
from autograd.testing.violation import close

_APART = 2.0**-10
_PRECISION = 1e-8


def batch_of(function: Callable[..., Any], arrays: Sequence[Array]) -> list[bool] | None:
    """Per array whether its axis 0 is a batch, as the outputs' is; None if there is no batch.

    Args:
        function: takes the arrays, returns an array or a tuple of arrays.
        arrays: the point.

    >>> batch_of(np.matmul, [np.eye(2, 3), np.ones((3, 4))])
    [True, False]
    >>> batch_of(lambda x: x.sum(0), [np.eye(2)]) is None
    True
    """
    with np.errstate(all="ignore"):
        points = [[np.array(x) for x in arrays]]
        points += [_moved(points[0], sign) for sign in (1.0, -1.0)]
        outputs = _outputs(function, points[0])
        if not outputs or any(out.ndim == 0 or len(out) != len(outputs[0]) for out in outputs):
            return None
        count = len(outputs[0])
        if count < 2:
            return None
        for batch in _candidates(arrays, count):
            if all(_agrees(function, point, batch, count) for point in points):
                return batch
    return None


def _candidates(arrays: Sequence[Array], count: int) -> Iterator[list[bool]]:
    """All ways to share out a batch among the arrays that may have one, most of them first."""
    able = [position for position, x in enumerate(arrays) if x.ndim and len(x) == count]
    for size in range(len(able), 0, -1):
        for chosen in combinations(able, size):
            yield [position in chosen for position in range(len(arrays))]


def _moved(arrays: Sequence[Array], sign: float) -> list[Array]:
    """The point, a little off in a direction of its own for every element."""
    rng = np.random.default_rng(0)
    return [
        x + sign * _APART * rng.uniform(0.5, 1.0, x.shape).astype(x.real.dtype)
        if x.dtype.kind in "fc"
        else x
        for x in arrays
    ]


def _agrees(
    function: Callable[..., Any], arrays: Sequence[Array], batch: Sequence[bool], count: int
) -> bool:
    whole = _outputs(function, arrays)
    for example in range(count):
        row = slice(example, example + 1)
        alone = _outputs(function, [x[row] if b else x for x, b in zip(arrays, batch, strict=True)])
        if len(alone) != len(whole):
            return False
        for part, out in zip(alone, whole, strict=True):
            if not close(part, out[row], precision=_PRECISION):
                return False
    return True


def _outputs(function: Callable[..., Any], arrays: Sequence[Array]) -> list[Array]:
    """What the function returns; nothing where it does not take such arrays."""
    try:
        result = function(*(x.copy() for x in arrays))
    except (ValueError, IndexError, TypeError, ArithmeticError):
        return []
    listed = result if isinstance(result, (tuple, list)) else [result]
    return [np.asarray(each) for each in listed]
