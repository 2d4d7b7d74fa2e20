"""NumPy's names in `autograd.numpy`: with Tensors, lists of them, and without any."""

import inspect

import numpy
import pytest

import autograd.numpy as np
from autograd import Tensor, grad, jacobian
from autograd.numpy import fft, linalg, random

POINT = numpy.array([0.31, 0.72, 0.25, 0.63, 0.91])

# Functions of the module, two numbers and a vector of three.
CALLS = {
    "array": lambda m, a, b, x: m.array([a, 2.0, b]),
    "array, nested": lambda m, a, b, x: m.array([[a, b], [b, 1.0]]),
    "array of a dtype": lambda m, a, b, x: m.array([a, b], dtype=float),
    "array of more axes": lambda m, a, b, x: m.array(x, ndmin=2),
    "asarray": lambda m, a, b, x: m.asarray([a, b]),
    "hstack": lambda m, a, b, x: m.hstack([x, a, b]),
    "vstack": lambda m, a, b, x: m.vstack((x, x * 2)),
    "dstack": lambda m, a, b, x: m.dstack((x, x * 2)),
    "column_stack": lambda m, a, b, x: m.column_stack((x, [a, b, a])),
    "concatenate": lambda m, a, b, x: m.concatenate((x, [a, b])),
    "stack": lambda m, a, b, x: m.stack([a, b]),
    "block": lambda m, a, b, x: m.block([[m.outer(x, x), x[:, None]], [x[None, :], m.eye(1)]]),
    "atleast_1d": lambda m, a, b, x: m.atleast_1d([a, b]),
    "meshgrid": lambda m, a, b, x: m.meshgrid([a, b], m.ones(2))[0],
    "append": lambda m, a, b, x: m.append(x, a),
    "r_": lambda m, a, b, x: m.r_[x, a, 1.0, 0:2],
    "r_, with words": lambda m, a, b, x: m.r_["0,2", x, x],
    "c_": lambda m, a, b, x: m.c_[x, x, m.ones(3)],
    "sum of a list": lambda m, a, b, x: m.sum([a, b]),
    "max of a list": lambda m, a, b, x: m.max([a, b]),
    "mean of a list": lambda m, a, b, x: m.mean([a, b]),
    "std of a list": lambda m, a, b, x: m.std([a, b]),
    "dot with a list": lambda m, a, b, x: m.dot([a, b], m.ones(2)),
    "diag of a list": lambda m, a, b, x: m.diag([a, b]),
    "norm of a list": lambda m, a, b, x: m.linalg.norm([a, b]),
    "inverse of lists": lambda m, a, b, x: m.linalg.inv([[a, b], [b, 3.0]]),
    "solve with lists": lambda m, a, b, x: m.linalg.solve([[a, b], [b, 3.0]], [a, 1.0]),
    "multi_dot": lambda m, a, b, x: m.linalg.multi_dot([m.outer(x, x), m.outer(x, x), x]),
    "svd, values alone": lambda m, a, b, x: m.linalg.svd(
        m.outer(x, x) + m.diag(m.array([1.0, 2.0, 3.0])), compute_uv=False
    ),
    "eigh reads the lower triangle": lambda m, a, b, x: m.linalg.eigh(
        m.array([[2.0, 100 * a], [b, 5.0]])
    )[0],
    "einsum by numbers": lambda m, a, b, x: m.einsum(m.outer(x, x), [0, 1], x, [1], [0]),
    "einsum, implicit": lambda m, a, b, x: m.einsum(m.outer(x, x), [0, 1], x, [1]),
    "einsum with dots": lambda m, a, b, x: m.einsum(m.outer(x, x), [..., 1], x, [1], [...]),
    "einsum, optimized": lambda m, a, b, x: m.einsum("i,i->", x, x, optimize=True),
    "where with lists": lambda m, a, b, x: m.where([True, False], [a, b], 0.0),
    "select": lambda m, a, b, x: m.select([x > 0.5, x < 0.3], [x, 2 * x], 0.0),
    "split, a list": lambda m, a, b, x: (m.split(x, 3) + m.split(x, 3))[5],
    "full": lambda m, a, b, x: m.full((2, 2), a),
    "full_like": lambda m, a, b, x: m.full_like(x, a),
    "linspace": lambda m, a, b, x: m.linspace(a, b, 4),
    "fft": lambda m, a, b, x: m.real(m.fft.fft([a, b, 1.0])),
    "real_if_close": lambda m, a, b, x: m.real_if_close(x + 0j),
    "elements by a mask": lambda m, a, b, x: x[x > 0.3],
    "elements by positions": lambda m, a, b, x: x[m.argsort(x)],
    "a branch": lambda m, a, b, x: x if m.any(x > 0.5) else -x,
    "an integer": lambda m, a, b, x: x * m.int64(4.7 * a),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_derivatives_are_numpys(name):
    function = CALLS[name]

    def of_vector(module):
        return lambda v: function(module, v[0], v[1], v[2:])

    expected = numpy.asarray(of_vector(numpy)(POINT), float)
    plain = of_vector(np)(POINT)
    numpy.testing.assert_array_equal(numpy.asarray(plain, float), expected)
    assert not isinstance(plain, Tensor)
    slopes = [
        (numpy.asarray(of_vector(numpy)(POINT + h), float)
         - numpy.asarray(of_vector(numpy)(POINT - h), float)) / 2e-6
        for h in 1e-6 * numpy.eye(5)
    ]  # fmt: skip
    found = jacobian(of_vector(np))(POINT)
    numpy.testing.assert_allclose(found, numpy.stack(slopes, -1), atol=1e-7, rtol=1e-6)


def test_every_name_of_numpy_is_there():
    for ours, theirs in ((np, numpy), (linalg, numpy.linalg), (fft, numpy.fft)):
        public = [n for n in dir(theirs) if not (n.startswith("_") or inspect.ismodule(n))]
        missing = [n for n in public if not hasattr(ours, n)]
        assert [n for n in missing if not inspect.ismodule(getattr(theirs, n))] == []
    assert random.RandomState is numpy.random.RandomState
    assert np.pi is numpy.pi
    assert np.float64 is numpy.float64
    assert np.add.reduce is not None  # ufuncs are NumPy's own


def test_where_keeps_what_python_gave():
    assert np.where(True, 1, 2) == 1
    assert type(np.where(False, 1, 2.0)) is float
    assert np.where(True, [1, 2], [3, 4]) == [1, 2]
    assert isinstance(np.where(numpy.array(True), 1.0, 2.0), numpy.ndarray)
    numpy.testing.assert_array_equal(np.where([True, False, True])[0], [0, 2])
    with pytest.raises(ValueError, match="give both x and y"):
        np.where(True, 1)


def test_what_has_no_derivative_says_so():
    with pytest.raises(TypeError, match=r"np\.histogram2d"):
        grad(lambda x: np.histogram2d(x, x)[1][0])(POINT)
