"""How fast are convolution and pooling on raw arrays, forward and both adjoints?"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.kernels.convolution import conv, conv_input, conv_weight
from autograd.kernels.pooling import (
    average_pool,
    average_pool_adjoint,
    max_pool,
    max_pool_scatter,
)
from autograd.kernels.windows import channels_to_end, channels_to_second
from benchmarks import peers
from benchmarks.session import ONE_THREAD, OURS, ROOT, Session, Timing
from benchmarks.table import Row, comparison, machine, markdown

# In units of the largest value: float32, sums in different orders.
LARGEST_DIFFERENCE = 1e-4


@dataclass(frozen=True)
class Convolution:
    """A layer; inner layers get their input as our own layers return it, channels last."""

    name: str
    x_shape: tuple[int, ...]
    weight_shape: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    groups: int = 1
    inner: bool = True
    bar: float = 2.0


@dataclass(frozen=True)
class Pooling:
    """A layer of maxima and one of averages, both sides with the channels last."""

    name: str
    x_shape: tuple[int, ...]
    kernel: int
    stride: int
    padding: int = 0
    bar: float = 4.0


CASES = [
    Convolution("digits 1 → 16, 8x8", (64, 1, 8, 8), (16, 1, 3, 3), padding=1, inner=False),
    Convolution("digits 16 → 32, 8x8", (64, 16, 8, 8), (32, 16, 3, 3), padding=1, bar=2.5),
    Convolution("LeNet 1 → 6, 28x28", (64, 1, 28, 28), (6, 1, 5, 5), padding=2, inner=False),
    Convolution("LeNet 6 → 16, 14x14", (64, 6, 14, 14), (16, 6, 5, 5), bar=3.0),
    Convolution("RGB 3 → 64, 32x32", (32, 3, 32, 32), (64, 3, 3, 3), padding=1, inner=False),
    Convolution("64 → 64, 32x32", (32, 64, 32, 32), (64, 64, 3, 3), padding=1),
    Convolution("64 → 128, stride 2", (32, 64, 32, 32), (128, 64, 3, 3), stride=2, padding=1),
    Convolution("64 → 128, 1x1", (32, 64, 32, 32), (128, 64, 1, 1)),
    Convolution("64 depthwise", (16, 64, 32, 32), (64, 1, 3, 3), padding=1, groups=64, bar=12.0),
    Convolution("256 → 256, 8x8", (16, 256, 8, 8), (256, 256, 3, 3), padding=1),
    Convolution("1-d 32 → 64, 256", (32, 32, 256), (64, 32, 5), padding=2),
    Convolution("3-d 16 → 32, 16³", (4, 16, 16, 16, 16), (32, 16, 3, 3, 3), padding=1, bar=2.5),
    Pooling("digits 16, 8x8", (64, 16, 8, 8), kernel=2, stride=2),
    Pooling("64, 32x32", (32, 64, 32, 32), kernel=2, stride=2),
    Pooling("64, 32x32 overlapping", (32, 64, 32, 32), kernel=3, stride=2, padding=1, bar=5.0),
]  # fmt: skip

Case = Convolution | Pooling
# What one side computes, by name; a run returns all its results.
Runs = dict[str, Callable[[], list[Any]]]


def measure(session: Session, cases: list[Case] | None = None) -> list[Row]:
    """Compare the kernels with PyTorch in one process of the peers' environment.

    The kernels need only NumPy, and raw arrays have no state, so both sides can alternate there.
    """
    python = peers.interpreter() if session.with_peers else None
    numbers = range(len(CASES)) if cases is None else map(CASES.index, cases)
    request = {
        "cases": list(numbers),
        "rounds": session.rounds,
        "seconds": session.seconds_per_round,
    }
    reply = subprocess.run(
        [str(python or sys.executable), "-m", "benchmarks.convolution", json.dumps(request)],
        cwd=ROOT,
        # This tree hides HIPS's autograd there.
        env=os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows = []
    for text, bar, timings in json.loads(reply.stdout):
        sides = {side: Timing(side, version, seconds) for side, version, seconds in timings}
        rows += comparison(text, sides, {"PyTorch": bar})
    return rows


def time_here(case: Case, rounds: int, seconds: float) -> list[tuple[str, float, list[Any]]]:
    """Time a case in this process, beside PyTorch where it can be imported, in turn.

    Returns:
        For each thing computed, its name, the bar, and (side, version, seconds of each round).

    Raises:
        RuntimeError: If both sides do not compute the same.
    """
    ours, theirs, version = _sides(case)
    results = []
    for name, run in ours.items():
        sides = [(OURS, "tree", run)]
        if theirs:
            sides.append(("PyTorch", version, theirs[name]))
            for our_result, their_result in zip(run(), theirs[name](), strict=True):
                _check_same(f"{case.name}, {name}", our_result, their_result.numpy())
        counts = [_runs_per_round(side_run, seconds) for _, _, side_run in sides]
        timings: list[list[float]] = [[] for _ in sides]
        for _ in range(rounds):
            for (_, _, side_run), count, timing in zip(sides, counts, timings, strict=True):
                timing.append(_seconds_per_run(side_run, count))
        rows = [
            (side, side_version, timing)
            for (side, side_version, _), timing in zip(sides, timings, strict=True)
        ]
        results.append((f"{case.name}, {name}", case.bar, rows))
    return results


def _sides(case: Case) -> tuple[Runs, Runs | None, str]:
    """Return our runs, PyTorch's or None, and PyTorch's version."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(case.x_shape, dtype=np.float32)
    try:
        torch: Any = importlib.import_module("torch")
    except ImportError:
        torch, version = None, ""
    else:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        version = torch.__version__
    if isinstance(case, Pooling):
        x = _channels_last(x)
        return _our_pooling(case, x), torch and _their_pooling(torch, case, x), version
    weight = rng.standard_normal(case.weight_shape, dtype=np.float32)
    settings = (case.stride, case.padding, 1, case.groups)
    g = rng.standard_normal(conv(x, weight, *settings).shape, dtype=np.float32)
    theirs = torch and _their_convolution(torch, case, x, weight, g)
    inner, g = _channels_last(x) if case.inner else x, _channels_last(g)
    ours: Runs = {
        "forward": lambda: [conv(inner, weight, *settings)],
        "adjoints": lambda: [
            conv_input(g, weight, x.shape[2:], *settings),
            conv_weight(g, inner, weight.shape[2:], *settings),
        ],
    }
    return ours, theirs, version


