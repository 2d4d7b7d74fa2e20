"""Every float argument of every public function gets its gradient, or is refused by name."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.operation.record import records
from autograd.testing.samples import bound_samples
from nn.utils import functional_call
from tests.all_cases import all_cases
from tests.float_arguments import LAYERS, NOT_NUMERIC, TABLES, Fresh, composed_functions

# Samples of operations are added up over all pairs.
pytestmark = pytest.mark.filterwarnings("ignore::autograd.TrapWarning")

STEP = 1e-6


def is_float(x):
    if isinstance(x, list):
        return bool(x) and all(is_float(each) for each in x)
    return isinstance(x, (float, np.ndarray)) and np.asarray(x).dtype.kind == "f"


def floats_of(out):
    """The floating results of a call, side by side."""
    if isinstance(out, (tuple, list)):
        return [each for part in out for each in floats_of(part)]
    return [out] if hasattr(out, "dtype") and out.dtype.kind in "fc" else []


def weighted_sum(out):
    """One number that every element of every result moves in its own way."""
    total = 0.0
    for position, each in enumerate(floats_of(out)):
        weights = np.cos(1.7 * np.arange(each.size) + position).reshape(each.shape)
        # What is -inf or NaN here by nature, such as of a mask, is left out.
        if each.dtype.kind == "c":
            each = autograd.real(each) + 0.5 * autograd.imag(each)
        finite = np.isfinite(autograd.value(each))
        kept = autograd.where(finite, each, 0.0)
        total = total + (kept * weights).sum()
    return total


def numerical(function, x):
    """Central differences, element by element; NaN at kinks and where there is no difference."""

    def at(index, step):
        moved = np.array(x)
        moved[index] += step
        return float(autograd.value(weighted_sum(function(moved))))

    found = np.full(np.shape(x), np.nan)
    middle = at((), 0.0)
    for index in np.ndindex(found.shape):
        above, below = at(index, STEP) - middle, middle - at(index, -STEP)
        if np.isclose(above, below, rtol=1e-3, atol=1e-9):
            found[index] = (above + below) / (2 * STEP)
    return found


def check_argument(function, name, x):
    """`function` of one array: its gradient is right, or refused by the name of the argument."""
    leaf = Tensor(x, requires_grad=True)
    try:
        out = function(leaf)
    except TypeError as error:
        refusal = str(error)
        if not re.search(rf"no derivative with respect to '?{name}\b", refusal):
            raise
        return
    if not floats_of(out):
        return  # integers and truths have no derivative
    loss = weighted_sum(out)
    assert getattr(loss, "requires_grad", False), f"the gradient of {name} is dropped"
    loss.backward()
    assert leaf.grad is not None, f"no gradient of {name}"
    expected = numerical(function, np.asarray(x))
    known = np.isfinite(expected)
    np.testing.assert_allclose(leaf.grad.data[known], expected[known], rtol=2e-5, atol=2e-7)


def composed_cases():
    for where, (module, table) in TABLES.items():
        for name, calls in table.items():
            for position, keywords in enumerate(calls):
                for argument, x in keywords.items():
                    parts = range(len(x)) if isinstance(x, list) else [None]
                    for part in parts:
                        if is_float(x if part is None else x[part]):
                            label = argument if part is None else f"{argument}{part}"
                            yield pytest.param(
                                getattr(module, name, None), keywords, argument, part,
                                id=f"{where}.{name}-{position}-{label}",
                            )  # fmt: skip


@all_cases("function, keywords, argument, part", list(composed_cases()))
def test_of_a_function(function, keywords, argument, part):
    given = keywords[argument]
    x = np.array(given if part is None else given[part])
    name = argument
    if argument == "star":
        parameters = inspect.signature(function).parameters.values()
        name = next(each.name for each in parameters if each.kind is each.VAR_POSITIONAL)

    def call(moved):
        # Numbers are given as such, not as arrays, where they do not require gradients.
        if not isinstance(moved, Tensor) and moved.ndim == 0:
            moved = float(moved)
        filled = {
            each: v if not isinstance(v, np.ndarray) else v.copy() for each, v in keywords.items()
        }
        filled[argument] = moved if part is None else [*given[:part], moved, *given[part + 1 :]]
        for each, v in filled.items():
            if v is Fresh:
                filled[each] = np.random.default_rng(3)
            elif each in ("running_mean", "running_var") and not isinstance(v, Tensor):
                filled[each] = Tensor(v)
        star = filled.pop("star", None)
        if star is None:
            return function(**filled)
        positional = [filled.pop(n) for n in list(filled) if n in ("f",)]
        return function(*positional, *star, **filled)

    check_argument(call, name, x)


def test_every_function_stands_in_the_table():
    for where, (module, table) in TABLES.items():
        missing = composed_functions(module) - set(table) - NOT_NUMERIC[where]
        assert not missing, f"give {', '.join(sorted(missing))} of {where} a call"


def record_cases():
    for op in records.values():
        if not op.module.startswith(("autograd.", "nn.")):
            continue
        for position, bound in enumerate(bound_samples(op)):
            if position > 7:
                break
            if any(np.isnan(x).any() for x in bound.arrays if x.dtype.kind == "f"):
                continue  # beside NaN there is nothing to compare
            for slot, x in enumerate(bound.arrays):
                if x.dtype.kind == "f" and x.size:
                    yield pytest.param(op, bound, slot, None, id=f"{op.name}-{position}-{slot}")
            keywords = {**op.keywords, **bound.keywords}
            for name, x in keywords.items():
                if isinstance(x, (int, float)) and not isinstance(x, bool):
                    yield pytest.param(op, bound, None, name, id=f"{op.name}-{position}-{name}")


@all_cases("op, bound, slot, keyword", list(record_cases()))
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # samples at the ends of the range
def test_of_an_operation(op, bound, slot, keyword):
    if keyword is None:
        name = op.arguments[bound.slots[slot]]

        def call(moved):
            arrays = list(bound.arrays)
            arrays[slot] = moved
            return bound.function()(*arrays)

        check_argument(call, name, bound.arrays[slot])
    else:
        given = bound.arguments(bound.arrays)
        names = () if op.starred else op.parameters[: len(given)]
        position = names.index(keyword) if keyword in names else None
        keywords = {**op.keywords, **bound.keywords}
        x = np.array(keywords[keyword] if position is None else given[position], float)

        def call(moved):
            if position is None:
                return op.function(*given, **{**bound.keywords, keyword: moved})
            return op.function(*given[:position], moved, *given[position + 1 :], **bound.keywords)

        check_argument(call, keyword, x)


def layer_cases():
    for name, (make, inputs) in LAYERS.items():
        layer = make().double()
        floats = [each for each in inputs if is_float(inputs[each])]
        owned = [*layer.named_parameters(), *layer.named_buffers()]
        floats += [f"layer.{each}" for each, tensor in owned if tensor.dtype.kind == "f"]
        for argument in floats:
            yield pytest.param(make, inputs, argument, id=f"{name}-{argument}")


@pytest.mark.parametrize(("make", "inputs", "argument"), list(layer_cases()))
def test_of_a_layer(make, inputs, argument):
    autograd.manual_seed(2)
    layer = make().double()
    state = {name: t.data.copy() for name, t in layer.state_dict().items()}
    owner, _, name = argument.rpartition(".")
    own = argument.removeprefix("layer.")
    x = np.array(state[own] if owner else inputs[name])

    def call(moved):
        moved = moved if isinstance(moved, Tensor) else Tensor(moved)
        given = {each: Tensor(v) for each, v in state.items()}  # statistics move in each call
        filled = dict(inputs)
        if owner:
            given[own] = moved
        else:
            filled[name] = moved
        return functional_call(layer, given, tuple(filled.values()))

    check_argument(call, name, x)
