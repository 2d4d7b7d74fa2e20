"""Which code spans of a docstring are formulas, `e^(-x²)`: they are set as those of the lessons."""

from __future__ import annotations

import re

from examples.course import formulas

# A code span is a formula if it has one of these and none of what only programs have.
_MATHEMATICAL = re.compile(
    r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀᵗⁿ₀₁₂ₜₙᵢⱼ^√Σ∏∂·×÷←−≤≥∈∞πσβαγδεηθλμρτφψωΦΓΨ∇]|\w / \w|\w = \w"
)
_PROGRAM = re.compile(r"[_\"'\[\]{}@#]|\w\.[A-Za-z]|==|->|>>>|\*|\w=\w|\bNone\b|\bTrue\b|:=")


def is_formula(text: str) -> bool:
    """Whether a code span is mathematics and no program.

    >>> is_formula("e^(-x²)"), is_formula("y = x Wᵀ + b"), is_formula("keepdims=True")
    (True, True, False)
    """
    return bool(_MATHEMATICAL.search(text)) and not _PROGRAM.search(text)


def mathml(text: str) -> str:
    """A formula as MathML, which browsers draw themselves: no script, no font.

    Its fractions are as large as the text around them, for many stand within others.

    >>> mathml("lr")
    '<math displaystyle="true"><mrow><mtext>lr</mtext></mrow></math>'
    """
    return formulas.mathml(text, word=2).replace("<math>", '<math displaystyle="true">')
