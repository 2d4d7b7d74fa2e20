"""Programs as PyTorch users write them, run on both libraries with nothing but imports changed.

Each program is written once and given the library's modules: `nn`, its `functional`, `optim` and
the arrays' own module. What the two libraries call by different names is left out of the programs;
all else has to be the same: keys, losses, gradients, parameters and buffers after every step, and
outputs in evaluation.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
import nn as our_nn  # noqa: E402
from tests.nn.pytorch.programs import PROGRAMS  # noqa: E402
from tests.nn.pytorch.twin import assert_close, share_weights  # noqa: E402

OURS = SimpleNamespace(
    nn=our_nn, F=our_nn.functional, optim=our_nn.optim, array=autograd, tensor=autograd.tensor
)
THEIRS = SimpleNamespace(
    nn=torch.nn,
    F=torch.nn.functional,
    optim=torch.optim,
    array=torch,
    tensor=lambda array: torch.from_numpy(np.array(array)),
)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor", "ignore:.*nested tensors.*prototype")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_gives_the_same_numbers_after_changing_its_imports(program):
    ours, our_loss, data, our_optimizer = program(OURS)
    theirs, their_loss, _, their_optimizer = program(THEIRS)
    share_weights(ours, theirs)
    our_optimizer = our_optimizer([p for p in ours.parameters() if p.requires_grad])
    their_optimizer = their_optimizer([p for p in theirs.parameters() if p.requires_grad])
    assert [name for name, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    for step in range(3):
        compared = f"step {step}"
        assert_close(
            one_step(ours, our_loss, our_optimizer, map(autograd.tensor, data)),
            one_step(theirs, their_loss, their_optimizer, map(THEIRS.tensor, data)).detach(),
            1e-9,
            f"{compared}: loss",
        )
        their_gradients = {name: p.grad for name, p in theirs.named_parameters()}
        for name, parameter in ours.named_parameters():
            expected = their_gradients.pop(name)
            if expected is None:
                assert parameter.grad is None, name
            else:
                assert_close(parameter.grad, expected, 1e-9, f"{compared}: gradient of {name}")
        assert not their_gradients
        state = theirs.state_dict()
        for name, value in ours.state_dict().items():
            assert_close(value, state[name], 1e-7, f"{compared}: {name}")


def one_step(model, loss, optimizer, data):
    """One step of the optimizer; the loss before it."""
    data = tuple(data)
    model.train()

    def closure():
        optimizer.zero_grad()
        total = loss(*data)
        if not hasattr(loss, "has_gone_backward"):
            total.backward()
        return total

    return optimizer.step(closure)
