"""Parametrizations that are ready: spectral norm, weight norm, orthogonal matrices.

>>> from nn import Linear
>>> layer = orthogonal(Linear(3, 3, dtype=float))
>>> bool(np.allclose(layer.weight.data @ layer.weight.data.T, np.eye(3)))
True
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor, default_generator
from nn.functional.normalization import normalize
from nn.module import Module
from nn.parameter import Buffer, update_buffer
from nn.utils.parametrize import register_parametrization
from nn.utils.spectral_norm import as_matrix, output_axis, random_unit, unit
from nn.utils.weight_norm import norm_of_slices

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


def __dir__() -> list[str]:
    return __all__


_FIRST_ITERATIONS = 15


def _tensor(caller: str, module: Module, name: str) -> Any:
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise ValueError(f"{caller}: {type(module).__name__} has no parameter or buffer {name!r}")
    return found


class _SpectralNorm(Module):
    """A weight divided by its largest singular value."""

    def __init__(self, weight: Tensor, n_power_iterations: int, eps: float, dim: int) -> None:
        self.n_power_iterations = n_power_iterations
        self.eps = eps
        self.dim = dim
        if weight.ndim > 1:
            rows, columns = as_matrix(weight.detach(), dim).shape
            self._u = Buffer(random_unit(rows, weight.dtype, eps))
            self._v = Buffer(random_unit(columns, weight.dtype, eps))
            self._iterate(weight, _FIRST_ITERATIONS)

    def _iterate(self, weight: Any, iterations: int) -> None:
        matrix = as_matrix(weight.detach(), self.dim).numpy()
        u, v = self._u.numpy(), self._v.numpy()
        for _ in range(iterations):
            u = unit(matrix @ v, self.eps)
            v = unit(matrix.T @ u, self.eps)
        update_buffer(self._u, u)
        update_buffer(self._v, v)

    def forward(self, weight: Any) -> Any:
        """Divide it; in training the singular vectors are followed first."""
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        if self.training:
            self._iterate(weight, self.n_power_iterations)
        u, v = self._u.numpy().copy(), self._v.numpy().copy()
        return weight / (u @ (as_matrix(weight, self.dim) @ v))

    def right_inverse(self, value: Any) -> Any:
        """The value itself, which is divided again."""
        return value


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Divide a weight by its largest singular value, which a power iteration follows in training.

    Args:
        module: the layer, which is changed and returned.
        name: of the weight.
        n_power_iterations: how many each time the weight is used in training.
        eps: the least length to divide by.
        dim: the axis of the outputs; 0 but for transposed convolutions, 1.

    References:
        T. Miyato et al. (2018), Spectral normalization for generative adversarial networks.

    >>> from nn import Linear
    >>> layer = spectral_norm(Linear(4, 4, dtype=float))
    >>> bool(np.linalg.svd(layer.weight.data)[1][0] < 1.1)
    True
    """
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: needs 1 iteration or more, got {n_power_iterations}")
    weight = _tensor("spectral_norm", module, name)
    made = _SpectralNorm(weight, n_power_iterations, eps, output_axis(module, dim))
    return register_parametrization(module, name, made)


