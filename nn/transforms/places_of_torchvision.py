"""Transforms that move pixels, by torchvision's names and arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.transforms.geometry import HorizontalFlip, Matrix, Perspective, VerticalFlip, _Moving, sides
from nn.transforms.transform import Image, Range, Transform, span

__all__ = [
    "CenterCrop",
    "InterpolationMode",
    "Pad",
    "RandomAffine",
    "RandomHorizontalFlip",
    "RandomPerspective",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
]

_TRIES = 10  # of a random part, before the middle is taken


class InterpolationMode:
    """Names of ways to read between pixels.

    >>> Resize(8, InterpolationMode.NEAREST).interpolation
    'nearest'
    """

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


def _order(caller: str, interpolation: str) -> int:
    orders = {"nearest": 0, "bilinear": 1}
    if interpolation not in orders:
        raise ValueError(
            f"{caller}: interpolation must be 'nearest' or 'bilinear', got {interpolation!r}"
        )
    return orders[interpolation]


class Resize(Transform):
    """Scale to another size.

    Args:
        size: (height, width); or one number for the shorter side, the longer one in proportion.
        interpolation: "bilinear", "bicubic", or "nearest".
        max_size: The longest that the longer side may become, with one number for `size`.
        antialias: Whether a smaller image is the mean of what it stands for, and not of neighbours.

    >>> Resize((2, 3))(np.ones((1, 4, 4))).shape, Resize(2)(np.ones((1, 4, 8))).shape
    ((1, 2, 3), (1, 2, 4))
    """

    def __init__(
        self,
        size: int | Sequence[int],
        interpolation: str = "bilinear",
        max_size: int | None = None,
        antialias: bool = True,
    ) -> None:
        super().__init__()
        sides("Resize", size)
        if interpolation not in ("nearest", "bilinear", "bicubic"):
            raise ValueError(
                "Resize: interpolation must be 'nearest', 'bilinear' or 'bicubic', got "
                f"{interpolation!r}"
            )
        self.size = size
        self.interpolation = interpolation
        self.max_size = max_size
        self.antialias = antialias

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Scale it."""
        height, width = image.shape[1:]
        return resized(
            image, _target(self.size, height, width, self.max_size), self.interpolation,
            self.antialias,
        )  # fmt: skip


def _target(
    size: int | Sequence[int], height: int, width: int, max_size: int | None
) -> tuple[int, int]:
    if isinstance(size, Sequence) and len(size) == 2:
        return int(size[0]), int(size[1])
    shorter = int(size[0]) if isinstance(size, Sequence) else size
    short, long = sorted((height, width))
    longer = int(shorter * long / short)
    if max_size is not None and longer > max_size:
        shorter, longer = int(max_size * shorter / longer), max_size
    return (shorter, longer) if height <= width else (longer, shorter)


def resized(
    image: Image, size: tuple[int, int], interpolation: str, antialias: bool = True
) -> Image:
    """An image in another size: one product with a matrix of shares along each axis."""
    height, width = image.shape[1:]
    if interpolation == "nearest":
        rows = np.arange(size[0]) * height // size[0]
        columns = np.arange(size[1]) * width // size[1]
        return image[:, rows[:, np.newaxis], columns]
    down = _shares(height, size[0], interpolation, antialias).astype(image.dtype)
    across = _shares(width, size[1], interpolation, antialias).astype(image.dtype)
    changed: Image = down @ image @ across.T
    return changed.clip(0, 1) if interpolation == "bicubic" else changed


def _shares(length: int, count: int, interpolation: str, antialias: bool) -> NDArray[np.float64]:
    """(count, length): how much every old pixel has in every new one."""
    scale = length / count
    width = max(scale, 1.0) if antialias else 1.0
    reach = (1 if interpolation == "bilinear" else 2) * width
    shares = np.zeros((count, length))
    for number in range(count):
        centre = (number + 0.5) * scale - 0.5
        taps = np.arange(math.floor(centre - reach), math.ceil(centre + reach) + 1)
        weights = _kernel(np.abs(taps - centre) / width, interpolation, antialias)
        if antialias:  # what is outside does not count; else the border goes on
            inside = (taps >= 0) & (taps < length)
            taps, weights = taps[inside], weights[inside]
        np.add.at(shares[number], taps.clip(0, length - 1), weights / weights.sum())
    return shares


def _kernel(
    distance: NDArray[np.float64], interpolation: str, antialias: bool
) -> NDArray[np.float64]:
    if interpolation == "bilinear":
        return np.maximum(1 - distance, 0)
    a = -0.5 if antialias else -0.75  # as PyTorch, which follows Pillow in the first
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
    return np.where(distance < 1, near, np.where(distance < 2, far, 0))


