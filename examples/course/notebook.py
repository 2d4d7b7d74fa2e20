"""Jupyter notebooks: of a lesson as ordinary code, and what all notebooks of the course share."""

import base64
import inspect
import re

import nbformat
from nbformat import v4

from examples.course import fonts, formulas, installing
from examples.course.record import Shown

CHECK = {"en": "# run this to check", "ko": "# 실행하면 채점합니다"}
READY = {
    "en": "# Run this first: it finds the library, or installs it from its folder or wheel.",
    "ko": "# 먼저 실행하세요. 라이브러리를 찾고, 없으면 폴더나 wheel에서 설치합니다.",
}
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}  # code that only plots


def notebook(record):
    """The notebook of a lesson that has run, with its outputs and blanks for its exercises."""
    cells = []
    for piece in record.pieces:
        section = piece.section
        if section.texts:
            cells.append(v4.new_markdown_cell(formulas.for_notebook(section.texts[record.lang])))
        elif section.exercise is not None:
            exercise = section.exercise
            cells.append(v4.new_markdown_cell(exercise.texts[record.lang]))
            cells += exercise_cells(record.name, exercise.name, piece.code, record.lang)
        else:
            outputs = [_output(each) for each in piece.outputs]
            folded = {"metadata": FOLDED} if section.plots else {}
            cells.append(v4.new_code_cell(piece.code, outputs=outputs, **folded))
    hangul = record.lang == "ko" or any(re.search("[가-힣]", each.code) for each in record.pieces)
    lines = ["%matplotlib inline", "from IPython.display import display"]
    if hangul:  # a font for Matplotlib
        source = inspect.getsource(fonts)
        lines += ["", source.split('"""', 2)[2].strip(), "", "", f'use_fonts_for("{record.lang}")']
    return assembled(cells, record.lang, "\n".join(lines))


def exercise_cells(task, exercise, code, lang):
    """The cell that is filled in, and the one below it that checks it."""
    call = f'check("{task}", "{exercise}", lang="{lang}")'
    return [v4.new_code_cell(code), v4.new_code_cell(f"{CHECK[lang]}\n{call}")]


def assembled(cells, lang, settings=""):
    """A whole notebook.

    Args:
        cells: Those of its content; the first is its title.
        lang: "en" or "ko".
        settings: Code that comes before the content.
    """
    source = inspect.getsource(installing).split('"""', 2)[2].strip()
    ready = f'{READY[lang]}\n{source}\n\n\nget_ready("{lang}")\ncheck = checker("{lang}")'
    first = [v4.new_code_cell(ready, metadata=FOLDED)]
    first += [v4.new_code_cell(settings)] if settings else []
    cells = [cells[0], *first, *cells[1:]]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same in every run
    made = v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    nbformat.validate(made)
    return made


def _output(shown):
    if not isinstance(shown, Shown):
        return v4.new_output("stream", name="stdout", text=shown)
    # An image: notebooks that are not trusted show no inline SVG.
    image = base64.b64encode(shown.files[0].read_bytes()).decode()
    html = f'<img alt="{shown.caption}" src="data:image/svg+xml;base64,{image}">'
    return v4.new_output("display_data", {"text/html": html, "text/plain": shown.caption})
