"""PNG and PDF from the figure's own SVG, or from Graphviz where the extras are missing."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import warnings
from html import escape

from viz.layout.external import LayoutError, run_dot
from viz.writing.svg import WIDE_FONTS

_LARGEST_SIDE = 32_767  # pixels; renderers scale down or fail beyond
_MOST_PIXELS = 40e6  # of an image; more take minutes and show on no screen
_LEAST_SCALE = 0.5  # below which nothing can be read


def png_from(svg: str, dot_source: str, scale: float) -> bytes:
    """Render a figure as PNG.

    Args:
        svg: The figure as SVG.
        dot_source: The same for Graphviz.
        scale: Pixels per pixel of the SVG; less, with a warning, where the image would become too
            large.

    Returns:
        The image.

    Raises:
        ValueError: If `scale` is not positive, or nothing in the image could be read.
        RuntimeError: If nothing that can make a PNG is installed.
    """
    if not scale > 0:
        raise ValueError(f"png: scale must be positive, got {scale!r}")
    scale = _possible_scale(svg, scale)
    _warn_of_missing_fonts("png", svg)
    try:
        import resvg_py
    except ImportError:
        return _by_graphviz(dot_source, "png", "resvg_py")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale))


def _possible_scale(svg: str, scale: float) -> float:
    """The scale, or what is possible of it with a word; refused where nothing could be read."""
    width, height = (float(each) for each in re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2])
    most: float = min(_LARGEST_SIDE / max(width, height), math.sqrt(_MOST_PIXELS / width / height))
    if scale <= most:
        return scale
    size = f"{width:,.0f} x {height:,.0f} pixels"
    if most < _LEAST_SCALE:
        raise ValueError(
            f"png: the figure has {size}, too many for an image in which anything can be read; "
            "save it as .svg, or draw less of it: depth=, between=, hide=, a smaller largest="
        )
    warnings.warn(
        f"png: the figure has {size}; the image has {most:.2f} pixels for each instead of "
        f"{scale:g}; .svg has no such limit",
        RuntimeWarning,
        stacklevel=4,
    )
    return most


def pdf_from(svg: str, dot_source: str) -> bytes:
    """Render a figure as one page of PDF, whose lines and letters stay sharp.

    Args:
        svg: The figure as SVG.
        dot_source: The same for Graphviz.

    Returns:
        The document.

    Raises:
        RuntimeError: If nothing that can make a PDF is installed.
    """
    _warn_of_missing_fonts("pdf", svg)
    try:
        import cairosvg
    except (ImportError, OSError):  # the package, or the cairo library behind it
        return _by_graphviz(dot_source, "pdf", "cairosvg")
    # CairoSVG takes the first font of a list, whether it is there or not.
    if family := korean_font():
        svg = svg.replace(f'"{WIDE_FONTS}"', f'"{escape(family, quote=True)}"')
    return bytes(cairosvg.svg2pdf(bytestring=svg.encode()))


def _by_graphviz(dot_source: str, format: str, package: str) -> bytes:
    try:
        return run_dot(dot_source, format)
    except LayoutError as error:
        raise RuntimeError(
            f'{format}: needs {package}; install it with: pip install "wengert[{format}]" '
            f"(Graphviz would do as well, but {error})"
        ) from None


def _warn_of_missing_fonts(caller: str, svg: str) -> None:
    """Say what to install where Korean letters would come out as boxes."""
    if not re.search("[\uac00-\ud7a3]", svg) or korean_font() != "":
        return
    warnings.warn(
        f"{caller}: no font with Korean letters is installed, so they will be boxes; install one, "
        "such as the package fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts "
        "(Fedora); SVG and HTML show them in every browser",
        RuntimeWarning,
        stacklevel=4,
    )


def korean_font() -> str | None:
    """The family of an installed font with Korean letters, as far as fontconfig knows.

    Returns:
        Its name; empty where none is installed; None on systems without fontconfig (Windows,
        macOS), which bring a font of their own.
    """
    program = shutil.which("fc-list")
    if program is None:
        return None
    done = subprocess.run(
        [program, ":lang=ko", "family"], capture_output=True, timeout=10, check=False
    )
    names = {line.partition(",")[0] for line in done.stdout.decode(errors="replace").splitlines()}
    # A face without serifs fits the rest of the figure.
    return min(names, key=lambda name: ("Sans" not in name and "Gothic" not in name,
                                        "KR" not in name, name), default="")  # fmt: skip
