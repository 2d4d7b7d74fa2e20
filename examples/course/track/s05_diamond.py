"""Step 5: a value that is used twice."""

# %% text
# en:
# # 5. A diamond: the gradients add up
# In `a = x²; y = a² + a²` the node `a` is used twice, so there are two ways from `y` to it. A small
# change of `a` changes `y` over both: the gradients of all ways are **added**. This is the mistake
# that nearly every engine makes first: the second arrival overwrites the first.
# ko:
# # 5. 다이아몬드: 기울기는 더해진다
# `a = x²; y = a² + a²`에서는 노드 `a`를 두 번 쓰므로 `y`에서 `a`로 가는 길이 둘입니다. `a`가 조금
# 변하면 두 길 모두를 통해 `y`가 변합니다. 그래서 모든 길의 기울기를 **더합니다**. 거의 모든 엔진이
# 처음에 저지르는 실수가 바로 이것입니다. 두 번째로 도착한 값이 첫 번째 값을 덮어씁니다.

# %% code
from examples.course.track.s03_node import Node, add, multiply, value
from examples.course.track.s04_walking_back import youngest_first

# %% exercise backward 2
# en: As in the last step, but what arrives at a node is added up.
# ko: 앞 단계와 같지만, 노드에 도착하는 값을 모두 더하세요.
def backward(result):
    """Fill `grad` of every node that the result depends on."""
    arrived = {result: 1.0}
    for node in youngest_first(result):
        node.grad = arrived[node]
        rules = node.operation.rules if node.operation else ()
        for rule, source in zip(rules, node.sources, strict=False):
            if isinstance(source, Node):
                share = rule(node.grad, node.value, *map(value, node.sources))
                arrived[source] = arrived.get(source, 0.0) + share  # solution


# %% check backward
from examples.course.tasks.feedback import expect, say

x = Node(3.0)
y = multiply(x, x)
backward(y)
expect(
    x.grad, 6.0, where="y = x·x, x = 3",
    hint=say(
        en="both ways count: their gradients are added",
        ko="두 길 모두 세어야 합니다. 기울기를 더하세요",
    ),
)  # fmt: skip
x = Node(2.0)
a = multiply(x, x)
y = add(multiply(a, a), multiply(a, a))
backward(y)
expect([y.value, x.grad], [32.0, 64.0], where="a = x²; y = a² + a², x = 2: y, dy/dx")
backward(y)
expect(x.grad, 64.0, where=say(en="the same graph again", ko="같은 그래프를 한 번 더"))

# %% mistakes backward
# `arrived.get(source, 0.0) + share` -> `share` : yours: 3 | 내 답: 3
# `arrived[source] = arrived.get(source, 0.0) + share` -> `source.grad = (source.grad or 0.0) + share\n                arrived[source] = source.grad` : the same graph again | 같은 그래프를 한 번 더
# `arrived.get(source, 0.0)` -> `arrived.get(source, 1.0)` : yours: 7 | 내 답: 7
