"""The names that `docs/ops.md` gives for PyTorch's functions are PyTorch's; all are compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402, F401 - fills the records
from autograd.operation.record import records  # noqa: E402

NAMED = [
    each
    for each in records.values()
    if each.module.startswith("autograd.")
    # What is written t[index] or x**(1/3), or for each number of axes, is no name.
    and re.fullmatch(r"[\w.]+", (each.pytorch or ""))
]


@pytest.mark.parametrize("op", NAMED, ids=lambda op: op.name)
def test_pytorch_has_it(op):
    found = torch
    for part in (op.pytorch or "").replace("F.", "nn.functional.").split("."):
        found = getattr(found, part)
    assert callable(found) or isinstance(found, property | type(torch.Tensor.mT))


def test_every_operation_that_pytorch_has_is_compared():
    here = Path(__file__).parent
    folders = (here, here.parent.parent / "nn" / "pytorch")
    texts = [path.read_text("utf-8") for folder in folders for path in folder.glob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(texts)))
    twins = [each for each in records.values() if each.module.startswith("autograd.")]
    assert [each.name for each in twins if (each.pytorch or "") and each.name not in words] == []
