"""The operations, one file per family; every one is a record with its derivative rules.

To add one, write a NumPy function with the decorator `autograd.op` in the file of its family and
the rules below it; name it in `__all__` of the package. Nothing else is needed.
"""

from autograd.ops.activations import (
    celu,
    elu,
    gelu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    log_sigmoid,
    mish,
    prelu,
    selu,
    silu,
    softplus,
    softshrink,
    softsign,
    tanhshrink,
    threshold,
)
from autograd.ops.arithmetic import (
    add,
    divide,
    equal,
    floor_divide,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    mul,
    negative,
    not_equal,
    power,
    remainder,
    subtract,
)  # fmt: skip
from autograd.ops.elementwise import (
    abs,
    astype,
    clip,
    conj,
    cos,
    exp,
    floor,
    log,
    maximum,
    minimum,
    real,
    reciprocal,
    relu,
    sigmoid,
    sign,
    sin,
    sqrt,
    square,
    tanh,
    where,
)  # fmt: skip
from autograd.ops.indexing import getitem, replaced, scatter
from autograd.ops.losses import cross_entropy, cross_entropy_grad
from autograd.ops.matrix import dot, einsum, linear, matmul
from autograd.ops.normalization import normalize, rms_normalize
from autograd.ops.reductions import (
    all,
    any,
    argmax,
    argmin,
    log_softmax,
    logsumexp,
    max,
    mean,
    min,
    softmax,
    sum,
    var,
)  # fmt: skip
from autograd.ops.shapes import (
    broadcast_to,
    concatenate,
    copy,
    expand_dims,
    flip,
    matrix_transpose,
    pad,
    reshape,
    split,
    squeeze,
    stack,
    sum_to,
    transpose,
    zero_pad,
)  # fmt: skip
from autograd.ops.special import erf
from autograd.ops.windows import (
    average_pool,
    average_pool_adjoint,
    conv,
    conv_input,
    conv_weight,
    max_pool,
    max_pool_gather,
    max_pool_scatter,
)

__all__ = [
    "abs", "add", "all", "any", "argmax", "argmin", "astype", "average_pool",
    "average_pool_adjoint", "broadcast_to", "celu", "clip", "concatenate", "conj", "conv",
    "conv_input", "conv_weight", "copy", "cos", "cross_entropy", "cross_entropy_grad", "divide",
    "dot", "einsum", "elu", "equal", "erf", "exp", "expand_dims", "flip", "floor", "floor_divide",
    "gelu", "getitem", "greater", "greater_equal", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "leaky_relu", "less", "less_equal", "linear", "log", "log_sigmoid", "log_softmax",
    "logical_and", "logical_not", "logical_or", "logsumexp", "matmul", "matrix_transpose", "max",
    "max_pool", "max_pool_gather", "max_pool_scatter", "maximum", "mean", "min", "minimum", "mish",
    "mul", "negative", "normalize", "not_equal", "pad", "power", "prelu", "real", "reciprocal",
    "relu", "remainder", "replaced", "reshape", "rms_normalize", "scatter", "selu", "sigmoid",
    "sign", "silu", "sin", "softmax", "softplus", "softshrink", "softsign", "split", "sqrt",
    "square", "squeeze", "stack", "subtract", "sum", "sum_to", "tanh", "tanhshrink", "threshold",
    "transpose", "var", "where", "zero_pad",
]  # fmt: skip
