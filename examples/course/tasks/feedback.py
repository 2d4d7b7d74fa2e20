"""What a check says: right, or what is yours, what was expected, and where.

Checks are written with these few functions, so that every answer has one form, in the language
that `speak` has set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.testing import GradientError, check_grads, numerical_gradient

WORDS = {
    "en": {
        "yours": "yours", "right": "expected", "where": "where", "blank": "this is still blank",
        "nothing": "it returns nothing: is a `return` missing?",
        "shape": "the shapes differ: yours {yours}, expected {expected}",
        "rule": "the gradient of {name}{index}: your rule gives {yours}, the slope is {expected}",
        "inputs": "with", "arriving": "and the arriving gradient g =",
        "count": "the rule returns {yours} gradients for {expected} arguments",
        "no_error": "it must refuse this with {kinds}, but it went on",
    },
    "ko": {
        "yours": "내 답", "right": "정답", "where": "위치", "blank": "아직 빈칸입니다",
        "nothing": "돌려주는 값이 없습니다. `return`을 빠뜨렸나요?",
        "shape": "형상이 다릅니다. 내 답은 {yours}, 정답은 {expected}입니다",
        "rule": "{name}{index}의 기울기: 내 규칙은 {yours}, 실제 기울기는 {expected}입니다",
        "inputs": "입력", "arriving": "도착한 기울기 g =",
        "count": "규칙이 기울기를 {yours}개 돌려주었지만 인수는 {expected}개입니다",
        "no_error": "{kinds} 오류를 내야 하는데 그대로 지나갔습니다",
    },
}  # fmt: skip
_language = "en"


class Wrong(AssertionError):
    """An answer that is not right, in words for the one who wrote it.

    Attributes:
        figure: a drawing as SVG in which the place is marked; "" where there is none.
    """

    def __init__(self, message: str, figure: str = "") -> None:
        super().__init__(message)
        self.figure = figure


def speak(lang: str) -> None:
    """Set the language of all answers: "en" or "ko"."""
    global _language
    if lang not in WORDS:
        raise ValueError(f"speak: expected one of {', '.join(WORDS)}, got {lang!r}")
    _language = lang


def language() -> str:
    """The language that is spoken."""
    return _language


def say(*, en: str, ko: str) -> str:
    """The text of the language that is spoken."""
    return {"en": en, "ko": ko}[_language]


def fail(*, en: str, ko: str) -> None:
    """Say what is wrong."""
    raise Wrong(say(en=en, ko=ko))


def expect(
    yours: Any, expected: Any, *, where: str = "", within: float = 1e-9, hint: str = ""
) -> None:
    """Compare numbers, arrays, or anything that can be equal.

    Args:
        yours: What the student's code gave.
        expected: What is right.
        where: Which input this was.
        within: How far numbers may be apart, relative to the size of the right ones.
        hint: Something to think about.
    """
    words = WORDS[_language]
    if yours is ...:
        raise Wrong(words["blank"])
    if yours is None and expected is not None:
        raise Wrong(words["nothing"])
    reason = _difference(yours, expected, within)
    if reason is None:
        return
    lines = [f"{words['yours']}: {_shown(yours)}   {words['right']}: {_shown(expected)}"]
    if where:
        lines.append(f"{words['where']}: {where}")
    lines += [each for each in (reason, hint) if each]
    raise Wrong("\n".join(lines))


def _difference(yours: Any, expected: Any, within: float) -> str | None:
    """None where both are the same, else what differs, which may be no more than the numbers."""
    if isinstance(expected, (str, bool, dict, set)) or expected is None:
        return None if yours == expected else ""
    if isinstance(expected, (list, tuple)) and not _numeric(expected):
        return None if list(yours) == list(expected) else ""
    try:
        mine, right = np.asarray(yours, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return ""
    if mine.shape != right.shape:
        return WORDS[_language]["shape"].format(yours=mine.shape, expected=right.shape)
    size = max(1.0, float(np.max(np.abs(right), initial=0.0)))
    return None if np.allclose(mine, right, rtol=0, atol=within * size) else ""


def _numeric(values: Any) -> bool:
    try:
        return np.asarray(values).dtype.kind in "biuf"
    except ValueError:
        return False


def _shown(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    if isinstance(value, (tuple, list)) and value and all(np.isscalar(each) for each in value):
        inside = ", ".join(map(_shown, value))
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, list) and _numeric(value):
        return _shown(np.asarray(value))
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, separator=", ")
    return repr(value)


def expect_error(call: Callable[[], Any], *kinds: type[Exception]) -> None:
    """The call must raise one of these errors."""
    try:
        call()
    except kinds:
        return
    names = " / ".join(kind.__name__ for kind in kinds)
    raise Wrong(WORDS[_language]["no_error"].format(kinds=names))


def check_rule(
    forward: Callable[..., Any],
    rule: Callable[..., Any],
    examples: Sequence[Sequence[Any]],
    names: Sequence[str] = ("x", "y", "z"),
    hint: str = "",
) -> None:
    """Hold a gradient rule against numerical derivatives, at the simplest example first.

    Args:
        forward: The NumPy function.
        rule: `rule(g, *arguments)` gives the gradient of every argument, one alone without tuple.
        examples: Arguments to try; those with small, few numbers first, so that what is shown can
            be computed by hand.
        names: What the arguments are called.
        hint: Something to think about.
    """
    for arguments in examples:
        given = [np.asarray(each, dtype=float) for each in arguments]
        shape = np.shape(forward(*given))
        # Ones first, so that it can be computed by hand; then numbers that tell g from 1.
        for g in (np.ones(shape), 2.0 + np.arange(np.prod(shape, dtype=int)).reshape(shape)):
            passed = rule(g, *given)
            listed = passed if isinstance(passed, (tuple, list)) else (passed,)
            try:
                _compare(forward, listed, g, given, names)
            except Wrong as wrong:
                shown = ", ".join(f"{n} = {_shown(v)}" for n, v in zip(names, given, strict=False))
                words = WORDS[_language]
                at = f"{words['inputs']} {shown} {words['arriving']} {_shown(g)}"
                raise Wrong("\n".join(filter(None, [str(wrong), at, hint]))) from None


def check_layer(layer: Any, *inputs: Any) -> None:
    """Hold a layer with `forward` and `backward` against numerical derivatives.

    Args:
        layer: Of a class as the book *Deep Learning from Scratch* writes them; `backward` returns
            the gradients of the inputs and leaves those of the parameters, `dW` for `W`.
        inputs: Arrays to try.
    """
    try:
        check_grads(layer, *inputs, lang=_language)
    except GradientError as error:  # its first line is for people, the rest for the checker's
        raise Wrong(str(error).partition("\n")[0]) from None


def _compare(
    forward: Callable[..., Any],
    passed: Sequence[Any],
    g: Any,
    given: Sequence[Any],
    names: Sequence[str],
) -> None:
    """The first gradient that is wrong, with the number that is right there."""
    words = WORDS[_language]
    for mine in passed:
        if mine is ... or mine is None:
            raise Wrong(words["blank" if mine is ... else "nothing"])
    if len(passed) != len(given):
        raise Wrong(words["count"].format(yours=len(passed), expected=len(given)))
    for position, (name, mine) in enumerate(zip(names, passed, strict=False)):
        argument = given[position]
        if np.shape(mine) != argument.shape:
            told = words["shape"].format(yours=np.shape(mine), expected=argument.shape)
            raise Wrong(f"{name}: {told}")

        def objective(moved: Any, position: int = position) -> Any:
            return (g * forward(*given[:position], moved, *given[position + 1 :])).sum()

        slopes, bounds = numerical_gradient(objective, argument, return_error=True)
        off = np.abs(mine - slopes) > 1e-6 * (1 + np.abs(slopes)) + bounds
        if off.any():
            index = tuple(int(i) for i in np.argwhere(off)[0])
            raise Wrong(
                words["rule"].format(
                    name=name,
                    index="".join(f"[{i}]" for i in index),
                    yours=_shown(float(np.asarray(mine)[index])),
                    expected=_shown(float(round(np.asarray(slopes)[index], 9))),
                )
            )
