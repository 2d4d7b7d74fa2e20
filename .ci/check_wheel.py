"""Compares a wheel with the tree: everything that belongs is in it, and nothing else."""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")
DATA = ("*.css", "*.html", "*.js", "*.npz", "*.txt", "py.typed")


def expected() -> set[str]:
    """Return the paths of modules, stubs and data files in the tree, relative to its root."""
    patterns = ("*.py", "*.pyi", *DATA)
    files = {path for name in PACKAGES for p in patterns for path in (ROOT / name).rglob(p)}
    return {path.relative_to(ROOT).as_posix() for path in files}


def main(wheel: str) -> int:
    """Print what is missing from the wheel and what is in it without reason."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    held = {name for name in names if ".dist-info/" not in name}
    missing, surplus = sorted(expected() - held), sorted(held - expected())
    for name in missing:
        print(f"{wheel}: {name} is missing; see [options.package_data] in setup.cfg")
    for name in surplus:
        print(f"{wheel}: {name} does not belong there; see [options.packages.find] in setup.cfg")
    if not any(name.endswith("/LICENSE") for name in names):
        print(f"{wheel}: the licence is missing")
        return 1
    print(f"{len(held)} files")
    return 1 if missing or surplus else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
