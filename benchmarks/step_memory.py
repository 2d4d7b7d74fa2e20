"""How much memory does a training step need beside the parameters?"""

import sys

from benchmarks.session import OURS, Session
from benchmarks.table import Row, size_text

BAR = 0.97

# Large arrays come from the system and go back to it, so that the peak counts what is alive.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**17), "MALLOC_TRIM_THRESHOLD_": str(2**17)}


def measure(session: Session, layers: int = 12, width: int = 1024, batch: int = 1024) -> list[Row]:
    """Compare the peak of resident memory during the second step with PyTorch's."""
    case = f"memory of a step, {layers} layers of {width}, batch {batch}"
    if sys.platform != "linux":
        return [Row(case, "measured on Linux only")]
    widths = [width] * (layers + 1)
    sizes = {
        name: session.result(name, "mlp_step_memory", ALLOCATOR, widths=widths, batch=batch)
        for name in session.present(OURS, "PyTorch")
    }
    ours = size_text(sizes[OURS])
    if "PyTorch" not in sizes:
        return [Row(case, ours, "PyTorch: not installed", "", BAR)]
    ratio = sizes[OURS] / sizes["PyTorch"]
    theirs = f"PyTorch: {size_text(sizes['PyTorch'])}"
    return [Row(case, ours, theirs, f"{ratio:.3f} ×", BAR, ratio <= BAR)]
