"""Random rounding: what a function's own roundings may have done to its values.

A function computed in floating point is a staircase. Where it saturates, as `1 - tanh(x)**2` does,
its treads are longer than any samples of it are apart, so its noise cannot be read off its values.
But it can be read off its operations: each may round the other way, so the function is run again at
the same point with every result moved by up to a unit in the last place (D. S. Parker, "Monte Carlo
arithmetic", 1997; J. Vignes, "A stochastic arithmetic for reliable scientific computation", 1993).

Operations of NumPy are moved where they meet a subclass of its arrays; those on Tensors under an
observer of the engine, which hands such arrays to their bodies. Results are multiplied by 1 plus a
little, so zeros, and the masks made of them, stay; what only moves elements about is left alone. A
sum hides how its terms were rounded, so the arguments of everything that sums are moved, too; those
of linear algebra by a unit of the largest element, which is what its algorithms promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.graph.modes import Observer, observe
from autograd.operation.record import Op

RUNS = 6  # of a function, each with seeds of its own
_UNITS = np.array([-1.0, -0.5, 0.5, 1.0])
_FACTORIZING = frozenset({"determinants", "eigen", "factorizations", "singular", "solvers"})


class Rounding:
    """Moves results by up to a unit in the last place, the same way for the same seed.

    Args:
        seed: of the random numbers; a negative one moves nothing, and rounds to the precision.
        precision: the distance from 1 to the next number; that of each result's dtype by default.

    Attributes:
        count: of operations that were seen.
        overflow: the first operation on Tensors whose result is not finite although its arguments
            are; empty if there is none.
    """

    def __init__(self, seed: int, precision: float = 0.0) -> None:
        self.count = 0
        self.overflow = ""
        self._precision = precision
        self._still = seed < 0
        self._rng = np.random.default_rng(abs(seed))

    def compute(
        self,
        function: Callable[[Sequence[Any]], Any],
        values: Sequence[Any],
        *,
        sums: bool,
        factorizes: bool = False,
    ) -> Any:
        """What a function returns, moved.

        Args:
            function: takes the arguments as a sequence; returns an array or a tuple of arrays.
            values: the arguments.
            sums: whether a result is made of several elements of an argument.
            factorizes: whether the arguments are matrices, of which the largest element counts.
        """
        self.count += 1
        out = function(values)
        if _only_moves(out, values):
            return out
        if sums:
            out = function([self.moved(each, of_largest=factorizes) for each in values])
        if isinstance(out, tuple):
            return type(out)(*map(self.moved, out)) if _is_named(out) else (*map(self.moved, out),)
        return self.moved(out)

    def moved(self, x: Any, *, of_largest: bool = False) -> Any:
        """An array with every element moved, by units of its own or of the largest one."""
        if not (isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc" and x.size):
            return x
        unit = self._precision or float(np.finfo(x.dtype).eps)
        with np.errstate(all="ignore"):
            if of_largest:
                size = np.abs(x)
                return x + unit * size.max() * self._drawn(x.shape, x.dtype)
            if x.dtype.kind == "c":
                real, imaginary = self._drawn(x.shape), self._drawn(x.shape)
                return x + unit * (x.real * real + 1j * (x.imag * imaginary))
            found = x + x * (unit * self._drawn(x.shape)).astype(x.dtype)
            if self._precision and x.dtype == np.float64:
                # What saturates in the coarser dtype does so here: 1 - 1 is 0, and stays 0.
                found = np.asarray(found).astype(np.float32).astype(np.float64)[()]
            return found

    def _drawn(self, shape: tuple[int, ...], dtype: Any = np.float64) -> NDArray[Any]:
        drawn = np.zeros(shape) if self._still else self._rng.choice(_UNITS, shape)
        return np.asarray(drawn if np.dtype(dtype).kind == "c" else np.asarray(drawn, dtype))

    def watch(self, x: Any) -> Any:
        """An array whose operations in plain NumPy are moved as well."""
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "fc":
            return x
        watched = x.copy().view(_Watched)
        watched.rounding = self
        return watched


_current: ContextVar[Rounding | None] = ContextVar("wengert_rounding", default=None)
current_rounding: Callable[[], Rounding | None] = _current.get


@contextmanager
def random_rounding(seed: int, precision: float = 0.0) -> Iterator[Rounding]:
    """Inside, the results of operations on Tensors, and on what `watch` returns, are moved."""
    rounding = Rounding(seed, precision)
    token = _current.set(rounding)
    try:
        with observe(_Engine(rounding)):
            yield rounding
    finally:
        _current.reset(token)


def _overflows(out: Any, values: Sequence[Any]) -> bool:
    """Whether numbers that are finite gave one that is not."""
    outputs = out if isinstance(out, tuple) else (out,)
    return not all(map(_is_finite, outputs)) and all(map(_is_finite, values))


def _is_finite(x: Any) -> bool:
    array = np.asarray(x)
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def _only_moves(out: Any, values: Sequence[Any]) -> bool:
    """Whether every number of a result is one of the arguments', or its negative, or zero."""
    outputs = out if isinstance(out, tuple) else (out,)
    results = [np.asarray(each) for each in outputs]
    results = [each for each in results if each.dtype.kind in "fc"]
    if not any(each.size for each in results):
        return True
    known = [np.abs(np.asarray(each)).reshape(-1) for each in values if each is not None]
    known = [each for each in known if each.dtype.kind in "biuf"]
    numbers = np.concatenate([np.zeros(1), *known])
    return all(bool(np.isin(np.abs(each), numbers).all()) for each in results)


