"""Augmentation of images: on one or on a batch, drawn from a generator, in chains.

>>> from nn.datasets import digits
>>> images, _ = digits()
>>> augment = Compose([Rotate(10), Translate(0.1), GaussianNoise(0.05)], seed=0)
>>> augment(images[:4]).shape
(4, 1, 8, 8)
"""

from nn.transforms.colour import Brightness, Gamma, Invert, PCANoise
from nn.transforms.filtering import (
    CoarseSalt,
    Emboss,
    GaussianBlur,
    GaussianNoise,
    MedianBlur,
    RandomErasing,
    Sharpen,
)
from nn.transforms.geometry import (
    Crop,
    CropAndPad,
    HorizontalFlip,
    Perspective,
    RandomCrop,
    Rotate,
    Scale,
    Shear,
    Translate,
    VerticalFlip,
)
from nn.transforms.mixing import mosaic
from nn.transforms.sheet import sheet
from nn.transforms.transform import Albumentations, Compose, Transform

__all__ = [
    "Albumentations",
    "Brightness",
    "CoarseSalt",
    "Compose",
    "Crop",
    "CropAndPad",
    "Emboss",
    "Gamma",
    "GaussianBlur",
    "GaussianNoise",
    "HorizontalFlip",
    "Invert",
    "MedianBlur",
    "PCANoise",
    "Perspective",
    "RandomCrop",
    "RandomErasing",
    "Rotate",
    "Scale",
    "Sharpen",
    "Shear",
    "Transform",
    "Translate",
    "VerticalFlip",
    "mosaic",
    "sheet",
]
