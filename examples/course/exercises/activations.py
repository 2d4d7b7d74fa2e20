"""Exercises: activation functions."""

# %% text
# en:
# ## Exercises: activation functions
# ko:
# ## 연습 문제: 활성화 함수

# %% code
import numpy as np


# %% exercise softmax 2
# en: 1. Softmax of every row of `scores`, that does not overflow: subtract the largest score of
# the row first.
# ko: 1. `scores`의 행마다 소프트맥스를 구하세요. 오버플로가 나지 않도록 먼저 그 행의 가장 큰 값을
# 빼세요.
def stable_softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # solution
    return powers / powers.sum(axis=-1, keepdims=True)  # solution


# %% check softmax
from examples.course.tasks.feedback import expect

expect(
    stable_softmax(np.array([[1.0, 1.0, 2.0]])), [[0.21194156, 0.21194156, 0.57611688]],
    where="scores = [[1, 1, 2]]", within=1e-7,
)  # fmt: skip
two_rows = np.array([[0.0, 0.0], [1.0, 1.0]])
expect(stable_softmax(two_rows), np.full((2, 2), 0.5), where="scores = [[0, 0], [1, 1]]")
expect(stable_softmax(np.array([[1000.0, 1000.0]])), [[0.5, 0.5]], where="scores = [[1000, 1000]]")

# %% mistakes softmax
# `scores - scores.max(axis=-1, keepdims=True)` -> `scores` : 1000 | 1000
# `powers.sum(axis=-1, keepdims=True)` -> `powers.sum()` : \[0, 0\], \[1, 1\] | \[0, 0\], \[1, 1\]
# `np.exp(scores - scores.max(axis=-1, keepdims=True))` -> `scores` : 0.2119 | 0.2119


# %% exercise leaky 1
# en: 2. Leaky ReLU is `x` for `x > 0` and `0.1 x` else. Its rule: what goes back when `g`
# arrives?
# ko: 2. Leaky ReLU는 `x > 0`이면 `x`, 아니면 `0.1 x`입니다. `g`가 도착했을 때 되돌려 보낼 값을
# 쓰세요.
def leaky_relu_rule(g, x):
    return g * np.where(x > 0, 1.0, 0.1)  # solution


# %% check leaky
from examples.course.tasks.feedback import check_rule

check_rule(
    lambda x: np.where(x > 0, x, 0.1 * x), leaky_relu_rule, [(2.0,), (-2.0,), ([1.0, -3.0, 0.5],)]
)

# %% mistakes leaky
# `g * np.where(x > 0, 1.0, 0.1)` -> `np.where(x > 0, 1.0, 0.1)` : g = 2 | g = 2
# `np.where(x > 0, 1.0, 0.1)` -> `(x > 0)` : slope is 0.1 | 기울기는 0.1
# `np.where(x > 0, 1.0, 0.1)` -> `np.where(x > 0, x, 0.1 * x)` : slope is 1 | 기울기는 1
