"""Formulas of the lessons: `$w ← w - η g / √(G + ε)$`, written as one reads them.

In a terminal they stay as they are. A page sets them as MathML, a notebook as LaTeX; both come from
one tree. A name may have an index (`w1`, `h_t`, `h_(t-1)`) and a power (`x²`, `Aᵀ`, `e^(-x)`);
`a/b` and `a / b` are fractions of what stands next to the bar, where `2h` and `Σ x` are one thing;
`√` takes what follows it. A bracket that touches a name holds its argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

FORMULA = re.compile(r"\$([^$]+)\$([.,;]?)")
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᵗ'", "0123456789Tt′", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₜ", "0123456789ijt", strict=True))
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
    r"(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᵗ']+)|(?P<lowered>[₀₁₂₃₄₅₆₇₈₉ᵢⱼₜ]+)|(?P<sign>\.\.\.|\|\||.))",
    re.DOTALL,
)
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, ")]}"


def parse(text: str) -> tuple:
    """The tree of a formula: tuples of a kind and its parts.

    Raises:
        ValueError: for brackets that do not match; the message shows the formula.
    """
    found = TOKEN.finditer(text.strip())
    # Kind, characters, and whether a space stands before it.
    tokens = [(each.lastgroup, each[each.lastgroup], each[0][:1].isspace()) for each in found]
    try:
        row = _row(tokens, "")
    except ValueError as error:
        raise ValueError(f"{error} in {text!r}") from None
    if tokens:
        raise ValueError(f"formula: a bracket too many in {text!r}")
    return row


def _row(tokens: list, closing: str) -> tuple:
    """What comes up to a closing bracket, which is taken; all, where there is none."""
    parts: list[tuple] = []
    while tokens:
        kind, value, _ = tokens[0]
        if kind == "sign" and value in CLOSING:
            if value != closing:
                break
            tokens.pop(0)
            return ("row", parts)
        if value == "/" and parts and parts[-1][0] != "sign":
            tokens.pop(0)
            parts.append(("fraction", _bare(parts.pop()), _bare(_below_the_bar(tokens))))
            continue
        parts.append(_atom(tokens))
    if closing:
        raise ValueError(f"formula: a bracket {closing!r} is missing")
    return ("row", parts)


def _below_the_bar(tokens: list) -> tuple:
    """The next thing: with what touches it, as `2h`; a sum with what is added."""
    parts = [_atom(tokens)]
    while tokens and (
        parts[-1] == ("sign", "Σ") or (tokens[0][0] in ("name", "number") and not tokens[0][2])
    ):
        parts.append(_atom(tokens))
    return parts[0] if len(parts) == 1 else ("row", parts)


def _atom(tokens: list) -> tuple:
    """One thing with its indices and powers; a function with its argument."""
    if not tokens:
        return ("row", [])
    kind, value, _ = tokens.pop(0)
    if kind == "sign" and value in OPENING:
        atom = ("fence", value, _row(tokens, OPENING[value]), OPENING[value])
    elif value == "∂":  # of a bracket
        return ("row", [("name", "∂"), _atom(tokens)])
    elif value == "√":
        atom = ("root", _bare(_atom(tokens)))
    elif value in HALVES:
        atom = ("fraction", *(("number", each) for each in HALVES[value]))
    elif kind == "name":
        atom = _name(value)
    else:
        atom = (kind, value)
    atom = _scripts(atom, tokens)
    called = kind == "name" and tokens and tokens[0] == ("sign", "(", False)
    return ("row", [atom, _atom(tokens)]) if called else atom


def _name(value: str) -> tuple:
    """A variable, with the digits at its end as index; a function, or a word, upright."""
    letters = value.rstrip("0123456789")
    plain = letters.lstrip("∂")
    if plain in FUNCTIONS:
        return ("function", plain)
    if len(plain) > 3 or "가" <= plain[0] <= "힣":
        word = ("word", plain)
        base = word if plain == letters else ("row", [("name", "∂"), word])
    else:
        base = ("name", letters)
    return ("below", base, ("number", value[len(letters) :])) if letters != value else base


def _scripts(atom: tuple, tokens: list) -> tuple:
    while tokens:
        kind, value, _ = tokens[0]
        if kind in ("raised", "lowered"):
            tokens.pop(0)
            digits = "".join((RAISED if kind == "raised" else LOWERED)[each] for each in value)
            script = ("number" if digits.isdigit() else "name", digits)
        elif value in ("^", "_"):
            kind = "raised" if value == "^" else "lowered"
            tokens.pop(0)
            script = _bare(_atom(tokens))
        else:
            break
        atom = ("above" if kind == "raised" else "below", atom, script)
    return atom


def _bare(tree: tuple) -> tuple:
    """Without its round brackets: a bar or a root holds it together."""
    return tree[2] if tree[0] == "fence" and tree[1] == "(" else tree


# ---------------------------------------------------------------------- MathML, for pages

SIGNS = {"-": "−", "*": "·", "||": "‖"}


def mathml(text: str, block: bool = False) -> str:
    """The formula as an element `<math>`, on a line of its own if `block`."""
    display = ' display="block"' if block else ""
    return f"<math{display}>{_mathml(parse(text))}</math>"


def _mathml(tree: tuple) -> str:
    kind, *parts = tree
    if kind == "row":
        return f"<mrow>{''.join(map(_mathml, parts[0]))}</mrow>"
    if kind == "fence":
        return f"<mrow><mo>{parts[0]}</mo>{_mathml(parts[1])}<mo>{parts[2]}</mo></mrow>"
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
