"""Random Tensors from one seeded generator.

`manual_seed(n)` sets the default generator of the whole library; everything random also takes
`generator=`, a `numpy.random.Generator`. The same seed gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.creation import _floating, _made
from autograd.elsewhere import asks_elsewhere
from autograd.graph.modes import current_mode
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.tensor import mapped_over

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


def random_numbers(
    caller: str, shape: tuple[int, ...], draw: Callable[[tuple[int, ...]], Any]
) -> Any:
    """What `draw` makes of a shape; inside `func.vmap` as its `randomness` says.

    Returns:
        An array; or, where it is different for each sample, a Tensor.

    Raises:
        RuntimeError: inside a `vmap` that was not told what random numbers are to be.
    """
    levels = current_mode().levels
    if any(level.randomness == "error" for level in levels):
        raise RuntimeError(
            f"{caller}: random numbers inside vmap: pass it randomness='different' for numbers of "
            "their own for each sample, or randomness='same' for the same ones"
        )
    different = tuple(level for level in levels if level.randomness == "different")
    array = draw((*(level.size for level in different), *shape))
    return mapped_over(wrap(array, None), different) if different else array


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
        lambda: random_numbers(
            "rand", shape, lambda s: np.asarray(draw.random(s)).astype(_floating(dtype))
        ),
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
        lambda: random_numbers(
            "randn", shape, lambda s: np.asarray(draw.standard_normal(s)).astype(_floating(dtype))
        ),
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
    sides = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    return _made(
        "randint",
        lambda: random_numbers("randint", sides, lambda s: np.asarray(draw.integers(low, high, s))),
        shape,
        False,
        None,
    )
