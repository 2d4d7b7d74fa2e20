"""Transforms of brightness and colour, pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nn.transforms.transform import Image, Range, Transform, span

__all__ = ["Brightness", "Gamma", "Invert", "PCANoise"]

# Of the colours of ImageNet, from 0 to 1, as published with Torch's ResNet.
_IMAGENET_SIZES = (0.2175, 0.0188, 0.0045)
_IMAGENET_DIRECTIONS = (
    (-0.5675, 0.7192, 0.4009),
    (-0.5808, -0.0045, -0.8140),
    (-0.5836, -0.6948, 0.4203),
)


class Brightness(Transform):
    """Multiply by a factor: darker below 1, brighter above; what exceeds 1 is cut off.

    Args:
        factor: How far from 1 at most, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Brightness((2.0, 2.0))(np.array([[[0.25, 0.75]]]))
    array([[[0.5, 1. ]]])
    """

    def __init__(self, factor: Range = 0.3, **common: Any) -> None:
        super().__init__(**common)
        spread = factor if isinstance(factor, tuple) else (1 - factor, 1 + factor)
        self.factor = span("Brightness", "factor", spread)
        if self.factor[0] < 0:
            raise ValueError(f"Brightness: the factor must not be below 0, got {factor}")

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Multiply."""
        return (image * generator.uniform(*self.factor)).clip(0, 1)


class Gamma(Transform):
    """Gamma contrast, `x ^ γ`: brighter shadows below 1, deeper ones above.

    Args:
        gamma: The largest γ, whose inverse is the smallest, or (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Gamma((2.0, 2.0))(np.array([[[0.5, 1.0]]]))
    array([[[0.25, 1.  ]]])
    """

    def __init__(self, gamma: Range = 1.5, **common: Any) -> None:
        super().__init__(**common)
        low, high = gamma if isinstance(gamma, tuple) else (1 / gamma, gamma)
        if not 0 < low <= high:
            raise ValueError(
                f"Gamma: gamma must be a pair (low, high) above 0, or one number of at least 1, "
                f"got {gamma}"
            )
        self.gamma = (float(low), float(high))

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Raise to the power."""
        power: Image = image.clip(0, 1) ** np.exp(generator.uniform(*np.log(self.gamma)))
        return power


class Invert(Transform):
    """The negative, `1 - x`.

    Args:
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Invert()(np.array([[[0.25, 1.0]]]))
    array([[[0.75, 0.  ]]])
    """

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Subtract from 1."""
        return 1 - image


class PCANoise(Transform):
    """One colour added to all pixels, drawn along the principal components of natural colours.

    `Σ_k α_k λ_k v_k` with α_k ~ N(0, std): λ and v are the components' sizes and directions.

    Args:
        std: Standard deviation of α.
        sizes: λ of the three components; those of ImageNet if not given.
        directions: v in columns, (3, 3); those of ImageNet if not given.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    References:
        A. Krizhevsky, I. Sutskever, G. Hinton (2012), ImageNet classification with deep
        convolutional neural networks.

    >>> image = np.full((3, 2, 2), 0.5)
    >>> added = PCANoise(seed=0)(image) - image
    >>> bool(np.ptp(added[0]) == 0), bool(np.ptp(added) > 0)
    (True, True)
    """

    def __init__(
        self,
        std: float = 0.1,
        sizes: ArrayLike = _IMAGENET_SIZES,
        directions: ArrayLike = _IMAGENET_DIRECTIONS,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.std = std
        lengths, axes = np.asarray(sizes, np.float64), np.asarray(directions, np.float64)
        if lengths.shape != (3,) or axes.shape != (3, 3):
            raise ValueError(
                "PCANoise: expected three sizes and directions (3, 3), got shapes "
                f"{lengths.shape} and {axes.shape}"
            )
        self._axes = axes * lengths

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw a colour, and add it."""
        if len(image) != 3:
            raise ValueError(f"PCANoise: expected an image of 3 colours, got {len(image)} channels")
        colour = self._axes @ generator.normal(0, self.std, 3)
        changed: Image = image + colour[:, np.newaxis, np.newaxis]
        return changed.clip(0, 1)
