"""Where randomness comes from: a seed, a generator, or the library's default generator."""

import numpy as np

import autograd

__all__: list[str] = []

_in_worker = False


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

    In a worker process that is always the default one, which the loader seeds for each batch:
    copies of one generator in several processes would draw the same numbers again and again.
    """
    if generator is None or _in_worker:
        return autograd.default_generator()
    return generator


def enter_worker() -> None:
    """Note that this process is a loader's worker."""
    global _in_worker
    _in_worker = True
