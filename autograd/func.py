"""Transforms: functions that turn a function into its derivative.

They take and return functions of Tensors whose arguments may be tuples, lists and dicts of them,
and compose to any order, forward mode over reverse mode included:

>>> from autograd import func
>>> func.grad(func.grad(lambda x: x**3))(Tensor(2.0))
Tensor(12.)
>>> func.jvp(func.grad(lambda x: x**3), (Tensor(2.0),), (Tensor(1.0),))
(Tensor(12.), Tensor(12.))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.derivatives import backward as engine
from autograd.derivatives.forward import push_forward
from autograd.derivatives.trees import flatten, matched
from autograd.graph.modes import enable_grad
from autograd.graph.node import Node, describe
from autograd.graph.tensor import Tensor, as_numeric_array, wrap
from autograd.ops.elementwise import conj
from autograd.ops.shapes import copy, reshape, stack

__all__ = [
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "value_and_grad",
    "vhp",
    "vjp",
]

ArgNums = int | Sequence[int]


def __dir__() -> list[str]:
    return __all__


# ---------------------------------------------------------------------- reverse mode


def grad(
    function: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The gradient of a function with one number as result, as a function of the same arguments.

    Of complex arguments it is d/dRe + i d/dIm, the direction in which a real result grows.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate; a tuple gives a tuple of gradients.
        has_aux: the function returns a pair, the number and something else, such as predictions;
            then the result is a pair too, the gradient and that.

    Returns:
        A function whose result has the structure of the arguments that are differentiated; zeros
        where the result does not depend on them, and None where there is None.

    Raises:
        ValueError: if the result has more than one element.
        TypeError: if it is no Tensor.

    >>> from autograd import func
    >>> func.grad(lambda w: (w["a"] * w["b"]).sum())({"a": Tensor([1.0, 2.0]), "b": Tensor(3.0)})
    {'a': Tensor([3., 3.]), 'b': Tensor(3.)}
    """
    both = value_and_grad(function, argnums, has_aux)

    @wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(
    function: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """As `grad`, and the value with it: the forward pass is shared.

    With `has_aux` the value is the pair that the function returns.

    >>> value_and_grad(lambda x: x * x)(Tensor(3.0))
    (Tensor(9.), Tensor(6.))
    >>> value_and_grad(lambda x: (x * x, "a note"), has_aux=True)(Tensor(3.0))
    ((Tensor(9.), 'a note'), Tensor(6.))
    """

    @wraps(_function("grad", function))
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen, rebuild = _chosen("grad", args, argnums)
        with enable_grad():
            inputs = _Inputs("grad", chosen)
            out, aux = _split("grad", function(*rebuild(inputs.tree), **kwargs), has_aux)
            _check_number(out)
            found = inputs.gradients([out], [None])
        gradients = inputs.rebuild(found)
        value = inputs.outside(out)
        return (
            (value, inputs.all_outside(aux)) if has_aux else value,
            gradients if isinstance(argnums, int) else tuple(gradients),
        )

    return both


def _check_number(out: Any) -> None:
    if isinstance(out, Tensor) and out.size == 1:
        return
    expected = f"grad: the function must return a Tensor of one element, got {describe(out)}; "
    if isinstance(out, Tensor):
        raise ValueError(f"{expected}reduce it, or use jacrev or vjp")
    if isinstance(out, tuple) and len(out) == 2:
        raise TypeError(f"{expected}if the second is not to be differentiated, pass has_aux=True")
    raise TypeError(f"{expected}an array or number has left the graph, None is a missing return")


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """The value at a point, and the function that pulls cotangents back from there.

    Gradients with respect to complex arguments are d/dRe + i d/dIm of the real part of the product
    of the conjugate cotangent and the result.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        *primals: its arguments.
        has_aux: the function returns a pair, and only the first is differentiated; the second is
            returned as a third.

    Returns:
        The result, and a function of a cotangent of its structure that returns one gradient per
        argument; it can be called any number of times.

    >>> out, pull_back = vjp(lambda x, y: x * y, Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    >>> pull_back(Tensor([1.0, 10.0]))
    (Tensor([ 3., 40.]), Tensor([ 1., 20.]))
    """
    with enable_grad():
        inputs = _Inputs("vjp", list(primals))
        out, aux = _split("vjp", _function("vjp", function)(*inputs.tree), has_aux)
        outputs, rebuild = _outputs("vjp", out)
    outline = rebuild(range(len(outputs)))

    def pull_back(cotangents: Any) -> tuple[Any, ...]:
        given = _matched("vjp", "cotangents", outline, cotangents)
        for position, (each, out) in enumerate(zip(given, outputs, strict=True)):
            if np.shape(each) != out.shape:
                raise ValueError(
                    f"vjp: cotangent {position} has shape {np.shape(each)}, the output {out.shape}"
                )
        with enable_grad():
            return tuple(inputs.rebuild(inputs.gradients(outputs, given)))

    results = rebuild([inputs.outside(out) for out in outputs])
    return (results, pull_back, inputs.all_outside(aux)) if has_aux else (results, pull_back)


def jacrev(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """The Jacobian by reverse mode: one backward pass per element of the result.

    For a real result of complex arguments its elements are d/dRe + i d/dIm, as gradients are.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        argnums: which arguments to differentiate; a tuple gives a tuple of Jacobians.
        has_aux: the function returns a pair, and only the first is differentiated; the result is
            the pair of its Jacobian and the second.
        holomorphic: the promise that the function is holomorphic: arguments and results are
            complex, and the elements of the Jacobian are the complex derivatives.

    Returns:
        A function whose result has, for each output of shape `o` and each input of shape `i`, a
        Tensor of shape `o + i`, in the structure of the outputs, then of the inputs.

    Raises:
        TypeError: for a complex result without `holomorphic`, or real numbers with it.

    >>> jacrev(lambda x: x * x)(Tensor([1.0, 2.0]))
    Tensor([[2., 0.],
            [0., 4.]])
    >>> jacrev(lambda z: z * z, holomorphic=True)(Tensor(1 + 2j))
    Tensor(2.+4.j)
    """

    @wraps(_function("jacrev", function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = _chosen("jacrev", args, argnums)
        with enable_grad():
            inputs = _Inputs("jacrev", chosen)
            out, aux = _split("jacrev", function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = _outputs("jacrev", out)
            _check_holomorphic("jacrev", "result", outputs, holomorphic)
            if holomorphic:
                _check_holomorphic("jacrev", "argument", inputs.tensors, True)
            found = rebuild([_rows(inputs, out, argnums, holomorphic) for out in outputs])
        return (found, inputs.all_outside(aux)) if has_aux else found

    return jacobian


def _check_holomorphic(
    caller: str, what: str, tensors: Sequence[Tensor], holomorphic: bool
) -> None:
    """Complex ones are promised to come and go as such, or have to be real."""
    for tensor in tensors:
        if holomorphic and tensor.dtype.kind != "c":
            raise TypeError(
                f"{caller}: with holomorphic=True every {what} must be complex, got "
                f"{describe(tensor)}"
            )
        if not holomorphic and tensor.dtype.kind == "c":
            raise TypeError(
                f"{caller}: a complex {what}, {describe(tensor)}, has a Jacobian of complex "
                "derivatives only if the function is holomorphic: then pass holomorphic=True; else "
                "use vjp or jvp, or take real and imaginary parts for arguments and results"
            )


def _rows(inputs: _Inputs, out: Tensor, argnums: ArgNums, holomorphic: bool) -> Any:
    basis = np.eye(out.size, dtype=out.dtype).reshape(out.size, *out.shape)
    rows = [inputs.gradients([out], [each]) for each in basis]
    if holomorphic:  # gradients as users see them are conjugates of complex derivatives
        rows = [[conj(each) for each in row] for row in rows]
    jacobians = [
        reshape(stack([row[i] for row in rows]), (*out.shape, *each.shape))
        if rows
        else wrap(np.zeros((*out.shape, *each.shape), each.dtype), None)
        for i, each in enumerate(inputs.tensors)
    ]
    built = inputs.rebuild(jacobians)
    return built if isinstance(argnums, int) else tuple(built)


# ---------------------------------------------------------------------- forward mode


def jvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The value at a point and the derivative along a direction, by forward mode.

    Complex tangents are directions in the plane of real and imaginary parts.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        primals: its arguments.
        tangents: the direction, in the structure of the arguments.

    Returns:
        The result and its tangent, in the same structure.

    >>> jvp(lambda x: x.sin(), (Tensor(0.0),), (Tensor(2.0),))
    (Tensor(0.), Tensor(2.))
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(
                f"jvp: {name} must be a tuple, one for each argument, got {describe(given)}; write "
                f"jvp(function, (x,), (tangent,))"
            )
    out, push = linearize(function, *primals)
    return out, push(*tangents)


def linearize(function: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """The value at a point, and its derivative there as a linear function of a direction.

    >>> out, push = linearize(lambda x: x * x, Tensor(3.0))
    >>> push(Tensor(1.0)), push(Tensor(10.0))
    (Tensor(6.), Tensor(60.))
    """
    with enable_grad():
        inputs = _Inputs("jvp", list(primals))
        outputs, rebuild = _outputs("jvp", _function("jvp", function)(*inputs.tree))
    outline = inputs.rebuild(range(len(inputs.tensors)))

    def push(*tangents: Any) -> Any:
        given = _matched("jvp", "tangents", outline, list(tangents))
        for position, (each, tensor) in enumerate(zip(given, inputs.tensors, strict=True)):
            if np.shape(each) != tensor.shape:
                raise ValueError(
                    f"jvp: tangent {position} has shape {np.shape(each)}, the input {tensor.shape}"
                )
        moved = any(isinstance(each, Tensor) and each.requires_grad for each in given)
        with enable_grad():
            record = moved or inputs.reach_outside(outputs)
            return rebuild(push_forward(outputs, inputs.tensors, given, create_graph=record))

    return rebuild([inputs.outside(out) for out in outputs]), push


def jacfwd(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """The Jacobian by forward mode: one pass per element of the inputs; as `jacrev` otherwise.

    The results of real arguments may be complex, complex arguments need `holomorphic=True`.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> jacfwd(lambda x: x * x)(Tensor([1.0, 2.0]))
    Tensor([[2., 0.],
            [0., 4.]])
    """

    @wraps(_function("jacfwd", function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = _chosen("jacfwd", args, argnums)
        with enable_grad():
            inputs = _Inputs("jacfwd", chosen)
            _check_holomorphic("jacfwd", "argument", inputs.tensors, holomorphic)
            out, aux = _split("jacfwd", function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = _outputs("jacfwd", out)
            if holomorphic:
                _check_holomorphic("jacfwd", "result", outputs, True)
            record = inputs.reach_outside(outputs)
            columns = [_columns(inputs, i, outputs, record) for i in range(len(inputs.tensors))]
        built = []
        for o in range(len(outputs)):
            part = inputs.rebuild([column[o] for column in columns])
            built.append(part if isinstance(argnums, int) else tuple(part))
        return (rebuild(built), inputs.all_outside(aux)) if has_aux else rebuild(built)

    return jacobian


def _columns(inputs: _Inputs, i: int, outputs: list[Tensor], record: bool) -> list[Tensor]:
    """The Jacobians of all outputs with respect to one input, column by column."""
    tensor = inputs.tensors[i]
    basis = np.eye(tensor.size, dtype=tensor.dtype).reshape(tensor.size, *tensor.shape)
    pushed = [push_forward(outputs, [tensor], [each], create_graph=record) for each in basis]
    return [
        reshape(stack([column[o] for column in pushed], axis=-1), (*out.shape, *tensor.shape))
        if pushed
        else wrap(np.zeros((*out.shape, *tensor.shape), out.dtype), None)
        for o, out in enumerate(outputs)
    ]


# ---------------------------------------------------------------------- second order


def hessian(
    function: Callable[..., Any], argnums: ArgNums = 0, holomorphic: bool = False
) -> Callable[..., Any]:
    """The matrix of second derivatives, by forward mode over reverse mode.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate.
        holomorphic: the promise that the function is holomorphic; the elements are then its
            complex second derivatives. Other functions of complex arguments have none: write them
            as functions of real and imaginary parts.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> hessian(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    Tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    if holomorphic:
        return jacfwd(jacrev(function, argnums, False, True), argnums, False, True)
    return jacfwd(grad(function, argnums), argnums)


def hvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The gradient, and the product of the Hessian with a vector, without the Hessian.

    Forward mode over reverse mode: about the cost of two gradients.

    Of complex arguments it is the change of the gradient, d/dRe + i d/dIm, along the direction.

    Returns:
        The gradients and the products, one per argument.

    >>> hvp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    everything = tuple(range(len(primals)))
    return jvp(grad(function, everything), primals, tangents)


def vhp(
    function: Callable[..., Any], primals: Sequence[Any], cotangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The gradient, and the product of a vector with the Hessian, by reverse mode twice.

    The Hessian is symmetric: it is `hvp`, also of complex arguments, at a higher cost.

    >>> vhp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    gradients, pull_back = vjp(grad(function, tuple(range(len(primals)))), *primals)
    return gradients, pull_back(tuple(cotangents))


# ---------------------------------------------------------------------- shared


class _Inputs:
    """The arguments to differentiate, as Tensors of their own that the function is run on.

    They hang on the caller's Tensors where these require gradients, so that transforms nest.
    """

    def __init__(self, caller: str, tree: Any) -> None:
        leaves, self.rebuild = flatten(tree)
        self.tensors = [_differentiable(caller, leaf) for leaf in leaves]
        self.hanging = any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in leaves)
        self.tree = self.rebuild(self.tensors)

    def reach_outside(self, outputs: Sequence[Tensor]) -> bool:
        """Whether the outputs depend on Tensors of the caller that require gradients."""
        own = {tensor._node for tensor in self.tensors}
        return self.hanging or _reaches_others(outputs, own)

    def gradients(self, outputs: Sequence[Tensor], cotangents: Sequence[Any]) -> list[Any]:
        """One gradient per input, recorded where the caller may want to differentiate again."""
        pairs = [(o, g) for o, g in zip(outputs, cotangents, strict=True) if o.requires_grad]
        moved = any(isinstance(g, Tensor) and g.requires_grad for g in cotangents)
        if not pairs:
            return [wrap(np.zeros(t.shape, t.dtype)[()], None) for t in self.tensors]
        return list(
            engine.grad(
                [o for o, _ in pairs],
                self.tensors,
                [g for _, g in pairs],
                retain_graph=True,
                create_graph=moved or self.reach_outside(outputs),
                materialize_grads=True,
            )
        )

    def outside(self, out: Tensor) -> Tensor:
        """A result for the caller: part of a graph only where that reaches the caller's Tensors."""
        return out if self.reach_outside([out]) else wrap(out._value, None)

    def all_outside(self, aux: Any) -> Any:
        """What a function returns besides, for the caller."""
        leaves, rebuild = flatten(aux)
        return rebuild([self.outside(x) if isinstance(x, Tensor) else x for x in leaves])


def _reaches_others(outputs: Sequence[Tensor], own: set[Node | None]) -> bool:
    """Whether a leaf that is none of `own` can be reached without passing through them."""
    seen: set[Node] = set()
    stack_ = [out._node for out in outputs if out._node is not None]
    while stack_:
        node = stack_.pop()
        if node in seen or node in own:
            continue
        if node.is_leaf:
            return True
        seen.add(node)
        stack_.extend(edge for edge in node.edges if edge is not None)
    return False


def _differentiable(caller: str, leaf: Any) -> Tensor:
    if isinstance(leaf, Tensor):
        tensor = copy(leaf) if leaf.requires_grad else wrap(leaf._value, None)
    else:
        tensor = Tensor(as_numeric_array(leaf, caller))
    if tensor.dtype.kind not in "fc":
        raise TypeError(
            f"{caller}: only floating and complex arguments have derivatives, got "
            f"{describe(tensor)}; convert it with .astype(float), or leave it out of argnums"
        )
    return tensor.requires_grad_()


def _chosen(
    caller: str, args: tuple[Any, ...], argnums: ArgNums
) -> tuple[Any, Callable[[Any], list[Any]]]:
    """The arguments to differentiate, and a function that puts replacements among the others."""
    single = isinstance(argnums, int)
    positions = [argnums] if isinstance(argnums, int) else list(argnums)
    for position in positions:
        if not -len(args) <= position < len(args):
            raise ValueError(
                f"{caller}: argnums names argument {position}, but {len(args)} were given"
            )
    positions = [position % len(args) for position in positions]
    if len(set(positions)) < len(positions):
        raise ValueError(f"{caller}: argnums={argnums} names an argument twice")

    def put_back(replaced: Any) -> list[Any]:
        full = list(args)
        for position, each in zip(positions, [replaced] if single else replaced, strict=True):
            full[position] = each
        return full

    chosen = [args[position] for position in positions]
    return chosen[0] if single else chosen, put_back


def _function(caller: str, function: Any) -> Callable[..., Any]:
    if not callable(function):
        raise TypeError(
            f"{caller}: expected a function, got {describe(function)}; to differentiate a Tensor "
            "that was computed already, use autograd.grad"
        )
    checked: Callable[..., Any] = function
    return checked


def _split(caller: str, out: Any, has_aux: bool) -> tuple[Any, Any]:
    """What is differentiated, and what is returned besides."""
    if not has_aux:
        return out, None
    if not isinstance(out, (tuple, list)) or len(out) != 2:
        raise TypeError(
            f"{caller}: with has_aux=True the function must return a pair, got {describe(out)}"
        )
    return out[0], out[1]


def _matched(caller: str, what: str, outline: Any, given: Any) -> list[Any]:
    try:
        return matched(outline, given, what)
    except ValueError as error:
        raise ValueError(f"{caller}: {error}") from None


def _outputs(caller: str, out: Any) -> tuple[list[Tensor], Callable[[Sequence[Any]], Any]]:
    leaves, rebuild = flatten(out)
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise TypeError(
                f"{caller}: the function must return Tensors, got {describe(leaf)}; "
                "an array or number would have left the graph"
            )
    return leaves, rebuild
