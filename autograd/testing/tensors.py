"""Functions of Tensors as subjects: the engine's own answers to what the properties ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.creation import from_numpy
from autograd.derivatives import backward as engine
from autograd.derivatives import gradients as contributions
from autograd.derivatives.forward import push_forward
from autograd.graph.modes import enable_grad, no_grad
from autograd.graph.tensor import Tensor
from autograd.ops.arithmetic import mul
from autograd.ops.reductions import sum as sum_elements
from autograd.testing.arguments import leaves
from autograd.testing.subjects import (
    ACCUMULATE,
    AGAIN,
    DERIVE,
    DTYPES,
    LAYOUT,
    MODES,
    PUSH,
    SINGLE,
    Array,
    Gradients,
    Subject,
)


class TensorRun:
    """A recorded call: its leaves, its results, and the graph between them."""

    def __init__(self, leaves: list[Tensor], tensors: list[Tensor], wanted: Sequence[int]) -> None:
        self.leaves = leaves
        self.tensors = tensors
        self.wanted = wanted
        self.outputs = [np.asarray(t.data) for t in tensors]

    def pull(self, cotangents: Sequence[Array | None]) -> Gradients:
        """The gradients by `autograd.grad`; the graph is kept."""
        results: Gradients = [None] * len(self.leaves)
        targets = [self.leaves[position] for position in self.wanted]
        roots, seeds = self.roots(cotangents)
        if not targets:
            return results
        if roots:
            found = engine.grad(roots, targets, seeds, retain_graph=True, materialize_grads=True)
        else:
            found = tuple(Tensor(np.zeros(t.shape, t.dtype)) for t in targets)
        for position, gradient in zip(self.wanted, found, strict=True):
            assert gradient is not None
            results[position] = gradient.data
        return results

    def roots(self, cotangents: Sequence[Array | None]) -> tuple[list[Tensor], list[Array]]:
        """The results that have a cotangent and a graph, and their cotangents."""
        pairs = [
            (tensor, g)
            for tensor, g in zip(self.tensors, cotangents, strict=True)
            if g is not None and tensor.requires_grad
        ]
        return [tensor for tensor, _ in pairs], [g for _, g in pairs]


class TensorFunction(Subject):
    """A function that takes Tensors and returns a Tensor or a tuple of Tensors."""

    abilities = frozenset({PUSH, DERIVE, ACCUMULATE, AGAIN, LAYOUT, DTYPES, SINGLE, MODES})

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)

    def call(self, arguments: Sequence[Any]) -> list[Tensor]:
        """The results on Tensors, or on arrays, which stay where they are in memory.

        Raises:
            TypeError: if they are not Tensors.
        """
        tensors = [x if isinstance(x, Tensor) else from_numpy(np.asarray(x)) for x in arguments]
        out = self.function(*tensors)
        results = leaves(out)
        for position, each in enumerate(results):
            if not isinstance(each, Tensor):
                raise TypeError(
                    f"{self.name}: output {position} is {type(each).__name__}; a function under "
                    f"test takes Tensors and returns a Tensor or a tuple of them{_advice(each)}"
                )
        if not results:
            raise TypeError(
                f"{self.name}: returned an empty {type(out).__name__}; expected Tensors"
            )
        return results

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs at these inputs, nothing recorded."""
        with no_grad():
            return [np.asarray(t.data) for t in self.call(inputs)]

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> TensorRun:
        """Call the function on leaves over the memory of the inputs."""
        leaves = [from_numpy(np.asarray(x)) for x in inputs]
        for position in wanted:
            leaves[position].requires_grad_()
        return TensorRun(leaves, self.call(leaves), wanted)

    def rounded(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> Gradients:
        """The gradients by rules that run on Tensors, where an observer sees them."""
        run = self.run(inputs, wanted)
        roots, seeds = run.roots(cotangents)
        gradients: Gradients = [None] * len(inputs)
        if roots and wanted:
            found = engine.grad(
                roots,
                [run.leaves[position] for position in wanted],
                seeds,
                create_graph=True,
                materialize_grads=True,
            )
            for position, gradient in zip(wanted, found, strict=True):
                assert gradient is not None
                gradients[position] = gradient.data
        return gradients

    def push(
        self, inputs: Sequence[Array], tangents: Sequence[Array | None], active: Sequence[int]
    ) -> list[Array]:
        """The tangents of the active outputs by forward mode."""
        moved = [position for position, v in enumerate(tangents) if v is not None]
        run = self.run(inputs, moved)
        pushed = push_forward(
            [run.tensors[i] for i in active],
            [run.leaves[p] for p in moved],
            [tangents[p] for p in moved],
        )
        return [np.asarray(t.data) for t in pushed]

    def accumulated(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> tuple[list[Array], list[Gradients]]:
        """`.grad` after one and two backward passes through two calls on the same leaves."""
        run = self.run(inputs, wanted)
        again = TensorRun(run.leaves, self.call(run.leaves), wanted)
        roots, seeds = run.roots(cotangents)
        more, same = again.roots(cotangents)
        found = []
        for retain in (True, False):
            if roots:
                engine.backward([*roots, *more], [*seeds, *same], retain_graph=retain)
            grads = [leaf.grad for leaf in run.leaves]
            found.append([None if gradient is None else gradient.data for gradient in grads])
        return [leaf.data for leaf in run.leaves], found

    def derivative(
        self, count: int, wanted: Sequence[int], active: Sequence[int], weights: Sequence[Array]
    ) -> TensorFunction:
        """The vjp as a function of inputs and cotangents, recorded by `create_graph`."""

        def first_order(*tensors: Tensor) -> Tensor:
            leaves = list(tensors[:count])
            for position in wanted:
                if not leaves[position].requires_grad:
                    leaves[position] = leaves[position].detach().requires_grad_()
            # Also where the numerical side has switched recording off.
            with enable_grad():
                results = self.call(leaves)
                pairs = [
                    (results[i], g)
                    for i, g in zip(active, tensors[count:], strict=True)
                    if results[i].requires_grad
                ]
                total: Any = Tensor(0.0)
                if pairs:
                    found = engine.grad(
                        [root for root, _ in pairs],
                        [leaves[position] for position in wanted],
                        [g for _, g in pairs],
                        create_graph=True,
                        materialize_grads=True,
                    )
                    for gradient, weight in zip(found, weights, strict=True):
                        total = total + sum_elements(mul(gradient, weight))
            assert isinstance(total, Tensor)
            return total

        first_order.__name__ = f"the gradient of {self.name}"
        return TensorFunction(first_order)

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Casts between real dtypes are errors inside."""
        before, contributions.strict_dtypes = contributions.strict_dtypes, True
        try:
            yield
        finally:
            contributions.strict_dtypes = before


def _advice(returned: Any) -> str:
    if returned is None:
        return "; is the `return` missing?"
    if isinstance(returned, (np.ndarray, np.generic)):
        return (
            "; where a Tensor became an ndarray its gradient was lost: for a plain NumPy function "
            "give its gradient too, with vjp= or gradient="
        )
    return ""
