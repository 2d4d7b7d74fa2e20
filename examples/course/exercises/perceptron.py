"""Exercises: the perceptron."""

# %% text
# en:
# ## Exercises: the perceptron
# ko:
# ## 연습 문제: 퍼셉트론

# %% code
import numpy as np


# %% exercise fires 1
# en: 1. The answers of a perceptron to many inputs, one in each row of `x`: 1 where the net input
# `w·x + b` is greater than 0, else 0.
# ko: 1. 입력이 `x`의 행마다 하나씩 있습니다. 퍼셉트론의 출력을 모두 구하세요. 선형결합 `w·x +
# b`가 0보다 크면 1, 아니면 0입니다.
def fires(x, w, b):
    return np.where(x @ w + b > 0, 1, 0)  # solution


# %% check fires
from examples.course.tasks.feedback import expect

corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
for weights, shift, told in (
    ([0.4, 0.2], -0.5, "AND: w = (0.4, 0.2), b = -0.5"),
    ([0.5, 0.5], -0.3, "OR: w = (0.5, 0.5), b = -0.3"),
    ([1.0, 1.0], -1.0, "w = (1, 1), b = -1; x = (1, 0): w·x + b = 0"),
):
    answers = [int(weights[0] * p + weights[1] * q + shift > 0) for p, q in corners]
    expect(fires(corners, np.array(weights), shift), answers, where=told)

# %% mistakes fires
# `> 0` -> `>= 0` : w·x \+ b = 0 | w·x \+ b = 0
# `+ b` -> `- b` : AND | AND
# `> 0, 1, 0` -> `> 0, 0, 1` : expected: \[0, 0, 0, 1\] | 정답: \[0, 0, 0, 1\]


# %% exercise round 2
# en: 2. One round of the delta rule over the data: for every input `x` with its desired answer
# `d`, answer `y = fires(x, w, b)`, then `w ← w + η (d - y) x`, and the same for `b`, whose input
# is 1.
# ko: 2. 델타 규칙으로 데이터를 한 바퀴 도세요. 입력 `x`와 원하는 출력 `d`마다 `y = fires(x, w,
# b)`를 구한 다음 `w ← w + η (d - y) x`로 갱신합니다. 편향 `b`도 같은 방법으로 갱신하되 입력은
# 1입니다.
def one_round(inputs, desired, w, b, rate=0.05):
    for x, d in zip(inputs, desired, strict=True):
        error = d - fires(x, w, b)  # solution
        w = w + rate * error * x  # solution
        b = b + rate * error  # solution
    return w, b


# %% check round
from examples.course.tasks.feedback import expect

corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
new_w, new_b = one_round(corners[3:], [1], np.array([-0.2, 0.1]), 0.0)
expect(new_w, [-0.15, 0.15], where="x = (1, 1), d = 1, w = (-0.2, 0.1), b = 0: w")
expect(new_b, 0.05, where="x = (1, 1), d = 1, w = (-0.2, 0.1), b = 0: b")
new_w, new_b = one_round(corners, [0, 0, 0, 1], np.array([0.3, 0.6]), 0.1)
expect(new_w, [0.25, 0.55], where="AND, w = (0.3, 0.6), b = 0.1: w")
expect(new_b, -0.05, where="AND, w = (0.3, 0.6), b = 0.1: b")

# %% mistakes round
# `error * x` -> `error` : expected: \[0.25, 0.55\] | 정답: \[0.25, 0.55\]
# `d - fires(x, w, b)` -> `fires(x, w, b) - d` : expected: \[-0.15, 0.15\] | 정답: \[-0.15, 0.15\]
# `b = b + rate * error` -> `b = b + error` : expected: 0.05 | 정답: 0.05
