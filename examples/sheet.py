"""A sheet of images with what a model takes them for."""

from viz.writing.raster import png_from

CELL, PIXEL, COLUMNS = 76, 7, 12


def sheet_svg(images, guesses, truth):
    """The sheet as SVG; wrong guesses are framed and say what was right.

    Args:
        images: (count, height, width), from 0 (paper) to 1 (ink).
        guesses: one class per image.
        truth: likewise.
    """
    rows = -(-len(images) // COLUMNS)
    width, height = COLUMNS * CELL + 16, rows * (CELL + 14) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (image, guess, right) in enumerate(zip(images, guesses, truth, strict=True)):
        x, y = 18 + number % COLUMNS * CELL, 12 + number // COLUMNS * (CELL + 14)
        side = PIXEL * len(image)
        wrong = guess != right
        colour, words = ("#b3261e", f"{guess}, not {right}") if wrong else ("#1b5e20", f"{guess}")
        parts.append(
            f'<rect x="{x - 2}" y="{y - 2}" width="{side + 4}" height="{side + 4}" fill="none" '
            f'stroke="{colour if wrong else "#c8c8c8"}" stroke-width="{2 if wrong else 1}"/>'
        )
        for i, line in enumerate(image):
            for j, ink in enumerate(line):
                shade = round(255 * (1 - float(ink)))
                parts.append(
                    f'<rect x="{x + PIXEL * j}" y="{y + PIXEL * i}" width="{PIXEL}" '
                    f'height="{PIXEL}" fill="rgb({shade},{shade},{shade})"/>'
                )
        parts.append(
            f'<text x="{x + side / 2}" y="{y + side + 16}" text-anchor="middle" '
            f'fill="{colour}">{words}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def save_sheet(path, images, guesses, truth):
    """Write the sheet as SVG, and as PNG where that can be made; return the paths."""
    svg = sheet_svg(images, guesses, truth)
    written = [path.with_suffix(".svg")]
    written[0].write_text(svg, "utf-8")
    try:
        image = png_from(svg, "", 2.0)
    except RuntimeError:
        return written  # needs the extra `png`
    written.append(path.with_suffix(".png"))
    written[1].write_bytes(image)
    return written
