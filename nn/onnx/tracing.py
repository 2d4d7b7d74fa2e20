"""What a model does with its inputs: runs of it, seen by an observer, and what they tell apart.

A model is run twice, with other numbers and another batch. What is the same in both runs is
constant. A size that grows with the batch is a `Size`. What differs otherwise was computed from the
inputs outside of operations and cannot be exported: better an error than a file that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.internals import (
    Node,
    Observer,
    Op,
    current_mode,
    mutations,
    next_sequence,
    observe,
)

Array = np.ndarray[Any, Any]


_DECIDED = (
    "Python decides by the numbers, or by the size of the batch, what is computed, which a file "
    "cannot; write it with autograd.where"
)
# Layers that look at values, by the operation that they end in.
_KNOWN = {
    "max_pool_gather": "adaptive max pooling with windows of different sizes, or fractional max "
    "pooling, looks for its largest values itself; choose an output size that divides the image",
    "replaced": "MaxUnpool puts values where the inputs say; use a transposed convolution",
}


class NotExportable(ValueError):
    """A model does what an ONNX file cannot say; the message names the module and the cure."""


@dataclass(frozen=True)
class Size:
    """A size that depends on the batch: so many times the size of the batch."""

    times: int


Shape = tuple["int | Size", ...]
Source = tuple[Any, ...]  # ("input", its position), or ("call", its number, which of the results)


class Call(NamedTuple):
    """An operation that was called, with raw values."""

    name: str
    values: tuple[Any, ...]
    sources: tuple[Source | None, ...]  # of the values, None for constants
    keywords: dict[str, Any]
    results: tuple[Any, ...]
    path: str


@dataclass(frozen=True)
class Dynamic:
    """A value that depends on the inputs."""

    source: Source
    shape: Shape
    dtype: np.dtype[Any]


@dataclass(frozen=True, eq=False)
class Constant:
    """A value that does not; of another shape in another batch if `shape` holds a Size."""

    array: Any
    shape: Shape
    name: str = ""  # of the parameter or buffer that it is


class Step(NamedTuple):
    """A call whose result depends on the inputs, with sizes in place of what the batch decides."""

    name: str
    values: tuple[Dynamic | Constant, ...]
    keywords: dict[str, Any]
    results: tuple[Dynamic, ...]
    path: str
    number: int


class _Recorder(Observer):
    """Notes all operations, and keeps their arrays, so that an id stays that of one array."""

    silences_numpy = True

    def __init__(self, inputs: Sequence[Array]) -> None:
        self.inputs = inputs
        self.calls: list[Call] = []
        self.known: dict[int, tuple[Source, Any, int]] = {}
        self.made_of: dict[int, tuple[Any, Any]] = {}  # constants of one other: it, and the other
        for position, array in enumerate(inputs):
            self._note(array, ("input", position))

    def _note(self, array: Any, source: Source) -> None:
        self.known[id(array)] = (source, array, next_sequence())

    def source(self, array: Any) -> Source | None:
        """Where a value comes from that depends on the inputs; None for constants."""
        found = self.known.get(id(array))
        if found is None or found[1] is not array:
            return None
        source, _, since = found
        if isinstance(array, np.ndarray) and mutations.change_after(array, since) is not None:
            source = self._written(array)
            self._note(array, source)
        return source

    def _written(self, array: Array) -> Source:
        """The result that was written into an array, as `x += 1` and `relu(inplace=True)` do."""
        for number in range(len(self.calls) - 1, -1, -1):
            for index, result in enumerate(self.calls[number].results):
                if result is not array and np.array_equal(result, array, equal_nan=True):
                    return ("call", number, index)
        raise NotExportable("export: an array was written to in place by no operation")

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Note a call if anything that it takes depends on the inputs."""
        given = tuple(values)
        results = out if isinstance(out, tuple) else (out,)
        sources = tuple(self.source(each) for each in given)
        if not any(sources) and not self._is_about_inputs(keywords):
            if len(given) == 1:
                self.made_of[id(out)] = (out, given[0])
            return
        path = str(current_mode().module or "")
        number = len(self.calls)
        self.calls.append(Call(op.name, given, sources, dict(keywords), results, path))
        for index, each in enumerate(results):
            self._note(each, ("call", number, index))

    def _is_about_inputs(self, keywords: dict[str, Any]) -> bool:
        """Whether an array among the keywords is one of the inputs, which an operation copies."""
        return any(self.like_input(each) is not None for each in _arrays_in(keywords))

    def like_input(self, array: Array) -> Source | None:
        """The input of integers that an array is a copy of."""
        found = [
            ("input", position)
            for position, known in enumerate(self.inputs)
            if known.dtype.kind in "iub" and np.array_equal(known, array)
        ]
        if len(found) > 1:
            raise NotExportable(
                "export: two inputs of integers are equal in the example, so that nobody can tell "
                "which of them is used; give different ones"
            )
        return found[0] if found else None


