"""Arrays that belong to others may change after the forward pass: gradients stay what they were."""

from __future__ import annotations

import array
import importlib.util
from itertools import product

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.operation.record import records
from autograd.testing.samples import bound_samples, has_samples
from tests.all_cases import all_cases

SAMPLED = [
    pytest.param(bound, id=f"{op.name}-{position}")
    for op in records.values()
    if op.module.startswith("autograd.") and has_samples(op)
    for position, bound in enumerate(bound_samples(op))
]


class Subclass(np.ndarray):
    """An ndarray with a name of its own."""


class WithArray:
    """Hands out the same array again and again."""

    def __init__(self, memory: np.ndarray) -> None:
        self.memory = memory
        self.shape, self.dtype = memory.shape, memory.dtype

    def __array__(self, dtype=None, copy=None):
        return self.memory


def _memmap(memory, folder):
    mapped = np.memmap(folder / "memory", memory.dtype, "w+", shape=memory.shape)
    mapped[...] = memory
    return mapped, mapped


def _array_array(memory, folder):
    if memory.ndim != 1 or memory.dtype.char not in "bhilqfd":
        return memory, memory  # array.array is a flat list of numbers
    kept = array.array(memory.dtype.char, memory.tolist())
    return kept, np.frombuffer(kept, memory.dtype)


def _torch(memory, folder):
    import torch

    kept = torch.from_numpy(memory)
    return kept, kept.numpy()


# Makes, of an array of our own, what an operation is given and the memory behind it.
OTHERS = {
    "ndarray": lambda memory, folder: (memory, memory),
    "part of an ndarray": lambda memory, folder: (memory[...], memory),
    "subclass": lambda memory, folder: (memory.view(Subclass), memory),
    "recarray": lambda memory, folder: (memory.view(np.recarray), memory),
    "memmap": _memmap,
    "array.array": _array_array,
    "memoryview": lambda memory, folder: (memoryview(memory), memory),
    "__array__": lambda memory, folder: (WithArray(memory), memory),
}
if importlib.util.find_spec("torch"):
    OTHERS["torch"] = _torch


def gradients(out, inputs):
    """The gradients of all floating results, summed, in every input."""
    results = [out] if isinstance(out, Tensor) else list(out)
    results = [each for each in results if isinstance(each, Tensor) and each.requires_grad]
    if not results:
        return []
    # Weights that differ, so that no sum of gradients vanishes.
    weights = [
        np.cos(np.arange(each.size)).reshape(each.shape).astype(each.dtype) for each in results
    ]
    with np.errstate(all="ignore"):
        found = autograd.grad(results, inputs, weights, materialize_grads=True)
    return [each.data for each in found]


def overwrite(memory: np.ndarray) -> None:
    memory[...] = 0 if memory.dtype.kind in "iub" else 0.123


@all_cases("bound", SAMPLED)
def test_operands(bound, tmp_path) -> None:
    """Each argument of each operation in turn, beside Tensors that require gradients."""
    for kind, (position, given) in product(OTHERS, enumerate(bound.arrays)):
        others = [
            number
            for number, each in enumerate(bound.arrays)
            if number != position and each.dtype.kind in "fc"
        ]
        if not others or not given.ndim or not given.size or given.dtype == object:
            continue
        operand, memory = OTHERS[kind](given.copy(), tmp_path)
        found = []
        for other in (given.copy(), operand):
            arrays = list(bound.arrays)
            for number in others:
                slot = bound.slots[number]
                if not bound.op.without_rule >> slot & 1:
                    arrays[number] = Tensor(arrays[number], requires_grad=True)
            inputs = [each for each in arrays if isinstance(each, Tensor)]
            if not inputs:
                break
            arrays[position] = other
            out = bound.function()(*arrays)
            if other is operand:
                overwrite(memory)
            found.append(gradients(out, inputs))
        for expected, got in zip(*found, strict=True) if len(found) == 2 else ():
            np.testing.assert_array_equal(got, expected, err_msg=f"{kind}: {position}")


