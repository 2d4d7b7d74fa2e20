"""Reverse mode: one pass over the graph, newest node first.

Nodes are numbered as they are made, so every node is younger than what it was computed from. A
heap on decreasing numbers therefore runs each node once, after all gradients that flow into it
have been added up: no recursion, no sorting beforehand, linear in diamonds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.call import SELECT, release
from autograd.modes import Mode, _mode, current_mode
from autograd.mutation import mutations
from autograd.node import HEAVY, SPENT, ArraySpec, Leaf, Node, describe, keepsake
from autograd.tensor import Tensor, as_numeric_array, refresh, wrap

_next_pass: Callable[[], int] = count(1).__next__

# The test-suite sets this: a rule whose result needs a real-to-real cast leaks a wrong dtype.
strict_dtypes = False


def backward(
    tensors: Tensor | Sequence[Tensor],
    gradients: Any = None,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the gradients of one or several Tensors to `.grad` of the leaves they depend on.

    Args:
        tensors: the roots; each may be an ancestor of another.
        gradients: their cotangents, None for roots of one element.
        retain_graph: keep what the rules need, so that a second pass can run.
        create_graph: record the pass itself, for higher derivatives.
        inputs: fill `.grad` of these tensors only.

    Raises:
        RuntimeError: see `Tensor.backward`. No `.grad` has changed then.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> backward([x * x, 3 * x])
    >>> x.grad
    Tensor(7.)
    """
    roots, cotangents = _roots("backward", tensors, gradients, create_graph)
    if inputs is None:
        run = _Pass(create_graph, retain_graph)
        run.start(roots, cotangents)
        run.run()
        run.deliver()
    else:
        targets = list(_as_list(inputs))
        if not targets:
            raise ValueError("backward: inputs= is empty; leave it out to reach all leaves")
        outputs = tensors if isinstance(tensors, Tensor) else roots
        results = grad(outputs, targets, gradients, retain_graph, create_graph)
        new = [
            gradient if target._grad is None else target._grad + gradient
            for target, gradient in zip(targets, results, strict=True)
        ]
        _assign_grads(targets, new)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of `outputs` with respect to `inputs`, without touching any `.grad`.

    Args:
        outputs: the Tensors to differentiate; several are added up.
        inputs: leaves or computed Tensors.
        grad_outputs: one cotangent per output, None for outputs of one element.
        retain_graph: keep the graph for another pass; as `create_graph` if not given.
        create_graph: record the pass, so that the results can be differentiated again.
        allow_unused: None for inputs that the outputs do not depend on, instead of an error.
        materialize_grads: zeros for these.

    Returns:
        One gradient per input.

    Raises:
        RuntimeError: for an input that is not reachable or does not require gradients.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> (first,) = grad(x**3, x, create_graph=True)
    >>> grad(first, x)
    (Tensor(18.),)
    """
    roots, cotangents = _roots("grad", outputs, grad_outputs, create_graph)
    targets = list(_as_list(inputs))
    for position, target in enumerate(targets):
        if not isinstance(target, Tensor):
            raise TypeError(f"grad: input {position} must be a Tensor, got {describe(target)}")
        if target._node is None and not (allow_unused or materialize_grads):
            raise RuntimeError(f"grad: input {position} {target._why_no_gradient()}")
    nodes = [target._node for target in targets]
    if retain_graph is None:
        retain_graph = create_graph
    run = _Pass(create_graph, retain_graph, {node for node in nodes if node is not None})
    run.start(roots, cotangents)
    run.run()
    results: list[Tensor | None] = []
    captured: dict[Node, Tensor | None] = {}
    for position, (target, node) in enumerate(zip(targets, nodes, strict=True)):
        gradient = None
        if node is not None and node not in captured:
            gradient = captured[node] = run.captured(node)
        elif node is not None and (first := captured[node]) is not None:
            gradient = first.copy()  # an input that is named twice
        if gradient is None and materialize_grads:
            gradient = wrap(np.zeros(target.shape, target.dtype)[()], None)
        elif gradient is None and not allow_unused:
            name = f" '{target._name}'" if target._name else ""
            raise RuntimeError(
                f"grad: input {position}{name} ({describe(target)}) was not used to compute the "
                "outputs; pass allow_unused=True for None or materialize_grads=True for zeros"
            )
        results.append(gradient)
    return tuple(results)


# ---------------------------------------------------------------------- arguments


def _as_list(tensors: Any) -> list[Any]:
    single = isinstance(tensors, Tensor) or not isinstance(tensors, Iterable)
    return [tensors] if single else list(tensors)


def _roots(
    caller: str, tensors: Any, gradients: Any, create_graph: bool
) -> tuple[list[Tensor], list[Any]]:
    """The roots and their cotangents, checked."""
    roots = _as_list(tensors)
    if isinstance(gradients, Tensor) or gradients is None or not isinstance(tensors, (list, tuple)):
        given = [gradients] * (len(roots) if gradients is None else 1)
        if isinstance(tensors, Tensor) and _is_list_of_one(gradients, tensors):
            given = [gradients[0]]
    else:
        given = list(gradients)
    if len(given) != len(roots):
        raise ValueError(f"{caller}: {len(roots)} outputs but {len(given)} cotangents")
    cotangents = []
    for root, gradient in zip(roots, given, strict=True):
        if not isinstance(root, Tensor):
            raise TypeError(f"{caller}: expected a Tensor, got {describe(root)}")
        if root._view is not None:
            refresh(root)
        if root._node is None:
            raise RuntimeError(
                f"{caller}: this Tensor ({describe(root)}) {root._why_no_gradient()}; make one of "
                "the tensors it is computed from with requires_grad=True"
            )
        cotangents.append(_cotangent(caller, root, gradient, create_graph))
    return roots, cotangents


def _is_list_of_one(gradients: Any, root: Any) -> bool:
    """Whether `gradients` is a list with the one cotangent of `root`, not the cotangent itself."""
    if not isinstance(gradients, (list, tuple)) or len(gradients) != 1:
        return False
    return gradients[0] is None or getattr(gradients[0], "shape", None) == root.shape


def _cotangent(caller: str, root: Tensor, gradient: Any, create_graph: bool) -> Any:
    if gradient is None:
        if root.size != 1:
            raise RuntimeError(
                f"{caller}: the output has shape {root.shape}; a gradient without a cotangent "
                "exists for one element only: take .sum() or .mean(), or pass gradient= of that "
                "shape"
            )
        if root.dtype.kind == "c":
            raise RuntimeError(
                f"{caller}: the output is complex ({describe(root)}); a gradient without a "
                "cotangent exists for real numbers only: take its real part or abs, or pass "
                "gradient="
            )
        seed: Any = root.dtype.type(1) if not root.shape else np.ones(root.shape, root.dtype)
        return wrap(seed, None) if create_graph else seed
    if isinstance(gradient, Tensor):
        seed = gradient._value[()]  # a view: what the nodes keep of it must be a copy
    else:
        array = as_numeric_array(gradient, f"{caller}: gradient")
        seed = array[()]
    if seed.shape != root.shape:
        raise ValueError(
            f"{caller}: the cotangent has shape {seed.shape}, the output {root.shape}; "
            "they must be equal"
        )
    if seed.dtype.kind == "c" and root.dtype.kind != "c":
        raise TypeError(f"{caller}: a complex cotangent for the real output {describe(root)}")
    if create_graph:
        tensor = gradient if isinstance(gradient, Tensor) else wrap(seed, None)
        if seed.dtype != root.dtype:
            tensor = tensor.astype(root.dtype)
        return tensor.conj() if root.dtype.kind == "c" else tensor
    if seed.dtype != root.dtype:
        seed = seed.astype(root.dtype)
    return seed.conj() if root.dtype.kind == "c" else seed


# ---------------------------------------------------------------------- the pass


class _Pass:
    """One backward pass: pending gradients per node, and the heap of nodes to run."""

    def __init__(
        self, create_graph: bool, retain_graph: bool, targets: set[Node] | None = None
    ) -> None:
        self.create_graph = create_graph
        self.retain_graph = retain_graph or create_graph
        self.targets = targets
        self.needed: set[Node] | None = None  # nodes on a path to a target; None: all
        self.pending: dict[Node, Any] = {}
        self.owned: set[Node] = set()  # nodes whose pending array is ours to add into
        self.found: dict[Node, Any] = {}  # complete gradients of computed targets
        self.retained: list[tuple[Tensor, Any]] = []
        self.heap: list[tuple[int, Node]] = []
        self.number = _next_pass()
        self.running: Node | None = None  # for messages

    def start(self, roots: Sequence[Tensor], cotangents: Sequence[Any]) -> None:
        """Seed the roots."""
        if self.targets is not None:
            self.needed = _on_a_path(roots, self.targets)
        for root, cotangent in zip(roots, cotangents, strict=True):
            node = root._node
            assert node is not None
            if self.needed is not None and node not in self.needed:
                continue
            self.arrive(node, cotangent, fresh=False)

    def arrive(self, node: Node, gradient: Any, fresh: bool) -> None:
        """Add a gradient to what is pending for a node.

        The second arrival allocates, later ones add in place. `fresh` says that nobody else
        refers to the array; what a leaf keeps must be.
        """
        pending = self.pending
        previous = pending.get(node)
        if previous is None:
            if node.op is not None:
                heappush(self.heap, (-node.sequence, node))
            elif type(gradient) is ndarray or isinstance(gradient, Tensor):
                if fresh:
                    self.owned.add(node)
                else:
                    gradient = gradient.copy()
            pending[node] = gradient
        elif type(previous) is ndarray and node in self.owned:
            np.add(previous, gradient, out=previous)
        else:
            pending[node] = previous + gradient
            self.owned.add(node)

    def arrive_array(self, edge: Node, passed: Any, node: Node, slot: int, g: Any) -> None:
        """Check what a rule returned, and add it to what is pending for the edge."""
        like = edge.value
        if (
            type(passed) is not ndarray
            or passed.shape != like.shape
            or passed.dtype is not like.dtype
        ):
            passed = fit(passed, edge, node, slot)
        self.arrive(edge, passed, edge.op is None and _is_fresh(passed, g, node))

    def arrive_at_select(self, node: Node, gradient: Any) -> None:
        """Gather the gradients of several results into the tuple that their node receives."""
        parent = node.edge0
        assert parent is not None
        assert node.keywords is not None
        gathered = self.pending.get(parent)
        if gathered is None:
            gathered = self.pending[parent] = [None] * len(parent.value)
            heappush(self.heap, (-parent.sequence, parent))
        index = node.keywords["index"]
        known = gathered[index]
        gathered[index] = gradient if known is None else known + gradient

    def run(self) -> None:
        """Run every node that is pending, newest first."""
        mode = current_mode()
        plain = not self.create_graph and mode.observer is None
        # Rules on raw arrays record nothing; on Tensors they must, also under no_grad.
        token = None if plain else _mode.set(Mode(self.create_graph, mode.observer, None))
        try:
            if plain:
                self.run_raw()
            while self.heap:
                node = heappop(self.heap)[1]
                self.step(node, self.pending.pop(node))
        except Exception as error:
            if self.running is not None:
                error.add_note(_where(self.running))
            raise
        finally:
            if token is not None:
                _mode.reset(token)

    def run_raw(self) -> None:
        """The common pass, on raw arrays: `step` without what few nodes need."""
        heap, pending, needed, targets = self.heap, self.pending, self.needed, self.targets
        get, take = pending.get, pending.pop
        latest = mutations.latest
        number, spend = self.number, not self.retain_graph
        while True:  # a loop whose jump back has no condition is specialised in the first pass
            if not heap:
                break
            node = heappop(heap)[1]
            self.running = node
            g = take(node)
            op = node.op
            pulls = op.pulls  # type: ignore[union-attr]
            if (
                pulls is None
                or type(g) is list
                or op is SELECT
                or (targets is not None and node in targets)
            ):
                self.step(node, g)
                continue
            heavy = node.state
            if heavy == SPENT:
                raise _spent(node)
            if node.annotations is not None:
                g = self.visit(node, g)
            if heavy and node.sequence < latest:
                _check_intact(node)
            if spend:
                node.state = SPENT
            # Scalars are handed over here, the two slots written out: a loop over slots and a
            # call per edge make the pass over a graph of scalars a fifth slower.
            if op.arity:  # type: ignore[union-attr]
                edge = node.edge0
                if edge is not None and (needed is None or edge in needed):
                    passed = pulls[0](node, g)
                    kind = type(passed)
                    if kind is ndarray or kind is not type(edge.value):
                        self.arrive_array(edge, passed, node, 0, g)
                        passed = None  # or it would live until the next scalar comes by
                    elif (previous := get(edge)) is not None:
                        pending[edge] = previous + passed
                    else:
                        pending[edge] = passed
                        if edge.op is not None:
                            heappush(heap, (-edge.sequence, edge))
                if op.arity == 2:  # type: ignore[union-attr]
                    edge = node.edge1
                    if edge is not None and (needed is None or edge in needed):
                        passed = pulls[1](node, g)
                        kind = type(passed)
                        if kind is ndarray or kind is not type(edge.value):
                            self.arrive_array(edge, passed, node, 1, g)
                            passed = None
                        elif (previous := get(edge)) is not None:
                            pending[edge] = previous + passed
                        else:
                            pending[edge] = passed
                            if edge.op is not None:
                                heappush(heap, (-edge.sequence, edge))
            else:
                for slot, edge in enumerate(node.edges):
                    if edge is not None and (needed is None or edge in needed):
                        self.arrive_array(edge, pulls[slot](node, g), node, slot, g)
            node._gradient = keepsake(g) if type(g) is ndarray else g
            node._pass_number = number
            if heavy and spend:
                release(node)

    def step(self, node: Node, g: Any) -> None:
        """Run one node: check it, fetch what its rules pass on, hand it to the edges."""
        self.running = node
        on_tensors = self.create_graph
        if node.annotations is not None:
            g = self.visit(node, g)
        if self.targets is not None and node in self.targets:
            self.found[node] = g
            if self.needed is not None and not any(e in self.needed for e in node.edges):
                self.keep(node, g)
                return  # nothing of the node itself is needed, so it may be spent
        if node.state == SPENT:
            raise _spent(node)
        if node.op is SELECT:
            self.arrive_at_select(node, g)
            self.keep(node, g)
            return
        if node.sequence < mutations.latest:
            _check_intact(node)
        if type(g) is list:
            g = tuple(
                np.zeros(kept.shape, kept.dtype)[()] if each is None else each
                for each, kept in zip(g, node.value, strict=True)
            )
        observer = current_mode().observer
        if observer is not None:
            observer.step_started(node, g)
        if not self.retain_graph:
            state, node.state = node.state, SPENT
        op = node.op
        assert op is not None
        contributions = op.contributions(node, g, on_tensors)
        for slot, edge in enumerate(node.edges):
            if edge is None or (self.needed is not None and edge not in self.needed):
                continue
            passed = contributions[slot]
            if passed is None:
                raise ValueError(
                    f"{op.name}: the rule for {_argument(op, slot)} returned None; "
                    "it must return a gradient of the argument's shape"
                )
            passed = fit(passed, edge, node, slot)
            contributions[slot] = passed
            fresh = _is_fresh(_raw(passed), _raw(g), node) and not any(
                passed is each for each in contributions[:slot]
            )
            self.arrive(edge, passed, fresh)
        if observer is not None:
            observer.step_finished(node, g, contributions)
        self.keep(node, g)
        if not self.retain_graph and state == HEAVY:
            release(node)

    def keep(self, node: Node, g: Any) -> None:
        """Leave the gradient on the node, for drawing."""
        observer = current_mode().observer
        limit = float("inf") if observer is not None and observer.keep_values else None
        raw = tuple(map(_raw, g)) if isinstance(g, (tuple, list)) else _raw(g)
        node._gradient = (
            tuple(_kept(each, limit) for each in raw) if type(raw) is tuple else _kept(raw, limit)
        )
        node._pass_number = self.number

    def visit(self, node: Node, g: Any) -> Any:
        """Hooks and retained gradients of a computed Tensor whose gradient is complete."""
        annotations = node.annotations
        assert annotations is not None
        if not annotations.hooks and annotations.retaining is None:
            return g
        gradient = _outside(g)
        gradient = self.call_hooks(node, gradient, node.value)
        if annotations.retaining is not None:
            tensor = annotations.retaining()
            if tensor is not None:
                kept = gradient.copy() if self.create_graph else wrap(_raw(gradient).copy(), None)
                self.retained.append((tensor, kept))
        return _inside(gradient, self.create_graph)

    def call_hooks(self, node: Node, gradient: Tensor, like: Any) -> Tensor:
        """Run the hooks of a node in order; each may replace the gradient."""
        assert node.annotations is not None
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
        gradient = _outside(g)
        if node.is_leaf and node.annotations is not None:
            gradient = self.call_hooks(node, gradient, node.value)
        if not node.is_leaf and type(gradient._value) is ndarray:
            gradient = gradient.copy() if self.create_graph else wrap(gradient._value.copy(), None)
        if node.is_leaf:
            self.note_on_leaf(node, gradient)
        return gradient

    def note_on_leaf(self, node: Node, gradient: Tensor) -> None:
        """Keep for drawing what a leaf was given, where its `.grad` does not show it."""
        value = gradient._value
        node._gradient = keepsake(value)
        if node.gradient is value and type(value) is ndarray:
            node._gradient = value.copy()
        node._pass_number = self.number

    def deliver(self) -> None:
        """Add what arrived to `.grad`, all at once and last, so that a failure changes nothing."""
        tensors: list[Tensor] = []
        gradients: list[Tensor] = []
        for node, g in self.pending.items():
            assert isinstance(node, Leaf)
            tensor = node.tensor()
            gradient = _outside(g)
            if tensor is None or tensor._node is not node:
                self.note_on_leaf(node, gradient)
                continue
            if node.annotations is not None and node.annotations.hooks:
                gradient = self.call_hooks(node, gradient, node.value)
            node._gradient, node._pass_number = None, self.number
            previous = tensor._grad
            if previous is None:
                pass
            elif self.create_graph:
                gradient = previous + gradient
            else:
                gradient = wrap(previous._value + gradient._value, None)
            tensors.append(tensor)
            gradients.append(gradient)
        for tensor, gradient in self.retained:
            tensors.append(tensor)
            gradients.append(gradient)
        _assign_grads(tensors, gradients)


_set_grad: Callable[[Tensor, Any], None] = Tensor.__dict__["_grad"].__set__


def _assign_grads(tensors: Iterable[Tensor], gradients: Iterable[Any]) -> None:
    # One call into C runs no bytecode in between, so Ctrl-C cannot leave half of them assigned.
    deque(map(_set_grad, tensors, gradients), maxlen=0)


def _on_a_path(roots: Sequence[Tensor], targets: set[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets included."""
    oldest = min((target.sequence for target in targets), default=0)
    seen: set[Node] = set()
    stack = [root._node for root in roots if root._node is not None]
    while stack:
        node = stack.pop()
        if node in seen or node.sequence < oldest:
            continue
        seen.add(node)
        stack.extend(edge for edge in node.edges if edge is not None)
    needed = set(targets)
    for node in sorted(seen, key=lambda each: each.sequence):
        if any(edge in needed for edge in node.edges):
            needed.add(node)
    return needed


