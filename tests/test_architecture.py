"""The shape of the code itself: who imports whom, what is public, what is documented."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from autograd.operation.record import Op, records
from tests.all_cases import all_cases
from tests.source_code import (
    PACKAGES,
    ROOT,
    circles,
    code_lines,
    dotted,
    import_graph,
    imports,
    module_files,
    own_private_names,
    parsed,
    relative,
    source_files,
)

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

# Whose `dir` is their `__all__`.
LISTING_ONLY_WHAT_THEY_OFFER = (
    *FACES,
    "autograd.fft",
    "autograd.func",
    "autograd.linalg",
    "autograd.ops",
    "nn.functional",
    "nn.init",
    "nn.keras",
    "nn.keras.initializers",
    "nn.keras.layers",
    "nn.keras.losses",
    "nn.keras.models",
    "nn.keras.optimizers",
    "nn.losses",
    "nn.modules",
    "nn.optim",
    "nn.optim.lr_scheduler",
    "nn.optim.swa_utils",
    "nn.sklearn",
    "nn.train.plots",
    "nn.utils",
)

# What a package may import at module level, and inside functions where it is first needed.
EAGER = {
    "autograd": {"autograd", "numpy"},
    "nn": {"nn", "autograd", "numpy"},
    "viz": {"viz", "autograd", "numpy"},
}
LAZY = {
    "autograd": {"scipy"},
    "nn": {"scipy", "rich", "matplotlib", "PIL", "safetensors", "mpi4py", "onnxruntime"},
    "viz": {"graphviz", "pygraphviz", "resvg_py", "cairosvg", "IPython"},
}
# The parts of autograd.testing that are about Hypothesis and pytest import them outright.
NEEDS_HYPOTHESIS = tuple(f"autograd/testing/{name}" for name in ("calls", "search", "strategies"))
NEEDS_PYTEST = ("autograd/testing/plugin",)
# SciPy for programs of HIPS autograd is about SciPy.
NEEDS_SCIPY = ("autograd/scipy/",)
# Layers of einops are there only where einops is.
NEEDS_EINOPS = ("nn/einops",)
# ONNX files are written only where the package onnx is.
NEEDS_ONNX = ("nn/onnx/",)
# Estimators of scikit-learn are there only where scikit-learn is.
NEEDS_SKLEARN = ("nn/sklearn/",)

# The floors of each package, from the ground up: a room (a file or folder) imports from its own
# room and from lower floors. The package's face, its `__init__`, is its roof.
FLOORS = {
    "autograd": (
        "elsewhere faces console location processor samples suspension tables installation",
        "traps", "graph", "operation", "mapping", "kernels", "ops", "linalg fft", "creation",
        "random", "derivatives", "func debugging words", "exchange", "internals",
        "testing", "interop", "hips",
        "numpy misc builtins core extend tracer wrap_util test_util", "scipy util",
        "differential_operators", "of_functions __main__",
    ),
    "nn": (
        "faces path atomic reading arguments hooks packed ranks", "parameter inputs beta_samples",
        "walk",
        "naming state", "module",
        "formats init functional", "saving modules losses",
        "einops parallel data optim models distributions", "html utils", "datasets train",
        "transforms keras onnx sklearn",
    ),
    "viz": (
        "words text numerals records", "reading", "shaping", "looks", "layout", "writing", "page",
        "figure lecture", "drawing diagnosis", "gallery __main__",
    ),
}  # fmt: skip

# What nn and viz may import names from: the public packages, and the one interface `internals`.
PUBLIC_PACKAGES = {"autograd"} | {
    f"autograd.{name}" for name in ("fft", "func", "internals", "linalg", "ops", "testing")
}

# Functions that are too long to follow, in the packages.
LIMITS_OF_FUNCTIONS = ("C901", "PLR0912", "PLR0915")

# The code lines of the core. A commit may raise the number with its reason beside it.
CORE = (
    "autograd/graph/*.py", "autograd/operation/*.py", "autograd/derivatives/reverse.py",
    "autograd/derivatives/gradients.py", "autograd/derivatives/backward.py",
)  # fmt: skip
# Of these 95 are modes around generators, coroutines and threads, 20 gradients from threads.
# 9 let an observer put another result in the place of a computed one: random rounding needs it.
# 73 remember what small values were when they were used, and what a pass gave, for figures.
# 37 are hooks that a leaf keeps while its node goes, and those that follow what is added to .grad.
# 20 say what a Tensor outside the graph was computed from, so that figures can call it `1 - t`.
# 4 give several results the names that NumPy gives them.
# 96 are kernels' rules for raw arrays, beside which what an operation is composed of is
# differentiated.
# 38 compute half precision in single where numbers are added up.
# 21 copy the memory of others, whatever its kind; 70 let other operands of operators answer.
# 34 carry out methods of ufuncs, such as np.add.reduce.
# 4 ask the only argument of an operation for real numbers whether it is complex, in 70 ns.
# 45 write out what most calls and steps do, and decide on half precision once.
# 14 load linear algebra and Fourier transforms when first asked for.
# 103 run many samples at once: which levels are in force, and gradients of mapped Tensors.
# 53 hold the default dtype, and ask for the meaning of calls and names that are not found.
# 7 set `requires_grad`, as programs freeze parameters, to a truth and nothing else.
# 14 say what is meant where the values of a maximum are unpacked into two.
# 19 copy what is borrowed by DLPack, when it is saved or becomes a leaf.
CORE_CODE_LINES = 2_949


def imported(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the top-level names a file imports: when it is imported, and later."""
    found = [(module.partition(".")[0], deferred) for module, _, deferred in imports(tree)]
    eager = {top for top, deferred in found if not deferred}
    return eager, {top for top, _ in found} - eager


