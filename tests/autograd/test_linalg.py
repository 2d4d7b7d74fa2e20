"""What the records of linear algebra do not say: references, singular points, NumPy's spellings.

The generated tests hold every record to all properties.
"""

import math

import numpy as np
import pytest
import scipy.linalg

import autograd
from autograd import Tensor, grad, linalg
from autograd.operation.dispatch import numpy_functions
from autograd.operation.record import records
from autograd.testing import check_grads
from autograd.testing.case import Case
from autograd.testing.properties import PROPERTIES

RNG = np.random.default_rng(7)
SQUARE = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.8]])
STACK = np.stack([SQUARE, SQUARE.T + np.eye(3)])
TALL = RNG.uniform(-1.0, 1.0, (4, 2)) + np.eye(4, 2)
SYMMETRIC = SQUARE @ SQUARE.T + np.diag([0.1, 0.5, 1.5])
SINGULAR = np.array([[1.0, 2.0, -0.5], [0.5, 1.0, -0.25], [2.0, 0.3, 1.0]])


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


def gradient(function, *arrays):
    """The gradients of a function that returns one number."""
    leaves = [leaf(x) for x in arrays]
    found = [g.data for g in grad(function(*leaves), leaves)]
    return found[0] if len(found) == 1 else found


def hold(function, *arrays):
    """Check every property."""
    for check in PROPERTIES.values():
        check(Case(function, [np.asarray(x) for x in arrays]))


# ---------------------------------------------------------------------- values


@pytest.mark.parametrize("trans", [0, 1, 2, "N", "T", "C"])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit_diagonal", [False, True])
def test_solve_triangular_is_scipys_also_for_stacks(trans, lower, unit_diagonal):
    b = RNG.uniform(-1, 1, (2, 3, 2))
    a = STACK + 0.5j * STACK.mT
    expected = [
        scipy.linalg.solve_triangular(each, right, trans, lower, unit_diagonal)
        for each, right in zip(a, b, strict=True)
    ]
    together = linalg.solve_triangular(Tensor(a), b, trans, lower, unit_diagonal)
    np.testing.assert_allclose(together.data, expected, rtol=1e-12)
    alone = linalg.solve_triangular(Tensor(a[0]), b[0], trans, lower, unit_diagonal)
    np.testing.assert_allclose(alone.data, expected[0], rtol=1e-12)


def test_solve_triangular_does_not_read_the_other_triangle():
    poisoned = np.triu(SQUARE) + np.tril(np.full((3, 3), np.nan), -1)
    b = RNG.uniform(-1, 1, (3, 2))
    np.testing.assert_array_equal(
        linalg.solve_triangular(Tensor(poisoned), b).data,
        linalg.solve_triangular(Tensor(SQUARE), b).data,
    )


def test_the_exponential_is_the_sum_of_its_series():
    total, term = np.zeros((3, 3)), np.eye(3)
    for k in range(1, 60):
        total, term = total + term, term @ SQUARE / k
    np.testing.assert_allclose(linalg.expm(Tensor(SQUARE)).data, total, rtol=1e-12)
    w, v = np.linalg.eig(STACK)
    expected = (v * np.exp(w)[:, None, :]) @ np.linalg.inv(v)
    np.testing.assert_allclose(linalg.expm(Tensor(STACK)).data, expected, rtol=1e-12)


def _minors(a):
    """The cofactor matrix by its definition."""
    n = len(a)
    return np.array([
        [(-1.0) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(n)]
        for i in range(n)
    ])  # fmt: skip


SINGULAR_MATRICES = {
    "rank 2": SINGULAR,
    "rank 1": np.outer([1.0, -2.0, 0.5], [0.3, 1.0, 2.0]),
    "zero": np.zeros((3, 3)),
    "nearly singular": SINGULAR + 1e-13 * np.eye(3),
    "regular": SQUARE,
    "rank 3 of 4": np.pad(SQUARE, ((0, 1), (0, 1))),
}


@pytest.mark.parametrize("a", SINGULAR_MATRICES.values(), ids=SINGULAR_MATRICES)
def test_the_gradient_of_the_determinant_is_the_cofactor_matrix(a):
    np.testing.assert_allclose(gradient(linalg.det, a), _minors(a), atol=1e-13)
    np.testing.assert_allclose(linalg.cofactor(Tensor(a)).data, _minors(a), atol=1e-13)


