"""Every operation, held to what its record promises: these tests are generated from the records."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from hypothesis import settings

import autograd
from autograd import Tensor
from autograd.operation.dispatch import numpy_functions
from autograd.operation.record import records
from autograd.testing.batches import batch_of
from autograd.testing.calls import RecordCall, properties_of, record_calls
from autograd.testing.case import Case
from autograd.testing.check import assert_resolved, check_case
from autograd.testing.properties import PROPERTIES, Violation, close, select
from autograd.testing.samples import bound_samples, has_samples
from autograd.testing.search import search
from autograd.testing.structure import p0_value
from autograd.testing.tally import Tally, remember
from tests.all_cases import all_cases

OWN = [each for each in records.values() if each.module.startswith("autograd.")]
SAMPLED = [
    pytest.param(op, bound, id=f"{op.name}-{position}")
    for op in OWN
    if has_samples(op)
    for position, bound in enumerate(bound_samples(op))
]
DIFFERENTIABLE = [each for each in OWN if each.kind != "constant"]
CONSTANT = [each for each in OWN if each.kind == "constant"]

# Independent values for what NumPy has no function for.
REFERENCES = {
    "evenly_spaced": np.linspace,
    "relu": lambda x: np.where(x > 0, x, 0 * x),
    "sigmoid": scipy.special.expit,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "softmax": lambda x, axis=-1: scipy.special.softmax(x, axis=axis) if x.size else x,
    "log_softmax": lambda x, axis=-1: scipy.special.log_softmax(x, axis=axis) if x.size else x,
    "logsumexp": lambda x, axis=None, keepdims=False, b=None: (
        np.log(
            np.sum(
                np.exp((x - x.max()).astype(np.longdouble)) * (1 if b is None else b),
                axis=axis,
                keepdims=keepdims,
            )
        ).astype(float)
        + x.max()
    ),
    "linear": lambda x, w, b=None: np.einsum("...i,oi->...o", x, w) + (0 if b is None else b),
    "getitem": lambda x, index: x[index],
    "zero_pad": lambda x, width: np.pad(x, width) if x.ndim else x,
}


def _add_at(x, index, shape):
    out = np.zeros(shape)
    np.add.at(out, index, x)
    return out


def _replaced(x, y, index):
    out = x.copy()
    out[index] = y
    return out


def _sum_to(x, shape):
    while x.ndim > len(shape):
        x = x.sum(axis=0)
    for axis, side in enumerate(shape):
        if side == 1:
            x = x.sum(axis=axis, keepdims=True)
    return x


def _recurrence(a, b):
    y = b.copy()
    for k in range(1, y.shape[-1]):
        y[..., k] += a[..., k] * y[..., k - 1]
    return y


def _topk(x, k, axis=-1, largest=True):
    order = np.argsort(-x if largest else x, axis=axis, kind="stable").take(np.arange(k), axis)
    return np.take_along_axis(x, order, axis), order


def _diagonal_of_zeros(x, shape, offset=0, axis1=0, axis2=1):
    places = np.arange(math.prod(shape)).reshape(shape).diagonal(offset, axis1, axis2)
    spread = np.broadcast_to(x, places.shape)
    return np.bincount(places.ravel(), spread.ravel(), math.prod(shape)).reshape(shape)


def _windows_of_zeros(x, shape, window_shape, axis=None):
    places = np.arange(math.prod(shape)).reshape(shape)
    places = np.lib.stride_tricks.sliding_window_view(places, window_shape, axis)
    return np.bincount(places.ravel(), x.ravel(), math.prod(shape)).reshape(shape)


def _conv(x, weight, stride=1, padding=0, dilation=1, groups=1):
    ndim = x.ndim - 2
    stride, padding, dilation = (np.broadcast_to(n, ndim) for n in (stride, padding, dilation))
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    kernel = weight.shape[2:]
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, tuple(range(2, x.ndim)))
    steps = tuple(slice(None, None, step) for step in (*stride, *dilation))
    parts = zip(np.split(windows[:, :, *steps], groups, 1), np.split(weight, groups), strict=True)
    axes = [1, *range(2 + ndim, 2 + 2 * ndim)], range(1, 2 + ndim)
    return np.concatenate([np.moveaxis(np.tensordot(p, w, axes), -1, 1) for p, w in parts], 1)


def _solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False):
    triangle = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        triangle = np.where(np.eye(a.shape[-1]), 1, triangle)
    if trans in (2, "C"):
        triangle = triangle.conj()
    return np.linalg.solve(triangle if trans in (0, "N") else triangle.mT, b)


def _zeros_of_nothing(function):
    def transform(x, *arguments, **keywords):
        out = function(x, *arguments, **keywords)
        return out if x.size else np.zeros_like(out)  # NumPy's is what was in the memory

    return transform


REFERENCES |= {
    each.__name__: _zeros_of_nothing(each)
    for each in (np.fft.hfft, np.fft.irfft, np.fft.irfft2, np.fft.irfftn)
}
REFERENCES |= {
    "argsort": lambda x, axis=-1: np.argsort(x, axis, kind="stable"),
    "mean": lambda x, axis=None, keepdims=False: (
        np.sum(x, axis, keepdims=keepdims) / np.sum(np.ones_like(x), axis, keepdims=keepdims)
    ),
    "conv": _conv,
    "solve_triangular": _solve_triangular,
    "expm": lambda a: scipy.linalg.expm(a),
    "cofactor": lambda a: np.linalg.det(a)[..., None, None] * np.linalg.inv(a).mT,
    "linear_recurrence": _recurrence,
    "cummax": lambda x, axis=None: np.maximum.accumulate(
        x.ravel() if axis is None else x, axis or 0
    ),
    "cummin": lambda x, axis=None: np.minimum.accumulate(
        x.ravel() if axis is None else x, axis or 0
    ),
    "logcumsumexp": lambda x, axis=None: np.logaddexp.accumulate(
        x.ravel() if axis is None else x, axis or 0
    ),
    "differences": np.diff,
    "topk": _topk,
    "on_diagonal": _diagonal_of_zeros,
    "add_windows": _windows_of_zeros,
    "block_diag": lambda *arrays: scipy.linalg.block_diag(*arrays),
    "cdist": lambda x1, x2, p=2.0: np.linalg.vector_norm(
        x1[..., :, None, :] - x2[..., None, :, :], axis=-1, ord=p
    ),
    "witnessed": lambda arrays: tuple(arrays),
}
REFERENCES |= {
    "erfinv": lambda x: scipy.special.ndtri((x + 1) / 2) / math.sqrt(2),
    "gammaln": np.vectorize(math.lgamma, otypes=[float]),
    "digamma": lambda x: scipy.special.polygamma(0, x),
    "digamma_derivative": lambda x, order: scipy.special.polygamma(order, x),
    "i1": lambda x: scipy.special.iv(1, x),
    "bessel_i": lambda x, order: scipy.special.ive(order, x) * np.exp(np.abs(x)),
}
REFERENCES |= {"scatter": _add_at, "replaced": _replaced, "sum_to": _sum_to}


def reference(op):
    """An independent function with the operation's arguments, or None."""
    if op.name in REFERENCES:
        return REFERENCES[op.name]
    return op.numpy[0] if op.numpy else None


