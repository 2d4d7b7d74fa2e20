"""A pass for all samples at once, where nothing is recorded: on arrays.

Cotangents and tangents are arrays that have an axis of samples in front for each level in force.
The rules of elementwise operations take them as they are, since what they read has the axes of
one sample, and NumPy aligns axes at the end. All others are given the Tensors of one sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.derivatives.failures import check_usable, spent_error
from autograd.derivatives.gradients import fit, is_fresh
from autograd.derivatives.reverse import BackwardPass
from autograd.graph.modes import Observer, current_mode, mapping
from autograd.graph.mutation import mutations
from autograd.graph.node import SPENT, Node
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.level import Level, everywhere
from autograd.mapping.tensor import MappedTensor, NoValueError, mapped_over, physical
from autograd.operation.call import SELECT, release
from autograd.operation.record import Op
from autograd.ops.shapes import sum_to


class Samples:
    """The samples of some levels: arrays of all of them, and Tensors of one.

    Attributes:
        levels: outermost first.
        sizes: the axes that an array of all samples has in front.
    """

    __slots__ = ("levels", "sizes")

    def __init__(self, levels: tuple[Level, ...]) -> None:
        self.levels = levels
        self.sizes = tuple(level.size for level in levels)

    def tensors(self, arrays: Any) -> Any:
        """The Tensor of one sample for an array of all, or each of several; others as they are."""
        if type(arrays) is ndarray:
            return mapped_over(wrap(arrays, None), self.levels)
        if isinstance(arrays, tuple | list):
            return type(arrays)([self.tensors(each) for each in arrays])
        return arrays

    def arrays(self, x: Any) -> Any:
        """The arrays of all samples of what a rule returned."""
        if type(x) is MappedTensor and x._value.levels == self.levels:
            return x._value.tensor._value
        if isinstance(x, tuple | list):
            return type(x)([self.arrays(each) for each in x])
        with mapping(()):
            tensor = x if isinstance(x, Tensor) else wrap(np.asarray(x), None)
            return physical(everywhere(tensor, self.levels))._value

    def widened(self, array: Any, ndim: int) -> Any:
        """An array with so many axes for each sample."""
        missing = len(self.sizes) + ndim - array.ndim
        if not missing:
            return array
        return array.reshape(*self.sizes, *(1,) * missing, *array.shape[len(self.sizes) :])

    def fitted(self, array: Any, shape: tuple[int, ...], like: Any) -> Any:
        """What an elementwise rule gave for each sample, of `shape`, in shape and dtype of `like`.

        What broadcasting did is undone, and what the rule left to it is done.
        """
        sizes = self.sizes
        if array.shape != (*sizes, *shape):
            array = np.broadcast_to(array, (*sizes, *shape))
        if shape != like.shape:
            ones = (1,) * (len(shape) - len(like.shape))
            array = sum_to(array, (*sizes, *ones, *like.shape)).reshape(*sizes, *like.shape)
        if array.dtype.kind == "c" and like.dtype.kind != "c":
            array = array.real
        return array if array.dtype is like.dtype else array.astype(like.dtype)


def takes_all_samples(op: Op) -> bool:
    """Whether its rules may be given the arrays of all samples."""
    return op.kind == "elementwise" and op.ours and bool(op.rules)


class PassOverSamples(BackwardPass):
    """A backward pass that is not recorded, whose cotangents are mapped over the levels in force.

    What is pending are arrays of all samples.
    """

    def __init__(self, retain_graph: bool, targets: set[Node]) -> None:
        super().__init__(False, retain_graph, targets)
        self.on_tensors = True
        self.samples = Samples(current_mode().levels)

    def arrive(
        self, edge: Node, passed: Any, node: Node, slot: int, g: Any, alone: bool = True
    ) -> Any:
        """Add the gradient of one sample to what is pending for all of them."""
        passed = fit(passed, edge, node, slot)
        self.add(edge, self.samples.arrays(passed), alone and is_fresh(passed, g, node))
        return passed

    def add(self, edge: Node, array: Any, fresh: bool) -> None:
        """Add an array of gradients; what a leaf keeps must be nobody else's."""
        pending = self.pending
        previous = pending.get(edge)
        if previous is None:
            if edge.op is not None:
                heappush(self.heap, (-edge.sequence, edge))
            elif fresh:
                self.owned.add(edge)
            else:
                array = array.copy()
            pending[edge] = array
        elif edge in self.owned:
            np.add(previous, array, out=previous)
        else:
            pending[edge] = previous + array
            self.owned.add(edge)

    def take_care_of(self, node: Node, observer: Observer | None) -> None:
        """Run the rules of a node, on arrays if it takes them, else on the Tensors of a sample."""
        op: Any = node.op
        g = self.pending[node]
        pulls = op.pulls_on(None) if op.rules and op is not SELECT else []
        usual = pulls and node.annotations is None and observer is None
        if usual and node not in self.marked:
            on_arrays = takes_all_samples(op)
            given = g if on_arrays else self.samples.tensors(g)
            if node.state == SPENT:
                raise spent_error(node)
            if node.state and node.sequence < mutations.latest:
                check_usable(node)
            needed = self.needed
            edges = [e if needed is None or e in needed else None for e in node.edges]
            pairs = zip(pulls, edges, strict=True)
            try:
                passed = [edge and pull(node, given) for pull, edge in pairs]
            except NoValueError:
                pass  # it looks at numbers
            else:
                self.hand_over(node, passed, edges, given, on_arrays)
                return
        self.pending[node] = self.samples.tensors(g)
        super().take_care_of(node, observer)

    def hand_over(
        self,
        node: Node,
        passed: Sequence[Any],
        edges: Sequence[Node | None],
        given: Any,
        on_arrays: bool,
    ) -> None:
        """Hand to the edges what rules passed on, and be done with the node."""
        for slot, edge in enumerate(edges):
            if edge is None:
                continue
            if on_arrays:
                array = self.samples.fitted(passed[slot], node.value.shape, edge.value)
                self.add(edge, array, array is passed[slot] and is_fresh(array, given, node))
            else:
                self.arrive(edge, passed[slot], node, slot, given)
        del self.pending[node]
        if not self.retain_graph:
            if node.state:
                release(node)
            node.state = SPENT

    def captured(self, node: Node) -> Tensor | None:
        """The complete gradient of a target, as a Tensor of one sample."""
        known = self.pending if node.is_leaf else self.found
        if node in known:
            known[node] = self.samples.tensors(known[node])
        return super().captured(node)


def pass_to(targets: set[Node], create_graph: bool, retain_graph: bool) -> BackwardPass:
    """The pass, not started yet, that goes as far as some nodes."""
    if current_mode().levels and not create_graph:
        return PassOverSamples(retain_graph, targets)
    return BackwardPass(create_graph, retain_graph, targets)
