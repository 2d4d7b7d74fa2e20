"""Type stubs written from the records, so that editors and mypy know `t.exp()`.

`make generate` rewrites `tensor.pyi`; a test compares it with what it would write.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import autograd
from autograd.elsewhere import understood
from autograd.operation.record import Op, records
from tools.keyword_types import keyword_type

STUB = Path(__file__).resolve().parent.parent / "autograd" / "graph" / "tensor.pyi"
_BANNER = "# Written from the operation records by `make generate`; do not edit.\n"


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
        lines += _methods_put_on(definition)
        lines += _record_methods()
    return lines


def _methods_put_on(definition: ast.ClassDef) -> Iterator[str]:
    """What other modules put on Tensor besides the methods of the records."""
    known = {each.name for each in definition.body if isinstance(each, ast.FunctionDef)}
    known.update(*(record.method_names for record in _own_records()), understood)
    for name, attribute in sorted(vars(autograd.Tensor).items()):
        function = getattr(attribute, "fget", attribute)
        if name in known or not getattr(function, "__module__", "").startswith("autograd"):
            continue
        if isinstance(attribute, property):
            yield "    @property"
            yield f"    def {name}(self) -> Tensor: ..."
        elif inspect.isfunction(attribute):
            parameters = ", ".join(["self", *list(_annotated(attribute))[1:]])
            yield f"    def {name}({parameters}) -> {_returned(attribute)}: ..."


def _annotated(function: Callable[..., Any]) -> Iterator[str]:
    """The parameters of a function, Any where it does not say."""
    for parameter in inspect.signature(function).parameters.values():
        star = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        kind = "Any" if parameter.annotation is parameter.empty else parameter.annotation
        default = "" if parameter.default is parameter.empty else " = ..."
        yield f"{star}{parameter.name}: {kind}{default}"


def _returned(function: Callable[..., Any]) -> str:
    """What a function says that it returns; one Tensor where it does not."""
    return str(function.__annotations__.get("return", "Tensor"))


def _record_methods() -> list[str]:
    lines = []
    for record in _own_records():
        parameters = _parameters(record)[1:]
        for method in record.methods:
            ignore = "  # type: ignore[override]" if method in ("__eq__", "__ne__") else ""
            text = ", ".join(["self", *parameters])
            returns = _returned(record.body)
            lines.append(f"    def {method}({text}) -> {returns}: ...{ignore}")
        for method in filter(None, (record.reflected, record.inplace)):
            lines.append(f"    def {method}(self, other: Any) -> Tensor: ...")
    return lines


def _own_records() -> list[Op]:
    return [each for each in records.values() if each.module.startswith("autograd.ops")]


def _parameters(record: Op) -> list[str]:
    texts = []
    for position, name in enumerate(record.parameters):
        default = record.keywords.get(name)
        kind = keyword_type(name, default) if name in record.keywords else "Any"
        if record.listed and name in record.arguments:
            kind = "Sequence[Any]"
        if position == record.positional and not record.starred:
            texts.append("*")
        optional = name not in record.required
        texts.append(f"{name}: {kind}{f' = {default!r}' if optional else ''}")
    if record.starred:
        texts.append(f"*{record.arguments[0]}: Any")
    return texts
