"""What is shown of one thing, computed by itself: curves, special values, a small drawn graph."""

from __future__ import annotations

import ast
import inspect
import math
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
import viz
from autograd import Tensor
from autograd.operation.record import Op
from autograd.testing.samples import bound_samples, has_samples
from tools.site.plots import Array, Curve, plot
from viz.looks.style import STYLES
from viz.reading.derivatives import formulas

# Where an operation is plotted, by its domain.
_RANGES = {
    "real": (-4.0, 4.0),
    "moderate": (-4.0, 4.0),
    "positive": (0.001, 5.0),
    "nonzero": (-4.0, 4.0),
    "unit": (-0.999, 0.999),
    "probability": (0.001, 0.999),
    "greater_than_minus_one": (-0.999, 4.0),
    "greater_than_one": (1.001, 5.0),
}
_SECOND = 2  # the second argument of an operation of two
_POINTS = 241
_OPEN = (5,)  # so many placeholders that every case of a rule occurs


def domain_of(record: Op, argument: str) -> str:
    """Where an argument may be for the operation to be differentiable."""
    domain = record.domain
    return domain if isinstance(domain, str) else domain.get(argument, "real")


def curve_of(function: Any, low: float, high: float) -> tuple[Array, Array, Array]:
    """Places, values and slopes of a function of single numbers."""
    x = np.linspace(low, high, _POINTS)
    places = Tensor(x, requires_grad=True)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = function(places)
        if out.requires_grad:
            out.sum().backward()
    slope = np.full_like(x, np.nan) if places.grad is None else places.grad.data
    return x, np.asarray(out.data, np.float64), np.asarray(slope, np.float64)


def operation_plot(record: Op) -> str:
    """An elementwise operation and its derivative; empty where it cannot be drawn so."""
    if record.kind != "elementwise" or len(record.arguments) not in (1, 2):
        return ""
    if any(name in record.required for name in record.keywords):
        return ""
    first = record.arguments[0]
    low, high = _RANGES.get(domain_of(record, first), (-4.0, 4.0))
    name = record.name

    def alone(x: Tensor) -> Any:
        return record.function(x)

    def with_second(x: Tensor) -> Any:
        return record.function(x, _second(record))

    both = len(record.arguments) == 2 and record.arguments[1] not in record.optional
    try:
        x, y, slope = curve_of(with_second if both else alone, low, high)
    except Exception:  # it takes whole numbers, or complex ones
        return ""
    call = f"{name}({first}, {_second(record):g})" if both else f"{name}({first})"
    curves = [Curve(call, x, y), Curve(f"∂/∂{first}", x, slope, "second")]
    return plot(curves, f"{name} and its derivative, plotted over {first}", first)


def _second(record: Op) -> float | int:
    domain = domain_of(record, record.arguments[1])
    return 0.5 if domain in ("unit", "probability") else _SECOND


def special_values(record: Op) -> list[tuple[str, str, str]]:
    """Value and slope at the ends, at kinks and at 0: what frameworks disagree about."""
    if record.kind != "elementwise" or len(record.arguments) != 1 or not record.fast:
        return []
    rows = []
    for place in (-math.inf, -1.0, 0.0, 1.0, math.inf, math.nan):
        x = Tensor(place, requires_grad=True)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                out = record.function(x)
                out.backward()
            except Exception:
                return []
        slope = "no gradient" if x.grad is None else _number(x.grad.item())
        rows.append((_number(place), _number(out.item()), slope))
    return rows


def _number(value: Any) -> str:
    if isinstance(value, complex):
        return f"{value:.4g}"
    return f"{value:.4g}".replace("-0", "0") if value == 0 else f"{value:.4g}"


# ---------------------------------------------------------------------- rules and graphs


def _is_right(record: Op, formula: str) -> bool:
    """A slope that is one number must be so everywhere; placeholders may miss a case."""
    if record.kind != "elementwise" or not re.fullmatch(r"−?[\d.]+", formula):
        return True
    if len(record.arguments) != 1:
        return True
    slope = curve_of(
        record.function, *_RANGES.get(domain_of(record, record.arguments[0]), (-4.0, 4.0))
    )[2]
    return float(np.ptp(slope)) < 1e-9


@cache
def _parsed(file: str) -> tuple[list[str], ast.Module]:
    """The lines of a file, and what they say."""
    text = Path(file).read_text("utf-8")
    return text.splitlines(), ast.parse(text)


