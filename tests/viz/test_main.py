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
    path.write_text(SCRIPT)
    return path


def test_draws_a_variable_of_a_script(script, tmp_path, capsys):
    output = tmp_path / "graph.txt"
    main([f"{script}:loss", "-o", str(output)])
    assert capsys.readouterr().out == f"{output}\n"
    assert "forward value 4.00" in output.read_text()


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


def test_another_package_named_autograd_is_named(tmp_path):
    other = tmp_path / "autograd"
    other.mkdir()
    (other / "__init__.py").write_text("def grad(f): ...\n")
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
