"""Pages to step through bring their style and script; where there are many, one copy is enough."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_PARTS = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
_ALLOWED = re.compile(r"(script-src|style-src) 'unsafe-inline'")
_SMALLEST = 2000  # characters; below, a file of its own is no gain


def share(folder: Path) -> None:
    """Put what several pages of a folder have inside of them into files beside them."""
    pages = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}
    seen: dict[str, int] = {}
    for text in pages.values():
        for match in _PARTS.finditer(text):
            seen[match[2]] = seen.get(match[2], 0) + 1

    def linked(match: re.Match[str]) -> str:
        kind, content = match[1], match[2]
        if seen[content] < 2 or len(content) < _SMALLEST:
            return match[0]
        name = hashlib.sha256(content.encode()).hexdigest()[:12]
        if kind == "style":
            (folder / f"{name}.css").write_text(content, "utf-8")
            return f'<link rel="stylesheet" href="{name}.css">'
        (folder / f"{name}.js").write_text(content, "utf-8")
        return f'<script src="{name}.js"></script>'

    for path, text in pages.items():
        # The pages allow nothing but what is inside of them; now also what is beside them.
        text = _ALLOWED.sub(r"\1 'unsafe-inline' 'self' file:", text)
        path.write_text(_PARTS.sub(linked, text), "utf-8")
