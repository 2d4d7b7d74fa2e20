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
from nn.modules.normalization import BatchNorm2d, LocalResponseNorm
from nn.modules.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d

__all__ = [
    "VGG",
    "AlexNet",
    "AlexNet2014",
    "LeNet5",
    "alexnet",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
]


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
    graphics cards, and dropout. `alexnet` is the later one whose weights are handed around.

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


class AlexNet2014(Module):
    """AlexNet as it is usual now: 61,100,840 parameters with 1,000 classes. Keys are torchvision's.

    Without local response normalisation and groups, and with fewer maps than that of 2012.

    Args:
        classes: How many there are.
        dropout: Of the two wide affine layers.
        width: Of these layers.

    References:
        A. Krizhevsky (2014), One weird trick for parallelizing convolutional neural networks.

    >>> sorted({name.rpartition(".")[0] for name in AlexNet2014(width=16).state_dict()})[:4]
    ['classifier.1', 'classifier.4', 'classifier.6', 'features.0']
    """

    def __init__(self, classes: int = 1000, dropout: float = 0.5, width: int = 4096) -> None:
        self.features = Sequential(
            Conv2d(3, 64, 11, stride=4, padding=2), ReLU(), MaxPool2d(3, 2),
            Conv2d(64, 192, 5, padding=2), ReLU(), MaxPool2d(3, 2),
            Conv2d(192, 384, 3, padding=1), ReLU(),
            Conv2d(384, 256, 3, padding=1), ReLU(),
            Conv2d(256, 256, 3, padding=1), ReLU(), MaxPool2d(3, 2),
        )  # fmt: skip
        self.avgpool = AdaptiveAvgPool2d(6)
        self.classifier = Sequential(
            Dropout(dropout), Linear(256 * 6 * 6, width), ReLU(),
            Dropout(dropout), Linear(width, width), ReLU(), Linear(width, classes),
        )  # fmt: skip

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, 3, height, width) to (batch, classes), as of 224 x 224."""
        pooled = self.avgpool(self.features(x))
        return self.classifier(pooled.reshape(len(pooled), -1))


def alexnet(classes: int = 1000, dropout: float = 0.5, width: int = 4096) -> AlexNet2014:
    """The usual AlexNet; that of 2012 is `AlexNet`.

    >>> alexnet(classes=10, width=16).classifier[6]
    Linear(16 -> 10)
    """
    return AlexNet2014(classes, dropout, width)


class VGG(Module):
    """VGG: stages of 3 x 3 convolutions, each stage halved by pooling. Keys are torchvision's.

    Args:
        stages: The channels of each stage's convolutions.
        classes: How many there are.
        dropout: Of the two wide affine layers.
        width: Of these layers.
        batch_norm: Whether every convolution is followed by batch normalisation.

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
        batch_norm: bool = False,
    ) -> None:
        layers: list[Module] = []
        channels = 3
        for stage in stages:
            for outputs in stage:
                layers.append(Conv2d(channels, outputs, 3, padding=1))
                if batch_norm:
                    layers.append(BatchNorm2d(outputs))
                layers.append(ReLU())
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


def vgg11(
    classes: int = 1000, dropout: float = 0.5, width: int = 4096, batch_norm: bool = False
) -> VGG:
    """VGG with 11 layers: 132,863,336 parameters with 1,000 classes.

    >>> vgg11(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    stages = [[64], [128], [256] * 2, [512] * 2, [512] * 2]
    return VGG(stages, classes, dropout, width, batch_norm)


def vgg13(
    classes: int = 1000, dropout: float = 0.5, width: int = 4096, batch_norm: bool = False
) -> VGG:
    """VGG with 13 layers: 133,047,848 parameters with 1,000 classes.

    >>> vgg13(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    stages = [[64] * 2, [128] * 2, [256] * 2, [512] * 2, [512] * 2]
    return VGG(stages, classes, dropout, width, batch_norm)


def vgg16(
    classes: int = 1000, dropout: float = 0.5, width: int = 4096, batch_norm: bool = False
) -> VGG:
    """VGG with 16 layers: 138,357,544 parameters with 1,000 classes.

    >>> vgg16(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    stages = [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]
    return VGG(stages, classes, dropout, width, batch_norm)


def vgg19(
    classes: int = 1000, dropout: float = 0.5, width: int = 4096, batch_norm: bool = False
) -> VGG:
    """VGG with 19 layers: 143,667,240 parameters with 1,000 classes.

    >>> vgg19(classes=10, width=16).classifier[-1]
    Linear(16 -> 10)
    """
    stages = [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4]
    return VGG(stages, classes, dropout, width, batch_norm)
