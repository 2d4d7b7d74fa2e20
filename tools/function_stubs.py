"""Type stubs of the packages of functions, so that `exp(tensor)` is a Tensor to editors and mypy.

Tensors in, Tensor out; arrays in, array out: for each function one overload per array argument that
may be the Tensor, and one where none is. Tests compare what a stub tells with what samples return.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from inspect import Parameter
from pathlib import Path
from types import ModuleType
from typing import Any

from autograd import fft, linalg, ops
from autograd.operation.record import Op
from nn import functional
from tools.keyword_types import KEYWORDS, SIZES, keyword_type

ROOT = Path(__file__).resolve().parent.parent

_HEAD = """\
# Written from the functions by `make generate`; do not edit.
from collections.abc import Callable, Sequence
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import DTypeLike

from autograd.graph.tensor import Tensor

_Array: TypeAlias = np.ndarray[Any, Any]
_Value: TypeAlias = np.ndarray[Any, Any] | np.generic | complex | list[Any] | tuple[Any, ...]
_T = TypeVar("_T")
"""

# Results by name, as NumPy has them.
_NAMED = {
    "EigResult": ("eigenvalues", "eigenvectors"),
    "EighResult": ("eigenvalues", "eigenvectors"),
    "QRResult": ("Q", "R"),
    "SVDResult": ("U", "S", "Vh"),
    "SlogdetResult": ("sign", "logabsdet"),
    "TopK": ("values", "indices"),
    "UniqueAll": ("values", "indices", "inverse_indices", "counts"),
    "UniqueCounts": ("values", "counts"),
    "UniqueInverse": ("values", "inverse_indices"),
}

# Arrays though they have a default, in functions that are no operations.
_OPTIONAL_ARRAYS = {"append", "aweights", "fweights", "prepend", "weights", "x", "y"}
# Lists of arrays, or nested ones.
_LISTS = {"arrays", "choicelist", "choices", "condlist", "tup"}

# What is returned, where it is not one Tensor, or array. It may depend on a keyword; "Any" where it
# depends on more than a checker can see.
_PAIR, _TRIPLE, _LIST = "tuple[Tensor, Tensor]", "tuple[Tensor, Tensor, Tensor]", "list[Tensor]"
_RETURNS = {
    "array_split": _LIST,
    "atleast_1d": "Any",
    "atleast_2d": "Any",
    "atleast_3d": "Any",
    "average": f"{_PAIR} if returned else Tensor",
    "block": "Any",
    "broadcast_arrays": "tuple[Tensor, ...]",
    "dsplit": _LIST,
    "eig": "EigResult[Tensor]",
    "eigh": "EighResult[Tensor]",
    "frexp": _PAIR,
    "gradient": "Any",
    "gru": _PAIR,
    "hsplit": _LIST,
    "linspace": "tuple[Tensor, float] if retstep else Tensor",
    "lstm": _TRIPLE,
    "lstm_step": _PAIR,
    "lstsq": "tuple[Tensor, Tensor, Tensor, Tensor]",
    "max_pool": _PAIR,
    "meshgrid": "tuple[Tensor, ...]",
    "modf": _PAIR,
    "normalize": _TRIPLE,
    "qr": "Tensor if mode == 'r' else QRResult[Tensor]",
    "rms_normalize": _PAIR,
    "rnn": _PAIR,
    "slogdet": "SlogdetResult[Tensor]",
    "split": _LIST,
    "svd": "SVDResult[Tensor] if compute_uv else Tensor",
    "topk": "TopK[Tensor]",
    "unique": "Any",
    "unique_all": "UniqueAll[Tensor]",
    "unique_counts": "UniqueCounts[Tensor]",
    "unique_inverse": "UniqueInverse[Tensor]",
    "unstack": "tuple[Tensor, ...]",
    "vsplit": _LIST,
    "witnessed": "tuple[Tensor, ...]",
}

# Aliases of annotations in `nn.functional`, written out.
_ALIASES = {
    "PerAxis": SIZES,
    "Sizes": "int | None | Sequence[int | None]",
    "Generator": "np.random.Generator",
}


def stub_of(package: ModuleType) -> str:
    """The text of the `__init__.pyi` of a package of functions."""
    functions = [_Function(name, getattr(package, name)) for name in package.__all__]
    texts = [line for function in functions for line in function.lines()]
    body = "\n".join(texts)
    named = [
        f"class {name}(NamedTuple, Generic[_T]):\n"
        + "".join(f"    {each}: _T\n" for each in fields)
        for name, fields in _NAMED.items()
        if f"{name}[" in body
    ]
    listing = "\n".join(f'    "{name}",' for name in package.__all__)
    return "\n".join([_HEAD, *named, f"__all__ = [\n{listing}\n]\n", body, ""])


STUBS: dict[Path, Callable[[], str]] = {
    Path(str(package.__file__)).with_suffix(".pyi"): lambda package=package: stub_of(package)  # type: ignore[misc]
    for package in (ops, linalg, fft, functional)
}


class _Function:
    """One function: its parameters, which of them are arrays, and what it returns.

    Attributes:
        arrays: names of the parameters that may be Tensors.
        lists: those of them that are lists of arrays.
    """

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.record: Op | None = getattr(function, "op", None)
        self.parameters = list(inspect.signature(function).parameters.values())
        self.annotated = function.__module__.startswith("nn.")
        self.returns = str(function.__annotations__.get("return", ""))
        if not self.annotated:
            self.returns = _RETURNS.get(function.__name__, self.returns)
        if self.annotated and self.returns == "Any":
            returning = "return_indices" in inspect.signature(function).parameters
            both = "tuple[Tensor, Tensor] if return_indices else Tensor"
            self.returns = both if returning else ""
        self.lists = {each.name for each in self.parameters if self._is_list(each)}
        self.arrays = [each.name for each in self.parameters if self._is_array(each)]

    def _is_list(self, parameter: Parameter) -> bool:
        if self.record is not None:
            return self.record.listed and parameter.name == self.record.arguments[0]
        return parameter.name in _LISTS

    def _is_array(self, parameter: Parameter) -> bool:
        name = parameter.name
        if self.record is not None:
            return name in self.record.arguments
        if self.annotated:
            return bool(parameter.annotation == "Any")
        if name in self.lists or name in _OPTIONAL_ARRAYS:
            return True
        return parameter.default is Parameter.empty and name not in KEYWORDS

    def lines(self) -> Iterator[str]:
        """All its overloads; without a second one it is written plainly."""
        overloads = [
            self._definition(types | arguments, by_name, returned)
            for types, of_tensors, of_arrays in self._results()
            for arguments, returned in self._overloads(of_tensors, of_arrays)
            for by_name in self._forms(types | arguments)
        ]
        for text in overloads:
            if len(overloads) > 1:
                yield "@overload"
            yield text

    def _definition(self, types: dict[str, str], by_name: bool, returned: str) -> str:
        return f"def {self.name}({', '.join(self._written(types, by_name))}) -> {returned}: ..."

    def _results(self) -> Iterator[tuple[dict[str, str], str, str]]:
        """What it returns of Tensors and of arrays, by the literal types of a keyword."""
        choice = ast.parse(self.returns or "None", mode="eval").body
        if not isinstance(choice, ast.IfExp):
            yield {}, *self._both(self.returns)
            return
        if isinstance(choice.test, ast.Compare):  # mode == 'r'
            keyword = ast.unparse(choice.test.left)
            then = ast.unparse(choice.test.comparators[0])
        else:
            keyword, then = ast.unparse(choice.test), "True"
        default = repr(next(each.default for each in self.parameters if each.name == keyword))
        cases = [(then, choice.body), ("False" if then == "True" else default, choice.orelse)]
        for literal, returned in sorted(cases, key=lambda case: case[0] == default):
            given = "" if literal == default else "!"
            words = ast.unparse(returned)
            both = self._both("" if words == "Tensor" else words)
            yield {keyword: f"{given}Literal[{literal}]"}, *both
        yield {}, "Any", "Any"

    def _overloads(self, of_tensors: str, of_arrays: str) -> Iterator[tuple[dict[str, str], str]]:
        """Types and result, for each argument that may be the first Tensor, and for none."""
        if of_tensors == of_arrays or not self.arrays:
            yield {name: self._any(name) for name in self.arrays}, of_tensors
        elif self.lists:
            for kind, returned in (
                ("Tensor", of_tensors),
                ("_Value", of_arrays),
                ("Tensor | _Value", "Any"),
            ):
                yield {name: self._each(name, kind) for name in self.arrays}, returned
        else:
            for position, name in enumerate(self.arrays):
                before = dict.fromkeys(self.arrays[:position], "_Value")
                after = dict.fromkeys(self.arrays[position + 1 :], "Tensor | _Value")
                yield before | {name: "!Tensor"} | after, of_tensors
            yield dict.fromkeys(self.arrays, "_Value"), of_arrays

    def _each(self, name: str, kind: str) -> str:
        """The type of an argument in a function of lists: its own, or a list of such."""
        if any(p.name == name and p.kind is p.VAR_POSITIONAL for p in self.parameters):
            return kind
        if name not in self.lists:
            return "Tensor | _Value"
        return f"Sequence[{kind}]" + (" | Tensor" if "Tensor" in kind else " | _Array")

    def _any(self, name: str) -> str:
        return "Any" if name in self.lists else "Tensor | _Value"

    def _forms(self, types: dict[str, str]) -> Iterator[bool]:
        """Whether what must be given, though it has a default, is given by name, or may be."""
        places = [
            place
            for place, each in enumerate(self.parameters)
            if types.get(each.name, "").startswith("!")
        ]
        behind = [
            each.default is not each.empty for each in self.parameters[: max(places, default=0)]
        ]
        by_name_only = any(
            self.parameters[place].kind is Parameter.KEYWORD_ONLY for place in places
        )
        if not any(behind) or by_name_only:
            yield False
            return
        if len(places) == 1:
            yield False
        yield True

    def _written(self, types: dict[str, str], by_name: bool) -> list[str]:
        """The text of each parameter.

        Args:
            types: of the arrays and of a keyword; one that must be given starts with "!".
            by_name: whether such a one stands behind a star; else nothing before it has a default.
        """
        given = [types.get(each.name, "").startswith("!") for each in self.parameters]
        texts: list[str] = []
        star = default_seen = False
        for place, each in enumerate(self.parameters):
            if each.kind is Parameter.VAR_POSITIONAL:
                star = True
                texts.append(f"*{each.name}: {self._type(each, types)}")
                continue
            named = each.kind is Parameter.KEYWORD_ONLY or (
                by_name and given[place] and default_seen
            )
            if named and not star:
                star = True
                texts.append("*")
            bare = each.default is Parameter.empty or given[place]
            bare = bare or (not by_name and not star and any(given[place:]))
            kind = self._type(each, types)
            if each.default is None and not given[place] and not _optional(kind):
                kind += " | None"
            default_seen = default_seen or not bare
            texts.append(f"{each.name}: {kind}" + ("" if bare else f" = {each.default!r}"))
        return texts

    def _type(self, parameter: Parameter, types: dict[str, str]) -> str:
        if parameter.name in types:
            return types[parameter.name].removeprefix("!")
        if self.annotated:
            kind = str(parameter.annotation)
            for alias, meaning in _ALIASES.items():
                parts = [part.strip() for part in kind.split(" | ")]
                if alias in parts:
                    kind = " | ".join(meaning if part == alias else part for part in parts)
            return kind
        return keyword_type(parameter.name, parameter.default)

    def _both(self, returns: str) -> tuple[str, str]:
        """What is returned of Tensors, and of arrays."""
        creating = any(each.name == "requires_grad" for each in self.parameters)
        returns = returns or ("Tensor" if creating else "")
        if returns == "":
            return "Tensor", "_Array"
        if creating or returns in ("Any", "Tensor", "float"):
            return returns, returns
        return returns, returns.replace("Tensor", "_Array")


def _optional(kind: str) -> bool:
    return kind == "Any" or "None" in kind
