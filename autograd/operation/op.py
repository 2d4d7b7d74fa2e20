"""The decorator `op`: a NumPy function becomes an operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, Protocol

from autograd import elsewhere
from autograd.graph.tensor import Tensor
from autograd.operation.call import make_call
from autograd.operation.dispatch import numpy_functions
from autograd.operation.inplace import make_inplace
from autograd.operation.operators import REFLECTED, make_operator, make_reflected
from autograd.operation.options import Options
from autograd.operation.record import Op, complete_records, records
from autograd.operation.scalar_calls import make_scalar_call


class Operation(Protocol):
    """What the decorator returns: a plain function that carries its record."""

    op: Op
    vjp: Callable[..., None]
    vjp_all: Callable[[Callable[..., Any]], None]
    vjp_raw: Callable[[Callable[..., Any]], None]
    jvp: Callable[..., None]
    vmap: Callable[[Callable[..., Any]], None]
    __name__: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Tensors in, Tensor out; arrays in, array out."""
        ...


class op(Options):
    """Make an operation of a NumPy function; derivative rules are registered right below it.

    The body takes raw arrays. Parameters without a default are arrays, the others keywords
    (`arrays=` names them where that is not so). Rules are registered by argument name, and the
    names of a rule's parameters are what it reads: the cotangent first, then any of `out`
    (`out0`, `out1`, ... for one of several results), an argument, `<argument>_shape`,
    `<argument>_dtype`, a keyword, or `wanted` (which arguments need a gradient).

    Complex numbers: a rule is the transpose of the derivative, without conjugation: `g * y` for
    the product. It conjugates only where the function itself does. The engine conjugates cotangents
    where they enter and gradients where they leave, so that `grad` is d/dRe + i d/dIm of a real
    result, as in PyTorch; the imaginary part is dropped for a real argument.

    Args:
        kind: how tangents are pushed forward. "elementwise": by the vjp rules themselves;
            "linear": by the function, in all arguments at once; "multilinear": in each argument;
            "constant": no derivative; "general": by `jvp` rules, else by differentiating the vjp.
        symbol: what a figure writes in the node, "×".
        numpy: NumPy function, or a tuple of them, that dispatch here.
        methods: names under which it becomes a method of Tensor.
        reflected: method name with the two arguments swapped, "__rmul__".
        inplace: method name of the form that writes the result into the first argument, "__imul__".
        arrays: names of the array arguments, where some have defaults.
        sequence: name of the first parameter, where it is a list of arrays.
        aliases: other names of parameters, {"correction": "ddof"}.
        view: the result may share memory with the first argument.
        real_only: it compares numbers or takes their sizes: complex arguments are refused.
        domain: where it is differentiable, for tests: a name, or one per argument.
        composed: the same function in simpler operations, which figures expand and tests compare.
        residuals: names of what the body returns behind its result, in a tuple: arrays that the
            rule of `vjp_raw` reads, and that are no results.
        samples: calls for tests, where what they draw by themselves does not fit: tuples of
            arguments, in which a tuple of integers is the shape of an array to be drawn, or, with
            keywords, `autograd.testing.sample((2, 3), axis=0)`.
        errors: calls that must fail: tuples (exception, pattern of the message, *arguments), or,
            with keywords, `autograd.testing.error(ValueError, "axis", (2, 3), axis=2)`.
        hint: a function of the arguments that adds advice to an error message.
        caution: a function that is shown the first argument and the keyword `axis` of each call on
            Tensors, and warns where they are hardly meant.
        pytorch: what PyTorch calls it, below `torch` or, with "F.", `torch.nn.functional`; None
            where it has no such function; the same word where this is left out.
        helper: other operations' rules and layers are made of it: it is for `autograd.ops`, not
            for the names that a user of NumPy completes from.
        accumulates: it adds up, squares or counts: the body and the rules compute float16 in
            float32, and round the results once.
        vmap: how it runs over the hidden axis of many samples: the number of axes at the end that
            it works on, while it broadcasts over those before (0 for elementwise ones), "axes"
            where keywords name them and mean all by None, "axis or flat" where None flattens. Else
            a rule registered by `vmap`, what it is composed of, or one sample after the other.

    Returns:
        A decorator. The function it returns has `vjp(**rules)`, `jvp(**rules)`, `vjp_all(rule)`,
        `vjp_raw(rule)` and `vmap(rule)` to register rules, and `op`, the record.

    Raises:
        TypeError: for `@op` without a kind, or samples and errors that are none.
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

    def __call__(self, body: Callable[..., Any]) -> Operation:
        """Make the operation, register it, and return the function that users call."""
        record = Op(body, **vars(self))
        function = make_scalar_call(record) if record.fast else make_call(record)
        update_wrapper(function, body)
        function.op = record  # type: ignore[attr-defined]
        function.vjp = lambda **rules: record.set_rules(rules)  # type: ignore[attr-defined]
        function.vjp_all = record.set_rule_all  # type: ignore[attr-defined]
        function.vjp_raw = record.set_rule_raw  # type: ignore[attr-defined]
        function.vmap = partial(setattr, record, "batching")  # type: ignore[attr-defined]
        function.jvp = lambda **rules: record.set_push_rules(rules)  # type: ignore[attr-defined]
        record.function = function
        _register(record)
        return function  # type: ignore[return-value]


def _register(record: Op) -> None:
    if not record.ours:
        complete_records()  # or a name could turn out to be taken later
    known = records.get(record.name)
    if known is not None and known.module != record.module:
        raise ValueError(f"op: the name {record.name!r} is taken by {known.module}; choose another")
    for function in record.numpy:
        taken = numpy_functions.get(function)
        if taken is not None and taken.__name__ != record.name:
            raise ValueError(f"op: np.{function.__name__} is already {taken.__name__}")
    mine = set() if known is None else set(known.method_names)
    for method in record.method_names:
        if method in Tensor.__dict__ and method not in mine | elsewhere.understood:
            raise ValueError(f"op: Tensor already has a method {method!r}; choose another name")
    # Nothing is registered before everything is checked.
    elsewhere.understood.difference_update(record.method_names)
    for function in record.numpy:
        numpy_functions[function] = record.function
    for method in record.methods:
        operator = len(record.arguments) == 2 and method in REFLECTED
        setattr(Tensor, method, make_operator(record, method) if operator else record.function)
    if record.reflected:
        setattr(Tensor, record.reflected, make_reflected(record))
    if record.inplace:
        setattr(Tensor, record.inplace, make_inplace(record, record.inplace))
    records[record.name] = record
