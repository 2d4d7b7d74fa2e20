"""`grad` and `checkpoint`: of Tensors as PyTorch has them, of functions as HIPS autograd has them.

They are told apart by the first argument: a Tensor or a list of them, or a function. What the ones
of functions do is loaded when a program first asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

from autograd.derivatives import backward as _tensors
from autograd.derivatives import checkpointing as _checkpointing
from autograd.graph.tensor import Tensor

__all__ = ["checkpoint", "grad"]


@overload
def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]: ...
@overload
def grad(outputs: Callable[..., Any], argnum: int | Sequence[int] = 0) -> Callable[..., Any]: ...
def grad(outputs: Any, *args: Any, **kwargs: Any) -> Any:
    """Gradients of Tensors, as Tensors; or of a function, as a function.

    `grad(outputs, inputs)` are the gradients of `outputs` with respect to `inputs`, without
    touching any `.grad`. `grad(function, argnum)` is a function of the same arguments, as in HIPS
    autograd: it takes and gives arrays, and of a complex argument its result is d/dRe - i d/dIm,
    the conjugate of what `func.grad` gives.

    Args:
        outputs: the Tensors to differentiate; several are added up. Or a function.
        *args: of Tensors: `inputs`, leaves or computed Tensors; `grad_outputs`, one cotangent per
            output, None for outputs of one element; and the following by position. Of a function:
            `argnum`, the position of the argument, or a tuple of positions; the first by default.
        **kwargs: of Tensors:
            retain_graph: keep the graph for another pass; as `create_graph` if not given.
            create_graph: record the pass, so that the results can be differentiated again.
            allow_unused: None for inputs that the outputs do not depend on, instead of an error.
            materialize_grads: zeros for these.

    Returns:
        One gradient per input; or the gradient as a function.

    Raises:
        RuntimeError: for an input that is not reachable or does not require gradients.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> (first,) = grad(x**3, x, create_graph=True)
    >>> grad(first, x)
    (Tensor(18.),)
    >>> grad(lambda x: x**3)(3.0)
    np.float64(27.0)
    """
    if callable(outputs) and not isinstance(outputs, Tensor):
        from autograd import differential_operators

        return differential_operators.grad(outputs, *args, **kwargs)
    return _tensors.grad(outputs, *args, **kwargs)


def checkpoint(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function without keeping what its backward pass needs; compute it again there.

    Only the arguments and the results stay in memory. Tensors that the function reaches otherwise
    (the parameters of a module) get their gradients as usual. Random numbers of the default
    generator are the same in both passes.

    Args:
        function: a function of Tensors, in any structure of tuples, lists and dicts; it must
            compute the same when it is called again.
        *args: its arguments; without any, a function of them is returned, as in HIPS autograd.
        **kwargs: passed on.

    Returns:
        What the function returns: a Tensor, or a tuple, list or dict of them.

    Raises:
        TypeError: where the function returns something else.

    Warns:
        UserWarning: where it changes what outlives it, such as the running statistics of batch
            normalisation: that would be changed again in backward.

    References:
        A. Griewank (1992), Achieving logarithmic growth of temporal and spatial complexity in
        reverse automatic differentiation.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> y = checkpoint(lambda t: (t.exp() * t).sum(), x)
    >>> y.backward()
    >>> x.grad
    Tensor([ 5.43656366, 22.1671683 ])
    """
    if not (args or kwargs):
        from autograd import differential_operators

        return differential_operators.checkpoint(function)
    return _checkpointing.checkpoint(function, *args, **kwargs)