@pytest.mark.parametrize("a", SINGULAR_MATRICES.values(), ids=SINGULAR_MATRICES)
def test_cofactors_change_as_their_differences_say(a):
    direction = RNG.uniform(-1, 1, a.shape)
    step = 1e-5
    expected = (_minors(a + step * direction) - _minors(a - step * direction)) / (2 * step)
    found = linalg.cofactor_change(a, Tensor(direction))
    np.testing.assert_allclose(found.data, expected, atol=1e-8)


def test_third_derivatives_of_the_determinant_of_a_singular_matrix_are_refused():
    a = leaf(SINGULAR)
    (first,) = grad(linalg.det(a), a, create_graph=True)
    with pytest.raises(TypeError, match="cofactor_change: no derivative with respect to 'a'"):
        grad((first * SQUARE).sum(), a, create_graph=True)


def test_the_determinant_of_a_stack_mixes_singular_and_regular_matrices():
    a = np.stack([SQUARE, SINGULAR])
    expected = np.stack([_minors(SQUARE), 2 * _minors(SINGULAR)])
    found = gradient(lambda x: (linalg.det(x) * np.array([1.0, 2.0])).sum(), a)
    np.testing.assert_allclose(found, expected, atol=1e-13)


# ---------------------------------------------------------------------- functions of several ops

COMPOSED = {
    "tensorsolve": (linalg.tensorsolve, np.linalg.tensorsolve,
                    [np.eye(6).reshape(2, 3, 6) + 0.1 * RNG.uniform(-1, 1, (2, 3, 6)),
                     RNG.uniform(-1, 1, (2, 3))], {}),
    "tensorsolve, axes": (linalg.tensorsolve, np.linalg.tensorsolve,
                          [np.moveaxis(np.eye(6).reshape(2, 3, 6), 2, 0)
                           + 0.1 * RNG.uniform(-1, 1, (6, 2, 3)),
                           RNG.uniform(-1, 1, (2, 3))], {"axes": (0,)}),
    "tensorinv": (linalg.tensorinv, np.linalg.tensorinv,
                  [np.eye(6).reshape(2, 3, 6) + 0.1 * RNG.uniform(-1, 1, (2, 3, 6))], {}),
    "tensorinv, 1": (linalg.tensorinv, np.linalg.tensorinv,
                     [np.eye(6).reshape(6, 3, 2) + 0.1 * RNG.uniform(-1, 1, (6, 3, 2))],
                     {"ind": 1}),
    "diagonal": (linalg.diagonal, np.linalg.diagonal, [STACK], {"offset": 1}),
    "trace": (linalg.trace, np.linalg.trace, [STACK], {}),
    "eigvals": (linalg.eigvals, np.linalg.eigvals, [np.triu(SQUARE)], {}),
    "norm": (linalg.norm, np.linalg.norm, [TALL], {}),
    "norm, axis": (linalg.norm, np.linalg.norm, [STACK], {"axis": 1, "keepdims": True}),
    "norm, vector": (linalg.norm, np.linalg.norm, [TALL[:, 0]], {"ord": 3}),
    "norm, fro": (linalg.norm, np.linalg.norm, [STACK],
                  {"ord": "fro", "axis": (0, 2), "keepdims": True}),
    "cond": (linalg.cond, np.linalg.cond, [STACK], {}),
    "cond, tall": (linalg.cond, np.linalg.cond, [TALL], {}),
    "cond, -2": (linalg.cond, np.linalg.cond, [SQUARE], {"p": -2}),
    "cond, fro": (linalg.cond, np.linalg.cond, [STACK], {"p": "fro"}),
    "cond, 1": (linalg.cond, np.linalg.cond, [SQUARE], {"p": 1}),
    "cond, inf": (linalg.cond, np.linalg.cond, [SQUARE], {"p": np.inf}),
} | {
    f"matrix_norm, {order}, {shape}": (
        linalg.matrix_norm, np.linalg.matrix_norm, [a], {"ord": order, "keepdims": keepdims}
    )
    for order in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)
    for shape, a, keepdims in (("tall", TALL, False), ("stack", STACK, True))
} | {
    f"norm of a matrix, {order}": (linalg.norm, np.linalg.norm, [STACK],
                                   {"ord": order, "axis": (2, 0)})
    for order in ("nuc", 1, 2, -math.inf)
}  # fmt: skip


