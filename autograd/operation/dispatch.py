"""NumPy's functions on Tensors: `np.exp(t)` is `autograd.exp(t)`.

The records name the NumPy function that each operation stands for. Arguments are bound by NumPy's
parameter names; a parameter that the operation does not have must be at its default, else the
call raises: nothing is silently ignored, and nothing silently leaves the graph.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.elsewhere import with_derivative
from autograd.graph.tensor import Tensor, value, wrap
from autograd.operation.call import RAW_TYPES
from autograd.operation.operators import is_foreign
from autograd.operation.record import Op, complete_records, records

numpy_functions: dict[Any, Callable[..., Any]] = {}  # NumPy function -> our function

# What NumPy offers that is done otherwise here.
_ADVICE = {
    "where": "use autograd.where to replace what shall not count",
    "initial": "combine the result with it",
    "dtype": "use .astype before or after",
    "out": "assign the result instead",
    "order": "elements are taken in row-major order; transpose first",
}
# Functions that change their first argument, and how a Tensor is changed.
_WRITING = {
    "copyto": "t[...] = values", "fill_diagonal": "t[indices, indices] = values",
    "place": "t[mask] = values", "put": "t[index] = values", "putmask": "t[mask] = values",
}  # fmt: skip
_LOST = (
    "an ndarray cannot be changed in place by a Tensor, whose gradient would be lost; make the "
    "array a Tensor first"
)
# Of equal elements the first comes first here: any kind of sorting is that one.
_ALWAYS = {"stable": (True, False), "kind": ("stable", "mergesort", "quicksort", "heapsort")}


def _spelled(ufunc: Any) -> str:
    """What the caller wrote: `np.exp`; SciPy's ufuncs come this way as well."""
    library = "np" if isinstance(vars(np).get(ufunc.__name__), np.ufunc) else "scipy.special"
    return f"{library}.{ufunc.__name__}"


# The operations that methods of ufuncs are.
_METHODS = {
    ("add", "reduce"): "sum", ("add", "accumulate"): "cumsum", ("multiply", "reduce"): "prod",
    ("multiply", "accumulate"): "cumprod", ("maximum", "reduce"): "max",
    ("maximum", "accumulate"): "cummax", ("minimum", "reduce"): "min",
    ("minimum", "accumulate"): "cummin", ("logaddexp", "reduce"): "logsumexp",
    ("logaddexp", "accumulate"): "logcumsumexp", ("logical_and", "reduce"): "all",
    ("logical_or", "reduce"): "any",
}  # fmt: skip


# What they take.
_LIKE: dict[str, Callable[..., Any]] = {
    "reduce": lambda x, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True: ...,
    "accumulate": lambda x, axis=0, dtype=None, out=None: ...,
}


def _ours(function: Any) -> Callable[..., Any] | None:
    """Our function for NumPy's, if there is one in any family."""
    if function not in numpy_functions:
        complete_records()
    return numpy_functions.get(function)


