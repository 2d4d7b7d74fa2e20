"""How many small changes of the operations do the generated tests notice?

`python -m benchmarks.mutants --minutes 20 --save mutants.jsonl` changes one place of an operation,
of a rule or of a kernel at a time and runs tests until one fails: first what is generated for the
operations of the file, the nearest one first; for what is left then, the tests of operations that
are written by hand. Tools that mutate functions in place miss most of it: an operation is a
decorated function, and its rules are lambdas of the module. Here the module's syntax tree is
changed while it is imported, in a process that was forked for it (so not on Windows); no file is
written. It is no part of the tests: all of it takes hours.
"""

import argparse
import ast
import contextlib
import copy
import functools
import importlib
import importlib.machinery
import json
import os
import random
import resource
import sys
import time
import types
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "autograd" / "ops"
FOLDERS = [OPERATIONS, *(ROOT / "autograd" / name for name in ("linalg", "fft", "kernels"))]
GENERATED = ["tests/autograd/test_records.py", "tests/autograd/test_records_complex.py"]
BY_HAND = {  # the tests of the operations in each folder
    "ops": ["test_conventions.py", "test_dispatch.py", "ops", "test_complex.py"],
    "linalg": ["test_conventions.py", "test_linalg.py", "test_complex.py"],
    "fft": ["test_fft.py", "test_complex.py"],
    "kernels": ["kernels"],
}
SLOWEST = 90  # seconds of processor time, after which a mutant counts as one that never ends
_UNCHANGED = 70  # the exit status where the mutant was never imported

_BINARY = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_COMPARISON = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes:
        path: of the file, from the root of the project.
        line: where it is changed.
        before: the expression there.
        after: what it becomes.
        number: which of the file's changes this is.
    """

    path: str
    line: int
    before: str
    after: str
    number: int

    def tree(self) -> ast.Module:
        """The changed module."""
        tree = ast.parse((ROOT / self.path).read_text(encoding="utf-8"))
        for number, (_, _, change) in enumerate(_changes(tree)):
            if number == self.number:
                change()
                return ast.fix_missing_locations(tree)
        raise IndexError(f"{self.path} has no change {self.number}")


def mutants_of(path: Path) -> list[Mutant]:
    """Every change of a file, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for number, (node, after, _) in enumerate(_changes(tree)):
        before, changed = (ast.unparse(each).splitlines()[0] for each in (node, after))
        name = str(path.relative_to(ROOT))
        found.append(Mutant(name, node.lineno, before, changed, number))
    return found


class _Change:
    """An edit of a field of a node, made when it is called."""

    def __init__(self, node: ast.AST, field: str, value: object) -> None:
        self.node, self.field, self.value = node, field, value

    def __call__(self) -> None:
        setattr(self.node, self.field, self.value)

    def preview(self) -> ast.AST:
        changed = copy.copy(self.node)
        setattr(changed, self.field, self.value)
        return changed


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST, _Change]]:
    """Node, what it becomes, and the edit, for each change inside functions and lambdas."""
    for function in _outermost_functions(tree):
        if isinstance(function, ast.Lambda):
            roots: list[ast.AST] = [function]
        else:
            given = function.args.defaults + function.args.kw_defaults
            roots = [*filter(None, given), *function.body]
        for root in roots:
            for node in _walk(root):
                for change in _edits(node):
                    yield node, change.preview(), change


def _outermost_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.Lambda]:
    """Operations, their rules, and what those call in the module: what the generated tests reach.

    Functions that are made of operations have tests of their own; those of a module without
    operations are taken to serve the ones that import it.
    """
    functions = {each.name: each for each in _functions(tree)}
    own = [each for each in functions.values() if _is_operation(each)]
    waiting: list[ast.stmt] = [
        *(each for each in tree.body if isinstance(each, ast.Expr)),
        *(own or functions.values()),
    ]
    reached: dict[int, ast.stmt] = {}
    while waiting:
        statement = waiting.pop()
        reached[statement.lineno] = statement
        names = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        for name in names & functions.keys():
            if functions[name].lineno not in reached:
                waiting.append(functions[name])
    for _, statement in sorted(reached.items()):
        if isinstance(statement, ast.FunctionDef):
            yield statement
        else:
            yield from (each for each in ast.walk(statement) if isinstance(each, ast.Lambda))


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [each for each in tree.body if isinstance(each, ast.FunctionDef)]


