"""vmap: a function of one sample, run on all samples at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import wraps
from typing import Any, Literal

import numpy as np

from autograd.derivatives.arguments import checked_function, tensors_in
from autograd.derivatives.trees import flatten, spread_over
from autograd.elsewhere import asks_elsewhere
from autograd.func.unit_vectors import checked_chunk_size
from autograd.graph.modes import current_mode, mapping
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, as_numeric_array
from autograd.mapping.level import Level
from autograd.mapping.tensor import covered, levels_of, peeled
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import broadcast_to, concatenate
from autograd.random import default_generator

__all__ = ["vmap"]

Randomness = Literal["error", "same", "different"]
RANDOMNESS = ("error", "same", "different")


@asks_elsewhere
def vmap(
    function: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    chunk_size: int | None = None,
    randomness: Randomness = "error",
) -> Callable[..., Any]:
    """A function of one sample as a function of many: `vmap(f)(xs)` is the stack of `f(x)`.

    The function is called once. Inside, a Tensor has the shape of one sample, and every operation
    runs on all samples. The transforms nest in both directions: `vmap(grad(f))` are the gradients
    of all samples, `grad` of a function that uses `vmap` is what it is without.

    Args:
        function: of Tensors in any structure of tuples, lists and dicts.
        in_axes: which axis of each argument counts the samples, None for what is the same for all:
            a number for all of them, or a tuple with one entry per argument, which may have the
            structure of that argument or stop at any depth of it. Keyword arguments are mapped
            over their first axis.
        out_axes: where the results have that axis; None for results that are not mapped.
        chunk_size: at most so many samples at once, which bounds the memory.
        randomness: what random numbers inside are: refused, the same for all samples, or different.

    Returns:
        A function of the same arguments, with the axis of the samples more.

    Raises:
        ValueError: if there is no axis to map, if sizes differ, or where a sample decides on a
            shape.
        TypeError: where the function asks for the value of a mapped Tensor, as by `if` or `float`.

    >>> from autograd import func
    >>> func.vmap(lambda x, w: x @ w, in_axes=(0, None))(Tensor([[1.0, 2.0], [3.0, 4.0]]),
    ...                                                  Tensor([10.0, 1.0]))
    Tensor([12., 34.])

    Gradients of single samples:

    >>> loss = lambda w, x, y: (w * x - y) ** 2
    >>> func.vmap(func.grad(loss), in_axes=(None, 0, 0))(2.0, np.array([1.0, 3.0]), np.zeros(2))
    array([ 4., 36.])
    """
    checked_function("vmap", function)
    if randomness not in RANDOMNESS:
        raise ValueError(f"vmap: randomness must be one of {RANDOMNESS}, got {randomness!r}")
    chunk_size = checked_chunk_size("vmap", chunk_size)

    @wraps(function)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, rebuild = flatten((args, kwargs))
        axes = _in_axes(in_axes, args, kwargs)
        moved = [
            leaf if axis is None else _samples_first(leaf, axis)
            for leaf, axis in zip(leaves, axes, strict=True)
        ]
        size = _size(leaves, moved, axes)
        is_mapped = [axis is not None for axis in axes]

        def run(part: slice | None, count: int) -> tuple[list[Any], list[bool], Any]:
            level = Level(count, randomness)
            with mapping((*current_mode().levels, level)):
                given = [
                    covered(each if part is None else each[part], level) if mine else each
                    for each, mine in zip(moved, is_mapped, strict=True)
                ]
                given_args, given_kwargs = rebuild(given)
                out = function(*given_args, **given_kwargs)
            if out is None:
                raise TypeError("vmap: the function returned None: a missing return")
            outs, build = flatten(out)
            own = [level in levels_of(out) for out in outs]
            return [peeled(out, level) for out in outs], own, build

        outs, own, build = _in_chunks(run, size, chunk_size, randomness)
        arrays_in = not tensors_in(leaves)
        placed = _out_axes(out_axes, build(outs))
        return build(
            [
                _given(_placed(out, mine, axis, size), arrays_in)
                for out, mine, axis in zip(outs, own, placed, strict=True)
            ]
        )

    return mapped


# ---------------------------------------------------------------------- what goes in


def _in_axes(in_axes: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[int | None]:
    """The axis of each leaf of the arguments."""
    if in_axes == 0 and type(in_axes) is int:
        return [0] * len(flatten((args, kwargs))[0])
    if in_axes is not None and not isinstance(in_axes, int):
        if not isinstance(in_axes, tuple | list):
            raise TypeError(
                f"vmap: in_axes must be a number, None, or a tuple with one entry per argument, "
                f"got {in_axes!r}"
            )
        if len(in_axes) != len(args):
            raise ValueError(f"vmap: in_axes has {len(in_axes)} entries for {len(args)} arguments")
        in_axes = tuple(in_axes)
    try:
        axes = spread_over(in_axes, args, "in_axes") + spread_over(0, kwargs, "in_axes")
    except ValueError as error:
        raise ValueError(f"vmap: {error}") from None
    return [_checked_axis(axis, "in_axes") for axis in axes]


def _checked_axis(axis: Any, what: str) -> int | None:
    if axis is not None and (isinstance(axis, bool) or not isinstance(axis, int | np.integer)):
        raise TypeError(f"vmap: {what} consist of numbers and None, got {axis!r}")
    return None if axis is None else int(axis)


def _samples_first(leaf: Any, axis: int) -> Tensor:
    """A mapped argument with the axis of the samples in front."""
    if isinstance(leaf, Tensor):
        tensor = leaf
    else:
        try:
            tensor = Tensor(as_numeric_array(leaf, "vmap"))
        except TypeError as error:
            raise TypeError(f"{error}; pass in_axes=None for what is no array") from None
    if not -tensor.ndim <= axis < tensor.ndim:
        advice = "pass in_axes=None for what is the same for all samples"
        if isinstance(leaf, int | float | complex):
            advice += "; a list is a structure of arguments, so make one of numbers an array"
        raise ValueError(
            f"vmap: an argument of {describe(leaf)} has no axis {axis} to map over; {advice}"
        )
    first: Tensor = tensor if axis in (0, -tensor.ndim) else moveaxis(tensor, axis, 0)
    return first


def _size(leaves: Sequence[Any], moved: Sequence[Any], axes: Sequence[int | None]) -> int:
    """The number of samples, the same in all that is mapped."""
    sizes = [each.shape[0] for each, axis in zip(moved, axes, strict=True) if axis is not None]
    if not sizes:
        raise ValueError("vmap: no argument is mapped; in_axes must name an axis of one at least")
    if len(set(sizes)) > 1:
        given = [
            f"{np.shape(leaf)} over axis {axis}"
            for leaf, axis in zip(leaves, axes, strict=True)
            if axis is not None
        ]
        raise ValueError(f"vmap: the arguments have different numbers of samples: {given}")
    return int(sizes[0])


# ---------------------------------------------------------------------- what comes out


def _in_chunks(
    run: Callable[[slice | None, int], tuple[list[Any], list[bool], Any]],
    size: int,
    chunk_size: int | None,
    randomness: str,
) -> tuple[list[Any], list[bool], Any]:
    """The results of all samples, computed so many at once; unmapped ones of the first chunk."""
    if chunk_size is None or chunk_size >= size:
        return run(None, size)
    generator = default_generator().bit_generator
    before = deepcopy(generator.state)
    parts = []
    for start in range(0, size, chunk_size):
        if randomness == "same":
            generator.state = deepcopy(before)
        stop = min(start + chunk_size, size)
        parts.append(run(slice(start, stop), stop - start))
    first, own, build = parts[0]
    joined = [
        concatenate([part[0][i] for part in parts]) if mine else first[i]
        for i, mine in enumerate(own)
    ]
    return joined, own, build


def _out_axes(out_axes: Any, outline: Any) -> list[int | None]:
    try:
        axes = spread_over(out_axes, outline, "out_axes")
    except ValueError as error:
        raise ValueError(f"vmap: {error}") from None
    return [_checked_axis(axis, "out_axes") for axis in axes]


def _placed(out: Any, own: bool, axis: int | None, size: int) -> Tensor:
    """A result with the axis of the samples where it should be."""
    if not isinstance(out, Tensor):
        try:
            out = Tensor(as_numeric_array(out, "vmap"))
        except TypeError:
            raise TypeError(
                f"vmap: the function must return Tensors, got {describe(out)}"
            ) from None
    if axis is None:
        if own:
            raise ValueError(
                "vmap: out_axes is None for a result that differs between samples; name an axis"
            )
        return out  # type: ignore[no-any-return]
    if not own:  # the same for every sample
        out = broadcast_to(out, (size, *out.shape)).copy()
    if not -out.ndim <= axis < out.ndim:
        raise ValueError(
            f"vmap: out_axes names axis {axis} of a result that has {out.ndim} with the samples"
        )
    placed: Tensor = out if axis in (0, -out.ndim) else moveaxis(out, 0, axis)
    return placed


def _given(out: Tensor, arrays_in: bool) -> Any:
    """A result for the caller: an array where no Tensor came and no gradient is wanted."""
    if arrays_in and not out.requires_grad and not levels_of(out):
        return out._value
    return out
