"""Where a forward pass stopped: what was computed until then, and what did not fit.

An exception keeps the frames that it came through alive, and these hold the Tensors: so nothing has
to be kept while a program runs for the case that it fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any

from autograd import Tensor
from autograd.internals import ModulePlaces, Node, node_of

_NAMED = re.compile(r"([A-Za-z_]\w*): ")  # the messages of the library begin with what was called


@dataclass
class Failure:
    """What an exception tells of the graph that it interrupted.

    Args:
        name: What was called.
        message: What the exception says.
        path: The module that was being called.
        operands: The Tensors that it was called with, each with its name there.
        nodes: What had been computed.
    """

    name: str
    message: str
    path: str | None
    operands: list[tuple[str, Tensor]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


def failure_of(error: BaseException, since: int) -> Failure:
    """Read what an exception came through.

    Args:
        error: The exception, with its traceback.
        since: The sequence number from which on nodes belong to the pass.
    """
    frames = list(_frames(error.__traceback__))
    message = str(error) or type(error).__name__
    found = Failure("", message, None)
    known: set[int] = set()
    for frame in frames:
        for value in frame.f_locals.values():
            if isinstance(value, ModulePlaces):
                found.path = value
            for tensor in _tensors(value):
                node = node_of(tensor)
                if node is not None and node.sequence >= since and id(node) not in known:
                    known.add(id(node))
                    found.nodes.append(node)
    # The library's errors begin with what was called; of others the raising function's Tensors.
    named = _NAMED.match(message)
    of = _arguments if named else _variables
    found.name = named[1] if named else type(error).__name__
    found.operands = next(filter(None, (list(of(frame)) for frame in reversed(frames))), [])
    return found


def _frames(traceback: TracebackType | None) -> Iterator[FrameType]:
    """From the block in which the exception arrived to the place where it was raised."""
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        yield from (each for each in value if isinstance(each, Tensor))


def _variables(frame: FrameType) -> Iterator[tuple[str, Tensor]]:
    """The Tensors that a function had in variables, each once."""
    seen: set[int] = set()
    for name, value in frame.f_locals.items():
        for tensor in _tensors(value):
            if id(tensor) not in seen:
                seen.add(id(tensor))
                yield name, tensor


def _arguments(frame: FrameType) -> Iterator[tuple[str, Tensor]]:
    """The Tensors that a function was called with, under its own names for them."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)  # *args and **kwargs
    for name in code.co_varnames[:count]:
        value = frame.f_locals.get(name)
        if isinstance(value, dict):
            value = list(value.values())
        for tensor in _tensors(value):
            yield name, tensor
