"""What do Jacobian, Hessian and gradients of samples cost beside a loop, PyTorch and JAX?

The table goes into `docs/performance.md`, too.
"""

from pathlib import Path

from benchmarks.session import ONE_BY_ONE, OURS, Ratio, Session, Timing
from benchmarks.table import PAGE, Row, time_text, write

JOBS = {
    "jacobian": "Jacobian, R^50 -> R^50, 4 layers",
    "hessian": "Hessian, R^50 -> R, 2 layers",
    "samples": "gradients of 64 samples, 2 layers",
    "small_jacobian": "Jacobian, R^5 -> R^5, 4 layers",
    "small_hessian": "Hessian, R^5 -> R, 2 layers",
    "few_samples": "gradients of 4 samples, 2 layers",
}
# Of the time of one after the other where there are many, and where there are few; of PyTorch's.
LOOP_BAR, SMALL_LOOP_BAR, PYTORCH_BAR = 0.1, 1.2, 1.0


def measure(session: Session, page: Path | None = PAGE) -> list[Row]:
    """Time each job against our own loop and the peers, and write the page if they are there."""
    rows = []
    for job, words in JOBS.items():
        sides = (OURS, ONE_BY_ONE, "PyTorch", "JAX", "JAX, compiled")
        timed = session.compare("transform", *sides, job=job)
        loop_bar = SMALL_LOOP_BAR if "small" in job or "few" in job else LOOP_BAR
        bars = {ONE_BY_ONE: loop_bar, "PyTorch": PYTORCH_BAR}
        rows += [
            _row(words, timed[OURS], theirs, bars.get(name))
            for name, theirs in timed.items()
            if name != OURS
        ]
    if page is not None and session.with_peers:
        write(page, "transforms", rows)
    return rows


def _row(words: str, ours: Timing, theirs: Timing, bar: float | None) -> Row:
    ratio = Ratio.of(ours, theirs)
    return Row(
        words,
        time_text(ours.median),
        f"{theirs.contender} {time_text(theirs.median)}",
        f"{ratio.value:.3f} × [{ratio.low:.3f}, {ratio.high:.3f}]",
        bar,
        None if bar is None else ratio.value <= bar,
    )
