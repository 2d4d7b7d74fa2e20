"""Calls of our operations, drawn from what their records say: samples, domains, argument names.

A sample of a record is a pattern: its shapes are varied (sides exchanged for others, equal ones for
equal ones), axes are redrawn, and the arrays are filled from the domain. A variation that the
operation does not take is given up for the sample itself. Where an argument has a strategy of its
own (an index, a permutation, an einsum, the geometry of windows), that is drawn instead.
"""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.graph.tensor import value
from autograd.operation.record import Op
from autograd.samples import Sample
from autograd.testing.batches import batch_of
from autograd.testing.case import Case
from autograd.testing.paste import code_of
from autograd.testing.properties import Property, select
from autograd.testing.report import array_names, pasted
from autograd.testing.samples import BoundSample, is_shape, samples_of
from autograd.testing.strategies import (
    arrays,
    axes,
    axis_orders,
    broadcastable_shapes,
    convolutions,
    einsums,
    indices,
    poolings,
    reshape_targets,
    shapes,
)
from autograd.testing.strategies.shapes import Shape
from autograd.testing.subjects import Array

# Points where a function is not smooth and its convention is known: drawn on purpose.
_KINKS = (-1.0, 0.0, 0.5, 1.0)
_SIDES = st.sampled_from([1, 1, 2, 2, 2, 3, 3, 0])


# Their first argument is a cotangent, of the shape that another operation's result has.
_AS_GIVEN = frozenset({"cross_entropy_grad"})


def properties_of(op: Op) -> list[Property]:
    """The properties that an operation is held to.

    Where the dtype of the result is an argument, float32 does not stay float32; and the distance to
    the next number is about rounding itself, whose steps are no slope.
    """
    if op.name == "spacing":
        return select("-P7,-P8,-P12")
    return select("-P14" if "dtype" in op.keywords else None)


