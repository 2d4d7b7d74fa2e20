"""Where randomness comes from: a seed, a generator, or the library's default generator.

While a loader makes a batch, everything random draws from streams that belong to this batch: the
library's default generator, NumPy's global one and Python's. So it does not matter which process
makes it, and the program's own random numbers go on as if there had been no loader.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

import autograd

__all__: list[str] = []

_fetching = False


def choose_generator(
    caller: str, seed: int | None, generator: np.random.Generator | None
) -> np.random.Generator | None:
    """Return the generator that a caller's two arguments mean; None for the default one."""
    if seed is not None and generator is not None:
        raise ValueError(f"{caller}: give seed or generator, not both")
    if seed is not None:
        return np.random.default_rng(seed)
    if generator is not None and not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"{caller}: generator must be a numpy.random.Generator, got "
            f"{type(generator).__name__}; use numpy.random.default_rng(n), or seed=n"
        )
    return generator


def drawing(generator: np.random.Generator | None) -> np.random.Generator:
    """Return the generator to draw from now.

    While a loader makes a batch that is always the default one, which belongs to the batch then:
    copies of one generator in several processes would draw the same numbers again and again.
    """
    if generator is None or _fetching:
        return autograd.default_generator()
    return generator


@contextmanager
def streams_of_batch(seed: int, number: int) -> Iterator[None]:
    """Let everything random draw from the streams of one batch; afterwards all is as before.

    Args:
        seed: Of the loader and the epoch.
        number: Of the batch.
    """
    global _fetching
    default = autograd.default_generator().bit_generator
    before = default.state, np.random.get_state(), random.getstate()  # noqa: NPY002 - users draw so
    words = np.random.SeedSequence([seed, number]).generate_state(4, np.uint64)
    default.state = np.random.PCG64(np.random.SeedSequence([seed, number])).state
    np.random.seed(words[:2].astype(np.uint32))  # noqa: NPY002
    random.seed(int(words[2]))
    outer, _fetching = _fetching, True
    try:
        yield
    finally:
        _fetching = outer
        autograd.default_generator().bit_generator.state = before[0]
        np.random.set_state(before[1])  # noqa: NPY002
        random.setstate(before[2])
