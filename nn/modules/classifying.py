"""Last layers with their losses, for many classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device, sample_by_sample, value
from nn import functional
from nn.functional.reduction import noted
from nn.inputs import as_input, place
from nn.module import Module
from nn.modules.containers import ModuleList, Sequential
from nn.modules.linear import Linear
from nn.parameter import Buffer

__all__ = ["AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"]


class LinearCrossEntropyLoss(Module):
    """`CrossEntropyLoss` of `Linear`, in one module; see `nn.functional.linear_cross_entropy`.

    Args:
        in_features: length of the last axis of the input.
        num_classes: how many classes.
        out_features: the shape of the places of which each has a class of its own.
        bias: whether the linear map has a bias.
        reduction: "mean", "sum" or "none".
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count, -100 if not given.
        label_smoothing: share of the target that is spread evenly over all classes.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    Shape:
        (batch, in_features) and class indices (batch, *out_features) to a number.

    >>> loss = LinearCrossEntropyLoss(4, 10)
    >>> loss(np.ones((2, 4)), [3, 7]).shape, loss.linear
    ((), Linear(4 -> 10, bias=False))
    """

    root_name = "loss"

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: Sequence[int] = (),
        bias: bool = False,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(
                "LinearCrossEntropyLoss: reduction must be one of mean, sum, none, got "
                f"{reduction!r}"
            )
        if weight is not None and np.shape(value(weight)) != (num_classes,):
            raise ValueError(
                f"LinearCrossEntropyLoss: weight must have shape ({num_classes},), got "
                f"{np.shape(value(weight))}"
            )
        self.num_classes = num_classes
        self.out_features = tuple(out_features)
        self.reduction = reduction
        self.weight = None if weight is None else Buffer(weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.linear = Linear(in_features, num_classes * math.prod(out_features), bias, dtype=dtype)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        linear = self.linear
        shape = (self.num_classes, *self.out_features)
        return functional.linear_cross_entropy(
            as_input(input, linear.weight.dtype),
            linear.weight.reshape(*shape, linear.in_features),
            target,
            linear_bias=None if linear.bias is None else linear.bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        """Sizes, and what is not the default."""
        settings = {
            "out_features": (self.out_features, ()),
            "reduction": (self.reduction, "mean"),
            "ignore_index": (self.ignore_index, None),
            "label_smoothing": (self.label_smoothing, 0.0),
        }
        words = [f"{name}={now!r}" for name, (now, usual) in settings.items() if now != usual]
        return ", ".join([f"{self.linear.in_features} -> {self.num_classes}", *words])


class LogProbability(NamedTuple):
    """What `AdaptiveLogSoftmaxWithLoss` returns.

    Attributes:
        output: (batch,), the logarithm of the probability of each target.
        loss: minus their mean.
    """

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """Log-softmax over many classes of which few are frequent, the frequent ones first.

    The first classes have logits of their own, the head, and so has each cluster of the others;
    the further back a cluster, the fewer features its classes are told apart by. Only the clusters
    that hold targets are computed.

    Args:
        in_features: length of the last axis of the input.
        n_classes: how many classes.
        cutoffs: the first class of every cluster.
        div_value: by what the features of each next cluster are divided.
        head_bias: whether the head has a bias.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    Shape:
        (batch, in_features) and class indices (batch,) to the pair of `output` (batch,) and `loss`;
        or (in_features,) and one index.

    References:
        E. Grave et al. (2017), Efficient softmax approximation for GPUs.

    >>> softmax = AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[4, 10])
    >>> output, loss = softmax(np.ones((3, 8)), [0, 5, 19])
    >>> softmax.log_prob(np.ones((3, 8))).shape
    (3, 20)
    """

    root_name = "loss"

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        starts = list(cutoffs)
        ascending = all(a < b for a, b in pairwise([0, *starts, n_classes]))
        if not starts or not ascending or any(int(each) != each for each in starts):
            raise ValueError(
                "AdaptiveLogSoftmaxWithLoss: cutoffs must be integers that grow, from 1 to "
                f"{n_classes - 1}, got {starts}"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*starts, n_classes]
        self.div_value = div_value
        self.head = Linear(in_features, starts[0] + len(starts), head_bias, dtype=dtype)
        self.tail = ModuleList()
        for number, (start, stop) in enumerate(pairwise(self.cutoffs), start=1):
            size = int(in_features // div_value**number)
            self.tail.append(
                Sequential(
                    Linear(in_features, size, False, dtype=dtype),
                    Linear(size, stop - start, False, dtype=dtype),
                )
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        for linear in [self.head, *(layer for cluster in self.tail for layer in cluster)]:
            linear.reset_parameters()

    @sample_by_sample
    def forward(self, input_: Any, target_: Any) -> LogProbability:
        """The logarithm of the probability of each target, and the mean loss."""
        x = as_input(input_, self.head.weight.dtype)
        target = np.asarray(value(target_))
        single = target.ndim == 0
        if target.dtype.kind not in "iu":
            raise TypeError(
                "AdaptiveLogSoftmaxWithLoss: the target must be integers, class indices, got "
                f"{target.dtype}{place()}"
            )
        if target.ndim > 1 or x.ndim != target.ndim + 1 or x.shape[:-1] != target.shape:
            raise ValueError(
                "AdaptiveLogSoftmaxWithLoss: expected (batch, features) and (batch,), got "
                f"{x.shape} and {target.shape}{place()}"
            )
        outside = target[(target < 0) | (target >= self.n_classes)]
        if outside.size:
            raise IndexError(
                f"AdaptiveLogSoftmaxWithLoss: target {outside.flat[0]} is out of range for "
                f"{self.n_classes} classes{place()}"
            )
        if single:
            x, target = autograd.expand_dims(x, 0), target[np.newaxis]
        # The place of each target in the head: its own, or that of its cluster.
        places = target.copy()
        inside: Any = autograd.zeros(len(target), dtype=x.dtype)
        for number, (start, stop) in enumerate(pairwise(self.cutoffs)):
            (rows,) = np.nonzero((target >= start) & (target < stop))
            if rows.size:
                places[rows] = self.cutoffs[0] + number
                of_cluster = autograd.log_softmax(self.tail[number](x[rows]), -1)
                chosen = of_cluster[np.arange(rows.size), target[rows] - start]
                inside = autograd.index_add(inside, 0, rows, chosen)
        head = autograd.log_softmax(self.head(x), -1)
        output = head[np.arange(len(target)), places] + inside
        loss = noted(-output.mean(), len(target))
        return LogProbability(output[0] if single else output, loss)

    def log_prob(self, input: Any) -> Any:
        """The logarithm of the probability of every class, (batch, n_classes)."""
        x = as_input(input, self.head.weight.dtype)
        head = autograd.log_softmax(self.head(x), -1)
        first = self.cutoffs[0]
        parts = [head[:, :first]]
        for number, cluster in enumerate(self.tail):
            of_cluster = autograd.log_softmax(cluster(x), -1)
            parts.append(of_cluster + head[:, first + number : first + number + 1])
        return autograd.concatenate(parts, 1)

    def predict(self, input: Any) -> Tensor:
        """The most probable class of each example, (batch,)."""
        most: Tensor = autograd.argmax(self.log_prob(input), 1)
        return most

    def extra_repr(self) -> str:
        """Features, classes and clusters."""
        return f"{self.in_features} -> {self.n_classes}, cutoffs={self.cutoffs[:-1]}"
