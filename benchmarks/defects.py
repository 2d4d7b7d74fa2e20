"""How many planted gradient defects does our checker find, how soon, and is it ever wrong?

`python -m benchmarks.defects` plants each of the defects that were written for the tests, one at a
time, and holds it to `assert_gradients` with several seeds; then it looks for false alarms in what
is right, and shows the defects to the checkers of PyTorch, JAX and HIPS autograd. Three lists are
told apart: the blind one, by an author who did not know the checker; a further one by one who did;
and one of wrong gradients that were reported in public. `--list reported` takes one of them alone.
With `--quick` it does a little of each. Trials take most of the time: processes can share them
(`--only ... --trials FILE --checks 0 --skip-peers`), and a last one puts them together (`--read`).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograd.operation.record import Op, records
from autograd.testing import GradientError, assert_gradients
from autograd.testing.calls import RecordCall, properties_of, record_calls
from autograd.testing.check import assert_resolved
from autograd.testing.search import search
from autograd.testing.tally import Tally
from benchmarks import defect_peers
from benchmarks.declarations import declared, is_elementwise
from benchmarks.diagnoses import UNNAMED, words_of
from benchmarks.table import Row, machine
from benchmarks.table import markdown as rows_as_text
from tests.autograd.testing.defects.blind import DEFECTS
from tests.autograd.testing.defects.further import FURTHER
from tests.autograd.testing.defects.planting import Defect
from tests.autograd.testing.defects.reported import REPORTED
from tests.autograd.testing.defects.reported.planting import Reported

EXAMPLES = 100  # per seed, as many as Hypothesis draws where nobody says otherwise
ENOUGH_SEEDS = 0.9  # of them: then a defect counts as found
QUIET_SEEDS = (100, 101)  # with which false alarms are looked for
LISTS: dict[str, Sequence[Any]] = {"blind": DEFECTS, "further": FURTHER, "reported": REPORTED}


@dataclass(frozen=True)
class Trial:
    """One defect held to the checker with one seed.

    Attributes:
        property: that did not hold; empty where the defect was not found.
        diagnosis: of the report.
        example: which one failed first.
        seconds: of processor time, up to the report on the smallest example.
        error: the first line of another exception than the checker's own; none is expected.
    """

    defect: str
    seed: int
    found: bool
    property: str = ""
    diagnosis: str = ""
    example: int = 0
    seconds: float = 0.0
    error: str = ""


def check(
    defect: Defect, function: Callable[..., Any], seed: int, examples: int, strict: bool = False
) -> Tally:
    """Hold a function to all properties, with the arguments that the defect declares."""
    return assert_gradients(
        function,
        arguments=declared(defect.inputs, strict=strict),
        elementwise=is_elementwise(defect.inputs),
        examples=examples,
        seed=seed,
    )


def attempt(
    defect: Defect | Reported, seed: int, examples: int = EXAMPLES, strict: bool = False
) -> Trial:
    """Plant a defect and look for it."""
    begun = time.process_time()

    def trial(found: bool, **more: Any) -> Trial:
        return Trial(defect.name, seed, found, seconds=time.process_time() - begun, **more)

    try:
        if isinstance(defect, Reported):
            function, options = defect.make(False)
            assert_gradients(
                function, arguments=defect.inputs, examples=examples, seed=seed, **options
            )
        else:
            check(defect, defect.build(), seed, examples, strict)
    except GradientError as error:
        if not error.property:  # too much was left open: a complaint, but no fault
            return trial(False, error=str(error).splitlines()[0])
        return trial(
            True, property=error.property, diagnosis=error.diagnosis, example=error.example
        )
    except Exception as error:
        return trial(False, error=f"{type(error).__name__}: {error}".splitlines()[0])
    return trial(False)


def is_named(defect: Defect | Reported, trial: Trial) -> bool:
    """Whether the report's diagnosis says what is wrong."""
    words = words_of(trial.property, trial.diagnosis)
    return any(word in words for word in defect.diagnosis.split("|"))


# ---------------------------------------------------------------------- what is right


