"""The device that there is: words that mean what they mean on a machine without a GPU."""

from __future__ import annotations

from typing import Any

__all__: list[str] = []

NO_GPU = "everything is computed on the CPU, and there is no GPU to use"


class Device:
    """The CPU, as PyTorch spells it: `device("cpu")`.

    >>> device = Device("cpu")
    >>> str(device), device == "cpu"
    ('cpu', True)
    """

    type = "cpu"
    index: int | None

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        name, _, number = str(type).partition(":")
        if name != "cpu":
            raise RuntimeError(f"device: {type!r} is not there: {NO_GPU}; use 'cpu'")
        self.index = int(number) if number else index

    def __str__(self) -> str:
        return "cpu" if self.index is None else f"cpu:{self.index}"

    def __repr__(self) -> str:
        return (
            "device(type='cpu')"
            if self.index is None
            else f"device(type='cpu', index={self.index})"
        )

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, (Device, str)) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *raised: object) -> None:
        pass


def checked_device(device: Any) -> Device:
    """The CPU, for whatever spells it; an error for any other device."""
    if isinstance(device, Device):
        return device
    return Device("cpu" if device is None else device)
