"""Exercises: weight initialisation."""

# %% text
# en:
# ## Exercises: weight initialisation
# ko:
# ## 연습 문제: 가중치 초기화

# %% code
import numpy as np


# %% exercise xavier 1
# en: 1. Weights by Xavier's rule: `N(0, 1) / √n_in`, in the shape `(n_in, n_out)`.
# ko: 1. Xavier 방법으로 가중치를 만드세요. `N(0, 1) / √n_in`이고 형상은 `(n_in, n_out)`입니다.
def xavier_weights(n_in, n_out, generator):
    return generator.normal(size=(n_in, n_out)) / np.sqrt(n_in)  # solution


# %% check xavier
from examples.course.tasks.feedback import expect

made = xavier_weights(400, 100, np.random.default_rng(0))
expect(np.shape(made), (400, 100), where="n_in = 400, n_out = 100: shape")
expect(np.std(made), 0.05, within=1e-3, where="n_in = 400: std = 1/√400 = 1/20")

# %% mistakes xavier
# `np.sqrt(n_in)` -> `np.sqrt(n_out)` : yours: 0.100186 | 내 답: 0.100186
# `np.sqrt(n_in)` -> `n_in` : yours: 0.0025 | 내 답: 0.0025
# `(n_in, n_out)` -> `(n_out, n_in)` : \(100, 400\) | \(100, 400\)


# %% exercise he 1
# en: 2. Weights by He's rule, for ReLU: half of the units are 0, so the variance is doubled,
# `N(0, 1) / √(n_in / 2)`.
# ko: 2. ReLU를 위한 He 방법으로 가중치를 만드세요. 절반이 0이 되므로 분산을 두 배로 합니다. `N(0,
# 1) / √(n_in / 2)`
def he_weights(n_in, n_out, generator):
    return generator.normal(size=(n_in, n_out)) / np.sqrt(n_in / 2)  # solution


# %% check he
from examples.course.tasks.feedback import expect

made = he_weights(800, 100, np.random.default_rng(0))
expect(np.std(made), 0.05, within=1e-3, where="n_in = 800: std = 1/√(800/2) = 1/20")

# %% mistakes he
# `n_in / 2` -> `n_in` : yours: 0.0353 | 내 답: 0.0353
# `n_in / 2` -> `n_in * 2` : yours: 0.02499 | 내 답: 0.02499
