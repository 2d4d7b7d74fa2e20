"""SciPy under the name that programs written for HIPS autograd import.

>>> import autograd.scipy.stats.norm as norm
>>> from autograd import grad
>>> grad(norm.logpdf)(1.0)
np.float64(-1.0)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.scipy import integrate, linalg, signal, special, stats

__all__ = ["integrate", "linalg", "signal", "special", "stats"]


def __getattr__(name: str) -> Any:
    """Each part is loaded when it is first asked for, as SciPy's are."""
    if name in __all__:
        return import_module(f"autograd.scipy.{name}")
    raise AttributeError(f"module 'autograd.scipy' has no attribute {name!r}")
