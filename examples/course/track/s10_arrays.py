"""Step 10: arrays."""

# %% text
# en:
# # 10. Arrays
# Values may be arrays: every rule so far works element by element, unchanged. Two things are new.
#
# The **seed**: there is "the slope of the result" only where the result is one number. Of an array one
# has to say what is wanted, a sum or a mean; guessing ones would be the sum in silence.
#
# **Memory**: the rule of `+` hands the *same* array to both. If somebody later changes `x.grad` in
# place (as optimizers do), `y.grad` must not change with it.
# ko:
# # 10. 배열
# 값이 배열이어도 됩니다. 지금까지 쓴 규칙은 그대로 원소마다 적용됩니다. 새로운 것은 두 가지입니다.
#
# **시드**: "결과의 기울기"는 결과가 수 하나일 때만 있습니다. 배열이라면 합인지 평균인지 무엇을 원하는지
# 말해야 합니다. 1로 채워 넣으면 말없이 합을 구하는 셈입니다.
#
# **메모리**: `+`의 규칙은 양쪽에 *같은* 배열을 건넵니다. 나중에 누군가 `x.grad`를 그 자리에서
# 바꾸더라도(옵티마이저가 그렇게 합니다) `y.grad`까지 바뀌어서는 안 됩니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, value
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s07_functions import exp
from examples.course.track.s08_letting_go import SPENT

# %% exercise seed 1
# en: Ones of the result's shape, if it has one element; else a `ValueError` that says its shape.
# ko: 원소가 하나이면 결과와 같은 형상의 1, 아니면 형상을 알려 주는 `ValueError`.
def seed(result):
    """What arrives at the result itself."""
    if np.size(result.value) != 1:  # solution
        raise ValueError(f"a result of shape {np.shape(result.value)}: take a sum or a mean")  # solution
    return np.ones(np.shape(result.value))  # solution


# %% check seed
from examples.course.tasks.feedback import expect, expect_error, fail

expect(seed(Node(3.0)), np.ones(()), where="seed(Node(3.0))")
expect(seed(Node(np.array([[3.0]]))), np.ones((1, 1)), where="seed(Node([[3.0]]))")
expect_error(lambda: seed(Node(np.array([1.0, 2.0]))), ValueError)
try:
    seed(Node(np.zeros((2, 3))))
except ValueError as error:
    if "(2, 3)" not in str(error):
        fail(en=f"the message does not say the shape (2, 3): {error}",
             ko=f"메시지에 형상 (2, 3)이 없습니다: {error}")  # fmt: skip

# %% mistakes seed
# `np.ones(np.shape(result.value))` -> `1.0` : \(1, 1\) | \(1, 1\)
# `np.size(result.value) != 1` -> `np.ndim(result.value) > 2` : ValueError | ValueError
# `f"a result of shape {np.shape(result.value)}: take a sum or a mean"` -> `"too many"` : does not say | 메시지에

# %% exercise backward 2
# en: Start with the seed, and give every **leaf** a gradient array of its own.
# ko: 시드에서 출발하고, 모든 **잎** 노드에 따로 만든 기울기 배열을 주세요.
def backward(result, keep=False):
    """Fill `grad` of every node that the result depends on, and spend the graph."""
    order = youngest_first(result)
    if any(node.operation is SPENT for node in order):
        raise RuntimeError("this graph is spent: compute it again, or pass keep=True")
    arrived = {result: seed(result)}
    for node in order:
        node.grad = arrived[node]
        if node.operation is None:
            node.grad = np.array(node.grad)  # solution
            continue
        for rule, source in zip(node.operation.rules, node.sources, strict=False):
            if isinstance(source, Node):
                share = rule(node.grad, node.value, *map(value, node.sources))
                arrived[source] = arrived[source] + share if source in arrived else share
        if not keep:
            node.operation, node.sources = SPENT, ()


# %% check backward
from examples.course.tasks.feedback import expect, expect_error, fail

x, y = Node(np.array([2.0])), Node(np.array([3.0]))
backward(x + y)
expect(x.grad, np.array([1.0]), where="x + y: ∂/∂x")
x.grad += 10.0
expect(y.grad, np.array([1.0]), where="y.grad (x.grad += 10)")
x = Node(np.array([2.0]))
backward(exp(x) * x + x)
expect(x.grad, 3 * np.exp([2.0]) + 1, where="exp(x)·x + x, x = [2.0]")
expect_error(lambda: backward(Node(np.array([1.0, 2.0])) * 2.0), ValueError)

# %% mistakes backward
# `np.array(node.grad)` -> `node.grad` : y\.grad \(x\.grad | y\.grad \(x\.grad
# `np.array(node.grad)` -> `np.ones_like(node.value)` : exp\(x\)·x | exp\(x\)·x
