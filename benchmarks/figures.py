"""How long does a figure take, and what does recording for figures cost while it is off?"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd
import viz
from autograd import Tensor
from benchmarks.session import OURS, ROOT, Ratio, Session, Timing
from benchmarks.table import Row, limit, time_text
from viz.layout.external import dot_command

# Seconds for a figure as SVG, coordinates included.
SMALL_BARS = {"dot": 0.2, "builtin": 0.1}
RECURRENT_BAR, LARGE_BAR = 1.0, 3.0
OFF_BAR = 1.05
OFF_CODE = """
import time
from autograd import Tensor
{setup}
def run():
    y = x = Tensor(1.0, requires_grad=True)
    for _ in range(2000):
        y = y * x
    y.backward()
run()
times = []
for _ in range(15):
    start = time.process_time()
    run()
    times.append(time.process_time() - start)
print(sorted(times)[7])
"""
OFF_SETUP = """
import viz
with viz.record():
    (Tensor(1.0, requires_grad=True) * 2.0).backward()
"""


def measure(
    session: Session, small: int = 100, steps: int = 50, large: int = 10_000, chain: int = 100_000
) -> list[Row]:
    """Draw graphs of several sizes with every layout that is installed."""
    layouts = ["builtin"] + ["dot"] * (dot_command("json") is not None)
    loss, recurrent = network(small), unrolled(steps)
    rows = []
    for layout in layouts:
        taken = drawing_time(session, loss, layout)
        rows.append(_row(f"figure of {small} nodes, {layout}", taken, SMALL_BARS[layout]))
        for words, most in (("", 150), (" in full", 100_000)):
            taken = drawing_time(session, recurrent, layout, largest=most)
            rows.append(_row(f"{steps} steps over shared weights{words}, {layout}", taken,
                             RECURRENT_BAR))  # fmt: skip
        taken = drawing_time(session, irregular(large), layout)
        rows.append(_row(f"figure of {large:,} nodes, {layout}", taken, LARGE_BAR))
        taken = drawing_time(session, irregular(chain), layout)
        rows.append(Row(f"figure of a chain of {chain:,}, {layout}", time_text(taken)))
    return [*rows, cost_of_recording_that_is_off(session)]


def _row(case: str, taken: float, bar: float) -> Row:
    return limit(case, time_text(taken), taken, "s", bar)


def drawing_time(session: Session, result: Tensor, layout: str, **options: Any) -> float:
    """Return the median time of drawing a graph and writing it as SVG."""
    # What dot takes is not this process's time.
    clock = time.process_time if layout == "builtin" else time.perf_counter
    times = []
    for _ in range(max(3, session.rounds // 3)):
        start = clock()
        viz.draw(result, layout=layout, **options).svg()
        times.append(clock() - start)
    return sorted(times)[len(times) // 2]


def network(nodes: int) -> Tensor:
    """Return a value that was computed from others in a graph of so many nodes."""
    numbers = np.random.default_rng(0)
    leaves = [Tensor(numbers.normal(), requires_grad=True) for _ in range(nodes // 4)]
    pool = leaves[:1]
    for leaf in leaves[1:]:
        pool.append(pool[-1] + leaf)
    while len(pool) + len(leaves) - 1 < nodes:
        other = pool[int(numbers.integers(max(len(pool) - 8, 0), len(pool)))]
        pool.append(autograd.tanh(pool[-1]) if numbers.random() < 0.3 else pool[-1] * other)
    pool[-1].backward()
    return pool[-1]


def unrolled(steps: int) -> Tensor:
    """Return the loss of a recurrent network that uses the same weights in every step."""
    numbers = np.random.default_rng(0)
    w_x, w_h, b = (
        Tensor(numbers.normal(size=shape), requires_grad=True, name=name)
        for name, shape in (("W_x", (2, 3)), ("W_h", (3, 3)), ("b", (3,)))
    )
    h = Tensor(np.zeros((1, 3)), name="h0")
    for _ in range(steps):
        h = autograd.tanh(Tensor(numbers.normal(size=(1, 2))) @ w_x + h @ w_h + b)
    loss = (h * h).sum()
    loss.backward()
    return loss


def irregular(length: int) -> Tensor:
    """Return the end of a chain in which nothing comes three times in a row, as in no loop."""
    functions: Iterator[Callable[[Tensor], Tensor]] = (
        (autograd.sin, autograd.tanh)[bin(number).count("1") % 2] for number in range(length)
    )
    y = Tensor(1.0, requires_grad=True, name="x")
    for function in functions:
        y = function(y)
    y.backward()
    return y


def cost_of_recording_that_is_off(session: Session) -> Row:
    """Compare a graph of scalars before and after `viz.record()` was used, in fresh processes."""
    never, after = Timing("never", ""), Timing(OURS, "")
    for _ in range(session.rounds):
        for timing, setup in ((never, ""), (after, OFF_SETUP)):
            timing.seconds.append(_seconds_off(setup))
    ratio = Ratio.of(after, never)
    times = f"{time_text(after.median)}; without viz {time_text(never.median)}"
    return limit("2,000 operations, viz.record() off", times, ratio.value, "×", OFF_BAR)


def _seconds_off(setup: str) -> float:
    code = OFF_CODE.format(setup=setup)
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    return float(done.stdout)
