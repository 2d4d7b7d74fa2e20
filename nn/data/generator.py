"""Where randomness comes from: a seed, a generator, or the library's default generator."""

import numpy as np

import autograd

__all__: list[str] = []


def choose_generator(
    caller: str, seed: int | None, generator: np.random.Generator | None
) -> np.random.Generator:
    """Return the generator that a caller's two arguments mean."""
    if seed is not None and generator is not None:
        raise ValueError(f"{caller}: give seed or generator, not both")
    if seed is not None:
        return np.random.default_rng(seed)
    if generator is None:
        return autograd.random.default_generator()
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"{caller}: generator must be a numpy.random.Generator, got "
            f"{type(generator).__name__}; use numpy.random.default_rng(n), or seed=n"
        )
    return generator
