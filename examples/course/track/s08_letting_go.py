"""Step 8: letting the graph go."""

# %% text
# en:
# # 8. Letting the graph go
# A training loop builds a graph in every round. The loss holds its sources, they hold theirs: as long
# as anybody keeps the loss (in a list, say), all the numbers in the middle stay in memory. So going
# back **spends** the graph: a node that has passed on forgets its sources. Going back twice must then
# be an error that says so, not a silent zero.
# ko:
# # 8. 그래프 놓아주기
# 학습 루프는 매번 그래프를 새로 만듭니다. 손실은 자신이 나온 노드를, 그 노드들은 또 그 재료를 붙들고
# 있습니다. 누군가 손실을 (리스트 같은 곳에) 보관하면 중간의 모든 수가 메모리에 남습니다. 그래서 한 번
# 거슬러 가면 그래프를 **써 버립니다**. 값을 넘긴 노드는 자신의 재료를 잊습니다. 두 번째로 거슬러 가면
# 조용히 0이 되는 것이 아니라, 그렇다고 말하는 오류가 나야 합니다.

# %% code
from examples.course.track.s03_node import Node, Operation, value
from examples.course.track.s04_walking_back import youngest_first
from examples.course.track.s07_functions import exp

SPENT = Operation("spent", None)

# %% exercise backward 2
# en:
# Unless `keep` is true, mark every computed node as `SPENT` once it has passed on, and empty its
# `sources`. A result that is spent already: a `RuntimeError`, before anything is changed.
# ko:
# `keep`이 참이 아니면, 계산된 노드는 값을 넘긴 다음 `SPENT`로 표시하고 `sources`를 비웁니다. 이미 써
# 버린 결과라면 아무것도 바꾸기 전에 `RuntimeError`를 냅니다.
def backward(result, keep=False):
    """Fill `grad` of every node that the result depends on, and spend the graph."""
    order = youngest_first(result)
    if any(node.operation is SPENT for node in order):  # solution
        raise RuntimeError("this graph is spent: compute it again, or pass keep=True")  # solution
    arrived = {result: 1.0}
    for node in order:
        node.grad = arrived[node]
        rules = node.operation.rules if node.operation else ()
        for rule, source in zip(rules, node.sources, strict=False):
            if isinstance(source, Node):
                share = rule(node.grad, node.value, *map(value, node.sources))
                arrived[source] = arrived.get(source, 0.0) + share
        if node.operation and not keep:  # solution
            node.operation, node.sources = SPENT, ()  # solution


# %% check backward
import gc
import weakref

from examples.course.tasks.feedback import expect, expect_error, fail

x = Node(2.0)
y = exp(x * x) * x
middle = weakref.ref(y.sources[0])
backward(y, keep=True)
backward(y, keep=True)
expect(x.grad, 9 * 54.598150033144236, where="d/dx exp(x²)·x, x = 2, keep=True", within=1e-9)
gc.disable()
backward(y)
alive = middle() is not None
gc.enable()
expect(x.grad, 9 * 54.598150033144236, where="d/dx exp(x²)·x, x = 2", within=1e-9)
if alive:
    fail(en="exp(x²) is still in memory: somebody still holds it",
         ko="exp(x²)가 아직 메모리에 있습니다. 누군가 붙들고 있습니다")  # fmt: skip
expect_error(lambda: backward(y), RuntimeError)
a = Node(1.0)
b = exp(a)
backward(b)
before = a.grad
expect_error(lambda: backward(b * a), RuntimeError)
expect(a.grad, before, where="grad")

# %% mistakes backward
# `node.operation, node.sources = SPENT, ()` -> `node.operation = SPENT` : still in memory | 아직 메모리에
# `    if any(node.operation is SPENT for node in order):\n        raise RuntimeError("this graph is spent: compute it again, or pass keep=True")\n` -> `` : RuntimeError | RuntimeError
# `node.operation and not keep` -> `node.operation` : spent|keep | spent|keep
