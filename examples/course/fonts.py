"""Hangul in Matplotlib's figures: it needs a font, and this finds an installed one."""

import warnings

import matplotlib
from matplotlib import font_manager


def use_fonts_for(lang):
    """Let Matplotlib write a language: in Korean with the first Korean font that is installed."""
    matplotlib.rcParams["axes.unicode_minus"] = lang != "ko"  # some Korean fonts lack the sign
    matplotlib.rcParams["svg.hashsalt"] = "course"  # the same figure, the same bytes
    matplotlib.rcParams["font.family"] = ["DejaVu Sans"]
    if lang != "ko":
        return
    wanted = ("Noto Sans KR", "Noto Sans CJK KR", "Noto Sans CJK JP", "Malgun Gothic",
              "Apple SD Gothic Neo", "AppleGothic", "NanumGothic", "UnDotum")  # fmt: skip
    installed = {font.name for font in font_manager.fontManager.ttflist}
    found = next((name for name in wanted if name in installed), None)
    if found is None:
        warnings.warn(
            "no Korean font is installed, so Matplotlib draws boxes for Hangul; install one "
            "(Debian and Colab: apt-get install fonts-nanum, then restart) or use --lang en",
            RuntimeWarning,
            stacklevel=2,
        )
        return
    matplotlib.rcParams["font.family"] = [found, "DejaVu Sans"]
