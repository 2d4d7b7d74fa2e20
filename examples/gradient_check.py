"""A network's gradients beside numerical differentiation, which is plain NumPy."""

import copy

import numpy as np

import nn
from autograd.testing import compare_gradients


def check_network(model, images, labels):
    """Compare the gradient of every parameter with finite differences of the loss.

    Args:
        model: a classifier; a float64 copy of it is checked.
        images: a few examples.
        labels: their class indices.

    Returns:
        A table, one line per parameter.

    Raises:
        ArithmeticError: if a gradient disagrees.
    """
    model = copy.deepcopy(model).to(np.float64).train()
    parameters = dict(model.named_parameters())
    model.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()

    def loss_at(*values):
        for parameter, value in zip(parameters.values(), values, strict=True):
            parameter.data = value
        return np.asarray(nn.functional.cross_entropy(model(images), labels).item())

    start = [parameter.data.copy() for parameter in parameters.values()]
    gradients = [parameter.grad.data for parameter in parameters.values()]
    lines = [f"  {'parameter':14}{'shape':>16}{'gradient':>16}{'numerical':>16}  agree"]
    for position, (name, value) in enumerate(zip(parameters, start, strict=True)):
        tested = [g if i == position else None for i, g in enumerate(gradients)]
        result = compare_gradients(loss_at, start, None, tested)
        shown = result.worst(1)[0]
        lines.append(
            f"  {name:14}{value.shape!s:>16}{shown.analytic:16.9f}{shown.numeric:16.9f}"
            f"  {result.verdict}"
        )
        if result.disagreements:
            raise ArithmeticError("a gradient is wrong:\n" + "\n".join(lines))
    return "\n".join(lines)