@dataclass
class Quiet:
    """Checks of what is right.

    Attributes:
        tally: how much was checked.
        alarms: what was called wrong, with the words.
        kinds: how many examples hold something special.
    """

    tally: Tally
    alarms: dict[str, str]
    kinds: Counter[str]

    def note(self, arrays: Iterable[Any]) -> None:
        """Count what is special about an example."""
        floats = [np.asarray(x) for x in arrays if np.asarray(x).dtype.kind == "f"]
        numbers = np.concatenate([x.reshape(-1) for x in floats]) if floats else np.zeros(0)
        self.kinds["empty"] += any(x.size == 0 for x in floats)
        self.kinds["0-d"] += any(x.ndim == 0 for x in floats)
        self.kinds["with ties"] += np.unique(numbers).size < numbers.size
        self.kinds["with zeros"] += bool((numbers == 0).any())
        self.kinds["over 1000"] += bool((np.abs(numbers) > 1000).any())


def check_what_is_right(
    operations: Sequence[Op], siblings: Sequence[Defect], seeds: Sequence[int], checks: int
) -> tuple[Quiet, Quiet]:
    """Hold correct operations and the correct siblings of defects to all properties.

    Args:
        operations: of ours.
        siblings: of these defects.
        seeds: each goes through all of them.
        checks: examples in all, at least.

    Returns:
        What came of the operations, and of the siblings.
    """
    ours, theirs = (Quiet(Tally(name), {}, Counter()) for name in ("operations", "siblings"))
    examples = math.ceil(checks / (len(seeds) * (len(operations) + len(siblings))))
    for seed in seeds:
        for op in operations:
            _run_quietly(ours, op.name, seed, partial(_search_operation, ours, op, seed, examples))
        for defect in siblings:
            search_one = partial(_search_sibling, theirs, defect, seed, examples)
            _run_quietly(theirs, defect.name, seed, search_one)
    return ours, theirs


def check_what_was_mended(reported: Sequence[Reported], seeds: Sequence[int]) -> Quiet:
    """Hold the right gradients of reported functions to all properties."""
    quiet = Quiet(Tally("reported list"), {}, Counter())
    for seed in seeds:
        for each in reported:
            _run_quietly(quiet, each.name, seed, partial(_search_reported, each, seed))
    return quiet


def _search_reported(reported: Reported, seed: int, tally: Tally) -> None:
    function, options = reported.make(True)
    tally.add(
        assert_gradients(
            function, arguments=reported.inputs, examples=EXAMPLES, seed=seed, **options
        )
    )


def _look_for_alarms(defects: Sequence[Defect | Reported], checks: int) -> list[Quiet]:
    siblings = [defect for defect in defects if isinstance(defect, Defect)]
    mended = [defect for defect in defects if isinstance(defect, Reported)]
    found: list[Quiet] = []
    if siblings:
        found += check_what_is_right(_our_operations(), siblings, QUIET_SEEDS, checks)
    if mended:
        found.append(check_what_was_mended(mended, QUIET_SEEDS))
    return found


def _our_operations() -> list[Op]:
    own = [op for op in records.values() if op.module.startswith("autograd.")]
    return [op for op in own if op.kind != "constant"]


def _search_operation(quiet: Quiet, op: Op, seed: int, examples: int, tally: Tally) -> None:
    """As the tests of the records do it."""

    def noted(call: RecordCall) -> RecordCall:
        quiet.note(call.bound.arrays)
        return call

    chosen = properties_of(op)
    search(record_calls(op).map(noted), chosen, tally, examples=examples, seed=seed)
    assert_resolved(tally)


