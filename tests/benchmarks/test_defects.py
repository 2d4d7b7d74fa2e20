"""The benchmarks of the gradient checker run: on a few defects, with few examples."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from autograd.operation.record import records
from benchmarks import defect_peers, defects, peers
from benchmarks.declarations import declared, is_elementwise
from benchmarks.defect_server import Server
from benchmarks.defects import Trial, attempt, check_what_is_right, is_named
from benchmarks.diagnoses import _PHRASES, UNNAMED, words_of
from benchmarks.session import ROOT, Session
from tests.autograd.testing.defects.blind import DEFECTS
from tests.autograd.testing.defects.planting import DIAGNOSES, unregistered
from tests.autograd.testing.defects.reported import REPORTED

BY_NAME = {defect.name: defect for defect in DEFECTS}
CUBE = BY_NAME["cube_cotangent_twice"]


# ---------------------------------------------------------------------- what users declare


@pytest.mark.parametrize("defect", DEFECTS, ids=list(BY_NAME))
def test_every_declaration_draws_what_the_sibling_takes(defect):
    function = defect.correct()

    @given(declared(defect.inputs))
    @settings(max_examples=15)
    def call(arguments):
        assert all(isinstance(each, (np.ndarray, int, tuple)) for each in arguments)
        with np.errstate(all="ignore"):  # numbers of every size are drawn
            function(*arguments)

    call()


def test_distinct_numbers_tie_unless_the_word_is_kept():
    description = BY_NAME["row_maximum_every_tie"].inputs

    def ties(strict):
        found = []

        @given(declared(description, strict=strict))
        @settings(max_examples=50, derandomize=True, database=None)
        def look(arguments):
            found.append(np.unique(arguments[0]).size < arguments[0].size)

        look()
        return any(found)

    assert ties(strict=False)
    assert not ties(strict=True)


def test_an_unknown_wording_is_an_error():
    with pytest.raises(KeyError, match="a torus"):
        declared((("real", "a torus"),))


def test_operands_that_broadcast_are_elementwise():
    assert is_elementwise(BY_NAME["product_axis_of_one"].inputs)
    assert not is_elementwise(CUBE.inputs)


# ---------------------------------------------------------------------- our checker


def test_a_defect_is_found_and_named():
    trial = attempt(CUBE, seed=0)
    assert trial.found
    assert is_named(CUBE, trial)
    assert trial.property
    assert trial.example >= 1
    assert not trial.error
    assert replace(trial, seconds=0.0) == replace(attempt(CUBE, seed=0), seconds=0.0)


def test_a_correct_sibling_is_not_found():
    trial = attempt(replace(CUBE, build=CUBE.correct), seed=0, examples=5)
    assert not trial.found
    assert not trial.error


def test_a_function_that_fails_is_not_a_find():
    def broken():
        def function(x):
            raise OverflowError("on purpose")

        return function

    trial = attempt(replace(CUBE, build=broken), seed=0, examples=5)
    assert not trial.found
    assert trial.error == "OverflowError: on purpose"


def test_what_is_right_raises_no_alarm_and_what_is_wrong_does():
    @unregistered("elementwise")
    def halved(x):
        return x / 2

    halved.vjp(x=lambda g: g)
    wrong = replace(CUBE, name="wrong", correct=lambda: halved)
    operations = [records["exp"], records["maximum"]]
    ours, theirs = check_what_is_right(operations, [CUBE, wrong], seeds=[1], checks=16)
    assert ours.alarms == {}
    assert 0 < ours.tally.examples <= 8
    assert sum(ours.kinds.values())
    assert list(theirs.alarms) == ["wrong, seed 1"]
    assert "twice too large" in theirs.alarms["wrong, seed 1"]
    assert [row.met for row in defects.quiet_rows(ours, theirs) if "alarms" in row.case] == [
        True,
        False,
    ]


def test_figures_of_the_trials():
    seeds = range(10)
    sine = BY_NAME["sine_without_cotangent"]
    gelu = BY_NAME["gelu_of_two_formulas"]
    named, other = "the cotangent is ignored", "the sign is wrong"
    trials = [Trial(CUBE.name, s, s > 0, "P5", named, 2, 0.5) for s in seeds]
    trials += [Trial(sine.name, s, s > 1, "P7", other, 30, 7.0) for s in seeds]
    trials += [Trial(gelu.name, s, True, "P7", "", 4, 0.1) for s in seeds]
    figures = {row.case: row for row in defects.rows(trials, [CUBE, sine, gelu])}
    assert figures["found with 9 of 10 seeds"].ours == "2 of 3"
    assert figures["found within 25 examples, of all trials"].ours == "19 of 30"
    assert figures["fault named rightly, of the reports"].ours == "9 of 17"
    assert figures["another fault named, of the reports"].ours == "8 of 17"
    assert figures["another fault named, of the reports"].met is False
    assert figures["examples to the first detection, median"].figure == "4"
    assert figures["to the shrunk report, longest"].met is False
    lines = list(defects.defect_lines(trials, [CUBE, sine, gelu]))
    assert f"| {CUBE.name} | cotangent | 9/10 | 2 | P5 | {named} ×9 |" in lines
    assert any("✗ the sign is wrong ×8" in line for line in lines)


def test_a_defect_that_is_never_found_has_no_times():
    trials = [Trial(CUBE.name, seed, False, "", "", 0, 0.0) for seed in range(2)]
    assert [row.met for row in defects.rows(trials, [CUBE])] == [False, None, False, True]


def test_every_word_of_the_list_is_looked_for():
    reported = {word for each in REPORTED for word in each.diagnosis.split("|")}
    assert set(_PHRASES) | UNNAMED == DIAGNOSES | reported
    assert words_of("P7", "x: the sum over broadcast axis 0 is missing") == {"broadcast sum"}
    assert words_of("P7", "") == frozenset()


# ---------------------------------------------------------------------- the peers


def test_the_server_differentiates_twice():
    server = Server()
    (x,) = server.begin(CUBE.name, True, 0)
    g, w = np.full(x.shape, 2.0), np.cos(x)
    np.testing.assert_allclose(server.value(x)[0], x**3)
    np.testing.assert_allclose(server.pull(1, x, g)[0], 6 * x**2)
    by_x, by_g = server.pull_twice(1, 2, x, g, w)
    np.testing.assert_allclose(by_x, 12 * x * w)
    np.testing.assert_allclose(by_g, 3 * x**2 * w)


def test_the_server_answers_and_names_what_failed():
    requests = [("begin", CUBE.name, False, 1), ("pull", 1, np.ones(2), np.ones(3)), ("value",)]
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.defect_server"],
        cwd=ROOT,
        input=b"".join(map(pickle.dumps, requests)),
        capture_output=True,
        check=True,
    )
    replies = []
    rest = result.stdout
    while rest:
        replies.append(pickle.loads(rest))
        rest = rest[len(pickle.dumps(replies[-1])) :]
    assert [succeeded for succeeded, _ in replies] == [True, False, False]
    assert "(3,)" in replies[1][1]


def test_what_peers_cannot_be_shown_is_planted():
    assert set(defect_peers.INEXPRESSIBLE) <= set(BY_NAME)


@pytest.mark.skipif(peers.interpreter() is None, reason="the peers are not installed")
@pytest.mark.parametrize("checker", defect_peers.CHECKERS)
def test_a_peer_is_shown_defects_and_siblings(checker):
    chosen = [BY_NAME["sine_without_cotangent"], BY_NAME["variance_of_moments_ignored"]]
    chosen += [BY_NAME["halves_share_memory"]]
    version, answers = defect_peers.ask(Session(), checker, chosen, samples=2)
    assert version
    assert list(answers) == [defect.name for defect in chosen[:2]]
    assert answers["sine_without_cotangent"].wrong == (True, True)
    assert not any(any(each.right) for each in answers.values())


def test_the_table_of_the_peers():
    shown, hidden = CUBE, BY_NAME["halves_share_memory"]
    trials = [Trial(defect.name, 0, True) for defect in (shown, hidden)]
    answers = {"Peer": ("1.0", {shown.name: defect_peers.Answers((True, False), (False, False))})}
    lines = list(defect_peers._lines([shown, hidden], trials, answers))
    assert f"| {shown.name} | 1/1 | 1/2 |" in lines
    assert f"| {hidden.name} | 1/1 | {defect_peers.INEXPRESSIBLE[hidden.name]} |" in lines
    assert "| **found at least once** | 2 of 2, 1 of 1 | 1 of 1 |" in lines
    assert lines[-1].endswith("| 0 of 2 |")


def test_the_command_runs(tmp_path):
    table, trials = tmp_path / "table.md", tmp_path / "trials.jsonl"
    command = [sys.executable, "-m", "benchmarks.defects", "--quick", "--skip-peers"]
    command += ["--checks", "0", "--only", CUBE.name]
    result = subprocess.run(
        [*command, "--save", table, "--trials", trials],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr  # 1: a bar is missed, such as a time
    assert "examples to the first detection" in table.read_text(encoding="utf-8")
    lines = trials.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["seed"] for line in lines] == [0, 1]
