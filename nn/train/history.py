"""What happened in each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["History"]

Record = dict[str, Any]


class History:
    """One record per epoch: a table whose columns are asked for by name.

    >>> history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> history["loss"]
    [0.5, 0.25]
    >>> history.best("loss", larger=False)
    {'epoch': 2, 'loss': 0.25}
    >>> print(history)
    epoch  loss
        1  0.5
        2  0.25
    """

    def __init__(self, records: list[Record] | None = None) -> None:
        self.records: list[Record] = list(records or [])

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __getitem__(self, name: str) -> list[Any]:
        """A column; None where an epoch does not have it.

        Raises:
            KeyError: If no epoch has it; the message lists the columns.
        """
        if name not in self.columns():
            raise KeyError(f"no epoch has {name!r}; there is {', '.join(self.columns()) or 'none'}")
        return [record.get(name) for record in self.records]

    def columns(self) -> list[str]:
        """The names of all columns."""
        return list(dict.fromkeys(name for record in self.records for name in record))

    def best(self, name: str, larger: bool = True) -> Record:
        """The record of the epoch with the largest or smallest entry, the first of equals."""
        choose = max if larger else min
        known = [record for record in self.records if record.get(name) is not None]
        if not known:
            raise KeyError(f"no epoch has {name!r}; there is {', '.join(self.columns()) or 'none'}")
        return choose(known, key=lambda record: record[name])

    def __str__(self) -> str:
        names = [name for name in self.columns() if not self._is_array(name)]
        return table(names, [[record.get(name) for name in names] for record in self.records])

    def _is_array(self, name: str) -> bool:
        return any(isinstance(record.get(name), np.ndarray) for record in self.records)


def table(names: list[str], rows: list[list[Any]]) -> str:
    """Rows under their names, in columns as wide as needed: numbers by their first digit."""
    texts = [names, *([words(entry) for entry in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(names))]
    whole = [all(isinstance(row[column], int) for row in rows) for column in range(len(names))]
    lines = []
    for row in texts:
        cells = [
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(row, widths, whole, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def words(entry: Any) -> str:
    """An entry in few letters."""
    if entry is None:
        return "-"
    if isinstance(entry, float | np.floating):
        return f"{entry:.4g}"
    return str(entry)
