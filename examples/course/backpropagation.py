"""Backpropagation by hand: three networks, every gradient written out and held to the engine's.

    python -m examples.course.backpropagation --lang en

Read it top to bottom, after the lesson `graphs`. NumPy alone computes what is "by hand".
"""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

import autograd
import viz
from autograd import Tensor
from autograd.testing import check_grads, numerical_gradient
from examples.course.lesson import Lesson

lesson = Lesson("backpropagation", en="Backpropagation by hand", ko="손으로 하는 오차역전파")


def leaf(value, name):
    """A variable whose gradient is wanted."""
    return Tensor(value, requires_grad=True, name=name)


def named(tensor, name):
    """The same tensor with a name, for the figures."""
    tensor.name = name
    return tensor


def sigmoid(z):
    """1 / (1 + exp(-z)) of plain numbers."""
    return 1 / (1 + np.exp(-z))


# ---------------------------------------------------------------------- 3-2-2

lesson.begin(
    minutes=50,
    needs=("graphs", "losses"),
    en="""
    After this lesson you can

    - write backpropagation for a network by hand, weight by weight and in matrices,
    - check any gradient with numerical differentiation,
    - find the misprints that are copied from script to script.

    Backpropagation was found at least four times, by an engineer steering rockets, by a Finnish
    student, by an economist and by psychologists. Each time the surprise was the same: all the
    derivatives of a network cost about as much as two forward passes, however many weights there
    are. Today nobody writes them by hand any more. Who has done it once reads error messages
    differently.
    """,
    ko="""
    이 강의를 마치면

    - 신경망의 오차역전파를 가중치 하나하나, 그리고 행렬로 직접 쓸 수 있습니다.
    - 어떤 기울기든 수치 미분으로 검산할 수 있습니다.
    - 강의 자료에서 자료로 베껴지는 잘못된 식을 찾아낼 수 있습니다.

    오차역전파는 적어도 네 번 발견되었습니다. 로켓을 조종하던 공학자, 핀란드의 학생, 경제학자,
    심리학자들이 저마다 찾아냈습니다. 놀라움은 늘 같았습니다. 가중치가 아무리 많아도 모든 기울기를
    구하는 데 순전파 두 번 정도의 계산이면 됩니다. 오늘날 기울기를 손으로 쓰는 사람은 없지만, 한 번
    써 본 사람은 오류 메시지를 다르게 읽습니다.
    """,
)

lesson.say(
    en="""
    ## 1. A 3-2-2 network, weight by weight

    Three inputs, two hidden units, two outputs; every weight has its own name, every unit its own
    bias:

    | unit | net input | output |
    |---|---|---|
    | h1 | $zh1 = w1 x1 + w3 x2 + w5 x3 + b1$ | $h1 = sigmoid(zh1)$ |
    | h2 | $zh2 = w2 x1 + w4 x2 + w6 x3 + b2$ | $h2 = sigmoid(zh2)$ |
    | o1 | $zo1 = w7 h1 + w9 h2 + b3$ | $o1 = sigmoid(zo1)$ |
    | o2 | $zo2 = w8 h1 + w10 h2 + b4$ | $o2 = sigmoid(zo2)$ |

    and the error is $E = ½ [(o1 - t1)² + (o2 - t2)²]$. First the engine.
    """,
    ko="""
    ## 1. 3-2-2 신경망을 가중치 하나하나

    입력 셋, 은닉 뉴런 둘, 출력 뉴런 둘입니다. 가중치마다 이름이 있고 뉴런마다 편향이 있습니다.

    | 뉴런 | 선형결합 | 출력 |
    |---|---|---|
    | h1 | $zh1 = w1 x1 + w3 x2 + w5 x3 + b1$ | $h1 = sigmoid(zh1)$ |
    | h2 | $zh2 = w2 x1 + w4 x2 + w6 x3 + b2$ | $h2 = sigmoid(zh2)$ |
    | o1 | $zo1 = w7 h1 + w9 h2 + b3$ | $o1 = sigmoid(zo1)$ |
    | o2 | $zo2 = w8 h1 + w10 h2 + b4$ | $o2 = sigmoid(zo2)$ |

    오차는 $E = ½ [(o1 - t1)² + (o2 - t2)²]$입니다. 먼저 엔진으로 계산합니다.
    """,
)

