"""Downloading a file: with progress, a checksum, and never half of it."""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nn.atomic import replacing

__all__ = ["download"]

_BLOCK = 1 << 16
_PATIENCE = 60.0  # seconds without a byte


def data_folder(name: str) -> Path:
    """Where data sets are kept: `$WENGERT_DATA`, or `~/.cache/wengert`, and the name."""
    root = os.environ.get("WENGERT_DATA") or Path.home() / ".cache" / "wengert"
    return Path(root) / name


def download(url: str, path: str | os.PathLike[str], md5: str, *, progress: bool = True) -> Path:
    """Fetch a file that is not there yet.

    Args:
        url: Where it is published.
        path: Where it goes; its folder is made. A file that is there already is left alone.
        md5: Its published checksum, in hexadecimal digits.
        progress: Whether to show how far it is, where the package rich is installed.

    Returns:
        The path.

    Raises:
        OSError: If it cannot be fetched or written.
        ValueError: If what came is truncated or has another checksum; nothing is kept then.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> source = Path(folder.name, "source.txt")
    >>> _ = source.write_bytes(b"digits")
    >>> checksum = hashlib.md5(b"digits").hexdigest()
    >>> path = download(source.as_uri(), Path(folder.name, "copy.txt"), checksum, progress=False)
    >>> path.read_bytes()
    b'digits'
    >>> folder.cleanup()
    """
    target = Path(path)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with replacing(target) as temporary:
            _fetch(url, temporary, md5, progress)
    except urllib.error.URLError as error:
        raise OSError(
            f"download: {url} could not be fetched ({error.reason}); fetch it another way and put "
            f"it at {target}"
        ) from error
    return target


def _fetch(url: str, temporary: Path, md5: str, progress: bool) -> None:
    digest, received = hashlib.md5(usedforsecurity=False), 0
    with urllib.request.urlopen(url, timeout=_PATIENCE) as response, temporary.open("wb") as file:
        total = int(response.headers.get("Content-Length") or 0)
        with _shown(Path(url).name, total, progress) as advance:
            while block := response.read(_BLOCK):
                file.write(block)
                digest.update(block)
                received += len(block)
                advance(len(block))
    if total and received < total:
        raise ValueError(
            f"download: {url} ended after {received} of {total} bytes; nothing was kept, try again"
        )
    if digest.hexdigest() != md5:
        raise ValueError(
            f"download: {url} has the checksum {digest.hexdigest()} and not {md5}, so it is "
            "another file than the published one; nothing was kept"
        )


@contextmanager
def _shown(name: str, total: int, wanted: bool) -> Iterator[Any]:
    """A function to be called with every number of bytes that came."""
    if wanted:
        try:
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
        except ImportError:
            wanted = False
    if not wanted:
        yield lambda count: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, transient=True) as shown:
        task = shown.add_task(name, total=total or None)
        yield lambda count: shown.advance(task, count)
