"""What a package offers: all that its files list in `__all__`, and nothing else.

A package writes its `__all__` where type checkers do not look: they know a computed list no better
than none, and find the names by the star imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

__all__: list[str] = []


def offered(namespace: Mapping[str, object]) -> list[str]:
    """The names that a package's star imports brought, sorted.

    Args:
        namespace: the package's `globals()`.
    """
    return sorted(
        name
        for name, value in namespace.items()
        if not (name.startswith("_") or isinstance(value, ModuleType))
    )
