"""The memory of this process, as the operating system counts it (Linux)."""

import gc
from collections.abc import Callable
from pathlib import Path


def peak_above_now(step: Callable[[], object]) -> int:
    """Return by how many bytes the resident memory rises above its present size during a step."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text(
        "5", encoding="ascii"
    )  # sets the peak to the present size
    before = _status("VmRSS")
    step()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/self/status has no {name}")
