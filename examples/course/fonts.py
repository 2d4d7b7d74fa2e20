"""Hangul in Matplotlib's figures: it needs a font, and this finds an installed one."""

import contextlib
import warnings

import matplotlib
from matplotlib import font_manager

# From the best to the last: what Linux, Windows, macOS and Colab have.
KOREAN_FONTS = (
    "Noto Sans KR", "Noto Sans CJK KR", "Noto Sans CJK JP", "Malgun Gothic",
    "Apple SD Gothic Neo", "AppleGothic", "NanumGothic", "UnDotum",
)  # fmt: skip


def korean_font():
    """Return the best Korean font that is installed, or None."""
    fonts = font_manager.fontManager
    if not any(font.name in KOREAN_FONTS for font in fonts.ttflist):
        # Matplotlib keeps its list in a file, which may be older than a font.
        known = {font.fname for font in fonts.ttflist}
        for path in set(font_manager.findSystemFonts()) - known:
            with contextlib.suppress(RuntimeError):  # not a font that Matplotlib can read
                fonts.addfont(path)
    installed = {font.name for font in fonts.ttflist}
    return next((name for name in KOREAN_FONTS if name in installed), None)


def use_fonts_for(lang):
    """Let Matplotlib write a language, and Hangul with the first Korean font that is installed."""
    matplotlib.rcParams["svg.hashsalt"] = "course"  # the same figure, the same bytes
    found = korean_font()
    # Letter by letter: what the first one lacks comes from the second. Korean fonts lack signs.
    matplotlib.rcParams["font.family"] = ["DejaVu Sans", *([found] if found else [])]
    if found is None and lang == "ko":
        warnings.warn(
            "no Korean font is installed, so Matplotlib draws boxes for Hangul; install one "
            "(Debian and Colab: apt-get install fonts-nanum) or use --lang en",
            RuntimeWarning,
            stacklevel=2,
        )
