"""The graph reader: the only module that looks at the engine's nodes.

It turns what hangs on a Tensor into a `Graph` of plain `Vertex` records, numbered in the order in
which the program created them, so that the same program gives the same figure in every process.
Reading changes nothing: no gradient, no random state, and nothing is kept alive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import (
    NOT_DELIVERED,
    SELECT,
    ArraySpec,
    Leaf,
    ModuleCall,
    Node,
    cut_of,
    module_calls,
    mutations,
    next_sequence,
    node_of,
    value_of,
)
from viz.numerals import MINUS
from viz.reading.failure import Failure
from viz.records import Array, Graph, Quantity, Source, Vertex, altered

# Ways of writing a keyword out, beyond which its value says nothing in a figure.
_PLAIN_KEYWORDS = (
    bool, int, float, str, tuple, list, slice, type(Ellipsis), np.ndarray, np.generic, np.dtype
)  # fmt: skip
_INNER_KEYWORDS = frozenset(("affine_shape", "view"))  # of no interest to who reads a figure
# How workings of the library are called and drawn.
_SPOKEN = {"replace_part": ("write", "←")}
_WRITTEN_ELEMENTS = 6  # of an array in a keyword, such as an index


def as_tensors(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """The tensors to draw, as a list without repetitions.

    Raises:
        TypeError: If something else than Tensors came.
        ValueError: If nothing came.
    """
    if isinstance(tensors, Tensor):
        return [tensors]
    if isinstance(tensors, (str, bytes, np.ndarray)) or not isinstance(tensors, Iterable):
        raise TypeError(
            f"draw: expected a Tensor or several, got {type(tensors).__name__}; "
            "draw the Tensor that your computation returned, such as the loss"
        )
    roots: dict[int, Tensor] = {}
    for position, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"draw: expected Tensors, got {type(tensor).__name__} at position {position}"
            )
        roots.setdefault(id(tensor), tensor)
    if not roots:
        raise ValueError("draw: got no Tensor; pass at least one, such as the loss")
    return list(roots.values())


def read(
    roots: Sequence[Tensor],
    variables: Mapping[str, object] = MappingProxyType({}),
    failure: Failure | None = None,
) -> Graph:
    """Read the graph that computed `roots`.

    Args:
        roots: Tensors, as `as_tensors` returns them.
        variables: Names for Tensors that have none of their own.
        failure: Where the program stopped; what it had computed is read as well.

    Returns:
        The graph, in order of creation.
    """
    operands = [] if failure is None else [node_of(tensor) for _, tensor in failure.operands]
    computed_until = [] if failure is None else failure.nodes
    nodes = _reachable([*map(node_of, roots), *computed_until, *operands])
    called = _Names(variables)
    root_nodes = {id(node_of(tensor)) for tensor in roots if node_of(tensor) is not None}
    numbers: dict[int, int] = {}  # id of node -> number; the nodes are alive all the while
    by_number: dict[int, Source] = {}
    constants: dict[Any, int] = {}
    vertices: list[Vertex] = []
    leaves = _Leaves(nodes)
    computed = [node for node in nodes if not isinstance(node, Leaf)]
    paths = [node.module for node in computed]
    calls = iter(module_calls(paths if failure is None else [*paths, failure.path]))
    for node in nodes:
        name = node.name or called.of(node)
        is_root = id(node) in root_nodes
        if isinstance(node, Leaf):
            numbers[id(node)] = len(vertices)
            by_number[len(vertices)] = Source(node, [], node.pass_number)
            vertices.append(_leaf(node, name, leaves.first(node), is_root))
            continue
        sources, filled = [], []
        for slot, (edge, raw) in enumerate(zip(node.edges, node.inputs, strict=True)):
            if isinstance(edge, Leaf) and (value := leaves.changed(edge, node)) is not None:
                # Used again with another value: that is another leaf, for whoever reads.
                numbers[id(edge)] = len(vertices)
                by_number[len(vertices)] = Source(edge, [], edge.pass_number)
                vertices.append(_leaf(edge, edge.name or called.of(edge), value, False))
            if edge is not None:
                sources.append(numbers[id(edge)])
            elif raw is not None:
                sources.append(_constant(node, slot, raw, called, constants, vertices))
            else:
                continue  # an optional argument that was not given
            filled.append(slot)
        numbers[id(node)] = len(vertices)
        by_number[len(vertices)] = Source(node, filled, node.pass_number)
        vertices.append(_operation(node, name, tuple(sources), is_root, next(calls)))
    for tensor in roots:
        if node_of(tensor) is None:  # nothing was recorded: the figure shows the value alone
            name = tensor.name or called.of(value_of(tensor))
            kind = "input" if name or tensor.shape or cut_of(tensor) else "constant"
            value = quantity(value_of(tensor))
            vertices.append(Vertex(kind, "", name=name, value=value, root=True,
                                   differentiable=False, cut=cut_of(tensor)))  # fmt: skip
    return Graph(tuple(vertices), by_number, None if failure is None else next(calls))


def with_failure(
    graph: Graph, failure: Failure, call: ModuleCall | None, variables: Mapping[str, object]
) -> Graph:
    """Add the call that failed, and those of its operands that no node has.

    Args:
        graph: What was computed before.
        failure: Where the program stopped.
        call: The call of a module in which that was, as `read` found it.
        variables: Names for Tensors that have none of their own.
    """
    called = _Names(variables)
    numbers = {id(source.node): number for number, source in graph.nodes.items()}
    vertices = list(graph.vertices)
    sources = []
    for name, tensor in failure.operands:
        node = node_of(tensor)
        if node is not None and id(node) in numbers:
            sources.append(numbers[id(node)])
            continue
        known = tensor.name or called.of(value_of(tensor)) or name
        value = quantity(value_of(tensor))
        alike = (
            number
            for number, vertex in enumerate(vertices)
            if vertex.kind == "input" and vertex.name == known
            if vertex.value is not None and vertex.value.shape == value.shape
        )
        if (number := next(alike, None)) is not None:
            sources.append(number)
            continue
        sources.append(len(vertices))
        vertices.append(Vertex("input", "", name=known, value=value, differentiable=False))
    around = None if call is None else call.of_module
    vertices.append(
        Vertex(
            "operation", failure.name, operation=failure.name,
            module=None if around is None else around.path,
            module_note=f" ({around.described})" if around and around.described else "",
            call=call,
            sources=tuple(sources), differentiable=False, root=True, failed=failure.message,
        )
    )  # fmt: skip
    return Graph(tuple(vertices), graph.nodes)


class _Names:
    """What variables call nodes, Tensors outside the graph and NumPy arrays; the first of several.

    Operations keep copies of NumPy arrays: these are known by their content, if one variable alone
    has it, or one alone is the 1 − t of it.
    """

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._by_id: dict[int, str] = {}
        self._arrays: dict[tuple[int, ...], list[tuple[str, Array]]] = {}  # by shape
        for name, held in variables.items():
            if name.startswith("_"):
                continue
            if isinstance(held, Tensor):
                known = value_of(held) if node_of(held) is None else node_of(held)
                self._by_id.setdefault(id(known), name)
            elif isinstance(held, np.ndarray) and held.ndim and held.dtype.kind in "biufc":
                self._by_id.setdefault(id(held), name)
                self._arrays.setdefault(held.shape, []).append((name, held))

    def of(self, known: Any) -> str | None:
        """The name of a node or a raw value."""
        return self._by_id.get(id(known))

    def like(self, known: Any) -> tuple[str | None, str | None]:
        """The name of the one array that holds the same, or what that was computed from."""
        if not self._arrays or type(known) is not np.ndarray:
            return None, None
        alike = self._arrays.get(known.shape, [])
        same = [name for name, held in alike if _is_same(held, known)]
        if same:
            return (same[0] if len(same) == 1 else None), None
        rest = [name for name, held in alike if _is_same(1 - held, known)]
        return None, (f"1 {MINUS} {rest[0]}" if len(rest) == 1 else None)

    def origin(self, origin: Any, inner: bool = False) -> str | None:
        """What a Tensor was computed from outside the graph, such as `1 − t`; None if unknown."""
        if origin is None or isinstance(origin, str):
            return origin
        symbol = (origin.op.symbol or origin.op.name).replace("-", MINUS)
        between = len(origin.parts) == 2 and len(symbol) <= 2 and not symbol.isalnum()
        words = [self._part(part, between) for part in origin.parts]
        if not words or any(word is None for word in words):
            return None
        if between:
            text = f"{words[0]} {symbol} {words[1]}"
            return f"({text})" if inner else text
        return f"{origin.op.name}({', '.join(map(str, words))})"

    def _part(self, part: Any, inner: bool) -> str | None:
        if not isinstance(part, tuple):
            return None if part is None else f"{part:g}".replace("-", MINUS)
        reference, name, origin = part
        tensor = reference()
        if name is None and tensor is not None:
            name = tensor.name or self.of(
                value_of(tensor) if node_of(tensor) is None else node_of(tensor)
            )
        return name or self.origin(origin, inner)


def _is_same(first: Array, second: Array) -> bool:
    return first.dtype == second.dtype and np.array_equal(first, second)


def _reachable(roots: Iterable[Node | None]) -> list[Node]:
    """Every node behind `roots`, in order of creation."""
    found: dict[int, Node] = {}
    waiting = [node for node in roots if node is not None]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting.extend(edge for edge in node.edges if edge is not None)
    return sorted(found.values(), key=lambda node: node.sequence)


class _Leaves:
    """The values that leaves had when operations used them."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._now: dict[Leaf, tuple[Any, str]] = {}
        for node in nodes:
            for edge in node.edges:
                if isinstance(edge, Leaf) and edge not in self._now:
                    self._now[edge] = edge.value_at(node.sequence)

    def first(self, leaf: Leaf) -> Quantity:
        """What the first operation of the graph used; the value of a leaf that none uses."""
        if leaf not in self._now:
            self._now[leaf] = leaf.value_at(next_sequence())
        return _as_used(*self._now[leaf])

    def changed(self, leaf: Leaf, user: Node) -> Quantity | None:
        """What an operation used, if that is another value than the last one used."""
        before, now = self._now[leaf], leaf.value_at(user.sequence)
        if now[0] is before[0] and now[1] == before[1]:
            return None
        self._now[leaf] = now
        same = now[1] == before[1] and _same(now[0], before[0])
        return None if same else _as_used(*now)


