"""Type stubs written from the records, so that editors and mypy know `t.exp()`.

`make generate` rewrites `tensor.pyi`; a test compares it with what it would write.
"""

from __future__ import annotations

import ast
from pathlib import Path

import autograd.ops  # noqa: F401 - fills the records
from autograd.operation.record import Op, records

STUB = Path(__file__).resolve().parent.parent / "autograd" / "graph" / "tensor.pyi"
_BANNER = "# Written from the operation records by `make generate`; do not edit.\n"

_KEYWORD_TYPES = {
    "axis": "int | tuple[int, ...] | None",
    "keepdims": "bool",
    "ddof": "int",
    "shape": "int | Sequence[int]",
    "dtype": "DTypeLike",
    "subscripts": "str",
}

# What methods return that is not one Tensor.
_RETURNS = {"nonzero": "tuple[Tensor, ...]", "topk": "tuple[Tensor, Tensor]"}


def tensor_stub() -> str:
    """The text of `tensor.pyi`: the module without bodies, and the methods from the records."""
    module = ast.parse(STUB.with_suffix(".py").read_text("utf-8"))
    lines = [_BANNER.rstrip(), "from collections.abc import Sequence"]
    for statement in module.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            lines.append(ast.unparse(statement))
        elif isinstance(statement, ast.If):  # imports for type checking
            lines += [ast.unparse(each) for each in statement.body]
        elif isinstance(statement, ast.FunctionDef):
            lines.append(_signature(statement))
        elif isinstance(statement, ast.ClassDef) and not statement.name.startswith("_"):
            lines += _class(statement)
    return "\n".join(lines) + "\n"


def _signature(function: ast.FunctionDef, indent: str = "") -> str:
    function.body = [ast.Expr(ast.Constant(...))]
    for each in [*function.args.defaults, *function.args.kw_defaults]:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            each.value = ...
    return "\n".join(indent + line for line in ast.unparse(function).splitlines())


def _class(definition: ast.ClassDef) -> list[str]:
    bases = ", ".join(ast.unparse(base) for base in definition.bases)
    lines = [f"class {definition.name}{f'({bases})' if bases else ''}:"]
    for statement in definition.body:
        if isinstance(statement, ast.FunctionDef):
            lines.append(_signature(statement, "    "))
        elif isinstance(statement, ast.AnnAssign):
            lines.append("    " + ast.unparse(statement))
    if definition.name == "Tensor":
        lines += _record_methods()
    return lines


def _record_methods() -> list[str]:
    lines = [
        "    def __getitem__(self, index: Any) -> Tensor: ...",
        "    def __setitem__(self, index: Any, new: Any) -> None: ...",
        "    @property",
        "    def T(self) -> Tensor: ...",
        "    @property",
        "    def mT(self) -> Tensor: ...",
        "    @property",
        "    def real(self) -> Tensor: ...",
        "    @property",
        "    def imag(self) -> Tensor: ...",
        "    def reshape(self, *shape: Any) -> Tensor: ...",
        "    def transpose(self, *axes: Any) -> Tensor: ...",
        "    def ravel(self) -> Tensor: ...",
        "    def flatten(self) -> Tensor: ...",
        "    def compress(self, condition: Any, axis: int | None = ...) -> Tensor: ...",
        "    def choose(self, choices: Any, mode: str = ...) -> Tensor: ...",
        "    def __divmod__(self, other: Any) -> tuple[Tensor, Tensor]: ...",
        "    def __rdivmod__(self, other: Any) -> tuple[Tensor, Tensor]: ...",
    ]
    for record in _own_records():
        parameters = _parameters(record)[1:]
        for method in record.methods:
            ignore = "  # type: ignore[override]" if method in ("__eq__", "__ne__") else ""
            text = ", ".join(["self", *parameters])
            returns = _RETURNS.get(record.name, "Tensor")
            lines.append(f"    def {method}({text}) -> {returns}: ...{ignore}")
        for method in filter(None, (record.reflected, record.inplace)):
            lines.append(f"    def {method}(self, other: Any) -> Tensor: ...")
    return lines


def _own_records() -> list[Op]:
    return [each for each in records.values() if each.module.startswith("autograd.ops")]


def _parameters(record: Op) -> list[str]:
    texts = []
    for position, name in enumerate(record.parameters):
        kind = _KEYWORD_TYPES.get(name, "Any") if name in record.keywords else "Any"
        if name == record.sequence:
            kind = "Sequence[Any]"
        if position == record.positional and not record.variadic:
            texts.append("*")
        optional = name not in record.required
        texts.append(f"{name}: {kind}{' = ...' if optional else ''}")
    if record.variadic:
        texts.append(f"*{record.variadic}: Any")
    return texts
