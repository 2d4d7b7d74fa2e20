"""What does a training step cost? Forward, cross-entropy, backward and SGD, small and medium."""

from benchmarks.session import OURS, Session
from benchmarks.table import Row, comparison

# Widths, batch, and the bar against PyTorch.
STEPS = [((2, 16, 16, 2), 4, 0.6), ((784, 128, 128, 10), 64, 0.95)]


def measure(
    session: Session, steps: list[tuple[tuple[int, ...], int, float]] | None = None
) -> list[Row]:
    """Compare with PyTorch, layer for layer the same model."""
    rows = []
    for widths, batch, bar in STEPS if steps is None else steps:
        timings = session.compare("mlp_step", OURS, "PyTorch", widths=widths, batch=batch)
        case = f"training step, MLP {'-'.join(map(str, widths))}, batch {batch}"
        rows += comparison(case, timings, {"PyTorch": bar})
    return rows
