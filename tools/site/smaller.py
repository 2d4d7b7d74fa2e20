"""Figures of the lessons as small as they can be without looking different."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter

from PIL import Image

_EMBEDDED = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
_TAG = re.compile(r"<[a-z][^<>]{0,2000}>")
_LOOKS = re.compile(
    r"(?: (?:text-anchor|font-size|font-style|font-weight|fill|stroke|stroke-width"
    r'|stroke-dasharray)="[^"]*"){2,}'
)
_STYLE = re.compile(r' style="([^"]+)"')
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
    if "<style" not in svg:  # a page shows it as a picture: nothing in it is chosen by class
        svg = re.sub(r' (?:class|data-[a-z-]+)="[^"]*"', "", svg)
    head, _, body = svg.partition("</title>")
    svg = head + _ + re.sub(r"<title>[^<]*</title>\n?", "", body)  # the first one tells it all
    svg = _TAG.sub(lambda match: re.sub(r"([1-9]\d*\.\d\d)\d+", r"\1", match[0]), svg)
    return _EMBEDDED.sub(_as_webp, _with_shared_looks(_with_shared_styles(svg)))


def _with_shared_looks(svg: str) -> str:
    """The same for looks that are written as attributes, in a figure without classes."""
    counts = Counter(_LOOKS.findall(svg))
    often = [looks for looks, count in counts.items() if count > 3 and len(looks) > 24]
    if not often or "class=" in svg or "<style" in svg:
        return svg
    names = {looks: f"l{number}" for number, looks in enumerate(often)}
    svg = _LOOKS.sub(
        lambda match: f' class="{names[match[0]]}"' if match[0] in names else match[0], svg
    )
    rules = "".join(f".{name}{{{_as_rule(looks)}}}" for looks, name in names.items())
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>{rules}</style>{svg[start:]}"


def _as_rule(looks: str) -> str:
    """Attributes as declarations: sizes of fonts need a unit there."""
    pairs = re.findall(r'([a-z-]+)="([^"]*)"', looks)
    return ";".join(f"{name}:{value}{'px' * (name == 'font-size')}" for name, value in pairs)


def _with_shared_styles(svg: str) -> str:
    """Styles that many elements repeat stand once."""
    counts = Counter(_STYLE.findall(svg))
    often = [style for style, count in counts.items() if count > 8 and len(style) > 20]
    if not often or "class=" in svg or "</style>" not in svg:
        return svg
    names = {style: f"s{number}" for number, style in enumerate(often)}
    svg = _STYLE.sub(
        lambda match: f' class="{names[match[1]]}"' if match[1] in names else match[0], svg
    )
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    return svg.replace("</style>", f"{rules}</style>", 1)


def _as_webp(match: re.Match[str]) -> str:
    """One embedded picture; as it was, where WebP is no smaller."""
    data = base64.b64decode(match[1])
    written = io.BytesIO()
    image = Image.open(io.BytesIO(data))
    image.save(written, "WEBP", quality=76, method=6, lossless=image.width * image.height < 4096)
    small = written.getvalue()
    if len(small) >= len(data):
        return match[0]
    return "data:image/webp;base64," + base64.b64encode(small).decode("ascii")
