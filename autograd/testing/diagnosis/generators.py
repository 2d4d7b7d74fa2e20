"""Whether the function or its rules draw random numbers where nobody can see it."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.random import default_generator
from autograd.testing.case import Case
from autograd.testing.objective import silent
from autograd.testing.violation import same_bits

_ADVICE = "draw them in the forward pass, and keep them"
_AGAIN = 6  # passes: a mask of few elements may be the same by chance


def drawn(case: Case) -> str:
    """Words for random numbers that the backward pass draws; empty if it draws none."""
    try:
        with silent():
            run = case.run()
            before = dict(_states())
            first = case.pull(run)
            read = [name for name, state in _states() if not _same(state, before.get(name))]
            first = [None if each is None else np.array(each) for each in first]
            others = [case.pull(run) for _ in range(_AGAIN)]
    except Exception:
        return ""
    # A rule that seeds a generator before it draws does the same each time.
    if read and any(_differ(case, first, other) for other in others):
        return f"the rule draws random numbers of {' and '.join(read)}: {_ADVICE}"
    return ""


def _differ(case: Case, one: Sequence[Any], other: Sequence[Any]) -> bool:
    return not all(same_bits(one[p], other[p]) for p in case.differentiated)


def drawn_forward(case: Case) -> str:
    """Words for a global generator that the function itself reads; empty if it reads none."""
    try:
        with silent():
            before = dict(_states())
            case.value()
            read = [name for name, state in _states() if not _same(state, before.get(name))]
    except Exception:
        return ""
    return f"the function draws random numbers of {' and '.join(read)}" if read else ""


def _states() -> Iterator[tuple[str, Any]]:
    """The generators that everybody shares, and where they are."""
    yield "NumPy's global generator (np.random)", np.random.get_state()  # noqa: NPY002 - others may read it
    yield "Python's global generator (random)", random.getstate()
    yield "the default generator (autograd.manual_seed)", default_generator().bit_generator.state
    torch: Any = sys.modules.get("torch")
    state: Callable[[], Any] | None = getattr(torch, "get_rng_state", None)
    if state is not None:
        yield "PyTorch's global generator (torch.manual_seed)", state().numpy()


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and all(_same(a[key], b.get(key)) for key in a)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(np.array_equal(a, b)) if isinstance(a, np.ndarray) else bool(a == b)