@cache
def rule_source(record: Op) -> str:
    """The body and the rules as they stand in the file."""
    lines, tree = _parsed(inspect.getsourcefile(record.body) or "")
    wanted: list[tuple[int, int]] = []
    helpers: set[str] = set()
    for statement in tree.body:
        first = min(
            [statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))]
        )
        span = (first - 1, statement.end_lineno or first)
        text = "\n".join(lines[span[0] : span[1]])
        own = isinstance(statement, ast.FunctionDef) and statement.name == record.name
        if own or text.startswith((f"{record.name}.vjp", f"{record.name}.jvp", f"@{record.name}.")):
            wanted.append(span)
            helpers |= {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
    for statement in tree.body:
        name = statement.name if isinstance(statement, ast.FunctionDef) else ""
        if name in helpers and name.startswith("_"):
            wanted.append((statement.lineno - 1, statement.end_lineno or statement.lineno))
    return "\n\n\n".join(
        "\n".join(_without_docstring(lines[first:last])) for first, last in sorted(set(wanted))
    )


def rule_statements(record: Op) -> str:
    """The lines that register an operation's reverse rules, where they are short."""
    text = rule_source(record)
    found = [part for part in text.split("\n\n\n") if part.startswith(f"{record.name}.vjp")]
    rules = "\n".join(part for part in found if "vjp_raw" not in part[:40])
    return rules if "lambda" in rules and len(rules) < 600 else ""


def _without_docstring(lines: list[str]) -> list[str]:
    """The docstring is above, on the same page; what tests draw says little to a reader."""
    text = "\n".join(lines)
    text = re.sub(r'(?s)\n    (?:r?""".*?"""|\'\'\'.*?\'\'\')(?=\n)', "", text, count=1)
    tree = ast.parse(text).body[0]
    if isinstance(tree, ast.FunctionDef) and tree.decorator_list:
        called = tree.decorator_list[0]
        if isinstance(called, ast.Call):
            called.keywords = [k for k in called.keywords if k.arg not in ("samples", "errors")]
        return ["@" + ast.unparse(called), *text.splitlines()[tree.lineno - 1 :]]
    return text.splitlines()


def rule_formulas(record: Op) -> list[tuple[str, str]]:
    """The derivative rule of each argument, written by running it on named placeholders.

    Returns:
        Pairs of argument and formula: of an elementwise operation the local derivative, of others
        what the arriving gradient g becomes. Empty formulas are left out.
    """
    if record.kind == "constant" or record.listed:
        return []
    shapes: list[Any] = [_OPEN] * len(record.arguments)
    keywords = dict(record.keywords)
    result: Any = _OPEN
    if record.kind != "elementwise":
        sample = _small_sample(record)
        if sample is None:
            return []
        bound, arrays = sample
        slots = {
            bound.op.arguments[slot]: array for slot, array in zip(bound.slots, arrays, strict=True)
        }
        shapes = [slots.get(name, np.zeros(())) for name in record.arguments]
        keywords |= bound.keywords
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = bound.function()(*arrays)
        if isinstance(out, tuple | list):
            return []
        result = np.asarray(out)
    wanted = [name in record.rules or record.rule_all is not None for name in record.arguments]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rules = formulas(
            record, list(record.arguments), shapes, ("out", result), keywords, wanted, "g"
        )
    return [
        (name, rule.formula)
        for name, rule in zip(record.arguments, rules, strict=True)
        if rule.formula
        and len(rule.formula) <= 120
        and "mask" not in rule.formula
        and _is_right(record, rule.formula)
    ]


def sample_count(record: Op) -> int:
    """How many calls its tests draw arguments for."""
    return sum(1 for _ in bound_samples(record)) if has_samples(record) else 0


def _small_sample(record: Op) -> Any:
    """The first sample with few numbers, and arrays of them that are easy to read."""
    if not has_samples(record):
        return None
    for bound in bound_samples(record):
        sizes = [array.size for array in bound.arrays]
        if bound.arrays and all(0 < size <= 12 for size in sizes):
            return bound, [_readable(array) for array in bound.arrays]
    return None


def _readable(array: Any) -> Any:
    return np.round(array, 2) if array.dtype.kind == "f" else array


def small_graph(record: Op) -> str | None:
    """The operation on a few numbers as SVG, with values above and gradients below the wires."""
    if record.kind == "constant":
        return None
    sample = _small_sample(record)
    if sample is None:
        return None
    bound, arrays = sample
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            leaves = [
                Tensor(array, requires_grad=array.dtype.kind == "f", name=record.arguments[slot])
                for slot, array in zip(bound.slots, arrays, strict=True)
            ]
            if record.listed:
                for number, each in enumerate(leaves, start=1):
                    each.name = f"x{number}"
            out = bound.function()(*leaves)
            first = out[0] if isinstance(out, tuple | list) else out
            if not first.requires_grad or first.dtype.kind == "c":
                return None
            total = first if first.size == 1 else autograd.sum(first)
            total.backward()
            return str(viz.draw(total, layout="builtin", legend=False).svg())
    except Exception:  # of what takes keywords that samples lack, or draws too much
        return None


# ---------------------------------------------------------------------- layers, losses, schedules


def layer_plot(layer: Any) -> str:
    """A layer without parameters that acts on single numbers, and its derivative."""
    if not layer.__module__.endswith("activation"):
        return ""
    try:
        made = layer()
        if list(made.parameters()):
            return ""
        made.eval()
        x, y, slope = curve_of(made, -4.0, 4.0)
    except Exception:  # it needs arguments, or an axis
        return ""
    if y.shape != x.shape:
        return ""
    curves = [Curve(f"{layer.__name__}(x)", x, y), Curve("∂/∂x", x, slope, "second")]
    return plot(curves, f"{layer.__name__} and its derivative")


def loss_plot(loss: Any) -> str:
    """A loss of one number against the target 1, and its derivative."""
    low, high = (0.02, 0.98) if "BCELoss" in loss.__name__ else (-4.0, 4.0)
    try:
        made = loss(reduction="none")
        x, y, slope = curve_of(lambda x: made(x, np.ones(_POINTS)), low, high)
    except Exception:  # it takes classes, or several vectors
        return ""
    if y.shape != x.shape:
        return ""
    name = loss.__name__
    curves = [Curve(f"{name}(input, target = 1)", x, y), Curve("∂/∂input", x, slope, "second")]
    return plot(curves, f"{name} against the target 1, and its derivative", "input")


_SCHEDULES: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 20},
    "MultiStepLR": {"milestones": [20, 60]},
    "ConstantLR": {"total_iters": 20},
    "LinearLR": {"total_iters": 40},
    "ExponentialLR": {"gamma": 0.95},
    "PolynomialLR": {"total_iters": 80, "power": 2.0},
    "CosineAnnealingLR": {"T_max": 50},
    "CosineAnnealingWarmRestarts": {"T_0": 20, "T_mult": 2},
    "CyclicLR": {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 20, "cycle_momentum": False},
    "OneCycleLR": {"max_lr": 1.0, "total_steps": 100},
    "LambdaLR": {"lr_lambda": lambda step: 1 / (1 + 0.1 * step)},
    "MultiplicativeLR": {"lr_lambda": lambda step: 0.97},
}


