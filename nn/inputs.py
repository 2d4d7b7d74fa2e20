"""What a layer makes of its input: arrays and lists are converted, a wrong dtype is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import Leaf, Node, as_numeric_array, current_mode, node_of, value_of


def place() -> str:
    """Where the running module is, for the end of a message; empty outside of one."""
    path = current_mode().module
    return f" in module {path}" if path else ""


def as_input(x: Any, dtype: np.dtype[Any]) -> Tensor:
    """The input of a layer whose parameters have `dtype`.

    Lists and arrays are converted to it. A Tensor must have it already: a conversion behind the
    user's back would cost precision or speed without a word.
    """
    if isinstance(x, Tensor):
        if x.dtype == dtype:
            return x
        cure = f"convert the input by .astype(np.{dtype})"
        if x.dtype.kind in "fc":
            cure = _made_wide(x, dtype) or f"{cure}, or the model by .to(np.{x.dtype})"
        raise TypeError(
            f"the input is a {x.dtype} Tensor, but the parameters are {dtype}{place()}; {cure} "
            "(see: dtypes)"
        )
    if isinstance(x, tuple) and any(isinstance(each, Tensor) for each in x):
        raise TypeError(
            f"the input is a tuple of {len(x)}{place()}, as a recurrent layer returns it; take it "
            "apart first, output, state = lstm(x)"
        )
    array = as_numeric_array(x, "the input")
    return Tensor(array if array.dtype == dtype else array.astype(dtype))


def array_of(entry: Any, caller: str, name: str) -> Any:
    """What a saved state holds, as an array of ours: Tensors and arrays of any library.

    Raises:
        TypeError: for what is no array of numbers.
    """
    if isinstance(entry, Tensor):
        return value_of(entry)
    if isinstance(entry, np.ndarray | np.generic):
        return entry
    kind = f"{type(entry).__module__}.{type(entry).__name__}".removeprefix("builtins.")
    try:
        for method in ("detach", "cpu"):  # of PyTorch's tensors
            entry = getattr(entry, method, lambda same=entry: same)()
        array = np.asarray(entry)
    except Exception as error:  # whatever the other library raises
        raise TypeError(
            f"{caller}: {name} is a {kind}, which does not become an array ({error}); convert it "
            "to a NumPy array first"
        ) from None
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"{caller}: {name} is a {kind} of {array.dtype}, and must be an array of numbers; "
            "convert it to a NumPy array of float32 first"
        )
    return array


def _made_wide(x: Tensor, dtype: np.dtype[Any]) -> str:
    """The cure where a parameter of the user's is why the input of a float32 layer is float64."""
    waiting: list[Node | None] = [node_of(x)]
    seen: set[int] = set()
    while waiting and len(seen) < 10_000:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        waiting += node.edges
        tensor = node.tensor() if isinstance(node, Leaf) else None
        if tensor is not None and tensor.dtype == x.dtype:
            return (
                f"that is the dtype of the parameter {tensor.name or 'without a name'} of shape "
                f"{tensor.shape}, which was made of Python's numbers or by a function that makes "
                f"{x.dtype}: pass dtype=np.{dtype} there, or begin with "
                f"autograd.set_default_dtype(np.{dtype})"
            )
    return ""


def refuse_complex(caller: str, **arguments: Any) -> None:
    """Raise where a function compares numbers, or means the sizes of real ones, and gets others."""
    for name, x in arguments.items():
        if getattr(getattr(x, "dtype", None), "kind", "") == "c":
            raise TypeError(
                f"{caller}: expected real numbers for {name}, got {x.dtype}{place()}; take the "
                "parts or the size, by autograd.real, imag and abs"
            )