def test_deferred_imports_are_told_from_eager_ones():
    tree = ast.parse(
        "import numpy.linalg\n"
        "from scipy import special\n"
        "from . import sibling\n"
        "if TYPE_CHECKING:\n    import rich\n"
        "class C:\n    import graphviz\n    def f(self):\n        import matplotlib.pyplot\n"
    )
    assert imported(tree) == ({"numpy", "scipy", "graphviz"}, {"rich", "matplotlib"})


@all_cases("path", source_files(*PACKAGES), ids=relative)
def test_imports_point_one_way(path: Path):
    package = relative(path).partition("/")[0]
    eager_allowed, lazy_allowed = set(EAGER[package]), set(LAZY[package])
    if relative(path).startswith(NEEDS_HYPOTHESIS + NEEDS_PYTEST):
        eager_allowed |= {"hypothesis"}
    if relative(path).startswith(NEEDS_PYTEST):
        eager_allowed |= {"pytest"}
    if relative(path).startswith(NEEDS_EINOPS):
        eager_allowed |= {"einops"}
    if relative(path).startswith(NEEDS_ONNX):
        eager_allowed |= {"onnx"}
    if relative(path).startswith(NEEDS_SKLEARN):
        eager_allowed |= {"scipy", "sklearn"}
    if relative(path).startswith(NEEDS_SCIPY):
        eager_allowed |= {"scipy"}
    eager, lazy = imported(parsed(path))
    standard = set(sys.stdlib_module_names)
    assert eager - standard - eager_allowed == set(), "imported at module level"
    assert lazy - standard - eager_allowed - lazy_allowed == set(), "imported in a function"


def room(module: str) -> tuple[str, str]:
    """Return the package of a module and the file or folder in it."""
    package, _, rest = module.partition(".")
    return package, rest.partition(".")[0]


def floors() -> dict[tuple[str, str], int]:
    """Return the floor of every room; a package's face is above all."""
    heights = {(package, ""): len(rooms) for package, rooms in FLOORS.items()}
    for package, rooms in FLOORS.items():
        heights |= {(package, name): at for at, names in enumerate(rooms) for name in names.split()}
    return heights


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return import_graph({name: parsed(path) for name, path in module_files().items()})


def test_every_room_has_a_floor():
    assert {room(module) for module in module_files()} == set(floors())


def test_imports_point_down_the_floors(graph: dict[str, set[str]]):
    height = floors()
    upward = {
        f"{module} -> {other}"
        for module, reached in graph.items()
        for other in reached
        if room(module)[0] == room(other)[0] and room(module) != room(other)
        if height[room(other)] >= height[room(module)]
    }
    assert upward == set()


def test_no_file_imports_itself_by_a_detour(graph: dict[str, set[str]]):
    assert circles(graph) == set()


def test_circles_are_found_through_functions_and_not_through_typing():
    sources = {
        "a": "def f():\n    from b import name",
        "b": "import c",
        "c": "if TYPE_CHECKING:\n    import a\nelse:\n    import d",
        "d": "class C:\n    from e import f",
        "e": "import g",
        "e.f": "import f",
        "f": "from e import f, g",
    }
    graph = import_graph({name: ast.parse(source) for name, source in sources.items()})
    assert graph["c"] == {"d"}
    assert circles(graph) == {frozenset({"f", "e.f"})}
    graph["e.f"].add("a")
    assert circles(graph) == {frozenset({"a", "b", "c", "d", "e.f", "f"})}


