"""The steps of a figure as pictures: one page per step, for slides."""

from __future__ import annotations

from collections.abc import Iterator

from viz.looks.figure_model import Layout, Model, Paint
from viz.text import text_width
from viz.words import WORDS
from viz.writing.progress import Progress
from viz.writing.svg import Caption, width_of, write_svg


def pages(model: Model, layout: Layout, words: bool) -> Iterator[str]:
    """Every step of a figure's story as an SVG document, all of one size.

    Args:
        model: The figure.
        layout: Where everything is.
        words: Whether what happens is written above.
    """
    story, captions = model.story, []
    if words:
        phases = WORDS[model.lang]
        paint = model.paints["caption"]
        room = width_of(model, layout)
        for step in story:
            lines = [phases[f"phase_{step.phase}"], *step.words.split("\n")]
            captions.append([part for line in lines for part in _wrapped(line, room, paint)])
    most = max(map(len, captions), default=0)
    for count in range(1, len(story) + 1):
        caption = Caption(tuple(captions[count - 1]), most) if words else None
        yield write_svg(model, layout, Progress.after(story, count), caption)


def _wrapped(line: str, room: float, paint: Paint) -> Iterator[str]:
    """A line in as many as it takes to fit into some pixels, broken between words."""
    fitting = ""
    for word in line.split(" "):
        longer = f"{fitting} {word}" if fitting else word
        if fitting and text_width(longer, paint.size, paint.bold) > room:
            yield fitting
            longer = word
        fitting = longer
    yield fitting
