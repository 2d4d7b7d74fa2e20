"""Places from Graphviz's `dot` program, where it is installed.

The program, or the one that pygraphviz brings, is only asked where things go: it gets sizes, ports
and frames under names of our own and draws nothing.
It runs in a process of its own with a time limit, because some graphs take it
minutes.
"""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from viz.layout.columns import in_columns
from viz.layout.curves import points_along
from viz.layout.ordering import frame_means, improve, sort_by
from viz.layout.places import FRAME_PADDING, header_of, to_axes
from viz.layout.placing import placed
from viz.layout.ranks import frame_chains, wire_lengths
from viz.looks.figure_model import FigureNode, Layout, Model, Point

TIME_LIMIT = 10.0  # seconds
_DIRECTIONS = {"right": "LR", "down": "TB", "up": "BT"}


class LayoutError(RuntimeError):
    """An external layout is not available or did not finish; the message is one line."""


# Run by a Python of its own: Graphviz inside of this process could neither be stopped nor crash.
_CHILD = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


def dot_program() -> str | None:
    """The path of the `dot` program, or None where it is not installed."""
    return shutil.which("dot")


def dot_command(format: str) -> list[str] | None:
    """How to run `dot`: its program, else the Graphviz that pygraphviz brings; None without."""
    if (program := dot_program()) is not None:
        return [program, f"-T{format}"]
    if importlib.util.find_spec("pygraphviz") is not None:
        return [sys.executable, "-c", _CHILD, format]
    return None


