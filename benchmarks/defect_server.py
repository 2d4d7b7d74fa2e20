"""Values and gradients of the planted defects, for processes that cannot import our engine.

`python -m benchmarks.defect_server` answers pickled requests until its input ends: a tuple of the
name of one of the methods below and its arguments gets back (True, result) or (False, words).
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor, grad
from tests.autograd.testing.defects.blind import DEFECTS
from tests.autograd.testing.defects.planting import is_differentiated

Array = np.ndarray[Any, Any]


class Server:
    """The defect that is planted now; arrays in, arrays out."""

    def begin(self, name: str, correct: bool, sample: int) -> list[Array]:
        """Plant a defect, or its sibling, and draw typical arguments; return the floating ones.

        Draws with empty arrays are passed over: nobody gives them to the checkers that ask here.
        """
        (defect,) = (each for each in DEFECTS if each.name == name)
        self.function = defect.correct() if correct else defect.build()
        drawn = defect.samples(4 * sample + 20)
        full = [each for each in drawn if all(x.size for x in each if is_differentiated(x))]
        self.arguments = full[sample]
        return [each for each in self.arguments if is_differentiated(each)]

    def value(self, *floats: Array) -> list[Array]:
        """The outputs."""
        return _arrays(self._call([Tensor(x) for x in floats]))

    def pull(self, count: int, *given: Array) -> list[Array]:
        """The gradients of the first `count` arrays; the others are cotangents."""
        leaves = [Tensor(x, requires_grad=True) for x in given[:count]]
        found = grad(self._call(leaves), leaves, list(given[count:]), materialize_grads=True)
        return _arrays(found)

    def pull_twice(self, count: int, both: int, *given: Array) -> list[Array]:
        """The gradients of <pull(...), weights> by the first `both` arrays; weights follow them."""
        leaves = [Tensor(x, requires_grad=True) for x in given[:both]]
        inputs, cotangents = leaves[:count], leaves[count:]
        found = grad(
            self._call(inputs), inputs, cotangents, create_graph=True, materialize_grads=True
        )
        recorded = [
            (each, weight)
            for each, weight in zip(found, given[both:], strict=True)
            if each is not None and each.requires_grad
        ]
        if not recorded:
            return [np.zeros(each.shape) for each in leaves]
        roots, seeds = zip(*recorded, strict=True)
        twice = grad(list(roots), leaves, list(seeds), materialize_grads=True)
        return _arrays(twice)

    def _call(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        waiting = iter(tensors)
        filled = [next(waiting) if is_differentiated(a) else a for a in self.arguments]
        result = self.function(*filled)
        return list(result) if isinstance(result, tuple) else [result]


def _arrays(tensors: Sequence[Any]) -> list[Array]:
    """Plain arrays: what `.data` gives for a single number refers to its Tensor."""
    return [np.array(each.data) for each in tensors]


def main() -> None:
    """Answer requests."""
    replies, sys.stdout = sys.stdout.buffer, sys.stderr
    server = Server()
    while True:
        try:
            method, *arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            with np.errstate(all="ignore"):
                reply = (True, getattr(server, method)(*arguments))
        except Exception as error:
            reply = (False, f"{type(error).__name__}: {error}")
        pickle.dump(reply, replies)
        replies.flush()


if __name__ == "__main__":
    main()