class RecordCall:
    """An operation with the arrays of one sample.

    Args:
        bound: the sample.
    """

    def __init__(self, bound: BoundSample) -> None:
        self.op = op = bound.op
        self.bound = bound
        listed = op.listed
        self.names = [
            f"{op.arguments[slot]}[{position}]" if listed else op.arguments[slot]
            for position, slot in enumerate(self.bound.slots)
        ]

    def case(self) -> Case:
        """The operation at these arguments."""
        op, bound = self.op, self.bound
        positions = None
        if not op.listed:
            positions = [k for k, slot in enumerate(bound.slots) if not op.without_rule >> slot & 1]
        return Case(
            bound.function(),
            bound.arrays,
            differentiate=positions,
            elementwise=op.kind == "elementwise",
            batch=batch_of(bound.function(), bound.arrays),
            names=self.names,
            keeps_float32=True,
        )

    def bind(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Another function, called the same way, as one of the arrays alone."""
        return self.bound.function(function)

    def code(self, case: Case | None, broken: str) -> str:
        """Python that checks the same again."""
        names = array_names(self.names)
        tokens = self.bound.arguments([_Written(name) for name in names])
        written = [code_of(each) for each in tokens]
        written += [f"{name}={code_of(v)}" for name, v in self.bound.keywords.items()]
        target = f"lambda {', '.join(names)}: autograd.{self.op.name}({', '.join(written)})"
        options = {"elementwise": "True"} if self.op.kind == "elementwise" else {}
        if broken:
            options["properties"] = repr(broken)
        cotangents = None if case is None else case.cotangents
        given = self.bound.arrays if case is None else case.inputs
        return "import autograd\n" + pasted(target, names, names, given, cotangents, options)


class _Written:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


@st.composite
def record_calls(draw: st.DrawFn, op: Op) -> RecordCall:
    """Draw a call of an operation.

    Args:
        op: its record.

    Raises:
        ValueError: if the record has neither samples nor arguments for which they can be guessed.
    """
    pattern = draw(_patterns(op))
    filled = draw(_filled(op, pattern))
    return RecordCall(BoundSample(op, filled, np.random.default_rng(0)))


def _patterns(op: Op) -> st.SearchStrategy[Sample]:
    """Calls with shapes in place of arrays."""
    given = samples_of(op)
    options = [st.sampled_from(given).flatmap(lambda each: _varied(op, each))]
    special = _SPECIAL.get(op.name)
    if special is not None:
        options.append(special)
    elif op.fast and not op.samples:
        count = len(op.arguments)
        together = broadcastable_shapes(count) if count > 1 else st.tuples(shapes())
        options.append(together.map(lambda sides: Sample(tuple(sides), {})))
    return st.one_of(options)


# ---------------------------------------------------------------------- variations of a sample


@st.composite
def _varied(draw: st.DrawFn, op: Op, given: Sample) -> Sample:
    """The sample with other sides and axes, where the operation takes them; else as it is."""
    sides: dict[int, int] = {}

    def side(old: int) -> int:
        if old not in sides:
            sides[old] = draw(_SIDES | st.just(old))
        return sides[old]

    def vary(name: str | None, argument: Any) -> Any:
        if op.listed and not op.starred and name in op.arguments:
            return type(argument)(vary(None, each) for each in argument)
        if is_shape(argument) and (name is None or name in op.arguments):
            return tuple(side(old) for old in argument)
        return argument

    if op.name in _AS_GIVEN or draw(st.booleans()):
        return given
    arguments = tuple(vary(n, a) for n, a in zip(_names(op, given), given.arguments, strict=True))
    keywords = dict(given.keywords)
    first = next((a for a in arguments if is_shape(a)), ())
    if "axis" in op.keywords and len(arguments) == 1 and is_shape(arguments[0]):
        keywords["axis"] = draw(axes(len(first)))
        if "keepdims" in op.keywords:
            keywords["keepdims"] = draw(st.booleans())
    varied = Sample(arguments, keywords)
    return varied if _is_taken(op, varied) else given


def _names(op: Op, given: Sample) -> list[str | None]:
    """The parameter that each positional argument of a sample is for; None inside a list."""
    leading = list(op.parameters[: op.positional])
    if op.starred:
        leading = [name for name in leading if name in op.keywords]
    more: list[str | None] = [None] * len(given.arguments)
    return [*leading, *more][: len(given.arguments)]


def _is_taken(op: Op, pattern: Sample) -> bool:
    """Whether the operation takes such shapes; asked with ones in place of arrays."""

    def ones(name: str | None, argument: Any) -> Any:
        if op.listed and not op.starred and name in op.arguments:
            return [ones(None, each) for each in argument]
        if is_shape(argument) and (name is None or name in op.arguments):
            return np.ones(argument)
        return argument

    arguments = [ones(n, a) for n, a in zip(_names(op, pattern), pattern.arguments, strict=True)]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")  # such as for a variance of too few numbers
            result = op.function(*arguments, **pattern.keywords)
    except (ValueError, IndexError, TypeError, Warning):
        return False
    return not isinstance(result, (tuple, list)) or bool(result)  # some output to differentiate


# ---------------------------------------------------------------------- filling in


@st.composite
def _filled(draw: st.DrawFn, op: Op, pattern: Sample) -> Sample:
    """The pattern with arrays in place of shapes."""

    def fill(name: str | None, argument: Any) -> Any:
        if op.listed and not op.starred and name in op.arguments:
            return [fill(None, each) for each in argument]
        if is_shape(argument) and (name is None or name in op.arguments):
            return draw(_array(op, name or op.arguments[0], argument))
        return value(argument)

    names = _names(op, pattern)
    filled = tuple(fill(n, a) for n, a in zip(names, pattern.arguments, strict=True))
    return Sample(filled, pattern.keywords)


def _array(op: Op, argument: str, shape: Shape) -> st.SearchStrategy[Any]:
    domain = op.domain if isinstance(op.domain, str) else op.domain.get(argument, "real")
    if domain == "far":
        return _far(shape)
    # On the whole line, zeros and ties are points like others: the oracle knows kinks.
    kinks = _KINKS if domain in ("real", "nonzero") else ()
    return arrays(shape, domain=domain, kinks=kinks, wide=op.kind == "elementwise")


@st.composite
def _far(draw: st.DrawFn, shape: Shape) -> Array:
    """Numbers moved far away: all alike, or those at each position of one axis alike."""
    x = draw(arrays(shape, kinks=_KINKS, wide=False))
    axis = draw(st.sampled_from([None, *range(len(shape))]))
    sides = [1] * len(shape)
    if axis is not None:
        sides[axis] = shape[axis]
    count = math.prod(sides)
    steps = draw(st.lists(st.sampled_from([0.0, 1024.0, -1024.0]), min_size=count, max_size=count))
    return np.asarray(x + np.reshape(steps, sides))


# ---------------------------------------------------------------------- strategies of their own


def _calls(
    strategy: st.SearchStrategy[Any], make: Callable[[Any], tuple[Sequence[Any], Mapping[str, Any]]]
) -> st.SearchStrategy[Sample]:
    def build(drawn: Any) -> Sample:
        arguments, keywords = make(drawn)
        return Sample(tuple(arguments), dict(keywords))

    return strategy.map(build)


def _with(make: Callable[[Shape], st.SearchStrategy[Any]], **options: Any) -> Any:
    """A shape, and something drawn for it."""
    return shapes(**options).flatmap(lambda shape: st.tuples(st.just(shape), make(shape)))


def _window_keywords(case: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names}


_SPECIAL: dict[str, st.SearchStrategy[Sample]] = {
    "getitem": _calls(_with(indices), lambda drawn: (drawn, {})),
    "transpose": _calls(_with(lambda shape: axis_orders(len(shape))), lambda drawn: (drawn, {})),
    "reshape": _calls(_with(reshape_targets), lambda drawn: (drawn, {})),
    "flip": _calls(
        _with(lambda shape: axes(len(shape))), lambda drawn: ([drawn[0]], {"axis": drawn[1]})
    ),
    "einsum": _calls(einsums(), lambda case: ([case.subscripts, *case.shapes], {})),
    "conv": _calls(
        convolutions(),
        lambda case: (
            [case.input_shape, case.weight_shape],
            _window_keywords(case, "stride", "padding", "dilation", "groups"),
        ),
    ),
    "max_pool": _calls(
        poolings(),
        lambda case: (
            [case.input_shape, case.kernel],
            _window_keywords(case, "stride", "padding", "dilation"),
        ),
    ),
    "average_pool": _calls(
        poolings(dilation=False),
        lambda case: (
            [case.input_shape, case.kernel],
            _window_keywords(case, "stride", "padding"),
        ),
    ),
}
