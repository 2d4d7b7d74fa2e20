"""Every model of `nn.models` as an ONNX file, which onnxruntime runs with other batches.

python -m tests.proofs.onnx_models [how many]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime

import autograd
import nn
from autograd import Tensor
from nn import models
from nn.onnx import export

AGREE = 1e-5  # of the largest number of a result

# The model, and the shape of an example; integers are tokens.
MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], bool]] = {
    "LeNet5": (models.LeNet5, (1, 28, 28), False),
    "MLP": (lambda: models.MLP([784, 100, 10]), (784,), False),
    "GPT": (lambda: models.GPT(65), (64,), True),
    "CharLSTM": (lambda: models.CharLSTM(65), (32,), True),
    "Autoencoder": (models.Autoencoder, (784,), False),
    "VAE": (models.VAE, (784,), False),
    "Perceptron": (lambda: models.Perceptron(4), (4,), False),
    "CifarResNet": (models.cifar_resnet20, (3, 32, 32), False),
    "resnet18": (models.resnet18, (3, 64, 64), False),
    "resnet34": (models.resnet34, (3, 64, 64), False),
    "resnet50": (models.resnet50, (3, 64, 64), False),
    "resnet101": (models.resnet101, (3, 64, 64), False),
    "vgg11": (lambda: models.vgg11(batch_norm=True, width=256), (3, 64, 64), False),
    "vgg16": (lambda: models.vgg16(width=256), (3, 64, 64), False),
    "alexnet": (lambda: models.alexnet(width=256), (3, 224, 224), False),
    "AlexNet": (lambda: models.AlexNet(width=256), (3, 227, 227), False),
}


def flat(returned: Any) -> list[Any]:
    if isinstance(returned, Tensor):
        return [returned.detach().numpy()]
    return [each for part in returned for each in flat(part)]


def difference(name: str) -> float:
    """The largest difference from the model's own results, with batches of 1 and 4."""
    make, shape, tokens = MODELS[name]
    autograd.manual_seed(0)
    model = make().eval()
    rng = np.random.default_rng(0)

    def batch(count: int) -> Any:
        if tokens:
            return rng.integers(0, 65, (count, *shape))
        return rng.standard_normal((count, *shape)).astype(np.float32)

    proto = export(model, batch(2), verify=False)
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    worst = 0.0
    for count in (1, 4):
        x = batch(count)
        with autograd.no_grad():
            ours = flat(model(Tensor(x)))
        for exact, given in zip(ours, session.run(None, {"input": x}), strict=True):
            assert given.shape == exact.shape, (name, given.shape, exact.shape)
            worst = max(worst, float(np.abs(given - exact).max() / max(1, np.abs(exact).max())))
    return worst


def main(arguments: list[str]) -> int:
    names = list(MODELS)[: int(arguments[0]) if arguments else None]
    worst = 0.0
    for name in names:
        found = difference(name)
        print(f"{name}: differs by {found:.1e}", flush=True)
        worst = max(worst, found)
    print(f"{len(names)} models, largest difference {worst:.1e}")
    return int(not worst <= AGREE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
