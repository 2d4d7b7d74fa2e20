"""One model, several processes: each computes the gradients of its share of every batch.

`mpiexec -n 4 python -m nn.parallel train.py` runs a program in four processes. MPI sends, which
`pip install 'wengert[mpi]'` reaches; alone, a process is rank 0 of 1 and everything still works.

>>> from nn import Linear
>>> model = DistributedDataParallel(Linear(3, 2))
>>> rank(), world_size(), only_first()
(0, 1, True)
"""

import typing

from autograd.internals import offered as _offered
from nn.parallel.batch_norm import *
from nn.parallel.distributed import *
from nn.parallel.on_one_device import *
from nn.parallel.processes import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
