"""The checked-in stubs are what the records say."""

from pathlib import Path

import autograd
from autograd.stubs import tensor_stub


def test_the_stub_is_up_to_date():
    path = Path(autograd.__file__).with_name("tensor.pyi")
    assert path.read_text("utf-8") == tensor_stub(), "run `python -m autograd.stubs`"
