"""Every exercise is proved: blanks fail, the solution passes, each listed mistake is told apart.

`python -m examples.course.tasks.proof` proves all of them; `make course` does it first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from examples.course.tasks import KINDS, tasks
from examples.course.tasks.running import judge
from examples.course.tasks.source import Cell, Task

LANGUAGES = ("en", "ko")


def failures(task: Task, exercise: Cell) -> Iterator[str]:
    """What is wrong with an exercise; nothing where it is proved."""
    where = f"{task.name}: {exercise.name}"
    said: set[str] = set()
    for lang in LANGUAGES:
        blank = judge(task, exercise, exercise.blank(lang), lang)
        if blank.right:
            yield f"{where} ({lang}): the blank passes its check"
        solved = judge(task, exercise, exercise.solution, lang)
        if not solved.right:
            yield f"{where} ({lang}): the solution fails: {solved.said}"
        for mistake in exercise.mistakes:
            verdict = judge(task, exercise, exercise.with_mistake(mistake), lang)
            if verdict.right:
                yield f"{where} ({lang}): `{mistake.wrong}` passes its check"
            elif not re.search(mistake.told[lang], verdict.said, re.DOTALL):
                yield f"{where} ({lang}): `{mistake.wrong}` is answered by: {verdict.said}"
            said.add(verdict.said)
    if exercise.mistakes and len(said) < 2 * len(exercise.mistakes):
        yield f"{where}: two mistakes get the same answer"


def main() -> int:
    """Prove all of them."""
    count = wrong = 0
    for kind in KINDS:
        for task in tasks(kind):
            for exercise in task.exercises:
                count += 1
                for failure in failures(task, exercise):
                    wrong += 1
                    print(failure)
    print(f"{count} exercises, {wrong} failures")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
