"""What PyTorch's words that make Tensors do."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import creation, ops
from autograd import random as drawing
from autograd.graph.defaults import get_default_dtype
from autograd.graph.tensor import Tensor, value
from autograd.processor import checked_device
from autograd.words.shapes import as_dtype, converted, sizes


def make(kind: str, size: Sequence[Any], given: dict[str, Any], **own: Any) -> Any:
    """Call a creation function with a shape in any spelling, without what has no meaning here."""
    given = machine(given)
    if "size" in given:
        size = (given.pop("size"),)
    maker = getattr(creation, kind, None) or getattr(drawing, kind)
    shape = sizes(size)
    return (
        maker(*shape, **own, **given) if kind in ("rand", "randn") else maker(shape, **own, **given)
    )


_LIKE = ("device", "layout", "pin_memory", "memory_format", "non_blocking")


def machine(given: dict[str, Any]) -> dict[str, Any]:
    """Keywords without those about devices and memory, which are checked."""
    checked_device(given.get("device"))
    kept = {name: each for name, each in given.items() if name not in _LIKE}
    if kept.get("dtype") is not None:
        kept["dtype"] = as_dtype(kept["dtype"])
    return kept


def creator(kind: str) -> Any:
    """`zeros(2, 3)` and its kind."""

    def made(*size: Any, **given: Any) -> Any:
        return make(kind, size, given)

    return made


def range_(start: float, end: float | None = None, step: float = 1, **given: Any) -> Any:
    """Evenly spaced floats, the end included."""
    start, end = (0, start) if end is None else (start, end)
    count = int((end - start) / step) + 1
    given = {"dtype": get_default_dtype(), **machine(given)}
    return converted(Tensor(start + step * np.arange(count)), given.pop("dtype"))


def meshgrid(*tensors: Any, indexing: str = "xy") -> Any:
    """Coordinates on a grid, of axes that may come in a list."""
    listed = len(tensors) == 1 and isinstance(tensors[0], (list, tuple))
    return ops.meshgrid(*(tensors[0] if listed else tensors), indexing=indexing)


def cartesian_prod(*tensors: Any) -> Any:
    """All the combinations of one element of each, as rows."""
    grids = ops.meshgrid(*tensors, indexing="ij")
    return ops.stack([ops.reshape(each, -1) for each in grids], 1) if len(grids) > 1 else grids[0]


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """All the ways to choose so many elements, as rows."""
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    index = np.array(list(choose(range(len(input)), r)), int).reshape(-1, r)
    return input[index]


def tril_indices(row: int, col: int, offset: int = 0, **given: Any) -> Any:
    """Rows and columns of the lower triangle."""
    machine(given)
    return Tensor(np.stack(np.tril_indices(row, offset, col)))


def triu_indices(row: int, col: int, offset: int = 0, **given: Any) -> Any:
    """Rows and columns of the upper triangle."""
    machine(given)
    return Tensor(np.stack(np.triu_indices(row, offset, col)))


def like(kind: str) -> Any:
    """`randn_like` and its kind, for a creation function."""

    def made(input: Any, **given: Any) -> Any:
        if given.get("dtype") is None:
            given["dtype"] = input.dtype
        return make(kind, [np.shape(value(input))], given)

    return made


def full_like(input: Any, fill_value: Any, **given: Any) -> Any:
    """A number in the shape and dtype of another Tensor."""
    given = {"dtype": input.dtype, **given}
    return make("full", [(np.shape(value(input)),)], given, fill_value=fill_value)


def scalar_tensor(number: Any, **given: Any) -> Any:
    """A Tensor of one number."""
    return creation.tensor(number, **machine(given))


def new(kind: str) -> Any:
    """`t.new_zeros` and its kind, for a creation function."""

    def made(t: Tensor, *size: Any, **given: Any) -> Any:
        given = {**given, "dtype": given.get("dtype") or t.dtype}
        return make(kind, size, given)

    return made


def new_full(t: Tensor, size: Any, fill_value: Any, **given: Any) -> Any:
    """A Tensor of the same dtype, filled with a number."""
    given = {**given, "dtype": given.get("dtype") or t.dtype}
    return make("full", (size,), given, fill_value=fill_value)


def new_tensor(t: Tensor, data: Any, **given: Any) -> Any:
    """A Tensor of the same dtype with a copy of `data`."""
    given = machine({**given, "dtype": given.get("dtype") or t.dtype})
    return creation.tensor(data, **given)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:
    """A Tensor of `data`, which keeps sharing the memory of an array."""
    checked_device(device)
    if isinstance(data, Tensor):
        made = data
    elif isinstance(data, np.ndarray):
        made = creation.from_numpy(data)
    else:
        made = Tensor(data)
    return made if dtype is None else converted(made, dtype)


def randint(*given: Any, **named: Any) -> Any:
    """Random integers below `high`, from `low` or 0: `randint(10, (2, 3))`."""
    named, bounds = machine(named), list(given)
    if bounds and isinstance(bounds[-1], (tuple, list)):
        named["size"] = bounds.pop()
    for name in ("high", "low"):
        if bounds and name not in named:
            named[name] = bounds.pop()
    if not {"high", "size"} <= named.keys():
        raise TypeError("randint: expected high and size")
    dtype = named.pop("dtype", np.int64)
    low, high, size = named.pop("low", 0), named.pop("high"), named.pop("size")
    wanted = named.pop("requires_grad", False)
    made = drawing.randint(low, high, sizes([size]), **named)
    made = converted(made, dtype)
    return made.requires_grad_() if wanted else made


def randint_like(input: Any, *bounds: Any, **given: Any) -> Any:
    """Random integers in the shape and dtype of another Tensor."""
    return randint(*bounds, input.shape, **{"dtype": input.dtype, **given})


def randperm(n: int, *, generator: Any = None, **given: Any) -> Any:
    """The integers from 0 to n - 1 in random order."""
    draw = generator or drawing.default_generator()
    return converted(Tensor(draw.permutation(n)), machine(given).get("dtype") or np.int64)


def multinomial(
    input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None
) -> Any:
    """Positions drawn with the probabilities that each row is proportional to."""
    weights = np.asarray(value(input), float)
    if weights.ndim not in (1, 2) or (weights < 0).any() or not np.isfinite(weights).all():
        raise ValueError(f"multinomial: expected rows of weights from 0, got {input!r:.200}")
    rows = np.atleast_2d(weights)
    enough = num_samples if not replacement else 1
    if ((rows > 0).sum(1) < max(enough, 1)).any():
        raise ValueError(
            f"multinomial: cannot draw {num_samples} different ones of a row of {rows.shape[1]}"
        )
    draw = generator or drawing.default_generator()
    if replacement:
        ends = np.cumsum(rows, 1)
        ends /= ends[:, -1:]
        points = draw.random((len(rows), num_samples))
        found = np.stack(
            [np.searchsorted(e, p, "right") for e, p in zip(ends, points, strict=True)]
        )
        found = np.minimum(found, rows.shape[1] - 1)
    else:  # the largest of weights to the power of random numbers: Efraimidis and Spirakis, 2006
        with np.errstate(divide="ignore"):
            keys = np.log(draw.random(rows.shape)) / rows
        found = np.argsort(-keys, 1, kind="stable")[:, :num_samples]
    return Tensor(found[0] if weights.ndim == 1 else found)


def bernoulli(input: Any, p: Any = None, *, generator: Any = None) -> Any:
    """1 with the probability that each element is, else 0, in its dtype."""
    chance = value(input if p is None else p)
    draw = generator or drawing.default_generator()
    drawn = draw.random(np.shape(value(input))) < chance
    return Tensor(np.asarray(drawn).astype(np.asarray(value(input)).dtype))


def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: Any = None, **given: Any
) -> Any:
    """Normal numbers with means and standard deviations."""
    draw = generator or drawing.default_generator()
    shape = (
        np.broadcast_shapes(np.shape(value(mean)), np.shape(value(std)))
        if size is None
        else sizes([size])
    )
    kept = machine(given)
    dtype = kept.pop("dtype", None) or next(
        (each.dtype for each in (mean, std) if isinstance(each, Tensor)), get_default_dtype()
    )
    drawn = np.asarray(draw.standard_normal(shape) * value(std) + value(mean)).astype(dtype)
    return Tensor(drawn, kept.pop("requires_grad", False))
