"""Why a gradient is what it is, or is missing, in one sentence."""

from __future__ import annotations

from autograd.graph.node import SPENT, Leaf, Node
from autograd.graph.tensor import Tensor


def explain(tensor: Tensor, output: Tensor | None = None) -> str:
    """Why `tensor.grad` is None, or what is in it.

    Args:
        tensor: the Tensor whose gradient is in question.
        output: what `backward()` was called on, or will be; with it, the answer also says whether
            the tensor was used to compute it, and where the path was cut.

    Returns:
        A sentence with the reason and what to do.

    >>> x = Tensor([1, 2])
    >>> print(explain(x))
    no gradient: it is int64, and only floating and complex tensors have gradients; ...
    >>> w = Tensor(1.0, requires_grad=True)
    >>> print(explain(w))
    no gradient: backward() has not been run on anything computed from it
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"explain: expected a Tensor, got {type(tensor).__name__}")
    if tensor._grad is not None:
        return f"it has a gradient of shape {tensor._grad.shape}{_passes(tensor._node)}"
    return f"no gradient: {_reason(tensor, output)}"


def _passes(node: Node | None) -> str:
    """Which backward passes a gradient is from; a forgotten `zero_grad` shows here."""
    if node is None or not node.pass_number:
        return ""
    last = f", last changed by pass {node.pass_number}"
    if not isinstance(node, Leaf) or node.passes < 2:
        return last
    return (
        f", the sum of {node.passes} backward passes{last}; where only the last should count, call "
        "zero_grad() or set .grad = None before each"
    )


def _reason(tensor: Tensor, output: Tensor | None) -> str:
    node = tensor._node
    if tensor.dtype.kind not in "fc":
        cut = f" (it was {tensor._cut})" if tensor._cut is not None else ""
        return (
            f"it is {tensor.dtype}{cut}, and only floating and complex tensors have gradients; "
            "convert it with .astype(float)"
        )
    if node is None:
        if tensor._cut is not None:
            return f"it was {tensor._cut}, and is outside the graph"
        return "it does not require gradients; create it with requires_grad=True"
    if output is not None and output is not tensor:
        reason = _unreachable(node, output)
        if reason is not None:
            return reason
    retained = node.annotations is not None and node.annotations.retaining is not None
    if not node.is_leaf and node.pass_number and not retained:
        return (
            "it was computed, and only leaves keep their gradient; call .retain_grad() before "
            "backward(), or use autograd.grad"
        )
    if output is not None and output._node is not None and output._node.state == SPENT:
        return (
            "the graph of the output was already used by a backward pass and has let go of its "
            "values; its gradient was cleared since, or that pass had other inputs"
        )
    if node.pass_number:
        return f"pass {node.pass_number} reached it, and its .grad was cleared since"
    if not node.is_leaf and not retained:
        return (
            "backward() has not been run on anything computed from it; it was computed itself, so "
            "call .retain_grad() before backward()"
        )
    return "backward() has not been run on anything computed from it"


def _unreachable(target: Node, output: Tensor) -> str | None:
    """Why no gradient of the output can reach the target; None if one can."""
    if output._node is None:
        return f"the output {output._why_no_gradient()}"
    cuts: list[str] = []
    seen: set[Node] = set()
    stack = [output._node]
    while stack:
        node = stack.pop()
        if node is target:
            return None
        if node in seen:
            continue
        seen.add(node)
        cuts += _cuts_at(node)
        stack.extend(edge for edge in node.edges if edge is not None)
    if cuts:
        return "the output was not computed from it in the graph: " + "; ".join(sorted(set(cuts)))
    return "the output was not computed from it"


def _cuts_at(node: Node) -> list[str]:
    """The arguments of a node that came from outside the graph although they once were in one."""
    if node.annotations is None or node.op is None:
        return []
    texts = []
    for slot, (name, cut, _) in node.annotations.constants.items():
        if cut is not None:
            what = f"'{name}'" if name else f"argument {slot}"
            texts.append(f"{what} of {node.label()} was {cut}")
    return texts