@pytest.mark.parametrize("name", COMPOSED)
def test_functions_of_several_operations(name):
    ours, numpys, arrays, keywords = COMPOSED[name]
    expected = numpys(*arrays, **keywords)
    for found in (
        ours(*arrays, **keywords),
        ours(*map(Tensor, arrays), **keywords).data,
        numpys(*map(Tensor, arrays), **keywords).data,
    ):
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    hold(lambda *tensors: ours(*tensors, **keywords), *arrays)


@pytest.mark.parametrize(
    ("call", "kind", "match"),
    [
        (lambda: linalg.norm(Tensor(STACK), 2), ValueError, "norm: axis=.*3 axes.*vector_norm"),
        (lambda: linalg.norm(Tensor(SQUARE), "max"), ValueError, "matrix_norm: ord='max'"),
        (lambda: linalg.norm(Tensor(SQUARE), "fro", axis=0), ValueError, "vector_norm: ord='fro'"),
        (lambda: linalg.matrix_norm(Tensor([1.0])), ValueError, r"two axes, got \(1,\)"),
        (lambda: linalg.tensorinv(Tensor(SQUARE), 2), ValueError, "tensorinv: ind=2"),
        (lambda: linalg.tensorinv(Tensor(TALL), 1), ValueError, "first 1 axes .* 4 .* others 2"),
        (lambda: linalg.tensorsolve(Tensor(TALL), Tensor([1.0])), ValueError, "tensorsolve: a has"),
        (
            lambda: np.linalg.qr(Tensor(TALL), mode="raw"),
            ValueError,
            "qr: mode=.raw. is not one of",
        ),
        (lambda: np.linalg.eigh(Tensor(SYMMETRIC), "M"), ValueError, "UPLO='M' is neither"),
        (lambda: np.linalg.inv(Tensor(np.zeros((2, 2)))), np.linalg.LinAlgError, "inv: Singular"),
    ],
)
def test_errors(call, kind, match):
    with pytest.raises(kind, match=match):
        call()


# ---------------------------------------------------------------------- conventions


@pytest.mark.parametrize("order", [None, 1, 2, 3, 0.5, math.inf, -math.inf, -1, 0])
def test_the_norm_of_zero_has_gradient_zero(order):
    with np.errstate(divide="ignore"):  # the norm -1 of 0 is a power of infinity
        assert np.array_equal(gradient(lambda x: linalg.norm(x, order), np.zeros(3)), np.zeros(3))
    matrix = np.array([[0.0, 0.0], [3.0, 4.0]])
    if order is None:
        rows = gradient(lambda x: linalg.norm(x, axis=1).sum(), matrix)
        np.testing.assert_allclose(rows, matrix / 5)


def test_ties_of_the_largest_size_share_the_gradient():
    found = gradient(lambda x: linalg.norm(x, np.inf), np.array([2.0, -2.0, 1.0]))
    np.testing.assert_array_equal(found, [0.5, -0.5, 0.0])


def test_gradients_of_hermitian_functions_are_hermitian():
    for function in (
        lambda a: linalg.cholesky(a).sum(),
        lambda a: linalg.eigvalsh(a)[0],
        lambda a: linalg.eigh(a)[1][0, 1],
    ):
        found = gradient(function, SYMMETRIC)
        np.testing.assert_allclose(found, found.T, atol=1e-14)


def by_eigh(decomposition, function):
    w, v = decomposition
    return (v * function(w)) @ v.mT


