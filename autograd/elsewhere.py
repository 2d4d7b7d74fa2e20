"""Names that users of other libraries reach for, and the call that does it here."""

from __future__ import annotations

from typing import Any

# PyTorch habits that are not ours, and the NumPy call that does it.
ELSEWHERE = {
    "view": "reshape",
    "unsqueeze": "autograd.expand_dims(t, axis)",
    "permute": "transpose",
    "contiguous": "nothing: every Tensor may be used as it is",
    "numel": "size",
    "dim": "ndim",
    "to": "astype",
    "float": "astype(np.float32)",
    "double": "astype(np.float64)",
    "half": "astype(np.float16)",
    "long": "astype(np.int64)",
    "int": "astype(np.int32)",
    "bool": "astype(bool)",
    "cpu": "nothing: every Tensor lives in memory",
    "cuda": "nothing: every Tensor lives in memory",
    "clone": "copy",
    "clamp": "clip",
    "cat": "autograd.concatenate(tensors, axis)",
    "expand": "autograd.broadcast_to(t, shape)",
    "eq": "==",
    "mm": "@",
    "bmm": "@",
    "tolist": "numpy().tolist()",
    # Methods of arrays that change them, or belong to their memory.
    "fill": "t[...] = number under no_grad()",
    "flat": "t.reshape(-1)",
    "nbytes": "t.data.nbytes",
    "partition": "autograd.partition(t, kth), a copy",
    "put": "t[index] = values",
    "resize": "t.reshape(shape), or autograd.pad",
    "sort": "autograd.sort(t), a sorted copy; t.argsort() or t.topk(k) for positions",
    "strides": "t.data.strides",
    "zero_": "t.grad = None for a gradient, t[...] = 0 under no_grad() for a value",
    "zero_grad": "t.grad = None, or optimizer.zero_grad()",
    "fill_": "t[...] = number under no_grad()",
    "copy_": "t[...] = other under no_grad()",
    "add_": "t += other under no_grad()",
    "sub_": "t -= other under no_grad()",
    "mul_": "t *= other under no_grad()",
    "div_": "t /= other under no_grad()",
}

# The same for names of the module: `autograd.cat`.
MODULE_ELSEWHERE = {
    "Function": "@autograd.op, which makes an operation of a NumPy function and its rules",
    "Variable": "autograd.Tensor",
    "as_tensor": "autograd.from_numpy to share memory, autograd.tensor to copy",
    "cat": "autograd.concatenate(tensors, axis)",
    "clamp": "autograd.clip",
    "float32": "np.float32",
    "float64": "np.float64",
    "gradcheck": "autograd.testing.check_grads",
    "inference_mode": "autograd.no_grad",
    "int64": "np.int64",
    "mm": "@",
    "bmm": "@",
    "permute": "autograd.transpose",
    "set_grad_enabled": "autograd.no_grad or autograd.enable_grad",
    "unsqueeze": "autograd.expand_dims(t, axis)",
    "view": "autograd.reshape",
} | {
    name: f"autograd.func.{name}"
    for name in (
        "hvp", "jacfwd", "jacrev", "jvp", "linearize", "vhp", "vjp", "vmap",
    )
}  # fmt: skip


class Elsewhere:
    """A PyTorch habit: no attribute, but an error that names what works here.

    A descriptor per name and not `__getattr__`, which would slow down every attribute.
    """

    def __init__(self, name: str, instead: str) -> None:
        self.message = f"Tensor has no {name!r}; use {instead}"

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        raise AttributeError(self.message)


def missing_from_module(name: str) -> AttributeError:
    """The error for `autograd.<name>`, which does not exist, with what does it here if known."""
    advice = f"; use {MODULE_ELSEWHERE[name]}" if name in MODULE_ELSEWHERE else ""
    return AttributeError(f"module 'autograd' has no attribute {name!r}{advice}")
