"""The course as a folder: pages without dead links, notebooks that run, an index of both."""

import re
import sys
import warnings
from html import unescape
from html.parser import HTMLParser
from unittest.mock import patch

import matplotlib
import nbformat
import pytest

from examples.course.__main__ import build, main
from examples.course.fonts import korean_font
from tests.viz import browser
from tests.viz.browser import needs_browser

SOME = ("losses", "graphs")  # quick ones, with figures of both kinds


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    with matplotlib.rc_context():
        build(folder, SOME)
    return folder


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("href", "src")]


def test_no_link_is_dead_and_nothing_is_loaded_from_elsewhere(course):
    kept = course / "lecturer"  # solutions: for one pair of eyes
    pages = [course / "index.html", *course.glob("*/*.html")]
    pages = [page for page in pages if kept not in page.parents]
    written = {p for p in course.rglob("*") if p.is_file() and kept not in p.parents}
    reached = {course / "index.html"}
    for page in pages:
        for link in Links(page.read_text("utf-8")).found:
            assert not re.match(r"\w+:", link), f"{page.name} loads {link}"
            target = (page.parent / link).resolve()
            assert target in written, f"{page.name} links {link}"
            reached.add(target)
    assert reached == written, "everything can be found from the index"


def test_the_lecturer_finds_every_solution_from_one_page(course):
    kept = course / "lecturer"
    found = {
        (kept / link).resolve() for link in Links((kept / "index.html").read_text("utf-8")).found
    }
    assert found == {p for p in kept.rglob("*") if p.is_file() and p.parent != kept}
    names = {path.name for path in found}
    assert {"losses.py", "losses.ipynb", "s05_diamond.py", "add.en.solution.html"} <= names


def test_the_index_has_every_lesson_in_both_languages(course):
    index = (course / "index.html").read_text("utf-8")
    for name in SOME:
        for lang in ("en", "ko"):
            assert f'href="{name}/index.{lang}.html"' in index
            for kind in ("ipynb", "txt"):
                assert f'href="{name}/{name}.{lang}.{kind}"' in index
    assert '<div lang="ko">' in index
    assert "solution" not in index
    kept = (course / "lecturer" / "index.html").read_text("utf-8")
    for name in ("fruit_shop", "apple_shop"):
        assert f'href="graphs/{name}.ko.exercise.html"' in index
        assert f'href="graphs/{name}.ko.solution.html"' in kept


def test_a_page_holds_what_the_lesson_told_printed_and_drew(course, run_lesson):
    page = unescape((course / "losses" / "index.ko.html").read_text("utf-8"))
    page = re.sub(r"<[^>]+>", "", page)
    printed = run_lesson("losses", "ko").printed
    for line in printed.split("\n"):
        if line.startswith(("ValueError: ", "-Σ", "L2", "p ")):
            assert line.strip() in page
    assert "display(viz.draw(" in page
    text = (course / "losses" / "losses.ko.txt").read_text("utf-8")
    lesson, exercises = text.split("## 연습 문제")
    assert "# %% exercise squares" in exercises
    text = lesson + exercises[exercises.index("## PyTorch") :]
    same = [line for line in printed.split("\n") if line and not line.startswith("[")]
    assert [line for line in text.split("\n") if line and not line.startswith("[")] == same


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_notebook_runs_without_the_course(course, lang, monkeypatch):
    path = course / "losses" / f"losses.{lang}.ipynb"
    made = nbformat.read(path, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(made)
    assert made.cells[0].source.startswith("# ")
    kept = "".join(
        output.text for cell in made.cells if cell.cell_type == "code"
        for output in cell.outputs if output.output_type == "stream"
    )  # fmt: skip
    shown, printed = [], []
    cells = [cell.source for cell in made.cells if cell.cell_type == "code"]
    assert "get_ready(" in cells.pop(0)
    checks = [source for source in cells if source.startswith("# ") and "\ncheck(" in source]
    assert len(checks) == 3
    monkeypatch.setitem(sys.modules, "examples", None)
    for module in [name for name in sys.modules if name.startswith("examples.")]:
        monkeypatch.setitem(sys.modules, module, None)
    names = {"print": lambda *words, sep=" ", end="\n": printed.append(
        sep.join(map(str, words)) + end
    )}  # fmt: skip
    with matplotlib.rc_context():
        for source in cells:
            if source in checks:
                continue
            code = source.replace("%matplotlib inline\n", "")
            code = code.replace("from IPython.display import display", "")
            names["display"] = shown.append
            exec(compile(code, path.name, "exec"), names)
        fonts = matplotlib.rcParams["font.family"]
    assert "".join(printed) == kept
    assert len(shown) == 2
    assert (len(fonts) > 1) == (lang == "ko" and korean_font() is not None)


def test_an_unknown_lesson_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["perceptrons"])
    assert "no lesson perceptrons; there are perceptron, activations" in capsys.readouterr().err


def test_the_command_builds_what_it_is_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("examples.course.__main__.proof.main", lambda: 0)
    with patch("examples.course.__main__.build") as built:
        main(["--out", str(tmp_path), "losses"])
    built.assert_called_once_with(tmp_path, ["losses"], ("en", "ko"))
    assert capsys.readouterr().out


def test_nothing_is_built_while_an_exercise_is_wrong(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("examples.course.__main__.proof.main", lambda: 1)
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "losses"])
    assert "an exercise is not proved" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@needs_browser
def test_a_browser_shows_every_page(course):
    window = browser.Browser()
    try:
        for path in (
            "index.html", "losses/index.ko.html", "graphs/index.en.html",
            "losses/cross_entropy.ko.exercise.html",
        ):  # fmt: skip
            window.open((course / path).as_uri())
            broken = window.run(
                "return [...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
            )
            assert broken == []
            # A drawing is at least so wide that its letters can be read: it scrolls in its place.
            wide = window.run("return document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path} is wider than the window"
            assert window.complaints() == []
    finally:
        window.close()


def test_slides_ask_before_they_show(course):
    page = (course / "graphs" / "slides.ko.html").read_text("utf-8")
    slides = re.findall(r"(?s)<section>(.*?)</section>", page)
    assert len(slides) > 15
    assert "이 강의를 마치면" in slides[1]
    asked = [place for place, slide in enumerate(slides) if 'class="question"' in slide]
    assert asked
    assert all("<img" in slides[place + 1] for place in asked), "a figure answers"
    assert "세 줄 요약" in slides[-1]
    for slide in slides:
        words = re.sub(r"<[^>]+>", "", slide)
        assert len(words) < 900, "more than fits on a slide"


def test_one_language_alone(tmp_path, capsys):
    assert main(["graphs", "--lang", "ko", "--out", str(tmp_path)]) is None
    index = (tmp_path / "index.html").read_text("utf-8")
    assert '<html lang="ko">' in index
    assert ".en." not in index
    assert not list(tmp_path.rglob("*.en.*"))
    assert str(tmp_path / "index.html") in capsys.readouterr().out
