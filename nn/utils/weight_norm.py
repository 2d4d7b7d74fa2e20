"""Weights as a length times a direction, learned apart."""

from __future__ import annotations

from typing import Any

import autograd
from nn.functional.normalization import vector_norm
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["remove_weight_norm", "weight_norm"]


class _WeightNorm:
    """The hooks that put the weight together before a call, and out of the graph after it."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = dim

    def weight(self, module: Module) -> Any:
        direction = getattr(module, f"{self.name}_v")
        length = getattr(module, f"{self.name}_g")
        return direction * (length / norm_of_slices(direction, self.dim))

    def before(self, module: Module, args: Any) -> None:
        vars(module)[self.name] = self.weight(module)

    def after(self, module: Module, args: Any, result: Any) -> None:
        vars(module)[self.name] = vars(module)[self.name].detach()


def norm_of_slices(v: Any, dim: int | None) -> Any:
    """The norm over all axes but one, which stay as length 1; or over all."""
    if dim is None:
        return vector_norm(v.reshape((-1,)), 2, 0, False)
    first = autograd.transpose(v, (dim, *(a for a in range(v.ndim) if a != dim)))
    rows = vector_norm(first.reshape((v.shape[dim], -1)), 2, 1, False)
    return rows.reshape(tuple(-1 if axis == dim else 1 for axis in range(v.ndim)))


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Replace a weight by its length `<name>_g` and its direction `<name>_v`: `w = g v / ‖v‖`.

    Args:
        module: the layer, which is changed and returned.
        name: of the weight.
        dim: the axis along which every slice has a length of its own; None for one length.

    Raises:
        ValueError: if there is no such parameter, or it is split already.

    References:
        T. Salimans and D. Kingma (2016), Weight normalization.

    >>> from nn import Linear
    >>> layer = weight_norm(Linear(3, 2))
    >>> {name: p.shape for name, p in layer.named_parameters()}
    {'bias': (2,), 'weight_g': (2, 1), 'weight_v': (2, 3)}
    """
    weight = vars(module).get(name)
    if not isinstance(weight, Parameter):
        raise ValueError(f"weight_norm: {type(module).__name__} has no parameter {name!r}")
    hooks = _WeightNorm(name, dim)
    delattr(module, name)
    setattr(module, f"{name}_g", Parameter(norm_of_slices(weight.detach(), dim).data))
    setattr(module, f"{name}_v", Parameter(weight.data))
    handles = (
        module.register_forward_pre_hook(hooks.before),
        module.register_forward_hook(hooks.after, always_call=True),
    )
    vars(module)[name] = hooks.weight(module).detach()
    vars(module).setdefault("_weight_norms", {})[name] = (hooks, handles)
    return module


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Make the weight one parameter again.

    Raises:
        ValueError: if it is not split.

    >>> from nn import Linear
    >>> layer = remove_weight_norm(weight_norm(Linear(3, 2)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    known = vars(module).get("_weight_norms", {})
    if name not in known:
        raise ValueError(f"remove_weight_norm: {type(module).__name__} has no split {name!r}")
    hooks, handles = known.pop(name)
    weight = Parameter(hooks.weight(module).data)
    for handle in handles:
        handle.remove()
    for part in (name, f"{name}_g", f"{name}_v"):
        vars(module).pop(part)
    setattr(module, name, weight)
    return module
