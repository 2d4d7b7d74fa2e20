"""What a run of all tests prints: how far it is, and which optional parts were not there.

Plain `pytest tests/...` prints as always; with workers (`make test`) a line of progress replaces
some 200 lines of dots.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import pytest

# How to get what a skipped test names; other packages have their own name.
HOW_TO_GET = {
    "PIL": 'pip install "wengert[image]"',
    "cairosvg": 'pip install "wengert[pdf]"',
    "chromedriver": "apt-get install chromium-driver",
    "chromium": "apt-get install chromium chromium-driver",
    "dataset-fashion-mnist": "apt-get install dataset-fashion-mnist",
    "dot": "apt-get install graphviz",
    "fontconfig": "apt-get install fontconfig",
    "matplotlib": 'pip install "wengert[plot]"',
    "mpi4py": 'pip install "wengert[mpi]"',
    "mpirun": "apt-get install openmpi-bin",
    "peers": "make bench",
    "pygraphviz": 'pip install "wengert[dot]"',
    "resvg_py": 'pip install "wengert[png]"',
    "rich": 'pip install "wengert[progress]"',
    "ruff": "make lint",
    "safetensors": 'pip install "wengert[save]"',
    "sklearn": 'pip install "wengert[sklearn]"',
}
_MISSING = re.compile(r"could not import '([\w-]+)|(?:.* )?([\w-]+) (?:is|are) not installed")


def what_was_skipped(reasons: Iterable[str]) -> str:
    """Say in one line which optional parts were missing, and how to get each.

    >>> what_was_skipped(["could not import 'torch': No module named 'torch'", "needs fork"])
    'Not tested: needs fork; torch (pip install torch).'
    """
    parts = {_part(reason.removeprefix("Skipped: ")) for reason in reasons}
    return f"Not tested: {'; '.join(sorted(parts, key=str.lower))}." if parts else ""


def _part(reason: str) -> str:
    found = _MISSING.match(reason)
    if found is None:
        return reason
    name = found[1] or found[2]
    return f"{name} ({HOW_TO_GET.get(name, f'pip install {name}')})"


class Progress:
    """One line that says how far the workers are; where there is no terminal, a line per tenth."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self.reporter = reporter
        self.begin = time.monotonic()
        self.total = self.done = self.failed = 0

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn how many tests there are: each worker collects them all."""
        self.total = len(ids)

    def pytest_report_teststatus(self, report: object) -> tuple[str, str, str] | None:
        """Count a result without a dot or letter of its own."""
        if not isinstance(report, pytest.TestReport) or hasattr(report, "wasxfail"):
            return None
        if report.failed:
            return "failed" if report.when == "call" else "error", "", ""
        return report.outcome if report.skipped or report.when == "call" else "", "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test when it is over, and name it at once if it failed."""
        if report.failed:
            self.failed += 1
            self.reporter.write_line(f" {report.nodeid} ({report.when})")
        if report.when == "teardown":
            self.done += 1
            self._show()

    def _show(self) -> None:
        seconds = round(time.monotonic() - self.begin)
        line = (
            f"{self.done:,} of {self.total:,} tests, {self.failed} failed, "
            f"{seconds // 60}:{seconds % 60:02d}"
        )
        if self.reporter.isatty:
            self.reporter.rewrite(line, erase=True)
        elif self.done * 10 // self.total > (self.done - 1) * 10 // self.total:
            self.reporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Show progress where workers run, unless single tests are to be listed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.getoption("numprocesses", None) and reporter.verbosity <= 0:
        config.pluginmanager.register(Progress(reporter))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the optional parts that were missing."""
    skipped = terminalreporter.stats.get("skipped", [])
    line = what_was_skipped(report.longrepr[2] for report in skipped)
    if line:
        terminalreporter.write_line(line)