def reaches_inside(module: str, tree: ast.Module, private: set[str]) -> set[str]:
    """Return which of autograd's private modules, names and attributes a module uses."""
    used: set[str] = set()
    for source, name, _ in imports(tree):
        if source.partition(".")[0] == "autograd":
            whole = f"{source}.{name}" if f"{source}.{name}" in module_files() else source
            if whole not in PUBLIC_PACKAGES:
                used.add(whole)
            elif whole == source in PUBLIC_PACKAGES and name is not None:
                used |= {f"{source}.{name}"} - public_paths(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = dotted(node.value)
            if owner in PUBLIC_PACKAGES and not node.attr.startswith("__"):
                used |= {f"{owner}.{node.attr}"} - public_paths(owner)
            elif owner not in ("self", "cls") and node.attr in private:
                used.add(node.attr)
    return {f"{module}: {each}" for each in used}


def public_paths(package: str) -> set[str]:
    return {f"{package}.{name}" for name in importlib.import_module(package).__all__}


def test_nn_and_viz_use_what_autograd_offers():
    files = {module: parsed(path) for module, path in module_files().items()}
    private = own_private_names([tree for module, tree in files.items() if inside(module)])
    used = [
        reaches_inside(module, tree, private - own_private_names([tree]))
        for module, tree in files.items()
        if not inside(module)
    ]
    assert set().union(*used) == set()


def inside(module: str) -> bool:
    return module.partition(".")[0] == "autograd"


def test_reaches_inside_are_found_in_imports_and_attributes():
    tree = ast.parse(
        "import autograd\nimport autograd.graph.node\nfrom autograd import Tensor, graph, nothing\n"
        "from autograd.linalg import norm\n"
        "def f(self, t):\n    from autograd.graph import modes\n"
        "    return t._node, self._value, t._ours, autograd.exp, autograd.random"
    )
    found = {each.partition(": ")[2] for each in reaches_inside("m", tree, {"_node", "_value"})}
    private = {"autograd.graph", "autograd.graph.node", "autograd.graph.modes", "autograd.random"}
    assert found == private | {"autograd.nothing", "_node"}


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


@all_cases("path", source_files(*PACKAGES, "benchmarks", "examples", "tests"), ids=relative)
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


def reading_order(name: str) -> tuple[bool, bool, list[tuple[bool, int, str]]]:
    """Sort constants first, then classes, then functions, numbers by their size, as ruff does."""
    parts = [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in re.split(r"(\d+)", name)
    ]
    return not name.isupper(), not name[0].isupper(), parts


@all_cases("name", module_names())
def test_all_is_sorted_and_importable(name: str):
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", None)
    if listed is None:
        assert name not in FACES, f"{name} has no __all__"
        return
    # As ruff sorts a list that is written out, or as `dir` does what is put together.
    assert list(listed) in (sorted(set(listed), key=reading_order), sorted(set(listed)))
    missing = [entry for entry in listed if not hasattr(module, entry)]
    assert missing == []
    if name in FACES:
        unlisted = public_names(module) - set(listed)
        assert unlisted == set(), f"{name} offers names that __all__ does not list"


def offered(op: Op) -> bool:
    """Tell whether an operation of ours can be imported from its package."""
    package = ".".join(op.module.split(".")[:2])
    return op.name in importlib.import_module(package).__all__


def test_every_operation_is_exported_from_its_package():
    own = [each for each in records.values() if each.module.partition(".")[0] in PACKAGES]
    assert own
    assert [f"{each.module}.{each.name}" for each in own if not offered(each)] == []


@pytest.mark.parametrize("name", LISTING_ONLY_WHAT_THEY_OFFER)
def test_dir_of_a_package_is_what_it_offers(name: str):
    module = importlib.import_module(name)
    assert dir(module) == sorted(module.__all__)


def too_long_functions() -> set[tuple[str, str]]:
    """Return (file, rule) of each function of the packages that ruff finds too long to follow."""
    command = [
        sys.executable, "-m", "ruff", "check", "--isolated", "--ignore-noqa",
        "--output-format=json", "--exit-zero",
        f"--select={','.join(LIMITS_OF_FUNCTIONS)}", "--config=lint.mccabe.max-complexity=14",
        *PACKAGES,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return {(relative(Path(each["filename"])), each["code"]) for each in json.loads(result.stdout)}


@pytest.mark.skipif(find_spec("ruff") is None, reason="ruff is not installed")
def test_no_function_is_too_long_to_follow():
    """The linter's own run can be told to look away; this one cannot."""
    assert too_long_functions() == set()


def test_the_core_does_not_grow():
    files = [path for pattern in CORE for path in ROOT.glob(pattern)]
    assert files
    lines = sum(code_lines(path.read_text(encoding="utf-8")) for path in files)
    assert lines <= CORE_CODE_LINES, "a reason beside the number, or less code"
    assert lines > CORE_CODE_LINES - 50, f"lower the number: the core has {lines} lines now"


def test_code_lines_are_lines_that_hold_code():
    source = """
# a comment
'''A docstring
of two lines.'''
def f(x,
      y):  # two
    "a docstring"

    text = '''two
lines'''
    return x
"""
    assert code_lines(source) == 5


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
