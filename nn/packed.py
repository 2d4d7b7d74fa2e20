"""Sequences of different lengths in one array without padding, step by step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__: list[str] = []


class PackedSequence(NamedTuple):
    """A batch of sequences, the longest first: all first steps, then all second steps, ...

    Made by `nn.utils.rnn.pack_padded_sequence` and `pack_sequence`; recurrent layers take it and
    return one.

    Attributes:
        data: (elements of all sequences, features...).
        batch_sizes: (longest,) integers: how many sequences have a first, second, ... step.
        sorted_indices: (batch,) which sequence is the first here, and so on; None if they were in
            this order.
        unsorted_indices: (batch,) where here each sequence is; None as above.
    """

    data: Any
    batch_sizes: Any
    sorted_indices: Any = None
    unsorted_indices: Any = None

    def steps(self) -> list[tuple[int, int, int]]:
        """Runs of steps with equally many sequences: (first element, steps, sequences)."""
        runs: list[tuple[int, int, int]] = []
        start = 0
        for size in np.asarray(self.batch_sizes).tolist():
            if runs and runs[-1][2] == size:
                first, count, _ = runs[-1]
                runs[-1] = first, count + 1, size
            else:
                runs.append((start, 1, size))
            start += size
        return runs
