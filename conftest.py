"""What doctests may use without importing it, as a reader of `help()` would expect."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import autograd

# Where the distribution is installed, its plugin is there; the other one is of this tree.
pytest_plugins = ["autograd.testing.plugin", "tests.reporting", "tests.workers"]

# Run by interpreters that have the library they are about.
collect_ignore_glob = ["tests/proofs/*/*_program.py"]
if find_spec("sklearn") is None:
    collect_ignore_glob.append("nn/sklearn/*")


@pytest.fixture(autouse=True)
def _doctest_names(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    doctest = getattr(request.node, "dtest", None)
    if doctest is None:
        return
    names = {name: getattr(autograd, name) for name in autograd.__all__}
    given = {"np": np, "autograd": autograd, **names}
    # A module that defines a name itself keeps its own.
    doctest_namespace.clear()
    doctest_namespace.update({k: v for k, v in given.items() if k not in doctest.globs})
