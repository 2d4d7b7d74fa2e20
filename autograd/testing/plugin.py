"""pytest's side: profiles, the marker `gradients`, fixtures, and a summary of what was checked.

Installed with the distribution as an entry point, so `pytest` finds it by itself.

    pytest -m gradients                         only the tests made by `gradient_test`
    pytest --gradient-profile=thorough          1000 examples instead of 25
    pytest --gradient-report=wrong.json         what was found, for other programs
    pytest --gradient-replay=wrong.json         only the tests that were wrong then, at that example
    pytest --gradient-replay=wrong.json --gradient-id=tests/test_mine.py::test_layer

A test may be marked `@pytest.mark.gradients(examples=500, seed=1)`: options of `assert_gradients`
for the checks in it, in place of their defaults.

The profiles are Hypothesis's: `quick` (25 examples) and `ci` (100) draw the same in every run,
`thorough` (1000) searches further each time; none has a deadline. Without the option the profile in
force stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

_SLOWEST = 3  # functions that the summary names
_FOUND = pytest.StashKey[list[dict[str, Any]]]()  # every wrong gradient of this session
_ALERT = pytest.StashKey[bool]()  # whether the checks have found a known fault in this session


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--gradient-profile`."""
    group = parser.getgroup("gradients", "tests of gradients")
    group.addoption(
        "--gradient-profile",
        choices=("quick", "ci", "thorough"),
        help="how many examples of gradients to draw: 25, 100 or 1000",
    )
    group.addoption(
        "--gradient-report",
        metavar="FILE",
        help="write what was checked, and every gradient that is wrong, to a file of JSON",
    )
    group.addoption(
        "--gradient-replay",
        metavar="FILE",
        help="run only the tests that such a file calls wrong, at the example that it kept",
    )
    group.addoption(
        "--gradient-id", metavar="ID", help="of these, only the test of this id; see the summary"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and load the profile that was asked for."""
    config.addinivalue_line("markers", "gradients: a test of gradients at drawn examples")
    chosen = config.getoption("--gradient-profile")
    if chosen is not None:
        try:
            from autograd.testing.search import load_profile
        except ImportError as error:
            message = "--gradient-profile needs Hypothesis: pip install hypothesis"
            raise pytest.UsageError(message) from error
        load_profile(chosen)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a replay, and give each the example that it failed at."""
    path = config.getoption("--gradient-replay")
    if path is None:
        return
    try:
        wrong = json.loads(Path(path).read_text(encoding="utf-8"))["wrong"]
        kept = {str(each["id"]): each.get("blob") for each in wrong}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise pytest.UsageError(
            f"--gradient-replay: {path} is no file of --gradient-report: {error}"
        ) from error
    only = config.getoption("--gradient-id")
    if only is not None:
        if only not in kept:
            raise pytest.UsageError(f"--gradient-id: {path} has {', '.join(kept) or 'no test'}")
        kept = {only: kept[only]}
    left_out = [item for item in items if item.nodeid not in kept]
    items[:] = [item for item in items if item.nodeid in kept]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        test: Any = getattr(item, "obj", None)
        blob = kept[item.nodeid]
        if blob is not None and getattr(test, "is_gradient_test", False):
            from hypothesis import reproduce_failure

            reproduce_failure(*blob_of(blob))(test)


def blob_of(told: Any) -> tuple[str, bytes]:
    """Hypothesis's version and the example as bytes, of a line such as `('6.1', b'AXic...')`.

    >>> blob_of("@reproduce_failure('6.1', b'AAE=')")
    ('6.1', b'AAE=')
    """
    found = re.search(r"'([\d.]+)', b'([A-Za-z0-9+/=]*)'", str(told))
    if found is None:
        raise pytest.UsageError(f"--gradient-replay: no example of Hypothesis: {told!r:.80}")
    return found[1], found[2].encode()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that `gradient_test` has made."""
    if getattr(getattr(item, "obj", None), "is_gradient_test", False):
        item.add_marker("gradients")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let the options of the marker count while its test runs."""
    marker = item.get_closest_marker("gradients")
    if marker is None or not marker.kwargs:
        return (yield)
    from autograd.testing import check

    unknown = set(marker.kwargs) - {"examples", "properties", "seed", "seconds"}
    if unknown:
        raise TypeError(
            "pytest.mark.gradients takes examples, properties, seed and seconds, got "
            f"{', '.join(unknown)}"
        )
    check.defaults.update(marker.kwargs)
    try:
        return (yield)
    finally:
        check.defaults.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Keep what a wrong gradient's report says, for the file and the summary."""
    result = yield
    error: Any = None if call.excinfo is None else call.excinfo.value
    if getattr(error, "is_gradient_error", False):
        item.config.stash.setdefault(_FOUND, []).append(
            {
                "id": item.nodeid,
                "property": error.property,
                "diagnosis": error.diagnosis,
                "example": error.example,
                "code": error.code,
                "message": str(error),
                "blob": next(iter(re.findall(r"@reproduce_failure\(.*?\)", str(error))), None),
            }
        )
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file that was asked for."""
    path = session.config.getoption("--gradient-report")
    if path is None:
        return
    from autograd.testing.tally import tallies

    checked = [
        {
            "name": tally.name,
            "examples": tally.examples,
            "comparisons": tally.comparisons,
            "unresolved": dict(tally.unresolved),
            "not checked": tally.not_checked,
        }
        for tally in tallies.values()
    ]
    found = {"wrong": session.config.stash.get(_FOUND, []), "checked": checked}
    Path(path).write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def assert_gradients() -> Callable[..., Any]:
    """`autograd.testing.assert_gradients`."""
    from autograd.testing import assert_gradients

    return assert_gradients


@pytest.fixture
def check_grads() -> Callable[..., None]:
    """`autograd.testing.check_grads`."""
    from autograd.testing import check_grads

    return check_grads


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the first marked test: the checks must find a gradient that is known to be wrong."""
    if item.get_closest_marker("gradients") is None or item.session.stash.get(_ALERT, False):
        return
    from autograd.testing import GradientError, assert_gradients

    def wrong_square(x: Any) -> Any:
        return x * x.detach()  # half of the gradient is cut off

    try:
        assert_gradients(wrong_square, 3.0)
    except GradientError:
        item.session.stash[_ALERT] = True
    else:
        pytest.fail("the gradient of x * x.detach() passed: the checks of this session are blind")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell how much was compared, what could not be told, and which functions were slowest."""
    from autograd.testing.tally import Tally, tallies

    for each in terminalreporter.config.stash.get(_FOUND, []):
        terminalreporter.write_line(f"wrong: {each['id']}: {each['diagnosis'] or each['property']}")
    if not tallies:
        return
    total = Tally("gradients")
    for tally in tallies.values():
        total.add(tally)
    terminalreporter.section("gradients")
    terminalreporter.write_line(f"{len(tallies)} functions, {str(total).partition(': ')[2]}")
    for title, chosen in (("unresolved", _unresolved()), ("slowest", _slowest())):
        for tally in chosen:
            terminalreporter.write_line(f"  {title}: {tally}")


def _unresolved() -> list[Any]:
    from autograd.testing.tally import tallies

    some = [tally for tally in tallies.values() if tally.share > 0.0]
    return sorted(some, key=lambda tally: -tally.share)[:_SLOWEST]


def _slowest() -> list[Any]:
    from autograd.testing.tally import tallies

    each = [tally for tally in tallies.values() if tally.examples]
    return sorted(each, key=lambda tally: -tally.seconds / tally.examples)[:_SLOWEST]
