"""Programs written for PyTorch have the same first 20 losses here, after one added line."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

import autograd
import nn
from tests.nn.programs.programs import LOSSES, NAMES, STEPS, Programs

EXPECTED = json.loads(LOSSES.read_text("utf-8"))


@pytest.fixture(autouse=True)
def _single() -> Iterator[None]:
    autograd.set_default_dtype(np.float32)  # the added line
    yield
    autograd.set_default_dtype(np.float64)


def test_every_program_has_its_losses() -> None:
    assert list(EXPECTED) == NAMES
    assert all(len(losses) == STEPS for losses in EXPECTED.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_first_losses_are_pytorchs(name: str) -> None:
    program = getattr(Programs(autograd, nn, nn.functional, nn.optim), name)
    np.testing.assert_allclose(list(program()), EXPECTED[name], rtol=1e-4, atol=1e-4)
