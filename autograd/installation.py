"""What is installed beside this library, and whether files of another `autograd` are among ours.

HIPS autograd has the same import name, and pip unpacks one over the other without a word.
"""

from __future__ import annotations

import os

# A file that every version of HIPS autograd since 1.2 has, and this library does not.
_THEIRS = os.path.join("numpy", "numpy_wrapper.py")

ADVICE = (
    "uninstall it by `pip uninstall -y autograd`, which takes files of ours along, and then "
    "install wengert again as before, by `pip install --force-reinstall --no-deps` and its name"
)


def is_mixed(face: str) -> bool:
    """Whether files of HIPS autograd lie beside the `__init__.py` of a package.

    >>> is_mixed(__file__)
    False
    """
    return os.path.exists(os.path.join(os.path.dirname(face), _THEIRS))


def warn_if_mixed(face: str) -> None:
    """Warn if files of HIPS autograd lie among ours."""
    if is_mixed(face):
        import warnings

        warnings.warn(
            f"the distribution 'autograd' (HIPS autograd) is installed over or under wengert's "
            f"package of that name in {os.path.dirname(face)}, and their files are mixed; {ADVICE}",
            UserWarning,
            stacklevel=3,
        )


def version() -> str:
    """The version, from setup.cfg where this is a source folder, else from what pip installed.

    Raises:
        AttributeError: where neither is there.
    """
    import configparser
    from importlib import metadata

    settings = os.path.join(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "setup.cfg"
    )
    if os.path.exists(settings):
        parser = configparser.ConfigParser()
        parser.read(settings, encoding="utf-8")
        if parser.get("metadata", "name", fallback="") == "wengert":
            return parser["metadata"]["version"]
    try:
        return metadata.version("wengert")
    except metadata.PackageNotFoundError:
        raise AttributeError(
            "autograd.__version__: the files are neither a source folder nor installed"
        ) from None
