"""`draw`: the one call that turns Tensors into a figure."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import node_of
from viz.figure import Figure
from viz.layout import ENGINES
from viz.looks.changing_numbers import live
from viz.looks.compose import compose
from viz.looks.figure_model import Model, OutlineItem
from viz.looks.neurons import compose_neurons, has_shares, has_units
from viz.looks.outline import outline_of
from viz.looks.style import DEFAULT_STYLE, STYLES, THEMES, Style, in_theme
from viz.numerals import Numerals
from viz.reading.chain_rule import with_aliases, with_arrivals, with_locals, with_own_gradients
from viz.reading.graph import as_tensors, read, with_failure
from viz.reading.origin import with_origin
from viz.reading.passes import with_passes, with_traces
from viz.reading.replay import with_differences
from viz.reading.sharing import with_shared_memory
from viz.reading.tape import Tape
from viz.reading.updates import with_updates
from viz.records import Graph
from viz.shaping.expand import expanded
from viz.shaping.gates import with_numbers_inside
from viz.shaping.hide import without
from viz.shaping.modules import in_modules
from viz.shaping.ports import with_ports
from viz.shaping.reshape import LARGEST, summed_up, with_stubs, with_wide_leaves
from viz.shaping.reshape import between as ways_between
from viz.words import WORDS

_MANY_RECORDS = 24  # vertices of a figure of records whose plain numbers go into the gates
# The outline of a model: how deep it goes, and how many boxes and operations it has at most.
_DEEPEST, _LARGEST_OUTLINE = 100, 1500


def draw(
    tensors: Tensor | Iterable[Tensor] | Tape,
    style: str = DEFAULT_STYLE,
    *,
    lang: str = "en",
    layout: str = "auto",
    legend: bool | None = None,
    derivatives: bool | None = None,
    expand: bool | Collection[str] = False,
    depth: int | None = None,
    between: tuple[Tensor, Tensor] | None = None,
    hide: str | Collection[str] = (),
    largest: int = LARGEST,
    names: bool | Mapping[str, object] = False,
    learning_rate: float | None = None,
    sample: int = 0,
    tape: Tape | None = None,
    times: bool = False,
    ratio: float | None = None,
    direction: str | None = None,
    decimals: int | None = None,
    theme: str = "light",
    color: str | None = None,
) -> Figure:
    """Draw the graph that computed one or several Tensors.

    On every wire the forward value stands above and the gradient below; gradients that no
    backward pass has computed yet say so. Works before and after `backward()`, changes nothing,
    and answers for graphs of any size: more than 150 nodes are drawn in groups, of a loop the first
    round and a box for the others, else by the calls of modules where there are any.

    Args:
        tensors: The results to draw, such as the loss; or a tape whose block was left by an
            exception, to draw what was computed until then and the shapes that did not fit.
        style: The textbook whose conventions to follow: "cs231n" (gates on wires), "dlfs" (Deep
            Learning from Scratch: thin arrows forward, thick ones back), "micrograd" (records
            of name, data and gradient), "colah" (equations in circles, derivatives on the edges,
            bottom to top), "dezero" (names only, top to bottom), "modules" (one box per layer) or
            "neurons" (a circle per unit, a weight on every line).
        lang: Language of the words in the figure: "en" or "ko".
        layout: Who places nodes and wires: "dot" (Graphviz), "builtin", whose result is the same
            on every machine, or "auto" for `dot` where it is installed.
        legend: Whether everything is explained below the figure: lines, shapes and dtype. If not
            given, what a reader cannot see: which line is the gradient, and the shapes of leaves
            where there are several.
        derivatives: Whether every argument of a gate shows the local derivative, in symbols and
            numbers, and what is passed on; "dlfs" and "colah" do unless told otherwise.
        expand: Operations to draw as the simpler ones that they are composed of: True for all,
            or their names, such as `["sigmoid"]`.
        depth: Draw the calls of modules as one node each, by so many parts of their path: 1 for
            the layers of a model.
        between: Two Tensors of the graph: only what lies on the ways from the first to the second
            is drawn, with what else goes into it.
        hide: What to leave out, one or several: "constants", "inputs" or "parameters", the name of
            an operation such as "reshape", the path of a module, or the name of a Tensor. Wires
            through an operation that is left out go on without it.
        largest: Number of nodes up to which each is drawn.
        names: Call Tensors without a name of their own by the variables that hold them: True for
            the variables where `draw` is called, or a mapping such as `locals()`.
        learning_rate: Show every parameter also as one step of gradient descent at this rate
            leaves it.
        sample: Which example of a batch "neurons" shows, with its share of every weight's gradient.
        tape: What `record()` returned. Parameters that an optimizer changed inside its block are
            shown as they were used, and as they became; gradients of several backward passes
            are written as the sum of what each brought.
        times: Whether operations show how long they took by the tape's clock, forward and backward.
        ratio: Width through height to come close to, 16/9 for a slide: a figure that is wide is
            folded into rows, where it can be cut.
        direction: "right" or "down", for the styles with values on wires, "cs231n" and "dlfs"; the
            others have a direction of their own.
        decimals: Digits behind the point of every number, in place of the style's own; a small
            number keeps two significant ones.
        theme: "light", or "print" for black on white, told apart by lines instead of colours.
        color: "gradient" to colour every wire by the size of the gradient that came back along
            it, from faint and thin to strong and broad on a logarithmic scale.

    Returns:
        A figure with `svg`, `png`, `dot`, `text` and `save`, which notebooks show by themselves.

    Raises:
        TypeError: If something else than Tensors is given, or an argument of another kind.
        ValueError: For an unknown style, language, layout or theme, no Tensor at all, no way
            between two, or something to hide that is not there.

    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(draw(y, legend=False).text(), end="")
    x (variable); float64; forward value 3.00; gradient 3.00 + 3.00 = 6.00
    v1 = mul(x, x); float64; forward value 9.00; gradient 1.00
    """
    _check("style", style, STYLES)
    _check("lang", lang, WORDS)
    _check("layout", layout, ENGINES)
    _check("theme", theme, THEMES)
    if color is not None:
        _check("color", color, ("gradient",))
    _check_kinds(
        largest=largest, ratio=ratio, learning_rate=learning_rate, depth=depth, tape=tape,
        names=names, hide=hide, expand=expand, between=between, sample=sample, decimals=decimals,
    )  # fmt: skip
    _check_sizes(largest=largest, ratio=ratio, depth=depth)
    if times and tape is None:
        raise ValueError("draw: times=True needs tape=, which viz.record() returns")
    if names is True:
        caller = sys._getframe(1)
        names = {**caller.f_globals, **caller.f_locals}
    look = _look(style, theme, derivatives, direction)
    if decimals is not None:
        look = replace(look, numerals=Numerals(decimals, significant=2, trim=False))
    failure = None
    if isinstance(tensors, Tape):
        tape, failure = tensors, tensors.failure
        if failure is None:
            raise ValueError(
                "draw: this tape's block ended without an exception; draw what it computed, such "
                "as the loss, with tape=tape"
            )
    order = _Order(
        look=look, lang=lang, legend=legend, expand=expand, depth=depth, between=between,
        hide=hide, largest=largest, names=names or (), learning_rate=learning_rate,
        sample=sample, tape=tape, times=times,
    )  # fmt: skip
    with np.errstate(all="ignore"):  # overflow is what the figure shows, not news
        roots = [] if isinstance(tensors, Tape) else as_tensors(tensors)
        found = read(roots, names or {}, failure)
        full = _passed(found, order, _READING)
        if failure is not None:
            full = with_failure(full, failure, found.stopped_in, names or {})
        if look.plate == "unit":
            if (figure := _figure_of_units(full, order)) is not None:
                return figure
            message = WORDS[lang]["no_units"].format(style=DEFAULT_STYLE)
            warnings.warn(f"draw: {message}", RuntimeWarning, stacklevel=2)
            order = replace(order, look=in_theme(STYLES[DEFAULT_STYLE], theme))
        shown = _passed(full, order, _SHAPING)
        model = compose(shown, order.look, lang, legend, color is not None)
        if order.look.grouped:
            model = replace(model, outline=_outline(full, shown, order))
        again = partial(compose, lang=lang, legend=False)
        return Figure(replace(model, live=live(full, shown, order.look, again)), layout, ratio)


@dataclass(frozen=True)
class _Order:
    """What a figure was ordered with: the arguments of `draw` that the passes read."""

    look: Style
    lang: str
    legend: bool | None
    expand: bool | Collection[str]
    depth: int | None
    between: tuple[Tensor, Tensor] | None
    hide: str | Collection[str]
    largest: int
    names: Collection[str]
    learning_rate: float | None
    sample: int
    tape: Tape | None
    times: bool


# A pass over the graph, and when it runs.
_Pass = tuple[Callable[[Graph, _Order], bool], Callable[[Graph, _Order], Graph]]


def _always(graph: Graph, order: _Order) -> bool:
    return True


def _fits(graph: Graph, order: _Order) -> bool:
    return len(graph.vertices) <= order.largest


# In order: what every vertex has to know before anything is left out ...
_READING: tuple[_Pass, ...] = (
    (lambda graph, order: bool(order.expand), lambda graph, order: expanded(graph, order.expand)),
    (
        lambda graph, order: order.tape is not None or order.learning_rate is not None,
        lambda graph, order: with_updates(graph, order.tape, order.learning_rate),
    ),
    (_always, lambda graph, order: with_shared_memory(graph)),
    (_always, lambda graph, order: with_own_gradients(graph)),
    (_always, lambda graph, order: with_passes(graph)),
    (_always, lambda graph, order: with_arrivals(graph)),
    (_fits, lambda graph, order: with_origin(graph)),
    (_always, lambda graph, order: with_traces(graph, order.tape, order.times)),
    # Of a large graph only what is left of it is called something.
    (
        lambda graph, order: order.between is not None or _fits(graph, order),
        lambda graph, order: with_aliases(graph, order.names),
    ),
    (
        lambda graph, order: order.between is not None,
        lambda graph, order: _part(graph, order.between),
    ),
    (_fits, lambda graph, order: with_locals(graph)),
    (
        lambda graph, order: len(graph.vertices) <= LARGEST,
        lambda graph, order: with_differences(graph),
    ),
)
# ... and how the graph becomes one that can be read.
_SHAPING: tuple[_Pass, ...] = (
    (lambda graph, order: bool(order.hide), lambda graph, order: without(graph, order.hide)),
    (_always, lambda graph, order: with_ports(graph)),
    (
        lambda graph, order: order.largest <= LARGEST,
        lambda graph, order: with_wide_leaves(graph),
    ),
    (
        lambda graph, order: order.look.grouped or order.depth is not None,
        lambda graph, order: in_modules(graph, order.depth),
    ),
    (_always, lambda graph, order: summed_up(graph, order.largest)),
    (
        lambda graph, order: not any(vertex.alias for vertex in graph.vertices),
        lambda graph, order: with_aliases(graph, order.names),
    ),
    (
        lambda graph, order: order.look.plate not in ("name", "module"),
        # Records take more room than gates.
        lambda graph, order: with_numbers_inside(
            graph, order.look.plate == "record" and len(graph.vertices) > _MANY_RECORDS
        ),
    ),
    (
        lambda graph, order: order.look.plate != "module",  # where skips are to be seen
        lambda graph, order: with_stubs(graph),
    ),
)


def _passed(graph: Graph, order: _Order, passes: Iterable[_Pass]) -> Graph:
    """A graph after all passes that are due."""
    for is_due, run in passes:
        if is_due(graph, order):
            graph = run(graph, order)
    return graph


def _outline(full: Graph, shown: Graph, order: _Order) -> tuple[OutlineItem, ...]:
    """All modules of a model, of which those are open that the figure has frames for."""
    deep = replace(order, depth=_DEEPEST, largest=_LARGEST_OUTLINE)
    graph = _passed(full, deep, _SHAPING)
    if len(graph.vertices) > _LARGEST_OUTLINE:
        return ()
    opened = set()
    for around in {vertex.around for vertex in shown.vertices}:
        while around is not None:
            opened.add(around.path)
            around = around.outer
    return outline_of(graph, order.look, order.lang, opened)


def _figure_of_units(graph: Graph, order: _Order) -> Figure | None:
    """The figure of a network's units, which brings its own layout; None if it has no units."""

    def again(graph: Graph, look: Style) -> Model:
        return compose_neurons(graph, look, order.lang, order.sample)[0]

    if not has_units(graph):
        return None
    model, layout = compose_neurons(graph, order.look, order.lang, order.sample)
    arrays = not has_shares(graph, order.sample)
    return Figure(replace(model, live=live(graph, graph, order.look, again, arrays)), layout)


