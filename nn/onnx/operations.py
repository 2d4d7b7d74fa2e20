"""What each operation is in ONNX: a function for each, or an operator's name.

A new one is one entry: `@of("name")` before a function of the graph and the step that returns the
name of the result, or of all results.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn.onnx.graph import Converter, Graph
from nn.onnx.tracing import Constant, Dynamic, NotExportable, Size, Step

_CONVERTERS: dict[str, Converter] = {}
_END = np.iinfo(np.int64).max


def converter_of(step: Step) -> Converter:
    """The function that writes an operation.

    Raises:
        NotExportable: for one that ONNX, or this table, does not have.
    """
    found = _CONVERTERS.get(step.name)
    if found is None:
        raise NotExportable(
            f"export: {step.name} in {step.path or 'the model'} has no counterpart in ONNX here; "
            "compute it by other operations, or add it to nn/onnx/operations.py"
        )
    return found


def of(*names: str) -> Callable[[Converter], Converter]:
    """Register a function for operations."""

    def register(converter: Converter) -> Converter:
        _CONVERTERS.update(dict.fromkeys(names, converter))
        return converter

    return register


def dtype_of(step: Step) -> np.dtype[Any]:
    """The dtype of the (first) result."""
    return step.results[0].dtype


def _values(graph: Graph, step: Step) -> list[str]:
    """All operands in the dtype of the result."""
    return [graph.value(each, dtype_of(step)) for each in step.values]


def axes_of(axis: Any, dims: int) -> tuple[int, ...]:
    """Axes counted from the front."""
    if axis is None:
        return tuple(range(dims))
    return tuple(each % dims for each in (axis if isinstance(axis, (tuple, list)) else (axis,)))


# ---------------------------------------------------------------------- element by element

_OPERATORS = {
    "abs": "Abs", "add": "Add", "arccos": "Acos", "arccosh": "Acosh", "arcsin": "Asin",
    "arcsinh": "Asinh", "arctan": "Atan", "arctanh": "Atanh", "ceil": "Ceil", "copy": "Identity",
    "cos": "Cos", "cosh": "Cosh", "divide": "Div", "erf": "Erf", "exp": "Exp", "floor": "Floor",
    "hardswish": "HardSwish", "log": "Log", "matmul": "MatMul", "maximum": "Max", "mish": "Mish",
    "minimum": "Min", "mul": "Mul", "negative": "Neg", "prelu": "PRelu", "reciprocal": "Reciprocal",
    "relu": "Relu", "rint": "Round", "sigmoid": "Sigmoid", "sign": "Sign", "sin": "Sin",
    "sinh": "Sinh", "softsign": "Softsign", "sqrt": "Sqrt", "subtract": "Sub", "tan": "Tan",
    "tanh": "Tanh", "conj": "Identity", "real": "Identity",
}  # fmt: skip


@of(*_OPERATORS)
def _operator(graph: Graph, step: Step) -> str:
    return graph.node(_OPERATORS[step.name], *_values(graph, step))


_COMPARISONS = {
    "equal": "Equal", "less": "Less", "less_equal": "LessOrEqual", "greater": "Greater",
    "greater_equal": "GreaterOrEqual", "not_equal": "Equal",
}  # fmt: skip


@of(*_COMPARISONS)
def _comparison(graph: Graph, step: Step) -> str:
    dynamic = [each.dtype for each in step.values if isinstance(each, Dynamic)]
    arrays = [each.array for each in step.values if isinstance(each, Constant)]
    dtype = np.result_type(*dynamic, *arrays)
    name = graph.node(_COMPARISONS[step.name], *(graph.value(each, dtype) for each in step.values))
    return graph.node("Not", name) if step.name == "not_equal" else name


_LOGICAL = {"logical_not": "Not", "logical_and": "And", "logical_or": "Or", "logical_xor": "Xor"}


@of(*_LOGICAL)
def _logical(graph: Graph, step: Step) -> str:
    given = [graph.value(each, np.bool_) for each in step.values]
    return graph.node(_LOGICAL[step.name], *given)


@of("isnan", "isinf")
def _is(graph: Graph, step: Step) -> str:
    kind = {"isnan": "IsNaN", "isinf": "IsInf"}[step.name]
    return graph.node(kind, graph.value(step.values[0]))


@of("power")
def _power(graph: Graph, step: Step) -> str:
    return graph.node("Pow", *_values(graph, step))


@of("square")
def _square(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    return graph.node("Mul", x, x)


@of("rsqrt")
def _rsqrt(graph: Graph, step: Step) -> str:
    return graph.node("Reciprocal", graph.node("Sqrt", *_values(graph, step)))


@of("log1p", "expm1", "log2", "log10", "exp2")
def _logarithms(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    dtype = dtype_of(step)
    if step.name == "log1p":
        return graph.node("Log", graph.node("Add", x, graph.constant(1, dtype)))
    if step.name == "expm1":
        return graph.node("Sub", graph.node("Exp", x), graph.constant(1, dtype))
    if step.name == "exp2":
        return graph.node("Pow", graph.constant(2, dtype), x)
    scale = graph.constant(1 / math.log(2 if step.name == "log2" else 10), dtype)
    return graph.node("Mul", graph.node("Log", x), scale)


@of("clip")
def _clip(graph: Graph, step: Step) -> str:
    x, *bounds = step.values
    limits = [*bounds, step.keywords.get("min"), step.keywords.get("max")]
    limits = limits[:2] if bounds else limits
    name = graph.value(x, dtype_of(step))
    for kind, limit in zip(("Max", "Min"), limits, strict=True):
        if isinstance(limit, Constant) and limit.array is None:
            continue
        if limit is not None:
            bound = (
                graph.value(limit, dtype_of(step))
                if isinstance(limit, (Dynamic, Constant))
                else graph.constant(limit, dtype_of(step))
            )
            name = graph.node(kind, name, bound)
    return name


@of("where")
def _where(graph: Graph, step: Step) -> str:
    condition, *branches = step.values
    given = [graph.value(each, dtype_of(step)) for each in branches]
    return graph.node("Where", graph.value(condition, np.bool_), *given)


@of("masked_fill")
def _masked_fill(graph: Graph, step: Step) -> str:
    x, mask, *fill = step.values
    filled = (
        graph.value(fill[0], dtype_of(step))
        if fill
        else graph.constant(step.keywords["fill"], dtype_of(step))
    )
    return graph.node("Where", graph.value(mask, np.bool_), filled, graph.value(x))


@of("astype")
def _astype(graph: Graph, step: Step) -> str:
    return graph.cast(graph.value(step.values[0]), dtype_of(step))


# ---------------------------------------------------------------------- activations


@of("elu", "celu", "leaky_relu", "hardtanh", "relu6", "softplus", "selu", "hardsigmoid")
def _activation(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    kept, dtype = step.keywords, dtype_of(step)
    if step.name == "elu":
        name = graph.node("Elu", x, alpha=float(kept["alpha"]))
    elif step.name == "celu":
        alpha = graph.constant(float(kept["alpha"]), dtype)
        inner = graph.node("Elu", graph.node("Div", x, alpha), alpha=1.0)
        positive = graph.node("Max", x, graph.constant(0, dtype))
        negative = graph.node("Min", graph.node("Mul", inner, alpha), graph.constant(0, dtype))
        name = graph.node("Add", positive, negative)
    elif step.name == "leaky_relu":
        name = graph.node("LeakyRelu", x, alpha=float(kept["negative_slope"]))
    elif step.name == "selu":
        name = graph.node("Selu", x)
    elif step.name == "hardsigmoid":
        name = graph.node("HardSigmoid", x, alpha=1 / 6, beta=0.5)
    elif step.name == "softplus":
        beta = float(kept["beta"])
        scaled = graph.node("Mul", x, graph.constant(beta, dtype))
        name = graph.node("Div", graph.node("Softplus", scaled), graph.constant(beta, dtype))
        over = graph.node("Greater", scaled, graph.constant(float(kept["threshold"]), dtype))
        name = graph.node("Where", over, x, name)
    else:
        low, high = (0.0, 6.0) if step.name == "relu6" else (kept["min_val"], kept["max_val"])
        name = graph.node("Clip", x, graph.constant(low, dtype), graph.constant(high, dtype))
    return name


@of("silu", "log_sigmoid", "tanhshrink", "glu")
def _gates(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    if step.name == "silu":
        name = graph.node("Mul", x, graph.node("Sigmoid", x))
    elif step.name == "log_sigmoid":
        name = graph.node("Neg", graph.node("Softplus", graph.node("Neg", x)))
    elif step.name == "tanhshrink":
        name = graph.node("Sub", x, graph.node("Tanh", x))
    else:
        halves = graph.nodes_of("Split", x, count=2, axis=int(step.keywords["axis"]), num_outputs=2)
        name = graph.node("Mul", halves[0], graph.node("Sigmoid", halves[1]))
    return name


@of("gelu")
def _gelu(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    dtype = dtype_of(step)
    half, one = graph.constant(0.5, dtype), graph.constant(1, dtype)
    if step.keywords["approximate"] == "tanh":
        cube = graph.node("Mul", graph.node("Mul", x, x), x)
        inner = graph.node("Add", x, graph.node("Mul", cube, graph.constant(0.044715, dtype)))
        inner = graph.node("Mul", inner, graph.constant(math.sqrt(2 / math.pi), dtype))
        share = graph.node("Tanh", inner)
    else:
        share = graph.node("Erf", graph.node("Div", x, graph.constant(math.sqrt(2), dtype)))
    return graph.node("Mul", graph.node("Mul", x, half), graph.node("Add", share, one))


@of("hardshrink", "softshrink", "threshold")
def _shrinks(graph: Graph, step: Step) -> str:
    (x,) = _values(graph, step)
    dtype = dtype_of(step)
    zero = graph.constant(0, dtype)
    if step.name == "threshold":
        above = graph.node("Greater", x, graph.constant(step.keywords["threshold"], dtype))
        name = graph.node("Where", above, x, graph.constant(step.keywords["replacement"], dtype))
        return name
    size = float(step.keywords["lambd"])
    outside = graph.node("Greater", graph.node("Abs", x), graph.constant(size, dtype))
    if step.name == "softshrink":
        shift = graph.node("Mul", graph.node("Sign", x), graph.constant(size, dtype))
        x = graph.node("Sub", x, shift)
    name = graph.node("Where", outside, x, zero)
    return name


@of("softmax", "log_softmax")
def _softmax(graph: Graph, step: Step) -> str:
    kind = {"softmax": "Softmax", "log_softmax": "LogSoftmax"}[step.name]
    (x,) = _values(graph, step)
    axis = step.keywords["axis"]
    dims = len(step.results[0].shape)
    axes = axes_of(axis, dims)
    if len(axes) == 1:
        name = graph.node(kind, x, axis=axes[0])
        return name
    over = graph.integers(*axes)
    total = graph.node("ReduceLogSumExp", x, over, keepdims=1)
    name = graph.node("Sub", x, total)
    return graph.node("Exp", name) if step.name == "softmax" else name


# ---------------------------------------------------------------------- products


@of("linear")
def _linear(graph: Graph, step: Step) -> str:
    dtype = dtype_of(step)
    given = [each for each in step.values if not _is_none(each)]
    names = [graph.value(each, dtype) for each in given]
    if len(given[0].shape) == 2:
        name = graph.node("Gemm", *names, transB=1)
        return name
    turned = graph.node("Transpose", names[1], perm=[1, 0])
    name = graph.node("MatMul", names[0], turned)
    return graph.node("Add", name, names[2]) if len(names) > 2 else name


def _is_none(operand: Dynamic | Constant) -> bool:
    return isinstance(operand, Constant) and operand.array is None


@of("dot")
def _dot(graph: Graph, step: Step) -> str:
    if any(len(each.shape) > 2 for each in step.values):
        raise NotExportable("export: dot of more than two axes; use @ or einsum")
    scalar = any(not each.shape for each in step.values)
    return graph.node("Mul" if scalar else "MatMul", *_values(graph, step))


@of("einsum")
def _einsum(graph: Graph, step: Step) -> str:
    equation = str(step.keywords["subscripts"]).replace(" ", "")
    return graph.node("Einsum", *_values(graph, step), equation=equation)


# ---------------------------------------------------------------------- shapes


@of("reshape")
def _reshape(graph: Graph, step: Step) -> str:
    return graph.reshaped(graph.value(step.values[0]), step.results[0].shape)


@of("broadcast_to")
def _broadcast(graph: Graph, step: Step) -> str:
    x = graph.value(step.values[0])
    return graph.node("Expand", x, graph.shape(step.results[0].shape))


@of("squeeze", "expand_dims")
def _other_axes(graph: Graph, step: Step) -> str:
    return graph.reshaped(graph.value(step.values[0]), step.results[0].shape)


@of("transpose", "matrix_transpose", "swapaxes", "moveaxis")
def _transpose(graph: Graph, step: Step) -> str:
    dims = len(step.values[0].shape)
    order = np.arange(dims)
    kept = step.keywords
    if step.name == "transpose":
        axes = kept.get("axes")
        order = order[::-1] if axes is None else np.array(axes_of(tuple(axes), dims))
    elif step.name == "moveaxis":
        source, target = (axes_of(kept[name], dims) for name in ("source", "destination"))
        rest = [axis for axis in range(dims) if axis not in source]
        for position, axis in sorted(zip(target, source, strict=True)):
            rest.insert(position, axis)
        order = np.array(rest)
    else:
        pair = (-1, -2) if step.name == "matrix_transpose" else (kept["axis1"], kept["axis2"])
        order[list(pair)] = order[list(pair)[::-1]]
    return graph.node("Transpose", graph.value(step.values[0]), perm=order.tolist())


@of("concatenate")
def _concatenate(graph: Graph, step: Step) -> str:
    axis = step.keywords["axis"]
    names = _values(graph, step)
    if axis is None:
        names = [graph.node("Reshape", each, graph.integers(-1)) for each in names]
        axis = 0
    return graph.node("Concat", *names, axis=axis % len(step.results[0].shape))


@of("stack")
def _stack(graph: Graph, step: Step) -> str:
    axis = step.keywords["axis"] % len(step.results[0].shape)
    names = [graph.node("Unsqueeze", each, graph.integers(axis)) for each in _values(graph, step)]
    return graph.node("Concat", *names, axis=axis)


@of("split", "unstack")
def _split(graph: Graph, step: Step) -> tuple[str, ...]:
    x = step.values[0]
    axis = step.keywords["axis"] % len(x.shape)
    if isinstance(x.shape[axis], Size):
        raise NotExportable(f"export: {step.name} along the batch in {step.path or 'the model'}")
    count = len(step.results)
    whole = step.name == "split"
    sizes = [each.shape[axis] if whole else 1 for each in step.results]
    lengths = graph.integers(*graph.static(tuple(sizes), "a part"))
    parts = graph.nodes_of("Split", graph.value(x), lengths, count=count, axis=axis)
    if whole:
        return parts
    return tuple(graph.node("Squeeze", each, graph.integers(axis)) for each in parts)


@of("flip")
def _flip(graph: Graph, step: Step) -> str:
    axes = axes_of(step.keywords["axis"], len(step.values[0].shape))
    count = len(axes)
    return graph.node(
        "Slice", graph.value(step.values[0]), graph.integers(*[-1] * count),
        graph.integers(*[-_END] * count), graph.integers(*axes), graph.integers(*[-1] * count),
    )  # fmt: skip


@of("roll")
def _roll(graph: Graph, step: Step) -> str:
    shift, axis = step.keywords["shift"], step.keywords["axis"]
    if type(shift) is not int or type(axis) is not int:
        raise NotExportable("export: roll along several axes at once; roll along one after another")
    x, dims = step.values[0], len(step.values[0].shape)
    (size,) = graph.static((x.shape[axis],), "a rolled axis")
    start = -shift % size
    parts = [
        _slice(graph, graph.value(x), axis % dims, *ends, 1) for ends in ((start, _END), (0, start))
    ]
    return graph.node("Concat", *parts, axis=axis % dims)


@of("tile")
def _tile(graph: Graph, step: Step) -> str:
    reps = step.keywords["reps"]
    reps = graph.static(tuple(reps) if isinstance(reps, tuple) else (reps,), "tile")
    x = step.values[0]
    name = graph.value(x)
    dims = max(len(reps), len(x.shape))
    if len(x.shape) < dims:
        name = graph.reshaped(name, (*[1] * (dims - len(x.shape)), *x.shape))
    name = graph.node("Tile", name, graph.integers(*[1] * (dims - len(reps)), *reps))
    return name


@of("zero_pad")
def _zero_pad(graph: Graph, step: Step) -> str:
    widths = step.keywords["pad_width"]
    pads = [each[0] for each in widths] + [each[1] for each in widths]
    if not any(pads):
        return graph.value(step.values[0])
    return graph.node("Pad", graph.value(step.values[0]), graph.integers(*pads))


@of("tril", "triu")
def _triangle(graph: Graph, step: Step) -> str:
    offset = graph.constant(np.int64(step.keywords["k"]))
    return graph.node("Trilu", graph.value(step.values[0]), offset, upper=int(step.name == "triu"))


# ---------------------------------------------------------------------- elements


def _slice(graph: Graph, x: str, axis: int, start: int, stop: int, step: int) -> str:
    return graph.node("Slice", x, *(graph.integers(e) for e in (start, stop, axis, step)))


@of("getitem")
def _getitem(graph: Graph, step: Step) -> str:
    x = step.values[0]
    index = step.keywords["index"]
    index = index if isinstance(index, tuple) else (index,)
    taken = sum(each is not None and each is not Ellipsis for each in index)
    if Ellipsis not in [each for each in index if each is Ellipsis]:
        index = (*index, Ellipsis)
    filled: list[Any] = []
    for each in index:
        filled += [slice(None)] * (len(x.shape) - taken) if each is Ellipsis else [each]
    arrays = [each for each in filled if _is_array(each)]
    numbers = [each for each in filled if isinstance(each, (int, np.integer))]
    if len(arrays) > 1 or (arrays and numbers):
        raise NotExportable(
            f"export: getitem in {step.path or 'the model'}: an index of several arrays; take them "
            "one axis after another"
        )
    name = graph.value(x)
    axis = 0  # of the result so far
    for each in filled:
        if each is None:
            name = graph.node("Unsqueeze", name, graph.integers(axis))
            axis += 1
        elif isinstance(each, slice):
            name = _sliced(graph, name, axis, each)
            axis += 1
        elif _is_array(each):
            name = graph.node("Gather", name, _indices(graph, each), axis=axis)
            axis += len(each.shape)
        else:
            name = graph.node("Gather", name, graph.constant(np.int64(each)), axis=axis)
    return name if name != graph.value(x) else graph.node("Identity", name)


def _is_array(index: Any) -> bool:
    return isinstance(index, (np.ndarray, Dynamic, Constant))


def _indices(graph: Graph, index: Any) -> str:
    if isinstance(index, np.ndarray):
        if index.dtype == np.bool_:
            index = np.flatnonzero(index) if index.ndim == 1 else index
        if index.dtype == np.bool_:
            raise NotExportable("export: an index of booleans of several axes; use where")
        return graph.constant(index.astype(np.int64))
    return graph.value(index, np.int64)


def _sliced(graph: Graph, name: str, axis: int, part: slice) -> str:
    if part == slice(None):
        return name
    step = 1 if part.step is None else part.step
    ends = [part.start, part.stop]
    if isinstance(ends[1], Size):  # the whole batch
        ends[1] = None
    if any(isinstance(each, Size) for each in (*ends, step)):
        raise NotExportable("export: a slice that depends on the size of the batch")
    start = ends[0] if ends[0] is not None else (0 if step > 0 else -1)
    stop = ends[1] if ends[1] is not None else (_END if step > 0 else -_END)
    return _slice(graph, name, axis, start, stop, step)


@of("take")
def _take(graph: Graph, step: Step) -> str:
    x, *rest = step.values
    given = rest[0] if rest else step.keywords["indices"]
    indices = _indices(graph, given.array if isinstance(given, Constant) else given)
    if isinstance(given, (int, np.integer)):
        indices = graph.constant(np.int64(given))
    axis, name = step.keywords["axis"], graph.value(x)
    if axis is None:
        name, axis = graph.node("Reshape", name, graph.integers(-1)), 0
    made = graph.node("Gather", name, indices, axis=axis % max(1, len(x.shape)))
    return made


@of("take_along_axis")
def _take_along(graph: Graph, step: Step) -> str:
    x, *rest = step.values
    given: Any = rest[0] if rest else step.keywords["indices"]
    indices = _indices(graph, given.array if isinstance(given, Constant) else given)
    axis = step.keywords["axis"]
    return graph.node("GatherElements", graph.value(x), indices, axis=axis % len(x.shape))
