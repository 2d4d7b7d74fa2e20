"""The metadata, the tree and the code say the same."""

import ast
import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")

# Where the name that is imported is not the name that is installed.
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}


def read_setup() -> configparser.ConfigParser:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def requirement_names(text: str) -> set[str]:
    """Return the normalised distribution names of a list of requirements."""
    lines = [line for line in text.splitlines() if line.strip()]
    return {re.split(r"[\[<>=!~; ]", line.strip())[0].lower().replace("_", "-") for line in lines}


def third_party_imports() -> dict[str, str]:
    """Return the imported names that are neither ours nor Python's, each with a file that does."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module or ""]
                else:
                    continue
                for name in (name.partition(".")[0] for name in names):
                    if name not in sys.stdlib_module_names and name not in PACKAGES:
                        found[name] = str(path.relative_to(ROOT))
    return found


def test_every_import_is_a_requirement_or_an_extra():
    setup = read_setup()
    declared = requirement_names(setup["options"]["install_requires"])
    for extra in setup["options.extras_require"].values():
        declared |= requirement_names(extra)
    imports = third_party_imports()
    assert "numpy" in imports
    undeclared = {
        name: path
        for name, path in imports.items()
        if DISTRIBUTIONS.get(name, name).lower().replace("_", "-") not in declared
    }
    assert undeclared == {}


def test_the_distribution_can_not_be_uploaded_by_accident():
    # autograd, nn and viz are names of other people's distributions.
    assert "Private :: Do Not Upload" in read_setup()["metadata"]["classifiers"]


def test_pyproject_says_what_setup_cfg_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    setup = read_setup()
    metadata, options = setup["metadata"], setup["options"]
    for name in ("name", "version", "description", "license"):
        assert project[name] == metadata[name]
    assert project["requires-python"] == options["python_requires"]
    assert project["classifiers"] == metadata["classifiers"].split("\n")[1:]
    assert "dynamic" not in project
    assert project["dependencies"] == options["install_requires"].split("\n")[1:]
    extras = {name: each.split() for name, each in setup["options.extras_require"].items()}
    assert project["optional-dependencies"] == extras
    points = {k: v for k, v in setup["options.entry_points"].items() if v}
    assert project["entry-points"].keys() == points.keys()


def test_every_package_is_typed():
    assert all((ROOT / package / "py.typed").exists() for package in PACKAGES)


def test_the_version_is_in_the_changelog():
    version = read_setup()["metadata"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version}]" in changelog or "## [Unreleased]" in changelog


def test_no_file_takes_the_place_of_a_name_that_is_offered():
    """`autograd.inner` is a product: a file of that name would hide it once it is imported."""
    code = """
import importlib, pkgutil
known, names = [], []
for top in ("autograd", "nn", "viz"):
    package = importlib.import_module(top)
    found = [each.name for each in pkgutil.walk_packages(package.__path__, f"{top}.")]
    names += [name for name in found if not name.endswith("__main__")]
    for name in [top, *[each for each in found if each.count(".") == 1]]:
        module = importlib.import_module(name)
        offered = getattr(module, "__all__", ())
        known.append((module, {each: getattr(module, each) for each in offered}))
for name in names:
    importlib.import_module(name)
for module, before in known:
    for name, value in before.items():
        if getattr(module, name) is not value:
            print(f"{module.__name__}.{name}")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.stderr == ""
    assert run.stdout.split() == []


def test_a_folder_for_reading_only_is_built_from_a_copy(tmp_path, monkeypatch):
    pytest.importorskip("setuptools", reason="builds need setuptools")
    from tools import build_backend

    sources, wheels = tmp_path / "sources", tmp_path / "wheels"
    wheels.mkdir()
    (sources / "small").mkdir(parents=True)
    (sources / "small/__init__.py").write_text("", encoding="utf-8")
    (sources / "setup.cfg").write_text(
        "[metadata]\nname = small\nversion = 1\n[options]\npackages = small\n", encoding="utf-8"
    )
    monkeypatch.chdir(sources)
    before = sorted(sources.rglob("*"))
    monkeypatch.setattr(build_backend.os, "access", lambda path, mode: False)
    assert build_backend.build_sdist("../wheels") == "small-1.tar.gz"
    assert (wheels / "small-1.tar.gz").exists()
    assert sorted(sources.rglob("*")) == before
    assert Path.cwd() == sources