def independent(op):
    """The reference, else what the operation is composed of, where that can be computed."""
    if op.name == "astype":
        return lambda x, dtype: x.astype(dtype)
    function = reference(op)
    if function is not None or op.composed is None:
        return function

    def composed(*arguments, **keywords):
        expected = _listed(op.composed(*arguments, **keywords))
        ours = _listed(op.function(*arguments, **keywords))
        return [_where_accurate(e, o) for e, o in zip(expected, ours, strict=True)]

    return composed


def _where_accurate(formula, ours):
    """A formula in simple operations may overflow, or cancel, where the operation does not."""
    cancelled = np.abs(formula - ours) <= 1e-12
    return np.where(np.isfinite(formula) & ~cancelled, formula, ours)


@all_cases("op", OWN, ids=lambda op: op.name)
def test_record_is_complete(op):
    documentation = inspect.getdoc(op.function)
    assert documentation, "no docstring"
    assert ">>>" in documentation, "no doctest"
    assert has_samples(op), "no samples"
    assert op.without_rule == 0 or op.kind == "constant" or op.rules, "no rule"
    names = [*op.arguments, *op.keywords]
    shown = list(inspect.signature(op.function).parameters.values())
    own = list(inspect.signature(op.body).parameters.values())
    assert shown[: len(own)] == own
    assert set(op.rules) <= set(names)


