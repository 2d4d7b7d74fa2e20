"""Keeping what was learned: weights, optimizers and whole trainings, in safetensors or npz files.

A file holds arrays by name and text, never code: nothing here reads or writes pickles, so opening
a stranger's file is safe. What `save` takes is a tree as `torch.save` is used with: dicts, lists
and tuples of Tensors, arrays, numbers, text, None. Arrays go into the file under their dotted
path, so any program that reads safetensors finds `model.conv1.weight`; the rest of the tree is
one JSON text beside them.

>>> import tempfile
>>> from pathlib import Path
>>> from nn import Linear
>>> folder = tempfile.TemporaryDirectory()
>>> path = Path(folder.name) / "model.npz"
>>> save(Linear(3, 2).state_dict(), path)
>>> Linear(3, 2).load_state_dict(load(path))
IncompatibleKeys(missing_keys=[], unexpected_keys=[])
>>> folder.cleanup()
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import Tensor
from nn.atomic import replacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

__all__ = ["load", "random_state", "read_metadata", "save", "set_random_state"]

_SUFFIXES = (".safetensors", ".npz")
_STRUCTURE = "wengert.structure"  # the entry of the metadata that holds the tree
_NPZ_METADATA = "__metadata__"  # the array of an npz file that holds the metadata
_KINDS = "biuf"  # what both formats can hold; complex arrays go as pairs of floats

# Names of element types in safetensors files, for reading; BF16 is no type of NumPy's.
_TYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2",
    "C64": "<c8",
}  # fmt: skip


def save(
    tree: Any, path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a tree of Tensors, arrays and plain values to a file, all of it or nothing.

    A kill or a full disk at any moment leaves the old file, or none where there was none.

    Args:
        tree: `model.state_dict()`, or any nesting of dicts, lists and tuples of Tensors, arrays,
            numbers, text, booleans and None, such as `{"model": ..., "optimizer": ...}`.
        path: Ends in `.safetensors`, which needs the extra `save`, or in `.npz`.
        metadata: Texts to keep beside it, such as the name of the data set.

    Raises:
        TypeError: For anything else in the tree or the metadata; the message says where.
        ValueError: If the file name has another ending, or two arrays would have one name.
        ImportError: If the package safetensors is needed and missing.
        OSError: If the file cannot be written, for example on a full disk.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"weights": Tensor([1.0, 2.0]), "epoch": 3}, Path(folder, "kept.npz"))
    ...     load(Path(folder, "kept.npz"))
    {'weights': Tensor([1., 2.]), 'epoch': 3}
    """
    suffix = _suffix("save", path)
    arrays: Arrays = {}
    structure = _encode(tree, "", arrays)
    texts = _checked_metadata(metadata)
    texts[_STRUCTURE] = json.dumps(structure)
    if suffix == ".npz":
        if _NPZ_METADATA in arrays:
            raise ValueError(f"save: the name {_NPZ_METADATA!r} is taken by the file itself")
        with replacing(path) as temporary, temporary.open("wb") as file:
            # Not by keyword: an array may be named "file".
            _write_npz(file, {**arrays, _NPZ_METADATA: np.array(json.dumps(texts))})
        return
    numpy_format = _safetensors("save").numpy
    with replacing(path) as temporary:
        try:
            numpy_format.save_file(arrays, temporary, texts)
        except _safetensors("save").SafetensorError as error:
            raise OSError(f"save: could not write {os.fspath(path)}: {error}") from error


