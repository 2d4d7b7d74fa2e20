"""Along which lines a function is compared with its gradients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ELEMENTWISE_LIMIT = 24  # up to so many numbers in an input, each is moved on its own
_WIDE = 2.0**10  # sizes that differ more are very different
# Signed powers of two: along them every step is exactly the one that was asked for.
_RANDOM_ENTRIES = np.array([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0])


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction in the space of all inputs.

    Attributes:
        name: how a report calls it: `element`, `element (imaginary)`, `ones`, `ones along axis 1`,
            `random`, `ones in all inputs` or `random in all inputs`.
        parts: the inputs it moves, each with its vector of the input's shape; for an element the
            vector is the number 1 (or 1j).
        element: the index of the only element it moves, None where it moves several.

    >>> x = np.zeros((2, 2))
    >>> [direction.name for direction in directions([x])]
    ['element', 'element', 'element', 'element', 'ones', 'ones along axis 0', 'ones along axis 1']
    """

    name: str
    parts: tuple[tuple[int, Any], ...]
    element: tuple[int, ...] | None = None

    @property
    def input(self) -> int | None:
        """Which input it moves, None where it moves several."""
        return self.parts[0][0] if len(self.parts) == 1 else None

    @property
    def several(self) -> bool:
        """Whether it moves more than one element."""
        return self.element is None


def directions(
    inputs: Sequence[NDArray[Any]], limit: int = ELEMENTWISE_LIMIT, seed: int = 0
) -> Iterator[Direction]:
    """Yield the directions in which a function of `inputs` is to be compared.

    Each element of an input with at most `limit` numbers in it (a complex element counts twice);
    then, because ties survive along them and the function stays smooth where single elements meet
    a kink: ones, and ones along a line through each axis. A larger input gets two signed random
    directions instead of its elements. Several inputs are moved together at the end.

    Where elements of very different size move together, each moves by its own size, else there
    would be no step that is small for one and felt by the other.

    Args:
        inputs: the arrays to move; entries that are not floating or complex, or are empty, are
            passed over.
        limit: up to how many numbers every element is moved on its own.
        seed: of the random directions, which are the same in every run.
    """
    rng = np.random.default_rng(seed)
    movable = [i for i, x in enumerate(inputs) if x.dtype.kind in "fc" and x.size]
    for i in movable:
        yield from _within(i, inputs[i], limit, rng)
    if len(movable) > 1:
        together = _uniform([inputs[i] for i in movable])
        parts = tuple(zip(movable, together, strict=True))
        yield Direction("ones in all inputs", parts)
        parts = tuple((i, _random(inputs[i], rng)) for i in movable)
        yield Direction("random in all inputs", parts)


def elements(i: int, x: NDArray[Any]) -> Iterator[Direction]:
    """Yield the unit vectors of input `i`, of a complex one the imaginary ones, too."""
    for element in np.ndindex(x.shape):
        yield Direction("element", ((i, 1.0),), element)
        if x.dtype.kind == "c":
            yield Direction("element (imaginary)", ((i, 1j),), element)


def random_direction(i: int, x: NDArray[Any], rng: np.random.Generator) -> Direction:
    """Return a direction in which every element of input `i` moves, by about its own size."""
    return Direction("random", ((i, _random(x, rng)),))


def halves(direction: Direction) -> list[Direction]:
    """Return the two halves of a direction in one input; a half of one element is an element."""
    ((i, vector),) = direction.parts
    places = np.flatnonzero(vector)
    whole = direction.name.removeprefix("part of ")
    found = []
    for half in np.array_split(places, 2):
        if half.size > 1:
            part = np.zeros_like(vector)
            part.flat[half] = vector.flat[half]
            found.append(Direction(f"part of {whole}", ((i, part),)))
            continue
        element = tuple(int(k) for k in np.unravel_index(half[0], vector.shape))
        found.append(Direction("element", ((i, 1.0),), element))
        if vector.dtype.kind == "c":
            found.append(Direction("element (imaginary)", ((i, 1j),), element))
    return found


def sizes(x: NDArray[Any]) -> NDArray[np.float64]:
    """Return the size of each element as a power of two, 1 for a zero."""
    size = np.abs(x)
    usable = (size > 0.0) & np.isfinite(size)
    return np.asarray(np.ldexp(1.0, np.frexp(np.where(usable, size, 1.0))[1] - 1))


def _within(i: int, x: NDArray[Any], limit: int, rng: np.random.Generator) -> Iterator[Direction]:
    small = x.size == 1 or x.size * (2 if x.dtype.kind == "c" else 1) <= limit
    if small:
        yield from elements(i, x)
    if x.size == 1:
        return
    (uniform,) = _uniform([x])
    yield Direction("ones", ((i, uniform),))
    for axis, side in enumerate(x.shape):
        if 1 < side < x.size:
            line = np.zeros(x.shape)
            place: list[Any] = [rng.integers(n) for n in x.shape]
            place[axis] = slice(None)
            line[tuple(place)] = uniform[tuple(place)]
            yield Direction(f"ones along axis {axis}", ((i, line),))
    if not small:
        for _ in range(2):
            yield random_direction(i, x, rng)


def _uniform(arrays: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return ones for each array, or the sizes of the elements where they differ widely."""
    found = [sizes(x) for x in arrays]
    if max(size.max() for size in found) <= _WIDE * min(size.min() for size in found):
        return [np.ones(x.shape) for x in arrays]
    return found


def _random(x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    vector = rng.choice(_RANDOM_ENTRIES, x.shape)
    if x.dtype.kind == "c":
        vector = vector + 1j * rng.choice(_RANDOM_ENTRIES, x.shape)
    return np.asarray(vector * sizes(x))
