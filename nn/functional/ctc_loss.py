"""Connectionist temporal classification: labels in order, without saying when."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.internals import (
    as_numeric_array,
    asks_elsewhere,
    constant,
    describe,
    in_single,
    sample_by_sample,
    value,
)
from nn.functional.loss import floating
from nn.functional.reduction import noted, reduced
from nn.inputs import place
from nn.path import named_call

__all__ = ["ctc_loss"]

_IMPOSSIBLE = -1e30  # the logarithm of 0 that has a slope


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """`-ln p(target)`, where p adds up all ways to write the target with blanks and repeats.

    Args:
        log_probs: (steps, batch, classes), or (steps, classes): `log_softmax` of what a network
            says at every step.
        targets: (batch, longest) class indices, or all targets one after the other, without blanks.
        input_lengths: (batch,) how many of the steps count.
        target_lengths: (batch,) how many indices each target has.
        blank: the class of the blank.
        reduction: "mean", where each loss is divided by the length of its target first; "sum"; or
            "none".
        zero_infinity: whether targets that do not fit into the steps count 0; else their loss is
            infinite, and has no gradient.

    Raises:
        ValueError: for lengths that do not fit, or a target that holds the blank.
        IndexError: for a class index out of range.

    References:
        A. Graves et al. (2006), Connectionist temporal classification: labelling unsegmented
        sequence data with recurrent neural networks.

    >>> steps = autograd.log_softmax(autograd.zeros((2, 1, 3)), -1)
    >>> loss = ctc_loss(steps, [[1]], [2], [1])  # 3 of the 9 ways: _1, 1_ and 11
    >>> bool(np.isclose(loss.item(), np.log(3)))
    True
    """
    log_probs = floating("ctc_loss", log_probs, "log_probs")
    single = log_probs.ndim == 2
    if log_probs.ndim not in (2, 3):
        raise ValueError(
            f"ctc_loss: log_probs must be (steps, batch, classes), got {describe(log_probs)}"
            f"{place()}"
        )
    if single:
        log_probs = autograd.expand_dims(log_probs, 1)
    steps, batch, classes = log_probs.shape
    spent = _lengths("input_lengths", input_lengths, batch, steps)
    lengths = _lengths("target_lengths", target_lengths, batch, None)
    labels = _labels(targets, lengths, single, classes, blank)
    losses, possible = _surprise(log_probs, labels, spent, lengths, blank)
    without = 0.0 if zero_infinity else np.inf
    losses = autograd.where(possible, losses, losses.dtype.type(without))
    if reduction == "mean":
        shares = losses / np.maximum(lengths, 1).astype(losses.dtype)
        return noted(shares.mean(), losses.size)
    if single and reduction == "none":
        return losses[0]
    return reduced(losses, reduction, "ctc_loss")


def _surprise(
    log_probs: Any,
    labels: np.ndarray[Any, Any],
    spent: np.ndarray[Any, Any],
    lengths: np.ndarray[Any, Any],
    blank: int,
) -> tuple[Any, np.ndarray[Any, Any]]:
    """`-ln p` of every target, and whether it is possible, by the forward variables."""
    steps, batch, _ = log_probs.shape
    floor = log_probs.dtype.type(_IMPOSSIBLE)
    # A blank before, between and behind the labels: places 0, 2, 4, ...
    path = np.full((batch, 2 * labels.shape[1] + 1), blank)
    path[:, 1::2] = labels
    heard = autograd.take_along_axis(log_probs, path[np.newaxis], -1)  # (steps, batch, places)
    heard = autograd.maximum(heard, floor)
    # A label may follow the one before without a blank, unless it is the same.
    jumps = np.zeros(path.shape, bool)
    jumps[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    begins = np.arange(path.shape[1]) < 2
    before = [np.full((batch, n), floor) for n in (1, 2)]
    nothing_said = np.broadcast_to(np.where(np.arange(path.shape[1]) == 0, 0, floor), path.shape)
    forward: Any = nothing_said.astype(floor.dtype)
    if steps:
        first = autograd.where(begins, heard[0], floor)
        forward = autograd.where((spent > 0)[:, np.newaxis], first, forward)
    for step in range(1, steps):
        one = autograd.concatenate([before[0], forward[:, :-1]], 1)
        two = autograd.concatenate([before[1], forward[:, :-2]], 1)[:, : path.shape[1]]
        ways = autograd.logaddexp(forward, one)
        ways = autograd.logaddexp(ways, autograd.where(jumps, two, floor))
        running = (step < spent)[:, np.newaxis]
        forward = autograd.where(running, ways + heard[step], forward)
    last = np.stack([2 * lengths, np.maximum(2 * lengths - 1, 0)], 1)
    ends = autograd.take_along_axis(forward, last, 1)
    # An empty target ends in its one blank alone.
    second = autograd.where(lengths > 0, ends[:, 1], floor)
    total = autograd.logaddexp(ends[:, 0], second)
    return -total, np.asarray(value(total) > _IMPOSSIBLE / 2)


def _lengths(name: str, given: Any, batch: int, most: int | None) -> np.ndarray[Any, Any]:
    raw = as_numeric_array(constant(given, "ctc_loss", name), f"ctc_loss: {name}")
    lengths = np.atleast_1d(np.asarray(raw))
    if lengths.dtype.kind not in "iu" or lengths.shape != (batch,):
        raise ValueError(
            f"ctc_loss: {name} must be {batch} integers, one per sequence, got {describe(raw)}"
            f"{place()}"
        )
    if lengths.size and (lengths.min() < 0 or (most is not None and lengths.max() > most)):
        raise ValueError(
            f"ctc_loss: {name} must be from 0 to {'...' if most is None else most}, got "
            f"{lengths}{place()}"
        )
    return lengths.astype(np.intp)


def _labels(
    targets: Any, lengths: np.ndarray[Any, Any], single: bool, classes: int, blank: int
) -> np.ndarray[Any, Any]:
    """The targets as rows, filled up with the blank."""
    raw = np.asarray(
        as_numeric_array(constant(targets, "ctc_loss", "targets"), "ctc_loss: targets")
    )
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank {blank} is none of the {classes} classes{place()}")
    if raw.dtype.kind not in "iu":
        raise TypeError(f"ctc_loss: targets must be integers, got {describe(raw)}{place()}")
    longest = int(lengths.max(initial=0))
    inside = np.arange(longest) < lengths[:, np.newaxis]
    rows = np.full(inside.shape, blank)
    if raw.ndim == 1:
        if raw.size < lengths.sum() or (raw.size > lengths.sum() and not single):
            raise ValueError(
                f"ctc_loss: {raw.size} indices one after the other for target_lengths {lengths}, "
                f"which add up to {lengths.sum()}{place()}"
            )
        rows[inside] = raw[: lengths.sum()]
    elif raw.ndim == 2 and raw.shape[0] == len(lengths) and raw.shape[1] >= longest:
        rows[inside] = raw[:, :longest][inside]
    else:
        raise ValueError(
            f"ctc_loss: targets must be ({len(lengths)}, {longest} or more), or one after the "
            f"other, got {describe(raw)}{place()}"
        )
    used = rows[inside]
    outside = used[(used < 0) | (used >= classes)]
    if outside.size:
        raise IndexError(
            f"ctc_loss: target {outside[0]} is out of range for {classes} classes{place()}"
        )
    if (used == blank).any():
        raise ValueError(f"ctc_loss: targets hold the blank, {blank}{place()}; leave blanks out")
    return rows
