"""The plugin of pytest, in sessions of its own."""

import json
import shutil

pytest_plugins = ["pytester"]

CONFTEST = 'pytest_plugins = ["autograd.testing.plugin"]'
TESTS = """
import autograd
import numpy as np
import pytest
from hypothesis import settings
from autograd.testing import gradient_test
from autograd.testing.strategies import arrays

@gradient_test(arrays((3,), wide=False))
def test_right(x):
    return x * x

@gradient_test(arrays((3,)))
def test_wrong(x):
    return x * x.detach()

def test_fixtures(assert_gradients, check_grads):
    check_grads(autograd.exp, np.ones(2))
    assert_gradients(autograd.sin, np.ones(2))

@pytest.mark.gradients
def test_marked():
    assert settings().max_examples == 100 and settings().derandomize
"""


def test_a_session_with_the_plugin(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("--gradient-profile=ci", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*GradientError: test_wrong: half as large as it should be, *(example *",
            "*gradients*",
            "2 functions, 101 examples, * comparisons, 0.0 % unresolved, * ms per example",
            "*slowest: *",
        ]
    )
    # The traceback ends at the test, not in the machinery.
    result.stdout.no_fnmatch_line("*search.py*")


MARKED = """
import json
import pytest
from hypothesis import example, seed, settings
import numpy as np
from autograd.testing import gradient_test
from autograd.testing.strategies import arrays

calls = []

@pytest.mark.gradients(examples=7, properties="P0")
@gradient_test(arrays((2,)))
def test_by_marker(x):
    calls.append("marker")
    return x * 2

@settings(max_examples=3)
@gradient_test(arrays((2,)), properties="P0")
def test_by_settings(x):
    calls.append("settings")
    return x * 2

@seed(3)
@example(np.array([1.0, 123.0]))
@gradient_test(arrays((2,)), properties="P0")
@settings(max_examples=2)
def test_by_example(x):
    calls.append(float(x.data[1]))
    return x * 2

def test_all_of_them():
    assert 0 < calls.count("marker") <= 7 * 4
    assert 0 < calls.count("settings") <= 3 * 4
    assert 123.0 in calls

@gradient_test(arrays((2,)))
def test_wrong(x):
    return x * x.detach()
"""


def test_what_hypothesis_and_the_marker_say_counts_and_a_file_holds_the_rest(pytester, monkeypatch):
    monkeypatch.delenv("CI", raising=False)  # where it is set, Hypothesis keeps no database
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(MARKED)
    result = pytester.runpytest_subprocess("--gradient-report=found.json")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*@reproduce_failure(*", "wrong: *::test_wrong: half as large*"])
    found = json.loads((pytester.path / "found.json").read_text(encoding="utf-8"))
    (wrong,) = found["wrong"]
    assert wrong["id"].endswith("::test_wrong")
    assert wrong["property"] == "P7"
    assert "assert_gradients(test_wrong" in wrong["code"]
    assert {each["name"] for each in found["checked"]} >= {"test_by_marker", "test_by_settings"}
    # The example that failed is drawn first, from the database.
    again = pytester.runpytest_subprocess("-k", "test_wrong")
    again.stdout.fnmatch_lines(["*test_wrong: half as large as it should be*(example 1)*"])


def test_a_marker_with_an_option_that_there_is_not_is_an_error(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
import pytest
@pytest.mark.gradients(example=7)
def test_nothing(): pass
""")
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(["*takes examples, properties, seed and seconds, got example*"])


def test_the_marker_selects_and_the_checker_proves_itself(pytester):
    pytester.makeconftest(
        CONFTEST
        + """
import autograd.testing

def blind(*args, **kwargs):
    return None

autograd.testing.assert_gradients = blind
"""
    )
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-m", "gradients", "-p", "no:cacheprovider")
    result.assert_outcomes(errors=3, deselected=1)
    result.stdout.fnmatch_lines(["*the checks of this session are blind*"])


def test_what_was_wrong_is_run_again_by_its_id(pytester, monkeypatch):
    """Alone, and at the example that was kept, whatever the database has forgotten."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(MARKED)
    pytester.runpytest_subprocess("--gradient-report=found.json")
    (wrong,) = json.loads((pytester.path / "found.json").read_text(encoding="utf-8"))["wrong"]
    shutil.rmtree(pytester.path / ".hypothesis", ignore_errors=True)
    replay = ("--gradient-replay=found.json", "-p", "no:cacheprovider")
    again = pytester.runpytest_subprocess(*replay, f"--gradient-id={wrong['id']}", "-v")
    again.assert_outcomes(failed=1, deselected=again.parseoutcomes()["deselected"])
    assert wrong["id"] in str(again.stdout)
    (point,) = (line.strip() for line in wrong["code"].splitlines() if line.strip()[:4] == "x = ")
    assert point in str(again.stdout), "the same example"
    assert "(example 1)" in str(again.stdout)
    other = pytester.runpytest_subprocess(*replay, "--gradient-id=test_nothing.py::test_it")
    other.stderr.fnmatch_lines(["*--gradient-id: found.json has *test_wrong*"])
    (pytester.path / "bad.json").write_text("[]", encoding="utf-8")
    bad = pytester.runpytest_subprocess("--gradient-replay=bad.json")
    bad.stderr.fnmatch_lines(["*bad.json is no file of --gradient-report*"])
