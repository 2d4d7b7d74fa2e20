"""Opening files of unknown origin: whatever is wrong with one is an error that names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__: list[str] = []

# A file may unpack to this many bytes, or to so many times its own size: compressed data of real
# measurements stays far below the ratio, and what is small anyway does no harm.
_ALWAYS_ALLOWED = 1 << 28
_ALLOWED_RATIO = 200


class UnreadableError(ValueError):
    """What is wrong with a file, said so that it can follow its name: "holds no examples"."""


@contextmanager
def opened(caller: str, path: str | os.PathLike[str], kind: str) -> Iterator[IO[bytes]]:
    """Open a file for reading; what its content makes fail in the block is a ValueError.

    Decoders raise dozens of kinds of errors for damaged bytes, from struct.error to MemoryError,
    most of which say nothing of a file.

    Args:
        caller: The function that the error names.
        path: The file.
        kind: What it should be, as in "npz file".

    Raises:
        FileNotFoundError: If there is no such file, or it is a folder, device or pipe.
        OSError: If it cannot be opened.
        ValueError: For every exception of the block.
    """
    name = os.fspath(path)
    if not Path(path).is_file():
        what = "is no file" if Path(path).exists() else "does not exist"
        raise FileNotFoundError(f"{caller}: {name} {what}")
    with Path(path).open("rb") as file:
        try:
            yield file
        except UnreadableError as error:
            raise ValueError(f"{caller}: {name} {error}") from error
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise ValueError(
                f"{caller}: {name} is truncated, damaged or no {kind} ({reason:.300})"
            ) from error


def check_unpacked(size: int, file: IO[bytes]) -> None:
    """Refuse a file whose content would take far more memory than the file's size suggests.

    >>> import io
    >>> check_unpacked(10**11, io.BytesIO(b"small"))
    Traceback (most recent call last):
    ...
    nn.reading.UnreadableError: would take 100,000,000,000 bytes of memory, though it has ...
    """
    place = file.tell()
    on_disk = file.seek(0, os.SEEK_END)
    file.seek(place)
    if size > max(_ALWAYS_ALLOWED, _ALLOWED_RATIO * on_disk):
        raise UnreadableError(
            f"would take {size:,} bytes of memory, though it has only {on_disk:,}; if that is "
            "right, unpack it with another program"
        )
