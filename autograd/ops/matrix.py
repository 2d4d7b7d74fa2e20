"""Products of matrices: matmul with NumPy's batching, and einsum."""

import math
from functools import lru_cache, wraps

import numpy as np

from autograd.graph.node import describe
from autograd.graph.tensor import value
from autograd.mapping.families import widened
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.elementwise import conj
from autograd.ops.indexing import scatter
from autograd.ops.shapes import broadcast_to, expand_dims, matrix_transpose, reshape, sum_to
from autograd.samples import error, sample

__all__ = ["dot", "einsum", "linear", "matmul", "matvec", "vecmat"]


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _matmul_hint(x, y):
    """What may have been meant, where a transposed operand would fit."""
    sx, sy = np.shape(x), np.shape(y)
    if len(sx) >= 1 and len(sy) == 2 and sx[-1] == sy[-1]:
        return "did you mean matmul(x, y.T)?"
    if len(sx) == 2 and len(sy) >= 1 and sx[0] == (sy[-2] if len(sy) > 1 else sy[0]):
        return "did you mean matmul(x.T, y)?"
    return None


@op(
    "multilinear",
    symbol="@",
    numpy=np.matmul,
    methods=("__matmul__",),
    reflected="__rmatmul__",
    inplace="__imatmul__",
    hint=_matmul_hint,
    samples=[
        sample((2, 3), (3, 4)),
        sample((3, 3), (3, 3)),
        sample((3,), (3,)),
        sample((2, 3), (3,)),
        sample((3,), (3, 2)),
        sample((5, 2, 3), (3, 4)),
        sample((2, 3), (5, 3, 4)),
        sample((5, 1, 2, 3), (4, 3, 2)),
        sample((5, 2, 3), (3,)),
        sample((3,), (5, 3, 2)),
        sample((2, 0), (0, 3)),
        sample((0, 2, 3), (3, 1)),
    ],
    errors=[
        error(
            ValueError,
            r"matmul: x has 3 columns but y has 4 rows .*; did you mean matmul\(x.T, y\)\?",
            (4, 3),
            (4, 5),
        ),
        error(
            ValueError, r"matmul: x has 3 columns.*did you mean matmul\(x, y.T\)", (2, 3), (4, 3)
        ),
        error(ValueError, "matmul: a 0-d operand", (), (2, 2)),
        error(ValueError, "matmul: x has 3 columns but y has 4 rows", (2, 3), (2, 4, 5)),
        error(ValueError, r"matmul: .*did you mean matmul\(x, y.T\)", (3,), (4, 3)),
        error(ValueError, "matmul: the batch axes", (2, 2, 3), (3, 3, 2)),
    ],
)
def matmul(x, y):
    """Matrix product `x @ y` over the last two axes; the others are a batch and broadcast.

    A vector is a row on the left and a column on the right, and that axis is dropped again.

    >>> matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    Tensor([[11.]])
    """
    try:
        return x @ y
    except (ValueError, TypeError):
        _explain_shapes(np.shape(x), np.shape(y))
        raise


def _explain_shapes(sx, sy):
    if not sx or not sy:
        raise ValueError("a 0-d operand; use * for products with a number")
    rows = sy[-2] if len(sy) > 1 else sy[0]
    if sx[-1] != rows:
        raise ValueError(f"x has {sx[-1]} columns but y has {rows} rows (see: inner-sizes)")
    raise ValueError(f"the batch axes {sx[:-2]} and {sy[:-2]} do not broadcast")


def _matmul_x(g, y, x_shape):
    y_ndim = value(y).ndim
    if len(x_shape) == 2 and y_ndim == 2:
        return g @ y.T
    if y_ndim == 1:
        # Every row of x met the same vector; for two vectors g is a number.
        return sum_to(expand_dims(g, -1) * y if len(x_shape) > 1 else g * y, x_shape)
    if len(x_shape) == 1:
        return g @ y.T if y_ndim == 2 else sum_to(matrix_transpose_times_row(g, y), x_shape)
    return sum_to(_product(g, matrix_transpose(y)), x_shape)


def _product(x, y):
    """`x @ y` of stacks of matrices; of columns and rows NumPy's `*` is twice as fast."""
    return x * y if x.shape[-1] == 1 else x @ y


def matrix_transpose_times_row(g, y):
    """`g yᵀ` for a row vector `g` per matrix of the batch."""
    row = expand_dims(g, -2) @ matrix_transpose(y)
    return reshape(row, (*np.shape(value(row))[:-2], np.shape(value(row))[-1]))


