"""Reports in Korean say the same, and leave nothing half translated."""

import re

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.korean import guess_in_korean
from autograd.testing.strategies import arrays
from tests.autograd.testing.test_words import MISTAKES, Affine, Forgotten, Unset

# What stays in Latin letters: names, formulas, what courses write so themselves.
KEPT = [
    "x",
    "w",
    "W",
    "b",
    "y",
    "dW",
    "dout",
    "backward",
    "return",
    "epsilon",
    "stride",
    "dilation",
    "tanh",
    "inf",
    "NaN",
    "t",
    "T",
]


def untranslated(text):
    """English words that are left in a guess."""
    return [word for word in re.findall(r"[A-Za-z]+", text) if word not in KEPT]


@pytest.mark.parametrize("mistake", ["1 - t", "factors of dx", "stride", "the one at the label"])
def test_a_guess_is_korean_throughout(mistake):
    _, function, inputs, options = MISTAKES[mistake]
    with pytest.raises(GradientError) as caught:
        assert_gradients(function, *inputs, examples=60, seed=0, lang="ko", **options)
    said = caught.value.diagnosis
    assert re.search("[가-힣]", said), said
    assert untranslated(said) == [], said
    assert "다시 보려면:" in str(caught.value)
    assert "to see it again" not in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "words"),
    [(Forgotten, "return을 빠뜨리지 않았나요?"), (Unset, "dW에 값을 넣지 않았습니다")],
)
def test_a_student_s_slip_is_named_in_korean(layer, words):
    with pytest.raises(GradientError, match=re.escape(words)):
        check_grads(layer(), np.ones((4, 3)), lang="ko")
    check_grads(Affine(), np.ones((4, 3)), lang="ko")


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("x and b: the sign is wrong", "x, b: 부호가 틀렸습니다"),
        (
            "W: transposed; b: twice too large",
            "W: 전치(transpose)가 잘못되었습니다; b: 두 배로 큽니다",
        ),
        ("the sum over broadcast axis 0 is missing", "브로드캐스트된 축 0 방향의 합이 빠졌습니다"),
        ("the sum over axis 1 in place of axis 0", "축 0 대신 축 1 방향으로 더했습니다"),
        (
            "wrong only for negative inputs: the cotangent is ignored",
            "음수 입력에서만 틀립니다: 뒤에서 온 기울기(dout)를 곱하지 않았습니다",
        ),
    ],
)
def test_phrases(english, korean):
    assert guess_in_korean(english) == korean


# One of each kind of guess, as the benchmark of planted defects prints them.
GUESSES = """
a factor w is missing
a factor x too many
a term through the mean over axis -1 that does not belong
an array is handed on without a copy
an axis of length 1 was dropped or added (keepdims)
another mask in the backward pass: it is zero where it should not be, and not where it should
divided by the count of another axis
first call right, second wrong: something is kept between calls
float32 only: a float64 number leaks in (np.float64, np.eye, 0.5 * mask)
float32 precision only: in float64 it is right
float32 precision only: something is rounded on its way
gradients do not add up over uses
it is the derivative at the output: the wrong array was saved
not linear in the cotangent: it is squared, compared, or used otherwise than as a factor
not reshaped back to the shape of the input
only the size of the cotangent counts, not its sign
outputs are taken in another order: what flows back from one goes where that of another belongs
reverse mode is right: the rule of forward mode (jvp, or the kind) is wrong
right for contiguous memory only
right for symmetric x only: something is not transposed
right to a few digits only: an approximation (a fit, a table) stands for the derivative
something arrives where nothing should: what the forward pass leaves out (a mask) is not left out
stride and dilation are exchanged, or both ignored: windows begin elsewhere
the backward pass combines arrays whose shapes do not fit (is keepdims=True missing?)
the cotangent is spread along the wrong axis: dropped axes come back misplaced
the function is evaluated at the cotangent: forward where backward belongs
the gradients of x and w are exchanged
the one of the forward call was not saved
the sum over broadcast axes is missing
wrong only on the diagonal (zero there): a triangle that is off by one
wrong only for large inputs, |x| of 29 and more (zero there)
wrong only where the cotangent is small, 0.001 and less
wrong only where x - y is zero (twice too large there)
wrong only where x is 3, and right beside it
wrong only where x is 5.5 to 11
x: y is read where x belongs: the wrong operand was saved
""".strip().splitlines()


@pytest.mark.parametrize("guess", GUESSES)
def test_every_kind_of_guess_is_korean(guess):
    said = guess_in_korean(guess)
    assert re.search("[가-힣]", said)
    left = set(untranslated(said)) - {"transpose", "keepdims", "True", "float", "jvp"}
    assert left == set(), said


def test_another_language_is_refused():
    with pytest.raises(ValueError, match='lang is "en" or "ko"'):
        assert_gradients(np.sin, arrays((2,)), vjp=lambda g, x: g * np.cos(x), lang="fr")
