"""Which worker runs which tests: those of one lesson stay together, as each would run it anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

COURSE = Path(__file__).parent.parent / "examples" / "course"
_LESSON = re.compile(r".*examples/course/test_(\w+)\.py")


def group(test: str) -> str:
    """What stays in one worker with a test, by its id: the tests of its lesson, or nobody.

    >>> group("tests/examples/course/test_losses.py::test_penalties[ko]")
    'losses'
    >>> group("tests/examples/course/test_curriculum.py::test_a_lesson_is_short[losses]")
    'losses'
    >>> group("tests/nn/test_losses.py::test_values")
    'tests/nn/test_losses.py::test_values'
    """
    file = _LESSON.match(test)
    if file is None:
        return test
    asked = re.search(r"\[(\w+)", test) if file[1] == "curriculum" else file  # that asks every one
    return asked[1] if asked and (COURSE / f"{asked[1]}.py").exists() else test


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests by their groups, as soon as a worker is free."""
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByLesson(config, log)
