"""`make_vjp` and `make_jvp`, and how a transform of one argument becomes one of any."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.derivatives.arguments import Inputs, tensors_in
from autograd.derivatives.forward import push_forward
from autograd.derivatives.trees import flatten, matched
from autograd.graph.modes import enable_grad
from autograd.graph.tensor import Tensor, wrap
from autograd.hips.boxes import in_the_graph, put_in, received, sent, standing_for
from autograd.ops.elementwise import conj

__all__ = ["make_jvp", "make_vjp", "name_of", "unary_to_nary"]


class Traced:
    """A function run on Tensors of its own: inputs, results, and what they depend on."""

    def __init__(self, caller: str, function: Callable[[Any], Any], x: Any) -> None:
        self.given, rebuild = flatten(x)
        with enable_grad():
            floating = rebuild([_as_floating(standing_for(leaf)) for leaf in self.given])
            self.inputs = Inputs(caller, floating, x)
            arguments = zip(self.given, self.inputs.tensors, strict=True)
            out = function(rebuild([put_in(leaf, tensor) for leaf, tensor in arguments]))
        self.leaves, self.rebuild = flatten(out)
        # What is no Tensor does not depend on the argument.
        self.outputs = [_as_tensor(leaf) for leaf in self.leaves]
        if not any(each.requires_grad for each in self.outputs):
            warnings.warn("Output seems independent of input.", UserWarning, stacklevel=4)
        self.give = self.inputs.giving(self.outputs)

    def answer(self) -> Any:
        """What the function returned, for the caller."""
        return self.rebuild(
            [
                self.give(leaf) if isinstance(leaf, Tensor) else getattr(leaf, "_value", leaf)
                for leaf in self.leaves
            ]
        )

    def pulled(self, cotangents: Any) -> Any:
        """The gradients, in the structure of the argument."""
        outline = self.rebuild(range(len(self.leaves)))
        pairs = zip(self.leaves, matched(outline, cotangents, "the cotangent"), strict=True)
        given = [_conjugate(sent(leaf, each)) for leaf, each in pairs]
        with enable_grad():
            found = [_conjugate(each) for each in self.inputs.gradients(self.outputs, given)]
        found = found if tensors_in(given) else list(map(self.give, found))
        pairs = zip(self.given, found, strict=True)
        return self.inputs.rebuild([received(leaf, each) for leaf, each in pairs])

    def pushed(self, tangents: Any) -> Any:
        """The change of the result along a direction."""
        outline = self.inputs.rebuild(range(len(self.inputs.tensors)))
        given = matched(outline, tangents, "the tangent")
        moved = any(isinstance(each, Tensor) and each.requires_grad for each in given)
        with enable_grad():
            record = moved or self.inputs.reach_outside(self.outputs)
            pushed = push_forward(self.outputs, self.inputs.tensors, given, create_graph=record)
        return self.rebuild(pushed if tensors_in(given) else list(map(self.give, pushed)))


def _as_tensor(leaf: Any) -> Tensor:
    tensor = in_the_graph(leaf)
    return wrap(np.asarray(standing_for(leaf))[()], None) if tensor is None else tensor


def _as_floating(leaf: Any) -> Any:
    if isinstance(leaf, Tensor) and leaf.dtype.kind in "biu":
        return leaf.astype(np.float64)
    if isinstance(leaf, (np.ndarray, np.generic, int)) and np.asarray(leaf).dtype.kind in "biu":
        return np.asarray(leaf, np.float64)
    return leaf


def _conjugate(x: Any) -> Any:
    """Ours and theirs are conjugates of each other."""
    if isinstance(x, (Tensor, np.ndarray, np.generic)):
        return conj(x) if x.dtype.kind == "c" else x
    return x.conjugate() if isinstance(x, complex) else x


def make_vjp(function: Callable[[Any], Any], x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The function that pulls cotangents back, and the value, of a function of one argument.

    Args:
        function: of a number, an array, or a tuple, list or dict of them.
        x: its argument.

    Returns:
        `vjp`, which takes a cotangent of the structure of the value and gives one of the structure
        of `x`, and the value.

    >>> pull, answer = make_vjp(lambda x: x * x, 3.0)
    >>> float(pull(1.0)), float(answer)
    (6.0, 9.0)
    """
    traced = Traced("make_vjp", function, x)
    return traced.pulled, traced.answer()


def make_jvp(function: Callable[[Any], Any], x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """The function of a direction that gives the value and its change along it.

    >>> answer, change = make_jvp(lambda x: x * x, 3.0)(1.0)
    >>> float(answer), float(change)
    (9.0, 6.0)
    """

    def jvp(tangent: Any) -> tuple[Any, Any]:
        traced = Traced("make_jvp", function, x)
        return traced.answer(), traced.pushed(tangent)

    return jvp


# ---------------------------------------------------------------------- arguments by number


def name_of(function: Any) -> str:
    """What a function is called, for messages."""
    return getattr(function, "__name__", "[unknown name]")


def unary_to_nary(operator: Callable[..., Any]) -> Callable[..., Any]:
    """A transform of functions of one argument as one of functions of several.

    Args:
        operator: takes a function of one argument and that argument.

    Returns:
        A transform that takes a function and `argnum`: the position of the argument, or a tuple of
        positions for a tuple of them.

    >>> double = unary_to_nary(lambda function, x: 2 * function(x))
    >>> double(lambda x, y: x - y, 1)(5.0, 2.0)
    6.0
    """

    @wraps(operator)
    def nary_operator(
        function: Callable[..., Any], argnum: int | Sequence[int] = 0, *args: Any, **kwargs: Any
    ) -> Callable[..., Any]:
        if not isinstance(argnum, (int, tuple, list)):
            raise TypeError(
                f"{name_of(operator)}: argnum is the position of an argument, or a tuple of them, "
                f"got {argnum!r}"
            )

        single = isinstance(argnum, int)
        positions = [argnum] if isinstance(argnum, int) else list(argnum)

        def nary_function(*given: Any, **keywords: Any) -> Any:
            for position in positions:
                if not -len(given) <= position < len(given):
                    raise TypeError(
                        f"{name_of(operator)}: argnum={argnum} names argument {position}, but "
                        f"{len(given)} were given by position"
                    )

            def unary_function(x: Any) -> Any:
                full = list(given)
                for position, each in zip(positions, [x] if single else x, strict=True):
                    full[position] = each
                return function(*full, **keywords)

            unary_function.__name__ = name_of(function)
            x = given[positions[0]] if single else tuple(given[each] for each in positions)
            return operator(unary_function, x, *args, **kwargs)

        nary_function.__name__ = f"{name_of(operator)}_of_{name_of(function)}_wrt_argnum_{argnum}"
        nary_function.__doc__ = (
            f"    {name_of(operator)} of function {name_of(function)} with respect to argument "
            f"number {argnum}. Takes the same arguments as {name_of(function)}."
        )
        return nary_function

    return nary_operator
