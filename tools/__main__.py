"""`make generate`: write what is generated from the records of the operations."""

from __future__ import annotations

from tools import function_stubs, operations_page, stubs, words_page

GENERATED = {
    stubs.STUB: stubs.tensor_stub,
    operations_page.PAGE: operations_page.page,
    words_page.PAGE: words_page.page,
} | function_stubs.STUBS

if __name__ == "__main__":
    for path, text in GENERATED.items():
        path.write_text(text(), "utf-8")
        print(f"written: {path}")
