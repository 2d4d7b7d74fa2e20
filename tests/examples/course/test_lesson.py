"""What every lesson starts with: one language, figures that are saved, mistakes that are made."""

import warnings

import matplotlib
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

import autograd
import viz
from examples.course.fonts import use_fonts_for
from examples.course.lesson import Lesson


@pytest.fixture(autouse=True)
def _own_settings():
    with matplotlib.rc_context():
        yield


def begin(folder, lang):
    return Lesson(
        "tiny", en="Tiny", ko="작은 강의", arguments=["--lang", lang, "--out", str(folder)]
    )


@pytest.mark.parametrize(
    ("lang", "title", "word"), [("en", "# Tiny", "b"), ("ko", "# 작은 강의", "나")]
)
def test_one_language(tmp_path, capsys, lang, title, word):
    lesson = begin(tmp_path, lang)
    lesson.say(
        en="""
        b
        """,
        ko="""
        나
        """,
    )
    lesson.show(en="b", ko="나")
    assert lesson.text(en="b", ko="나") == word
    assert capsys.readouterr().out == f"\n{title}\n\n\n{word}\n\n{word}\n"


def test_another_language_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        begin(tmp_path, "fr")
    assert "choose from" in capsys.readouterr().err


def test_a_graph_is_saved_with_its_steps_and_its_exercise(tmp_path, capsys):
    lesson = begin(tmp_path, "ko")
    x = autograd.tensor(3.0, requires_grad=True, name="x")
    y = x * x
    lesson.figure("before", viz.draw(y))
    y.backward()
    lesson.figure("after", viz.draw(y, lang="ko"), en="Square", ko="제곱")
    frames = [path for path in lesson.written if path.parent.name == "frames"]
    assert [path.name for path in frames[:2]] == ["before.ko.01.svg", "before.ko.02.svg"]
    assert len([path for path in frames if path.name.startswith("after")]) > 3
    names = [path.name for path in lesson.written if path not in frames]
    assert names == [
        "before.ko.svg", "before.ko.html", "after.ko.svg", "after.ko.html",
        "after.ko.exercise.html",
    ]  # fmt: skip
    kept = tmp_path / "lecturer" / "tiny" / "after.ko.solution.html"
    assert kept.is_file(), "solutions are not handed out"
    assert sorted(p.name for p in (tmp_path / "tiny").iterdir() if p.is_file()) == sorted(names)
    assert "[제곱: " in capsys.readouterr().out


def test_a_plot_is_saved_the_same_in_every_run(tmp_path):
    written = []
    for name in ("first", "second"):
        figure = Figure()
        figure.subplots().plot([1, 2], label="a")
        lesson = begin(tmp_path / name, "en")
        lesson.figure("plot", figure)
        written.append(lesson.written[0].read_bytes())
    assert written[0] == written[1]


def test_a_mistake_is_printed_and_must_be_one(tmp_path, capsys):
    lesson = begin(tmp_path, "en")
    with lesson.mistake(ValueError):
        raise ValueError("do this instead")
    assert capsys.readouterr().out.endswith("ValueError: do this instead\n")
    with (
        pytest.raises(RuntimeError, match="tiny: this mistake raised none of"),
        lesson.mistake(ValueError),
    ):
        pass
    with pytest.raises(KeyError), lesson.mistake(ValueError):
        raise KeyError


def test_without_a_korean_font_one_is_told_which(monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    with pytest.warns(RuntimeWarning, match=r"no Korean font .*fonts-nanum.*--lang en"):
        use_fonts_for("ko")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        use_fonts_for("en")
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]
