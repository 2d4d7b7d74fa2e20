"""Keeping for a figure what a graph would let go of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograd.modes import Observer, observe


class Tape(Observer):
    """Keeps values and gradients of every size, and the line that called each operation.

    `record()` attaches one.

    >>> with record() as tape:
    ...     pass
    >>> tape.keep_values
    True
    """

    keep_values = True
    keep_source = True


@contextmanager
def record() -> Iterator[Tape]:
    """Keep everything that a figure can show, for the graphs made inside.

    A graph keeps values and gradients of up to 256 elements by itself. Inside this block it keeps
    all of them, and where in the program each operation was called; run the forward and the
    backward pass inside, then draw.

    Yields:
        The tape that is attached meanwhile.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> with record():
    ...     x = Tensor(np.ones((20, 20)), requires_grad=True, name="x")
    ...     (x * x).sum().backward()
    """
    tape = Tape()
    with observe(tape):
        yield tape
