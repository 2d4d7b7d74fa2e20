"""Operations of one's own, as HIPS autograd defines them; `autograd.op` is how they are here.

>>> from autograd import grad
>>> @primitive
... def cube(x):
...     return x**3
>>> defvjp(cube, lambda ans, x: lambda g: 3 * x**2 * g)
>>> grad(cube)(2.0)
np.float64(12.0)
"""

from autograd.hips.boxes import Box
from autograd.hips.primitives import (
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
)
from autograd.hips.spaces import VSpace, vspace
from autograd.hips.tracing import JVPNode, VJPNode

__all__ = [
    "Box",
    "JVPNode",
    "VJPNode",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "vspace",
]
