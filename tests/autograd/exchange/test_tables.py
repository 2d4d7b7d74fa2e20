"""Columns of tables give their numbers; labelled arrays speak for themselves."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor
from autograd.tables import is_table


class Labelled:
    """An array with labels, which answers for itself, though Arrow could read it."""

    def __init__(self, data):
        self.data = data

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.data, dtype)

    def __arrow_c_stream__(self, schema=None):
        raise NotImplementedError

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return NotImplemented

    def __mul__(self, other):
        return Labelled(other * self.data)

    __rmul__ = __mul__


class Column(Labelled):
    """A column of a table, as pandas has them."""

    name, dtype = "price", "str"


Column.__module__ = "pandas.core.series"


class Mine(Column):
    """A column of somebody's own."""


@pytest.mark.parametrize("left", [True, False])
def test_labelled_arrays_answer_themselves(left):
    t, other = Tensor([1.0, 2.0], requires_grad=True), Labelled(np.array([3.0, 4.0]))
    product = t * other if left else other * t
    assert isinstance(product, Labelled)
    product.data.sum().backward()
    assert t.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("kind", [Column, Mine])
def test_columns_are_their_numbers(kind):
    assert is_table(kind)
    t = Tensor([1.0, 2.0], requires_grad=True)
    product = t * kind(np.array([3.0, 4.0]))
    assert isinstance(product, Tensor)
    product.sum().backward()
    assert t.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("call", [Tensor, lambda column: Tensor([1.0, 2.0]) * column])
def test_a_column_that_is_no_number_is_named(call):
    with pytest.raises(TypeError, match=r"no numbers are in: 'price' \(str\)"):
        call(Column(np.array(["a", "b"])))


class Table:
    """A table whose columns have dtypes of their own."""

    columns, dtypes = ("size", "sold", "name"), ("float64", "bool", "str")

    def __init__(self, *parts):
        self.parts = parts
        self.columns = self.columns[: len(parts)]
        self.dtypes = self.dtypes[: len(parts)]

    def to_numpy(self):
        return np.array(self, dtype=object)

    def __array__(self, dtype=None, copy=None):
        return np.array(list(zip(*self.parts, strict=True)), dtype=object)

    def __getitem__(self, place):
        return np.array(self.parts[place[1]])


def test_floats_and_truths_side_by_side_are_numbers():
    t = Tensor(Table([1.5, 2.0], [True, False]))
    assert t.dtype == np.float64
    assert t.tolist() == [[1.5, 1.0], [2.0, 0.0]]


def test_only_the_columns_that_are_no_numbers_are_named():
    with pytest.raises(TypeError, match=r"no numbers are in: 'name' \(str\); choose"):
        Tensor(Table([1.5, 2.0], [True, False], ["a", "b"]))
