"""`python -m autograd.testing`: a function from the shell."""

import subprocess
import sys

import pytest
from hypothesis import settings

from autograd.testing.__main__ import main

SOURCE = """
import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def right(g, x):
    return g * sigmoid(x) * (1.0 - sigmoid(x))

def wrong(g, x):
    return g * sigmoid(x)

def norm(x):
    return (x * x).sum()

def norm_gradient(x):
    return 2 * x

class Square:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return 2 * dout * self.x
"""


@pytest.fixture(autouse=True)
def _profile():
    """The command loads a profile of its own; put back what was there."""
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(SOURCE, encoding="utf-8")
    return str(path)


def test_functions_of_tensors(capsys):
    assert main(["autograd:log", "--domain", "positive", "--examples", "10"]) == 0
    assert capsys.readouterr().out.startswith("log: 10 examples, ")
    shapes = ["--shape", "3", "--shape", "2,3"]
    assert main(["autograd:mul", *shapes, "--elementwise", "--examples", "5"]) == 0


def test_numpy_functions_and_layers(file, capsys):
    few = ["--examples", "10"]
    assert main([f"{file}:sigmoid", "--vjp", f"{file}:right", "--domain", "moderate", *few]) == 0
    assert main([f"{file}:norm", "--gradient", f"{file}:norm_gradient", *few]) == 0
    assert main([f"{file}:Square", "--shape", "2,3", *few]) == 0
    assert main([f"{file}:sigmoid", "--vjp", f"{file}:wrong"]) == 1
    assert "the wrong array was saved" in capsys.readouterr().out
    assert main([f"{file}:sigmoid", "--vjp", f"{file}:wrong", "--properties", "P0,P1"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["autograd"], "expected module:function"),
        (["autograd:nothing"], "autograd has no nothing"),
        (["no_such_module:f"], "No module named 'no_such_module'"),
        (["missing.py:f"], "there is no file missing.py"),
        (["autograd:log", "--domain", "odd"], "domain 'odd' is not one of"),
        (["autograd:mul", "--domain", "real", "--domain", "real", "--domain", "real"], "3 domains"),
        (["autograd:mul", "--shape", "3"], "1 shapes for 2 inputs"),
        (["autograd:log", "--properties", "P77"], "properties: 'P77' is not made of"),
    ],
)
def test_bad_questions(arguments, words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_fixed_points_need_no_strategies(file, capsys):
    assert main(["autograd:log", "--at", "[0.5, 2.0]"]) == 0
    assert main([f"{file}:sigmoid", "--vjp", f"{file}:right", "--at", "1.5"]) == 0
    assert main([f"{file}:sigmoid", "--vjp", f"{file}:wrong", "--at", "[[1.5, -2.0]]"]) == 1
    assert "np.array([[1.5, -2.0]])" in capsys.readouterr().out


def test_without_hypothesis_it_is_said_what_to_install(file):
    code = (
        "import sys, importlib.util; found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, p=None: None if n == 'hypothesis' else found(n, p)\n"
        "from autograd.testing.__main__ import main\n"
        "assert main(['autograd:log', '--at', '2.0']) == 0\n"
        "import autograd.testing.strategies"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install hypothesis" in result.stderr


def test_the_command_itself(file):
    command = [sys.executable, "-m", "autograd.testing", f"{file}:Square", "--examples", "3"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("Square: 3 examples, ")
