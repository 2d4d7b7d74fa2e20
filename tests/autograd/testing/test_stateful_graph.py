"""A machine that does to graphs whatever users do, in the engine and in a naive one at once.

After every step values, gradients and errors are compared. Where the engine raises, the naive one
must say why; where the naive one knows of a value that is gone, the engine must raise: a gradient
is right, or there is none.
"""

import re
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import autograd
from autograd import Tensor

from .naive_engine import Array, backward, compute, elementwise, leaf, write

# Looking at `.grad` of everything, and sums over all pairs, are what the machine does.
pytestmark = pytest.mark.filterwarnings("ignore::autograd.TrapWarning")

SHAPES = st.sampled_from([(3,), (2, 3), (3,), (2, 3), (2, 1), ()])
NUMBERS = st.sampled_from([0.5, -1.0, 2.0, 0.25, -0.75, 1.5, 0.0])
INDICES = {
    1: [slice(1, None), slice(None, None, -1), slice(0, 2)],
    2: [slice(1, None), (slice(None), slice(0, 2)), (0,), (slice(None), 0), slice(None, None, -1)],
}
NAMES = st.sampled_from(["multiply", "add", "assign"])
LARGEST = 1e6
LATEST = 3  # arrays whose gradients are compared after every step
MANY = 14  # arrays alive at a time: more of them meet one another less often


@dataclass(eq=False)
class Pair:
    """A Tensor and the array of the naive engine that it must equal."""

    tensor: Tensor
    array: Array
    is_leaf: bool = False  # made with requires_grad=True
    gradient: np.ndarray | None = None  # what `.grad` must be
    views: list["weakref.ref[Tensor]"] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.positions.shape

    @property
    def size(self) -> float:
        return float(np.abs(self.array.values).max(initial=0.0))


