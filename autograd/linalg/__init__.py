"""Linear algebra: products, systems, decompositions, norms; batched as in NumPy.

The matrices are in the last two axes, all others are a batch. NumPy's functions work on Tensors,
too: `np.linalg.det(t)` is `autograd.linalg.det(t)`. What mathematics denies (repeated eigenvalues,
loss of rank) is in the docstring of each function.

>>> from autograd import linalg
>>> a = Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
>>> linalg.slogdet(a)[1].backward()
>>> a.grad
Tensor([[ 0.6, -0.2],
        [-0.2,  0.4]])
"""

import numpy as np

from autograd.linalg.determinants import cofactor, cofactor_change, det, slogdet
from autograd.linalg.eigen import eig, eigh, eigvals, eigvalsh
from autograd.linalg.factorizations import cholesky, qr
from autograd.linalg.functions import expm, matrix_power
from autograd.linalg.norms import cond, matrix_norm, matrix_rank, norm, vector_norm
from autograd.linalg.parts import diagonal, trace
from autograd.linalg.products import cross, inner, multi_dot, outer, tensordot, vdot, vecdot
from autograd.linalg.singular import svd, svdvals
from autograd.linalg.solvers import (
    inv,
    lstsq,
    pinv,
    solve,
    solve_triangular,
    tensorinv,
    tensorsolve,
)
from autograd.operation.dispatch import numpy_functions
from autograd.ops.matrix import dot, matmul
from autograd.ops.shapes import matrix_transpose

__all__ = [
    "cholesky", "cofactor", "cofactor_change", "cond", "cross", "det", "diagonal", "dot", "eig",
    "eigh", "eigvals", "eigvalsh", "expm", "inner", "inv", "lstsq", "matmul", "matrix_norm",
    "matrix_power", "matrix_rank", "matrix_transpose", "multi_dot", "norm", "outer", "pinv", "qr",
    "slogdet", "solve", "solve_triangular", "svd", "svdvals", "tensordot", "tensorinv",
    "tensorsolve", "trace", "vdot", "vecdot", "vector_norm",
]  # fmt: skip

# NumPy's array-API spellings of what has another name at its top level.
numpy_functions[np.linalg.matmul] = matmul
numpy_functions[np.linalg.matrix_transpose] = matrix_transpose
