"""Our side of every comparison. Each case prepares its data and returns one run of it."""

import contextlib
import gc
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import metadata
from itertools import pairwise
from types import SimpleNamespace

import cases
import inputs
import memory
import numpy as np
import transforms

import autograd
import nn
from autograd import Tensor, func


def version() -> str:
    """Return the version of wengert, or "tree" when it is not installed."""
    try:
        return metadata.version("wengert")
    except metadata.PackageNotFoundError:
        return "tree"


def number(result: Tensor) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    return cases.number(result.detach().numpy())


def _inner(array: np.ndarray) -> Tensor:
    """As our layers leave it in memory: with the channels last."""
    return autograd.from_numpy(np.moveaxis(np.moveaxis(array, 1, -1).copy(), -1, 1))


LIBRARY = SimpleNamespace(
    nn=nn,
    functional=nn.functional,
    optim=nn.optim,
    numpy=np,
    no_grad=autograd.no_grad,
    array=autograd.from_numpy,
    raw=np.asarray,
    inner=_inner,
    floating=lambda tensor: tensor.dtype.kind == "f",
)


def case(name: str) -> cases.Run:
    """One of the cases."""
    return cases.BY_NAME[name].build(LIBRARY)


def transform(job: str, loop: bool = False) -> transforms.Run:
    """A Jacobian, a Hessian or gradients of samples, at once or one after the other."""

    def one_by_one(function, in_axes):
        def run(first, *rest):
            return autograd.stack([function(first, *each) for each in zip(*rest, strict=True)])

        return run

    library = SimpleNamespace(
        numpy=autograd,
        array=autograd.from_numpy,
        jacrev=lambda f: func.jacrev(f, vectorize=not loop),
        hessian=lambda f: func.hessian(f, vectorize=not loop),
        grad=func.grad,
        vmap=one_by_one if loop else func.vmap,
    )
    return transforms.JOBS[job](library)


def scalar_chain(operations: int, paused: bool = False) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward; returns dc/db. The collector may be paused."""

    def run() -> float:
        if paused:
            gc.disable()
        a, b, c = (Tensor(value, requires_grad=True) for value in inputs.CHAIN_START.values())
        for _ in range(operations // 2):
            c = c * b + a
        c.backward()
        slope: float = b.grad.item()
        del a, b, c
        gc.enable()
        return slope

    return run


def mlp_step(widths: Sequence[int], batch: int) -> Callable[[], float]:
    """One training step of an MLP with ReLU, cross-entropy and SGD; returns the loss."""
    layers = []
    for sizes in pairwise(widths):
        layers += [nn.Linear(*sizes), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    for parameter, value in zip(model.parameters(), inputs.mlp_parameters(widths), strict=True):
        parameter.data = value
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    examples, labels = map(autograd.from_numpy, inputs.mlp_data(widths, batch))

    def run() -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(examples), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    run.optimizer = optimizer
    return run


def mlp_step_memory(widths: Sequence[int], batch: int) -> Callable[[], int]:
    """Bytes that a training step adds to the parameters at its peak."""
    step = mlp_step(widths, batch)

    def run() -> int:
        step()
        step.optimizer.zero_grad()
        return memory.peak_above_now(step)

    return run


def chain_bytes_per_node(nodes: int) -> Callable[[], float]:
    """Bytes that Python and NumPy hold for each node of the chain before backward."""

    def run() -> float:
        a, b, c = (Tensor(value, requires_grad=True) for value in inputs.CHAIN_START.values())
        tracemalloc.start()
        for _ in range(nodes // 2):
            c = c * b + a
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return held / nodes

    return run


def diamond(depth: int) -> Callable[[], float]:
    """`x = x + x`, 2 ** depth paths to the same leaf; returns the gradient."""

    def run() -> float:
        leaf = Tensor(1.0, requires_grad=True)
        x = leaf
        for _ in range(depth):
            x = x + x
        x.backward()
        return leaf.grad.item()

    return run


def cycles_left(graph: str) -> Callable[[], int]:
    """Objects that only the collector frees, after a graph was built, used and dropped."""
    build = GRAPHS[graph]

    def run() -> int:
        build()  # what is cached at the first use is no part of the graph
        gc.collect()
        gc.disable()
        build()
        found = gc.collect()
        gc.enable()
        return found

    return run


def backward_of_a_model() -> None:
    """A training step."""
    mlp_step((4, 8, 3), 5)()


def dropped_before_backward() -> None:
    """A graph that nobody differentiates."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x.exp() * x).sum()


def second_order_by_grad() -> None:
    """Gradients of gradients."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    (first,) = autograd.grad((x**3).sum(), [x], create_graph=True)
    autograd.grad((first * first).sum(), [x])


def second_order_by_backward() -> None:
    """Here `.grad` holds the graph by nature, and dropping it is the user's."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    x.grad = None


def views_and_in_place() -> None:
    """Writes through a view, and to its base behind its back."""
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    view = y[1:]
    view *= 3
    y[0] = view.sum()
    (y * view.sum()).sum().backward()


def backward_that_fails() -> None:
    """A second pass over a spent graph raises; the traceback goes with the exception."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    with contextlib.suppress(RuntimeError):
        loss.backward()


GRAPHS = {
    build.__name__: build
    for build in (
        backward_of_a_model,
        dropped_before_backward,
        second_order_by_grad,
        second_order_by_backward,
        views_and_in_place,
        backward_that_fails,
    )
}