class CenterCrop(Transform):
    """The middle of an image; one that is smaller gets a border of 0 first.

    Args:
        size: (height, width), or one number for both.

    >>> CenterCrop(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 5.,  6.],
            [ 9., 10.]]])
    """

    def __init__(self, size: int | Sequence[int]) -> None:
        super().__init__()
        self.size = sides("CenterCrop", size)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Cut it out."""
        missing = [
            max(want - have, 0) for want, have in zip(self.size, image.shape[1:], strict=True)
        ]
        around = [(each // 2, (each + 1) // 2) for each in missing]
        image = np.pad(image, [(0, 0), *around])
        row, column = (
            round((have - want) / 2) for want, have in zip(self.size, image.shape[1:], strict=True)
        )
        return image[:, row : row + self.size[0], column : column + self.size[1]]


class Pad(Transform):
    """A border around an image.

    Args:
        padding: Its width: one number; (left and right, top and bottom); or (left, top, right,
            bottom).
        fill: What a constant border holds.
        padding_mode: "constant", "edge", "reflect" or "symmetric".

    >>> Pad((1, 0))(np.ones((1, 1, 1)))
    array([[[0., 1., 0.]]])
    """

    def __init__(self, padding: Any, fill: float = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        widths = [padding] if isinstance(padding, int) else list(padding)
        if len(widths) not in (1, 2, 4) or not all(isinstance(n, int) and n >= 0 for n in widths):
            raise ValueError(f"Pad: padding must be 1, 2 or 4 numbers from 0, got {padding!r}")
        if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
            raise ValueError(
                "Pad: padding_mode must be 'constant', 'edge', 'reflect' or 'symmetric', got "
                f"{padding_mode!r}"
            )
        self.padding = padding
        self.fill = fill
        self.padding_mode = padding_mode
        left, top, right, bottom = {1: widths * 4, 2: widths * 2, 4: widths}[len(widths)]
        self._widths = ((0, 0), (top, bottom), (left, right))

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Put it around."""
        settings: Any = {"constant_values": self.fill} if self.padding_mode == "constant" else {}
        padded: Image = np.pad(image, self._widths, self.padding_mode, **settings)  # type: ignore[call-overload]
        return padded


class RandomHorizontalFlip(HorizontalFlip):
    """Mirror left and right, with a probability.

    Args:
        p: The probability, for each image.
        **common: `seed` and `generator`, as in `Transform`.

    >>> RandomHorizontalFlip(p=1.0)(np.array([[[1.0, 2.0]]]))
    array([[[2., 1.]]])
    """

    def __init__(self, p: float = 0.5, **common: Any) -> None:
        super().__init__(p=p, **common)


class RandomVerticalFlip(VerticalFlip):
    """Mirror top and bottom, with a probability.

    Args:
        p: The probability, for each image.
        **common: `seed` and `generator`, as in `Transform`.

    >>> RandomVerticalFlip(p=1.0)(np.array([[[1.0], [2.0]]])).ravel()
    array([2., 1.])
    """

    def __init__(self, p: float = 0.5, **common: Any) -> None:
        super().__init__(p=p, **common)