x1, x2, x3 = (Tensor(value, name=f"x{i}") for i, value in enumerate((1.0, 4.0, 5.0), start=1))
t1, t2 = Tensor(0.1, name="t1"), Tensor(0.05, name="t2")
w1, w2, w3, w4, w5, w6, w7, w8, w9, w10 = (leaf(i / 10, f"w{i}") for i in range(1, 11))
b1, b2, b3, b4 = (leaf(0.5, f"b{i}") for i in range(1, 5))

h1 = named(autograd.sigmoid(w1 * x1 + w3 * x2 + w5 * x3 + b1), "h1")
h2 = named(autograd.sigmoid(w2 * x1 + w4 * x2 + w6 * x3 + b2), "h2")
o1 = named(autograd.sigmoid(w7 * h1 + w9 * h2 + b3), "o1")
o2 = named(autograd.sigmoid(w8 * h1 + w10 * h2 + b4), "o2")
E = named(0.5 * ((o1 - t1) ** 2 + (o2 - t2) ** 2), "E")
E.backward()

weights = (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, b1, b2, b3, b4)
engine = {weight.name: weight.grad.item() for weight in weights}
print(f"h1 = {h1:.4f}, h2 = {h2:.4f}, o1 = {o1:.4f}, o2 = {o2:.4f}, E = {E:.4f}")
lesson.figure(
    "network_322",
    viz.draw(E, "neurons", lang=lesson.lang, learning_rate=0.5),
    en="Every weight with its gradient, before and after one step at rate 0.5",
    ko="모든 가중치와 기울기, 학습률 0.5로 한 번 갱신하기 전과 후",
)
lesson.figure(
    "network_322_graph",
    viz.draw(E, "cs231n", lang=lesson.lang, ratio=16 / 9),
    en="The same, operation by operation",
    ko="같은 신경망을 연산 하나하나로",
)

lesson.say(
    en="""
    Now by hand, from the back. The slope of the sigmoid is $y(1 - y)$; a hidden unit has **two**
    paths to E, one over each output, and adds them.
    """,
    ko="""
    이번에는 뒤에서부터 손으로 계산합니다. 시그모이드의 미분은 $y(1 - y)$입니다. 은닉 뉴런에서 E로
    가는 경로는 출력마다 하나씩 **둘**이므로 두 값을 더합니다.
    """,
)

H1, H2, O1, O2 = h1.item(), h2.item(), o1.item(), o2.item()
dzo1 = (O1 - 0.1) * O1 * (1 - O1)
dzo2 = (O2 - 0.05) * O2 * (1 - O2)
dh1 = dzo1 * 0.7 + dzo2 * 0.8  # w7 leads from h1 to o1, w8 to o2
dh2 = dzo1 * 0.9 + dzo2 * 1.0
dzh1 = dh1 * H1 * (1 - H1)
dzh2 = dh2 * H2 * (1 - H2)
by_hand = {
    "w1": dzh1 * 1.0, "w3": dzh1 * 4.0, "w5": dzh1 * 5.0, "b1": dzh1,
    "w2": dzh2 * 1.0, "w4": dzh2 * 4.0, "w6": dzh2 * 5.0, "b2": dzh2,
    "w7": dzo1 * H1, "w9": dzo1 * H2, "b3": dzo1,
    "w8": dzo2 * H1, "w10": dzo2 * H2, "b4": dzo2,
}  # fmt: skip
lesson.show(
    en=f"weight {'by hand':>13} {'engine':>13}",
    ko="가중치    손으로 계산          엔진",
)
for name, gradient in engine.items():
    print(f"{name:6} {by_hand[name]:13.9f} {gradient:13.9f}")

# ---------------------------------------------------------------------- two layers

