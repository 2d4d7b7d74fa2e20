"""Step 14: forward mode."""

# %% text
# en:
# # 14. Forward mode
# The other direction: give every input a speed (its **tangent**) and ask how fast the result moves.
# Oldest node first. Of an operation that works element by element the same rules serve: the speed of
# the result is the sum over its sources of `rule(speed of the source)`. A linear operation (transpose,
# reshape, sum) carries the speed as it carries the value; a matrix product moves by each factor.
#
# One pass forwards gives the slope in **one** direction for all results; one pass back gives all slopes
# of **one** result. A network has a million inputs and one loss: hence backpropagation.
# ko:
# # 14. 순방향 모드
# 반대 방향입니다. 입력마다 속도(**탄젠트**)를 주고 결과가 얼마나 빨리 움직이는지 묻습니다. 먼저
# 만들어진 노드부터 차례로 갑니다. 원소마다 계산하는 연산에는 같은 규칙을 씁니다. 결과의 속도는 재료마다
# `rule(재료의 속도)`를 구해 더한 것입니다. 선형 연산(전치, reshape, 합)은 값을 나르듯 속도를 나르고, 행렬
# 곱은 두 인수 각각에 따라 움직입니다.
#
# 앞으로 한 번 가면 **한** 방향에 대한 모든 결과의 기울기를, 거꾸로 한 번 가면 결과 **하나**의 모든
# 기울기를 얻습니다. 신경망은 입력이 백만 개이고 손실은 하나입니다. 그래서 오차역전파를 씁니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, value
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s13_second_derivatives import exp, grad, matmul, sigmoid, tanh, total

LINEAR = {"T", "reshape", "sum"}

# %% exercise push 2
# en:
# `tangents` maps input nodes to arrays; a node without one stands still (zeros). Return the speed of the
# result. A source that is no node has no speed.
# ko:
# `tangents`는 입력 노드와 배열의 사전입니다. 사전에 없는 노드는 멈추어 있습니다(0). 결과의 속도를
# 돌려주세요. 노드가 아닌 재료에는 속도가 없습니다.
def push(result, tangents):
    """How fast a result moves when its inputs move with these speeds."""
    speeds = dict(tangents)
    for node in reversed(youngest_first(result)):
        if node in speeds:
            continue
        speed = np.zeros(np.shape(node.value))
        values = [value(each) for each in node.sources]
        for i, source in enumerate(node.sources):
            if not isinstance(source, Node):
                continue
            t = speeds[source]
            if node.operation.name in LINEAR:
                speed = speed + node.operation.function(t)
            elif node.operation.name == "@":
                speed = speed + (t @ values[1] if i == 0 else values[0] @ t)  # solution
            else:
                speed = speed + node.operation.rules[i](t, node.value, *values)  # solution
        speeds[node] = speed
    return speeds[result]


# %% check push
from examples.course.tasks.feedback import expect

x, y = Node(2.0), Node(5.0)
expect(push(x * y, {x: 1.0}), np.array(5.0), where="x·y, dx = 1")
expect(push(x * y, {x: 1.0, y: 1.0}), np.array(7.0), where="x·y, dx = dy = 1")
random = np.random.default_rng(0)
x, W, b = (Node(random.normal(size=s)) for s in ((2, 3), (3, 4), (4,)))
dW, db = random.normal(size=(3, 4)), random.normal(size=4)
loss = (sigmoid(tanh(x @ W + b) * 2.0) ** 2).sum()
gW, gb = grad(loss, W, b)
expect(push(loss, {W: dW, b: db}), np.array((gW.value * dW).sum() + (gb.value * db).sum()),
       where="Σ sigmoid(2 tanh(x W + b))², dW, db")  # fmt: skip

# %% mistakes push
# `node.operation.rules[i](t,` -> `node.operation.rules[i](1.0,` : x·y|sigmoid | x·y|sigmoid
# `values[0] @ t)` -> `t @ values[1])` : mismatch | mismatch
# `node.operation.rules[i](t, node.value, *values)` -> `node.operation.function(t)` : argument | argument
