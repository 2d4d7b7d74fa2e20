"""`python -m autograd`: versions, extras, and which files are used; for reports of problems."""

from __future__ import annotations

import importlib.metadata as metadata
import os
import platform
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from autograd.console import show
from autograd.installation import ADVICE, is_mixed, version

_HOME = Path(__file__).resolve().parent


def is_installed() -> bool:
    """Whether pip knows of it: extras are known only then."""
    try:
        metadata.version("wengert")
    except metadata.PackageNotFoundError:
        return False
    return True


def blas() -> str:
    """Which library NumPy multiplies matrices with, and on how many threads."""
    found = np.show_config("dicts")["Build Dependencies"]["blas"]
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    threads = [f"{name}={os.environ[name]}" for name in names if name in os.environ]
    return f"{found['name']} {found['version']}, {', '.join(threads) or 'threads as it likes'}"


def extras() -> list[str]:
    """A line for each extra: what of it is there, and what is missing."""
    try:
        requirements = metadata.requires("wengert") or []
    except metadata.PackageNotFoundError:
        return []
    wanted: dict[str, list[str]] = {}
    for requirement in requirements:
        name, _, marker = requirement.partition(";")
        extra = re.search(r"extra == ['\"](.+?)['\"]", marker)
        package = re.match(r"[A-Za-z0-9_.-]+", name)
        if extra and package and package[0] != "wengert":
            wanted.setdefault(extra[1], []).append(package[0])
    return [f"{extra}: {', '.join(map(_state, each))}" for extra, each in sorted(wanted.items())]


def _state(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} missing"


def shadows() -> list[str]:
    """A line for each of our packages that another one hides, or whose files are mixed."""
    found = []
    for name in ("autograd", "nn", "viz"):
        spec = find_spec(name)
        home = _HOME.parent / name
        used = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if used != home:
            found.append(f"{name} is imported from {used}, not from {home}: that hides ours")
    if is_mixed(str(_HOME / "__init__.py")):
        found.append(f"files of HIPS autograd lie in {_HOME}; {ADVICE}")
    for distribution in metadata.distributions():
        if distribution.name in ("autograd", "nn", "viz"):
            found.append(
                f"the distribution {distribution.name} {distribution.version} has the import name "
                "of one of ours"
            )
    return found


def report() -> str:
    """The whole report."""
    lines = [
        f"wengert {version()}{'' if is_installed() else ', not installed (from a source folder)'}",
        f"from {_HOME.parent}",
        f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors",
        f"NumPy {np.__version__}, BLAS: {blas()}",
        *map(_state, ("scipy", "graphviz")),
        "extras:",
        *(f"  {line}" for line in extras()),
    ]
    hidden = shadows()
    lines += (
        ["hidden or mixed:", *(f"  {line}" for line in hidden)]
        if hidden
        else ["nothing is hidden by another package"]
    )
    return "\n".join(lines)


if __name__ == "__main__":
    show(report())
    sys.exit(1 if shadows() else 0)
