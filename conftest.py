"""What doctests may use without importing it, as a reader of `help()` would expect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd

pytest_plugins = ["autograd.testing.plugin"]  # where the distribution is installed, it is there


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace: dict[str, Any]) -> None:
    names = {name: getattr(autograd, name) for name in autograd.__all__}
    # A module that defines a name itself keeps its own.
    for name, thing in {"np": np, "autograd": autograd, **names}.items():
        doctest_namespace.setdefault(name, thing)
