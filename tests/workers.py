"""Which worker runs which tests: in units that are large enough to be cheap to hand out.

The tests of a lesson stay together, as each worker would run it anew; of a function with many
parameters some at a time go together.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

COURSE = Path(__file__).parent.parent / "examples" / "course"
TOGETHER = 16  # of one function: enough to hide what handing out costs, few for an even end
_LESSON = re.compile(r".*examples/course/test_(\w+)\.py")
# A fixture that each worker would build anew.
_WHOLE = re.compile(r".*(?:examples/course/test_build|tools/test_site)\.py")


def group(test: str) -> str:
    """What stays in one worker with a test, by its id: a lesson, a file, or nobody.

    >>> group("tests/examples/course/test_losses.py::test_penalties[ko]")
    'losses'
    >>> group("tests/examples/course/test_curriculum.py::test_a_lesson_is_short[losses]")
    'losses'
    >>> group("tests/examples/course/test_build.py::test_the_index")
    'tests/examples/course/test_build.py'
    >>> group("tests/nn/test_losses.py::test_values")
    ''
    """
    whole = _WHOLE.match(test)
    if whole is not None:
        return whole[0]
    file = _LESSON.match(test)
    if file is None:
        return ""
    asked = re.search(r"\[(\w+)", test) if file[1] == "curriculum" else file  # that asks every one
    return asked[1] if asked and (COURSE / f"{asked[1]}.py").exists() else ""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests by units, the largest first, as soon as a worker is free."""
    from xdist.scheduler import LoadScopeScheduling

    class InUnits(LoadScopeScheduling):
        """With work that grows as the number of tests: xdist's own grows as its square."""

        def __init__(self) -> None:
            super().__init__(config, log)
            seen: Counter[str] = Counter()

            @cache
            def unit(test: str) -> str:
                function = test.partition("[")[0]
                seen[function] += 1
                return group(test) or f"{function} {(seen[function] - 1) // TOGETHER}"

            self._split_scope = unit

        @cached_property
        def places(self) -> dict[str, int]:
            return {test: place for place, test in enumerate(self.collection)}

        def _assign_work_unit(self, node: Any) -> None:
            unit, tests = self.workqueue.popitem(last=False)
            self.assigned_work[node][unit] = tests
            node.send_runtest_some([self.places[test] for test, done in tests.items() if not done])

        def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
            for unit in [unit for unit, tests in workload.items() if all(tests.values())]:
                del workload[unit]
            return super()._pending_of(workload)

    return InUnits()
