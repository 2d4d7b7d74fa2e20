"""What Keras prints while it trains: a bar and the numbers, epoch by epoch."""

from __future__ import annotations

import time
from typing import Any

from autograd.internals import show
from nn.train.progress import Progress

__all__: list[str] = []

_WIDTH = 30  # of the bar


class KerasLines(Progress):
    """Two lines an epoch as `verbose=1`, or one as `verbose=2`.

    Args:
        verbose: 1 or 2.
        names: of the columns of the history, what Keras calls them.
        begun: epochs of earlier calls of `fit`, which are not counted.
    """

    def __init__(self, verbose: int, names: dict[str, str], begun: int) -> None:
        self.verbose = verbose
        self.names = names
        self.begun = begun
        self._batches: int | None = None
        self._began = 0.0

    def epoch_began(self, epoch: int, epochs: int, batches: int | None) -> None:
        """Name the epoch."""
        self._batches, self._began = batches, time.perf_counter()
        show(f"Epoch {epoch - self.begun}/{epochs - self.begun}")

    def epoch_ended(self, record: dict[str, Any]) -> None:
        """Write the finished bar and the numbers."""
        seconds = time.perf_counter() - self._began
        numbers = " - ".join(
            f"{self.names[name]}: {entry:.4f}"
            for name, entry in record.items()
            if name in self.names
        )
        bar = f" [{'=' * _WIDTH}]" if self.verbose == 1 else ""
        show(f"{self._batches}/{self._batches}{bar} - {seconds:.0f}s - {numbers}")

    def say(self, text: str) -> None:
        """Write a line."""
        show(text)
