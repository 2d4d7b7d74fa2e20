"""How much does `import autograd` cost beyond `import numpy`?"""

import os
import subprocess
import sys
import tempfile

from benchmarks.session import ONE_THREAD, OURS, ROOT, Ratio, Session, Timing
from benchmarks.table import Row, limit, time_text

BAR = 1.3
CODE = """
import time
start = time.process_time()
import {module}
print(time.process_time() - start)
"""


def measure(session: Session) -> list[Row]:
    """Import each in fresh processes, in turn, from byte code that an earlier import has left."""
    ours, numpy = Timing(OURS, ""), Timing("NumPy", "")
    with tempfile.TemporaryDirectory() as cache:
        for module in ("autograd", "numpy"):
            seconds_to_import(module, cache)
        for _ in range(session.rounds):
            for timing, module in ((ours, "autograd"), (numpy, "numpy")):
                timing.seconds.append(seconds_to_import(module, cache))
    ratio = Ratio.of(ours, numpy)
    times = f"{time_text(ours.median)}; import numpy {time_text(numpy.median)}"
    return [limit("import autograd", times, ratio.value, "×", BAR)]


def seconds_to_import(module: str, cache: str) -> float:
    """Return the processor time of an import in a fresh interpreter."""
    # Threads that BLAS starts spin while others import, and would count as time of NumPy's.
    variables = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": cache}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-P", "-c", CODE.format(module=module)]
    result = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    return float(result.stdout)
