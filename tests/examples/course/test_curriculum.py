"""The table of docs/curriculum.md: what is taught stands in the lesson, with its numbers."""

import re
from pathlib import Path

import pytest

from examples.course import LESSONS
from examples.course.__main__ import needs_of

ROOT = Path(__file__).resolve().parents[3]
LINES = (ROOT / "docs" / "curriculum.md").read_text("utf-8").splitlines()
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in LINES
    if line.startswith("| ") and "---" not in line
][1:]


def entries(cell):
    """The pieces of code of a cell, with what was escaped in it."""
    pieces = re.findall(r"`((?:\\`|[^`])+)`", cell)
    return [each.replace("\\`", "`").replace("\\|", "|") for each in pieces]


def test_every_row_names_a_lesson_and_something_to_see():
    assert {row[1] for row in ROWS} == set(LESSONS)
    assert all(len(row) == 3 and entries(row[2]) for row in ROWS)


# Each with the other tests of its lesson, in one worker, which has run it already.
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_shows_what_the_table_says(name, run_lesson):
    exercises = ROOT / "examples" / "course" / "exercises" / f"{name}.py"
    shown = run_lesson(name, "en").printed + exercises.read_text("utf-8")
    # A text's lines are filled; a number's are not.
    shown += re.sub(r"\s+", " ", shown)
    for topic, lesson, cell in ROWS:
        if lesson == name:
            missing = [each for each in entries(cell) if each not in shown]
            assert missing == [], topic


@pytest.mark.parametrize("page", ["teaching.md", "teaching.ko.md"])
def test_the_weeks_are_those_of_the_lessons(page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    rows = re.findall(r"(?m)^\| \d+ \| (\w+) \| (\d+) \| ([\w, ]*)\|", text)
    assert [name for name, _, _ in rows] == list(LESSONS)
    for name, minutes, needs in rows:
        script = (ROOT / "examples" / "course" / f"{name}.py").read_text("utf-8")
        assert f"    minutes={minutes}," in script, name
        assert tuple(filter(None, needs.strip().split(", "))) == needs_of(name), name
