"""A lesson as a Jupyter notebook: ordinary code, which needs nothing of the course."""

import base64
import inspect
import re

import nbformat
from nbformat import v4

from examples.course import fonts
from examples.course.record import Shown

NEEDS = {
    "en": "This notebook needs the library: `pip install -e '.[course]'` in its folder.",
    "ko": "이 노트북에는 라이브러리가 필요합니다. 그 폴더에서 `pip install -e '.[course]'`를 "
    "실행하세요.",
}


def notebook(record):
    """The notebook of a lesson that has run, with its outputs."""
    cells = []
    for piece in record.pieces:
        if piece.section.texts:
            cells.append(v4.new_markdown_cell(piece.section.texts[record.lang]))
        else:
            outputs = [_output(each) for each in piece.outputs]
            cells.append(v4.new_code_cell(piece.code, outputs=outputs))
    cells[0].source += f"\n\n*{NEEDS[record.lang]}*"
    hangul = record.lang == "ko" or any(re.search("[가-힣]", each.code) for each in record.pieces)
    cells.insert(1, v4.new_code_cell(_preamble(record.lang, hangul)))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same in every run
    made = v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    nbformat.validate(made)
    return made


def _preamble(lang, hangul):
    """What the cells expect: figures below them, and for Hangul a font for Matplotlib."""
    lines = ["%matplotlib inline", "from IPython.display import display"]
    if hangul:
        source = inspect.getsource(fonts)
        lines += ["", source.split('"""', 2)[2].strip(), "", "", f'use_fonts_for("{lang}")']
    return "\n".join(lines)


def _output(shown):
    if not isinstance(shown, Shown):
        return v4.new_output("stream", name="stdout", text=shown)
    # An image: notebooks that are not trusted show no inline SVG.
    image = base64.b64encode(shown.files[0].read_bytes()).decode()
    html = f'<img alt="{shown.caption}" src="data:image/svg+xml;base64,{image}">'
    return v4.new_output("display_data", {"text/html": html, "text/plain": shown.caption})
