"""The decorator `op`: a NumPy function becomes an operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Protocol

from autograd.graph.tensor import Tensor
from autograd.operation.dispatch import numpy_functions
from autograd.operation.inplace import make_inplace
from autograd.operation.record import Op, records
from autograd.operation.scalar_calls import make_binary, make_general, make_unary


class Operation(Protocol):
    """What the decorator returns: a plain function that carries its record."""

    op: Op
    vjp: Callable[..., None]
    vjp_all: Callable[[Callable[..., Any]], None]
    jvp: Callable[..., None]
    __name__: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Tensors in, Tensor out; arrays in, array out."""
        ...


def op(kind: str, **options: Any) -> Callable[[Callable[..., Any]], Operation]:
    """Make an operation of a NumPy function; derivative rules are registered right below it.

    The body takes raw arrays. Parameters without a default are arrays, the others keywords
    (`arrays=` names them where that is not so). Rules are registered by argument name, and the
    names of a rule's parameters are what it reads: the cotangent first, then any of `out`
    (`out0`, `out1`, ... for one of several results), an argument, `<argument>_shape`, a keyword, or
    `wanted` (which arguments need a gradient).

    Args:
        kind: how tangents are pushed forward. "elementwise": by the vjp rules themselves;
            "linear": by the function, in all arguments at once; "multilinear": in each argument;
            "constant": no derivative; "general": by `jvp` rules, else by differentiating the vjp.
        **options: any of the following.
        symbol: what a figure writes in the node, "×".
        numpy: NumPy function or functions that dispatch here.
        methods: names under which it becomes a method of Tensor.
        reflected: method name with the two arguments swapped, "__rmul__".
        inplace: method name of the in-place form, "__imul__".
        arrays: names of the array arguments, where some have defaults.
        sequence: name of the first parameter, where it is a list of arrays.
        view: the result may share memory with the first argument.
        domain: where it is differentiable, for tests: a name, or one per argument.
        composed: the same function in simpler operations, which figures expand and tests compare.
        samples: argument tuples that tests use, where a default does not fit.
        errors: (arguments, exception, pattern) that tests hold it to.
        hint: a function of the arguments that adds advice to an error message.
        aliases: other names of parameters, {"correction": "ddof"}.
        pytorch: what PyTorch calls it, below `torch` or, with "F.", `torch.nn.functional`; None
            where it has no such function; the same word where this is left out.
        helper: other operations' rules and layers are made of it: it is for `autograd.ops`, not
            for the names that a user of NumPy completes from.

    Returns:
        A decorator. The function it returns has `vjp(**rules)`, `jvp(**rules)` and
        `vjp_all(rule)` to register rules, and `op`, the record.

    Raises:
        ValueError: for an unknown kind, or a name that is already taken.

    >>> @op("elementwise", domain="positive")
    ... def half_square(x):
    ...     '''Half of the square, x²/2.'''
    ...     return 0.5 * x * x
    >>> half_square.vjp(x=lambda g, x: g * x)
    >>> x = Tensor(3.0, requires_grad=True)
    >>> half_square(x).backward()
    >>> x.grad
    Tensor(3.)
    """

    def decorate(body: Callable[..., Any]) -> Operation:
        record = Op(body, kind, **options)
        function = _callable(record)
        update_wrapper(function, body)
        function.op = record  # type: ignore[attr-defined]
        function.vjp = lambda **rules: record.set_rules(rules)  # type: ignore[attr-defined]
        function.vjp_all = record.set_rule_all  # type: ignore[attr-defined]
        function.jvp = lambda **rules: record.set_push_rules(rules)  # type: ignore[attr-defined]
        record.function = function
        _register(record)
        return function  # type: ignore[return-value]

    return decorate


def _callable(record: Op) -> Callable[..., Any]:
    if record.fast:
        template = make_unary(record) if record.arity == 1 else make_binary(record)
        # The template's arguments take the names of the operation's, so that keywords work.
        code = template.__code__
        names = record.arguments + code.co_varnames[record.arity :]
        template.__code__ = code.replace(co_varnames=names, co_name=record.name)
        return template

    return make_general(record)


def _register(record: Op) -> None:
    known = records.get(record.name)
    if known is not None and known.module != record.module:
        raise ValueError(f"op: the name {record.name!r} is taken by {known.module}; choose another")
    listed = record.numpy if isinstance(record.numpy, tuple) else (record.numpy,)
    for function in listed:
        taken = numpy_functions.get(function)
        if taken is not None and taken.__name__ != record.name:
            raise ValueError(f"op: np.{function.__name__} is already {taken.__name__}")
    mine = set() if known is None else {*known.methods, known.reflected, known.inplace}
    for method in (*record.methods, record.reflected, record.inplace):
        if method is not None and method in Tensor.__dict__ and method not in mine:
            raise ValueError(f"op: Tensor already has a method {method!r}; choose another name")
    # Nothing is registered before everything is checked.
    for function in listed:
        if function is not None:
            numpy_functions[function] = record.function
    function = record.function
    for method in record.methods:
        setattr(Tensor, method, function)
    if record.reflected:
        setattr(Tensor, record.reflected, lambda self, other: function(other, self))
    if record.inplace:
        setattr(Tensor, record.inplace, make_inplace(record, record.inplace))
    records[record.name] = record
