"""What `nn` and `viz` rely on besides the public names: the one inner interface of `autograd`.

Everything else inside is off limits to them, which a test holds. Their users need nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from autograd.console import printable, show
from autograd.debugging.flow import Flow, FlowRecorder, Layer, flow_of_parameters
from autograd.debugging.module_calls import (
    FunctionPlaces,
    ModuleCall,
    ModulePlaces,
    ParameterSize,
    Place,
    memory,
    module_calls,
    sizes_of,
    total,
)
from autograd.derivatives.gradients import fit
from autograd.elsewhere import asks_elsewhere
from autograd.exchange.html import folded, framed, short, table
from autograd.faces import offered
from autograd.graph.hooks import Handle, Hook
from autograd.graph.modes import Observer, current_mode, enter_module, leave_module, observe
from autograd.graph.mutation import KEPT_ELEMENTS, mutations, next_sequence, replace_value
from autograd.graph.node import NOT_DELIVERED, ArraySpec, Leaf, Node, WideNode, describe
from autograd.graph.tensor import Tensor, as_numeric_array, constant, described, value
from autograd.kernels.windows import output_size, per_axis
from autograd.location import caller_location
from autograd.mapping.level import sample_by_sample
from autograd.mapping.tensor import levels_of, physical
from autograd.operation.call import SELECT
from autograd.operation.inplace import check_writable, write
from autograd.operation.precision import in_single
from autograd.operation.record import Op
from autograd.operation.rules import parameter_names
from autograd.processor import checked_device
from autograd.random import random_numbers
from autograd.traps import warn_of_trap
from autograd.words.shapes import asked_dtype

__all__ = [
    "KEPT_ELEMENTS", "NOT_DELIVERED", "SELECT", "ArraySpec", "Flow", "FlowRecorder",
    "FunctionPlaces", "Handle",
    "Hook", "Layer", "Leaf", "ModuleCall", "ModulePlaces", "Node", "Observer", "Op",
    "ParameterSize", "Place", "WideNode", "as_numeric_array", "asked_dtype", "asks_elsewhere",
    "caller_location", "check_writable", "checked_device", "computable", "constant",
    "current_mode", "cut_of",
    "describe", "described", "enter_module", "fit", "flow_of_parameters", "folded", "framed",
    "give_value", "grad_of",
    "in_single", "leave_module", "levels_of", "memory", "module_calls", "mutations",
    "next_sequence", "node_of", "observe", "offered", "output_size", "parameter_names",
    "per_axis", "physical", "printable", "random_numbers", "replace_value", "sample_by_sample",
    "short", "show", "sizes_of", "table", "total", "value", "value_of", "warn_of_trap", "write",
]  # fmt: skip


# These are written in C, for loops.

# The raw value of a Tensor: an array, or a NumPy scalar where it is 0-d.
value_of: Callable[[Tensor], Any] = attrgetter("_value")


def computable(x: Any) -> Any:
    """What masks and indices are computed on: the raw value, or what stands for that of samples."""
    return x.detach() if levels_of(x) else value(x)


# What is in `.grad`, without the warning where nothing will come there.
grad_of: Callable[[Tensor], Tensor | None] = attrgetter("_grad")

# The node that computed a Tensor, or its leaf; None where it requires no gradients.
node_of: Callable[[Tensor], Node | None] = attrgetter("_node")

# Why a Tensor has no node, where the graph was cut on purpose.
cut_of: Callable[[Tensor], str | None] = attrgetter("_cut")


def give_value(tensor: Tensor, array: Any) -> None:
    """Another raw value, of any shape and dtype, for a Tensor that no graph has used."""
    tensor._value = array
