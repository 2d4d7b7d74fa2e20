"""Lesson B: activation functions, their derivatives, and gradients that vanish."""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from examples.course.lesson import Lesson

lesson = Lesson("activations", en="Activation functions", ko="활성화 함수")

lesson.begin(
    minutes=35,
    needs=("perceptron",),
    en="""
    After this lesson you can

    - draw the usual activation functions and their slopes, and say what each is good for,
    - turn scores into probabilities with softmax,
    - recognise saturated sigmoids, vanishing gradients and dead ReLUs by their numbers.

    For years deep networks would not learn: the more layers, the worse. The reason turned out to
    be embarrassingly small, a factor of at most 1/4 that the sigmoid puts on every gradient that
    passes through it. Ten layers, and a millionth is left. Replacing it by a function that a
    school child can draw, $max(0, x)$, was one of the steps that made deep learning possible.
    """,
    ko="""
    이 강의를 마치면

    - 자주 쓰는 활성화 함수와 그 기울기를 그리고, 각각 어디에 좋은지 말할 수 있습니다.
    - 소프트맥스로 점수를 확률로 바꿀 수 있습니다.
    - 포화된 시그모이드, 기울기 소실, 죽은 ReLU를 수를 보고 알아볼 수 있습니다.

    오랫동안 깊은 신경망은 학습되지 않았습니다. 층이 많을수록 더 나빴습니다. 까닭은 알고 보니 아주
    작은 것이었습니다. 시그모이드를 지나는 기울기에는 많아야 1/4이 곱해집니다. 열 층이면 백만분의
    일이 남습니다. 이것을 초등학생도 그릴 수 있는 함수 $max(0, x)$로 바꾼 것이 딥러닝을 가능하게 한
    한 걸음이었습니다.
    """,
)

lesson.say(
    en="""
    Without an activation function two layers are one: $W2 (W1 x) = (W2 W1) x$. The function that
    stands between them makes the network more than a straight line, and its **derivative** decides
    how much of the gradient comes back through it.

    ## The functions and their derivatives

    | function | value | derivative |
    |---|---|---|
    | step | 0 or 1 | 0 |
    | sigmoid | $y = 1 / (1 + exp(-x))$ | $y (1 - y)$ |
    | tanh | $y = tanh(x)$ | $1 - y²$ |
    | ReLU | $max(0, x)$ | 0 or 1 |
    | Leaky ReLU | `x`, or $0.01 x$ below 0 | 1 or 0.01 |

    We do not type in the derivatives: the library runs backpropagation through each function, and
    we compare what comes out with the formulas.
    """,
    ko="""
    활성화 함수가 없으면 두 층은 한 층과 같습니다. $W2 (W1 x) = (W2 W1) x$이기 때문입니다. 사이에
    놓인 활성화 함수가 신경망을 직선 이상의 것으로 만들고, 그 **도함수**가 기울기를 얼마나 되돌려
    보낼지를 정합니다.

    ## 함수와 도함수

    | 함수 | 값 | 도함수 |
    |---|---|---|
    | 계단 함수 | 0 또는 1 | 0 |
    | 시그모이드 | $y = 1 / (1 + exp(-x))$ | $y (1 - y)$ |
    | tanh | $y = tanh(x)$ | $1 - y²$ |
    | ReLU | $max(0, x)$ | 0 또는 1 |
    | Leaky ReLU | `x`, 0보다 작으면 $0.01 x$ | 1 또는 0.01 |

    도함수는 직접 쓰지 않습니다. 라이브러리가 각 함수를 오차역전파로 거슬러 가고, 그 결과를 공식과
    비교합니다.
    """,
)

FUNCTIONS = {
    "step": lambda x: autograd.heaviside(x, 1.0),
    "sigmoid": autograd.sigmoid,
    "tanh": autograd.tanh,
    "ReLU": autograd.relu,
    "Leaky ReLU": autograd.leaky_relu,
}


