"""Faults of engines: accumulation, shared and mutated memory, stale values, dtypes, 0-d, empty.

Rules that keep state or write in place do so in a first-order pass, on raw arrays; on Tensors,
where a pass is recorded, they are right, so that each has one fault and not two.
"""

import math

import numpy as np

from autograd import Tensor, cos, expand_dims, mean, reshape, sigmoid, sin, sum
from autograd.graph.tensor import value
from tests.autograd.testing.defects.planting import (
    Family,
    alike,
    broadcasting,
    one,
    unregistered,
)

family = Family("engine")


# ---------------------------------------------------------------------- accumulation


@family.function("accumulation", alike("real", "real"))
def one_tensor_in_two_slots(correct):
    """An array that fills both slots is given its gradient once."""

    @unregistered("multilinear")
    def product(x, y):
        return x * y

    def both(g, x, y):
        again = value(x) is value(y) and not correct
        return [g * y, g * x * (0 if again else 1)]

    product.vjp_all(both)
    return product


@family.function("accumulation", one("real"))
def second_use_detached(correct):
    """A value that is used twice is detached the second time."""

    def square_of_sine(x):
        once = sin(x)
        return once * (once if correct else once.detach())

    return square_of_sine


# ---------------------------------------------------------------------- memory


@family.function("shared memory", broadcasting("real", "real"))
def halves_share_memory(correct):
    """Both arguments get the same array: a change of one gradient changes the other."""

    @unregistered("elementwise", own=True)
    def midpoint(x, y):
        return 0.5 * (x + y)

    latest = [None, None]  # a cotangent and its half, so that it is computed once

    def half(g):
        if correct or isinstance(g, Tensor):
            return 0.5 * g
        if latest[0] is not g:
            latest[:] = [g, 0.5 * g]
        return latest[1]

    midpoint.vjp(x=half, y=half)
    return midpoint


@family.function("shared memory", one("real"))
def workspace_reused(correct):
    """The rule returns its one workspace per shape, so the next pass overwrites the gradient."""

    @unregistered("elementwise", own=True)
    def sine(x):
        return np.sin(x)

    workspaces = {}

    def rule(g, x):
        if correct or type(g) is not np.ndarray:
            return g * cos(x)
        place = workspaces.setdefault((g.shape, g.dtype), np.empty_like(g))
        return np.multiply(g, np.cos(x), out=place)

    sine.vjp(x=rule)
    return sine


@family.function("mutation", one("real"))
def cotangent_multiplied_in_place(correct):
    """The rule multiplies into the cotangent, which other rules and the caller still hold."""

    @unregistered("elementwise")
    def hyperbolic_tangent(x):
        return np.tanh(x)

    def rule(g, out):
        slope = 1 - out * out
        if correct or type(g) is not np.ndarray or not g.flags.writeable:
            return g * slope
        g *= slope
        return g

    hyperbolic_tangent.vjp(x=rule)
    return hyperbolic_tangent


