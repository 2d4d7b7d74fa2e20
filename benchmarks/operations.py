"""Which operations cost more than NumPy, forward or backward, or loop over elements?"""

import gc
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from types import FrameType
from typing import Any

import numpy as np

from autograd import Tensor
from benchmarks.operation_cases import CASES, Case
from benchmarks.session import ONE_THREAD, ROOT, Session
from benchmarks.table import Row, time_text

# Allowed: so many times NumPy, and microseconds of Python. Where nobody writes the gradient by hand
# it may cost so many times the function: A. Griewank's bound (1989) for reverse mode.
FACTOR, OF_ITS_FORWARD_PASS = 1.3, 5.0
FORWARD, BACKWARD = 2e-6, 3e-6
# More lines of Python than for six elements; blocks that fit the cache may be as many.
LINES = 400
SECONDS = 0.04  # for every figure
ROUNDS = 11  # at least

# What an array costs to have shall not depend on what was freed before it.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**26), "MALLOC_TRIM_THRESHOLD_": str(2**30)}

# What costs more, and why it may.
_SINGULAR = "by singular values: exact for singular matrices, where the formula divides by 0"
_POSITIONS = "by positions: one rule for every kind of index and mode"
_TWICE = "its factors are one matrix: the rule of the product computes both gradients, which agree"
_OUTPUTS = "as many Tensors and nodes as rows, which it returns"
_EQUAL = "looks for equal elements, whose order counts"
_DIGITS = "does not divide by a factor far smaller than the others, which would cost digits"
_COLUMN = "as the product with a matrix of one column"
_LOOKS = "looks at the positions before it uses them: their range, and none outside"
_TIES = "looks for equal elements, which share the gradient"
_UNUSED = "zeros for the results that nobody used"
_BITS = "by their bits: what is left out is 0 even where the cotangent is NaN"
ARGUED = {
    ("cumprod", "backward, large"): _DIGITS,
    ("nanprod", "backward, large"): _DIGITS,
    ("prod", "backward, large"): _DIGITS,
    ("interp", "forward, large"): "differentiable in all of its arguments",
    ("masked_fill", "backward, large"): _BITS,
    ("select", "backward, large"): _BITS,
    ("matvec", "backward, large"): _COLUMN,
    ("matvec", "forward, large"): _COLUMN,
    ("vecmat", "backward, large"): _COLUMN,
    ("vecmat", "forward, large"): _COLUMN,
    ("median", "backward, large"): _EQUAL,
    ("sort", "backward, large"): _EQUAL,
    ("topk", "forward, large"): _EQUAL,
    ("maximum", "backward, large"): _TIES,
    ("minimum", "backward, large"): _TIES,
    ("arccosh", "backward, large"): "by two roots: x² - 1 overflows, and has no digits near 1",
    ("arctanh", "backward, large"): "by (1 - x)(1 + x): 1 - x² has no digits near 1",
    ("logaddexp2", "backward, large"): "by σ, which does not overflow",
    ("lerp", "forward, large"): "by two products, exact at both ends",
    ("split", "backward, large"): _UNUSED,
    ("array_split", "backward, large"): _UNUSED,
    ("modf", "backward, large"): _UNUSED,
    ("frexp", "backward, large"): _UNUSED,
    ("bincount", "forward, large"): _LOOKS,
    ("scatter", "forward, large"): _LOOKS,
    ("trapezoid", "backward, large"): "its forward pass is four times as fast: both together win",
    ("partition", "forward, large"): "by positions, which its rule needs",
    ("scatter_reduce", "forward, large"): "of any kind, exact with zeros and at ties",
    ("cofactor", "forward, large"): _SINGULAR,
    ("cofactor", "forward, small"): _SINGULAR,
    ("cofactor", "backward, small"): _SINGULAR,
    ("cofactor_change", "forward, large"): _SINGULAR,
    ("cofactor_change", "forward, small"): _SINGULAR,
    ("cofactor_change", "backward, large"): _SINGULAR,
    ("cov", "backward, large"): _TWICE,
    ("corrcoef", "backward, large"): _TWICE,
    ("delete", "backward, large"): _POSITIONS,
    ("delete", "forward, large"): _POSITIONS,
    ("insert", "backward, large"): _POSITIONS,
    ("insert", "forward, large"): _POSITIONS,
    ("pad", "backward, large"): _POSITIONS,
    ("pad", "forward, large"): _POSITIONS,
    ("put_along_axis", "backward, large"): "the last of several writes counts: it looks which",
    ("expm1", "backward, large"): "e^x again: e^x - 1 has none of its digits far below 0",
    ("sinc", "backward, large"): "by a series near 0, where the formula has no digits left",
    ("matrix_power", "backward, large"): "the power of a matrix of twice the side, of any order",
    ("cholesky", "backward, large"): "two triangular systems for each matrix",
    ("unstack", "forward, large"): _OUTPUTS,
    ("unstack", "backward, large"): _OUTPUTS,
    ("unstack", "loop"): _OUTPUTS,
    ("expm", "loop"): "SciPy's, which chooses a degree and a scale for every matrix",
    ("cumprod", "loop"): "√n steps of a recurrence, where the product has zeros or underflows",
    ("linear_recurrence", "loop"): "√n steps",
    ("lstm", "loop"): "as many steps as the sequence has",
    ("gru", "loop"): "as many steps as the sequence has",
}
# Less than this is Python that does not grow with the array.
PYTHON = 15e-6


