"""Numbers that go into the gate that uses them: `x²`, and in large figures `+ 1` and `× 14`."""

from __future__ import annotations

from viz.numerals import MINUS, Numerals
from viz.records import Graph, Vertex, altered

_RAISED = str.maketrans("23456789", "²³⁴⁵⁶⁷⁸⁹")
_LARGE = 40  # vertices of a figure in which every plain number goes into its gate
_SIGNS = ("+", MINUS, "×", "÷", "^")
_PLAIN = Numerals(decimals=0, significant=4, trim=True)


def with_numbers_inside(graph: Graph, everywhere: bool = False) -> Graph:
    """Move small whole exponents into their gates, and all plain numbers of a large graph.

    Args:
        graph: A graph of operations and leaves.
        everywhere: Whether all plain numbers go there, whatever the size of the graph.

    Returns:
        The graph, without the constants that nothing else uses.
    """
    all_of_them = everywhere or len(graph.vertices) > _LARGE
    vertices = [_with_number(graph, vertex, all_of_them) for vertex in graph.vertices]
    used = {source for vertex in vertices for source in vertex.sources}
    kept = [
        number
        for number, vertex in enumerate(vertices)
        if number in used or not graph.uses[number] or vertex.root
    ]
    if len(kept) == len(vertices):
        return graph
    renamed = {number: place for place, number in enumerate(kept)}
    moved = tuple(
        altered(vertices[n], sources=tuple(renamed[source] for source in vertices[n].sources))
        for n in kept
    )
    return Graph(moved, {renamed[n]: source for n, source in graph.nodes.items() if n in renamed})


def _with_number(graph: Graph, vertex: Vertex, always: bool) -> Vertex:
    if vertex.kind != "operation" or len(vertex.sources) != 2 or vertex.keywords:
        return vertex
    plain = [graph.vertices[source].is_plain_number for source in vertex.sources]
    sign = vertex.symbol
    if sum(plain) != 1 or sign not in _SIGNS:
        return vertex
    slot = plain.index(True)
    text = _PLAIN.number(graph.vertices[vertex.sources[slot]].value.values[()])  # type: ignore[union-attr, index]
    if sign == "^" and slot == 1 and text in "23456789":
        symbol = "x" + text.translate(_RAISED)
    elif always and not text.startswith(MINUS):
        symbol = f"{sign} {text}" if slot else f"{text} {sign}"
        if not slot and sign in "+×":  # the order says nothing here
            symbol = f"{sign} {text}"
    else:
        return vertex
    other = 1 - slot
    return altered(
        vertex,
        symbol=symbol,
        inside=((slot, text),),
        sources=(vertex.sources[other],),
        locals=(vertex.locals[other],) if vertex.locals else (),
    )
