"""The operations, one file per family; every one is a record with its derivative rules.

To add one, write a NumPy function with the decorator `autograd.op` in the file of its family, name
it in the `__all__` of that file, and write its rules below it. `make generate` then writes the
table of operations and the stub of Tensor; tests of its value, its derivatives and its errors come
from the record.
"""

import typing

from autograd import faces
from autograd.ops.activations import *
from autograd.ops.arithmetic import *
from autograd.ops.combine import *
from autograd.ops.cumulative import *
from autograd.ops.differences import *
from autograd.ops.elementwise import *
from autograd.ops.exponential import *
from autograd.ops.gather import *
from autograd.ops.grids import *
from autograd.ops.indexing import *
from autograd.ops.losses import *
from autograd.ops.matrix import *
from autograd.ops.missing_values import *
from autograd.ops.normalization import *
from autograd.ops.of_pytorch import *
from autograd.ops.order import *
from autograd.ops.padding import *
from autograd.ops.piecewise import *
from autograd.ops.polynomials import *
from autograd.ops.rearrange import *
from autograd.ops.recurrent import *
from autograd.ops.reductions import *
from autograd.ops.rounding import *
from autograd.ops.second_names import *
from autograd.ops.segments import *
from autograd.ops.shapes import *
from autograd.ops.special import *
from autograd.ops.statistics import *
from autograd.ops.trigonometry import *
from autograd.ops.ufuncs import *
from autograd.ops.windows import *
from autograd.ops.witness import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = faces.offered(globals())

    def __dir__() -> list[str]:
        return __all__
