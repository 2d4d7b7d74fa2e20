"""The test suite of the array API standard on this library, none of its lines changed.

`python -m tests.proofs.array_api [EXAMPLES]` fetches the suite with git into `.venv-hips`, which is
no part of the tree, and runs it on `autograd` and on NumPy, at so many examples a test, 100 if not
given. At least `BAR` tests must pass. `--sample` runs names, signatures and inspection on
`autograd`. `ARRAY_API_TESTS` names a folder that has the suite. Where nothing can be fetched it
says so.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.proofs.environments import FOLDER, Unreachable, ours, python

ADDRESS = "https://github.com/data-apis/array-api-tests"
COMMIT = "55fcc60179efa2680ddd6cd926ddf17b83530e2b"
STANDARD = "2024.12"
PACKAGES = ("numpy", "scipy", "graphviz", "pytest", "pytest-json-report", "hypothesis", "ndindex")
BAR = 1320
SAMPLE = ("test_has_names.py", "test_signatures.py", "test_inspection_functions.py")
SAMPLE_BAR = 0.98


def source() -> Path:
    """Return the folder of the suite, at one commit, with the standard's own signatures."""
    given = os.environ.get("ARRAY_API_TESTS")
    if given:
        return Path(given)
    folder = FOLDER / "array-api-tests"
    if not (folder / "array-api" / "src").exists():
        FOLDER.mkdir(exist_ok=True)
        for words in (
            ("clone", "--quiet", ADDRESS, str(folder)),
            ("-C", str(folder), "checkout", "--quiet", COMMIT),
            ("-C", str(folder), "submodule", "--quiet", "update", "--init"),
        ):
            if words[0] == "clone" and folder.exists():
                continue
            done = subprocess.run(["git", *words], capture_output=True, text=True)
            if done.returncode:
                raise Unreachable(done.stderr.strip().splitlines()[-1])
    return folder


def run(interpreter: Path, module: str, examples: int, files: tuple[str, ...]) -> tuple[int, int]:
    """Return how many tests pass on a module, and how many there are, those skipped included."""
    environment = {
        **ours(), "ARRAY_API_TESTS_MODULE": module, "ARRAY_API_TESTS_VERSION": STANDARD,
    }  # fmt: skip
    done = subprocess.run(
        [interpreter, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rfE",
         "--max-examples", str(examples), "--derandomize",
         *(f"array_api_tests/{file}" for file in files)],
        cwd=source(), env=environment, capture_output=True, text=True,
    )  # fmt: skip
    print(f"on {module}:\n{done.stdout}")
    counts = re.findall(r"(\d+) (passed|failed|errors?|skipped)", done.stdout.splitlines()[-1])
    return sum(int(n) for n, word in counts if word == "passed"), sum(int(n) for n, _ in counts)


def main() -> int:
    """Run the suite; fail if fewer tests pass than must."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.array_api", description=__doc__)
    parser.add_argument("examples", nargs="?", type=int, default=100)
    parser.add_argument("--sample", action="store_true", help="names, signatures and inspection")
    arguments = parser.parse_args()
    try:
        interpreter = python("array-api", *PACKAGES)
        source()
    except (Unreachable, FileNotFoundError) as error:  # nothing to fetch from, or no git
        print(f"skipped: {error}")
        return 0
    if arguments.sample:
        passed, count = run(interpreter, "autograd", 2, SAMPLE)
        print(f"{passed} of {count} tests of the array API's signatures and names")
        return passed < SAMPLE_BAR * count or count == 0
    passed, count = run(interpreter, "autograd", arguments.examples, ("",))
    of_numpy, _ = run(interpreter, "numpy", arguments.examples, ("",))
    print(
        f"{passed} of {count} tests of the array API {STANDARD}, unmodified, at "
        f"{arguments.examples} examples; NumPy itself passes {of_numpy}"
    )
    return passed < BAR


if __name__ == "__main__":
    sys.exit(main())
