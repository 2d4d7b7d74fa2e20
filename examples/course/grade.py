"""Grade what was handed in: `python -m examples.course.grade submissions/ --lang ko`.

In `submissions/` there is a folder for each student, with scripts and notebooks called as the
tasks are (`s05_diamond.py`, `p1_write_the_rule.ipynb`). Only the exercise cells are taken from
them; the rest and all checks come from the tasks themselves. Each exercise runs in a process of its
own with a time limit. Written are `grades.csv` and `grades.html`.

This keeps mistakes apart: endless loops, crashes, replaced checks, missing cells cost their own
points only. It is no protection against code that means harm (that reads or deletes files): run it
where that does not matter.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from examples.course.tasks import find
from examples.course.tasks.running import LIMIT, WORDS, Verdict, judge_apart
from examples.course.tasks.submission import exercises

HEADS = {
    "en": ("student", "task", "exercise", "points", "of", "what was said", "total"),
    "ko": ("학생", "과제", "문제", "점수", "만점", "채점 결과", "합계"),
}


@dataclass
class Line:
    """One exercise of one student."""

    student: str
    task: str
    exercise: str
    points: int
    of: int
    said: str


@dataclass
class Grades:
    """All of them, and files that belong to no task."""

    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def total(self, student: str) -> tuple[int, int]:
        """Points, and those there are."""
        mine = [line for line in self.lines if line.student == student]
        return sum(line.points for line in mine), sum(line.of for line in mine)


def grade(folder: Path, lang: str = "en", limit: float = LIMIT, tell=lambda text: None) -> Grades:
    """Grade every student's folder.

    Args:
        folder: With a folder for each student.
        lang: "en" or "ko".
        limit: Seconds for each exercise.
        tell: Called with a line of progress.

    Raises:
        ValueError: If there is no such folder, or no student in it.
    """
    students = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    if not students:
        raise ValueError(f"grade: {folder} has no folders of students")
    grades = Grades()
    for student in students:
        for path in sorted(student.rglob("*")):
            if path.suffix not in (".py", ".ipynb"):
                continue
            try:
                task = find(path.stem.removesuffix(".en").removesuffix(".ko"))
            except ValueError:
                grades.ignored.append(f"{student.name}/{path.name}")
                continue
            try:
                handed_in, problem = exercises(path), None
            except ValueError as error:
                handed_in, problem = {}, str(error)
            for cell in task.exercises:
                if cell.name in handed_in:
                    verdict = judge_apart(task, cell, handed_in[cell.name], lang, limit)
                else:
                    verdict = Verdict(False, problem or WORDS[lang]["missing"])
                points = cell.points if verdict.right else 0
                line = Line(student.name, task.name, cell.name, points, cell.points, verdict.said)
                grades.lines.append(line)
                tell(f"{line.student}  {line.task}  {line.exercise}  {line.points}/{line.of}")
    return grades


def table(grades: Grades, lang: str) -> str:
    """The page: a total for each student, and every exercise with what was said."""
    heads = HEADS[lang]
    students = sorted({line.student for line in grades.lines})
    totals = "".join(
        f"<tr><td>{escape(student)}</td><td>{points}</td><td>{of}</td></tr>"
        for student in students
        for points, of in [grades.total(student)]
    )
    rows = "".join(
        f'<tr class="{"right" if line.points else "wrong"}"><td>{escape(line.student)}</td>'
        f"<td>{escape(line.task)}</td><td>{escape(line.exercise)}</td><td>{line.points}</td>"
        f"<td>{line.of}</td><td><pre>{escape(line.said)}</pre></td></tr>"
        for line in grades.lines
    )
    style = (
        "body{font:16px/1.5 sans-serif;margin:2rem;color-scheme:light dark}table{border-collapse:"
        "collapse;margin:1rem 0}td,th{padding:.3rem .8rem;text-align:left;vertical-align:top;"
        "border-bottom:1px solid #8888}pre{margin:0;white-space:pre-wrap;font-size:14px}"
        ".wrong td:nth-child(4){font-weight:bold}"
    )
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{heads[3]}</title>'
        f"<style>{style}</style></head><body><table><tr><th>{heads[0]}</th><th>{heads[6]}</th>"
        f"<th>{heads[4]}</th></tr>{totals}</table><table><tr>"
        + "".join(f"<th>{head}</th>" for head in heads[:6])
        + f"</tr>{rows}</table></body></html>\n"
    )


def main(arguments=None) -> int:
    """Grade a folder and write the table."""
    if hasattr(sys.stdout, "reconfigure"):  # Hangul and marks, also on Windows and in pipes
        sys.stdout.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(
        prog="python -m examples.course.grade", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang", choices=("en", "ko"), default="en")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each exercise")
    parser.add_argument("--out", type=Path, help="where the tables go; the folder if not given")
    options = parser.parse_args(arguments)
    try:
        grades = grade(options.folder, options.lang, options.limit, print)
    except ValueError as error:
        parser.error(str(error))
    out = options.out or options.folder
    out.mkdir(parents=True, exist_ok=True)
    with (out / "grades.csv").open("w", encoding="utf-8-sig", newline="") as file:  # for Excel
        writer = csv.writer(file)
        writer.writerow(HEADS[options.lang][:6])
        for line in grades.lines:
            said = line.said if line.said[:1] not in "=+-@" else f"'{line.said}"  # no formula
            row = (line.student, line.task, line.exercise, line.points, line.of, said)
            writer.writerow(row)
    (out / "grades.html").write_text(table(grades, options.lang), "utf-8")
    for name in grades.ignored:
        print(f"no task is called so: {name}")
    print(out / "grades.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
