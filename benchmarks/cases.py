"""How do we compare on the cases that people run? Every layer, model and optimizer beside PyTorch.

`python -m benchmarks cases` also writes its table into `docs/performance.md`. The cases are in
`benchmarks/runners/cases.py`, once for all sides.
"""

import sys
from pathlib import Path

from benchmarks import import_time, long_chain, step_memory
from benchmarks.runners.cases import CASES, Case
from benchmarks.session import OURS, Ratio, Session, Timing
from benchmarks.table import PAGE, Row, time_text, write


def measure(session: Session, only: str = "", page: Path | None = PAGE) -> list[Row]:
    """Time every case whose group or name holds `only`, and write the page if it is all of them."""
    rows = []
    for case in CASES:
        if only in f"{case.group}: {case.name}":
            rows.append(row(case, timings(session, case)))
            print(f"  {rows[-1].case}: {rows[-1].figure}", file=sys.stderr, flush=True)
    if not only:
        rows += long_chain.measure(session)
        rows += import_time.measure(session)
        rows += step_memory.measure(session)
        if page is not None and session.with_peers:
            write(page, "cases", rows)
    return rows


def contenders(case: Case) -> list[str]:
    """Return who can compute a case: those without layers the functions of arrays alone."""
    if not hasattr(case.build, "function"):
        return [OURS, "PyTorch"]
    if case.group == "arrays":
        return [OURS, "PyTorch", "JAX", "JAX, compiled", "MyGrad", "HIPS autograd"]
    return [OURS, "PyTorch", "JAX", "JAX, compiled"]


def timings(session: Session, case: Case) -> dict[str, Timing]:
    """Time one case on all sides that are installed, in turn."""
    return session.compare("case", *contenders(case), name=case.name)


def row(case: Case, timed: dict[str, Timing]) -> Row:
    """Return the row of a case: the ratio to PyTorch with its bar, and the other peers' times."""
    ours = timed[OURS]
    others = [f"{name} {time_text(each.median)}" for name, each in timed.items() if name != OURS]
    text = f"{case.group}: {case.name}"
    theirs = timed.get("PyTorch")
    if theirs is None:
        return Row(text, time_text(ours.median), "PyTorch: not installed", "", case.bar)
    ratio = Ratio.of(ours, theirs)
    return Row(
        text,
        time_text(ours.median),
        "; ".join(others),
        f"{ratio.value:.2f} × [{ratio.low:.2f}, {ratio.high:.2f}]",
        case.bar,
        None if case.bar is None else ratio.value <= case.bar,
    )
