"""Residual networks: `y = F(x) + x`, so that the gradient of the skip path is 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import autograd
from autograd import Tensor
from nn import init
from nn.functional import pad
from nn.module import Module
from nn.modules.containers import Sequential
from nn.modules.convolution import Conv2d
from nn.modules.linear import Linear
from nn.modules.normalization import BatchNorm2d
from nn.modules.pooling import AdaptiveAvgPool2d, MaxPool2d

__all__ = [
    "CifarResNet",
    "ResNet",
    "cifar_resnet20",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
]


class _Block(Module):
    """Two 3 x 3 convolutions and the skip."""

    expansion: ClassVar[int] = 1

    def __init__(self, inputs: int, width: int, stride: int, downsample: Module | None) -> None:
        self.conv1 = Conv2d(inputs, width, 3, stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(width)
        self.conv2 = Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Any) -> Tensor:
        skip = x if self.downsample is None else self.downsample(x)
        out = autograd.relu(self.bn1(self.conv1(x)))
        return autograd.relu(self.bn2(self.conv2(out)) + skip)


class _Bottleneck(Module):
    """1 x 1 to fewer channels, 3 x 3, 1 x 1 to four times as many, and the skip."""

    expansion: ClassVar[int] = 4

    def __init__(self, inputs: int, width: int, stride: int, downsample: Module | None) -> None:
        self.conv1 = Conv2d(inputs, width, 1, bias=False)
        self.bn1 = BatchNorm2d(width)
        # The stride is here and not in conv1, as in torchvision, whose weights then fit.
        self.conv2 = Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = BatchNorm2d(width)
        self.conv3 = Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = BatchNorm2d(4 * width)
        self.downsample = downsample

    def forward(self, x: Any) -> Tensor:
        skip = x if self.downsample is None else self.downsample(x)
        out = autograd.relu(self.bn1(self.conv1(x)))
        out = autograd.relu(self.bn2(self.conv2(out)))
        return autograd.relu(self.bn3(self.conv3(out)) + skip)


class ResNet(Module):
    """The residual network for large images. Keys are torchvision's, so its weights load by name.

    Args:
        block: "basic", two 3 x 3 convolutions, or "bottleneck".
        blocks: How many there are in each of the four stages.
        classes: How many there are.
        width: Channels of the first stage.

    References:
        K. He, X. Zhang, S. Ren, J. Sun (2016), Deep residual learning for image recognition.

    >>> import numpy as np
    >>> small = ResNet("basic", (1, 1, 1, 1), classes=10, width=8)
    >>> small(np.zeros((2, 3, 32, 32))).shape
    (2, 10)
    """

    def __init__(
        self, block: str, blocks: Sequence[int], classes: int = 1000, width: int = 64
    ) -> None:
        kinds: dict[str, type[_Block] | type[_Bottleneck]] = {
            "basic": _Block,
            "bottleneck": _Bottleneck,
        }
        if block not in kinds:
            raise ValueError(f"ResNet: block must be 'basic' or 'bottleneck', got {block!r}")
        if len(blocks) != 4:
            raise ValueError(f"ResNet: expected the blocks of four stages, got {blocks}")
        kind = kinds[block]
        self.conv1 = Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(width)
        self.maxpool = MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _stage(kind, width, width, blocks[0], 1)
        inputs = width * kind.expansion
        self.layer2 = _stage(kind, inputs, 2 * width, blocks[1], 2)
        self.layer3 = _stage(kind, 2 * inputs, 4 * width, blocks[2], 2)
        self.layer4 = _stage(kind, 4 * inputs, 8 * width, blocks[3], 2)
        self.avgpool = AdaptiveAvgPool2d(1)
        self.fc = Linear(8 * inputs, classes)
        _initialise(self)

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, 3, height, width) to (batch, classes)."""
        x = self.maxpool(autograd.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).reshape(len(x), -1))


def _stage(
    kind: type[_Block] | type[_Bottleneck], inputs: int, width: int, count: int, stride: int
) -> Sequential:
    outputs = width * kind.expansion
    downsample = None
    if stride != 1 or inputs != outputs:
        projection = Conv2d(inputs, outputs, 1, stride, bias=False)
        downsample = Sequential(projection, BatchNorm2d(outputs))
    later = [kind(outputs, width, 1, None) for _ in range(count - 1)]
    return Sequential(kind(inputs, width, stride, downsample), *later)


class _Shortcut(Module):
    """Every second pixel, and zeros for the channels that are new: a skip without parameters."""

    def __init__(self, added: int) -> None:
        self.added = added

    def forward(self, x: Any) -> Tensor:
        before = self.added // 2
        return pad(x[:, :, ::2, ::2], (0, 0, 0, 0, before, self.added - before))


class CifarResNet(Module):
    """The residual network for images of 32 x 32, with skips that have no parameters.

    Args:
        blocks: How many there are in each of the three stages: 3 for ResNet-20.
        classes: How many there are.

    References:
        K. He, X. Zhang, S. Ren, J. Sun (2016), Deep residual learning for image recognition,
        section 4.2, option A.

    >>> import numpy as np
    >>> CifarResNet(1)(np.zeros((2, 3, 32, 32))).shape
    (2, 10)
    """

    def __init__(self, blocks: int = 3, classes: int = 10) -> None:
        self.conv1 = Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = BatchNorm2d(16)
        stages = []
        for inputs, width in ((16, 16), (16, 32), (32, 64)):
            grows = inputs != width
            first = _Block(
                inputs, width, 2 if grows else 1, _Shortcut(width - inputs) if grows else None
            )
            later = [_Block(width, width, 1, None) for _ in range(blocks - 1)]
            stages.append(Sequential(first, *later))
        self.layer1, self.layer2, self.layer3 = stages
        self.avgpool = AdaptiveAvgPool2d(1)
        self.linear = Linear(64, classes)
        _initialise(self)

    def forward(self, x: Any) -> Tensor:
        """Scores of classes: (batch, 3, 32, 32) to (batch, classes)."""
        x = autograd.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(self.avgpool(x).reshape(len(x), -1))


def _initialise(model: Module) -> None:
    for module in model.modules():
        if isinstance(module, Conv2d):
            init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def resnet18(classes: int = 1000) -> ResNet:
    """ResNet with 18 layers: 11,689,512 parameters with 1,000 classes.

    >>> resnet18(classes=10).fc
    Linear(512 -> 10)
    """
    return ResNet("basic", (2, 2, 2, 2), classes)


def resnet34(classes: int = 1000) -> ResNet:
    """ResNet with 34 layers: 21,797,672 parameters with 1,000 classes.

    >>> resnet34(classes=10).fc
    Linear(512 -> 10)
    """
    return ResNet("basic", (3, 4, 6, 3), classes)


def resnet50(classes: int = 1000) -> ResNet:
    """ResNet with 50 layers: 25,557,032 parameters with 1,000 classes.

    >>> resnet50(classes=10).fc
    Linear(2048 -> 10)
    """
    return ResNet("bottleneck", (3, 4, 6, 3), classes)


def resnet101(classes: int = 1000) -> ResNet:
    """ResNet with 101 layers: 44,549,160 parameters with 1,000 classes.

    >>> len(resnet101(classes=2).layer3)
    23
    """
    return ResNet("bottleneck", (3, 4, 23, 3), classes)


def cifar_resnet20(classes: int = 10) -> CifarResNet:
    """ResNet-20 for CIFAR-10: 269,722 parameters, the paper's 0.27 million.

    >>> cifar_resnet20().linear
    Linear(64 -> 10)
    """
    return CifarResNet(3, classes)
