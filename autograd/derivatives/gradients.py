"""What rules pass on: the shape, dtype and ownership of gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.derivatives.failures import complaint
from autograd.graph.node import Node, keepsake
from autograd.graph.tensor import Tensor, value, wrap
from autograd.mapping.tensor import Mapped, physical
from autograd.ops.elementwise import real
from autograd.ops.shapes import sum_to

# The test-suite sets this: a rule whose result needs a real-to-real cast leaks a wrong dtype.
strict_dtypes = False


def fit(passed: Any, edge: Node, node: Node, slot: int) -> Any:
    """A rule's result in the shape and dtype of the tensor it is the gradient of.

    Broadcasting is undone here, for elementwise operations only; for all others a wrong shape is
    an error of the rule. The imaginary part is dropped where the tensor is real.
    """
    expected = edge.value
    if not isinstance(passed, (Tensor, ndarray, np.generic)):
        if isinstance(passed, (bool, int, float, complex)):
            passed = expected.dtype.type(passed)
        else:
            what = "None; it must return a gradient of the argument's shape"
            what = what if passed is None else type(passed).__name__
            raise TypeError(complaint(node, slot, f"returned {what}"))
    if passed.shape != expected.shape:
        elementwise = node.op is not None and node.op.kind == "elementwise"
        if not (elementwise and _is_broadcast(passed.shape, expected.shape)):
            what = f"returned shape {passed.shape}, the argument has {expected.shape}"
            raise ValueError(complaint(node, slot, what))
        passed = sum_to(passed, expected.shape)
    if passed.dtype != expected.dtype:
        passed = _cast(passed, expected.dtype, node, slot)
    if type(passed) is ndarray and passed.ndim == 0:
        passed = passed[()]
    return passed


def _is_broadcast(shape: tuple[int, ...], own: tuple[int, ...]) -> bool:
    """Whether an array of its own shape can be broadcast to `shape`."""
    try:
        return np.broadcast_shapes(shape, own) == shape
    except ValueError:
        return False


def _cast(passed: Any, dtype: np.dtype[Any], node: Node, slot: int) -> Any:
    if passed.dtype.kind == "c" and dtype.kind != "c":
        passed = real(passed)
    if passed.dtype != dtype:
        if strict_dtypes and passed.dtype.kind == dtype.kind:
            what = f"returned dtype {passed.dtype}, the argument has {dtype}"
            raise TypeError(complaint(node, slot, what))
        passed = passed.astype(dtype)
    return passed


def is_fresh(passed: Any, g: Any, node: Node) -> bool:
    """Whether nobody but the pass refers to this array, so that a leaf may keep it.

    The cotangent, views and saved values are not; nor is anything from an operation that is not
    the library's own, whose rule may return an array of the user.
    """
    if type(passed) is not ndarray:
        passed, g = value(physical(passed)), value(physical(g))
        if type(passed) is not ndarray:
            return True
    if passed is g or passed.base is not None or passed is node.value or not node.op.ours:  # type: ignore[union-attr]
        return False
    if type(g) is tuple and any(passed is value(each) for each in g):
        return False
    for saved in node.inputs:
        if passed is saved:
            return False
    if node.keywords is not None:
        for given in node.keywords.values():
            if passed is given:
                return False
    return True


def kept_gradient(g: Any, limit: float) -> Any:
    """What a node keeps of its gradient for drawing: nothing where it stands for many."""
    return None if isinstance(g, Mapped) else keepsake(g, limit)


def outside(g: Any) -> Tensor:
    """A gradient as users see it: a Tensor, conjugated where complex (PyTorch's convention)."""
    if g.dtype.kind == "c":
        g = g.conj()
    return g if isinstance(g, Tensor) else wrap(g, None)


def inside(gradient: Tensor, on_tensors: bool) -> Any:
    """The inverse of `outside`."""
    if gradient.dtype.kind == "c":
        gradient = gradient.conj()
    return gradient if on_tensors else gradient._value
