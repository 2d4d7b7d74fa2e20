"""Python's own functions and modules on Tensors: right, or an error that says what to do."""

from __future__ import annotations

import copy
import decimal
import fractions
import json
import math
import pickle
import random
import statistics

import numpy as np
import pytest
import scipy.special

import autograd
from autograd import LostGradientWarning, Tensor

ONE, SEVERAL = Tensor(2.567), Tensor([3.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: round(ONE), 3),
        (lambda: round(ONE, 2), 2.57),
        (lambda: round(Tensor([1234]), -2), 1200),
        (lambda: math.trunc(Tensor(-2.5)), -2),
        (lambda: math.floor(ONE), 2),
        (lambda: math.sqrt(Tensor(4.0)), 2.0),
        (lambda: statistics.fmean(SEVERAL), 2.0),
        (lambda: statistics.mean(SEVERAL.tolist()), 2.0),
        (lambda: json.dumps(SEVERAL.tolist()), "[3.0, 1.0, 2.0]"),
        (lambda: json.dumps(SEVERAL, default=Tensor.tolist), "[3.0, 1.0, 2.0]"),
        (lambda: [each.item() for each in sorted(SEVERAL)], [1.0, 2.0, 3.0]),
        (lambda: (min(SEVERAL).item(), max(SEVERAL).item(), sum(SEVERAL).item()), (1.0, 3.0, 6.0)),
        (lambda: random.Random(0).choice(SEVERAL).item() in (1.0, 2.0, 3.0), True),
        (lambda: copy.copy(SEVERAL).tolist(), SEVERAL.tolist()),
        (lambda: pickle.loads(pickle.dumps(SEVERAL)).tolist(), SEVERAL.tolist()),
        (lambda: f"{ONE:.1f} {ONE!s}", "2.6 2.567"),
        (lambda: decimal.Decimal(Tensor(2.5).item()), decimal.Decimal("2.5")),
        (lambda: Tensor(1.0) * float(fractions.Fraction(1, 2)) == 0.5, True),
    ],
)
def test_what_is_a_number_counts_as_one(call, expected):
    assert call() == expected


def test_the_types_are_pythons():
    assert type(round(ONE)) is int
    assert type(round(ONE, 1)) is float
    assert type(math.trunc(ONE)) is int


def test_numbers_that_leave_the_graph_warn():
    leaf = Tensor(2.5, requires_grad=True)
    for convert in (round, math.trunc, math.sqrt):
        with pytest.warns(LostGradientWarning, match="makes a plain number"):
            convert(leaf)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: round(SEVERAL, 2), ValueError, r"round: .*autograd\.round\(t, 2\)"),
        (lambda: math.sqrt(SEVERAL), ValueError, r"item: .*autograd\.sqrt for math\.sqrt"),
        (lambda: math.trunc(SEVERAL), ValueError, "item: needs exactly one element"),
        (lambda: f"{SEVERAL:.2f}", ValueError, r"item: .*np\.array2string"),
        (lambda: statistics.mean(SEVERAL), TypeError, r"statistics.*t\.mean\(\).*t\.tolist\(\)"),
        (lambda: statistics.stdev([ONE, ONE]), TypeError, r"statistics.*t\.std\(ddof=1\)"),
        (lambda: fractions.Fraction(1, 2) * ONE, TypeError, r"got Fraction.*take float\("),
        (lambda: Tensor(decimal.Decimal(1)), TypeError, r"got Decimal.*take float\("),
        (lambda: copy.deepcopy(SEVERAL.requires_grad_() * 2), RuntimeError, "only leaves"),
    ],
)
def test_what_cannot_be_says_what_to_do(call, error, match):
    with pytest.raises(error, match=match):
        call()


@pytest.mark.parametrize(
    "name",
    ["erf", "expit", "psi", "gamma", "jv", "i0", "log_expit", "softmax", "logsumexp", "polygamma"],
)
def test_functions_of_scipy_name_ours_that_has_the_derivative(name):
    arguments = [1] if name in ("jv", "polygamma") else []
    leaf = Tensor([0.5, 2.0], requires_grad=True)
    with pytest.raises(TypeError) as caught:
        getattr(scipy.special, name)(*arguments, leaf)
    (advice,) = {word for word in str(caught.value).split() if word.startswith("autograd.")} - {
        "autograd.stack"
    }
    room = autograd
    for part in advice.rstrip(";,").split(".")[1:]:
        room = getattr(room, part)
    np.testing.assert_allclose(
        room(*arguments, leaf).detach(),
        getattr(scipy.special, name)(*arguments, leaf.detach().data),
    )


def test_the_version_is_that_of_the_settings():
    import configparser
    from pathlib import Path

    parser = configparser.ConfigParser()
    parser.read(Path(__file__).parents[3] / "setup.cfg", encoding="utf-8")
    assert autograd.__version__ == parser["metadata"]["version"]
