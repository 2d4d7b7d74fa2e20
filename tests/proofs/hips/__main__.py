"""HIPS autograd's own tests and examples on this library, none of their lines changed.

`python -m tests.proofs.hips` downloads the source distribution of theirs into `.venv-hips`, which
is no part of the tree, runs its tests (97 % must pass) and its examples (their numbers must be
equal to ten digits to those that theirs gave, which stand in `numbers.json`). `--sample` runs some
of both, `record` writes the numbers, from theirs. Where nothing can be downloaded it says so.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from tests.proofs.environments import FOLDER, Unreachable, ours, pip, python

HERE = Path(__file__).parent
NUMBERS = HERE / "numbers.json"
VERSION = "1.9.1"
PACKAGES = ("numpy", "scipy", "matplotlib", "pytest", "xarray", "graphviz")
BAR = 0.97
DIGITS = 1e-10
# Those that print without end, or for longer than anybody waits: the lines after which they stop.
LINES = {"convnet": 4, "hmm_em": 3}
# Parts of others, and what does not run on theirs, today's NumPy and SciPy.
NO_EXAMPLES = ("__init__", "data", "data_mnist", "bayesian_optimization")
# What these print follows the operations of a backward pass, which are others here.
NAMES_OF_OPERATIONS = ("print_trace",)
SAMPLE = ("tanh", "rosenbrock", "rkhs", "rnn")
SAMPLE_TESTS = ("test_core.py", "test_list.py", "test_wrappers.py")


def source() -> Path:
    """Return the folder of their source distribution."""
    folder = FOLDER / f"autograd-{VERSION}"
    if not folder.exists():
        FOLDER.mkdir(exist_ok=True)
        words = ("download", "--no-deps", "--no-binary", "autograd", "--dest", str(FOLDER))
        pip(sys.executable, *words, f"autograd=={VERSION}")
        with tarfile.open(FOLDER / f"autograd-{VERSION}.tar.gz") as archive:
            archive.extractall(FOLDER, filter="data")
    return folder


def run_tests(interpreter: Path, files: tuple[str, ...]) -> tuple[int, int]:
    """Return how many of their tests pass, and how many there are."""
    done = subprocess.run(
        [interpreter, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider",
         "-c", os.devnull, "--rootdir", ".",  # their settings ask for plugins
         "-W", "ignore", "--tb=no", "-rf", *files],
        cwd=source() / "tests", env=ours(), capture_output=True, text=True,
    )  # fmt: skip
    print(done.stdout)
    counts = dict.fromkeys(("passed", "failed", "error"), 0)
    for count, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout):
        counts[word] = int(count)
    return counts["passed"], sum(counts.values())


def examples() -> dict[str, Path]:
    """Return the files of the examples by name."""
    folder = source() / "examples"
    files = [*folder.glob("*.py"), folder / "fluidsim/fluidsim.py", folder / "fluidsim/wing.py"]
    return {file.stem: file for file in sorted(files) if file.stem not in NO_EXAMPLES}


def run_example(interpreter: Path, file: Path, environment: dict[str, str]) -> Any:
    """Return the numbers of one example, or the last line of its error."""
    command = [interpreter, HERE / "example.py", file, str(LINES.get(file.stem, 1_000_000))]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=1200, cwd=FOLDER
    )
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    return json.loads(done.stdout.splitlines()[-1])


def rounded(tree: Any) -> Any:
    """Numbers to the digits that are compared, and a few more."""
    if isinstance(tree, dict):
        return {name: rounded(each) for name, each in tree.items()}
    if isinstance(tree, list):
        return [rounded(each) for each in tree]
    return float(f"{tree:.13g}")


def furthest(expected: Any, found: Any) -> float:
    """Return by how much two trees of numbers differ at most, relative to the larger ones."""
    if type(expected) is not type(found) and not isinstance(expected, (int, float)):
        return math.inf
    if isinstance(expected, dict):
        if expected.keys() != found.keys():
            return math.inf
        return max((furthest(expected[key], found[key]) for key in expected), default=0.0)
    if isinstance(expected, list):
        if len(expected) != len(found):
            return math.inf
        return max(map(furthest, expected, found), default=0.0)
    if math.isnan(expected) and math.isnan(found):
        return 0.0
    return abs(expected - found) / max(1.0, abs(expected))


def check_examples(interpreter: Path, names: list[str]) -> list[str]:
    """Return a line for each example that does not run, or gives other numbers."""
    wanted = json.loads(NUMBERS.read_text(encoding="utf-8"))
    wrong = []
    for name in names:
        found = run_example(interpreter, examples()[name], ours())
        if isinstance(found, str):
            wrong.append(f"{name}: {found}")
        elif name in NAMES_OF_OPERATIONS:
            print(f"{name}: runs")
        else:
            distance = furthest(wanted[name], found)
            print(f"{name}: {distance:.1e}")
            if not distance < DIGITS:
                wrong.append(f"{name}: its numbers differ by {distance:.1e}")
    return wrong


def record(names: list[str]) -> None:
    """Write the numbers that theirs gives."""
    theirs = python("theirs", f"autograd=={VERSION}", *PACKAGES)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    found = json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.exists() else {}
    for name in names:
        numbers = run_example(theirs, examples()[name], environment)
        print(name, numbers if isinstance(numbers, str) else "", flush=True)
        if not isinstance(numbers, str):
            found[name] = rounded(numbers)
    lines = [f'"{name}": {json.dumps(each)}' for name, each in sorted(found.items())]
    NUMBERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> int:
    """Run tests and examples; fail below the bars."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.hips", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["record"], help="write numbers.json")
    parser.add_argument("--sample", action="store_true", help="some tests, some examples")
    parser.add_argument("--only", nargs="*", metavar="EXAMPLE", help="these examples, no tests")
    arguments = parser.parse_args()
    try:
        if arguments.command:
            record(arguments.only or list(examples()))
            return 0
        interpreter = python("ours", *PACKAGES)
        files = SAMPLE_TESTS if arguments.sample else ()
        passed, total = (0, 0) if arguments.only else run_tests(interpreter, files)
        known = json.loads(NUMBERS.read_text(encoding="utf-8"))
        names = list(SAMPLE) if arguments.sample else [name for name in examples() if name in known]
        names = arguments.only or names
        wrong = check_examples(interpreter, names)
    except Unreachable as error:
        print(f"skipped: {error}")
        return 0
    print(*wrong, sep="\n")
    compared = [name for name in names if name not in NAMES_OF_OPERATIONS]
    print(
        f"{passed} of {total} tests of HIPS autograd {VERSION}, unmodified; {len(names)} examples, "
        f"of {len(compared)} with numbers {len(compared) - len(wrong)} equal to ten digits"
    )
    bar = 0.9 if arguments.sample else BAR
    enough = bool(arguments.only) or (total > 0 and passed >= total * bar)
    return 0 if enough and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