def _matmul_y(g, x, y_shape):
    x_ndim = value(x).ndim
    if len(y_shape) == 2 and x_ndim == 2:
        return x.T @ g
    if x_ndim == 1:
        return sum_to(
            expand_dims(x, -1) * expand_dims(g, -2) if len(y_shape) > 1 else g * x, y_shape
        )
    if len(y_shape) == 1:
        return g @ x if x_ndim == 2 else sum_to(x * expand_dims(g, -1), y_shape)
    return sum_to(_product(matrix_transpose(x), g), y_shape)


matmul.vjp(x=_matmul_x, y=_matmul_y)


def _matmul_each(batch, x, y):
    """The products of all samples, in one product of matrices where that is possible."""
    of_x, of_y = batch.ndims((x, y))
    mine, yours = batch.mapped
    if not of_x or not of_y:
        return NotImplemented  # which is an error
    if of_x == 1 and not yours and of_y <= 2:
        return batch.call((x, y), {})
    if of_y == 1 and not mine and of_x <= 2:
        return batch.call((y, x.T), {})
    if of_x == 2 and of_y == 2 and not yours:
        rows = reshape(x, (batch.size * x.shape[1], x.shape[2])) @ y
        return reshape(rows, (*x.shape[:2], y.shape[1]))
    row, column = of_x == 1, of_y == 1
    x = expand_dims(x, -2) if row else x
    y = expand_dims(y, -1) if column else y
    most = max(batch.ndims((x, y)))
    product = (widened(x, most) if mine else x) @ (widened(y, most) if yours else y)
    *lead, rows, columns = product.shape
    kept = [*lead, *([] if row else [rows]), *([] if column else [columns])]
    return reshape(product, tuple(kept)) if row or column else product


matmul.vmap(_matmul_each)


@op(
    "multilinear",
    symbol="·",
    numpy=np.dot,
    methods=("dot",),
    hint=_matmul_hint,
    samples=[
        sample((3,), (3,)),
        sample((2, 3), (3, 4)),
        sample((2, 3), (3,)),
        sample((3,), (3, 2)),
        sample((5, 2, 3), (3, 4)),
        sample((2, 3), (4, 3, 2)),
        sample((3,), (2, 4, 3, 2)),
        sample((2, 2, 3), (2, 3, 2)),
        sample((), (2, 2)),
        sample((2,), ()),
        sample((), ()),
    ],
    errors=[
        error(ValueError, r"dot: x has 3 columns but y has 4 rows.*x.T", (4, 3), (4, 5)),
        error(ValueError, "dot: x has 3 columns but y has 4 rows", (3,), (2, 4, 5)),
    ],
)
def dot(x, y):
    """Sum over the last axis of `x` and the last but one of `y`; with a number their product.

    With a matrix or vector `y` it is `matmul`, faster for small ones. With more axes in `y` the
    result has those of `x` first, then those of `y`: it pairs every matrix of `x` with every one
    of `y`, where `matmul` broadcasts.

    Args:
        x: (..., n), or a number.
        y: (n,), (..., n, k), or a number.

    Returns:
        The axes of `x` without its last one, then those of `y` without the one summed over.

    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    Tensor(11.)
    >>> dot(2.0, Tensor([3.0, 4.0]))
    Tensor([6., 8.])
    """
    if np.ndim(x) and np.ndim(y) and x.shape[-1] != y.shape[max(np.ndim(y) - 2, 0)]:
        _explain_shapes(np.shape(x), np.shape(y))
    return np.dot(x, y)


def _dot_x(g, y, x_shape):
    y_shape = np.shape(value(y))
    if not x_shape or not y_shape:
        return sum_to(g * y, x_shape)
    if len(y_shape) <= 2:
        return _matmul_x(g, y, x_shape)
    matrices = (math.prod(y_shape[:-2]), *y_shape[-2:])
    every = reshape(g, (math.prod(x_shape[:-1]), matrices[0], y_shape[-1]))
    return reshape(einsum("rkm,knm->rn", every, reshape(y, matrices)), x_shape)


def _dot_y(g, x, y_shape):
    x_shape = np.shape(value(x))
    if not x_shape or not y_shape:
        return sum_to(g * x, y_shape)
    if len(y_shape) <= 2:
        return _matmul_y(g, x, y_shape)
    rows = math.prod(x_shape[:-1])
    every = reshape(g, (rows, math.prod(y_shape[:-2]), y_shape[-1]))
    return reshape(einsum("rkm,rn->knm", every, reshape(x, (rows, x_shape[-1]))), y_shape)


