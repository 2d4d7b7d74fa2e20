"""From a graph to a figure model: nodes, wires, frames and the legend."""

from __future__ import annotations

from collections.abc import Mapping

from viz.looks.artist import Artist
from viz.looks.circles_and_boxes import CircleAndBoxArtist
from viz.looks.figure_model import Box, Drawing, Model, Shape, Wire
from viz.looks.frames import frames_of
from viz.looks.gates import GateArtist
from viz.looks.gates_down import FORMS, DownwardGateArtist
from viz.looks.module_boxes import ModuleArtist, main_slots
from viz.looks.outlines import outline
from viz.looks.parts import flush_line, row
from viz.looks.sizes import GradientSizes
from viz.looks.steps import Teller
from viz.looks.style import Style
from viz.reading.products import products
from viz.records import Graph
from viz.words import WORDS

LONGEST_STORY = 400  # vertices; of more, nobody steps through the figure


def compose(
    graph: Graph, style: Style, lang: str, legend: bool | None, by_gradient: bool = False
) -> Model:
    """Compose the figure model of a graph.

    Args:
        graph: The graph, as `reshape` prepared it.
        style: How to draw.
        lang: The language of its words.
        legend: Whether all colours and shapes are explained below the figure; None for those that
            cannot be guessed.
        by_gradient: Whether wires are coloured by the size of their gradient.

    Returns:
        The model, ready to be laid out.
    """
    words = WORDS[lang]
    small = len(graph.vertices) <= LONGEST_STORY
    artist = _artist(style)(graph, style, words)
    frames, frame_of = frames_of(graph, words)
    vertices = graph.vertices
    backwards = style.plate == "wire"  # records hold the gradient instead
    models = style.plate == "module"
    main = main_slots(graph) if models else None
    sizes = GradientSizes(graph) if by_gradient else None
    explained = () if legend is False else _legend(graph, style, words, artist, bool(legend))
    if sizes is not None:  # also where nothing else is explained
        explained = (*explained, sizes.legend(words, style.paints))
    teller = Teller(graph, artist.labels, words)
    operations = sum(vertex.count for vertex in vertices if not vertex.is_leaf)
    return Model(
        nodes=tuple(artist.draw(n, vertex, frame_of[n]) for n, vertex in enumerate(vertices)),
        wires=tuple(
            Wire(
                source,
                target,
                slot,
                backwards and vertices[source].reached and vertex.reached,
                main is not None and slot != main[target],
                sizes.look(source) if sizes else None,
            )
            for target, vertex in enumerate(vertices)
            for slot, source in enumerate(vertex.sources)
        ),
        frames=frames,
        legend=explained,
        direction=style.direction,
        backward_offset=style.backward_offset,
        arrows=style.arrows,
        paints=style.paints,
        title=words["operations"].format(count=operations),
        lang=lang,
        story=teller.steps() if small else (),
        checks=teller.checks() if small else (),
        products=tuple(products(graph)),
        folds=bool(vertices) and (style.direction == "right" or models),
        early=models,
    )


def _artist(style: Style) -> type[Artist]:
    if style.plate == "module":
        return ModuleArtist
    if style.direction == "right":
        return GateArtist
    return DownwardGateArtist if style.plate == "wire" else CircleAndBoxArtist


def _legend(
    graph: Graph, style: Style, words: Mapping[str, str], artist: Artist, everything: bool
) -> tuple[Drawing, ...]:
    """A sample and a word for each kind of line and leaf that the figure has.

    Unless everything is to be explained, lines and leaves of one kind need no word, a number says
    itself that it is a constant, a record what it has, and float64 is what numbers are.
    """
    if style.plate == "module":  # boxes say themselves what they are
        parts = [flush_line(text, "legend-text", style.paints) for text in artist.explained()]
        return tuple(parts)
    items = []
    lines = ["forward"] if style.plate != "name" else []
    if style.plate == "wire" and any(v.gradient is not None for v in graph.vertices):
        lines.append("backward")
    for role in lines if everything or len(lines) > 1 else ():
        sample = Drawing(Box(0, -1, 28, 1), (Shape("line", (0, 0, 28, 0), role),))
        items.append(row([sample, flush_line(words[role], "legend-text", style.paints)]))
    kinds = {vertex.kind for vertex in graph.vertices if vertex.is_leaf}
    if not everything:
        kinds -= {"constant"}
        kinds = kinds if len(kinds) > 1 and style.plate != "record" else set()
    for kind in ("parameter", "input", "constant"):
        if kind in kinds:
            role = f"{kind}-variable" if style.plate == "name" else kind
            form = style.outlines[kind]
            if style.direction != "right" and style.plate == "wire":
                form = FORMS[kind]
            elif style.direction != "right":
                form = "rounded" if style.plate == "equation" and kind != "parameter" else "ellipse"
            around = outline(form, Box(0, 0, 2, 2), 0, role, lowest=13)
            sample = Drawing(around.box, (around.shape,))
            called = dict.fromkeys(words[v.word] for v in graph.vertices if v.kind == kind)
            text = ", ".join(called)
            items.append(row([sample, flush_line(text, "legend-text", style.paints)]))
    dtype = artist.usual_dtype
    dtypes = {v.value.dtype for v in graph.vertices if v.value and not v.is_plain_number}
    if dtype and (everything or dtypes != {"float64"}):
        items.append(flush_line(words["dtype"].format(dtype=dtype), "legend-text", style.paints))
    return tuple(items)
