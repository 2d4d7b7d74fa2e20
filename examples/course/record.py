"""Runs a lesson section by section, and writes down all that it told, printed and drew."""

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from examples.course import formulas
from examples.course.sections import Section, exercise_sections, split, without_lesson
from examples.course.tasks import find

HERE = Path(__file__).parent


@dataclass
class Shown:
    """A figure and its files."""

    caption: str
    files: list[Path]

    def file(self, kind):
        """The file of a kind, such as "exercise.html"; None if there is none."""
        return next((each for each in self.files if each.name.split(".", 2)[2] == kind), None)

    def frames(self):
        """The pictures of its steps, in order."""
        return [each for each in self.files if each.parent.name == "frames"]


@dataclass
class Piece:
    """A text; or code with what it printed (strings) and drew (`Shown`), in order.

    Attributes:
        section: Where it is in the script.
        code: Without `lesson`, in the language; empty for texts.
        outputs: Strings and figures.
    """

    section: Section
    code: str = ""
    outputs: list = field(default_factory=list)


@dataclass
class Record:
    """A lesson in one language, after it ran."""

    name: str
    lang: str
    title: str
    pieces: list[Piece]

    def figures(self):
        """All figures in order."""
        return [each for piece in self.pieces for each in piece.outputs if isinstance(each, Shown)]

    def plain(self):
        """What a terminal shows."""
        lines = []
        for piece in self.pieces:
            if piece.section.texts:
                lines.append(f"\n{formulas.plain(piece.section.texts[self.lang])}\n\n")
            elif piece.section.exercise is not None:
                lines.append(f"\n{piece.section.exercise.texts[self.lang]}\n\n{piece.code}\n")
            for each in piece.outputs:
                lines.append(
                    f"[{each.caption}: {each.files[0].name}]\n" if isinstance(each, Shown) else each
                )
        return "".join(lines)


class _Listener:
    """Takes the place of standard output while a lesson runs."""

    encoding = "utf-8"

    def __init__(self):
        self.outputs = []

    def write(self, text):
        if text:
            if self.outputs and isinstance(self.outputs[-1], str):
                self.outputs[-1] += text
            else:
                self.outputs.append(text)
        return len(text)

    def flush(self):
        """Everything is written already."""

    def isatty(self):
        return False

    def tell_text(self, text):
        """The texts are known from the script."""

    def tell_figure(self, files, caption):
        self.outputs.append(Shown(caption, list(files)))


def _shown(section, lang):
    """The code of a section as a reader sees it: an exercise has blanks."""
    if section.exercise is not None:
        return f"# %% exercise {section.exercise.name}\n{section.exercise.blank(lang)}"
    return "" if section.texts else without_lesson(section.source, lang)


def record(name, lang, folder):
    """Run a lesson, its figures go to the folder, and return the record."""
    path = HERE / f"{name}.py"
    sections = split(path.read_text("utf-8"))
    # As `python -m` would run it, but one section after the other.
    variables = {"__name__": "__main__", "__file__": str(path)}
    listener = _Listener()
    pieces = []
    words = [str(path), "--lang", lang, "--out", str(folder)]
    with patch.object(sys, "argv", words), redirect_stdout(listener):
        for section in sections:
            exec(compile("\n" * (section.line - 1) + section.source, path, "exec"), variables)
            pieces.append(Piece(section, _shown(section, lang), listener.outputs))
            listener.outputs = []
    # They come before the lesson's end, and are run by those who do them.
    pieces[-1:-1] = [Piece(each, _shown(each, lang)) for each in exercise_sections(find(name))]
    # A script imports before it tells; a reader sees the title first, and what the lesson is for.
    begun = next(n for n, piece in enumerate(pieces) if piece.section.needs is not None)
    titled = next(n for n, piece in enumerate(pieces) if piece.section.texts)
    pieces.insert(0, pieces.pop(begun))
    pieces.insert(0, pieces.pop(titled + 1))
    title = pieces[0].section.texts[lang].removeprefix("# ")
    return Record(name, lang, title, [each for each in pieces if each.section.texts or each.code])
