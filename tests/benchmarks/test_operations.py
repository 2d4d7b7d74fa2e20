"""Every operation is measured, against formulas that compute the same, and loops over nothing."""

import numpy as np
import pytest

from autograd.operation.record import records
from benchmarks import operations
from benchmarks.operation_cases import CASES, Case
from benchmarks.operation_cases.case import case
from benchmarks.operations import ARGUED, Cost, agree, lines_run, measure
from benchmarks.session import Session
from tests.all_cases import all_cases

NAMES = [each.name for each in CASES]


def test_every_operation_has_a_case():
    own = {each.name for each in records.values() if each.module.startswith("autograd.")}
    assert own <= set(NAMES)
    assert len(set(NAMES)) == len(NAMES)
    assert {name for name, _ in ARGUED} <= set(NAMES)


@all_cases("given", CASES, ids=NAMES)
def test_the_formulas_written_by_hand_are_the_operation(given):
    agree(given, "small")


@pytest.mark.parametrize("given", CASES, ids=NAMES)
def test_no_loop_over_elements_or_batch(given):
    more = lines_run(given, "large") - lines_run(given, "small")
    assert more < operations.LINES or (given.name, "loop") in ARGUED


def _looping(x):
    total = x[0]
    for k in range(1, len(x)):
        total = total + x[k]
    return total


SUM = {size: [np.arange(count, dtype=float)] for size, count in (("small", 6), ("large", 200))}


def test_a_loop_is_seen():
    looping = Case("sum", SUM, _looping, np.sum)
    assert lines_run(looping, "large") - lines_run(looping, "small") > operations.LINES


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (case("sum", np.mean, arguments=SUM), "sum, small: values differ"),
        (case("sum", np.sum, lambda g, y, x: g * x, arguments=SUM), "gradients differ"),
    ],
)
def test_a_formula_of_something_else_is_refused(wrong, words):
    with pytest.raises(RuntimeError, match=words):
        agree(wrong, "small")


def test_what_is_slower_than_its_bar_is_an_offender():
    assert Cost("exp", "forward, small", 2.9e-6, 1e-6, 2e-6).met
    assert not Cost("exp", "forward, small", 3.4e-6, 1e-6, 2e-6).met
    assert Cost("svd", "backward, large", 4.9e-3, 1e-3, 3e-6, by_hand=False).met


def test_the_question_is_answered():
    session = Session(rounds=1, seconds_per_round=0.001, with_peers=False)
    rows = measure(session, ["exp", "sum", "argmax"])
    assert [row.case for row in rows[:4]] == [
        "2 operations, backward, large",
        "2 operations, backward, small",
        "3 operations, forward, large",
        "3 operations, forward, small",
    ]