def value_and_slope(function, x):
    """f(x) and f'(x), the slope by backpropagation."""
    x = autograd.tensor(x, requires_grad=True)
    y = function(x)
    y.sum().backward()
    return y.detach().numpy(), x.grad.numpy()


table = {name: value_and_slope(f, [-2.0, 0.0, 2.0]) for name, f in FUNCTIONS.items()}
heads = [f"{letter}({x})" for letter in ("f", "f'") for x in (-2, 0, 2)]
print(f"{'':12}" + "".join(f"{head:>10}" for head in heads))
for name, (values, slopes) in table.items():
    print(f"{name:12}" + "".join(f"{number:10.4f}" for number in (*values, *slopes)))

x = np.linspace(-5, 5, 401)
sigmoid_values, sigmoid_slopes = value_and_slope(autograd.sigmoid, x)
tanh_values, tanh_slopes = value_and_slope(autograd.tanh, x)
sigmoid_error = abs(sigmoid_slopes - sigmoid_values * (1 - sigmoid_values)).max()
tanh_error = abs(tanh_slopes - (1 - tanh_values**2)).max()
print(f"max |f' - y(1 - y)| = {sigmoid_error:.1e}   max |f' - (1 - y²)| = {tanh_error:.1e}")

curves = Figure((12, 2.9), layout="constrained")
for axes, (name, function) in zip(curves.subplots(1, 5), FUNCTIONS.items(), strict=True):
    values, slopes = value_and_slope(function, x)
    axes.plot(x, values, color="C0", label="f")
    axes.plot(x, slopes, "--", color="C3", label="f'")
    axes.set(title=name, ylim=(-1.3, 2.1))
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.legend(frameon=False, loc="upper left")
lesson.figure(
    "functions",
    curves,
    en="Activation functions (solid) and their derivatives (dashed)",
    ko="활성화 함수(실선)와 도함수(점선)",
)

lesson.say(
    en="""
    ## ReLU at 0

    ReLU has a corner at 0 and no derivative there. Some books write 1 for $x ≥ 0$, others 0 for
    $x ≤ 0$. The library takes **0**, as PyTorch and JAX do; for Leaky ReLU it is the slope of
    the left side. It hardly matters, since an input is almost never exactly 0, but two programs
    that are compared number by number must agree.
    """,
    ko="""
    ## 0에서의 ReLU

    ReLU는 0에서 꺾이므로 그곳에는 도함수가 없습니다. $x ≥ 0$이면 1이라고 쓰는 교재도 있고,
    $x ≤ 0$이면 0이라고 쓰는 교재도 있습니다. 이 라이브러리는 PyTorch나 JAX처럼 **0**을 씁니다.
    Leaky ReLU에서는 왼쪽의 기울기입니다. 입력이 정확히 0인 일은 거의 없어서 별 차이가 없지만, 두
    프로그램의 수를 하나하나 비교하려면 같아야 합니다.
    """,
)

relu_at_zero = value_and_slope(autograd.relu, [0.0])[1][0]
leaky_at_zero = value_and_slope(autograd.leaky_relu, [0.0])[1][0]
print(f"ReLU'(0) = {relu_at_zero}   Leaky ReLU'(0) = {leaky_at_zero}")

lesson.say(
    en="""
    ## Softmax: scores become probabilities

    $softmax(x)_i = exp(x_i) / Σ exp(x_j)$: every output is above 0 and together they are 1. An
    example to compute by hand is `softmax([1, 1, 2])`. Large scores would overflow in `exp`; the
    library subtracts the largest one first, which changes nothing in the ratio.
    """,
    ko="""
    ## 소프트맥스: 점수를 확률로

    $softmax(x)_i = exp(x_i) / Σ exp(x_j)$. 출력은 모두 0보다 크고, 합은 1입니다. 손으로 계산해 볼
    예는 `softmax([1, 1, 2])`입니다. 점수가 크면 `exp`의 값이 넘치므로, 라이브러리는 먼저 가장 큰
    점수를 뺍니다. 비율은 달라지지 않습니다.
    """,
)