def schedule_plot(schedule: Any) -> str:
    """The learning rate over a hundred steps."""
    keywords = _SCHEDULES.get(schedule.__name__)
    if keywords is None:
        return ""
    weight = nn.Parameter(np.zeros(1))
    weight.grad = autograd.zeros_like(weight)
    optimizer = nn.optim.SGD([weight], lr=1.0)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = schedule(optimizer, **keywords)
        for step in range(100):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if step < 99:
                made.step()
    told = ", ".join(
        f"{name}={'…' if callable(value) else value}" for name, value in keywords.items()
    )
    curve = Curve(f"learning rate with lr=1, {told}", np.arange(100.0), np.array(rates))
    return plot([curve], f"{schedule.__name__}: the learning rate over 100 steps", "step")


_RATES = {"SGD": 0.02, "Adadelta": 1.0, "Adagrad": 0.4, "LBFGS": 0.5, "Rprop": 0.05, "ASGD": 0.02}


def optimizer_plot(optimizer: Any) -> str:
    """How fast it comes down a valley that is twenty times as steep across as along."""
    if optimizer.__name__ == "Optimizer":
        return ""
    try:
        w = nn.Parameter(np.array([-2.0, 1.0]))
        made = optimizer([w], lr=_RATES.get(optimizer.__name__, 0.1))

        def loss() -> Any:
            made.zero_grad()
            value = 0.5 * (w[0] ** 2 + 20.0 * w[1] ** 2)
            value.backward()
            return value

        losses = [float(made.step(loss).item()) for _ in range(60)]
    except Exception:  # it wants matrices, or another kind of closure
        return ""
    told = f"(w₁² + 20 w₂²) / 2 with lr={_RATES.get(optimizer.__name__, 0.1):g}"
    curve = Curve(f"log₁₀ of {told}", np.arange(60.0), np.log10(np.maximum(losses, 1e-12)))
    return plot([curve], f"{optimizer.__name__}: the loss over 60 steps", "step")


def first_line(thing: Any) -> int:
    """The line where a thing's source starts; 0 where it has none."""
    try:
        return inspect.getsourcelines(thing)[1]
    except (OSError, TypeError):
        return 0


def style_figures() -> Iterator[tuple[str, str]]:
    """The same small network in every style."""
    for name in STYLES:
        x = Tensor([1.0, -2.0], name="x")
        w = Tensor([[0.5, 0.1], [-0.3, 0.8]], requires_grad=True, name="W")
        b = Tensor([0.1, 0.2], requires_grad=True, name="b")
        loss = autograd.sum(autograd.tanh(w @ x + b))
        loss.name = "loss"
        loss.backward()
        yield name, viz.draw(loss, name, layout="builtin").svg()
