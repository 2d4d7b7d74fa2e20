"""One exercise is run: what stands before it, then somebody's code, then the check.

`judge` runs it here, for proofs of our own files. `judge_apart` runs it in a process of its own
with a time limit, for what students wrote: an endless loop, a crash, `sys.exit` or a check that was
replaced costs this exercise alone. It is no protection against code that means harm.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from examples.course.tasks import feedback
from examples.course.tasks.source import Cell, Task

WORDS = {
    "en": {
        "right": "right", "missing": "not handed in",
        "time": "it did not end within {limit:g} seconds: is there an endless loop?",
        "died": "its process ended without an answer",
        "stopped": "it ended the program ({error})", "raised": "line {line}: {error}",
    },
    "ko": {
        "right": "맞았습니다", "missing": "제출하지 않았습니다",
        "time": "{limit:g}초 안에 끝나지 않았습니다. 끝나지 않는 반복문이 있나요?",
        "died": "대답 없이 프로세스가 끝났습니다",
        "stopped": "프로그램을 끝냈습니다 ({error})", "raised": "{line}번째 줄: {error}",
    },
}  # fmt: skip
LIMIT = 20.0  # seconds, NumPy's import included


@dataclass(frozen=True)
class Verdict:
    """Whether an exercise was right, and what to say."""

    right: bool
    said: str
    figure: str = ""


def program(task: Task, exercise: Cell, code: str) -> tuple[str, str, str]:
    """What runs before an exercise (with the solutions of the others), its code, and its check."""
    before = []
    for cell in task.cells:
        if cell is exercise:
            break
        before.append(cell.solution)
    return "\n\n".join(filter(None, before)), code, exercise.check


def judge(task: Task, exercise: Cell, code: str, lang: str = "en") -> Verdict:
    """The verdict on a piece of code, run in this process."""
    return _judged(*program(task, exercise, code), lang, str(task.path))


def _judged(before: str, code: str, check: str, lang: str, path: str) -> Verdict:
    feedback.speak(lang)
    variables: dict[str, Any] = {"__name__": "task", "__file__": path}
    with contextlib.redirect_stdout(io.StringIO()), _methods_kept(), np.errstate(all="ignore"):
        exec(compile(before, path, "exec"), variables)
        return answered([(code, "exercise"), (check, "check")], variables, lang)


@contextlib.contextmanager
def _methods_kept() -> Iterator[None]:
    """Take back what exercises put on the classes of the track, such as `Node.sum`."""
    importlib.import_module("examples.course.track.s16_digits")  # the last one imports all others
    classes = {
        value
        for _, names in _of_the_course()
        for value in names.values()
        if isinstance(value, type) and value.__module__.startswith("examples.course.track")
    }
    before = [(each, dict(vars(each))) for each in classes]
    try:
        yield
    finally:
        for each, names in before:
            for name in set(vars(each)) - set(names):
                delattr(each, name)
            for name, value in names.items():
                if vars(each)[name] is not value:
                    setattr(each, name, value)


def answered(parts: list[tuple[str, str]], variables: dict[str, Any], lang: str) -> Verdict:
    """Run pieces of code, each under a name, and say how it went."""
    words = WORDS[lang]
    ours = _of_the_course()
    try:
        for source, name in parts:
            exec(compile(source, name, "exec"), variables)
            for module, names in ours:  # a check that was replaced is itself again
                vars(module).update(names)
    except feedback.Wrong as wrong:
        return Verdict(False, str(wrong), wrong.figure)
    except SystemExit as error:
        return Verdict(False, words["stopped"].format(error=repr(error)))
    except SyntaxError as error:
        told = f"SyntaxError: {error.msg}"
        return Verdict(False, words["raised"].format(line=error.lineno, error=told))
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((f.lineno for f in reversed(frames) if f.filename == "exercise"), "?")
        told = f"{type(error).__name__}: {error}"
        if "llipsis" in told:  # the mark of a blank was computed with
            told = feedback.WORDS[lang]["blank"]
        return Verdict(False, words["raised"].format(line=line, error=told))
    return Verdict(True, words["right"])


def _of_the_course() -> list[tuple[Any, dict[str, Any]]]:
    """The modules of the course with all their names, as they are now."""
    importlib.import_module("examples.course.puzzles.graphs")
    return [
        (module, dict(vars(module)))
        for name, module in list(sys.modules.items())
        if name.startswith("examples.course.") and module is not None
    ]


def judge_apart(
    task: Task, exercise: Cell, code: str, lang: str = "en", limit: float = LIMIT
) -> Verdict:
    """The verdict on a piece of code, run in a process of its own."""
    parts = [*program(task, exercise, code), lang, str(task.path)]
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        try:
            subprocess.run(
                [sys.executable, "-m", __name__, str(answer)],
                input=json.dumps(parts), text=True, encoding="utf-8", timeout=limit, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Verdict(False, WORDS[lang]["time"].format(limit=limit))
        try:
            right, said, figure = json.loads(answer.read_text("utf-8"))
        except (OSError, ValueError):
            return Verdict(False, WORDS[lang]["died"])
    return Verdict(bool(right), str(said)[:2000], str(figure))


def main() -> None:
    """The other process: the parts on standard input, the verdict into the file that is named."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    verdict = _judged(*json.loads(sys.stdin.read()))
    answer = [verdict.right, verdict.said, verdict.figure]
    Path(sys.argv[1]).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main()