probabilities = autograd.softmax(autograd.tensor([1.0, 1.0, 2.0]))
print(probabilities.numpy(), "sum:", probabilities.sum().item())
large = autograd.softmax(autograd.tensor([1001.0, 1001.0, 1002.0]))
print(large.numpy())

scores = autograd.tensor([1.0, 1.0, 2.0], requires_grad=True, name="x")
y = autograd.softmax(scores)
y.name = "y"
third = y[2]
third.name = "y3"
third.backward()
print("dy3/dx =", scores.grad.numpy().round(4))
lesson.figure(
    "softmax",
    viz.draw(third, "dlfs", lang=lesson.lang),
    en="One output of softmax depends on every score",
    ko="소프트맥스의 출력 하나는 모든 점수에 따라 달라집니다",
)

lesson.say(
    en="""
    ## Saturation

    Far from 0 the sigmoid is flat. Take one neuron with $w = 100$, $b = 50$ and the input
    $x = 0.01$: the net input is $100 · 0.01 + 50 = 51$, where the slope is 0. Nothing comes back:
    neither w nor b learns. (In 64 bits the output is 1 to the last digit.) With ordinary weights
    the same neuron learns well.
    """,
    ko="""
    ## 포화

    0에서 멀어지면 시그모이드는 평평해집니다. $w = 100$, $b = 50$, 입력 $x = 0.01$인 뉴런의
    선형결합은 $100 · 0.01 + 50 = 51$이고 그곳의 기울기는 0입니다. 아무것도 되돌아오지 않으므로
    w도 b도 학습하지 못합니다. (64비트에서 출력은 마지막 자리까지 1입니다.) 가중치가 보통 크기이면
    같은 뉴런이 잘 학습합니다.
    """,
)


def saturated(weight, bias):
    """A neuron at x = 0.01: net input, output, and the gradient of its weight."""
    x = autograd.tensor(0.01, name="x")
    w = autograd.tensor(weight, requires_grad=True, name="w")
    b = autograd.tensor(bias, requires_grad=True, name="b")
    product = w * x
    product.name = "wx"
    u = product + b
    u.name = "u"
    y = autograd.sigmoid(u)
    y.name = "y"
    y.backward()
    return u, y, w, b


u, y, w, b = saturated(100.0, 50.0)
print(
    f"u = {u.item():.0f}   y = {y.item()}   dy/dw = {w.grad.item():.1e}   dy/db = {b.grad.item()}"
)
lesson.figure(
    "saturated",
    viz.draw(y, "dlfs", lang=lesson.lang),
    en="A saturated sigmoid passes back nothing",
    ko="포화된 시그모이드는 아무것도 되돌려 보내지 않습니다",
)
_, healthy, w_healthy, b_healthy = saturated(1.0, 0.5)
print(f"w = 1, b = 0.5:   y = {healthy.item():.4f}   dy/db = {b_healthy.grad.item():.4f}")

lesson.say(
    en="""
    ## Vanishing gradients

    The sigmoid's slope is at most 1/4. Backpropagation multiplies the slopes of all layers, so
    through ten layers at most $(1/4)¹⁰$, about a millionth, is left apart from the weights: the
    first layers learn nothing. This is the **vanishing gradient**. We build the same network of
    ten layers with 100 units four times and measure the mean size of the gradient of every
    layer's weights.
    """,
    ko="""
    ## 기울기 소실

    시그모이드의 기울기는 커야 1/4입니다. 오차역전파는 모든 층의 기울기를 곱하므로, 열 층을 지나면
    가중치를 빼고도 많아야 $(1/4)¹⁰$, 약 백만분의 일만 남습니다. 앞쪽 층은 아무것도 학습하지
    못합니다. 이것이 **기울기 소실**입니다. 뉴런이 100개인 층 열 개를 쌓은 신경망을 활성화 함수만
    바꾸어 네 번 만들고, 층마다 가중치 기울기의 평균 크기를 잽니다.
    """,
)