lesson.say(
    en="""
    ## 2. Two layers, whole matrices at once

    In many courses the examples are **columns**: A0 is (inputs, n). $Z1 = W1 A0 + b1$, $A1 =
    tanh(Z1)$, $Z2 = W2 A1 + b2$, $A2 = sigmoid(Z2)$, and the loss is the binary cross-entropy

    $L = -1/n Σ [Y log A2 + (1 - Y) log(1 - A2)]$.

    (Both terms stand inside **one** minus sign, and are added; the inner sign is often misprinted.)
    Its derivative through the sigmoid is wonderfully simple, A2 - Y, and the rest is four lines:

    $dZ2 = A2 - Y;  dW2 = dZ2 A1ᵀ / n;  dZ1 = (W2ᵀ dZ2) · g'(Z1);  dW1 = dZ1 A0ᵀ / n$;
    db = sum of each row / n.

    Misprints that students copy, and how to see that they are wrong:

    * dW2 with A2 in the place of A1. A weight's gradient is what *came in* times what arrives from
      behind. The shapes tell: W2 is (1, hidden), and A2 has no hidden axis. So it is with
      $dW = dZ · dA$ in the place of $dZ Aᵀ$.
    * $A = g(b)$ for $A = g(Z)$, and $dZ = dA · g'(dA)$ for $dA · g'(Z)$: an activation, and its
      slope, are taken at the **net input**.
    * $W ← W - dE/dW$ without the rate η.
    """,
    ko="""
    ## 2. 2층 신경망을 행렬로 한 번에

    많은 강의에서 데이터를 **열**로 놓습니다. A0의 형상은 (입력 수, n)입니다. $Z1 = W1 A0 + b1$,
    $A1 = tanh(Z1)$, $Z2 = W2 A1 + b2$, $A2 = sigmoid(Z2)$이고, 손실 함수는 이진 교차
    엔트로피입니다.

    $L = -1/n Σ [Y log A2 + (1 - Y) log(1 - A2)]$.

    (두 항은 **하나의** 음의 부호 안에서 더해집니다. 안쪽 부호가 잘못 인쇄된 강의 자료가 있습니다.)
    시그모이드를 지난 미분은 놀랄 만큼 간단하게 A2 - Y가 되고, 나머지는 네 줄이면 됩니다.

    $dZ2 = A2 - Y;  dW2 = dZ2 A1ᵀ / n;  dZ1 = (W2ᵀ dZ2) · g'(Z1);  dW1 = dZ1 A0ᵀ / n$;
    db = 행마다의 합 / n.

    흔히 잘못 인쇄되는 식과, 잘못임을 알아보는 방법입니다.

    * dW2에 A1 대신 A2를 쓴 식. 가중치의 기울기는 *들어온* 값에 뒤에서 받은 값을 곱한 것입니다.
      형상을 보아도 알 수 있습니다. W2는 (1, 은닉 수)인데 A2에는 은닉 축이 없습니다. $dW = dZ Aᵀ$를
      $dW = dZ · dA$라고 쓴 것도 마찬가지입니다.
    * $A = g(Z)$를 $A = g(b)$로, $dZ = dA · g'(Z)$를 $dA · g'(dA)$로 쓴 식. 활성화 함수와 그 미분은
      **선형결합** Z에서 계산합니다.
    * 학습률 η를 빠뜨린 $W ← W - dE/dW$.
    """,
)

A0 = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])  # two inputs, three examples in columns
Y = np.array([[1.0, 1.0, 0.0]])
n = A0.shape[1]
W1, B1 = np.array([[0.5, -0.4], [0.3, 0.8]]), np.array([[0.1], [-0.1]])
W2, B2 = np.array([[0.7, -0.6]]), np.array([[0.05]])

Z1 = W1 @ A0 + B1
A1 = np.tanh(Z1)
A2 = sigmoid(W2 @ A1 + B2)
loss_by_hand = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).mean()

dZ2 = A2 - Y
dW2, dB2 = dZ2 @ A1.T / n, dZ2.sum(axis=1, keepdims=True) / n
dZ1 = (W2.T @ dZ2) * (1 - A1**2)  # g' of tanh
dW1, dB1 = dZ1 @ A0.T / n, dZ1.sum(axis=1, keepdims=True) / n
two_layers_by_hand = (dW1, dB1, dW2, dB2)

parameters = [leaf(W1, "W1"), leaf(B1, "b1"), leaf(W2, "W2"), leaf(B2, "b2")]
w1a0 = named(parameters[0] @ Tensor(A0, name="A0"), "W1 A0")
a1 = named(autograd.tanh(named(w1a0 + parameters[1], "Z1")), "A1")
w2a1 = named(parameters[2] @ a1, "W2 A1")
a2 = named(autograd.sigmoid(named(w2a1 + parameters[3], "Z2")), "A2")
y, not_y = Tensor(Y, name="Y"), Tensor(1 - Y, name="1 - Y")
where_1 = named(y * named(autograd.log(a2), "log A2"), "Y log A2")
not_a2 = named(1.0 - a2, "1 - A2")
where_0 = named(not_y * named(autograd.log(not_a2), "log(1 - A2)"), "(1 - Y) log(1 - A2)")
loss = named(-named(named(where_1 + where_0, "sum").mean(), "mean"), "L")
loss.backward()
two_layers_engine = [parameter.grad.data for parameter in parameters]
lesson.show(
    en=f"loss by hand {loss_by_hand:.6f}, engine {loss:.6f}; largest difference of a gradient:",
    ko=f"손실: 손으로 {loss_by_hand:.6f}, 엔진 {loss:.6f}. 기울기의 가장 큰 차이:",
)
for parameter, hand in zip(parameters, two_layers_by_hand, strict=True):
    print(f"d{parameter.name}: |Δ| = {np.abs(parameter.grad.data - hand).max():.0e}")
