"""The tables of PyTorch's words in `docs/from-pytorch.md`, written from the table of words.

The text between two marks is replaced; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

import autograd
from autograd.operation.record import complete_records, records
from autograd.words import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "from-pytorch.md"


def page() -> str:
    """The text of `docs/from-pytorch.md`."""
    text = PAGE.read_text("utf-8")
    for name, rows in {
        "methods": _methods(),
        "functions": _functions(),
        "calls": _calls(),
        "refused": _refused(),
        "other meaning": _other_meaning(),
    }.items():
        begin, end = f"<!-- {name}: written by make generate -->", f"<!-- end of {name} -->"
        found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        new = "\n".join([begin, *rows, end])
        assert found.search(text), f"{PAGE.name} has no mark {begin}"
        text = found.sub(lambda _, new=new: new, text)  # type: ignore[misc]
    return text


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(each.replace('|', chr(92) + '|') for each in row)} |"


def _code(text: str) -> str:
    """A spelling as code, where it is one and no sentence."""
    return f"`{text}`" if re.match(r"[\w.]+$|.*[(\[.=+*/@<>-]", text) and ": " not in text else text


def _grouped(words: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    """Words with the same spelling here, in one row."""
    groups: dict[str, list[str]] = {}
    for word, here in words.items():
        groups.setdefault(here, []).append(word)
    for here, names in groups.items():
        yield ", ".join(f"`{prefix}{name}`" for name in names), _code(here)


def _methods() -> Iterator[str]:
    words = dict(table.SPELT)
    words |= {f"{name}()": f"t.astype({_dtype(dtype)})" for name, dtype in table.DTYPES.items()}
    words |= {name: here for name, (here, _) in table.ON_TENSORS.items()}
    yield from _table(("PyTorch", "here"), _grouped(words, "t."))
    yield ""
    yield "Methods that are functions of the package here, `autograd.<name>(t, ...)`:"
    yield ", ".join(f"`{name}`" for name in table.SAME) + "."
    yield ""
    yield "With an underscore they write into the Tensor, `t[...] = t.<name>(...)`:"
    yield ", ".join(f"`{name}_`" for name in table.IN_PLACE) + "."


def _dtype(dtype: object) -> str:
    return "bool" if dtype is np.bool_ else f"np.{np.dtype(dtype)}"  # type: ignore[call-overload]


def _functions() -> Iterator[str]:
    complete_records()
    words = {
        op.pytorch: f"autograd.{op.name}"
        for op in records.values()
        if op.ours and op.pytorch and op.pytorch.isidentifier()
        if op.pytorch not in autograd.__all__ and op.pytorch not in table.OF_THE_PACKAGE
        and op.pytorch not in table.REFUSED_OF_THE_PACKAGE
    }  # fmt: skip
    words |= {name: here for name, (here, _) in table.OF_THE_PACKAGE.items() if here}
    yield from _table(("PyTorch", "here"), _grouped(words, "torch."))


def _calls() -> Iterator[str]:
    rows = ((f"`{name}`", _code(here)) for name, (here, _) in table.CALLS.items())
    yield from _table(("called as PyTorch does", "here"), rows)
    yield ""
    names = ", ".join(
        f"`{theirs}=` ({', '.join(f'`{ours}=`' for ours in names)})"
        for theirs, names in table.KEYWORDS.items()
    )
    yield f"Keywords and what they are called here: {names}."
    yield ""
    ignored = ", ".join(f"`{name}=`" for name in table.WITHOUT_MEANING)
    yield f'Keywords that may say what holds anyway, such as `device="cpu"`: {ignored}.'


def _refused() -> Iterator[str]:
    def rows() -> Iterator[tuple[str, str]]:
        yield from _grouped(table.REFUSED_ON_TENSORS, "t.")
        yield from _grouped(table.REFUSED_OF_THE_PACKAGE, "torch.")

    yield from _table(("PyTorch", "the error says: use"), rows())


def _other_meaning() -> Iterator[str]:
    scope = {"autograd": autograd, **table.other_meaning_data(autograd.tensor)}
    yield from _table(
        ("call", "here, as in NumPy", "in PyTorch", "PyTorch's meaning is written"),
        (
            (f"`{call}`", _shown(eval(call, scope)), _shown(eval(theirs, scope)), f"`{theirs}`")
            for call, theirs in table.OTHER_MEANING.items()
        ),
    )


def _shown(result: object) -> str:
    """A result in one line, without its class."""
    if isinstance(result, tuple | list):
        return ", ".join(map(_shown, result))
    if isinstance(result, autograd.Tensor):
        numbers = result.data
        return f"`{(numbers if numbers.dtype == bool else np.round(numbers, 4)).tolist()}`"
    return f"`{result}`"
