"""Random Tensors from one seeded generator.

`manual_seed(n)` sets the default generator of the whole library; everything random also takes
`generator=`, a `numpy.random.Generator`. The same seed gives the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.creation import _floating, _made
from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import Tensor

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    Shape = int | tuple[int, ...]

_default: list[np.random.Generator] = []
# Our streams are another branch of each seed than NumPy's own: data drawn by `default_rng(0)` and
# weights drawn after `manual_seed(0)` would else be the same numbers.
BRANCH = (0x77656E67,)


def manual_seed(seed: int) -> np.random.Generator:
    """Seed the default generator, and return it.

    Its stream is not that of `np.random.default_rng(seed)`, so that data may have the same seed.

    >>> _ = manual_seed(0)
    >>> a = rand(3)
    >>> _ = manual_seed(0)
    >>> bool(np.all((a == rand(3)).data))
    True
    """
    sequence = np.random.SeedSequence(seed, spawn_key=BRANCH)
    _default[:] = [np.random.Generator(np.random.PCG64(sequence))]
    return _default[0]


def default_generator() -> np.random.Generator:
    """The generator that everything random uses if none is given; fresh entropy if not seeded.

    >>> _ = manual_seed(0)
    >>> default_generator().integers(10)
    np.int64(7)
    """
    if not _default:
        _default.append(np.random.default_rng())
    return _default[0]


@asks_elsewhere
def rand(
    *shape: int,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    generator: np.random.Generator | None = None,
    name: str | None = None,
) -> Tensor:
    """Uniform numbers in `[0, 1)`; `rand(2, 3)` has shape (2, 3).

    >>> rand(2, 3).shape
    (2, 3)
    """
    draw = generator or default_generator()
    return _made(
        "rand",
        lambda: np.asarray(draw.random(shape)).astype(_floating(dtype)),
        shape,
        requires_grad,
        name,
    )


@asks_elsewhere
def randn(
    *shape: int,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    generator: np.random.Generator | None = None,
    name: str | None = None,
) -> Tensor:
    """Standard normal numbers, N(0, 1); `randn(2, 3)` has shape (2, 3).

    >>> randn(2, 3).shape
    (2, 3)
    """
    draw = generator or default_generator()
    return _made(
        "randn",
        lambda: np.asarray(draw.standard_normal(shape)).astype(_floating(dtype)),
        shape,
        requires_grad,
        name,
    )


@asks_elsewhere
def randint(
    low: int, high: int, shape: Shape = (), generator: np.random.Generator | None = None
) -> Tensor:
    """Random integers in `[low, high)`.

    >>> t = randint(0, 10, (4,))
    >>> bool(np.all((t >= 0).data & (t < 10).data))
    True
    """
    bounds: list[Any] = [low, high]
    if any(isinstance(each, (tuple, list)) for each in bounds):
        raise TypeError(f"randint: expected the bounds low and high, got {low} and {high}")
    draw = generator or default_generator()
    return _made("randint", lambda: np.asarray(draw.integers(low, high, shape)), shape, False, None)
