"""Reverse mode: one pass over the graph, newest node first.

Nodes are numbered as they are made, so every node is younger than what it was computed from. A
heap on decreasing numbers therefore runs each node once, after all gradients that flow into it
have been added up: no recursion, no sorting beforehand, linear in diamonds.
"""

from __future__ import annotations

from _thread import RLock  # all of `threading` would take longer to import
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.derivatives.failures import (
    check_usable,
    note_failure,
    spent_error,
    where_it_failed,
)
from autograd.derivatives.gradients import fit, inside, is_fresh, kept_gradient, outside
from autograd.derivatives.recomputing import composition
from autograd.graph.modes import Observer, _mode, current_mode, numpy_errors
from autograd.graph.mutation import KEPT_ELEMENTS, mutations, next_sequence
from autograd.graph.node import NOT_DELIVERED, SPENT, Leaf, Node, describe, keepsake
from autograd.graph.tensor import Tensor, value, wrap
from autograd.mapping.level import or_one_by_one
from autograd.mapping.tensor import levels_of
from autograd.operation.call import SELECT, release, rewrap
from autograd.operation.rules import Pull

_next_pass: Callable[[], int] = count(1).__next__


class BackwardPass:
    """One backward pass: pending gradients per node, and the heap of nodes to run."""

    def __init__(
        self, create_graph: bool, retain_graph: bool, targets: set[Node] | None = None
    ) -> None:
        self.create_graph = create_graph
        self.on_tensors = create_graph
        self.retain_graph = retain_graph or create_graph
        self.targets = targets
        self.marked = set(targets or ())  # and nodes of several results, when gradients arrive
        self.needed: set[Node] | None = None  # nodes on a path to a target; None: all
        self.pending: dict[Node, Any] = {}
        self.owned: set[Node] = set()  # nodes whose pending array is ours to add into
        self.found: dict[Node, Any] = {}  # complete gradients of computed targets
        self.retained: list[tuple[Tensor, Any]] = []
        self.heap: list[tuple[int, Node]] = []
        self.number = _next_pass()
        self.running: Node | None = None  # for messages

    def __enter__(self) -> BackwardPass:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None and not self.retain_graph:
            note_failure(self.number, self.running, error)

    def start(self, roots: Sequence[Tensor], cotangents: Sequence[Any]) -> None:
        """Seed the roots."""
        if self.targets is not None:
            self.needed = on_a_path(roots, self.targets)
        for position, root in enumerate(roots):
            node, cotangent = root._node, cotangents[position]
            assert node is not None
            if self.needed is None or node in self.needed:
                self.arrive(node, cotangent, node, 0, cotangent, alone=False)

    def arrive(
        self, edge: Node, passed: Any, node: Node, slot: int, g: Any, alone: bool = True
    ) -> Any:
        """Check what a rule returned, add it to what is pending for the edge, and return it.

        The second arrival allocates, later ones add in place. What a leaf keeps must be nobody
        else's; `alone` says that no other argument, and no observer, was given the same array.
        """
        like, kind = edge.value, type(passed)
        if (
            (kind is not ndarray and kind is not type(like))
            or passed.shape != like.shape
            or passed.dtype is not like.dtype
        ):
            passed = fit(passed, edge, node, slot)
        pending = self.pending
        previous = pending.get(edge)
        if previous is None:
            if edge.op is not None:
                heappush(self.heap, (-edge.sequence, edge))
                pending[edge] = passed
            elif alone and is_fresh(passed, g, node):
                self.owned.add(edge)
                pending[edge] = passed
            else:
                pending[edge] = passed.copy()
        elif type(previous) is ndarray and edge in self.owned:
            np.add(previous, passed, out=previous)
        else:
            pending[edge] = previous + passed
            self.owned.add(edge)
        return passed

    def arrive_at_select(self, node: Node, gradient: Any) -> None:
        """Gather the gradients of several results into the tuple that their node receives."""
        parent = node.edge0
        assert parent is not None
        assert node.keywords is not None
        gathered = self.pending.get(parent)
        if gathered is None:
            gathered = self.pending[parent] = [None] * len(parent.value)
            self.marked.add(parent)
            heappush(self.heap, (-parent.sequence, parent))
        index = node.keywords["index"]
        known = gathered[index]
        gathered[index] = gradient if known is None else known + gradient

    def run(self) -> None:
        """Run every node that is pending, newest first."""
        mode = current_mode()
        plain = not self.on_tensors and mode.observer is None
        # Rules on raw arrays record nothing; on Tensors they must, also under no_grad.
        token = None if plain else _mode.set(mode.of_a_pass(self.create_graph))
        try:
            with numpy_errors(mode.observer):
                self.run_nodes(mode.observer)
        except Exception as error:
            if self.running is not None:
                error.add_note(where_it_failed(self.running))
            raise
        finally:
            if token is not None:
                _mode.reset(token)

    def run_nodes(self, observer: Observer | None) -> None:
        """The loop: fetch what the rules of a node pass on, and hand it to the edges.

        Written out is the common case, a first-order pass; `take_care_of` does what others need.
        Scalars are added up here, the two slots one after the other: a loop over slots and a call
        per edge make a pass over scalars a fifth slower.
        """
        heap, pending, needed, marked = self.heap, self.pending, self.needed, self.marked
        get, take = pending.get, pending.pop
        number, spend = self.number, not self.retain_graph
        unusual = observer is not None or self.on_tensors
        while True:  # a loop whose jump back has no condition is specialised in the first pass
            if not heap:
                break
            node = self.running = heappop(heap)[1]
            op: Any = node.op
            state = node.state
            if (
                unusual
                or not op.pulls
                or (state and (state == SPENT or node.sequence < mutations.latest))
                or node.annotations is not None
                or (marked and node in marked)
            ):
                self.take_care_of(node, observer)
                continue
            g = take(node)
            pulls = op.pulls
            node.state = SPENT if spend else state
            edge = node.edge0 if op.arity else self.hand_on(pulls, node, g)
            if edge is not None and (needed is None or edge in needed):
                passed = pulls[0](node, g)
                kind = type(passed)
                if kind is ndarray or kind is not type(edge.value):
                    self.arrive(edge, passed, node, 0, g)
                    passed = None  # or it would live until the next scalar comes by
                else:
                    previous = get(edge)
                    pending[edge] = passed if previous is None else previous + passed
                    if previous is None and edge.op is not None:
                        heappush(heap, (-edge.sequence, edge))
            edge = node.edge1
            if edge is not None and (needed is None or edge in needed):
                passed = pulls[1](node, g)
                kind = type(passed)
                if kind is ndarray or kind is not type(edge.value):
                    self.arrive(edge, passed, node, 1, g)
                    passed = None
                else:
                    previous = get(edge)
                    pending[edge] = passed if previous is None else previous + passed
                    if previous is None and edge.op is not None:
                        heappush(heap, (-edge.sequence, edge))
            # Left on the node for drawing.
            node._gradient = keepsake(g) if type(g) is ndarray else g
            node._pass_number = number
            if state and spend:
                release(node)

    def take_care_of(self, node: Node, observer: Observer | None) -> None:
        """Do for a node what the loop does for most, and what few need."""
        op: Any = node.op
        wanted = self.targets is not None and node in self.targets
        if node.state == SPENT and not wanted:
            raise spent_error(node)
        g = self.pending.pop(node)
        if node.annotations is not None:
            g = self.visit(node, g)
        if type(g) is list:  # of several results; a kernel saves itself the passes over zeros
            kernel = observer is None and op.by_kernel(node, self.on_tensors)
            g = tuple(g) if kernel else with_zeros(g, node)
        done = False
        if wanted:
            self.found[node] = g
            # If nothing of the node itself is needed, it may be spent.
            done = self.needed is not None and not any(e in self.needed for e in node.edges)
        if op is SELECT and not done:
            self.arrive_at_select(node, g)
        elif not done:
            check_usable(node)
            state, node.state = node.state, node.state if self.retain_graph else SPENT
            self.pass_on(node, g, observer)
            keeps = observer is not None and observer.keep_values
            if state and not self.retain_graph and not keeps:
                release(node)
        node._gradient = self.kept(g, observer)
        node._pass_number = self.number

    def hand_on(self, pulls: Sequence[Pull], node: Node, g: Any) -> Node | None:
        """Run the rule of each argument by itself, and return the edge that is left: none."""
        needed = self.needed
        for slot, edge in enumerate(node.edges):
            if edge is not None and (needed is None or edge in needed):
                self.arrive(edge, pulls[slot](node, g), node, slot, g)
        return None

    def pass_on(self, node: Node, g: Any, observer: Observer | None) -> None:
        """Hand to all edges of a node what its rules pass on."""
        needed = self.needed
        edges = [e if needed is None or e in needed else None for e in node.edges]
        if observer is not None:
            observer.step_started(node, g)
        contributions = self.contributions(node, g, edges)
        seen: set[int] = set()
        for slot, edge in enumerate(edges):
            if edge is not None:
                passed = contributions[slot]
                # What an observer is shown must stay as it was: nothing is added to it.
                alone = observer is None and id(passed) not in seen
                seen.add(id(passed))
                contributions[slot] = self.arrive(edge, passed, node, slot, g, alone)
        if observer is not None:
            observer.step_finished(node, g, contributions)

    def contributions(self, node: Node, g: Any, edges: Sequence[Node | None]) -> list[Any]:
        """What a node passes on, one gradient per slot; None where there is no edge."""
        op: Any = node.op
        on_tensors = self.on_tensors
        if not op.by_composition or op.by_kernel(node, on_tensors):
            # Where nothing is recorded only the cotangents are Tensors, which no kernel takes.
            raw = not self.create_graph and (not on_tensors or op.rule_raw is None)
            call = partial(op.contributions, node, rewrap=None if raw else rewrap, edges=edges)
            return list(or_one_by_one(call, g))
        outputs, starts = composition(node, on_tensors)
        targets = [start for start in starts if start is not None]
        found = iter(pulled_back(outputs, targets, g if type(g) is tuple else (g,), on_tensors))
        return [None if start is None else next(found) for start in starts]

    def kept(self, g: Any, observer: Observer | None) -> Any:
        """What a node keeps of its gradient, or of a tuple of them."""
        limit = float("inf") if observer is not None and observer.keep_values else KEPT_ELEMENTS
        if isinstance(g, (tuple, list)):
            return tuple(kept_gradient(value(each), limit) for each in g)
        return kept_gradient(value(g), limit)

    def visit(self, node: Node, g: Any) -> Any:
        """Hooks and retained gradients of a computed Tensor whose gradient is complete."""
        annotations = node.annotations
        assert annotations is not None
        if not annotations.hooks and annotations.retaining is None:
            return g
        gradient = self.call_hooks(node, outside(g))
        if annotations.retaining is not None:
            tensor = annotations.retaining()
            if tensor is not None:
                kept = gradient.copy() if self.create_graph else wrap(value(gradient).copy(), None)
                self.retained.append((tensor, kept))
        return inside(gradient, self.on_tensors)

    def call_hooks(self, node: Node, gradient: Tensor) -> Tensor:
        """Run the hooks of a node in order; each may replace the gradient."""
        assert node.annotations is not None
        like = node.value
        for hook in list(node.annotations.hooks.values()):
            replaced: Any = hook(gradient)  # a user's function may return anything
            if replaced is None:
                continue
            if not isinstance(replaced, Tensor) or replaced.shape != like.shape:
                raise TypeError(
                    f"a hook on {node.label()} must return None or a Tensor of shape "
                    f"{like.shape}, got {describe(replaced)}"
                )
            gradient = replaced if replaced.dtype == like.dtype else replaced.astype(like.dtype)
        return gradient

    # ------------------------------------------------------------------ results

    def captured(self, node: Node) -> Tensor | None:
        """The complete gradient of a target, as a Tensor of its own memory; None if unreached."""
        g = self.pending.get(node) if node.is_leaf else self.found.get(node)
        if g is None:
            return None
        gradient = outside(g)
        if node.is_leaf and node.annotations is not None:
            gradient = self.call_hooks(node, gradient)
        if not node.is_leaf and gradient.ndim:
            gradient = gradient.copy() if self.on_tensors else wrap(gradient._value.copy(), None)
        if isinstance(node, Leaf) and not levels_of(gradient):
            self.note_on_leaf(node, gradient)
        return gradient

    def note_on_leaf(self, node: Leaf, gradient: Tensor) -> None:
        """Keep for drawing what a leaf was given, where its `.grad` does not show it."""
        with _delivery:  # of which another thread may be raising the number of passes
            now = next_sequence()
            node.note_pass(self.number, node.passes, gradient._value, NOT_DELIVERED, now)

    def deliver(self) -> None:
        """Add what arrived to `.grad`, all at once and last, so that a failure changes nothing."""
        arrived: list[tuple[Tensor, Tensor]] = []
        hooked: list[Tensor] = []
        leaves: Any = self.pending.items()  # no other nodes are left
        for node, g in leaves:
            tensor = node.tensor()
            gradient = wrap(g, None) if type(g) is ndarray and g.dtype.kind == "f" else outside(g)
            if tensor is None or tensor._node is not node:
                self.note_on_leaf(node, gradient)
                continue
            notes = node.annotations
            if notes is not None and (notes.hooks or notes.accumulated):
                gradient = self.call_hooks(node, gradient)
                hooked.append(tensor)
            arrived.append((tensor, gradient))
        add_to_grads(arrived, self.number, self.create_graph, self.retained)
        for tensor in hooked:
            for hook in list(tensor._hooks.accumulated.values()):
                hook(tensor)


