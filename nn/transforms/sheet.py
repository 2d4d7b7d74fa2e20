"""What transforms do to an image, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nn.train.plots import _panels
from nn.transforms.transform import Transform, _checked

__all__ = ["sheet"]


def sheet(
    image: Any, transforms: Sequence[Transform] | Mapping[str, Transform], columns: int = 6
) -> Any:
    """An image before, and after each of some transforms, as a Matplotlib figure.

    Args:
        image: (channels, height, width), with 1 or 3 channels.
        transforms: The transforms; their names are printed, those of the classes if not given.
        columns: How many pictures stand side by side.

    >>> import numpy as np
    >>> from nn.transforms import Invert
    >>> [axes.get_title() for axes in sheet(np.zeros((1, 4, 4)), [Invert()]).axes]
    ['before', 'Invert']
    """
    before = _checked("sheet", image)
    if before.ndim != 3 or len(before) not in (1, 3):
        raise ValueError(f"sheet: expected one image with 1 or 3 channels, got {before.shape}")
    if not isinstance(transforms, Mapping):
        transforms = {type(each).__name__: each for each in transforms}
    pictures = {"before": before} | {name: each(before) for name, each in transforms.items()}
    figure, panels = _panels(len(pictures), columns, 1.7, 1.9)
    for axes, (name, picture) in zip(panels, pictures.items(), strict=True):
        colours = picture.transpose(1, 2, 0) if len(picture) == 3 else picture[0]
        axes.imshow(colours.clip(0, 1), cmap="gray", vmin=0, vmax=1)
        axes.set_title(name, fontsize=8)
        axes.set_axis_off()
    return figure
