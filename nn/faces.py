"""What the packages of `nn` offer: all that their files list in `__all__`, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

__all__: list[str] = []


def offered(namespace: Mapping[str, object]) -> list[str]:
    """The names that a package's star imports brought, sorted.

    Args:
        namespace: The package's `globals()`.
    """
    return sorted(
        name
        for name, value in namespace.items()
        if not (name.startswith("_") or isinstance(value, ModuleType))
    )
