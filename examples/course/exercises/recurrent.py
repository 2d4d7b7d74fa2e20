"""Exercises: recurrent networks."""

# %% text
# en:
# ## Exercises: recurrent networks
# ko:
# ## 연습 문제: 순환 신경망

# %% code
import numpy as np


# %% exercise step 1
# en: 1. One step of a recurrent layer: `h' = tanh(x W + h U + b)`.
# ko: 1. 순환 층의 한 스텝 `h' = tanh(x W + h U + b)`를 쓰세요.
def recurrent_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)  # solution


# %% check step
from examples.course.tasks.feedback import expect

maps = np.array([[0.5, -1.0]]), np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([0.1, -0.1])
expect(
    recurrent_step(np.array([1.0]), np.zeros(2), *maps), np.tanh([0.6, -1.1]),
    where="x = [1], h = [0, 0]",
)  # fmt: skip
expect(
    recurrent_step(np.array([0.0]), np.array([0.3, 0.2]), *maps), np.tanh([0.5, 0.2]),
    where="x = [0], h = [0.3, 0.2]",
)  # fmt: skip

# %% mistakes step
# ` + h @ U` -> `` : h = \[0.3, 0.2\] | h = \[0.3, 0.2\]
# `np.tanh(x @ W + h @ U + b)` -> `x @ W + h @ U + b` : yours: \[ 0.6, -1.1 | 내 답: \[ 0.6, -1.1
# `h @ U` -> `U @ h` : expected: \[0.4621 | 정답: \[0.4621


# %% exercise through_time 2
# en: 2. Backpropagation through time for numbers: `h_t = tanh(w h_{t-1} + x_t)` for every `x`,
# from `h = 0`. `states` holds all `h`, the first of them 0. What is `d h_T / d w`? The weight is
# used at every step, so its gradients **add up**.
# ko: 2. 수 하나짜리 순환 층의 시간 방향 역전파입니다. `h = 0`에서 시작해 `x`마다 `h_t = tanh(w
# h_{t-1} + x_t)`를 계산합니다. `states`에는 처음의 0부터 모든 `h`가 있습니다. `d h_T / d w`는
# 얼마일까요? 가중치를 스텝마다 쓰므로 기울기를 모두 **더해야** 합니다.
def through_time(states, w):
    d_w, d_h = 0.0, 1.0
    for before, after in zip(states[-2::-1], states[:0:-1], strict=True):
        d_net = d_h * (1 - after**2)  # solution
        d_w += d_net * before  # solution
        d_h = d_net * w  # solution
    return d_w


# %% check through_time
from autograd.testing import numerical_gradient
from examples.course.tasks.feedback import expect


def last_state(w, xs):
    h = 0.0
    for x in xs:
        h = np.tanh(w * h + x)
    return h


for xs in ((1.0, 0.5), (0.3, -0.2, 0.8, 0.1)):
    reached = [0.0]
    for x in xs:
        reached.append(float(np.tanh(0.7 * reached[-1] + x)))
    slope = float(numerical_gradient(lambda w, xs=xs: last_state(w, xs), 0.7))
    expect(through_time(reached, 0.7), slope, where=f"w = 0.7, x = {xs}", within=1e-7)

# %% mistakes through_time
# `d_w += d_net * before` -> `d_w = d_net * before` : yours: 0 | 내 답: 0
# `d_net * w` -> `d_net` : 0.3, -0.2 | 0.3, -0.2
# `d_h * (1 - after**2)` -> `d_h` : expected: 0.303979 | 정답: 0.303979