lesson.figure(
    "two_layers",
    viz.draw(loss, "cs231n", lang=lesson.lang, ratio=16 / 9),
    en="Two layers and binary cross-entropy over three examples",
    ko="데이터 세 개에 대한 2층 신경망과 이진 교차 엔트로피",
)

# ---------------------------------------------------------------------- any number of layers

lesson.say(
    en="""
    ## 3. Any number of layers: the forward loop saves, the backward loop reuses

    The same lines in a loop. On the way forward every layer **saves** what it will need: its input
    and its output. On the way back they are used in reverse order. This list of saved values is
    what an autodiff library keeps for you. It is why training needs so much more memory than
    answering.
    """,
    ko="""
    ## 3. 여러 층: 순전파가 저장하고 역전파가 다시 쓰는 값

    같은 식을 반복문에 넣습니다. 순전파에서는 층마다 나중에 필요한 값(입력과 출력)을 **저장**하고,
    역전파에서는 그 값을 거꾸로 꺼내 씁니다. 자동 미분 라이브러리가 대신 보관해 주는 것이 바로 이
    목록입니다. 학습이 추론보다 메모리를 훨씬 많이 쓰는 이유이기도 합니다.
    """,
)

generator = np.random.default_rng(0)
sizes = [2, 4, 4, 3, 1]
Ws = [generator.normal(size=(out, into)) for into, out in pairwise(sizes)]
bs = [generator.normal(size=(out, 1)) for out in sizes[1:]]
L = len(Ws)


def forward(Ws, bs):
    """The loss, and A0 to AL, which the way back needs."""
    saved = [A0]
    for layer in range(L):
        Z = Ws[layer] @ saved[-1] + bs[layer]
        saved.append(sigmoid(Z) if layer == L - 1 else np.tanh(Z))
    loss = -(Y * np.log(saved[-1]) + (1 - Y) * np.log(1 - saved[-1])).mean()
    return loss, saved


def backward(Ws, saved):
    """The gradient of every weight matrix and bias, last layer first."""
    dWs, dbs = [None] * L, [None] * L
    dZ = saved[L] - Y
    for layer in reversed(range(L)):
        dWs[layer] = dZ @ saved[layer].T / n
        dbs[layer] = dZ.sum(axis=1, keepdims=True) / n
        dZ = (Ws[layer].T @ dZ) * (1 - saved[layer] ** 2)  # the slope of tanh; not used at A0
    return dWs, dbs


deep_loss, saved = forward(Ws, bs)
dWs, dbs = backward(Ws, saved)

weight_tensors = [leaf(W, f"W{i}") for i, W in enumerate(Ws, start=1)]
bias_tensors = [leaf(b, f"b{i}") for i, b in enumerate(bs, start=1)]
A = Tensor(A0, name="A0")
for layer, (W, b) in enumerate(zip(weight_tensors, bias_tensors, strict=True)):
    Z = W @ A + b
    A = autograd.sigmoid(Z) if layer == L - 1 else autograd.tanh(Z)
deep = -(y * autograd.log(A) + not_y * autograd.log(1.0 - A)).mean()
deep.backward()
deep_differences = [
    max(np.abs(W.grad.data - dW).max(), np.abs(b.grad.data - db).max())
    for W, dW, b, db in zip(weight_tensors, dWs, bias_tensors, dbs, strict=True)
]
lesson.show(
    en=f"{L} layers: loss by hand {deep_loss:.6f}, engine {deep:.6f}; differences, layer by layer:",
    ko=f"{L}층: 손실은 손으로 {deep_loss:.6f}, 엔진 {deep:.6f}. 층마다 기울기의 차이:",
)
for layer, number in enumerate(deep_differences, start=1):
    print(f"dW{layer}, db{layer}: |Δ| = {number:.0e}")

# ---------------------------------------------------------------------- numerical differentiation

