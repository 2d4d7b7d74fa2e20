"""`scipy.integrate.odeint`, with gradients in the start, the times and the parameters.

The adjoint equation is integrated backwards from each time to the one before.

Reference: F. Fröhlich, C. Loos and J. Hasenauer (2017), Scalable inference of ordinary differential
equation models of biochemical processes, section 2.4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as _np
import scipy.integrate as _scipy

from autograd.hips.primitives import defvjp_argnums as _defvjp_argnums
from autograd.hips.primitives import primitive as _primitive
from autograd.hips.transforms import make_vjp as _make_vjp
from autograd.hips.wrapping import wrap_namespace as _wrap_namespace
from autograd.misc.flatten import flatten as _flatten
from autograd.ops.shapes import concatenate as _concatenate
from autograd.ops.shapes import reshape as _reshape
from autograd.ops.shapes import stack as _stack

__all__ = _wrap_namespace(vars(_scipy), globals())

_odeint = _primitive(_scipy.odeint)


def odeint(func: Callable[..., Any], y0: Any, t: Any, args: Any = (), **kwargs: Any) -> Any:
    """The solution of dy/dt = func(y, t, *args) at the times `t`, of shape (times, variables).

    Args:
        func: of the state (variables,), the time and the parameters.
        y0: (variables,), the state at the first time.
        t: (times,).
        args: a tuple of parameters, arrays or trees of them.
        **kwargs: passed on to SciPy, whose tolerances hold for the gradient, too.
    """
    return _odeint(func, y0, t, args if isinstance(args, tuple) else (args,), **kwargs)


def _gradients(argnums: Any, states: Any, arguments: Any, kwargs: Any) -> Any:
    func, _, t, args = arguments
    count, size = _np.shape(states)
    parameters, unflatten = _flatten(args)

    def of_vectors(state_time_parameters: Any) -> Any:
        state, time, vector = state_time_parameters
        return func(state, time, *unflatten(vector))

    def backwards(augmented: Any, time: Any, vector: Any) -> Any:
        """The change of the state, its cotangent, and the gradients of time and parameters."""
        state, cotangent = augmented[:size], augmented[size : 2 * size]
        pull, change = _make_vjp(of_vectors, (state, time, vector))
        of_state, of_time, of_parameters = pull(-cotangent)
        return _joined(change, of_state, of_time, of_parameters)

    def pull(g: Any) -> Any:
        cotangent = g[-1]
        of_start: Any = 0.0
        of_parameters: Any = _np.zeros(_np.size(parameters))
        of_times = []
        for i in range(count - 1, 0, -1):
            # A later time moves the state along.
            moved = (func(states[i], t[i], *args) * g[i]).sum()
            of_times.append(moved)
            of_start = of_start - moved
            start = _joined(states[i], cotangent, of_start, of_parameters)
            span = _stack([t[i], t[i - 1]])
            end = odeint(backwards, start, span, (parameters,), **kwargs)[1]
            cotangent = end[size : 2 * size] + g[i - 1]
            of_start, of_parameters = end[2 * size], end[2 * size + 1 :]
        of_times = [of_start, *reversed(of_times)]
        found = (None, cotangent, _stack(of_times), unflatten(of_parameters))
        return [found[argnum] for argnum in argnums]

    return pull


def _joined(*parts: Any) -> Any:
    return _concatenate([_reshape(part, (-1,)) for part in parts])


_defvjp_argnums(_odeint, _gradients)
