"""Random trainings held to the numbers that PyTorch gave, where PyTorch is not installed."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.nn.random_training import OURS, draw, train

NUMBERS = json.loads(
    (Path(__file__).resolve().parent / "random_trainings.json").read_text(encoding="utf-8")
)


@pytest.mark.filterwarnings("ignore:backward. the result is NaN:autograd.TrapWarning")  # as theirs
@pytest.mark.parametrize("seed", NUMBERS)
def test_ten_steps(seed):
    result, expected = train(OURS, draw(int(seed))), NUMBERS[seed]
    np.testing.assert_allclose(result["losses"], expected["losses"], rtol=1e-6, atol=1e-8)
    size = sum(float(np.abs(value).sum()) for value in result["state"].values())
    np.testing.assert_allclose(size, expected["size"], rtol=1e-4)