lesson.say(
    en="""
    ## 4. Numerical differentiation, the check on all of this

    Without any chain rule: move one weight a little to both sides and look how the loss changes,
    $(f(x + h) - f(x - h)) / 2h$. That is slow (two forward passes for *each* weight) and inexact,
    but it shares no line with backpropagation, so if both agree, both are right.

    How small should h be? Too large, and the curve is not straight; too small, and the digits of
    $f(x + h) - f(x - h)$ cancel. The figure shows the error for the derivative of exp
    at 1.
    """,
    ko="""
    ## 4. 수치 미분으로 하는 검산

    연쇄법칙 없이 가중치 하나를 양쪽으로 조금 움직여 손실이 얼마나 변하는지 봅니다.
    $(f(x + h) - f(x - h)) / 2h$. *가중치마다* 순전파를 두 번씩 해야 하므로 느리고 오차도 있습니다.
    하지만 역전파와 겹치는 코드가 한 줄도 없으므로, 둘이 일치하면 둘 다 옳다고 볼 수 있습니다.

    h는 얼마나 작아야 할까요? 너무 크면 곡선을 직선으로 볼 수 없고, 너무 작으면
    $f(x + h) - f(x - h)$의 유효 숫자가 사라집니다. 그림은 exp를 1에서 미분할 때 h에 따른
    오차입니다.
    """,
)


def central_difference(f, x, h):
    """The slope of f at x between x - h and x + h."""
    return (f(x + h) - f(x - h)) / (2 * h)


lesson.predict(
    en="""
    At which h, from 0.1 down to 1e-12, is the numerical derivative of exp at 1 most exact? Is
    smaller always better?
    """,
    ko="""
    h를 0.1에서 1e-12까지 줄여 갈 때, 1에서 exp의 수치 미분은 어디에서 가장 정확할까요? 작을수록 늘
    좋을까요?
    """,
)

steps = 10.0 ** -np.arange(1, 13)
errors = [abs(central_difference(np.exp, 1.0, h) - np.e) for h in steps]
best_step = steps[int(np.argmin(errors))]
figure = Figure((5.5, 3.5), layout="constrained")
axes = figure.subplots()
axes.loglog(steps, errors, "o-")
axes.invert_xaxis()
axes.set_xlabel("h")
axes.set_ylabel(lesson.text(en="error", ko="오차"))
axes.set_title(lesson.text(en="central difference of exp at 1", ko="exp의 1에서의 중심 차분"))
lesson.figure(
    "step_size",
    figure,
    en="The error of numerical differentiation at every step size",
    ko="스텝 크기에 따른 수치 미분의 오차",
)
lesson.show(
    en=f"smallest error {min(errors):.0e}, at h = {best_step:.0e}",
    ko=f"가장 작은 오차는 {min(errors):.0e}, h = {best_step:.0e}일 때",
)


def numerical(f, array, h=1e-4):
    """The gradient of f() with respect to every element of an array that f reads."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        before = array[index]
        array[index] = before + h
        above = f()
        array[index] = before - h
        below = f()
        array[index] = before
        gradient[index] = (above - below) / (2 * h)
    return gradient


numerical_dW1 = numerical(lambda: forward(Ws, bs)[0], Ws[0])
library_dW1, bound = numerical_gradient(
    lambda W: forward([W, *Ws[1:]], bs)[0], Ws[0], return_error=True
)
own_error = np.abs(numerical_dW1 - dWs[0]).max()
library_error = np.abs(library_dW1 - dWs[0]).max()
lesson.show(
    en=f"backpropagation against our loop: {own_error:.0e}",
    ko=f"오차역전파와 위 반복문의 차이: {own_error:.0e}",
)
lesson.show(
    en=f"against the library, which chooses h itself: {library_error:.0e}",
    ko=f"h를 스스로 고르는 라이브러리와의 차이: {library_error:.0e}",
)
lesson.show(
    en=f"the library's own estimate of its error: {bound.max():.0e}",
    ko=f"라이브러리가 스스로 추정한 오차: {bound.max():.0e}",
)

# ---------------------------------------------------------------------- a mistake is found

lesson.say(
    en="""
    ## 5. Let the check find the misprint

    `check_grads` compares a gradient written by hand with numerical ones, and needs neither a step
    size nor a tolerance. Here is the step of layer 2, right and with the misprint. The
    misprint cannot even be computed unless the hidden layer has one unit; then the shapes fit, and
    only the check notices. Before that, the shapes.
    """,
    ko="""
    ## 5. 잘못 인쇄된 식을 검산으로 찾기

    `check_grads`는 손으로 쓴 기울기를 수치 미분과 비교합니다. 스텝 크기도 허용 오차도 정할 필요가
    없습니다. 둘째 층의 식을 옳은 것과 잘못 인쇄된 것 두 가지로 써 보았습니다. 잘못된 식은
    보통 형상이 맞지 않아 계산조차 되지 않지만, 은닉 뉴런이 하나뿐이면 형상이 맞아서 검산만이
    알아냅니다. 먼저 형상이 맞지 않는 경우부터 봅시다.
    """,
)

with lesson.mistake(ValueError):
    parameters[0] @ Tensor(A0.T)  # examples in rows, where this network wants columns
with lesson.mistake(ValueError):
    parameters[2].grad = Tensor((A2 - Y) @ A2.T / n)

one_unit = A1[:1]  # a hidden layer of a single unit, (1, n)


def cross_entropy(W2):
    """The loss as a function of the second layer's weights alone."""
    a2 = sigmoid(W2 @ one_unit)
    return -(Y * np.log(a2) + (1 - Y) * np.log(1 - a2)).mean()


