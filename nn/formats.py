"""Arrays and texts by name in one file: the two formats, npz and safetensors.

Neither can hold code. Whatever a damaged or hostile file makes fail is a ValueError that names it.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from nn.atomic import replacing
from nn.reading import UnreadableError, check_unpacked, opened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

__all__: list[str] = []

METADATA = "__metadata__"  # the entry of both formats that holds the texts
_SUFFIXES = (".safetensors", ".npz")
_PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".bin", ".ckpt")
_LONGEST_HEADER = 90_000_000  # bytes; readers of safetensors files refuse 100,000,000
_NUMBERS = "biufc"  # kinds of elements that are read

# Names of element types in safetensors files, for reading; BF16 is no type of NumPy's.
_TYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2",
    "C64": "<c8",
}  # fmt: skip
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def write(caller: str, path: str | os.PathLike[str], arrays: Arrays, texts: dict[str, str]) -> None:
    """Write arrays and texts to a file of the format that its suffix names, whole or not at all."""
    if _suffix(caller, path) == ".npz":
        with replacing(path) as temporary, temporary.open("wb") as file:
            # Not by keyword: an array may be named "file".
            _write_npz(file, {**arrays, METADATA: np.array(json.dumps(texts))})
        return
    package = _safetensors(caller)
    size = sum(len(text) for text in texts.values()) + sum(len(name) + 100 for name in arrays)
    if size > _LONGEST_HEADER:
        raise ValueError(
            f"{caller}: {size:,} bytes of names, text and numbers beside the arrays are more than "
            "a safetensors file can hold; use a name that ends in .npz"
        )
    with replacing(path) as temporary:
        try:
            package.numpy.save_file(arrays, temporary, texts)
        except package.SafetensorError as error:
            raise OSError(f"{caller}: could not write {os.fspath(path)}: {error}") from error


@contextmanager
def read(caller: str, path: str | os.PathLike[str]) -> Iterator[tuple[Arrays, dict[str, str]]]:
    """Yield the arrays and texts of a file; what fails in the block is said of the file."""
    suffix = _suffix(caller, path)
    package = None if suffix == ".npz" else _safetensors(caller)
    with opened(caller, path, f"{suffix[1:]} file") as file:
        yield _read_npz(file) if package is None else _read_safetensors(file, package)


def _read_safetensors(file: IO[bytes], package: Any) -> tuple[Arrays, dict[str, str]]:
    content = file.read()
    arrays = {}
    for name, entry in package.deserialize(content):
        if entry["dtype"] not in _TYPES:
            raise UnreadableError(
                f"holds {name} with elements of {entry['dtype']}, which NumPy does not know; "
                "convert it to F32 where it was saved"
            )
        flat = np.frombuffer(entry["data"], _TYPES[entry["dtype"]])
        if entry["dtype"] == "BF16":  # the upper half of a float32
            flat = (flat.astype("<u4") << 16).view("<f4")
        arrays[name] = flat.reshape(entry["shape"]).astype(flat.dtype.newbyteorder("="))
    length = int.from_bytes(content[:8], "little")
    return arrays, json.loads(content[8 : 8 + length]).get(METADATA) or {}


def _write_npz(file: Any, arrays: Arrays) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def _read_npz(file: IO[bytes]) -> tuple[Arrays, dict[str, str]]:
    arrays: Arrays = {}
    texts: Any = {}
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        check_unpacked(sum(member.file_size for member in members), file)
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise UnreadableError(f"holds two arrays of the name {name!r}")
            array = _read_array(archive, member)
            if name == METADATA and array.dtype.kind == "U":
                texts = json.loads(str(array))
            elif array.dtype.kind in _NUMBERS:
                arrays[name] = array
            else:
                raise UnreadableError(f"holds {name} with elements of {array.dtype}, no numbers")
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise UnreadableError("holds damaged metadata: expected texts by name")
    return arrays, texts


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """An array whose header does not promise more than there is."""
    with archive.open(member) as entry:
        version = np.lib.format.read_magic(entry)
        if version not in _HEADERS:
            raise UnreadableError(f"holds {member.filename} in version {version} of its format")
        shape, _, dtype = _HEADERS[version](entry)
        if dtype.hasobject:
            raise UnreadableError(
                f"holds {member.filename} with Python's objects and needs pickle, which is never "
                "used because it can run code"
            )
        promised, there = math.prod(shape) * dtype.itemsize, member.file_size - entry.tell()
        if promised != there:
            raise UnreadableError(
                f"holds {member.filename} of shape {shape} and {dtype}, which takes {promised:,} "
                f"bytes, in {there:,}"
            )
    with archive.open(member) as entry:
        array: NDArray[Any] = np.lib.format.read_array(entry, allow_pickle=False)
        return array


def _suffix(caller: str, path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix
    if suffix not in _SUFFIXES:
        raise ValueError(
            f"{caller}: the name of the file must end in {' or '.join(_SUFFIXES)}, got "
            f"{os.fspath(path)!r}"
            + ("; pickles are never read, since they can run code" * (suffix in _PICKLES))
        )
    return suffix


def _safetensors(caller: str) -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            f"{caller}: safetensors files need the package safetensors: pip install "
            "'wengert[save]', or use a name that ends in .npz"
        ) from error
    return safetensors
