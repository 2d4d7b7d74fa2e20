"""`primitive` and `defvjp`: operations whose rules take every argument, whatever it is.

An argument may be an array, a tree of arrays, a function or a text. An operation here takes the
Tensors among them as one list, and the rest as one keyword.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import reduce, wraps
from itertools import count
from typing import Any

import numpy as np

from autograd.derivatives.trees import flatten, matched
from autograd.graph.tensor import Tensor, value
from autograd.hips.boxes import Box, in_the_graph, is_boxed, put_in, received, sent, standing_for
from autograd.hips.spaces import vspace
from autograd.hips.transforms import name_of
from autograd.operation.call import apply
from autograd.operation.record import Op

__all__ = [
    "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums", "defvjp", "defvjp_argnum",
    "defvjp_argnums", "notrace_primitive", "primitive", "primitive_jvps", "primitive_vjps",
    "register_notrace",
]  # fmt: skip

Maker = Callable[..., Any]

# The rules by primitive: functions of (argnums, ans, args, kwargs) that give the function from a
# cotangent to gradients; and of (argnums, tangents, ans, args, kwargs) that give a tangent.
primitive_vjps: dict[Any, Maker] = {}
primitive_jvps: dict[Any, Maker] = {}


class Result:
    """What a primitive returned: the leaves of it, and how they are put together."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.leaves, self.rebuild = flatten(out)
        self.single = len(self.leaves) == 1 and self.leaves[0] is out
        self.outline = self.rebuild(range(len(self.leaves)))

    def for_the_engine(self) -> Any:
        """One array, or a tuple of them."""
        given = tuple(map(standing_for, self.leaves))
        return given[0] if self.single else given

    def _joined(self, values: Any, of_leaf: Callable[[Any, Any], Any]) -> Any:
        values = [values] if self.single else values
        return self.rebuild([of_leaf(x, v) for x, v in zip(self.leaves, values, strict=True)])

    def answer(self, values: Any) -> Any:
        """The structure of what was returned, of the values that the engine keeps for it."""
        return self._joined(values, lambda leaf, kept: leaf if is_boxed(leaf) else kept)

    def wrapped(self, tensors: Any) -> Any:
        """The structure of what was returned, of Tensors."""
        return self._joined(tensors, put_in)

    def cotangent(self, g: Any) -> Any:
        """The structure of what was returned, of cotangents."""
        return self._joined(g, received)


class Call:
    """The arguments of one call, with a place for each Tensor among them.

    Attributes:
        tensors: those among the arguments that are operands: Tensors, and tokens of boxes.
        argnums: for each of them the number of the argument that it is in.
    """

    result: Result

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.kwargs = kwargs
        self.trees = [flatten(each) for each in args]
        found = [
            (argnum, tensor)
            for argnum, (leaves, _) in enumerate(self.trees)
            for leaf in leaves
            if (tensor := in_the_graph(leaf)) is not None
        ]
        self.argnums = [argnum for argnum, _ in found]
        self.tensors = [tensor for _, tensor in found]

    def _replaced(self, given: Iterable[Any], other: Callable[[Any], Any]) -> list[Any]:
        """The arguments, with something else for the operands and for what is none."""
        operands = iter(given)

        def replacement(leaf: Any) -> Any:
            return other(leaf) if in_the_graph(leaf) is None else _operand(leaf, next(operands))

        return [rebuild([replacement(leaf) for leaf in leaves]) for leaves, rebuild in self.trees]

    def filled(self, tensors: Iterable[Any]) -> list[Any]:
        """The arguments, with others for the Tensors."""
        return self._replaced(tensors, lambda leaf: leaf)

    def directions(self, tangents: Iterable[Any]) -> list[Any]:
        """The tangents in the structure of the arguments; zeros for what is no Tensor."""
        return self._replaced(tangents, lambda leaf: np.zeros(np.shape(leaf)))

    def split(self, argnum: int, tree: Any) -> list[Any]:
        """The gradients in the tree of one argument's, for its operands; zeros for None."""
        leaves, rebuild = self.trees[argnum]
        if tree is None:
            operands = [each for each in map(in_the_graph, leaves) if each is not None]
            return [np.zeros(each.shape, each.dtype) for each in operands]
        outline = rebuild(range(len(leaves)))
        placed = matched(outline, tree, f"the gradient of argument {argnum}")
        return [
            sent(leaf, each)
            for leaf, each in zip(leaves, placed, strict=True)
            if in_the_graph(leaf) is not None
        ]