class Graphs(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.alive: list[Pair] = []

    def add(self, tensor: Tensor, array: Array) -> Pair:
        pair = Pair(tensor, array)
        self.alive.append(pair)
        return pair

    def choose(self, data: st.DataObject, wanted: Callable[[Pair], bool] | None = None) -> Pair:
        """One of those alive, of the wanted kind where there is one; often one of the latest."""
        candidates = [pair for pair in self.alive if wanted is None or wanted(pair)]
        latest_first = (candidates or self.alive)[::-1]
        count = min(data.draw(st.sampled_from([2, 4, MANY])), len(latest_first))
        return latest_first[data.draw(st.integers(0, count - 1))]

    # ------------------------------------------------------------------ build

    @initialize(data=st.data())
    def begin(self, data):
        self.new(data, (2, 3), True)
        self.new(data, (3,), False)

    @rule(data=st.data(), shape=SHAPES, grad=st.booleans())
    def new(self, data, shape, grad):
        size = int(np.prod(shape))
        values = np.array(data.draw(st.lists(NUMBERS, min_size=size, max_size=size))).reshape(shape)
        self.add(Tensor(values, requires_grad=grad), leaf(values, grad)).is_leaf = grad

    @rule(data=st.data(), name=st.sampled_from(["tanh", "square", "negative"]))
    def unary(self, data, name):
        x = self.choose(data)
        if x.size > LARGEST:
            name = "tanh"
        values, array = x.array.values, x.array
        result = getattr(np, name)(values)
        slopes = {"tanh": 1.0 - result * result, "square": 2.0 * values, "negative": -1.0}
        reads = [array] if name == "square" and array.requires_grad else []
        keeps = name == "tanh" and array.requires_grad
        tensor = getattr(autograd, name)(x.tensor)
        made = elementwise(result, [slopes[name]], [array], reads=reads, reads_result=keeps)
        self.add(tensor, made)

    @rule(data=st.data(), name=st.sampled_from(["multiply", "add", "subtract"]))
    def binary(self, data, name):
        x, y = self.choose(data), self.choose(data)
        if max(x.size, y.size) > LARGEST:
            name = "add"
        function = {"add": autograd.add, "subtract": autograd.subtract, "multiply": autograd.mul}
        a, b = x.array.values, y.array.values
        try:
            values = getattr(np, name)(a, b)
        except ValueError:
            _raises("broadcast", lambda: function[name](x.tensor, y.tensor))
            return
        slopes = {"add": [1.0, 1.0], "subtract": [1.0, -1.0], "multiply": [b, a]}[name]
        reads = _read_by_product(x.array, y.array) if name == "multiply" else []
        made = elementwise(values, slopes, [x.array, y.array], reads=reads)
        self.add(function[name](x.tensor, y.tensor), made)

    @rule(data=st.data(), last=st.booleans())
    def total(self, data, last):
        """A sum over all elements, or over the last axis."""
        x = self.choose(data)
        axis = -1 if last and x.shape else None
        values = x.array.values.sum(axis=axis)
        histories = x.array.histories(x.shape)
        length = len(histories) // values.size
        rows = [histories[k * length : (k + 1) * length] for k in range(values.size)]
        parents = [[(history, 1.0) for history in row] for row in rows]
        self.add(x.tensor.sum(axis=axis), compute(values, parents, of=[x.array]))

    @rule(data=st.data())
    def picked(self, data):
        """Rows by an array of integers, one of them twice: a copy."""
        x = self.choose(data, lambda pair: pair.shape)
        if x.shape:
            index = np.array([0, -1, 0])
            part = x.array.view(lambda positions: positions[index])
            self.add(x.tensor[index], elementwise(part.values, [1.0], [part]))

    # ------------------------------------------------------------------ view, branch

    @rule(data=st.data(), kind=st.sampled_from(["index", "transposed", "flat"]))
    def view(self, data, kind):
        x = self.choose(data, lambda pair: pair.shape)
        index = data.draw(st.sampled_from(INDICES.get(len(x.shape), [()])))
        take = {
            "index": lambda a: a[index],
            "transposed": lambda a: a.T,
            "flat": lambda a: a.reshape(-1),
        }[kind]
        array = x.array.view(take)
        if not array.positions.size:
            return
        tensor = take(x.tensor)
        if np.shares_memory(tensor.data, x.tensor.data):
            x.views.append(weakref.ref(self.add(tensor, array).tensor))
        else:  # a single number, or rows that do not lie in order
            self.add(tensor, elementwise(array.values, [1.0], [array]))

    @rule(data=st.data())
    def detached(self, data):
        x = self.choose(data)
        array = Array(x.array.memory, x.array.positions, detached=True)
        if not x.shape:  # single numbers are not shared
            array = Array(leaf(x.array.values, False).memory, np.array(0), detached=True)
        self.add(x.tensor.detach(), array)

    # ------------------------------------------------------------------ mutate

    @rule(data=st.data(), name=NAMES)
    def update(self, data, name):
        """A write under `no_grad`, to leaves as well."""
        self.overwrite(data, name, False, {pair.array.memory for pair in self.alive})

    @rule(data=st.data(), name=NAMES)
    def overwrite_shared(self, data, name):
        """A recorded write to memory that several arrays share."""
        counts = Counter(pair.array.memory for pair in self.alive if not pair.array.detached)
        self.overwrite(data, name, True, {memory for memory in counts if counts[memory] > 1})

    @rule(data=st.data(), name=NAMES)
    def overwrite_needed(self, data, name):
        """A recorded write to memory that a backward pass would read."""
        reads = [pair.array.memory.step.reads for pair in self.alive]
        self.overwrite(data, name, True, {memory for each in reads for memory, _ in each})

    def overwrite(self, data, name, grad, memories):
        """`x *= y`, `x += y` or `x[...] = y`; now and then one that must be refused."""
        sensible = data.draw(st.integers(0, 7)) > 0
        x = self.choose(
            data,
            lambda pair: (
                sensible
                and pair.array.memory in memories
                and not (grad and pair.array.memory.is_leaf)
                and not pair.array.detached
            ),
        )
        y = self.choose(data, lambda pair: sensible and _fits(pair.shape, x.shape))
        if x.array.detached:
            return  # no graph can know of what is written there
        with autograd.enable_grad() if grad else autograd.no_grad():
            if grad and x.array.memory.is_leaf:
                _raises("cannot be overwritten", lambda: _carry_out(x.tensor, y.tensor, name))
                return
            if not _fits(y.shape, x.shape):
                _raises("broadcast|does not fit", lambda: _carry_out(x.tensor, y.tensor, name))
                return
            if max(x.size, y.size) > LARGEST:
                name = "assign"
            new = _replacement(x.array, y.array, name)
            _carry_out(x.tensor, y.tensor, name)
            write(x.array, new, grad)

    # ------------------------------------------------------------------ differentiate, free

    @rule(data=st.data(), retain=st.sampled_from([True, True, True, False]))
    def differentiate(self, data, retain):
        """`backward`, which adds to `.grad` of the leaves, or changes nothing where it fails."""
        root = self.choose(data, lambda pair: pair.array.requires_grad)
        seed = _seed(root)
        if not root.array.requires_grad:
            _raises("does not require gradients", lambda: root.tensor.backward(seed))
            return
        before = {pair: pair.tensor.grad for pair in self.alive}
        complete = self.one_pass(root, lambda: root.tensor.backward(seed, retain_graph=retain))
        if complete is None:
            assert all(pair.tensor.grad is grad for pair, grad in before.items())
        else:
            self.expect_gradients(complete)
        if not retain:
            for step in root.array.memory.step.everything_before():
                step.perhaps_spent = True
            for history in complete or {}:
                history.step.spent |= bool(history.parents)

    def one_pass(self, root, run, targets=None):
        """Run a backward pass in both engines; None where an error is due, or may be.

        Only what lies between the root and the targets is run; without targets, all of it.
        """
        complete = backward(root.array, _seed(root))
        needed = set(complete) if targets is None else _leading_to(targets, complete)
        certain = {history.step for history in needed if history.parents}
        possible = root.array.memory.step.everything_before() | certain
        try:
            run()
        except RuntimeError as error:
            if not any(step.stale or step.perhaps_spent for step in possible):
                raise AssertionError("no error was due") from error
            return None
        assert not any(step.stale or step.spent for step in certain), "an error was due"
        return complete

    def expect_gradients(self, complete):
        """Add to what `.grad` of the leaves must be, where the pass reached them."""
        for pair in self.leaves():
            reached = any(history in complete for history in pair.array.histories(pair.shape))
            if reached or pair.gradient is not None:  # else None, or zeros
                new = _gradient(pair, complete)
                pair.gradient = new if pair.gradient is None else pair.gradient + new

    def leaves(self):
        return [pair for pair in self.alive if pair.is_leaf]

    @precondition(lambda self: len(self.alive) > 2)
    @rule(data=st.data())
    def free(self, data):
        self.release(self.choose(data))

    def release(self, x: Pair) -> None:
        """Dropping the last reference frees a Tensor at once, without the garbage collector."""
        self.alive.remove(x)
        gone = weakref.ref(x.tensor)
        viewed = any(view() is not None for view in x.views)
        del x.tensor
        assert viewed or gone() is None

    # ------------------------------------------------------------------ compare

    @invariant()
    def values_are_equal(self):
        while len(self.alive) > MANY:
            self.release(self.alive[0])
        for pair in self.alive:
            np.testing.assert_allclose(pair.tensor.data, pair.array.values, 1e-9, 1e-9)
            assert pair.tensor.requires_grad == pair.array.requires_grad

    @invariant()
    def accumulated_gradients_are_equal(self):
        for pair in self.alive:
            grad = pair.tensor.grad
            if pair.gradient is None:
                assert grad is None or not grad.data.any()
            else:
                _assert_close(grad.data, pair.gradient)

    @invariant()
    def gradients_of_the_latest_are_equal(self):
        tracked = [pair for pair in self.alive if pair.array.requires_grad]
        for root in tracked[-LATEST:] if self.leaves() else []:
            self.compare_gradients(root)

    def compare_gradients(self, root):
        leaves, found = self.leaves(), []
        inputs = [leaf.tensor for leaf in leaves]
        targets = [history for leaf in leaves for history in leaf.array.histories(leaf.shape)]
        options = {"retain_graph": True, "materialize_grads": True}
        complete = self.one_pass(
            root,
            lambda: found.extend(autograd.grad(root.tensor, inputs, _seed(root), **options)),
            targets,
        )
        if complete is not None:
            for leaf, gradient in zip(leaves, found, strict=True):
                _assert_close(gradient.data, _gradient(leaf, complete))


def _leading_to(targets: list, complete: dict) -> set:
    """The histories through which a gradient flows to one of the targets."""
    useful = set(targets)
    for history in sorted(complete, key=lambda each: each.order):
        if any(parent in useful for parent, _ in history.parents):
            useful.add(history)
    return useful & set(complete)


def _seed(pair: Pair) -> np.ndarray:
    return np.arange(1.0, 1.0 + int(np.prod(pair.shape))).reshape(pair.shape)


def _gradient(pair: Pair, complete: dict) -> np.ndarray:
    numbers = [complete.get(history, 0.0) for history in pair.array.histories(pair.shape)]
    return np.array(numbers).reshape(pair.shape)


def _assert_close(actual: np.ndarray, expected: np.ndarray) -> None:
    scale = 1.0 + np.abs(expected).max(initial=0.0)
    np.testing.assert_allclose(actual, expected, 1e-9, 1e-9 * scale)


def _raises(words: str, call: Callable[[], object]) -> None:
    """Like `pytest.raises`, which would keep the Tensors of the failed call alive."""
    try:
        call()
    except (RuntimeError, ValueError) as error:
        message = str(error)
    else:
        message = "no error"
    assert re.search(words, message)


def _read_by_product(x: Array, y: Array) -> list[Array]:
    """The rule for one factor reads the other."""
    return ([y] if x.requires_grad else []) + ([x] if y.requires_grad else [])


def _fits(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False


def _replacement(x: Array, y: Array, name: str) -> Array:
    shape = x.positions.shape
    if name == "assign":
        return elementwise(np.broadcast_to(y.values, shape).copy(), [1.0], [y])
    if name == "add":
        return elementwise(x.values + y.values, [1.0, 1.0], [x, y])
    slopes = [y.values, x.values]
    return elementwise(x.values * y.values, slopes, [x, y], reads=_read_by_product(x, y))


def _carry_out(x: Tensor, y: Tensor, name: str) -> None:
    if name == "add":
        x += y
    elif name == "multiply":
        x *= y
    else:
        x[...] = y


SETTINGS = settings(
    max_examples=4 * settings().max_examples,
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TestGraphs = Graphs.TestCase
TestGraphs.settings = SETTINGS


@pytest.mark.parametrize(
    ("place", "broken"),
    [
        ("autograd.derivatives.reverse.check_usable", lambda node: None),  # stale values are used
        ("autograd.operation.inplace.move_to", lambda tensor, node: None),  # writes are lost
    ],
)
def test_the_machine_finds_a_broken_engine(place, broken, monkeypatch):
    monkeypatch.setattr(place, broken)
    # Either takes some 10 examples, so 400 find it whatever is drawn.
    many = settings(SETTINGS, max_examples=400, derandomize=True, phases=(Phase.generate,))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Graphs, settings=many)
