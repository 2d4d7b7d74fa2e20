"""Weights divided by their largest singular value, which a power iteration follows."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import default_generator
from nn.module import Module
from nn.modules.convolution import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.parameter import Buffer, Parameter, update_buffer

__all__ = ["remove_spectral_norm", "spectral_norm"]

_TRANSPOSED = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)


def output_axis(module: Module, dim: int | None) -> int:
    """The axis of the outputs in a weight, unless it is given."""
    if dim is not None:
        return dim
    return 1 if isinstance(module, _TRANSPOSED) else 0


def as_matrix(weight: Any, dim: int) -> Any:
    """A weight with one row for each index of an axis."""
    dim %= weight.ndim
    order = (dim, *(axis for axis in range(weight.ndim) if axis != dim))
    return autograd.transpose(weight, order).reshape(weight.shape[dim], -1)


def random_unit(length: int, dtype: Any, eps: float) -> Any:
    """A unit vector in a random direction."""
    return unit(default_generator().standard_normal(length).astype(dtype), eps)


def unit(vector: Any, eps: float) -> Any:
    """A vector divided by its length, or by eps where that is less."""
    return vector / np.maximum(np.linalg.norm(vector), vector.dtype.type(eps))


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Divide a weight by its largest singular value, `uᵀ W v`, at every call.

    u and v follow the singular vectors by a power iteration at every call in training. What is
    trained is `<name>_orig`; `nn.utils.parametrizations.spectral_norm` does the same in the newer
    way.

    Args:
        module: the layer, which is changed and returned.
        name: of the weight.
        n_power_iterations: how many per call in training.
        eps: the least length to divide by.
        dim: the axis of the outputs; 0 but for transposed convolutions, 1.

    Raises:
        ValueError: if there is no such parameter, or fewer than one iteration.

    References:
        T. Miyato et al. (2018), Spectral normalization for generative adversarial networks.

    >>> from nn import Linear
    >>> layer = spectral_norm(Linear(3, 2))
    >>> sorted(layer.state_dict())
    ['bias', 'weight_orig', 'weight_u', 'weight_v']
    """
    weight = vars(module).get(name)
    if not isinstance(weight, Parameter):
        raise ValueError(f"spectral_norm: {type(module).__name__} has no parameter {name!r}")
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: needs 1 iteration or more, got {n_power_iterations}")
    hooks = _SpectralNorm(name, n_power_iterations, eps, output_axis(module, dim))
    rows, columns = as_matrix(weight.detach(), hooks.dim).shape
    del vars(module)[name]
    setattr(module, f"{name}_orig", weight)
    setattr(module, f"{name}_u", Buffer(random_unit(rows, weight.dtype, eps)))
    setattr(module, f"{name}_v", Buffer(random_unit(columns, weight.dtype, eps)))
    handles = (
        module.register_forward_pre_hook(hooks.before),
        module.register_forward_hook(hooks.after, always_call=True),
    )
    vars(module)[name] = weight.detach()
    vars(module).setdefault("_spectral_norms", {})[name] = (hooks, handles)
    return module


class _SpectralNorm:
    """The hooks that divide the weight before a call, and take it out of the graph after it."""

    def __init__(self, name: str, n_power_iterations: int, eps: float, dim: int) -> None:
        self.name = name
        self.n_power_iterations = n_power_iterations
        self.eps = eps
        self.dim = dim

    def weight(self, module: Module, iterations: int) -> Any:
        original = getattr(module, f"{self.name}_orig")
        kept_u, kept_v = (getattr(module, f"{self.name}_{each}") for each in "uv")
        u, v = kept_u.numpy().copy(), kept_v.numpy().copy()
        matrix = as_matrix(original.detach(), self.dim).numpy()
        for _ in range(iterations):
            v = unit(matrix.T @ u, self.eps)
            u = unit(matrix @ v, self.eps)
        if iterations:
            update_buffer(kept_u, u)
            update_buffer(kept_v, v)
        return original / (u @ (as_matrix(original, self.dim) @ v))

    def before(self, module: Module, args: Any) -> None:
        iterations = self.n_power_iterations if module.training else 0
        vars(module)[self.name] = self.weight(module, iterations)

    def after(self, module: Module, args: Any, result: Any) -> None:
        vars(module)[self.name] = vars(module)[self.name].detach()


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """Make the divided weight the parameter.

    Raises:
        ValueError: if it is not divided.

    >>> from nn import Linear
    >>> layer = remove_spectral_norm(spectral_norm(Linear(3, 2)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    known = vars(module).get("_spectral_norms", {})
    if name not in known:
        raise ValueError(f"remove_spectral_norm: {type(module).__name__} has no divided {name!r}")
    hooks, handles = known.pop(name)
    weight = Parameter(hooks.weight(module, 0).data)
    for handle in handles:
        handle.remove()
    for part in (name, f"{name}_orig", f"{name}_u", f"{name}_v"):
        vars(module).pop(part)
    setattr(module, name, weight)
    return module
