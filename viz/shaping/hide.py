"""Leaving parts of a graph out: constants, an operation, a module, a name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from viz.records import Graph, Local, Vertex, altered

_KINDS = {"constants": "constant", "inputs": "input", "parameters": "parameter"}


def without(graph: Graph, hidden: str | Collection[str]) -> Graph:
    """Leave vertices out; wires through an operation that is left out go on without it.

    Args:
        graph: A graph of operations and leaves.
        hidden: What to leave out, one or several: "constants", "inputs" or "parameters", the name
            of an operation ("reshape"), the path of a module ("net.fc1") or a tensor's name.

    Returns:
        The graph without them. The results that the figure is drawn for always stay.

    Raises:
        ValueError: If something given is nowhere in the graph.
    """
    gone: set[int] = set()
    for each in [hidden] if isinstance(hidden, str) else hidden:
        found = {n for n, vertex in enumerate(graph.vertices) if _matches(vertex, each)}
        if not found and each not in _KINDS:
            raise ValueError(_unknown(graph, each))
        gone |= {number for number in found if not graph.vertices[number].root}
    return _rewired(graph, gone)


def _matches(vertex: Vertex, wanted: str) -> bool:
    if wanted in _KINDS:
        return vertex.kind == _KINDS[wanted]
    module = vertex.module or ""
    inside = module == wanted or module.startswith(f"{wanted}.")
    return wanted in (vertex.operation, vertex.name) or inside


def _unknown(graph: Graph, wanted: str) -> str:
    operations = sorted({v.operation for v in graph.vertices if v.operation})
    modules = sorted({v.module for v in graph.vertices if v.module})
    names = sorted({v.name for v in graph.vertices if v.name})
    known = "; ".join(
        f"{kind} {', '.join(each[:8])}{', …' if len(each) > 8 else ''}"
        for kind, each in (("operations", operations), ("modules", modules), ("names", names))
        if each
    )
    return (
        f"draw: hide={wanted!r} is nowhere in the graph, which has {known}; "
        "'constants', 'inputs' and 'parameters' can be hidden in any"
    )


def _rewired(graph: Graph, gone: set[int]) -> Graph:
    vertices = graph.vertices
    through: dict[int, tuple[int, ...]] = {}  # where a wire to something hidden begins instead
    for number in sorted(gone):
        if vertices[number].is_leaf:
            through[number] = ()
        else:
            through[number] = _main_lines(vertices, _followed(vertices[number].sources, through))
    sources = [_followed(vertex.sources, through) for vertex in vertices]
    used = {s for number, each in enumerate(sources) if number not in gone for s in each}
    kept = [
        number
        for number, vertex in enumerate(vertices)
        if number not in gone and (number in used or vertex.root or not graph.uses[number])
    ]
    renamed = {number: position for position, number in enumerate(kept)}
    part = []
    for number in kept:
        vertex = vertices[number]
        locals: list[Local | None] = []
        if len(vertex.locals) == len(vertex.sources):
            for source, local in zip(vertex.sources, vertex.locals, strict=True):
                locals += [local] if source not in gone else [None] * len(through[source])
        new = tuple(renamed[source] for source in sources[number])
        part.append(altered(vertex, sources=new, locals=tuple(locals)))
    nodes = {renamed[n]: source for n, source in graph.nodes.items() if n in renamed}
    return Graph(tuple(part), nodes)


def _followed(sources: Sequence[int], through: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(s for source in sources for s in through.get(source, (source,)))


def _main_lines(vertices: Sequence[Vertex], sources: Sequence[int]) -> tuple[int, ...]:
    """What goes on through a hidden operation: not its own weights, if there is anything else."""
    main = [s for s in sources if vertices[s].kind not in ("parameter", "constant")]
    return tuple(dict.fromkeys(main or sources))