def load(path: str | os.PathLike[str]) -> Any:
    """Read what `save` wrote, or the arrays of anyone's safetensors or npz file.

    Weights saved from PyTorch load by name: `model.load_state_dict(nn.load(path))`. Its bfloat16
    arrays become float32, which holds every bfloat16 exactly.

    Args:
        path: Ends in `.safetensors` or `.npz`.

    Returns:
        The tree, with a Tensor for every array; of files by others a dict of Tensors by name.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, of another kind, or would need pickle.

    >>> load("model.pt")
    Traceback (most recent call last):
    ...
    ValueError: load: the name of the file must end in .safetensors or .npz, got 'model.pt'; ...
    """
    arrays, texts = _read("load", path)
    if _STRUCTURE not in texts:
        return {name: autograd.from_numpy(array) for name, array in arrays.items()}
    try:
        return _decode(json.loads(texts[_STRUCTURE]), arrays)
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        raise ValueError(
            f"load: the description of the tree in {os.fspath(path)} is damaged ({error!r})"
        ) from error


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The texts that were saved beside the arrays.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated or of another kind.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({}, Path(folder, "kept.npz"), {"data": "digits"})
    ...     read_metadata(Path(folder, "kept.npz"))
    {'data': 'digits'}
    """
    _, texts = _read("read_metadata", path)
    return {name: text for name, text in texts.items() if name != _STRUCTURE}


def random_state() -> dict[str, Any]:
    """The state of the library's default generator, which dropout and initialisation draw from.

    >>> _ = autograd.manual_seed(3)
    >>> state = random_state()
    >>> first = autograd.rand(2).numpy()
    >>> set_random_state(state)
    >>> bool((autograd.rand(2).numpy() == first).all())
    True
    """
    return dict(autograd.default_generator().bit_generator.state)


def set_random_state(state: Mapping[str, Any]) -> None:
    """Continue drawing from where `random_state` was called.

    The generator object stays the same: loaders and layers that hold it continue as well.

    Raises:
        ValueError: If the state is no generator's.

    >>> state = random_state()
    >>> first = autograd.rand(1).item()
    >>> set_random_state(state)
    >>> autograd.rand(1).item() == first
    True
    """
    set_generator_state(autograd.default_generator(), state)


def set_generator_state(generator: np.random.Generator, state: Any) -> None:
    """Put a generator into the state that another one of the same kind had."""
    try:
        generator.bit_generator.state = _as_arrays(state)
    except (TypeError, KeyError, ValueError) as error:
        kind = type(generator.bit_generator).__name__
        found = state.get("bit_generator", "no generator") if isinstance(state, Mapping) else state
        raise ValueError(
            f"set_random_state: the state of a {kind} was expected, got that of {found!r:.80}"
        ) from error


def _as_arrays(tree: Any) -> Any:
    """A loaded state with arrays in place of Tensors, as NumPy's generators take it."""
    if isinstance(tree, Mapping):
        return {key: _as_arrays(entry) for key, entry in tree.items()}
    return tree.numpy() if isinstance(tree, Tensor) else tree


# ---------------------------------------------------------------------- the tree as JSON


def _encode(tree: Any, place: str, arrays: Arrays) -> Any:
    """The tree as JSON, its arrays put into `arrays`.

    What JSON lacks or would change (arrays, tuples, keys that are numbers) becomes a list that
    starts with its kind; so do lists themselves.
    """
    if tree is None or isinstance(tree, bool | str):
        return tree
    if isinstance(tree, Tensor | np.ndarray | np.generic):
        return _encode_array(tree, place, arrays)
    if isinstance(tree, int | float):
        return tree
    if isinstance(tree, Mapping):
        wrong = [key for key in tree if not isinstance(key, str | int) or isinstance(key, bool)]
        if wrong:
            raise TypeError(
                f"save: keys must be text or whole numbers, got {wrong[0]!r} in "
                f"{place or 'the tree'}"
            )
        return [
            "dict",
            *([key, _encode(entry, _below(place, key), arrays)] for key, entry in tree.items()),
        ]
    if isinstance(tree, list | tuple):
        entries = [_encode(each, _below(place, n), arrays) for n, each in enumerate(tree)]
        return ["tuple" if isinstance(tree, tuple) else "list", *entries]
    advice = "; save its .state_dict()" if hasattr(tree, "state_dict") else ""
    raise TypeError(
        f"save: {place or 'the tree'} is a {type(tree).__name__}, which no file can hold; expected "
        f"Tensors, arrays, numbers, text, None, and dicts, lists and tuples of them{advice}"
    )


def _encode_array(array: Any, place: str, arrays: Arrays) -> Any:
    mark = "scalar" if isinstance(array, np.generic) else "array"
    mark = "tensor" if isinstance(array, Tensor) else mark
    plain = np.array(array.detach().numpy() if isinstance(array, Tensor) else array, order="C")
    name = place or "array"
    if name in arrays:
        raise ValueError(f"save: two arrays of the tree would both be named {name!r}")
    if plain.dtype.kind == "c":
        arrays[name] = np.stack([plain.real, plain.imag], axis=-1)
        return [mark, name, plain.dtype.name]
    if plain.dtype.kind not in _KINDS or plain.dtype.itemsize > 8:
        raise TypeError(f"save: {name} is an array of {plain.dtype}, which no file can hold")
    arrays[name] = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
    return [mark, name]


