"""Small data sets that are made and not downloaded: gates, spirals, moons, circles, a sine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nn.data.generator import choose_generator, drawing

__all__ = ["circles", "logic_gate", "moons", "sine", "spirals"]

Points = tuple[NDArray[np.float32], NDArray[np.int64]]
Generator = np.random.Generator | None

_GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
}


def logic_gate(name: str) -> Points:
    """The truth table of a gate: inputs (0, 0), (0, 1), (1, 0), (1, 1) and their outputs.

    Args:
        name: "and", "or", "nand", "nor", "xor" or "xnor".

    Returns:
        Inputs, (4, 2) float32, and outputs 0 or 1, (4,) int64.

    Raises:
        ValueError: For another name.

    >>> inputs, outputs = logic_gate("xor")
    >>> outputs
    array([0, 1, 1, 0])
    """
    if name.lower() not in _GATES:
        raise ValueError(f"logic_gate: {name!r} is none of {', '.join(_GATES)}")
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    return inputs, np.array(_GATES[name.lower()], dtype=np.int64)


def spirals(
    examples: int = 300,
    classes: int = 3,
    noise: float = 0.2,
    turns: float = 0.64,
    *,
    seed: int | None = None,
    generator: Generator = None,
) -> Points:
    """Arms that wind around one another, one for each class; radius from 0 to 1.

    Args:
        examples: The number of points of all arms together.
        classes: The number of arms.
        noise: Standard deviation of the angle, in radians.
        turns: How many turns each arm makes.
        seed: The same seed gives the same points.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        Points, (examples, 2) float32, and arms, (examples,) int64, arm after arm.

    >>> points, arms = spirals(90, classes=3, seed=0)
    >>> points.shape, np.bincount(arms)
    ((90, 2), array([30, 30, 30]))
    """
    _check("spirals", examples, classes, noise)
    draw = drawing(choose_generator("spirals", seed, generator))
    arms = np.sort(np.arange(examples) % classes)
    counts = np.bincount(arms, minlength=classes)
    radius = np.concatenate([np.linspace(0, 1, count) for count in counts])
    angle = 2 * np.pi * (radius * turns + arms / classes) + draw.normal(0, noise, examples)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return points.astype(np.float32), arms.astype(np.int64)


def moons(
    examples: int = 200,
    noise: float = 0.1,
    *,
    seed: int | None = None,
    generator: Generator = None,
) -> Points:
    """Two half circles of radius 1 that reach into one another.

    Args:
        examples: The number of points of both together.
        noise: Standard deviation added to both coordinates.
        seed: The same seed gives the same points.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        Points, (examples, 2) float32, and moons 0 or 1, (examples,) int64, one after the other.

    >>> points, labels = moons(100, noise=0, seed=0)
    >>> points[0], points[-1]
    (array([1., 0.], dtype=float32), array([2. , 0.5], dtype=float32))
    """
    _check("moons", examples, 2, noise)
    draw = drawing(choose_generator("moons", seed, generator))
    upper = (examples + 1) // 2
    outer, inner = np.linspace(0, np.pi, upper), np.linspace(0, np.pi, examples - upper)
    points = np.concatenate(
        [
            np.stack([np.cos(outer), np.sin(outer)], axis=1),
            np.stack([1 - np.cos(inner), 0.5 - np.sin(inner)], axis=1),
        ]
    )
    labels = np.repeat(np.arange(2), [upper, examples - upper])
    return _noisy(points, noise, draw), labels.astype(np.int64)


def circles(
    examples: int = 200,
    noise: float = 0.05,
    factor: float = 0.5,
    *,
    seed: int | None = None,
    generator: Generator = None,
) -> Points:
    """A circle of radius 1 and a smaller one inside it.

    Args:
        examples: The number of points of both together.
        noise: Standard deviation added to both coordinates.
        factor: The radius of the inner circle.
        seed: The same seed gives the same points.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        Points, (examples, 2) float32, and circles 0 (outer) or 1, (examples,) int64.

    >>> points, labels = circles(100, noise=0, seed=0)
    >>> bool(np.allclose(np.hypot(*points[labels == 1].T), 0.5))
    True
    """
    _check("circles", examples, 2, noise)
    draw = drawing(choose_generator("circles", seed, generator))
    outer = (examples + 1) // 2
    labels = np.repeat(np.arange(2), [outer, examples - outer])
    angle = np.concatenate(
        [np.linspace(0, 2 * np.pi, count, endpoint=False) for count in (outer, examples - outer)]
    )
    radius = np.where(labels == 1, factor, 1.0)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return _noisy(points, noise, draw), labels.astype(np.int64)


def sine(
    examples: int = 100,
    noise: float = 0.1,
    periods: float = 1.0,
    *,
    seed: int | None = None,
    generator: Generator = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Noisy values of `sin x` for x from -π · periods to π · periods.

    Args:
        examples: The number of points.
        noise: Standard deviation added to the values.
        periods: How many periods the points cover.
        seed: The same seed gives the same points.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        x and y, both (examples, 1) float32.

    >>> x, y = sine(5, noise=0, seed=0)
    >>> y.ravel().round(3) + 0.0
    array([ 0., -1.,  0.,  1.,  0.], dtype=float32)
    """
    _check("sine", examples, 1, noise)
    draw = drawing(choose_generator("sine", seed, generator))
    x = np.linspace(-np.pi * periods, np.pi * periods, examples)[:, np.newaxis]
    return x.astype(np.float32), _noisy(np.sin(x), noise, draw)


def _noisy(
    values: NDArray[np.float64], noise: float, draw: np.random.Generator
) -> NDArray[np.float32]:
    return (values + draw.normal(0, noise, values.shape)).astype(np.float32)


def _check(caller: str, examples: int, classes: int, noise: float) -> None:
    if examples < 1 or classes < 1:
        raise ValueError(
            f"{caller}: there must be at least one example and class, got {examples} and {classes}"
        )
    if not noise >= 0:
        raise ValueError(f"{caller}: noise must be at least 0, got {noise}")