dot.vjp(x=_dot_x, y=_dot_y)


def _dot_each(batch, x, y):
    of_x, of_y = batch.ndims((x, y))
    if not of_x or not of_y:
        return aligned_product(batch, x, y)
    if of_y <= 2:
        return _matmul_each(batch, x, y)
    summed = of_x + of_y - 1
    free = [*range(of_x - 1), *range(of_x, of_x + of_y - 2), summed]
    of_y_labels = [*range(of_x, of_x + of_y - 2), of_x - 1, summed]
    return batch_einsum(batch, (x, y), (list(range(of_x)), of_y_labels), free)


dot.vmap(_dot_each)


def aligned_product(batch, x, y):
    """The product of all samples, element by element, where one has no axes in a sample."""
    most = max(batch.ndims((x, y)))
    x, y = (widened(v, most) if own else v for v, own in zip((x, y), batch.mapped, strict=True))
    return x * y


def batch_einsum(batch, operands, labels, result):
    """An einsum of all samples, by integer labels of the axes that each operand has in one."""
    terms = [
        ("Z" if own else "") + "".join(_LETTERS[each] for each in label)
        for own, label in zip(batch.mapped, labels, strict=True)
    ]
    result = "".join(_LETTERS[each] for each in result)
    return einsum(f"{','.join(terms)}->Z{result}", *operands)


@op(
    "general",
    symbol="affine",
    arrays=("x", "weight", "bias"),
    composed=lambda x, weight, bias=None: x @ weight.T if bias is None else x @ weight.T + bias,
    samples=[
        sample((4, 3), (2, 3), (2,)),
        sample((3,), (2, 3), (2,)),
        sample((2, 4, 3), (2, 3), (2,)),
        sample((4, 3), (2, 3)),
        sample((0, 3), (2, 3), (2,)),
    ],
    errors=[
        error(
            ValueError,
            r"linear: x has 4 features but weight takes 3 .*x: \(2, 4\)",
            (2, 4),
            (5, 3),
            (5,),
        ),
        error(ValueError, "linear: the bias has shape", (2, 3), (5, 3), (4,)),
        error(ValueError, "linear: weight must be a matrix", (2, 3), (3,)),
    ],
    pytorch="F.linear",
    accumulates=True,
)
def linear(x, weight, bias=None):
    """Affine map `y = x Wᵀ + b` as one operation.

    Args:
        x: (..., in features).
        weight: (out features, in features).
        bias: (out features,), or None.

    >>> linear(Tensor([1.0, 2.0]), Tensor([[3.0, 4.0]]), Tensor([0.5]))
    Tensor([11.5])
    """
    if weight.ndim != 2:
        raise ValueError("weight must be a matrix (out features, in features)")
    if np.ndim(x) == 0 or x.shape[-1] != weight.shape[1]:
        given = x.shape[-1] if np.ndim(x) else 0
        flat = np.ndim(x) > 2 and math.prod(x.shape[1:]) == weight.shape[1]
        raise ValueError(
            f"x has {given} features but weight takes {weight.shape[1]}"
            + ("; flatten each example first: x.reshape(len(x), -1)" if flat else "")
            + " (see: features)"
        )
    out = _fold_dot(x, weight.T)
    if bias is not None:
        if bias.shape != out.shape[-1:]:
            raise ValueError(
                f"the bias has shape {bias.shape}, the output has {out.shape[-1]} features"
            )
        out += bias
    return out


def _rows(array):
    """All leading axes as one."""
    shape = array.shape
    return reshape(array, (math.prod(shape[:-1]), shape[-1]))


def _fold_dot(x, matrix):
    """`x @ matrix` over the last axis; one product for all leading axes, which BLAS does best.

    For small matrices `dot` is twice as fast as `@`.
    """
    if x.ndim <= 2:
        return x.dot(matrix)
    return reshape(_rows(x).dot(matrix), (*x.shape[:-1], matrix.shape[-1]))


def _linear_weight(g, x):
    return g.T.dot(x) if g.ndim == 2 else _rows(g).T.dot(_rows(x))


def _linear_bias(g):
    if g.ndim == 2:
        return g.sum(axis=0)
    return g.sum(axis=tuple(range(g.ndim - 1))) if g.ndim > 1 else g


