"""Derivatives on request: `backward` fills `.grad`, `grad` returns gradients.

The arguments are checked here; the pass over the graph is in `reverse.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.derivatives.mapped import gradients_of_mapped, refuse_mapped
from autograd.derivatives.not_a_number import warn_of_nan
from autograd.derivatives.over_samples import pass_to
from autograd.derivatives.reverse import BackwardPass, add_to_grads
from autograd.elsewhere import asks_elsewhere
from autograd.graph.modes import current_mode
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, as_numeric_array, wrap
from autograd.graph.views import refresh
from autograd.mapping.tensor import MappedTensor, levels_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def backward(
    tensors: Tensor | Sequence[Tensor],
    gradients: Any = None,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the gradients of one or several Tensors to `.grad` of the leaves they depend on.

    Args:
        tensors: the roots; each may be an ancestor of another.
        gradients: their cotangents, None for roots of one element.
        retain_graph: keep what the rules need, so that a second pass can run.
        create_graph: record the pass itself, for higher derivatives.
        inputs: fill `.grad` of these tensors only.

    Raises:
        RuntimeError: see `Tensor.backward`. No `.grad` has changed then.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> backward([x * x, 3 * x])
    >>> x.grad
    Tensor(7.)
    """
    roots, cotangents = _roots("backward", tensors, gradients, create_graph)
    if inputs is None:
        with BackwardPass(create_graph, retain_graph) as run:
            run.start(roots, cotangents)
            run.run()
            run.deliver()
    else:
        targets = list(_as_list(inputs))
        if not targets:
            raise ValueError("backward: inputs= is empty; leave it out to reach all leaves")
        _check_targets(targets)
        unused = False, False
        number, results = _run_to(targets, roots, cotangents, retain_graph, create_graph, unused)
        # A target that is named twice gets its gradient once.
        arrived = {id(t): (t, g) for t, g in zip(targets, results, strict=True) if g is not None}
        add_to_grads(arrived.values(), number, create_graph)


