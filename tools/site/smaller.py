"""Figures of the lessons as small as they can be without looking different."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image

_EMBEDDED = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
_PATH = re.compile(r'(?<= d=")[^"]+')


def smaller(svg: str) -> str:
    """An SVG whose pictures are WebP and whose paths have a decimal, not six.

    >>> smaller('<path d="M 1.234567 2"/>')
    '<path d="M 1.2 2"/>'
    """
    if svg.startswith("<?xml"):  # Matplotlib's prologue names a document type on the web
        svg = svg[svg.index("<svg") :]
    svg = re.sub(r"(?s)<metadata>.*?</metadata>", "", svg, count=1)
    svg = _PATH.sub(lambda match: re.sub(r"(\.\d)\d+", r"\1", match[0]), svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    return _EMBEDDED.sub(_as_webp, svg)


def _as_webp(match: re.Match[str]) -> str:
    """One embedded picture; as it was, where WebP is no smaller."""
    data = base64.b64decode(match[1])
    written = io.BytesIO()
    image = Image.open(io.BytesIO(data))
    image.save(written, "WEBP", quality=88, method=6, lossless=image.width * image.height < 4096)
    small = written.getvalue()
    if len(small) >= len(data):
        return match[0]
    return "data:image/webp;base64," + base64.b64encode(small).decode("ascii")
