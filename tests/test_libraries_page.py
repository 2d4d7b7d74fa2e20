"""The table of libraries names tests and commands that are there, in both languages."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.proofs.neighbours.__main__ import LIBRARIES

ROOT = Path(__file__).resolve().parent.parent


def rows(name: str) -> list[list[str]]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    table = text[: text.index("\n## ")]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [re.split(r" \| ", line.strip("| ")) for line in lines[1:]]


PAGE = rows("libraries.md")


@pytest.mark.parametrize("row", PAGE, ids=lambda row: row[0])
def test_a_row_says_how_and_names_what_shows_it(row):
    _, _, how, shown = row
    assert 1 <= how.count("<br>") + 1 <= 3
    named = re.findall(r"`([^`]+)`", shown)
    assert named
    for each in named:
        command, _, argument = each.partition("python -m ")[2].partition(" ")
        if command:
            assert find_spec(command), each
            assert not argument or argument in LIBRARIES, each
        else:
            assert (ROOT / each).exists(), each


def test_every_neighbour_has_a_row():
    shown = " ".join(row[3] for row in PAGE)
    assert {name for name in LIBRARIES if f"neighbours {name}`" not in shown} == set()


def test_the_korean_table_is_in_step():
    korean = rows("libraries.ko.md")
    assert [row[2:] for row in korean] == [row[2:] for row in PAGE]