def _same(first: Any, second: Any) -> bool:
    known = not isinstance(first, ArraySpec) and not isinstance(second, ArraySpec)
    return not known or np.array_equal(
        first, second, equal_nan=np.asarray(first).dtype.kind in "fc"
    )


def _as_used(value: Any, changed_by: str) -> Quantity:
    """A value of the past; without numbers where these were lost."""
    known = quantity(value)
    if changed_by:
        return replace(known, values=None, missing="overwritten", by=_short(changed_by))
    return known


def _short(place: str) -> str:
    """`SGD.step at train.py:3` without the folders."""
    by, at, path = place.rpartition("at ")
    return by + at + path.replace("\\", "/").rpartition("/")[2]


def _of_past(value: Any, sequence: int) -> Quantity:
    """What an array held when it was saved."""
    if type(value) is not np.ndarray:  # nobody can write to it
        return quantity(value)
    return _as_used(*held(value, sequence))


def held(value: Any, sequence: int) -> tuple[Any, str]:
    """What an array held when it was saved; if that is lost, who changed it since."""
    kept, change = mutations.as_of(value, sequence)
    return kept, "" if change is None else change.words()


def _operation(
    node: Node, name: str | None, sources: tuple[int, ...], root: bool, call: ModuleCall | None
) -> Vertex:
    op = node.op
    assert op is not None  # every node but a leaf has one
    several = isinstance(node.value, tuple)
    gradient = None if several or node.gradient is None else quantity(node.gradient)
    if gradient is not None and gradient.values is not None and gradient.values.dtype.kind == "c":
        # Inside the engine cotangents are conjugated; a figure shows what `.grad` would be.
        gradient = replace(gradient, values=gradient.values.conj())
    keywords = _keywords(node.keywords, op.keywords)
    spoken, symbol = _SPOKEN.get(op.name, (op.name, op.symbol or op.name))
    symbol = symbol.replace("-", "−")
    if op is SELECT and node.keywords:  # one of several results: also the first has its number
        keywords = (("index", str(node.keywords["index"])),)
    around = None if call is None else call.of_module
    return Vertex(
        "operation",
        symbol,
        operation=spoken,
        name=name,
        keywords=keywords,
        module=None if around is None else around.path,
        module_note="" if around is None or not around.described else f" ({around.described})",
        call=call,
        source=node.source,
        sources=sources,
        value=None if several else _of_past(node.value, node.sequence),
        results=len(node.value) if several else 1,
        gradient=gradient,
        reached=node.gradient is not None,
        root=root,
        index=_index(node.keywords),
    )


