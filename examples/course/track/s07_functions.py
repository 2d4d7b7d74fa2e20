"""Step 7: exp, log and tanh."""

# %% text
# en:
# # 7. exp, log, tanh
# A new operation is a function and a rule; nothing else of the engine changes. Of tanh and exp the
# rule is simplest by the **result**: `exp' = out`, `tanh' = 1 - out²`. From NumPy, so that they will
# work on whole arrays.
# ko:
# # 7. exp, log, tanh
# 새 연산은 함수 하나와 규칙 하나입니다. 엔진의 다른 곳은 바뀌지 않습니다. tanh와 exp의 규칙은
# **결과**로 쓰는 것이 가장 간단합니다. `exp' = out`, `tanh' = 1 - out²`. 나중에 배열에도 쓸 수 있도록
# NumPy의 함수를 씁니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node, Operation
from examples.course.track.s06_operators import backward, power

# %% exercise exp 1
# en: The rule of exp, by its result.
# ko: exp의 규칙을 결과 `out`으로 쓰세요.
exp = Operation("exp", np.exp, lambda g, out, x: g * out)  # solution

# %% check exp
from examples.course.tasks.feedback import check_rule

check_rule(np.exp, lambda g, x: exp.rules[0](g, np.exp(x), x), [(0.0,), (1.0,), (-2.0,)])

# %% mistakes exp
# `g * out` -> `out` : g = 2 | g = 2
# `g * out` -> `g * x` : slope is 1 | 기울기는 1

# %% exercise log 1
# en: The rule of the natural logarithm: `1/x`.
# ko: 자연로그의 규칙입니다. `1/x`.
log = Operation("log", np.log, lambda g, out, x: g / x)  # solution

# %% check log
from examples.course.tasks.feedback import check_rule

check_rule(np.log, lambda g, x: log.rules[0](g, np.log(x), x), [(1.0,), (2.0,), (0.1,)])

# %% mistakes log
# `g / x` -> `g / out` : slope is 1|divide | 기울기는 1|divide
# `g / x` -> `g * x` : x = 2 | x = 2

# %% exercise tanh 1
# en: The rule of tanh, by its result.
# ko: tanh의 규칙을 결과 `out`으로 쓰세요.
tanh = Operation("tanh", np.tanh, lambda g, out, x: g * (1.0 - out * out))  # solution

# %% check tanh
from examples.course.tasks.feedback import check_rule, expect

check_rule(np.tanh, lambda g, x: tanh.rules[0](g, np.tanh(x), x), [(0.0,), (1.0,), (-0.5,)])
x = Node(0.5)
backward(tanh(x) * exp(x) + log(x))
expect(x.grad, 3.0 - 1.0 + np.exp(0.5) * (1 - np.tanh(0.5) ** 2 + np.tanh(0.5)),
       where="tanh(x)·exp(x) + log(x), x = 0.5")  # fmt: skip

# %% mistakes tanh
# `1.0 - out * out` -> `1.0 - out` : x = 1 | x = 1
# `1.0 - out * out` -> `1.0 - x * x` : slope is 0.41 | 기울기는 0.41
# `g * (1.0 - out * out)` -> `1.0 - out * out` : g = 2 | g = 2

# %% exercise sigmoid 1
# en: A function of operations needs no rule at all. Write the sigmoid `1 / (1 + exp(-x))`.
# ko: 연산으로 만든 함수에는 규칙이 필요 없습니다. 시그모이드 `1 / (1 + exp(-x))`를 쓰세요.
def sigmoid(x):
    """A smooth step from 0 to 1."""
    return 1.0 / (1.0 + exp(-x))  # solution


# %% check sigmoid
from examples.course.tasks.feedback import expect

expect(sigmoid(0.0), 0.5, where="sigmoid(0.0)")
x = Node(1.0)
y = sigmoid(x)
expect(y.value, 0.7310585786300049, where="sigmoid(1)")
backward(y)
expect(x.grad, 0.19661193324148185, where="sigmoid'(1)")

# %% mistakes sigmoid
# `exp(-x)` -> `exp(x)` : 0.268 | 0.268
# `exp(-x)` -> `np.exp(-x)` : TypeError | TypeError
# `return 1.0` -> `1.0` : return | return
