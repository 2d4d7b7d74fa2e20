"""`make generate`: write what is generated from the records of the operations, and setup.cfg."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tools import function_stubs, operations_page, project_table, stubs, words_page

GENERATED: dict[Path, Callable[[], str]] = {
    stubs.STUB: stubs.tensor_stub,
    operations_page.PAGE: operations_page.page,
    project_table.PYPROJECT: project_table.text,
    **words_page.WRITTEN,
    **function_stubs.STUBS,
}

if __name__ == "__main__":
    for path, text in GENERATED.items():
        path.write_text(text(), "utf-8")
        print(f"written: {path}")
