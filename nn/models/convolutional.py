"""Networks that made history with images: LeNet-5, AlexNet, VGG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Tensor
from nn import init
from nn.module import Module
from nn.modules.activation import ReLU, Tanh
from nn.modules.containers import Sequential
from nn.modules.convolution import Conv2d
from nn.modules.dropout import Dropout
from nn.modules.linear import Flatten, Linear
from nn.modules.normalization import LocalResponseNorm
from nn.modules.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d

__all__ = ["VGG", "AlexNet", "LeNet5", "vgg11", "vgg16"]


class LeNet5(Module):
    """LeNet-5 for images of 28 x 28: 61,706 parameters with ten classes.

    In the form that is taught: plain average pooling, where the paper's had two parameters for
    each map; every map of the second convolution sees all of the first, where the paper's saw a
    selection; scores come from an affine layer.

    Args:
        classes: How many there are.
        in_channels: Of the images.

    References:
        Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998), Gradient-based learning applied to
        document recognition.

    >>> import numpy as np
    >>> LeNet5()(np.zeros((2, 1, 28, 28))).shape
    (2, 10)
    """

    def __init__(self, classes: int = 10, in_channels: int = 1) -> None:
        self.features = Sequential(
            Conv2d(in_channels, 6, 5, padding=2), Tanh(), AvgPool2d(2),
            Conv2d(6, 16, 5), Tanh(), AvgPool2d(2),
        )  # fmt: skip
        self.classifier = Sequential(
            Flatten(), Linear(400, 120), Tanh(), Linear(120, 84), Tanh(), Linear(84, classes)
        )

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, in_channels, 28, 28) to (batch, classes)."""
        return self.classifier(self.features(x))


class AlexNet(Module):
    """AlexNet for images of 227 x 227: 60,965,224 parameters with 1,000 classes.

    With local response normalisation, overlapping pooling, two groups where the paper had two
    graphics cards, and dropout. (PyTorch's `alexnet` is a later one without the first and third.)

    Args:
        classes: How many there are.
        dropout: Of the two wide affine layers.
        width: Of these layers.

    References:
        A. Krizhevsky, I. Sutskever, G. Hinton (2012), ImageNet classification with deep
        convolutional neural networks.

    >>> AlexNet(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """

    def __init__(self, classes: int = 1000, dropout: float = 0.5, width: int = 4096) -> None:
        self.features = Sequential(
            Conv2d(3, 96, 11, stride=4), ReLU(), LocalResponseNorm(5, k=2.0), MaxPool2d(3, 2),
            Conv2d(96, 256, 5, padding=2, groups=2), ReLU(), LocalResponseNorm(5, k=2.0),
            MaxPool2d(3, 2),
            Conv2d(256, 384, 3, padding=1), ReLU(),
            Conv2d(384, 384, 3, padding=1, groups=2), ReLU(),
            Conv2d(384, 256, 3, padding=1, groups=2), ReLU(), MaxPool2d(3, 2),
        )  # fmt: skip
        self.classifier = Sequential(
            Flatten(), Linear(256 * 6 * 6, width), ReLU(), Dropout(dropout),
            Linear(width, width), ReLU(), Dropout(dropout), Linear(width, classes),
        )  # fmt: skip

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, 3, 227, 227) to (batch, classes)."""
        return self.classifier(self.features(x))


class VGG(Module):
    """VGG: stages of 3 x 3 convolutions, each stage halved by pooling. Keys are torchvision's.

    Args:
        stages: The channels of each stage's convolutions.
        classes: How many there are.
        dropout: Of the two wide affine layers.
        width: Of these layers.

    References:
        K. Simonyan, A. Zisserman (2015), Very deep convolutional networks for large-scale image
        recognition.

    >>> import numpy as np
    >>> small = VGG([[8], [16, 16]], classes=10, width=32)
    >>> small(np.zeros((2, 3, 32, 32))).shape
    (2, 10)
    """

    def __init__(
        self,
        stages: Sequence[Sequence[int]],
        classes: int = 1000,
        dropout: float = 0.5,
        width: int = 4096,
    ) -> None:
        layers: list[Module] = []
        channels = 3
        for stage in stages:
            for outputs in stage:
                layers += [Conv2d(channels, outputs, 3, padding=1), ReLU()]
                channels = outputs
            layers.append(MaxPool2d(2))
        self.features = Sequential(*layers)
        self.avgpool = AdaptiveAvgPool2d(7)
        self.classifier = Sequential(
            Linear(channels * 49, width), ReLU(), Dropout(dropout),
            Linear(width, width), ReLU(), Dropout(dropout), Linear(width, classes),
        )  # fmt: skip
        for module in self.modules():
            if isinstance(module, Conv2d):
                init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, Linear):
                init.normal_(module.weight, 0, 0.01)
            if isinstance(module, Conv2d | Linear) and module.bias is not None:
                init.zeros_(module.bias)

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, 3, height, width) to (batch, classes)."""
        pooled = self.avgpool(self.features(x))
        return self.classifier(pooled.reshape(len(pooled), -1))


def vgg11(classes: int = 1000, dropout: float = 0.5, width: int = 4096) -> VGG:
    """VGG with 11 layers: 132,863,336 parameters with 1,000 classes.

    >>> vgg11(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    return VGG([[64], [128], [256] * 2, [512] * 2, [512] * 2], classes, dropout, width)


def vgg16(classes: int = 1000, dropout: float = 0.5, width: int = 4096) -> VGG:
    """VGG with 16 layers: 138,357,544 parameters with 1,000 classes.

    >>> vgg16(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    return VGG([[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3], classes, dropout, width)
