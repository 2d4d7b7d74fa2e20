"""What the examples and lessons run raises no warning of a trap: there such a warning is an error.

All of them are run by the tests beside this one, so that none has to run twice.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, TrapWarning

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "examples"


def test_a_trap_in_an_example_would_be_an_error():
    column, row = Tensor([[1.0], [2.0]], requires_grad=True), np.ones(2)
    with pytest.raises(TrapWarning, match="broadcast"):
        ((column - row) ** 2).mean()


def test_no_example_and_no_test_of_one_looks_away():
    silent = re.compile(r"TrapWarning|UserWarning|(simplefilter|filterwarnings)\(\"ignore")
    files = [*FOLDER.rglob("*.py"), *EXAMPLES.rglob("*.py")]
    assert len(files) > 50
    looking_away = [
        path.name
        for path in files
        if path != Path(__file__) and silent.search(path.read_text("utf-8"))
    ]
    assert looking_away == []