_delivery = RLock()


def add_to_grads(
    arrived: Iterable[tuple[Tensor, Tensor]],
    number: int,
    on_tensors: bool = False,
    retained: Iterable[tuple[Tensor, Tensor]] = (),
) -> None:
    """Add gradients of pass `number` to `.grad`, and set those that are retained: all or none.

    Passes of several threads take turns, so that none overwrites what another one added.
    """
    with _delivery:
        notes: list[tuple[Leaf, int, Any, Any]] = []  # what was given, what `.grad` held before
        tensors: list[Tensor] = []
        gradients: list[Tensor] = []
        for tensor, gradient in arrived:
            node, previous = tensor._node, tensor._grad
            given, passes, carried = gradient._value, 1, None
            if previous is not None:
                carried = previous._value
                gradient = previous + gradient if on_tensors else wrap(carried + given, None)
            if isinstance(node, Leaf):
                if carried is not None and carried.any():
                    passes += node.passes
                notes.append((node, passes, given, carried))
            tensors.append(tensor)
            gradients.append(gradient)
        for tensor, gradient in retained:
            tensors.append(tensor)
            gradients.append(gradient)
        # One call into C, which runs no bytecode in between: Ctrl-C cannot leave half of the
        # gradients assigned.
        deque(map(_set_grad, tensors, gradients), maxlen=0)
        now = next_sequence()
        for leaf, passes, given, carried in notes:
            leaf.note_pass(number, passes, given, carried, now)


