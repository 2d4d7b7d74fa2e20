"""Frames around the calls of modules, one inside the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from viz.looks.figure_model import Frame
from viz.looks.module_words import frame_words
from viz.reading.modules import TIMES
from viz.records import Graph, Module
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
    opened: list[tuple[str, int]] = []  # names of the parts of the current path, and their frames
    for number, vertex in enumerate(graph.vertices):
        if vertex.is_leaf or (vertex.kind == "group" and not vertex.module):
            continue
        parts = vertex.module.split(".") if vertex.module else []
        shared = 0
        while shared < min(len(parts), len(opened)) and opened[shared][0] == parts[shared]:
            shared += 1
        del opened[shared:]
        calls = vertex.call.chain if vertex.call and vertex.kind == "operation" else ()
        notes = {call.path: call.described for call in calls}
        for part in parts[shared:]:
            parent = opened[-1][1] if opened else None
            opened.append((part, len(frames)))
            inner = [name for name, _ in opened[:-1] if name[0] != TIMES] + [part]
            described = notes.get(".".join(inner), "") if part[0] != TIMES else ""
            note = f" ({described})" if described else ""
            frames.append(Frame(clean(part + note, _LONGEST), parent))
        if opened:
            frame_of[number] = opened[-1][1]
    _place_leaves(graph, frames, frame_of)
    return _pruned(graph, frames, frame_of)


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
            labels[index] = prefix + frame.label
        else:
            kept[index] = len(pruned)
            pruned.append(Frame(prefix + frame.label, kept[frame.parent]))
    return tuple(pruned), [kept[frame] for frame in frame_of]
