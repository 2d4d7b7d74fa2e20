"""Numbers as figures print them: compact, honest about small ones, aligned in arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

MINUS = "−"  # as wide as a digit, unlike the hyphen
WRITTEN_ELEMENTS = 36  # of the largest array that is written out as numbers
_TENTHS = 9.95  # of a unit: a duration below has one digit after the point
_LARGE, _SMALL = 6, -4  # powers of ten from which on a number is written with an exponent
_HIGH, _LOW = 10.0 ** (_LARGE - 1), 10.0 ** (_SMALL + 1)  # between them that is sure unrounded


@dataclass(frozen=True)
class Numerals:
    """How a style writes numbers.

    Args:
        decimals: Digits after the point.
        significant: Digits a number keeps at least, so that 0.0012 never reads 0.00.
        trim: Whether trailing zeros are left out (1.5 rather than 1.50).
        in_arrays: Digits after the point of numbers in arrays, where they are others.
    """

    decimals: int
    significant: int
    trim: bool
    in_arrays: int | None = None

    def finer(self) -> Numerals:
        """For a number that differs from another in late digits, as after a step of training."""
        return replace(self, decimals=4, trim=True, in_arrays=None)

    def number(self, value: Any) -> str:
        """Write one number.

        >>> Numerals(2, 2, False).number(-12.0)
        '−12.00'
        >>> Numerals(2, 2, False).number(0.00123)
        '0.0012'
        >>> Numerals(0, 4, True).number(1.1)
        '1.1'
        """
        if isinstance(value, (bool, np.bool_)):
            return str(bool(value))
        if isinstance(value, (complex, np.complexfloating)):
            return self._complex(complex(value))
        if isinstance(value, (int, np.integer)):
            return str(value).replace("-", MINUS)
        return self._real(float(value), self._places(float(value)), self.trim)

    def array(self, values: np.ndarray[Any, Any]) -> list[str]:
        """Write all elements of an array with the same number of decimals, so that they align.

        Args:
            values: Any shape; elements are taken in C order.

        Returns:
            One string per element.
        """
        if self.in_arrays is not None:
            return replace(self, decimals=self.in_arrays, in_arrays=None).array(values)
        elements = values.ravel().tolist()
        if values.dtype.kind != "f":
            return [self.number(element) for element in elements]
        # The largest decides the decimals; an element that would then vanish shows its own.
        sizes = [abs(x) for x in elements if x and math.isfinite(x)]
        places = self._places(max(sizes, default=0.0))
        if self.trim and places > 0:
            plain = [f"{size:.{places}f}" for size in sizes if _plain(size)]
            places = max((len(p.rstrip("0").partition(".")[2]) for p in plain), default=0)
        return [self._element(x, places) for x in elements]

    def _element(self, value: float, places: int) -> str:
        if value and math.isfinite(value) and abs(value) < 0.5 * 10.0**-places:
            power = _magnitude(value, 1)
            return self._exponential(value, 1) if power < -3 else self._real(value, -power, False)
        if not value and places > -_SMALL:  # among numbers with exponents
            return "0"
        return self._real(value, places, trim=False)

    def _places(self, value: float) -> int:
        if not value or not math.isfinite(value):
            return 0 if self.trim else self.decimals
        return max(self.decimals, self.significant - 1 - _magnitude(value, self.significant))

    def _real(self, value: float, places: int, trim: bool) -> str:
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "∞" if value > 0 else MINUS + "∞"
        if not _plain(value):
            return self._exponential(value, max(self.significant, 2))
        text = f"{value + 0.0:.{places}f}"  # + 0.0 makes -0.0 positive
        if trim and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace("-", MINUS)

    def _exponential(self, value: float, significant: int) -> str:
        mantissa, _, exponent = f"{value:.{significant - 1}e}".partition("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)

    def _complex(self, value: complex) -> str:
        imaginary = self.number(value.imag)
        sign = "" if imaginary.startswith(MINUS) else "+"
        return f"{self.number(value.real)}{sign}{imaginary}i"


def _magnitude(value: float, significant: int = 2) -> int:
    """The power of ten of a number that is rounded to some digits: 1 for 9.99."""
    return int(f"{value:.{significant - 1}e}".partition("e")[2])


def _plain(value: float) -> bool:
    """Whether a finite number is written without an exponent."""
    return not value or _LOW <= abs(value) < _HIGH or _SMALL <= _magnitude(value) < _LARGE


def duration(seconds: float) -> str:
    """A time in words that are as short as it is exact.

    >>> duration(0.0000123), duration(0.00456), duration(2.5)
    ('12 µs', '4.6 ms', '2.5 s')
    """
    unit, size = ("s", 1.0) if seconds >= 1 else ("ms", 1e-3) if seconds >= 1e-3 else ("µs", 1e-6)
    amount = seconds / size
    return f"{amount:.1f} {unit}" if amount < _TENTHS else f"{amount:.0f} {unit}"
