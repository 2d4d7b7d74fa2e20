"""The first cell of a notebook, without touching this environment: pip is only listened to."""

import importlib.util
import sys
from types import SimpleNamespace

import pytest

from examples.course import installing


@pytest.fixture
def pip(monkeypatch):
    """What pip is asked to do."""
    asked = []
    monkeypatch.setattr(
        installing.subprocess, "run", lambda words, check: asked.append(words[5:]) or check
    )
    return asked


def found_elsewhere(monkeypatch, place):
    """Let Python find an `autograd` of this place, or none."""
    spec = None if place is None else SimpleNamespace(origin=str(place / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


def project(folder):
    (folder / "autograd" / "graph").mkdir(parents=True)
    (folder / "course" / "losses").mkdir(parents=True)
    return folder / "course" / "losses"


@pytest.fixture(autouse=True)
def interpreter(monkeypatch):
    """Stands for the one that runs the notebook."""
    made = SimpleNamespace(executable="python", path=[], modules={})
    monkeypatch.setattr(installing, "sys", made)
    return made


def test_nothing_is_installed_where_the_library_is(pip, interpreter, tmp_path, capsys):
    installing.get_ready(folder=str(project(tmp_path)))
    assert pip == []
    assert capsys.readouterr().out == ""
    assert interpreter.path == [str(tmp_path)], "the checks are found"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_another_autograd_is_removed_after_saying_so(
    pip, interpreter, tmp_path, monkeypatch, capsys, lang
):
    (tmp_path / "site" / "autograd").mkdir(parents=True)
    found_elsewhere(monkeypatch, tmp_path / "site" / "autograd")
    interpreter.modules.update({"autograd.of_another": None, "numpy": None})
    installing.get_ready(lang, str(project(tmp_path)))
    assert pip == [
        ["uninstall", "--yes", "autograd"],
        ["install", "--editable", f"{tmp_path}[course]"],
    ]
    assert list(interpreter.modules) == ["numpy"]
    told = {"en": "removing another package called autograd", "ko": "다른 패키지 autograd를 지웁"}
    assert told[lang] in capsys.readouterr().out


def test_a_wheel_beside_the_notebook_is_installed(pip, tmp_path, monkeypatch):
    found_elsewhere(monkeypatch, None)
    wheel = tmp_path / "wengert-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    installing.get_ready(folder=str(tmp_path))
    assert pip == [["install", f"{wheel}[course]"]]


def test_a_folder_that_cannot_be_written_is_installed_as_a_copy(pip, tmp_path, monkeypatch):
    found_elsewhere(monkeypatch, None)
    monkeypatch.setattr(installing.os, "access", lambda path, mode: False)
    installing.get_ready(folder=str(project(tmp_path)))
    assert pip == [["install", f"{tmp_path}[course]"]]


def test_a_folder_beside_the_notebook_counts(pip, tmp_path, monkeypatch):
    found_elsewhere(monkeypatch, None)
    project(tmp_path / "wengert")
    installing.get_ready(folder=str(tmp_path))
    assert pip == [["install", "--editable", f"{tmp_path / 'wengert'}[course]"]]


@pytest.mark.parametrize(("lang", "told"), [("en", "beside this notebook"), ("ko", "옆에 두세요")])
def test_nothing_to_install_says_what_to_do(pip, tmp_path, monkeypatch, lang, told):
    found_elsewhere(monkeypatch, None)
    with pytest.raises(RuntimeError, match=told):
        installing.get_ready(lang, str(tmp_path))
    assert pip == []


def test_without_the_project_a_check_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "examples.course.check", None)
    installing.checker("ko")("losses", "squares", lang="ko")
    assert "폴더를 이 노트북 옆에" in capsys.readouterr().out
    monkeypatch.undo()
    assert installing.checker().__module__ == "examples.course.check"