class RandomResizedCrop(Transform):
    """A part of random size and proportions, scaled to one size.

    Args:
        size: (height, width) of the result, or one number for both.
        scale: The share of the image that the part has, (low, high).
        ratio: Its width over its height, (low, high).
        interpolation: As in `Resize`.
        antialias: As in `Resize`.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> RandomResizedCrop(4, seed=0)(np.ones((3, 9, 7))).shape
    (3, 4, 4)
    """

    def __init__(
        self,
        size: int | Sequence[int],
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
        interpolation: str = "bilinear",
        antialias: bool = True,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.size = sides("RandomResizedCrop", size)
        if not 0 < scale[0] <= scale[1] or not 0 < ratio[0] <= ratio[1]:
            raise ValueError(
                "RandomResizedCrop: scale and ratio must be pairs (low, high) above 0, got "
                f"{scale} and {ratio}"
            )
        self.scale = (float(scale[0]), float(scale[1]))
        self.ratio = (float(ratio[0]), float(ratio[1]))
        self.interpolation = interpolation
        self.antialias = antialias
        Resize(self.size, interpolation)  # which knows the names

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw the part, cut it out, and scale it."""
        height, width = image.shape[1:]
        top, left, down, across = self._part(height, width, generator)
        part = image[:, top : top + down, left : left + across]
        return resized(part, self.size, self.interpolation, self.antialias)

    def _part(
        self, height: int, width: int, generator: np.random.Generator
    ) -> tuple[int, int, int, int]:
        for _ in range(_TRIES):
            area = height * width * generator.uniform(*self.scale)
            ratio = math.exp(generator.uniform(*np.log(self.ratio)))
            across, down = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < across <= width and 0 < down <= height:
                top = int(generator.integers(height - down + 1))
                return top, int(generator.integers(width - across + 1)), down, across
        # The largest part of allowed proportions in the middle.
        across, down = width, height
        if width / height < self.ratio[0]:
            down = round(width / self.ratio[0])
        elif width / height > self.ratio[1]:
            across = round(height * self.ratio[1])
        return (height - down) // 2, (width - across) // 2, down, across


class RandomRotation(_Moving):
    """Turn around the centre; positive angles turn against the clock.

    Args:
        degrees: The largest angle to either side, or (low, high).
        interpolation: "nearest" or "bilinear".
        expand: Must be False: the size stays.
        fill: What comes in from outside.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> RandomRotation((90, 90))(np.array([[[1.0, 2.0], [3.0, 4.0]]])).round(6)
    array([[[2., 4.],
            [1., 3.]]])
    """

    def __init__(
        self,
        degrees: Range,
        interpolation: str = "nearest",
        expand: bool = False,
        fill: float = 0,
        **common: Any,
    ) -> None:
        super().__init__("constant", fill, **common)
        if expand:
            raise ValueError("RandomRotation: expand=True is not here: the size stays; use Pad")
        self.degrees = span("RandomRotation", "degrees", _pair(degrees))
        self.order = _order("RandomRotation", interpolation)

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Turn back by the angle."""
        return _back(-generator.uniform(*self.degrees), (0.0, 0.0), 1.0, (0.0, 0.0))


class RandomAffine(_Moving):
    """Turn, shift, scale and shear around the centre; positive angles turn with the clock.

    Args:
        degrees: The largest angle to either side, or (low, high).
        translate: The largest shifts as shares of width and height, (across, down).
        scale: (low, high).
        shear: The largest angle across to either side; (low, high); or (low, high) across and down.
        interpolation: "nearest" or "bilinear".
        fill: What comes in from outside.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> RandomAffine(10, translate=(0.1, 0.1), seed=0)(np.ones((1, 5, 5))).shape
    (1, 5, 5)
    """

    def __init__(
        self,
        degrees: Range,
        translate: tuple[float, float] | None = None,
        scale: tuple[float, float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: str = "nearest",
        fill: float = 0,
        **common: Any,
    ) -> None:
        super().__init__("constant", fill, **common)
        self.degrees = span("RandomAffine", "degrees", _pair(degrees))
        shift = (0.0, 0.0) if translate is None else tuple(translate)
        if len(shift) != 2 or not all(0 <= each <= 1 for each in shift):
            raise ValueError(f"RandomAffine: translate must be two shares, got {translate}")
        self.translate = shift
        self.scale = (1.0, 1.0) if scale is None else tuple(scale)
        if len(self.scale) != 2 or not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"RandomAffine: scale must be (low, high) above 0, got {scale}")
        angles = [0.0] if shear is None else [shear] if isinstance(shear, int | float) else [*shear]
        if len(angles) == 1:
            angles = [-angles[0], angles[0]]
        if len(angles) == 2:
            angles += [0.0, 0.0]
        if len(angles) != 4:
            raise ValueError(f"RandomAffine: shear must be 1, 2 or 4 angles, got {shear}")
        self.shear = tuple(angles)
        self.order = _order("RandomAffine", interpolation)

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Back from the result to the image."""
        angle = generator.uniform(*self.degrees)
        most = self.translate[0] * width, self.translate[1] * height
        across, down = (round(generator.uniform(-each, each)) for each in most)
        smallest, largest = self.scale
        scale = generator.uniform(smallest, largest)
        low, high, lowest, highest = self.shear
        shear = generator.uniform(low, high), generator.uniform(lowest, highest)
        return _back(angle, (across, down), scale, shear)


class RandomPerspective(Perspective):
    """See the image at a slant, with a probability: each corner moves inwards by its own draw.

    Args:
        distortion_scale: How far corners move at most, as a share of half the height and width.
        p: The probability.
        interpolation: "bilinear" or "nearest".
        fill: What comes in from outside.
        **common: `seed` and `generator`, as in `Transform`.

    >>> RandomPerspective(0.3, p=1.0, seed=0)(np.ones((1, 8, 8))).shape
    (1, 8, 8)
    """

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: str = "bilinear",
        fill: float = 0,
        **common: Any,
    ) -> None:
        super().__init__(distortion_scale, "constant", fill, p=p, **common)
        self.order = _order("RandomPerspective", interpolation)


def _pair(degrees: Any) -> Range:
    return tuple(degrees) if isinstance(degrees, list) else degrees


def _back(
    angle: float, shift: tuple[float, float], scale: float, shear: tuple[float, float]
) -> Matrix:
    """From places of the result to those of the image, (row, column, 1), around the centre.

    The image is sheared, then turned with the clock, scaled and shifted, as in torchvision.
    """
    turn, (sx, sy) = math.radians(angle), (math.radians(each) for each in shear)
    a = math.cos(turn - sy) / math.cos(sy)
    b = -math.cos(turn - sy) * math.tan(sx) / math.cos(sy) - math.sin(turn)
    c = math.sin(turn - sy) / math.cos(sy)
    d = -math.sin(turn - sy) * math.tan(sx) / math.cos(sy) + math.cos(turn)
    # Rows are y and columns x.
    linear = np.array([[a, -c], [-b, d]]) / scale
    offset = -linear @ [shift[1], shift[0]]
    return np.array([[*linear[0], offset[0]], [*linear[1], offset[1]], [0, 0, 1]])
