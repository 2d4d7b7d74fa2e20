"""Frames around the calls of modules, one inside the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.internals import ModuleCall
from viz.looks.figure_model import Frame
from viz.looks.module_words import frame_words
from viz.reading.modules import TIMES
from viz.records import Graph, Module, Vertex
from viz.text import clean

_MOST = 0.6  # of all operations: a frame around them is dropped, its name goes to those inside
_LONGEST = 80  # characters of the label of a frame


def frames_of(graph: Graph, words: Mapping[str, str]) -> tuple[tuple[Frame, ...], list[int | None]]:
    """Frames around the calls of modules.

    Args:
        graph: The graph.
        words: The words of one language.

    Returns:
        The frames, outer ones first, and for every vertex the index of its innermost frame.
    """
    if any(vertex.around or vertex.box for vertex in graph.vertices):
        return _frames_of_modules(graph, words)
    frames: list[Frame] = []
    frame_of: list[int | None] = [None] * len(graph.vertices)
    # Names of the parts of the current path, their frames, and the calls where they are known.
    opened: list[tuple[str, int, ModuleCall | None]] = []
    for number, vertex in enumerate(graph.vertices):
        if vertex.is_leaf or (vertex.kind == "group" and not vertex.module):
            continue
        parts = vertex.module.split(".") if vertex.module else []
        calls = _calls_by_part(vertex, parts)
        shared = 0
        for (part, _, call), name, other in zip(opened, parts, calls, strict=False):
            if part != name or (call is not other and call is not None and other is not None):
                break
            shared += 1
        del opened[shared:]
        for part, call in list(zip(parts, calls, strict=True))[shared:]:
            parent = opened[-1][1] if opened else None
            opened.append((part, len(frames), call))
            note = f" ({call.described})" if call is not None and call.described else ""
            frames.append(Frame(clean(part + note, _LONGEST), parent))
        if opened:
            frame_of[number] = opened[-1][1]
    _place_leaves(graph, frames, frame_of)
    return _pruned(graph, frames, frame_of)


def _calls_by_part(vertex: Vertex, parts: Sequence[str]) -> list[ModuleCall | None]:
    """The call of a module behind every part of a path, where it is known."""
    known = {call.path: call for call in vertex.call.chain} if vertex.call else {}
    found: list[ModuleCall | None] = []
    path: list[str] = []
    for part in parts:
        if part[0] == TIMES:
            found.append(None)
            continue
        path.append(part)
        found.append(known.get(".".join(path)) if vertex.kind == "operation" else None)
    return found


def _frames_of_modules(
    graph: Graph, words: Mapping[str, str]
) -> tuple[tuple[Frame, ...], list[int | None]]:
    """Frames as the graph says, with shapes and parameters."""
    frames: list[Frame] = []
    known: dict[Module, int] = {}

    def frame(module: Module | None) -> int | None:
        if module is None:
            return None
        if module not in known:
            parent = frame(module.outer)
            label, notes = frame_words(module, words)
            known[module] = len(frames)
            frames.append(Frame(clean(label, _LONGEST), parent, notes))
        return known[module]

    frame_of = [frame(vertex.around) for vertex in graph.vertices]
    return tuple(frames), frame_of


def _place_leaves(graph: Graph, frames: Sequence[Frame], frame_of: list[int | None]) -> None:
    """Put every parameter and constant into the frame that holds all of its uses."""
    for number, users in enumerate(graph.uses):
        vertex = graph.vertices[number]
        if (vertex.kind in ("parameter", "constant") or vertex.made) and users:
            common = _chain(frame_of[users[0][0]], frames)
            for user, _ in users[1:]:
                other = set(_chain(frame_of[user], frames))
                common = [frame for frame in common if frame in other]
            frame_of[number] = common[0] if common else None


def _chain(frame: int | None, frames: Sequence[Frame]) -> list[int]:
    """A frame and those around it, innermost first."""
    chain = []
    while frame is not None:
        chain.append(frame)
        frame = frames[frame].parent
    return chain


def _pruned(
    graph: Graph, frames: Sequence[Frame], frame_of: list[int | None]
) -> tuple[tuple[Frame, ...], list[int | None]]:
    """Drop frames that tell nothing apart: around everything, or around another frame alone."""
    operations = [n for n, vertex in enumerate(graph.vertices) if not vertex.is_leaf]
    members = [0] * len(frames)
    own = [0] * len(frames)
    for number in range(len(graph.vertices)):
        for around in _chain(frame_of[number], frames):
            members[around] += not graph.vertices[number].is_leaf
        innermost = frame_of[number]
        if innermost is not None:
            own[innermost] += 1
    children = [sum(each.parent == f for each in frames) for f in range(len(frames))]
    kept: dict[int | None, int | None] = {None: None}
    labels: dict[int, str] = {}
    pruned: list[Frame] = []
    for index, frame in enumerate(frames):
        prefix = ""
        if frame.parent is not None and frame.parent in labels:
            prefix = labels[frame.parent] + "."
        most = not own[index] and members[index] >= _MOST * len(operations)
        alone = members[index] == len(operations) or (
            not own[index] and (children[index] == 1 or most)
        )
        if alone and not frame.label.startswith(TIMES):
            kept[index] = kept[frame.parent]
            labels[index] = prefix + frame.label.partition(" (")[0]
        else:
            kept[index] = len(pruned)
            pruned.append(Frame(prefix + frame.label, kept[frame.parent]))
    return tuple(pruned), [kept[frame] for frame in frame_of]
