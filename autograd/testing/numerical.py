"""Numerical differentiation of any NumPy function."""

from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.testing.directions import elements, random_direction
from autograd.testing.extrapolation import RATIO, Estimate
from autograd.testing.line import DEEPEST_STEP, KINK, SMALLEST_STEP, Line
from autograd.testing.objective import Objective, silent

_SETTLED = 1e-9  # an estimate whose own error is below this, relatively, is not improved
_GOOD = 1e-6  # the same once all the ordinary steps have been taken


@overload
def numerical_gradient(
    f: Callable[[NDArray[Any]], Any], x: ArrayLike, *, return_error: Literal[False] = False
) -> NDArray[Any]: ...


@overload
def numerical_gradient(
    f: Callable[[NDArray[Any]], Any], x: ArrayLike, *, return_error: Literal[True]
) -> tuple[NDArray[Any], NDArray[np.float64]]: ...


def numerical_gradient(
    f: Callable[[NDArray[Any]], Any], x: ArrayLike, *, return_error: bool = False
) -> NDArray[Any] | tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the gradient of `f` at `x` by finite differences, df/dx_i for every element.

    Central differences at falling steps are extrapolated to step zero until their own error
    estimate is small. No step has to be chosen; a smooth function is called six times an element.

    Args:
        f: takes an array of the shape of `x` and returns one number. Where `x` is a float64 array
            it is `x` itself that is moved and restored, so a function that reads `x` from
            elsewhere (`lambda W: network.loss(images, labels)`) sees the moves.
        x: the point: an array, a number or nested lists; integers become float64.
        return_error: whether to return the estimated errors, too.

    Returns:
        The gradient, of the shape of `x`; with `return_error` a pair of it and an array of the
        estimated error of each element. At a kink the gradient is the mean of the slopes of the two
        sides and the error half their distance; at the edge of the domain the one side counts;
        where there is no slope it is NaN with an infinite error. For a complex `x` it is d/dRe + i
        d/dIm.

    Raises:
        ValueError: if `f` does not return one real number.

    >>> numerical_gradient(lambda x: (x**2).sum(), [3.0, 4.0])
    array([6., 8.])
    >>> gradient, error = numerical_gradient(lambda x: np.exp(x).sum(), [0.0], return_error=True)
    >>> bool(abs(gradient[0] - 1.0) < error[0] < 1e-9)
    True
    """
    point = np.asarray(x)
    if point.dtype.kind in "biu":
        point = point.astype(np.float64)
    if point.dtype.kind not in "fc":
        raise TypeError(f"numerical_gradient: x has dtype {point.dtype}; expected numbers")
    original = point.copy()
    in_place = point.dtype in (np.float64, np.complex128) and point.flags.writeable
    gradient = np.zeros(point.shape, complex if point.dtype.kind == "c" else float)
    error = np.zeros(point.shape)

    def at(values: NDArray[Any]) -> NDArray[Any]:
        if in_place:
            point[...] = values
            return _one_number(f(point))
        return _one_number(f(values))

    try:
        with silent():
            objective = Objective(at, [original])
            noise = _noise(objective)
            for direction in elements(0, original):
                estimate = _slope(Line(objective, direction), noise)
                part = gradient.real if direction.parts[0][1] == 1.0 else gradient.imag
                element = direction.element or ()
                part[element] = estimate.value
                error[element] = np.maximum(error[element], estimate.error)
    finally:
        if in_place:
            point[...] = original
    return (gradient, error) if return_error else gradient


def _one_number(result: Any) -> NDArray[Any]:
    array = np.asarray(result)
    if array.size != 1 or array.dtype.kind not in "biuf":
        raise ValueError(
            f"numerical_gradient: f returned an array of shape {array.shape} and dtype "
            f"{array.dtype}; expected one real number (add up what f returns, or compare with "
            "compare_gradients, which takes cotangents)"
        )
    return array.reshape(()).astype(np.result_type(array, np.float16), copy=False)


def _noise(objective: Objective) -> float:
    """Return the noise of the function where everything moves, at least its rounding."""
    (x,) = objective.inputs
    if not x.size:
        return 0.0
    line = Line(objective, random_direction(0, x, np.random.default_rng(0)))
    return max(line.rounding(everything=True), line.noise(-1), line.noise(1))


def _slope(line: Line, noise: float) -> Estimate:
    """Return the slope along a line, from three steps if they agree, else from all of them."""
    for power in range(3):
        line.try_step(line.first_step * RATIO**power)
    left, right = line.side(-1, noise), line.side(1, noise)
    estimate, reason = line.combined(left, right, line.centre(noise))
    enough = _SETTLED * max(abs(estimate.value), line.scale(everything=True))
    for smallest in (SMALLEST_STEP, DEEPEST_STEP):
        if reason == "" and estimate.error <= enough:
            break
        line.try_ladder(smallest)
        noise = max(noise, line.noise(-1), line.noise(1))
        left, right = line.side(-1, noise), line.side(1, noise)
        estimate, reason = line.combined(left, right, line.centre(noise))
        enough = max(enough, _GOOD * abs(estimate.value))
    if reason == KINK:
        return Estimate(estimate.value, 0.5 * abs(left.value - right.value))
    return estimate
