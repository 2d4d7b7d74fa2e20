"""Files that are either the old one or the whole new one, whatever happens while writing.

Several threads, processes and hosts may write to one path at once: each has a file of its own,
whose name says who writes it, and the last one to finish wins. What a killed process left behind
is removed by the next one on its host that writes to the same folder.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

__all__: list[str] = []

_numbers = itertools.count()  # of the files that this process began


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield an empty file beside `path` to be written, which then takes the place of `path`.

    Until the last moment `path` is what it was: an exception in the block, a full disk or a kill
    leaves the old file, or none where there was none. The new file reaches the disk before it
    gets the name, so that a power cut cannot leave an empty one. It has the permissions of the old
    one.

    Args:
        path: Where the file will be; its folder must exist. A link is followed.

    Raises:
        FileNotFoundError: If the folder does not exist.
        IsADirectoryError: If `path` is a folder.
        OSError: If `path` is a device, a pipe or another thing that is no file.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"the folder {target.parent} of {target.name} does not exist")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder; give the name of a file in it")
    if target.exists() and not target.is_file():
        raise OSError(f"{target} is no file but a device, pipe or socket, which is not replaced")
    _remove_leftovers(target.parent)
    # Writers choose a format by the suffix, so it stays. A long name of the target would leave no
    # room for ours, so that one is not in it.
    name = f".{_host()}-{os.getpid()}-{next(_numbers)}.partial{target.suffix}"
    temporary = target.with_name(name)
    with temporary.open("xb"):
        pass
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


@cache
def _host() -> str:
    """The name of this host, and what tells it from others of the same name.

    A process number means something only among processes that see each other, which those of two
    containers do not.
    """
    name = socket.gethostname()
    marks = [name]
    with suppress(OSError):
        marks.append(Path("/etc/machine-id").read_text(encoding="utf-8"))
    with suppress(OSError):
        marks.append(os.readlink("/proc/self/ns/pid"))
    digest = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]
    return f"{re.sub(r'[^0-9A-Za-z]', '_', name)[:40]}-{digest}"


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes of this host left in a folder when they were killed."""
    if os.name == "nt":
        return  # where asking whether a process runs would end it
    ours = re.compile(rf"\.{_host()}-(\d+)-\d+\.partial.*")
    with suppress(OSError):
        for entry in os.scandir(folder):
            found = ours.fullmatch(entry.name)
            if found is not None and not _runs(int(found[1])):
                with suppress(OSError):
                    os.unlink(entry)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is there, and another user's
        return True
    except OverflowError:  # no number of a process
        return True
    return True


def _flush_folder(folder: Path) -> None:
    """Bring a new name to the disk, where the system can open folders."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
