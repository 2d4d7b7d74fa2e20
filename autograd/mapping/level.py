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
        own = tuple([type(x) is MappedTensor and x._value.levels[-1] is self for x in operands])
        given = bool(keywords) and keywords is not op.keywords and self._is_in(keywords)
        if mode is not self._mode:  # in a pass it is the same for all operations
            outside = Mode(mode.recording, mode.observer, mode.module, mode.levels[:-1])
            self._mode, self._outside = mode, outside
        token = _mode.set(self._outside)
        try:
            if not (given or True in own):
                return apply(op, operands, keywords)
            operands = [
                # A list has axes, too, which the rules have to see.
                x if type(x) in RAW_TYPES or isinstance(x, Tensor) else coerce(x, op, slot)
                for slot, x in enumerate(operands)
            ]
            out = NotImplemented
            if not given and _is_off_the_record(op, operands, mode):
                out = self._on_arrays(op, operands, own, keywords, mode)
            bare: Sequence[Any] = ()
            if out is NotImplemented:
                pairs = zip(operands, own, strict=True)
                bare = [peeled(x, self) if mine else x for x, mine in pairs]
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
        return _like(out, [self._result(op, each) for each in _listed(out)])

    def _result(self, op: Op, out: Any) -> Tensor:
        """A result for the samples; single numbers of them are no views, as they are not alone."""
        if not isinstance(out, Tensor):
            out = wrap(np.asarray(out), None)
        return covered(out.copy() if op.view and out.ndim == 1 else out, self)

    def _on_arrays(
        self,
        op: Op,
        operands: Sequence[Any],
        own: tuple[bool, ...],
        keywords: dict[str, Any],
        mode: Mode,
    ) -> Any:
        """The results of all samples where nothing is recorded, without a Tensor for each step."""
        arrays = [_array(x, mine) for x, mine in zip(operands, own, strict=True)]
        out = self._at_once(op, arrays, own, keywords, False)
        if out is NotImplemented:
            return NotImplemented
        about = op, [physical(x) for x in operands], keywords, mode.recording
        return _like(out, [_tensor_of(each, *about) for each in _listed(out)])

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


# ---------------------------------------------------------------------- off the record


def _is_off_the_record(op: Op, operands: Sequence[Any], mode: Mode) -> bool:
    """Whether a call on all samples comes to one on arrays: nobody records or observes it."""
    if mode.observer is not None or len(mode.levels) > 1:
        return False
    if not mode.recording:
        return True
    # A view that is taken while others are recorded has to remember of what it is one.
    return op.usual and all(x._node is None for x in operands if isinstance(x, Tensor))


def _array(x: Any, mine: bool) -> Any:
    if mine:
        x = x._value.tensor
    elif not isinstance(x, Tensor):
        return x
    if x._view is not None:
        refresh(x)
    return x._value


def _tensor_of(
    array: Any, op: Op, operands: Sequence[Any], keywords: dict[str, Any], recording: bool
) -> Tensor:
    """What a call on arrays gave, as the Tensor that a call on Tensors gives."""
    if array.dtype == np.float64:
        array = of_integers(array, operands)
    tensor = wrap(array, None)
    if recording and op.arity:
        tensor._origin = Origin(op, operands)
    for x in operands:
        if isinstance(x, Tensor):
            tensor._cut = tensor._cut or x._cut
            if op.view and shares_memory(array, x._value):
                tensor._view = View(x, op, keywords, None, False)
    return tensor


def _listed(out: Any) -> Sequence[Any]:
    return out if isinstance(out, tuple | list) else (out,)


def _like(out: Any, results: list[Any]) -> Any:
    """The results in the form of what an operation returned: one, or a tuple or list of them."""
    if not isinstance(out, tuple | list):
        return results[0]
    return getattr(type(out), "_make", type(out))(results)


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
    known = dict(zip(own, bottom.shape, strict=False))
    shape = [known.get(level, 1) for level in levels]
    whole = [level.size for level in levels]
    inner = tensor.shape
    spread = records["broadcast_to"].function(bottom.reshape(*shape, *inner), (*whole, *inner))
    return mapped_over(spread, tuple(levels))
