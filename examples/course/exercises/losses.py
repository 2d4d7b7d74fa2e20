"""Exercises: losses."""

# %% text
# en:
# ## Exercises: losses
# ko:
# ## 연습 문제: 손실 함수

# %% code
import numpy as np


# %% exercise rows 1
# en: 1. The one-hot rows of labels: for the digits 1, 5 and 9 three rows of ten numbers, each
# with a single 1.
# ko: 1. 정답 번호를 원-핫 행으로 바꾸세요. 숫자 1, 5, 9라면 수 열 개짜리 행이 셋이고, 행마다 1이
# 하나만 있습니다.
def one_hot_rows(labels, classes=10):
    return np.eye(classes)[labels]  # solution


# %% check rows
from examples.course.tasks.feedback import expect

wanted = np.zeros((3, 10))
wanted[[0, 1, 2], [1, 5, 9]] = 1
expect(one_hot_rows([1, 5, 9]), wanted, where="labels = [1, 5, 9]")
expect(
    one_hot_rows([0, 0, 2], 3),
    [[1, 0, 0], [1, 0, 0], [0, 0, 1]],
    where="labels = [0, 0, 2], classes = 3",
)

# %% mistakes rows
# `np.eye(classes)[labels]` -> `np.eye(classes)` : shapes differ | 형상이
# `np.eye(classes)[labels]` -> `np.eye(classes)[:, labels]` : yours \(10, 3\) | 내 답은 \(10, 3\)
# `[labels]` -> `[np.array(labels) - 1]` : 1, 5, 9 | 1, 5, 9


# %% exercise squares 1
# en: 2. The mean squared error `(1/N) Σ (y - t)²`.
# ko: 2. 평균 제곱 오차 `(1/N) Σ (y - t)²`를 쓰세요.
def mean_squared(y, t):
    return ((y - t) ** 2).mean()  # solution


# %% check squares
from examples.course.tasks.feedback import expect

expect(
    mean_squared(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 2.0, where="y = [1, 3], t = [1, 1]"
)
expect(
    mean_squared(np.array([30.0, 80.0, 85.0]), np.array([90.0, 20.0, 95.0])), 7300 / 3,
    where="y = [30, 80, 85], t = [90, 20, 95]",
)  # fmt: skip

# %% mistakes squares
# `.mean()` -> `.sum()` : yours: 4 | 내 답: 4
# `.mean()` -> `.mean() / 2` : yours: 1 | 내 답: 1
# `((y - t) ** 2).mean()` -> `-((y - t) ** 2).mean()` : yours: -2 | 내 답: -2


# %% exercise binary 2
# en: 3. The binary cross-entropy `-(1/N) Σ [t log y + (1 - t) log(1 - y)]`. Mind the inner sign,
# which is often misprinted.
# ko: 3. 이진 교차 엔트로피 `-(1/N) Σ [t log y + (1 - t) log(1 - y)]`를 쓰세요. 안쪽 부호가 잘못
# 인쇄된 자료가 많으니 조심하세요.
def binary_cross_entropy(y, t):
    return -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean()  # solution


# %% check binary
from examples.course.tasks.feedback import expect

expect(
    binary_cross_entropy(np.array([0.5]), np.array([1.0])), np.log(2), where="y = [0.5], t = [1]"
)
expect(
    binary_cross_entropy(np.array([0.1, 0.8, 0.6]), np.array([1.0, 0.0, 1.0])), 1.474283,
    where="y = [0.1, 0.8, 0.6], t = [1, 0, 1]", within=1e-5,
)  # fmt: skip

# %% mistakes binary
# `) + (1 - t)` -> `) - (1 - t)` : expected: 1.474 | 정답: 1.474
# `-(t` -> `(t` : yours: -0.693 | 내 답: -0.693
# `.mean()` -> `.sum()` : yours: 4.42 | 내 답: 4.42
