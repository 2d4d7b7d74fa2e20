"""Other names of the same functions: NumPy's second ones, the array API's, SciPy's, PyTorch's."""

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