@family.function("mutation", one("real", "non-empty"))
def saved_input_centred_in_place(correct):
    """The rule takes the mean off the saved input itself; the gradient is right all the same."""

    @unregistered("general")
    def scatter_of_rows(x):
        return ((x - x.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)

    def rule(g, x):
        centre = mean(x, -1, True)
        if correct or isinstance(x, Tensor):
            x = x - centre
        else:
            x -= centre
        return 2 * expand_dims(g, -1) * x

    scatter_of_rows.vjp(x=rule)
    return scatter_of_rows


@family.function("mutation", one("real", "non-empty"))
def softmax_shifts_its_input(correct):
    """The function takes the maximum off its input in place, which softmax does not feel."""

    @unregistered("general")
    def shifted_softmax(x):
        largest = x.max(axis=-1, keepdims=True)
        if correct:
            x = x - largest
        else:
            x -= largest
        powers = np.exp(x)
        return powers / powers.sum(axis=-1, keepdims=True)

    shifted_softmax.vjp(x=lambda g, out: out * (g - sum(g * out, -1, True)))
    return shifted_softmax


# ---------------------------------------------------------------------- state


@family.function("saved value", one("real"))
def latest_input_remembered(correct):
    """The rule reads the input of the latest call, whichever call is differentiated."""
    latest = []

    @unregistered("elementwise")
    def cosine(x):
        latest[:] = [x]
        return np.cos(x)

    def rule(g, x):
        if correct or isinstance(g, Tensor) or np.shape(latest[0]) != np.shape(x):
            return -g * sin(x)
        return -g * np.sin(latest[0])

    cosine.vjp(x=rule)
    return cosine


@family.function("second call", one("real"))
def gradient_remembered_by_input(correct):
    """Called again with the same input, the rule returns the gradient of the first cotangent."""

    @unregistered("elementwise")
    def logistic(x):
        return sigmoid(x)

    known = {}

    def rule(g, x, out):
        if correct or isinstance(g, Tensor):
            return g * out * (1 - out)
        key = (x.tobytes(), x.shape, x.dtype)
        if key not in known:
            known.clear()  # the latest input is enough
            known[key] = g * out * (1 - out)
        return known[key].copy()

    logistic.vjp(x=rule)
    return logistic


@family.function("second call", one("real"))
def gradient_added_to_first(correct):
    """A second pass over the same graph returns the sum of both: its buffer is not cleared."""

    @unregistered("elementwise")
    def square(x):
        return x * x

    buffer = [None, 0.0]  # the saved input of a graph, and what was passed on to it

    def rule(g, x):
        if correct or isinstance(g, Tensor):
            return 2 * g * x
        buffer[:] = [x, 2 * g * x + (buffer[1] if buffer[0] is x else 0)]
        return buffer[1].copy()

    square.vjp(x=rule)
    return square


# ---------------------------------------------------------------------- dtypes


@family.operation(
    "dtype",
    "elementwise",
    one("real"),
    right={"x": lambda g, out: g * out * math.log(2)},
    wrong={"x": lambda g, out: g * out * np.log(2)},
)
def power_of_two_leaks_float64(x):
    """The constant is a NumPy float64, which makes the gradient of float32 a float64."""
    return np.exp2(x)


def _rounded(g):
    return g.astype(np.float32).astype(value(g).dtype)


@family.operation(
    "dtype",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g / (1 + x * x)},
    wrong={"x": lambda g, x: _rounded(g) / (1 + x * x)},
)
def arctangent_rounds_cotangent(x):
    """The cotangent goes through float32, an error of 1e-8 that ones do not show."""
    return np.arctan(x)


# ---------------------------------------------------------------------- 0-d and empty


def _at_least_one_axis(g):
    return g if np.ndim(value(g)) else reshape(g, (1,))


@family.operation(
    "shape",
    "general",
    one("real"),
    right={"x": lambda g, x: g * (2 * x + 1)},
    wrong={"x": lambda g, x: _at_least_one_axis(g) * (2 * x + 1)},
)
def parabola_of_scalar_gains_axis(x):
    """The gradient of a 0-d input has one axis."""
    return x * x + x


def _scaled(x):
    """1 / (1 + x²) from numbers of at most 1, so that no square overflows."""
    unit = 1 / max(1.0, np.max(np.abs(value(x))))
    return unit * unit / (unit * unit + (x * unit) * (x * unit))


@family.operation(
    "shape",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g / (1 + x * x)},
    wrong={"x": lambda g, x: g * _scaled(x)},
)
def arctangent_of_nothing(x):
    """The rule asks for the largest element, and fails where there is none."""
    return np.arctan(x)


# ---------------------------------------------------------------------- memory layout


def _in_memory_order(array):
    return np.ravel(array, order="K")


@family.function("cotangent", one("real"))
def cotangent_read_in_memory_order(correct):
    """The rule runs through the cotangent as it lies in memory: wrong for a transposed one."""

    @unregistered("elementwise")
    def sine(x):
        return np.sin(x)

    def rule(g, x):
        if correct or type(g) is not np.ndarray:
            return g * cos(x)
        return (_in_memory_order(g) * np.ravel(np.cos(x))).reshape(x.shape)

    sine.vjp(x=rule)
    return sine


@family.function("saved value", one("real"))
def input_read_in_memory_order(correct):
    """The rule runs through the saved input as it lies in memory."""

    @unregistered("elementwise")
    def softplus(x):
        return np.logaddexp(0, x)

    def rule(g, x):
        if correct or type(g) is not np.ndarray:
            return g * sigmoid(x)
        return (np.ravel(g) * sigmoid(_in_memory_order(x))).reshape(g.shape)

    softplus.vjp(x=rule)
    return softplus


# ---------------------------------------------------------------------- several results


def _moments_rule(g, x, x_shape):
    of_mean, of_variance = (expand_dims(each, -1) for each in g)
    return (of_mean + of_variance * 2 * (x - mean(x, -1, True))) / x_shape[-1]


def _mean_rule_alone(g, x, x_shape):
    return (expand_dims(g[0], -1) + 0 * x) / x_shape[-1]


@family.operation(
    "cotangent",
    "general",
    one("real", "non-empty"),
    right={"x": _moments_rule},
    wrong={"x": _mean_rule_alone},
)
def variance_of_moments_ignored(x):
    """Of two results, mean and variance, the rule uses the cotangent of the first only."""
    return x.mean(axis=-1), x.var(axis=-1)
