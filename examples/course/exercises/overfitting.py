"""Exercises: against overfitting."""

# %% text
# en:
# ## Exercises: against overfitting
# ko:
# ## 연습 문제: 과적합 막기

# %% code
import numpy as np


# %% exercise stop 2
# en: 1. Early stopping: training ends when the validation loss has not become smaller for
# `patience` epochs in a row. Return the epoch (from 0) whose weights are kept.
# ko: 1. 조기 종료: 검증 손실이 `patience` 에폭 동안 계속 줄지 않으면 학습을 멈춥니다. 가중치를
# 남길 에폭의 번호(0부터)를 돌려주세요.
def epoch_to_keep(validation_losses, patience):
    best = 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best]:
            best = epoch  # solution
        elif epoch - best >= patience:
            break  # solution
    return best


# %% check stop
from examples.course.tasks.feedback import expect, say

expect(
    epoch_to_keep([1.0, 0.8, 0.7, 0.75, 0.9, 1.2], 2),
    2,
    where="[1.0, 0.8, 0.7, 0.75, 0.9, 1.2], patience = 2",
)
expect(
    epoch_to_keep([1.0, 0.8, 0.9, 0.95, 0.1], 2), 1,
    where="[1.0, 0.8, 0.9, 0.95, 0.1], patience = 2",
    hint=say(en="training had stopped before the last", ko="마지막 에폭 전에 학습이 끝났습니다"),
)  # fmt: skip

# %% mistakes stop
# `break` -> `pass` : had stopped before | 전에 학습이 끝났습니다
# `break` -> `return epoch` : yours: 4 | 내 답: 4
# `best = epoch` -> `pass` : yours: 0 | 내 답: 0


# %% exercise standard 1
# en: 2. Z-score normalisation: mean 0 and standard deviation 1 in every column, with mean and
# deviation of the **training** data for both.
# ko: 2. z-점수 정규화: 열마다 평균 0, 표준편차 1로 만드세요. 훈련 데이터와 시험 데이터 모두
# **훈련** 데이터의 평균과 표준편차를 씁니다.
def standardised(training, test):
    mean, deviation = training.mean(axis=0), training.std(axis=0)  # solution
    training, test = (training - mean) / deviation, (test - mean) / deviation  # solution
    return training, test


# %% check standard
from examples.course.tasks.feedback import expect

training, test = standardised(np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([[2.0, 50.0]]))
expect(training, [[-1, -1], [1, 1]], where="training = [[1, 10], [3, 30]]")
expect(test, [[0, 3]], where="training = [[1, 10], [3, 30]], test = [[2, 50]]")

# %% mistakes standard
# `training.mean(axis=0), training.std(axis=0)` -> `training.mean(), training.std()` : -0.87 | -0.87
# `(test - mean)` -> `(test - test.mean(axis=0))` : test = \[\[2, 50 | test = \[\[2, 50
# `training.std(axis=0)` -> `training.var(axis=0)` : yours: \[\[-1. , -0.1 | 내 답: \[\[-1. , -0.1
