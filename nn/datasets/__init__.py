"""Data sets: bundled digits, small ones that are made, published ones, and your own images.

>>> images, labels = digits()
>>> images.shape, labels.shape
((1797, 1, 8, 8), (1797,))
"""

from nn.datasets.bundled import digits
from nn.datasets.cifar import CIFAR10_CLASSES, cifar10
from nn.datasets.download import download
from nn.datasets.folder import ImageFolder
from nn.datasets.idx import FASHION_MNIST_CLASSES, fashion_mnist, mnist, read_idx
from nn.datasets.synthetic import circles, logic_gate, moons, sine, spirals

__all__ = [
    "CIFAR10_CLASSES",
    "FASHION_MNIST_CLASSES",
    "ImageFolder",
    "cifar10",
    "circles",
    "digits",
    "download",
    "fashion_mnist",
    "logic_gate",
    "mnist",
    "moons",
    "read_idx",
    "sine",
    "spirals",
]
