"""A docstring in Google's style as Markdown: sections become tables, examples can be pasted."""

from __future__ import annotations

import ast
import builtins
import doctest
import html
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd
import nn
from tools.site.formulas import is_formula

_HEADING = re.compile(r"^(Args|Attributes|Returns|Raises|Yields|Shape|References?|Note|Keywords):$")
_ITEM = re.compile(r"^(\*{0,2}[\w., *]+?): (.*)$")


@dataclass
class Docstring:
    """The parts of a docstring.

    Attributes:
        text: paragraphs before and between the sections, the summary first.
        sections: by heading, the lines below it.
        examples: the doctests, in order.
    """

    text: str
    sections: dict[str, list[str]] = field(default_factory=dict)
    examples: list[doctest.Example] = field(default_factory=list)


def parse(text: str) -> Docstring:
    """Take a cleaned docstring apart."""
    paragraphs: list[str] = []
    sections: dict[str, list[str]] = {}
    section: list[str] | None = None
    in_example = False
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if line.lstrip().startswith(">>>"):
            in_example = True
        elif in_example and not line.strip():
            in_example = False
        if in_example:
            continue
        if heading:
            section = sections.setdefault(heading[1], [])
        elif section is not None and (line.startswith("    ") or not line.strip()):
            section.append(line[4:])
        else:
            section = None
            paragraphs.append(line)
    examples = doctest.DocTestParser().get_examples(text)
    return Docstring("\n".join(paragraphs).strip(), sections, examples)


def markdown(text: str) -> str:
    """Prose of a docstring: formulas are typeset, stars and brackets stay what they are."""
    pieces = re.split(r"(`[^`]+`)", text)
    return "".join(
        _span(piece) if piece.startswith("`") and len(piece) > 1 else _prose(piece)
        for piece in pieces
    )


def _span(code: str) -> str:
    inside = " ".join(code[1:-1].split())
    return f"{{formula}}`{inside}`" if is_formula(inside) else f"`{inside}`"


def _prose(text: str) -> str:
    text = re.sub(r"([*\[\]<>|_$\\{}])", r"\\\1", text)
    return re.sub(r"(?m)^(\s*)\\\* ", r"\1* ", text)


def items(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Names and what is said of them, of a section such as `Args`."""
    name = ""
    words: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if found and not line.startswith(" "):
            if name or any(words):
                yield name, " ".join(words).strip()
            name, words = found[1], [found[2]]
        else:
            words.append(line.strip())
    if name or any(words):
        yield name, " ".join(words).strip()


def definition_list(lines: list[str]) -> str:
    """A section of names as a definition list."""
    parts = []
    for name, words in items(lines):
        parts.append(f"`{name}`\n: {markdown(words)}\n" if name else f"{markdown(words)}\n")
    return "\n".join(parts)


def paragraph(lines: list[str]) -> str:
    """A section that is one text."""
    return markdown("\n".join(lines).strip())


# ---------------------------------------------------------------------- examples


def pasteable(examples: list[doctest.Example], module: str) -> str:
    """The examples as a program that runs as it stands: imports first, results as comments.

    Args:
        examples: the doctests of one docstring.
        module: where it stands, whose names it uses.
    """
    body = []
    for example in examples:
        if "doctest:" in example.source:
            example.source = re.sub(r"\s*# doctest:.*", "", example.source)
        body.append(example.source.rstrip())
        if example.want:
            body += [f"# {line}".rstrip() for line in example.want.rstrip().splitlines()]
        elif example.exc_msg:
            body.append(f"# {example.exc_msg.strip()}")
    imports = _imports("\n".join(example.source for example in examples), module)
    return "\n".join([*imports, *([""] if imports else []), *body])


def _imports(source: str, module: str) -> list[str]:
    """The imports that a piece of code of a module's docstring needs."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    made = {
        each.id
        for each in ast.walk(tree)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    made |= {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    made |= {
        alias.asname or alias.name.partition(".")[0]
        for each in ast.walk(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    made |= {
        each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)
    }
    wanted = sorted(names - made - set(dir(builtins)) | (names & _shadowed(module)) - made)
    whole: list[str] = []
    parts: dict[str, list[str]] = {}
    space: Mapping[str, Any] = vars(importlib.import_module(module))
    for name in wanted:
        thing = space.get(name, getattr(autograd, name, getattr(nn, name, None)))
        if name == "np":
            whole.append("import numpy as np")
        elif name in ("autograd", "nn", "viz"):
            whole.append(f"import {name}")
        elif thing is not None:
            parts.setdefault(_home(name, thing, module), []).append(name)
    lines = [f"from {home} import {', '.join(found)}" for home, found in sorted(parts.items())]
    return sorted(whole, key=lambda line: "numpy" not in line) + lines


def _shadowed(module: str) -> set[str]:
    """Names of builtins that the module gives another meaning, such as `sum`."""
    return set(vars(importlib.import_module(module))) & set(dir(builtins))


def _home(name: str, thing: Any, module: str) -> str:
    """The package that offers a name, the shortest one first."""
    if hasattr(thing, "__path__") or type(thing).__name__ == "module":
        return str(thing.__name__).rpartition(".")[0] or module
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        package = importlib.import_module(".".join(parts[:count]))
        if name in getattr(package, "__all__", ()) and getattr(package, name, None) is thing:
            return ".".join(parts[:count])
    for package_name in ("autograd", "nn", "viz"):
        package = importlib.import_module(package_name)
        if name in getattr(package, "__all__", ()) and getattr(package, name, None) is thing:
            return package_name
    return str(getattr(thing, "__module__", module) or module)


def code_block(text: str, language: str = "python") -> str:
    """A fenced block."""
    return f"```{language}\n{text}\n```\n"


def escaped(text: str) -> str:
    """Text inside HTML."""
    return html.escape(text)
