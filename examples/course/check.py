"""Check your own work: `python -m examples.course.check diamond my/s05_diamond.py --lang ko`.

In a notebook, `check("s05_diamond", "backward")` in the cell below an exercise does the same.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from examples.course.tasks import find
from examples.course.tasks.feedback import speak
from examples.course.tasks.running import WORDS, Verdict, answered, judge
from examples.course.tasks.source import Cell
from examples.course.tasks.submission import exercises


def check(task: str, exercise: str, lang: str = "en") -> None:
    """Say in a notebook whether the exercise above is right, and show where it is not.

    Args:
        task: The name of the task, such as "s05_diamond".
        exercise: The name of the exercise.
        lang: "en" or "ko".

    Raises:
        ValueError: For a name that does not exist.
    """
    cell = _exercise(task, exercise)
    caller = sys._getframe(1).f_globals
    speak(lang)
    # On a copy: a check leaves nothing behind.
    verdict = answered([(cell.check, "check")], dict(caller), lang)
    print(("✓ " if verdict.right else "✗ ") + verdict.said)
    if verdict.figure:
        from IPython.display import HTML, display

        display(HTML(verdict.figure))


def _exercise(task: str, name: str) -> Cell:
    every = find(task).exercises
    for each in every:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in every)
    raise ValueError(f"check: {task} has no exercise {name!r}; it has {names}")


def checked(task: str, path: Path, lang: str) -> dict[str, Verdict]:
    """The verdict on every exercise of a task in a student's file."""
    found = find(task)
    handed_in = exercises(path)
    missing = Verdict(False, WORDS[lang]["missing"])
    return {
        cell.name: judge(found, cell, handed_in[cell.name], lang)
        if cell.name in handed_in
        else missing
        for cell in found.exercises
    }


def main(arguments: Any = None) -> int:
    """Check a file; 0 where all is right."""
    if hasattr(sys.stdout, "reconfigure"):  # Hangul and marks, also on Windows and in pipes
        sys.stdout.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(prog="python -m examples.course.check", description=__doc__)
    parser.add_argument("task", help="its name, with or without the number: s05_diamond, diamond")
    parser.add_argument("file", type=Path, help="your script or notebook")
    parser.add_argument("--lang", choices=("en", "ko"), default="en")
    options = parser.parse_args(arguments)
    try:
        verdicts = checked(options.task, options.file, options.lang)
    except ValueError as error:
        parser.error(str(error))
    for name, verdict in verdicts.items():
        told = verdict.said.replace("\n", "\n    ")
        print(f"{'✓' if verdict.right else '✗'} {name}: {told}")
        if verdict.figure:
            picture = options.file.with_name(f"{options.file.stem}.{name}.svg")
            picture.write_text(verdict.figure, "utf-8")
            print(f"    {picture}")
    return 0 if all(verdict.right for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
