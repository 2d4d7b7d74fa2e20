"""Formulas as figures print them: enough algebra to write `−y²` where a rule says `-g * y * y`.

A formula is a sum of terms, a term a number times powers of factors. Factors are strings, printed
as they are; a sum that is multiplied becomes a factor in parentheses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from viz.numerals import MINUS

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Factors = tuple[tuple[str, int], ...]  # in the order of appearance


@dataclass(frozen=True)
class Formula:
    """A sum of terms, each a number and its factors with their powers.

    >>> y = Formula.symbol("y")
    >>> print(Formula.number(-1) * y * y, "|", y * (Formula.number(1) - y))
    −y² | y·(1 − y)
    """

    terms: tuple[tuple[float, Factors], ...]

    @staticmethod
    def number(value: float) -> Formula:
        """A constant."""
        return Formula(((float(value), ()),) if value else ())

    @staticmethod
    def symbol(name: str) -> Formula:
        """A variable, or anything else that is printed as one factor."""
        return Formula(((1.0, ((name, 1),)),))

    def __add__(self, other: Formula) -> Formula:
        sums: dict[frozenset[tuple[str, int]], tuple[float, Factors]] = {}
        for coefficient, factors in (*self.terms, *other.terms):
            known, first = sums.get(frozenset(factors), (0.0, factors))
            sums[frozenset(factors)] = (known + coefficient, first)
        return Formula(tuple(term for term in sums.values() if term[0]))

    def __neg__(self) -> Formula:
        return Formula(tuple((-coefficient, factors) for coefficient, factors in self.terms))

    def __sub__(self, other: Formula) -> Formula:
        return self + -other

    def __mul__(self, other: Formula) -> Formula:
        if not self.terms or not other.terms:
            return Formula(())
        for number, formula in ((self, other), (other, self)):
            if number.is_number:
                factor = number.terms[0][0]
                return Formula(tuple((c * factor, factors) for c, factors in formula.terms))
        first, second = self._term(), other._term()
        return Formula(((first[0] * second[0], _merged((*first[1], *second[1]))),))

    def __truediv__(self, other: Formula) -> Formula:
        return self * other.to_the(-1)

    def to_the(self, power: int) -> Formula:
        """A whole power."""
        if power == 0:
            return Formula.number(1)
        if not self.terms:
            return self if power > 0 else Formula.symbol("1/0")
        coefficient, factors = self._term()
        raised = tuple((name, exponent * power) for name, exponent in factors)
        return Formula(((coefficient**power, raised),))

    def _term(self) -> tuple[float, Factors]:
        """The formula as one term."""
        if len(self.terms) == 1:
            return self.terms[0]
        return 1.0, ((f"({self})", 1),)

    @property
    def is_number(self) -> bool:
        """Whether it is a number other than zero."""
        return len(self.terms) == 1 and not self.terms[0][1]

    @property
    def is_factor(self) -> bool:
        """Whether it can stand in a product, or behind a sign, without parentheses."""
        if not self.terms:
            return True
        coefficient, factors = self.terms[0]
        return len(self.terms) == 1 and (not factors or (coefficient == 1 and len(factors) == 1))

    @property
    def value(self) -> float | None:
        """The number that it is, if it is one."""
        return 0.0 if not self.terms else self.terms[0][0] if self.is_number else None

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        text = ""
        for position, (coefficient, factors) in enumerate(self.terms):
            sign = MINUS if coefficient < 0 else ""
            if position:
                sign = f" {sign or '+'} "
            text += sign + _term_text(abs(coefficient), factors)
        return text


def _merged(factors: Iterable[tuple[str, int]]) -> Factors:
    powers: dict[str, int] = {}
    for name, exponent in factors:
        powers[name] = powers.get(name, 0) + exponent
    return tuple((name, exponent) for name, exponent in powers.items() if exponent)


def _term_text(coefficient: float, factors: Factors) -> str:
    above = [_power(name, exponent) for name, exponent in factors if exponent > 0]
    divisor = 1
    below = [_power(name, -exponent) for name, exponent in factors if exponent < 0]
    if 0 < coefficient < 1 and abs(1 / coefficient - round(1 / coefficient)) < 1e-9 and below:
        divisor, coefficient = round(1 / coefficient), 1.0
    top = _product(coefficient, above)
    if not below:
        return top
    bottom = _product(divisor, below)
    return f"{top}/{bottom}" if len(below) == 1 and divisor == 1 else f"{top}/({bottom})"


def _product(coefficient: float, factors: list[str]) -> str:
    """`2x`, `2·sin(x)` or `x·y`: a number and a short name need no sign between them."""
    text = "·".join(factors)
    if coefficient == 1 and text:
        return text
    digits = f"{coefficient:.4g}"
    if not text:
        return digits
    return digits + text if len(factors[0]) <= 2 and factors[0].isalnum() else f"{digits}·{text}"


def _power(name: str, exponent: int) -> str:
    if exponent == 1:
        return name
    base = name if name.isidentifier() or name.startswith("(") else f"({name})"
    return base + str(exponent).translate(_RAISED)
