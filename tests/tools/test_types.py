"""Type checkers and editors know every name that the packages offer."""

import importlib
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.source_code import ROOT
from tests.test_architecture import LISTING_ONLY_WHAT_THEY_OFFER

# What is lost is an object, or no attribute at all; operations are written without annotations, so
# some are of any type.
UNKNOWN = ('type is "object"', "has no attribute")


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_every_name_that_is_offered_has_a_type(tmp_path):
    lines, names = [], []
    for package in LISTING_ONLY_WHAT_THEY_OFFER:
        lines.append(f"import {package}")
        names += [f"{package}.{name}" for name in importlib.import_module(package).__all__]
    file = tmp_path / "names.py"
    file.write_text("\n".join(lines + [f"reveal_type({name})" for name in names]), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", str(file)], capture_output=True, text=True, cwd=ROOT
    )
    said = re.findall(r"names\.py:(\d+): (.*)", run.stdout)
    assert len(said) >= len(names), run.stdout + run.stderr
    lost = {
        names[int(number) - 1 - len(lines)]
        for number, words in said
        if any(each in words for each in UNKNOWN)
    }
    assert lost == set()
