"""JAX's side, compiled."""

from functools import partial

import jax_peer
from jax_peer import number, version

__all__ = ["case", "number", "transform", "version"]

case = partial(jax_peer.case, compiled=True)
transform = partial(jax_peer.transform, compiled=True)