@dataclass
class Cost:
    """What one pass of a case costs, and what it may."""

    case: str
    what: str
    ours: float
    theirs: float
    allowance: float
    by_hand: bool = True  # else the forward pass is what a backward pass is compared with

    @property
    def allowed(self) -> float:
        """The bar in seconds."""
        return (FACTOR if self.by_hand else OF_ITS_FORWARD_PASS) * self.theirs + self.allowance

    @property
    def extra(self) -> float:
        """What it costs more, in seconds."""
        return self.ours - self.theirs

    @property
    def met(self) -> bool:
        """Whether it stays below."""
        return self.ours <= self.allowed


def measure(session: Session, names: list[str] | None = None) -> list[Row]:
    """Time every operation at two sizes; a row for each that is too slow, and for each loop."""
    variables = os.environ | ONE_THREAD | ALLOCATOR | {"PYTHONPATH": str(ROOT)}
    seconds = min(session.seconds_per_round, SECONDS)
    command = [sys.executable, "-m", "benchmarks.operations", str(seconds), *(names or ())]
    result = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    found = json.loads(result.stdout)
    costs = [Cost(**each) for each in found["costs"]]
    rows = [_row(cost) for cost in costs if not cost.met and cost.extra > PYTHON]
    rows.sort(key=lambda row: (row.met is None, row.case))
    return [*_summary(costs), *rows, *(_loop(*each) for each in found["loops"])]


def measure_here(names: list[str], seconds: float) -> dict[str, Any]:
    """The costs of the operations of some names, or of all, and those that loop."""
    fixed = fixed_cost_of_a_pass()
    costs: list[Cost] = []
    loops: list[tuple[str, int]] = []
    for case in CASES:
        if names and case.name not in names:
            continue
        for size in case.arguments:
            costs += _costs(case, size, fixed, seconds)
        more = lines_run(case, "large") - lines_run(case, "small")
        if more > LINES:
            loops.append((case.name, more))
    return {"costs": [asdict(cost) for cost in costs], "loops": loops}


def _loop(name: str, more: int) -> Row:
    reason = ARGUED.get((name, "loop"))
    return Row(
        f"{name}, lines of Python",
        f"{more} more for the large array",
        reason or "",
        "",
        LINES,
        None if reason else False,
    )


def _row(cost: Cost) -> Row:
    reason = ARGUED.get((cost.case, cost.what))
    theirs = f"{'NumPy' if cost.by_hand else 'its forward pass'}: {time_text(cost.theirs)}"
    return Row(
        f"{cost.case}, {cost.what}",
        time_text(cost.ours),
        theirs if reason is None else f"{theirs}; {reason}",
        f"{cost.ours / cost.theirs:.2f} ×, {time_text(cost.extra)} more",
        None,
        None if reason is not None else False,
    )


def _summary(costs: list[Cost]) -> list[Row]:
    rows = []
    for what in sorted({cost.what for cost in costs}):
        group = [cost for cost in costs if cost.what == what]
        over = [cost for cost in group if not cost.met]
        little = sum(cost.extra <= PYTHON for cost in over)
        extra = statistics.median(cost.extra for cost in group)
        ratio = statistics.median(cost.ours / cost.theirs for cost in group)
        rows.append(
            Row(
                f"{len(group)} operations, {what}",
                f"{len(over)} over the bar, {little} by less than {time_text(PYTHON)}",
                f"NumPy: median {'+' if extra >= 0 else '-'}{time_text(abs(extra))}",
                f"{ratio:.2f} × [median]",
            )
        )
    return rows


# ---------------------------------------------------------------------- time


def fixed_cost_of_a_pass() -> float:
    """What `backward()` costs before and after the operations: that of a leaf."""
    leaf = Tensor(np.ones((2, 3)), requires_grad=True)
    g = Tensor(np.ones((2, 3)))
    return median_times([lambda: leaf.backward(g)], 0.2)[0]


