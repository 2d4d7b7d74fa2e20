"""A foreign package named autograd is recognised when nn is imported."""

import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

FACE = Path(__file__).resolve().parent.parent.parent / "nn" / "__init__.py"


@pytest.mark.parametrize("place", ["/somewhere/autograd/__init__.py", None])
def test_a_stranger_is_named(place, monkeypatch):
    stranger = ModuleType("autograd")
    stranger.__file__ = place
    monkeypatch.setitem(sys.modules, "autograd", stranger)
    named = place or "a namespace package"
    with pytest.raises(ImportError, match=f"wengert's package 'autograd'.* found {named}.* hides"):
        runpy.run_path(str(FACE))
