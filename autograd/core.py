"""What programs import from `autograd.core`; what it does is in `autograd.hips`."""

from autograd.hips.boxes import Box
from autograd.hips.primitives import (
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    primitive,
    primitive_jvps,
    primitive_vjps,
)
from autograd.hips.spaces import VSpace, vspace
from autograd.hips.tracing import JVPNode, Node, VJPNode
from autograd.hips.transforms import make_jvp, make_vjp

__all__ = [
    "Box",
    "JVPNode",
    "Node",
    "VJPNode",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "make_jvp",
    "make_vjp",
    "primitive",
    "primitive_jvps",
    "primitive_vjps",
    "vspace",
]