# Leading axes of x are any; else it is what it is composed of.
linear.vmap(
    lambda batch, x, weight, bias: (
        linear(x, weight, bias) if batch.mapped == (True, False, False) else NotImplemented
    )
)
linear.vjp(x=lambda g, weight: _fold_dot(g, weight), weight=_linear_weight, bias=_linear_bias)
linear.jvp(
    x=lambda t, weight: t @ weight.T,  # not dot: one side may be raw, the other a Tensor
    weight=lambda t, x: x @ t.T,
    bias=lambda t: t,
)


@lru_cache(maxsize=256)
def _einsum_labels(subscripts, ranks):
    """Labels per operand and of the result, with the ellipsis spelt out in capital letters."""
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"{subscripts!r} names {len(terms)} operands, got {len(ranks)}")
    widths = [
        rank - len(term.replace("...", "")) if "..." in term else 0
        for term, rank in zip(terms, ranks, strict=True)
    ]
    free = [c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in text]
    batch = "".join(free[: max(widths, default=0)])
    operands = [
        term.replace("...", batch[len(batch) - width :])
        for term, width in zip(terms, widths, strict=True)
    ]
    if arrow:
        return tuple(operands), right.replace("...", batch)
    joined = "".join(operands)
    once = sorted(c for c in set(joined) if joined.count(c) == 1 and c not in batch)
    return tuple(operands), batch + "".join(once)


@op(
    "multilinear",
    numpy=np.einsum,
    samples=[
        sample("ij,jk->ik", (2, 3), (3, 4)),
        sample("ij->ji", (2, 3)),
        sample("ii->", (3, 3)),
        sample("ii->i", (3, 3)),
        sample("i,j,k->ijk", (2,), (3,), (2,)),
        sample("bij,bjk", (2, 3, 2), (2, 2, 3)),
        sample("...ij,...j->...i", (4, 2, 3), (3,)),
        sample("ij,ij->", (2, 3), (2, 3)),
        sample("ij->i", (2, 3)),
        sample("i,->i", (2,), ()),
    ],
    errors=[
        error(ValueError, "einsum: .*names 2 operands, got 1", "ij,jk->ik", (2, 3)),
        error(ValueError, "einsum: ", "ij,jk->ik", (2, 3), (4, 5)),
        error(TypeError, "einsum: .*must be a string", (2, 3), (3, 4)),
    ],
)
def einsum(subscripts, *operands):
    """Sum of products over named axes (Einstein's convention), as `numpy.einsum`.

    Args:
        subscripts: as `"ij,jk->ik"`; repeated labels, ellipsis and implicit results included.
        operands: one Tensor or array per term.

    NumPy's other form has no string, but behind every operand the list of its labels, integers,
    and at the end that of the result.

    >>> einsum("i,i->", Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    Tensor(11.)
    >>> einsum(Tensor([1.0, 2.0]), [0], Tensor([3.0, 4.0]), [1], [1, 0])
    Tensor([[3., 6.],
            [4., 8.]])
    """
    _einsum_labels(subscripts, tuple(map(np.ndim, operands)))
    out = np.einsum(subscripts, *operands, optimize=len(operands) > 2)
    # One operand with axes moved or a diagonal comes back as a view.
    return out.copy() if len(operands) == 1 and np.may_share_memory(out, operands[0]) else out


def _einsum_operands(g, operands, operands_shape, subscripts, wanted):
    terms, result = _einsum_labels(subscripts, tuple(map(len, operands_shape)))
    sides = {}
    for term, shape in zip(terms, operands_shape, strict=True):
        for label, side in zip(term, shape, strict=True):
            sides[label] = side if sides.get(label, 1) == 1 else sides[label]
    return [
        _einsum_operand(g, result, terms, operands, slot, operands_shape[slot], sides)
        if wanted[slot]
        else None
        for slot in range(len(terms))
    ]