def _operand(leaf: Any, given: Any) -> Any:
    """What is put in the place of a Tensor or box: a box around another token stays one."""
    if not isinstance(leaf, Box):
        return given
    return put_in(leaf, given) if isinstance(given, Tensor) else leaf._value


class Primitive:
    """The operation of one primitive.

    Attributes:
        known_as: the function that programs call, under which its rules are found.
    """

    known_as: Callable[..., Any]

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = name_of(function)
        self.op = self._operation()

    def _operation(self) -> Op:
        def body(tensors: list[Any], call: Call) -> Any:
            call.result = Result(self.function(*call.filled(tensors), **call.kwargs))
            return call.result.for_the_engine()

        def pull(g: Any, out: Any, tensors: Any, call: Call, wanted: Any) -> list[Any]:
            return self._pull(g, out, tensors, call, wanted)

        body.__name__ = self.name
        body.__module__ = getattr(self.function, "__module__", None) or "numpy"
        op = Op(body, "general", sequence="tensors")
        op.set_rules({"tensors": pull})
        return op

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = Call(args, kwargs)
        self._check(call)
        if not call.tensors:
            return self.function(*args, **kwargs)
        out = apply(self.op, call.tensors, {"call": call})
        return call.result.wrapped(out)

    def _check(self, call: Call) -> None:
        """Refuse what would get no gradient and not miss it."""
        for name, given in call.kwargs.items():
            if any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in flatten(given)[0]):
                raise TypeError(
                    f"{self.name}: {name!r} is passed by name and would get no gradient; pass it "
                    "by position"
                )

    def _pull(
        self, g: Any, out: Any, tensors: list[Any], call: Call, wanted: tuple[bool, ...]
    ) -> list[Any]:
        """One gradient per Tensor, None where nobody asks."""
        args = call.filled(tensors)
        asked = sorted({n for n, want in zip(call.argnums, wanted, strict=True) if want})
        if self.known_as not in primitive_vjps:
            raise undefined("VJP", self.name, asked)
        result = call.result
        vjp = primitive_vjps[self.known_as](tuple(asked), result.answer(out), args, call.kwargs)
        by_argument = {
            argnum: call.split(argnum, tree)
            for argnum, tree in zip(asked, vjp(result.cotangent(g)), strict=True)
        }
        position: Counter[int] = Counter()
        found = []
        for argnum in call.argnums:
            gradients = by_argument.get(argnum)
            found.append(None if gradients is None else gradients[position[argnum]])
            position[argnum] += 1
        return found

    def _push(self, tangents: list[Any], out: Any, tensors: list[Any], call: Call) -> Any:
        """The tangent of the result from those of the Tensors, None where there is none."""
        moved = sorted({n for n, t in zip(call.argnums, tangents, strict=True) if t is not None})
        full = [
            np.zeros(np.shape(x), value(x).dtype) if t is None else t
            for x, t in zip(tensors, tangents, strict=True)
        ]
        directions = call.directions(full)
        pushed = primitive_jvps[self.known_as](
            tuple(moved),
            [directions[argnum] for argnum in moved],
            call.result.answer(out),
            call.filled(tensors),
            call.kwargs,
        )
        return pushed if call.result.single else tuple(matched(call.result.outline, pushed))

    def push_by_rule(self) -> None:
        """Take the forward mode from `primitive_jvps`, not from the reverse mode."""

        def push(t: Any, out: Any, tensors: Any, call: Call) -> Any:
            return self._push(t, out, tensors, call)

        self.op.set_push_rules({"tensors": push})


