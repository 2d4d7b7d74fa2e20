"""Worker processes of a loader: each makes every n-th batch ahead of time.

A worker has a pipe of its own to the loader, so batches arrive in order without locks, and the
end of a process is the end of its pipe: nobody waits for a worker that died, and no worker
outlives the loader.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["get_worker_info"]

_PATIENCE = 1.0  # seconds that a worker has to end by itself


class Job(Protocol):
    """What workers do: makes the batches of an epoch."""

    seed: int
    dataset: Any

    def begin(self, worker: int) -> None:
        """Called first, with the number of the worker."""

    def batches(self, first: int, step: int) -> Iterator[Any]:
        """Yield the batches `first`, `first + step`, ..."""


def produce(
    job: Job, first: int, workers: int, ahead: int, context: str | None, timeout: float = 0
) -> Iterator[Any]:
    """Yield the batches of `job` from number `first` on, made by worker processes.

    Raises:
        RuntimeError: If a worker dies, or takes longer than so many seconds for a batch. What a
            worker raises is raised here, with a note that says where.
    """
    import multiprocessing

    processes: list[Any] = []
    readers: list[Connection] = []
    start = multiprocessing.get_context(context)
    inherits = start.get_start_method() == "fork"  # a worker then has our ends of all pipes open
    try:
        for worker in range(workers):
            reader, writer = start.Pipe(duplex=False)
            readers.append(reader)
            # The arguments are pickled where the system starts workers anew.
            process = start.Process(  # type: ignore[attr-defined]
                target=_work,
                args=(
                    job,
                    worker,
                    first + worker,
                    workers,
                    ahead,
                    writer,
                    readers if inherits else [],
                ),
                daemon=True,
            )
            process.start()
            processes.append(process)
            writer.close()  # the worker's copy is the last one: its end is the end of the pipe
        number = first
        turns = list(range(workers))
        turn = 0
        while turns:
            worker = turns[turn % len(turns)]
            try:
                if timeout and not readers[worker].poll(timeout):
                    raise RuntimeError(
                        f"DataLoader: worker {worker} took more than {timeout} seconds for batch "
                        f"{number}; raise timeout=, or make the data set faster"
                    )
                kind, content = readers[worker].recv()
            except (EOFError, ConnectionResetError):
                processes[worker].join(_PATIENCE)
                raise RuntimeError(
                    f"DataLoader: worker {worker} died with exit code "
                    f"{processes[worker].exitcode} before batch {number} had arrived"
                ) from None
            if kind == "end":  # the others end, too, unless the data set itself is shared out
                turn %= len(turns)
                turns.remove(worker)
                continue
            if kind == "error":
                error, text = content
                error.add_note(f"in worker {worker} of a DataLoader, at batch {number}:\n{text}")
                raise error
            yield content
            number += 1
            turn += 1
    finally:
        for reader in readers:
            reader.close()
        for process in processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.terminate()
                process.join()
            process.close()


class WorkerInfo:
    """What `get_worker_info` says in a worker.

    Attributes:
        num_workers: How many there are.
        seed: Another number for every worker and epoch; the same again for the same loader's seed.
        dataset: The worker's copy of the data set.
    """

    __slots__ = ("_id", "dataset", "num_workers", "seed", "shares_out")

    def __init__(self, id: int, num_workers: int, seed: int, dataset: Any) -> None:
        self._id = id
        self.num_workers = num_workers
        self.seed = seed
        self.dataset = dataset
        self.shares_out = False

    @property
    def id(self) -> int:
        """Which of the workers it is, from 0.

        An `IterableDataset` that asks for it gives each worker other examples; so all batches of
        all workers count then.
        """
        self.shares_out = True
        return self._id

    def done_before(self, first: int) -> int:
        """How many batches this worker made in an interrupted epoch, as they came in turn.

        Args:
            first: the number of its first batch in the rest of the epoch.
        """
        return len(range(self._id, first - self._id, self.num_workers))

    def __repr__(self) -> str:
        return f"WorkerInfo(id={self._id}, num_workers={self.num_workers}, seed={self.seed})"


_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """Who this is, in a worker of a `DataLoader`; None in the program itself.

    >>> get_worker_info() is None
    True
    """
    return _info


def _work(
    job: Job,
    worker: int,
    first: int,
    step: int,
    ahead: int,
    writer: Connection,
    inherited: list[Connection],
) -> None:
    """Run in a worker: make batches while a thread sends those that are ready."""
    for reader in inherited:
        reader.close()
    # An interrupt from the keyboard reaches all processes; the loader ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _info
    drawn = np.random.SeedSequence([max(job.seed, 0), worker, step]).generate_state(1, np.uint64)
    _info = WorkerInfo(worker, step, int(drawn[0]), job.dataset)
    ready: queue.Queue[tuple[str, Any] | None] = queue.Queue(maxsize=ahead)
    sender = threading.Thread(target=_send, args=(ready, writer), daemon=True)
    sender.start()
    try:
        job.begin(worker)
        for batch in job.batches(first, step):
            ready.put(("batch", batch))
        ready.put(("end", None))
    except Exception as error:
        ready.put(("error", (_portable(error), traceback.format_exc())))
    ready.put(None)
    sender.join()


def _send(ready: queue.Queue[tuple[str, Any] | None], writer: Connection) -> None:
    try:
        while (message := ready.get()) is not None:
            try:
                writer.send(message)
            except (OSError, EOFError):
                os._exit(0)  # the loader is gone
            except Exception as error:  # a batch that cannot be pickled
                writer.send(("error", (_portable(error), traceback.format_exc())))
    finally:
        with contextlib.suppress(OSError):
            writer.close()


def _portable(error: Exception) -> Exception:
    """The exception itself where it can travel to another process, else one that names it."""
    from multiprocessing.reduction import ForkingPickler

    try:
        copied = ForkingPickler.loads(ForkingPickler.dumps(error))
        if type(copied) is type(error) and str(copied) == str(error):
            return error
    except Exception:
        pass
    return RuntimeError(f"{type(error).__name__}: {error}")