def gradient_sizes(activation):
    """The mean size of the gradient of every layer's weights, first to last."""
    autograd.manual_seed(0)
    layers = []
    for _ in range(10):
        layers += [nn.Linear(100, 100), activation()]
    network = nn.Sequential(*layers, nn.Linear(100, 10))
    inputs = autograd.default_generator().normal(size=(64, 100)).astype("float32")
    labels = autograd.default_generator().integers(0, 10, 64)
    for layer in network[::2]:
        nn.init.xavier_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    nn.functional.cross_entropy(network(inputs), labels).backward()
    return [abs(layer.weight.grad.numpy()).mean() for layer in network[::2]]


KINDS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "Leaky ReLU": nn.LeakyReLU}
lesson.predict(
    en="""
    Ten layers of 100 units, Xavier's weights. How many times smaller is the gradient of the first
    layer than that of the last, with sigmoid, tanh and ReLU?
    """,
    ko="""
    뉴런 100개인 층 열 개, 가중치는 Xavier 초기화입니다. 첫 층의 기울기는 마지막 층보다 몇 배나
    작을까요? 시그모이드, tanh, ReLU 각각 예상해 보세요.
    """,
)

sizes = {name: gradient_sizes(kind) for name, kind in KINDS.items()}
for name, each in sizes.items():
    lesson.show(
        en=f"{name:10}  first layer {each[0]:.1e}   last layer {each[-1]:.1e}   "
        f"ratio {each[0] / each[-1]:.1e}",
        ko=f"{name:10}  첫 층 {each[0]:.1e}   마지막 층 {each[-1]:.1e}   "
        f"비율 {each[0] / each[-1]:.1e}",
    )

vanishing = Figure((7, 3.6), layout="constrained")
axes = vanishing.subplots()
for mark, (name, each) in zip("os^x", sizes.items(), strict=True):
    axes.semilogy(range(1, 12), each, marker=mark, label=name)
axes.set_xlabel(lesson.text(en="layer, from the input", ko="층 (입력에서부터)"))
axes.set_ylabel(lesson.text(en="mean size of the gradient", ko="기울기의 평균 크기"))
axes.set_xticks(range(1, 12))
axes.legend(frameon=False)
lesson.figure(
    "vanishing",
    vanishing,
    en="The gradient of each layer: through sigmoids it vanishes",
    ko="층별 기울기: 시그모이드를 지나면 사라집니다",
)

lesson.say(
    en="""
    ## Dying ReLU

    A ReLU whose net input is below 0 for every example gives 0 and gets the gradient 0, for ever:
    it is **dead**. A step that is too large can kill it by one big negative bias. Leaky ReLU
    keeps a small slope and can come back. We push the biases of one layer down and count.
    """,
    ko="""
    ## 죽은 ReLU

    모든 데이터에서 선형결합이 0보다 작은 ReLU는 0만 출력하고 기울기도 늘 0입니다. **죽은**
    것입니다. 갱신 폭이 너무 크면 편향이 크게 음수가 되어 그렇게 될 수 있습니다. Leaky ReLU에는
    작은 기울기가 남아 있어 되살아날 수 있습니다. 한 층의 편향을 내려 가며 세어 봅니다.
    """,
)


def dead_units(activation, bias):
    """How many of 100 units get no gradient from any of 200 examples."""
    autograd.manual_seed(1)
    layer = nn.Linear(20, 100)
    nn.init.constant_(layer.bias, bias)
    inputs = autograd.default_generator().normal(size=(200, 20)).astype("float32")
    activation(layer(inputs)).sum().backward()
    return int((abs(layer.weight.grad.numpy()).sum(axis=1) == 0).sum())


