"""Patterns of an input that is used several times, of whose uses some do not count.

The uses are told apart by experiment: the input is moved in one of the operations that read it and
stays where it is in the others. What moves the output by way of each is compared with the gradient
under test.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.graph.modes import Observer, observe
from autograd.operation.record import Op
from autograd.testing.diagnosis.evidence import Evidence, row_of
from autograd.testing.diagnosis.wording import Words
from autograd.testing.objective import silent
from autograd.testing.subjects import Array

_STEP = 2.0**-12
_FEW = 6  # uses, and directions, beyond which the experiment takes too long
_MANY = 64  # elements
_PRECISION = 1e-5  # relative


class _Uses:
    """Counts the operations that read an array, and moves it in one of them.

    Attributes:
        names: of the operations, in order.
    """

    def __init__(self, chosen: int, moved: Array) -> None:
        self.names: list[str] = []
        self._chosen = chosen
        self._moved = moved
        self._address = -1

    def follow(self, x: Array) -> Array:
        """The array whose uses count."""
        followed = x.copy().view(_Followed)
        followed.uses = self
        self._address = _address(followed)
        return followed

    def in_operation(self, name: str, values: Sequence[Any]) -> list[Any]:
        """The arguments of an operation, the array in its own place."""
        found = []
        for each in values:
            if isinstance(each, np.ndarray) and self._is_it(each):
                self.names.append(name)
                each = self._moved if len(self.names) - 1 == self._chosen else _plain(each)
            found.append(_plain(each))
        return found

    def _is_it(self, x: Array) -> bool:
        return x.shape == self._moved.shape and _address(x) == self._address


def _address(x: Array) -> int:
    return int(x.__array_interface__["data"][0])


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, _Followed) else x


class _Followed(np.ndarray[Any, Any]):
    """An array of NumPy that tells of its uses; what is computed of it does not."""

    uses: _Uses | None = None

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        uses = next(each.uses for each in inputs if isinstance(each, _Followed))
        given = inputs if uses is None else uses.in_operation(ufunc.__name__, inputs)
        return getattr(ufunc, method)(*map(_plain, given), **options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        uses = next((each.uses for each in args if isinstance(each, _Followed)), None)
        given = args if uses is None else uses.in_operation(func.__name__, args)
        return func(*map(_plain, given), **kwargs)


class _Engine(Observer):
    def __init__(self, uses: _Uses) -> None:
        self._uses = uses

    def compute(self, op: Op, values: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """What the operation computes where the array may have moved."""
        return op.call_body(self._uses.in_operation(op.name, values), keywords)


@contextmanager
def _following(uses: _Uses) -> Iterator[None]:
    with silent(), observe(_Engine(uses)):
        yield


def some_paths(e: Evidence) -> Words:
    """Some of an input's uses count, the others do not."""
    if not 0 < e.x.size <= _MANY or not e.known.all() or not e.wrong.any():
        return
    names = _outputs(e, -1, e.x)[1]
    if not 1 < len(names) <= _FEW or not np.isfinite(e.analytic).all():
        return
    directions = _directions(e.x)
    claimed = np.array([float((e.analytic * d).sum()) for d in directions])
    slopes = np.array([[_slope(e, use, d) for d in directions] for use in range(len(names))])
    allowed = _PRECISION * (np.abs(slopes).sum(axis=0) + np.abs(claimed).max())
    for count in range(1, len(names)):
        for chosen in itertools.combinations(range(len(names)), count):
            if (np.abs(slopes[list(chosen)].sum(axis=0) - claimed) <= allowed).all():
                lost = [name for use, name in enumerate(names) if use not in chosen]
                kept = [names[use] for use in chosen]
                yield (
                    f"only the way through {' and '.join(dict.fromkeys(kept))} counts: what flows "
                    f"back through {' and '.join(dict.fromkeys(lost))} is missing"
                )
                return


def _directions(x: Array) -> list[Array]:
    """Each element alone, in its own size; of many elements, a few mixtures."""
    if x.size <= _FEW:
        sizes = np.where(x == 0, 1.0, np.abs(x)).reshape(-1)
        return [row.reshape(x.shape) for row in np.diag(sizes)]
    rng = np.random.default_rng(x.size)
    return [rng.uniform(0.5, 1.0, x.shape) * rng.choice([-1.0, 1.0], x.shape) for _ in range(_FEW)]


def _slope(e: Evidence, use: int, direction: Array) -> float:
    """How the weighted outputs change along a direction in one use alone."""
    slopes = []
    for step in (_STEP, _STEP / 2.0):
        sides = [_outputs(e, use, e.x + sign * step * direction)[0] for sign in (1.0, -1.0)]
        slopes.append(float(e.cotangent @ (sides[0] - sides[1])) / (2.0 * step))
    return (4.0 * slopes[1] - slopes[0]) / 3.0


def _outputs(e: Evidence, use: int, moved: Array) -> tuple[Array, list[str]]:
    """The outputs in one row where the input is moved in one use, and the names of all uses."""
    uses = _Uses(use, moved)
    inputs = [x.copy() for x in e.case.inputs]
    inputs[e.position] = uses.follow(e.x)
    with _following(uses):
        found = e.case.subject.value(inputs)
    return row_of([np.asarray(found[i]) for i in e.outputs]), uses.names