def run_dot(source: str, format: str) -> bytes:
    """Run `dot` on a graph.

    Args:
        source: The graph in Graphviz's language.
        format: What to make of it, such as "json" or "png".

    Returns:
        The output.

    Raises:
        LayoutError: If there is no `dot`, it failed, or it took more than ten seconds.
    """
    command = dot_command(format)
    if command is None:
        raise LayoutError("Graphviz's dot is not installed")
    try:
        done = subprocess.run(
            command,
            input=source.encode(),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LayoutError(f"dot did not finish within {TIME_LIMIT:.0f} s") from None
    except OSError as error:
        raise LayoutError(f"dot could not be started: {error}") from error
    if done.returncode or not done.stdout:
        message = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise LayoutError(f"dot failed: {message or f'exit status {done.returncode}'}")
    return done.stdout


def by_dot(models: Sequence[Model]) -> list[Layout]:
    """Lay figures out with `dot`, all in one call.

    Its coordinates decide the column of every node and the order in every column; distances and
    the courses of wires are then ours, because `dot` knows neither of backward lines nor of
    numbers at wires.

    Args:
        models: The figures, such as the rows of one.

    Returns:
        The places of the nodes, wires and frames of each.

    Raises:
        LayoutError: As `run_dot`.
    """
    answer = json.loads(run_dot(_source(models), "json"))
    nodes = {item["name"]: item["pos"] for item in answer.get("objects", ()) if "pos" in item}
    splines = {item["id"]: item["pos"] for item in answer.get("edges", ())}
    return [_as_dot_says(model, f"m{n}", nodes, splines) for n, model in enumerate(models)]


def _as_dot_says(
    model: Model, prefix: str, nodes: Mapping[str, str], splines: Mapping[str, str]
) -> Layout:
    axes = [_axes(nodes[f"{prefix}n{index}"], model) for index in range(len(model.nodes))]
    levels = sorted({round(main) for main, _ in axes})
    ranks = [bisect_left(levels, round(main)) for main, _ in axes]
    for _ in model.nodes:  # with clusters, dot may put both ends of a wire into one column
        late = [wire for wire in model.wires if ranks[wire.target] <= ranks[wire.source]]
        for wire in late:
            ranks[wire.target] = ranks[wire.source] + 1
        if not late:
            break
    taken = sorted(set(ranks))  # pushing on can leave a column empty
    ranks = [bisect_left(taken, rank) for rank in ranks]
    levels = [levels[min(rank, len(levels) - 1)] for rank in taken]
    columns = in_columns(model, ranks)
    keys = [cross for _, cross in axes] + [0.0] * (len(columns.column) - len(axes))
    for number, bends in enumerate(columns.bends):
        points = splines[f"{prefix}w{number}"].partition(";")[0].split()
        spline = [_axes(text, model) for text in points if text[0] not in "es"]  # arrow heads
        for bend in bends:
            keys[bend] = _level(spline, levels[columns.column[bend]])
    inner = [vertex for vertex in range(len(keys)) if columns.incoming[vertex]]
    means = frame_means(columns, range(len(keys)), keys) | frame_means(columns, inner, keys)
    columns.orders = [sort_by(columns, vertices, keys, means) for vertices in columns.members()]
    improve(columns)
    return placed(model, columns)


def _axes(position: str, model: Model) -> Point:
    """A point of dot's, whose y grows upwards, along the flow and across it."""
    x, _, y = position.partition(",")
    return to_axes((float(x), -float(y)), model.direction)


def _level(spline: list[Point], main: float) -> float:
    """How far across the flow a spline is where it passes a column."""
    nearest = min(points_along(tuple(spline)), key=lambda point: abs(point[0] - main))
    return nearest[1]


def _source(models: Sequence[Model]) -> str:
    lines = [
        "digraph {",
        f"rankdir={_DIRECTIONS[models[0].direction]}; ranksep=0.6; nodesep=0.2; splines=true;",
        "node [shape=plain]; edge [arrowhead=none];",
    ]
    for number, model in enumerate(models):
        lines += _part(model, f"m{number}")
    return "\n".join([*lines, "}"])


def _part(model: Model, prefix: str) -> list[str]:
    """The nodes, frames and wires of one figure, under names of its own."""
    inside: dict[int | None, list[str]] = {}
    for index, node in enumerate(model.nodes):
        line = f"{prefix}n{index} [label=<{_table(node, model)}>];"
        inside.setdefault(node.frame, []).append(line)
    children: dict[int | None, list[int]] = {}
    for index, frame in enumerate(model.frames):
        children.setdefault(frame.parent, []).append(index)
    # Frames nest: a frame is opened when it is met and closed when its children are written.
    lines = list(inside.get(None, []))
    waiting: list[int | None] = list(reversed(children.get(None, [])))
    while waiting:
        item = waiting.pop()
        if item is None:
            lines.append("}")
            continue
        margin = FRAME_PADDING + header_of(model.frames[item]) / 2
        lines.append(f"subgraph cluster_{prefix}_{item} {{ margin={margin:.0f};")
        lines += inside.get(item, [])
        waiting.append(None)
        waiting.extend(reversed(children.get(item, [])))
    return lines + _edges(model, prefix)


def _edges(model: Model, prefix: str) -> list[str]:
    """Wires: from the outlet to the slot, those between operations as straight as it goes."""
    tail, head = {"right": ("e", "w"), "down": ("s", "n"), "up": ("n", "s")}[model.direction]
    inner = [bool(model.nodes[wire.source].inlets) for wire in model.wires]
    inputs = Counter(
        wire.target for wire, is_inner in zip(model.wires, inner, strict=True) if is_inner
    )
    lengths = wire_lengths(model, frame_chains(model))
    lines = []
    for number, (wire, is_inner) in enumerate(zip(model.wires, inner, strict=True)):
        # The one wire from another operation runs through the middle, so that chains are level.
        main = is_inner and inputs[wire.target] == 1
        port = head if main else f"i{wire.slot}:{head}"
        lines.append(
            f"{prefix}n{wire.source}:o:{tail} -> {prefix}n{wire.target}:{port} "
            f"[id={prefix}w{number}, weight={8 if is_inner else 1}, minlen={lengths[number]}];"
        )
    return lines


def _table(node: FigureNode, model: Model) -> str:
    """A table of the node's size with a cell for every inlet, whose order dot respects."""
    box = node.drawing.box
    across = model.direction == "right"
    cells = [f'<TD PORT="i{slot}"></TD>' for slot in range(len(node.inlets))] or ["<TD></TD>"]
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells) if across else f"<TR>{''.join(cells)}</TR>"
    return (
        '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" '
        f'WIDTH="{math.ceil(box.width)}" HEIGHT="{math.ceil(box.height)}" PORT="o">{rows}</TABLE>'
    )
