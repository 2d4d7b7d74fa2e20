"""When do two processes that average their gradients pay, beside one and beside BLAS's threads?

By the clock, for what else the machine does counts here. The table goes into `docs/parallel.md`.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.session import ONE_THREAD, OURS, ROOT, Ratio, Session, Timing
from benchmarks.table import Row, time_text, write

PAGE = ROOT / "docs" / "parallel.md"
RUNNER = ROOT / "benchmarks" / "runners" / "ranks.py"
MODELS = {
    "convolution": "two convolutions of 32 channels, 32 x 32, batch 64",
    "wide": "MLP 784-1024-1024-10, batch 512",
    "small": "MLP 64-64-10, batch 64",
}
ONE, THREADS = "1 process, 1 thread", "1 process, 2 threads"
_MPI = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
}  # fmt: skip


def measure(session: Session, page: Path | None = PAGE) -> list[Row]:
    """Time a step of each model in all three ways, in turn, and write the page."""
    if shutil.which("mpiexec") is None or find_spec("mpi4py") is None:
        return [Row("two processes", "", "MPI: not installed")]
    rows = []
    for name, words in MODELS.items():
        sides = {each: Timing(each, "") for each in (OURS, ONE, THREADS)}
        for _ in range(max(1, session.rounds // 3)):  # each round has a dozen steps
            for side, timing in sides.items():
                timing.seconds += seconds(name, side)
        ours = sides.pop(OURS)
        for side, timing in sides.items():
            ratio = Ratio.of(ours, timing)
            rows.append(
                Row(
                    f"{words}: 2 processes",
                    time_text(ours.median),
                    f"{side}: {time_text(timing.median)}",
                    f"{ratio.value:.3f} × [{ratio.low:.3f}, {ratio.high:.3f}]",
                )
            )
    if page is not None:
        write(page, "parallel", rows, "wall clock")
    return rows


def seconds(model: str, side: str) -> list[float]:
    """Return what each step took in fresh processes."""
    variables = os.environ | ONE_THREAD | _MPI | {"PYTHONPATH": str(ROOT)}
    if side == THREADS:
        variables |= dict.fromkeys(ONE_THREAD, "2")
    program = [sys.executable, str(RUNNER), model]
    if side == OURS:
        program[1:1] = ["-m", "nn.parallel"]
        program[:0] = ["mpiexec", "-n", "2"]
    result = subprocess.run(program, env=variables, check=True, capture_output=True, text=True)
    return [float(each) for each in json.loads(result.stdout)]