def _index(keywords: dict[str, Any] | None) -> Quantity | None:
    """An array of integers among the keywords, which is too large to be written there."""
    for value in (keywords or {}).values():
        if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
            return quantity(value) if value.size > _WRITTEN_ELEMENTS else None
    return None


def _leaf(node: Leaf, name: str | None, value: Quantity, root: bool) -> Vertex:
    """A parameter as it was used, with what backward passes gave it."""
    tensor = node.tensor()
    if tensor is not None and node_of(tensor) is not node:
        tensor = None  # it has another node now, such as one of another dtype
    if value.values is None and value.missing == "not_kept" and tensor is None:
        value = replace(value, missing="gone")
    gradient, carried, edited = _leaf_gradient(node, tensor)
    if gradient is not None and gradient.values is None and gradient.missing == "not_kept":
        gradient = replace(gradient, missing="gone" if tensor is None else "cleared")
    return Vertex(
        "parameter",
        "",
        name=name,
        # The name of a module's parameter is its path.
        trained="." in (name or "") or (tensor is not None and type(tensor) is not Tensor),
        value=value,
        gradient=gradient,
        carried=carried,
        edited=edited,
        reached=gradient is not None,
        root=root,
    )


def _leaf_gradient(
    node: Leaf, tensor: Tensor | None
) -> tuple[Quantity | None, Quantity | None, Quantity | None]:
    """The gradient after the last pass, what of it is older, and what `.grad` became since."""
    given, carried = node.gradient, node.carried
    stored = None if tensor is None or tensor.grad is None else value_of(tensor.grad)
    if given is None:  # no pass came by: somebody wrote to `.grad`
        return (None, None, None) if stored is None else (quantity(stored), None, quantity(stored))
    if carried is NOT_DELIVERED:
        return quantity(given), None, None
    if isinstance(given, ArraySpec):  # too large to be kept: `.grad` is all there is
        older = None if carried is None else quantity(carried)
        return quantity(given if stored is None else stored), older, None
    if carried is not None and not np.any(carried):
        carried = None  # gradients were set to zero
    total = given if carried is None else carried + given
    edited = stored is not None and not _same(stored, total)
    return (
        quantity(total),
        None if carried is None else quantity(carried),
        quantity(stored) if edited else None,
    )


