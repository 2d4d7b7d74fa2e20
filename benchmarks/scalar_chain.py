"""What does one operation on scalars cost? A chain `c = c * b + a`, forward and backward."""

from benchmarks.session import OURS, Session
from benchmarks.table import Row, comparison

BARS = {"PyTorch": 0.35, "MyGrad": 0.15, "HIPS autograd": 0.15, "micrograd": 1.0}


def measure(session: Session, operations: int = 2000) -> list[Row]:
    """Compare with all peers."""
    timings = session.compare("scalar_chain", OURS, *BARS, operations=operations)
    return comparison(f"scalar chain, {operations:,} operations", timings, BARS)
