"""Sequences of different lengths: padded to one length, or packed without padding.

>>> from autograd import Tensor
>>> from nn import LSTM
>>> sequences = [Tensor([[1.0], [2.0], [3.0]]), Tensor([[4.0]])]
>>> packed = pack_sequence(sequences)
>>> outputs, (h, c) = LSTM(1, 2, dtype=float)(packed)
>>> padded, lengths = pad_packed_sequence(outputs)
>>> padded.shape, lengths
((3, 2, 2), Tensor([3, 1]))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, from_numpy
from autograd.internals import as_numeric_array, constant, describe, value
from nn.packed import PackedSequence

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


def __dir__() -> list[str]:
    return __all__


def pad_sequence(
    sequences: Sequence[Any],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Any:
    """Sequences side by side, filled up to the length of the longest.

    Args:
        sequences: arrays or Tensors (length, features...), which differ in length alone.
        batch_first: whether the batch comes before the steps.
        padding_value: what they are filled up with.
        padding_side: "right", behind them, or "left".

    Returns:
        (longest, batch, features...), or (batch, longest, features...).

    >>> from autograd import Tensor
    >>> pad_sequence([Tensor([1.0, 2.0]), Tensor([3.0])], batch_first=True)
    Tensor([[1., 2.],
            [3., 0.]])
    """
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side must be left or right, got {padding_side!r}")
    given = _sequences("pad_sequence", sequences)
    longest = max(each.shape[0] for each in given)
    rows = []
    for each in given:
        shape = (longest - each.shape[0], *each.shape[1:])
        rest = np.full(shape, padding_value, each.dtype)
        parts = [each, rest] if padding_side == "right" else [rest, each]
        rows.append(autograd.concatenate(parts) if shape[0] else each)
    return _as_tensor(autograd.stack(rows, 0 if batch_first else 1))


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The sequences that were padded, each in its length.

    >>> from autograd import Tensor
    >>> unpad_sequence(Tensor([[1.0, 2.0], [3.0, 0.0]]), [2, 1], batch_first=True)
    [Tensor([1., 2.]), Tensor([3.])]
    """
    padded = _as_tensor(padded_sequences)
    counts = _lengths("unpad_sequence", lengths, padded.shape[0 if batch_first else 1])
    if batch_first:
        return [padded[row, :count] for row, count in enumerate(counts.tolist())]
    return [padded[:count, row] for row, count in enumerate(counts.tolist())]


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Sequences that were padded, without the padding.

    Args:
        input: (longest, batch, features...), or (batch, longest, features...) with `batch_first`.
        lengths: (batch,) the length of each, 1 or more.
        batch_first: whether the batch comes before the steps.
        enforce_sorted: whether the longest comes first already; they are sorted otherwise, and the
            results of a layer come back in the order given.

    Raises:
        ValueError: for lengths that do not fit, or are not sorted though said to be.

    >>> from autograd import Tensor
    >>> packed = pack_padded_sequence(Tensor([[1.0, 3.0], [2.0, 0.0]]), [2, 1])
    >>> packed.data, packed.batch_sizes
    (Tensor([1., 3., 2.]), Tensor([2, 1]))
    """
    padded = _as_tensor(input)
    if padded.ndim < 2:
        raise ValueError(f"pack_padded_sequence: expected (length, batch, ...), got {padded.shape}")
    batch, longest = padded.shape[:2] if batch_first else padded.shape[1::-1]
    counts = _lengths("pack_padded_sequence", lengths, batch)
    if counts.min(initial=1) < 1 or counts.max(initial=0) > longest or not batch:
        raise ValueError(
            f"pack_padded_sequence: lengths must be from 1 to {longest}, the length of input "
            f"{padded.shape}, got {counts}"
        )
    order = None
    if not enforce_sorted:
        order = np.argsort(-counts, kind="stable")
    elif (np.diff(counts) > 0).any():
        raise ValueError(
            f"pack_padded_sequence: the longest must come first, got lengths {counts}; sort them, "
            "or say enforce_sorted=False"
        )
    places = np.arange(batch) if order is None else order
    sizes = (counts[:, np.newaxis] > np.arange(counts.max())).sum(0)
    steps = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.concatenate([places[:size] for size in sizes])
    data = padded[rows, steps] if batch_first else padded[steps, rows]
    if order is None:
        return PackedSequence(data, from_numpy(sizes))
    return PackedSequence(data, from_numpy(sizes), from_numpy(order), from_numpy(np.argsort(order)))


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths, packed; see `pack_padded_sequence`.

    >>> from autograd import Tensor
    >>> pack_sequence([Tensor([1.0, 2.0]), Tensor([3.0])]).data
    Tensor([1., 3., 2.])
    """
    given = _sequences("pack_sequence", sequences)
    lengths = [each.shape[0] for each in given]
    return pack_padded_sequence(pad_sequence(given), lengths, enforce_sorted=enforce_sorted)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Tensor]:
    """Packed sequences, padded, in the order in which they were packed.

    Args:
        sequence: what `pack_padded_sequence` or a recurrent layer returned.
        batch_first: whether the batch comes before the steps.
        padding_value: what they are filled up with.
        total_length: to what length, that of the longest if not given.

    Returns:
        (longest, batch, features...), or (batch, longest, features...), and the lengths (batch,).
    """
    if not isinstance(sequence, PackedSequence):
        raise TypeError(
            f"pad_packed_sequence: expected a PackedSequence, got {type(sequence).__name__}"
        )
    sizes = np.asarray(value(sequence.batch_sizes))
    longest = len(sizes) if total_length is None else total_length
    if longest < len(sizes):
        raise ValueError(
            f"pad_packed_sequence: total_length {total_length} is less than the longest sequence "
            f"has, {len(sizes)}"
        )
    data = sequence.data
    # Every place takes its element, or the one behind all that is the padding.
    index = np.full((longest, sizes[0]), data.shape[0])
    start = 0
    for step, size in enumerate(sizes.tolist()):
        index[step, :size] = np.arange(start, start + size)
        start += size
    lengths = (sizes[:, np.newaxis] > np.arange(sizes[0])).sum(0)
    if sequence.unsorted_indices is not None:
        order = np.asarray(value(sequence.unsorted_indices))
        index, lengths = index[:, order], lengths[order]
    padding = np.full((1, *data.shape[1:]), padding_value, data.dtype)
    every = autograd.concatenate([data, padding])
    return every[index.T if batch_first else index], from_numpy(lengths)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The sequences that were packed, each in its length, in the order in which they were packed.

    >>> from autograd import Tensor
    >>> unpack_sequence(pack_sequence([Tensor([1.0, 2.0]), Tensor([3.0])]))
    [Tensor([1., 2.]), Tensor([3.])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


def _as_tensor(x: Any) -> Any:
    return x if isinstance(x, Tensor) else Tensor(x)


def _sequences(caller: str, sequences: Any) -> list[Any]:
    if isinstance(sequences, Tensor | np.ndarray) or not isinstance(sequences, Sequence):
        raise TypeError(f"{caller}: expected a list of sequences, got {describe(sequences)}")
    given = [_as_tensor(each) for each in sequences]
    kinds = {(each.shape[1:], each.dtype) for each in given if each.ndim}
    if not given or len(kinds) != 1 or not all(each.ndim for each in given):
        raise ValueError(
            f"{caller}: expected sequences (length, ...) that differ in length alone, got "
            f"{', '.join(map(describe, given)) or 'none'}"
        )
    return given


def _lengths(caller: str, lengths: Any, batch: int) -> Any:
    counts = np.asarray(as_numeric_array(constant(lengths, caller, "lengths"), caller))
    if counts.shape != (batch,) or counts.dtype.kind not in "iu":
        raise ValueError(
            f"{caller}: lengths must be {batch} integers, one per sequence, got {describe(counts)}"
        )
    return counts