KEYWORDS = {
    "index": (lambda x, given: x[given], np.array([0, 2, 2])),
    "indices": (lambda x, given: x[given, given], np.array([0, 1])),
    "mask": (lambda x, given: x[given], np.array([True, False, True])),
    "take": (lambda x, given: autograd.take(x, given), np.array([0, 2, 2])),
    "take along": (
        lambda x, given: autograd.take_along_axis(x, given, 0),
        np.array([[0, 1, 2], [2, 2, 0]]),
    ),
    "repeat": (lambda x, given: autograd.repeat(x, given, axis=0), np.array([1, 0, 2])),
    "split": (lambda x, given: autograd.split(x, given)[1] * 2, np.array([1, 2])),
    "where": (lambda x, given: autograd.where(given, x, 2 * x), np.array([True, False, True])),
    "compress": (lambda x, given: autograd.compress(given, x, 0), np.array([True, False, True])),
    "delete": (lambda x, given: autograd.delete(x, given, 0), np.array([0, 1])),
    "transpose": (lambda x, given: autograd.transpose(x, tuple(given)) * x, np.array([1, 0])),
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", KEYWORDS)
def test_indices_and_other_arrays_beside_the_operands(name, kind, tmp_path) -> None:
    function, given = KEYWORDS[name]
    operand, memory = OTHERS[kind](given.copy(), tmp_path)
    if name == "transpose" and not hasattr(operand, "__iter__"):
        pytest.skip("not iterable")
    if not isinstance(operand, np.ndarray) and name in ("index", "indices", "mask"):
        try:
            np.zeros((3, 3))[operand]
        except (IndexError, TypeError):
            pytest.skip("no index for NumPy either")
    data = np.arange(9.0).reshape(3, 3) + 1
    found = []
    for other in (given.copy(), operand):
        x = Tensor(data, requires_grad=True)
        out = function(x, other) * 1.0
        if other is operand:
            overwrite(memory)
        found += gradients(out, [x])
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_written(kind, tmp_path) -> None:
    """In-place operations and items, new data, cotangents of recorded passes, checkpoints."""

    def multiplied(x, given):
        y = x * 1
        y *= given
        return y

    def item(x, given):
        y = x * 1
        y[...] = given
        return y * x

    def data(x, given):
        weight = Tensor([1.0, 1.0, 1.0])
        weight.data = given
        return x * weight

    def cotangent(x, given):
        (first,) = autograd.grad(x * x, x, given, create_graph=True)
        return first * 1.0

    def checkpointed(x, given):
        return autograd.checkpoint(lambda t, a: t * np.asarray(a), x, given)

    def checkpointed_by_keyword(x, given):
        return autograd.checkpoint(lambda t, a=None: t * np.asarray(a), x, a=given)

    for function in (multiplied, item, data, cotangent, checkpointed, checkpointed_by_keyword):
        if function in (checkpointed, checkpointed_by_keyword) and not isinstance(
            OTHERS[kind](np.ones(1), tmp_path)[0], np.ndarray
        ):
            continue  # such objects go to the function as they are
        given = np.array([2.0, 3.0, 4.0])
        operand, memory = OTHERS[kind](given.copy(), tmp_path)
        found = []
        for other in (given.copy(), operand):
            x = Tensor([0.5, 1.5, 2.5], requires_grad=True)
            out = function(x, other)
            if other is operand:
                overwrite(memory)
            found += gradients(out, [x])
        np.testing.assert_array_equal(*found, err_msg=function.__name__)


MATRIX = np.asarray([[1.0, 2.0], [3.0, 4.0]]).view(np.matrix)
BESIDE = {
    "t * M": lambda t, m: t * m,
    "M * t": lambda t, m: m * t,
    "t + M": lambda t, m: t + m,
    "M + t": lambda t, m: m + t,
    "M - t": lambda t, m: m - t,
    "t / M": lambda t, m: t / m,
    "t ** M": lambda t, m: t**m,
    "t @ M": lambda t, m: t @ m,
    "M @ t": lambda t, m: m @ t,
    "t < M": lambda t, m: t < m,
    "np.add": np.add,
    "np.dot": lambda t, m: np.dot(m, t),
    "where": lambda t, m: autograd.where(t > 0, t, m),
    "concatenate": lambda t, m: np.concatenate([t, m]),
    "stack": lambda t, m: autograd.stack([m, t]),
}


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("case", BESIDE)
@pytest.mark.parametrize("in_place", ["+=", "*=", "[]="])
def test_a_matrix_beside_a_tensor_is_refused(case, requires_grad, in_place) -> None:
    t = Tensor(np.ones((2, 2)), requires_grad=requires_grad)
    with pytest.raises(TypeError, match="np.matrix.*np.asarray"):
        BESIDE[case](t, MATRIX)
    t = t * 1
    write = {"+=": t.__iadd__, "*=": t.__imul__, "[]=": lambda m: t.__setitem__(..., m)}
    with pytest.raises(TypeError, match="np.matrix.*np.asarray"):
        write[in_place](MATRIX)
    np.testing.assert_array_equal(t.data, 1.0)
