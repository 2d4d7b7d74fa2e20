"""The warning for numbers that leave the graph by Python's own conversions.

`math.exp(t)`, `array[i] = t`, `np.fromiter`, `struct.pack`: whatever takes a Python number calls
`__float__`, `__int__` or `__complex__`, so that this is the one place where it shows.
"""

from __future__ import annotations

from autograd.graph.modes import current_mode
from autograd.graph.node import Node
from autograd.graph.traps import warn_at_the_users_line


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

    Quiet under `no_grad` and after a backward pass: then the number is for a log.
    """
    if not current_mode().recording or _was_used(node):
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
