"""MNIST and Fashion-MNIST, in the IDX files that both are published as."""

from __future__ import annotations

import gzip
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.datasets.download import data_folder, download
from nn.reading import UnreadableError, check_unpacked, opened

__all__ = ["FASHION_MNIST_CLASSES", "fashion_mnist", "mnist", "read_idx"]

FASHION_MNIST_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

Images = tuple[NDArray[np.float32], NDArray[np.int64]]
_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_PARTS = {"train": "train", "test": "t10k"}

_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_MNIST_MD5 = {
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_FASHION_MD5 = {
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
}


def mnist(
    folder: str | os.PathLike[str] | None = None,
    split: str = "train",
    *,
    fetch: bool = False,
    progress: bool = True,
) -> Images:
    """MNIST: handwritten digits of 28 x 28 pixels, 60,000 to train and 10,000 to test.

    Args:
        folder: Holds the IDX files, plain or as `.gz`; `$WENGERT_DATA/mnist`, or
            `~/.cache/wengert/mnist`, if not given.
        split: "train" or "test".
        fetch: Whether to download files that are not there.
        progress: Whether to show progress while downloading.

    Returns:
        Images, (examples, 1, 28, 28) float32 from 0 (paper) to 1 (ink), and labels, (examples,)
        int64 from 0 to 9.

    Raises:
        FileNotFoundError: If a file is not there and is not to be fetched.
        ValueError: If a file is truncated or not what its name says.

    References:
        Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998), Gradient-based learning applied to
        document recognition.

    >>> images, labels = mnist("folder that is not there")
    Traceback (most recent call last):
    ...
    FileNotFoundError: mnist: there is no train-images-idx3-ubyte[.gz] in folder that is not ...
    """
    return _load("mnist", folder, split, fetch, progress, _MNIST, _MNIST_MD5)


def fashion_mnist(
    folder: str | os.PathLike[str] | None = None,
    split: str = "train",
    *,
    fetch: bool = False,
    progress: bool = True,
) -> Images:
    """Fashion-MNIST: ten kinds of clothes in the format of MNIST, which is harder.

    Debian's package dataset-fashion-mnist installs it in /usr/share/datasets/fashion-mnist.

    Args:
        folder: Holds the IDX files, plain or as `.gz`; `$WENGERT_DATA/fashion-mnist`, or
            `~/.cache/wengert/fashion-mnist`, if not given.
        split: "train" or "test".
        fetch: Whether to download files that are not there.
        progress: Whether to show progress while downloading.

    Returns:
        As `mnist`; the labels are places in `FASHION_MNIST_CLASSES`.

    Raises:
        FileNotFoundError: If a file is not there and is not to be fetched.
        ValueError: If a file is truncated or not what its name says.

    References:
        H. Xiao, K. Rasul, R. Vollgraf (2017), Fashion-MNIST.

    >>> FASHION_MNIST_CLASSES[9]
    'Ankle boot'
    """
    return _load("fashion-mnist", folder, split, fetch, progress, _FASHION, _FASHION_MD5)


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """The array in an IDX file, plain or compressed by gzip.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is truncated, too long, or no IDX file; if a small one would fill the
            memory.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "three-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    ...     print(read_idx(path))
    [7 8 9]
    """
    with opened("read_idx", path, "IDX file") as file:
        compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        source: Any = gzip.GzipFile(fileobj=file) if compressed else file
        head = source.read(4)
        if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES:
            raise UnreadableError(
                f"is no IDX file: it begins with {head.hex(' ')!r}, expected 00 00, a type and a "
                "number of axes"
            )
        dtype = np.dtype(_TYPES[head[2]])
        shape = tuple(np.frombuffer(source.read(4 * head[3]), ">u4").tolist())
        expected = math.prod(shape) * dtype.itemsize
        check_unpacked(expected, file)
        content = source.read(expected + 1)  # one more than there should be
        if len(shape) != head[3] or len(content) != expected:
            raise UnreadableError(
                f"is truncated or damaged: an array of shape {shape} needs {expected:,} bytes "
                f"after its header, there are {'fewer' if len(content) < expected else 'more'}"
            )
        array = np.frombuffer(content, dtype).reshape(shape)
        return array.astype(dtype.newbyteorder("="))


def _load(
    name: str,
    folder: str | os.PathLike[str] | None,
    split: str,
    fetch: bool,
    progress: bool,
    url: str,
    md5: dict[str, str],
) -> Images:
    if split not in _PARTS:
        raise ValueError(f"{name}: split must be 'train' or 'test', got {split!r}")
    place = data_folder(name) if folder is None else Path(folder)
    files = []
    for file in (f"{_PARTS[split]}-images-idx3-ubyte", f"{_PARTS[split]}-labels-idx1-ubyte"):
        found = next((p for p in (place / file, place / f"{file}.gz") if p.is_file()), None)
        if found is None and fetch:
            found = download(f"{url}{file}.gz", place / f"{file}.gz", md5[file], progress=progress)
        if found is None:
            raise FileNotFoundError(
                f"{name}: there is no {file}[.gz] in {place}; give the folder that has it, or "
                "fetch=True to download it"
            )
        files.append(found)
    images, labels = map(read_idx, files)
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise ValueError(
            f"{name}: {files[0]} holds {_described(images)}; expected images (examples, 28, 28) "
            "of bytes"
        )
    if not len(images):
        raise ValueError(f"{name}: {files[0]} holds no examples")
    if labels.shape != images.shape[:1] or labels.dtype != np.uint8 or labels.max() > 9:
        raise ValueError(
            f"{name}: {files[1]} holds {_described(labels)}; expected a label from 0 to 9 for each "
            f"of {len(images)} images"
        )
    scaled = images[:, np.newaxis].astype(np.float32)
    scaled /= 255
    return scaled, labels.astype(np.int64)


def _described(array: NDArray[Any]) -> str:
    highest = f" up to {array.max()}" if array.ndim == 1 and array.size else ""
    return f"an array of shape {array.shape} and {array.dtype}{highest}"
