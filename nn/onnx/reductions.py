"""What operations over axes are in ONNX: sums, extremes, orders."""

from __future__ import annotations

import math

import numpy as np

from nn.onnx.graph import Graph
from nn.onnx.operations import axes_of, dtype_of, of
from nn.onnx.tracing import NotExportable, Step

_REDUCTIONS = {
    "sum": "ReduceSum", "mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin",
    "prod": "ReduceProd", "logsumexp": "ReduceLogSumExp",
}  # fmt: skip


@of(*_REDUCTIONS)
def _reduction(graph: Graph, step: Step) -> str:
    if step.keywords.get("b") is not None:
        raise NotExportable("export: logsumexp with factors b")
    x = step.values[0]
    return _reduced(graph, _REDUCTIONS[step.name], graph.value(x, dtype_of(step)), step)


def _reduced(graph: Graph, kind: str, name: str, step: Step, keep: bool | None = None) -> str:
    axes = axes_of(step.keywords["axis"], len(step.values[0].shape))
    if not axes:
        return name
    keepdims = int(step.keywords["keepdims"] if keep is None else keep)
    made = graph.node(kind, name, graph.integers(*axes), keepdims=keepdims)
    return made


@of("var", "std")
def _variance(graph: Graph, step: Step) -> str:
    x = step.values[0]
    axes = axes_of(step.keywords["axis"], len(x.shape))
    lengths = graph.static(tuple(x.shape[axis] for axis in axes), f"{step.name} of an axis")
    kept = step.keywords
    count = math.prod(lengths)
    less = kept.get("ddof") or kept.get("correction") or 0
    name = graph.value(x, dtype_of(step))
    away = graph.node("Sub", name, _reduced(graph, "ReduceMean", name, step, keep=True))
    total = _reduced(graph, "ReduceSum", graph.node("Mul", away, away), step)
    made = graph.node("Div", total, graph.constant(count - less, dtype_of(step)))
    return graph.node("Sqrt", made) if step.name == "std" else made


@of("argmax", "argmin")
def _extreme(graph: Graph, step: Step) -> str:
    x = step.values[0]
    axis, name = step.keywords["axis"], graph.value(x)
    if axis is None:
        name, axis = graph.node("Reshape", name, graph.integers(-1)), 0
    made = graph.node(
        "ArgMax" if step.name == "argmax" else "ArgMin", name, axis=axis,
        keepdims=int(step.keywords["keepdims"]),
    )  # fmt: skip
    return made


@of("cumsum")
def _cumsum(graph: Graph, step: Step) -> str:
    axis, name = step.keywords["axis"], graph.value(step.values[0], dtype_of(step))
    if axis is None:
        name, axis = graph.node("Reshape", name, graph.integers(-1)), 0
    made = graph.node("CumSum", name, graph.constant(np.int64(axis)))
    return made


@of("topk")
def _topk(graph: Graph, step: Step) -> tuple[str, ...]:
    kept = step.keywords
    made = graph.nodes_of(
        "TopK", graph.value(step.values[0]), graph.integers(kept["k"]), count=2,
        axis=kept["axis"], largest=int(kept["largest"]), sorted=int(kept["sorted"]),
    )  # fmt: skip
    return made


@of("sort", "argsort")
def _sort(graph: Graph, step: Step) -> str:
    x = step.values[0]
    axis = step.keywords["axis"]
    if axis is None:
        raise NotExportable(f"export: {step.name} of all elements; give an axis")
    (size,) = graph.static((x.shape[axis],), f"the axis of {step.name}")
    down = int(bool(step.keywords.get("descending")))
    values, indices = graph.nodes_of(
        "TopK", graph.value(x), graph.integers(size), count=2, axis=axis, largest=down, sorted=1
    )
    return values if step.name == "sort" else indices
