"""A page of HTML that works without a network: shown by notebooks in a frame, or saved."""

from __future__ import annotations

import os
import secrets
from html import escape
from pathlib import Path
from typing import Any

from autograd.internals import printable
from viz.writing.embedded import framed


class Page:
    """One offline HTML page. Notebooks show it in a frame; `save` writes it to a file.

    >>> import viz
    >>> from autograd import Tensor
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> viz.draw(y).player()
    <viz.Page: 1 operations>
    """

    def __init__(self, html: str, title: str, height: int, still: str = "") -> None:
        self._html = html
        self._title = title
        self._height = height
        self._still = still

    def html(self) -> str:
        """The complete HTML document, which loads nothing from anywhere."""
        return self._html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, which appears complete or not at all.

        Args:
            path: A path that ends in .html.

        Returns:
            The path.

        Raises:
            ValueError: For another suffix.
            FileNotFoundError: If the folder does not exist.
        """
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise ValueError(f"save: {path.name!r} has the suffix {path.suffix!r}, not '.html'")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"save: the folder {str(path.parent)!r} does not exist")
        write_file(path, self._html.encode())
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The page in a frame, for notebooks."""
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def _repr_html_(self) -> str:
        """The page in a frame, for whatever asks for HTML alone."""
        still = self._still or f"<p>{escape(self._title)}</p>"
        return framed(self._html, self._title, self._height, still)

    def _mime_(self) -> tuple[str, str]:
        """The page in a frame, for marimo."""
        return "text/html", self._repr_html_()

    def __repr__(self) -> str:
        return printable(f"<viz.Page: {self._title}>")


def write_file(path: Path, content: bytes) -> None:
    """Write beside the target and move over it, so that nobody sees half a file."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")  # short, whatever the name
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
