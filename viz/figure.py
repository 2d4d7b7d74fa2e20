"""What `draw` returns: one figure, ready to be shown, saved or turned into other formats."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viz.dot import dot_graph
from viz.layout import lay_out
from viz.model import Model
from viz.raster import png_from
from viz.svg import write_svg

if TYPE_CHECKING:
    import graphviz


class Figure:
    """A drawn graph. Notebooks show it by themselves; `save` writes it to a file.

    A figure holds what was known when it was drawn: later changes of Tensors do not show in it,
    and it keeps no Tensor or array alive.
    """

    def __init__(self, model: Model, layout: str) -> None:
        self._model = model
        self._layout = layout

    @cached_property
    def _svg(self) -> str:
        return write_svg(self._model, lay_out(self._model, self._layout))

    def svg(self) -> str:
        """The figure as an SVG document.

        With `layout="builtin"` the same graph gives the same bytes in every process and on every
        machine.
        """
        return self._svg

    def dot(self) -> graphviz.Digraph:
        """The figure for Graphviz, with values and gradients; `.source` is its text."""
        return dot_graph(self._model)

    def png(self, scale: float = 2.0) -> bytes:
        """The figure as a PNG image.

        Args:
            scale: Pixels of the image per pixel of the SVG.

        Raises:
            ValueError: If `scale` is not positive.
            RuntimeError: If neither the extra `png` nor Graphviz is installed.
        """
        return png_from(self.svg(), self.dot().source, scale)

    def text(self) -> str:
        """The graph in words, one line per tensor in the order in which they were computed."""
        return "\n".join(node.label.description for node in self._model.nodes) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure to a file whose suffix says the format.

        The file appears complete or not at all.

        Args:
            path: A path that ends in .svg, .png, .dot, .gv or .txt.

        Returns:
            The path.

        Raises:
            ValueError: For any other suffix.
            FileNotFoundError: If the folder does not exist.
        """
        path = Path(path)
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": self.svg,
            ".png": self.png,
            ".dot": lambda: self.dot().source,
            ".gv": lambda: self.dot().source,
            ".txt": self.text,
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
        _write(path, content.encode() if isinstance(content, str) else content)
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The figure for notebooks: an image, which also shows where scripts are not trusted."""
        try:
            svg = self.svg()
            encoded = base64.b64encode(svg.encode()).decode()
            image = f'<img alt="{self._model.title}" src="data:image/svg+xml;base64,{encoded}">'
            return {"text/html": image, "image/svg+xml": svg, "text/plain": repr(self)}
        except Exception as error:  # a notebook cell must not fail because of its display
            return {"text/plain": f"{self!r}: not drawn, {type(error).__name__}: {error}"}

    def __repr__(self) -> str:
        return f"<viz.Figure: {self._model.title}>"


def _write(path: Path, content: bytes) -> None:
    """Write beside the target and move over it, so that nobody sees half a file."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
