"""What PyTorch's words of modes and settings do."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from autograd import random as drawing
from autograd.derivatives import checkpointing as _checkpointing
from autograd.graph.modes import current_mode, enable_grad, no_grad
from autograd.graph.tensor import Tensor
from autograd.traps import warn_of_trap


class set_grad_enabled:
    """Record or not in a block, `with set_grad_enabled(training):`, or in a decorated function.

    >>> with set_grad_enabled(False):
    ...     (Tensor(1.0, requires_grad=True) * 2).requires_grad
    False
    """

    def __init__(self, mode: bool) -> None:
        self._block = enable_grad() if mode else no_grad()
        self._waiting = bool(mode) is not current_mode().recording

    def __enter__(self) -> None:
        self._waiting = False
        self._block.__enter__()

    def __exit__(self, *raised: Any) -> None:
        self._block.__exit__(*raised)

    def __call__(self, function: Any) -> Any:
        """Decorate a function."""
        self._waiting = False
        return self._block(function)

    def __del__(self) -> None:
        if self._waiting:
            warn_of_trap(
                "set_grad_enabled: on a line of its own it changes nothing here; use it as a "
                "block, `with autograd.set_grad_enabled(...):`, or as a decorator"
            )


def checkpoint(
    function: Any,
    *args: Any,
    use_reentrant: Any = None,
    preserve_rng_state: bool = True,
    **given: Any,
) -> Any:
    """`checkpoint`, which is never re-entrant."""
    return _checkpointing.checkpoint(function, *args, **given)


def inference_mode(mode: Any = True) -> Any:
    """`no_grad`, as a context or a decorator."""
    if callable(mode):
        return no_grad()(mode)
    return no_grad() if mode else enable_grad()


def variable(data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
    """A Tensor: what `Variable` has been since PyTorch 0.4."""
    made = data.detach() if isinstance(data, Tensor) else Tensor(data)
    return made.requires_grad_() if requires_grad else made


def same(model: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`compile`: the same function; as a decorator, too."""
    return model if model is not None else lambda function: function


def set_printoptions(
    precision: Any = None,
    threshold: Any = None,
    edgeitems: Any = None,
    linewidth: Any = None,
    profile: Any = None,
    sci_mode: Any = None,
) -> None:
    """NumPy's print options, which Tensors are shown with."""
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
        "suppress": None if sci_mode is None else not sci_mode,
    }
    np.set_printoptions(**{name: each for name, each in given.items() if each is not None})


def is_tensor(given: Any) -> bool:
    """Whether it is a Tensor."""
    return isinstance(given, Tensor)


def never(*args: Any) -> bool:
    """No."""
    return False


def always(*args: Any) -> bool:
    """Yes."""
    return True


def nothing(*args: Any, **kwargs: Any) -> None:
    """A setting of what is so anyway."""


def get_num_threads() -> int:
    """How many processors there are."""
    return os.cpu_count() or 1


def seed() -> int:
    """Seed the default generator by chance, and return the seed."""
    number = int(np.random.SeedSequence().generate_state(1)[0])
    drawing.manual_seed(number)
    return number
