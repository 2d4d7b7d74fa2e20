"""Images in a folder for each class."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.reading import UnreadableError, check_unpacked, opened

__all__ = ["ImageFolder"]

_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
# Pillow knows more formats, and runs other programs for some of them.
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class ImageFolder(Dataset):
    """Images that lie in one folder for each class: `photos/cat/1.png`, `photos/dog/2.png`.

    They are read when they are asked for, so the folder may be larger than the memory. Needs the
    package Pillow, the extra `image`.

    Args:
        folder: Holds a folder for each class; images may lie deeper in it.
        size: (height, width) to which every image is scaled; needed for batches where they differ.
        channels: 3 for colour, 1 for grey, 4 with transparency.
        transform: Applied to every image, (channels, height, width) float32 from 0 to 1.

    Attributes:
        classes: The names of the folders, sorted; a label is a place in it.
        paths: The files, class after class.
        labels: Their labels, (examples,) int64.

    Raises:
        NotADirectoryError: If there is no such folder.
        ValueError: If there are no folders in it, or one has no image.

    >>> ImageFolder("no such folder")
    Traceback (most recent call last):
    ...
    NotADirectoryError: ImageFolder: no such folder is no folder
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        size: tuple[int, int] | None = None,
        channels: int = 3,
        transform: Callable[[NDArray[np.float32]], Any] | None = None,
    ) -> None:
        root = Path(folder)
        if not root.is_dir():
            raise NotADirectoryError(f"ImageFolder: {root} is no folder")
        if channels not in _MODES:
            raise ValueError(f"ImageFolder: channels must be 1, 3 or 4, got {channels}")
        self.classes = sorted(
            each.name for each in root.iterdir() if each.is_dir() and each.name[0] != "."
        )
        if not self.classes:
            raise ValueError(f"ImageFolder: {root} holds no folders; expected one for each class")
        self.paths: list[Path] = []
        labels: list[int] = []
        for label, name in enumerate(self.classes):
            found = sorted(
                path
                for path in (root / name).rglob("*")
                if path.suffix.lower() in _SUFFIXES and path.is_file()
            )
            if not found:
                raise ValueError(
                    f"ImageFolder: {root / name} holds no image ({', '.join(_SUFFIXES)})"
                )
            self.paths += found
            labels += [label] * len(found)
        self.labels = np.array(labels, dtype=np.int64)
        self.size = size
        self.channels = channels
        self.transform = transform

    def __len__(self) -> int:
        """Return how many images there are."""
        return len(self.paths)

    def __getitem__(self, index: int, /) -> tuple[Any, np.int64]:
        """Return an image and its label.

        Raises:
            ValueError: If the file is truncated or no image.
        """
        image: Any = read_image(self.paths[index], self.size, self.channels)
        if self.transform is not None:
            image = self.transform(image)
        return image, self.labels[index]


def read_image(
    path: str | os.PathLike[str], size: tuple[int, int] | None = None, channels: int = 3
) -> NDArray[np.float32]:
    """An image file as an array (channels, height, width) float32 from 0 to 1.

    Grey images of 16 bits keep all of them.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            "ImageFolder: images need the package Pillow: pip install 'wengert[image]'"
        ) from error
    with (
        opened("ImageFolder", path, "image") as stream,
        # From memory: a file would reserve as much as a damaged length says.
        Image.open(io.BytesIO(stream.read()), formats=_FORMATS) as file,
    ):
        check_unpacked(4 * file.width * file.height, stream)  # four bytes a pixel
        brightest = _brightest(file)
        # Pillow cuts off what is above 255 when it converts; numbers of 32 bits it leaves alone.
        image = file.convert("F" if brightest > 255 else _MODES[channels])
        if size is not None:
            image = image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
        pixels = np.asarray(image, dtype=np.float32)
    pixels = pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    pixels = pixels / np.float32(brightest)
    if len(pixels) < channels:  # grey of 16 bits: the same in each colour, and opaque
        grey = [pixels] * min(channels, 3)
        pixels = np.concatenate([*grey, *[np.ones_like(pixels)] * (channels == 4)])
    return np.ascontiguousarray(pixels)


def _brightest(file: Any) -> int:
    """The number that stands for white."""
    if file.mode.startswith("I;16") or (file.mode == "I" and file.format in ("PNG", "PPM")):
        return 65535
    if file.mode in ("I", "F"):
        raise UnreadableError(
            "has pixels of 32 bits, of which nothing says what is white; convert it to 16 or 8"
        )
    return 255
