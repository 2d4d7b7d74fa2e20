"""The `[project]` table of pyproject.toml, written from setup.cfg by `make generate`.

setup.cfg is the one source of the metadata. Tools that read pyproject.toml alone, such as
`uv run --extra demo`, find it here; a test compares.
"""

from __future__ import annotations

import configparser
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
_BEGIN = "# Written from setup.cfg by `make generate`, for tools that read this file alone.\n"
_END = "# The end of what is written.\n"


def table(setup: configparser.ConfigParser) -> str:
    """The text of the `[project]` tables for the metadata of a setup.cfg."""
    metadata, options = setup["metadata"], setup["options"]
    license_files = _lines(metadata["license_files"])
    keywords = [word.strip() for word in metadata["keywords"].split(",")]
    text = [
        "[project]",
        f"name = {_quoted(metadata['name'])}",
        f"version = {_quoted(metadata['version'])}",
        f"description = {_quoted(metadata['description'])}",
        f"readme = {_quoted(metadata['long_description'].removeprefix('file:').strip())}",
        f"requires-python = {_quoted(options['python_requires'])}",
        f"license = {_quoted(metadata['license'])}",
        f"license-files = {_listed(license_files)}",
        f"authors = [{{ name = {_quoted(metadata['author'])} }}]",
        f"keywords = {_listed(keywords)}",
        f"classifiers = {_listed(_lines(metadata['classifiers']))}",
        f"dependencies = {_listed(_lines(options['install_requires']))}",
        "",
        "[project.optional-dependencies]",
        *(
            f"{extra} = {_listed(_lines(packages))}"
            for extra, packages in setup["options.extras_require"].items()
        ),
    ]
    for group, entries in setup["options.entry_points"].items():
        text += ["", f"[project.entry-points.{group}]"]
        for entry in _lines(entries):
            name, _, target = entry.partition("=")
            text.append(f"{_quoted(name.strip())} = {_quoted(target.strip())}")
    return "\n".join(text) + "\n"


def text() -> str:
    """The text of pyproject.toml, with the table renewed."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    before, _, rest = PYPROJECT.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + table(setup) + _END + after


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: list[str]) -> str:
    inside = ", ".join(map(_quoted, texts))
    if len(inside) < 80:
        return f"[{inside}]"
    return "[\n" + "".join(f"    {_quoted(each)},\n" for each in texts) + "]"
