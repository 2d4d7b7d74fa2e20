"""Step 13: derivatives of derivatives."""

# %% text
# en:
# # 13. Derivatives of derivatives
# Rules were written in `*`, `+` and operations. Given plain arrays they compute; given **nodes** they
# record. So walk back with nodes in place of values, and the gradients are results of a graph, which can
# be walked back again. Nothing else is needed for derivatives of any order.
# ko:
# # 13. 기울기의 기울기
# 규칙을 `*`, `+`, 그리고 연산으로 썼습니다. 배열을 주면 계산하고, **노드**를 주면 기록합니다. 그래서 값
# 대신 노드를 가지고 거슬러 가면 기울기도 그래프의 결과가 되고, 그 그래프를 다시 거슬러 갈 수 있습니다.
# 몇 차 미분이든 더 필요한 것은 없습니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, value
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s07_functions import exp, log, sigmoid, tanh
from examples.course.track.s10_arrays import seed
from examples.course.track.s12_matrices import matmul, reshape, total


def undo_recorded(g, shape):
    """As `undo`, in operations, so that it is recorded."""
    front = len(np.shape(g.value)) - len(shape)
    for _ in range(front):
        g = total(g, 0)
    for axis, n in enumerate(shape):
        if n == 1 and np.shape(g.value)[axis] != 1:
            g = total(g, axis)
            g = reshape(g, (*np.shape(g.value)[:axis], 1, *np.shape(g.value)[axis:]))
    return g


# %% exercise grad 2
# en:
# The same way back. A rule gets nodes: what arrived, the node itself as `out`, and its sources as they
# are. Return one gradient per input, a `Node` each.
# ko:
# 거슬러 가는 방법은 같습니다. 규칙에 노드를 넣습니다. 도착한 값, `out`으로는 노드 자신, 그리고 재료를
# 그대로 줍니다. 입력마다 기울기를 하나씩 `Node`로 돌려주세요.
def grad(result, *inputs):
    """The gradients of a result with respect to nodes, as nodes; the graph is kept."""
    arrived = {result: Node(seed(result))}
    for node in youngest_first(result):
        g = arrived[node]
        rules = node.operation.rules if node.operation else ()
        for rule, source in zip(rules, node.sources, strict=False):
            if isinstance(source, Node):
                share = undo_recorded(rule(g, node, *node.sources), np.shape(source.value))  # solution
                arrived[source] = arrived[source] + share if source in arrived else share  # solution
    return [arrived[each] for each in inputs]


# %% check grad
from autograd.testing import numerical_gradient
from examples.course.tasks.feedback import expect, fail

x = Node(2.0)
y = x**3
for order, right in enumerate((12.0, 12.0, 6.0), start=1):
    (y,) = grad(y, x)
    if not isinstance(y, Node):
        fail(en="the gradient is no node", ko="기울기가 노드가 아닙니다")
    expect(y.value, np.array(right), where=f"x³, x = 2, order {order}")
x = Node(1.0)
y, printed = tanh(x), (0.41997434, -0.63970001, 0.62162668, 0.66509104)
for order, right in enumerate(printed, start=1):
    (y,) = grad(y, x)
    expect(y.value, np.array(right), where=f"tanh, x = 1, order {order}", within=1e-7)
W, v = Node(np.array([[1.0, 2.0], [3.0, 4.0]])), Node(np.array([[1.0], [-1.0]]))
(gv,) = grad(((W @ v) ** 2).sum(), v)
(gW,) = grad((gv * gv).sum(), W)
right = numerical_gradient(lambda W: ((2 * W.T @ W @ v.value) ** 2).sum(), W.value)
expect(gW.value, right, where="f = ‖W v‖²: ∂/∂W of ‖∂f/∂v‖²", within=1e-7)

# %% mistakes grad
# `rule(g, node, *node.sources)` -> `Node(value(rule(g, node, *node.sources)))` : KeyError | KeyError
# `rule(g, node, *node.sources)` -> `rule(g, value(node), *node.sources)` : KeyError: Node\(1 | KeyError: Node\(1
# `arrived[source] + share if source in arrived else share` -> `share` : tanh, x = 1|x³ | tanh, x = 1|x³
