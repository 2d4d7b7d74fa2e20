"""What a notebook shows of a figure: a picture, or a page in a frame."""

from __future__ import annotations

import base64
import zlib
from html import escape

# A page is packed, since its figure stands in a notebook as a picture already.
_UNPACKING = """<script>
const packed = Uint8Array.from(atob("PAGE"), sign => sign.charCodeAt(0));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
new Response(stream).text().then(page => {
document.open(); document.write(page); document.close(); });
</script>"""
_TALLEST = 720  # pixels of a picture before it is scrolled


def image(svg: str, title: str) -> str:
    """A picture as an HTML element, in the size in which it was drawn.

    Not inline SVG: notebooks that are not trusted hide it, and show an image.
    """
    encoded = base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(title)}" style="max-width:none" '
        f'src="data:image/svg+xml;base64,{encoded}">'
    )


def scrolled(image: str, width: float) -> str:
    """A picture in a box that is scrolled where the picture is larger.

    Args:
        image: The picture.
        width: Its width in pixels. A box inside of the other has it, since notebooks make pictures
            no wider than what they stand in.
    """
    return (
        f'<div style="overflow:auto;max-height:{_TALLEST}px">'
        f'<div style="width:{width:.0f}px">{image}</div></div>'
    )


def framed(page: str, title: str, height: int, still: str) -> str:
    """A page, packed, in a frame of its own, whose script reaches nothing outside of it.

    Args:
        page: A complete HTML document.
        title: What it is, for screen readers.
        height: Height of the frame in pixels.
        still: What stands inside of the element: a notebook that takes frames out keeps it.
    """
    packed = base64.b64encode(zlib.compress(page.encode(), 9)).decode()
    source = escape(_UNPACKING.replace("PAGE", packed), quote=True)
    look = f"width:100%;box-sizing:border-box;height:{height}px;border:1px solid #cbd2d9"
    return (
        f'<iframe sandbox="allow-scripts allow-modals" allowfullscreen title="{escape(title)}" '
        f'style="{look}" srcdoc="{source}">'
        f"{still}</iframe>"
    )