def _constant(
    node: Node,
    slot: int,
    raw: Any,
    called: _Names,
    known: dict[Any, int],
    vertices: list[Vertex],
) -> int:
    """The number of the vertex for an argument that is no tracked tensor; made on first use."""
    notes = None if node.annotations is None else node.annotations.constants.get(slot)
    cut = notes[1] if notes else None
    name = node.constant_name(slot) or called.of(raw)
    made = None if name or notes is None else called.origin(notes[2])
    if name is None and notes is None:  # a Tensor that was computed is no variable's copy
        name, made = called.like(raw)
    if name is None and made is None and np.ndim(raw) and raw.dtype.kind in "biu":
        made = _argument(node, slot)
    value = _of_past(raw, node.sequence)
    key: Any = (node.sequence, slot)
    if name or made:
        # A named input that several operations use is one: NumPy copies may have been saved.
        content = None if value.values is None else value.values.tobytes()
        key = (name or made, value.shape, value.dtype, content, cut)
        if key not in known:  # one operation may have kept the values, and another not
            blank = (*key[:3], None, cut)
            if content is not None and blank in known:
                known[key] = known.pop(blank)
                vertices[known[key]] = altered(vertices[known[key]], value=value)
            elif content is None:
                alike = (k for k in known if (*k[:3], None, *k[4:]) == key)
                key = next(alike, key)
    if key not in known:
        known[key] = len(vertices)
        kind = "input" if name or value.shape or cut else "constant"
        vertices.append(
            Vertex(
                kind,
                "",
                name=name or made,
                made=made is not None,
                value=value,
                differentiable=False,
                cut=cut,
            )
        )
    return known[key]


def _argument(node: Node, slot: int) -> str | None:
    """What an operation calls an argument of whole numbers or truths, such as `indices`."""
    assert node.op is not None  # leaves have no arguments
    name = node.op.arguments[slot] if slot < len(node.op.arguments) else ""
    return name if len(name) > 1 else None


def quantity(raw: Any) -> Quantity:
    """A raw value of the engine as figures see it."""
    if isinstance(raw, ArraySpec):
        return Quantity(tuple(raw.shape), _dtype_name(raw.dtype), None)
    values = np.asarray(raw)
    return Quantity(values.shape, _dtype_name(values.dtype), values)


_dtype_name = lru_cache(str)  # NumPy takes a microsecond to spell a dtype


def _keywords(
    given: dict[str, Any] | None, defaults: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Names and values of what differs from the defaults and fits into a figure."""
    parts = []
    for name, value in (given or {}).items():
        if name in _INNER_KEYWORDS or not isinstance(value, _PLAIN_KEYWORDS):
            continue
        if isinstance(value, np.ndarray) and value.size > _WRITTEN_ELEMENTS:
            continue
        if repr(value) == repr(defaults.get(name)):
            continue
        parts.append((name, _written(value)))
    return tuple(parts)


def _written(value: Any) -> str:
    if isinstance(value, slice):
        ends = ("" if end is None else str(end) for end in (value.start, value.stop))
        step = "" if value.step is None else f":{value.step}"
        return ":".join(ends) + step
    if value is Ellipsis:
        return "..."
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_written, value)) + ("," * (len(value) == 1)) + ")"
    return str(value)


def common_dtype(graph: Graph) -> str | None:
    """The dtype that most tensors have, which a figure states once."""
    dtypes = Counter(
        vertex.value.dtype for vertex in graph.vertices if vertex.value and vertex.differentiable
    )
    return dtypes.most_common(1)[0][0] if dtypes else None
