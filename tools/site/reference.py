"""The page of each function and class, written from its record, docstring and source."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nn
from autograd.operation.record import Op
from tools.operations_page import _numpy_name as numpy_name
from tools.site import docstrings, in_use, shown
from tools.site.docstrings import code_block, markdown
from tools.site.inventory import Entry, Family
from tools.site.smaller import smaller
from tools.site.uses import Use

# What each kind says of forward mode, in words.
_KINDS = {
    "elementwise": "element by element; the derivative itself pushes tangents forward",
    "linear": "linear in all arguments at once; tangents go through the function itself",
    "multilinear": "linear in each argument; tangents go through it one argument at a time",
    "constant": "has no derivative; its result leaves the graph",
    "general": "with a forward rule of its own, or differentiated through its reverse rule",
}
_DOMAINS = {
    "real": "everywhere",
    "positive": "for positive numbers",
    "nonzero": "except at 0",
    "unit": "between −1 and 1",
    "probability": "between 0 and 1",
    "moderate": "everywhere; large numbers overflow",
    "greater_than_minus_one": "above −1",
    "greater_than_one": "above 1",
    "distinct": "where no two elements are equal",
    "far": "everywhere, also for very large numbers",
}


def family_page(family: Family) -> str:
    """The table of what one file offers."""
    rows = "\n".join(
        f"| {{doc}}`{entry.short} </{entry.page}>` | {_cell(markdown(entry.summary))} |"
        for entry in family.entries
    )
    head = f"---\norphan: true\n---\n\n# {family.title}\n\n`{family.module}`"
    return f"{head}\n\n| name | |\n|---|---|\n{rows}\n"


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def page(entry: Entry, family: Family, uses: list[Use], folder: Path) -> str:
    """The text of one page.

    Args:
        entry: what it is about.
        family: where it stands, with what is beside it.
        uses: lessons and examples that use it.
        folder: where figures of the page are put.
    """
    doc = docstrings.parse(inspect.getdoc(entry.thing) or "")
    parts = [
        f"---\norphan: true\n---\n\n# {entry.short}\n",
        _signature(entry),
        markdown(doc.text) + "\n",
        *_plots(entry),
        *_sections(doc),
        *_example(entry, doc),
        *_in_use(entry),
        *(_derivative(entry, folder) if entry.record else ()),
        *(_styles(folder) if entry.name == "viz.draw" else ()),
        *_methods(entry),
        *_elsewhere(entry),
        *_uses(uses),
        *_source(entry),
        *_beside(entry, family),
    ]
    return "\n".join(parts)


# ---------------------------------------------------------------------- the head


def _signature(entry: Entry) -> str:
    """The name with its parameters; aliases below, so that all are found."""
    kind = "class" if inspect.isclass(entry.thing) else "function"
    shape = _parameters(entry.thing)
    hidden = [f"```{{py:{kind}}} {name}{shape}\n:no-typesetting:\n```\n" for name in entry.also]
    return "\n".join([f"```{{py:{kind}}} {entry.name}{shape}\n```\n", *hidden])


def _parameters(thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return "(...)"
    record = getattr(thing, "op", None)
    space = vars(sys.modules.get(getattr(thing, "__module__", ""), inspect))
    words = []
    star = False
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and not star:
            words.append("*")
            star = True
        star = star or each.kind is each.VAR_POSITIONAL
        words.append(_parameter(each, record if isinstance(record, Op) else None, space))
    returned = signature.return_annotation
    if isinstance(record, Op) and returned is signature.empty:
        returned = "Tensor"
    if inspect.isclass(thing) or returned is signature.empty or returned in (None, "None"):
        return f"({', '.join(words)})"
    return f"({', '.join(words)}) -> {_type_text(returned, space)}"


def _parameter(parameter: inspect.Parameter, record: Op | None, space: Mapping[str, Any]) -> str:
    stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
    stars = "**" if parameter.kind is parameter.VAR_KEYWORD else stars
    text = stars + parameter.name
    kind = (
        "" if parameter.annotation is parameter.empty else _type_text(parameter.annotation, space)
    )
    if record is not None and parameter.name in record.arguments:
        kind = "Sequence[Tensor]" if record.listed and not record.starred else "Tensor"
    if kind and kind != "Any":
        text += f": {kind}"
    if parameter.default is not parameter.empty:
        text += (
            f" = {_default_text(parameter.default)}"
            if kind
            else f"={_default_text(parameter.default)}"
        )
    return text


def _type_text(annotation: Any, space: Mapping[str, Any]) -> str:
    """A type as it is written, public names in full, so that they are links."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        annotation = annotation.__name__
    text = re.sub(r"\b(typing|collections\.abc|hypothesis\.strategies)\.", "", str(annotation))
    if "_DTypeDict" in text:  # all that NumPy takes for a dtype
        text = "DTypeLike"
    text = re.sub(r"ForwardRef\('(\w+)'\)", r"\1", text)
    text = re.sub(r"numpy\.ndarray\[(?:[^\[\]]|\[[^\[\]]*\])*\]", "ndarray", text)

    def full(match: re.Match[str]) -> str:
        module = getattr(space.get(match[0]), "__module__", "")
        return f"{module.partition('.')[0]}.{match[0]}" if module.startswith("nn.") else match[0]

    return re.sub(r"(?<![.\w])[A-Z]\w+(?![.\w])", full, text)


