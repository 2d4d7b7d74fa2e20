"""Is our checker ever wrong about a correct function?

`python -m benchmarks.false_alarms` holds the suite of correct functions, written as users write
them, to all properties in orders 1 and 2, at drawn points. The bar: no alarm, and at most 1 % of
the comparisons left open. With `--quick` it does a little of each. It takes processor time: by
`--part 1/4` processes can share it, with the same results together.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from autograd.testing import GradientError, assert_gradients
from autograd.testing.tally import Tally
from benchmarks.table import Row, machine, markdown
from tests.autograd.testing.correct import CORRECT
from tests.autograd.testing.correct.suite import Correct

OPEN_AT_MOST = 0.01


@dataclass
class Findings:
    """What came of all checks.

    Attributes:
        tally: how much was checked.
        alarms: what was called wrong, or could not be told, with the words.
        checks: of one function with one seed.
    """

    tally: Tally = field(default_factory=lambda: Tally("correct functions"))
    alarms: dict[str, str] = field(default_factory=dict)
    checks: int = 0

    def add(self, correct: Correct, seed: int, examples: int) -> None:
        """Check one function."""
        options = {**correct.options, "examples": examples, "seed": seed}
        self.checks += 1
        try:
            tally = assert_gradients(correct.make(), *correct.inputs, **options)
        except GradientError as error:
            self.alarms[f"{correct.name}, seed {seed}"] = str(error)
        else:
            self.tally.add(tally)


def rows(found: Findings) -> list[Row]:
    """The figures beside their bars."""
    tally = found.tally
    share = sum(tally.unresolved.values()) / max(tally.comparisons, 1)
    each = f"{1000 * tally.seconds / max(tally.examples, 1):.3g} ms"
    words = f"{found.checks} checks, {tally.examples} examples, {tally.comparisons} comparisons"
    return [
        Row("alarms over correct functions", words, "", str(len(found.alarms)), 0,
            not found.alarms),
        Row("comparisons left open", words, "", f"{share:.3%}", OPEN_AT_MOST,
            share <= OPEN_AT_MOST),
        Row("an example", words, "", each, None, None),
    ]  # fmt: skip


def main() -> int:
    """Check all functions and print what was found; fail where a bar is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed, five examples")
    parser.add_argument("--seeds", type=int, default=10, help="per function (10)")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--examples", type=int, default=100, help="per seed (100)")
    parser.add_argument("--part", default="1/1", metavar="K/N", help="every N-th function")
    given = parser.parse_args()
    part, parts = map(int, given.part.split("/"))
    seeds, examples = (1, 5) if given.quick else (given.seeds, given.examples)
    found, begun = Findings(), time.process_time()
    for correct in CORRECT[part - 1 :: parts]:
        for seed in range(given.first_seed, given.first_seed + seeds):
            found.add(correct, seed, examples)
    print(markdown(rows(found)))
    for why, count in Counter(found.tally.unresolved).most_common():
        print(f"open: {count}: {why}")
    for name, text in found.alarms.items():
        print(f"\nAlarm: {name}\n\n{text}")
    print(f"\n{time.process_time() - begun:.0f} s of processor time; {machine()}")
    share = sum(found.tally.unresolved.values()) / max(found.tally.comparisons, 1)
    print(
        f"{len(found.alarms)} alarms, {len(CORRECT[part - 1 :: parts])} functions, "
        f"{found.tally.examples} examples, {found.tally.comparisons} comparisons, {share:.2%} open"
    )
    return int(any(row.met is False for row in rows(found)))


if __name__ == "__main__":
    sys.exit(main())
