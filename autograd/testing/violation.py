"""What a property raises where it does not hold, and when two arrays count as equal."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.testing.result import GradientComparison


class Violation(AssertionError):
    """A property that does not hold.

    Attributes:
        position: of the input whose gradient is at fault, where there is one.
        comparison: the numbers, where there are some.
        off: relative size of what should vanish, where that was measured.
    """

    def __init__(
        self,
        message: str,
        position: int | None = None,
        comparison: GradientComparison | None = None,
        off: float | None = None,
    ) -> None:
        super().__init__(message)
        self.position = position
        self.comparison = comparison
        self.off = off


def close(
    a: Any, b: Any, precision: float = 1e-9, size: float = 0.0, rounding: float = 1e-300
) -> bool:
    """Equal up to rounding, relative to the largest element; NaN and inf must coincide.

    Args:
        a: an array.
        b: another.
        precision: relative; at least a few roundings of the coarser dtype.
        size: of numbers that these are differences of, where those were larger.
        rounding: a difference that counts for nothing.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype == bool or b.dtype == bool:
        return np.array_equal(a, b)
    finite = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    if not finite.any():
        return True
    size = max(size, largest(a), largest(b))
    kinds = [x.dtype for x in (a, b) if x.dtype.kind in "fc"]
    precision = max([precision, *(8.0 * float(np.finfo(kind).eps) for kind in kinds)])
    return bool(np.abs(a[finite] - b[finite]).max() <= precision * size + rounding)


def largest(x: Any) -> float:
    """The size of the largest finite element, 0 where there is none."""
    sizes = np.abs(np.asarray(x))
    return float(sizes[np.isfinite(sizes)].max(initial=0.0))


def same_bits(a: Any, b: Any) -> bool:
    """The same numbers bit for bit, or both absent."""
    if a is None or b is None:
        return a is b
    return np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind in "fc")
