"""Transforms that move pixels: rotations, shears, flips, crops, perspective.

Each maps a place of the result back to a place of the image, where SciPy interpolates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.transforms.transform import Image, Range, Transform, span

__all__ = [
    "Crop",
    "CropAndPad",
    "HorizontalFlip",
    "Perspective",
    "RandomCrop",
    "Rotate",
    "Scale",
    "Shear",
    "Translate",
    "VerticalFlip",
]

Matrix = NDArray[np.float64]
_FILLS = ("constant", "nearest", "reflect", "wrap")


class _Moving(Transform):
    """A map of places, given by a 3 x 3 matrix on (row, column, 1), drawn for each image."""

    order = 1  # of the interpolation between pixels: 0 takes the nearest

    def __init__(self, fill: str = "constant", value: float = 0.0, **common: Any) -> None:
        super().__init__(**common)
        if fill not in _FILLS:
            raise ValueError(
                f"{type(self).__name__}: fill must be one of {', '.join(_FILLS)}, got {fill!r}"
            )
        self.fill = fill
        self.value = value

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """From places of the result, relative to its centre, to places of the image."""
        raise NotImplementedError(f"{type(self).__name__} must define matrix(...)")

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw a map, and take every pixel of the result from where it leads."""
        from scipy import ndimage

        height, width = image.shape[1:]
        matrix = self.matrix(height, width, generator)
        centre = np.array([(height - 1) / 2, (width - 1) / 2])
        rows, columns = np.mgrid[:height, :width]
        places = np.stack([rows - centre[0], columns - centre[1], np.ones((height, width))])
        mapped = np.tensordot(matrix, places, 1)
        source = mapped[:2] / mapped[2] + centre[:, np.newaxis, np.newaxis]
        mode = {"constant": "grid-constant", "wrap": "grid-wrap"}.get(self.fill, self.fill)
        return np.stack(
            [
                ndimage.map_coordinates(each, source, order=self.order, mode=mode, cval=self.value)
                for each in image
            ]
        )


