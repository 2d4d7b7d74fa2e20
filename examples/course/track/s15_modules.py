"""Step 15: modules, and XOR."""

# %% text
# en:
# # 15. Modules and SGD: learning XOR
# A layer is an object that holds its parameters and is called like a function. A model holds layers.
# An optimizer goes over the parameters and moves each against its gradient.
# ko:
# # 15. 모듈과 SGD: XOR 학습하기
# 층은 매개변수를 가진 객체이고 함수처럼 부릅니다. 모델은 층을 가집니다. 옵티마이저는 매개변수를 하나씩
# 기울기의 반대 방향으로 옮깁니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node
from examples.course.track.s11_broadcasting import backward
from examples.course.track.s13_second_derivatives import tanh


def parameters(owner):
    """All leaves among the attributes of an object, and of the objects in its lists."""
    found = []
    for each in vars(owner).values():
        for part in each if isinstance(each, list) else [each]:
            if isinstance(part, Node):
                found.append(part)
            elif hasattr(part, "__dict__"):
                found += parameters(part)
    return found


# %% exercise linear 1
# en: `x @ W + b`, with W of shape (inputs, outputs): normal numbers divided by √inputs; b zeros.
# ko: `x @ W + b`. W의 형상은 (입력 수, 출력 수)이고 정규 난수를 √입력 수로 나눈 값, b는 0입니다.
class Linear:
    """A layer of weights and biases."""

    def __init__(self, inputs, outputs, random):
        self.W = Node(random.normal(size=(inputs, outputs)) / np.sqrt(inputs))  # solution
        self.b = Node(np.zeros(outputs))  # solution

    def __call__(self, x):
        return x @ self.W + self.b  # solution


# %% check linear
from examples.course.tasks.feedback import expect, fail

layer = Linear(400, 3, np.random.default_rng(0))
found = parameters(layer)
expect([node.value.shape for node in found], [(400, 3), (3,)], where="parameters(Linear(400, 3))")
spread = float(found[0].value.std())
if not 0.045 < spread < 0.055:
    fail(en=f"the weights have a standard deviation of {spread:.3f}; 1/√400 = 0.05 is expected",
         ko=f"가중치의 표준편차가 {spread:.3f}입니다. 1/√400 = 0.05여야 합니다")  # fmt: skip
x = np.ones((2, 400))
layer.b.value = np.array([1.0, 2.0, 3.0])
expect(layer(x).value, x @ layer.W.value + layer.b.value, where="Linear(x)")

# %% mistakes linear
# `size=(inputs, outputs)` -> `size=(outputs, inputs)` : \(3, 400\) | \(3, 400\)
# ` / np.sqrt(inputs)` -> `` : standard deviation | 표준편차
# `x @ self.W + self.b` -> `x @ self.W` : Linear\(x\) | Linear\(x\)

# %% exercise sgd 1
# en: Move every parameter by `-rate` times its gradient. Make a new array: others may hold the old one.
# ko: 매개변수마다 기울기에 `-rate`를 곱한 만큼 옮기세요. 옛 배열을 쓰는 곳이 있을 수 있으니 새 배열을 만드세요.
def sgd(nodes, rate):
    """One step of gradient descent."""
    for node in nodes:
        node.value = node.value - rate * node.grad  # solution


# %% check sgd
from examples.course.tasks.feedback import expect

w = Node(np.array([1.0, 2.0]))
held = w.value
backward((w * w).sum())
sgd([w], 0.1)
expect(w.value, np.array([0.8, 1.6]), where="w = (1, 2), Σ w², rate = 0.1")
expect(held, np.array([1.0, 2.0]), where="w.value held from before")

# %% mistakes sgd
# `node.value - rate * node.grad` -> `node.value + rate * node.grad` : \[1.2 | \[1.2
# `node.value - rate * node.grad` -> `node.value - node.grad` : \[-1 | \[-1
# `node.value = node.value - rate * node.grad` -> `node.value -= rate * node.grad` : held from before | held from before

# %% exercise learn 2
# en: 500 rounds of: outputs, mean squared error, `backward`, `sgd`. Return the last outputs and all losses.
# ko: 출력, 평균 제곱 오차, `backward`, `sgd`를 500번 되풀이하세요. 마지막 출력과 모든 손실을 돌려줍니다.
class Network:
    """Two layers with tanh."""

    def __init__(self, random):
        self.layers = [Linear(2, 8, random), Linear(8, 1, random)]

    def __call__(self, x):
        return tanh(self.layers[1](tanh(self.layers[0](x))))


def learn(network, x, wanted, rate=0.5, rounds=500):
    """Train; the outputs and the losses."""
    losses = []
    for _ in range(rounds):
        out = network(x)
        error = out - wanted  # solution
        loss = (error * error).mean()  # solution
        losses.append(float(loss.value))
        backward(loss)  # solution
        sgd(parameters(network), rate)  # solution
    return out.value, losses


# %% check learn
from examples.course.tasks.feedback import expect, fail

inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
wanted = np.array([[-1.0], [1.0], [1.0], [-1.0]])
outputs, losses = learn(Network(np.random.default_rng(0)), inputs, wanted)
if not losses[-1] < 0.05 * losses[0]:
    fail(en=f"the loss went from {losses[0]:.3f} to {losses[-1]:.3f} only",
         ko=f"손실이 {losses[0]:.3f}에서 {losses[-1]:.3f}까지밖에 줄지 않았습니다")  # fmt: skip
expect(np.sign(outputs), wanted, where="XOR: sign(outputs)")

# %% mistakes learn
# `out - wanted` -> `out + wanted` : XOR: sign | XOR: sign
# `        sgd(parameters(network), rate)\n` -> `` : only | 줄지 않았습니다
# `        backward(loss)\n` -> `` : NoneType | NoneType
