"""Every operation under vmap: what it gives is the stack of what it gives for each sample."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor, func
from autograd.mapping.level import Level
from autograd.operation.record import records
from autograd.testing.samples import BoundSample, draw, is_shape, samples_of
from tests.all_cases import all_cases

OWN = [each for each in records.values() if each.module.startswith("autograd.")]
COUNT = 3

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # at the ends of domains


def _calls(op):
    """For every sample of the record its call, and the arrays of three samples."""
    for position, given in enumerate(samples_of(op)):
        drawn = [BoundSample(op, given, np.random.default_rng([i, position])) for i in range(COUNT)]
        yield drawn[0], [each.arrays for each in drawn]


def _choices(count):
    """All arrays mapped, and, where there are several, each alone and all but the last."""
    whole = (True,) * count
    alone = [tuple(i == j for j in range(count)) for i in range(count)] if count > 1 else []
    return list(dict.fromkeys([whole, *alone, *([(*whole[1:], False)] if count > 2 else [])]))


def _listed(out):
    return list(out) if isinstance(out, tuple | list) else [out]


def _array(x):
    return x.detach().numpy() if isinstance(x, Tensor) else np.asarray(x)


def assert_stack(function, samples, mapped):
    """Hold vmap of a function of arrays to the stack of its results, sample by sample."""
    given = [
        np.stack([each[i] for each in samples]) if mine else samples[0][i]
        for i, mine in enumerate(mapped)
    ]
    alone = [
        [each[i] if mine else samples[0][i] for i, mine in enumerate(mapped)] for each in samples
    ]
    try:
        singles = [[_array(o) for o in _listed(function(*map(Tensor, each)))] for each in alone]
    except (ValueError, TypeError, np.linalg.LinAlgError):
        return  # another draw is no argument of this call
    expected = list(zip(*singles, strict=True))
    run = func.vmap(function, in_axes=tuple(0 if mine else None for mine in mapped))
    if any(len({part.shape for part in each}) > 1 for each in expected):
        with pytest.raises(ValueError, match="different shapes for different samples"):
            run(*map(Tensor, given))
        return
    for ours, theirs in zip(_listed(run(*map(Tensor, given))), expected, strict=True):
        whole = np.stack(theirs)
        assert ours.dtype == whole.dtype
        np.testing.assert_allclose(_array(ours), whole, rtol=1e-9, atol=1e-11)


def _numbers(shape, dtype):
    """Fixed numbers, in no pattern."""
    flat = np.cos(np.arange(1.0, 1 + int(np.prod(shape))) * 1.7)
    return (flat * (1 + 0.5j) if np.dtype(dtype).kind == "c" else flat).reshape(shape).astype(dtype)


def _differentiable(op, bound):
    """Which of the arrays have derivatives."""
    return [
        x.dtype.kind in "fc" and not op.without_rule >> (0 if op.listed else slot) & 1
        for x, slot in zip(bound.arrays, bound.slots, strict=True)
    ]


def _of_chosen(function, arrays, chosen):
    """The function of those arrays that have derivatives, its floating results only."""

    def call(*moved):
        rest = iter(moved)
        full = [next(rest) if mine else x for x, mine in zip(arrays, chosen, strict=True)]
        return tuple(o for o in _listed(function(*full)) if o.dtype.kind in "fc")

    return call


def _pulled(function, chosen):
    def gradients(*arrays):
        moved = [x for x, mine in zip(arrays, chosen, strict=True) if mine]
        outs, pull = func.vjp(_of_chosen(function, arrays, chosen), *moved)
        return pull(tuple(Tensor(_numbers(o.shape, o.dtype)) for o in outs))

    return gradients


def _pushed(function, chosen):
    def tangents(*arrays):
        moved = [x for x, mine in zip(arrays, chosen, strict=True) if mine]
        along = tuple(Tensor(_numbers(x.shape, x.dtype)) for x in moved)
        return func.jvp(_of_chosen(function, arrays, chosen), tuple(moved), along)[1]

    return tangents


def _of_tuple(pull):
    return lambda *cotangents: pull(cotangents)


# What runs on one sample after the other for some of its arguments.
SOMETIMES_ONE_BY_ONE = {
    "cross_entropy", "cross_entropy_grad", "digitize", "isin", "logsumexp", "matrix_rank",
    "searchsorted", "take", "vecdot",
}  # fmt: skip
AT_ONCE = [
    op
    for op in OWN
    if (op.batching is not None or op.composed is not None) and op.name not in SOMETIMES_ONE_BY_ONE
]


@pytest.mark.parametrize("op", AT_ONCE, ids=lambda op: op.name)
def test_all_samples_run_at_once(op, monkeypatch):
    def refused(level, ran, *rest):
        raise AssertionError(f"{ran.name} ran on one sample after the other")

    monkeypatch.setattr(Level, "_one_by_one", refused)
    for bound, samples in _calls(op):
        assert_stack(bound.function(), samples, (True,) * len(bound.arrays))


@all_cases("op", OWN, ids=lambda op: op.name)
def test_values(op):
    for bound, samples in _calls(op):
        for mapped in _choices(len(bound.arrays)):
            assert_stack(bound.function(), samples, mapped)


@pytest.mark.parametrize("op", [o for o in OWN if o.kind != "constant"], ids=lambda op: op.name)
def test_derivatives_of_both_modes(op):
    for bound, samples in _calls(op):
        chosen = _differentiable(op, bound)
        if not any(chosen):
            continue
        for mapped in _choices(len(bound.arrays))[:2]:
            assert_stack(_pulled(bound.function(), chosen), samples, mapped)
            assert_stack(_pushed(bound.function(), chosen), samples, mapped)


@pytest.mark.parametrize("op", [o for o in OWN if o.kind != "constant"], ids=lambda op: op.name)
def test_many_cotangents_and_tangents_of_one_graph(op):
    for bound, (arrays, *_) in _calls(op):
        chosen = _differentiable(op, bound)
        if not any(chosen):
            continue
        moved = [Tensor(x) for x, mine in zip(arrays, chosen, strict=True) if mine]
        function = _of_chosen(bound.function(), arrays, chosen)
        outs, pull = func.vjp(function, *moved)
        _, push = func.linearize(function, *moved)
        for linear, ends in ((pull, outs), (push, moved)):
            several = [
                [(_numbers(o.shape, o.dtype) * (i + 1) ** 2).astype(o.dtype) for o in ends]
                for i in range(COUNT)
            ]
            call = push if linear is push else _of_tuple(pull)
            assert_stack(call, several, (True,) * len(ends))


ERRORS = [
    pytest.param(op, each, id=f"{op.name}-{position}")
    for op in OWN
    for position, each in enumerate(op.errors)
]


@all_cases("op, given", ERRORS)
def test_errors_are_those_of_one_sample(op, given):
    rng = np.random.default_rng(0)
    names = list(op.parameters)
    if op.starred:
        names = [*names[: op.positional], *op.arguments * len(given.arguments)]
    mapped = []

    def array(argument, domain):
        drawn = draw(domain, argument, rng) if is_shape(argument) else np.asarray(argument)
        mapped.append(np.stack([drawn] * COUNT))
        return len(mapped) - 1

    def filled(name, argument):
        if name not in op.arguments or isinstance(argument, int | float | complex | str):
            return argument
        if argument is None or (isinstance(argument, tuple) and not is_shape(argument)):
            return argument
        domain = op.domain if isinstance(op.domain, str) else op.domain.get(name, "real")
        if isinstance(argument, list):
            return [_Slot(array(each, domain)) for each in argument]
        return _Slot(array(argument, domain))

    template = [filled(*pair) for pair in zip(names, given.arguments, strict=False)]
    if not mapped or any(x.dtype.kind not in "biufc" for x in mapped):
        return  # an error of what is no array

    def call(*tensors):
        def put(entry):
            if isinstance(entry, list):
                return [put(each) for each in entry]
            return tensors[entry.number] if isinstance(entry, _Slot) else entry

        return op.function(*map(put, template), **given.keywords)

    with pytest.raises(given.exception, match=given.match):
        func.vmap(call)(*mapped)


class _Slot:
    def __init__(self, number):
        self.number = number
