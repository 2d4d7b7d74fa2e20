"""The built-in layout: columns along the flow, after Sugiyama, Tagawa and Toda (1981).

Nothing here depends on the process, the machine or a hash: the same model gives the same places,
so figures can live in version control.
"""

from __future__ import annotations

from dataclasses import replace

from viz.layout.columns import Columns, in_columns
from viz.layout.ordering import crossings, order
from viz.layout.placing import placed
from viz.layout.ranks import ranks_of
from viz.looks.figure_model import Layout, Model


def layered(model: Model) -> Layout:
    """Lay a figure out in columns.

    Args:
        model: The figure.

    Returns:
        The places of its nodes, wires and frames.
    """
    columns = _ordered(model)
    if (turned := _with_operands_swapped(model, columns)) is not None:
        again = _ordered(turned)
        if crossings(again) < crossings(columns):
            model, columns = turned, again
    return placed(model, columns)


def _ordered(model: Model) -> Columns:
    columns = in_columns(model, ranks_of(model))
    order(columns)
    return columns


def _with_operands_swapped(model: Model, columns: Columns) -> Model | None:
    """The figure with operands in the order in which they arrive, where they may be swapped."""
    place = {vertex: i for vertices in columns.orders for i, vertex in enumerate(vertices)}
    swapped = set()
    for number, node in enumerate(model.nodes):
        arriving = sorted(columns.incoming[number], key=lambda segment: segment.rank)
        if node.commutes and len(arriving) == 2:
            first, second = (place[segment.source] for segment in arriving)
            if first > second:
                swapped.add(number)
    if not swapped or not crossings(columns):
        return None
    wires = (
        replace(wire, slot=1 - wire.slot) if wire.target in swapped else wire
        for wire in model.wires
    )
    return replace(model, wires=tuple(wires))
