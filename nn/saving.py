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
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import Tensor
from nn.formats import METADATA, read, write
from nn.reading import UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

__all__ = ["load", "random_state", "read_metadata", "save", "set_random_state"]

_STRUCTURE = "wengert.structure"  # the entry of the metadata that holds the tree
_KINDS = "biuf"  # what both formats can hold; complex arrays go as pairs of floats
_DEEPEST = 100  # a tree that is nested further is taken for one that holds itself
_LONGEST_NAME = 1 << 14  # bytes; zip files end at four times as many


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
        ValueError: If the file name has another ending, two arrays would have one name, or a name
            or the nesting is one that could not be read again.
        ImportError: If the package safetensors is needed and missing.
        OSError: If the file cannot be written, for example on a full disk.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"weights": Tensor([1.0, 2.0]), "epoch": 3}, Path(folder, "kept.npz"))
    ...     load(Path(folder, "kept.npz"))
    {'weights': Tensor([1., 2.]), 'epoch': 3}
    """
    arrays: Arrays = {}
    structure = _encode(tree, "", arrays)
    texts = _checked_metadata(metadata)
    texts[_STRUCTURE] = json.dumps(structure)
    write("save", path, arrays, texts)


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
        ValueError: If the file is truncated, damaged, of another kind, or would need pickle; if it
            holds other things than numbers; if a small file would fill the memory.

    >>> load("model.pt")
    Traceback (most recent call last):
    ...
    ValueError: load: the name of the file must end in .safetensors or .npz, got 'model.pt'; ...
    """
    with read("load", path) as (arrays, texts):
        if _STRUCTURE not in texts:
            return {name: autograd.from_numpy(array) for name, array in arrays.items()}
        try:
            return _decode(json.loads(texts[_STRUCTURE]), arrays)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise UnreadableError(f"holds a damaged description of its tree ({error!r})") from error


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The texts that were saved beside the arrays.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated or of another kind.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({}, Path(folder, "kept.npz"), {"data": "digits"})
    ...     read_metadata(Path(folder, "kept.npz"))
    {'data': 'digits'}
    """
    with read("read_metadata", path) as (_, texts):
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
    except (TypeError, KeyError, ValueError, OverflowError) as error:
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


def _encode(tree: Any, place: str, arrays: Arrays, depth: int = 0) -> Any:
    """The tree as JSON, its arrays put into `arrays`.

    What JSON lacks or would change (arrays, tuples, keys that are numbers) becomes a list that
    starts with its kind; so do lists themselves.
    """
    if depth > _DEEPEST:
        raise ValueError(
            f"save: the tree is nested more than {_DEEPEST} deep, at {place:.40}...; does it hold "
            "itself?"
        )
    if tree is None or isinstance(tree, bool | str):
        return tree
    if isinstance(tree, Tensor | np.ndarray | np.generic):
        return _encode_array(tree, place, arrays)
    if isinstance(tree, int | float):
        return _encode_number(tree, place)
    if isinstance(tree, Mapping):
        wrong = [key for key in tree if not isinstance(key, str | int) or isinstance(key, bool)]
        if wrong:
            raise TypeError(
                f"save: keys must be text or whole numbers, got {wrong[0]!r} in "
                f"{place or 'the tree'}"
            )
        return [
            "dict",
            *(
                [key, _encode(entry, _below(place, key), arrays, depth + 1)]
                for key, entry in tree.items()
            ),
        ]
    if isinstance(tree, list | tuple):
        entries = [
            _encode(each, _below(place, n), arrays, depth + 1) for n, each in enumerate(tree)
        ]
        return ["tuple" if isinstance(tree, tuple) else "list", *entries]
    advice = "; save its .state_dict()" if hasattr(tree, "state_dict") else ""
    raise TypeError(
        f"save: {place or 'the tree'} is a {type(tree).__name__}, which no file can hold; expected "
        f"Tensors, arrays, numbers, text, None, and dicts, lists and tuples of them{advice}"
    )


def _encode_number(number: float, place: str) -> float:
    """A number as it is, if it can be read again: Python reads a limited number of digits."""
    try:
        json.dumps(number)
    except ValueError as error:
        raise ValueError(f"save: {place or 'the tree'} is a number that is too long") from error
    return number


def _check_name(name: str, arrays: Arrays) -> None:
    """Refuse names of arrays that a file would not give back as they are."""
    if name in arrays:
        raise ValueError(f"save: two arrays of the tree would both be named {name!r}")
    if name == METADATA:
        raise ValueError(f"save: the name {name!r} of an array is taken by the file itself")
    if "\0" in name or not _encodable(name):
        raise ValueError(
            f"save: the name {name!r} of an array has a character that no file can hold (NUL, or "
            "half of a pair of surrogates)"
        )
    if len(name.encode()) > _LONGEST_NAME:
        raise ValueError(
            f"save: the name {name[:40]!r}... of an array is longer than {_LONGEST_NAME:,} bytes"
        )


def _encode_array(array: Any, place: str, arrays: Arrays) -> Any:
    mark = "scalar" if isinstance(array, np.generic) else "array"
    mark = "tensor" if isinstance(array, Tensor) else mark
    plain = np.array(array.detach().numpy() if isinstance(array, Tensor) else array, order="C")
    name = place or "array"
    _check_name(name, arrays)
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
        array = _complex(array, *complex_dtype)
    if mark == "scalar":
        return array[()]
    return autograd.from_numpy(array) if mark == "tensor" else array


def _complex(pairs: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Complex numbers from an array whose last axis holds their two parts."""
    if {"complex64": "float32", "complex128": "float64"}.get(dtype) != pairs.dtype.name:
        raise ValueError(f"{dtype!r} is not made of pairs of {pairs.dtype}")
    return np.ascontiguousarray(pairs).view(dtype)[..., 0]


def _below(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _checked_metadata(metadata: Mapping[str, str] | None) -> dict[str, str]:
    texts: dict[Any, Any] = dict(metadata or {})
    for name, text in texts.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(
                f"save: metadata must be text by name, got {name!r}: {type(text).__name__}"
            )
        if not _encodable(name + text):
            raise ValueError(
                f"save: the metadata {name!r} have half of a pair of surrogates, which is no text"
            )
    if _STRUCTURE in texts:
        raise ValueError(f"save: the name {_STRUCTURE!r} is taken by the file itself")
    return texts


def _encodable(text: str) -> bool:
    return not any(0xD800 <= ord(each) < 0xE000 for each in text)
