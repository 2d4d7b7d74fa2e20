"""Local derivatives in symbols: an operation's own rule, run on named placeholders.

A rule is written in the library's operations, so given Tensors it records a graph, and that graph
is the formula. Nothing here knows what the derivative of a sine is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import Node, Op, node_of, parameter_names, value_of
from viz.reading.algebra import Formula

_LARGEST = 10_000  # elements of a placeholder; a rule costs as much as its arrays
_TRANSPARENT = frozenset(
    ("reshape", "expand_dims", "squeeze", "broadcast_to", "astype", "copy", "real", "conj")
)
_PRODUCTS = ("matmul", "dot")
# Values of placeholders for arrays that are not known: so many that every case of a rule occurs.
_OPEN_VALUES = (
    (0.6, -0.7, 90.0, -90.0, 0.1), (-0.4, 0.9, -91.0, 91.0, 0.1), (0.3, -0.2, 0.5, 0.1, 0.7)
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule in writing: its formula, and the shapes of the factors of a matrix product."""

    formula: str = ""
    shapes: str = ""


def formulas(
    op: Op,
    names: Sequence[str],
    values: Sequence[Any],
    result: tuple[str, Any],
    keywords: Mapping[str, Any],
    wanted: Sequence[bool],
    arriving: str,
) -> list[Rule]:
    """What an operation's rules do to the gradient that arrives, one formula per argument.

    Of an elementwise operation these are the local derivatives; of any other the passed-on
    gradients in terms of the one that arrives, such as `dL/dY Wᵀ`.

    Args:
        op: The operation.
        names: What each argument is called.
        values: The value of each argument, or its shape where that is all that is known.
        result: Name and value or shape of the result.
        keywords: The keyword arguments of the call.
        wanted: Which arguments need a gradient.
        arriving: What the arriving gradient is called.

    Returns:
        A formula per argument, empty where a rule has none that could be written down; where it
        is a matrix product, also the shapes of its factors.
    """
    if op.listed or len(names) != len(op.arguments):
        return [Rule()] * len(names)
    # Operations start a fresh context: no observer, module or no_grad of the caller's.
    return Context().run(_formulas, op, names, values, result, keywords, wanted, arriving)


def _formulas(
    op: Op,
    names: Sequence[str],
    values: Sequence[Any],
    result: tuple[str, Any],
    keywords: Mapping[str, Any],
    wanted: Sequence[bool],
    arriving: str,
) -> list[Rule]:
    local = op.kind == "elementwise"
    open_shapes = any(isinstance(value, tuple) for value in (*values, result[1]))
    known: dict[str, Any] = dict(keywords) | {"wanted": tuple(wanted)}
    symbols: dict[int, str] = {}

    def placeholder(name: str, value: Any, slot: int) -> Tensor:
        data = _data(value, slot) if local and open_shapes else _filled(value)
        tensor = Tensor(data, requires_grad=True)
        symbols[id(node_of(tensor))] = name
        return tensor

    try:
        for slot, argument in enumerate(op.arguments):
            name, value = names[slot], values[slot]
            given = placeholder(name, value, slot) if name else value  # a number names itself
            known[argument] = given
            known[f"{argument}_shape"] = np.shape(value_of(given) if name else given)
            known[f"{argument}_dtype"] = np.dtype(np.float64)
        out = known["out"] = placeholder(*result, slot=2)
        g = Tensor(np.ones_like(value_of(out))) if local else placeholder(arriving, result[1], 0)
        if op.rule_all is not None:
            rules = parameter_names(op.rule_all)[1:]
            passed = list(op.rule_all(g, *(known[name] for name in rules)))
        else:
            passed = [
                _run(op.rules[argument], g, known) if want and argument in op.rules else None
                for argument, want in zip(op.arguments, wanted, strict=True)
            ]
        return [
            Rule() if each is None or not want else _written(each, symbols)
            for each, want in zip(passed, wanted, strict=True)
        ]
    except Exception:  # a user's rule may do anything, and a figure is drawn all the same
        return [Rule()] * len(names)


def _run(rule: Any, g: Tensor, known: Mapping[str, Any]) -> Any:
    return rule(g, *(known[name] for name in parameter_names(rule)[1:]))


def _data(value: Any, slot: int) -> Any:
    """An argument of an elementwise operation some of whose arrays are not known."""
    known = not isinstance(value, tuple)
    return float(value) if known and np.ndim(value) == 0 else np.array(_OPEN_VALUES[slot % 3])


