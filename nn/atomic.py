"""Files that are either the old one or the whole new one, whatever happens while writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__: list[str] = []


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield an empty file beside `path` to be written, which then takes the place of `path`.

    Until the last moment `path` is what it was: an exception in the block, a full disk or a kill
    leaves the old file, or none where there was none. The new file reaches the disk before it
    gets the name, so that a power cut cannot leave an empty one.

    Args:
        path: Where the file will be; its folder must exist. A link is followed.

    Raises:
        FileNotFoundError: If the folder does not exist.
        IsADirectoryError: If `path` is a folder.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"the folder {target.parent} of {target.name} does not exist")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder; give the name of a file in it")
    # The suffix stays, since writers choose a format by it; the process number keeps two apart.
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    temporary.write_bytes(b"")
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Bring a new name to the disk, where the system can open folders."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
