"""The figure in Graphviz's language: complete, with values and gradients, to be edited further."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from viz.looks.figure_model import FigureNode, Model, Paint

if TYPE_CHECKING:
    import graphviz

_SHAPES = {
    "operation": "ellipse",
    "group": "box3d",
    "parameter": "box",
    "input": "cds",
    "constant": "hexagon",
}
_DIRECTIONS = {"right": "LR", "down": "TB", "up": "BT"}


def dot_graph(model: Model) -> graphviz.Digraph:
    """Write a figure for Graphviz.

    Nodes are called n0, n1, ...; every text is escaped, whatever a user called their tensors.

    Args:
        model: The figure.

    Returns:
        The graph; its values stand above and its gradients below the name in each node.
    """
    import graphviz

    graph = graphviz.Digraph(
        graph_attr={"rankdir": _DIRECTIONS[model.direction], "fontname": "Helvetica"},
        node_attr={"fontname": "Helvetica", "fontsize": "12", "margin": "0.08,0.04"},
    )
    by_frame: dict[int | None, list[int]] = {}
    for index, node in enumerate(model.nodes):
        by_frame.setdefault(node.frame, []).append(index)
    # A frame is written into the one around it, so the innermost, which come last, go first.
    frames = [_cluster(frame.label, index, model) for index, frame in enumerate(model.frames)]
    for index in reversed(range(len(frames))):
        for number in by_frame.get(index, []):
            _add_node(frames[index], number, model.nodes[number], model.paints)
        parent = model.frames[index].parent
        (graph if parent is None else frames[parent]).subgraph(frames[index])
    for number in by_frame.get(None, []):
        _add_node(graph, number, model.nodes[number], model.paints)
    forward, backward = model.paints["forward"].stroke, model.paints["backward"].stroke
    for wire in model.wires:
        ends = (f"n{wire.source}", f"n{wire.target}")
        graph.edge(*ends, color=forward)
        if wire.returns:
            graph.edge(*ends, color=backward, dir="back", style="dashed", constraint="false")
    return graph


def _cluster(label: str, index: int, model: Model) -> graphviz.Digraph:
    import graphviz

    paint = model.paints["frame"]
    return graphviz.Digraph(
        name=f"cluster_{index}",
        graph_attr={
            "label": graphviz.escape(label),
            "labeljust": "l",
            "style": "rounded,filled",
            "fillcolor": paint.fill,
            "color": paint.stroke,
        },
    )


def _add_node(
    graph: graphviz.Digraph, number: int, node: FigureNode, paints: Mapping[str, Paint]
) -> None:
    import graphviz

    label = node.label
    rows = [_row(line, paints["value"].fill) for line in label.value]
    title = f"{label.symbol}  {label.title}" if label.symbol else label.title
    rows.append(_row(title, paints[f"{node.kind}-text"].fill, bold=True))
    rows += [_row(line, paints["gradient"].fill) for line in label.gradient]
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
    graph.node(
        f"n{number}",
        label=f"<{table}{''.join(rows)}</TABLE>>",
        tooltip=graphviz.escape(label.description),
        shape=_SHAPES[node.kind],
        style="filled",
        fillcolor=paints[node.kind].fill,
        color=paints[node.kind].stroke,
    )


def _row(line: str, color: str, bold: bool = False) -> str:
    text = escape(line).replace("\\", "&#92;") or " "
    if bold:
        text = f"<B>{text}</B>"
    return f'<TR><TD><FONT COLOR="{color}">{text}</FONT></TD></TR>'
