"""What the operations of layers are in ONNX: convolution, pooling, normalisation, recurrence."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.internals import per_axis
from nn.onnx.graph import Graph
from nn.onnx.operations import of
from nn.onnx.tracing import Constant, Dynamic, NotExportable, Step


def _spatial(step: Step, name: str, axes: int, least: int = 0) -> list[int]:
    """A setting as one number for each spatial axis."""
    return list(per_axis(step.name, name, step.keywords[name], axes, least=least))


# ---------------------------------------------------------------------- convolution


@of("conv")
def _conv(graph: Graph, step: Step) -> str:
    axes = len(step.values[0].shape) - 2
    pads = _spatial(step, "padding", axes)
    return graph.node(
        "Conv", *(graph.value(each, step.results[0].dtype) for each in step.values),
        strides=_spatial(step, "stride", axes), dilations=_spatial(step, "dilation", axes),
        pads=[*pads, *pads], group=step.keywords["groups"],
    )  # fmt: skip


@of("conv_input")
def _transposed(graph: Graph, step: Step) -> str:
    """The adjoint of a convolution, which is what a transposed one computes."""
    axes = len(step.values[0].shape) - 2
    stride, dilation, pads = (
        _spatial(step, name, axes) for name in ("stride", "dilation", "padding")
    )
    given, kernel = (graph.static(each.shape[2:], "an image") for each in step.values)
    wanted = graph.static(step.results[0].shape[2:], "an image")
    more = [
        out - ((n - 1) * s - 2 * p + d * (k - 1) + 1)
        for out, n, s, p, d, k in zip(wanted, given, stride, pads, dilation, kernel, strict=True)
    ]
    return graph.node(
        "ConvTranspose", *(graph.value(each, step.results[0].dtype) for each in step.values),
        strides=stride, dilations=dilation, pads=[*pads, *pads], output_padding=more,
        group=step.keywords["groups"],
    )  # fmt: skip


# ---------------------------------------------------------------------- pooling


def _pooling(step: Step) -> dict[str, Any]:
    axes = len(step.values[0].shape) - 2
    kernel, pads = _spatial(step, "kernel_size", axes, 1), _spatial(step, "padding", axes)
    stride = kernel if step.keywords["stride"] is None else _spatial(step, "stride", axes, 1)
    return {
        "kernel_shape": kernel, "strides": stride, "pads": [*pads, *pads],
        "ceil_mode": int(step.keywords["ceil_mode"]),
    }  # fmt: skip


@of("max_pool")
def _max_pool(graph: Graph, step: Step) -> str:
    axes = len(step.values[0].shape) - 2
    return graph.node(
        "MaxPool", graph.value(step.values[0]), **_pooling(step),
        dilations=_spatial(step, "dilation", axes),
    )  # fmt: skip


@of("average_pool")
def _average_pool(graph: Graph, step: Step) -> str:
    return graph.node(
        "AveragePool", graph.value(step.values[0]), **_pooling(step),
        count_include_pad=int(step.keywords["count_include_pad"]),
    )  # fmt: skip


# ---------------------------------------------------------------------- normalisation


@of("normalize")
def _normalize(graph: Graph, step: Step) -> tuple[str, ...]:
    x, weight, bias = (*step.values, Constant(None, ()), Constant(None, ()))[:3]
    kept, dtype = step.keywords, step.results[0].dtype
    view = kept["view"]
    shape = x.shape if view is None else tuple(view)
    name = graph.value(x, dtype)
    if view is not None:
        name = graph.reshaped(name, shape)
    over = graph.integers(*(axis % len(shape) for axis in kept["axes"]))
    centre = graph.node("ReduceMean", name, over, keepdims=1)
    away = graph.node("Sub", name, centre)
    variance = graph.node("ReduceMean", graph.node("Mul", away, away), over, keepdims=1)
    root = graph.node("Sqrt", graph.node("Add", variance, graph.constant(kept["eps"], dtype)))
    name = graph.node("Div", away, root)
    for kind, factor in (("Mul", weight), ("Add", bias)):
        if not (isinstance(factor, Constant) and factor.array is None):
            name = graph.node(kind, name, _shaped(graph, factor, kept["affine_shape"], dtype))
    if view is not None:
        name = graph.reshaped(name, x.shape)
    return name, centre, variance


def _shaped(graph: Graph, factor: Dynamic | Constant, shape: Any, dtype: Any) -> str:
    name = graph.value(factor, dtype)
    return name if factor.shape == tuple(shape) else graph.reshaped(name, tuple(shape))


@of("rms_normalize")
def _rms_normalize(graph: Graph, step: Step) -> tuple[str, ...]:
    x, *weight = step.values
    kept, dtype = step.keywords, step.results[0].dtype
    name = graph.value(x, dtype)
    over = graph.integers(*(axis % len(x.shape) for axis in kept["axes"]))
    power = graph.node("ReduceMean", graph.node("Mul", name, name), over, keepdims=1)
    root = graph.node("Sqrt", graph.node("Add", power, graph.constant(kept["eps"], dtype)))
    name = graph.node("Div", name, root)
    if weight and not (isinstance(weight[0], Constant) and weight[0].array is None):
        name = graph.node("Mul", name, graph.value(weight[0], dtype))
    return name, power


# ---------------------------------------------------------------------- recurrence

# Which of our gates stand where ONNX has them: i, o, f, c of i, f, g, o; z, r, h of r, z, n.
_ORDERS = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}
_RECURRENT = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}


def _gates(graph: Graph, step: Step, given: Dynamic | Constant) -> Any:
    """A weight with its gates in ONNX's order."""
    if not isinstance(given, Constant):
        raise NotExportable(
            f"export: {step.name} in {step.path or 'the model'}: weights that depend on the inputs"
        )
    order = _ORDERS[step.name]
    parts = np.split(np.asarray(given.array), len(order))
    return np.concatenate([parts[gate] for gate in order])


