"""What can be wrong in a backward pass, in words: wrong rules, stale values, spent nodes."""

from __future__ import annotations

from typing import Any

from autograd.graph.mutation import mutations
from autograd.graph.node import SPENT, Node, describe
from autograd.operation.rules import VALUE


def argument_label(op: Any, slot: int) -> str:
    """What messages call an argument slot."""
    if op.listed:
        return f"{op.arguments[0]}[{slot}]"
    return f"'{op.arguments[slot]}'"


def complaint(node: Node, slot: int, what: str) -> str:
    """What is wrong with what a rule returned for an argument."""
    assert node.op is not None
    return f"backward: the rule of {node.label()} for {argument_label(node.op, slot)} {what}"


def check_usable(node: Node) -> None:
    """Raise if a pass used this node, or a value that its rules read was changed after saving."""
    if node.state == SPENT:
        raise spent_error(node)
    if node.sequence > mutations.latest:
        return
    op = node.op
    assert op is not None
    mask = sum(1 << slot for slot, edge in enumerate(node.edges) if edge is not None)
    plan, reads_out = op.plan(mask, len(node.edges))
    saved = [(argument_label(op, i), v) for i, v in enumerate(node.inputs) if plan[i] == VALUE]
    if reads_out:
        values = node.value if type(node.value) is tuple else (node.value,)
        every = range(len(values)) if reads_out is True else reads_out
        saved += [("its result", values[index]) for index in every]
    for what, kept in saved:
        change = mutations.change_after(kept, node.sequence)
        if change is not None:
            raise RuntimeError(
                f"backward: {node.label()} needs {what} ({describe(kept)}) as it was, but it was "
                f"changed in place at {change.location}; change a copy, or do it after backward() "
                "(see: changed-in-place)"
            )


_failures: dict[int, str] = {}  # number of a pass that failed: why
_KEPT_FAILURES = 64


def note_failure(number: int, running: Node | None, error: BaseException) -> None:
    """Remember why pass `number` has spent its graph without a result."""
    if running is not None and running.state == SPENT:
        running.annotate().failed_in = number  # the pass has not come to number it
    while len(_failures) >= _KEPT_FAILURES:
        del _failures[next(iter(_failures))]
    lines = str(error).splitlines() or [""]
    _failures[number] = f"{type(error).__name__}: {lines[0]}".rstrip(": ")


def spent_error(node: Node) -> RuntimeError:
    """The error for a second pass over a graph that was not retained."""
    failed_in = None if node.annotations is None else node.annotations.failed_in
    failure = _failures.get(failed_in or node.pass_number)
    if failure is not None:
        return RuntimeError(
            f"backward: the first pass over this graph failed at {node.label()} or further on, and "
            f"no gradient was added ({failure}); it has let go of its values: compute the result "
            "again, or pass retain_graph=True to the first pass"
        )
    return RuntimeError(
        f"backward: the graph at {node.label()} was already used by a backward pass and has let go "
        "of its values; pass retain_graph=True to the first pass, or compute the result again "
        "(see: graph-used)"
    )


def where_it_failed(node: Node) -> str:
    """Which node was being run, with its arguments: a note for exceptions out of rules."""
    if node.op is None:
        return f"while delivering the gradient of {node.label()}"
    given = ", ".join(
        f"{argument_label(node.op, slot)}: {describe(node.argument(slot))}"
        for slot in range(len(node.edges))
    )
    return f"while running the backward of {node.label()} ({given})"
