"""What a run of all tests prints besides failures."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reporting import what_was_skipped

ROOT = Path(__file__).resolve().parent.parent


def test_what_was_skipped_is_one_line_with_the_cures():
    line = what_was_skipped(
        [
            "Skipped: could not import 'torch': No module named 'torch'",
            "Skipped: could not import 'torch': No module named 'torch'",
            "Skipped: could not import 'PIL.Image': No module named 'PIL'",
            "Skipped: chromium is not installed",
            "Skipped: Debian's dataset-fashion-mnist is not installed",
            "Skipped: the peers are not installed",
            "Skipped: needs fork",
        ]
    )
    assert line == (
        "Not tested: chromium (apt-get install chromium chromium-driver); "
        "dataset-fashion-mnist (apt-get install dataset-fashion-mnist); needs fork; "
        'peers (make bench); PIL (pip install "wengert[image]"); torch (pip install torch).'
    )
    assert what_was_skipped([]) == ""


def test_workers_print_progress_and_failures_in_place_of_dots(tmp_path: Path):
    pytest.importorskip("xdist")
    tests = """
import pytest

@pytest.mark.parametrize("n", range(40))
def test_number(n):
    assert n != 7

def test_other():
    pytest.importorskip("nowhere")
"""
    (tmp_path / "test_some.py").write_text(tests, encoding="utf-8")
    (tmp_path / "pytest.ini").touch()
    command = [
        sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tests.reporting", str(tmp_path)
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    lines = done.stdout.splitlines()
    progress = [line for line in lines if " of 41 tests, " in line]
    assert len(progress) == 10
    assert progress[-1].startswith("41 of 41 tests, 1 failed, 0:")
    assert "41 of" not in progress[0]
    assert [line for line in lines if line.endswith("test_number[7] (call)")]
    assert not [line for line in lines if set(line) <= set("[ .%") and "." in line]
    assert "Not tested: nowhere (pip install nowhere)." in lines
    assert lines[-1].startswith("1 failed, 39 passed, 1 skipped")
