"""Functions of any structure with derivatives of their own.

A call is one node of the graph, whatever happens inside: an iteration, a solver of SciPy, a loop
over random samples. Its gradient is what the function's author says.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, update_wrapper
from types import MethodType
from typing import Any

import numpy as np

from autograd.derivatives import backward as engine
from autograd.derivatives.arguments import checked_function
from autograd.derivatives.gradients import inside, outside
from autograd.derivatives.mapped import as_logical, as_physical
from autograd.derivatives.trees import flatten
from autograd.graph.modes import current_mode, enable_grad, mapping, no_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, as_numeric_array, value, wrap
from autograd.graph.views import shares_memory
from autograd.mapping.level import everywhere, or_one_by_one
from autograd.mapping.tensor import NoValueError, in_order, levels_of, mapped_over, physical
from autograd.operation.call import apply
from autograd.operation.record import Op
from autograd.random import default_generator

__all__ = ["custom_vjp"]

Forward = Callable[..., tuple[Any, Any]]
Backward = Callable[[Any, Any], Any]


class custom_vjp:
    """A function whose gradient is not that of what it computes, but what `defvjp` says.

    For what is differentiated better, or only, by a formula: solutions of equations (by the
    implicit function theorem), results of other libraries, functions with steps, gradients that are
    clipped or scaled. Tensors that require gradients must be arguments, not closed over.

    Args:
        function: of Tensors in any structure, and of anything else.

    >>> @custom_vjp
    ... def rounded(x):
    ...     return autograd.round(x)
    >>> rounded.defvjp(lambda x: (autograd.round(x), None), lambda residuals, g: (g,))
    >>> x = Tensor([0.4, 1.6], requires_grad=True)
    >>> (rounded(x) * Tensor([1.0, 10.0])).sum().backward()  # straight through
    >>> x.grad
    Tensor([ 1., 10.])
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = checked_function("custom_vjp", function)
        self.forward_rule: Forward | None = None
        self.backward_rule: Backward | None = None
        self.jvp_rule: Callable[..., Any] | None = None
        update_wrapper(self, function)
        name = getattr(function, "__name__", "custom")
        self.op, self.mapped_op = _operations(name if name.isidentifier() else "custom")

    def defvjp(self, forward: Forward, backward: Backward) -> None:
        """Say how a gradient is computed.

        Args:
            forward: takes the arguments of the function; returns a pair, its result and whatever
                `backward` needs, the residuals.
            backward: takes the residuals and a cotangent in the structure of the result; returns a
                tuple with a gradient per argument, in its structure, or None for one that has
                none. Gradients with respect to complex arguments are d/dRe + i d/dIm.

        Second derivatives differentiate `backward`. Residuals that are arguments or results are
        part of the graph then; others are computed again by `forward`, on Tensors of the graph.
        """
        self.forward_rule = checked_function("defvjp", forward)
        self.backward_rule = checked_function("defvjp", backward)

    def defjvp(self, push: Callable[..., Any]) -> None:
        """Say how a tangent is computed; reverse mode follows from it where there is no `defvjp`.

        Args:
            push: takes a tuple of the arguments and a tuple of their tangents, None where an
                argument has none; returns the result and its tangent. It must be linear in the
                tangents.

        >>> @custom_vjp
        ... def cube(x):
        ...     return x**3
        >>> cube.defjvp(lambda primals, tangents: (cube(*primals), 3 * primals[0]**2 * tangents[0]))
        >>> from autograd import func
        >>> func.grad(cube)(Tensor(2.0)), func.jvp(cube, (Tensor(2.0),), (Tensor(1.0),))[1]
        (Tensor(12.), Tensor(12.))
        """
        self.jvp_rule = checked_function("defjvp", push)
        let_push(self.op)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, with its own derivative."""
        if self.forward_rule is None and self.jvp_rule is None:
            raise TypeError(
                f"custom_vjp: {self.op.name} has no derivative yet; say which with "
                f"{self.op.name}.defvjp(forward, backward) or .defjvp(push)"
            )
        if kwargs:
            bound = inspect.signature(self.function).bind(*args, **kwargs)
            bound.apply_defaults()
            if bound.kwargs:
                raise TypeError(
                    f"custom_vjp: {self.op.name} has parameters by keyword only "
                    f"({', '.join(bound.kwargs)}), which no gradient could be returned for"
                )
            args = bound.args
        return called(self, args)

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        """Of an object it is a method, whose first argument, the object, has no gradient."""
        return self if instance is None else MethodType(self, instance)

    def compute(self, args: Sequence[Any], wanted: Sequence[bool]) -> tuple[Any, Any]:
        """The result and the residuals; for `Function`, which arguments want a gradient."""
        return (
            (self.function(*args), None) if self.forward_rule is None else self.forward_rule(*args)
        )


def called(custom: Any, args: tuple[Any, ...]) -> Any:
    """The result of a function with a derivative of its own, as one node.

    Args:
        custom: has `function`, `compute`, `backward_rule`, `jvp_rule`, `op`, `mapped_op`.
        args: any structure.
    """
    mode = current_mode()
    if mode.levels:
        return or_one_by_one(partial(_called_at_once, custom), *args)
    leaves, rebuild = flatten(list(args))
    slots = [i for i, x in enumerate(leaves) if _is_floating(x)]
    if not (mode.recording and any(leaves[slot].requires_grad for slot in slots)):
        return custom.function(*args)
    operands = [leaves[slot] for slot in slots]
    wanted = [any(getattr(x, "requires_grad", False) for x in flatten(arg)[0]) for arg in args]
    call = _Call(custom, leaves, rebuild, slots, wanted)
    call.start(operands)
    out = apply(custom.op, operands, {"call": call})
    return call.build(list(out) if isinstance(out, tuple) else [out])


class _OfSamples:
    """A function inside `vmap`: it is given physical Tensors, and computes for each sample."""

    jvp_rule = None

    def __init__(self, custom: Any, args: tuple[Any, ...], levels: Any) -> None:
        self.custom = custom
        self.op = custom.mapped_op
        self.levels = levels
        leaves, self.rebuild = flatten(list(args))
        # What is the same for all samples gets a gradient for each of them.
        leaves = [everywhere(x, levels) if _is_floating(x) else x for x in leaves]
        self.given = tuple(map(physical, leaves))
        self.over = [levels_of(leaf) for leaf in leaves]

    def compute(self, given: Sequence[Any], wanted: Sequence[bool]) -> tuple[Any, Any]:
        """The physical results of all samples, and the residuals of one."""
        return self._run(lambda args: self.custom.compute(args, wanted), given)

    def _run(self, function: Callable[..., Any], given: Sequence[Any]) -> tuple[Any, Any]:
        pairs = zip(given, self.over, strict=True)
        args = self.rebuild([mapped_over(x, own) if own else x for x, own in pairs])
        with mapping(self.levels):
            out, residuals = _pair(self.custom, function(args))
            outs, self.build = flatten(out)
            outs = [everywhere(_as_tensor(self.custom, each), self.levels) for each in outs]
        return [physical(each) for each in outs], residuals

    def function(self, *given: Any) -> Any:
        """The results alone."""
        return self._run(lambda args: (self.custom.function(*args), None), given)[0]

    def backward_rule(self, residuals: Any, cotangents: Any) -> Any:
        """The physical gradients of all samples."""
        leaves, rebuild = _taken_apart(residuals)
        outline = self.rebuild(range(len(self.given)))

        def gradients(saved: list[Any], arriving: list[Any]) -> list[Any]:
            found = self.custom.backward_rule(rebuild(saved), self.build(arriving))
            return _gradients(self.custom, outline, found, len(self.given))

        arriving = [as_logical(each, self.levels) for each in cotangents]
        with mapping(in_order((*current_mode().levels, *self.levels))):
            parts = or_one_by_one(gradients, leaves, arriving)
        return tuple(None if part is None else as_physical(part, self.levels) for part in parts)


def _called_at_once(custom: Any, *args: Any) -> Any:
    """A call inside `vmap`: one node, of the physical Tensors."""
    levels = current_mode().levels
    if not levels:
        return called(custom, args)
    if custom.backward_rule is None:
        raise NoValueError("a jvp is asked for the tangents of one sample after the other")
    of_samples = _OfSamples(custom, args, levels)
    with mapping(()):
        outs = called(of_samples, of_samples.given)
    return of_samples.build([mapped_over(each, levels) for each in outs])


class _Call:
    """One call: what was given, what came out, and what its gradient needs."""

    def __init__(
        self,
        custom: Any,
        leaves: list[Any],
        rebuild: Callable[..., Any],
        slots: list[int],
        wanted: list[bool],
    ) -> None:
        self.wanted = wanted  # which arguments want a gradient
        self.custom = custom
        self.leaves = [None if i in slots else leaf for i, leaf in enumerate(leaves)]
        self.rebuild = rebuild
        self.slots = slots
        self.outline = rebuild(range(len(leaves)))
        self.random = default_generator().bit_generator.state

    def arguments(self, tensors: Sequence[Any]) -> list[Any]:
        """The arguments of the function with these Tensors in their places."""
        full = list(self.leaves)
        for slot, tensor in zip(self.slots, tensors, strict=True):
            full[slot] = tensor
        arguments: list[Any] = self.rebuild(full)
        return arguments

    def start(self, operands: Sequence[Tensor]) -> None:
        """Compute the results, outside of the graph."""
        # Whoever writes into an argument would change it behind the graph's back.
        self.given = [wrap(_read_only(operand._value), None) for operand in operands]
        with enable_grad():  # so that what is closed over is seen
            made = self.custom.compute(self.arguments(self.given), self.wanted)
        out, self.residuals = _pair(self.custom, made)
        outs, self.build = flatten(out)
        self.outs = [_as_tensor(self.custom, each) for each in outs]
        for each in self.outs:
            if each.requires_grad:
                raise RuntimeError(
                    f"custom_vjp: the result of {self.custom.op.name} depends on a Tensor that "
                    "requires gradients and is no argument, so its gradient would be lost; pass it "
                    "as an argument, or detach it"
                )
        values = [each._value for each in self.outs]
        self.values = [
            v.copy() if any(shares_memory(v, x._value) for x in self.given) else v for v in values
        ]

    def taken(self) -> Any:
        """The results, once."""
        values = self.values
        del self.values
        return values[0] if len(values) == 1 else tuple(values)

    def pull(self, g: Any, tensors: list[Any], out: Any) -> list[Any]:
        """The gradients of the arguments that are Tensors."""
        tensors = [_tensor(each) for each in tensors]
        several = list(g) if isinstance(g, tuple) else [g]
        on_tensors = any(isinstance(each, Tensor) for each in several)
        recorded = on_tensors and current_mode().recording
        cotangents = [outside(each) for each in several]
        with enable_grad() if recorded else no_grad():
            if self.custom.backward_rule is None:
                found = self._transposed(cotangents, tensors, recorded)
            else:
                residuals = self._connected(tensors, out) if recorded else self.residuals
                gradients = self.custom.backward_rule(residuals, self.build(cotangents))
                parts = _gradients(self.custom, self.outline, gradients, len(self.leaves))
                found = [parts[slot] for slot in self.slots]
        like = [value(tensor) for tensor in tensors]
        return [
            np.zeros(np.shape(x), x.dtype)[()] if part is None else _inside(part, x, on_tensors)
            for part, x in zip(found, like, strict=True)
        ]

    def _transposed(
        self, cotangents: list[Tensor], tensors: list[Any], recorded: bool
    ) -> list[Tensor | None]:
        """The gradients by the jvp, which is linear in its tangents."""
        with enable_grad():
            along = [wrap(np.zeros(x.shape, x.dtype)[()], None).requires_grad_() for x in tensors]
            pushed = self._pushed(tensors, along)
            pairs = [p for p in zip(pushed, cotangents, strict=True) if p[0].requires_grad]
            if not pairs:
                return [None] * len(along)
            return list(
                engine.grad(
                    [tangent for tangent, _ in pairs],
                    along,
                    [cotangent for _, cotangent in pairs],
                    create_graph=recorded,
                    allow_unused=True,
                )
            )

    def push_all(self, tangents: list[Any], tensors: list[Any]) -> Any:
        """The tangents of the results, by the jvp."""
        on_tensors = any(isinstance(each, Tensor) for each in [*tangents, *tensors])
        recorded = on_tensors and current_mode().recording
        primals = [x if isinstance(x, Tensor) else wrap(x, None) for x in tensors]
        along = [t if t is None or isinstance(t, Tensor) else wrap(t, None) for t in tangents]
        with enable_grad() if recorded else no_grad():
            pushed = self._pushed(primals, along)
        found = [each if on_tensors else each._value for each in pushed]
        return found[0] if len(found) == 1 else tuple(found)

    def _pushed(self, primals: list[Any], along: list[Any]) -> list[Tensor]:
        blank = [None] * len(self.leaves)
        for slot, tangent in zip(self.slots, along, strict=True):
            blank[slot] = tangent
        _, tangent = _pair(
            self.custom,
            self.custom.jvp_rule(tuple(self.arguments(primals)), tuple(self.rebuild(blank))),
        )
        leaves, _ = flatten(tangent)
        if len(leaves) != len(self.outs):
            raise ValueError(
                f"custom_vjp: the jvp of {self.custom.op.name} returned {len(leaves)} tangents for "
                f"{len(self.outs)} results"
            )
        return [_as_tensor(self.custom, each) for each in leaves]

    def _connected(self, tensors: list[Any], out: Any) -> Any:
        """The residuals as Tensors of the graph, for a pass that is recorded itself."""
        outs = list(out) if isinstance(out, list | tuple) else [out]
        leaves, rebuild = _taken_apart(self.residuals)
        known = dict(zip(map(id, self.given), tensors, strict=True))
        known |= dict(zip(map(id, self.outs), outs, strict=True))
        if all(id(physical(leaf)) in known or not _may_depend(leaf) for leaf in leaves):
            return rebuild([_known(leaf, known) for leaf in leaves])
        with enable_grad(), _random_numbers_of(self.random):
            again, residuals = self.custom.compute(self.arguments(tensors), self.wanted)
        leaves, rebuild = _taken_apart(residuals)
        known = dict(zip(map(id, flatten(again)[0]), outs, strict=True))
        for leaf in leaves:
            if _may_depend(leaf) and not isinstance(leaf, Tensor):
                raise RuntimeError(
                    f"custom_vjp: a residual of {self.custom.op.name} is an array, "
                    f"{describe(leaf)}, which has left the graph, and this pass is recorded (for "
                    "second derivatives, or as forward mode without defjvp); keep a Tensor"
                )
        return rebuild([_known(leaf, known) for leaf in leaves])


# ---------------------------------------------------------------------- the operation


def _operation(name: str) -> Op:
    """The record whose calls are those of one function."""

    def body(tensors: Any, call: Any = None) -> Any:
        return call.taken()

    body.__name__ = name
    body.__doc__ = f"A call of {name}, whose derivative is its own."

    def composed(*tensors: Any, call: Any) -> Any:
        leaves, _ = flatten(call.custom.function(*call.arguments(tensors)))
        return leaves[0] if len(leaves) == 1 else tuple(leaves)

    op = Op(body, "general", sequence="tensors", composed=composed)
    op.set_rules({"tensors": lambda g, tensors, out, call: call.pull(g, tensors, out)})
    return op


def _operations(name: str) -> tuple[Op, Op]:
    """The operation of calls, and that of calls inside `vmap`, which has no jvp."""
    return _operation(name), _operation(name)


def let_push(op: Op) -> None:
    """Let forward mode call the jvp."""
    op.set_push_rules({"tensors": lambda t, tensors, call: call.push_all(t, tensors)})


def _read_only(array: Any) -> Any:
    """A view of an array that cannot be written to; a number as it is."""
    if not isinstance(array, np.ndarray):
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def _pair(custom: Any, given: Any) -> tuple[Any, Any]:
    if not isinstance(given, tuple) or len(given) != 2:
        raise TypeError(
            f"custom_vjp: the forward function of {custom.op.name} must return a pair, the result "
            f"and the residuals (and a jvp the result and its tangent), got {describe(given)}"
        )
    if given[0] is None:
        raise TypeError(f"custom_vjp: the result of {custom.op.name} is None: a missing return")
    return given


def _is_floating(x: Any) -> bool:
    return isinstance(x, Tensor) and x.dtype.kind in "fc"


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else wrap(np.asarray(x)[()], None)


def _known(leaf: Any, known: dict[int, Any]) -> Any:
    """A residual as the Tensor of the graph that it is, also where it stands for samples."""
    found = known.get(id(physical(leaf)))
    return leaf if found is None else mapped_over(found, levels_of(leaf))


def _as_tensor(custom: Any, out: Any) -> Tensor:
    if isinstance(out, Tensor):
        return out
    return wrap(as_numeric_array(out, f"{custom.op.name}: a result")[()], None)


def _gradients(custom: Any, outline: list[Any], found: Any, count: int) -> list[Any]:
    """One gradient per leaf of the arguments, None where there is none."""
    name = custom.op.name
    if len(outline) == 1 and not isinstance(found, tuple | list):
        found = (found,)
    if isinstance(found, tuple | list) and len(found) > len(outline):
        # Of arguments that were left to their defaults.
        more = found[len(outline) :]
        found = found[: len(outline)] if all(each is None for each in more) else found
    if not isinstance(found, tuple | list) or len(found) != len(outline):
        what = len(found) if isinstance(found, tuple | list) else describe(found)
        raise ValueError(
            f"custom_vjp: the backward function of {name} must return a tuple with a gradient for "
            f"each of {len(outline)} arguments, got {what}"
        )
    gradients: list[Any] = [None] * count
    for position, (argument, gradient) in enumerate(zip(outline, found, strict=True)):
        _put(gradients, argument, gradient, f"{name}: the gradient of argument {position}")
    return gradients


def _put(gradients: list[Any], argument: Any, gradient: Any, where: str) -> None:
    if gradient is None or argument is None:
        return
    if isinstance(argument, int):
        if isinstance(gradient, tuple | list | dict):
            raise ValueError(f"custom_vjp: {where} must be a Tensor, got {describe(gradient)}")
        if not isinstance(gradient, Tensor):
            gradient = wrap(as_numeric_array(gradient, f"custom_vjp: {where}")[()], None)
        gradients[argument] = gradient
    elif isinstance(argument, dict):
        if not isinstance(gradient, dict) or not set(gradient) <= set(argument):
            raise ValueError(f"custom_vjp: {where} must be a dict of {sorted(map(str, argument))}")
        for key, part in gradient.items():
            _put(gradients, argument[key], part, f"{where}[{key!r}]")
    else:
        if not isinstance(gradient, tuple | list) or len(gradient) != len(argument):
            raise ValueError(f"custom_vjp: {where} must have {len(argument)} parts")
        for i, pair in enumerate(zip(argument, gradient, strict=True)):
            _put(gradients, *pair, f"{where}[{i}]")


def _inside(part: Any, like: Any, on_tensors: bool) -> Any:
    """A gradient as the engine takes it: of the argument's dtype, conjugated where complex."""
    tensor = _tensor(part)
    if tensor.dtype != like.dtype and np.can_cast(tensor.dtype, like.dtype, "same_kind"):
        tensor = tensor.astype(like.dtype)
    return inside(tensor, on_tensors)


def _taken_apart(residuals: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    own = getattr(residuals, "_taken_apart", None)
    return flatten(residuals) if own is None else own()


def _may_depend(leaf: Any) -> bool:
    """Whether it is something that may have been computed from an argument."""
    return getattr(getattr(leaf, "dtype", None), "kind", "") in ("f", "c")


@contextmanager
def _random_numbers_of(state: Any) -> Iterator[None]:
    """The default generator as it was, for a computation again."""
    generator = default_generator().bit_generator
    now = generator.state
    generator.state = copy.deepcopy(state)
    try:
        yield
    finally:
        generator.state = now
