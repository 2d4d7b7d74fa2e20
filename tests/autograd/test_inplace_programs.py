"""Random programs of views and writes against a naive reference where nothing is in place.

The same program runs three times: on Tensors; on ndarrays, which gives the values; and on a
naive reference, which gives the gradients. There memory is a list of cells that hold one number
(a 0-d Tensor) each, a view is an array of positions in that list, and to write is to put new
numbers into cells.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tensor, grad

VIEWS: dict[str, Callable] = {
    "tail": lambda a: a[1:],
    "head": lambda a: a[:2],
    "reversed": lambda a: a[::-1],
    "every second": lambda a: a[..., ::2],
    "transposed": lambda a: a.T,
    "flat": lambda a: a.reshape(-1),
    "new axis": lambda a: a[None],
    "expanded": lambda a: np.expand_dims(a, -1),
    "flipped": lambda a: np.flip(a),
    "squeezed": lambda a: np.squeeze(a),
    "part of a split": lambda a: np.split(a, [1])[1],
    "picked": lambda a: a[[0, 0, -1]],  # a copy
}
OPERATORS = {
    "+=": (operator.iadd, operator.add),
    "-=": (operator.isub, operator.sub),
    "*=": (operator.imul, operator.mul),
    "=": (None, lambda old, new: new),
}


@dataclass
class Reference:
    """One tensor of the reference: positions in a memory of one-number cells."""

    memory: list[Tensor]
    positions: np.ndarray

    def cells(self, shape) -> list[Tensor]:
        return [self.memory[i] for i in np.broadcast_to(self.positions, shape).ravel()]


@dataclass
class Machine:
    """Runs a program on Tensors, arrays and the reference side by side."""

    x: Tensor = field(
        default_factory=lambda: Tensor([0.5, -1.0, 2.0, 1.5, -0.5, 3.0], requires_grad=True)
    )
    tensors: list[Tensor] = field(default_factory=list)
    arrays: list[np.ndarray] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = [self.x[i] for i in range(6)]
        shape = (2, 3)
        # A computed tensor, and a constant that may join the graph later.
        self.add((self.x * 1.0).reshape(shape).copy(), [n * 1.0 for n in numbers], shape)
        self.add(autograd.ones(shape), [Tensor(1.0) for _ in numbers], shape)

    def add(self, tensor, cells, shape) -> None:
        self.tensors.append(tensor)
        self.arrays.append(tensor.data.copy())
        self.references.append(Reference(cells, np.arange(len(cells)).reshape(shape)))

    def take(self, source: int, view: str) -> None:
        source %= len(self.tensors)
        make = VIEWS[view]
        old = self.arrays[source]
        if old.ndim == 0 or len(old) == 0:
            return
        array = np.asarray(make(old))
        if array.ndim == 0 or array.size == 0:
            return
        reference = self.references[source]
        positions = np.asarray(make(reference.positions))
        if np.shares_memory(array, old):
            self.references.append(Reference(reference.memory, positions))
        else:
            cells = [reference.memory[i] for i in positions.ravel()]
            self.references.append(Reference(cells, np.arange(array.size).reshape(array.shape)))
        self.arrays.append(array)
        self.tensors.append(make(self.tensors[source]))

    def write(self, target: int, sign: str, operand: int | float) -> None:
        target %= len(self.tensors)
        tensor, array, reference = (
            each[target] for each in (self.tensors, self.arrays, self.references)
        )
        shape = array.shape
        if isinstance(operand, float):
            new, new_array = operand, operand
            cells = [Tensor(operand)] * array.size
        else:
            operand %= len(self.tensors)
            new, new_array = self.tensors[operand], self.arrays[operand].copy()
            try:
                if np.broadcast_shapes(shape, new_array.shape) != shape:
                    return
            except ValueError:
                return
            cells = self.references[operand].cells(shape)
        in_place, apply = OPERATORS[sign]
        if in_place is None:
            tensor[...] = new
            array[...] = new_array
        else:
            in_place(tensor, new)
            in_place(array, new_array)
        places = reference.positions.ravel()
        results = [apply(reference.memory[i], c) for i, c in zip(places, cells, strict=True)]
        for i, result in zip(places, results, strict=True):
            reference.memory[i] = result

    def compare(self) -> None:
        for tensor, array in zip(self.tensors, self.arrays, strict=True):
            np.testing.assert_allclose(tensor.data, array, rtol=1e-12)
        ours = Tensor(0.0) + 0.0 * self.x.sum()
        theirs = Tensor(0.0) + 0.0 * self.x.sum()
        for k, (tensor, reference) in enumerate(zip(self.tensors, self.references, strict=True)):
            weight = np.cos(k + np.arange(tensor.size)).reshape(tensor.shape)
            ours = ours + (tensor.copy() ** 2 * weight).sum()
            for cell, w in zip(reference.cells(tensor.shape), weight.ravel(), strict=True):
                theirs = theirs + cell**2 * float(w)
        (expected,) = grad(theirs, self.x)
        (gradient,) = grad(ours, self.x)
        np.testing.assert_allclose(gradient.data, expected.data, rtol=1e-9, atol=1e-9)


index = st.integers(0, 20)
numbers = st.sampled_from([2.0, -1.0, 0.5])
takes = st.tuples(st.just("take"), index, st.sampled_from(sorted(VIEWS)))
linear_writes = st.tuples(
    st.just("write"), index, st.sampled_from(["+=", "-=", "="]), st.one_of(index, numbers)
) | st.tuples(st.just("write"), index, st.just("*="), numbers)
all_writes = st.tuples(
    st.just("write"), index, st.sampled_from(sorted(OPERATORS)), st.one_of(index, numbers)
)


def execute(program) -> Machine:
    machine = Machine()
    for name, *arguments in program:
        getattr(machine, name)(*arguments)
    return machine


# A program takes a millisecond: more examples than the profile's cost nothing.
many = settings(max_examples=8 * settings.default.max_examples)


@many
@given(st.lists(takes | linear_writes, min_size=3, max_size=14))
def test_programs_that_save_nothing_are_right(program) -> None:
    execute(program).compare()


@many
@given(st.lists(takes | all_writes, min_size=3, max_size=14))
def test_programs_are_right_or_refused(program) -> None:
    machine = execute(program)
    refusal = ""
    try:
        machine.compare()
    except RuntimeError as error:
        refusal = str(error)
    # A factor of an earlier product may have been overwritten: the error names the line.
    assert refusal == "" or f"changed in place at {__file__}:" in refusal


def test_programs_do_multiply_by_each_other() -> None:
    """The property above is not vacuous: a product of two views is right, not refused."""
    machine = execute(
        [
            ("take", 0, "tail"),
            ("take", 1, "head"),
            ("write", 2, "*=", 0),
            ("write", 3, "+=", 0),
            ("write", 3, "*=", 3),
            ("write", 2, "=", 3),
        ]
    )
    machine.compare()
