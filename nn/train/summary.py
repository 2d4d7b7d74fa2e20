"""A model as a table: what every layer gives, and how many parameters it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import memory, sizes_of, total
from nn.module import Module
from nn.train.trainer import evaluating

__all__ = ["Summary", "summary"]


class Summary:
    """What `summary` found; printed, it is a table.

    Attributes:
        rows: For every layer that was called: name, description, shape of its output, in which
            None stands for the batch, and number of its own parameters.
        total: The number of parameters, shared ones once.
        trainable: Those that require gradients.
        bytes: Memory of all parameters.

    >>> from nn import Linear
    >>> found = summary(Linear(3, 2), (3,))
    >>> found.rows, found.total
    ([('', 'Linear(3 -> 2)', (None, 2), 8)], 8)
    """

    def __init__(
        self, rows: list[tuple[str, str, Any, int]], total: int, trainable: int, bytes: int = 0
    ) -> None:
        self.rows = rows
        self.total = total
        self.trainable = trainable
        self.bytes = bytes

    def __str__(self) -> str:
        head = ("name", "layer", "output", "parameters")
        cells = [head, *((n, d, _shape_words(s), f"{c:,}") for n, d, s, c in self.rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        lines = [
            "  ".join(
                text.rjust(width) if column == 3 else text.ljust(width)
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in cells
        ]
        rule = "-" * len(lines[0])
        frozen = self.total - self.trainable
        last = (
            f"{self.total:,} parameters: {self.trainable:,} trainable, {frozen:,} not; "
            f"{memory(self.bytes)}"
        )
        return "\n".join([lines[0], rule, *lines[1:], rule, last])

    __repr__ = __str__


def summary(model: Module, input_shape: Sequence[Any], dtype: Any = None) -> Summary:
    """Call a model on zeros, and note what each of its layers gives.

    Nothing changes: it runs in evaluation mode, without gradients.

    Args:
        model: The module.
        input_shape: The shape of one example, without the batch; a list of shapes for a model of
            several inputs.
        dtype: Of the inputs; that of the parameters if not given, int for numbers of tokens.

    Raises:
        TypeError: If that is no shape, an array for instance.
        ValueError: If the model cannot take such an input; what it says is the cause.

    >>> from nn import Linear, Sequential, Sigmoid, Softmax
    >>> print(summary(Sequential(Linear(2, 5), Sigmoid(), Linear(5, 2), Softmax(1)), (2,)))
    name  layer           output     parameters
    -------------------------------------------
    0     Linear(2 -> 5)  (None, 5)          15
    1     Sigmoid         (None, 5)           0
    2     Linear(5 -> 2)  (None, 2)          12
    3     Softmax(dim=1)  (None, 2)           0
    -------------------------------------------
    27 parameters: 27 trainable, 0 not; 108 B
    """
    several = isinstance(input_shape, list) and isinstance(input_shape[0], list | tuple)
    shapes = [tuple(each) for each in (input_shape if several else [input_shape])]
    if not all(isinstance(side, int | np.integer) for shape in shapes for side in shape):
        raise TypeError(
            "summary: input_shape is the shape of one example, such as (1, 28, 28), or (length,) "
            f"with dtype=int for numbers of tokens, got {type(input_shape).__name__} {input_shape}"
        )
    small, large = (_called(model, shapes, batch, dtype) for batch in (2, 3))
    rows = []
    for (name, module, shape), (_, _, other) in zip(small, large, strict=True):
        count = total(sizes_of(module.named_parameters(recurse=False)))[0]
        rows.append((name, module.describe(), _without_batch(shape, other), count))
    count, size, trainable = total(sizes_of(model.named_parameters()))
    return Summary(rows, count, trainable, size)


def _called(
    model: Module, shapes: list[tuple[int, ...]], batch: int, dtype: Any
) -> list[tuple[str, Module, Any]]:
    """The layers in the order in which they were done, and the shapes that they gave."""
    wanted = dtype or next((p.dtype for p in model.parameters()), np.dtype(np.float32))
    calls: list[tuple[str, Module, Any]] = []
    handles = []
    for name, module in model.named_modules():
        if (
            next(module.children(), None) is None
            or next(module.parameters(False), None) is not None
        ):

            def note(called: Module, args: Any, result: Any, name: str = name) -> None:
                calls.append((name, called, _shapes(result)))

            handles.append(module.register_forward_hook(note))
    inputs = [autograd.zeros((batch, *shape), dtype=wanted) for shape in shapes]
    try:
        with evaluating(model):
            model(*inputs)
    except (ValueError, TypeError, IndexError, RuntimeError) as error:
        raise ValueError(
            f"summary: {type(model).__name__} cannot take a batch of {batch} inputs of shape "
            f"{', '.join(map(str, shapes))} and dtype {np.dtype(wanted)} ({error})"
            + ("; give dtype=int" if "integers" in str(error) else "")
        ) from error
    finally:
        for handle in handles:
            handle.remove()
    return calls


def _shapes(result: Any) -> Any:
    if isinstance(result, tuple | list):
        return [_shapes(each) for each in result]
    return result.shape if isinstance(result, Tensor) else ()


def _without_batch(shape: Any, other: Any) -> Any:
    """The shape, with None where it follows the batch."""
    if isinstance(shape, list):
        return [_without_batch(*pair) for pair in zip(shape, other, strict=True)]
    return tuple(a if a == b else None for a, b in zip(shape, other, strict=True))


def _shape_words(shape: Any) -> str:
    return ", ".join(map(_shape_words, shape)) if isinstance(shape, list) else str(shape)
