"""One function at one point, and everything the properties ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.graph.tensor import value
from autograd.testing.limits import Limits
from autograd.testing.objective import silent
from autograd.testing.result import Comparison, GradientComparison
from autograd.testing.rounding import RUNS, random_rounding
from autograd.testing.subjects import Array, Gradients, Run, Subject
from autograd.testing.tensors import TensorFunction
from autograd.testing.violation import close, largest


class Case:
    """A function at a point, with one cotangent per output.

    Args:
        function: a subject, or a function that takes Tensors and returns a Tensor or a tuple of
            Tensors.
        inputs: arrays; those of floating dtype are differentiated, the others are constants.
        cotangents: one array per output, or None for those without; drawn if not given.
        seed: of what is drawn.
        differentiate: positions of the inputs to differentiate; all floating ones by default.
        elementwise: the inputs broadcast against one another to the shape of the output.
        batch: per input whether its axis 0 is a batch that does not mix; one of outputs' axis 0.
        names: what reports call the inputs.
        keeps_float32: whether the outputs of float32 inputs are float32.
        limits: what is known of the function and need not be found out.

    Attributes:
        outputs: the values at the point.
        active: positions of the outputs that have gradients.
        differentiated: positions of the inputs that are differentiated.
        first_order: the gradients beside numerical derivatives, once they were compared.
        comparisons: what the numerical properties found.
    """

    def __init__(
        self,
        function: Subject | Callable[..., Any],
        inputs: Sequence[Any],
        cotangents: Sequence[Any] | None = None,
        seed: int = 0,
        differentiate: Sequence[int] | None = None,
        elementwise: bool = False,
        batch: Sequence[bool] | None = None,
        names: Sequence[str] | None = None,
        keeps_float32: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.keeps_float32 = keeps_float32
        self.subject = as_subject(function)
        self.elementwise = elementwise
        self.batch = batch
        self.inputs = [np.array(value(x)) for x in inputs]
        self.names = names or [f"input {position}" for position in range(len(self.inputs))]
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.first_order: GradientComparison | None = None
        self._moved: tuple[list[Array] | None] | None = None
        self.comparisons: list[Comparison] = []
        self.differentiated = [
            position
            for position, x in enumerate(self.inputs)
            if x.dtype.kind in "fc" and (differentiate is None or position in differentiate)
        ]
        with np.errstate(all="ignore"):
            self.outputs = self.value()
        self.active = [i for i, out in enumerate(self.outputs) if out.dtype.kind in "fc"]
        if cotangents is None:
            self.cotangents: list[Array | None] = [
                self.draw(out) if i in self.active else None for i, out in enumerate(self.outputs)
            ]
        else:
            self.cotangents = [None if g is None else np.asarray(g) for g in cotangents]

    @property
    def name(self) -> str:
        """What the function is called."""
        return self.subject.name

    def at(
        self,
        inputs: Sequence[Array],
        cotangents: Sequence[Array | None] | None = None,
        differentiate: Sequence[int] | None = None,
    ) -> Case:
        """The same function at another point."""
        positions = self.differentiated if differentiate is None else differentiate
        return Case(
            self.subject, inputs, cotangents, differentiate=positions,
            elementwise=self.elementwise, batch=self.batch, names=self.names,
            keeps_float32=self.keeps_float32,
            limits=self.limits,
        )  # fmt: skip

    def rewind(self) -> None:
        """Draw the same again from here on, whatever was drawn before."""
        self.rng = np.random.default_rng(self.seed)

    def draw(self, like: Array) -> Array:
        """Signed numbers of the shape and dtype of an array, away from 0 and 1."""
        drawn = self.rng.uniform(0.5, 2.0, like.shape) * self.rng.choice([-1.0, 1.0], like.shape)
        if like.dtype.kind == "c":
            drawn = drawn + 1j * self.rng.uniform(-2.0, 2.0, like.shape)
        return np.asarray(drawn).astype(like.dtype)

    @property
    def terms(self) -> float:
        """The size of the terms of a gradient, which may cancel.

        It adds up cotangents times derivatives; those are taken to be of the size of the inputs and
        outputs, or of 1.
        """
        arrays = [x for x in [*self.inputs, *self.outputs] if x.dtype.kind in "fc"]
        scale = max([1.0, *map(largest, arrays)])
        weight = sum(largest(g) * g.size for g in self.cotangents if g is not None)
        return scale * max(weight, 1e-280)

    @property
    def rounding(self) -> float:
        """What rounding may leave of a gradient whose terms cancel."""
        return 64.0 * 2.0**-52 * self.terms

    def alike(self, a: Array, b: Array, size: float = 0.0) -> bool:
        """Whether two gradients at this point are equal up to rounding."""
        return close(a, b, size=size, rounding=self.rounding)

    def value(self, inputs: Sequence[Array] | None = None) -> list[Array]:
        """The outputs on copies of the inputs (or of others)."""
        given = self.inputs if inputs is None else inputs
        return self.subject.value([x.copy() for x in given])

    def numpy_function(self, *arrays: Array) -> tuple[Array, ...]:
        """The floating outputs as plain arrays: what the numerical side differentiates."""
        self.limits.check(arrays)
        outputs = self.subject.value(arrays)
        return tuple(outputs[i] for i in self.active)

    def run(self, inputs: Sequence[Array] | None = None) -> Run:
        """A forward call on copies of the inputs (or of others), ready to be differentiated."""
        given = self.inputs if inputs is None else inputs
        return self.subject.run([x.copy() for x in given], self.differentiated)

    def pull(self, run: Run, cotangents: Sequence[Array | None] | None = None) -> Gradients:
        """The gradients of a run, for copies of the cotangents (or of others)."""
        given = self.cotangents if cotangents is None else cotangents
        return run.pull([None if g is None else g.copy() for g in given])

    def gradients(
        self,
        cotangents: Sequence[Array | None] | None = None,
        inputs: Sequence[Array] | None = None,
    ) -> list[Any]:
        """The vjp: one gradient per input, None where it is not differentiated."""
        return self.pull(self.run(inputs), cotangents)

    def moved_gradients(self) -> list[Array] | None:
        """How the gradients move where the operations of function and rules round another way.

        Returns:
            An array for each input with a row for each measurement; None where operations could not
            be seen. It is measured once.
        """
        if self._moved is None:
            with silent():
                self._moved = (self._measured(),)
        return self._moved[0]

    def _measured(self) -> list[Array] | None:
        base = self.gradients()
        rows: list[list[Array]] = [[] for _ in self.inputs]
        for seed in range(RUNS):
            try:
                with random_rounding(seed) as rounding:
                    given = [rounding.watch(x) for x in self.inputs]
                    seeds = [None if g is None else rounding.watch(g) for g in self.cotangents]
                    moved = self.subject.rounded(given, self.differentiated, seeds)
            except Exception:
                return None  # it is not made for such arrays
            if not rounding.count:
                return None
            for p, x in enumerate(self.inputs):
                change = np.zeros(x.shape)
                if p in self.differentiated and moved[p] is not None:
                    change = np.asarray(moved[p]) - base[p]
                rows[p].append(np.where(np.isfinite(change), change, 0.0))
        return [np.array(each) for each in rows]

    def tangents(self, directions: Sequence[Array | None]) -> list[Array]:
        """The jvp: one tangent per floating output."""
        return self.subject.push([x.copy() for x in self.inputs], directions, self.active)


def as_subject(function: Any) -> Subject:
    """The subject itself, or a function of Tensors as one."""
    return function if isinstance(function, Subject) else TensorFunction(function)
