"""Modules and optimizers in notebooks: a tree that opens by clicks, and tables of settings.

Counted as `nn.summary` counts: what is shared counts once. What is shown is bounded.
"""

from __future__ import annotations

from typing import Any

from autograd.internals import folded, framed, memory, short, sizes_of, table, total
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.walk import owned

__all__: list[str] = []

_CHILDREN = 20  # of one module
_ROWS = 200  # of the whole tree
_SETTINGS = 30


def _counted(module: Module) -> str:
    count, size, trainable = total(sizes_of(module.named_parameters()))
    if not count:
        return "no parameters"
    frozen = "" if trainable == count else f", {count - trainable:,} of them not trainable"
    return f"{count:,} parameters ({memory(size)}){frozen}"


class _Tree:
    """Writes a module and what it owns, down to so many rows."""

    def __init__(self) -> None:
        self.left = _ROWS

    def line(self, name: str, module: Module) -> str:
        """What is read without opening it."""
        extra = short(module.extra_repr(), 120)
        label = f"<code>{short(name)}</code> " if name else ""
        return (
            f"{label}<b>{short(type(module).__name__)}</b>"
            f'<span style="opacity:.7">{f"({extra})" if extra else ""} · {_counted(module)}</span>'
        )

    def inside(self, module: Module) -> str:
        """The parameters and buffers of a module itself, then its modules."""
        members = list(owned(module))
        own = [(name, each) for name, each in members if not isinstance(each, Module)]
        children = [(name, each) for name, each in members if isinstance(each, Module)]
        parts = []
        if own:
            self.left -= len(own)
            parts.append(
                table(
                    ("name", "shape", "dtype", "elements", ""),
                    [
                        (
                            f"<code>{short(name)}</code>",
                            "×".join(map(str, each.shape)) or "one number",
                            str(each.dtype),
                            f"{each.size:,}",
                            "trained" if each.requires_grad else "",
                        )
                        for name, each in own[:_CHILDREN]
                    ],
                )
            )
        for position, (name, child) in enumerate(children):
            if position == _CHILDREN or self.left <= 0:
                left = len(children) - position
                parts.append(f'<div style="opacity:.6">… {left:,} more modules</div>')
                break
            self.left -= 1
            parts.append(self.whole(name, child))
        return "".join(parts)

    def whole(self, name: str, module: Module, is_open: bool = False) -> str:
        """A module that opens, or a line where there is nothing in it."""
        line, inside = self.line(name, module), self.inside(module)
        return folded(line, inside, is_open) if inside else f"<div>{line}</div>"


def module_as_html(module: Module) -> str:
    """The module as a tree: classes, settings, shapes, numbers of parameters."""
    mode = "training" if module.training else "evaluation"
    return framed(f"<i>{mode} mode</i>", _Tree().whole("", module, is_open=True))


def optimizer_as_html(optimizer: Optimizer) -> str:
    """The settings of an optimizer, a column for each group of parameters."""
    groups = optimizer.param_groups
    settings = [key for key in dict.fromkeys(k for g in groups for k in g) if key != "params"]
    shown = groups[:_SETTINGS]
    rows: list[list[Any]] = [
        ["parameters", *(_of_group(group["params"]) for group in shown)],
        *([short(key), *(short(group.get(key, "")) for group in shown)] for key in settings),
    ]
    head = ["", *(f"group {number}" for number in range(len(shown)))]
    more = len(groups) - len(shown)
    rest = f'<div style="opacity:.6">… {more:,} more groups</div>' if more else ""
    return framed(f"<b>{short(type(optimizer).__name__)}</b>", table(head, rows), rest)


def _of_group(parameters: list[Any]) -> str:
    count, size, _ = total(sizes_of((str(n), each) for n, each in enumerate(parameters)))
    return f"{len(parameters):,}, {count:,} elements ({memory(size)})"


Module._repr_html_ = module_as_html  # type: ignore[attr-defined]
Optimizer._repr_html_ = optimizer_as_html  # type: ignore[attr-defined]
