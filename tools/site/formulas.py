"""Formulas as our docstrings write them, `e^(-x²)`, as MathML: no script and no font is loaded."""

from __future__ import annotations

import html
import re

_SUPERSCRIPTS = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀᵗⁿᵏᵖⁱᴴ", "0123456789+−Ttnkpi H".replace(" ", ""), strict=True)
)
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₜₙₖᵢⱼₚ", "0123456789tnkijp", strict=True))
_OPERATORS = set("+-−·×/=<>≤≥≠≈∈←→∘|,;:∂∇Σ∏∫±∞…⊙⊗∼~")
# A code span is a formula if it has one of these and none of what only programs have.
_MATHEMATICAL = re.compile(
    r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀᵗⁿ₀₁₂ₜₙᵢⱼ^√Σ∏∂·×÷←−≤≥∈∞πσβαγδεηθλμρτφψωΦΓΨ∇]|\w / \w|\w = \w"
)
_PROGRAM = re.compile(r"[_\"'\[\]{}@#]|\w\.[A-Za-z]|==|->|>>>|\*|\w=\w|\bNone\b|\bTrue\b|:=")
_TOKEN = re.compile(
    r"\s+|\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z]+|[^\W\d_][\u0300-\u036f]?|[\u0300-\u036f]|.", re.UNICODE
)


def is_formula(text: str) -> bool:
    """Whether a code span is mathematics and no program.

    >>> is_formula("e^(-x²)"), is_formula("y = x Wᵀ + b"), is_formula("keepdims=True")
    (True, True, False)
    """
    return bool(_MATHEMATICAL.search(text)) and not _PROGRAM.search(text)


def mathml(text: str) -> str:
    """A formula in one line as MathML, which browsers draw themselves.

    >>> mathml("x²")
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    row, rest = _row(_TOKEN.findall(text), closing=None)
    return f"<math>{row}{''.join(map(html.escape, rest))}</math>"


def _row(tokens: list[str], closing: str | None) -> tuple[str, list[str]]:
    """Elements up to the closing bracket, and what stands behind it."""
    parts: list[str] = []
    while tokens:
        token, *tokens = tokens
        if token == closing:
            break
        if token.isspace():
            if parts and not parts[-1].startswith("<mo"):
                parts.append('<mspace width="0.22em"></mspace>')
        elif token == "^" and parts:
            above, tokens = _atom(tokens)
            base = parts.pop()
            parts.append(f"<msup>{base}{above}</msup>")
        elif token in _SUPERSCRIPTS and parts:
            digits = [token]
            while tokens and tokens[0] in _SUPERSCRIPTS:
                digits.append(tokens.pop(0))
            above = _leaf("".join(_SUPERSCRIPTS[each] for each in digits))
            parts.append(f"<msup>{parts.pop()}{above}</msup>")
        elif token in _SUBSCRIPTS and parts:
            parts.append(f"<msub>{parts.pop()}{_leaf(_SUBSCRIPTS[token])}</msub>")
        else:
            element, tokens = _atom([token, *tokens])
            parts.append(element)
    return f"<mrow>{''.join(parts)}</mrow>", tokens


def _atom(tokens: list[str]) -> tuple[str, list[str]]:
    """One element: a name, a number, a root, or what stands in brackets."""
    if not tokens:
        return "<mrow></mrow>", []
    token, *tokens = tokens
    if token == "(":
        inside, tokens = _row(tokens, closing=")")
        return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>", tokens
    if token == "√" and tokens:
        if tokens[0] == "(":
            inside, tokens = _row(tokens[1:], closing=")")
        else:
            inside, tokens = _atom(tokens)
        return f"<msqrt>{inside}</msqrt>", tokens
    if token in ("-", "−") and tokens and not tokens[0].isspace():
        following, tokens = _atom(tokens)
        return f"<mrow><mo>−</mo>{following}</mrow>", tokens
    return _leaf(token), tokens


def _leaf(token: str) -> str:
    if token in _OPERATORS or token in "()":
        return f"<mo>{html.escape('−' if token == '-' else token)}</mo>"
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token[0].isalpha():
        if len(token) > 1 and not any("\u0300" <= each <= "\u036f" for each in token):
            return f'<mi mathvariant="normal">{token}</mi>'
        return f"<mi>{token}</mi>"
    return f"<mo>{html.escape(token)}</mo>"
