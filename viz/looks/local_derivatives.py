"""What stands where a wire arrives at a gate: the local derivative and what is passed on."""

from __future__ import annotations

from collections.abc import Sequence

from viz.looks.quantities import QuantityArtist
from viz.numerals import MINUS
from viz.records import Local, Vertex
from viz.text import clean

_WIDE = 24  # characters of a line beside a wire
_LONGEST = 48  # characters of a formula; a longer one says less than its number


class InletWriter:
    """Writes the chain rule of one gate, line by line.

    Args:
        artist: Writes numbers.
    """

    def __init__(self, artist: QuantityArtist) -> None:
        self.artist = artist

    def lines(self, vertex: Vertex, local: Local | None) -> list[str]:
        """The lines at one argument: the derivative, and `arriving × local = passed on`."""
        if local is None:
            return []
        lines = [self.derivative(local), self.product(vertex, local)]
        if local.shapes and vertex.value is not None and local.passed is not None:
            lines.append(f"{local.passed.shape} = {local.shapes}")
        return [clean(line, _LONGEST) for line in lines if line]

    def beside(self, vertex: Vertex, local: Local | None) -> list[str]:
        """The same to be drawn beside a wire: long equations of arrays in two lines."""
        lines = self.lines(vertex, local)
        if local is None or local.factor is not None:
            return lines
        return [part for line in lines for part in _broken(line)]

    def derivative(self, local: Local, longest: int = _LONGEST) -> str:
        """`∂y/∂u = −y² = −0.53` of a gate of numbers, `∂L/∂X = ∂L/∂Y Wᵀ` of arrays."""
        of, by = local.result, local.argument
        formula = local.formula if len(local.formula) <= longest - 20 else ""
        if local.is_factor and local.factor is not None:
            number = self.artist.lines(local.factor)[0]
            parts = [f"∂{of}/∂{by}", formula, number]
            if _is_number(formula):  # the number says it all
                parts = [f"∂{of}/∂{by}", formula]
            return " = ".join(part for part in parts if part)
        if not formula:
            return ""
        if not local.is_factor:
            return f"∂L/∂{by} = {formula}"
        arriving = f"∂L/∂{of}"
        if formula != "1":
            factor = f"({formula})" if " " in formula or formula.startswith(MINUS) else formula
            arriving = f"{arriving} × {factor}"
        if not local.shapes:
            return f"∂L/∂{by} = {arriving}"
        # The argument was broadcast: all of its copies send something back.
        return f"∂L/∂{by} = Σ {arriving}" if formula == "1" else f"∂L/∂{by} = Σ ({arriving})"

    def product(self, vertex: Vertex, local: Local) -> str:
        """`arriving × local = passed on`, for numbers."""
        if local.factor is None or local.passed is None or vertex.gradient is None:
            return ""
        numbers = (vertex.gradient, local.factor, local.passed)
        arriving, factor, passed = (self.artist.lines(each)[0] for each in numbers)
        factor = f"({factor})" if factor.startswith(MINUS) else factor
        return f"{arriving} × {factor} = {passed}"


def _broken(line: str) -> list[str]:
    """A long equation in two lines, of which the second begins with `=`."""
    left, equals, right = line.partition(" = ")
    return [left, f"= {right}"] if equals and len(line) > _WIDE else [line]


def _is_number(text: str) -> bool:
    return text.replace(MINUS, "").replace(".", "").isdigit()


def slot_levels(blocks: Sequence[float], least: float) -> list[float]:
    """Levels of the inlets of a gate, around zero, with room below each for its lines.

    Args:
        blocks: Height of the lines below each wire.
        least: Least distance of two wires.

    Returns:
        A level per inlet, from top to bottom.
    """
    levels = [0.0]
    for block in blocks[:-1]:
        levels.append(levels[-1] + max(least, block))
    return [level - levels[-1] / 2 for level in levels[: len(blocks)]]
