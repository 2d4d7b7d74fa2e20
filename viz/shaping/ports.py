"""Operations with several results: the one that is used is the operation's, others are ports."""

from __future__ import annotations

from viz.records import Graph, Vertex, altered

# What the results of an operation are called, where it has textbook names.
_PORTS = {
    "lstm_cell": ("h", "c"),
    "max_pool": ("values", "indices"),
    "eigh": ("values", "vectors"),
    "svd": ("U", "S", "V"),
    "qr": ("Q", "R"),
    "slogdet": ("sign", "log|det|"),
}


def with_ports(graph: Graph) -> Graph:
    """Give an operation of which one result is used that result, and name the ports of others.

    Args:
        graph: A graph of operations and leaves.

    Returns:
        The graph, without operations that only pick one of several results.
    """
    vertices = list(graph.vertices)
    moved: dict[int, int] = {}  # a port that became its operation
    for number, vertex in enumerate(vertices):
        if vertex.operation != "select" or len(vertex.sources) != 1:
            continue
        source = vertex.sources[0]
        whole = vertices[source]
        if whole.results < 2:
            continue
        if len(graph.uses[source]) == 1 and not whole.root:
            vertices[source] = _merged(whole, vertex)
            moved[number] = source
        else:
            vertices[number] = altered(vertex, symbol=_port(whole, vertex), keywords=())
    if not moved:
        return Graph(tuple(vertices), graph.nodes)
    kept = [number for number in range(len(vertices)) if number not in moved]
    place = {number: index for index, number in enumerate(kept)}
    place |= {number: place[source] for number, source in moved.items()}
    part = tuple(
        altered(vertices[number], sources=tuple(place[s] for s in vertices[number].sources))
        for number in kept
    )
    return Graph(part, {place[n]: s for n, s in graph.nodes.items() if n not in moved})


def _merged(whole: Vertex, port: Vertex) -> Vertex:
    return altered(
        whole,
        name=port.name,
        alias=port.alias,
        value=port.value,
        results=1,
        gradient=port.gradient,
        arrivals=port.arrivals,
        passes=port.passes,
        difference=port.difference,
        reached=port.reached,
        root=port.root,
    )


def _port(whole: Vertex, port: Vertex) -> str:
    index = int(dict(port.keywords).get("index", "0"))
    names = _PORTS.get(whole.operation, ())
    return names[index] if index < len(names) else f"[{index}]"
