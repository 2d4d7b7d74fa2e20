"""`export`: two runs of a model, compared, written as an ONNX file and tried."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import describe, value_of
from nn.atomic import replacing
from nn.module import Module
from nn.onnx.tracing import Comparison, Constant, Dynamic, NotExportable, Shape, Size, record

if find_spec("onnx") is None:
    raise ImportError('nn.onnx needs the package onnx: pip install "wengert[onnx]"')

import onnx
from onnx import helper

from nn.onnx import layers as layers  # which register what they say
from nn.onnx import reductions as reductions
from nn.onnx.graph import Graph
from nn.onnx.operations import converter_of

Array = np.ndarray[Any, Any]
_BATCHES = (2, 3)  # of the two runs
_OPSET = 18
_AGREE = 1e-4  # of the largest number; float32 adds up in another order


def export(
    model: Module,
    example: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    dynamic_axes: Mapping[str, int] | None = None,
    verify: bool | None = None,
) -> onnx.ModelProto:
    """Write a model in evaluation mode as an ONNX file, for batches of any size.

    The model is run twice, with other numbers and another batch, and its operations are written
    down. Python's own decisions are kept as they were taken; where they, or a constant, depend on
    the numbers or on the size of the batch, that is an error. Parameters have their names of
    `state_dict()`, nodes the path of their module.

    Args:
        model: the model; its modes of training are put back afterwards.
        example: an input, or a tuple of them: arrays or Tensors.
        path: the file, which is written whole or not at all; None to write none.
        input_names: "input", "input_1", ... if not given.
        output_names: "output", "output_1", ... if not given.
        dynamic_axes: of each input the axis of the batch, by name; axis 0 of all if not given,
            {} for a file of the example's sizes.
        verify: whether to run the file by onnxruntime and compare; if that is installed, if not
            given.

    Returns:
        The model as `onnx` has it.

    Raises:
        NotExportable: for what the file could not say, with the module and the cure.
        ValueError: for examples and names that do not fit.

    Reference: the ONNX standard, operator set 18.

    >>> import nn
    >>> made = export(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), np.ones((1, 2)))
    >>> [node.op_type for node in made.graph.node]
    ['Gemm', 'Relu']
    """
    if not isinstance(model, Module):
        raise TypeError(f"export: expected a Module, got {describe(model)}")
    if path is not None and not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"export: path must be a path or None, got {type(path).__name__}")
    given = [_as_array(each) for each in _listed(example)]
    names = _names("input_names", input_names, len(given), "input")
    axes = _batch_axes(dynamic_axes, names, given)
    runs = [_batch_of(given, names, axes, run) for run in range(2)]
    training = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        recorded = [_run(model, inputs, bool(number)) for number, inputs in enumerate(runs)]
    finally:
        for module, mode in training:
            module.training = mode
    sizes = _BATCHES if axes else (1, 1)
    kept = {id(value_of(each)): name for name, each in model.named_parameters()}
    compared = Comparison(recorded[0][0], recorded[1][0], sizes, kept)
    returned = [_flat(out) for _, out in recorded]
    if len(returned[0]) != len(returned[1]) or not returned[0]:
        raise NotExportable("export: the model returns no Tensors, or another number of them")
    output_names = _names("output_names", output_names, len(returned[0]), "output")
    batch = next(iter(axes.items()), None)
    graph = Graph(names, batch)
    for step in compared.steps():
        graph.path = step.path
        made = converter_of(step)(graph, step)
        made = (made,) if isinstance(made, str) else made
        for result, name in zip(step.results, made, strict=False):
            graph.settle(result.source, name)
    graph.path = ""
    results = []
    for one, other, name in zip(*returned, output_names, strict=True):
        operand = compared.result(value_of(one), value_of(other))
        graph.result(graph.value(operand), name)
        results.append(_described(name, operand, one.dtype))
    inputs = [
        _described(name, Dynamic(("input", i), _sizes(array, axes.get(name)), run.dtype))
        for i, (name, array, run) in enumerate(zip(names, given, runs[0], strict=True))
    ]
    proto = _model(model, graph, inputs, results)
    onnx.checker.check_model(proto, full_check=True)
    if verify or (verify is None and find_spec("onnxruntime") is not None):
        for inputs_of_run, outs in zip(runs, returned, strict=True):
            _verify(proto, dict(zip(names, inputs_of_run, strict=True)), outs)
    if path is not None:
        with replacing(path) as file:
            file.write_bytes(proto.SerializeToString(deterministic=True))
    return proto


# ---------------------------------------------------------------------- inputs


def _listed(example: Any) -> list[Any]:
    return list(example) if isinstance(example, tuple) else [example]


def _as_array(example: Any) -> Array:
    raw = value_of(example) if isinstance(example, Tensor) else example
    array = np.asarray(raw)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"export: expected arrays of numbers as example, got {describe(example)}")
    return array


def _names(what: str, given: Sequence[str] | None, count: int, base: str) -> list[str]:
    if given is None:
        return [base, *(f"{base}_{number}" for number in range(1, count))]
    names: Any = [given] if isinstance(given, str) else given
    listed: list[Any] = list(names) if isinstance(names, Sequence) else []
    if (
        len(listed) != count
        or not all(isinstance(each, str) and each for each in listed)
        or len(set(listed)) != count
    ):
        raise ValueError(f"export: {what} must be {count} different names, got {names!r}")
    return listed


def _batch_axes(
    given: Mapping[str, int] | None, names: Sequence[str], arrays: Sequence[Array]
) -> dict[str, int]:
    """The axis of the batch of each input that has one."""
    if given is None:
        given = {name: 0 for name, each in zip(names, arrays, strict=True) if each.ndim}
    if not isinstance(given, Mapping):
        raise TypeError(
            f"export: dynamic_axes must be a mapping of names to axes, got {type(given).__name__}"
        )
    for name, axis in given.items():
        if name not in names:
            raise ValueError(
                f"export: dynamic_axes names the input {name!r}; there are {', '.join(names)}"
            )
        dims = arrays[list(names).index(name)].ndim
        if type(axis) is not int or not 0 <= axis < dims:
            raise ValueError(
                f"export: dynamic_axes[{name!r}] must be an axis, 0 to {dims - 1}, got {axis!r}"
            )
    return dict(given)


def _batch_of(
    arrays: Sequence[Array], names: Sequence[str], axes: Mapping[str, int], run: int
) -> list[Array]:
    """The inputs of a run: the example's numbers, in the second one others like them."""
    generator = np.random.default_rng(run)
    made = []
    for name, array in zip(names, arrays, strict=True):
        if not array.size:
            raise ValueError(f"export: the example for {name} is empty, of shape {array.shape}")
        if name in axes:
            rows = np.arange(_BATCHES[run]) % array.shape[axes[name]]
            array = np.take(array, rows, axis=axes[name])
        if run and array.dtype.kind == "f":
            # Of the other sign: what was decided by a number is decided otherwise.
            other = generator.uniform(-1.5, -0.5, array.shape) * array
            other = other + generator.standard_normal(array.shape) / 100
            array = other.astype(array.dtype)
        elif run:
            # With 0, which often means padding: what an example without it hides is seen.
            least, most = min(0, int(array.min())), int(array.max())
            most = 1 if array.dtype.kind == "b" else most
            array = generator.integers(least, most + 1, array.shape).astype(array.dtype)
        made.append(np.ascontiguousarray(array))
    return made


