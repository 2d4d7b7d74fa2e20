"""How much the batches count where their losses are put together, and which examples count.

The mean loss of several batches as one is the sum of each batch's mean times what it was divided
by, over all that it would be divided by. That is the number of examples for a plain mean; for
`ignore_index` and class weights it is what the loss itself counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from nn.functional.reduction import Reduction

__all__: list[str] = []


class Weight(NamedTuple):
    """What a batch's loss stands for.

    Attributes:
        factor: The loss times this is the sum over what counts in the batch.
        reported: What the sums of several batches are divided by, for the mean that is reported.
        divisor: The same for their gradients; 0 where the loss is a sum and stays one.
        ignore_index: Targets of this value do not count.
        parts: What the parts of the loss were divided by, for each example.
    """

    factor: float
    reported: float
    divisor: float
    ignore_index: int | None
    parts: tuple[float, ...]


def weigh(loss: Tensor, examples: int, heard: list[Reduction]) -> Weight:
    """The weight of a batch, from the losses that were heard while it was computed.

    A loss that was not made by `nn` counts by its examples, as does one put together from several
    means over different numbers.
    """
    ignored = {each.ignore_index for each in heard} - {None}
    ignore_index = ignored.pop() if len(ignored) == 1 else None
    whole = [each for each in heard if each.loss is loss]
    if whole and whole[0].divisor is None:
        return Weight(1, examples, 0, ignore_index, ())
    divisors = [each.divisor for each in whole or heard if each.divisor is not None]
    own = float(divisors[0]) if len(set(divisors)) == 1 else float(examples)
    if 0 in divisors:  # of nothing there is no mean: the batch is passed over
        own = 0.0
    parts = tuple(each / examples for each in divisors) if examples else ()
    return Weight(own, own, own, ignore_index, parts if len(set(divisors)) > 1 else ())


def counted(outputs: Any, targets: Any, ignore_index: int | None) -> tuple[Any, Any]:
    """Outputs and targets for metrics: as they are, or without what does not count, in one row."""
    if ignore_index is None:
        return outputs, targets
    labels = _array(targets)
    if labels.dtype.kind not in "iu" or not (ignored := labels == ignore_index).any():
        return outputs, targets
    scores = _array(outputs)
    if scores.shape[:1] + scores.shape[2:] == labels.shape:
        scores = np.moveaxis(scores, 1, -1)  # the classes of (batch, classes, ...)
    elif scores.shape[: labels.ndim] != labels.shape:
        return outputs, targets
    return scores[~ignored], labels[~ignored]


def _array(values: Any) -> np.ndarray[Any, Any]:
    return np.asarray(values.detach().numpy() if isinstance(values, Tensor) else values)
