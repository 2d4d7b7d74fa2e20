"""Modules as subjects: functions of their inputs and of their parameters by name."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor
from autograd.random import default_generator
from autograd.testing.arguments import Arguments
from autograd.testing.tensors import TensorFunction

_SEED = 0


class ModuleFunction(TensorFunction):
    """A module in float64, its parameters among the inputs.

    Every call sees the same module: buffers are copies, generators begin anew, so batch statistics
    do not wander and dropout draws the same mask. The module itself is copied and stays as it is;
    it runs in the mode, training or evaluation, in which it was given.

    Args:
        module: has `named_parameters`, `named_buffers`, `modules` and `double`, as `nn.Module`.
        arguments: of its call.
    """

    def __init__(self, module: Any, arguments: Arguments) -> None:
        super().__init__(self._called)
        self.module = copy.deepcopy(module).double()
        self.arguments = arguments
        self.count = len(arguments.arrays)
        self.name = type(module).__name__
        named = list(self.module.named_parameters())
        self.parameters = [(name, np.array(each.data)) for name, each in named]
        self._own = [each for _, each in named]
        self._buffers = [each for _, each in self.module.named_buffers()]

    def _called(self, *tensors: Any) -> Any:
        given = self.arguments.fill(tensors[: self.count])
        new = {id(old): t for old, t in zip(self._own, tensors[self.count :], strict=True)}
        new |= {id(old): Tensor(np.array(old.data)) for old in self._buffers}
        for generator in self._generators():
            new[id(generator)] = copy.deepcopy(generator)
        with self._replaced(new), _seeded():
            return self.module(*given)

    def _generators(self) -> list[np.random.Generator]:
        held = [value for each in self.module.modules() for value in vars(each).values()]
        return [value for value in held if isinstance(value, np.random.Generator)]

    @contextmanager
    def _replaced(self, new: Mapping[int, Any]) -> Iterator[None]:
        """What the modules hold, by identity, replaced for a while."""
        places = [
            (container, key, value)
            for each in self.module.modules()
            for container, key, value in _held(vars(each))
            if id(value) in new
        ]
        try:
            for container, key, value in places:
                container[key] = new[id(value)]
            yield
        finally:
            for container, key, value in places:
                container[key] = value


def _held(container: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every Tensor and generator in attributes, and in lists and dicts there, with its place."""
    pairs: Sequence[tuple[Any, Any]] = list(
        container.items() if isinstance(container, dict) else enumerate(container)
    )
    for key, value in pairs:
        if isinstance(value, (Tensor, np.random.Generator)):
            yield container, key, value
        elif type(value) in (list, dict):
            yield from _held(value)


@contextmanager
def _seeded() -> Iterator[None]:
    """The library's generator as it was, afterwards; the same numbers inside every time."""
    generator = default_generator().bit_generator
    state = generator.state
    generator.state = type(generator)(_SEED).state
    try:
        yield
    finally:
        generator.state = state


def is_module(target: Any) -> bool:
    """Whether this has parameters by name, as the modules of `nn` and of PyTorch."""
    names = ("named_parameters", "named_buffers", "modules", "double")
    return callable(target) and all(callable(getattr(target, name, None)) for name in names)
