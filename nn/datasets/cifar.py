"""CIFAR-10, from its binary version: the other ones would need pickle."""

from __future__ import annotations

import os
import tarfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.datasets.download import data_folder, download

__all__ = ["CIFAR10_CLASSES", "cifar10"]

CIFAR10_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

_ARCHIVE = "cifar-10-binary.tar.gz"
_URL = f"https://www.cs.toronto.edu/~kriz/{_ARCHIVE}"
_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
_FILES = {
    "train": [f"data_batch_{number}.bin" for number in range(1, 6)],
    "test": ["test_batch.bin"],
}
_RECORD = 1 + 3 * 32 * 32  # a label, then red, green and blue


def cifar10(
    folder: str | os.PathLike[str] | None = None,
    split: str = "train",
    *,
    fetch: bool = False,
    progress: bool = True,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """CIFAR-10: colour photographs of ten classes, 50,000 to train and 10,000 to test.

    Args:
        folder: Holds `cifar-10-binary.tar.gz`, or the `.bin` files in it; `$WENGERT_DATA/cifar-10`,
            or `~/.cache/wengert/cifar-10`, if not given.
        split: "train" or "test".
        fetch: Whether to download the archive if it is not there.
        progress: Whether to show progress while downloading.

    Returns:
        Images, (examples, 3, 32, 32) float32 from 0 to 1, and labels, (examples,) int64: places in
        `CIFAR10_CLASSES`.

    Raises:
        FileNotFoundError: If it is not there and is not to be fetched.
        ValueError: If a file is truncated or not what its name says.

    References:
        A. Krizhevsky (2009), Learning multiple layers of features from tiny images.

    >>> CIFAR10_CLASSES[3]
    'cat'
    """
    if split not in _FILES:
        raise ValueError(f"cifar10: split must be 'train' or 'test', got {split!r}")
    place = data_folder("cifar-10") if folder is None else Path(folder)
    names = _FILES[split]
    for where in (place, place / "cifar-10-batches-bin"):
        if all((where / name).is_file() for name in names):
            return _decode([(name, (where / name).read_bytes()) for name in names])
    archive = place / _ARCHIVE
    if not archive.is_file():
        if not fetch:
            raise FileNotFoundError(
                f"cifar10: there is neither {_ARCHIVE} nor {names[0]} in {place}; give the folder "
                "that has one, or fetch=True to download it"
            )
        download(_URL, archive, _MD5, progress=progress)
    return _decode(_members(archive, names))


def _members(archive: Path, names: list[str]) -> list[tuple[str, bytes]]:
    """Files of the archive, read without unpacking it."""
    contents = []
    try:
        with tarfile.open(archive) as opened:
            for name in names:
                member = opened.extractfile(f"cifar-10-batches-bin/{name}")
                if member is None:
                    raise KeyError(name)
                contents.append((name, member.read()))
    except (tarfile.TarError, KeyError, EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"cifar10: {archive} is truncated or no archive of CIFAR-10's binary version ({error})"
        ) from error
    return contents


def _decode(
    contents: list[tuple[str, bytes]],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    for name, raw in contents:
        if not raw or len(raw) % _RECORD:
            raise ValueError(
                f"cifar10: {name} is truncated: {len(raw)} bytes are no multiple of {_RECORD}, the "
                "size of an image with its label"
            )
    records = np.frombuffer(b"".join(raw for _, raw in contents), np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0].astype(np.int64)
    if labels.max() > 9:
        raise ValueError(f"cifar10: label {labels.max()} is not from 0 to 9; are these the files?")
    images = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32)
    images /= 255
    return images, labels