def _is_named(out: tuple[Any, ...]) -> bool:
    return hasattr(out, "_fields")


class _Engine(Observer):
    """Moves the results of operations on Tensors."""

    def __init__(self, rounding: Rounding) -> None:
        self._rounding = rounding

    def compute(self, op: Op, values: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """The result, moved: by the operations of NumPy that its body is made of, if these show."""
        if op.kind == "constant" or op.view:
            return op.call_body(values, keywords)
        rounding = self._rounding
        seen = rounding.count
        try:
            out = op.call_body([rounding.watch(each) for each in values], keywords)
        except Exception:  # its body is not made for such arrays
            rounding.count = seen
        if rounding.count == seen:
            out = rounding.compute(
                lambda given: op.call_body(given, keywords),
                values,
                sums=op.kind != "elementwise",
                factorizes=op.module.rpartition(".")[2] in _FACTORIZING,
            )
        if not rounding.overflow and _overflows(out, values):
            rounding.overflow = op.name
        return tuple(map(_unwatched, out)) if isinstance(out, tuple) else _unwatched(out)


def _unwatched(x: Any) -> Any:
    """A plain array; a number for one without axes."""
    if not isinstance(x, _Watched):
        return x
    return x.view(np.ndarray) if x.ndim else x.view(np.ndarray)[()]


class _Watched(np.ndarray[Any, Any]):
    """An array of NumPy whose operations are moved, and whose results are watched in turn."""

    rounding: Rounding | None = None

    def __array_finalize__(self, obj: Any) -> None:
        self.rounding = getattr(obj, "rounding", None)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        rounding, given = self._rounding_of(inputs), [_plain(each) for each in inputs]
        into = None if out is None else tuple(_plain(each) for each in out)

        def call(values: Sequence[Any]) -> Any:
            return getattr(ufunc, method)(*values, **options)

        if method == "at":
            return call(given)
        if ufunc in _STEPS and into is None:
            return self._watched(call(given), rounding)
        sums = method != "__call__" or ufunc.signature is not None
        result = rounding.compute(call, given, sums=sums)
        if into is None:
            return self._watched(result, rounding)
        results = result if isinstance(result, tuple) else (result,)
        for place, each in zip(into, results, strict=True):
            place[...] = each
        return out[0] if len(out) == 1 else out

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        rounding = self._rounding_of([args, kwargs])
        found: list[Any] = []
        template = _taken_apart([args, kwargs], found)

        def call(values: Sequence[Any]) -> Any:
            arguments, options = _put_together(template, values)
            result = func(*arguments, **options)
            return tuple(result) if isinstance(result, list) else result

        if func in _ALONE or kwargs.get("out") is not None:
            return call(found)
        factorizes = func.__module__ == "numpy.linalg"
        result = rounding.compute(call, found, sums=True, factorizes=factorizes)
        return self._watched(result, rounding)

    # These are no ufuncs, and do not ask whether anybody watches.
    def dot(self, other: Any, out: Any = None) -> Any:
        """As `np.dot`."""
        return np.dot(self, other)

    def cumsum(self, *args: Any, **kwargs: Any) -> Any:
        """As `np.cumsum`."""
        return np.cumsum(self, *args, **kwargs)

    def cumprod(self, *args: Any, **kwargs: Any) -> Any:
        """As `np.cumprod`."""
        return np.cumprod(self, *args, **kwargs)

    def trace(self, *args: Any, **kwargs: Any) -> Any:
        """As `np.trace`."""
        return np.trace(self, *args, **kwargs)

    def _rounding_of(self, inputs: Any) -> Rounding:
        found = self.rounding or current_rounding()
        return found if found is not None else Rounding(0)

    def _watched(self, result: Any, rounding: Rounding) -> Any:
        if isinstance(result, tuple):
            watched = [self._watched(each, rounding) for each in result]
            return type(result)(*watched) if _is_named(result) else tuple(watched)
        if not isinstance(result, (np.ndarray, np.floating, np.complexfloating)):
            return result
        array = np.asarray(result).view(_Watched)
        array.rounding = rounding
        return array


# Their results are exact.
_STEPS = frozenset({np.ceil, np.floor, np.heaviside, np.rint, np.sign, np.trunc})
# Functions that put no numbers together, or change an argument.
_ALONE = frozenset({np.copyto, np.put, np.place, np.fill_diagonal, np.shape, np.ndim, np.size})


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, _Watched) else x


class _Place:
    def __init__(self, position: int) -> None:
        self.position = position


def _taken_apart(tree: Any, found: list[Any]) -> Any:
    """The arguments of a call with places for floating arrays, which are listed in `found`."""
    if isinstance(tree, np.ndarray):
        found.append(_plain(tree))
        return _Place(len(found) - 1)
    if type(tree) in (list, tuple):
        return type(tree)(_taken_apart(each, found) for each in tree)
    if type(tree) is dict:
        return {name: _taken_apart(each, found) for name, each in tree.items()}
    return tree


def _put_together(tree: Any, values: Sequence[Any]) -> Any:
    if isinstance(tree, _Place):
        return values[tree.position]
    if type(tree) in (list, tuple):
        return type(tree)(_put_together(each, values) for each in tree)
    if type(tree) is dict:
        return {name: _put_together(each, values) for name, each in tree.items()}
    return tree
