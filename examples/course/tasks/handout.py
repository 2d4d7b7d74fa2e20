"""What is handed out, and what the lecturer keeps: scripts and notebooks of every task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import v4

from examples.course import LESSONS
from examples.course.formulas import for_notebook, plain
from examples.course.notebook import assembled, exercise_cells
from examples.course.tasks import KINDS, tasks
from examples.course.tasks.source import Cell, Task

LANGUAGES = ("en", "ko")


def write(
    folder: Path, langs: tuple[str, ...] = LANGUAGES, lessons: Sequence[str] = LESSONS
) -> dict[str, list[Path]]:
    """Write `students/` (with blanks) and `lecturer/` (solutions and checks) below a folder.

    Args:
        folder: Where both go.
        langs: In which languages.
        lessons: Those whose exercises are written; track and puzzles always are.

    Returns:
        The files of both.
    """
    written: dict[str, list[Path]] = {"students": [], "lecturer": []}
    for kind in KINDS:
        for task in tasks(kind):
            if kind == "lessons" and task.name not in lessons:
                continue
            for lang in langs:
                for side, texts in (
                    ("students", (script(task, lang), notebook(task, lang))),
                    ("lecturer", (script(task, lang, True), notebook(task, lang, True))),
                ):
                    place = folder / side / kind / lang
                    place.mkdir(parents=True, exist_ok=True)
                    for suffix, text in zip((".py", ".ipynb"), texts, strict=True):
                        path = place / f"{task.name}{suffix}"
                        path.write_text(text, "utf-8")
                        written[side].append(path)
            if (folder / "lecturer").is_dir():
                checks = folder / "lecturer" / kind / "source"
                checks.mkdir(exist_ok=True)
                path = checks / f"{task.name}.py"
                path.write_text(task.path.read_text("utf-8"), "utf-8")
                written["lecturer"].append(path)
    contents = folder / "lecturer" / "index.html"
    contents.write_text(_contents(contents.parent), "utf-8")
    return written


def _contents(folder: Path) -> str:
    """A page with links to all that the lecturer keeps: solutions of sheets, lessons and tasks."""
    parts = []
    for place in sorted(each for each in folder.rglob("*") if each.is_dir()):
        files = sorted(each for each in place.iterdir() if each.is_file())
        links = " · ".join(
            f'<a href="{each.relative_to(folder).as_posix()}">{each.name}</a>' for each in files
        )
        if links:
            parts.append(f"<h2>{place.relative_to(folder).as_posix()}</h2><p>{links}</p>")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>lecturer</title><style>'
        "body{font:16px/1.6 sans-serif;margin:2rem;color-scheme:light dark}</style></head><body>"
        f"<h1>Solutions · 정답</h1>{''.join(parts)}</body></html>\n"
    )


def script(task: Task, lang: str, solved: bool = False) -> str:
    """The program of a task, with blanks or solved; steps before it are files beside it."""
    parts = []
    for cell in task.cells:
        lines = [f"# %% {cell.kind} {cell.name}".rstrip()]
        text = plain(cell.texts.get(lang, ""))
        lines += [f"# {line}".rstrip() for line in text.split("\n") if text]
        lines.append(_code(cell, lang, solved))
        parts.append("\n".join(lines).rstrip())
    text = "\n\n".join(parts) + "\n"
    return text.replace("from examples.course.track.", "from ")


def notebook(task: Task, lang: str, solved: bool = False) -> str:
    """The same as a notebook, with a cell that checks below each exercise."""
    cells = []
    for cell in task.cells:
        if cell.texts:
            cells.append(v4.new_markdown_cell(for_notebook(cell.texts[lang])))
        if cell.kind == "code":
            cells.append(v4.new_code_cell(cell.code))
        elif cell.kind == "exercise":
            code = f"# %% exercise {cell.name}\n{_code(cell, lang, solved)}"
            cells += exercise_cells(task.name, cell.name, code, lang)
    return nbformat.writes(assembled(cells, lang))


def _code(cell: Cell, lang: str, solved: bool) -> str:
    if cell.kind != "exercise":
        return cell.code
    return cell.solution if solved else cell.blank(lang)