def _costs(case: Case, size: str, fixed: float, budget: float) -> list[Cost]:
    arrays = list(case.arguments[size])
    tensors = leaves(arrays)
    out, expected = agree(case, size)
    times = median_times([lambda: case.ours(*tensors), lambda: case.formula(*arrays)], 2 * budget)
    forward = Cost(case.name, f"forward, {size}", times[0], times[1], FORWARD)
    if not out.requires_grad:
        return [forward]
    g = cotangent_of(out)
    hand = case.gradient
    by_hand = None if hand is None else lambda: hand(g, expected, *arrays)
    ours, theirs = backward_times(case, tensors, g, by_hand, 2 * budget)
    return [
        forward,
        Cost(
            case.name,
            f"backward, {size}",
            max(ours - fixed, 0.0),
            times[1] if theirs is None else theirs,
            BACKWARD,
            theirs is not None,
        ),
    ]


def _clock(call: Callable[[], Any]) -> Callable[[], float]:
    """The clock for a call: what else runs does not count, where that can be told cheaply."""
    start = perf_counter()
    call()
    return process_time if perf_counter() - start > 1e-4 else perf_counter


def median_times(calls: list[Callable[[], Any]], seconds: float) -> list[float]:
    """Median times of single calls, one of each in turn."""
    runs: list[list[float]] = [[] for _ in calls]
    clock = _clock(calls[0])
    until = perf_counter() + seconds
    gc.disable()
    try:
        while perf_counter() < until or len(runs[0]) < ROUNDS:
            for call, times in zip(calls, runs, strict=True):
                start = clock()
                call()
                times.append(clock() - start)
    finally:
        gc.enable()
    return [statistics.median(times) for times in runs]


def backward_times(
    case: Case,
    tensors: list[Tensor],
    g: Any,
    by_hand: Callable[[], Any] | None,
    seconds: float,
) -> tuple[float, float | None]:
    """Median times of backward passes, over a fresh graph each, and of the gradient by hand."""
    cotangent = Tensor(g)
    clock = _clock(lambda: _first(case.ours(*tensors)).backward(cotangent))
    ours: list[float] = []
    theirs: list[float] = []
    until = perf_counter() + seconds
    gc.disable()
    try:
        while perf_counter() < until or len(ours) < ROUNDS:
            for tensor in tensors:
                tensor.grad = None
            out = _first(case.ours(*tensors))
            start = clock()
            out.backward(cotangent)
            ours.append(clock() - start)
            if by_hand is not None:
                start = clock()
                by_hand()
                theirs.append(clock() - start)
    finally:
        gc.enable()
    return statistics.median(ours), statistics.median(theirs) if theirs else None


# ---------------------------------------------------------------------- loops


def lines_run(case: Case, size: str) -> int:
    """How many lines of Python one forward and backward pass runs."""
    tensors = leaves(list(case.arguments[size]))
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    def both() -> None:
        out = _first(case.ours(*tensors))
        if out.requires_grad:
            out.backward(np.ones(out.shape, out.dtype))

    both()  # what is compiled at first use is no loop
    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        both()
    finally:
        sys.settrace(previous)
    return count


# ---------------------------------------------------------------------- shared


def leaves(arrays: list[Any]) -> list[Tensor]:
    """The arguments as Tensors; floating ones require gradients."""
    return [Tensor(each, requires_grad=each.dtype.kind == "f") for each in arrays]


def _first(out: Any) -> Any:
    return out[0] if isinstance(out, (tuple, list)) else out


def cotangent_of(out: Tensor) -> Any:
    """Numbers to go back with."""
    return np.random.default_rng(1).uniform(0.5, 1.5, out.shape).astype(out.dtype)[()]


def agree(case: Case, size: str) -> tuple[Tensor, Any]:
    """The results of the operation and of the formula written by hand.

    Raises:
        RuntimeError: if they differ, or the gradients do: comparing times would mean nothing.
    """
    arrays = list(case.arguments[size])
    tensors = leaves(arrays)
    out, expected = _first(case.ours(*tensors)), case.formula(*arrays)
    _check(case, size, out.data, _first(expected), "values")
    if case.gradient is not None and out.requires_grad:
        g = cotangent_of(out)
        by_hand = case.gradient(g, expected, *arrays)
        _check_gradients(case, size, out, g, tensors, by_hand)
        out = _first(case.ours(*tensors))
    return out, expected


def _check(case: Case, size: str, ours: Any, theirs: Any, what: str) -> None:
    if not np.allclose(ours, theirs, rtol=1e-3, atol=1e-4, equal_nan=True):
        raise RuntimeError(f"{case.name}, {size}: {what} differ from the formula written by hand")


def _check_gradients(
    case: Case, size: str, out: Tensor, g: Any, tensors: list[Tensor], by_hand: Any
) -> None:
    out.backward(Tensor(g))
    found = [tensor for tensor in tensors if tensor.requires_grad]
    listed = by_hand if isinstance(by_hand, tuple) else (by_hand,)
    for tensor, theirs in zip(found, listed, strict=True):
        assert tensor.grad is not None
        _check(case, size, tensor.grad.data, theirs, "gradients")


if __name__ == "__main__":
    # With warnings, such as of overflow far out, the answer would not be JSON alone.
    print(json.dumps(measure_here(sys.argv[2:], float(sys.argv[1]))))
