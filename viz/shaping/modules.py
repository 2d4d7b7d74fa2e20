"""The calls of modules as boxes inside of frames: one box is one call, whatever ran in it.

What a module does itself, between the modules that it calls, stays an operation. Blocks that come
several times in a row are drawn once, with how often. Everything keeps the order of creation, so
no cycle can arise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograd.internals import ModuleCall, total
from viz.records import Graph, Module, Quantity, Vertex, altered
from viz.shaping.gates import with_numbers_inside

# Boxes of a figure whose depth nobody chose, without values and with them.
_MOST_BOXES, _MOST_WITH_VALUES = 100, 36
_KNOWN = 0.7  # of the operations have values: then the figure shows them
_OFTEN = 3  # in a row: what comes so often is drawn once
_SAVED = 4  # boxes less, for which also what comes twice is drawn once
_LONGEST_ROUND = 32  # boxes and operations of what is repeated


@dataclass(eq=False)
class _Item:
    """A call of a module or of a function with what ran in it, or one operation."""

    call: ModuleCall | None
    members: list[int]  # numbers of all operations, in order
    items: list[_Item] = field(default_factory=list)
    level: int = -1  # 0 for calls from outside of all modules

    @property
    def is_call(self) -> bool:
        """Whether it is the call of a module."""
        return self.call is not None and not self.call.function

    @cached_property
    def holds_calls(self) -> bool:
        """Whether it has something inside that is worth a frame."""
        return any(item.is_call for item in self.items)


@dataclass(eq=False)
class _Rounds:
    """Items that come several times in a row, of which the first round is drawn."""

    items: list[_Item]
    times: int
    last: _Item


_Shown = _Item | _Rounds


def in_modules(graph: Graph, depth: int | None) -> Graph:
    """Draw the calls of modules as boxes and frames.

    Args:
        graph: A graph of operations and leaves.
        depth: How many modules deep the boxes are, 1 for those that the model itself calls; None
            for as deep as makes a figure of at most so many boxes.

    Returns:
        The graph; its vertices of kind "group" are the boxes.
    """
    graph = with_numbers_inside(graph, everywhere=True)
    top = _tree(graph)
    deepest = max(_levels(top), default=0)
    if depth is not None:
        return _Boxes(graph, top, depth).graph()
    known = [v.value.values is not None for v in graph.vertices if v.call and v.value]
    most = _MOST_WITH_VALUES if known and sum(known) > _KNOWN * len(known) else _MOST_BOXES
    for level in range(deepest, 1, -1):
        boxes = _Boxes(graph, top, level)
        if boxes.count() <= most:
            return boxes.graph()
    return _Boxes(graph, top, 1).graph()


def _tree(graph: Graph) -> list[_Item]:
    """What ran outside of all modules and the calls from there, with what is in them."""
    top: list[_Item] = []
    opened: list[_Item] = []
    for number, vertex in enumerate(graph.vertices):
        if vertex.is_leaf:
            continue
        chain = vertex.call.chain if vertex.call else ()
        shared = 0
        while shared < min(len(chain), len(opened)) and opened[shared].call is chain[shared]:
            shared += 1
        del opened[shared:]
        for call in chain[shared:]:
            item = _Item(call, [], level=len(opened))
            (opened[-1].items if opened else top).append(item)
            opened.append(item)
        (opened[-1].items if opened else top).append(_Item(None, [number]))
        for item in opened:
            item.members.append(number)
    return top


def _levels(items: Sequence[_Item]) -> Iterator[int]:
    """How deep calls are, the outermost ones not counted."""
    for item in items:
        if item.is_call:
            yield max(item.level, 1)
            yield from _levels(item.items)


class _Boxes:
    """The boxes of one graph at one depth."""

    def __init__(self, graph: Graph, top: Sequence[_Item], depth: int) -> None:
        self.vertices = graph.vertices
        self.uses = graph.uses
        self.top = top
        self.depth = depth
        self.called: Counter[int] = Counter()  # how often each module is called
        self.number: dict[ModuleCall, int] = {}  # of each call among those of its module
        for call in _calls(top):
            self.called[call.module] += 1
            self.number[call] = self.called[call.module]
        self.stands_for: dict[int, int] = {}  # of an operation of a later round: that of the first
        self._rolled: dict[int, list[_Shown]] = {}  # by the identity of the list of items
        self._sizes: dict[int, int] = {}  # by the identity of the item
        self.new: list[Vertex] = []
        self.renamed: dict[int, int] = {}

    # ------------------------------------------------------------------ which boxes

    def is_open(self, item: _Item) -> bool:
        """Whether a call is a frame with boxes in it."""
        if item.level < 1 and len([each for each in self.top if each.is_call]) == 1:
            return item.holds_calls or len(item.members) > 1
        return item.holds_calls and item.level < self.depth

    def count(self) -> int:
        """How many boxes and operations there would be."""
        return sum(1 for _ in self._drawn(self.rolled(self.top)))

    def _drawn(self, shown: Sequence[_Shown]) -> Iterator[_Item]:
        for each in shown:
            if isinstance(each, _Rounds):
                yield from self._drawn(each.items)
            elif each.is_call and self.is_open(each):
                yield from self._drawn(self.rolled(each.items))
            else:
                yield each

    # ------------------------------------------------------------------ what repeats itself

    def rolled(self, items: Sequence[_Item]) -> list[_Shown]:
        """Items in order, those that repeat themselves once."""
        if id(items) not in self._rolled:
            self._rolled[id(items)] = self._roll(items)
        return self._rolled[id(items)]

    def _boxes_of(self, item: _Item) -> int:
        if id(item) not in self._sizes:
            self._sizes[id(item)] = sum(1 for _ in self._drawn([item]))
        return self._sizes[id(item)]

    def _roll(self, items: Sequence[_Item]) -> list[_Shown]:
        shown: list[_Shown] = []
        tokens = [self._token(item) for item in items]
        at = 0
        while at < len(items):
            best, period, times = 0, 1, 1
            for length in range(1, min(_LONGEST_ROUND, (len(items) - at) // 2) + 1):
                found = self._repetitions(items, tokens, at, length)
                if found == 1:
                    continue
                saved = (found - 1) * sum(map(self._boxes_of, items[at : at + length]))
                if saved > best and (found >= _OFTEN or saved >= _SAVED):
                    best, period, times = saved, length, found
            if best:
                first = list(items[at : at + period])
                last = items[at + period * times - 1]
                shown.append(_Rounds(first, times, last))
                self._note_rounds(items, at, period, times)
            else:
                shown.append(items[at])
            at += period * times
        return shown

    def _token(self, item: _Item) -> Hashable:
        """What two items have in common that do the same."""
        described = item.call.described if item.call else ""
        if item.is_call:
            return described, tuple(self._token(each) for each in item.items)
        if len(item.members) > 1:
            return item.call and item.call.function, tuple(self._token(each) for each in item.items)
        vertex = self.vertices[item.members[0]]
        shape = None if vertex.value is None else vertex.value.shape
        return vertex.operation, vertex.symbol, vertex.keywords, shape, vertex.results

    def _repetitions(
        self, items: Sequence[_Item], tokens: Sequence[Hashable], at: int, period: int
    ) -> int:
        """How often a block comes in a row, each time working on what the last one made."""
        if period == 1 and not items[at].is_call:
            return 1
        times = 1
        block = tokens[at : at + period]
        while tokens[at + times * period : at + (times + 1) * period] == block:
            times += 1
        if times == 1:
            return 1
        return self._chained([self._round(items, at, period, n) for n in range(times)])

    @staticmethod
    def _round(items: Sequence[_Item], at: int, period: int, number: int) -> list[int]:
        part = items[at + number * period : at + (number + 1) * period]
        return [member for item in part for member in item.members]

    def _chained(self, rounds: Sequence[list[int]]) -> int:
        """How many rounds each read the last one in the same way, or what all others read."""
        first = self._links(rounds[0], [])
        expected = self._links(rounds[1], rounds[0])
        if len(rounds[0]) != len(rounds[1]) or "last" not in {kind for kind, _ in expected}:
            return 1
        if len(first) != len(expected) or any(
            one[0] != "out" if other[0] == "last" else one != other
            for one, other in zip(first, expected, strict=True)
        ):
            return 1
        for number in range(1, len(rounds)):
            if number > 1 and self._links(rounds[number], rounds[number - 1]) != expected:
                return number
            here = {*rounds[number - 1], *rounds[number]}
            for member in rounds[number - 1]:
                if self.vertices[member].root or any(u not in here for u, _ in self.uses[member]):
                    return number
        return len(rounds)

    def _links(self, members: Sequence[int], before: Sequence[int]) -> list[tuple[str, int]]:
        """Where everything that a round reads comes from, but for leaves."""
        own = {member: position for position, member in enumerate(members)}
        last = {member: position for position, member in enumerate(before)}
        links = []
        for member in members:
            for source in self.vertices[member].sources:
                if self.vertices[source].is_leaf:
                    links.append(("leaf", 0))
                elif source in own:
                    links.append(("own", own[source]))
                elif source in last:
                    links.append(("last", last[source]))
                else:
                    links.append(("out", source))
        return links

    def _note_rounds(self, items: Sequence[_Item], at: int, period: int, times: int) -> None:
        first = self._round(items, at, period, 0)
        for number in range(1, times):
            for one, other in zip(first, self._round(items, at, period, number), strict=True):
                self.stands_for[other] = one

    # ------------------------------------------------------------------ drawing them

    def graph(self) -> Graph:
        self._draw(self.rolled(self.top), None)
        for number, vertex in enumerate(self.vertices):
            if vertex.root and number not in self.renamed and vertex.is_leaf:
                self._leaf(number, None)
        return Graph(tuple(self.new))

    def _draw(self, shown: Sequence[_Shown], around: Module | None) -> None:
        for each in shown:
            if isinstance(each, _Rounds):
                self._draw_rounds(each, around)
            elif not each.is_call and len(each.members) > 1:
                self._function(each, around)
            elif not each.is_call:
                self._operation(each.members[0], around)
            elif self.is_open(each):
                self._draw(self.rolled(each.items), self._module(each, around))
            else:
                self._box(each, self._module(each, around))

    def _draw_rounds(self, rounds: _Rounds, around: Module | None) -> None:
        if len(rounds.items) > 1:
            path = around.path if around else ""
            self._draw(rounds.items, Module(path, "", "", around, times=rounds.times))
            return
        (item,) = rounds.items
        module = self._module(item, around, rounds)
        if self.is_open(item):
            self._draw(self.rolled(item.items), module)
        else:
            self._box(item, module)

    def _module(self, item: _Item, around: Module | None, rounds: _Rounds | None = None) -> Module:
        call = item.call
        assert call is not None
        title = call.path
        if call.outer is not None:
            title = call.path.removeprefix(call.outer.path).strip(".")
        if rounds is not None and rounds.last.call is not None and rounds.last.call is not call:
            last = rounds.last.call.path.rpartition(".")[2]
            title = title if title.endswith(last) else f"{title}–{last}"
        inputs, outputs = self._shapes(item)
        count, size, _ = total(call.sizes) if call.sizes is not None else self._seen(item)
        last_call = rounds.last.call if rounds else call
        return Module(
            call.path, title, call.described, around, inputs, outputs, count, size,
            times=rounds.times if rounds else 1,
            shared=last_call is not call and last_call is not None
            and last_call.module == call.module,
            call=(self.number[call], self.called[call.module]),
            opens=item.holds_calls,
        )  # fmt: skip

    def _seen(self, item: _Item) -> tuple[int, int, int]:
        """What parameters take of a module that is gone: of those that its operations used."""
        given = set(self._given(item))
        count = size = 0
        for leaf in {s for member in item.members for s in self.vertices[member].sources}:
            vertex = self.vertices[leaf]
            own = vertex.kind == "parameter" and leaf not in given
            if own and vertex.value is not None:
                count += vertex.value.size
                size += vertex.value.bytes
        return count, size, count

    def _shapes(
        self, item: _Item
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
        """The shapes of what comes in and of what goes out."""
        inside = set(item.members)
        coming, going = [], []
        for member in item.members:
            for source in self.vertices[member].sources:
                if source not in inside and source not in coming and self._comes_in(source, item):
                    coming.append(source)
            users = {user for user, _ in self.uses[member]}
            if self.vertices[member].root or not users <= inside:
                going.append(member)
        looked_up = () if coming else tuple(each.shape for each in self._looked_up(item)[:1])
        return self._shape_of(coming) or looked_up, self._shape_of(going)

    def _looked_up(self, item: _Item) -> list[Quantity]:
        """Numbers of tokens and the like, which operations have as a setting."""
        found = (self.vertices[member].index for member in item.members)
        return [index for index in found if index is not None]

    def _shape_of(self, numbers: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        values = [self.vertices[number].value for number in numbers]
        return tuple(value.shape for value in values if value is not None)

    def _comes_in(self, source: int, item: _Item) -> bool:
        """Whether a source is an input of a call: computed, or given from outside."""
        vertex = self.vertices[source]
        return not vertex.is_leaf or source in self._given(item)

    def _given(self, item: _Item) -> list[int]:
        """The leaves that are inputs of an item, rather than its own."""
        inside = set(item.members)
        leaves: list[int] = []
        computed = False
        for member in item.members:
            for source in self.vertices[member].sources:
                if not self.vertices[source].is_leaf:
                    computed = computed or source not in inside
                elif source not in leaves and self.vertices[source].kind != "constant":
                    leaves.append(source)
        owner = item.call is not None and item.call.sizes is None
        known = [leaf for leaf in leaves if self._is_given(leaf, inside, owner)]
        if not known and not computed and not self._looked_up(item):
            known = [leaf for leaf in leaves if self._is_named_input(leaf)][:1]
        return known

    def _is_named_input(self, leaf: int) -> bool:
        """Whether a leaf is an input that the user gave, rather than a mask or an index."""
        return self.vertices[leaf].kind == "input" and not self.vertices[leaf].made

    def _is_given(self, leaf: int, inside: set[int], owner: bool) -> bool:
        """Whether a leaf comes from outside; of a module that nobody knows any more, by its uses.

        Args:
            leaf: Its number.
            inside: The operations of the call.
            owner: Whether a variable may be a parameter of the module.
        """
        vertex = self.vertices[leaf]
        shared = any(user not in inside for user, _ in self.uses[leaf])
        if vertex.kind == "parameter":
            return vertex.root or not (vertex.trained or (owner and not shared))
        named = vertex.name is not None and "." not in vertex.name
        return vertex.root or (named and not vertex.made) or shared

    def _leaf(self, number: int, around: Module | None) -> int:
        if number not in self.renamed:
            self.renamed[number] = len(self.new)
            self.new.append(altered(self.vertices[number], around=around))
        return self.renamed[number]

    def _source(self, number: int) -> int:
        """The new number of what was computed, in whichever round."""
        while number in self.stands_for:
            number = self.stands_for[number]
        return self.renamed[number]

    def _operation(self, number: int, around: Module | None) -> None:
        vertex = self.vertices[number]
        alone = len(vertex.sources) == 1
        sources = self._arguments(vertex.sources, around, alone)
        self.renamed[number] = len(self.new)
        self.new.append(altered(vertex, sources=sources, locals=(), around=around))

    def _arguments(
        self, sources: Iterable[int], around: Module | None, alone: bool = False
    ) -> tuple[int, ...]:
        """The new numbers of what an operation reads; constants without a name are left out."""
        found = []
        for source in sources:
            leaf = self.vertices[source]
            if not leaf.is_leaf:
                found.append(self._source(source))
            elif alone or leaf.kind == "parameter" or (leaf.name and not leaf.made):
                found.append(self._leaf(source, around if leaf.trained else None))
        return tuple(found)

    def _function(self, item: _Item, around: Module | None) -> None:
        """A function of several operations, as one operation of its name."""
        inside = set(item.members)
        given = dict.fromkeys(
            source
            for member in item.members
            for source in self.vertices[member].sources
            if source not in inside
        )
        sources = self._arguments(given, around)
        assert item.call is not None  # one operation alone is no function
        name = item.call.function
        out = self._leaving(item)
        self.renamed.update((member, len(self.new)) for member in item.members)
        self.new.append(
            altered(
                out, kind="operation", symbol=name, operation=name, keywords=(), inside=(),
                sources=sources, locals=(), arrivals=(), around=around, call=item.call,
            )
        )  # fmt: skip

    def _leaving(self, item: _Item) -> Vertex:
        """What comes out of a call, as one vertex; blank where several do."""
        inside = set(item.members)
        found = [
            self.vertices[member]
            for member in item.members
            if self.vertices[member].root or any(u not in inside for u, _ in self.uses[member])
        ]
        if len(found) == 1:
            return found[0]
        return Vertex(
            "group", "", results=max(len(found), 2), root=any(vertex.root for vertex in found),
            reached=any(vertex.reached for vertex in found),
        )  # fmt: skip

    def _box(self, item: _Item, module: Module) -> None:
        inside = set(item.members)
        given = set(self._given(item))
        sources: Counter[int] = Counter()
        for member in item.members:
            for source in self.vertices[member].sources:
                if source in given:
                    sources[self._leaf(source, None)] += 1
                elif source not in inside and not self.vertices[source].is_leaf:
                    sources[self._source(source)] += 1
        if not sources and (index := self._looked_up(item)[:1]):
            leaf = Vertex("input", "", alias="index", value=index[0], differentiable=False)
            sources[len(self.new)] = 1
            self.new.append(leaf)
        out = self._leaving(item)
        assert item.call is not None
        self.renamed.update((member, len(self.new)) for member in item.members)
        self.new.append(
            altered(
                out, kind="group", symbol=module.title, operation="", keywords=(),
                module=item.call.path, module_note=f" ({module.described})" * bool(
                    module.described), call=item.call, box=module, around=module.outer,
                weights=module.count, sources=tuple(sources), locals=(), inside=(),
                multiplicity=tuple(sources.values()), arrivals=(),
                failed=next(filter(None, (self.vertices[m].failed for m in item.members)), ""),
                origin=next(filter(None, (self.vertices[m].origin for m in item.members)), ""),
                count=sum(self.vertices[member].count for member in item.members),
            )
        )  # fmt: skip


def _calls(items: Sequence[_Item]) -> Iterator[ModuleCall]:
    for item in items:
        if item.call is not None and item.is_call:
            yield item.call
            yield from _calls(item.items)
