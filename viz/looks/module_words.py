"""What is written of a module: its name, shapes in and out, parameters and bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograd.internals import memory
from viz.records import Module
from viz.text import clean

ARROW = " → "


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape without spaces, as `(1, 64, 56, 56)` is long."""
    return "×".join(map(str, shape)) if shape else "()"


def shapes_words(module: Module) -> str:
    """What comes in and what goes out; once, if that is the same."""
    inputs = ", ".join(map(shape_words, module.inputs))
    outputs = ", ".join(map(shape_words, module.outputs))
    return outputs if inputs in (outputs, "") else f"{inputs}{ARROW}{outputs}".rstrip()


def size_words(module: Module, words: Mapping[str, str]) -> str:
    """Parameters and bytes; nothing where there are none."""
    if not module.count:
        return ""
    text = f"{words['weights'].format(count=f'{module.count:,}')} · {memory(module.bytes)}"
    return words["each"].format(text=text) if module.times > 1 and not module.shared else text


def title_words(module: Module) -> tuple[str, str]:
    """`conv1: Conv2d ×3`, and what the description says behind the name of the class."""
    kind, bracket, rest = module.described.partition("(")
    title = ": ".join(filter(None, (module.title, kind)))
    return title, _short(rest.removesuffix(")")) if bracket else ""


def head_words(module: Module, longest: int) -> list[str]:
    """One line or two: name, class and settings, and how often."""
    title, rest = title_words(module)
    often = f" ×{module.times}" if module.times > 1 else ""
    together = f"{title}({rest}){often}" if rest else f"{title}{often}".strip()
    return [together] if len(together) <= longest else [f"{title}{often}", rest]


def path_words(module: Module) -> str:
    """The whole path, such as `model.layers.0–2`."""
    outer = module.path.removesuffix(module.title.partition("–")[0])
    return f"{outer}{module.title}" if module.title else module.path


def module_lines(module: Module, words: Mapping[str, str]) -> list[str]:
    """What a module is in words, for descriptions."""
    often = words["times"].format(count=module.times) if module.times > 1 else ""
    lines = (module.described, often, shapes_words(module), size_words(module, words),
             call_words(module, words))  # fmt: skip
    return [line for line in lines if line]


def _short(settings: str) -> str:
    """`3 → 64, kernel 7, stride 2` of what is written as `kernel_size=(7, 7), stride=(2, 2)`."""
    text = settings.replace("->", "→").replace("kernel_size=", "kernel=")
    text = re.sub(r"\((\d+)(?:, \1)*,?\)", r"\1", text)  # the same along every axis
    text = re.sub(r"\b(kernel|stride|padding|dilation|groups)=", r"\1 ", text)
    return text.replace("bias=False", "no bias")


def call_words(module: Module, words: Mapping[str, str]) -> str:
    """Which call of a module it is, of several."""
    number, count = module.call
    if count < 2:
        return ""
    written = f"{number}–{number + module.times - 1}" if module.shared else str(number)
    return words["call"].format(number=written, count=count)


def frame_words(module: Module, words: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The name of a frame and the lines below it."""
    title = title_words(module)[0]
    if module.times > 1:
        title = f"{title} ×{module.times}".strip()
    notes = (shapes_words(module), size_words(module, words), call_words(module, words))
    return title, tuple(clean(note, 60) for note in notes if note)
