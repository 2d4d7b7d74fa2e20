"""Several images in one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from nn.data.generator import choose_generator, drawing
from nn.transforms.transform import _checked

__all__ = ["mosaic"]


def mosaic(
    images: Any,
    targets: ArrayLike | Tensor | None = None,
    *,
    margin: float = 0.25,
    seed: int | None = None,
    generator: np.random.Generator | None = None,
) -> Any:
    """Each image becomes four quarters that meet at a random point: its own and of three others.

    Args:
        images: A batch, (batch, channels, height, width), as an array or Tensor.
        targets: One row for each image, such as one-hot labels: mixed by the shares of the area.
        margin: How near to the border, as a fraction of the side, the quarters may meet.
        seed: The same seed gives the same mosaics.
        generator: Draws, in place of a seed; without both, the library's default generator.

    Returns:
        The mosaics, of the kind of `images`; with targets also the mixed ones, as an array.

    References:
        A. Bochkovskiy, C. Wang, H. Liao (2020), YOLOv4.

    >>> images = np.stack([np.full((1, 4, 4), value) for value in (0.0, 1.0)])
    >>> mixed, targets = mosaic(images, np.eye(2), seed=0)
    >>> bool(np.allclose(mixed.mean(axis=(1, 2, 3)), targets[:, 1]))
    True
    """
    array = _checked("mosaic", images)
    if array.ndim != 4:
        raise ValueError(f"mosaic: expected a batch of images, got one of shape {array.shape}")
    if not 0 <= margin <= 0.5:
        raise ValueError(f"mosaic: margin must be from 0 to 0.5, got {margin}")
    draw = drawing(choose_generator("mosaic", seed, generator))
    batch, _, height, width = array.shape
    mixed = np.empty_like(array)
    shares = np.zeros((batch, batch))
    for number in range(batch):
        row = round(draw.uniform(margin, 1 - margin) * height)
        column = round(draw.uniform(margin, 1 - margin) * width)
        rows = (slice(0, row), slice(row, height))
        columns = (slice(0, column), slice(column, width))
        quarters = [(rows[k // 2], columns[k % 2]) for k in draw.permutation(4)]
        sources = [number, *draw.integers(batch, size=3)]
        for (down, right), source in zip(quarters, sources, strict=True):
            mixed[number, :, down, right] = array[source, :, down, right]
            covered = (down.stop - down.start) * (right.stop - right.start)
            shares[number, source] += covered / (height * width)
    result = autograd.from_numpy(mixed) if isinstance(images, Tensor) else mixed
    if targets is None:
        return result
    rows_of = np.asarray(targets.detach().numpy() if isinstance(targets, Tensor) else targets)
    if rows_of.ndim != 2 or len(rows_of) != batch:
        raise ValueError(
            f"mosaic: targets must be one row for each of the {batch} images, such as one-hot "
            f"labels, got shape {rows_of.shape}"
        )
    kind = rows_of.dtype if rows_of.dtype.kind == "f" else np.float32
    return result, (shares @ rows_of).astype(kind)