# ---------------------------------------------------------------------- gradients


def fit(passed: Any, edge: Node, node: Node, slot: int) -> Any:
    """A rule's result in the shape and dtype of the tensor it is the gradient of.

    Broadcasting is undone here, for elementwise operations only; for all others a wrong shape is
    an error of the rule. The imaginary part is dropped where the tensor is real.
    """
    expected = edge.value
    if not isinstance(passed, (Tensor, ndarray, np.generic)):
        if isinstance(passed, (bool, int, float, complex)):
            passed = expected.dtype.type(passed)
        else:
            raise TypeError(_complaint(node, slot, f"returned {type(passed).__name__}"))
    if passed.shape != expected.shape:
        if node.op is not None and node.op.kind == "elementwise":
            passed = _undo_broadcasting(passed, expected.shape, node, slot)
        else:
            raise ValueError(
                _complaint(
                    node, slot, f"returned shape {passed.shape}, the argument has {expected.shape}"
                )
            )
    if passed.dtype != expected.dtype:
        passed = _cast(passed, expected.dtype, node, slot)
    if type(passed) is ndarray and passed.ndim == 0:
        passed = passed[()]
    return passed


def _undo_broadcasting(passed: Any, shape: tuple[int, ...], node: Node, slot: int) -> Any:
    from autograd.ops.shapes import sum_to

    try:
        reachable = np.broadcast_shapes(passed.shape, shape) == passed.shape
    except ValueError:
        reachable = False
    if not reachable:
        raise ValueError(
            _complaint(node, slot, f"returned shape {passed.shape}, the argument has {shape}")
        )
    return sum_to(passed, shape)


