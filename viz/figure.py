"""What `draw` returns: one figure, ready to be shown, saved or turned into other formats."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.internals import printable
from viz.layout import lay_out
from viz.looks.figure_model import Layout, Model
from viz.page import Page, write_file
from viz.writing.dot import dot_graph
from viz.writing.embedded import image, scrolled
from viz.writing.page import HEADER, write_page
from viz.writing.raster import pdf_from, png_from
from viz.writing.slides import pages
from viz.writing.svg import size_of, write_svg

if TYPE_CHECKING:
    import graphviz


_COLUMN = 880  # pixels: how wide a notebook's column is, more or less
_LOWEST, _HIGHEST = 480, 960  # pixels of a frame


class Figure:
    """A drawn graph. Notebooks show it by themselves; `save` writes it to a file.

    A figure holds what was known when it was drawn: later changes of Tensors do not show in it,
    and it keeps no Tensor or array alive.

    >>> import viz
    >>> from autograd import Tensor
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> figure = viz.draw(y)
    >>> figure
    <viz.Figure: 1 operations>
    >>> len(figure.frames())  # build, values, seed, one step back, and the sum at x
    7
    """

    def __init__(self, model: Model, layout: str | Layout, ratio: float | None = None) -> None:
        self._model = model
        self._layout = layout
        self._ratio = ratio

    @cached_property
    def _places(self) -> Layout:
        if not isinstance(self._layout, str):
            return self._layout
        return lay_out(self._model, self._layout, self._ratio)

    @cached_property
    def _svg(self) -> str:
        return write_svg(self._model, self._places)

    def svg(self) -> str:
        """The figure as an SVG document.

        With `layout="builtin"` the same graph gives the same bytes in every process and on every
        machine.
        """
        return self._svg

    def dot(self) -> graphviz.Digraph:
        """The figure for Graphviz, with values and gradients; `.source` is its text."""
        return dot_graph(self._model)

    def html(self) -> str:
        """One offline HTML page in which the figure is stepped through.

        It plays how the graph was built, the forward pass, the seed, one backward step per
        operation in the engine's order, sums at branches and an optimizer's update; a link that
        ends in `#step=7` opens it there. In predict mode every number is asked for first; blanks
        print as an exercise with its solutions on a page of their own. Beside every gradient
        stands what finite differences say, and in figures of plain numbers a leaf can be given
        another value, with which the page computes everything anew.
        """
        return write_page(self._model, self.svg())

    def player(self, step: int = 1, height: int | None = None) -> Page:
        """The page of `html` for a notebook, which shows it in a frame.

        Where a notebook shows no frames, it shows the picture instead. A notebook that scrolls or
        is opened again may begin a frame anew: it then opens at `step`.

        Args:
            step: The step at which the page opens; 0 is before the first.
            height: Height of the frame in pixels; as much as the figure needs if not given.

        Returns:
            The page, which notebooks show by themselves, and `save` writes to a file.

        Raises:
            ValueError: If `step` is negative, or `height` is not positive.
        """
        if step < 0:
            raise ValueError(f"player: step={step} must be 0 or more")
        if height is not None and height <= 0:
            raise ValueError(f"player: height={height} must be a positive number of pixels")
        width, tall = size_of(self._model, self._places)
        if height is None:
            fitting = tall * min(_COLUMN / width, 1.5)
            height = round(min(max(fitting + HEADER, _LOWEST), _HIGHEST))
        page = write_page(self._model, self.svg(), step)
        return Page(page, self._model.title, height, self._still())

    def png(self, scale: float = 2.0) -> bytes:
        """The figure as a PNG image.

        Args:
            scale: Pixels of the image per pixel of the SVG.

        Raises:
            ValueError: If `scale` is not positive.
            RuntimeError: If neither the extra `png` nor Graphviz is installed.
        """
        return png_from(self.svg(), self.dot().source, scale)

    def pdf(self) -> bytes:
        """The figure as one page of PDF.

        Raises:
            RuntimeError: If neither the extra `pdf` nor Graphviz is installed.
        """
        return pdf_from(self.svg(), self.dot().source)

    def frames(self, format: str = "svg", words: bool = True) -> list[str] | list[bytes]:
        """The steps that `html` plays, each as a picture of the same size, for slides.

        Args:
            format: "svg", "png" or "pdf".
            words: Whether what happens is written above each picture.

        Returns:
            One SVG document, PNG image or page of PDF per step.

        Raises:
            ValueError: For another format.
            RuntimeError: If nothing that can make a PNG or PDF is installed.
        """
        if format not in ("svg", "png", "pdf"):
            raise ValueError(f"frames: format={format!r} is not one of 'svg', 'png', 'pdf'")
        drawn = list(pages(self._model, self._places, words)) or [self.svg()]
        if format == "svg":
            return drawn
        source = self.dot().source
        if format == "png":
            return [png_from(page, source, 2.0) for page in drawn]
        return [pdf_from(page, source) for page in drawn]

    def text(self) -> str:
        """The graph in words, one line per tensor in the order in which they were computed.

        What the console's encoding lacks, as cp949 lacks the minus sign, is spelt in what it has;
        a `.txt` file that is saved is in UTF-8.
        """
        return printable(self._words())

    def _words(self) -> str:
        return "\n".join(node.label.description for node in self._model.nodes) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure to a file whose suffix says the format.

        The file appears complete or not at all.

        Args:
            path: A path that ends in .svg, .html, .png, .pdf, .dot, .gv or .txt.

        Returns:
            The path.

        Raises:
            ValueError: For any other suffix.
            FileNotFoundError: If the folder does not exist.
        """
        path = Path(path)
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": self.svg,
            ".html": self.html,
            ".png": self.png,
            ".pdf": self.pdf,
            ".dot": lambda: self.dot().source,
            ".gv": lambda: self.dot().source,
            ".txt": self._words,
        }
        writer = writers.get(path.suffix.lower())
        if writer is None:
            raise ValueError(
                f"save: {path.name!r} has the suffix {path.suffix!r}, which is none of "
                f"{', '.join(writers)}"
            )
        if not path.parent.is_dir():
            raise FileNotFoundError(f"save: the folder {str(path.parent)!r} does not exist")
        content = writer()
        write_file(path, content.encode() if isinstance(content, str) else content)
        return path

    def _still(self) -> str:
        """The picture as HTML."""
        width, _ = size_of(self._model, self._places)
        return scrolled(image(self.svg(), self._model.title), width)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The figure for notebooks: an image, which also shows where scripts are not trusted.

        It stands there once, in the size in which it was drawn: what is larger than the column
        of the notebook is scrolled, not shrunk.
        """
        try:
            return {"text/html": self._still(), "text/plain": repr(self)}
        except Exception as error:  # a notebook cell must not fail because of its display
            return {"text/plain": f"{self!r}: not drawn, {type(error).__name__}: {error}"}

    def _repr_html_(self) -> str:
        """The figure for whatever asks for HTML alone."""
        bundle = self._repr_mimebundle_()
        return bundle.get("text/html") or f"<pre>{escape(bundle['text/plain'])}</pre>"

    def _mime_(self) -> tuple[str, str]:
        """The figure for marimo."""
        return "text/html", self._repr_html_()

    def __repr__(self) -> str:
        return printable(f"<viz.Figure: {self._model.title}>")