def _look(style: str, theme: str, derivatives: bool | None, direction: str | None) -> Style:
    look = in_theme(STYLES[style], theme)
    if derivatives is not None:
        look = replace(look, derivatives=derivatives)
    if direction is None:
        return look
    if direction not in ("right", "down") or (look.plate != "wire" and direction != look.direction):
        raise ValueError(
            f"draw: direction={direction!r} is not possible in style {style!r}, which flows "
            + ("'right' or 'down'" if look.plate == "wire" else f"{look.direction!r}")
        )
    return replace(look, direction=direction)  # type: ignore[arg-type]


def _part(graph: Graph, ends: tuple[Tensor, Tensor] | None) -> Graph:
    assert ends is not None
    numbers: list[list[int]] = []
    for tensor in ends:
        numbers.append([n for n, s in graph.nodes.items() if s.node is node_of(tensor)])
    part = ways_between(graph, *numbers)
    if not part.vertices:
        raise ValueError(
            "draw: between=(a, b) found no way from a to b in the graph that is drawn; "
            "a must be computed before b, and both must be part of it"
        )
    return part


def _check(argument: str, given: object, known: Iterable[str]) -> None:
    if given not in tuple(known):
        choices = ", ".join(repr(each) for each in known)
        raise ValueError(f"draw: {argument}={given!r} is not one of {choices}")


