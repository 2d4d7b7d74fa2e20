"""Losses that are one operation each, because they decide how fast small models train."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.kernels import softmax as kernels
from autograd.mapping.families import widened
from autograd.operation.op import op
from autograd.ops.elementwise import abs, clip, one_of, where
from autograd.ops.gather import take
from autograd.ops.reductions import _ROWS_APART, log_softmax, softmax, sum
from autograd.ops.shapes import expand_dims, reshape
from autograd.samples import error, sample

__all__ = ["cross_entropy", "cross_entropy_grad", "huber"]


_FEW = 64  # labels

_LABELS = np.array([2, 0, 1, 2])
_SAMPLES = [
    sample((4, 3), _LABELS),
    sample((4, 3), _LABELS, reduction="sum"),
    sample((4, 3), _LABELS, reduction="none"),
    sample((4, 3), _LABELS, np.array([0.5, 1.0, 2.0]), label_smoothing=0.1),
    sample((4, 3), np.array([2, -1, 1, -1]), ignore_index=-1),
    sample((4, 3), np.array([2, -100, 1, -100])),
    sample((4, 3), np.array([2, 1, 0, 1]), ignore_index=1),
    sample((4, 3), np.array([2, -1, 1, 0]), ignore_index=-1, reduction="none", label_smoothing=0.2),
    sample((2, 3, 2), np.array([[0, 2], [1, 1]]), np.array([0.5, 1.0, 2.0])),
    sample((2, 3, 2), np.array([[0, 2], [1, 1]]), reduction="none"),
    sample((3,), np.array(1), reduction="sum"),
    sample(_ROWS_APART, np.array([0, 1, 2]), reduction="none"),
]


def _composed(
    logits, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    axis = _class_axis(value(logits))
    log_probabilities = log_softmax(logits, axis)
    distribution, total = _target_distribution(
        np.shape(logits), value(target), value(weight), ignore_index, label_smoothing
    )
    losses = -sum(log_probabilities * distribution, axis)
    if reduction == "none":
        return losses
    return sum(losses) / total if reduction == "mean" else sum(losses)


def _target_distribution(shape, target, weight, ignore_index, label_smoothing):
    """What cross-entropy compares with, class by class, and the divisor of its mean."""
    axis = 1 if len(shape) > 1 else 0
    classes = shape[axis]
    weights = np.ones(classes) if weight is None else np.asarray(weight, float)
    kept = np.asarray(target) != ignore_index
    labels = np.where(kept, target, 0)
    hot = (1 - label_smoothing) * np.eye(classes) * weights
    smooth = label_smoothing / classes * weights
    distribution = (hot + smooth)[labels] * kept[..., np.newaxis]
    return np.moveaxis(distribution, -1, axis), (weights[labels] * kept).sum()


def _class_axis(logits):
    return 1 if np.ndim(logits) > 1 else 0


@op(
    "general",
    symbol="CE",
    arrays=("logits", "target", "weight"),
    domain={"logits": "far"},
    composed=_composed,
    residuals=("powers", "sums"),
    samples=_SAMPLES,
    errors=[
        error(IndexError, r"cross_entropy: target\[1\] is 3, .* 3 classes, 0 to 2", (2, 3),
              np.array([0, 3])),
        error(IndexError, r"cross_entropy: target\[1, 0\] is -1", (2, 3, 2),
              np.array([[0, 1], [-1, 1]])),
        error(ValueError, r"cross_entropy: .*target must have shape \(4,\)", (4, 3),
              np.array([[0], [1], [2], [0]])),
        error(TypeError, "cross_entropy: .*target must hold integers", (2, 3),
              np.array([0.0, 1.0])),
        error(ValueError, "cross_entropy: .*weight must have shape", (2, 3), np.array([0, 1]),
              np.ones(2)),
        error(ValueError, "cross_entropy: .*reduction", (2, 3), np.array([0, 1]),
              reduction="average"),
        error(ValueError, "cross_entropy: .*label_smoothing", (2, 3), np.array([0, 1]),
              label_smoothing=1.5),
    ],
    pytorch="F.cross_entropy",
    accumulates=True,
    real_only=True,
)  # fmt: skip
def cross_entropy(
    logits, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """`-ln softmax(logits)[target]`: how surprising the right classes are, averaged.

    Exact for logits of any size, since nothing is exponentiated before the maximum is taken off.

    Args:
        logits: (batch, classes), (batch, classes, ...) or (classes,), any real numbers.
        target: class indices, of the shape of `logits` without the axis of the classes.
        weight: (classes,), how much each class counts; the mean divides by the targets' weights,
            and where no target counts it is NaN and its gradient 0.
        ignore_index: targets of this value do not count.
        reduction: "mean", "sum" or "none".
        label_smoothing: share of every target that is spread evenly over all classes.

    Returns:
        A number, or with "none" the losses in the shape of `target`.

    Raises:
        IndexError: for a target outside of 0 to classes - 1.
        ValueError: for shapes that do not match.
        TypeError: for targets that are no integers.

    >>> cross_entropy(Tensor([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]))
    Tensor(0.34657359)
    """
    rows, labels, kept = _as_rows(logits, target, weight, ignore_index, reduction, label_smoothing)
    total = labels.size
    powers = sums = None
    if weight is not None or kept is not None or label_smoothing or not _by_kernel(rows):
        losses, total = _weighed(rows, labels, kept, weight, label_smoothing)
    else:
        losses, powers, sums = kernels.surprises(rows, labels)
    if reduction == "none":
        return losses.reshape(np.shape(target)), powers, sums
    summed = np.add.reduce(losses)
    return (_divided(summed, total) if reduction == "mean" else summed), powers, sums


def _by_kernel(rows):
    return rows.size and rows.dtype.char in "fd" and rows.flags.c_contiguous


def _weighed(rows, labels, kept, weight, label_smoothing):
    """The losses of the examples, and the divisor of their mean."""
    total = labels.size
    shifted = rows - np.maximum.reduce(rows, 1, keepdims=True)
    log_norms = np.log(np.add.reduce(np.exp(shifted), 1))
    losses = log_norms - shifted[np.arange(total), labels]
    if weight is not None or kept is not None or label_smoothing:
        weights, class_weights, total = _weights(rows, labels, kept, weight)
        losses = losses * weights
        if label_smoothing:
            spread = log_norms * class_weights.sum() - shifted @ class_weights
            spread = spread * (1 if kept is None else kept)
            losses = (1 - label_smoothing) * losses + label_smoothing / rows.shape[1] * spread
            losses = losses.astype(rows.dtype, copy=False)
    return losses, total


def _divided(summed, total):
    """A mean that is NaN, without a warning, where nothing counts."""
    return summed / summed.dtype.type(total) if total else summed * summed.dtype.type(np.nan)


def _cure(target, logits, axis):
    """What to do with labels of another shape, where that can be told."""
    shape = np.shape(logits)
    if target.shape == shape:
        return "; of one-hot labels take .argmax(axis=1)"
    if target.size * shape[axis] == np.size(logits):
        return f"; use target.reshape({shape[:axis] + shape[axis + 1 :]})"
    return ""


def _are_below(classes, labels):
    """Whether all labels are from 0 to the number of classes."""
    if labels.size <= _FEW:  # as numbers of Python, which a reduction costs more than
        listed = labels.tolist()
        return min(listed) >= 0 and max(listed) < classes
    # Seen as unsigned, a negative index is a large one: one comparison finds both.
    return np.maximum.reduce(labels.astype(np.intp, copy=False).view(np.uintp)) < classes


def _as_rows(logits, target, weight, ignore_index, reduction, label_smoothing):
    """Checked arguments: logits (examples, classes), labels (examples,), which count (or None)."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is a share between 0 and 1, got {label_smoothing}")
    shape = np.shape(logits)
    axis = 1 if len(shape) > 1 else 0
    if not shape or not shape[axis]:
        raise ValueError(f"logits need an axis of one or more classes, got shape {shape}")
    target = np.asarray(target)
    if target.shape != shape[:axis] + shape[axis + 1 :]:
        raise ValueError(
            f"target must have shape {shape[:axis] + shape[axis + 1 :]}, that of logits without "
            f"the classes, got {target.shape}" + _cure(target, logits, axis)
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"target must hold integers, class indices, got {target.dtype} (see: label-dtype)"
        )
    classes = shape[axis]
    if weight is not None and np.shape(weight) != (classes,):
        raise ValueError(f"weight must have shape ({classes},), got {np.shape(weight)}")
    rows = logits if len(shape) == 2 else np.moveaxis(logits, axis, -1).reshape(-1, classes)
    labels = target if target.ndim == 1 else target.reshape(-1)
    kept = None
    if labels.size and not _are_below(classes, labels):
        kept = labels != ignore_index
        outside = np.flatnonzero(kept & ((labels < 0) | (labels >= classes)))
        if outside.size:
            position = np.unravel_index(outside[0], target.shape)
            where = f"[{', '.join(map(str, position))}]" if position else ""
            raise IndexError(
                f"target{where} is {labels[outside[0]]}, but logits have {classes} classes, 0 to "
                f"{classes - 1} (see: class-labels)"
            )
        labels = np.where(kept, labels, 0)
    elif 0 <= ignore_index < classes and (labels == ignore_index).any():
        kept = labels != ignore_index
    return rows, labels, kept


