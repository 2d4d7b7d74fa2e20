"""What a student handed in: the exercise cells of a script or a notebook, nothing else of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

MARK = re.compile(r"^# %% exercise (\w+)")


def exercises(path: Path) -> dict[str, str]:
    """The code of every exercise cell by name; the last one counts where a name is there twice.

    Raises:
        ValueError: for a file that is no script and no notebook; the message names it.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: cannot be read: {error}") from None
    if path.suffix == ".py":
        return _of_script(text)
    if path.suffix == ".ipynb":
        try:
            return _of_notebook(json.loads(text))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise ValueError(f"{path.name}: is no notebook: {error}") from None
    raise ValueError(f"{path.name}: expected a script (.py) or a notebook (.ipynb)")


def _of_script(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=# %%)", text):
        mark = MARK.match(part)
        if mark:
            found[mark[1]] = part.partition("\n")[2].strip("\n")
    return found


def _of_notebook(notebook: dict) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in notebook["cells"]:
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        mark = MARK.match(text)
        if cell.get("cell_type") == "code" and mark:
            found[mark[1]] = text.partition("\n")[2].strip("\n")
    return found
