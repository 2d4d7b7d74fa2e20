"""The words of PyTorch that NumPy does not have: what each does here, or why it is refused.

One vocabulary is taught, NumPy's for arrays. These words are understood beside it: they are reached
when a name, a keyword or an argument is not found, and stand in no `dir`. What is valid NumPy keeps
NumPy's meaning. To add a word, write a row: `docs/from-pytorch.md` and the tests read this file.
Names that operations have in PyTorch come from their records and need no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any

import numpy as np

from autograd import creation, ops
from autograd.elsewhere import paired
from autograd.graph.tensor import Tensor
from autograd.processor import Device, checked_device
from autograd.words import arithmetic, machine, making, selecting, settings, shapes, writing
from autograd.words.machine import Generator, Room, TypedTensor
from autograd.words.making import like, new

# ---------------------------------------------------------------------- on Tensors

# Methods that are one expression, which is both what they do and what the documentation shows;
# without brackets it is an attribute.
SPELT: dict[str, str] = {
    # Shapes.
    "view_as(other)": "t.reshape(other.shape)",
    "reshape_as(other)": "t.reshape(other.shape)",
    "dim()": "t.ndim",
    "ndimension()": "t.ndim",
    "numel()": "int(t.size)",
    "nelement()": "int(t.size)",
    "H": "t.T.conj()",
    "mH": "t.mT.conj()",
    "adjoint()": "t.mT.conj()",
    "swapdims(dim0, dim1)": "t.swapaxes(dim0, dim1)",
    "movedim(source, destination)": "autograd.moveaxis(t, source, destination)",
    "expand_as(other)": "autograd.broadcast_to(t, other.shape)",
    "contiguous(memory_format=None)": "t",
    "is_contiguous(memory_format=None)": "True",
    # Dtypes, devices and memory.
    "type_as(other)": "t.astype(other.dtype)",
    "cpu(memory_format=None)": "t",
    "device": 'Device("cpu")',
    "get_device()": "-1",
    "is_cuda": "False",
    "is_xpu": "False",
    "is_mps": "False",
    "is_meta": "False",
    "is_cpu": "True",
    "is_sparse": "False",
    "is_quantized": "False",
    "pin_memory()": "t",
    "share_memory_()": "t",
    "is_floating_point()": 't.dtype.kind == "f"',
    "is_complex()": 't.dtype.kind == "c"',
    "is_signed()": 't.dtype.kind not in "ub"',
    "element_size()": "t.dtype.itemsize",
    "itemsize": "t.dtype.itemsize",
    "nbytes": "t.data.nbytes",
    "tolist()": "t.data.tolist()",
    # Arithmetic.
    "mul(other)": "t * other",
    "positive()": "+t",
    "frac()": "t - t.trunc()",
    "sgn()": "autograd.sign(t)",
    "float_power(exponent)": "t.astype(float) ** exponent",
    "lgamma()": "t.gammaln()",
    "polygamma(n)": "autograd.polygamma(n, t)",
    "addr(vec1, vec2, *, beta=1, alpha=1)": "beta * t + alpha * autograd.outer(vec1, vec2)",
    "outer(vec2)": "autograd.outer(t, vec2)",
    "ger(vec2)": "autograd.outer(t, vec2)",
    "inner(other)": "autograd.inner(t, other)",
    "vdot(other)": "autograd.vdot(t, other)",
    "cross(other, dim=-1)": "autograd.cross(t, other, dim)",
    "det()": "autograd.linalg.det(t)",
    "slogdet()": "autograd.linalg.slogdet(t)",
    "logdet()": "autograd.logdet(t)",
    "inverse()": "autograd.linalg.inv(t)",
    "pinverse()": "autograd.linalg.pinv(t)",
    "cholesky(upper=False)": "autograd.linalg.cholesky(t, upper)",
    "matrix_power(n)": "autograd.linalg.matrix_power(t, n)",
    "matrix_exp()": "autograd.linalg.expm(t)",
    # Comparing and choosing.
    "isreal()": "t.imag == 0",
    "is_same_size(other)": "t.shape == other.shape",
    "is_nonzero()": "bool(t)",
    "where(condition, other)": "autograd.where(condition, t, other)",
    "index_select(dim, index)": "t.take(value(index), dim)",
}

# Methods that take more than an expression, and the usual spelling here.
ON_TENSORS: dict[str, tuple[str, Any]] = {
    "view": ("t.reshape(shape)", shapes.view),
    "permute": ("t.transpose(axes)", shapes.permute),
    "t": ("t.T", shapes.t),
    "expand": ("autograd.broadcast_to(t, shape)", shapes.expand),
    "sum_to_size": ("autograd.sum_to(t, shape)", shapes.sum_to_size),
    "unflatten": ("t.reshape(shape)", shapes.unflatten),
    "chunk": ("autograd.array_split(t, n, axis)", shapes.chunk),
    "split": ("autograd.split(t, positions, axis)", shapes.split),
    "split_with_sizes": ("autograd.split(t, positions, axis)", shapes.split),
    "tensor_split": ("autograd.array_split(t, n, axis)", shapes.tensor_split),
    "narrow": ("t[:, start : start + length]", shapes.narrow),
    "select": ("t[:, index]", shapes.select),
    "unfold": ("autograd.sliding_window_view(t, size, axis)", shapes.unfold),
    "to": ("t.astype(dtype)", shapes.to),
    "type": ("t.astype(dtype)", shapes.type_),
    "stride": ("t.data.strides, in bytes", shapes.stride),
    "add": ("t + other", arithmetic.add),
    "sub": ("t - other", arithmetic.sub),
    "subtract": ("t - other", arithmetic.sub),
    "div": ("t / other", arithmetic.div),
    "divide": ("t / other", arithmetic.div),
    "clamp_min": ("t.clip(min)", arithmetic.clamp_min),
    "clamp_max": ("t.clip(max=max)", arithmetic.clamp_max),
    "pow": ("t ** exponent", arithmetic.pow_),
    "clamp": ("t.clip(min, max)", arithmetic.clamp),
    "mm": ("t @ other", arithmetic.product("mm", 2, 2)),
    "bmm": ("t @ other", arithmetic.product("bmm", 3, 3)),
    "mv": ("t @ other", arithmetic.product("mv", 2, 1)),
    "addmm": ("t + a @ b", arithmetic.addmm),
    "addbmm": ("t + (a @ b).sum(0)", arithmetic.addbmm),
    "baddbmm": ("t + a @ b", arithmetic.addmm),
    "addmv": ("t + a @ b", arithmetic.addmm),
    "addcmul": ("t + value * a * b", arithmetic.addcmul),
    "addcdiv": ("t + value * a / b", arithmetic.addcdiv),
    "norm": ("autograd.linalg.vector_norm(t, axis)", arithmetic.norm),
    "dist": ("autograd.linalg.vector_norm(t - other)", arithmetic.dist),
    "renorm": ("t * (norm / autograd.linalg.vector_norm(t))", arithmetic.renorm),
    "equal": ("np.array_equal(t.data, other.data)", arithmetic.equal),
    "allclose": ("np.allclose(t.data, other.data)", arithmetic.allclose),
    "isclose": ("np.isclose(t.data, other.data)", arithmetic.isclose),
    "gather": ("autograd.take_along_axis(t, index, axis)", selecting.gather),
    "masked_select": ("t[mask]", selecting.masked_select),
    "masked_scatter": ("t[mask] = source", selecting.masked_scatter),
    "scatter": ("autograd.put_along_axis(t, index, values, axis)", selecting.scatter),
    "scatter_add": ("autograd.scatter_add(t, index, source, axis)", selecting.scatter_add),
    "kthvalue": ("autograd.sort(t)[k - 1]", selecting.kthvalue),
    "mode": ("np.unique(t.data, return_counts=True)", selecting.mode),
    "aminmax": ("t.min(), t.max()", selecting.aminmax),
    "sort": ("autograd.sort(t), t.argsort()", paired(selecting.sort_method, "sort")),
    "unique_consecutive": ("t[np.append(True, t[1:] != t[:-1])]", selecting.unique_consecutive),
    "histc": ("np.histogram(t.data, bins, range)", arithmetic.histc),
    "new_zeros": ("autograd.zeros(shape, t.dtype)", new("zeros")),
    "new_ones": ("autograd.ones(shape, t.dtype)", new("ones")),
    "new_empty": ("autograd.zeros(shape, t.dtype)", new("zeros")),
    "new_full": ("autograd.full(shape, number, t.dtype)", making.new_full),
    "new_tensor": ("autograd.tensor(data, t.dtype)", making.new_tensor),
    "bernoulli": ("autograd.rand(*t.shape) < t", making.bernoulli),
    "multinomial": ("generator.choice(len(t), n, p=t.data)", making.multinomial),
    "zero_": ("t[...] = 0", writing.in_place("zero_", writing.filled)),
    "fill_": ("t[...] = number", writing.in_place("fill_", writing.filled)),
    "copy_": ("t[...] = other", writing.in_place("copy_", writing.copied)),
    "normal_": ("t[...] = autograd.randn(*t.shape)", writing.drawn("normal_", "normal", 0, 1)),
    "uniform_": ("t[...] = autograd.rand(*t.shape)", writing.drawn("uniform_", "uniform", 0, 1)),
    "random_": ("t[...] = autograd.randint(low, high, t.shape)", writing.random_),
    "exponential_": ("t[...] = generator.exponential(1 / rate, t.shape)", writing.exponential_),
    "bernoulli_": ("t[...] = autograd.rand(*t.shape) < p", writing.bernoulli_),
    "fill_diagonal_": ("t[i, i] = number", writing.fill_diagonal_),
    "detach_": ("t = t.detach()", writing.detach_),
}

# Methods of the same name and arguments as functions of the package.
SAME = (
    "absolute", "acos", "acosh", "amax", "amin", "angle", "arctan2", "argwhere", "asin",
    "asinh", "atan", "atan2", "atanh", "bincount", "bitwise_and", "bitwise_left_shift",
    "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "broadcast_to",
    "copysign", "corrcoef", "count_nonzero", "cov", "deg2rad", "diag", "diag_embed", "diagflat",
    "diff", "fix", "fliplr", "flipud", "floor_divide", "fmax", "fmin", "fmod", "gcd", "greater",
    "greater_equal", "heaviside", "hypot", "i0", "index_add", "index_copy", "index_fill",
    "isfinite", "isinf", "isnan", "isneginf", "isposinf", "kron", "lcm", "lerp", "less",
    "less_equal", "logaddexp", "logaddexp2", "logical_and", "logical_not", "logical_or",
    "logical_xor", "matmul", "maximum", "median", "minimum", "moveaxis", "multiply",
    "nan_to_num", "nanmean", "nanmedian", "nanquantile", "nansum", "negative", "nextafter",
    "not_equal", "pow", "quantile", "rad2deg", "remainder", "roll", "rot90", "signbit", "sinc",
    "true_divide", "unique", "xlogy", "tile", "hsplit", "vsplit", "dsplit",
)  # fmt: skip

# Methods whose form with an underscore writes into the Tensor.
IN_PLACE = (
    "abs", "absolute", "acos", "acosh", "add", "addbmm", "addcdiv", "addcmul", "addmm", "addmv",
    "addr", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "asin",
    "asinh", "atan", "atan2", "atanh", "baddbmm", "bitwise_and", "bitwise_not", "bitwise_or",
    "bitwise_xor", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "copysign", "cos", "cosh",
    "cumprod", "cumsum", "deg2rad", "digamma", "div", "divide", "eq", "erf", "erfc", "erfinv",
    "exp", "exp2", "expm1", "fix", "floor", "floor_divide", "fmod", "frac", "ge", "greater",
    "greater_equal", "gt", "heaviside", "hypot", "index_add", "index_copy", "index_fill", "le",
    "lerp", "less", "less_equal", "lgamma", "log", "log10", "log1p", "log2", "logical_and",
    "logical_not", "logical_or", "logical_xor", "logit", "lt", "masked_fill", "masked_scatter",
    "mul", "multiply", "nan_to_num", "ne", "neg", "negative", "not_equal", "pow", "rad2deg",
    "reciprocal", "relu", "remainder", "renorm", "round", "rsqrt", "scatter", "scatter_add",
    "sgn", "sigmoid", "sign", "sin", "sinc", "sinh", "sqrt", "square", "sub", "subtract", "tan",
    "tanh", "tril", "triu", "true_divide", "trunc", "xlogy",
)  # fmt: skip

# Dtypes, and methods that convert to them; `t.bfloat16()` is refused below.
DTYPES: dict[str, Any] = {
    "float": np.float32, "double": np.float64, "half": np.float16, "long": np.int64,
    "int": np.int32, "short": np.int16, "char": np.int8, "byte": np.uint8, "bool": np.bool_,
    "cfloat": np.complex64, "cdouble": np.complex128,
}  # fmt: skip

_SHAPE = "t = the same without the underscore, on a line of its own: a Tensor keeps its shape"

# Methods that are refused, and what does it here.
REFUSED_ON_TENSORS: dict[str, str] = {
    **dict.fromkeys(
        ("cuda", "xpu", "mps", "hpu"),
        "nothing: there is no GPU to use, and every Tensor lives in memory",
    ),
    "bfloat16": "t.astype(np.float16): NumPy has no bfloat16",
    **dict.fromkeys(
        ("squeeze_", "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "resize_",
         "resize_as_", "set_"), _SHAPE,
    ),
    "resize": "t.reshape(shape), or autograd.pad",
    "new": "autograd.zeros(shape, t.dtype)",
    "grad_fn": "t.is_leaf, autograd.explain(t), or viz.draw(t) to see what it was computed from",
    "values": "t itself: t.max(axis) is the values alone; t.max(dim=1) has .values and .indices",
    "indices": "t.argmax(axis); t.max(dim=1) has .values and .indices",
    "retains_grad": "t.grad after t.retain_grad()",
    "zero_grad": "t.grad = None, or optimizer.zero_grad()",
    **dict.fromkeys(
        ("to_sparse", "to_dense", "coalesce"), "the Tensor: there are no sparse ones"
    ),
    **dict.fromkeys(("apply_", "map_"), "autograd.op for a function of your own"),
    **dict.fromkeys(
        ("storage", "untyped_storage", "data_ptr", "storage_offset"), "t.data, the ndarray"
    ),
    **dict.fromkeys(("stft", "istft"), "autograd.fft.rfft of windows"),
    **dict.fromkeys(
        ("svd", "qr", "lu", "lstsq", "solve", "triangular_solve", "symeig", "eig"),
        "autograd.linalg, whose functions return what NumPy's do",
    ),
    "mvlgamma": "sums of t.gammaln()",
    # Methods of arrays that change them, or belong to their memory.
    "fill": "t[...] = number under no_grad()",
    "flat": "t.reshape(-1)",
    "partition": "autograd.partition(t, kth), a copy",
    **dict.fromkeys(("put", "put_", "index_put", "index_put_"), "t[index] = values"),
}  # fmt: skip

# ---------------------------------------------------------------------- of the package

SPECIAL = (
    "expit", "erf", "erfc", "erfcx", "erfinv", "xlogy", "gammaln", "digamma", "polygamma",
    "logsumexp", "log_softmax", "softmax", "entr", "i0", "i1", "logit", "ndtr", "log_ndtr",
    "exp2", "expm1", "log1p", "sinc", "round",
)  # fmt: skip

_TYPED = {
    f"{name.title()}Tensor": TypedTensor(f"{name.title()}Tensor", dtype)
    for name, dtype in DTYPES.items()
    if not name.startswith("c")
} | {"CharTensor": TypedTensor("CharTensor", np.int8)}

OF_THE_PACKAGE: dict[str, tuple[str, Any]] = {
    # Dtypes and constants.
    **{name: (f"np.{np.dtype(dtype)}", dtype) for name, dtype in DTYPES.items()},
    **{
        name: (f"np.{name}", getattr(np, name))
        for name in (
            "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
            "uint32", "uint64", "complex64", "complex128", "finfo", "iinfo", "inf", "nan", "pi",
            "e", "result_type", "promote_types", "broadcast_shapes",
        )
    },
    **{
        name: (f"autograd.tensor(data, dtype=np.{typed.dtype})", typed)
        for name, typed in _TYPED.items()
    },
    "dtype": ("np.dtype", np.dtype),
    "Size": ("tuple", tuple),
    "is_tensor": ("isinstance(t, autograd.Tensor)", settings.is_tensor),
    "can_cast": ("np.can_cast", np.can_cast),
    # Making.
    "as_tensor": ("autograd.from_numpy to share memory, autograd.tensor to copy", making.as_tensor),
    # What is to be written to is zeros: nothing here is left to chance.
    "empty": ("autograd.zeros(shape)", creation.zeros),
    "empty_like": ("autograd.zeros_like(t)", creation.zeros_like),
    "rand_like": ("autograd.rand(*t.shape)", like("rand")),
    "randn_like": ("autograd.randn(*t.shape)", like("randn")),
    "randint_like": ("autograd.randint(low, high, t.shape)", making.randint_like),
    "randperm": ("autograd.default_generator().permutation(n)", making.randperm),
    "normal": ("mean + std * autograd.randn(*shape)", making.normal),
    "range": ("autograd.arange(start, stop + 1)", making.range_),
    "seed": ("autograd.manual_seed(n)", settings.seed),
    "Generator": ("np.random.default_rng(seed)", Generator),
    # Functions that are no methods.
    "flatten": ("t.reshape(shape)", shapes.flatten),
    "broadcast_tensors": ("autograd.broadcast_arrays(*tensors)", shapes.broadcast_tensors),
    "scalar_tensor": ("autograd.tensor(number)", making.scalar_tensor),
    "cat": ("autograd.concatenate(tensors, axis)", arithmetic.cat),
    "row_stack": ("autograd.vstack(tensors)", ops.vstack),
    "rsub": ("other - t", arithmetic.rsub),
    "bucketize": ("autograd.digitize, whose right= is the opposite", arithmetic.bucketize),
    "cosine_similarity": ("nn.functional.cosine_similarity", arithmetic.cosine_similarity),
    "cartesian_prod": ("autograd.meshgrid, stacked", making.cartesian_prod),
    "combinations": ("itertools.combinations", making.combinations),
    "tril_indices": ("np.tril_indices", making.tril_indices),
    "triu_indices": ("np.triu_indices", making.triu_indices),
    "chain_matmul": ("autograd.linalg.multi_dot(tensors)", arithmetic.chain_matmul),
    "trapz": ("autograd.trapezoid", ops.trapezoid),
    # Modes, gradients and settings.
    "inference_mode": ("autograd.no_grad()", settings.inference_mode),
    "set_grad_enabled": ("autograd.no_grad() or autograd.enable_grad()", settings.set_grad_enabled),
    "Variable": ("autograd.Tensor", settings.variable),
    "compile": ("the function itself: nothing is compiled", settings.same),
    "set_printoptions": ("np.set_printoptions", settings.set_printoptions),
    "use_deterministic_algorithms": ("nothing: everything is", settings.nothing),
    "set_float32_matmul_precision": ("nothing: it is float32's", settings.nothing),
    "are_deterministic_algorithms_enabled": ("True", settings.always),
    # The machine, and PyTorch's other rooms.
    "device": ('"cpu"', Device),
    "cpu": ("the only device", machine.cpu),
    "cuda": ("not available", machine.cuda),
    "mps": ("not available", machine.mps),
    "xpu": ("not available", machine.xpu),
    "accelerator": ("not available", machine.accelerator),
    "backends": ("settings of other machines", machine.backends),
    "amp": ("float32 throughout", machine.amp),
    "strided": ("the only layout", "strided"),
    "contiguous_format": ("the only memory format", "contiguous_format"),
    "preserve_format": ("the only memory format", "preserve_format"),
    "channels_last": ("the only memory format", "channels_last"),
    "get_num_threads": ("os.cpu_count()", settings.get_num_threads),
    "special": (
        "autograd's functions of the same names",
        Room(
            "torch.special",
            {name: getattr(ops, name) for name in SPECIAL},
            "use autograd, or scipy.special for numbers",
        ),
    ),
    "utils": (
        "nn.utils, nn.utils.data, autograd.checkpoint",
        Room(
            "torch.utils",
            {"checkpoint": Room("torch.utils.checkpoint", {"checkpoint": settings.checkpoint}, "")},
            "use nn.utils, nn.utils.data or nn.data",
        ),
    ),
    "version": ("", Room("torch.version", {"cuda": None, "hip": None}, "")),
}  # fmt: skip

REFUSED_OF_THE_PACKAGE: dict[str, str] = {
    "Parameter": "nn.Parameter",
    "nn": "import nn: the layers are a package of their own",
    "optim": "nn.optim: import nn, or from nn import optim",
    "distributions": "nn.distributions",
    "save": 'nn.save(model.state_dict(), "model.safetensors"), which PyTorch reads by safetensors',
    "load": 'nn.load("model.safetensors"); a .pt file may execute anything, and is not read',
    "jit": "the function itself: nothing is compiled",
    "onnx": 'nn.save(model.state_dict(), "model.safetensors")',
    "hub": "nn.models",
    "multiprocessing": "Python's multiprocessing",
    "distributed": "one process: there is no distributed training",
    "profiler": "autograd.profile()",
    "sparse": "what is dense: there are no sparse Tensors",
    "sparse_coo_tensor": "autograd.zeros and an index: there are no sparse Tensors",
    "quantization": "float32: nothing is quantized",
    "bfloat16": "np.float16: NumPy has no bfloat16",
    "set_default_device": "nothing: everything is computed on the CPU",
    "set_default_tensor_type": "autograd.set_default_dtype(np.float32)",
    "set_num_threads": "the environment variable OPENBLAS_NUM_THREADS, before Python starts",
    "get_rng_state": "autograd.default_generator().bit_generator.state",
    "set_rng_state": "autograd.default_generator().bit_generator.state = state",
    "vmap": "autograd.func.vmap",
    "conv1d": "nn.functional.conv1d",
    "conv2d": "nn.functional.conv2d",
    "dropout": "nn.functional.dropout",
    "embedding": "nn.functional.embedding",
    "layer_norm": "nn.functional.layer_norm",
    "batch_norm": "nn.functional.batch_norm",
    "einops": "the package einops, which takes Tensors",
    "stft": "autograd.fft.rfft of windows",
    "lobpcg": "autograd.linalg.eigh",
    **dict.fromkeys(("lu", "lu_unpack", "lu_solve"), "scipy.linalg.lu(t.data) for its numbers"),
    "gradcheck": "autograd.testing.check_grads",
    "diagonal_scatter": "t[i, i] = values",
    "set_detect_anomaly": "with autograd.detect_anomaly(): around what is to be looked at",
    "initial_seed": "the number that was given to autograd.manual_seed",
    **{
        name: f"autograd.func.{name}"
        for name in (
            "hvp", "jacfwd", "jacrev", "jvp", "linearize", "vhp", "vjp",
        )
    },
}  # fmt: skip

# Methods that are no functions of PyTorch's package, and words that mean another thing there.
METHODS_ONLY = (
    "view", "view_as", "reshape_as", "expand", "expand_as", "dim", "ndimension", "nelement",
    "contiguous", "is_contiguous", "type", "type_as", "to", "new_zeros", "new_ones",
    "new_empty", "new_full", "new_tensor", "sum_to_size", "get_device", "is_cuda", "is_sparse",
    "is_quantized", "pin_memory", "share_memory_", "element_size", "itemsize", "nbytes",
    "tolist", "where", "split_with_sizes", "H", "mH", "adjoint", "device", "cpu", "split",
    "sort", "random_", "exponential_", "bernoulli_", "normal_", "uniform_", "copy_", "stride",
    "unfold", "detach_",
)  # fmt: skip

# ---------------------------------------------------------------------- keywords and arguments

# Names of arguments, and what they are called here, the first that a function has.
KEYWORDS: dict[str, tuple[str, ...]] = {
    "dim": ("axis", "axes", "dim"),
    "dims": ("axis", "axes", "reps"),
    "keepdim": ("keepdims",),
    "dim0": ("axis1",),
    "dim1": ("axis1", "axis2"),
    "dim2": ("axis2",),
    "diagonal": ("k",),
    "offset": ("k",),
    "correction": ("ddof",),
    "shifts": ("shift",),
    "steps": ("num",),
    "end": ("stop",),
    "interpolation": ("method",),
    "decimals": ("decimals",),
    "negative_slope": ("slope", "alpha"),
    "value": ("fill", "replacement"),
    "sections": ("indices_or_sections",),
    "index": ("indices",),
    "src": ("source",),
    "boundaries": ("bins",),
    "size": ("shape",),
    "equation": ("subscripts",),
    "in_dims": ("in_axes",),
    "out_dims": ("out_axes",),
    "func": ("function",),
    "fun": ("function",),
}

# Arguments that say nothing here, when they say what holds anyway.
WITHOUT_MEANING: dict[str, Callable[[Any], bool]] = {
    "device": lambda given: checked_device(given) is not None,
    "layout": lambda given: given == "strided",
    "pin_memory": lambda given: True,
    "memory_format": lambda given: True,
    "non_blocking": lambda given: True,
    "sorted": bool,
    "stable": lambda given: True,
    "out": lambda given: given is None,
    "only_inputs": bool,
    "generator": lambda given: given is None,
}

# Calls that mean another thing, or return more, than the same with our words: what they come to.
CALLS: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("t + alpha * other", arithmetic.add),
    "subtract": ("t - alpha * other", arithmetic.sub),
    "max": ("t.max(axis), t.argmax(axis)", selecting.max_),
    "min": ("t.min(axis), t.argmin(axis)", selecting.min_),
    "median": ("autograd.median(t, axis)", selecting.median),
    "nanmedian": ("autograd.nanmedian(t, axis)", selecting.nanmedian),
    "sort": ("autograd.sort(t, axis), t.argsort(axis)", selecting.sort),
    "argsort": ("t.argsort(axis)", selecting.argsort),
    "cummax": ("t.cummax(axis)", selecting.cummax),
    "cummin": ("t.cummin(axis)", selecting.cummin),
    "std": ("t.std(axis, ddof=1)", arithmetic.spread("std")),
    "var": ("t.var(axis, ddof=1)", arithmetic.spread("var")),
    "std_mean": ("autograd.std_mean(t, axis)", arithmetic.spread_mean("std_mean")),
    "var_mean": ("autograd.var_mean(t, axis)", arithmetic.spread_mean("var_mean")),
    "norm": ("autograd.linalg.vector_norm(t, axis)", arithmetic.norm),
    "split": ("autograd.split(t, positions, axis)", shapes.split),
    "flatten": ("t.reshape(shape)", shapes.flatten),
    "zeros_like": ("autograd.zeros_like(t)", like("zeros")),
    "ones_like": ("autograd.ones_like(t)", like("ones")),
    "full_like": ("autograd.full_like(t, number)", making.full_like),
    "transpose": ("t.swapaxes(a, b)", shapes.transposed),
    "flip": ("t.flip(axes)", shapes.flip),
    "squeeze": ("t.squeeze(axes)", shapes.squeeze),
    "tile": ("autograd.tile(t, counts)", shapes.tile),
    "nonzero": ("t.nonzero(), autograd.argwhere(t)", selecting.nonzero),
    "where": ("autograd.nonzero(condition)", selecting.where),
    "unique": ("autograd.unique(t)", selecting.unique),
    "scatter": ("autograd.put_along_axis", selecting.scatter),
    "scatter_add": ("autograd.scatter_add(t, index, source, axis)", selecting.scatter_add),
    "select": ("t[:, index]", shapes.select),
    "searchsorted": ("autograd.searchsorted(a, v, side)", selecting.searchsorted),
    "meshgrid": ("autograd.meshgrid(*arrays)", making.meshgrid),
    "einsum": ("autograd.einsum(subscripts, *tensors)", arithmetic.einsum),
    "zeros": ("autograd.zeros(shape)", making.creator("zeros")),
    "ones": ("autograd.ones(shape)", making.creator("ones")),
    "rand": ("autograd.rand(*shape)", making.creator("rand")),
    "randn": ("autograd.randn(*shape)", making.creator("randn")),
    "randint": ("autograd.randint(low, high, shape)", making.randint),
}

# NumPy's and the array API's own, with keywords that are seldom used.
CALLS_OF_NUMPY: dict[str, Callable[..., Any]] = {
    "astype": shapes.astype, "reshape": shapes.reshape,
}  # fmt: skip


def _whole(given: Any) -> bool:
    return isinstance(given, (int, np.integer)) or (isinstance(given, Tensor) and given.size == 1)


def _have_axis(args: Sequence[Any]) -> bool:
    return len(args) > 2 and isinstance(args[1], int)


def _are_two(args: Sequence[Any]) -> bool:
    return len(args) == 2 and isinstance(args[1], (Tensor, np.ndarray))


def _are_listed(args: Sequence[Any]) -> bool:
    return len(args) > 0 and isinstance(args[-1], (list, tuple))


# Calls whose arguments are PyTorch's by what they are, and not by name or number.
BY_ARGUMENTS: dict[str, Callable[[Sequence[Any]], bool]] = {
    "max": _are_two,
    "min": _are_two,
    "zeros": lambda args: len(args) > 1 and all(map(_whole, args)),
    "ones": lambda args: len(args) > 1 and all(map(_whole, args)),
    "rand": _are_listed,
    "randn": _are_listed,
    "randint": _are_listed,
    "meshgrid": _are_listed,
    "einsum": _are_listed,
    "scatter": lambda args: len(args) == 4 and _have_axis(args),  # ours takes three
    "scatter_add": _have_axis,
    "select": _have_axis,
    "where": lambda args: len(args) == 1,
}


def bound(
    form: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[Sequence[Any], Mapping[str, Any]] | None:
    """The arguments of a call in PyTorch's words, where they fit its function."""
    kept = {
        name: given
        for name, given in kwargs.items()
        if not (name in WITHOUT_MEANING and name != "generator" and WITHOUT_MEANING[name](given))
    }
    try:
        signature(form).bind(*args, **kept)
    except TypeError:
        return None
    return args, kept


