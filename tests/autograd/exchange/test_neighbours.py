"""The programs of the proof `neighbours`, where their library is installed in this environment."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.proofs.neighbours.__main__ import LIBRARIES

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ROOT / "tests/proofs/neighbours"
IMPORTED = {"scikit-learn": "sklearn", "array-api-compat": "array_api_compat"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_its_program_runs(library):
    for package in LIBRARIES[library]:
        if find_spec(IMPORTED.get(package, package)) is None:
            pytest.skip(f"could not import {package!r}")
    done = subprocess.run(
        [sys.executable, PROGRAMS / f"{library}_program.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
