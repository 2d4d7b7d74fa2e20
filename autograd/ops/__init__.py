"""The operations, one file per family; every one is a record with its derivative rules.

To add one, write a NumPy function with the decorator `autograd.op` in the file of its family and
the rules below it; name it in `__all__` of the package. Nothing else is needed.
"""

from autograd.ops.activations import (
    celu,
    elu,
    gelu,
    glu,
    log_sigmoid,
    mish,
    selu,
    silu,
    softplus,
    softsign,
    tanhshrink,
)
from autograd.ops.arithmetic import (
    add,
    divide,
    equal,
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
from autograd.ops.grids import evenly_spaced, geomspace, linspace, logspace
from autograd.ops.indexing import getitem, replaced, scatter
from autograd.ops.losses import cross_entropy, cross_entropy_grad, huber
from autograd.ops.matrix import dot, einsum, linear, matmul, matvec, vecmat
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
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)  # fmt: skip
from autograd.ops.padding import pad
from autograd.ops.piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    prelu,
    relu6,
    softshrink,
    threshold,
)
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
    bitwise_count,
    bitwise_or,
    bitwise_xor,
    ceil,
    fix,
    floor_divide,
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
    nextafter,
    right_shift,
    rint,
    round,
    signbit,
    spacing,
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
    ravel,
    reshape,
    split,
    squeeze,
    stack,
    sum_to,
    transpose,
    zero_pad,
)  # fmt: skip
from autograd.ops.special import (
    bessel_i,
    beta,
    digamma,
    digamma_derivative,
    entr,
    erf,
    erfc,
    erfcx,
    erfinv,
    gammaln,
    i0,
    i1,
    log_ndtr,
    logit,
    ndtr,
    polygamma,
)
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

# Other names of the same functions: NumPy's second ones, the array API's, SciPy's and PyTorch's.
absolute = abs
acos = arccos
acosh = arccosh
amax = max
amin = min
around = round
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
bitwise_invert = bitwise_not = invert
bitwise_left_shift = left_shift
bitwise_right_shift = right_shift
concat = concatenate
conjugate = conj
degrees = rad2deg
expit = sigmoid
logsigmoid = log_sigmoid
mod = remainder
multiply = mul
permute_dims = transpose
pow = power
radians = deg2rad
true_divide = divide

__all__ = [  # noqa: RUF022 - in the order of sorted(): log10 before log1p
    "abs", "absolute", "acos", "acosh", "add", "add_windows", "all", "amax", "amin", "angle", "any",
    "append", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "argmax",
    "argmin", "argpartition", "argsort", "argwhere", "around", "array_split", "asin", "asinh",
    "astype", "atan", "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d", "average",
    "average_pool", "average_pool_adjoint", "bessel_i", "beta", "bincount", "bitwise_and",
    "bitwise_count", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or",
    "bitwise_right_shift", "bitwise_xor", "block", "block_diag", "broadcast_arrays", "broadcast_to",
    "cbrt", "ceil", "celu", "choose", "clip", "column_stack", "compress", "concat", "concatenate",
    "conj", "conjugate", "conv", "conv_input", "conv_weight", "copy", "copysign", "corrcoef", "cos",
    "cosh", "count_nonzero", "cov", "cross_entropy", "cross_entropy_grad", "cummax", "cummin",
    "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "deg2rad", "degrees", "delete",
    "diag", "diagflat", "diagonal", "diff", "differences", "digamma", "digamma_derivative",
    "digitize", "divide", "divmod", "dot", "dsplit", "dstack", "einsum", "elu", "entr", "equal",
    "erf", "erfc", "erfcx", "erfinv", "evenly_spaced", "exp", "exp2", "expand_dims", "expit",
    "expm1", "extract", "fix", "flatnonzero", "flip", "fliplr", "flipud", "floor", "floor_divide",
    "fmax", "fmin", "fmod", "frexp", "gammaln", "gcd", "gelu", "geomspace", "getitem", "glu",
    "gradient", "greater", "greater_equal", "gru_step", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "heaviside", "hsplit", "hstack", "huber", "hypot", "i0", "i1", "imag", "insert",
    "interp", "invert", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "kron", "lcm",
    "ldexp", "leaky_relu", "left_shift", "lerp", "less", "less_equal", "linear",
    "linear_recurrence", "linspace", "log", "log10", "log1p", "log2", "log_ndtr", "log_sigmoid",
    "log_softmax", "logaddexp", "logaddexp2", "logcumsumexp", "logical_and", "logical_not",
    "logical_or", "logical_xor", "logit", "logsigmoid", "logspace", "logsumexp", "lstm_step",
    "masked_fill", "matmul", "matrix_transpose", "matvec", "max", "max_pool", "max_pool_gather",
    "max_pool_scatter", "maximum", "mean", "median", "meshgrid", "min", "minimum", "mish", "mod",
    "modf", "moveaxis", "mul", "multiply", "nan_to_num", "nanmax", "nanmean", "nanmin", "nanprod",
    "nansum", "ndtr", "negative", "nextafter", "nonzero", "normalize", "not_equal", "on_diagonal",
    "pad", "partition", "percentile", "permute_dims", "polygamma", "pow", "power", "prelu", "prod",
    "ptp", "put_along_axis", "quantile", "rad2deg", "radians", "ravel", "real", "reciprocal",
    "relu", "relu6", "remainder", "repeat", "replaced", "reshape", "right_shift", "rint",
    "rms_normalize", "roll", "rot90", "round", "rsqrt", "scatter", "scatter_add", "scatter_reduce",
    "searchsorted", "select", "selu", "sigmoid", "sign", "signbit", "silu", "sin", "sinc",
    "sinc_derivative", "sinh", "sliding_window_view", "softmax", "softplus", "softshrink",
    "softsign", "sort", "spacing", "split", "sqrt", "square", "squeeze", "stack", "std", "subtract",
    "sum", "sum_to", "swapaxes", "take", "take_along_axis", "tan", "tanh", "tanhshrink",
    "threshold", "tile", "topk", "trace", "transpose", "trapezoid", "tril", "triu", "true_divide",
    "trunc", "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values", "unstack",
    "var", "vecmat", "vsplit", "vstack", "where", "xlogy", "zero_pad",
]  # fmt: skip
