"""CIFAR-10, from its binary version: the other ones would need pickle."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.datasets.download import data_folder, download
from nn.reading import UnreadableError, opened

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
_LONGEST = 10_000 * _RECORD


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
            return _decode([_records(where / name) for name in names])
    archive = place / _ARCHIVE
    if not archive.is_file():
        if not fetch:
            raise FileNotFoundError(
                f"cifar10: there is neither {_ARCHIVE} nor {names[0]} in {place}; give the folder "
                "that has one, or fetch=True to download it"
            )
        download(_URL, archive, _MD5, progress=progress)
    return _decode(_members(archive, names))


def _records(path: Path) -> tuple[str, bytes]:
    """A file and its content, which is read only if it is as long as it may be."""
    with opened("cifar10", path, "file of CIFAR-10's binary version") as file:
        return str(path), _checked(file.read(_LONGEST + 1), "")


def _members(archive: Path, names: list[str]) -> list[tuple[str, bytes]]:
    """Files of the archive, read without unpacking it, and with never more than they may hold."""
    contents = {}
    wanted = {f"cifar-10-batches-bin/{name}": name for name in names}
    with opened("cifar10", archive, "archive of CIFAR-10's binary version") as file:
        stream: Any = _Bounded(gzip.GzipFile(fileobj=file))
        with tarfile.open(fileobj=stream, mode="r|") as entries:
            for entry in entries:
                if entry.name in wanted and entry.isreg():
                    content: Any = entries.extractfile(entry)
                    raw = _checked(content.read(_LONGEST + 1), f"{entry.name} in it ")
                    contents[wanted.pop(entry.name)] = raw
                if not wanted:
                    return [(f"{name} in {archive}", contents[name]) for name in names]
        raise UnreadableError(f"is not the archive of CIFAR-10: it lacks {', '.join(wanted)}")


class _Bounded:
    """A stream that ends with an error where a bomb goes on."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.left = 256 << 20  # bytes; the published archive has 185 million

    def read(self, size: int) -> bytes:
        """Read at most so many bytes."""
        content: bytes = self.stream.read(min(size, self.left + 1))
        self.left -= len(content)
        if self.left < 0:
            raise UnreadableError("unpacks to more than CIFAR-10 has")
        return content


def _checked(raw: bytes, what: str) -> bytes:
    if not raw or len(raw) % _RECORD or len(raw) > _LONGEST:
        size = f"more than {_LONGEST:,}" if len(raw) > _LONGEST else f"{len(raw):,}"
        raise UnreadableError(
            f"{what and f'holds {what}that '}is truncated or damaged: {size} bytes are not 1 to "
            f"10,000 times {_RECORD:,}, the size of an image with its label"
        )
    return raw


def _decode(
    contents: list[tuple[str, bytes]],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    records = np.frombuffer(b"".join(raw for _, raw in contents), np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0].astype(np.int64)
    for place, raw in contents:
        highest = max(raw[::_RECORD])
        if highest > 9:
            raise ValueError(
                f"cifar10: label {highest} in {place} is not from 0 to 9; is this the file?"
            )
    images = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32)
    images /= 255
    return images, labels