def with_zeros(g: Sequence[Any], node: Node) -> tuple[Any, ...]:
    """The cotangents of a node's results, with zeros for those that got none."""
    return tuple(
        np.zeros(kept.shape, kept.dtype)[()] if each is None else each
        for each, kept in zip(g, node.value, strict=True)
    )


def pulled_back(
    outputs: Sequence[Tensor], targets: Sequence[Tensor], g: Sequence[Any], on_tensors: bool
) -> list[Any]:
    """The gradients of targets by the cotangents of outputs, as a rule passes them on.

    Args:
        outputs: what was computed again.
        targets: what it was computed from; zeros for those that it does not depend on.
        g: one cotangent per output, as rules see them: raw, or Tensors.
        on_tensors: whether the pass is recorded.
    """
    nodes = [target._node for target in targets]
    run = BackwardPass(on_tensors, on_tensors, {node for node in nodes if node is not None})
    reached = [pair for pair in zip(outputs, g, strict=True) if pair[0].requires_grad]
    run.start([out for out, _ in reached], [each for _, each in reached])
    run.run()
    passed = []
    for target, node in zip(targets, nodes, strict=True):
        found = None if node is None else run.captured(node)
        if found is None:
            found = wrap(np.zeros(target.shape, target.dtype)[()], None)
        passed.append(inside(found, on_tensors))
    return passed


_set_grad: Callable[[Tensor, Any], None] = Tensor.__dict__["_grad"].__set__


def on_a_path(roots: Sequence[Tensor], targets: set[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets included."""
    oldest = min((target.sequence for target in targets), default=0)
    seen = {root._node for root in roots if root._node is not None}
    stack = list(seen)
    while stack:
        for edge in stack.pop().edges:
            if edge is not None and edge.sequence >= oldest and edge not in seen:
                seen.add(edge)
                stack.append(edge)
    needed = set(targets)
    for node in sorted(seen, key=attrgetter("sequence")):
        if not needed.isdisjoint(node.edges):
            needed.add(node)
    return needed
