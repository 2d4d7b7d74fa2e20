"""Builds the distribution as setuptools does, also from a folder that cannot be written to.

setuptools writes beside the sources. A shared folder of a course is often for reading only: then
it is given a copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setuptools import build_meta  # type: ignore[import-untyped]

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", "*.egg-info", "build", "dist", "__pycache__")


@contextmanager
def _writable_sources() -> Iterator[None]:
    """Stay in the folder of the sources, or in a copy of it where nothing can be written."""
    if os.access(".", os.W_OK):
        yield
        return
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "sources")
        shutil.copytree(before, copy, ignore=_NOT_COPIED, copy_function=shutil.copyfile)
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o755)
        os.chdir(copy)
        try:
            yield
        finally:
            os.chdir(before)


def _hook(name: str) -> Callable[..., Any]:
    """One of setuptools' hooks, in a folder that it can write to."""

    def hook(*args: Any, **kwargs: Any) -> Any:
        # Where to put what is built is relative to the folder that the caller sees.
        there = [os.path.abspath(each) if isinstance(each, str) else each for each in args]
        with _writable_sources():
            return getattr(build_meta, name)(*there, **kwargs)

    return hook


build_sdist = _hook("build_sdist")
build_wheel = _hook("build_wheel")
get_requires_for_build_sdist = _hook("get_requires_for_build_sdist")
get_requires_for_build_wheel = _hook("get_requires_for_build_wheel")
prepare_metadata_for_build_wheel = _hook("prepare_metadata_for_build_wheel")
# Of an installation that stays in the folder.
build_editable = build_meta.build_editable
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
