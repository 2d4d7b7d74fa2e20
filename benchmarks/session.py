"""A session: the contenders' processes, and alternating runs in them."""

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import peers

ROOT = Path(__file__).resolve().parent.parent
WORKER = ROOT / "benchmarks" / "runners" / "worker.py"

# Each contender and its module under benchmarks/runners.
OURS = "wengert"
ONE_BY_ONE = "one by one"  # ours, too: what runs at once, in a loop
RUNNERS = {
    OURS: "ours",
    ONE_BY_ONE: "ours_one_by_one",
    "PyTorch": "pytorch_peer",
    "MyGrad": "mygrad_peer",
    "HIPS autograd": "hips_peer",
    "JAX": "jax_peer",
    "JAX, compiled": "jax_jit_peer",
    "micrograd": "micrograd_peer",
    "PyTorch gradcheck": "pytorch_gradcheck",
    "JAX check_grads": "jax_check_grads",
    "HIPS check_grads": "hips_check_grads",
}

ONE_THREAD = dict.fromkeys(
    ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class Worker:
    """One contender's process, asked by lines of JSON."""

    def __init__(self, contender: str, environment: dict[str, str]) -> None:
        """Start the process and wait until it has imported its library."""
        ours = contender in (OURS, ONE_BY_ONE)
        python = sys.executable if ours else str(peers.interpreter())
        variables = os.environ | ONE_THREAD | environment
        # Only our own worker may see this tree: its `autograd` would hide HIPS's.
        variables.pop("PYTHONPATH", None)
        if ours:
            variables["PYTHONPATH"] = str(ROOT)
        self.contender = contender
        self.process = subprocess.Popen(
            [python, "-P", str(WORKER), RUNNERS[contender]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=variables,
        )
        try:
            self.version: str = self._reply()["version"]
        except RuntimeError:
            self.close()
            raise

    def ask(self, **request: Any) -> Any:
        """Send a request and return the reply's one value."""
        assert self.process.stdin is not None
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise RuntimeError(f"the process of {self.contender} has ended") from None
        return next(iter(self._reply().values()))

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _reply(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process of {self.contender} ended without an answer")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise RuntimeError(f"{self.contender} failed:\n{reply['error']}")
        return reply


@dataclass
class Timing:
    """The seconds of one contender's runs, in the order of the rounds."""

    contender: str
    version: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Ratio:
    """One median divided by another, with the quartiles of the rounds' own ratios."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, ours: Timing, theirs: Timing) -> "Ratio":
        """Return ours divided by theirs; below 1 we are faster."""
        rounds = [a / b for a, b in zip(ours.seconds, theirs.seconds, strict=True)]
        low, _, high = statistics.quantiles(rounds, n=4) if len(rounds) > 1 else rounds * 3
        return cls(ours.median / theirs.median, low, high)


@dataclass(frozen=True)
class Session:
    """How thoroughly to measure, and against whom."""

    rounds: int = 15
    seconds_per_round: float = 0.1
    with_peers: bool = field(default_factory=lambda: peers.interpreter() is not None)

    def present(self, *contenders: str) -> tuple[str, ...]:
        """Return those of some contenders that can be run here."""
        ours = (OURS, ONE_BY_ONE)
        return tuple(name for name in contenders if name in ours or self.with_peers)

    @contextmanager
    def worker(self, contender: str, **environment: str) -> Iterator[Worker]:
        """Run one contender's process for the duration of a `with` block."""
        worker = Worker(contender, environment)
        try:
            yield worker
        finally:
            worker.close()

    def result(
        self, contender: str, case: str, environment: dict[str, str], **arguments: Any
    ) -> Any:
        """Return the result of one run of a case in a fresh process."""
        with self.worker(contender, **environment) as worker:
            return worker.ask(do="prepare", case=case, arguments=arguments)

    def compare(self, case: str, *contenders: str, **arguments: Any) -> dict[str, Timing]:
        """Time one case in the contenders' processes, one round each in turn.

        Raises:
            RuntimeError: If the contenders do not compute the same number.
        """
        with ExitStack() as stack:
            workers = [stack.enter_context(self.worker(name)) for name in self.present(*contenders)]
            results = [
                worker.ask(do="prepare", case=case, arguments=arguments) for worker in workers
            ]
            for worker, result in zip(workers, results, strict=True):
                if not math.isclose(result, results[0], rel_tol=1e-3, abs_tol=1e-6):
                    raise RuntimeError(
                        f"{case}: {worker.contender} computes {result}, but "
                        f"{workers[0].contender} {results[0]}"
                    )
            runs = [self._runs_per_round(worker) for worker in workers]
            timings = [Timing(worker.contender, worker.version) for worker in workers]
            for _ in range(self.rounds):
                for worker, count, timing in zip(workers, runs, timings, strict=True):
                    timing.seconds.append(worker.ask(do="time", runs=count))
        return {timing.contender: timing for timing in timings}

    def _runs_per_round(self, worker: Worker) -> int:
        """Return how many runs fill a round, from runs that also warm up."""
        runs = 1
        while True:
            seconds: float = worker.ask(do="time", runs=runs)
            if seconds * runs >= self.seconds_per_round / 4:
                return max(1, round(self.seconds_per_round / seconds))
            runs *= 4
