"""Twelve rules to write."""

# %% text
# en:
# # Write the rule
# For each function: what must go back to its arguments, when `g` arrives at its result? Use NumPy.
# Every answer is tried on small numbers first, and the first one that shows a mistake is told.
# ko:
# # 규칙 쓰기
# 함수마다, 결과에 `g`가 도착했을 때 인수로 무엇을 되돌려 보내야 할까요? NumPy를 쓰세요. 작은 수부터
# 차례로 시험해 보고, 틀린 것이 드러나는 첫 번째 예를 알려 줍니다.

# %% code
import numpy as np

# %% exercise identity 1
# en: 1. `f(x) = x`
# ko: 1. `f(x) = x`
def identity_rule(g, x):
    return g  # solution


# %% check identity
from examples.course.tasks.feedback import check_rule

check_rule(lambda x: x.copy(), identity_rule, [(2.0,), ([1.0, -3.0],)])

# %% mistakes identity
# `return g` -> `return x` : slope is 1 | 기울기는 1
# `return g` -> `return np.ones_like(x)` : g = 2 | g = 2

# %% exercise scale 1
# en: 2. `f(x) = 3x`
# ko: 2. `f(x) = 3x`
def scale_rule(g, x):
    return 3 * g  # solution


# %% check scale
from examples.course.tasks.feedback import check_rule

check_rule(lambda x: 3 * x, scale_rule, [(2.0,), ([1.0, -3.0],)])

# %% mistakes scale
# `3 * g` -> `g` : gives 1 | 규칙은 1
# `3 * g` -> `3 * x` : gives 6 | 규칙은 6
# `3 * g` -> `3 * np.ones_like(x)` : g = 2 | g = 2

# %% exercise total 1
# en: 3. `f(x) = Σ x`, of a row of numbers. `g` is one number.
# ko: 3. `f(x) = Σ x`, 수 여러 개의 합. `g`는 수 하나입니다.
def total_rule(g, x):
    return g * np.ones_like(x)  # solution


# %% check total
from examples.course.tasks.feedback import check_rule

check_rule(np.sum, total_rule, [([5.0],), ([1.0, -3.0],), ([[1.0, 2.0], [3.0, 4.0]],)])

# %% mistakes total
# `g * np.ones_like(x)` -> `g` : shapes differ | 형상이
# `g * np.ones_like(x)` -> `g * x` : gives 5 | 규칙은 5
# `g * np.ones_like(x)` -> `g * np.ones_like(x) / x.size` : gives 0.5 | 규칙은 0.5

# %% exercise mean 1
# en: 4. `f(x) = (1/N) Σ x`
# ko: 4. `f(x) = (1/N) Σ x`
def mean_rule(g, x):
    return g * np.ones_like(x) / x.size  # solution


# %% check mean
from examples.course.tasks.feedback import check_rule

check_rule(np.mean, mean_rule, [([5.0],), ([1.0, -3.0],), ([[1.0, 2.0], [3.0, 4.0]],)])

# %% mistakes mean
# `/ x.size` -> `` : slope is 0.5 | 기울기는 0.5
# `x.size` -> `len(x)` : slope is 0.25 | 기울기는 0.25

# %% exercise product 1
# en: 5. `f(x, y) = x y`. Return both.
# ko: 5. `f(x, y) = x y`. 둘 다 돌려주세요.
def product_rule(g, x, y):
    return g * y, g * x  # solution


# %% check product
from examples.course.tasks.feedback import check_rule

check_rule(lambda x, y: x * y, product_rule, [(2.0, 5.0), ([1.0, -3.0], [0.5, 2.0])])

# %% mistakes product
# `g * y, g * x` -> `g * x, g * y` : gives 2, the slope is 5 | 규칙은 2, 실제 기울기는 5
# `g * y, g * x` -> `y, x` : g = 2 | g = 2
# `g * y, g * x` -> `g * y` : 1 gradients for 2 | 1개

# %% exercise relu 1
# en: 6. `f(x) = max(0, x)`
# ko: 6. `f(x) = max(0, x)`
def relu_rule(g, x):
    return g * (x > 0)  # solution


# %% check relu
from examples.course.tasks.feedback import check_rule

check_rule(lambda x: np.maximum(x, 0), relu_rule, [(2.0,), (-1.0,), ([1.0, -3.0, 0.5],)])

# %% mistakes relu
# `(x > 0)` -> `(g > 0)` : x = -1 | x = -1
# `g * (x > 0)` -> `np.maximum(g * x, 0)` : gives 2 | 규칙은 2
# `(x > 0)` -> `(x < 0)` : gives 0, the slope is 1 | 규칙은 0, 실제 기울기는 1|규칙은 -?0

# %% exercise index 2
# en: 7. `f(x) = x[i]` for a list `i` of places; a place may be there twice.
# ko: 7. 위치의 리스트 `i`에 대한 `f(x) = x[i]`. 같은 위치가 두 번 나올 수 있습니다.
def index_rule(g, x, i):
    passed = np.zeros_like(x)
    np.add.at(passed, i, g)  # solution
    return passed


# %% check index
from examples.course.tasks.feedback import check_rule, say

for i in ([1], [0, 2], [1, 1, 0]):
    check_rule(
        lambda x, i=i: x[i], lambda g, x, i=i: index_rule(g, x, i), [([5.0, 6.0, 7.0],)],
        hint=say(en=f"i = {i}", ko=f"i = {i}"),
    )  # fmt: skip

