"""Step 4: walking back in order."""

# %% text
# en:
# # 4. Walking back in order
# A result knows its sources, they know theirs: that is the graph. Going back, a node may pass on
# only when everything that flows into it has arrived. Sources are always **older** than what is
# computed from them; so always take the **youngest** node that waits, and it is its turn. A heap
# gives it at once.
# ko:
# # 4. 순서대로 거슬러 가기
# 결과는 자신이 나온 노드를 알고, 그 노드들도 자신이 나온 곳을 압니다. 이것이 그래프입니다. 거슬러
# 갈 때 노드는 자신에게 올 것이 모두 도착한 다음에야 넘길 수 있습니다. 재료가 된 노드는 언제나 결과보다
# **먼저** 만들어졌으므로, 기다리는 노드 가운데 늘 **가장 나중에 만들어진** 것을 꺼내면 순서가 맞습니다.
# 힙을 쓰면 바로 꺼낼 수 있습니다.

# %% code
import heapq

from examples.course.track.s03_node import Node, Operation, add, multiply, value

# %% exercise youngest_first 1
# en: All nodes that a result depends on, itself included, each once, the youngest first.
# ko: 결과가 의존하는 모든 노드를 결과까지 포함해 한 번씩, 나중에 만들어진 것부터 나열하세요.
def youngest_first(result):
    """The nodes of a graph in the order of the way back."""
    heap, seen, order = [(-result.number, result)], {result}, []
    while heap:
        node = heapq.heappop(heap)[1]
        order.append(node)
        for source in node.sources:
            if isinstance(source, Node) and source not in seen:  # solution
                seen.add(source)  # solution
                heapq.heappush(heap, (-source.number, source))  # solution
    return order


# %% check youngest_first
from examples.course.tasks.feedback import expect

x, y = Node(2.0, name="x"), Node(5.0, name="y")
t = add(x, y)
t.name = "t"
z = multiply(t, x)
z.name = "z"
names = [node.name for node in youngest_first(z)]
expect(names, ["z", "t", "y", "x"], where="z = (x + y)·x")
expect(len(youngest_first(add(multiply(x, 3.0), 1.0))), 3, where="3x + 1: x, 3x, 3x + 1")

# %% mistakes youngest_first
# `isinstance(source, Node) and source not in seen` -> `isinstance(source, Node)` : 'x', 'x' | 'x', 'x'
# `isinstance(source, Node) and source not in seen` -> `source not in seen` : 3x \+ 1|number | 3x \+ 1|number
# `(-source.number, source)` -> `(source.number, source)` : 'z' | 'z'

# %% exercise backward 2
# en:
# The seed is 1: the result grows as fast as itself. Then each node takes what has arrived, keeps it as
# `grad`, and its rules pass something on to each source. In this step every node is used only once.
# ko:
# 시드는 1입니다. 결과는 자기 자신과 같은 빠르기로 커지기 때문입니다. 노드는 도착한 값을 `grad`에
# 두고, 규칙에 따라 각 재료에 값을 넘깁니다. 이번 단계에서는 모든 노드를 한 번씩만 씁니다.
def backward(result):
    """Fill `grad` of every node that the result depends on."""
    arrived = {result: 1.0}
    for node in youngest_first(result):
        node.grad = arrived[node]
        rules = node.operation.rules if node.operation else ()
        for rule, source in zip(rules, node.sources, strict=False):
            if isinstance(source, Node):
                arrived[source] = rule(node.grad, node.value, *map(value, node.sources))  # solution


# %% check backward
from examples.course.tasks.feedback import expect

x, y, z = Node(-2.0), Node(5.0), Node(-4.0)
f = multiply(add(x, y), z)
backward(f)
expect(f.grad, 1.0, where="f = (x + y)·z: ∂f/∂f")
expect([x.grad, y.grad, z.grad], [-4.0, -4.0, 3.0], where="f = (x + y)·z, (-2, 5, -4)")
square = Operation("square", lambda x: x * x, lambda g, out, x: 2 * g * x)
x = Node(3.0)
y = square(multiply(x, 2.0))
backward(y)
expect(x.grad, 24.0, where="y = (2x)², x = 3")

# %% mistakes backward
# `rule(node.grad, node.value` -> `rule(1.0, node.value` : \(x \+ y\)·z, \(-2 | \(x \+ y\)·z, \(-2
# `*map(value, node.sources))` -> `*map(value, node.sources[::-1]))` : yours | 내 답
# `arrived[source] = rule` -> `source.grad = rule` : KeyError | KeyError
