"""Small pages for a lecture: a playground, descent on a surface, activations, a drill."""

from __future__ import annotations

from viz.page import Page
from viz.words import WORDS
from viz.writing.lecture_page import LECTURE_PAGES, write_lecture_page
from viz.writing.lecture_words import LECTURE_WORDS

_HEIGHT = 820  # pixels of a frame in a notebook


def lecture(name: str, lang: str = "en") -> Page:
    """A page for a lecture, which works offline and speaks English and Korean.

    "playground" draws and differentiates whatever expression is typed, step by step; "descent" goes
    down a surface of two variables; "activation" shows a function and its slope; "drill" asks for
    the gradients of random small graphs.

    Args:
        name: "playground", "descent", "activation" or "drill".
        lang: The language it begins with: "en" or "ko".

    Returns:
        The page, which notebooks show by themselves, and `save` writes to a file.

    Raises:
        ValueError: For another name or language.

    >>> lecture("playground")
    <viz.Page: Backpropagation playground>
    """
    for argument, given, known in (("name", name, LECTURE_PAGES), ("lang", lang, tuple(WORDS))):
        if given not in known:
            choices = ", ".join(map(repr, known))
            raise ValueError(f"lecture: {argument}={given!r} is not one of {choices}")
    return Page(write_lecture_page(name, lang), LECTURE_WORDS[name][lang]["title"], _HEIGHT)
