"""Whole programs: values that are used again, diamonds, branches that lead nowhere."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies.shapes import Shape, broadcastable_shapes


def _total(x: Any) -> Any:
    """The sum over the last axis, which stays as one of length 1."""
    return x.sum(axis=-1, keepdims=True) if x.ndim else x


# Smooth everywhere, and none makes numbers much larger. NumPy's names do for Tensors, too. What is
# broadcastable stays so: no step drops an axis. Hypothesis shrinks towards the first.
_UNARY: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"negative": np.negative, "sin": np.sin, "tanh": np.tanh, "total": _total}
)
_BINARY: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "gated by": lambda x, y: x * np.tanh(y)}
)


@dataclass(frozen=True)
class Step:
    """One operation of a program.

    Attributes:
        name: of the operation.
        operands: numbers of the values that it takes: the inputs come first, then the results of
            the steps before this one.
    """

    name: str
    operands: tuple[int, ...]

    def __call__(self, *given: Any) -> Any:
        """The result for these operands."""
        table: Mapping[str, Callable[..., Any]] = _UNARY if len(given) == 1 else _BINARY
        return table[self.name](*given)


@dataclass(frozen=True)
class Program:
    """A function of Tensors, or of arrays, as a list of steps; it returns some of their results.

    Attributes:
        shapes: of the inputs.
        steps: in order.
        results: numbers of the values that are returned.

    >>> square = Program(((2,),), (Step("gated by", (0, 0)),), (1,))
    >>> print(square)
    v1 = v0 gated by v0
    return v1
    >>> square.reused, square.dead
    (frozenset({0}), frozenset())
    """

    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    results: tuple[int, ...]

    def __call__(self, *inputs: Any) -> Any:
        """The results, a tuple of them if there are several."""
        values = list(inputs)
        for step in self.steps:
            values.append(step(*(values[number] for number in step.operands)))
        chosen = tuple(values[number] for number in self.results)
        return chosen if len(chosen) > 1 else chosen[0]

    @property
    def reused(self) -> frozenset[int]:
        """Numbers of the values that are used more than once."""
        uses = Counter(number for step in self.steps for number in step.operands)
        uses.update(self.results)
        return frozenset(number for number, count in uses.items() if count > 1)

    @property
    def dead(self) -> frozenset[int]:
        """Numbers of the values on which no result depends."""
        needed = set(self.results)
        for number in reversed(range(len(self.shapes), len(self.shapes) + len(self.steps))):
            if number in needed:
                needed.update(self.steps[number - len(self.shapes)].operands)
        return frozenset(range(len(self.shapes) + len(self.steps))) - needed

    def __str__(self) -> str:
        lines = []
        for number, step in enumerate(self.steps, len(self.shapes)):
            operands = [f"v{each}" for each in step.operands]
            joined = f" {step.name} ".join(operands)
            single = f"{step.name}({operands[0]})"
            lines.append(f"v{number} = {joined if len(operands) > 1 else single}")
        lines.append(f"return {', '.join(f'v{number}' for number in self.results)}")
        return "\n".join(lines)


@st.composite
def programs(draw: st.DrawFn, *, max_inputs: int = 3, max_steps: int = 8) -> Program:
    """Draw a program.

    Each step takes any values there are so far, so values are used twice, in diamonds or at once,
    and some lead to no result. The last step is a result; another value may be one, too.

    Args:
        max_inputs: the largest number of inputs; their shapes broadcast together.
        max_steps: the largest number of steps.

    >>> from hypothesis import find
    >>> print(find(programs(), lambda program: 1 in program.dead and len(program.shapes) == 1))
    v1 = negative(v0)
    v2 = negative(v0)
    return v2
    """
    sides = draw(broadcastable_shapes(draw(st.integers(1, max_inputs)), max_size=12))
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, max_steps))):
        latest = len(sides) + len(steps) - 1
        # The latest half of the time, which makes long programs.
        number = st.integers(0, 2 * latest).map(partial(min, latest))
        table, count = draw(st.sampled_from([(_UNARY, 1), (_BINARY, 2)]))
        operands = tuple(draw(number) for _ in range(count))
        steps.append(Step(draw(st.sampled_from(list(table))), operands))
    last = len(sides) + len(steps) - 1
    others = draw(st.lists(st.integers(0, last), max_size=1))
    return Program(sides, tuple(steps), (last, *others))