def _weights(rows, labels, kept, weight):
    """The weight of each example and of each class, and the sum of the former."""
    if weight is None:
        class_weights = np.ones(rows.shape[1], rows.dtype)
    else:
        class_weights = np.asarray(weight).astype(rows.dtype, copy=False)
    weights = class_weights[labels]
    if kept is not None:
        weights = weights * kept
    return weights, class_weights, weights.sum()


def _grad_composed(
    g, logits, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    axis = _class_axis(value(logits))
    distribution, total = _target_distribution(
        value(logits).shape, value(target), value(weight), ignore_index, label_smoothing
    )
    share = distribution.sum(axis=axis, keepdims=True)  # how much an example counts
    change = softmax(logits, axis) * share - distribution
    if reduction == "none":
        return expand_dims(g, axis) * change
    return g * change / (total or np.inf) if reduction == "mean" else g * change


@op(
    "general",
    arrays=("g", "logits", "target", "weight"),
    domain={"logits": "far", "g": "real"},
    composed=_grad_composed,
    samples=[
        sample(arguments[1].shape if "none" in keywords.values() else (), *arguments, **keywords)
        for arguments, keywords in _SAMPLES
    ],
    errors=[
        error(
            ValueError,
            rf"cross_entropy_grad: g must have shape {expected}",
            shape,
            (3, 2),
            np.array([0, 1, 0]),
            reduction=reduction,
        )
        for reduction, expected, shapes in (
            ("none", r"\(3,\)", [(), (1,), (2,), (1, 3), (3, 1), (3, 2)]),
            ("mean", r"\(\)", [(1,), (3,), (3, 1), (1, 1), (3, 2)]),
            ("sum", r"\(\)", [(1,), (3,), (3, 1), (1, 1), (3, 2)]),
        )
        for shape in shapes
    ],
    pytorch=None,
    helper=True,
    accumulates=True,
    real_only=True,
)
def cross_entropy_grad(
    g, logits, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """The gradient of `cross_entropy` with respect to logits: `g (softmax(logits) - one-hot)`.

    Args:
        g: the cotangent, a number or with reduction "none" one per target.
        logits: as for `cross_entropy`, and so is all that follows.
        target: class indices.
        weight: of each class.
        ignore_index: target that does not count.
        reduction: "mean", "sum" or "none".
        label_smoothing: share that is spread over all classes.

    Raises:
        ValueError: if g has another shape than the loss; else as `cross_entropy`.

    >>> cross_entropy_grad(1.0, Tensor([[0.0, 0.0]]), np.array([1]))
    Tensor([[ 0.5, -0.5]])
    """
    rows, labels, kept = _as_rows(logits, target, weight, ignore_index, reduction, label_smoothing)
    # One that broadcasts would give a gradient all the same, and be given one of another shape.
    expected = np.shape(target) if reduction == "none" else ()
    if np.shape(g) != expected:
        raise ValueError(
            f"g must have shape {expected}, that of the loss with reduction {reduction!r}, got "
            f"{np.shape(g)}"
        )
    passed = rows - np.maximum.reduce(rows, 1, keepdims=True)
    np.exp(passed, out=passed)
    passed /= np.add.reduce(passed, 1, keepdims=True)
    total = labels.size
    picked = np.arange(total), labels
    if weight is None and kept is None and not label_smoothing:
        passed[picked] -= 1
    else:
        weights, class_weights, total = _weights(rows, labels, kept, weight)
        hard = (1 - label_smoothing) * weights
        soft = label_smoothing / rows.shape[1] * (1 if kept is None else kept)
        passed *= (hard + soft * class_weights.sum())[:, np.newaxis]
        passed[picked] -= hard
        if label_smoothing:
            passed -= np.multiply.outer(np.broadcast_to(soft, labels.size), class_weights)
    if reduction == "none":
        passed *= np.reshape(g, (-1, 1))
    else:
        # Where nothing counts the loss is NaN, and its gradient 0: no step is taken.
        passed *= g if reduction == "sum" else passed.dtype.type(g) / total if total else 0
    if rows is logits:
        return passed
    axis = _class_axis(logits)
    last = np.shape(np.moveaxis(logits, axis, -1))
    return np.moveaxis(passed.reshape(last), -1, axis)


def _contracted(tangent, logits, target, weight, ignore_index, reduction, label_smoothing):
    """The losses' change along a tangent of the logits."""
    ones = np.ones(np.shape(target) if reduction == "none" else (), value(logits).dtype)
    slope = cross_entropy_grad(
        ones, logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return sum(tangent * slope, _class_axis(value(logits)) if reduction == "none" else None)


def _row_factors(logits, target, weight, ignore_index, reduction, label_smoothing):
    """What each example's `softmax - target` is multiplied by, over the axis of the classes."""
    logits, target, weight = value(logits), value(target), value(weight)
    rows, labels, kept = _as_rows(logits, target, weight, ignore_index, reduction, label_smoothing)
    weights, class_weights, total = _weights(rows, labels, kept, weight)
    soft = label_smoothing / rows.shape[1] * (1 if kept is None else kept)
    factors = (1 - label_smoothing) * weights + soft * class_weights.sum()
    if reduction == "mean":
        factors = factors / total if total else factors * 0
    shape = list(logits.shape)
    shape[_class_axis(logits)] = 1
    return factors.astype(rows.dtype, copy=False).reshape(shape)


def _second_order(h, g, logits, target, weight, ignore_index, reduction, label_smoothing):
    axis = _class_axis(value(logits))
    probabilities = softmax(logits, axis)
    change = probabilities * (h - sum(h * probabilities, axis, True))
    factors = _row_factors(logits, target, weight, ignore_index, reduction, label_smoothing)
    return change * (expand_dims(g, axis) if reduction == "none" else g) * factors


def _cross_entropy_each(batch, logits, target, weight, ignore_index, reduction, label_smoothing):
    """The losses of all samples' targets as one batch, then the mean or sum of each sample."""
    if batch.mapped[2] or reduction not in ("mean", "sum", "none"):
        return NotImplemented
    logits, target = batch.every(logits, 0), batch.every(target, 1)
    shape = target.shape
    if logits.ndim == 2:  # one target in each sample
        logits, target = expand_dims(logits, 1), expand_dims(target, 1)
    rows = batch.size * logits.shape[1]
    losses = cross_entropy(
        reshape(logits, (rows, *logits.shape[2:])),
        reshape(target, (rows, *target.shape[2:])),
        weight,
        ignore_index,
        "none",
        label_smoothing,
    )
    if reduction == "none":
        return reshape(losses, shape)
    flat = (batch.size, math.prod(shape[1:]))
    total = sum(reshape(losses, flat), 1)
    if reduction == "sum":
        return total
    labels = reshape(target, flat)
    counts = where(labels == ignore_index, 0.0, 1.0)
    if weight is not None:
        counts = counts * take(weight, where(labels == ignore_index, 0, labels))
    count = sum(counts, 1).astype(losses.dtype)
    # Where nothing counts the loss is NaN, and its gradient 0.
    return where(
        count == 0, one_of(losses) * np.nan, total / where(count == 0, one_of(losses), count)
    )


def _cross_entropy_grad_each(batch, g, logits, target, weight, **settings):
    if batch.mapped != (True, False, False, False):
        return NotImplemented
    axis = _class_axis(logits)  # it is linear in g
    if settings["reduction"] == "none":
        ones = np.ones(np.shape(target), logits.dtype)
        return expand_dims(g, axis + 1) * cross_entropy_grad(
            ones, logits, target, weight, **settings
        )
    slope = cross_entropy_grad(one_of(logits), logits, target, weight, **settings)
    return widened(g, np.ndim(logits)) * slope


cross_entropy.vmap(_cross_entropy_each)
cross_entropy_grad.vmap(_cross_entropy_grad_each)
cross_entropy.vjp(
    logits=lambda g, logits, target, weight, ignore_index, reduction, label_smoothing: (
        cross_entropy_grad(g, logits, target, weight, ignore_index, reduction, label_smoothing)
    )
)


def _raw(g, logits, target, weight, ignore_index, reduction, label_smoothing, powers, sums, wanted):
    if not wanted[0]:
        return [None, None, None]
    if powers is None:
        settings = (ignore_index, reduction, label_smoothing)
        return [cross_entropy_grad(g, logits, target, weight, *settings), None, None]
    labels = np.reshape(target, -1)  # all of them count, in this case
    factors = g / sums.dtype.type(labels.size) if reduction == "mean" else g
    if reduction == "none":
        factors = np.reshape(factors, labels.shape)
    passed = kernels.surprises_adjoint(factors, labels, powers, sums)
    if logits.ndim != 2:
        axis = _class_axis(logits)
        passed = np.moveaxis(passed.reshape(np.moveaxis(logits, axis, -1).shape), -1, axis)
    return [passed, None, None]


cross_entropy.vjp_raw(_raw)
cross_entropy.jvp(logits=_contracted)
cross_entropy_grad.vjp(g=_contracted, logits=_second_order)


def _huber_composed(x, delta=1.0):
    size = abs(x)
    return where(value(size) <= delta, 0.5 * x * x, delta * (size - 0.5 * delta))


@op(
    "elementwise",
    composed=_huber_composed,
    samples=[
        sample((2, 3)),
        sample((), 0.3),
        sample((4,), delta=1.7),
        sample(np.array([-1.5, 0.0, 1.5]), 1.5),
    ],
    errors=[error(ValueError, "huber: .*delta must be positive", (2,), 0.0)],
    pytorch="F.huber_loss",
    real_only=True,
)
def huber(x, delta=1.0):
    """`x²/2` where `|x| <= δ`, else `δ (|x| - δ/2)`: a square that grows like a line.

    >>> huber(Tensor([0.5, -3.0]))
    Tensor([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"delta must be positive, got {delta}")
    size = np.abs(x)
    inner = np.minimum(size, delta)
    return inner * (size - 0.5 * inner)


huber.vjp(x=lambda g, x, delta: g * clip(x, -delta, delta))