def call_ufunc(self: Tensor, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Carry out `np.<ufunc>(...)` that has a Tensor among its arguments."""
    if method == "__call__" and not kwargs and ufunc not in (np.equal, np.not_equal):
        usual = numpy_functions.get(ufunc)
        if usual is not None and all(
            type(each) in RAW_TYPES or isinstance(each, Tensor) for each in inputs
        ):
            return usual(*inputs)
    if any(is_foreign(type(each)) for each in (*inputs, *kwargs.get("out", ()))):
        return NotImplemented  # NumPy asks the other one, whose unit or mask would be lost here
    name = _spelled(ufunc)
    if isinstance(inputs[0], np.ndarray) and any(o is inputs[0] for o in kwargs.get("out", ())):
        raise TypeError(f"{name}: {_LOST}")
    if method != "__call__":
        return _call_method(f"{name}.{method}", ufunc, method, inputs, kwargs)
    for option in ("out", "where", "dtype", "casting", "order", "subok"):
        if option in kwargs:
            advice = _ADVICE.get(option, "leave it out")
            raise TypeError(f"{name}: {option}= is not supported on Tensors; {advice}")
    function = _ours(ufunc)
    if function is None:
        return _without_gradient(name, ufunc, inputs, kwargs)
    if ufunc in (np.equal, np.not_equal) and any(map(_is_text, inputs)):
        shape = np.broadcast_shapes(*map(np.shape, inputs))
        return wrap(np.full(shape, ufunc is np.not_equal)[()], None)
    return function(*inputs, **kwargs)  # such as axis= of vecdot


def _call_method(
    name: str, ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Carry out `np.add.reduce(...)` and its kin: by a rule, or outside the graph."""
    if method == "at" and isinstance(inputs[0], Tensor):
        raise TypeError(f"{name} changes a Tensor in place; write t[index] += values")
    if not any(isinstance(each, Tensor) and each.requires_grad for each in inputs):
        return _in_tensors(getattr(ufunc, method)(*_raw(inputs), **_raw(kwargs)))
    binary = _ours(ufunc)
    if method == "outer" and binary is not None and not kwargs:
        x, y = inputs
        apart = (*np.shape(x), *(1,) * np.ndim(y))
        return binary(records["reshape"].function(x, apart), y)
    instead = _METHODS.get((ufunc.__name__, method)) if _ours(ufunc) is not None else None
    if instead is None:
        raise TypeError(f"{name} has no derivative rules here; use .detach().numpy()")
    axis = {} if len(inputs) > 1 else {"axis": 0}  # NumPy: the first axis where none is named
    return _translated(name, _LIKE[method], records[instead].function, inputs, axis | kwargs)


def call_function(
    self: Tensor, function: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: Any
) -> Any:
    """Carry out `np.<function>(...)` that has a Tensor among its arguments."""
    if any(_has_functions_of_its_own(kind) for kind in types):
        return NotImplemented
    name = f"np.{function.__name__}"
    if function in _QUESTIONS:
        return function(*_raw(args), **_raw(kwargs))
    if function in _MAKING:
        return _in_tensors(function(*_raw(args), **_raw(kwargs)))
    if function is np.where and len(args) + len(kwargs) == 1:
        function = np.nonzero  # what it is with a condition alone
    ours = _ours(function)
    if ours is None:
        return _without_gradient(name, function, args, kwargs)
    return _translated(name, function, ours, args, kwargs)


def _has_functions_of_its_own(kind: type) -> bool:
    own = getattr(kind, "__array_function__", None)
    return own is not np.ndarray.__array_function__ and not issubclass(kind, Tensor)


def _is_text(operand: Any) -> bool:
    """Whether it is an array of what is never equal to a number: strings, dates, records."""
    return isinstance(operand, (np.ndarray, np.generic)) and operand.dtype.kind in "SUMmV"


def _translated(
    name: str,
    function: Callable[..., Any],
    ours: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call our function with NumPy's arguments."""
    record: Op | None = getattr(ours, "op", None)
    if record is not None and record.starred:
        extra = {k: v for k, v in kwargs.items() if k != "optimize" and v is not None}
        if extra:
            raise TypeError(f"{name}: {', '.join(extra)} is not supported on Tensors")
        return ours(*args)
    signature = _signature(function)
    bound = signature.bind(*args, **kwargs).arguments
    names = list(signature.parameters)
    known = _signature(ours).parameters
    arrays = 1 if record is None else len(record.arguments)
    aliases = {} if record is None else record.aliases or {}
    positional = [bound.pop(parameter) for parameter in names[:arrays] if parameter in bound]
    keywords = {}
    for parameter, given in bound.items():
        target = aliases.get(parameter, parameter)
        if target in known:
            if given is not np._NoValue:
                keywords[target] = given
        elif isinstance(given, dict) and parameter == "kwargs":
            keywords.update(given)
        elif not (
            _is_default(given, signature.parameters[parameter].default)
            or (isinstance(given, (bool, str)) and given in _ALWAYS.get(parameter, ()))
        ):
            advice = f"; {_ADVICE[parameter]}" if parameter in _ADVICE else ""
            raise TypeError(
                f"{name}: {parameter}={given!r} is not supported on Tensors; "
                f"autograd.{ours.__name__} takes {', '.join(known)}{advice}"
            )
    return ours(*positional, **keywords)


def _is_default(given: Any, default: Any) -> bool:
    if given is default or given is None or given is np._NoValue:
        return True
    if default is np._NoValue:
        return False
    return np.ndim(given) == 0 and bool(given == default)


_signatures: dict[Any, inspect.Signature] = {}


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature, read once per function; a few of NumPy's C functions hide theirs."""
    known = _signatures.get(function)
    if known is None:
        try:
            known = inspect.signature(function)
        except ValueError:
            text = _HIDDEN_SIGNATURES[function.__name__]
            scope: dict[str, Any] = {}
            exec(f"def hidden({text}): ...", scope)
            known = inspect.signature(scope["hidden"])
        _signatures[function] = known
    return known


_HIDDEN_SIGNATURES = {
    "concatenate": "arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
    "where": "condition, x, y",
    "copyto": "dst, src",
    "dot": "a, b, out=None",
    "inner": "a, b",
    "vdot": "a, b",
    "bincount": "x, weights=None, minlength=0",
    "lexsort": "keys, axis=-1",
}


def _without_gradient(name: str, function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """An unknown NumPy function: refused, because its result would leave the graph."""
    if name.startswith("scipy.") and (ours := with_derivative("scipy.special", function.__name__)):
        raise TypeError(f"{name} does not work on Tensors; use {ours}")
    if function.__name__ in _WRITING:
        names = ("dst", "a", "arr")  # what NumPy calls the array that is written to
        written = args[0] if args else next(kwargs[each] for each in names if each in kwargs)
        if not isinstance(written, Tensor):
            raise TypeError(f"{name}: {_LOST}")
        raise TypeError(f"{name} does not work on Tensors; write {_WRITING[function.__name__]}")
    if any(isinstance(each, Tensor) and each.requires_grad for each in _flat((args, kwargs))):
        raise TypeError(
            f"{name} has no derivative rules here; write it in operations that have, register it "
            f"with @autograd.op(..., numpy={name}), or pass t.detach().numpy()"
        )
    raise TypeError(f"{name} does not work on Tensors; pass t.numpy()")


def _flat(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in _flat(each)]
    return [tree]


def _raw(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _raw(each) for name, each in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(_raw(each) for each in tree)
    return value(tree)


def _in_tensors(out: Any) -> Any:
    """New Tensors outside the graph; nothing where nothing came."""
    if isinstance(out, tuple):
        return tuple(map(_in_tensors, out))
    return out if out is None else wrap(np.asarray(out)[()], None)


# Questions about an array, answered on its value: the answer carries no gradient.
_QUESTIONS = {
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.iscomplexobj,
    np.isrealobj, np.allclose, np.array_equal, np.array_equiv, np.may_share_memory,
    np.shares_memory, np.array2string, np.array_repr, np.array_str,
}  # fmt: skip
# A new array, or an answer for every element: a Tensor without gradient.
_MAKING = {np.zeros_like, np.ones_like, np.empty_like, np.isclose, np.isreal, np.iscomplex}

Tensor.__array_ufunc__ = call_ufunc  # type: ignore[method-assign]
Tensor.__array_function__ = call_function  # type: ignore[method-assign]
