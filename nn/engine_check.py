"""Whether the package `autograd` that Python finds is the one that `nn` is built on.

The name is also that of another distribution, and any file `autograd.py` beside a script hides
both; without this check the first symptom would be a missing name somewhere inside `nn`.
"""

from types import ModuleType

import autograd


def check_engine(found: ModuleType) -> None:
    """Raise an ImportError that names the file, unless `found` is wengert's `autograd`."""
    if not hasattr(found, "Tensor") or not hasattr(found, "op"):
        place = getattr(found, "__file__", None) or "a namespace package"
        raise ImportError(
            f"nn needs wengert's package 'autograd', but the import found {place}, which hides it; "
            "uninstall the distribution it belongs to, or rename the file, and install wengert "
            "again"
        )


check_engine(autograd)
