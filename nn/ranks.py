"""The processes of an MPI job: how many there are, which one this is, and what they agree on.

Without `mpiexec` there is one process of rank 0, and MPI is never loaded.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

import numpy as np

__all__: list[str] = []

# How many processes there are, in the words of Open MPI, MPICH and Intel's MPI, and Slurm's step.
_SIZES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_NUM_TASKS")

# What a process is about to do, as it tells the others before every message.
KINDS = ("gradients", "buffers", "statistics", "numbers", "the start", "finished")


@cache
def communicator() -> Any:
    """MPI's communicator of all processes; None where this one is alone.

    Raises:
        ImportError: If there are several processes and no mpi4py.
    """
    several = any(os.environ.get(name, "1") != "1" for name in _SIZES)
    if not several and "mpi4py.MPI" not in sys.modules:
        return None
    try:
        from mpi4py import MPI
    except ImportError as error:
        raise ImportError(
            "several processes need mpi4py: pip install 'wengert[mpi]' where MPI is installed, "
            "or pip install mpi4py mpich"
        ) from error
    return MPI.COMM_WORLD if MPI.COMM_WORLD.size > 1 else None


def rank() -> int:
    """The number of this process, from 0."""
    world = communicator()
    return 0 if world is None else int(world.rank)


def size() -> int:
    """How many processes there are."""
    world = communicator()
    return 1 if world is None else int(world.size)


def agree(kind: str, step: int = 0, checksum: int = 0) -> None:
    """Tell all processes what comes next, and look whether they say the same.

    Every message is preceded by this one, so that a process which is a step ahead, or finished,
    is an error on all and not a wait for ever.

    Raises:
        RuntimeError: If they do not agree.
    """
    world = communicator()
    if world is None:
        return
    own = np.array([KINDS.index(kind), step, checksum], dtype=np.int64)
    all_of_them = np.empty((world.size, 3), dtype=np.int64)
    world.Allgather(own, all_of_them)
    if (all_of_them[:, :2] != own[:2]).any():
        said = "; ".join(
            f"rank {number}: {KINDS[code]}" + (f" of step {at}" if at else "")
            for number, (code, at, _) in enumerate(all_of_them.tolist())
        )
        raise RuntimeError(
            f"the processes do not do the same ({said}); each must make as many steps, and what "
            "only one does must not use the wrapped model in training"
        )
    if (all_of_them[:, 2] != checksum).any():
        raise RuntimeError(
            f"the parameters are not the same on all processes at step {step} (checksums "
            f"{all_of_them[:, 2].tolist()}); were they changed on one of them alone?"
        )


def summed(array: Any) -> Any:
    """The sum of an array over all processes, the same bits on each."""
    world = communicator()
    total = np.array(array)
    if world is not None:
        from mpi4py import MPI

        world.Allreduce(MPI.IN_PLACE, total)
    return total


def mean_of_numbers(numbers: dict[str, Any]) -> dict[str, Any]:
    """The mean of each number over all processes, so that all decide alike; others stay."""
    names = [name for name, each in numbers.items() if isinstance(each, float)]
    if communicator() is None or not names:
        return numbers
    agree("numbers")
    means = summed([numbers[name] for name in names]) / size()
    return numbers | dict(zip(names, means.tolist(), strict=True))


class Settling(Protocol):
    """Whoever has something to do before gradients are read."""

    def settle(self, parameters: Iterable[Any]) -> None:
        """Do it, if it is about these parameters."""


_settling: list[weakref.ref[Settling]] = []


def settle_later(settling: Settling) -> None:
    """Have it asked before gradients are clipped, and before every step."""
    _settling.append(weakref.ref(settling, _settling.remove))


def settle(parameters: Iterable[Any]) -> None:
    """The gradients of these parameters are read now."""
    if _settling:
        listed = list(parameters)
        for reference in list(_settling):
            if (settling := reference()) is not None:
                settling.settle(listed)


def settle_for(optimizer: Any) -> None:
    """A step begins.

    Raises:
        TypeError: For an optimizer that decides by the loss, of which a rank knows its share only.
    """
    if _settling:
        if getattr(optimizer, "needs_closure", False):
            raise TypeError(
                f"{type(optimizer).__name__} decides by the loss, which is another one on each "
                "rank, so the replicas would part; train with SGD or Adam"
            )
        settle([each for group in optimizer.param_groups for each in group["params"]])
