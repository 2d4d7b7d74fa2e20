"""Runs lessons as their readers do: each once per language, whatever the number of its tests."""

import functools
import io
import re
import runpy
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import matplotlib
import pytest

from examples.course.fonts import korean_font

HERE = Path(__file__).parent
READS_KOREAN = ("recurrent", "attention")  # their networks do, in either language


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow boxes in place of Hangul where there is no Korean font: the rest is tested, too."""
    if korean_font() is not None:
        return
    for item in items:
        if HERE in item.path.parents:
            for message in ("no Korean font is installed", r"Glyph \d+"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore:{message}"))


class Run(NamedTuple):
    """What a lesson left behind."""

    variables: dict[str, Any]
    printed: str
    folder: Path

    def shown(self, *texts: str) -> None:
        """Fail unless each text was printed."""
        for text in texts:
            assert text in self.printed, f"{text!r} was not printed"


@pytest.fixture(scope="session")
def run_lesson(tmp_path_factory):
    """`run_lesson("perceptron", "ko")` gives its global variables, its text and its folder."""

    @functools.cache
    def run(name: str, lang: str) -> Run:
        folder = tmp_path_factory.mktemp("course")
        words = [name, "--lang", lang, "--out", str(folder)]
        output = io.StringIO()
        with patch.object(sys, "argv", words), redirect_stdout(output), matplotlib.rc_context():
            variables = runpy.run_module(f"examples.course.{name}", run_name="__main__")
        printed = output.getvalue()
        if name not in READS_KOREAN:
            spoken = "ko" if re.search("[가-힣]", printed) else "en"
            assert spoken == lang, "one language, the one asked"
        return Run(variables, printed, folder / name)

    return run
