"""PNG from the figure's own SVG, or from Graphviz where the extra is not installed."""

from __future__ import annotations

import re

from viz.layout.external import LayoutError, run_dot

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
    try:
        import resvg_py
    except ImportError:
        return _by_graphviz(dot_source)
    sides = [float(side) for side in re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2]]
    scale = min(scale, _LARGEST_SIDE / max(sides))
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale))


def _by_graphviz(dot_source: str) -> bytes:
    try:
        return run_dot(dot_source, "png")
    except LayoutError as error:
        raise RuntimeError(
            f'png: needs resvg_py; install it with: pip install "wengert[png]" '
            f"(Graphviz would do as well, but {error})"
        ) from None