class TestEqualEigenvalues:
    """Where eigenvalues or singular values are equal."""

    BASIS = np.linalg.qr(RNG.uniform(-1, 1, (4, 4)))[0]
    EQUAL = BASIS @ np.diag([1.0, 1.0, 1.0, 3.0]) @ BASIS.T
    WEIGHT = RNG.uniform(-1, 1, (4, 4))

    def test_functions_of_the_values(self):
        for function in (linalg.eigvalsh, lambda a: linalg.eigh(a)[0], linalg.svdvals):
            found = gradient(lambda a, f=function: (f(a) ** 3).sum(), self.EQUAL)
            np.testing.assert_allclose(found, 3 * self.EQUAL @ self.EQUAL, atol=1e-12)

    def test_functions_of_the_subspace(self):
        # P = v vᵀ of the threefold value; dP = Σ P dA Q / (1 - 3) + its transpose.
        projector = np.eye(4) - np.outer(self.BASIS[:, 3], self.BASIS[:, 3])

        def loss(a):
            v = linalg.eigh(a)[1][:, :3]
            return (v @ v.mT * self.WEIGHT).sum()

        symmetric = (self.WEIGHT + self.WEIGHT.T) / 2
        half = projector @ symmetric @ (np.eye(4) - projector) / (1 - 3)
        np.testing.assert_allclose(gradient(loss, self.EQUAL), half + half.T, atol=1e-12)

    def test_the_subspace_of_singular_vectors(self):
        def by_svd(a):
            u = linalg.svd(a)[0][:, 1:]
            return (u @ u.mT * self.WEIGHT).sum()

        def by_eigh(a):
            v = linalg.eigh(a @ a.mT)[1][:, :3]
            return (v @ v.mT * self.WEIGHT).sum()

        np.testing.assert_allclose(
            gradient(by_svd, self.EQUAL), gradient(by_eigh, self.EQUAL), atol=1e-12
        )

    @pytest.mark.parametrize(
        "function",
        [
            lambda a: linalg.eigh(a)[1][0, 0],
            lambda a: linalg.svd(a)[0][0, 2],
            lambda a: (linalg.eigh(a)[1] ** 3).sum(),
        ],
    )
    def test_functions_of_single_vectors_have_none(self, function):
        assert np.isnan(gradient(function, self.EQUAL)).any()

    @pytest.mark.parametrize("matrix", ["EQUAL", "identity"])
    @pytest.mark.parametrize(
        "function",
        [
            lambda a: by_eigh(linalg.eigh(a), autograd.exp),
            lambda a: by_eigh(linalg.eigh(a), autograd.log),  # whose value is 0 at the identity
            lambda a: by_eigh(linalg.eig(a), autograd.exp),
            lambda a: (lambda u, s, vh: (u * s) @ vh)(*linalg.svd(a)),
        ],
    )
    def test_functions_of_the_matrix_lack_a_derivative_that_nobody_can_tell(self, function, matrix):
        at = self.EQUAL if matrix == "EQUAL" else np.eye(4)
        assert np.isnan(gradient(lambda a: (function(a) * self.WEIGHT).sum(), at)).any()

    def test_functions_of_one_of_the_values(self):
        assert np.isnan(gradient(lambda a: linalg.eigh(a)[0][0], self.EQUAL)).any()
        found = gradient(lambda a: linalg.eigvalsh(a)[0], self.EQUAL)
        assert np.trace(found) == pytest.approx(1.0)  # one of the subgradients

    def test_the_polar_factor_has_its_gradient_at_equal_singular_values(self):
        def orthogonal(a):
            u, _, vh = linalg.svd(a)
            return u @ vh

        check_grads(orthogonal, self.EQUAL @ self.BASIS, order=1)

    def test_the_identity_has_defined_gradients_of_its_values(self):
        found = gradient(lambda a: linalg.eigh(a)[0].sum(), np.eye(3))
        np.testing.assert_array_equal(found, np.eye(3))


def test_full_bases_of_a_matrix_that_is_not_square_have_no_derivative():
    u, s, _vh = linalg.svd(leaf(TALL))
    assert u.shape == (4, 4)
    with pytest.raises(ValueError, match="svd: .*full_matrices=False.*svdvals"):
        s.sum().backward()


def test_the_columns_that_complete_q_have_no_derivative():
    q, r = linalg.qr(leaf(TALL), "complete")
    assert (q.shape, r.shape) == ((4, 4), (4, 2))
    with pytest.raises(ValueError, match=r"qr: the columns that complete q .*call qr\(a\)"):
        r.sum().backward()


def test_the_product_of_the_factors_is_the_matrix_also_for_gradients():
    for function in (
        lambda a: (lambda q, r: q @ r)(*linalg.qr(a)),
        lambda a: (lambda u, s, vh: (u * s[:, None, :]) @ vh)(*linalg.svd(a)),
        lambda a: (lambda w, v: (v * w[:, None, :]) @ linalg.inv(v))(*linalg.eig(a)),
    ):
        found = gradient(lambda a, f=function: (f(a) * STACK).sum(), STACK)
        np.testing.assert_allclose(found, STACK, atol=1e-12)