@asks_elsewhere
def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of `outputs` with respect to `inputs`, without touching any `.grad`.

    Args:
        outputs: the Tensors to differentiate; several are added up.
        inputs: leaves or computed Tensors.
        grad_outputs: one cotangent per output, None for outputs of one element.
        retain_graph: keep the graph for another pass; as `create_graph` if not given.
        create_graph: record the pass, so that the results can be differentiated again.
        allow_unused: None for inputs that the outputs do not depend on, instead of an error.
        materialize_grads: zeros for these.

    Returns:
        One gradient per input.

    Raises:
        RuntimeError: for an input that is not reachable or does not require gradients.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> (first,) = grad(x**3, x, create_graph=True)
    >>> grad(first, x)
    (Tensor(18.),)
    """
    if retain_graph is None:
        retain_graph = create_graph
    targets = list(_as_list(inputs))
    mapped = bool(current_mode().levels)
    roots, cotangents = _roots("grad", outputs, grad_outputs, create_graph, as_is=mapped)
    _check_targets(targets, allow_unused or materialize_grads)
    run = _run_to_mapped if mapped else _run_to
    unused = allow_unused, materialize_grads
    return tuple(run(targets, roots, cotangents, retain_graph, create_graph, unused)[1])


Found = tuple[int, list[Tensor | None]]  # the number of the pass, and a gradient per target


def _run_to(
    targets: list[Tensor],
    roots: list[Tensor],
    cotangents: list[Any],
    retain_graph: bool,
    create_graph: bool,
    unused: tuple[bool, bool],
) -> Found:
    """A pass that only runs as far as its targets, and the gradient of each that it reaches."""
    nodes = [target._node for target in targets]
    with pass_to(set(filter(None, nodes)), create_graph, retain_graph) as run:
        run.start(roots, cotangents)
        run.run()
        captured = {node: run.captured(node) for node in dict.fromkeys(nodes) if node is not None}
        found: list[Tensor | None] = []
        for position, node in enumerate(nodes):
            gradient = None if node is None else captured[node]
            if gradient is not None and node in nodes[:position]:
                gradient = gradient.copy()  # an input that is named twice
            found.append(gradient)
        return run.number, list(_or_unused(found, targets, *unused))


def _run_to_mapped(
    targets: list[Tensor],
    roots: list[Tensor],
    cotangents: list[Any],
    retain_graph: bool,
    create_graph: bool,
    unused: tuple[bool, bool],
) -> Found:
    """The same where Tensors or cotangents may be mapped."""
    for root, gradient in zip(roots, cotangents, strict=True):
        if gradient is None:
            _check_one_element("grad", root)

    def run(
        bare: list[Tensor], reached: list[Tensor], given: list[Any], retain: bool
    ) -> list[Tensor | None]:
        seeds = [_cotangent("grad", *pair, create_graph) for pair in zip(bare, given, strict=True)]
        return _run_to(reached, bare, seeds, retain, create_graph, (True, False))[1]

    found = gradients_of_mapped(run, roots, targets, cotangents, retain_graph)
    return 0, list(_or_unused(found, targets, *unused))


def _check_targets(targets: list[Any], may_be_unused: bool = False) -> None:
    for position, target in enumerate(targets):
        if not isinstance(target, Tensor):
            raise TypeError(f"grad: input {position} must be a Tensor, got {describe(target)}")
        if target._node is None and not may_be_unused:
            raise RuntimeError(f"grad: input {position} {target._why_no_gradient()}")


def _or_unused(
    found: list[Tensor | None],
    targets: list[Tensor],
    allow_unused: bool,
    materialize_grads: bool,
) -> Iterator[Tensor | None]:
    """The gradients, and what stands for those of inputs that were not reached."""
    for position, (gradient, target) in enumerate(zip(found, targets, strict=True)):
        if gradient is None and materialize_grads:
            yield wrap(np.zeros(target.shape, target.dtype)[()], None)
        elif gradient is None and not allow_unused:
            which = f"{position} '{target._name}'" if target._name else f"{position}"
            raise RuntimeError(
                f"grad: input {which} ({describe(target)}) was not used to compute the outputs; "
                "pass allow_unused=True for None or materialize_grads=True for zeros"
            )
        else:
            yield gradient


# ---------------------------------------------------------------------- arguments


def _as_list(tensors: Any) -> list[Any]:
    single = isinstance(tensors, Tensor) or not isinstance(tensors, Iterable)
    return [tensors] if single else list(tensors)


def _roots(
    caller: str, tensors: Any, gradients: Any, create_graph: bool, as_is: bool = False
) -> tuple[list[Tensor], list[Any]]:
    """The roots and their cotangents, checked, but for these where they are wanted as given."""
    roots = _as_list(tensors)
    if isinstance(gradients, Tensor) or gradients is None or not isinstance(tensors, (list, tuple)):
        given = [gradients] * (len(roots) if gradients is None else 1)
        if gradients is not None and isinstance(tensors, Tensor):
            given = _without_list_of_one(gradients, tensors)
    else:
        given = list(gradients)
    if len(given) != len(roots):
        raise ValueError(f"{caller}: {len(roots)} outputs but {len(given)} cotangents")
    cotangents = []
    for position, root in enumerate(roots):
        if not isinstance(root, Tensor):
            raise TypeError(f"{caller}: expected a Tensor, got {describe(root)}")
        if root._view is not None:
            refresh(root)
        if root._node is None:
            raise RuntimeError(
                f"{caller}: this Tensor ({describe(root)}) {root._why_no_gradient()}; make one of "
                "the tensors it is computed from with requires_grad=True (see: no-gradient)"
            )
        seed = given[position]
        cotangents.append(seed if as_is else _cotangent(caller, root, seed, create_graph))
    return roots, cotangents


def _without_list_of_one(gradients: Any, root: Tensor) -> list[Any]:
    """What was passed for one root: its cotangent, or a list with that."""
    if isinstance(gradients, (list, tuple)) and len(gradients) == 1:
        (only,) = gradients
        if only is None or getattr(only, "shape", None) == root.shape:
            return [only]
    return [gradients]


def _cotangent(caller: str, root: Tensor, gradient: Any, create_graph: bool) -> Any:
    if isinstance(root, MappedTensor):
        refuse_mapped(root)
    if gradient is None:
        value = root._value
        if value.size != 1 or value.dtype.kind == "c":
            _check_one_element(caller, root)
        if value != value:
            warn_of_nan(root)
        seed: Any = value.dtype.type(1) if not value.ndim else np.ones(value.shape, value.dtype)
        return wrap(seed, None) if create_graph else seed
    if isinstance(gradient, Tensor):
        # A view: what the nodes keep of it must be a copy.
        seed = gradient._value if levels_of(gradient) else gradient._value[()]
    else:
        array = as_numeric_array(gradient, f"{caller}: gradient")
        seed = array[()]
    if seed.shape != root.shape:
        raise ValueError(
            f"{caller}: the cotangent has shape {seed.shape}, the output {root.shape}; "
            "they must be equal"
        )
    if seed.dtype.kind == "c" and root.dtype.kind != "c":
        raise TypeError(f"{caller}: a complex cotangent for the real output {describe(root)}")
    if create_graph or levels_of(gradient):
        # The graph that is recorded keeps it, and an array may be changed by its owner.
        tensor = gradient if isinstance(gradient, Tensor) else wrap(np.array(seed)[()], None)
        if seed.dtype != root.dtype:
            tensor = tensor.astype(root.dtype)
        return tensor.conj() if root.dtype.kind == "c" else tensor
    if seed.dtype != root.dtype:
        seed = seed.astype(root.dtype)
    return seed.conj() if root.dtype.kind == "c" else seed


def _check_one_element(caller: str, root: Tensor) -> None:
    """Refuse a root that needs a cotangent."""
    if root._value.size != 1:
        raise RuntimeError(
            f"{caller}: the output has shape {root.shape}; a gradient without a cotangent exists "
            "for one element only: take .sum() or .mean(), or pass gradient= of that shape "
            "(see: scalar-output)"
        )
    if root.dtype.kind == "c":
        raise RuntimeError(
            f"{caller}: the output is complex ({describe(root)}); a gradient without a cotangent "
            "exists for real numbers only: take its real part or abs, or pass gradient="
        )


def _backward_method(
    self: Tensor,
    gradient: ArrayLike | Tensor | None = None,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Compute the gradients of this Tensor and add them to `.grad` of the leaves.

    Args:
        self: the root.
        gradient: the cotangent, of this Tensor's shape; 1 where there is one element.
        retain_graph: keep what the rules need, so that a second pass can run.
        create_graph: record the pass itself, for higher derivatives.
        inputs: fill `.grad` of these tensors only.

    Raises:
        RuntimeError: without a graph, without a needed cotangent, on a spent graph, or where
            a saved value was changed since.
    """
    backward(self, gradient, retain_graph, create_graph, inputs)


_backward_method.__name__ = "backward"
_backward_method.__qualname__ = "Tensor.backward"
Tensor.backward = _backward_method  # type: ignore[method-assign]
