"""The numbers of a run, beside what is expected of them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One number, in the words of `form`, such as "{:.2%}", and its bounds."""

    what: str
    value: float
    form: str = "{:.4g}"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def text(self) -> str:
        return self.form.format(self.value)

    @property
    def expected(self) -> str:
        """The bounds in words; a dash where there are none."""
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        said = [f"{word} {self.form.format(x)}" for word, x in bounds if x is not None]
        return ", ".join(said) or "-"

    @property
    def met(self) -> bool:
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)


def report(numbers: Sequence[Measured]) -> Sequence[Measured]:
    """Print the numbers, one line each, and hand them on."""
    width = max(len(each.what) for each in numbers)
    for each in numbers:
        bound = "" if each.expected == "-" else f"   expected {each.expected}"
        print(f"{each.what:{width}}  {each.text}{bound}{'' if each.met else '   NOT MET'}")
    return numbers
