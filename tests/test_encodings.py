"""Files are read and written in UTF-8 wherever one is; what is printed, any console can print."""

import ast
import os
import subprocess
import sys

import pytest

from tests.source_code import ROOT, parsed, relative, source_files

OPENING = {"open", "read_text", "write_text", "TextIOWrapper", "NamedTemporaryFile", "fdopen"}


def opens_text_without_encoding(call: ast.Call) -> bool:
    """Tell whether a call opens a file as text in the encoding of the machine."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name not in OPENING or any(word.arg in ("encoding", None) for word in call.keywords):
        return False
    values = [*call.args, *(word.value for word in call.keywords)]
    texts = [each.value for each in values if isinstance(each, ast.Constant)]
    modes = [text for text in texts if isinstance(text, str)]
    if name in ("read_text", "write_text"):
        return not {"utf-8", "utf-8-sig"} & set(modes) and not isinstance(call.func, ast.Name)
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if owner in (
        "Image",
        "tarfile",
        "zipfile",
        "archive",
        "os",
        "window",
        "browser",
        "self",
        "webbrowser",
    ):
        return False  # of bytes, or no files
    if name == "NamedTemporaryFile" and not modes:
        return False  # binary, if nothing is said
    return not any("b" in mode and len(mode) <= 3 for mode in modes)


def test_every_text_file_is_opened_with_its_encoding():
    folders = ("autograd", "nn", "viz", "benchmarks", "examples", "tools", "tests")
    found = [
        f"{relative(path)}, line {node.lineno}: {ast.unparse(node)}"
        for path in source_files(*folders)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and opens_text_without_encoding(node)
    ]
    assert found == []


def test_calls_without_encoding_are_found():
    source = (
        "open(p)\nopen(p, 'w')\np.open()\np.read_text()\np.write_text(t)\nio.TextIOWrapper(b)\n"
        "open(p, 'rb')\np.open('wb')\nopen(p, encoding='utf-8')\np.read_text('utf-8')\n"
        "p.write_text(t, 'utf-8')\nImage.open(p)\nopen(p, **options)\nNamedTemporaryFile()"
    )
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert [c.lineno for c in calls if opens_text_without_encoding(c)] == [1, 2, 3, 4, 5, 6]


# Whatever of ours writes or prints: trainings, searches, figures, reports, examples.
PROGRAM = """
import contextlib, io, pathlib, sys, tempfile
import numpy as np
import autograd, nn, viz
from autograd import Tensor
from autograd.testing.__main__ import main as test_gradients
from nn import keras
from nn.train import CSVLog, Trainer, grid_search
from nn.train.progress import Bar, Lines, OneLine
from viz.__main__ import main as draw

folder = pathlib.Path(tempfile.mkdtemp())
autograd.manual_seed(0)
x = np.random.default_rng(0).normal(size=(8, 2)).astype("f4")
y = np.arange(8) % 2
model = nn.Sequential(nn.Linear(2, 2))

class 정확도(nn.train.Accuracy):
    pass

def trainer(shown):
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    return Trainer(
        model, optimizer, nn.functional.cross_entropy, metrics={"정확도 − λ": 정확도()},
        callbacks=[CSVLog(folder / "기록.csv")], progress=shown,
    )

import rich.console
for shown in (True, Lines(), OneLine(), Bar(rich.console.Console(file=sys.stdout))):
    trained = trainer(shown)
    trained.fit((x, y), epochs=2, validation=(x, y), batch_size=4)
    trained.say("끝 − done")
    shown is True or shown.close()
assert "정확도 − λ" in (folder / "기록.csv").read_text(encoding="utf-8")
grid_search(lambda 값: {"손실": 값}, {"값": [1.0]}, path=folder / "시도.json")
grid_search(lambda 값: {"손실": 값}, {"값": [1.0]}, path=folder / "시도.json")
print(nn.train.summary(model, (2,)))

network = keras.models.Sequential([keras.layers.Dense(1, input_dim=2)])
network.compile(loss="mse", optimizer="sgd", metrics=["mae"])
for verbose in (1, 2):
    network.fit(x, y, epochs=1, verbose=verbose)
network.evaluate(x, y)
network.summary()

a = Tensor(-2.0, requires_grad=True, name="값 λ")
b = (1 - a * a).sigmoid() * a.exp() / 3
b.backward()
for lang in ("en", "ko"):
    for style in ("dlfs", "cs231n"):
        figure = viz.draw(b, style, lang=lang, names=True)
        print(figure.text())
        print(repr(figure))
        for suffix in (".svg", ".html", ".txt", ".dot"):
            assert figure.save(folder / f"그림{suffix}").stat().st_size
assert "−2.00" in (folder / "그림.txt").read_text(encoding="utf-8")
print(autograd.explain(a))
with autograd.profile() as profiled:
    a * a
print(profiled)
test_gradients(["autograd:log", "--domain", "positive", "--examples", "3"])
script = folder / "과제.py"
script.write_text("from autograd import Tensor\\n값 = Tensor(1.0) * 2\\n", encoding="utf-8")
draw([f"{script}:값", "-o", str(folder / "값.svg")])
print("all of it")
"""


@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "ascii", "utf-8"])
def test_everything_that_is_printed_can_be(encoding, tmp_path):
    """Under the encodings of Korean and Western Windows; a file without encoding is an error."""
    pytest.importorskip("rich")
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning",
         "-c", PROGRAM],
        cwd=ROOT, capture_output=True, check=False, encoding=encoding,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "TMPDIR": tmp_path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "all of it"
    if encoding == "utf-8":
        assert "forward value −2.00" in done.stdout
        assert "끝 − done" in done.stdout
    else:
        assert "forward value -2.00" in done.stdout
        assert ("끝 - done" if encoding == "cp949" else "? - done") in done.stdout
