"""`torch.autograd.gradcheck` and `gradgradcheck`, at their defaults."""

from collections.abc import Callable
from typing import Any

import torch
from planted import Planted, verdict
from torch.autograd import gradcheck, gradgradcheck

torch.set_num_threads(1)


def version() -> str:
    """Return the version of PyTorch."""
    return torch.__version__


def check_defect(**which: Any) -> Callable[[], dict[str, Any]]:
    """Both checks of one defect at one point."""
    planted = Planted(**which)
    both = planted.count + len(planted.shapes)

    class Gradient(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *given):
            ctx.save_for_backward(*given)
            return tuple(map(torch.from_numpy, planted.pull(*given)))

        @staticmethod
        def backward(ctx, *weights):
            found = planted.pull_twice(*ctx.saved_tensors, *weights)
            return tuple(map(torch.from_numpy, found[:both]))

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *floats):
            ctx.save_for_backward(*floats)
            return tuple(map(torch.from_numpy, planted.value(*floats)))

        @staticmethod
        def backward(ctx, *cotangents):
            return Gradient.apply(*ctx.saved_tensors, *cotangents)

    def check() -> None:
        torch.manual_seed(which["sample"])
        inputs = [torch.from_numpy(x).requires_grad_() for x in planted.inputs]
        gradcheck(Function.apply, inputs)
        gradgradcheck(Function.apply, inputs)

    return lambda: verdict(check)