def _decode(structure: Any, arrays: Arrays) -> Any:
    if not isinstance(structure, list):
        return structure
    mark, *entries = structure
    if mark == "dict":
        return {key: _decode(entry, arrays) for key, entry in entries}
    if mark in ("list", "tuple"):
        decoded = [_decode(entry, arrays) for entry in entries]
        return tuple(decoded) if mark == "tuple" else decoded
    if mark not in ("array", "scalar", "tensor"):
        raise ValueError(f"unknown mark {mark!r}")
    name, *complex_dtype = entries
    array = arrays[name]
    if complex_dtype:
        array = np.ascontiguousarray(array).view(complex_dtype[0])[..., 0]
    if mark == "scalar":
        return array[()]
    return autograd.from_numpy(array) if mark == "tensor" else array


def _below(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


# ---------------------------------------------------------------------- the two formats


def _read(caller: str, path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, str]]:
    suffix = _suffix(caller, path)
    if not Path(path).is_file():
        raise FileNotFoundError(f"{caller}: there is no file {os.fspath(path)}")
    if suffix == ".npz":
        return _read_npz(caller, path)
    return _read_safetensors(caller, path)


def _read_safetensors(caller: str, path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, str]]:
    package = _safetensors(caller)
    content = Path(path).read_bytes()
    try:
        entries = package.deserialize(content)
    except package.SafetensorError as error:
        raise ValueError(
            f"{caller}: {os.fspath(path)} is truncated or no safetensors file ({error})"
        ) from error
    arrays = {}
    for name, entry in entries:
        if entry["dtype"] not in _TYPES:
            raise ValueError(
                f"{caller}: {name} in {os.fspath(path)} has elements of {entry['dtype']}, which "
                "NumPy does not know; convert it to F32 where it was saved"
            )
        flat = np.frombuffer(entry["data"], _TYPES[entry["dtype"]])
        if entry["dtype"] == "BF16":  # the upper half of a float32
            flat = (flat.astype("<u4") << 16).view("<f4")
        arrays[name] = flat.reshape(entry["shape"]).astype(flat.dtype.newbyteorder("="))
    length = int.from_bytes(content[:8], "little")
    texts = json.loads(content[8 : 8 + length]).get("__metadata__") or {}
    return arrays, texts


def _write_npz(file: Any, arrays: Arrays) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def _read_npz(caller: str, path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, str]]:
    arrays = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                with archive.open(member) as entry:
                    array = np.lib.format.read_array(entry, allow_pickle=False)
                    arrays[member.removesuffix(".npy")] = array
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{caller}: {os.fspath(path)} is truncated, no npz file, or needs pickle, which is "
            f"never used because it can run code ({error})"
        ) from error
    texts = json.loads(str(arrays.pop(_NPZ_METADATA))) if _NPZ_METADATA in arrays else {}
    return arrays, texts


def _suffix(caller: str, path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix
    if suffix not in _SUFFIXES:
        raise ValueError(
            f"{caller}: the name of the file must end in {' or '.join(_SUFFIXES)}, got "
            f"{os.fspath(path)!r}"
            + ("; pickles are never read, since they can run code" * (suffix in _PICKLES))
        )
    return suffix


_PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".bin", ".ckpt")


def _checked_metadata(metadata: Mapping[str, str] | None) -> dict[str, str]:
    texts: dict[Any, Any] = dict(metadata or {})
    for name, text in texts.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(
                f"save: metadata must be text by name, got {name!r}: {type(text).__name__}"
            )
    if _STRUCTURE in texts:
        raise ValueError(f"save: the name {_STRUCTURE!r} is taken by the file itself")
    return texts


def _safetensors(caller: str) -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            f"{caller}: safetensors files need the package safetensors: pip install "
            "'wengert[save]', or use a name that ends in .npz"
        ) from error
    return safetensors
