"""Check your own work with pytest: every exercise of a file is a test.

    pytest -p examples.course.pytest_plugin my/s05_diamond.py my/losses.ipynb --lang ko

A file that is called as a task is taken; what a test says is what the check says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.course.tasks import find
from examples.course.tasks.running import WORDS, Verdict, judge_apart
from examples.course.tasks.source import Cell, Task
from examples.course.tasks.submission import exercises


def pytest_addoption(parser: pytest.Parser) -> None:
    """The language of the answers."""
    parser.addoption("--lang", choices=("en", "ko"), default="en", help="of a check's answers")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Submission | None:
    """Files that are called as a task."""
    if file_path.suffix not in (".py", ".ipynb") or file_path.is_relative_to(Path(__file__).parent):
        return None
    try:
        task = find(file_path.stem)
    except ValueError:
        return None
    made: Submission = Submission.from_parent(parent, path=file_path)
    made.task = task
    return made


class Submission(pytest.File):
    """What a student wrote."""

    task: Task

    def collect(self) -> Iterator[Exercise]:
        """Its exercises, also those that are missing."""
        handed_in = exercises(self.path)
        for cell in self.task.exercises:
            item: Exercise = Exercise.from_parent(self, name=cell.name)
            item.cell, item.code = cell, handed_in.get(cell.name)
            yield item


class Exercise(pytest.Item):
    """One exercise, checked in a process of its own."""

    cell: Cell
    code: str | None
    parent: Submission

    def runtest(self) -> None:
        """Fail with what the check says."""
        lang = self.config.getoption("--lang")
        verdict = Verdict(False, WORDS[lang]["missing"])
        if self.code is not None:
            verdict = judge_apart(self.parent.task, self.cell, self.code, lang)
        if not verdict.right:
            raise AssertionError(verdict.said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo, style: object = None) -> str:
        """The words alone: how pytest came here helps nobody."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is, and its name."""
        return self.path, 0, f"{self.parent.task.name}: {self.cell.name}"
