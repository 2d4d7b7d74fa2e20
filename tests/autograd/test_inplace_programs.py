"""Random programs of views and writes against a naive reference where nothing is in place.

The same program runs three times: on Tensors, in the precision in question; on ndarrays, which
gives the values; and on a naive reference in double precision, which gives the gradients. There
memory is a list of cells that hold one number (a 0-d Tensor) each, a view is an array of positions
in that list, and to write is to put new numbers into cells. A second list of cells follows the
magnitudes, with every sign positive: it bounds what rounding can do.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tensor, grad
from autograd.graph import views
from autograd.operation import inplace

VIEWS: dict[str, Callable] = {
    "tail": lambda a: a[1:],
    "head": lambda a: a[:2],
    "row": lambda a: a[-1],
    "reversed": lambda a: a[::-1],
    "every second": lambda a: a[..., ::2],
    "transposed": lambda a: a.T,
    "swapped": lambda a: np.swapaxes(a, 0, -1),
    "flat": lambda a: a.reshape(-1),
    "new axis": lambda a: a[None],
    "expanded": lambda a: np.expand_dims(a, -1),
    "flipped": lambda a: np.flip(a),
    "squeezed": lambda a: np.squeeze(a),
    "part of a split": lambda a: np.split(a, [1])[1],
    "real part": lambda a: np.real(a),
    "imaginary part": lambda a: np.imag(a) if a.dtype.kind == "c" else a[:1],
    "picked": lambda a: a[[0, 0, -1]],  # a copy
}
PARTS = {"real part": "real", "imaginary part": "imag"}
INDICES: dict[str, Callable] = {
    "first": lambda a: 0,
    "rest": lambda a: slice(1, None),
    "ends": lambda a: [0, -1],
    "every second": lambda a: np.arange(len(a)) % 2 == 0,
    "backwards": lambda a: (Ellipsis, slice(None, None, -1)),
}
OPERATORS = {
    "+=": (operator.iadd, operator.add),
    "-=": (operator.isub, operator.sub),
    "*=": (operator.imul, operator.mul),
    "=": (None, lambda old, new: new),
}
START = np.array([0.5, -1.0, 2.0, 1.5, -0.5, 3.0])
PRECISIONS = ["float64", "float32", "float16", "complex128", "complex64"]


@dataclass
class Cell:
    """A number, and the magnitude of what it was added up from."""

    number: Tensor
    size: Tensor

    def part(self, name: str | None) -> "Cell":
        return self if name is None else Cell(getattr(autograd, name)(self.number), self.size)

    def replaced(self, name: str | None, new: "Cell") -> "Cell":
        """With a new real or imaginary part, or all of it."""
        if name is None:
            return new
        other = getattr(autograd, "imag" if name == "real" else "real")(self.number)
        real, imaginary = (new.number, other) if name == "real" else (other, new.number)
        return Cell(real + 1j * imaginary, self.size + new.size)


@dataclass
class Reference:
    """One tensor of the reference: positions in a memory of one-number cells."""

    memory: list[Cell]
    positions: np.ndarray
    part: str | None = None  # of complex numbers

    def cells(self, shape) -> list[Cell]:
        positions = np.broadcast_to(self.positions, shape).ravel()
        return [self.memory[i].part(self.part) for i in positions]


@dataclass
class Machine:
    """Runs a program on Tensors, arrays and the reference side by side."""

    dtype: str = "float64"
    tensors: list[Tensor] = field(default_factory=list)
    arrays: list[np.ndarray] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = START + 1j * START[::-1] if self.dtype.startswith("c") else START
        self.x = Tensor(start.astype(self.dtype), requires_grad=True)
        self.numbers = Tensor(start, requires_grad=True)
        self.sizes = Tensor(abs(start), requires_grad=True)
        cells = [Cell(self.numbers[i], self.sizes[i]) for i in range(6)]
        shape = (2, 3)
        # A computed tensor, and a constant that may join the graph later.
        self.add((self.x * 1.0).reshape(shape).copy(), cells, shape)
        ones = [Cell(Tensor(1.0), Tensor(1.0)) for _ in cells]
        self.add(autograd.ones(shape, dtype=self.dtype), ones, shape)

    def add(self, tensor, cells, shape) -> None:
        self.tensors.append(tensor)
        self.arrays.append(tensor.data.astype(self.numbers.dtype))
        self.references.append(Reference(cells, np.arange(len(cells)).reshape(shape)))

    def take(self, source: int, view: str) -> None:
        source %= len(self.tensors)
        make = VIEWS[view]
        old, reference = self.arrays[source], self.references[source]
        if old.ndim == 0 or len(old) == 0:
            return
        array = np.asarray(make(old))
        if array.ndim == 0 or array.size == 0:
            return
        part = reference.part
        if old.dtype.kind == "c" and view in PARTS:
            positions, part = reference.positions, PARTS[view]
        else:
            positions = np.asarray(make(reference.positions))
        if np.shares_memory(array, old):
            self.references.append(Reference(reference.memory, positions, part))
        else:
            cells = [reference.memory[i].part(part) for i in positions.ravel()]
            self.references.append(Reference(cells, np.arange(array.size).reshape(array.shape)))
        self.arrays.append(array)
        self.tensors.append(make(self.tensors[source]))

    def operand(self, operand: int | float, shape, real: bool):
        """A number or an earlier tensor, three times; None where it does not fit."""
        if isinstance(operand, float):
            cell = Cell(Tensor(operand), Tensor(abs(operand)))
            return operand, operand, [cell] * int(np.prod(shape))
        operand %= len(self.tensors)
        array = self.arrays[operand].copy()
        try:
            fits = np.broadcast_shapes(shape, array.shape) == shape
        except ValueError:
            fits = False
        if not fits or (real and array.dtype.kind == "c"):
            return None
        return self.tensors[operand], array, self.references[operand].cells(shape)

    def write(self, target: int, sign: str, operand: int | float, index: str = "") -> None:
        """`t += u`; with an index `t[index] = u`."""
        target %= len(self.tensors)
        tensor, array, reference = (
            each[target] for each in (self.tensors, self.arrays, self.references)
        )
        where = INDICES[index](array) if index else ...
        positions = np.asarray(reference.positions[where])
        found = self.operand(operand, positions.shape, array.dtype.kind != "c")
        if found is None:
            return
        new, new_array, cells = found
        in_place, apply = OPERATORS[sign]
        if in_place is None:
            tensor[where] = new
            array[where] = new_array
        else:
            in_place(tensor, new)
            in_place(array, new_array)
        memory, part = reference.memory, reference.part
        positive = operator.add if sign == "-=" else apply
        results = []
        for i, cell in zip(positions.ravel(), cells, strict=True):
            old = memory[i].part(part)
            number, size = apply(old.number, cell.number), positive(old.size, cell.size)
            results.append(memory[i].replaced(part, Cell(number, size)))
        for i, result in zip(positions.ravel(), results, strict=True):
            memory[i] = result

    def compare(self) -> bool:
        """Hold values and gradients to the reference; False where they are too large for that."""
        precision = 64 * np.finfo(self.dtype).eps
        sizes = [
            np.array([cell.size.item() for cell in each.cells(each.positions.shape)])
            for each in self.references
        ]
        if any((each > 1000).any() for each in sizes):  # half precision ends soon
            return False
        for tensor, array, size in zip(self.tensors, self.arrays, sizes, strict=True):
            allowed = precision * size.reshape(array.shape)
            assert (abs(tensor.data.astype(array.dtype) - array) <= allowed).all()
        ours = 0.0 * autograd.real(self.x.sum())
        theirs = 0.0 * autograd.real(self.numbers.sum())
        most = 0.0 * self.sizes.sum()
        for k, (tensor, reference) in enumerate(zip(self.tensors, self.references, strict=True)):
            weight = (np.arange(k, k + tensor.size) % 5 - 2.5).reshape(tensor.shape)
            squares = tensor.copy() ** 2 * weight.astype(tensor.data.real.dtype)
            ours = ours + autograd.real(squares.sum())
            for cell, w in zip(reference.cells(tensor.shape), weight.ravel(), strict=True):
                theirs = theirs + autograd.real(cell.number**2 * float(w))
                most = most + cell.size**2 * abs(float(w))
        (expected,) = grad(theirs, self.numbers)
        (bound,) = grad(most, self.sizes)
        if (bound.data > 10_000).any():
            return False
        (gradient,) = grad(ours, self.x)
        assert gradient.dtype == self.x.dtype
        error = abs(gradient.data.astype(expected.dtype) - expected.data)
        assert (error <= precision * (bound.data + 1e-3)).all(), (gradient, expected)
        return True


index = st.integers(0, 20)
# The latest half of the time: views of views, and writes into them.
recent = st.one_of(index, st.just(-1), st.just(-2))
numbers = st.sampled_from([2.0, -1.0, 0.5])
takes = st.tuples(st.just("take"), recent, st.sampled_from(sorted(VIEWS)))
items = st.tuples(
    st.just("write"), recent, st.just("="), st.one_of(index, numbers),
    st.sampled_from(sorted(INDICES)),
)  # fmt: skip
linear_writes = st.one_of(
    st.tuples(
        st.just("write"), recent, st.sampled_from(["+=", "-=", "="]), st.one_of(index, numbers)
    ),
    st.tuples(st.just("write"), recent, st.just("*="), numbers),
    items,
)
all_writes = st.one_of(
    st.tuples(
        st.just("write"), recent, st.sampled_from(sorted(OPERATORS)), st.one_of(index, numbers)
    ),
    items,
)
linear_programs = st.lists(takes | linear_writes, min_size=3, max_size=14)


def execute(program, dtype: str = "float64") -> Machine:
    machine = Machine(dtype)
    for name, *arguments in program:
        getattr(machine, name)(*arguments)
    return machine


# A program takes a few milliseconds: more examples than the profile's cost little.
many = settings(max_examples=2 * settings.default.max_examples)


@pytest.mark.parametrize("dtype", PRECISIONS)
@many
@given(linear_programs)
def test_programs_that_save_nothing_are_right(dtype, program) -> None:
    assume(execute(program, dtype).compare())


@pytest.mark.parametrize("dtype", PRECISIONS)
@many
@given(st.lists(takes | all_writes, min_size=3, max_size=14))
def test_programs_are_right_or_refused(dtype, program) -> None:
    machine = execute(program, dtype)
    refusal = ""
    try:
        assume(machine.compare())
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
    assert machine.compare()


# ---------------------------------------------------------------------- faults, planted

_move_to, _views_up = views.move_to, inplace._views_up


def stays_stale(tensor, node) -> None:
    """A view is not retaken after its base was written to."""


def only_views_of_no_view(tensor, node) -> None:
    """A view of a view is not retaken."""
    if tensor._view.base._view is None:
        _move_to(tensor, node)


def moves_to_the_base(tensor, node) -> None:
    """A view that shows all of its base, turned or not, is taken for the base itself."""
    base = tensor._view.base
    same = base.shape == tensor.shape and base.dtype == tensor.dtype
    _move_to(tensor, base._node if same else node)


def only_the_nearest_base(target):
    """A write to a view of a view does not reach the outermost base."""
    return _views_up(target)[:1]


FAULTS = {
    stays_stale: (views, "move_to"),
    only_views_of_no_view: (views, "move_to"),
    moves_to_the_base: (views, "move_to"),
    only_the_nearest_base: (inplace, "_views_up"),
}


@pytest.mark.parametrize("dtype", PRECISIONS if settings().max_examples > 25 else PRECISIONS[::3])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_within_500_programs(fault, dtype, monkeypatch) -> None:
    monkeypatch.setattr(*FAULTS[fault], fault)

    def finds(program) -> bool:
        try:
            execute(program, dtype).compare()
        except AssertionError:
            return True
        return False

    find(
        linear_programs,
        finds,
        settings=settings(
            max_examples=500, phases=[Phase.generate], derandomize=True, database=None
        ),
    )
