"""Pages as small as they can be: a thousand of them carry much that no browser needs."""

from __future__ import annotations

import re
from pathlib import Path

# What is kept letter by letter.
_KEPT = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
# Names, punctuation and spaces of programs have the colour of the text.
_COLOURLESS = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
_NEEDLESS = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r'<span class="pre">(.*?)</span>'), r"\1"),
    (re.compile(r'<(tr|th|td) class="(?:row-(?:odd|even)|head)(?: row-(?:odd|even))?"'), r"<\1"),
    (
        re.compile(r"<(td|th)((?: [^>]*)?)><p>([^<]*(?:<(?!/?p\b)[^<]*)*)</p></\1>"),
        r"<\1\2>\3</\1>",
    ),
    (re.compile(r'(?<!">)<a class="reference internal"'), "<a"),  # lists of contents need it
    (re.compile(r' type="text/css"'), ""),
    (re.compile(r'<svg class="theme-icon-[^<]*<use [^<]*</use></svg>\s*'), ""),  # by site.js
    (re.compile(r'<input type="hidden" name="(?:check_keywords|area)"[^>]*>'), ""),
    (re.compile(r'<a href="#" class="back-to-top muted-link">.*?</a>', re.DOTALL), ""),
    (re.compile(r"\s*\n\s*"), "\n"),
)


def squeeze(folder: Path) -> None:
    """Rewrite all pages of a site."""
    for path in folder.rglob("*.html"):
        path.write_text(squeezed(path.read_text("utf-8")), "utf-8")


def squeezed(page: str) -> str:
    r"""The same page in fewer letters.

    >>> squeezed('<td><p>a</p></td>\n\n   <pre>\n\n  b</pre>')
    '<td>a</td>\n<pre>\n\n  b</pre>'
    """
    pieces = _KEPT.split(page)  # text, kept, name of its tag, text, ...
    texts = [_without_needless(text) for text in pieces[0::3]]
    kept = [_COLOURLESS.sub(r"\1", each) for each in pieces[1::3]]
    return "".join(
        text + (kept[number] if number < len(kept) else "") for number, text in enumerate(texts)
    )


def _without_needless(text: str) -> str:
    for pattern, instead in _NEEDLESS:
        text = pattern.sub(instead, text)
    return text
