"""What transforms are given: arguments to differentiate, and how results are given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.derivatives import backward as engine
from autograd.derivatives.trees import flatten, matched
from autograd.graph.modes import current_mode
from autograd.graph.node import Leaf, Node, describe
from autograd.graph.tensor import Tensor, as_numeric_array, wrap
from autograd.mapping.level import everywhere
from autograd.mapping.tensor import levels_of, mapped_over, physical
from autograd.ops.shapes import copy

ArgNums = int | Sequence[int]


class Inputs:
    """The arguments to differentiate, as Tensors of their own that the function is run on.

    They hang on the caller's Tensors where these require gradients, so that transforms nest.
    """

    def __init__(self, caller: str, tree: Any, given: Any) -> None:
        leaves, self.rebuild = flatten(tree)
        self.arrays_in = not tensors_in(flatten(given)[0])  # of all that the caller gave
        self.tensors = [_differentiable(caller, leaf) for leaf in leaves]
        self.hanging = any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in leaves)
        self.tree = self.rebuild(self.tensors)

    def reach_outside(self, outputs: Sequence[Tensor]) -> bool:
        """Whether the outputs depend on Tensors of the caller that require gradients."""
        own = {tensor._node for tensor in self.tensors}
        return self.hanging or _reaches_others(outputs, own)

    def gradients(
        self, outputs: Sequence[Tensor], cotangents: Sequence[Any], record: bool | None = None
    ) -> list[Any]:
        """One gradient per input.

        Args:
            outputs: computed from the inputs.
            cotangents: one per output.
            record: whether the caller may want to differentiate the gradients again, if known.
        """
        pairs = [(o, g) for o, g in zip(outputs, cotangents, strict=True) if o.requires_grad]
        if not pairs:
            return [wrap(np.zeros(t.shape, t.dtype)[()], None) for t in self.tensors]
        if record is None:
            moved = any(isinstance(g, Tensor) and g.requires_grad for g in cotangents)
            record = moved or self.reach_outside(outputs)
        return list(
            engine.grad(
                [o for o, _ in pairs],
                self.tensors,
                [g for _, g in pairs],
                retain_graph=True,
                create_graph=record,
                materialize_grads=True,
            )
        )

    def giving(
        self, outputs: Sequence[Tensor], reaching: bool | None = None
    ) -> Callable[[Tensor], Any]:
        """How results are given to the caller, whose arguments they were computed from.

        They are part of a graph only where that reaches the caller's Tensors; else they are arrays
        where all that the caller gave were arrays. `reaching` says whether it does, if known.
        """
        if reaching is None:
            reaching = self.reach_outside(outputs)
        if reaching:
            return self.outside
        if self.arrays_in:
            return lambda result: result if levels_of(result) else result._value
        return _without_graph

    def outside(self, out: Tensor) -> Tensor:
        """A result as a Tensor that is part of a graph only where that reaches the caller's."""
        return out if self.reach_outside([out]) else _without_graph(out)

    def all_outside(self, aux: Any) -> Any:
        """What a function returns besides, for the caller."""
        leaves, rebuild = flatten(aux)
        give = self.giving([x for x in leaves if isinstance(x, Tensor)])
        return rebuild([give(x) if isinstance(x, Tensor) else x for x in leaves])


def tensors_in(leaves: Sequence[Any]) -> bool:
    """Whether one of them is a Tensor."""
    return any(isinstance(leaf, Tensor) for leaf in leaves)


def each_of(give: Callable[[Tensor], Any], tree: Any) -> Any:
    """A tree with each of its leaves given to the caller."""
    leaves, rebuild = flatten(tree)
    return rebuild([give(leaf) for leaf in leaves])


def _reaches_others(outputs: Sequence[Tensor], own: set[Node | None]) -> bool:
    """Whether a leaf that is none of `own` can be reached without passing through them.

    Nobody can ask for the gradient of a leaf whose Tensor is gone, such as an argument of a
    transform that has returned.
    """
    seen: set[Node] = set()
    stack_ = [out._node for out in outputs if out._node is not None]
    while stack_:
        node = stack_.pop()
        if node in seen or node in own:
            continue
        if isinstance(node, Leaf):
            if node.tensor() is not None:
                return True
            continue
        seen.add(node)
        stack_.extend(edge for edge in node.edges if edge is not None)
    return False


def _without_graph(tensor: Tensor) -> Tensor:
    levels = levels_of(tensor)
    return mapped_over(wrap(physical(tensor)._value, None), levels)