@all_cases("op", OWN, ids=lambda op: op.name)
def test_every_operation_has_a_reference_for_its_values(op):
    assert reference(op) is not None or op.composed is not None or op.name in ELSEWHERE


# Operations whose values other tests hold against references of their own.
ELSEWHERE = {
    "conv_input": "test_kernels", "conv_weight": "test_kernels",
    "max_pool": "test_kernels", "max_pool_scatter": "test_kernels",
    "max_pool_gather": "test_kernels", "average_pool": "test_kernels",
    "average_pool_adjoint": "test_kernels", "cofactor_change": "test_linalg",
}  # fmt: skip


@all_cases("op, bound", SAMPLED)
def test_value(op, bound):
    case = Case(bound.function(), bound.arrays)
    function = reference(op)
    if function is not None:
        p0_value(case, bound.function(independent(op)))
    if op.composed is not None:
        p0_value(case, lambda *arrays: _values(bound.function(op.composed)(*map(Tensor, arrays))))


def _values(out):
    return tuple(t.data for t in out) if isinstance(out, tuple) else out.data


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_gradients(op):
    """All properties, at every sample of the record and at calls drawn like them."""
    chosen = properties_of(op)
    tally = Tally(op.name)
    for given in bound_samples(op):
        call = RecordCall(given)
        check_case(call.case(), call.code, chosen, tally)
    calls = record_calls(op)
    if op.name == "floor_divide":  # a tiny divisor makes stairs too narrow for any difference
        calls = calls.filter(lambda call: np.abs(call.bound.arrays[1]).min(initial=1) > 1e-3)
    search(calls, chosen, tally, examples=_examples(), reference=independent(op))
    remember(tally)
    assert_resolved(tally)


@pytest.mark.parametrize("op", CONSTANT, ids=lambda op: op.name)
def test_values_without_gradients(op):
    """The operations that have no gradients: their values at drawn calls."""
    search(
        record_calls(op), select("P0"), Tally(op.name), examples=_examples(),
        reference=independent(op),
    )  # fmt: skip


