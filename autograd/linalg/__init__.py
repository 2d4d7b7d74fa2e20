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

import typing

from autograd import faces
from autograd.linalg.determinants import *
from autograd.linalg.distances import *
from autograd.linalg.eigen import *
from autograd.linalg.factorizations import *
from autograd.linalg.functions import *
from autograd.linalg.norms import *
from autograd.linalg.parts import *
from autograd.linalg.products import *
from autograd.linalg.singular import *
from autograd.linalg.solvers import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = faces.offered(globals())

    def __dir__() -> list[str]:
        return __all__
