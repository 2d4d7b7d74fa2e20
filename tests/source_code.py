"""What the tests of the architecture read off the source: imports, circles, lines of code."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")


def source_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def module_files() -> dict[str, Path]:
    """Return the file of every module of the packages, by the module's name."""
    return {
        relative(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"): path
        for path in source_files(*PACKAGES)
    }


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a name with attributes; "" for what is computed."""
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return owner and f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def is_for_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING")


def imports(
    tree: ast.AST, deferred: bool = False, typing: bool = True
) -> Iterator[tuple[str, str | None, bool]]:
    """Yield (module, name or None, whether deferred) of each absolute import.

    An import is deferred where it runs later than the file's own: in a function, or for typing;
    the latter are left out without `typing`.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue  # no statement stands in one
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, deferred) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.module or "", alias.name, deferred) for alias in node.names)
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.If) and is_for_typing_only(node) and not typing:
            node = ast.Module(node.orelse, [])
        yield from imports(node, deferred or inner or is_for_typing_only(node), typing)


def import_graph(sources: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which of the modules each one imports, in functions too, but not for typing only.

    `from package import name` leads to the module `package.name` where there is one, else to the
    package's own file.
    """
    graph: dict[str, set[str]] = {}
    for module, tree in sources.items():
        reached = set()
        for source, name, _ in imports(tree, typing=False):
            whole = f"{source}.{name}"
            reached.add(whole if whole in sources else source)
        graph[module] = reached & set(sources) - {module}
    return graph


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return the sets of nodes that reach one another: the circles of a graph."""
    reachable = {node: reached_from(node, graph) for node in graph}
    return {
        frozenset(other for other in reach if node in reachable[other])
        for node, reach in reachable.items()
        if node in reach
    }


def reached_from(start: str, graph: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += graph[node]
    return reached


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def code_lines(source: str) -> int:
    """Count the lines that hold code: no blank ones, comments or docstrings."""
    nothing = {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENDMARKER, tokenize.ENCODING,
    }  # fmt: skip
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in nothing:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and is_text(node.value):
            lines.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return len(lines)


def own_private_names(trees: list[ast.Module]) -> set[str]:
    """Return the private attributes that classes define: slots, methods, assignments to self."""
    names: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for inner in ast.walk(node):
                    names.update(_defined(inner))
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            yield node.attr
    elif isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__slots__":
        yield from (each.value for each in ast.walk(node.value) if is_text(each))