def right(W2):
    """dW2 = dZ2 A1ᵀ / n."""
    return (sigmoid(W2 @ one_unit) - Y) @ one_unit.T / n


def misprinted(W2):
    """The same with A2 in the place of A1."""
    a2 = sigmoid(W2 @ one_unit)
    return (a2 - Y) @ a2.T / n


check_grads(cross_entropy, [[0.7]], gradient=right)
with lesson.mistake(AssertionError):
    check_grads(cross_entropy, [[0.7]], gradient=misprinted)

# ---------------------------------------------------------------------- layers as classes

lesson.say(
    en="""
    ## 6. Layers as classes

    The book *Deep Learning from Scratch* writes each layer as a class with `forward`, which saves,
    and `backward`, which reuses. Two misprints are copied with its ReLU: `x.copy` without brackets
    (then `out` is a method, not an array), and `mask = x < 0` with the line `out[mask] = 0` lost,
    or turned round. `check_grads` takes such a class as it is, its parameters included.
    """,
    ko="""
    ## 6. 클래스로 쓴 층

    책 *밑바닥부터 시작하는 딥러닝*은 층마다 `forward`와 `backward`를 가진 클래스를 씁니다. 앞의
    것이 저장하고 뒤의 것이 다시 씁니다. ReLU에서 흔히 베껴지는 잘못이 둘 있습니다. 괄호 없는
    `x.copy`(그러면 `out`이 배열이 아니라 메서드가 됩니다), 그리고 부등호가 뒤집힌 `mask`입니다.
    `check_grads`는 이런 클래스를 매개변수까지 그대로 검산합니다.
    """,
)


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx


class SigmoidLayer:
    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        return dout * self.out * (1.0 - self.out)


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class MisprintedRelu(Relu):
    def backward(self, dout):
        dx = dout.copy()
        dx[~self.mask] = 0  # the mask turned round
        return dx


rows = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.1]])
for each in (Relu(), SigmoidLayer(), Affine(np.array([[0.1, 0.3], [0.2, -0.4]]), np.zeros(2))):
    check_grads(each, rows)
    lesson.show(en=f"{type(each).__name__}: right", ko=f"{type(each).__name__}: 맞습니다")
with lesson.mistake(AssertionError):
    check_grads(MisprintedRelu(), rows)

lesson.end(
    pytorch="""
    W1 = torch.tensor(W1, requires_grad=True)  # and b1, W2, b2
    A2 = torch.sigmoid(W2 @ torch.tanh(W1 @ A0 + b1) + b2)
    loss = nn.functional.binary_cross_entropy(A2, Y)
    loss.backward()
    torch.autograd.gradcheck(lambda W: f(W), W1)   # the check of section 4
    """,
    en="""
    1. Forward saves inputs and outputs; backward uses them in reverse order.
    2. dW is what arrives times what came in; the shapes leave no other way.
    3. Numerical differentiation shares no line with it: if both agree, both are right.

    Read on: D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating
    errors* (1986); the lesson `initialisation`.
    """,
    ko="""
    1. 순전파는 입력과 출력을 저장하고, 역전파는 그것을 거꾸로 꺼내 씁니다.
    2. dW는 도착한 값과 들어왔던 값의 곱입니다. 형상을 맞추면 다른 방법이 없습니다.
    3. 수치 미분은 겹치는 코드가 한 줄도 없습니다. 둘이 일치하면 둘 다 옳습니다.

    더 읽을거리: D. Rumelhart, G. Hinton, R. Williams, *Learning representations by
    back-propagating errors* (1986). 강의 `initialisation`.
    """,
)
