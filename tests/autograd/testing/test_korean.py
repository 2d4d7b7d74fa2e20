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


def test_another_language_is_refused():
    with pytest.raises(ValueError, match='lang is "en" or "ko"'):
        assert_gradients(np.sin, arrays((2,)), vjp=lambda g, x: g * np.cos(x), lang="fr")