def _search_sibling(quiet: Quiet, defect: Defect, seed: int, examples: int, tally: Tally) -> None:
    def noted(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        quiet.note(each for each in arguments if isinstance(each, np.ndarray))
        return arguments

    tally.add(
        assert_gradients(
            defect.correct(),
            arguments=declared(defect.inputs).map(noted),
            elementwise=is_elementwise(defect.inputs),
            examples=examples,
            seed=seed,
        )
    )


def _run_quietly(quiet: Quiet, name: str, seed: int, run: Callable[[Tally], None]) -> None:
    tally = Tally(name)
    begun = time.process_time()
    try:
        run(tally)
    except Exception as error:
        quiet.alarms[f"{name}, seed {seed}"] = str(error)
    tally.seconds = time.process_time() - begun
    quiet.tally.add(tally)


# ---------------------------------------------------------------------- the table


def rows(trials: Sequence[Trial], defects: Sequence[Defect | Reported], of: str = "") -> list[Row]:
    """The figures of all trials of some defects beside their bars, called by the list's name."""
    by_name = {defect.name: defect for defect in defects}
    grouped = {name: [t for t in trials if t.defect == name] for name in by_name}
    seeds = len(next(iter(grouped.values())))
    needed = ENOUGH_SEEDS * seeds
    found = [name for name, group in grouped.items() if sum(t.found for t in group) >= needed]
    hits = [trial for trial in trials if trial.found]
    nameable = [trial for trial in hits if by_name[trial.defect].diagnosis not in UNNAMED]
    named = [trial for trial in nameable if is_named(by_name[trial.defect], trial)]
    silent = [trial for trial in nameable if not trial.diagnosis]
    misled = len(nameable) - len(named) - len(silent)
    seconds = sorted(trial.seconds for trial in hits)
    times = [
        _figure(f"examples to the first detection, median{of}",
                statistics.median(t.example for t in hits), "", 10),
        _figure(f"to the shrunk report, median{of}", statistics.median(seconds), "s", 5),
        _figure(f"to the shrunk report, longest{of}", seconds[-1], "s", 5),
    ] if hits else []  # fmt: skip
    return [
        _share(f"found with {needed:g} of {seeds} seeds{of}", len(found), len(defects), 0.95),
        _share(f"found within 25 examples, of all trials{of}",
               sum(t.example <= 25 for t in hits), len(trials)),
        _share(f"fault named rightly, of the reports{of}", len(named), len(nameable), 0.85),
        _share(f"another fault named, of the reports{of}", misled, len(nameable), most=0.03),
        *times,
    ]  # fmt: skip


def _share(
    case: str, count: int, of: int, bar: float | None = None, most: float | None = None
) -> Row:
    share = count / max(of, 1)
    met = share <= most if most is not None else None if bar is None else share >= bar
    return Row(case, f"{count} of {of}", "", f"{share:.1%}", bar if most is None else most, met)


def _figure(case: str, figure: float, unit: str, bar: float) -> Row:
    return Row(case, "", "", f"{figure:.3g} {unit}".rstrip(), bar, figure <= bar)


def quiet_rows(*findings: Quiet) -> list[Row]:
    """False alarms, and the time of an example."""
    result = []
    for quiet in findings:
        tally = quiet.tally
        kinds = ", ".join(f"{count} {kind}" for kind, count in quiet.kinds.most_common())
        words = f"{tally.examples} checks{f' ({kinds})' if kinds else ''}"
        result.append(
            Row(f"false alarms, {tally.name}", words, "", str(len(quiet.alarms)), None,
                not quiet.alarms)
        )  # fmt: skip
        result.append(_share(f"left open, {tally.name}", sum(tally.unresolved.values()),
                             tally.comparisons))  # fmt: skip
        each = 1000 * tally.seconds / max(tally.examples, 1)
        result.append(_figure(f"an example, {tally.name}", each, "ms", 25))
    return result


def defect_lines(trials: Sequence[Trial], defects: Sequence[Defect | Reported]) -> Iterator[str]:
    """A line of Markdown for each defect: seeds, examples, property, and what it was called."""
    reported = any(isinstance(defect, Reported) for defect in defects)
    heads = ["what was wrong", "reported"] if reported else []
    heads = ["defect", *heads, "is", "found", "examples", "by", "called"]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for defect in defects:
        group = [trial for trial in trials if trial.defect == defect.name]
        hits = [trial for trial in group if trial.found]
        examples = f"{statistics.median(t.example for t in hits):g}" if hits else "-"
        properties = ", ".join(sorted({t.property for t in hits}))
        called = Counter(
            ("" if is_named(defect, t) else "✗ ") + (t.diagnosis or "(nothing)") for t in hits
        )
        words = "; ".join(f"{words} ×{count}" for words, count in called.most_common(3))
        words += "".join(f"; {text}" for text in {t.error for t in group if t.error})
        cells = [defect.name]
        if isinstance(defect, Reported):
            cells += [defect.reason, f"[{defect.where}]({_issue(defect.where)})"]
        cells += [
            defect.diagnosis.replace("|", " or "),
            f"{len(hits)}/{len(group)}",
            examples,
            properties,
            words,
        ]
        cells = [cell.replace("|", "\\|") for cell in cells]
        yield f"| {' | '.join(cells)} |"


def _issue(where: str) -> str:
    repository, _, number = where.partition("#")
    return f"https://github.com/{repository}/issues/{number}"


def main() -> int:
    """Measure and print everything; fail if a bar is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.defects", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two seeds, few examples")
    parser.add_argument("--seeds", type=int, default=10, help="per defect (10)")
    parser.add_argument("--checks", type=int, default=10_000, help="of what is right (10,000)")
    parser.add_argument("--only", nargs="*", metavar="DEFECT", help="these defects alone")
    parser.add_argument("--list", choices=LISTS, metavar="NAME", help="this list alone")
    parser.add_argument("--skip-peers", action="store_true", help="our own checker alone")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the tables there, too")
    parser.add_argument("--trials", type=Path, metavar="FILE", help="a line of JSON for each trial")
    parser.add_argument("--read", type=Path, nargs="*", metavar="FILE", help="such lines, measured")
    arguments = parser.parse_args()
    seeds = range(2 if arguments.quick else arguments.seeds)
    checks = min(arguments.checks, 500) if arguments.quick else arguments.checks
    lists = {
        name: [each for each in listed if not arguments.only or each.name in arguments.only]
        for name, listed in LISTS.items()
        if arguments.list in (None, name)
    }
    defects = [defect for listed in lists.values() for defect in listed]
    if not defects:
        parser.error(f"--only: none of {', '.join(arguments.only)} is a planted defect")

    trials = [
        Trial(**json.loads(line))
        for path in arguments.read or ()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for position, defect in enumerate(() if trials else defects):
        print(f"{position + 1}/{len(defects)} {defect.name}", file=sys.stderr, flush=True)
        trials += [attempt(defect, seed) for seed in seeds]
    measured, parts = [], []
    for name, listed in lists.items():
        if listed:
            names = {defect.name for defect in listed}
            words = "" if name == "blind" else f", {name} list"
            measured += rows([trial for trial in trials if trial.defect in names], listed, words)
            parts.append("\n".join(defect_lines(trials, listed)))
    quiet = _look_for_alarms(defects, checks) if checks else []
    measured += quiet_rows(*quiet)
    alarms = {name: text for each in quiet for name, text in each.alarms.items()}
    parts += [f"Alarm: {name}\n\n{text}" for name, text in alarms.items()]
    parts.insert(0, rows_as_text(measured))
    if not arguments.skip_peers and lists.get("blind"):
        parts.append(defect_peers.table(lists["blind"], trials, 2 if arguments.quick else 10))
    text = "\n\n".join([*parts, f"{machine().partition(';')[0]}; processor time."])
    print(text)
    if arguments.save:
        before = arguments.save.read_text("utf-8") if arguments.save.exists() else ""
        kept = "\n## " + before.partition("\n## ")[2] if "\n## " in before else ""
        arguments.save.write_text(f"# Planted defects\n\n{text}\n{kept}", encoding="utf-8")
    if arguments.trials:
        lines = (json.dumps(asdict(trial)) for trial in trials)
        arguments.trials.write_text("\n".join(lines) + "\n", encoding="utf-8")
    missed = [row for row in measured if row.met is False]
    wanted = ("found with", "fault named", "another fault")
    shares = [f"{row.case}: {row.ours}" for row in measured if row.case.startswith(wanted)]
    print(f"{len(measured) - len(missed)} of {len(measured)} bars are met: {'; '.join(shares)}")
    return len(missed) > 0


if __name__ == "__main__":
    sys.exit(main())