# ---------------------------------------------------------------------- least squares


def test_least_squares_has_the_gradient_of_the_normal_equations():
    b = RNG.uniform(-1, 1, (4, 3))
    weight = RNG.uniform(-1, 1, (2, 3))

    def normal(a, b):
        return (linalg.solve(a.mT @ a, a.mT @ b) * weight).sum()

    ours = gradient(lambda a, b: (linalg.lstsq(a, b)[0] * weight).sum(), TALL, b)
    for found, expected in zip(ours, gradient(normal, TALL, b), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_rank_carries_no_gradient():
    x, residuals, rank, values = linalg.lstsq(leaf(TALL), leaf(np.ones(4)))
    assert (rank.item(), rank.requires_grad) == (2, False)
    assert x.requires_grad
    assert residuals.requires_grad
    assert values.requires_grad


# ---------------------------------------------------------------------- shape of the module


def test_everything_named_is_there_and_sorted():
    assert linalg.__all__ == sorted(linalg.__all__)
    assert all(callable(getattr(linalg, name)) for name in linalg.__all__)
    ours = {each.name for each in records.values() if each.module.startswith("autograd.linalg")}
    assert ours <= set(linalg.__all__)


def test_every_function_of_numpy_works_on_tensors():
    missing = [
        name
        for name in dir(np.linalg)
        if callable(getattr(np.linalg, name))
        and not name.startswith("_")
        and name not in ("LinAlgError", "test", "bench")
        and getattr(np.linalg, name) not in numpy_functions
    ]
    assert not missing


@pytest.mark.parametrize(
    ("name", "arguments", "keywords"),
    [
        ("cholesky", [SYMMETRIC], {"upper": True}),
        ("cond", [STACK], {"p": 1}),
        ("cross", [STACK, STACK[0]], {"axis": 1}),
        ("diagonal", [STACK], {"offset": 1}),
        ("eigvals", [SYMMETRIC], {}),
        ("lstsq", [TALL, TALL[:, 0]], {"rcond": 1e-9}),
        ("matrix_norm", [STACK], {"ord": "nuc", "keepdims": True}),
        ("matrix_power", [STACK, 3], {}),
        ("matrix_rank", [STACK], {"tol": 0.1}),
        ("matrix_transpose", [STACK], {}),
        ("norm", [STACK], {"ord": 1, "axis": (0, 2), "keepdims": True}),
        ("pinv", [TALL], {"rcond": 1e-9}),
        ("qr", [TALL], {"mode": "r"}),
        ("svd", [TALL], {"full_matrices": False}),
        ("tensordot", [STACK, STACK], {"axes": ([1], [2])}),
        ("tensorinv", [SYMMETRIC], {"ind": 1}),
        ("tensorsolve", [SYMMETRIC, SYMMETRIC[0]], {"axes": (0,)}),
        ("trace", [STACK], {"offset": -1}),
        ("vecdot", [STACK, STACK], {"axis": 1}),
        ("vector_norm", [STACK], {"axis": 1, "ord": 3}),
    ],
)
def test_numpys_names_take_its_keywords(name, arguments, keywords):
    leaves = [leaf(x) if isinstance(x, np.ndarray) else x for x in arguments]
    expected = getattr(np.linalg, name)(*arguments, **keywords)
    for function in (getattr(np.linalg, name), getattr(linalg, name)):
        found = function(*leaves, **keywords)
        for ours, theirs in zip(_listed(found), _listed(expected), strict=True):
            assert isinstance(ours, Tensor)
            np.testing.assert_allclose(ours.data, theirs, rtol=1e-10, atol=1e-12)
            assert ours.requires_grad == (ours.dtype.kind in "fc")


def _listed(out):
    return list(out) if isinstance(out, (tuple, list)) else [out]


def test_a_batch_without_matrices():
    empty = leaf(np.zeros((0, 3, 3)))
    for function in (linalg.det, linalg.inv, linalg.expm, linalg.svdvals, linalg.eigvalsh):
        (found,) = grad(function(empty).sum(), empty)
        assert found.shape == (0, 3, 3)
