"""Derivatives where Tensors are mapped: they are taken of the physical ones behind them.

A graph is recorded of physical Tensors, with an axis for each level over which they are mapped. A
pass over it that asks for one gradient runs outside of these levels. Cotangents may be mapped over
further levels, which differ from pass to pass: over those the pass itself is mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.derivatives.reverse import on_a_path
from autograd.graph.modes import mapping
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.level import Level, everywhere
from autograd.mapping.tensor import all_levels, in_order, levels_of, mapped_over, physical
from autograd.ops.shapes import transpose

Levels = tuple[Level, ...]


def as_physical(x: Any, own: Levels) -> Any:
    """What belongs to a Tensor mapped over `own`, such as its cotangent, in its physical shape.

    It is mapped over the levels that it has besides.
    """
    if not isinstance(x, Tensor):
        x = wrap(np.asarray(x)[()], None)
    if not own:
        return x
    levels = in_order((*levels_of(x), *own))
    others = tuple(level for level in levels if level not in own)
    with mapping(()):
        bottom = physical(everywhere(x, levels))
        return mapped_over(_reordered(bottom, levels, (*others, *own)), others)


def as_logical(x: Tensor, own: Levels) -> Tensor:
    """The inverse: a gradient in physical shape as one of a Tensor mapped over `own`."""
    if not own:
        return x
    others = levels_of(x)
    levels = in_order((*others, *own))
    with mapping(()):
        return mapped_over(_reordered(physical(x), (*others, *own), levels), levels)


def _reordered(bottom: Tensor, given: Levels, wanted: Levels) -> Tensor:
    if given == wanted:
        return bottom
    count = len(given)
    front = [given.index(level) for level in wanted]
    moved: Tensor = transpose(bottom, (*front, *range(count, bottom.ndim)))
    return moved


def gradients_of_mapped(
    run: Callable[[list[Tensor], list[Tensor], list[Any], bool], list[Tensor | None]],
    roots: Sequence[Tensor],
    targets: Sequence[Tensor],
    cotangents: Sequence[Any],
    retain_graph: bool,
) -> list[Tensor | None]:
    """The gradients of mapped Tensors, None where a target is not reached.

    Args:
        run: the pass over physical Tensors, from roots, targets, cotangents and whether to keep
            the graph.
        roots: what is differentiated.
        targets: with respect to what.
        cotangents: one per root, of its shape; None for roots of one element.
        retain_graph: keep the graph for another pass.

    Raises:
        RuntimeError: for a target that is the same for all samples: its gradient would be the sum
            over samples.
    """
    total: list[Tensor | None] = [None] * len(targets)
    groups: dict[Levels, list[int]] = {}
    for position, root in enumerate(roots):
        groups.setdefault(levels_of(root), []).append(position)
    last = next(reversed(groups))
    for own, positions in groups.items():
        group = [physical(roots[position]) for position in positions]
        given: list[Any] = []
        for position in positions:
            cotangent = cotangents[position]
            if cotangent is None and own:
                given.append(_ones(roots[position]))
            else:
                given.append(cotangent if cotangent is None else as_physical(cotangent, own))
        for target in targets:
            _check_mapped(target, own, group)
        inside = [i for i, target in enumerate(targets) if levels_of(target) == own]
        reached = [physical(targets[position]) for position in inside]
        with mapping(all_levels(given)):
            found = run(group, reached, given, retain_graph or own is not last)
        for position, arrived in zip(inside, found, strict=True):
            if arrived is not None:
                gradient = as_logical(arrived, own)
                previous = total[position]
                total[position] = gradient if previous is None else previous + gradient
    return total


def _ones(root: Tensor) -> Tensor:
    """The cotangent of a root that is one number in each sample."""
    bottom = physical(root)._value
    return wrap(np.ones(bottom.shape, bottom.dtype), None)


def _check_mapped(target: Tensor, own: Levels, roots: Sequence[Tensor]) -> None:
    """Refuse a target of fewer levels than the roots that depend on it."""
    node = target._node
    if levels_of(target) == own or node is None:
        return
    needed = on_a_path(roots, {node})
    if any(root._node in needed for root in roots):
        raise RuntimeError(
            f"vmap: the gradient with respect to {describe(target)}, which is the same for all "
            "samples, would be their sum; inside the mapped function use func.grad, which gives "
            "the gradient of each sample, or differentiate outside of vmap for the sum"
        )


def refuse_mapped(root: Tensor) -> None:
    """Refuse to fill `.grad` with gradients of samples."""
    raise RuntimeError(
        f"backward: {describe(root)} stands for many samples, and .grad of what they share would "
        "be a sum; inside vmap use func.grad, or call backward outside on what vmap returns"
    )
