"""Step 12: matmul, transpose, reshape and sum."""

# %% text
# en:
# # 12. Matrices
# Four operations carry whole networks. Their shapes nearly tell the rules:
#
# * `X @ W` with (N, a) and (a, b): what arrives is (N, b), so to X goes `g @ Wᵀ`, to W `Xᵀ @ g`;
# * a transpose is undone by a transpose, a reshape by a reshape;
# * a sum is one number for many: each of them gets the whole `g`.
# ko:
# # 12. 행렬
# 연산 네 가지면 신경망 전체를 만들 수 있습니다. 형상만 보아도 규칙을 거의 알 수 있습니다.
#
# * (N, a)와 (a, b)의 `X @ W`: 도착하는 것은 (N, b)이므로 X로는 `g @ Wᵀ`, W로는 `Xᵀ @ g`가 갑니다.
# * 전치는 전치로, 형상 바꾸기는 형상 바꾸기로 되돌립니다.
# * 합은 여럿으로 만든 수 하나입니다. 더해진 수마다 `g` 전체를 받습니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, Operation, value
from examples.course.track.s11_broadcasting import backward

# %% exercise transpose 1
# en: The rule of a transpose.
# ko: 전치의 규칙입니다.
transpose = Operation("T", np.transpose, lambda g, out, x: transpose(g))  # solution
Node.T = property(lambda x: transpose(x))

# %% check transpose
from examples.course.tasks.feedback import check_rule

check_rule(np.transpose, lambda g, x: transpose.rules[0](g, x.T, x),
           [([[1.0, 2.0]],), ([[1.0, 2.0], [3.0, 4.0]],)])  # fmt: skip

# %% mistakes transpose
# `transpose(g)` -> `g` : shapes differ | 형상이

# %% exercise matmul 2
# en: The two rules of `x @ w`, written with `matmul` and `transpose`.
# ko: `x @ w`의 두 규칙을 `matmul`과 `transpose`로 쓰세요.
matmul = Operation(
    "@",
    np.matmul,
    lambda g, out, x, w: matmul(g, transpose(w)),  # solution
    lambda g, out, x, w: matmul(transpose(x), g),  # solution
)
Node.__matmul__ = lambda x, w: matmul(x, w)
Node.__rmatmul__ = lambda w, x: matmul(x, w)

# %% check matmul
from examples.course.tasks.feedback import check_rule, say

check_rule(
    np.matmul, lambda g, x, w: tuple(rule(g, x @ w, x, w) for rule in matmul.rules),
    [([[1.0, 2.0]], [[3.0], [4.0]]), ([[1.0, 2.0], [0.0, 1.0]], [[3.0, 1.0], [4.0, 1.0]]),
     (np.ones((2, 3)), np.arange(6.0).reshape(3, 2))],
    names=("x", "w"),
    hint=say(en="look at the shapes", ko="형상을 보세요"),
)  # fmt: skip

# %% mistakes matmul
# `matmul(g, transpose(w))` -> `matmul(g, w)` : mismatch|shapes | mismatch|형상
# `matmul(transpose(x), g)` -> `matmul(g, transpose(x))` : w: the shapes differ|mismatch | w: 형상이|mismatch
# `matmul(transpose(x), g)` -> `matmul(transpose(g), x)` : w: the shapes|your rule gives | w: 형상이|내 규칙은

# %% exercise reshape 1
# en: An operation for one shape; its rule gives back the shape that there was.
# ko: 형상 하나를 위한 연산입니다. 규칙은 원래의 형상으로 되돌립니다.
def reshape(x, shape):
    """The same elements in another shape."""
    before = np.shape(value(x))
    return Operation("reshape", lambda v: np.reshape(v, shape), lambda g, out, x: reshape(g, before))(x)  # solution


# %% check reshape
from examples.course.tasks.feedback import expect

x = Node(np.arange(6.0))
y = reshape(x, (2, 3))
expect(y.value, np.arange(6.0).reshape(2, 3), where="reshape(x, (2, 3))")
g = y.operation.rules[0](np.ones((2, 3)), y.value, x.value)
expect(g, np.ones(6), where="∂/∂x")

# %% mistakes reshape
# `reshape(g, before)` -> `g` : shapes differ | 형상이
# `np.reshape(v, shape)` -> `np.resize(v, before)` : where: reshape | 위치: reshape

# %% exercise total 2
# en:
# The sum over all elements, or over one axis. What arrives has lost that axis: put it back with length
# 1 (`reshape` to `kept`), and repeat it by a product with ones.
# ko:
# 모든 원소의 합, 또는 한 축에 대한 합입니다. 도착하는 값에는 그 축이 없으므로, 길이 1인 축을 되살리고
# (`kept`로 `reshape`) 1로 된 배열을 곱해서 되풀이합니다.
def total(x, axis=None):
    """The sum over an axis, or over all."""
    kept = np.sum(value(x), axis, keepdims=True).shape
    ones = np.ones(np.shape(value(x)))
    return Operation("sum", lambda v: np.sum(v, axis), lambda g, out, x: reshape(g, kept) * ones)(x)  # solution


Node.sum = lambda x, axis=None: total(x, axis)
Node.mean = lambda x: total(x) * (1.0 / np.size(x.value))

# %% check total
from examples.course.tasks.feedback import expect

grid = np.arange(6.0).reshape(2, 3)
x = Node(grid)
expect(total(x, 1).value, grid.sum(1), where="Σ, axis=1")
backward(total(total(x, 1) * np.array([1.0, 10.0])))
expect(x.grad, np.array([[1.0] * 3, [10.0] * 3]), where="Σ axis=1, ·(1, 10): ∂/∂x")
x = Node(grid)
backward(total(total(x, 0) * np.array([1.0, 2.0, 3.0])))
expect(x.grad, np.array([[1.0, 2.0, 3.0]] * 2), where="Σ axis=0, ·(1, 2, 3): ∂/∂x")
x = Node(grid)
backward((x * x).mean())
expect(x.grad, grid / 3, where="mean(x²): ∂/∂x")

# %% mistakes total
# `reshape(g, kept) * ones` -> `g * ones` : ·\(1, 10\)|broadcast | broadcast|·\(1, 10\)
# `reshape(g, kept) * ones` -> `reshape(g, kept)` : shapes differ|yours | 형상이|내 답
# `lambda v: np.sum(v, axis)` -> `lambda v: np.sum(v)` : Σ, axis=1 | Σ, axis=1