def _their_convolution(torch: Any, case: Convolution, *arrays: np.ndarray[Any, Any]) -> Runs:
    x, weight, g = map(torch.from_numpy, arrays)
    axes = x.ndim - 2
    forward = getattr(torch.nn.functional, f"conv{axes}d")
    stride, padding, one, zero = ([n] * axes for n in (case.stride, case.padding, 1, 0))

    def adjoints() -> Any:
        arguments = (g, x, weight, None, stride, padding, one, False, zero, case.groups)
        return torch.ops.aten.convolution_backward(*arguments, [True, True, False])[:2]

    return {
        "forward": lambda: [forward(x, weight, None, stride, padding, one, case.groups)],
        "adjoints": adjoints,
    }


def _our_pooling(case: Pooling, x: np.ndarray[Any, Any]) -> Runs:
    settings = (case.kernel, case.stride, case.padding)
    g, _ = max_pool(x, *settings)

    def maxima() -> list[np.ndarray[Any, Any]]:
        values, indices = max_pool(x, *settings)
        return [values, max_pool_scatter(g, indices, x.shape[2:])]

    return {
        "maxima, adjoint": maxima,
        "averages, adjoint": lambda: [
            average_pool(x, *settings),
            average_pool_adjoint(g, x.shape[2:], *settings),
        ],
    }


def _their_pooling(torch: Any, case: Pooling, x_array: np.ndarray[Any, Any]) -> Runs:
    x = torch.from_numpy(x_array)
    functional, aten = torch.nn.functional, torch.ops.aten
    settings = (case.kernel, case.stride, case.padding)
    g, _ = functional.max_pool2d(x, *settings, return_indices=True)
    pairs = [[setting] * 2 for setting in settings]

    def maxima() -> list[Any]:
        values, indices = functional.max_pool2d(x, *settings, return_indices=True)
        arguments = (g, x, *pairs, [1, 1], False, indices)
        return [values, aten.max_pool2d_with_indices_backward(*arguments)]

    return {
        "maxima, adjoint": maxima,
        "averages, adjoint": lambda: [
            functional.avg_pool2d(x, *settings),
            aten.avg_pool2d_backward(g, x, *pairs, False, True, None),
        ],
    }


def _channels_last(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return channels_to_second(np.ascontiguousarray(channels_to_end(array)))


def _check_same(name: str, ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> None:
    difference = np.abs(ours - theirs).max() / np.abs(theirs).max()
    if not difference <= LARGEST_DIFFERENCE:
        raise RuntimeError(f"{name}: the results differ by {difference:.1e} of the largest")


def _seconds_per_run(run: Callable[[], Any], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        run()
    return (time.process_time() - start) / count


def _runs_per_round(run: Callable[[], Any], seconds: float) -> int:
    run()
    return max(1, round(seconds / max(1e-6, _seconds_per_run(run, 3))))


def main() -> None:
    """Answer `measure`'s request, or print the table of what can be measured in this process."""
    if len(sys.argv) > 1:
        request = json.loads(sys.argv[1])
        cases = [CASES[number] for number in request["cases"]]
        timed = [time_here(case, request["rounds"], request["seconds"]) for case in cases]
        print(json.dumps([row for rows in timed for row in rows]))
        return
    print(f"{markdown(measure(Session()))}\n\n{machine()}")


if __name__ == "__main__":
    main()
