"""The first step of the layered layout: which column every node goes into."""

from __future__ import annotations

from viz.looks.figure_model import Model


def frame_chains(model: Model) -> dict[int | None, tuple[int, ...]]:
    """For every frame the frames around it, outermost first, and itself."""
    chains: dict[int | None, tuple[int, ...]] = {None: ()}
    for index, frame in enumerate(model.frames):
        chains[index] = (*chains[frame.parent], index)
    return chains


def wire_lengths(model: Model, chains: dict[int | None, tuple[int, ...]]) -> list[int]:
    """How many columns each wire spans at least.

    What comes into a frame from outside starts before all that leads to the same gate inside of
    the frame: else the frame would have to give way to it, up or down.
    """
    sources: list[list[int]] = [[] for _ in model.nodes]
    for wire in model.wires:
        sources[wire.target].append(wire.source)
    depths: list[dict[int, int]] = []  # per frame around a node, the longest way to it inside
    for number, node in enumerate(model.nodes):
        inside: dict[int, int] = {}
        for frame in chains[node.frame]:
            within = [depths[s][frame] + 1 for s in sources[number] if frame in depths[s]]
            inside[frame] = max(within, default=0)
        depths.append(inside)
    lengths = []
    for wire in model.wires:
        around = chains[model.nodes[wire.source].frame]
        entered = [depth for f, depth in depths[wire.target].items() if f not in around]
        lengths.append(1 + max(entered, default=0))
    return lengths


def ranks_of(model: Model) -> list[int]:
    """Columns by the longest way from a leaf, then as far right as makes wires shorter.

    Where branches are to begin side by side only leaves go to the right.
    """
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
        stays = model.early and model.nodes[number].inlets
        if targets[number] and not stays and inner <= len(targets[number]):
            ranks[number] = min(ranks[target] - length for target, length in targets[number])
    return ranks