def _default_text(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 40 and " at 0x" not in text and "<" not in text else "..."


# ---------------------------------------------------------------------- the body


def _plots(entry: Entry) -> Iterator[str]:
    text = ""
    if entry.record:
        text = shown.operation_plot(entry.record)
    elif inspect.isclass(entry.thing) and entry.name.startswith("nn."):
        if issubclass(entry.thing, nn.optim.Optimizer):
            text = shown.optimizer_plot(entry.thing)
        elif issubclass(entry.thing, nn.optim.lr_scheduler.LRScheduler):
            text = shown.schedule_plot(entry.thing)
        elif entry.thing.__module__.startswith("nn.losses"):
            text = shown.loss_plot(entry.thing)
        elif issubclass(entry.thing, nn.Module):
            text = shown.layer_plot(entry.thing)
    if text:
        yield code_block(text, "{raw} html")


def _sections(doc: docstrings.Docstring) -> Iterator[str]:
    titles = {
        "Args": "Arguments", "Attributes": "Attributes", "Returns": "Returns", "Yields": "Yields",
        "Shape": "Shapes", "Raises": "Errors", "Keywords": "Keywords", "Note": "Note",
        "Reference": "References", "References": "References",
    }  # fmt: skip
    for heading, lines in doc.sections.items():
        listed = heading in ("Args", "Attributes", "Raises", "Keywords")
        body = docstrings.definition_list(lines) if listed else docstrings.paragraph(lines)
        yield f"## {titles[heading]}\n\n{body}\n"


def _example(entry: Entry, doc: docstrings.Docstring) -> Iterator[str]:
    if doc.examples:
        module = getattr(entry.thing, "__module__", "autograd")
        yield f"## Example\n\n{code_block(docstrings.pasteable(doc.examples, module))}"


def _in_use(entry: Entry) -> Iterator[str]:
    if entry.name.startswith("nn.train."):
        yield from in_use.callback_shown(entry.thing)
    elif entry.name.startswith("autograd.testing.strategies."):
        yield from in_use.strategy_shown(entry.thing)


def _derivative(entry: Entry, folder: Path) -> Iterator[str]:
    record = entry.record
    assert record is not None
    yield f"## Derivative\n\nKind: *{record.kind}*, {_KINDS[record.kind]}.\n"
    if record.kind != "constant":
        yield f"Differentiable {_domain(record)}.\n"
    rules = shown.rule_formulas(record)
    if rules:
        local = record.kind == "elementwise"
        words = (
            "The gradient `g` that arrives at the result is multiplied by the local derivative, "
            "where `out` is the result:"
            if local
            else "The gradient `g` that arrives at the result, `out`, goes on as follows:"
        )
        rows = "\n".join(
            f"| `{name}` | {{formula}}`{_rule_text(record, name, formula)}` |"
            for name, formula in rules
        )
        yield f"{words}\n\n| to | |\n|---|---|\n{rows}\n"
    elif source := shown.rule_statements(record):
        block = code_block(f":class: no-search\n\n{source}", "{code-block} python")
        yield f"The rule, of the gradient `g` that arrives:\n\n{block}"
    values = shown.special_values(record)
    if values:
        at_zero = next(row for row in values if row[0] == "0")
        yield f"The value at 0 is {at_zero[1]}, the slope at 0 is {at_zero[2]}.\n"
        rows = "\n".join(f"| {place} | {value} | {slope} |" for place, value, slope in values)
        yield f"| at | value | slope |\n|---:|---:|---:|\n{rows}\n"
    drawn = shown.small_graph(record)
    if drawn:
        file = folder / f"{entry.name}.svg"
        file.write_text(smaller(drawn), "utf-8")
        yield (
            f"```{{figure}} {file.name}\n:figclass: graph\n:alt: the graph of {entry.short} with "
            f"values and gradients\n\nValues above the wires, gradients below them.\n```\n"
        )
    yield f"Checked by {_checks(record)}.\n"


def _domain(record: Op) -> str:
    if isinstance(record.domain, str):
        return _DOMAINS[record.domain]
    return ", ".join(f"`{name}` {_DOMAINS[each]}" for name, each in record.domain.items())


def _rule_text(record: Op, name: str, formula: str) -> str:
    left = f"∂out/∂{name}" if record.kind == "elementwise" else f"g to {name}"
    return f"{left} = {formula}" if record.kind == "elementwise" else formula


def _checks(record: Op) -> str:
    checks = ["its example"]
    if shown.sample_count(record):
        checks.append(f"drawn arguments of {shown.sample_count(record)} kinds")
    if record.kind != "constant":
        checks.append("numerical derivatives in reverse, forward and second order")
    if record.numpy:
        checks.append(
            f"the values of {', '.join(f'`np.{numpy_name(f)}`' for f in record.numpy[:1])}"
        )
    if record.composed is not None:
        checks.append("the same function in simpler operations")
    if record.errors:
        checks.append(f"{len(record.errors)} calls that must fail")
    return ", ".join(checks[:-1]) + " and " + checks[-1] if len(checks) > 1 else checks[0]


def _styles(folder: Path) -> Iterator[str]:
    yield "## Styles\n"
    for name, drawn in shown.style_figures():
        file = folder / f"style.{name}.svg"
        file.write_text(smaller(drawn), "utf-8")
        head = f"```{{figure}} {file.name}\n:figclass: graph\n:alt: a figure in the style {name}"
        yield f'{head}\n\n`style="{name}"`\n```\n'


def _methods(entry: Entry) -> Iterator[str]:
    """The public methods of a class that are its own, or documented for it."""
    if not inspect.isclass(entry.thing) or issubclass(entry.thing, tuple):
        return
    rows = []
    for name, attribute in sorted(vars(entry.thing).items()):
        function = getattr(attribute, "fget", None) or getattr(attribute, "__func__", attribute)
        if name.startswith("_") or not callable(function) or name == "forward":
            continue
        text = inspect.getdoc(function)
        if not text:
            continue
        summary = markdown(re.sub(r"\s+", " ", text.partition("\n\n")[0]))
        call = name if isinstance(attribute, property) else f"{name}()"
        record = getattr(function, "op", None)
        if isinstance(record, Op):
            call = f"{name}()"
        rows.append(f"| `{call}` | {_cell(summary)} |")
    if rows:
        yield "## Methods\n\n| name | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _elsewhere(entry: Entry) -> Iterator[str]:
    record = entry.record
    rows = []
    if record is not None:
        if record.numpy:
            found = ", ".join(f"`np.{numpy_name(each)}`" for each in record.numpy)
            rows.append(f"| NumPy | {found}, which takes Tensors too |")
        if record.pytorch:
            prefix = "" if record.pytorch.startswith("F.") else "torch."
            rows.append(f"| PyTorch | `{prefix}{record.pytorch}` |")
        methods = [each for each in record.method_names if not each.startswith("__")]
        operators = [each for each in record.method_names if each.startswith("__")]
        if methods:
            rows.append("| method of a Tensor | " + ", ".join(f"`t.{m}()`" for m in methods) + " |")
        if operators:
            rows.append("| operator | " + ", ".join(f"`{each}`" for each in operators) + " |")
    if entry.also:
        rows.append("| also as | " + ", ".join(f"`{each}`" for each in entry.also) + " |")
    if rows:
        yield "## Other names\n\n| | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _uses(uses: list[Use]) -> Iterator[str]:
    if uses:
        links = "\n".join(f"- {{doc}}`{use.title} </{use.page}>`" for use in uses)
        yield f"## Used in\n\n{links}\n"


def _source(entry: Entry) -> Iterator[str]:
    """The source, folded away; an operation's with its rules."""
    try:
        source = shown.rule_source(entry.record) if entry.record else inspect.getsource(entry.thing)
        file = inspect.getsourcefile(inspect.unwrap(entry.thing)) or ""
    except (OSError, TypeError):
        return
    if not source or len(source) > (3_000 if entry.record else 900):
        return
    where = "/".join(Path(file).parts[-(getattr(entry.thing, "__module__", "").count(".") + 1) :])
    block = code_block(f":class: no-search\n\n{source.rstrip()}", "{code-block} python")
    yield f"<details><summary>Source: {where}</summary>\n\n{block}\n</details>\n"


def _beside(entry: Entry, family: Family) -> Iterator[str]:
    others = [each for each in family.entries if each is not entry][:6]
    links = ", ".join(f"{{doc}}`{each.short} </{each.page}>`" for each in others)
    yield f"## See also\n\n{{doc}}`{family.title} </{family.page}>`" + (
        f": {links}\n" if links else "\n"
    )


_PACKAGES = {
    "autograd": "Tensors, operations and derivatives",
    "nn": "Models and training",
    "viz": "Figures",
}


def index_page(families: list[Family]) -> str:
    """The table of contents of the reference: families by package."""
    parts = ["# Reference\n\nEvery public name has a page of its own, written from its record.\n"]
    for package, title in _PACKAGES.items():
        here = [each for each in families if each.module.partition(".")[0] == package]
        lines = "\n".join(f"- {{doc}}`{each.title} </{each.page}>`" for each in here)
        parts.append(f"## {title}\n\n{lines}\n")
    return "\n".join(parts)
