"""Step 11: broadcasting is a sum on the way back."""

# %% text
# en:
# # 11. Broadcasting is a sum on the way back
# `(2, 3) + (3,)` works: NumPy repeats the row for both lines. Each of its numbers is then used twice,
# so by step 5 its gradients are **added**: a gradient of shape (2, 3) becomes one of shape (3,). No rule
# has to know; it is undone in one place, where a gradient arrives.
# ko:
# # 11. 브로드캐스트는 돌아올 때 합이 된다
# `(2, 3) + (3,)`은 계산됩니다. NumPy가 한 행을 두 줄에 되풀이하기 때문입니다. 그러면 그 행의 수는 저마다
# 두 번 쓰이므로, 5단계에서 본 대로 기울기를 **더합니다**. 형상이 (2, 3)인 기울기는 (3,)이 됩니다. 규칙은
# 이것을 몰라도 됩니다. 기울기가 도착하는 한 곳에서 처리합니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, value
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s08_letting_go import SPENT
from examples.course.track.s10_arrays import seed

# %% exercise undo 2
# en:
# Sum `g` to `shape`: over the axes that were put in front, and over those whose length was 1. Keep the
# others.
# ko:
# `g`를 `shape`로 합치세요. 앞에 새로 생긴 축과, 길이가 1이던 축에 대해 더합니다. 나머지 축은 그대로
# 둡니다.
def undo(g, shape):
    """The gradient of an array of this shape that was broadcast to that of g."""
    front = np.ndim(g) - len(shape)
    g = np.sum(g, axis=tuple(range(front)))  # solution
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)  # solution
    return np.sum(g, axis=ones, keepdims=True)  # solution


# %% check undo
from examples.course.tasks.feedback import expect

g = np.arange(6.0).reshape(2, 3)
expect(undo(g, (2, 3)), g, where="(2, 3) → (2, 3)")
expect(undo(g, (3,)), np.array([3.0, 5.0, 7.0]), where="(2, 3) → (3,)")
expect(undo(g, (1, 3)), np.array([[3.0, 5.0, 7.0]]), where="(2, 3) → (1, 3)")
expect(undo(g, (2, 1)), np.array([[3.0], [12.0]]), where="(2, 3) → (2, 1)")
expect(undo(g, ()), np.array(15.0), where="(2, 3) → ()")
expect(undo(np.ones((4, 2, 3)), (1, 3)), np.full((1, 3), 8.0), where="(4, 2, 3) → (1, 3)")

# %% mistakes undo
# `g = np.sum(g, axis=tuple(range(front)))` -> `g = np.mean(g, axis=tuple(range(front)))` : yours: array|yours: \[1.5 | 1.5
# `np.sum(g, axis=ones, keepdims=True)` -> `np.sum(g, axis=ones)` : \(1, 3\), |shapes differ | 형상이
# `return np.sum(g, axis=ones, keepdims=True)` -> `return g` : \(2, 1\)|\(1, 3\) | \(2, 1\)|\(1, 3\)

# %% exercise backward 1
# en: Undo broadcasting where a share arrives at its source.
# ko: 기울기가 재료에 도착하는 곳에서 브로드캐스트를 되돌리세요.
def backward(result, keep=False):
    """Fill `grad` of every node that the result depends on, and spend the graph."""
    order = youngest_first(result)
    if any(node.operation is SPENT for node in order):
        raise RuntimeError("this graph is spent: compute it again, or pass keep=True")
    arrived = {result: seed(result)}
    for node in order:
        node.grad = arrived[node]
        if node.operation is None:
            node.grad = np.array(node.grad)
            continue
        for rule, source in zip(node.operation.rules, node.sources, strict=False):
            if isinstance(source, Node):
                share = rule(node.grad, node.value, *map(value, node.sources))
                share = undo(share, np.shape(source.value))  # solution
                arrived[source] = arrived[source] + share if source in arrived else share
        if not keep:
            node.operation, node.sources = SPENT, ()


# %% check backward
from examples.course.tasks.feedback import expect
from examples.course.track.s03_node import Operation

total = Operation("sum", np.sum, lambda g, out, x: g * np.ones(np.shape(x)))
x, b, s = Node(np.arange(6.0).reshape(2, 3)), Node(np.array([1.0, 2.0, 3.0])), Node(2.0)
backward(total(x * s + b))
expect(b.grad, np.array([2.0, 2.0, 2.0]), where="Σ (x·s + b): ∂/∂b")
expect(s.grad, np.array(15.0), where="Σ (x·s + b): ∂/∂s")
expect(x.grad, np.full((2, 3), 2.0), where="Σ (x·s + b): ∂/∂x")

# %% mistakes backward
# `undo(share, np.shape(source.value))` -> `share` : \(2, 3\), expected \(3,\)|yours \(2, 3\) | 내 답은 \(2, 3\)
# `undo(share, np.shape(source.value))` -> `undo(share, np.shape(result.value))` : shapes differ | 형상이
