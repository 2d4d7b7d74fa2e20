"""What PyTorch's words of arithmetic, spreads and norms do, in our operations."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd import ops
from autograd.graph.tensor import Tensor, value
from autograd.words.shapes import converted, linalg

# ---------------------------------------------------------------------- arithmetic


def clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    """`clip`; a bound that is a Tensor gets its gradient."""
    if min is not None and isinstance(min, Tensor):
        input, min = ops.maximum(input, min), None
    if max is not None and isinstance(max, Tensor):
        input, max = ops.minimum(input, max), None
    return input if min is None and max is None else ops.clip(input, min, max)


def clamp_min(input: Any, min: Any) -> Any:
    """Nothing below a bound."""
    return clamp(input, min)


def clamp_max(input: Any, max: Any) -> Any:
    """Nothing above a bound."""
    return clamp(input, None, max)


def pow_(input: Any, exponent: Any) -> Any:
    """To a power."""
    return ops.power(input, exponent)


def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
    """The quotient, or rounded: "trunc" towards 0, "floor" down."""
    if rounding_mode is None:
        return ops.divide(input, other)
    if rounding_mode == "floor":
        return ops.floor_divide(input, other)
    if rounding_mode != "trunc":
        raise ValueError(f"div: rounding_mode is 'trunc' or 'floor', got {rounding_mode!r}")
    out = ops.trunc(ops.divide(input, other))
    whole = all(np.asarray(value(each)).dtype.kind in "iub" for each in (input, other))
    return converted(out, np.result_type(value(input), value(other))) if whole else out


def add(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """The sum, with the second part times `alpha`."""
    return ops.add(input, other if alpha == 1 else alpha * other)


def sub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """The difference, with the second part times `alpha`."""
    return ops.subtract(input, other if alpha == 1 else alpha * other)


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * mat1 @ mat2`, also of batches."""
    return beta * input + alpha * (mat1 @ mat2)


def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """`input + value * tensor1 * tensor2`."""
    return input + value * tensor1 * tensor2


def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """`input + value * tensor1 / tensor2`."""
    return input + value * tensor1 / tensor2


def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * (batch1 @ batch2).sum(0)`."""
    return beta * input + alpha * ops.sum(batch1 @ batch2, 0)


def product(name: str, left: int, right: int) -> Any:
    """`@` of Tensors with so many axes."""

    def multiply(input: Any, mat2: Any) -> Any:
        shapes = np.shape(value(input)), np.shape(value(mat2))
        if (len(shapes[0]), len(shapes[1])) != (left, right):
            raise ValueError(
                f"{name}: expected {left} axes and {right}, got the shapes {shapes[0]} and "
                f"{shapes[1]}; use @"
            )
        return ops.matmul(input, mat2)

    return multiply


def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """The difference the other way round."""
    return other - (input if alpha == 1 else alpha * input)


def cat(tensors: Any, dim: int = 0, **given: Any) -> Any:
    """Joined along an axis; empty Tensors of one axis are passed over, as PyTorch does."""
    dim = given.pop("axis", dim)
    if given:
        raise TypeError(f"cat: unknown arguments {', '.join(given)}")
    kept = [each for each in tensors if np.shape(value(each)) != (0,)]
    return ops.concatenate(kept or list(tensors), dim)


def chain_matmul(*matrices: Any) -> Any:
    """The product of several matrices, in the cheapest order."""
    return linalg("multi_dot")(list(matrices))


def einsum(equation: str, *operands: Any) -> Any:
    """Sums of products, of Tensors that may come in a list."""
    return ops.einsum(equation, *(operands[0] if len(operands) == 1 else operands))


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """The cosine of the angle between vectors along an axis."""
    lengths = [ops.clip(linalg("vector_norm")(each, dim), eps) for each in (x1, x2)]
    return ops.sum(x1 * x2, dim) / (lengths[0] * lengths[1])


def equal(input: Any, other: Any) -> bool:
    """Whether two Tensors have the same shape and elements."""
    a, b = value(input), value(other)
    return np.shape(a) == np.shape(b) and builtins.bool(np.all(a == b))


def isclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether elements are as good as equal."""
    return Tensor(np.isclose(value(input), value(other), rtol, atol, equal_nan))


def allclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements are as good as equal."""
    return builtins.bool(np.allclose(value(input), value(other), rtol, atol, equal_nan))


def bucketize(input: Any, boundaries: Any, *, right: bool = False) -> Any:
    """In which interval each element lies; `right` is the opposite of NumPy's."""
    return Tensor(np.searchsorted(value(boundaries), value(input), "right" if right else "left"))


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of equal intervals."""
    raw = value(input).ravel()
    limits = (raw.min(), raw.max()) if min == max else (min, max)
    return Tensor(np.histogram(raw, bins, limits)[0].astype(raw.dtype))


# ---------------------------------------------------------------------- spreads and norms


def spread(kind: str) -> Any:
    """`std` and `var`: PyTorch divides by n - 1 unless told, NumPy by n, so it has to be told."""

    def computed(input: Any, dim: Any = None, *more: Any, **given: Any) -> Any:
        if isinstance(dim, bool):  # torch.std(x, False)
            dim, given["unbiased"] = None, dim
        names = iter(("unbiased", "keepdim"))
        given.update(zip(names, more, strict=False))
        if {"correction", "ddof"} <= given.keys():
            raise TypeError(f"{kind}() got several values for 'ddof'")
        correction = given.pop("correction", given.pop("ddof", None))
        if "unbiased" in given:
            correction = int(given.pop("unbiased"))
        dim = given.pop("axis", dim)
        keepdim = given.pop("keepdim", given.pop("keepdims", False))
        if given:
            raise TypeError(f"{kind}: unknown arguments {', '.join(given)}")
        if correction is None:
            raise TypeError(
                f"{kind}: with dim= or keepdim= PyTorch divides by n - 1, and NumPy by n; write "
                "correction=1 for PyTorch's, correction=0 for NumPy's, or axis= and keepdims="
            )
        dim = tuple(dim) if isinstance(dim, list) else dim
        return getattr(ops, kind)(input, dim, correction, keepdim)

    return computed


def spread_mean(kind: str) -> Any:
    """`std_mean` and `var_mean` with `unbiased=`, in place of `correction=`."""

    def computed(input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False) -> Any:
        dim, unbiased = (None, dim) if isinstance(dim, bool) else (dim, unbiased)
        dim = tuple(dim) if isinstance(dim, list) else dim
        return getattr(ops, kind)(input, dim, correction=int(unbiased), keepdim=keepdim)

    return computed


def norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Any:
    """The p-norm of all numbers, or along axes: of a matrix, too, unless p is a text."""
    input = input if dtype is None else converted(input, dtype)
    if p in ("fro", None):
        p = 2
    if p == "nuc":
        return linalg("norm")(input, "nuc", dim, keepdim)
    return linalg("vector_norm")(input, tuple(dim) if isinstance(dim, list) else dim, keepdim, p)


def dist(input: Any, other: Any, p: float = 2) -> Any:
    """The p-norm of the difference."""
    return norm(input - other, p)


def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """Slices along an axis scaled down to a norm where theirs is larger."""
    axes = tuple(axis for axis in range(input.ndim) if axis != dim % input.ndim)
    size = linalg("vector_norm")(input, axes, True, p)
    return input * ops.where(size > maxnorm, maxnorm / (size + 1e-7), np.array(1, size.dtype))
