"""The outline of a model: all of its modules, one inside the other, to be opened and closed."""

from __future__ import annotations

from collections.abc import Container, Sequence

from viz.looks.figure_model import OutlineItem
from viz.looks.module_boxes import ModuleArtist
from viz.looks.module_words import frame_words
from viz.looks.style import Style
from viz.records import Graph, Module, Vertex
from viz.words import WORDS


def outline_of(
    graph: Graph, style: Style, lang: str, opened: Container[str]
) -> tuple[OutlineItem, ...]:
    """Write the outline.

    Args:
        graph: The model with all of its modules as boxes and frames.
        style: How figures of modules are drawn.
        lang: The language of the words.
        opened: Paths of the modules that are open at first.
    """
    return _Writer(graph, style, lang, opened).items()


class _Writer:
    def __init__(self, graph: Graph, style: Style, lang: str, opened: Container[str]) -> None:
        self.graph = graph
        self.words = WORDS[lang]
        self.opened = opened
        self.artist = ModuleArtist(graph, style, self.words)

    def items(self) -> tuple[OutlineItem, ...]:
        part = [(n, v, _frames(v)) for n, v in enumerate(self.graph.vertices)]
        part.sort(key=lambda each: bool(each[2]) or not each[1].is_leaf)  # inputs part no frames
        return self._inside(part, 0)

    def _inside(
        self, part: Sequence[tuple[int, Vertex, Sequence[Module]]], level: int
    ) -> tuple[OutlineItem, ...]:
        """The items at one level; what shares a frame and stands together is in it."""
        found = []
        at = 0
        while at < len(part):
            number, vertex, frames = part[at]
            if len(frames) <= level:
                found.append(self._item(number, vertex))
                at += 1
                continue
            end = at
            while end < len(part) and part[end][2][level : level + 1] == [frames[level]]:
                end += 1
            title, notes = frame_words(frames[level], self.words)
            inner = self._inside(part[at:end], level + 1)
            pictures = inner[-1].pictures if inner else ()
            found.append(
                OutlineItem(
                    "group", (title, *notes), pictures, inside=inner,
                    opened=not level or frames[level].path in self.opened,
                )
            )  # fmt: skip
            at = end
        return tuple(found)

    def _item(self, number: int, vertex: Vertex) -> OutlineItem:
        return OutlineItem(
            "failed" if vertex.failed else vertex.kind,
            tuple(text for text, _ in self.artist.lines(number, vertex) if text),
            tuple(self.artist.maps(vertex)),
            number,
            vertex.sources,
        )


def _frames(vertex: Vertex) -> list[Module]:
    """The frames around a vertex, outermost first."""
    frames: list[Module] = []
    around = vertex.around
    while around is not None:
        frames.insert(0, around)
        around = around.outer
    return frames
