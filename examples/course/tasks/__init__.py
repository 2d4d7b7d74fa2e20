"""Exercises that are graded: one source each, from which sheets, checks and proofs are made."""

from __future__ import annotations

from pathlib import Path

from examples.course import LESSONS
from examples.course.tasks.source import Task, read

HERE = Path(__file__).resolve().parent.parent
KINDS = ("lessons", "track", "puzzles")


def tasks(kind: str) -> list[Task]:
    """The tasks of a kind in their order: of the lessons, of the track, or puzzles."""
    if kind == "lessons":
        return [read(HERE / "exercises" / f"{name}.py") for name in LESSONS]
    return [read(path) for path in sorted((HERE / kind).glob("[a-z][0-9]*_*.py"))]


def find(name: str) -> Task:
    """The task of a name, such as "s05_diamond", or the part behind its number.

    Raises:
        ValueError: for a name that no task has; the message lists those there are.
    """
    every = [task for kind in KINDS for task in tasks(kind)]
    for task in every:
        if name in (task.name, task.name.partition("_")[2]):
            return task
    raise ValueError(f"no task {name!r}; there are {', '.join(task.name for task in every)}")
