"""The results table: what was measured, the bar, and whether it was met."""

import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.session import OURS, ROOT, Ratio, Timing

PAGE = ROOT / "docs" / "performance.md"
END = "<!-- end of the table -->"


@dataclass(frozen=True)
class Row:
    """One measurement in words, its figure, and the bar that the figure should stay under."""

    case: str
    ours: str
    theirs: str = ""
    figure: str = ""
    bar: float | None = None
    met: bool | None = None


def comparison(case: str, timings: dict[str, Timing], bars: dict[str, float]) -> list[Row]:
    """Return a row for each peer: both times, the ratio with its quartiles, and the bar."""
    ours = timings[OURS]
    rows = []
    for name, bar in bars.items():
        if name not in timings:
            rows.append(Row(case, time_text(ours.median), f"{name}: not installed", "", bar))
            continue
        theirs = timings[name]
        ratio = Ratio.of(ours, theirs)
        rows.append(
            Row(
                case,
                time_text(ours.median),
                f"{name} {theirs.version}: {time_text(theirs.median)}",
                f"{ratio.value:.3f} × [{ratio.low:.3f}, {ratio.high:.3f}]",
                bar,
                ratio.value <= bar,
            )
        )
    return rows


def limit(case: str, ours: str, figure: float, unit: str, bar: float) -> Row:
    """Return the row of a figure of our own that has a bar."""
    return Row(case, ours, "", f"{figure:.4g} {unit}", bar, figure <= bar)


def time_text(seconds: float) -> str:
    """Return a time with three digits and its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def size_text(size: float) -> str:
    """Return a number of bytes in MiB."""
    return f"{size / 2**20:.1f} MiB"


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, legible as it is in a terminal."""
    heads = ("case", "wengert", "peer", "figure [quartiles]", "bar", "met")
    words = {True: "yes", False: "NO", None: "-"}
    cells = [
        (
            row.case,
            row.ours,
            row.theirs,
            row.figure,
            f"{row.bar:g}" if row.bar else "",
            words[row.met],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [heads, *cells]) for column in range(len(heads))]

    def line(texts: Sequence[str]) -> str:
        padded = (text.ljust(width) for text, width in zip(texts, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([line(heads), rule, *map(line, cells)])


def machine(timed: str = "processor time, one thread") -> str:
    """Return what the figures depend on."""
    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, {sys.platform} "
        f"{platform.machine()}; {timed}, alternating runs, ratio of medians."
    )


def start(question: str) -> str:
    """Return the line of a page that the table of a question follows."""
    return f"<!-- the table: python -m benchmarks {question} -->"


def write(page: Path, question: str, rows: Sequence[Row], how: str = "") -> None:
    """Put the table into the page and into its Korean, in the place of the one before."""
    below = machine(how) if how else machine()
    table = f"{start(question)}\n{markdown(rows)}\n\n{below}\n{END}"
    pattern = re.compile(f"{re.escape(start(question))}.*?{re.escape(END)}", re.DOTALL)
    korean = page.with_suffix(".ko.md")
    for each in (page, korean) if korean.exists() else (page,):
        text = each.read_text(encoding="utf-8")
        if not pattern.search(text):
            raise ValueError(
                f"{each}: has no place for the table, between {start(question)} and {END}"
            )
        each.write_text(pattern.sub(lambda _: table, text), encoding="utf-8")
