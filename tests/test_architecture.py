"""The shape of the code itself: who imports whom, what is public, what is documented."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")
LONGEST_FILE = 600

# The packages that users import from: what they offer is what `__all__` lists.
FACES = (
    "autograd",
    "autograd.testing",
    "nn",
    "nn.data",
    "nn.datasets",
    "nn.models",
    "nn.train",
    "nn.transforms",
    "viz",
)

# What a package may import at module level, and inside functions where it is first needed.
EAGER = {
    "autograd": {"autograd", "numpy"},
    "nn": {"nn", "autograd", "numpy"},
    "viz": {"viz", "autograd", "numpy"},
}
LAZY = {
    "autograd": {"scipy"},
    "nn": {"scipy", "rich", "matplotlib", "PIL", "safetensors"},
    "viz": {"graphviz", "pygraphviz", "resvg_py", "cairosvg", "IPython"},
}
# The parts of autograd.testing that are about Hypothesis and pytest import them outright.
NEEDS_HYPOTHESIS = tuple(f"autograd/testing/{name}" for name in ("calls", "search", "strategies"))
NEEDS_PYTEST = ("autograd/testing/plugin",)


def source_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the top-level names a file imports: when it is imported, and later."""
    eager: set[str] = set()
    everything: set[str] = set()

    def visit(node: ast.AST, deferred: bool) -> None:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        tops = {name.partition(".")[0] for name in names}
        everything.update(tops)
        if not deferred:
            eager.update(tops)
        for child in ast.iter_child_nodes(node):
            visit(child, deferred or is_deferred(node))

    visit(tree, False)
    return eager, everything - eager


def is_deferred(node: ast.AST) -> bool:
    """Tell whether the code below a node runs later than the import: a function, or typing only."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def test_deferred_imports_are_told_from_eager_ones():
    tree = ast.parse(
        "import numpy.linalg\n"
        "from scipy import special\n"
        "from . import sibling\n"
        "if TYPE_CHECKING:\n    import rich\n"
        "class C:\n    import graphviz\n    def f(self):\n        import matplotlib.pyplot\n"
    )
    assert imported(tree) == ({"numpy", "scipy", "graphviz"}, {"rich", "matplotlib"})


@pytest.mark.parametrize("path", source_files(*PACKAGES), ids=relative)
def test_imports_point_one_way(path: Path):
    package = relative(path).partition("/")[0]
    eager_allowed, lazy_allowed = set(EAGER[package]), set(LAZY[package])
    if relative(path).startswith(NEEDS_HYPOTHESIS + NEEDS_PYTEST):
        eager_allowed |= {"hypothesis"}
    if relative(path).startswith(NEEDS_PYTEST):
        eager_allowed |= {"pytest"}
    eager, lazy = imported(ast.parse(path.read_text(encoding="utf-8")))
    standard = set(sys.stdlib_module_names)
    assert eager - standard - eager_allowed == set(), "imported at module level"
    assert lazy - standard - eager_allowed - lazy_allowed == set(), "imported in a function"


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads into a fresh interpreter."""
    code = (
        "import sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(result.stdout.split())


def test_import_autograd_loads_numpy_and_the_standard_library_only():
    loaded = loaded_by("import autograd")
    # Cython's shared types, which NumPy's random module loads, are NumPy's.
    strangers = loaded - set(sys.stdlib_module_names) - loaded_by("import numpy.random")
    assert strangers == {"autograd"}


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_import_of_a_package_loads_no_optional_dependency(package: str):
    strangers = loaded_by(f"import {package}") - set(sys.stdlib_module_names)
    assert strangers - loaded_by("import numpy.random") == {package, "autograd"}


@pytest.mark.parametrize(
    "path", source_files(*PACKAGES, "benchmarks", "examples", "tests"), ids=relative
)
def test_a_file_is_read_in_one_sitting(path: Path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{relative(path)} has {lines} lines"


def module_names() -> list[str]:
    """Return the names of all modules of the packages, read off the files."""
    names = []
    for package in PACKAGES:
        names.append(package)
        folder = [str(ROOT / package)]
        names += [info.name for info in pkgutil.walk_packages(folder, prefix=f"{package}.")]
    return [name for name in names if not name.endswith("__main__")]


def public_names(module: ModuleType) -> set[str]:
    """Return what a module offers: its public attributes without modules and `annotations`."""
    return {
        name
        for name, value in vars(module).items()
        if not (name.startswith("_") or inspect.ismodule(value) or name == "annotations")
    }


def reading_order(name: str) -> tuple[bool, bool, str]:
    """Sort constants first, then classes, then functions, as ruff does."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize("name", module_names())
def test_all_is_sorted_and_importable(name: str):
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", None)
    if listed is None:
        assert name not in FACES, f"{name} has no __all__"
        return
    assert list(listed) == sorted(set(listed), key=reading_order)
    missing = [entry for entry in listed if not hasattr(module, entry)]
    assert missing == []
    if name in FACES:
        unlisted = public_names(module) - set(listed)
        assert unlisted == set(), f"{name} offers names that __all__ does not list"


def documented_objects() -> list[tuple[str, object]]:
    """Return the functions and classes of ours that users can import, each once."""
    found: dict[int, tuple[str, object]] = {}
    for name in FACES:
        module = importlib.import_module(name)
        for entry in getattr(module, "__all__", ()):
            value = getattr(module, entry, None)
            ours = getattr(value, "__module__", "").partition(".")[0] in PACKAGES
            if ours and (inspect.isroutine(value) or inspect.isclass(value)):
                found.setdefault(id(value), (f"{name}.{entry}", value))
    return list(found.values())


def test_every_public_name_has_a_docstring_with_an_example():
    objects = documented_objects()
    assert objects
    without = [name for name, value in objects if ">>>" not in (inspect.getdoc(value) or "")]
    assert without == [], "public names without a doctest in their docstring"
