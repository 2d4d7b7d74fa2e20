"""Formulas of lessons, `$w ← w - η g / √(G + ε)$`, and of docstrings, written as one reads them.

In a terminal they stay as they are. A page sets them as MathML, a notebook as LaTeX; both come from
one tree. A name may have an index (`w1`, `h_t`, `h_(t-1)`) and a power (`x²`, `Aᵀ`, `e^(-x)`);
`a/b` and `a / b` are fractions of what stands next to the bar, where `2h` and `Σ x` are one thing;
`√` takes what follows it. A bracket that touches a name holds its argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

FORMULA = re.compile(r"\$([^$]+)\$([.,;]?)")
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀᵗⁿᵏᵖⁱˣᴴ'", "0123456789+−()TtnkpixH′", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₜₙₖₚ", "0123456789ijtnkp", strict=True))
HALVES = {"½": ("1", "2"), "¼": ("1", "4")}
FUNCTIONS = [
    "exp",
    "log",
    "ln",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "softmax",
    "max",
    "min",
    "sign",
    "step",
    "AND",
    "OR",
    "NAND",
    "XOR",
]  # upright
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)*)|(?P<name>∂?(?!Σ)[A-Za-zͰ-Ͽ]̂?[A-Za-z]*\d*|[가-힣]+)|"
    rf"(?P<raised>[{''.join(RAISED)}]+)|(?P<lowered>[{''.join(LOWERED)}]+)|"
    r"(?P<sign>\.\.\.|\|\||.))",
    re.DOTALL,
)
OPENING, CLOSING, BARS = {"(": ")", "[": "]", "{": "}"}, ")]}", ("|", "||", "‖")


def parse(text: str, word: int = 4) -> tuple:
    """The tree of a formula: tuples of a kind and its parts.

    Args:
        text: the formula in one line.
        word: a name of so many letters is a word, as `lr` is one in a docstring; a shorter one is
            a product, as `wx` in a lesson.

    Raises:
        ValueError: for brackets that do not match; the message shows the formula.
    """
    reader = _Reader(text.strip(), word)
    try:
        row = reader.row("")
    except ValueError as error:
        raise ValueError(f"{error} in {text.strip()!r}") from None
    if reader.tokens:
        raise ValueError(f"formula: a bracket too many in {text.strip()!r}")
    return row


class _Reader:
    """Takes tokens from the front and returns trees of them."""

    def __init__(self, text: str, word: int) -> None:
        found = TOKEN.finditer(text)
        # Kind, characters, and whether a space stands before it.
        self.tokens = [(e.lastgroup, e[e.lastgroup], e[0][:1].isspace()) for e in found]
        self.word = word

    def row(self, closing: str) -> tuple:
        """What comes up to a closing bracket, which is taken; all, where there is none."""
        parts: list[tuple] = []
        while self.tokens:
            kind, value, _ = self.tokens[0]
            if value == closing:
                self.tokens.pop(0)
                return ("row", parts)
            if kind == "sign" and value in CLOSING:
                break
            if value == "/" and parts and parts[-1][0] != "sign":
                self.tokens.pop(0)
                parts.append(("fraction", _bare(parts.pop()), _bare(self.below_the_bar())))
                continue
            parts.append(self.atom())
        if closing:
            raise ValueError(f"formula: a bracket {closing!r} is missing")
        return ("row", parts)

    def below_the_bar(self) -> tuple:
        """The next thing: with what touches it, as `2h`; a sum with what is added."""
        parts = [self.atom()]
        while self.tokens and (parts[-1] == ("sign", "Σ") or self._touching()):
            parts.append(self.atom())
        return parts[0] if len(parts) == 1 else ("row", parts)

    def _touching(self) -> bool:
        kind, _, spaced = self.tokens[0]
        return kind in ("name", "number") and not spaced

    def atom(self) -> tuple:
        """One thing with its indices and powers; a function with its argument."""
        if not self.tokens:
            return ("row", [])
        kind, value, _ = self.tokens.pop(0)
        if kind == "sign" and value in OPENING:
            atom = ("fence", value, self.row(OPENING[value]), OPENING[value])
        elif value in BARS and value in (each for _, each, _ in self.tokens):
            atom = ("fence", value, self.row(value), value)
        elif value == "∂":  # of a bracket
            return ("row", [("name", "∂"), self.atom()])
        elif value == "√":
            atom = ("root", _bare(self.atom()))
        elif value in HALVES:
            atom = ("fraction", *(("number", each) for each in HALVES[value]))
        elif kind == "name":
            atom = self.name(value)
        else:
            atom = (kind, value)
        atom = self.scripts(atom)
        called = kind == "name" and self.tokens and self.tokens[0] == ("sign", "(", False)
        return ("row", [atom, self.atom()]) if called else atom

    def name(self, value: str) -> tuple:
        """A variable, with the digits at its end as index; a function, or a word, upright."""
        letters = value.rstrip("0123456789")
        plain = letters.lstrip("∂")
        if plain in FUNCTIONS:
            return ("function", plain)
        if len(_letters(plain)) >= self.word or "가" <= plain[0] <= "힣":
            word = ("word", plain)
            base = word if plain == letters else ("row", [("name", "∂"), word])
        else:
            base = ("name", letters)
        return ("below", base, ("number", value[len(letters) :])) if letters != value else base

    def scripts(self, atom: tuple) -> tuple:
        """With the indices and powers that follow it."""
        while self.tokens:
            kind, value, _ = self.tokens[0]
            if kind in ("raised", "lowered"):
                self.tokens.pop(0)
                digits = "".join((RAISED if kind == "raised" else LOWERED)[each] for each in value)
                script = ("number" if digits.lstrip("+−").isdigit() else "name", digits)
            elif value == "!":
                self.tokens.pop(0)
                atom = ("row", [atom, ("sign", value)])
                continue
            elif value in ("^", "_"):
                kind = "raised" if value == "^" else "lowered"
                self.tokens.pop(0)
                negative = bool(self.tokens) and self.tokens[0][1] in ("-", "−")
                script = _bare(self.atom())
                if negative:  # e^-x
                    script = ("row", [script, self.atom()])
            else:
                break
            atom = ("above" if kind == "raised" else "below", atom, script)
        return atom


def _bare(tree: tuple) -> tuple:
    """Without its round brackets: a bar or a root holds it together."""
    return tree[2] if tree[0] == "fence" and tree[1] == "(" else tree


# ---------------------------------------------------------------------- MathML, for pages

SIGNS = {"-": "−", "*": "·", "||": "‖"}


def mathml(text: str, block: bool = False, word: int = 4) -> str:
    """The formula as an element `<math>`, on a line of its own if `block`; `word` as in `parse`."""
    display = ' display="block"' if block else ""
    return f"<math{display}>{_mathml(parse(text, word))}</math>"


def _mathml(tree: tuple) -> str:
    kind, *parts = tree
    if kind == "row":
        return f"<mrow>{''.join(_spaced(parts[0]))}</mrow>"
    if kind == "fence":
        opening, closing = (SIGNS.get(each, each) for each in (parts[0], parts[2]))
        return f"<mrow><mo>{opening}</mo>{_mathml(parts[1])}<mo>{closing}</mo></mrow>"
    if kind == "number":
        return f"<mn>{parts[0]}</mn>"
    if kind == "sign":
        return f"<mo>{escape(SIGNS.get(parts[0], parts[0]))}</mo>"
    if kind == "word":
        return f"<mtext>{parts[0]}</mtext>"
    if kind == "function":
        return f'<mo lspace="0.17em" rspace="0.17em">{parts[0]}</mo>'
    if kind == "name":
        return "".join(f"<mi>{each}</mi>" for each in _letters(parts[0]))
    element = {"fraction": "mfrac", "root": "msqrt", "above": "msup", "below": "msub"}[kind]
    inside = "".join(f"<mrow>{_mathml(each)}</mrow>" for each in parts)
    return f"<{element}>{inside}</{element}>"


def _spaced(parts: list[tuple]) -> Iterator[str]:
    """The elements of a row, with a space between a word and what is no sign."""
    for before, tree in zip([("sign", ""), *parts], parts, strict=False):
        joined = "sign" in (before[0], tree[0]) or before == ("name", "∂")
        if "word" in (before[0], tree[0]) and not joined:
            yield '<mspace width="0.25em"></mspace>'
        yield _mathml(tree)


def _letters(name: str) -> list[str]:
    """Letters one by one; a hat stays on its letter."""
    return re.findall(r".̂?", name)


# ---------------------------------------------------------------------- LaTeX, for notebooks

LATEX_SIGNS = {
    "·": r"\cdot ", "×": r"\times ", "←": r"\leftarrow ", "Σ": r"\sum ", "∞": r"\infty ",
    "≤": r"\le ", "≥": r"\ge ", "||": r"\|", "{": r"\{", "}": r"\}", "...": r"\ldots ",
    "⌈": r"\lceil ", "⌉": r"\rceil ", "≈": r"\approx ", "%": r"\%", "&": r"\&", "#": r"\#",
}  # fmt: skip


def latex(text: str) -> str:
    """The formula in LaTeX, without dollars."""
    return _latex(parse(text)).strip()


def _latex(tree: tuple) -> str:
    kind, *parts = tree
    if kind == "row":
        return " ".join(map(_latex, parts[0]))
    if kind == "fence":
        opening, closing = (LATEX_SIGNS.get(each, each) for each in (parts[0], parts[2]))
        return rf"\left{opening} {_latex(parts[1])} \right{closing}"
    if kind == "sign":
        return LATEX_SIGNS.get(parts[0], parts[0])
    if kind == "word":
        return rf"\text{{{parts[0]}}}"
    if kind == "function":
        return rf"\operatorname{{{parts[0]}}}"
    if kind == "name":
        hatted = (rf"\hat{{{e[0]}}}" if len(e) > 1 else e for e in _letters(parts[0]))
        return "".join(hatted).replace("∂", r"\partial ").replace("′", r"\prime")
    if kind == "number":
        return parts[0]
    form = {"fraction": r"\frac{%s}{%s}", "root": r"\sqrt{%s}", "above": "{%s}^{%s}",
            "below": "{%s}_{%s}"}[kind]  # fmt: skip
    return form % tuple(map(_latex, parts))


# ---------------------------------------------------------------------- texts with formulas


def plain(text: str) -> str:
    """A text as a terminal shows it: formulas as they were written."""
    return FORMULA.sub(r"\1\2", text)


def for_notebook(text: str) -> str:
    """A text of Markdown with its formulas in LaTeX."""
    return _replaced(text, lambda formula, block: f"$${latex(formula)}$$" if block
                     else f"${latex(formula)}$")  # fmt: skip


def for_page(text: str) -> str:
    """A text of Markdown with its formulas as MathML."""
    return _replaced(text, mathml)


def _replaced(text: str, form: Callable[[str, bool], str]) -> str:
    def replace(found: re.Match) -> str:
        before, after = text[: found.start()], text[found.end() :]
        formula = " ".join(found[1].split())
        if before[-2:] in ("", "\n\n") and after[:2] in ("", "\n\n"):
            return form(formula + found[2], True)
        return form(formula, False) + found[2]

    return FORMULA.sub(replace, text)
