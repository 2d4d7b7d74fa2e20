"""The tables of PyTorch's words in `docs/from-pytorch.md` and its Korean, from the table of words.

The text between two marks is replaced; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

import autograd
from autograd.operation.record import complete_records, records
from autograd.words import table

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": DOCS / "from-pytorch.md", "ko": DOCS / "from-pytorch.ko.md"}
# What stands between the words, in English and in Korean.
_KOREAN = {
    "here": "여기서는",
    "Methods that are functions of the package here, `autograd.<name>(t, ...)`:":
        "여기서는 패키지의 함수 `autograd.<name>(t, ...)`인 메서드:",
    "With an underscore they write into the Tensor, `t[...] = t.<name>(...)`:":
        "밑줄을 붙이면 텐서에 씁니다, `t[...] = t.<name>(...)`:",
    "called as PyTorch does": "PyTorch처럼 부르면",
    "Keywords and what they are called here:": "인수 이름과 여기서의 이름:",
    'Keywords that may say what holds anyway, such as `device="cpu"`:':
        '`device="cpu"`처럼 어차피 그런 것을 말해도 되는 인수:',
    "the error says: use": "오류가 알려 주는 것",
    "call": "호출",
    "here, as in NumPy": "여기서는 (NumPy와 같이)",
    "in PyTorch": "PyTorch에서는",
    "PyTorch's meaning is written": "PyTorch의 뜻으로 쓰려면",
}  # fmt: skip


def page(lang: str = "en") -> str:
    """The text of the page in a language."""
    text = PAGES[lang].read_text("utf-8")
    for name, rows in {
        "methods": _methods(lang),
        "functions": _functions(lang),
        "calls": _calls(lang),
        "refused": _refused(lang),
        "other meaning": _other_meaning(lang),
    }.items():
        begin, end = f"<!-- {name}: written by make generate -->", f"<!-- end of {name} -->"
        found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        new = "\n".join([begin, *rows, end])
        assert found.search(text), f"{PAGES[lang].name} has no mark {begin}"
        text = found.sub(lambda _, new=new: new, text)  # type: ignore[misc]
    return text


def _said(text: str, lang: str) -> str:
    return _KOREAN.get(text, text) if lang == "ko" else text


def _table(lang: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(_said(head, lang) for head in heads)} |"
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


def _methods(lang: str) -> Iterator[str]:
    words = dict(table.SPELT)
    words |= {f"{name}()": f"t.astype({_dtype(dtype)})" for name, dtype in table.DTYPES.items()}
    words |= {name: here for name, (here, _) in table.ON_TENSORS.items()}
    yield from _table(lang, ("PyTorch", "here"), _grouped(words, "t."))
    yield ""
    yield _said("Methods that are functions of the package here, `autograd.<name>(t, ...)`:", lang)
    yield ", ".join(f"`{name}`" for name in table.SAME) + "."
    yield ""
    yield _said("With an underscore they write into the Tensor, `t[...] = t.<name>(...)`:", lang)
    yield ", ".join(f"`{name}_`" for name in table.IN_PLACE) + "."


def _dtype(dtype: object) -> str:
    return "bool" if dtype is np.bool_ else f"np.{np.dtype(dtype)}"  # type: ignore[call-overload]


def _functions(lang: str) -> Iterator[str]:
    complete_records()
    words = {
        op.pytorch: f"autograd.{op.name}"
        for op in records.values()
        if op.ours and op.pytorch and op.pytorch.isidentifier()
        if op.pytorch not in autograd.__all__ and op.pytorch not in table.OF_THE_PACKAGE
        and op.pytorch not in table.REFUSED_OF_THE_PACKAGE
    }  # fmt: skip
    words |= {name: here for name, (here, _) in table.OF_THE_PACKAGE.items() if here}
    yield from _table(lang, ("PyTorch", "here"), _grouped(words, "torch."))


def _calls(lang: str) -> Iterator[str]:
    rows = ((f"`{name}`", _code(here)) for name, (here, _) in table.CALLS.items())
    yield from _table(lang, ("called as PyTorch does", "here"), rows)
    yield ""
    names = ", ".join(
        f"`{theirs}=` ({', '.join(f'`{ours}=`' for ours in names)})"
        for theirs, names in table.KEYWORDS.items()
    )
    yield f"{_said('Keywords and what they are called here:', lang)} {names}."
    yield ""
    ignored = ", ".join(f"`{name}=`" for name in table.WITHOUT_MEANING)
    holds = 'Keywords that may say what holds anyway, such as `device="cpu"`:'
    yield f"{_said(holds, lang)} {ignored}."


def _refused(lang: str) -> Iterator[str]:
    def rows() -> Iterator[tuple[str, str]]:
        yield from _grouped(table.REFUSED_ON_TENSORS, "t.")
        yield from _grouped(table.REFUSED_OF_THE_PACKAGE, "torch.")

    yield from _table(lang, ("PyTorch", "the error says: use"), rows())


def _other_meaning(lang: str) -> Iterator[str]:
    scope = {"autograd": autograd, **table.other_meaning_data(autograd.tensor)}
    yield from _table(
        lang,
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


WRITTEN = {path: partial(page, lang) for lang, path in PAGES.items()}
