"""What is said of other packages of the same name, and by `python -m autograd`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import __main__ as report

HOME = Path(autograd.__file__).parent


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    environment.pop("PYTHONWARNINGS", None)
    return subprocess.run(
        [sys.executable, *words],
        env=environment, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for package in ("autograd", "nn", "viz"):
        shutil.copytree(
            HOME.parent / package, tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "*.npz", "assets"),
        )  # fmt: skip
    return tmp_path


def test_files_of_hips_autograd_among_ours_are_said(folder):
    assert run(folder, "-W", "error", "-c", "import autograd").returncode == 0
    (folder / "autograd/numpy/numpy_wrapper.py").write_text("", encoding="utf-8")
    done = run(folder, "-c", "import autograd; print(autograd.Tensor([1.0]))")
    assert done.stdout == "[1.]\n"
    for words in ("UserWarning", "HIPS", "pip uninstall -y autograd", "--force-reinstall"):
        assert words in done.stderr
    told = run(folder, "-W", "ignore", "-m", "autograd")
    assert told.returncode == 1
    assert "hidden or mixed" in told.stdout


def test_nn_and_viz_tell_how_ours_comes_back(folder):
    (folder / "autograd/__init__.py").write_text("def grad(f): ...\n", encoding="utf-8")
    for package in ("nn", "viz"):
        done = run(folder, "-c", f"import {package}")
        assert done.returncode == 1
        assert "--force-reinstall --no-deps" in done.stderr


def test_a_package_that_hides_ours_is_named(folder):
    other = folder / "elsewhere/nn"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(other.parent)!r}); "
        "from autograd.__main__ import report; print(report())"
    )
    done = run(folder, "-c", code)
    assert f"nn is imported from {other}" in done.stdout


def test_the_report_names_versions_and_extras(capsys):
    text = report.report()
    assert f"NumPy {np.__version__}" in text
    assert "BLAS: " in text
    assert "scipy " in text
    assert report.version() in text
    assert any(line.strip().startswith("save: safetensors") for line in text.splitlines())