def _filled(value: Any) -> Any:
    """A value as it is, or an array of the shape that is known."""
    if not isinstance(value, tuple):
        return np.array(value, dtype=np.float64)
    if int(np.prod(value)) > _LARGEST:
        raise ValueError("too large for a placeholder")
    return np.full(value, 0.5)


def _written(result: Any, symbols: Mapping[int, str]) -> Rule:
    node = node_of(result) if isinstance(result, Tensor) else None
    if node is None:
        return Rule(str(_constant(value_of(result) if isinstance(result, Tensor) else result)))
    formula = str(_of_node(node, symbols))
    if node.op is None or node.op.name not in _PRODUCTS:
        return Rule(formula)
    factors = (edge.value if edge is not None else raw
               for edge, raw in zip(node.edges, node.inputs, strict=True))  # fmt: skip
    return Rule(formula, " ".join(str(tuple(factor.shape)) for factor in factors))


def _of_node(node: Node, symbols: Mapping[int, str]) -> Formula:
    if id(node) in symbols:
        return Formula.symbol(symbols[id(node)])
    assert node.op is not None
    edges, name = node.edges, node.op.name
    if name == "mul" and [_new_axis(edge) for edge in edges] == [-1, -2]:  # an outer product
        left, right = (_factor(_of_node(edge, symbols)) for edge in edges if edge is not None)
        return Formula.symbol(f"{left}ᵀ {right}")
    if name in ("sum", "sum_to") and edges[0] is not None and _size(edges[0]) == _size(node):
        return _of_node(edges[0], symbols)
    parts = [
        _constant(raw) if edge is None else _of_node(edge, symbols)
        for edge, raw in zip(edges, node.inputs, strict=True)
    ]
    numbers = (node.keywords or {}).items()  # such as the order of a function of a family
    settings = [f"{key}={value}" for key, value in numbers if type(value) in (int, float)]
    return _combined(name, parts, settings)


def _new_axis(node: Node | None) -> Any:
    """Which axis of length one an operation added, if that is what it did."""
    if node is None or node.op is None or node.op.name != "expand_dims":
        return None
    return (node.keywords or {}).get("axis")


def _size(node: Node) -> int:
    return int(np.prod(node.value.shape))


# How operations are written, from what their arguments are written as.
_WRITTEN: dict[str, Callable[[list[Formula]], Formula]] = {
    "add": lambda parts: parts[0] + parts[1],
    "subtract": lambda parts: parts[0] - parts[1],
    "negative": lambda parts: -parts[0],
    "mul": lambda parts: parts[0] * parts[1],
    "divide": lambda parts: parts[0] / parts[1],
    "square": lambda parts: parts[0].to_the(2),
    "reciprocal": lambda parts: parts[0].to_the(-1),
    "power": lambda parts: _power(*parts),
    "sqrt": lambda parts: _with_factors("√{}", parts),
    "transpose": lambda parts: _with_factors("{}ᵀ", parts),
    "matrix_transpose": lambda parts: _with_factors("{}ᵀ", parts),
    "sum": lambda parts: _with_factors("Σ {}", parts),
    "sum_to": lambda parts: _with_factors("Σ {}", parts),
    **dict.fromkeys(_PRODUCTS, lambda parts: _with_factors("{} {}", parts)),
    **dict.fromkeys(_TRANSPARENT, lambda parts: parts[0]),
}


def _combined(name: str, parts: list[Formula], settings: list[str]) -> Formula:
    if name == "where" and parts[0].value is not None:
        return parts[1] if parts[0].value else parts[2]
    if name in _WRITTEN:
        return _WRITTEN[name](parts)
    return Formula.symbol(f"{name}({', '.join([*map(str, parts), *settings])})")


def _with_factors(pattern: str, parts: list[Formula]) -> Formula:
    return Formula.symbol(pattern.format(*map(_factor, parts)))


def _power(base: Formula, exponent: Formula) -> Formula:
    if str(exponent).isdigit():
        return base.to_the(int(str(exponent)))
    return _with_factors("{}^{}", [base, exponent])


def _factor(formula: Formula) -> str:
    return str(formula) if formula.is_factor else f"({formula})"


def _constant(raw: Any) -> Formula:
    """A constant of a rule: a number where all elements are the same, else a mask."""
    if raw is None:
        raise ValueError("a constant of the rule was not kept")
    values = np.asarray(raw)
    if values.size and (values == values.flat[0]).all() and values.dtype.kind in "biuf":
        return Formula.number(float(values.flat[0]))
    if np.isin(values, (0, 1)).all():
        return Formula.symbol("mask")
    raise ValueError("an array of the rule that has no name")