def _is_number(given: object) -> bool:
    return isinstance(given, int | float | np.number) and not isinstance(given, bool)


def _are_names(given: object) -> bool:
    return isinstance(given, Collection) and all(isinstance(each, str) for each in given)


def _are_ends(given: object) -> bool:
    pair = isinstance(given, tuple | list) and len(given) == 2
    return pair and all(isinstance(each, Tensor) for each in given)  # type: ignore[attr-defined]


# What each argument has to be, in a test and in words.
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "largest": (lambda given: isinstance(given, int), "a whole number of nodes"),
    "ratio": (lambda given: given is None or _is_number(given), "a number such as 16/9"),
    "learning_rate": (lambda given: given is None or _is_number(given), "a number such as 0.1"),
    "decimals": (
        lambda given: given is None or (isinstance(given, int) and 0 <= given <= 17),
        "a number of digits from 0 to 17",
    ),
    "sample": (lambda given: isinstance(given, int), "the number of an example, from 0"),
    "depth": (
        lambda given: given is None or isinstance(given, int),
        "how many parts of the modules' path to draw, such as 1",
    ),
    "tape": (
        lambda given: given is None or isinstance(given, Tape),
        "what `with viz.record() as tape` gives",
    ),
    "names": (
        lambda given: isinstance(given, bool | Mapping),
        "True, or a dict from names to Tensors",
    ),
    "hide": (_are_names, "a name, or a list of names"),
    "expand": (
        lambda given: isinstance(given, bool) or _are_names(given),
        "True, a name, or a list of names",
    ),
    "between": (lambda given: given is None or _are_ends(given), "two Tensors of the graph"),
}


def _check_kinds(**arguments: object) -> None:
    for argument, given in arguments.items():
        fits, expected = _KINDS[argument]
        if not fits(given):
            raise TypeError(
                f"draw: {argument} must be {expected}, got {type(given).__name__} {given!r}"
            )


def _check_sizes(largest: int, ratio: float | None, depth: int | None) -> None:
    if depth is not None and depth < 1:
        raise ValueError(f"draw: depth must be at least 1, got {depth}")
    if not largest > 0:
        raise ValueError(f"draw: largest must be positive, got {largest!r}")
    if ratio is not None and not ratio > 0:
        raise ValueError(f"draw: ratio must be positive, such as 16/9, got {ratio!r}")
