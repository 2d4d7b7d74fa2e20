"""The nodes and constants of an ONNX graph, as they are written."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import onnx
from onnx import helper, numpy_helper

from nn.onnx.tracing import Constant, Dynamic, NotExportable, Shape, Size, Source, Step

Array = np.ndarray[Any, Any]


class Converter(Protocol):
    """Writes the nodes of one operation and returns the names of its results."""

    def __call__(self, graph: Graph, step: Step) -> str | tuple[str, ...]:
        """The names of the results, in the order of the operation's."""


class Graph:
    """Takes nodes in order; names are made of the path of the module that is running."""

    def __init__(self, inputs: list[str], batch: tuple[str, int] | None) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}
        self.inputs = inputs
        self.path = ""
        self._batch_axis = batch
        self._batch = ""
        self._values: dict[Source, str] = {}
        self._results: set[str] = set()
        self._counts: dict[str, int] = {}
        self._constants: dict[tuple[Any, ...], str] = {}

    # ------------------------------------------------------------------ nodes

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one result.

        Args:
            kind: ONNX's name of the operator.
            *inputs: names; an empty one for an input that is left out.
            **attributes: of the operator.

        Returns:
            The name of its result.
        """
        return self.nodes_of(kind, *inputs, count=1, **attributes)[0]

    def nodes_of(self, kind: str, *inputs: str, count: int, **attributes: Any) -> tuple[str, ...]:
        """Add a node with `count` results, whose names are returned."""
        name = self._fresh(f"{self.path}/{kind}" if self.path else kind)
        results = (name,) if count == 1 else tuple(f"{name}.{index}" for index in range(count))
        self.nodes.append(helper.make_node(kind, inputs, results, name=name, **attributes))
        return results

    def _fresh(self, name: str) -> str:
        number = self._counts.get(name, 0)
        self._counts[name] = number + 1
        return f"{name}_{number}" if number else name

    def result(self, value: str, name: str) -> None:
        """Give a value the name of a result of the model."""
        made = [node for node in self.nodes if value in node.output]
        if not made or value in self._results:  # an input, a constant, or a result already
            self.nodes.append(helper.make_node("Identity", [value], [name], name=name))
            return
        self._results.add(name)
        for node in self.nodes:
            for names in (node.input, node.output):
                names[:] = [name if each == value else each for each in names]
        for source, each in self._values.items():
            if each == value:
                self._values[source] = name

    def settle(self, source: Source, name: str) -> None:
        """Note what a value that depends on the inputs is called."""
        self._values[source] = name

    # ------------------------------------------------------------------ constants

    def constant(self, value: Any, dtype: Any = None, name: str = "") -> str:
        """The name of an initializer with this value; equal ones are kept once."""
        array = np.ascontiguousarray(np.asarray(value, dtype)).reshape(np.shape(value))
        key = (array.dtype.str, array.shape, array.tobytes(), name)
        if key not in self._constants:
            made = self._fresh(name or "constant")
            self._constants[key] = made
            self.initializers[made] = numpy_helper.from_array(array, made)
        return self._constants[key]

    def integers(self, *values: int) -> str:
        """A constant vector of integers, as operators take axes and shapes."""
        return self.constant(np.array(values, np.int64))

    # ------------------------------------------------------------------ what steps were given

    def value(self, operand: Dynamic | Constant, dtype: Any = None) -> str:
        """The name of an operand, converted to a dtype if one is asked for."""
        if isinstance(operand, Dynamic):
            name = self.inputs[operand.source[1]] if operand.source[0] == "input" else ""
            name = name or self._values.get(operand.source, "")
            if not name:
                raise NotExportable(
                    "export: a result is used that ONNX does not give, such as the positions of a "
                    "pooling"
                )
            if dtype is None or operand.dtype == np.dtype(dtype):
                return name
            return self.cast(name, dtype)
        array = operand.array
        if isinstance(array, Size):
            return self.cast(
                self.node("Squeeze", self._times_batch(array.times)), dtype or np.int64
            )
        if any(isinstance(size, Size) for size in operand.shape):
            return self.node("Expand", self.constant(array, dtype), self.shape(operand.shape))
        kept = dtype is None or np.asarray(array).dtype == np.dtype(dtype)
        return self.constant(array, dtype, operand.name if kept else "")

    def cast(self, name: str, dtype: Any) -> str:
        """The value in another dtype."""
        return self.node("Cast", name, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def shape(self, sizes: Shape) -> str:
        """A vector of sizes, computed where the batch decides."""
        known = [size for size in sizes if not isinstance(size, Size)]
        if len(known) == len(sizes):
            return self.integers(*known)
        parts = [
            self._times_batch(size.times) if isinstance(size, Size) else self.integers(size)
            for size in sizes
        ]
        return parts[0] if len(parts) == 1 else self.node("Concat", *parts, axis=0)

    def _times_batch(self, times: int) -> str:
        assert self._batch_axis is not None
        if not self._batch:
            path, self.path = self.path, ""
            name, axis = self._batch_axis
            shape = self.node("Shape", name)
            self._batch = self.node("Gather", shape, self.integers(axis), axis=0)
            self.path = path
        return self._batch if times == 1 else self.node("Mul", self._batch, self.integers(times))

    def reshaped(self, name: str, sizes: Shape) -> str:
        """With another shape; one size that the batch decides follows from the others."""
        given = [-1 if isinstance(size, Size) else size for size in sizes]
        if given.count(-1) == 1 and 0 not in given:
            return self.node("Reshape", name, self.integers(*given))
        return self.node("Reshape", name, self.shape(sizes))

    def static(self, sizes: Shape, what: str) -> tuple[int, ...]:
        """Sizes that the batch must not decide.

        Raises:
            NotExportable: if it does.
        """
        if any(isinstance(size, Size) for size in sizes):
            raise NotExportable(f"export: {what} depends on the size of the batch")
        return tuple(size for size in sizes if not isinstance(size, Size))