# ---------------------------------------------------------------------- same word, other meaning

# What is valid NumPy and means another thing in PyTorch: the call, and PyTorch's meaning here.
OTHER_MEANING: dict[str, str] = {
    "x.std()": "x.std(correction=1)",
    "x.var(0)": "x.var(0, ddof=1)",
    "autograd.median(x)": "x.reshape(-1).median(dim=0).values",
    "autograd.nanmedian(x)": "x.reshape(-1).nanmedian(dim=0).values",
    "autograd.split(x, 2)": "x.split(2)",
    "autograd.equal(x, y)": "x.equal(y)",
    "x.nonzero()": "autograd.argwhere(x)",
    "np.repeat(x, 2, 1)": "autograd.tile(x, (2, 1))",
    "v.repeat(2)": "autograd.tile(v, 2)",
    "autograd.norm(x, 2)": "autograd.norm(x, p=2)",
    "autograd.meshgrid(v, w)[0]": "autograd.meshgrid(v, w, indexing='ij')[0]",
    "autograd.sort(v)": "autograd.sort(v, dim=-1)",
    "autograd.max(x, 1)": "autograd.max(x, dim=1)",
    "autograd.min(x, 1)": "autograd.min(x, dim=1)",
    "x.cummax(1)": "autograd.cummax(x, dim=1)",
    "autograd.tensor([1.0, 2.0]).dtype": "autograd.tensor([1.0, 2.0], dtype=np.float32).dtype",
    "autograd.Tensor([1, 2]).dtype": "autograd.FloatTensor([1, 2]).dtype",
    "autograd.zeros(2).dtype": "autograd.zeros(2, dtype=np.float32).dtype",
    "(autograd.tensor([1, 2]) / 2).dtype": "(autograd.tensor([1, 2]).float() / 2).dtype",
    "autograd.grad(ties.max(0), ties)": "autograd.grad(ties.max(dim=0).values, ties)",
}


def other_meaning_data(tensor: Callable[..., Any]) -> dict[str, Any]:
    """The Tensors of these calls, made by a function of numbers."""
    x = [[3.0, 1.0, 0.0], [5.0, 4.0, 6.5]]
    return {
        "np": np, "x": tensor(x), "y": tensor(x), "v": tensor([2.0, 1.0, 3.0, 4.0]),
        "w": tensor([1.0, 2.0, 5.0]), "ties": tensor([2.0, 2.0], requires_grad=True),
    }  # fmt: skip
