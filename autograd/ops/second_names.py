"""Other names of the same functions: NumPy's second ones, the array API's, SciPy's, PyTorch's."""

from autograd.elsewhere import asks_elsewhere
from autograd.ops.activations import log_sigmoid
from autograd.ops.arithmetic import divide, mul, power, remainder
from autograd.ops.elementwise import abs, conj, sigmoid
from autograd.ops.reductions import max, min
from autograd.ops.rounding import invert, left_shift, right_shift, round
from autograd.ops.shapes import concatenate, transpose
from autograd.ops.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    deg2rad,
    rad2deg,
)

__all__ = [
    "absolute", "acos", "acosh", "amax", "amin", "around", "asin", "asinh", "atan", "atan2",
    "atanh", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_right_shift", "concat",
    "conjugate", "degrees", "expit", "logsigmoid", "mod", "multiply", "permute_dims", "pow",
    "radians", "true_divide",
]  # fmt: skip


def amax(x, axis=None, keepdims=False):
    """The largest element over axes, by default all; see `max`.

    >>> amax(np.array([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    array([3., 2.])
    """
    return max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """The smallest element over axes, by default all; see `min`.

    >>> amin(np.array([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    array([1., 0.])
    """
    return min(x, axis, keepdims)


amax, amin = asks_elsewhere(amax), asks_elsewhere(amin)
absolute = abs
acos = arccos
acosh = arccosh
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
