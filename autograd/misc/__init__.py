"""What programs import from `autograd.misc`: `flatten`, `const_graph`, optimizers, fixed points."""

from autograd.misc.flatten import flatten
from autograd.misc.tracers import const_graph

__all__ = ["const_graph", "flatten"]
