"""Progress that suits where it is shown: a bar in terminals, a line in notebooks, lines in logs."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from autograd.internals import printable, show
from nn.train.history import words

__all__: list[str] = []

_SECONDS_BETWEEN = 0.1  # a bar that is drawn more often only costs time


class Progress:
    """Shows nothing; the base of what shows something."""

    def epoch_began(self, epoch: int, epochs: int, batches: int | None) -> None:
        """Called before the first batch; `batches` is None where it is not known."""

    def batch_done(self, done: int, loss: float) -> None:
        """Called after every batch with the mean loss so far."""

    def epoch_ended(self, record: dict[str, Any]) -> None:
        """Called with the record of the epoch."""

    def say(self, text: str) -> None:
        """Called for anything else, such as why training stopped."""

    def close(self) -> None:
        """Called at the end, whatever the end was."""


class Lines(Progress):
    """One line per epoch, for logs and files."""

    def __init__(self, stream: Any = None) -> None:
        self.stream = sys.stdout if stream is None else stream
        self.epoch = self.epochs = 0
        self.batches: int | None = None
        self._began = self._drawn = 0.0

    def epoch_began(self, epoch: int, epochs: int, batches: int | None) -> None:
        """Note the time."""
        self.epoch, self.epochs, self.batches = epoch, epochs, batches
        self._began, self._drawn = time.perf_counter(), 0.0

    def epoch_ended(self, record: dict[str, Any]) -> None:
        """Write the line."""
        seconds = time.perf_counter() - self._began
        self.say(f"epoch {self.epoch}/{self.epochs}  {described(record)}  {seconds:.1f} s")

    def say(self, text: str) -> None:
        """Write a line."""
        show(text, self.stream)

    def _due(self) -> bool:
        now = time.perf_counter()
        if now - self._drawn < _SECONDS_BETWEEN:
            return False
        self._drawn = now
        return True


class OneLine(Lines):
    """A line that is written again and again, for notebooks."""

    def batch_done(self, done: int, loss: float) -> None:
        """Write the line anew."""
        if self._due():
            of = "" if self.batches is None else f"/{self.batches}"
            text = f"epoch {self.epoch}/{self.epochs}  batch {done}{of}  loss {words(loss)}"
            self._write(text)

    def epoch_ended(self, record: dict[str, Any]) -> None:
        """Clear the line, and leave that of the epoch."""
        self._write("")
        super().epoch_ended(record)

    def close(self) -> None:
        """Clear the line: an epoch may have been interrupted."""
        self._write("")

    def _write(self, text: str) -> None:
        self.stream.write(
            "\r" + printable(text, self.stream).ljust(72) + ("\r" if not text else "")
        )
        self.stream.flush()


class Bar(Lines):
    """Rich's bar below a line for each epoch, for terminals."""

    def __init__(self, console: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        super().__init__()
        self.console = console
        # Without a thread of its own: it would cost every step, and workers could not be forked.
        self.bar = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), TextColumn("loss {task.fields[loss]}"),
            console=console, auto_refresh=False, transient=True,
        )  # fmt: skip
        self.bar.start()
        self.task: Any = None

    def epoch_began(self, epoch: int, epochs: int, batches: int | None) -> None:
        """Start the bar anew."""
        super().epoch_began(epoch, epochs, batches)
        if self.task is not None:
            self.bar.remove_task(self.task)
        name = f"epoch {epoch}/{epochs}"
        self.task = self.bar.add_task(name, total=batches, loss="-")

    def batch_done(self, done: int, loss: float) -> None:
        """Move the bar."""
        if self._due():
            self.bar.update(self.task, completed=done, loss=words(loss), refresh=True)

    def say(self, text: str) -> None:
        """Print above the bar."""
        self.console.print(printable(text, self.console.file), markup=False, highlight=False)

    def close(self) -> None:
        """Take the bar away, and give the cursor back."""
        self.bar.stop()


def described(record: dict[str, Any]) -> str:
    """The numbers of a record in one line."""
    return "  ".join(
        f"{name} {words(entry)}"
        for name, entry in record.items()
        if name != "epoch" and not isinstance(entry, np.ndarray)
    )


def choose_progress(wanted: bool | Progress) -> Progress:
    """What suits the place: nothing if not wanted, Rich's bar where it can be drawn."""
    if isinstance(wanted, Progress):
        return wanted
    if not wanted:
        return Progress()
    if _in_notebook():
        return OneLine()
    try:
        from rich.console import Console
    except ImportError:
        return OneLine() if sys.stdout.isatty() else Lines()
    console = Console()
    return Bar(console) if console.is_terminal and not console.is_dumb_terminal else Lines()


def _in_notebook() -> bool:
    """Whether Jupyter runs us; nothing is imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell" or "google.colab" in str(type(shell))
