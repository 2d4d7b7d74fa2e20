"""The first step of the layered layout: which column every node goes into."""

from __future__ import annotations

from viz.model import Model


def frame_chains(model: Model) -> dict[int | None, tuple[int, ...]]:
    """For every frame the frames around it, outermost first, and itself."""
    chains: dict[int | None, tuple[int, ...]] = {None: ()}
    for index, frame in enumerate(model.frames):
        chains[index] = (*chains[frame.parent], index)
    return chains


def wire_lengths(model: Model, chains: dict[int | None, tuple[int, ...]]) -> list[int]:
    """How many columns each wire spans at least.

    What comes into a frame from outside starts before the leaves that the frame holds: else the
    frame would have to give way to it, up or down.
    """
    held: list[set[int]] = [set() for _ in model.nodes]
    for wire in model.wires:
        source = model.nodes[wire.source]
        if source.frame is not None and not source.inlets:
            held[wire.target].add(source.frame)
    return [
        2 if held[wire.target] - set(chains[model.nodes[wire.source].frame]) else 1
        for wire in model.wires
    ]


def ranks_of(model: Model) -> list[int]:
    """Columns by the longest way from a leaf, then as far right as makes wires shorter."""
    lengths = wire_lengths(model, frame_chains(model))
    sources: list[list[tuple[int, int]]] = [[] for _ in model.nodes]
    targets: list[list[tuple[int, int]]] = [[] for _ in model.nodes]
    for wire, length in zip(model.wires, lengths, strict=True):
        sources[wire.target].append((wire.source, length))
        targets[wire.source].append((wire.target, length))
    ranks: list[int] = []
    for before in sources:  # sources have smaller numbers
        ranks.append(max((ranks[source] + length for source, length in before), default=0))
    for number in reversed(range(len(ranks))):
        inner = sum(bool(sources[source]) for source, _ in sources[number])
        if targets[number] and inner <= len(targets[number]):
            ranks[number] = min(ranks[target] - length for target, length in targets[number])
    return ranks