class _WeightNorm(Module):
    """A weight as a length times a direction."""

    def __init__(self, dim: int | None) -> None:
        self.dim = dim

    def forward(self, length: Any, direction: Any) -> Any:
        """`g v / ‖v‖`."""
        return direction * (length / norm_of_slices(direction, self.dim))

    def right_inverse(self, weight: Any) -> Any:
        """Its length, and itself as the direction."""
        return norm_of_slices(weight, self.dim), weight


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn the length of a weight, `original0`, apart from its direction, `original1`.

    Args:
        module: the layer, which is changed and returned.
        name: of the weight.
        dim: the axis along which every slice has a length of its own; None for one length.

    References:
        T. Salimans and D. Kingma (2016), Weight normalization.

    >>> from nn import Linear
    >>> layer = weight_norm(Linear(3, 2))
    >>> sorted(layer.state_dict())[1:]
    ['parametrizations.weight.original0', 'parametrizations.weight.original1']
    """
    _tensor("weight_norm", module, name)
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _Orthogonal(Module):
    """An orthogonal matrix, reached from a fixed one by a map of free numbers."""

    base: Buffer

    def __init__(self, orthogonal_map: str) -> None:
        self.orthogonal_map = orthogonal_map

    def forward(self, x: Any) -> Any:
        """The matrix, (..., rows, columns)."""
        wide = x.shape[-2] < x.shape[-1]
        x = autograd.swapaxes(x, -1, -2) if wide else x
        rows, columns = x.shape[-2:]
        if self.orthogonal_map == "householder":
            out = _reflected(x)
        else:
            out = _rotated(autograd.tril(x), rows, columns, self.orthogonal_map)
        out = self.base.detach() @ out
        return autograd.swapaxes(out, -1, -2) if wide else out

    def right_inverse(self, weight: Any) -> Any:
        """Numbers that stand for the matrix next to this one: it becomes the fixed one."""
        raw = weight.numpy() if isinstance(weight, Tensor) else np.asarray(weight)
        matrix = raw.swapaxes(-1, -2) if raw.shape[-2] < raw.shape[-1] else raw
        rows, columns = matrix.shape[-2:]
        drawn = default_generator().standard_normal((*matrix.shape[:-2], rows, rows - columns))
        full = np.concatenate([matrix, drawn.astype(matrix.dtype)], -1)
        q, r = np.linalg.qr(full)
        # The decomposition whose triangle has a positive diagonal is that of the matrix itself.
        signs = np.sign(np.diagonal(r, axis1=-2, axis2=-1).real)
        base = q * np.where(signs == 0, 1, signs)[..., np.newaxis, :]
        if "base" in vars(self):
            update_buffer(self.base, base)
        else:
            self.base = Buffer(base)
        return -np.eye(*raw.shape[-2:], dtype=raw.dtype) + np.zeros_like(raw)


def _rotated(lower: Any, rows: int, columns: int, orthogonal_map: str) -> Any:
    """The first columns of a map of the skew matrix with these numbers below the diagonal."""
    if rows != columns:
        rest = np.zeros((*lower.shape[:-1], rows - columns), lower.dtype)
        lower = autograd.concatenate([lower, rest], -1)
    skew = lower - autograd.conj(autograd.swapaxes(lower, -1, -2))
    if orthogonal_map == "matrix_exp":
        full = autograd.linalg.expm(skew)
    else:
        identity = np.eye(rows, dtype=skew.dtype)
        full = autograd.linalg.solve(identity - 0.5 * skew, identity + 0.5 * skew)
    return full[..., :columns]


def _reflected(x: Any) -> Any:
    """The product of reflections at the vectors below the diagonal, with signs on the diagonal."""
    rows, columns = x.shape[-2:]
    vectors = autograd.tril(x, -1) + np.eye(rows, columns, dtype=x.dtype)
    factors = 2 / (vectors * vectors).sum(axis=-2, keepdims=True)
    out: Any = np.eye(rows, columns, dtype=x.dtype)
    for column in reversed(range(columns)):
        vector = vectors[..., column : column + 1]
        along = autograd.swapaxes(vector, -1, -2) @ out
        out = out - factors[..., column : column + 1] * (vector @ along)
    signs = np.trunc(np.diagonal(autograd.value(x), axis1=-2, axis2=-1))
    return out * signs[..., np.newaxis, :]


def orthogonal(
    module: Module,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> Module:
    """Keep a matrix orthogonal: `Qᵀ Q = I`, or `Q Qᵀ = I` where it is wide.

    What is trained are free numbers, of which a map makes an orthogonal matrix, times the one that
    was there when it was last assigned.

    Args:
        module: the layer, which is changed and returned; a matrix that is not orthogonal becomes
            one.
        name: of the weight, (..., rows, columns).
        orthogonal_map: "matrix_exp", of a skew matrix; "cayley", `(1 - A/2)⁻¹ (1 + A/2)` of one; or
            "householder", a product of reflections, for real matrices. The first for square and
            complex matrices and else the last, if not given.
        use_trivialization: must be True.

    References:
        M. Lezcano-Casado (2019), Trivializations for gradient-based optimization on manifolds.
    """
    weight = _tensor("orthogonal", module, name)
    if weight.ndim < 2:
        raise ValueError(f"orthogonal: expected a matrix, got shape {weight.shape}")
    if not use_trivialization:
        raise ValueError("orthogonal: there is only use_trivialization=True")
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1] or weight.dtype.kind == "c"
        orthogonal_map = "matrix_exp" if square else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            "orthogonal: orthogonal_map must be 'matrix_exp', 'cayley' or 'householder', got "
            f"{orthogonal_map!r}"
        )
    if orthogonal_map == "householder" and weight.dtype.kind == "c":
        raise ValueError("orthogonal: 'householder' is not for complex matrices")
    return register_parametrization(module, name, _Orthogonal(orthogonal_map), unsafe=True)
