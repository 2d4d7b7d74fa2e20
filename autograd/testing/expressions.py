"""Objects as Python code that makes them again: functions, lambdas, methods, layers, modules.

What can be imported is imported; a function or lambda inside another one is written down with the
constants it reads; an object is made again from its attributes, or from its pickle. What cannot be
written down is called by its name, which it has where it was used.
"""

from __future__ import annotations

import ast
import functools
import inspect
import pickle
import sys
import textwrap
import types
from typing import Any

import numpy as np

from autograd.testing.paste import code_of

_DEPTH = 3  # functions that read functions
_PLAIN = (bool, int, float, complex, str, type(None), np.generic)


class Written:
    """Code for some objects.

    Attributes:
        lines: imports first, then definitions, to stand above the expressions.
    """

    def __init__(self) -> None:
        self._imports: list[str] = []
        self._definitions: list[str] = []
        self._names: dict[int, str] = {}

    @property
    def lines(self) -> list[str]:
        """The lines above."""
        return [*dict.fromkeys(self._imports), *self._definitions]

    def expression(self, value: Any, name: str, depth: int = 0) -> str:
        """An expression for an object; `name` is what it is called if it must have a name."""
        if id(value) in self._names:
            return self._names[id(value)]
        found = self._expression(value, name, depth)
        self._names[id(value)] = found
        return found

    def _expression(self, value: Any, name: str, depth: int) -> str:
        own = str(getattr(value, "__name__", ""))
        if value is not None and value is getattr(np, own, None):
            return f"np.{own}"
        if isinstance(value, functools.partial):
            self._imports.append("import functools")
            arguments = [self.expression(value.func, "function", depth)]
            arguments += [_code(each) for each in value.args]
            arguments += [f"{key}={_code(each)}" for key, each in value.keywords.items()]
            return f"functools.partial({', '.join(arguments)})"
        if isinstance(value, types.MethodType):
            owner = self.expression(value.__self__, "owner", depth)
            return f"{owner}.{value.__name__}"
        if getattr(value, "__name__", "") == "<lambda>":
            return self._lambda(value, name, depth)
        imported = self._imported(value)
        if imported:
            return imported
        if isinstance(value, types.FunctionType):
            return self._function(value, name, depth)
        if isinstance(value, type) or callable(getattr(value, "__get__", None)):
            return str(getattr(value, "__name__", name))
        return self._object(value, name)

    def _imported(self, value: Any) -> str:
        """The name of what can be imported; empty for what cannot."""
        module = sys.modules.get(getattr(value, "__module__", None) or "")
        path = getattr(value, "__qualname__", "")
        if module is None or module.__name__ == "__main__" or not path or "<" in path:
            return ""
        found: Any = module
        for part in path.split("."):
            found = getattr(found, part, None)
        if found is not value and not getattr(found, "is_gradient_test", False):
            return ""
        top = path.partition(".")[0]
        self._imports.append(f"from {module.__name__} import {top}")
        return str(path)

    def _lambda(self, value: Any, name: str, depth: int) -> str:
        text = _lambda_text(value)
        if not text:
            return name
        self._read(value, depth)
        self._definitions.append(f"{name} = {text}")
        return name

    def _function(self, value: Any, name: str, depth: int) -> str:
        """A function that is defined in another one, by its source."""
        source = _source(value)
        tree = _parsed(source)
        if tree is None or not isinstance(tree.body[0], ast.FunctionDef):
            return str(getattr(value, "__name__", name))
        definition = tree.body[0]
        if definition.decorator_list:
            return definition.name
        self._read(value, depth)
        self._definitions += ["", *source.splitlines(), ""]
        return definition.name

    def _read(self, function: Any, depth: int) -> None:
        """The constants, functions and modules that a function reads from outside."""
        if depth >= _DEPTH:
            return
        try:
            outside = inspect.getclosurevars(function)
        except (TypeError, ValueError):
            return
        for name, value in {**outside.globals, **outside.nonlocals}.items():
            if isinstance(value, types.ModuleType):
                alias = "" if value.__name__ == name else f" as {name}"
                self._imports.append(f"import {value.__name__}{alias}")
            elif isinstance(value, (np.ndarray, *_PLAIN, list, tuple, dict)):
                self._definitions.append(f"{name} = {_code(value)}")
            elif callable(value):
                written = self.expression(value, name, depth + 1)
                if written != name:
                    self._definitions.append(f"{name} = {written}")

    def _object(self, value: Any, name: str) -> str:
        """An object, made again from its attributes."""
        kind = self._imported(type(value))
        attributes = getattr(value, "__dict__", None)
        if not kind:
            return name
        if attributes is not None and all(map(_is_plain, attributes.values())):
            self._definitions.append(f"{name} = {kind}.__new__({kind})")
            self._definitions.append(f"{name}.__dict__.update({_code(dict(attributes))})")
            return name
        try:
            pickled = pickle.dumps(value)
        except Exception:
            return name
        self._imports.append("import pickle")
        self._definitions.append(f"{name} = pickle.loads({pickled!r})")
        return name


def _code(value: Any) -> str:
    return code_of(value)


def _is_plain(value: Any) -> bool:
    if type(value) in (list, tuple):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(map(_is_plain, value.values()))
    if type(value) is np.ndarray:
        return value.dtype.kind in "biufc"
    return isinstance(value, _PLAIN)


def _source(function: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function)).strip()
    except (OSError, TypeError):
        return ""


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source) if source else None
    except SyntaxError:
        return None


def _lambda_text(function: Any) -> str:
    """The text of a lambda; empty where it cannot be told from others beside it."""
    try:
        lines, _ = inspect.findsource(function)
    except (OSError, TypeError):
        return ""
    whole = _parsed("".join(lines))
    if whole is None:
        return ""
    line = function.__code__.co_firstlineno
    found = [
        each for each in ast.walk(whole) if isinstance(each, ast.Lambda) and each.lineno == line
    ]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    same = [each for each in found if tuple(a.arg for a in each.args.args) == names]
    same = [each for each in same if _compiles_to(each, function)] or same
    return ast.unparse(same[0]) if len(same) == 1 else ""


def _compiles_to(node: ast.Lambda, function: Any) -> bool:
    """Whether a lambda reads the same names and constants."""
    code = compile(ast.Expression(node), "lambda", "eval")
    inner = next((each for each in code.co_consts if isinstance(each, types.CodeType)), None)
    mine = function.__code__
    return (
        inner is not None
        and set(inner.co_names) == {*mine.co_names, *mine.co_freevars}
        and repr(inner.co_consts) == repr(mine.co_consts)
    )
