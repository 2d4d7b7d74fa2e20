"""The built-in layout: columns along the flow, after Sugiyama, Tagawa and Toda (1981).

Nothing here depends on the process, the machine or a hash: the same model gives the same places,
so figures can live in version control.
"""

from __future__ import annotations

from viz.layout.columns import in_columns
from viz.layout.ordering import order
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
    columns = in_columns(model, ranks_of(model))
    order(columns)
    return placed(model, columns)
