"""Placing things on a line under constraints on their distances.

After Dwyer, Marriott, Stuckey, "Fast node overlap removal" (2005): what is in each other's way is
pooled into blocks, and every block goes where its members want to be on average.
"""

from __future__ import annotations

from collections.abc import Sequence

Constraint = tuple[int, int, float]  # left, right, least distance

_EVEN = 1e-6


def satisfied(
    wishes: Sequence[float], weights: Sequence[float], constraints: Sequence[Constraint]
) -> list[float]:
    """Places that keep all constraints and are close to the wishes.

    Args:
        wishes: Where each variable would like to be.
        weights: How much.
        constraints: (left, right, least distance), without cycles.

    Returns:
        A place for every variable.

    >>> satisfied([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [(0, 1, 6.0), (2, 1, 3.0)])
    [-3.0, 3.0, 0.0]
    """
    count = len(wishes)
    incoming: list[list[Constraint]] = [[] for _ in range(count)]
    for constraint in constraints:
        incoming[constraint[1]].append(constraint)
    ordered = _topological(count, constraints)
    block_of = list(range(count))
    offset = [0.0] * count
    members = [[v] for v in range(count)]
    heavy = list(weights)
    position = list(wishes)
    entering = [list(each) for each in incoming]
    for variable in ordered:
        block = variable
        while True:
            entering[block] = [c for c in entering[block] if block_of[c[0]] != block]
            worst, violation = None, _EVEN
            for constraint in entering[block]:
                left, right, distance = constraint
                start = position[block_of[left]] + offset[left]
                lacking = start + distance - position[block] - offset[right]
                if lacking > violation:
                    worst, violation = constraint, lacking
            if worst is None:
                break
            left, right, distance = worst
            other = block_of[left]
            shift = offset[left] + distance - offset[right]  # of `block` in terms of `other`
            total = heavy[other] + heavy[block]
            at = (position[other] * heavy[other] + (position[block] - shift) * heavy[block]) / total
            if len(members[other]) < len(members[block]):
                other, block, shift, at = block, other, -shift, at + shift
            for member in members[block]:
                block_of[member] = other
                offset[member] += shift
            members[other] += members[block]
            entering[other] += entering[block]
            heavy[other], position[other] = total, at
            block = other
    places = [position[block_of[v]] + offset[v] for v in range(count)]
    for variable in ordered:  # pooling leaves rounding errors, and is not exact for every graph
        for left, _, distance in incoming[variable]:
            places[variable] = max(places[variable], places[left] + distance)
    return places


def _topological(count: int, constraints: Sequence[Constraint]) -> list[int]:
    following: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for left, right, _ in constraints:
        following[left].append(right)
        waiting[right] += 1
    ordered = [v for v in range(count) if not waiting[v]]
    for variable in ordered:  # grows while it is read
        for right in following[variable]:
            waiting[right] -= 1
            if not waiting[right]:
                ordered.append(right)
    return ordered
