"""A script falls into texts and code, and its code does without `lesson`."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from examples.course import LESSONS
from examples.course.__main__ import needs_of
from examples.course.lesson import LANGUAGES
from examples.course.sections import check_order, split, without_lesson

FOLDER = Path(importlib.util.find_spec("examples.course").origin).parent
# What a notebook may import: what is installed with the library.
IMPORTS = {"autograd", "nn", "viz", "numpy", "scipy", "matplotlib", "PIL"}
IMPORTS |= {"albumentations"}  # used where it is installed

SCRIPT = '''"""A lesson."""

import numpy as np

from examples.course.lesson import Lesson

lesson = Lesson("tiny", en="Tiny", ko="작은 강의")

# Before the text.
x = np.ones(3)
lesson.say(
    en="""
    Text with `code`.
    """,
    ko="""
    글.
    """,
)
lesson.show(en=f"sum {x.sum()}", ko=f"합 {x.sum()}")


def words():
    return lesson.text(en="a" "b", ko="가")


for number in range(2):
    with lesson.mistake(ValueError, TypeError):
        if number >= 0:
            raise ValueError(lesson.text(en="one", ko="하나") + "·")
lesson.figure(f"figure_{number}", draw(x, lang=lesson.lang), en="Caption", ko="설명")
'''


def test_texts_cut_the_code():
    imports, title, code, text, rest = split(SCRIPT)
    assert imports.source.startswith("import numpy")
    assert title.texts == {"en": "# Tiny", "ko": "# 작은 강의"}
    assert code.source.strip() == "# Before the text.\nx = np.ones(3)"
    assert text.texts == {"en": "Text with `code`.", "ko": "글."}
    assert SCRIPT.split("\n")[rest.line - 1 :] == rest.source.split("\n"), "lines are known"


@pytest.mark.parametrize(
    ("lang", "shown", "word", "one"),
    [("en", "sum", '"a" "b"', "one"), ("ko", "합", '"가"', "하나")],
)
def test_code_without_lesson(lang, shown, word, one):
    sections = split(SCRIPT)
    assert without_lesson(sections[0].source, lang) == "import numpy as np"
    assert (
        without_lesson(sections[-1].source, lang)
        == f'''\
print(f"{shown} {{x.sum()}}")


def words():
    return {word}


for number in range(2):
    try:
        if number >= 0:
            raise ValueError("{one}" + "·")
    except (ValueError, TypeError) as error:
        print(f"{{type(error).__name__}}: {{error}}")
display(draw(x, lang="{lang}"))'''
    )


def test_a_text_that_is_computed_is_refused():
    script = 'lesson.say(en=f"{1 + 1}", ko="2")\n'
    with pytest.raises(ValueError, match="line 1: a text must be one plain string"):
        split(script)


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_can_become_a_notebook(name):
    sections = split((FOLDER / f"{name}.py").read_text("utf-8"))
    titles = [each.texts for each in sections if each.texts.get("en", "").startswith("# ")]
    assert len(titles) == 1
    for section in sections:
        assert set(section.texts) in (set(), set(LANGUAGES)), "both languages, or code"
        for lang in LANGUAGES if not section.texts and section.exercise is None else ():
            tree = ast.parse(without_lesson(section.source, lang))
            for node in ast.walk(tree):
                assert not (isinstance(node, ast.Name) and node.id in ("lesson", "__file__"))
                if isinstance(node, ast.ImportFrom):
                    check_import(node.module)
                elif isinstance(node, ast.Import):
                    for each in node.names:
                        check_import(each.name)


def check_import(module):
    top = module.split(".")[0]
    assert top in IMPORTS or top in sys.stdlib_module_names, module


def test_contexts_beside_a_mistake_stay():
    source = (
        "with lesson.mistake(ValueError), errstate(all='ignore'):\n    first()\n\n    second()\n"
    )
    assert without_lesson(source, "en") == (
        "try:\n    with errstate(all='ignore'):\n        first()\n\n        second()\n"
        'except ValueError as error:\n    print(f"{type(error).__name__}: {error}")'
    )


# ---------------------------------------------------------------------- the form of a lesson


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lesson_has_the_one_form(name, lang):
    sections = split((FOLDER / f"{name}.py").read_text("utf-8"))
    texts = [each.texts[lang] for each in sections if each.texts]
    begin = next(each for each in sections if each.needs is not None)
    assert texts.index(begin.texts[lang]) == 1, "right below the title"
    goals = [line for line in begin.texts[lang].split("\n") if line.startswith("- ")]
    assert len(goals) == 3
    minutes = re.match(r"\*(\d+)", begin.texts[lang])
    assert minutes is not None
    assert 20 <= int(minutes[1]) <= 60
    asked = [place for place, each in enumerate(sections) if each.asks]
    assert asked, "ask before it is shown"
    assert all(not sections[place + 1].texts for place in asked), "code answers a question"
    heading = {"en": ("## The same in PyTorch", "## In three lines", "Read on:"),
               "ko": ("## PyTorch로 쓰면", "## 세 줄 요약", "더 읽을거리:")}[lang]  # fmt: skip
    for words in heading:
        assert words in texts[-1]
    summary = texts[-1].partition(heading[1])[2]
    assert re.findall(r"(?m)^(\d)\. ", summary) == ["1", "2", "3"]


def test_lessons_follow_what_they_need():
    check_order({name: needs_of(name) for name in LESSONS})
    with pytest.raises(ValueError, match="a needs b, which must come before it"):
        check_order({"a": ("b",), "b": ("a",)})
