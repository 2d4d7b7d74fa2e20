"""Transforms of colours by torchvision's names and formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.transforms.transform import Image, Range, Transform

__all__ = ["ColorJitter", "Grayscale", "RandomGrayscale"]

_LUMA = np.array([0.2989, 0.587, 0.114])  # how bright red, green and blue are


def _gray(image: Image) -> Image:
    """One channel: how bright the pixels are."""
    if len(image) == 1:
        return image
    if len(image) != 3:
        raise ValueError(f"expected an image of 1 or 3 channels, got {len(image)}")
    gray: Image = np.tensordot(_LUMA.astype(image.dtype), image, 1)[np.newaxis]
    return gray


class Grayscale(Transform):
    """How bright the pixels are: `0.2989 R + 0.587 G + 0.114 B`.

    Args:
        num_output_channels: 1, or 3 that are the same.

    >>> Grayscale()(np.ones((3, 2, 2))).shape
    (1, 2, 2)
    """

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        if num_output_channels not in (1, 3):
            raise ValueError(
                f"Grayscale: num_output_channels must be 1 or 3, got {num_output_channels}"
            )
        self.num_output_channels = num_output_channels

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Add up the colours."""
        return np.repeat(_gray(image), self.num_output_channels, axis=0)


class RandomGrayscale(Transform):
    """`Grayscale` with a probability, in as many channels as there were.

    Args:
        p: The probability, for each image.
        **common: `seed` and `generator`, as in `Transform`.

    >>> RandomGrayscale(p=1.0)(np.ones((3, 2, 2))).shape
    (3, 2, 2)
    """

    def __init__(self, p: float = 0.1, **common: Any) -> None:
        super().__init__(p=p, **common)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Add up the colours."""
        return np.repeat(_gray(image), len(image), axis=0)


class ColorJitter(Transform):
    """Brightness, contrast, saturation and hue changed by draws, in a drawn order.

    Each of the first three mixes the image with black, with its mean brightness, and with its gray
    picture: `f · image + (1 - f) · other`.

    Args:
        brightness: How far the factor may be from 1, or (low, high).
        contrast: Likewise.
        saturation: Likewise.
        hue: How far hues may turn, as a share of the circle up to 1/2, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> ColorJitter(brightness=(0.5, 0.5))(np.ones((3, 1, 1))).ravel()
    array([0.5, 0.5, 0.5])
    """

    def __init__(
        self,
        brightness: Range = 0,
        contrast: Range = 0,
        saturation: Range = 0,
        hue: Range = 0,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.brightness = _factors("brightness", brightness)
        self.contrast = _factors("contrast", contrast)
        self.saturation = _factors("saturation", saturation)
        low, high = hue if isinstance(hue, tuple | list) else (-hue, hue)
        if not -0.5 <= low <= high <= 0.5:
            raise ValueError(f"ColorJitter: hue must be within -1/2 and 1/2, got {hue}")
        self.hue = (float(low), float(high))

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw the factors and the order, and change it."""
        drawn = {
            "brightness": generator.uniform(*self.brightness),
            "contrast": generator.uniform(*self.contrast),
            "saturation": generator.uniform(*self.saturation),
            "hue": generator.uniform(*self.hue),
        }
        for name in generator.permutation(list(drawn)):
            image = _changed(image, name, drawn[name])
        return image


def _factors(name: str, given: Range) -> tuple[float, float]:
    low, high = given if isinstance(given, tuple | list) else (max(0, 1 - given), 1 + given)
    if not 0 <= low <= high:
        raise ValueError(
            f"ColorJitter: {name} must be at least 0, or (low, high) from 0, got {given}"
        )
    return float(low), float(high)


def _changed(image: Image, name: str, factor: float) -> Image:
    if name == "hue":
        return image if factor == 0 or len(image) != 3 else _turned(image, factor)
    if factor == 1 or (name == "saturation" and len(image) == 1):
        return image
    other: Any = 0.0
    if name == "contrast":
        other = _gray(image).mean()
    elif name == "saturation":
        other = _gray(image)
    mixed: Image = (factor * image + (1 - factor) * other).clip(0, 1)
    return mixed


def _turned(image: Image, share: float) -> Image:
    """The hues turned by a share of the circle, saturation and value as they are."""
    largest, smallest = image.max(axis=0), image.min(axis=0)
    spread = largest - smallest
    divisor = np.where(spread == 0, 1, spread)
    red, green, blue = (largest - image) / divisor
    hue = np.where(
        largest == image[0],
        blue - green,
        np.where(largest == image[1], 2 + red - blue, 4 + green - red),
    )
    sector = ((hue / 6 + share) % 1) * 6
    # Back: a channel falls by so much of the spread, by how far its colour is from the hue.
    channels = [
        largest - spread * np.clip(np.minimum(k, 4 - k), 0, 1)
        for k in ((start + sector) % 6 for start in (5, 3, 1))
    ]
    return np.stack(channels)
