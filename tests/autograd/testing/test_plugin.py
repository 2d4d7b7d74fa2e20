"""The plugin of pytest, in sessions of its own."""

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
