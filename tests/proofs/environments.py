"""Environments of their own for what cannot share one with us, outside the tree."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("WENGERT_HIPS", ROOT / ".venv-hips"))


class Unreachable(Exception):
    """Nothing could be downloaded."""


def python(name: str, *packages: str, fresh: bool = False) -> Path:
    """Return the interpreter of an environment of its own, made where it is missing."""
    folder = FOLDER / name
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.txt"
    if fresh or not stamp.exists() or stamp.read_text(encoding="utf-8") != " ".join(packages):
        venv.create(folder, with_pip=True, clear=True)
        if packages:
            pip(interpreter, "install", *packages)
        stamp.write_text(" ".join(packages), encoding="utf-8")
    return interpreter


def pip(interpreter: Path | str, *words: str) -> None:
    """Run pip, or say that it cannot reach anything."""
    done = subprocess.run(
        [interpreter, "-m", "pip", "--quiet", "--disable-pip-version-check", *words],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise Unreachable(done.stderr.strip().splitlines()[-1])


def ours() -> dict[str, str]:
    """Return the environment in which `autograd` is this library."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
