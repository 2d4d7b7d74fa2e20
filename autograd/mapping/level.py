"""A level of mapping: how an operation on mapped Tensors is carried out on those of all samples.

From the record of the operation follows how: a family (elementwise, over axes, over the leading
axes of matrices), a rule of its own, what it is composed of, or else sample by sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import count
from typing import Any, TypeVar

import numpy as np

from autograd.graph.defaults import of_integers
from autograd.graph.modes import Mode, _mode, current_mode, mapping, no_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Origin, Tensor, wrap
from autograd.graph.views import View, refresh, shares_memory
from autograd.mapping.families import FAMILIES, Batch, aligned
from autograd.mapping.tensor import (
    Mapped,
    MappedTensor,
    NoValueError,
    covered,
    levels_of,
    mapped_over,
    of_sample,
    peeled,
    physical,
)
from autograd.operation.call import RAW_TYPES, UNCHANGEABLE, apply, coerce
from autograd.operation.record import Op, records

Function = TypeVar("Function", bound=Callable[..., Any])

_next_depth: Callable[[], int] = count().__next__


class Level:
    """One hidden axis: so many samples run at once.

    Attributes:
        size: the number of samples.
        randomness: what random numbers are: "error", or "same" or "different" for all samples.
        depth: a level that was made later is inside.
    """

    __slots__ = ("_mode", "_outside", "depth", "randomness", "size")

    def __init__(self, size: int, randomness: str = "error") -> None:
        self.size = size
        self.randomness = randomness
        self.depth = _next_depth()
        self._mode: Mode | None = None  # the last in force, and what that is outside of the level
        self._outside: Any = None

    def call(self, op: Op, operands: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """Carry out an operation inside this level, which is the innermost."""
        mode = current_mode()
        given = bool(keywords) and keywords is not op.keywords and self._is_in(keywords)
        if mode is not self._mode:  # in a pass it is the same for all operations
            outside = Mode(mode.recording, mode.observer, mode.module, mode.levels[:-1])
            self._mode, self._outside = mode, outside
        token = _mode.set(self._outside)
        try:
            if mode.observer is None and len(mode.levels) == 1 and not given:
                out = self._off_the_record(op, operands, keywords, mode.recording)
                if out is not NotImplemented:
                    return out
            own = tuple([type(x) is MappedTensor and x._value.levels[-1] is self for x in operands])
            if not (given or True in own):
                return apply(op, operands, keywords)
            bare = [
                peeled(x, self) if mine else as_operand(x, op, slot)
                for slot, (x, mine) in enumerate(zip(operands, own, strict=True))
            ]
            out = self._at_once(op, bare, own, keywords, given)
            if out is NotImplemented and op.composed is not None and not given:
                self._check_one(op, bare, own, keywords)
                try:
                    with mapping(mode.levels):
                        return op.composed(*operands, **keywords)
                except NoValueError:
                    pass  # it looks at numbers
            if out is NotImplemented:
                out = self._one_by_one(op, bare, own, keywords)
        finally:
            _mode.reset(token)
        return each_result(lambda each: self._result(op, each), out)

    def _off_the_record(
        self, op: Op, operands: Sequence[Any], keywords: dict[str, Any], recording: bool
    ) -> Any:
        """The results where nobody records them: on arrays, without a Tensor for each step."""
        if recording and not op.usual:  # such as views, which remember of what they are one
            return NotImplemented
        own, arrays = [], []
        for slot, x in enumerate(operands):
            mine = type(x) is MappedTensor
            if mine and x._value.levels[-1] is not self:
                return NotImplemented  # which is an error
            tensor = x._value.tensor if mine else x
            if not isinstance(tensor, Tensor):
                arrays.append(as_operand(x, op, slot))
            elif tensor._node is not None and recording:
                return NotImplemented
            else:
                if tensor._view is not None:
                    refresh(tensor)
                arrays.append(tensor._value)
            own.append(mine)
        out = (
            self._at_once(op, arrays, tuple(own), keywords, False)
            if True in own
            else NotImplemented
        )
        if out is NotImplemented:
            return NotImplemented

        def result(array: Any) -> Tensor:
            if array.dtype == np.float64:
                array = of_integers(array, arrays)
            tensor = wrap(array.copy() if op.view and array.ndim == 1 else array, None)
            _remember(tensor, op, operands, keywords, recording)
            return covered(tensor, self)

        return each_result(result, out)

    def _result(self, op: Op, out: Any) -> Tensor:
        """A result for the samples; single numbers of them are no views, as they are not alone."""
        if not isinstance(out, Tensor):
            out = wrap(np.asarray(out), None)
        return covered(out.copy() if op.view and out.ndim == 1 else out, self)

    def _at_once(
        self,
        op: Op,
        bare: Sequence[Any],
        own: tuple[bool, ...],
        keywords: dict[str, Any],
        given: bool,
    ) -> Any:
        """The results of all samples by the record's rule, or NotImplemented."""
        rule = op.batching
        if rule is None or (given and not callable(rule)):
            return NotImplemented
        batch = Batch(op, self.size, own)
        try:
            if type(rule) is int:
                return aligned(batch, bare, keywords, rule)
            if given:
                keywords = self._bare(keywords)
            if type(rule) is str:
                return FAMILIES[rule](batch, *bare, **keywords)
            return rule(batch, *([list(bare)] if op.listed else bare), **keywords)
        except Exception:
            return NotImplemented  # each sample by itself raises an error of its own shape

    def to_write(self, target: Tensor, result: Tensor, what: str) -> tuple[Tensor, Tensor]:
        """The physical Tensors of a write in place, of which a target must have all levels."""
        levels = levels_of(target)
        if not set(levels_of(result)) <= set(levels):
            raise RuntimeError(
                f"{what}: what differs between the samples of vmap cannot be written into "
                f"{describe(target)}, which is the same for all; make a new Tensor of both, or "
                "start from one that is computed from a mapped argument, such as 0 * x"
            )
        return physical(target), physical(everywhere(result, levels))

    def _one_by_one(
        self, op: Op, bare: Sequence[Any], own: Sequence[bool], keywords: dict[str, Any]
    ) -> Any:
        """The results of the samples, one after the other, stacked."""
        if not self.size:
            bare = [
                wrap(np.ones((1, *each.shape[1:]), each.dtype), None) if mine else each
                for each, mine in zip(bare, own, strict=True)
            ]
        outs = [self._of_sample(i, op, bare, own, keywords) for i in range(self.size or 1)]
        first = outs[0]
        if not isinstance(first, tuple | list):
            return self._stacked(op, outs)
        kind = getattr(type(first), "_make", type(first))
        return kind([self._stacked(op, each) for each in zip(*outs, strict=True)])

    def _check_one(
        self, op: Op, bare: Sequence[Any], own: Sequence[bool], keywords: dict[str, Any]
    ) -> None:
        """Let the operation itself refuse what it does, and what it is composed of does not."""
        if self.size:
            with no_grad():
                self._of_sample(0, op, bare, own, keywords)

    def _of_sample(
        self, i: int, op: Op, bare: Sequence[Any], own: Sequence[bool], keywords: dict[str, Any]
    ) -> Any:
        operands = [each[i] if mine else each for each, mine in zip(bare, own, strict=True)]
        return apply(op, operands, self._bare(keywords, i))

    def _stacked(self, op: Op, results: Sequence[Any]) -> Any:
        shapes = {np.shape(each) for each in results}
        if len(shapes) > 1:
            raise ValueError(
                f"vmap: {op.name} gives results of different shapes for different samples: "
                f"{', '.join(map(str, sorted(shapes)))}; vmap needs the same shape for all"
            )
        stacked = records["stack"].function(list(results))
        return stacked if self.size else stacked[:0]

    def _is_in(self, tree: Any) -> bool:
        """Whether a Tensor of this level is among keywords or parts of an index."""
        if type(tree) in UNCHANGEABLE:
            return False
        if isinstance(tree, dict):
            return any(self._is_in(each) for each in tree.values())
        if isinstance(tree, tuple | list):
            return any(self._is_in(each) for each in tree)
        return self in levels_of(tree)

    def _bare(self, tree: Any, i: int | None = None) -> Any:
        """Keywords with Tensors of this level peeled, or of one sample."""
        if isinstance(tree, dict):
            return {name: self._bare(each, i) for name, each in tree.items()}
        if isinstance(tree, tuple | list):
            return type(tree)(self._bare(each, i) for each in tree)
        if isinstance(tree, MappedTensor | Mapped) and self in levels_of(tree):
            bare = peeled(tree, self)
            bare = bare if i is None else bare[i]
            return bare._value if type(tree) is Mapped and i is not None else bare
        return tree