def _arrays_in(value: Any) -> list[Array]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [array for each in value for array in _arrays_in(each)]
    return []


def record(run: Callable[[], Any], inputs: Sequence[Array]) -> tuple[_Recorder, Any]:
    """What a run of the model does, and what it returns."""
    recorder = _Recorder(inputs)
    with observe(recorder):
        returned = run()
    return recorder, returned


class Comparison:
    """Two runs with batches of different sizes as one program.

    Args:
        first: a run of the model.
        second: another one, with other numbers and another batch.
        sizes: the sizes of their batches; equal ones for a file of fixed sizes.
        names: of parameters and buffers, by the id of their arrays.
    """

    def __init__(
        self, first: _Recorder, second: _Recorder, sizes: tuple[int, int], names: dict[int, str]
    ) -> None:
        self.first, self.second, self.sizes, self.names = first, second, sizes, names

    def steps(self) -> list[Step]:
        """The operations in order.

        Raises:
            NotExportable: where the runs differ in more than sizes.
        """
        ours, theirs = self.first.calls, self.second.calls
        for one, other in zip(ours, theirs, strict=False):
            if (one.name, one.path) != (other.name, other.path):
                self._refuse(one, _DECIDED)
        if len(ours) != len(theirs):
            longer = max(ours, theirs, key=len)
            call = longer[min(len(ours), len(theirs))]
            self._refuse(call, _DECIDED)
        return [
            self._step(number, *pair) for number, pair in enumerate(zip(ours, theirs, strict=True))
        ]

    def _refuse(self, call: Call, why: str) -> None:
        raise NotExportable(f"export: {call.name} in {call.path or 'the model'}: {why}")

    def _step(self, number: int, one: Call, other: Call) -> Step:
        if len(one.values) != len(other.values) or one.keywords.keys() != other.keywords.keys():
            self._refuse(one, "it is called in another way for another batch")
        if one.name == "where" and self._same(one) and self._same(other):
            one, other = (
                each._replace(name="copy", values=each.values[1:2], sources=each.sources[1:2])
                for each in (one, other)
            )
        pairs = zip(one.values, other.values, one.sources, other.sources, strict=True)
        values = tuple(self._operand(*pair, one) for pair in pairs)
        keywords = {
            name: self._setting(value, other.keywords[name], one)
            for name, value in one.keywords.items()
        }
        results = tuple(
            Dynamic(("call", number, index), self._shape(a, b, one), np.asarray(a).dtype)
            for index, (a, b) in enumerate(zip(one.results, other.results, strict=True))
        )
        return Step(one.name, values, keywords, results, one.path, number)

    @staticmethod
    def _same(call: Call) -> bool:
        """Whether both branches are one value, as an embedding has it for its padding."""
        return call.values[1] is call.values[2]

    def result(self, one: Any, other: Any) -> Dynamic | Constant:
        """What the model returned, as both runs have it."""
        call = Call("the result", (), (), {}, (), "")
        return self._operand(one, other, self.first.source(one), self.second.source(other), call)

    def _operand(
        self, one: Any, other: Any, source: Source | None, second: Source | None, call: Call
    ) -> Dynamic | Constant:
        if source != second:
            self._refuse(call, "an argument is computed in another way for another batch")
        shape = self._shape(one, other, call)
        if source is not None:
            return Dynamic(source, shape, np.asarray(one).dtype)
        return self._constant(one, other, shape, call)

    def _constant(self, one: Any, other: Any, shape: Shape, call: Call) -> Dynamic | Constant:
        if one is None:
            return Constant(None, ())
        array, second = np.asarray(one), np.asarray(other)
        if any(isinstance(each, Size) for each in shape):
            reduced = _along_the_batch(array, shape)
            if reduced is None or not _equal(reduced, _along_the_batch(second, shape)):
                self._refuse_computed(call)
            return Constant(reduced, shape)
        if not _equal(array, second):
            copied = self.first.like_input(array)
            if copied is not None and copied == self.second.like_input(second):
                return Dynamic(copied, shape, array.dtype)
            if array.shape == () and array.dtype.kind in "iu":
                return Constant(self._size(int(array), int(second), call), ())
            self._refuse_computed(call)
        return Constant(one, shape, self._name(one))

    def _name(self, array: Any) -> str:
        """Of the parameter that a constant is, or is another shape of."""
        while id(array) not in self.names and id(array) in self.first.made_of:
            array = self.first.made_of[id(array)][1]
        return self.names.get(id(array), "")

    def _refuse_computed(self, call: Call) -> None:
        self._refuse(
            call,
            _KNOWN.get(call.name)
            or "an argument depends on the inputs, and was computed outside of operations: with "
            "arrays of .numpy() or .data, or in a layer that looks at values; compute it with "
            "functions of autograd, or replace the layer",
        )

    def _shape(self, one: Any, other: Any, call: Call) -> Shape:
        shapes = np.shape(one), np.shape(other)
        if len(shapes[0]) != len(shapes[1]):
            self._refuse(call, f"an argument has shape {shapes[0]}, and {shapes[1]} in another run")
        return tuple(self._size(a, b, call) for a, b in zip(*shapes, strict=True))

    def _size(self, one: int, other: int, call: Call) -> int | Size:
        if one == other:
            return int(one)
        a, b = self.sizes
        if a != b and one % a == 0 and one // a * b == other:
            return Size(int(one) // a)
        self._refuse(call, f"a size is {one}, and {other} in a run with other inputs")
        raise AssertionError

    def _setting(self, one: Any, other: Any, call: Call) -> Any:
        """A keyword as both runs have it: sizes and copies of inputs stand in for what they are."""
        if isinstance(one, (tuple, list)) and type(one) is type(other) and len(one) == len(other):
            return tuple(self._setting(a, b, call) for a, b in zip(one, other, strict=True))
        if isinstance(one, slice) and isinstance(other, slice):
            parts = zip((one.start, one.stop, one.step), (other.start, other.stop, other.step),
                        strict=True)  # fmt: skip
            return slice(*(self._setting(a, b, call) for a, b in parts))
        if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
            copied = self.first.like_input(one)
            if copied is not None and copied == self.second.like_input(other):
                return Dynamic(copied, self._shape(one, other, call), one.dtype)
            constant = self._constant(one, other, self._shape(one, other, call), call)
            return constant.array if isinstance(constant, Constant) else constant
        if type(one) is int and type(other) is int:
            return self._size(one, other, call)
        if one != other and not (one != one and other != other):
            self._refuse(call, f"a setting is {one!r}, and {other!r} in a run with other inputs")
        return one


def _along_the_batch(array: Array, shape: Shape) -> Array | None:
    """One of what is the same all along the axes of the batch, which become 1; else None."""
    axes = [axis for axis, size in enumerate(shape) if isinstance(size, Size)]
    index = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(array.ndim))
    first = array[index]
    return np.array(first) if _equal(np.broadcast_to(first, array.shape), array) else None


def _equal(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
