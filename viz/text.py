"""Text in figures: how wide it will be, and how to make any string safe to draw.

No font can be asked for its metrics without a dependency, so widths come from a table that holds
for each character the wider of Arial and DejaVu Sans, the two faces that most machines fall back
to: what is laid out with these widths is never cut, in either.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Widths in thousandths of the font size, per run of characters.
_ASCII_WIDTHS = {
    " ": 318,
    "ijl'|": 285,
    "If.,:;!": 352,
    "t()[]/\\-": 392,
    '"r`': 460,
    "*_szJ^?": 556,
    "kvxyc": 592,
    "abdeghnopqu0123456789$#": 637,
    "FLTEZSYXPVAK{}": 700,
    "BCDRU&": 750,
    "GHNOQw+<=>~": 840,
    "M%m": 975,
    "W@": 1015,
}
_WIDTHS = {character: width / 1000 for run, width in _ASCII_WIDTHS.items() for character in run} | {
    "−": 0.838,
    "×": 0.838,
    "÷": 0.838,
    "∞": 0.838,
    "Σ": 0.68,
    "σ": 0.64,
    "…": 1.0,
    "·": 0.34,
}
_OTHER = 0.72  # Greek, Cyrillic, symbols
_WIDE = 1.0  # Hangul, Han, Kana
_BOLD = 1.09

LONGEST_LABEL = 28
LONGEST_DESCRIPTION = 400


@lru_cache(maxsize=4096)
def _character_width(character: str) -> float:
    if (known := _WIDTHS.get(character)) is not None:
        return known
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE if character < "\U0001f000" else 1.3  # emoji are wider than ideographs
    return _OTHER


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of text in pixels, rather too wide than too narrow.

    Args:
        text: One line, as `clean` returns it.
        size: Font size in pixels.
        bold: Whether the text is set in bold face.

    Returns:
        The width in pixels. Hangul and other wide characters count one font size each.

    >>> text_width("가중치", 10)
    30.0
    """
    width = sum(map(_character_width, text)) * size
    return width * _BOLD if bold else width


def fitted(text: str, room: float, size: float, bold: bool = False) -> str:
    """As much of a line as fits into some pixels, with an ellipsis for the rest.

    >>> fitted("Conv2d", 100, 10), fitted("Conv2d", 30, 10)
    ('Conv2d', 'Co…')
    """
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1]
    return text + "…"


def is_wide(text: str) -> bool:
    """Whether a line has Hangul, ideographs or other letters that Latin fonts lack.

    >>> is_wide("가중치 w"), is_wide("weight")
    (True, False)
    """
    return not text.isascii() and any(unicodedata.east_asian_width(c) in "WF" for c in text)


def clean(text: object, longest: int = LONGEST_LABEL) -> str:
    r"""Make any string fit for one line of a figure.

    Line breaks and tabs become spaces; control characters, lone surrogates and characters that
    XML cannot carry become U+FFFD; direction overrides, which would reorder the text around them,
    are dropped; a string longer than `longest` ends in an ellipsis.

    >>> clean("a\x00b\nc")
    'a�b c'
    >>> clean("x" * 100, longest=4)
    'xxx…'
    """
    line = str(text)
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    if not line.isprintable():  # most lines are
        line = "".join(map(_safe, line))
    return line.strip()


def _safe(character: str) -> str:
    if character in "\t\n\r\u0085\u2028\u2029":
        return " "
    if character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return ""
    if unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return character
