"""PNG and PDF from the figure's own SVG, or from Graphviz where the extras are missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from html import escape

from viz.layout.external import LayoutError, run_dot
from viz.writing.svg import WIDE_FONTS

_LARGEST_SIDE = 32_767  # pixels; renderers scale down or fail beyond


def png_from(svg: str, dot_source: str, scale: float) -> bytes:
    """Render a figure as PNG.

    Args:
        svg: The figure as SVG.
        dot_source: The same for Graphviz.
        scale: Pixels per pixel of the SVG; less where the image would become too large.

    Returns:
        The image.

    Raises:
        ValueError: If `scale` is not positive.
        RuntimeError: If nothing that can make a PNG is installed.
    """
    if not scale > 0:
        raise ValueError(f"png: scale must be positive, got {scale!r}")
    _warn_of_missing_fonts("png", svg)
    try:
        import resvg_py
    except ImportError:
        return _by_graphviz(dot_source, "png", "resvg_py")
    sides = [float(side) for side in re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2]]
    scale = min(scale, _LARGEST_SIDE / max(sides))
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale))


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
