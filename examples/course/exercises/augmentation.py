"""Exercises: data augmentation."""

# %% text
# en:
# ## Exercises: data augmentation
# ko:
# ## 연습 문제: 데이터 증강

# %% code
import numpy as np


# %% exercise flip 1
# en: 1. Mirror every image of a batch `(images, rows, columns)`: left becomes right.
# ko: 1. 배치 `(이미지, 행, 열)`의 모든 이미지를 좌우로 뒤집으세요.
def mirrored(images):
    return images[:, :, ::-1]  # solution


# %% check flip
from examples.course.tasks.feedback import expect

expect(mirrored(np.array([[[1, 2], [3, 4]]])), [[[2, 1], [4, 3]]], where="[[1, 2], [3, 4]]")

# %% mistakes flip
# `[:, :, ::-1]` -> `[:, ::-1]` : yours: \[\[\[3, 4\] | 내 답: \[\[\[3, 4\]
# `[:, :, ::-1]` -> `[::-1]` : yours: \[\[\[1, 2\] | 내 답: \[\[\[1, 2\]


# %% exercise attack 2
# en: 2. The fast attack on a logistic classifier `p = sigmoid(w·x)` with the loss `-log p`: move
# every element of `x` by `size` in the direction in which the loss **grows**.
# ko: 2. 로지스틱 분류기 `p = sigmoid(w·x)`, 손실 `-log p`에 대한 빠른 공격입니다. `x`의 모든
# 원소를 손실이 **커지는** 쪽으로 `size`만큼 옮기세요.
def pushed_to_fail(x, w, size):
    p = 1 / (1 + np.exp(-(w @ x)))
    gradient = (p - 1) * w  # solution
    return x + size * np.sign(gradient)  # solution


# %% check attack
from examples.course.tasks.feedback import expect, fail

given, weights = np.array([1.0, 2.0, -1.0]), np.array([0.5, -1.0, 2.0])
moved = pushed_to_fail(given, weights, 0.1)
if moved is not None and moved is not ... and weights @ moved >= weights @ given:
    fail(
        en=f"the loss became smaller: w·x went from {weights @ given:.2f} to {weights @ moved:.2f}",
        ko=f"손실이 오히려 줄었습니다. w·x: {weights @ given:.2f} → {weights @ moved:.2f}",
    )
expect(moved, [0.9, 2.1, -1.1], where="x = [1, 2, -1], w = [0.5, -1, 2], size = 0.1")

# %% mistakes attack
# `x + size` -> `x - size` : became smaller | 손실이 오히려 줄었습니다
# `np.sign(gradient)` -> `gradient` : expected: \[ ?0.9 | 정답: \[ ?0.9
# `np.sign(gradient)` -> `np.sign(x)` : yours: \[ 1.1,  2.1, -1.1\] | 내 답: \[ 1.1,  2.1, -1.1\]
