"""wengert's engine: Tensors that record what is computed from them, and its derivatives.

>>> import autograd
>>> x = autograd.Tensor(2.0, requires_grad=True)
>>> y = x * x + 3 * x
>>> y.backward()
>>> x.grad
Tensor(7.)
"""

import gc
import sys
import typing

_collecting = gc.isenabled()
gc.disable()  # what is imported is no garbage, and looking it through takes a tenth of the time
try:
    from autograd import func, ops
    from autograd.creation import (
        arange,
        eye,
        from_numpy,
        full,
        full_like,
        ones,
        ones_like,
        tensor,
        zeros,
        zeros_like,
    )
    from autograd.debugging.anomaly import detect_anomaly
    from autograd.debugging.explanation import explain
    from autograd.debugging.profiling import profile
    from autograd.derivatives.backward import backward
    from autograd.exchange.array_api import OF_THE_STANDARD as _OF_THE_STANDARD
    from autograd.exchange.dlpack import from_dlpack
    from autograd.func.function import Function
    from autograd.graph.defaults import get_default_dtype, set_default_dtype
    from autograd.graph.modes import enable_grad, is_grad_enabled, no_grad
    from autograd.graph.tensor import Tensor, value
    from autograd.installation import warn_if_mixed as _warn_if_mixed
    from autograd.interop import wait_for_einops as _wait_for_einops
    from autograd.of_functions import checkpoint, grad
    from autograd.operation.op import op
    from autograd.operation.record import families as _families
    from autograd.ops import *
    from autograd.random import default_generator, manual_seed, rand, randint, randn
    from autograd.traps import LostGradientWarning, TrapWarning
    from autograd.words import of_the_package as _of_the_package
finally:
    if not gc.get_freeze_count():
        gc.freeze()  # that is, they all count as old:
        gc.unfreeze()  # enabling would have them looked through at once
    if _collecting:
        gc.enable()

if typing.TYPE_CHECKING:
    from autograd import fft as fft
    from autograd import linalg as linalg
    from autograd.linalg import (
        cdist,
        cross,
        inner,
        logdet,
        norm,
        outer,
        pdist,
        tensordot,
        vdot,
        vecdot,
    )

__all__ = [
    "Function", "LostGradientWarning", "Tensor", "TrapWarning", "arange", "backward", "cdist",
    "checkpoint", "cross", "default_generator", "detect_anomaly", "enable_grad", "explain", "eye",
    "fft", "from_dlpack", "from_numpy", "full", "full_like", "func", "get_default_dtype", "grad",
    "inner", "is_grad_enabled", "linalg", "logdet", "manual_seed", "no_grad", "norm", "ones",
    "ones_like", "op", "ops", "outer", "pdist", "profile", "rand", "randint", "randn",
    "set_default_dtype", "tensor", "tensordot", "value", "vdot", "vecdot", "zeros", "zeros_like",
]  # fmt: skip

# Loaded when first asked for: by name, or by a function of NumPy that is theirs.
_LATER = dict.fromkeys(
    (
        "cdist",
        "cross",
        "inner",
        "linalg",
        "logdet",
        "norm",
        "outer",
        "pdist",
        "tensordot",
        "vdot",
        "vecdot",
    ),
    "autograd.linalg",
) | {"fft": "autograd.fft"}
_families += sorted(set(_LATER.values()))
# For programs of HIPS autograd; not in `dir`.
_OF_HIPS = dict.fromkeys(
    (
        "deriv", "elementwise_grad", "grad_and_aux", "grad_named", "hessian",
        "hessian_tensor_product", "hessian_vector_product", "holomorphic_grad", "jacobian",
        "make_ggnvp", "make_hvp", "make_jvp", "make_vjp", "multigrad_dict",
        "tensor_jacobian_product", "value_and_grad", "vector_jacobian_product",
    ), "autograd.differential_operators",
) | dict.fromkeys(("dict", "isinstance", "list", "tuple", "type"), "autograd.builtins") | {
    "primitive": "autograd.extend"
} | {
    name: f"autograd.{name}"
    for name in ("builtins", "core", "extend", "misc", "numpy", "scipy", "test_util", "util")
}  # fmt: skip

_wait_for_einops()
_warn_if_mixed(__file__)

if not typing.TYPE_CHECKING:  # type checkers and editors see the imports
    # What rules and layers are made of stays in autograd.ops.
    for _name in ops.__all__:
        if getattr(getattr(getattr(ops, _name), "op", None), "helper", False):
            del globals()[_name]
    __all__ += [name for name in ops.__all__ if name in globals()]
    __all__.sort()

    def __dir__() -> list[str]:
        return __all__

    def __getattr__(name: str) -> object:
        """What is loaded later, and the words of other libraries."""
        if name == "__version__":
            from autograd.installation import version

            return version()
        if name == "autograd":  # `torch.autograd.grad`, where `import autograd as torch` stands
            return sys.modules[__name__]
        source = _LATER.get(name) or _OF_HIPS.get(name)
        if source is None:
            return _OF_THE_STANDARD[name] if name in _OF_THE_STANDARD else _of_the_package(name)
        from importlib import import_module

        found = import_module(source)
        if found.__name__ != f"autograd.{name}":
            found = getattr(found, name)
            if name in _LATER:
                globals()[name] = found
        return found
