"""Pages for a lecture that need no figure: what they compute, they compute themselves."""

from __future__ import annotations

import json

from viz.writing.lecture_words import LECTURE_WORDS
from viz.writing.page_assets import asset, button, icon, scripts, style_sheet

_ENGINE = ("lecture", "formulas", "tape", "numerals", "expression")
_SCRIPTS = {
    "playground": (*_ENGINE, "diagram", "story", "playground", "dark"),
    "descent": (*_ENGINE, "dark", "descent"),
    "activation": (*_ENGINE, "activation", "dark"),
    "drill": (*_ENGINE, "diagram", "story", "drill", "dark"),
}
_STYLED = ("activation", "descent")  # beyond what all of them have
LECTURE_PAGES = tuple(_SCRIPTS)


def write_lecture_page(name: str, lang: str) -> str:
    """Write a page, which speaks both languages and begins with one of them.

    Args:
        name: One of `LECTURE_PAGES`.
        lang: "en" or "ko".

    Returns:
        A complete HTML document that loads nothing from anywhere.
    """
    words = LECTURE_WORDS[name]
    data = json.dumps({"lang": lang, "words": words}, ensure_ascii=False, separators=(",", ":"))
    style = style_sheet("lecture") + (style_sheet(name) if name in _STYLED else "")
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>{words[lang]["title"]}</title>
<style>{style}</style>
</head>
<body>
<div class="row"><h1 data-w="title"></h1><button type="button" id="lang"></button>\
{button("dark", icon("dark"), 'data-a="dark"')}</div>
{asset(f"{name}.html")}<script type="application/json" id="data">{data}</script>
<script>{scripts(*_SCRIPTS[name])}</script>
</body>
</html>
"""
