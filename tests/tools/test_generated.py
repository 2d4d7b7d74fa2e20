"""What is generated from the records is what stands in the tree."""

from pathlib import Path

import pytest

from tools.__main__ import GENERATED


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path):
    assert path.read_text("utf-8") == GENERATED[path](), "run `make generate`"
