"""Step 3: a node with its rule."""

# %% text
# en:
# # 3. A node with its rule
# By hand it is the same every time: an operation computes something, and for each argument there is
# a **rule** that says what goes back, given what arrives (`g`). So put both into one object. Calling
# it computes, and *records* which nodes the result was computed from. Numbers that are no nodes stay
# numbers: arrays in, array out.
#
# `rules` has one function per argument: `rule(g, out, x, y)`, where `out` is the result.
# ko:
# # 3. 규칙을 가진 노드
# 손으로 하는 일은 늘 같습니다. 연산은 무언가를 계산하고, 인수마다 도착한 값(`g`)으로 무엇을 되돌려
# 보낼지 정하는 **규칙**이 있습니다. 둘을 한 객체에 담습니다. 부르면 계산하고, 결과가 어떤 노드에서
# 나왔는지 *기록*합니다. 노드가 아닌 수는 수로 남습니다. 수를 넣으면 수가 나옵니다.
#
# `rules`에는 인수마다 함수 `rule(g, out, x, y)`가 하나씩 있습니다. `out`은 결과입니다.

# %% code
import itertools


class Node:
    """A value, and what it was computed from."""

    numbers = itertools.count()

    def __init__(self, value, operation=None, sources=(), name=None):
        self.value, self.operation, self.sources, self.name = value, operation, sources, name
        self.number = next(Node.numbers)  # when it was made: sources are always older
        self.grad = None

    def __repr__(self):
        return f"Node({self.value})"


def value(x):
    """The number of a node; anything else as it is."""
    return x.value if isinstance(x, Node) else x


# %% exercise operation 2
# en:
# Compute with the *values* of the arguments. If one of them is a node, return a `Node` that knows the
# value, the operation (`self`) and the arguments; otherwise the plain value.
# ko:
# 인수의 *값*으로 계산하세요. 인수 가운데 노드가 있으면 값, 연산(`self`), 인수를 아는 `Node`를
# 돌려주고, 없으면 값을 그대로 돌려줍니다.
class Operation:
    """A function of numbers, with a rule for each argument."""

    def __init__(self, name, function, *rules):
        self.name, self.function, self.rules = name, function, rules

    def __call__(self, *arguments):
        result = self.function(*(value(each) for each in arguments))  # solution
        if not any(isinstance(each, Node) for each in arguments):  # solution
            return result  # solution
        return Node(result, self, arguments)  # solution


# %% check operation
from examples.course.tasks.feedback import expect, fail

double = Operation("double", lambda x: 2 * x, lambda g, out, x: 2 * g)
expect(double(3.0), 6.0, where="double(3.0)")
node = Node(3.0)
made = double(node)
if not isinstance(made, Node):
    fail(en="a node went in, but no node came out", ko="노드를 넣었는데 노드가 나오지 않았습니다")
expect(made.value, 6.0, where="double(Node(3.0)).value")
expect(made.operation is double, True, where=".operation")
expect(len(made.sources) == 1 and made.sources[0] is node, True, where=".sources")
minus = Operation("minus", lambda x, y: x - y, lambda g, out, x, y: g, lambda g, out, x, y: -g)
expect(minus(Node(5.0), 2.0).value, 3.0, where="minus(Node(5.0), 2.0)")
expect(minus(5.0, Node(2.0)).value, 3.0, where="minus(5.0, Node(2.0))")

# %% mistakes operation
# `        if not any(isinstance(each, Node) for each in arguments):\n            return result\n` -> `` : Node\(6 | Node\(6
# `Node(result, self, arguments)` -> `Node(result, self.name, arguments)` : \.operation | \.operation
# `Node(result, self, arguments)` -> `Node(result, self)` : \.sources | \.sources
# `return Node(result, self, arguments)` -> `return result` : no node came out | 노드가 나오지

# %% exercise rules 2
# en:
# The first two operations. A sum passes `g` on to both; a product swaps: what goes to `x` is `g`
# times `y`.
# ko:
# 처음 두 연산입니다. 덧셈은 `g`를 양쪽에 그대로 보내고, 곱셈은 서로 바꾸어 보냅니다. `x`로는 `g`에
# `y`를 곱한 것이 갑니다.
add = Operation(
    "+",
    lambda x, y: x + y,
    lambda g, out, x, y: g,  # solution
    lambda g, out, x, y: g,  # solution
)
multiply = Operation(
    "×",
    lambda x, y: x * y,
    lambda g, out, x, y: multiply(g, y),  # solution
    lambda g, out, x, y: multiply(g, x),  # solution
)

# %% check rules
from examples.course.tasks.feedback import check_rule, fail

for operation in (add, multiply):
    if len(operation.rules) != 2:
        fail(
            en=f"{operation.name} needs two rules, one per argument",
            ko=f"{operation.name}에는 인수마다 하나씩 규칙이 둘 필요합니다",
        )
    check_rule(
        operation.function,
        lambda g, x, y, o=operation: tuple(rule(g, o(x, y), x, y) for rule in o.rules),
        [(2.0, 5.0), (-1.5, 0.5)],
        hint=operation.name,
    )

# %% mistakes rules
# `lambda g, out, x, y: multiply(g, y)` -> `lambda g, out, x, y: multiply(g, x)` : slope is 5 | 기울기는 5
# `lambda g, out, x, y: multiply(g, y)` -> `lambda g, out, x, y: y` : g = 2 | g = 2
# `    lambda g, out, x, y: g,\n    lambda g, out, x, y: g,` -> `    lambda g, out, x, y: x,\n    lambda g, out, x, y: y,` : slope is 1 | 기울기는 1