# ---------------------------------------------------------------------- what programs write


def primitive(f_raw: Callable[..., Any]) -> Callable[..., Any]:
    """Make an operation of a function, into which the derivative does not look.

    Its rules are defined by `defvjp` and `defjvp`.

    >>> from autograd.extend import defvjp
    >>> @primitive
    ... def twice(x):
    ...     return 2 * x
    >>> defvjp(twice, lambda ans, x: lambda g: 2 * g)
    >>> from autograd import grad
    >>> grad(twice)(1.0)
    np.float64(2.0)
    """
    made = Primitive(f_raw)

    @wraps(f_raw, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
    def f_wrapped(*args: Any, **kwargs: Any) -> Any:
        return made(*args, **kwargs)

    f_wrapped.fun = f_raw  # type: ignore[attr-defined]
    f_wrapped.primitive = made  # type: ignore[attr-defined]
    made.known_as = f_wrapped
    _add_older_methods(f_wrapped)
    return f_wrapped


def notrace_primitive(f_raw: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is given raw arrays for Tensors, and whose result has no derivative."""

    @wraps(f_raw, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
    def f_wrapped(*args: Any, **kwargs: Any) -> Any:
        return f_raw(*map(value, args), **kwargs)

    return f_wrapped


def register_notrace(trace_type: Any, primitive_fun: Callable[..., Any]) -> None:
    """Declare that a primitive has no derivative: gradients are zero.

    Args:
        trace_type: `VJPNode` or `JVPNode`; here one holds for both.
        primitive_fun: what `primitive` returned.
    """
    defvjp_argnums(
        primitive_fun, lambda argnums, ans, args, kwargs: lambda g: [None] * len(argnums)
    )


def undefined(what: str, name: str, argnums: Sequence[int]) -> NotImplementedError:
    """The error for a derivative that nobody has defined."""
    numbers = ", ".join(map(str, argnums))
    return NotImplementedError(
        f"{what} of {name} wrt argnums {numbers} not defined; define it by def{what.lower()}"
    )


def _record(fun: Callable[..., Any], caller: str) -> Primitive:
    """The record behind a primitive; a function of `autograd.numpy` becomes one."""
    made = getattr(fun, "primitive", None)
    if made is None and hasattr(fun, "replace"):
        made = Primitive(fun.fun)  # type: ignore[attr-defined]  # of `wrapping.py`
        made.known_as = fun
        fun.replace(made)
    if not isinstance(made, Primitive):
        raise TypeError(f"{caller}: {name_of(fun)} is no primitive; write @primitive above it")
    return made


def defvjp(fun: Callable[..., Any], *vjpmakers: Maker | None, argnums: Any = None) -> None:
    """Define the gradients of a primitive.

    Args:
        fun: what `primitive` returned, or a function of `autograd.numpy`.
        *vjpmakers: one per argument: a function of (ans, *args, **kwargs) that gives the function
            from the cotangent to the gradient; None for an argument that the result does not
            depend on.
        argnums: which arguments they are for; the first ones if not given.
    """
    for maker in vjpmakers:
        if not (maker is None or callable(maker)):
            raise TypeError(
                f"defvjp: a rule of {name_of(fun)} is a function or None, got {maker!r}"
            )
    makers = dict(zip(count() if argnums is None else argnums, vjpmakers, strict=False))

    def vjp_argnums(asked: Any, ans: Any, args: Any, kwargs: Any) -> Maker:
        if missing := [argnum for argnum in asked if argnum not in makers]:
            raise undefined("VJP", name_of(fun), missing)
        pulls = [
            (lambda g: None) if makers[n] is None else makers[n](ans, *args, **kwargs)  # type: ignore[misc]
            for n in asked
        ]
        return lambda g: [pull(g) for pull in pulls]

    defvjp_argnums(fun, vjp_argnums)


def defvjp_argnum(fun: Callable[..., Any], vjpmaker: Maker) -> None:
    """Define the gradients by one function of (argnum, ans, args, kwargs)."""

    def vjp_argnums(asked: Any, *rest: Any) -> Maker:
        pulls = [vjpmaker(argnum, *rest) for argnum in asked]
        return lambda g: [pull(g) for pull in pulls]

    defvjp_argnums(fun, vjp_argnums)


def defvjp_argnums(fun: Callable[..., Any], vjpmaker: Maker) -> None:
    """Define the gradients by one function of (argnums, ans, args, kwargs) for all arguments."""
    made = _record(fun, "defvjp")
    primitive_vjps[made.known_as] = vjpmaker


def defjvp(fun: Callable[..., Any], *jvpfuns: Any, argnums: Any = None) -> None:
    """Define the forward mode of a primitive; without, it follows from `defvjp`.

    Args:
        fun: what `primitive` returned, or a function of `autograd.numpy`.
        *jvpfuns: one per argument: a function of (g, ans, *args, **kwargs); "same" where the
            primitive is linear in it; None for an argument that the result does not depend on.
        argnums: which arguments they are for; the first ones if not given.
    """
    for jvp in jvpfuns:
        if not (jvp is None or jvp == "same" or callable(jvp)):
            raise TypeError(
                f'defjvp: a rule of {name_of(fun)} is a function, "same" or None, got {jvp!r}'
            )
    rules = dict(zip(count() if argnums is None else argnums, jvpfuns, strict=False))

    def push(argnum: int, g: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        if argnum not in rules:
            raise undefined("JVP", name_of(fun), [argnum])
        rule = rules[argnum]
        if rule is None:
            return vspace(ans).zeros()
        if rule == "same":
            return fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs)
        return rule(g, ans, *args, **kwargs)

    defjvp_argnum(fun, push)


def defjvp_argnum(fun: Callable[..., Any], jvpmaker: Maker) -> None:
    """Define the forward mode by one function of (argnum, g, ans, args, kwargs)."""

    def jvp_argnums(argnums: Any, gs: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        space = vspace(ans)
        parts = [jvpmaker(n, g, ans, args, kwargs) for n, g in zip(argnums, gs, strict=True)]
        return reduce(space.add, parts)

    defjvp_argnums(fun, jvp_argnums)


def defjvp_argnums(fun: Callable[..., Any], jvpmaker: Maker) -> None:
    """Define the forward mode by one function of (argnums, gs, ans, args, kwargs)."""
    made = _record(fun, "defjvp")
    primitive_jvps[made.known_as] = jvpmaker
    made.push_by_rule()


def def_linear(fun: Callable[..., Any]) -> None:
    """Declare that a primitive is linear in each of its arguments."""

    def push(argnum: int, g: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        return fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs)

    defjvp_argnum(fun, push)


# ---------------------------------------------------------------------- before version 1.2


def _add_older_methods(fun: Any) -> None:
    """The methods that defined rules before `defvjp`; courses of that time still write them."""
    makers: dict[int, Maker | None] = {}

    def define(argnum: int, maker: Maker | None) -> None:
        makers[argnum] = maker
        defvjp(fun, *makers.values(), argnums=tuple(makers))

    def defgrad(maker: Maker, argnum: int = 0) -> None:
        define(argnum, maker)

    def older_defvjp(maker: Maker, argnum: int = 0) -> None:
        def staged(ans: Any, *args: Any, **kwargs: Any) -> Maker:
            return lambda g: maker(g, ans, vspace(args[argnum]), vspace(g), *args, **kwargs)

        define(argnum, staged)

    def defvjp_is_zero(argnums: Sequence[int] = (0,)) -> None:
        for argnum in argnums:
            define(argnum, None)

    fun.defgrad, fun.defvjp, fun.defvjp_is_zero = defgrad, older_defvjp, defvjp_is_zero