def _cast(passed: Any, dtype: np.dtype[Any], node: Node, slot: int) -> Any:
    if passed.dtype.kind == "c" and dtype.kind != "c":
        from autograd.ops.elementwise import real

        passed = real(passed)
    if passed.dtype != dtype:
        if strict_dtypes and passed.dtype.kind == dtype.kind:
            raise TypeError(
                _complaint(node, slot, f"returned dtype {passed.dtype}, the argument has {dtype}")
            )
        passed = passed.astype(dtype)
    return passed


def _is_fresh(passed: Any, g: Any, node: Node) -> bool:
    """Whether nobody but the pass refers to this array, so that a leaf may keep it.

    The cotangent, views and saved values are not; nor is anything from an operation that is not
    the library's own, whose rule may return an array of the user.
    """
    if type(passed) is not ndarray:
        return True
    if passed is g or passed.base is not None or passed is node.value or not node.op.ours:  # type: ignore[union-attr]
        return False
    if type(g) is tuple and any(passed is _raw(each) for each in g):
        return False
    for saved in node.inputs:
        if passed is saved:
            return False
    if node.keywords is not None:
        for given in node.keywords.values():
            if passed is given:
                return False
    return True


def _check_intact(node: Node) -> None:
    """Raise if a value that the rules of this node read was changed after it was saved."""
    op = node.op
    assert op is not None
    mask = sum(1 << slot for slot, edge in enumerate(node.edges) if edge is not None)
    plan, reads_out = op.plan(mask, len(node.edges))
    saved = [(_argument(op, i), v) for i, v in enumerate(node.inputs) if plan[i] == 2]
    if reads_out:
        values = node.value if type(node.value) is tuple else (node.value,)
        saved += [("its result", value) for value in values]
    for what, value in saved:
        change = mutations.change_after(value, node.sequence)
        if change is not None:
            raise RuntimeError(
                f"backward: {node.label()} needs {what} ({describe(value)}) as it was, but it was "
                f"changed in place at {change.location}; change a copy, or do it after backward()"
            )