def _differentiable(caller: str, leaf: Any) -> Tensor:
    if isinstance(leaf, Tensor):
        tensor = copy(leaf) if leaf.requires_grad else _without_graph(leaf)
    else:
        tensor = Tensor(as_numeric_array(leaf, caller))
    # What is the same for all samples gets a gradient for each of them.
    levels = current_mode().levels
    tensor = everywhere(tensor, levels) if levels else tensor
    if tensor.dtype.kind not in "fc":
        raise TypeError(
            f"{caller}: only floating and complex arguments have derivatives, got "
            f"{describe(tensor)}; convert it with .astype(float), or leave it out of argnums"
        )
    return tensor.requires_grad_()


def chosen_arguments(
    caller: str, args: tuple[Any, ...], argnums: ArgNums
) -> tuple[Any, Callable[[Any], list[Any]]]:
    """The arguments to differentiate, and a function that puts replacements among the others."""
    single = isinstance(argnums, int)
    positions = [argnums] if isinstance(argnums, int) else list(argnums)
    for position in positions:
        if not -len(args) <= position < len(args):
            raise ValueError(
                f"{caller}: argnums names argument {position}, but {len(args)} were given by "
                "position; those by keyword are not differentiated"
            )
    positions = [position % len(args) for position in positions]
    if len(set(positions)) < len(positions):
        raise ValueError(f"{caller}: argnums={argnums} names an argument twice")

    def put_back(replaced: Any) -> list[Any]:
        full = list(args)
        for position, each in zip(positions, [replaced] if single else replaced, strict=True):
            full[position] = each
        return full

    chosen = [args[position] for position in positions]
    return chosen[0] if single else chosen, put_back


def checked_argnums(caller: str, argnums: Any) -> ArgNums:
    """Which arguments are differentiated: a number, or a tuple of at least one."""
    each = argnums if isinstance(argnums, tuple | list) else (argnums,)
    if not each or not all(
        isinstance(x, int | np.integer) and not isinstance(x, bool) for x in each
    ):
        raise TypeError(
            f"{caller}: argnums must be the position of an argument, or a tuple of them, got "
            f"{argnums!r}"
        )
    positions = tuple(map(int, each))
    return positions if isinstance(argnums, tuple | list) else positions[0]


def checked_function(caller: str, function: Any) -> Callable[..., Any]:
    """The function, if it is one."""
    if not callable(function):
        advice = "pass the function itself, not what it returns"
        if isinstance(function, Tensor):
            advice += "; to differentiate a Tensor that was computed already, use autograd.grad"
        raise TypeError(f"{caller}: expected a function, got {describe(function)}; {advice}")
    checked: Callable[..., Any] = function
    return checked


def split_aux(caller: str, out: Any, has_aux: bool) -> tuple[Any, Any]:
    """What is differentiated, and what is returned besides."""
    if not has_aux:
        return out, None
    if not isinstance(out, (tuple, list)) or len(out) != 2:
        raise TypeError(
            f"{caller}: with has_aux=True the function must return a pair, got {describe(out)}"
        )
    return out[0], out[1]


def matched_leaves(caller: str, what: str, outline: Any, given: Any) -> list[Any]:
    """The leaves of what was given, which must have the structure of the outline."""
    try:
        return matched(outline, given, what)
    except ValueError as error:
        raise ValueError(f"{caller}: {error}") from None


def checked_outputs(
    caller: str, out: Any, differentiable: bool = False
) -> tuple[list[Tensor], Callable[[Sequence[Any]], Any]]:
    """The Tensors that a function returned, and a function that puts others in their places.

    Args:
        caller: whose function it is.
        out: what it returned, in any structure.
        differentiable: refuse integers and bools, of which there is no Jacobian.
    """
    leaves, rebuild = flatten(out)
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise TypeError(
                f"{caller}: the function must return Tensors, got {describe(leaf)}; "
                "an array or number would have left the graph"
            )
        if differentiable:
            check_differentiable(caller, leaf)
    if out is None:
        raise TypeError(f"{caller}: the function must return Tensors, got None: a missing return")
    return leaves, rebuild


def check_differentiable(caller: str, out: Tensor) -> None:
    """Refuse a result whose derivative would be zeros everywhere, which is hardly meant."""
    if out.dtype.kind not in "fc":
        raise TypeError(
            f"{caller}: the function returned {describe(out)}, which has no derivative: "
            "comparisons, positions and integers leave the graph; return floating numbers, and "
            "such results besides, with has_aux=True"
        )
