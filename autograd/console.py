"""Text for consoles that know less than Unicode, such as Windows's in Korean (cp949).

Python stops with a UnicodeEncodeError where a console's encoding lacks a character.
"""

from __future__ import annotations

import codecs
import sys
from typing import Any

__all__: list[str] = []

# Signs of formulas, as one types them. cp949 lacks the minus sign, cp1252 nearly all of these.
_TYPED_SIGNS = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "⁻": "^-", "→": "->", "←": "<-", "∂": "d", "∞": "inf",
        "Σ": "sum", "√": "sqrt ", "∇": "grad ", "ᵀ": "^T", "′": "'", "≤": "<=", "≥": ">=",
        "≈": "~", "⊙": "*", "…": "...", "α": "alpha", "β": "beta", "γ": "gamma", "ε": "eps",
        "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma",
        **{sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{sign: f"_{digit}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    }
)  # fmt: skip


TYPED = "wengert.typed"  # the name of the way for `open` and `reconfigure`: errors=TYPED


def printable(text: str, stream: Any = None) -> str:
    """What a stream (standard output, if not given) can encode of a text, the rest spelt out or ?.

    >>> import io
    >>> console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    >>> printable("∂y/∂x = −2 × 값", console)
    'dy/dx = -2 × ?'
    >>> printable("∂y/∂x = −2 × 값", io.StringIO())
    '∂y/∂x = −2 × 값'
    """
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None) or "utf-8"
    return text.encode(encoding, TYPED).decode(encoding)


def show(text: str, stream: Any = None) -> None:
    """Print a line to a stream, standard output if not given, whatever its encoding."""
    print(printable(text, stream), file=stream, flush=True)


def _spelt(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    signs = "".join(
        spelt if _can_encode(spelt := sign.translate(_TYPED_SIGNS), error.encoding) else "?"
        for sign in lacking
    )
    return signs, error.end


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


codecs.register_error(TYPED, _spelt)
