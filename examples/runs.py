"""All real runs in full, and the table of what they measured.

    python -m examples.runs [NAME ...] --fashion-mnist /usr/share/datasets/fashion-mnist

Runs every example that has numbers to show, or those named, and writes them into `docs/runs.md`.
Rows of runs that were not asked for stay as they are. PyTorch twins run where
`python -m benchmarks.peers install` has put PyTorch.
"""

import argparse
import re
import time
from pathlib import Path

from examples import character_lstm, digits_seeds, fashion_mnist, small_gpt, xor

RUNS = {
    module.__name__.rpartition(".")[2]: module
    for module in (digits_seeds, fashion_mnist, xor, character_lstm, small_gpt)
}
TABLE = Path(__file__).resolve().parent.parent / "docs" / "runs.md"
HEAD = """\
# Real runs

What the examples measure when they run in full. The table is written by `python -m examples.runs`;
the same seed gives the same numbers on the same machine, and all but the seconds differ little
elsewhere.

| run | measured | value | expected | met |
|---|---|---|---|---|
"""


def rows_of(name, numbers, seconds):
    """The lines of one run: its command and processor time first, then what it measured."""
    spent = "processor seconds, twin not counted"
    lines = [f"| `python -m examples.{name}` | {spent} | {seconds:.0f} | - | - |"]
    for each in numbers:
        bounded = each.expected != "-"
        met = ("yes" if each.met else "NO") if bounded else "-"
        lines.append(f"| {name} | {each.what} | {each.text} | {each.expected} | {met} |")
    return lines


def read_rows(text):
    """The lines of every run in a table that was written before."""
    rows = {}
    for line in text.splitlines():
        found = re.match(r"\| (?:`python -m examples\.)?(\w+)`? \| ", line)
        if found and found[1] in RUNS:
            rows.setdefault(found[1], []).append(line)
    return rows


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m examples.runs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RUNS))
    parser.add_argument("--fashion-mnist", type=Path, help="the folder of its IDX files")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(RUNS):
        parser.error(f"no run {', '.join(unknown)}; there are {', '.join(RUNS)}")
    rows = read_rows(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    for name in options.names or RUNS:
        print(f"\n=== python -m examples.{name}", flush=True)
        given = options.fashion_mnist if name == "fashion_mnist" else None
        began = time.process_time()
        numbers = RUNS[name].main(["--folder", str(given)] if given else [])
        rows[name] = rows_of(name, numbers, time.process_time() - began)
        lines = [line for each in RUNS for line in rows.get(each, ())]
        old = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
        _, mark, others = old.partition("\n## ")  # what stands below is written by hand
        TABLE.write_text(HEAD + "\n".join(lines) + "\n" + mark + others, encoding="utf-8")
    return int(any(line.endswith("| NO |") for lines in rows.values() for line in lines))


if __name__ == "__main__":
    raise SystemExit(main())