def _remember(
    tensor: Tensor, op: Op, operands: Sequence[Any], keywords: dict[str, Any], recording: bool
) -> None:
    """Note on a result outside of the graph what a call on Tensors notes there."""
    for x in operands:
        if not isinstance(x, Tensor):
            continue
        if x._cut and tensor._cut is None:
            tensor._cut = x._cut
        if op.view and shares_memory(tensor._value, physical(x)._value):
            tensor._view = View(physical(x), op, keywords, None, False)
    if recording and op.arity:
        tensor._origin = Origin(op, [physical(x) for x in operands])


def as_operand(x: Any, op: Op, slot: int) -> Any:
    """What stands for an array as one: a list has axes, too, which the rules have to see."""
    return x if type(x) in RAW_TYPES or isinstance(x, Tensor) else coerce(x, op, slot)


def each_result(function: Callable[[Any], Any], out: Any) -> Any:
    """A function of what an operation returned: of the result, or of each in a tuple or list."""
    if not isinstance(out, tuple | list):
        return function(out)
    return getattr(type(out), "_make", type(out))([function(each) for each in out])


# ---------------------------------------------------------------------- numbers that are asked for


def sample_by_sample(function: Function) -> Function:
    """Let a function that asks mapped Tensors for their numbers run on one sample after another."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not current_mode().levels:
            return function(*args, **kwargs)
        return or_one_by_one(lambda args, kwargs: function(*args, **kwargs), args, kwargs)

    return call  # type: ignore[return-value]  # of the same signature


def or_one_by_one(call: Callable[..., Any], *given: Any) -> Any:
    """What a function of mapped Tensors returns, sample by sample if it asks for their numbers.

    Its results are Tensors and arrays, None, or tuples and lists of these.
    """
    try:
        return call(*given)
    except NoValueError:
        levels = current_mode().levels
        if not levels or not levels[-1].size:
            raise
    *outer, level = levels
    with mapping(tuple(outer)):
        results = [or_one_by_one(call, *of_sample(given, level, i)) for i in range(level.size)]
        return _together(results, level)


def _together(results: Sequence[Any], level: Level) -> Any:
    first = results[0]
    if first is None:
        return None
    if isinstance(first, tuple | list):
        kind = getattr(type(first), "_make", type(first))
        return kind(_together(each, level) for each in zip(*results, strict=True))
    tensors = [x if isinstance(x, Tensor) else wrap(np.asarray(x)[()], None) for x in results]
    return covered(records["stack"].function(tensors), level)


def everywhere(tensor: Tensor, levels: Sequence[Level]) -> Tensor:
    """A Tensor with the axes of all these levels, repeated along those that it lacked."""
    missing = [level for level in levels if level not in levels_of(tensor)]
    if not missing:
        return tensor
    own = levels_of(tensor)
    bottom = physical(tensor)
    if bottom._view is not None:
        refresh(bottom)
    known = dict(zip(own, bottom.shape, strict=False))
    shape = (*[known.get(level, 1) for level in levels], *tensor.shape)
    whole = (*[level.size for level in levels], *tensor.shape)
    if bottom._node is None and current_mode().observer is None:
        spread = wrap(np.broadcast_to(np.reshape(bottom._value, shape), whole), None)
        spread._cut = bottom._cut
    else:
        spread = records["broadcast_to"].function(bottom.reshape(shape), whole)
    return mapped_over(spread, tuple(levels))