def _is_operation(function: ast.FunctionDef) -> bool:
    """Whether this is one, or makes one and calls `op` inside."""
    return any(_calls(node, "op") for node in ast.walk(function))


def _calls(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _walk(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """All nodes below, but for docstrings, the words of errors, and what a record declares."""
    if isinstance(node, (ast.Raise, ast.JoinedStr)) or _calls(node, "op", "sample", "error"):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return  # of zip: without it, what is right stays right
    if isinstance(node, (ast.expr, ast.stmt)):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _edits(node: ast.AST) -> Iterator[_Change]:
    """What may be changed about one node."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _BINARY:
        yield _Change(node, "op", _BINARY[type(node.op)]())
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield _Change(node, "op", ast.UAdd())
        elif isinstance(node.op, ast.Not):
            yield _Change(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Compare):
        for place, each in enumerate(node.ops):
            other = [*node.ops[:place], _COMPARISON[type(each)](), *node.ops[place + 1 :]]
            yield _Change(node, "ops", other)
    elif isinstance(node, ast.BoolOp):
        yield _Change(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield _Change(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        changed = not node.value if isinstance(node.value, bool) else node.value + 1
        yield _Change(node, "value", changed)
    elif isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg != "strict":
                rest = node.keywords[:place] + node.keywords[place + 1 :]
                yield _Change(node, "keywords", rest)


# ---------------------------------------------------------------------- the judge


@functools.cache
def judged_by(path: str) -> frozenset[str]:
    """Files whose operations show a change of this one: itself, or those that import a helper."""
    functions = _functions(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    if any(map(_is_operation, functions)):
        return frozenset([path])
    return frozenset().union(*map(judged_by, sorted(_importers().get(path, ()))))


@functools.cache
def _importers() -> dict[str, set[str]]:
    """Which of the files import each of them, but for the packages' own lists of names."""
    found: dict[str, set[str]] = {}
    for path in (each for folder in FOLDERS for each in folder.glob("[!_]*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
                for module in modules:
                    imported = module.replace(".", "/") + ".py"
                    found.setdefault(imported, set()).add(str(path.relative_to(ROOT)))
    return found


class _Own:
    """A plugin of pytest that keeps the tests of a changed file's operations, the nearest first."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.modules = {
            name.removesuffix(".py").replace("/", ".") for name in judged_by(mutant.path)
        }

    def forget_the_others(self) -> None:
        """Leave only these operations among the records, before tests are generated from them."""
        importlib.import_module("autograd")
        records = importlib.import_module("autograd.operation.record").records
        for name in [name for name, each in records.items() if each.module not in self.modules]:
            del records[name]

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [
            each for each in items if getattr(_operation(each), "module", "") in self.modules
        ]
        items.sort(key=lambda item: self._distance(_operation(item)))

    def _distance(self, operation: Any) -> int:
        """Lines from the change up to the operation, whose rules are below it."""
        code = operation.body.__code__
        if os.path.realpath(code.co_filename) != os.path.realpath(ROOT / self.mutant.path):
            return 0
        distance: int = self.mutant.line - code.co_firstlineno
        return distance if distance >= 0 else 1_000_000 - distance


def _operation(item: Any) -> Any:
    """The record that a generated test is for."""
    call = getattr(item, "callspec", None)
    return None if call is None else call.params.get("op")


def survives(
    mutant: Mutant | None, options: Sequence[str] = (), *, own: bool = False, seconds: int = SLOWEST
) -> bool:
    """Whether the tests pass.

    Args:
        mutant: what is changed; nothing, if None.
        options: for pytest, such as `--deselect`.
        own: whether what is generated for the operations in the changed file is run, else the
            tests of operations that are written by hand.
        seconds: of processor time, after which tests that do not end count as ones that fail.

    Raises:
        RuntimeError: where the tests imported the package from elsewhere, so that nothing was
            judged, or where it is here already.
    """
    if "autograd" in sys.modules:
        raise RuntimeError("autograd is imported already: judge mutants in a process without it")
    child = os.fork()
    if not child:
        os._exit(_run_tests(mutant, options, own, seconds))
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _UNCHANGED:
        raise RuntimeError(f"the tests did not import {ROOT}: another autograd is in the way")
    # 5: no test was selected.
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 5)


def _run_tests(mutant: Mutant | None, options: Sequence[str], own: bool, seconds: int) -> int:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # ends this process
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))  # before any installed copy
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    changed: list[str] = []
    tests = GENERATED
    if not own:
        folders = BY_HAND if mutant is None else [Path(mutant.path).parent.name]
        listed = dict.fromkeys(name for folder in folders for name in BY_HAND[folder])
        tests = [f"tests/autograd/{name}" for name in listed]
    plugins = [_Own(mutant)] if own and mutant is not None else []
    status = 1
    with contextlib.suppress(BaseException):
        if mutant is not None:
            changed = import_instead(mutant)
        for each in plugins:
            each.forget_the_others()
        fixed = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
        # Hypothesis is here already, which is no news.
        fixed += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = int(pytest.main([*tests, *fixed, *options], plugins))
    return status if changed or mutant is None else _UNCHANGED


def import_instead(mutant: Mutant) -> list[str]:
    """From now on, the import of its file gives the mutant.

    Returns:
        Names of the modules that got it, so far none.
    """
    usual = importlib.machinery.SourceFileLoader.get_code
    path = os.path.realpath(ROOT / mutant.path)
    code = compile(mutant.tree(), path, "exec")
    changed: list[str] = []

    def get_code(
        loader: importlib.machinery.SourceFileLoader, fullname: str
    ) -> types.CodeType | None:
        if os.path.realpath(loader.get_filename(fullname)) != path:
            return usual(loader, fullname)
        changed.append(fullname)
        return code

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    return changed


# ---------------------------------------------------------------------- the sample


def spread(files: Sequence[Path], seed: int = 0) -> list[Mutant]:
    """All mutants of the files, in an order of which any beginning is a fair sample of each."""
    placed = []
    for path in files:
        found = mutants_of(path)
        random.Random(f"{seed} {path.parent.name} {path.name}").shuffle(found)
        placed += [((k + 0.5) / len(found), each) for k, each in enumerate(found)]
    return [each for _, each in sorted(placed, key=lambda pair: (pair[0], pair[1].path))]


def main() -> int:
    """Judge mutants until the time is up; print how many were killed, and which were not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="how long to go on (20)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (0)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="a line of JSON for each mutant")
    parser.add_argument("--deselect", action="append", default=[], help="a test that is red anyway")
    arguments = parser.parse_args()
    for name in ("hypothesis.strategies", "pytest", "scipy.special", "scipy.linalg"):
        importlib.import_module(name)  # once, not in every child
    options = [f"--deselect={each}" for each in arguments.deselect]
    if not (survives(None, options) and survives(None, options, own=True)):
        parser.error("a test is red without a change; name what to leave out with --deselect")

    files = sorted(each for folder in FOLDERS for each in folder.glob("*.py"))
    mutants = spread(
        [each for each in files if judged_by(str(each.relative_to(ROOT)))], arguments.seed
    )
    until = time.monotonic() + 60 * arguments.minutes
    judged: list[Mutant] = []
    suspects: list[Mutant] = []
    for mutant in mutants:
        if time.monotonic() > until:
            break
        judged.append(mutant)
        if survives(mutant, options, own=True):
            suspects.append(mutant)
            print(f"{len(judged)}: left for the other tests: {mutant}", file=sys.stderr, flush=True)
    alive = []
    for mutant in suspects:
        if survives(mutant, options):
            alive.append(mutant)
            print(f"{mutant.path}:{mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True)
    if arguments.save:
        lines = (
            json.dumps({**asdict(m), "left": m in suspects, "survived": m in alive}) for m in judged
        )
        arguments.save.write_text("\n".join(lines) + "\n", encoding="utf-8")
    killed = len(judged) - len(alive)
    first, share = (n / max(len(judged), 1) for n in (len(judged) - len(suspects), killed))
    print(
        f"{killed} of {len(judged)} killed ({share:.1%}), of {len(mutants)} in all; {first:.1%} by "
        "what is generated for the operations of the file"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