# %% mistakes index
# `np.add.at(passed, i, g)` -> `passed[i] = g` : i = \[1, 1, 0\] | i = \[1, 1, 0\]
# `np.add.at(passed, i, g)` -> `passed[i] = x[i]` : i = \[1\] | i = \[1\]

# %% exercise cumulative 2
# en: 8. Running sums: `f(x) = (x₀, x₀ + x₁, ...)`
# ko: 8. 누적합: `f(x) = (x₀, x₀ + x₁, ...)`
def cumulative_rule(g, x):
    return np.cumsum(g[::-1])[::-1]  # solution


# %% check cumulative
from examples.course.tasks.feedback import check_rule

check_rule(np.cumsum, cumulative_rule, [([5.0],), ([1.0, 2.0],), ([1.0, 2.0, 3.0],)])

# %% mistakes cumulative
# `np.cumsum(g[::-1])[::-1]` -> `np.cumsum(g)` : gives 1, the slope is 2 | 규칙은 1, 실제 기울기는 2
# `np.cumsum(g[::-1])[::-1]` -> `np.full_like(x, g.sum())` : x\[1\] | x\[1\]

# %% exercise sort 2
# en: 9. `f(x) = x` in ascending order. What arrives at place k belongs to the number that went there.
# ko: 9. `f(x)`는 x를 오름차순으로 놓은 것입니다. k번째에 도착한 값은 그 자리로 간 수의 것입니다.
def sort_rule(g, x):
    passed = np.empty_like(x)
    passed[np.argsort(x)] = g  # solution
    return passed


# %% check sort
from examples.course.tasks.feedback import check_rule

check_rule(np.sort, sort_rule, [([5.0],), ([2.0, 1.0],), ([3.0, 1.0, 2.0],)])

# %% mistakes sort
# `passed[np.argsort(x)] = g` -> `passed[:] = g` : x = \[2., 1.\] | x = \[2., 1.\]
# `passed[np.argsort(x)] = g` -> `passed[:] = g[np.argsort(x)]` : x = \[3., 1., 2.\] | x = \[3., 1., 2.\]

# %% exercise transpose 1
# en: 10. `f(x) = xᵀ`
# ko: 10. `f(x) = xᵀ`
def transpose_rule(g, x):
    return g.T  # solution


# %% check transpose
from examples.course.tasks.feedback import check_rule

check_rule(np.transpose, transpose_rule, [([[5.0]],), ([[1.0, 2.0]],), ([[1.0, 2.0], [3.0, 4.0]],)])

# %% mistakes transpose
# `g.T` -> `g` : shapes differ: yours \(2, 1\) | 내 답은 \(2, 1\)
# `g.T` -> `g.reshape(x.shape)` : x\[0\]\[1\] | x\[0\]\[1\]

# %% exercise matmul 2
# en: 11. `f(x, w) = x @ w` of matrices.
# ko: 11. 행렬의 곱 `f(x, w) = x @ w`
def matmul_rule(g, x, w):
    return g @ w.T, x.T @ g  # solution


# %% check matmul
from examples.course.tasks.feedback import check_rule

check_rule(
    np.matmul, matmul_rule,
    [([[2.0]], [[5.0]]), ([[1.0, 2.0]], [[3.0], [4.0]]),
     ([[1.0, 2.0], [0.0, 1.0]], [[3.0, 1.0], [4.0, 1.0]])], names=("x", "w"),
)  # fmt: skip

# %% mistakes matmul
# `g @ w.T, x.T @ g` -> `x.T @ g, g @ w.T` : gives 2, the slope is 5 | 규칙은 2, 실제 기울기는 5
# `g @ w.T` -> `(w @ g.T)` : x: the shapes differ | x: 형상이
# `x.T @ g` -> `(g.T @ x)` : w: the shapes differ | w: 형상이

# %% exercise convolution 3
# en: 12. A window slides: `f(x, k)[i] = Σⱼ x[i + j] k[j]`. Return what goes to x and to k.
# ko: 12. 미끄러지는 윈도: `f(x, k)[i] = Σⱼ x[i + j] k[j]`. x와 k로 가는 것을 돌려주세요.
def convolution_rule(g, x, k):
    to_x, to_k = np.zeros_like(x), np.zeros_like(k)
    for i in range(len(g)):
        for j in range(len(k)):
            to_x[i + j] += g[i] * k[j]  # solution
            to_k[j] += g[i] * x[i + j]  # solution
    return to_x, to_k


# %% check convolution
from examples.course.tasks.feedback import check_rule

check_rule(
    lambda x, k: np.correlate(x, k, "valid"), convolution_rule,
    [([2.0], [5.0]), ([1.0, 2.0], [5.0]), ([1.0, 2.0, 3.0], [5.0, 7.0])], names=("x", "k"),
)  # fmt: skip

# %% mistakes convolution
# `to_x[i + j] += g[i] * k[j]` -> `to_x[i + j] = g[i] * k[j]` : x\[1\] | x\[1\]
# `to_x[i + j] += g[i] * k[j]` -> `to_x[i + j] += g[i] * k[::-1][j]` : x\[0\].*gives 7 | x\[0\].*규칙은 7
# `to_k[j] += g[i] * x[i + j]` -> `to_k[j] += x[i + j]` : k\[0\] | k\[0\]
