"""A foreign package named autograd is recognised."""

from types import ModuleType

import pytest

import autograd
from nn.engine_check import check_engine


def test_ours_passes():
    check_engine(autograd)


def test_a_stranger_is_named():
    stranger = ModuleType("autograd")
    stranger.__file__ = "/somewhere/autograd/__init__.py"
    with pytest.raises(ImportError, match=r"wengert's .*/somewhere/autograd/__init__.py.* hides"):
        check_engine(stranger)


def test_a_namespace_package_is_named():
    with pytest.raises(ImportError, match="a namespace package"):
        check_engine(ModuleType("autograd"))