dead = {}
for bias in (0.0, -1.0, -2.0, -3.0):
    dead[bias] = dead_units(autograd.relu, bias), dead_units(autograd.leaky_relu, bias)
    lesson.show(
        en=f"bias {bias:4.0f}:  dead ReLUs {dead[bias][0]:3}   dead Leaky ReLUs {dead[bias][1]}",
        ko=f"편향 {bias:4.0f}:  죽은 ReLU {dead[bias][0]:3}   죽은 Leaky ReLU {dead[bias][1]}",
    )

lesson.say(
    en="""
    ## Mistakes that everybody makes once

    **Softmax over the wrong axis.** `axis=0` makes the *batch* sum to 1 and not the classes; the
    numbers look reasonable. Check with a sum:
    """,
    ko="""
    ## 흔한 실수와 오류 메시지

    **소프트맥스의 축이 틀린 경우.** `axis=0`이면 클래스가 아니라 *배치*의 합이 1이 됩니다. 수는
    그럴듯해 보입니다. 합으로 확인하세요.
    """,
)

batch = autograd.tensor([[1.0, 1.0, 2.0], [0.0, 3.0, 0.0]])
wrong = autograd.softmax(batch, axis=0).sum(axis=1)
right = autograd.softmax(batch, axis=1).sum(axis=1)
print("axis=0:", wrong.numpy().round(3), "  axis=1:", right.numpy())

lesson.say(
    en="""
    **A misspelt argument** is never passed over: the message lists those that there are. (PyTorch's
    `dim=` is understood beside NumPy's `axis=`.)
    """,
    ko="""
    **인수의 철자가 틀린 경우.** 그냥 넘어가지 않고 쓸 수 있는 인수를 알려 줍니다. (NumPy의 `axis=`
    대신 PyTorch의 `dim=`을 써도 됩니다.)
    """,
)

with lesson.mistake(TypeError):
    batch.sum(axes=1)

lesson.say(
    en="""
    **`np.exp` on plain numbers of the graph.** A function of NumPy applied to a Tensor is recorded;
    `math.exp` and `np.asarray` would leave the graph, so they refuse:
    """,
    ko="""
    **그래프를 벗어나는 경우.** Tensor에 NumPy의 함수를 쓰면 계산 그래프에 기록됩니다.
    `np.asarray`는 그래프를 벗어나므로 거절합니다.
    """,
)

recorded = np.exp(scores).sum()
print("np.exp:", recorded)
with lesson.mistake(TypeError):
    np.asarray(scores)

lesson.end(
    pytorch="""
    x = torch.linspace(-5, 5, 401, requires_grad=True)
    y = torch.sigmoid(x)
    y.sum().backward()
    print((x.grad - y * (1 - y)).abs().max())
    print(torch.softmax(torch.tensor([1.0, 1.0, 2.0]), dim=0))
    """,
    en="""
    1. An activation function makes layers more than one line; its slope decides what comes back.
    2. Sigmoid and tanh saturate, and products of small slopes vanish; ReLU passes 1, but can die.
    3. Softmax makes probabilities of scores; the largest score is taken off first.

    Read on: X. Glorot, A. Bordes, Y. Bengio, *Deep sparse rectifier neural networks* (2011); the
    lesson `initialisation`.
    """,
    ko="""
    1. 활성화 함수가 있어야 여러 층이 직선 하나보다 나아지며, 그 기울기가 되돌아오는 양을 정합니다.
    2. 시그모이드와 tanh는 포화하고, 작은 기울기를 곱하면 사라집니다. ReLU는 1을 넘기지만 죽을 수
       있습니다.
    3. 소프트맥스는 점수를 확률로 바꿉니다. 먼저 가장 큰 점수를 뺍니다.

    더 읽을거리: X. Glorot, A. Bordes, Y. Bengio, *Deep sparse rectifier neural networks* (2011).
    강의 `initialisation`.
    """,
)