def _einsum_operand(g, result, terms, operands, slot, shape, sides):
    """The gradient of one operand: the einsum of the others with g, put on its diagonal."""
    term = terms[slot]
    others = [(terms[i], operands[i]) for i in range(len(terms)) if i != slot]
    known = set(result).union(*(other for other, _ in others))
    unique = "".join(dict.fromkeys(term))
    reached = "".join(label for label in unique if label in known)
    inputs = ",".join([result, *(other for other, _ in others)])
    passed = einsum(f"{inputs}->{reached}", g, *(operand for _, operand in others))
    # Labels that only this operand has were summed away: every element gets the same gradient.
    for position, label in enumerate(unique):
        if label not in known:
            passed = expand_dims(passed, position)
    whole = tuple(sides[label] for label in unique)
    if np.shape(passed) != whole:
        passed = broadcast_to(passed, whole)
    if len(unique) < len(term):
        passed = _on_diagonal(passed, unique, term, tuple(sides[label] for label in term))
    return sum_to(passed, shape)


def _on_diagonal(passed, unique, term, shape):
    """Spread over repeated labels: zero wherever their indices differ."""
    indices = np.indices(tuple(shape[term.index(label)] for label in unique), sparse=True)
    where_to = tuple(indices[unique.index(label)] for label in term)
    return scatter(passed, where_to, shape)


einsum.vjp(operands=_einsum_operands)


def _einsum_each(batch, operands, subscripts):
    terms, result = _einsum_labels(subscripts, tuple(batch.ndims(operands)))
    extra = next(each for each in _LETTERS + _LETTERS.upper() if each not in "".join(terms))
    marked = [extra * own + term for own, term in zip(batch.mapped, terms, strict=True)]
    return einsum(f"{','.join(marked)}->{extra}{result}", *operands)


einsum.vmap(_einsum_each)


def _with_lists(einsum):
    """The operation, taking also NumPy's form with a list of labels behind every operand."""

    @wraps(einsum)
    def call(subscripts, *operands):
        if not isinstance(subscripts, str):
            subscripts, operands = _spelled((subscripts, *operands))
        return einsum(subscripts, *operands)

    einsum.op.function = numpy_functions[np.einsum] = call
    return call


def _spelled(arguments):
    """Operands with lists of labels, as subscripts and operands."""
    operands, labels = arguments[::2], arguments[1::2]
    result = None
    if len(arguments) % 2:
        operands, result = operands[:-1], operands[-1]
    lists = [*labels] if result is None else [*labels, result]
    if not operands or not all(isinstance(each, list | tuple) for each in lists):
        raise TypeError(
            "einsum: the subscripts must be a string, or a list of labels behind every operand; "
            f"got {', '.join(map(describe, arguments))}"
        )
    known = sorted({label for each in lists for label in each if label is not Ellipsis})
    if len(known) > 26:
        raise ValueError(f"einsum: {len(known)} labels in lists, and there are letters for 26")
    letter = {Ellipsis: "...", **dict(zip(known, _LETTERS, strict=False))}
    terms = ["".join(letter[label] for label in each) for each in lists]
    subscripts = ",".join(terms[: len(operands)])
    return subscripts if result is None else f"{subscripts}->{terms[-1]}", operands


einsum = _with_lists(einsum)


# ---------------------------------------------------------------------- matrices and vectors


def matvec(x1, x2):
    """Products `A v` of matrices and vectors, over the last axes; the others broadcast.

    Args:
        x1: (..., m, n).
        x2: (..., n).

    Returns:
        (..., m).

    >>> matvec(Tensor([[1.0, 2.0], [0.0, 1.0]]), Tensor([[1.0, 1.0], [0.0, 2.0]]))
    Tensor([[3., 1.],
            [4., 2.]])
    """
    _check_matrix("matvec", np.shape(x1), np.shape(x2), -1)
    return matmul(x1, expand_dims(x2, -1))[..., 0]


def vecmat(x1, x2):
    """Products `vᴴ A` of vectors, which are conjugated, and matrices; the other axes broadcast.

    Args:
        x1: (..., n).
        x2: (..., n, m).

    Returns:
        (..., m).

    >>> vecmat(Tensor([1.0, 1.0]), Tensor([[1.0, 2.0], [0.0, 1.0]]))
    Tensor([1., 3.])
    """
    _check_matrix("vecmat", np.shape(x2), np.shape(x1), -2)
    return matmul(expand_dims(conj(x1), -2), x2)[..., 0, :]


def _check_matrix(name, matrix, vector, side):
    if len(matrix) < 2 or not vector or matrix[side] != vector[-1]:
        raise ValueError(f"{name}: matrices of shape {matrix} do not fit vectors of shape {vector}")


for _function in (matvec, vecmat):
    if hasattr(np, _function.__name__):  # from NumPy 2.2 on
        numpy_functions[getattr(np, _function.__name__)] = _function
