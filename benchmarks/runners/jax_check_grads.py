"""`jax.test_util.check_grads` up to second order, reverse mode, at its defaults."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.test_util import check_grads
from planted import Planted, verdict

jax.config.update("jax_enable_x64", True)


def version() -> str:
    """Return the version of JAX."""
    return jax.__version__


def _checked(function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]) -> Any:
    """A function of JAX arrays; they are never traced here, so no callback has to be compiled."""

    def call(*given: Any) -> tuple[Any, ...]:
        results = tuple(jnp.asarray(each) for each in function(*given))
        if [each.shape for each in results] != list(shapes):
            raise TypeError(f"shapes {[each.shape for each in results]}, expected {list(shapes)}")
        return results

    return call


def check_defect(**which: Any) -> Callable[[], dict[str, Any]]:
    """The check of one defect at one point."""
    planted = Planted(**which)
    inner = [x.shape for x in planted.inputs]
    value = jax.custom_vjp(_checked(planted.value, planted.shapes))
    pull = jax.custom_vjp(_checked(planted.pull, inner))
    pull_twice = _checked(planted.pull_twice, [*inner, *planted.shapes])
    value.defvjp(lambda *x: (value(*x), x), lambda x, g: pull(*x, *g))
    pull.defvjp(lambda *x: (pull(*x), x), lambda x, w: pull_twice(*x, *w))

    def check() -> None:
        check_grads(value, tuple(planted.inputs), order=2, modes=["rev"])

    return lambda: verdict(check)
