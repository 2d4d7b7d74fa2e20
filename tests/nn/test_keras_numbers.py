"""The numbers of Keras's face are those of Keras: checked in, and beside it if installed."""

import json

import numpy as np
import pytest

from nn import keras as ours
from tests.nn.keras_cases import CASES, FILE, listed

NUMBERS = json.loads(FILE.read_text(encoding="utf-8"))["numbers"]


def assert_same(found, expected):
    assert set(found) == set(expected)
    for name, numbers in expected.items():
        np.testing.assert_allclose(
            found[name], numbers, rtol=2e-4, atol=2e-5, err_msg=name, strict=True
        )


def test_every_case_has_its_numbers():
    assert set(CASES) == set(NUMBERS)


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_of_keras(name):
    assert_same(listed(CASES[name](ours)), NUMBERS[name])


@pytest.mark.parametrize("name", CASES)
def test_keras_still_gives_them(name):
    keras = pytest.importorskip("keras")
    assert_same(listed(CASES[name](keras)), NUMBERS[name])
