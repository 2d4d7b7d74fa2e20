import os
import subprocess
import sys
from pathlib import Path

import pytest

import viz
from viz.__main__ import main

SCRIPT = """
from autograd import Tensor
x = Tensor(2.0, requires_grad=True, name="x")
loss = x * x
loss.backward()
number = 3
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_draws_a_variable_of_a_script(script, tmp_path, capsys):
    output = tmp_path / "graph.txt"
    main([f"{script}:loss", "-o", str(output)])
    assert capsys.readouterr().out == f"{output}\n"
    assert "forward value 4.00" in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "output", "message"),
    [
        (":cost", "graph.svg", "has no variable 'cost'"),
        ("", "graph.svg", "has no ':name'"),
        (":number", "graph.svg", "expected a Tensor or several, got int"),
        (":loss", "graph.bmp", "which is none of .svg"),
    ],
)
def test_mistakes_are_explained(script, tmp_path, capsys, name, output, message):
    with pytest.raises(SystemExit):
        main([f"{script.name if not name else script}{name}", "-o", str(tmp_path / output)])
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("target", ["gone.py:loss", ".:loss", "no folder/gone.py:loss"])
def test_a_missing_file_is_one_line(target, tmp_path):
    command = [sys.executable, "-m", "viz", target, "-o", str(tmp_path / "graph.svg")]
    root = Path(viz.__file__).parents[1]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("python -m viz: error")]
    assert lines == [f"python -m viz: error: there is no file {target.removesuffix(':loss')}"]
    assert "Traceback" not in done.stderr


WITH_A_NEIGHBOUR = """
import sys
from neighbour import number
from autograd import Tensor
assert sys.argv == [__file__, *{words!r}], sys.argv
assert __name__ == "__main__"
loss = Tensor(number, requires_grad=True) * 2
"""


@pytest.mark.parametrize("words", [[], ["--epochs", "3", "-o", "mine"]])
def test_the_script_sees_its_own_words_and_folder(words, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "neighbour.py").write_text("number = 3.0", encoding="utf-8")
    script = folder / "script.py"
    script.write_text(WITH_A_NEIGHBOUR.format(words=words), encoding="utf-8")
    before = sys.argv, sys.path[:]
    main([f"{script}:loss", "-o", str(tmp_path / "graph.txt"), *(["--", *words] if words else [])])
    assert (sys.argv, sys.path) == before
    assert "forward value 6.00" in (tmp_path / "graph.txt").read_text(encoding="utf-8")
    sys.modules.pop("neighbour", None)


def test_a_script_that_ends_itself_is_said(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("import sys\nsys.exit(0)\n", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main([f"{script}:loss", "-o", str(tmp_path / "graph.svg")])
    assert caught.value.code == 2
    assert "ended itself (sys.exit(0)): nothing is left to draw" in capsys.readouterr().err


def test_another_package_named_autograd_is_named(tmp_path):
    other = tmp_path / "autograd"
    other.mkdir()
    (other / "__init__.py").write_text("def grad(f): ...\n", encoding="utf-8")
    root = Path(viz.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", "import viz"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert str(other / "__init__.py") in done.stderr
    assert "pip uninstall autograd" in done.stderr


def test_viz_does_not_import_nn():
    code = "import sys, viz; assert not {'nn', 'graphviz', 'scipy'} & set(sys.modules)"
    root = Path(viz.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_a_page_for_a_lecture_is_written_by_its_name(tmp_path, capsys):
    path = tmp_path / "page.html"
    main(["playground", "-o", str(path), "--lang", "ko"])
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_text(encoding="utf-8") == viz.lecture("playground", "ko").html()
    with pytest.raises(SystemExit):
        main(["drill", "-o", str(tmp_path / "page.svg")])
    assert "'page.svg' has the suffix '.svg', not '.html'" in capsys.readouterr().err
