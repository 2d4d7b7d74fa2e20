"""Exercises: optimizers."""

# %% text
# en:
# ## Exercises: optimizers
# ko:
# ## 연습 문제: 옵티마이저

# %% code
import numpy as np


# %% exercise momentum 1
# en: 1. One update with momentum: `v ← γ v + η g`, then `w ← w - v`.
# ko: 1. 모멘텀으로 한 번 갱신하세요. `v ← γ v + η g`, 그다음 `w ← w - v`입니다.
def momentum_update(w, v, g, rate=0.1, gamma=0.9):
    v = gamma * v + rate * g  # solution
    w = w - v  # solution
    return w, v


# %% check momentum
from examples.course.tasks.feedback import expect

new_w, v = momentum_update(1.0, 0.0, 2.0)
expect((new_w, v), (0.8, 0.2), where="w = 1, v = 0, g = 2 → (w, v)")
new_w, v = momentum_update(0.8, 0.2, 2.0)
expect((new_w, v), (0.42, 0.38), where="w = 0.8, v = 0.2, g = 2 → (w, v)")

# %% mistakes momentum
# `gamma * v + rate * g` -> `rate * g` : v = 0.2, g = 2 | v = 0.2, g = 2
# `w - v` -> `w + v` : yours: \(1.2 | 내 답: \(1.2
# `rate * g` -> `g` : yours: \(-1 | 내 답: \(-1


# %% exercise adam 2
# en: 2. One update with Adam, as in the paper: `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
# both divided by `1 - βᵗ` at update number `t` (from 1), then `w ← w - η m̂ / (√v̂ + ε)`.
# ko: 2. 논문대로 Adam으로 한 번 갱신하세요. `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂)
# g²`이고, `t`번째 갱신(1부터)에서 둘을 `1 - βᵗ`로 나눈 다음 `w ← w - η m̂ / (√v̂ + ε)`입니다.
def adam_update(w, m, v, g, t, rate=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g  # solution
    v = beta2 * v + (1 - beta2) * g**2  # solution
    corrected = m / (1 - beta1**t), v / (1 - beta2**t)  # solution
    w = w - rate * corrected[0] / (np.sqrt(corrected[1]) + eps)  # solution
    return w, m, v


# %% check adam
from examples.course.tasks.feedback import expect, say

new_w, m, v = adam_update(1.0, 0.0, 0.0, 4.0, 1)
expect((m, v), (0.4, 0.016), where="t = 1, g = 4 → (m, v)", within=1e-6)
expect(
    new_w, 0.9, where="t = 1, g = 4 → w", within=1e-6,
    hint=say(en="the first update is η, however large g", ko="g가 아무리 커도 첫 갱신은 η입니다"),
)  # fmt: skip
new_w, m, v = adam_update(new_w, m, v, -1.0, 2)
expect((m, v), (0.26, 0.016984), where="t = 2, g = -1 → (m, v)", within=1e-6)
expect(new_w, 0.8530527, where="t = 2, g = -1 → w", within=1e-5)

# %% mistakes adam
# `m / (1 - beta1**t), v / (1 - beta2**t)` -> `m, v` : however large g | 아무리 커도
# `g**2` -> `g` : yours: \(0.4, 0.004\) | 내 답: \(0.4, 0.004\)
# `np.sqrt(corrected[1])` -> `corrected[1]` : yours: 0.975 | 내 답: 0.975
# `beta1 * m + (1 - beta1) * g` -> `beta1 * m + g` : yours: \(4 | 내 답: \(4
