"""What do Jacobian, Hessian and gradients of samples cost beside a loop, PyTorch and JAX?"""

from benchmarks.session import OURS, Ratio, Session, Timing
from benchmarks.table import Row, time_text

JOBS = {
    "jacobian": "Jacobian, R^50 -> R^50, 4 layers",
    "hessian": "Hessian, R^50 -> R, 2 layers",
    "samples": "gradients of 64 samples, 2 layers",
}
# Of the time of one after the other, and of PyTorch's.
LOOP_BAR, PYTORCH_BAR = 0.1, 1.0


def measure(session: Session) -> list[Row]:
    """Time each job against our own loop, then against the peers."""
    rows = []
    for job, words in JOBS.items():
        at_once, loop = _loop(session, job)
        rows.append(_row(words, at_once, "one by one", loop, LOOP_BAR))
        timed = session.compare("transform", OURS, "PyTorch", "JAX", "JAX, compiled", job=job)
        for name, theirs in timed.items():
            if name != OURS:
                bar = PYTORCH_BAR if name == "PyTorch" else None
                rows.append(_row(words, timed[OURS], f"{name} {theirs.version}", theirs, bar))
    return rows


def _loop(session: Session, job: str) -> tuple[Timing, Timing]:
    """Both ways in two processes of ours, in turn."""
    timings = Timing(OURS, ""), Timing(OURS, "")
    with session.worker(OURS) as first, session.worker(OURS) as second:
        workers = first, second
        for worker, loop in zip(workers, (False, True), strict=True):
            worker.ask(do="prepare", case="transform", arguments={"job": job, "loop": loop})
            worker.ask(do="time", runs=3)
        for _ in range(session.rounds):
            for worker, timing in zip(workers, timings, strict=True):
                timing.seconds.append(worker.ask(do="time", runs=5))
    return timings


def _row(words: str, ours: Timing, name: str, theirs: Timing, bar: float | None) -> Row:
    ratio = Ratio.of(ours, theirs)
    return Row(
        words,
        time_text(ours.median),
        f"{name}: {time_text(theirs.median)}",
        f"{ratio.value:.3f} × [{ratio.low:.3f}, {ratio.high:.3f}]",
        bar,
        None if bar is None else ratio.value <= bar,
    )