def _examples():
    count = settings().max_examples
    return count if count >= 1000 else max(count // 4, 1)  # 6 in the quick profile


# Axis 0 is no batch: a shape or an order of all axes is an argument, the sums go over it, or it is
# time.
WITHOUT_BATCH = {
    "add_windows", "broadcast_to", "conv_weight", "gru", "lstm", "lstsq", "on_diagonal", "reshape",
    "rnn", "scatter", "sum_to", "transpose", "vdot",
}  # fmt: skip


def test_every_other_operation_is_held_to_its_examples_one_at_a_time():
    found = {op.name for op in DIFFERENTIABLE if any(map(_has_batch, bound_samples(op)))}
    assert {op.name for op in DIFFERENTIABLE} - found == WITHOUT_BATCH


def _has_batch(bound):
    return batch_of(bound.function(), bound.arrays) is not None


def test_an_operation_without_samples_fails():
    @autograd.op("linear", arrays=("x",))
    def unsampled(x, index):
        """x[index]."""
        return x[index]

    unsampled.vjp(x=lambda g: g)
    assert not has_samples(unsampled.op)
    with pytest.raises(ValueError, match="unsampled: its record names no samples"):
        test_gradients(unsampled.op)


@all_cases("op, bound", SAMPLED)
def test_arrays_in_array_out(op, bound):
    plain = bound.function()(*bound.arrays)
    wrapped = bound.function()(*map(Tensor, bound.arrays))
    for ours, theirs in zip(_listed(plain), _listed(wrapped), strict=True):
        assert not isinstance(ours, Tensor)
        assert close(ours, theirs.data)


def _listed(out):
    return out if isinstance(out, (tuple, list)) else [out]


@all_cases("op, bound", SAMPLED)
def test_method_and_dispatch_are_the_function(op, bound):
    tensors = [
        Tensor(x, requires_grad=x.dtype.kind == "f" and not op.without_rule >> slot & 1)
        for x, slot in zip(bound.arrays, bound.slots, strict=True)
    ]
    expected = _listed(bound.function()(*tensors))
    for method in op.methods:
        same = _listed(bound.function(getattr(Tensor, method))(*tensors))
        _assert_same(same, expected)
    if op.reflected and len(tensors) == len(op.arguments):
        _assert_same([getattr(Tensor, op.reflected)(tensors[1], tensors[0])], expected)
    for function in op.numpy:
        if function is not None:
            _assert_same(_listed(bound.function(function)(*tensors)), expected)
            assert numpy_functions[function] is op.function


def _assert_same(ours, expected):
    for a, b in zip(ours, expected, strict=True):
        assert isinstance(a, Tensor)
        assert np.array_equal(a.data, b.data)
        assert a.requires_grad == b.requires_grad
        if a.requires_grad:
            assert a._node.op is b._node.op


ERRORS = [
    pytest.param(op, each, id=f"{op.name}-{position}")
    for op in OWN
    for position, each in enumerate(op.errors)
]


@all_cases("op, given", ERRORS)
def test_error_samples(op, given):
    from autograd.testing.samples import is_shape

    rng = np.random.default_rng(0)

    def fill(name, argument):
        if op.listed and not op.starred and name in op.arguments:
            return [fill(None, each) for each in argument]
        if is_shape(argument) and (name is None or name in op.arguments):
            return Tensor(rng.uniform(0.5, 1.5, argument), requires_grad=True)
        return argument

    names = [*op.parameters[: op.positional], *(op.arguments * 9 if op.starred else ())]
    arguments = [fill(n, a) for n, a in zip(names, given.arguments, strict=False)]
    with pytest.raises(given.exception, match=given.match):
        op.function(*arguments, **given.keywords)


# ------------------------------------------------------------------ the harness must go red


def _wrong(rule_x, rule_y=lambda g, x: g * x):
    @autograd.op("elementwise")
    def wrong_product(x, y):
        """A product whose rules may be wrong."""
        return x * y

    wrong_product.vjp(x=rule_x, y=rule_y)
    return wrong_product


_SHARED = np.ones((2, 3))

WRONG = {
    "off by 0.1 %": (_wrong(lambda g, y: g * y * 1.001), "P7"),
    "a sign": (_wrong(lambda g, y: -g * y), "P7"),
    "the wrong operand": (_wrong(lambda g, x: g * x), "P7"),
    "cotangent ignored": (_wrong(lambda g, y: y + 0 * g), "P5"),
    "an aliased array": (_wrong(lambda g, y: g * y, lambda g, x: np.multiply(g, x, out=g)), "P2"),
    "float64 leaks": (_wrong(lambda g, y: g * y * np.float64(1.0)), "P14"),
    "a constant for the graph": (_wrong(lambda g, y: g * autograd.value(y)), "P12"),
}


@pytest.mark.parametrize("defect", WRONG)
def test_a_wrong_rule_goes_red(defect):
    function, expected = WRONG[defect]
    rng = np.random.default_rng(3)
    red = []
    for name, check in PROPERTIES.items():
        arrays = [rng.uniform(0.5, 2.0, (2, 3)), rng.uniform(0.5, 2.0, (2, 3))]
        case = Case(function, arrays, keeps_float32=True)
        try:
            check(case)
        except (Violation, TypeError, ValueError):
            red.append(name)
    assert expected in red, red


def test_a_wrong_axis_goes_red():
    @autograd.op("linear", arrays=("x",))
    def wrong_sum(x, axis=0):
        """A sum whose gradient is spread along the wrong axis."""
        return x.sum(axis=axis)

    wrong_sum.vjp(x=lambda g, x_shape: autograd.broadcast_to(g[:, None], x_shape))
    with pytest.raises(Violation, match="numerical"):
        PROPERTIES["P7"](Case(wrong_sum, [np.arange(9.0).reshape(3, 3)]))


def test_the_same_checks_pass_on_the_right_rule():
    function = _wrong(lambda g, y: g * y)
    for check in PROPERTIES.values():
        check(Case(function, [np.array([[1.5, -0.5]]), np.array([[2.0], [3.0]])]))


@all_cases("op", OWN, ids=lambda op: op.name)
def test_every_operation_refuses_what_is_no_array(op):
    if not has_samples(op):
        pytest.skip("no samples")
    bound = next(bound_samples(op))
    for wrong, words in (("abc", "str"), ([[1.0], [2.0, 3.0]], "ragged"), (object(), "object")):
        arrays = [wrong, *bound.arrays[1:]]
        with pytest.raises((TypeError, ValueError), match=f"^{op.name}: .*{words}"):
            bound.function()(*arrays)
