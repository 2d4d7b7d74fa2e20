"""JAX's side: functions of arrays, operation by operation and compiled."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import cases
import jax
import jax.numpy as jnp
import numpy as np
import transforms

jax.config.update("jax_enable_x64", True)


def _cross_entropy(logits: Any, labels: Any) -> Any:
    return -jnp.take_along_axis(jax.nn.log_softmax(logits, -1), labels[:, None], 1).mean()


def _attention(q: Any, k: Any, v: Any, is_causal: bool) -> Any:
    scores = q @ jnp.swapaxes(k, -1, -2) / np.float32(q.shape[-1] ** 0.5)
    if is_causal:
        scores = jnp.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -jnp.inf)
    return jax.nn.softmax(scores, -1) @ v


LIBRARY = SimpleNamespace(
    numpy=jnp,
    functional=SimpleNamespace(
        gelu=lambda x: jax.nn.gelu(x, approximate=False),
        softmax=jax.nn.softmax,
        log_softmax=jax.nn.log_softmax,
        cross_entropy=_cross_entropy,
        scaled_dot_product_attention=_attention,
    ),
)


def version() -> str:
    """Return the version of JAX."""
    return jax.__version__


def number(result: Any) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    return cases.number(np.asarray(result))


def case(name: str, compiled: bool = False) -> Callable[[], Any]:
    """One of the functions of arrays, forward and backward."""
    compute, arguments = cases.BY_NAME[name].build.function
    arrays = [jnp.asarray(each) for each in arguments]
    inputs = [number for number, each in enumerate(arrays) if each.dtype.kind == "f"]

    def function(*differentiated: Any) -> Any:
        given = list(arrays)
        for place, each in zip(inputs, differentiated, strict=True):
            given[place] = each
        return compute(LIBRARY, *given)

    def gradients(g: Any, *given: Any) -> Any:
        return jax.vjp(function, *given)[1](g)

    run = jax.jit(gradients) if compiled else gradients
    given = [arrays[place] for place in inputs]
    g = jnp.asarray(cases.cotangent(np.asarray(function(*given))))
    return lambda: jax.block_until_ready(run(g, *given))[0]


def transform(job: str, compiled: bool = False) -> Callable[[], Any]:
    """A Jacobian, a Hessian or gradients of samples."""

    def ready(make: Any) -> Any:
        """The transform; where it is the outermost, compiled."""

        def made(*arguments: Any) -> Any:
            return jax.jit(make(*arguments)) if compiled else make(*arguments)

        return made

    library = SimpleNamespace(
        numpy=jnp,
        array=jnp.asarray,
        jacrev=ready(jax.jacrev),
        hessian=ready(jax.hessian),
        grad=jax.grad,
        vmap=ready(jax.vmap),
    )
    run = transforms.JOBS[job](library)
    return lambda: jax.block_until_ready(run())
