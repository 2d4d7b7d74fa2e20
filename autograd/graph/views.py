"""Views: Tensors that look at the memory of another one, and stay right when that is written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.graph.modes import current_mode
from autograd.graph.mutation import memory_owner
from autograd.graph.node import Node

if TYPE_CHECKING:
    from autograd.graph.tensor import Tensor


@dataclass(slots=True, eq=False)
class View:
    """How a view was made, so that it can be retaken after its base was written to."""

    base: Tensor
    op: Any
    keywords: dict[str, Any]
    index: int | None  # which of several results
    recorded: bool
    base_node: Node | None = field(init=False)  # the view is stale once its base has another one

    def __post_init__(self) -> None:
        self.base_node = self.base._node


def refresh(tensor: Tensor) -> None:
    """Retake a view whose base was written to since, from the outermost base inwards."""
    if not current_mode().recording:
        return  # the memory is shared, so the value is right; only the node is older
    chain = [tensor]
    while (view := chain[-1]._view) is not None:
        chain.append(view.base)
    for each in reversed(chain[:-1]):
        view = each._view
        if view is None or view.base._node is view.base_node:
            continue
        if view.base._node is None:
            view.base_node = None
            continue
        if not view.recorded:
            raise RuntimeError(
                f"a view made under no_grad by {view.op.name} is used with gradients after its "
                "base was written to; take the view again outside no_grad"
            )
        retaken = view.op.function(view.base, **view.keywords)
        if view.index is not None:
            retaken = retaken[view.index]
        move_to(each, retaken._node)
        view.base_node = view.base._node


def move_to(tensor: Tensor, node: Node | None) -> None:
    """Make `tensor` the result of `node` from now on; its name and `retain_grad()` go along."""
    old, tensor._node = tensor._node, node
    if node is None:
        return
    if tensor._name is not None:
        node.annotate().name = tensor._name
    if old is not None and old.annotations is not None:
        retaining = old.annotations.retaining
        if retaining is not None and retaining() is tensor:
            node.annotate().retaining, old.annotations.retaining = retaining, None


def shares_memory(a: Any, b: Any) -> bool:
    """Whether two raw values are views of one owner's memory."""
    return type(a) is ndarray and type(b) is ndarray and memory_owner(a) is memory_owner(b)
