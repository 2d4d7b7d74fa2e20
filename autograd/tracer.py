"""What programs import from `autograd.tracer`; what it does is in `autograd.hips`."""

from autograd.graph.tensor import value as getval
from autograd.hips.boxes import Box
from autograd.hips.primitives import notrace_primitive, primitive, register_notrace
from autograd.hips.tracing import Node, isbox, trace

__all__ = [
    "Box",
    "Node",
    "getval",
    "isbox",
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "trace",
]
