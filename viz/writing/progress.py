"""How far a story has come: what of a figure can be seen after some of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from viz.looks.figure_model import Drawing, Shape, Text
from viz.records import Step

_HIGHLIGHT = ("circle", "rectangle", "ellipse", "polygon")  # outlines that can be drawn thicker


@dataclass(frozen=True)
class Progress:
    """What of a figure can be seen after some steps of its story.

    Args:
        seen: For "built", "valued", "graded", "passed" and "updated" the nodes that are so.
        returned: Wires along which a gradient came back.
        now: Nodes that the last step is about.
    """

    seen: Mapping[str, frozenset[int]]
    returned: frozenset[int]
    now: frozenset[int]

    @classmethod
    def after(cls, story: Sequence[Step], count: int) -> Progress:
        """What is there after `count` steps; at the end nothing is pointed at."""
        seen: dict[str, set[int]] = {
            kind: set() for kind in ("built", "valued", "graded", "passed", "updated")
        }
        steps = story[:count]
        for step in steps:
            for kind, numbers in step.shown.items():
                seen[kind].update(numbers)
        wires = {wire for step in steps if step.phase == "backward" for wire in step.wires}
        last = steps[-1].shown.values() if 0 < count < len(story) else ()
        return cls(
            {kind: frozenset(each) for kind, each in seen.items()},
            frozenset(wires),
            frozenset(number for numbers in last for number in numbers),
        )

    def part(self, node: int, drawing: Drawing) -> Drawing:
        """What can be seen of a node that is there already."""
        shapes = [shape for shape in drawing.shapes if self._shows(node, shape)]
        if node in self.now and shapes and shapes[0].kind in _HIGHLIGHT:
            shapes.insert(1, replace(shapes[0], role="now", fill=None))
        texts = tuple(text for text in drawing.texts if self._shows(node, text))
        return Drawing(drawing.box, tuple(shapes), texts)

    def _shows(self, node: int, drawn: Shape | Text) -> bool:
        role, of, seen = drawn.role, drawn.of, self.seen
        if role.startswith("missing"):
            return False
        if role.startswith("updated") or of == "updated":
            return node in seen["updated"]
        if role == "chain" or of == "bias":
            return node in seen["passed"] or (of == "bias" and role == "weight")
        if role.startswith(("gradient", "backward", "weight-gradient")) or of == "gradient":
            return node in seen["graded"]
        if role.startswith(("value", "unit-value")) or of == "value":
            return node in seen["valued"]
        return True