def _spent(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward: the graph at {node.label()} was already used by a backward pass and has let go "
        "of its values; pass retain_graph=True to the first pass, or compute the result again"
    )


def _argument(op: Any, slot: int) -> str:
    if op.sequence or op.variadic:
        return f"{op.arguments[0]}[{slot}]"
    return f"'{op.arguments[slot]}'"


def _complaint(node: Node, slot: int, what: str) -> str:
    assert node.op is not None
    return f"backward: the rule of {node.label()} for {_argument(node.op, slot)} {what}"


def _where(node: Node) -> str:
    if node.op is None:
        return f"while delivering the gradient of {node.label()}"
    given = ", ".join(
        f"{_argument(node.op, slot)}: {describe(node.argument(slot))}"
        for slot in range(len(node.edges))
    )
    return f"while running the backward of {node.label()} ({given})"


def _raw(g: Any) -> Any:
    return g._value if isinstance(g, Tensor) else g


def _kept(raw: Any, limit: float | None) -> Any:
    if raw is None or isinstance(raw, ArraySpec):
        return raw
    return keepsake(raw) if limit is None else keepsake(raw, limit)


def _outside(g: Any) -> Tensor:
    """A gradient as users see it: a Tensor, conjugated where complex (PyTorch's convention)."""
    if g.dtype.kind == "c":
        g = g.conj()
    return g if isinstance(g, Tensor) else wrap(g, None)


def _inside(gradient: Tensor, on_tensors: bool) -> Any:
    """The inverse of `_outside`."""
    if gradient.dtype.kind == "c":
        gradient = gradient.conj()
    return gradient if on_tensors else gradient._value
