"""What is handed out, and what the lecturer keeps: scripts and notebooks of every task."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import v4

from examples.course.tasks import FOLDERS, tasks
from examples.course.tasks.source import Cell, Task

LANGUAGES = ("en", "ko")
CHECK = {
    "en": "# run this to check",
    "ko": "# 실행하면 채점합니다",
}


def write(folder: Path, langs: tuple[str, ...] = LANGUAGES) -> dict[str, list[Path]]:
    """Write `students/` (with blanks) and `lecturer/` (solutions and checks) below a folder.

    Returns:
        The files of both.
    """
    written: dict[str, list[Path]] = {"students": [], "lecturer": []}
    for kind in FOLDERS:
        for task in tasks(kind):
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
    return written


def script(task: Task, lang: str, solved: bool = False) -> str:
    """The program of a task, with blanks or solved; steps before it are files beside it."""
    parts = []
    for cell in task.cells:
        lines = [f"# %% {cell.kind} {cell.name}".rstrip()]
        text = cell.texts.get(lang, "")
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
            cells.append(v4.new_markdown_cell(cell.texts[lang]))
        if cell.kind == "code":
            cells.append(v4.new_code_cell(cell.code))
        elif cell.kind == "exercise":
            code = f"# %% exercise {cell.name}\n{_code(cell, lang, solved)}"
            cells.append(v4.new_code_cell(code))
            call = f'check("{task.name}", "{cell.name}", lang="{lang}")'
            cells.append(v4.new_code_cell(f"{CHECK[lang]}\n{call}"))
    cells.insert(1, v4.new_code_cell("from examples.course.check import check"))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same in every run
    made = v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    nbformat.validate(made)
    return nbformat.writes(made)


def _code(cell: Cell, lang: str, solved: bool) -> str:
    if cell.kind != "exercise":
        return cell.code
    return cell.solution if solved else cell.blank(lang)
