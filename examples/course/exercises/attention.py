"""Exercises: attention."""

# %% text
# en:
# ## Exercises: attention
# ko:
# ## 연습 문제: 어텐션

# %% code
import numpy as np


# %% exercise weights 2
# en: 1. The weights of attention: `softmax(Q Kᵀ / √d)`, where `d` is the number of columns of
# `Q`; every **row** adds up to 1.
# ko: 1. 어텐션 가중치 `softmax(Q Kᵀ / √d)`를 구하세요. `d`는 `Q`의 열 수이고, **행**마다 합이
# 1입니다.
def attention_weights(Q, K):
    scores = Q @ K.T / np.sqrt(Q.shape[-1])  # solution
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # solution
    return powers / powers.sum(axis=-1, keepdims=True)  # solution


# %% check weights
from examples.course.tasks.feedback import expect

queries = np.array([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]])
keys = np.array([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 2.0]])
strong = np.exp(2) / (np.exp(2) + 2)
expect(
    attention_weights(queries, keys), [[strong, (1 - strong) / 2, (1 - strong) / 2], [1 / 3] * 3],
    where="Q: (2, 4), K: (3, 4)",
)  # fmt: skip

# %% mistakes weights
# ` / np.sqrt(Q.shape[-1])` -> `` : yours: \[\[0.96 | 내 답: \[\[0.96
# `powers.sum(axis=-1` -> `powers.sum(axis=0` : yours: \[\[0.5   , 0.1 | 내 답: \[\[0.5   , 0.1
# `Q @ K.T` -> `K @ Q.T` : yours \(3, 2\) | 내 답은 \(3, 2\)


# %% exercise mask 1
# en: 2. A language model must not look ahead: set the scores of later places to minus infinity,
# so that their weight is 0. `scores[i, j]` is what place `i` asks of place `j`.
# ko: 2. 언어 모델은 뒤를 보면 안 됩니다. 뒤에 있는 자리의 점수를 음의 무한대로 바꿔 가중치가 0이
# 되게 하세요. `scores[i, j]`는 자리 `i`가 자리 `j`를 보는 점수입니다.
def causal(scores):
    later = np.triu(np.ones_like(scores), k=1) == 1  # solution
    return np.where(later, -np.inf, scores)  # solution


# %% check mask
from examples.course.tasks.feedback import expect

masked = causal(np.arange(9.0).reshape(3, 3))
expect(
    np.isfinite(masked).astype(int), [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
    where="isfinite(scores)",
)  # fmt: skip
expect(masked[2], [6, 7, 8], where="scores[2]")

# %% mistakes mask
# `k=1` -> `k=0` : \[\[0, 0, 0\] | \[\[0, 0, 0\]
# `np.triu(np.ones_like(scores), k=1)` -> `np.tril(np.ones((3, 3)), k=-1)` : 1, 1, 1 | 1, 1, 1
# `-np.inf, scores` -> `0.0, scores` : isfinite.* | isfinite.*
