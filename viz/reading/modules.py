"""Which operations ran in one call of a module.

Operations are looked at in the order in which they ran: a run of neighbours with one module path
is one call. What lies between two members of a run belongs to it, so a box around a run never
has a wire that leaves it and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

TIMES = "×"  # begins the name of the frame around the rounds of a loop


def call_runs(paths: Sequence[str | None], depth: int) -> list[tuple[str | None, range]]:
    """Split a sequence of operations where the module path changes.

    Args:
        paths: Module path of each operation in the order of running.
        depth: How many parts of a path count.

    Returns:
        For every run its path and the positions in it.
    """
    runs: list[tuple[str | None, range]] = []
    for position, path in enumerate(paths):
        key = None if path is None else ".".join(path.split(".")[:depth])
        if runs and runs[-1][0] == key:
            runs[-1] = (key, range(runs[-1][1].start, position + 1))
        else:
            runs.append((key, range(position, position + 1)))
    return runs