@of(*_RECURRENT)
def _recurrent(graph: Graph, step: Step) -> tuple[str, ...]:
    states = 2 if step.name == "lstm" else 1
    x, *rest = step.values
    started, (w_ih, w_hh, *biases) = rest[:states], rest[states:]
    dtype = step.results[0].dtype
    weights = [_gates(graph, step, each)[np.newaxis] for each in (w_ih, w_hh)]
    hidden = weights[1].shape[2]
    zeros = np.zeros(weights[0].shape[1], weights[0].dtype)
    bias = [
        zeros if isinstance(each, Constant) and each.array is None else _gates(graph, step, each)
        for each in (*biases, *[Constant(None, ())] * (2 - len(biases)))
    ]
    first = [
        graph.node("Unsqueeze", graph.value(each, dtype), graph.integers(0)) for each in started
    ]
    settings: dict[str, Any] = {"hidden_size": hidden}
    settings["direction"] = "reverse" if step.keywords["reverse"] else "forward"
    if step.name == "gru":
        settings["linear_before_reset"] = 1
    if step.name == "rnn":
        settings["activations"] = [{"tanh": "Tanh", "relu": "Relu"}[step.keywords["nonlinearity"]]]
    steps, *last = graph.nodes_of(
        _RECURRENT[step.name], graph.value(x, dtype),
        *(graph.constant(each, dtype) for each in weights),
        graph.constant(np.concatenate(bias)[np.newaxis], dtype), "", *first,
        count=1 + states, **settings,
    )  # fmt: skip
    outputs = [graph.node("Squeeze", steps, graph.integers(1))]
    return tuple(outputs + [graph.node("Squeeze", each, graph.integers(0)) for each in last])


@of("lstm_step")
def _lstm_step(graph: Graph, step: Step) -> tuple[str, ...]:
    gates, c = (graph.value(each, step.results[0].dtype) for each in step.values)
    i, f, g, o = graph.nodes_of("Split", gates, count=4, axis=-1, num_outputs=4)
    i, f, o = (graph.node("Sigmoid", each) for each in (i, f, o))
    kept = graph.node("Mul", f, c)
    c = graph.node("Add", kept, graph.node("Mul", i, graph.node("Tanh", g)))
    return graph.node("Mul", o, graph.node("Tanh", c)), c


@of("gru_step")
def _gru_step(graph: Graph, step: Step) -> str:
    dtype = step.results[0].dtype
    gates, hidden, h = (graph.value(each, dtype) for each in step.values)
    r, z, n = graph.nodes_of("Split", gates, count=3, axis=-1, num_outputs=3)
    h_r, h_z, h_n = graph.nodes_of("Split", hidden, count=3, axis=-1, num_outputs=3)
    r = graph.node("Sigmoid", graph.node("Add", r, h_r))
    z = graph.node("Sigmoid", graph.node("Add", z, h_z))
    n = graph.node("Tanh", graph.node("Add", n, graph.node("Mul", r, h_n)))
    new = graph.node("Mul", graph.node("Sub", graph.constant(1, dtype), z), n)
    return graph.node("Add", new, graph.node("Mul", z, h))
