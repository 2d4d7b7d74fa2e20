"""Functions with derivatives of their own, in the form of PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import getattr_static, isfunction, signature
from typing import Any

from autograd.derivatives.trees import flatten
from autograd.func.custom import _operations, called, let_push
from autograd.operation.record import Op

__all__ = ["Function"]


class Context:
    """What `forward` leaves for `backward`: saved Tensors, and attributes of any name."""

    def __init__(self) -> None:
        self._saved: tuple[Any, ...] = ()
        self.needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep arguments, results or what was computed between for `backward`."""
        self._saved = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """The same, for `jvp`."""
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved."""
        return self._saved

    def mark_dirty(self, *tensors: Any) -> None:
        """Refused: a function that writes into its arguments has no place in the graph."""
        raise RuntimeError("Function: arguments are not written to; return a new Tensor")

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Nothing to do: cotangents of such results are ignored by `backward`, or are zeros."""

    def set_materialize_grads(self, value: bool) -> None:
        """Nothing to do: cotangents are zeros, never None."""

    def _taken_apart(self) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
        """What is saved and all attributes, and a context with others in their places."""
        leaves, build = flatten(dict(vars(self)))

        def rebuild(replaced: Sequence[Any]) -> Context:
            context = Context()
            vars(context).update(build(replaced))
            return context

        return leaves, rebuild


class Function:
    """A function with a derivative of its own, written as in PyTorch: called by `apply`.

    A thin face of `func.custom_vjp`, which takes arguments of any structure.

    >>> class Exp(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         (y,) = ctx.saved_tensors
    ...         return grad * y
    >>> x = Tensor(0.0, requires_grad=True)
    >>> Exp.apply(x).backward()
    >>> x.grad
    Tensor(1.)
    """

    op: Op

    @staticmethod
    def forward(*args: Any) -> Any:
        """Compute the result; the context comes first, unless there is a `setup_context`."""
        raise NotImplementedError("Function: write forward(ctx, ...) as a static method")

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Any, ...], output: Any) -> None:
        """Fill the context, where `forward` does not take it."""
        raise NotImplementedError

    @staticmethod
    def backward(ctx: Context, *cotangents: Any) -> Any:
        """One gradient per argument, None for those that have none."""
        raise NotImplementedError("Function: write backward(ctx, *cotangents) as a static method")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call the function: one node of the graph.

        Raises:
            TypeError: for arguments by keyword, which `backward` could not return gradients for.
        """
        if kwargs:
            raise TypeError(
                f"{cls.__name__}.apply takes its arguments by position, got {', '.join(kwargs)} by "
                "keyword"
            )
        return called(_face_of(cls), args)

    def __call__(self, *args: Any) -> Any:
        """Refused: there is nothing in an instance."""
        name = type(self).__name__
        raise TypeError(f"Function: call {name}.apply(...), of the class and not of an instance")


class _Face:
    """A Function as what `custom_vjp` is."""

    def __init__(self, owner: type[Function]) -> None:
        for name in ("forward", "backward", "setup_context", "jvp"):
            method = getattr_static(owner, name, None)
            if isfunction(method) and next(iter(signature(method).parameters), "") == "self":
                raise TypeError(
                    f"Function: {owner.__name__}.{name} must be a static method: write "
                    "@staticmethod above it, and no self"
                )
        self.owner = owner
        self.op, self.mapped_op = _operations(owner.__name__)
        self.apart = owner.setup_context is not Function.setup_context
        self.jvp_rule: Callable[..., Any] | None = None
        if hasattr(owner, "jvp"):
            self.jvp_rule = self._push
            let_push(self.op)

    def compute(self, args: Sequence[Any], wanted: Sequence[bool]) -> tuple[Any, Context]:
        """The result, and the context as residuals."""
        context = Context()
        context.needs_input_grad = tuple(wanted)
        if not self.apart:
            return self.owner.forward(context, *args), context
        out = self.owner.forward(*args)
        self.owner.setup_context(context, tuple(args), out)
        return out, context

    def function(self, *args: Any) -> Any:
        """The result alone."""
        return self.compute(args, [False] * len(args))[0]

    def backward_rule(self, context: Context, cotangents: Any) -> Any:
        """The gradients of the arguments."""
        given = cotangents if isinstance(cotangents, tuple | list) else (cotangents,)
        return self.owner.backward(context, *given)

    def _push(self, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
        out, context = self.compute(primals, [False] * len(primals))
        return out, self.owner.jvp(context, *tangents)  # type: ignore[attr-defined]


def _face_of(owner: type[Function]) -> _Face:
    face = owner.__dict__.get("_face")
    if face is None:
        face = _Face(owner)
        owner._face = face  # type: ignore[attr-defined]
    return face
