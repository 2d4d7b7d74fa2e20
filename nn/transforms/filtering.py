"""Transforms that look at the neighbours of a pixel: blur, sharpen, emboss; and noise."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from nn.transforms.transform import Image, Range, Transform, span

__all__ = [
    "CoarseSalt",
    "Emboss",
    "GaussianBlur",
    "GaussianNoise",
    "MedianBlur",
    "RandomErasing",
    "Sharpen",
]


class GaussianBlur(Transform):
    """Blur by a bell curve.

    Args:
        sigma: The largest standard deviation in pixels, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> GaussianBlur((1.0, 1.0))(np.eye(5)[np.newaxis])[0, 2].round(2)
    array([0.13, 0.22, 0.28, 0.22, 0.13])
    """

    def __init__(self, sigma: Range = 1.0, **common: Any) -> None:
        super().__init__(**common)
        spread = sigma if isinstance(sigma, tuple) else (0.0, sigma)
        self.sigma = span("GaussianBlur", "sigma", spread)
        if self.sigma[0] < 0:
            raise ValueError(f"GaussianBlur: sigma must be at least 0, got {sigma}")

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Blur rows and columns."""
        from scipy import ndimage

        sigma = generator.uniform(*self.sigma)
        blurred: Image = ndimage.gaussian_filter(image, (0, sigma, sigma))
        return blurred


class MedianBlur(Transform):
    """Each pixel becomes the median of a square around it: specks vanish, edges stay.

    Args:
        size: The side of the square in pixels.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> MedianBlur(3)(np.eye(3)[np.newaxis] * [[0], [1], [0]]).max()
    np.float64(0.0)
    """

    def __init__(self, size: int = 3, **common: Any) -> None:
        super().__init__(**common)
        self.size = operator.index(size)
        if self.size < 1:
            raise ValueError(f"MedianBlur: size must be at least 1, got {size}")

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Take the medians."""
        from scipy import ndimage

        blurred: Image = ndimage.median_filter(image, (1, self.size, self.size))
        return blurred


class Sharpen(Transform):
    """Add what a blur takes away: `x + a (x - blurred x)`.

    Args:
        amount: The largest a, or (low, high).
        sigma: Standard deviation of the blur in pixels.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> step = np.array([[[0.25, 0.25, 0.25, 0.75, 0.75, 0.75]]])
    >>> Sharpen((1.0, 1.0))(step)[0, 0].round(2)
    array([0.25, 0.22, 0.1 , 0.9 , 0.78, 0.75])
    """

    def __init__(self, amount: Range = 1.0, sigma: float = 1.0, **common: Any) -> None:
        super().__init__(**common)
        spread = amount if isinstance(amount, tuple) else (0.0, amount)
        self.amount = span("Sharpen", "amount", spread)
        self.sigma = sigma

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Add the difference."""
        from scipy import ndimage

        blurred = ndimage.gaussian_filter(image, (0, self.sigma, self.sigma))
        sharper: Image = image + generator.uniform(*self.amount) * (image - blurred)
        return sharper.clip(0, 1)


class Emboss(Transform):
    """Light from the top left: edges become bright on one side and dark on the other.

    Args:
        strength: The largest weight of the relief, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Emboss((1.0, 1.0))(np.full((1, 3, 3), 0.5)).ravel()
    array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    """

    def __init__(self, strength: Range = 1.0, **common: Any) -> None:
        super().__init__(**common)
        spread = strength if isinstance(strength, tuple) else (0.0, strength)
        self.strength = span("Emboss", "strength", spread)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Add the slope from the top left to the bottom right."""
        from scipy import ndimage

        relief = np.array([[[-1.0, -1, 0], [-1, 0, 1], [0, 1, 1]]])
        slope = ndimage.correlate(image, relief.astype(image.dtype), mode="nearest")
        raised: Image = image + generator.uniform(*self.strength) * slope
        return raised.clip(0, 1)


class GaussianNoise(Transform):
    """A number of a normal distribution added to every pixel and channel.

    Args:
        std: The largest standard deviation, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> GaussianNoise((0.1, 0.1), seed=0)(np.full((1, 50, 50), 0.5)).std().round(2)
    np.float64(0.1)
    """

    def __init__(self, std: Range = 0.1, **common: Any) -> None:
        super().__init__(**common)
        self.std = span("GaussianNoise", "std", std if isinstance(std, tuple) else (0.0, std))
        if self.std[0] < 0:
            raise ValueError(f"GaussianNoise: std must be at least 0, got {std}")

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Add the noise."""
        noise = generator.normal(0, generator.uniform(*self.std), image.shape)
        return (image + noise).clip(0, 1)


class CoarseSalt(Transform):
    """White squares: salt noise on a coarse grid.

    Args:
        share: The share of the grid that is white.
        size: The side of a square in pixels.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> CoarseSalt(0.5, 2, seed=0)(np.zeros((1, 4, 4)))[0]
    array([[0., 0., 1., 1.],
           [0., 0., 1., 1.],
           [1., 1., 1., 1.],
           [1., 1., 1., 1.]])
    """

    def __init__(self, share: float = 0.05, size: int = 3, **common: Any) -> None:
        super().__init__(**common)
        self.share = share
        self.size = operator.index(size)
        if not 0 <= share <= 1 or self.size < 1:
            raise ValueError(
                f"CoarseSalt: share must be from 0 to 1 and size at least 1, got {share} and {size}"
            )

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw the grid, and whiten."""
        height, width = image.shape[1:]
        grid = generator.random((-(-height // self.size), -(-width // self.size))) < self.share
        white = grid.repeat(self.size, axis=0).repeat(self.size, axis=1)[:height, :width]
        return np.where(white, image.dtype.type(1), image)


class RandomErasing(Transform):
    """Cover a rectangle of random size and place by noise, or by one value.

    Args:
        area: The share of the image that it covers, (low, high).
        aspect: Height over width, (low, high).
        value: What covers it; None for noise from 0 to 1.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    References:
        Z. Zhong, L. Zheng, G. Kang, S. Li, Y. Yang (2020), Random erasing data augmentation.

    >>> erased = RandomErasing((0.25, 0.25), (1, 1), value=0, seed=0)(np.ones((1, 8, 8)))
    >>> int((erased == 0).sum())
    16
    """

    def __init__(
        self,
        area: tuple[float, float] = (0.02, 0.33),
        aspect: tuple[float, float] = (0.3, 3.3),
        value: float | None = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.area = span("RandomErasing", "area", area)
        self.aspect = span("RandomErasing", "aspect", aspect)
        if not (self.area[0] > 0 and self.area[1] <= 1 and self.aspect[0] > 0):
            raise ValueError(
                f"RandomErasing: area must lie in (0, 1] and aspect above 0, got {area}, {aspect}"
            )
        self.value = value

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw the rectangle, and cover it."""
        height, width = image.shape[1:]
        pixels = generator.uniform(*self.area) * height * width
        aspect = np.exp(generator.uniform(*np.log(self.aspect)))
        tall = min(height, max(1, round(float(np.sqrt(pixels * aspect)))))
        wide = min(width, max(1, round(float(np.sqrt(pixels / aspect)))))
        row = generator.integers(height - tall + 1)
        column = generator.integers(width - wide + 1)
        cover = generator.random((len(image), tall, wide)) if self.value is None else self.value
        erased = image.copy()
        erased[:, row : row + tall, column : column + wide] = cover
        return erased
