"""Warnings of what runs without an error and is hardly ever meant, at the user's line.

They have a category of their own, so that they can be silenced together, or alone by their words:
`warnings.filterwarnings("ignore", category=autograd.TrapWarning)`.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from autograd.elsewhere import unpacks_into_two
from autograd.location import caller_frame

if TYPE_CHECKING:
    from autograd.graph.node import Node
    from autograd.graph.tensor import Tensor

__all__ = ["LostGradientWarning", "TrapWarning"]


class TrapWarning(UserWarning):
    """Something runs, and probably does not do what was meant.

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", TrapWarning)
    """


def warn_at_the_users_line(message: str, category: type[Warning]) -> None:
    """Warn at the innermost line outside the library; Python shows each text once per line."""
    frame = caller_frame()
    if frame is None:
        warnings.warn(message, category, stacklevel=2)
        return
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        frame.f_globals.get("__name__"),
        frame.f_globals.setdefault("__warningregistry__", {}),
    )


def warn_of_trap(message: str) -> None:
    """Warn, once per line of the program, of what is hardly ever meant."""
    warn_at_the_users_line(message, TrapWarning)


# What looks at every attribute of an object, and means none of them.
_CURIOUS = sys.stdlib_module_names | {"IPython", "jedi", "debugpy", "pydevd", "_pydevd_bundle"}


def warn_of_no_gradient(node: Node) -> None:
    """Warn that `.grad` of a computed Tensor stays None, where the user's own line asks for it."""
    if node.annotations is not None and node.annotations.retaining is not None:
        return
    caller = sys._getframe(2)
    if caller is not caller_frame() or (
        caller.f_globals.get("__name__", "").partition(".")[0] in _CURIOUS
    ):
        return
    warn_of_trap(
        f"grad: this Tensor was computed by {node.label()}, and only leaves keep their gradient, "
        "so .grad is None; call .retain_grad() on it before backward(), or use autograd.grad; "
        "autograd.explain(t) says why a gradient is missing (see: only-leaves)"
    )


def explain_unpacking(tensor: Tensor) -> None:
    """Raise, where Python would, for `values, indices = x.max(0)`, and say what is meant."""
    made: Any = tensor._origin if tensor._node is None else tensor._node
    name = getattr(getattr(made, "op", None), "name", "")
    count = tensor.shape[0]
    if count == 2 or name not in ("max", "min", "sort", "median", "cummax", "cummin"):
        return
    if unpacks_into_two(sys._getframe(2), ahead=0):
        raise ValueError(
            f"{name}: its {count} values cannot be unpacked into two; with an axis it is the "
            f"values alone, as in NumPy; use values, indices = t.{name}(dim=1), or t.argmax(1)"
        )


class LostGradientWarning(UserWarning):
    """A Tensor became a plain number before any backward pass: its gradient ends there.

    >>> import math, warnings
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     y = w * math.exp(w)  # autograd.exp(w) gets the whole gradient
    >>> caught[0].category is LostGradientWarning
    True
    """


def warn_of_number(node: Node, conversion: str) -> None:
    """Warn, once per line of the program, that a conversion leaves a graph still to be used.

    Quiet after a backward pass: then the number is for a log. Whatever takes a Python number calls
    `__float__`, `__int__` or `__complex__`: `math.exp(t)`, `array[i] = t`, `np.fromiter`.
    """
    if _was_used(node):
        return
    # The same words each time, so that Python shows them once for each line.
    warn_at_the_users_line(
        f"{conversion}() makes a plain number of a Tensor that requires gradients, and no gradient "
        "flows through a number; use autograd.exp and its like instead of math.exp, t.item() for "
        "a number on purpose, t.detach() for a constant (see: plain-number)",
        LostGradientWarning,
    )


def _was_used(node: Node) -> bool:
    """Whether a backward pass came by at the node or at what it was computed from.

    Leaves are in every later graph as well, so they count for themselves only.
    """
    seen: set[Node] = set()
    stack = [node]
    while stack:
        each = stack.pop()
        if each in seen or (each.is_leaf and each is not node):
            continue
        if each.pass_number:
            return True
        seen.add(each)
        stack.extend(edge for edge in each.edges if edge is not None)
    return False
