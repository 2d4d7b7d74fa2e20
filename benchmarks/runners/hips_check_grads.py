"""HIPS `check_grads` up to second order, reverse mode, of all arguments."""

from collections.abc import Callable
from importlib import metadata
from typing import Any

import numpy as np
from planted import Planted, verdict

from autograd.extend import defvjp_argnums, primitive
from autograd.test_util import check_grads


def version() -> str:
    """Return the version of HIPS autograd."""
    return metadata.version("autograd")


def check_defect(**which: Any) -> Callable[[], dict[str, Any]]:
    """The check of one defect at one point; several outputs are one vector there."""
    planted = Planted(**which)
    count = planted.count

    @primitive
    def value(*floats):
        return _joined(planted.value(*floats), planted.shapes)

    @primitive
    def pull(*given):
        return _flat(planted.pull(*given[:-1], *_split(given[-1], planted.shapes)))

    inner = [x.shape for x in planted.inputs]

    def pull_rule(argnums, ans, given, keywords):
        def rule(weight):
            cotangents = _split(given[-1], planted.shapes)
            weights = _split_flat(weight, inner)
            found = planted.pull_twice(*given[:-1], *cotangents, *weights)
            results = [*found[:count], _joined(found[count:], planted.shapes)]
            return tuple(results[k] for k in argnums)

        return rule

    def value_rule(argnums, ans, given, keywords):
        def rule(g):
            # One call gives all gradients, as one vector that HIPS can differentiate again.
            flat = pull(*given, g)
            ends = np.cumsum([0, *(int(np.prod(shape)) for shape in inner)])
            return tuple(flat[ends[k] : ends[k + 1]].reshape(inner[k]) for k in argnums)

        return rule

    defvjp_argnums(pull, pull_rule)
    defvjp_argnums(value, value_rule)

    def check() -> None:
        np.random.seed(which["sample"])  # noqa: NPY002 - HIPS draws from the global generator
        check_grads(value, tuple(range(count)), modes=["rev"], order=2)(*planted.inputs)

    return lambda: verdict(check)


def _joined(arrays, shapes):
    return np.array(arrays[0]) if len(shapes) == 1 else _flat(arrays)


def _flat(arrays):
    return np.concatenate([np.ravel(x) for x in arrays])


def _split(array, shapes):
    return [array] if len(shapes) == 1 else _split_flat(array, shapes)


def _split_flat(array, shapes):
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    return [array[a:b].reshape(s) for a, b, s in zip(ends, ends[1:], shapes, strict=False)]
