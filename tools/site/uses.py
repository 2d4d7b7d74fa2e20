"""Which lessons and examples use which function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.site.inventory import Entry


@dataclass(frozen=True)
class Use:
    """A page with a program on it."""

    title: str
    page: str


def uses_of(known: list[Entry], programs: dict[Use, Path]) -> dict[str, list[Use]]:
    """For each entry's name the pages whose program uses it."""
    by_name = {name: entry.name for entry in known for name in (entry.name, *entry.also)}
    by_method = {
        method: entry.name
        for entry in known
        if entry.record
        for method in entry.record.methods
        if not method.startswith("__")
    }
    found: dict[str, list[Use]] = {}
    for use, path in programs.items():
        names = set(_names(ast.parse(path.read_text("utf-8"))))
        used = {by_name[each] for each in names if each in by_name}
        used |= {
            by_method[each[1:]] for each in names if each.startswith(".") and each[1:] in by_method
        }
        for name in used:
            found.setdefault(name, []).append(use)
    return found


def _names(tree: ast.Module) -> Iterator[str]:
    """Full names that a program uses, `nn.Linear`; of methods of anything the last part, `.exp`."""
    aliases: dict[str, str] = {}
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            for name in each.names:
                aliases[name.asname or name.name.partition(".")[0]] = (
                    name.name if name.asname else name.name.partition(".")[0]
                )
        elif isinstance(each, ast.ImportFrom) and each.module:
            for name in each.names:
                aliases[name.asname or name.name] = f"{each.module}.{name.name}"
                yield f"{each.module}.{name.name}"
    for each in ast.walk(tree):
        if isinstance(each, ast.Attribute):
            full = _dotted(each)
            if full is None:
                yield f".{each.attr}"
                continue
            head, _, rest = full.partition(".")
            if head in aliases:
                yield f"{aliases[head]}.{rest}"
            else:
                yield f".{each.attr}"


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inside = _dotted(node.value)
        return None if inside is None else f"{inside}.{node.attr}"
    return None
