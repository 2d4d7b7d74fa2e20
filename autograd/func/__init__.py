"""Transforms: functions that turn a function into its derivative.

They take and return functions of Tensors whose arguments may be tuples, lists and dicts of them,
and compose to any order, forward mode over reverse mode included:

>>> from autograd import func
>>> func.grad(func.grad(lambda x: x**3))(Tensor(2.0))
Tensor(12.)
>>> func.jvp(func.grad(lambda x: x**3), (Tensor(2.0),), (Tensor(1.0),))
(Tensor(12.), Tensor(12.))

As with operations, Tensors in give Tensors out, and arrays in give arrays out, unless the result
depends on a Tensor outside that requires gradients:

>>> func.grad(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
array([ 3., 12.])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd.func.custom import custom_vjp
from autograd.func.forward import jacfwd, jvp, linearize
from autograd.func.reverse import grad, jacrev, value_and_grad, vjp
from autograd.func.second_order import hessian, hvp, vhp
from autograd.func.vmapping import vmap

__all__ = [
    "custom_vjp",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
]

# What others call these, and what they are here.
_ELSEWHERE = {
    "check_grads": "autograd.testing.check_grads",
    "checkpoint": "autograd.checkpoint",
    "custom_gradient": "custom_vjp",
    "custom_jvp": "custom_vjp and its defjvp",
    "debug_unwrap": "t.detach()",
    "elementwise_grad": "grad of the sum, grad(lambda x: f(x).sum()), or vjp",
    "functional_call": "nn.utils.functional_call",
    "functionalize": "the function itself",
    "grad_and_value": "value_and_grad, which returns the value first",
    "holomorphic_grad": "jacrev(f, holomorphic=True)",
    "jacobian": "jacrev, or jacfwd where there are fewer inputs than outputs",
    "jit": "the function itself: nothing is compiled",
    "linear_transpose": "vjp",
    "make_hvp": "hvp",
    "make_jvp": "jvp or linearize",
    "make_vjp": "vjp",
    "pmap": "vmap, or nn.parallel for several processes",
    "remat": "autograd.checkpoint",
    "stack_module_state": (
        "autograd.stack of each parameter: {name: autograd.stack([s[name] for s in states])}"
    ),
    "stop_gradient": "t.detach()",
    "vectorize": "vmap",
    "vhvp": "hvp",
}


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # so that checkers report a misspelt name

    def __getattr__(name: str) -> object:
        """Names of other libraries get an error that says what is here."""
        advice = f"; use {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
        raise AttributeError(f"module 'autograd.func' has no attribute {name!r}{advice}")
