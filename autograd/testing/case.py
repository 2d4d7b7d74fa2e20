"""One function at one point, and everything the properties ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.engine import grad
from autograd.forward import push_forward
from autograd.modes import no_grad
from autograd.tensor import Tensor, value
from autograd.testing.result import Comparison

Array = NDArray[Any]


class Case:
    """A function of Tensors at a point, with one cotangent per output.

    Args:
        function: takes Tensors, returns a Tensor or a tuple of Tensors.
        inputs: arrays; those of floating dtype are differentiated, the others are constants.
        cotangents: one array per output, or None for those without; drawn if not given.
        seed: of what is drawn.
        differentiate: positions of the inputs to differentiate; all floating ones by default.
        elementwise: the inputs broadcast against one another to the shape of the output.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Sequence[Any],
        cotangents: Sequence[Any] | None = None,
        seed: int = 0,
        differentiate: Sequence[int] | None = None,
        elementwise: bool = False,
    ) -> None:
        self.function = function
        self.elementwise = elementwise
        self.inputs = [np.array(value(x)) for x in inputs]
        self.rng = np.random.default_rng(seed)
        self.comparisons: list[Comparison] = []  # what the numerical properties found
        self.differentiated = [
            position
            for position, x in enumerate(self.inputs)
            if x.dtype.kind in "fc" and (differentiate is None or position in differentiate)
        ]
        with no_grad():
            self.outputs = [np.asarray(t.data) for t in self.call(self.inputs)]
        self.active = [i for i, out in enumerate(self.outputs) if out.dtype.kind in "fc"]
        if cotangents is None:
            self.cotangents: list[Array | None] = [
                self.draw(out) if i in self.active else None for i, out in enumerate(self.outputs)
            ]
        else:
            self.cotangents = [None if g is None else np.asarray(g) for g in cotangents]

    def draw(self, like: Array) -> Array:
        """Signed numbers of the shape and dtype of an array, away from 0 and 1."""
        drawn = self.rng.uniform(0.5, 2.0, like.shape) * self.rng.choice([-1.0, 1.0], like.shape)
        if like.dtype.kind == "c":
            drawn = drawn + 1j * self.rng.uniform(-2.0, 2.0, like.shape)
        return np.asarray(drawn).astype(like.dtype)

    def call(self, arguments: Sequence[Any]) -> list[Tensor]:
        """The outputs as Tensors, of arrays or Tensors."""
        tensors = [x if isinstance(x, Tensor) else _share(x) for x in arguments]
        out = self.function(*tensors)
        outputs = list(out) if isinstance(out, (tuple, list)) else [out]
        for each in outputs:
            if not isinstance(each, Tensor):
                raise TypeError(
                    f"{self.name}: returned {type(each).__name__}; a function under test takes "
                    "Tensors and returns a Tensor or a tuple of Tensors"
                )
        return outputs

    @property
    def name(self) -> str:
        """What the function is called."""
        return getattr(self.function, "__name__", repr(self.function))

    def numpy_function(self, *arrays: Array) -> tuple[Array, ...]:
        """The floating outputs as plain arrays: what the numerical side differentiates."""
        with no_grad():
            outputs = self.call(arrays)
        return tuple(np.asarray(outputs[i].data) for i in self.active)

    def leaves(self, inputs: Sequence[Array] | None = None) -> list[Tensor]:
        """Fresh Tensors of the inputs; the differentiated ones require gradients."""
        tensors = [Tensor(x) for x in (self.inputs if inputs is None else inputs)]
        for position in self.differentiated:
            tensors[position].requires_grad_()
        return tensors

    def gradients(
        self,
        cotangents: Sequence[Array | None] | None = None,
        inputs: Sequence[Array] | None = None,
    ) -> list[Array | None]:
        """The vjp by the engine: one gradient per input, None where it is not differentiated."""
        leaves = self.leaves(inputs)
        return self.gradients_of(self.call(leaves), leaves, cotangents)

    def gradients_of(
        self,
        outputs: Sequence[Tensor],
        leaves: Sequence[Tensor],
        cotangents: Sequence[Array | None] | None = None,
    ) -> list[Array | None]:
        """The vjp of outputs that were computed already; the graph is kept."""
        given = self.cotangents if cotangents is None else cotangents
        roots = [(o, g) for o, g in zip(outputs, given, strict=True) if g is not None]
        roots = [(o, g) for o, g in roots if o.requires_grad]
        wanted = [leaves[p] for p in self.differentiated]
        results: list[Array | None] = [None] * len(leaves)
        if not wanted:
            return results
        if roots:
            found = grad(
                [o for o, _ in roots], wanted, [g for _, g in roots],
                retain_graph=True, materialize_grads=True,
            )  # fmt: skip
        else:
            found = tuple(Tensor(np.zeros(t.shape, t.dtype)) for t in wanted)
        for position, gradient in zip(self.differentiated, found, strict=True):
            assert gradient is not None
            results[position] = gradient.data
        return results

    def tangents(self, directions: Sequence[Array | None]) -> list[Array]:
        """The jvp by the engine: one tangent per floating output."""
        leaves = self.leaves()
        outputs = self.call(leaves)
        moved = [p for p in self.differentiated if directions[p] is not None]
        pushed = push_forward(
            [outputs[i] for i in self.active],
            [leaves[p] for p in moved],
            [directions[p] for p in moved],
        )
        return [np.asarray(t.data) for t in pushed]


def _share(x: Any) -> Tensor:
    """A constant Tensor over an array's own memory, so that a mutation of it shows."""
    from autograd.creation import from_numpy

    return from_numpy(x) if isinstance(x, np.ndarray) else Tensor(x)
