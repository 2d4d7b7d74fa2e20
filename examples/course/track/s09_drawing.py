"""Step 9: drawing the graph."""

# %% text
# en:
# # 9. A picture of it
# A graph that one sees is believed. The library draws its own graphs; so play yours back in the
# library, operation by operation, and let `viz` draw the result. At the same time that is a proof: the
# library's gradients must be yours.
# ko:
# # 9. 그림으로 보기
# 눈으로 본 그래프는 믿을 수 있습니다. 라이브러리는 자신의 그래프를 그립니다. 여러분의 그래프를 연산
# 하나하나 라이브러리에서 다시 실행하고, 그 결과를 `viz`로 그립시다. 이것은 증명이기도 합니다.
# 라이브러리가 구한 기울기가 여러분의 것과 같아야 합니다.

# %% code
import autograd
import viz
from examples.course.track.s03_node import Node
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s07_functions import exp, log, sigmoid, tanh
from examples.course.track.s08_letting_go import backward

LIBRARY = {
    "+": autograd.add, "×": autograd.multiply, "exp": autograd.exp, "log": autograd.log,
    "tanh": autograd.tanh,
}  # fmt: skip


def in_library(operation):
    """The library's function for one of our operations."""
    if operation.name.startswith("^"):
        return lambda x: x ** float(operation.name[1:])
    return LIBRARY[operation.name]


# %% exercise replay 2
# en:
# From the **oldest** node on: a leaf becomes an `autograd.Tensor` (with `requires_grad=True` and its
# name), a computed node the library's operation on what its sources became. Sources that are no nodes
# stay as they are.
# ko:
# **먼저** 만들어진 노드부터 차례로 합니다. 잎 노드는 `autograd.Tensor`가 되고(`requires_grad=True`와
# 이름을 줍니다), 계산된 노드는 재료를 라이브러리의 연산에 넣은 결과가 됩니다. 노드가 아닌 재료는
# 그대로 둡니다.
def replay(result):
    """The library's Tensor for every node of a graph."""
    tensors = {}
    for node in reversed(youngest_first(result)):
        if node.operation is None:
            tensors[node] = autograd.Tensor(node.value, requires_grad=True, name=node.name)
        else:
            sources = [tensors.get(s, s) if isinstance(s, Node) else s for s in node.sources]  # solution
            tensors[node] = in_library(node.operation)(*sources)  # solution
            tensors[node].name = node.name  # solution
    return tensors


# %% check replay
from examples.course.tasks.feedback import expect

w, x, b = Node(2.0, name="w"), Node(-1.0, name="x"), Node(3.0, name="b")
u = w * x + b
u.name = "u"
y = sigmoid(u)
y.name = "y"
tensors = replay(y)
expect(tensors[y].item(), y.value, where="y")
expect([t.name for t in (tensors[u], tensors[y])], ["u", "y"], where=".name")
tensors[y].backward()
backward(y)
expect([tensors[n].grad.item() for n in (w, x, b)], [w.grad, x.grad, b.grad], where="∂y/∂w, ∂y/∂x, ∂y/∂b")
picture = viz.draw(tensors[y]).svg()
expect(all(f">{name}<" in picture for name in "wxb"), True, where="viz.draw(...).svg()")

# %% mistakes replay
# `            tensors[node].name = node.name\n` -> `` : \.name | \.name
# `[tensors.get(s, s) if isinstance(s, Node) else s for s in node.sources]` -> `[s.value if isinstance(s, Node) else s for s in node.sources]` : backward|gradients|item|attribute | backward|item|attribute
# `tensors.get(s, s) if isinstance(s, Node) else s for` -> `tensors[s] for` : KeyError | KeyError

# %% code
def draw(result, name="y"):
    """The picture of a graph, with gradients, as SVG."""
    result.name = result.name or name
    tensor = replay(result)[result]
    tensor.backward()
    return viz.draw(tensor)
