"""Runs the proofs of docs/proofs.md: what takes longer than a test may.

`python -m tests.proofs [NAME ...]` runs them whole, with `--sample` a small part of each, with
`--record` it writes the figures into the table. A proof is a command that fails if what it proves
is wrong, and whose last line is its figure.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs/proofs.md"


class Proof(NamedTuple):
    """A row of the table."""

    name: str
    proves: str
    whole: str
    sample: str
    figure: str

    def row(self) -> str:
        return f"| {self.name} | {self.proves} | `{self.whole}` | `{self.sample}` | {self.figure} |"


def read(text: str) -> list[Proof]:
    """Return the rows of the table.

    >>> read("| a | all is well | `python -m a` | `python -m a 1` | 3 of 3 |")[0].sample
    'python -m a 1'
    """
    rows = [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in text.splitlines() if line[:1] == "|"]
    return [Proof(*(cell.strip("`") for cell in row)) for row in rows if "`" in row[2]]


def run(proof: Proof, sample: bool) -> tuple[bool, str]:
    """Run a proof; say whether it holds, and its figure."""
    command = shlex.split(proof.sample if sample else proof.whole)
    environment = os.environ.copy()
    while "=" in command[0]:
        name, _, value = command.pop(0).partition("=")
        environment[name] = value
    if command[0] == "python":
        command[0] = sys.executable
    done = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines() or [""]
    if done.returncode:
        print("\n".join(lines[-60:]))
    return done.returncode == 0, lines[-1].strip("= ")


def main() -> int:
    """Run the proofs named on the command line, or all; fail if one does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all, if none is named")
    parser.add_argument("--sample", action="store_true", help="a small part of each")
    parser.add_argument("--record", action="store_true", help="write the figures into the table")
    arguments = parser.parse_args()
    proofs = {proof.name: proof for proof in read(TABLE.read_text(encoding="utf-8"))}
    unknown = set(arguments.names) - set(proofs)
    if unknown:
        parser.error(f"no proof {', '.join(sorted(unknown))}; there are {', '.join(proofs)}")
    if arguments.record and arguments.sample:
        parser.error("--record is for whole proofs")
    broken = []
    for name in arguments.names or proofs:
        begin = time.monotonic()
        holds, figure = run(proofs[name], arguments.sample)
        seconds = time.monotonic() - begin
        verdict = "holds" if holds else "DOES NOT HOLD"
        print(f"{name}: {verdict}: {figure} ({seconds:.0f} s)", flush=True)
        if not holds:
            broken.append(name)
        elif arguments.record:
            dated = f"{figure} ({datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {seconds:.0f} s)"
            text = TABLE.read_text(encoding="utf-8")  # anew: another run may have written it
            row = next(proof for proof in read(text) if proof.name == name)
            text = text.replace(row.row(), row._replace(figure=dated).row())
            TABLE.write_text(text, encoding="utf-8")
    return len(broken) > 0


if __name__ == "__main__":
    sys.exit(main())
