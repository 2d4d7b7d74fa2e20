"""PyTorch's side, line for line as ours."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import SimpleNamespace

import cases
import inputs
import memory
import torch
import transforms
from torch import nn

torch.set_num_threads(1)


def version() -> str:
    """Return the version of PyTorch."""
    return torch.__version__


def number(result: torch.Tensor) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    return cases.number(result.detach().numpy())


LIBRARY = SimpleNamespace(
    nn=nn,
    functional=nn.functional,
    optim=torch.optim,
    numpy=torch,
    no_grad=torch.no_grad,
    array=torch.from_numpy,
    raw=torch.from_numpy,
    inner=torch.from_numpy,
    floating=torch.is_floating_point,
)


def case(name: str) -> cases.Run:
    """One of the cases."""
    return cases.BY_NAME[name].build(LIBRARY)


def transform(job: str) -> transforms.Run:
    """A Jacobian, a Hessian or gradients of samples."""
    library = SimpleNamespace(numpy=torch, array=torch.from_numpy, **vars(torch.func))
    return transforms.JOBS[job](library)


def scalar_chain(operations: int) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward; returns dc/db."""

    def run() -> float:
        a, b, c = (torch.tensor(value, requires_grad=True) for value in inputs.CHAIN_START.values())
        for _ in range(operations // 2):
            c = c * b + a
        c.backward()
        return b.grad.item()

    return run


def mlp_step(widths: Sequence[int], batch: int) -> Callable[[], float]:
    """One training step of an MLP with ReLU, cross-entropy and SGD; returns the loss."""
    layers = []
    for sizes in pairwise(widths):
        layers += [nn.Linear(*sizes), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    for parameter, value in zip(model.parameters(), inputs.mlp_parameters(widths), strict=True):
        parameter.data = torch.from_numpy(value)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    examples, labels = map(torch.from_numpy, inputs.mlp_data(widths, batch))

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
