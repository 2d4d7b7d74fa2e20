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
from autograd.ops.combine import (
    append,
    array_split,
    atleast_1d,
    atleast_2d,
    atleast_3d,
    block,
    block_diag,
    broadcast_arrays,
    column_stack,
    delete,
    diag,
    diagflat,
    dsplit,
    dstack,
    fliplr,
    flipud,
    hsplit,
    hstack,
    insert,
    kron,
    meshgrid,
    vsplit,
    vstack,
)  # fmt: skip
from autograd.ops.cumulative import (
    cummax,
    cummin,
    cumprod,
    cumsum,
    cumulative_prod,
    cumulative_sum,
    linear_recurrence,
    logcumsumexp,
)  # fmt: skip
from autograd.ops.differences import (
    diff,
    differences,
    gradient,
    interp,
    trapezoid,
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
from autograd.ops.exponential import (
    cbrt,
    exp2,
    expm1,
    lerp,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    rsqrt,
    xlogy,
)  # fmt: skip
from autograd.ops.gather import (
    choose,
    compress,
    extract,
    masked_fill,
    put_along_axis,
    scatter_add,
    select,
    take,
    take_along_axis,
)  # fmt: skip
from autograd.ops.indexing import getitem, replaced, scatter
from autograd.ops.losses import cross_entropy, cross_entropy_grad, huber
from autograd.ops.matrix import dot, einsum, linear, matmul
from autograd.ops.normalization import normalize, rms_normalize
from autograd.ops.order import (
    argpartition,
    argsort,
    argwhere,
    bincount,
    count_nonzero,
    digitize,
    flatnonzero,
    isin,
    nonzero,
    partition,
    searchsorted,
    sort,
    topk,
    unique,
)  # fmt: skip
from autograd.ops.padding import pad
from autograd.ops.rearrange import (
    add_windows,
    diagonal,
    moveaxis,
    on_diagonal,
    repeat,
    roll,
    rot90,
    sliding_window_view,
    swapaxes,
    tile,
    trace,
    tril,
    triu,
    unstack,
)  # fmt: skip
from autograd.ops.recurrent import gru_step, lstm_step
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
from autograd.ops.rounding import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    ceil,
    fix,
    gcd,
    heaviside,
    invert,
    isfinite,
    isinf,
    isnan,
    isneginf,
    isposinf,
    lcm,
    left_shift,
    logical_xor,
    right_shift,
    rint,
    round,
    signbit,
    trunc,
)  # fmt: skip
from autograd.ops.segments import (
    scatter_reduce,
)  # fmt: skip
from autograd.ops.shapes import (
    broadcast_to,
    concatenate,
    copy,
    expand_dims,
    flip,
    matrix_transpose,
    reshape,
    split,
    squeeze,
    stack,
    sum_to,
    transpose,
    zero_pad,
)  # fmt: skip
from autograd.ops.special import erf
from autograd.ops.statistics import (
    average,
    corrcoef,
    cov,
    median,
    nanmax,
    nanmean,
    nanmin,
    nanprod,
    nansum,
    percentile,
    prod,
    ptp,
    quantile,
    std,
)  # fmt: skip
from autograd.ops.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cosh,
    deg2rad,
    hypot,
    rad2deg,
    sinc,
    sinc_derivative,
    sinh,
    tan,
)  # fmt: skip
from autograd.ops.ufuncs import (
    angle,
    copysign,
    divmod,
    fmax,
    fmin,
    fmod,
    frexp,
    imag,
    ldexp,
    modf,
    nan_to_num,
)  # fmt: skip
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

# The array API's spellings, which NumPy 2 has too: other names of the same functions.
acos = arccos
acosh = arccosh
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
bitwise_invert = invert
bitwise_left_shift = left_shift
bitwise_right_shift = right_shift
concat = concatenate
permute_dims = transpose
pow = power

__all__ = [  # noqa: RUF022 - in the order of sorted(): log10 before log1p
    "abs", "acos", "acosh", "add", "add_windows", "all", "angle", "any", "append", "arccos",
    "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "argmax", "argmin",
    "argpartition", "argsort", "argwhere", "array_split", "asin", "asinh", "astype", "atan",
    "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d", "average", "average_pool",
    "average_pool_adjoint", "bincount", "bitwise_and", "bitwise_invert", "bitwise_left_shift",
    "bitwise_or", "bitwise_right_shift", "bitwise_xor", "block", "block_diag", "broadcast_arrays",
    "broadcast_to", "cbrt", "ceil", "celu", "choose", "clip", "column_stack", "compress", "concat",
    "concatenate", "conj", "conv", "conv_input", "conv_weight", "copy", "copysign", "corrcoef",
    "cos", "cosh", "count_nonzero", "cov", "cross_entropy", "cross_entropy_grad", "cummax",
    "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "deg2rad", "delete", "diag",
    "diagflat", "diagonal", "diff", "differences", "digitize", "divide", "divmod", "dot", "dsplit",
    "dstack", "einsum", "elu", "equal", "erf", "exp", "exp2", "expand_dims", "expm1", "extract",
    "fix", "flatnonzero", "flip", "fliplr", "flipud", "floor", "floor_divide", "fmax", "fmin",
    "fmod", "frexp", "gcd", "gelu", "getitem", "gradient", "greater", "greater_equal", "gru_step",
    "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "heaviside", "hsplit", "hstack", "huber",
    "hypot", "imag", "insert", "interp", "invert", "isfinite", "isin", "isinf", "isnan", "isneginf",
    "isposinf", "kron", "lcm", "ldexp", "leaky_relu", "left_shift", "lerp", "less", "less_equal",
    "linear", "linear_recurrence", "log", "log10", "log1p", "log2", "log_sigmoid", "log_softmax",
    "logaddexp", "logaddexp2", "logcumsumexp", "logical_and", "logical_not", "logical_or",
    "logical_xor", "logsumexp", "lstm_step", "masked_fill", "matmul", "matrix_transpose", "max",
    "max_pool", "max_pool_gather", "max_pool_scatter", "maximum", "mean", "median", "meshgrid",
    "min", "minimum", "mish", "modf", "moveaxis", "mul", "nan_to_num", "nanmax", "nanmean",
    "nanmin", "nanprod", "nansum", "negative", "nonzero", "normalize", "not_equal", "on_diagonal",
    "pad", "partition", "percentile", "permute_dims", "pow", "power", "prelu", "prod", "ptp",
    "put_along_axis", "quantile", "rad2deg", "real", "reciprocal", "relu", "remainder", "repeat",
    "replaced", "reshape", "right_shift", "rint", "rms_normalize", "roll", "rot90", "round",
    "rsqrt", "scatter", "scatter_add", "scatter_reduce", "searchsorted", "select", "selu",
    "sigmoid", "sign", "signbit", "silu", "sin", "sinc", "sinc_derivative", "sinh",
    "sliding_window_view", "softmax", "softplus", "softshrink", "softsign", "sort", "split", "sqrt",
    "square", "squeeze", "stack", "std", "subtract", "sum", "sum_to", "swapaxes", "take",
    "take_along_axis", "tan", "tanh", "tanhshrink", "threshold", "tile", "topk", "trace",
    "transpose", "trapezoid", "tril", "triu", "trunc", "unique", "unstack", "var", "vsplit",
    "vstack", "where", "xlogy", "zero_pad",
]  # fmt: skip
