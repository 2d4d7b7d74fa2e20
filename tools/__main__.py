"""`make generate`: write what is generated from the records of the operations, and setup.cfg."""

from __future__ import annotations

from tools import function_stubs, operations_page, project_table, stubs, words_page

GENERATED = {
    stubs.STUB: stubs.tensor_stub,
    operations_page.PAGE: operations_page.page,
    project_table.PYPROJECT: project_table.text,
    words_page.PAGE: words_page.page,
} | function_stubs.STUBS

if __name__ == "__main__":
    for path, text in GENERATED.items():
        path.write_text(text(), "utf-8")
        print(f"written: {path}")