class Rotate(_Moving):
    """Turn around the centre.

    Args:
        degrees: The largest angle to either side, or (low, high); positive turns against the clock.
        fill: What comes in from outside: "constant", "nearest", "reflect" or "wrap".
        value: What "constant" fills with.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Rotate((90, 90))(np.array([[[1.0, 2.0], [3.0, 4.0]]])).round(6)
    array([[[2., 4.],
            [1., 3.]]])
    """

    def __init__(
        self, degrees: Range = 15, fill: str = "constant", value: float = 0.0, **common: Any
    ) -> None:
        super().__init__(fill, value, **common)
        self.degrees = span("Rotate", "degrees", degrees)

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Turn back by the angle."""
        angle = np.deg2rad(generator.uniform(*self.degrees))
        c, s = np.cos(angle), np.sin(angle)
        return np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


class Translate(_Moving):
    """Shift by fractions of height and width.

    Args:
        fraction: The largest shift to either side, or (low, high), for both axes.
        fill: As in `Rotate`.
        value: As in `Rotate`.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Translate((0.5, 0.5))(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([[[0., 0.],
            [0., 1.]]])
    """

    def __init__(
        self, fraction: Range = 0.1, fill: str = "constant", value: float = 0.0, **common: Any
    ) -> None:
        super().__init__(fill, value, **common)
        self.fraction = span("Translate", "fraction", fraction)

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Shift back."""
        down, right = generator.uniform(*self.fraction, 2) * (height, width)
        return np.array([[1, 0, -down], [0, 1, -right], [0, 0, 1.0]])


class Shear(_Moving):
    """Slant: rows are shifted in proportion to their distance from the middle.

    Args:
        degrees: The largest slant to either side, or (low, high).
        fill: As in `Rotate`.
        value: As in `Rotate`.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Shear(20, seed=0)(np.ones((1, 8, 8))).shape
    (1, 8, 8)
    """

    def __init__(
        self, degrees: Range = 10, fill: str = "constant", value: float = 0.0, **common: Any
    ) -> None:
        super().__init__(fill, value, **common)
        self.degrees = span("Shear", "degrees", degrees)

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Slant back."""
        slope = np.tan(np.deg2rad(generator.uniform(*self.degrees)))
        return np.array([[1, 0, 0], [slope, 1, 0], [0, 0, 1.0]])


class Scale(_Moving):
    """Zoom around the centre; the size of the image stays.

    Args:
        factor: The largest factor, whose inverse is the smallest, or (low, high).
        fill: As in `Rotate`.
        value: As in `Rotate`.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Scale((2, 2))(np.arange(16.0).reshape(1, 4, 4))[0, 1:3, 1:3]
    array([[6.25, 6.75],
           [8.25, 8.75]])
    """

    def __init__(
        self, factor: Range = 1.2, fill: str = "constant", value: float = 0.0, **common: Any
    ) -> None:
        super().__init__(fill, value, **common)
        low, high = factor if isinstance(factor, tuple) else (1 / factor, factor)
        if not 0 < low <= high:
            raise ValueError(
                f"Scale: factor must be a pair (low, high) above 0, or one number of at least 1, "
                f"got {factor}"
            )
        self.factor = (float(low), float(high))

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """Shrink back; the logarithm of the factor is drawn, so halves and doubles are alike."""
        factor = np.exp(generator.uniform(*np.log(self.factor)))
        return np.diag([1 / factor, 1 / factor, 1.0])


class Perspective(_Moving):
    """See the image at a slant: each corner moves inwards by its own draw.

    Args:
        distortion: How far corners move at most, as a fraction of half the height and width.
        fill: As in `Rotate`.
        value: As in `Rotate`.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Perspective(0.3, seed=0)(np.ones((1, 8, 8))).shape
    (1, 8, 8)
    """

    def __init__(
        self, distortion: float = 0.3, fill: str = "constant", value: float = 0.0, **common: Any
    ) -> None:
        super().__init__(fill, value, **common)
        if not 0 <= distortion < 1:
            raise ValueError(f"Perspective: distortion must be from 0 to below 1, got {distortion}")
        self.distortion = distortion

    def matrix(self, height: int, width: int, generator: np.random.Generator) -> Matrix:
        """The projective map that takes the moved corners to the corners."""
        corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * [
            (height - 1) / 2,
            (width - 1) / 2,
        ]
        moved = corners * (1 - generator.uniform(0, self.distortion, (4, 2)))
        rows, sides = [], []
        for (y, x), (v, u) in zip(moved, corners, strict=True):
            rows.append([y, x, 1, 0, 0, 0, -v * y, -v * x])
            rows.append([0, 0, 0, y, x, 1, -u * y, -u * x])
            sides += [v, u]
        # Least squares: an image of one row or column leaves some entries free.
        solved = np.linalg.lstsq(np.array(rows), np.array(sides), rcond=None)[0]
        return np.append(solved, 1.0).reshape(3, 3)


class HorizontalFlip(Transform):
    """Mirror left and right.

    Args:
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> HorizontalFlip()(np.array([[[1.0, 2.0]]]))
    array([[[2., 1.]]])
    """

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Reverse the columns."""
        return image[:, :, ::-1]


class VerticalFlip(Transform):
    """Mirror top and bottom.

    Args:
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> VerticalFlip()(np.array([[[1.0], [2.0]]])).ravel()
    array([2., 1.])
    """

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Reverse the rows."""
        return image[:, ::-1]


class Crop(Transform):
    """Cut out a part at a fixed place, the middle if none is given.

    Args:
        size: (height, width).
        place: (row, column) of its first pixel.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> Crop((1, 2))(np.arange(12.0).reshape(1, 3, 4))
    array([[[5., 6.]]])
    """

    def __init__(
        self, size: tuple[int, int], place: tuple[int, int] | None = None, **common: Any
    ) -> None:
        super().__init__(**common)
        self.size = size
        self.place = place

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Cut it out."""
        rows, columns = _room(self, image.shape, self.size)
        row, column = (rows // 2, columns // 2) if self.place is None else self.place
        if not (0 <= row <= rows and 0 <= column <= columns):
            raise ValueError(
                f"Crop: a part of {self.size} at {self.place} does not lie in an image of "
                f"{image.shape[1:]}"
            )
        return image[:, row : row + self.size[0], column : column + self.size[1]]


class RandomCrop(Transform):
    """Cut out a part at a random place, after adding a border.

    Args:
        size: (height, width), or one number for both.
        padding: Pixels of 0 that are added on every side before.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> RandomCrop((4, 4), padding=1, seed=0)(np.ones((3, 4, 4))).shape
    (3, 4, 4)
    """

    def __init__(self, size: int | Sequence[int], padding: int | None = 0, **common: Any) -> None:
        super().__init__(**common)
        padding = padding or 0
        if padding < 0:
            raise ValueError(f"RandomCrop: padding must be at least 0, got {padding}")
        self.size = sides("RandomCrop", size)
        self.padding = padding

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw the place, and cut it out."""
        border = (self.padding, self.padding)
        padded = np.pad(image, ((0, 0), border, border))
        rows, columns = _room(self, padded.shape, self.size)
        row, column = generator.integers(rows + 1), generator.integers(columns + 1)
        return padded[:, row : row + self.size[0], column : column + self.size[1]]


class CropAndPad(Transform):
    """Cut every side, or add a border to it, by its own draw; then scale back to the old size.

    Args:
        fraction: Of height and width: below 0 cuts, above 0 adds; the largest to either side, or
            (low, high).
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> CropAndPad(0.2, seed=0)(np.ones((1, 10, 10))).shape
    (1, 10, 10)
    """

    def __init__(self, fraction: Range = 0.1, **common: Any) -> None:
        super().__init__(**common)
        self.fraction = span("CropAndPad", "fraction", fraction)
        if self.fraction[0] <= -0.5:
            raise ValueError(
                f"CropAndPad: fraction must be above -0.5, or nothing is left, got {fraction}"
            )

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Take every pixel from where it is in the image that was cut or framed."""
        from scipy import ndimage

        source = []
        for length in image.shape[1:]:
            before, after = generator.uniform(*self.fraction, 2) * length
            # The edges of the result, at -1/2 and length - 1/2, lie so far outside.
            low, high = -0.5 - before, length - 0.5 + after
            source.append(low + (np.arange(length) + 0.5) * (high - low) / length)
        places = np.stack(np.meshgrid(*source, indexing="ij"))
        return np.stack(
            [ndimage.map_coordinates(e, places, order=1, mode="grid-constant") for e in image]
        )


def sides(caller: str, size: Any) -> tuple[int, int]:
    """Height and width; one number is both."""
    pair = tuple(size) if isinstance(size, Sequence) else (size, size)
    if len(pair) == 1:
        pair *= 2
    if len(pair) != 2 or not all(isinstance(each, int) and each > 0 for each in pair):
        raise ValueError(f"{caller}: size must be (height, width), or one number, got {size!r}")
    return pair[0], pair[1]


def _room(transform: Transform, shape: tuple[int, ...], size: tuple[int, int]) -> tuple[int, int]:
    """How far a part can move in an image, down and to the right."""
    rows, columns = shape[1] - size[0], shape[2] - size[1]
    if min(rows, columns) < 0 or min(size) < 1:
        raise ValueError(
            f"{type(transform).__name__}: a part of {size} does not fit into an image of "
            f"{shape[1:]}"
        )
    return rows, columns