def _run(model: Module, inputs: list[Array], other: bool) -> tuple[Any, Any]:
    wanted = {each.dtype for each in model.parameters() if each.dtype.kind == "f"}
    for position, array in enumerate(inputs):
        if array.dtype.kind == "f" and len(wanted) == 1:
            inputs[position] = array.astype(next(iter(wanted)))
    tensors = [Tensor(array) for array in inputs]
    raw = [value_of(each) for each in tensors]
    with autograd.no_grad():
        try:
            return record(lambda: model(*tensors), raw)
        except Exception as error:
            if not other:
                raise
            raise NotExportable(
                "export: the model runs on the example, and raises on other numbers of its kind "
                f"({type(error).__name__}: {error}), so that nobody can tell what depends on them"
            ) from error


def _flat(returned: Any) -> list[Tensor]:
    if isinstance(returned, Tensor):
        return [returned]
    if isinstance(returned, dict):
        returned = list(returned.values())
    if isinstance(returned, (tuple, list)):
        return [each for part in returned for each in _flat(part)]
    return []


# ---------------------------------------------------------------------- the file


def _sizes(array: Array, batch: int | None) -> Shape:
    return tuple(Size(1) if axis == batch else size for axis, size in enumerate(array.shape))


def _described(name: str, operand: Dynamic | Constant, dtype: Any = None) -> onnx.ValueInfoProto:
    """What an input or output is: sizes that the batch decides have a name."""
    sizes = [
        ("batch" if size.times == 1 else f"{size.times}*batch") if isinstance(size, Size) else size
        for size in operand.shape
    ]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype or getattr(operand, "dtype", None)))
    return helper.make_tensor_value_info(name, kind, sizes)


def _model(
    model: Module,
    graph: Graph,
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
) -> onnx.ModelProto:
    made = helper.make_graph(
        graph.nodes, type(model).__name__, inputs, outputs, list(graph.initializers.values())
    )
    return helper.make_model(
        made, producer_name="wengert", opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=9,
    )  # fmt: skip


def _verify(proto: onnx.ModelProto, inputs: dict[str, Array], outs: list[Tensor]) -> None:
    """Run the file and compare; a difference is a fault of the export."""
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        returned = session.run(None, inputs)
    except Exception as error:
        if any(each.dtype == np.float64 for each in outs):
            warnings.warn(
                "export: onnxruntime does not run all of this in float64, and the file was not "
                "tried; model.to(np.float32) gives one that it runs "
                f"({str(error).splitlines()[0]})",
                stacklevel=3,
            )
            return
        raise NotExportable(f"export: onnxruntime does not run the file: {error}") from error
    for ours, theirs in zip(outs, returned, strict=True):
        exact = np.asarray(value_of(ours))
        bound = _AGREE * max(1.0, float(np.abs(exact).max(initial=0.0)))
        if exact.shape != theirs.shape:
            found = f"of shape {theirs.shape} instead of {exact.shape}"
        elif not np.allclose(theirs, exact, rtol=0, atol=bound, equal_nan=True):
            found = f"that differs by up to {np.abs(theirs - exact).max():.3g}"
        else:
            continue
        raise NotExportable(f"export: onnxruntime computes a result {found}; nothing was written")
