"""Reads a figure back from its SVG and tells what is wrong with its geometry."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from viz.layout.curves import points_along
from viz.text import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Region:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Region, slack: float = 0.0) -> bool:
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom

    def inside(self, other: Region) -> bool:
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass
class Letters:
    content: str
    role: str
    region: Region
    x: float
    y: float


@dataclass
class Node:
    kind: str
    texts: list[Letters] = field(default_factory=list)
    shapes: list[tuple[str, Region]] = field(default_factory=list)
    description: str = ""
    corners: int = 0  # of the outline, where it is a polygon

    def words(self, *roles: str) -> list[str]:
        return [text.content for text in self.texts if text.role in roles]

    @property
    def region(self) -> Region:
        regions = [region for _, region in self.shapes] + [text.region for text in self.texts]
        return Region(
            min(each.left for each in regions),
            min(each.top for each in regions),
            max(each.right for each in regions),
            max(each.bottom for each in regions),
        )

    @property
    def wire(self) -> Region:
        """The forward line that leaves the node, as far as it belongs to it."""
        return next(region for role, region in self.shapes if role == "forward")


@dataclass
class Wire:
    source: int
    target: int
    slot: int
    forward: list[tuple[float, float]]
    backward: list[tuple[float, float]] | None


class Picture:
    """The parts of a figure in page coordinates."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        width, height = float(self.root.get("width", 0)), float(self.root.get("height", 0))
        self.canvas = Region(0, 0, width, height)
        content = next(each for each in self.root if each.tag == SVG + "g")
        shift = content.get("transform", "").removeprefix("translate(").removesuffix(")").split()
        self.dx, self.dy = map(float, shift)
        self.nodes: list[Node] = []
        self.wires: list[Wire] = []
        self.loose: list[Letters] = []  # labels of frames, the legend
        self.tags: list[Letters] = []  # where wires go on in another row
        self.tagged: dict[int, list[str]] = {}
        for group in content:
            kind, *rest = group.get("class", "").split()
            if kind == "wire":
                self.wires.append(self._wire(group))
                tags = [self._letters(each) for each in group.iter(SVG + "text")]
                self.tags += tags
                self.tagged[len(self.wires) - 1] = [each.content for each in tags]
            elif kind == "node":
                self.nodes.append(self._node(group, rest[0]))
            else:
                self.loose += [self._letters(each) for each in group.iter(SVG + "text")]

    def node(self, name: str) -> Node:
        """The node that shows a name, in its gate or on its wire."""
        roles = ("name", "parameter-text", "input-text", "constant-text")
        return next(node for node in self.nodes if name in node.words(*roles))

    def texts(self) -> list[Letters]:
        return [text for node in self.nodes for text in node.texts] + self.loose + self.tags

    # ------------------------------------------------------------------ what may be wrong

    def defects(self) -> list[str]:
        """Everything wrong with where things are, in words."""
        found = self.overlaps()
        for wire in self.wires:
            found += self._wire_defects(wire)
        for number, node in enumerate(self.nodes):
            found += self._number_defects(number, node)
        return found

    def crowding(self) -> list[str]:
        """Texts and nodes that are cut, cover each other, or have wires running through them."""
        return self.overlaps() + [d for wire in self.wires for d in self._wire_defects(wire)]

    def overlaps(self) -> list[str]:
        """Texts and nodes that are cut or cover each other."""
        found = []
        for text in self.texts():
            if not text.region.inside(self.canvas):
                found.append(f"{text.content!r} is cut by the canvas")
        for one, two in itertools.combinations(self.texts(), 2):
            if one.region.meets(two.region, slack=0.5):
                found.append(f"{one.content!r} and {two.content!r} overlap")
        for one, two in itertools.combinations(self.nodes, 2):
            if one.region.meets(two.region, slack=0.5):
                found.append(f"nodes {one.description!r} and {two.description!r} overlap")
        return found

    def _wire_defects(self, wire: Wire) -> list[str]:
        found = []
        for line in (wire.forward, wire.backward or []):
            for number, node in enumerate(self.nodes):
                if number in (wire.source, wire.target):
                    regions = [text.region for text in node.texts]
                else:
                    regions = [node.region]
                if any(region.holds(*point) for region in regions for point in line):
                    found.append(f"wire {wire.source}-{wire.target} crosses {node.description!r}")
            for text in self.loose:
                if any(text.region.holds(*point) for point in line):
                    found.append(f"wire {wire.source}-{wire.target} crosses {text.content!r}")
        return found

    @staticmethod
    def _number_defects(number: int, node: Node) -> list[str]:
        """Values stand above the node's own wire and gradients below it."""
        found = []
        for text in node.texts:
            if text.role.startswith(("value", "gradient", "missing")):
                line = node.wire
                above = text.region.bottom <= line.top + 0.5
                below = text.region.top >= line.bottom - 0.5
                beside = line.left - 1 <= text.region.left and text.region.right <= line.right + 1
                if not beside or not (above if text.role.startswith("value") else below):
                    found.append(f"{text.content!r} is not at the wire of node {number}")
        return found

    # ------------------------------------------------------------------ reading

    def _letters(self, element: ElementTree.Element) -> Letters:
        x, y = float(element.get("x", 0)) + self.dx, float(element.get("y", 0)) + self.dy
        size = float(element.get("font-size", 0))
        content = element.text or ""
        width = text_width(content, size, element.get("font-weight") == "bold")
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
        left = x - width * share
        region = Region(left, y - 0.74 * size, left + width, y + 0.22 * size)
        return Letters(content, element.get("class", ""), region, x, y)

    def _node(self, group: ElementTree.Element, kind: str) -> Node:
        node = Node(kind)
        for element in group:
            name = element.tag.removeprefix(SVG)
            if name == "title":
                node.description = element.text or ""
            elif name == "text":
                node.texts.append(self._letters(element))
            else:
                role = element.get("class", "")
                node.shapes.append((role, self._region(name, element)))
                if role == kind:
                    node.corners = len(element.get("points", "").split())
        return node

    def _region(self, name: str, element: ElementTree.Element) -> Region:
        def number(key: str) -> float:
            return float(element.get(key, 0))

        if name == "rect":
            left, top = number("x"), number("y")
            region = Region(left, top, left + number("width"), top + number("height"))
        elif name in ("circle", "ellipse"):
            rx, ry = number("r") or number("rx"), number("r") or number("ry")
            cx, cy = number("cx"), number("cy")
            region = Region(cx - rx, cy - ry, cx + rx, cy + ry)
        else:
            points = [tuple(map(float, p.split(","))) for p in element.get("points", "").split()]
            if name == "path":  # the pixels of one colour: M10 20h3v1h-3z...
                for run in element.get("d", "")[1:].removesuffix("z").split("zM"):
                    start, width, *_ = run.replace("v", "h").split("h")
                    x, y = map(float, start.split())
                    points += [
                        (x, y),
                        (x + float(width), y + float(run.split("v")[1].split("h")[0])),
                    ]
            xs, ys = zip(*points, strict=True)
            region = Region(min(xs), min(ys), max(xs), max(ys))
        return Region(
            region.left + self.dx,
            region.top + self.dy,
            region.right + self.dx,
            region.bottom + self.dy,
        )

    def _wire(self, group: ElementTree.Element) -> Wire:
        lines: dict[str, list[tuple[float, float]]] = {}
        for each in group.iter(SVG + "path"):  # two of a wire that goes on in another row
            lines.setdefault(each.get("class", ""), []).extend(self._course(each))
        ends = (int(group.get(f"data-{key}", -1)) for key in ("source", "target", "slot"))
        return Wire(*ends, lines["forward"], lines.get("backward"))

    def _course(self, path: ElementTree.Element) -> list[tuple[float, float]]:
        words = path.get("d", "").replace("M", "").replace("C", "").split()
        points = [tuple(map(float, word.split(","))) for word in words]
        return [(x + self.dx, y + self.dy) for x, y in points_along(tuple(points))]
