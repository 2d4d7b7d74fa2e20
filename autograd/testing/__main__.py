"""`python -m autograd.testing module:function --domain positive`: check a function from the shell.

The function takes Tensors; or arrays, with `--vjp` or `--gradient`; or it is the class of a layer
with `forward` and `backward`, made without arguments. Inputs are drawn. The exit status is 0 where
all properties hold, 1 where one does not, 2 where the question makes no sense.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd.console import show

_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    fixed = given.at is not None
    if not fixed and importlib.util.find_spec("hypothesis") is None:
        parser.error("inputs are drawn by Hypothesis: pip install hypothesis; or give them by --at")
    from autograd.testing import GradientError, assert_gradients
    from autograd.testing.properties import select

    try:
        target = _target(given.target)
        options: dict[str, Any] = {name: _target(text) for name, text in _functions(given) if text}
        points = [_point(text) for text in given.at or ()]
        if not fixed:
            from autograd.testing.search import load_profile

            options |= {"arguments": _strategy(target, given), "examples": given.examples}
            load_profile("ci")
        select(given.properties)
    except (ValueError, ImportError, AttributeError, TypeError, OSError, SyntaxError) as error:
        parser.error(str(error))
    try:
        tally = assert_gradients(
            target,
            *points,
            elementwise=given.elementwise,
            properties=given.properties,
            **options,
        )
    except GradientError as error:
        show(str(error))
        return _FAILED
    show(str(tally))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograd.testing",
        description="Hold the gradients of a function to numerical derivatives and more.",
        epilog="example: python -m autograd.testing autograd:log --domain positive",
    )
    parser.add_argument("target", help="module:function or path/to/file.py:function")
    parser.add_argument(
        "--domain",
        action="append",
        help="where inputs are drawn from: real, positive, nonzero, unit, ...; once, or per input",
    )
    parser.add_argument(
        "--shape",
        action="append",
        help="of an input, such as 2,3; once per input; drawn, and equal, if not given",
    )
    parser.add_argument(
        "--at",
        action="append",
        help="an input as Python writes it, such as '[[1.0, 2.0]]'; once per input; none is drawn",
    )
    parser.add_argument(
        "--elementwise",
        action="store_true",
        help="inputs broadcast to the output, element by element: shapes may differ",
    )
    parser.add_argument("--vjp", help="module:function of the cotangent and the inputs")
    parser.add_argument("--gradient", help="module:function of the inputs, for one number")
    parser.add_argument("--properties", help="names to check, such as P5,P7; -P12 leaves one out")
    parser.add_argument("--examples", type=int, help="how many to draw (100)")
    return parser


def _point(text: str) -> Any:
    """A number, a list of numbers as an array, or another literal."""
    value = ast.literal_eval(text)
    return np.array(value) if isinstance(value, list) else value


def _functions(given: argparse.Namespace) -> list[tuple[str, str | None]]:
    return [("vjp", given.vjp), ("gradient", given.gradient)]


def _target(text: str) -> Any:
    """What `module:name` or `file.py:name` names."""
    place, colon, path = text.rpartition(":")
    if not colon or not place or not path:
        raise ValueError(f"{text!r}: expected module:function, such as autograd:log")
    found: Any = _module(place)
    for name in path.split("."):
        if not hasattr(found, name):
            raise AttributeError(f"{text!r}: {place} has no {path}")
        found = getattr(found, name)
    return found() if inspect.isclass(found) else found


def _module(place: str) -> Any:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    if not Path(place).is_file():
        raise FileNotFoundError(f"there is no file {place}")
    spec = importlib.util.spec_from_file_location(Path(place).stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _strategy(target: Any, given: argparse.Namespace) -> Any:
    """A strategy of all arguments."""
    from autograd.testing.search import operands
    from autograd.testing.strategies.domains import named_domain

    count = _count(target)
    domains = given.domain or ["real"]
    for domain in domains:
        named_domain(domain)  # unknown names are named here, not in the middle of a search
    if len(domains) == 1:
        domains = domains * count
    if len(domains) != count:
        raise ValueError(f"{len(domains)} domains for {count} inputs; give one, or one for each")
    sides = None if given.shape is None else [_shape(text) for text in given.shape]
    if sides is not None and len(sides) != count:
        raise ValueError(f"{len(sides)} shapes for {count} inputs; give one for each")
    return operands(count, domain=domains, broadcast=given.elementwise, sides=sides)


def _shape(text: str) -> tuple[int, ...]:
    """A shape such as `2,3`; nothing for a number."""
    return tuple(int(side) for side in text.strip("() ").split(",") if side.strip())


def _count(target: Any) -> int:
    """How many inputs a function must have."""
    function = getattr(target, "forward", target)
    if not callable(function):
        raise TypeError(f"expected a function, got {type(target).__name__}")
    parameters = inspect.signature(function).parameters.values()
    usual = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in usual and p.default is inspect.Parameter.empty for p in parameters)


if __name__ == "__main__":
    sys.exit(main())
