"""Lesson E: the first values of weights, and what they do to activations and gradients."""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
from examples.course.lesson import Lesson
from nn.data import DataLoader, TensorDataset
from nn.datasets import digits

lesson = Lesson("initialisation", en="Initialisation of weights", ko="가중치 초기화")

lesson.begin(
    minutes=30,
    needs=("backpropagation", "activations"),
    en="""
    After this lesson you can

    - say why all zeros do not work, and what too large and too small weights do,
    - choose between Xavier and He, and say where their formulas come from,
    - see in histograms whether a network has a chance to learn.

    Two networks, the same in every line of code, one learns and one does not. The difference is a
    number by which the first weights were divided. Until 2010 people found it by trying; then a
    paper asked a simple question: how must weights be drawn so that signals neither grow nor die
    on their way through the layers?
    """,
    ko="""
    이 강의를 마치면

    - 0 초기화가 왜 안 되는지, 너무 크거나 작은 가중치가 무엇을 하는지 설명할 수 있습니다.
    - Xavier와 He 가운데 알맞은 것을 고르고, 그 식이 어디서 나왔는지 말할 수 있습니다.
    - 히스토그램을 보고 신경망이 학습될 가망이 있는지 알 수 있습니다.

    코드가 한 줄도 다르지 않은 두 신경망이 있습니다. 하나는 학습되고 하나는 되지 않습니다. 차이는
    첫 가중치를 나눈 수 하나입니다. 2010년까지는 이 수를 시행착오로 찾았습니다. 그러다 한 논문이
    간단한 질문을 던졌습니다. 신호가 층을 지나는 동안 커지지도 사라지지도 않으려면 가중치를 어떻게
    뽑아야 할까?
    """,
)

lesson.say(
    en="""
    Where training starts decides whether it gets anywhere. The usual schemes, for a layer with `n`
    inputs:

    | scheme | weights |
    |---|---|
    | zeros | all 0 |
    | N(0, 1) | standard deviation 1 |
    | N(0, 0.01) | standard deviation 0.01 |
    | Xavier | $N(0, 1) / √n$ |
    | He | $N(0, 1) / √(n/2)$ |

    ## All zeros: every neuron is the same

    If all weights are 0, all neurons of a layer give the same output and get the same gradient, so
    they stay the same for ever: a layer of five is worth one. Worse, nothing flows back through
    weights of 0, so the first layer does not move at all in the first step. We train the XOR
    network from zeros, where it never moves, and from N(0, 1).
    """,
    ko="""
    학습이 어디서 시작하는지가 결과를 좌우합니다. 입력이 `n`개인 층에 흔히 쓰는 방법은 다음과
    같습니다.

    | 방법 | 가중치 |
    |---|---|
    | 0 초기화 | 모두 0 |
    | N(0, 1) | 표준편차 1 |
    | N(0, 0.01) | 표준편차 0.01 |
    | Xavier | $N(0, 1) / √n$ |
    | He | $N(0, 1) / √(n/2)$ |

    ## 0 초기화: 똑같은 뉴런들

    가중치가 모두 0이면 한 층의 뉴런은 모두 같은 값을 내고 같은 기울기를 받으므로, 언제까지나
    똑같습니다. 뉴런 다섯 개가 하나와 다름없습니다. 게다가 0인 가중치를 거슬러서는 아무것도 흐르지
    않으므로, 첫 갱신에서 첫 층은 전혀 바뀌지 않습니다. XOR 신경망을 0에서, 그리고 N(0, 1)에서
    학습해 봅니다.
    """,
)

INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR, AND = [0, 1, 1, 0], [0, 0, 0, 1]


def train(labels, std):
    """The 2-5-2 network from N(0, std): model, first gradient of the hidden layer, last loss."""
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 5), nn.Sigmoid(), nn.Linear(5, 2))
    for layer in (model[0], model[2]):
        nn.init.normal_(layer.weight, std=std)
        nn.init.zeros_(layer.bias)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
    first = None
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(INPUTS), labels)
        loss.backward()
        if first is None:
            first = model[0].weight.grad.numpy().copy()
        optimizer.step()
    return model, first, loss.item()


lesson.predict(
    en="""
    XOR with five hidden neurons, all weights 0 at the start. How large is the first gradient of
    the hidden layer, and what accuracy is reached after 300 steps?
    """,
    ko="""
    은닉 뉴런이 다섯인 XOR 신경망에서 모든 가중치를 0으로 시작합니다. 은닉층의 첫 기울기는
    얼마이고, 300번 갱신한 뒤의 정확도는 몇 %일까요?
    """,
)

from_zeros, zero_gradient, zero_loss = train(XOR, std=0.0)
from_normal, normal_gradient, normal_loss = train(XOR, std=1.0)
zero_accuracy = np.mean(from_zeros(INPUTS).argmax(axis=1).data == XOR)
normal_accuracy = np.mean(from_normal(INPUTS).argmax(axis=1).data == XOR)
lesson.show(
    en=f"zeros:    first gradient {abs(zero_gradient).max():.3f}, loss after 300 steps "
    f"{zero_loss:.4f}, accuracy {zero_accuracy:.0%}",
    ko=f"0 초기화: 첫 기울기 {abs(zero_gradient).max():.3f}, 300번 갱신한 뒤의 손실 "
    f"{zero_loss:.4f}, 정확도 {zero_accuracy:.0%}",
)
lesson.show(
    en=f"N(0, 1):  first gradient {abs(normal_gradient).max():.3f}, loss after 300 steps "
    f"{normal_loss:.4f}, accuracy {normal_accuracy:.0%}",
    ko=f"N(0, 1):  첫 기울기 {abs(normal_gradient).max():.3f}, 300번 갱신한 뒤의 손실 "
    f"{normal_loss:.4f}, 정확도 {normal_accuracy:.0%}",
)
and_from_zeros, _, _ = train(AND, std=0.0)
lesson.show(
    en="AND from zeros moves, but its five hidden neurons are one:",
    ko="AND는 0에서 시작해도 학습되지만 은닉 뉴런 다섯 개가 하나와 같습니다:",
)
print(and_from_zeros[0].weight.data.round(4))

lesson.say(
    en="""
    ## Too large, too small, and right: the activations of every layer

    300 random inputs go through ten layers of 100 neurons. For each scheme a histogram of every
    layer's outputs:

    - **N(0, 1)**: sums of 100 numbers have a standard deviation of 10. Sigmoid and tanh saturate
      at their ends, where the slope is 0; ReLU grows from layer to layer without end.
    - **N(0, 0.01)**: the signal dies. All outputs of tanh and ReLU crowd at 0, those of the
      sigmoid at 0.5: the neurons of a layer all say the same.
    - **Xavier** keeps the variance of layers that are nearly linear: right for tanh (and sigmoid).
    - **He** doubles it, because ReLU throws half of its inputs away: right for ReLU.
    """,
    ko="""
    ## 너무 크거나, 너무 작거나, 알맞은 초깃값: 층마다의 활성화 값

    난수 입력 300개가 뉴런 100개인 층 열 개를 지나갑니다. 방법마다 모든 층의 출력을 히스토그램으로
    그립니다.

    - **N(0, 1)**: 수 100개의 합이므로 표준편차가 10입니다. 시그모이드와 tanh는 기울기가 0인 양
      끝에서 포화하고, ReLU의 출력은 층마다 끝없이 커집니다.
    - **N(0, 0.01)**: 신호가 사라집니다. tanh와 ReLU의 출력은 모두 0에, 시그모이드의 출력은 0.5에
      몰립니다. 한 층의 뉴런이 모두 같은 말을 하는 셈입니다.
    - **Xavier**는 선형에 가까운 층의 분산을 지킵니다. tanh(와 시그모이드)에 알맞습니다.
    - **He**는 분산을 두 배로 합니다. ReLU가 입력의 절반을 버리기 때문입니다. ReLU에 알맞습니다.
    """,
)

# Normal or uniform, what counts is the standard deviation: U(-a, a) has a/√3.
drawn = np.random.default_rng(0)
same_spread = {
    "N(0, 0.1)": drawn.normal(0, 0.1, 100_000).std(),
    "U(-0.173, 0.173)": drawn.uniform(-0.1 * 3**0.5, 0.1 * 3**0.5, 100_000).std(),
}
print("   ".join(f"{name}: {value:.3f}" for name, value in same_spread.items()))

LAYERS, UNITS = 10, 100
SCHEMES = {
    "N(0, 1)": lambda n: 1.0,
    "N(0, 0.01)": lambda n: 0.01,
    "Xavier": lambda n: 1 / np.sqrt(n),
    "He": lambda n: 1 / np.sqrt(n / 2),
}
ACTIVATIONS = {"sigmoid": autograd.sigmoid, "tanh": autograd.tanh, "ReLU": autograd.relu}


def activations_of(scheme, activation):
    """The outputs of each of the ten layers, (300, 100) each."""
    random = np.random.default_rng(0)
    x = random.normal(size=(300, UNITS))
    outputs = []
    for _ in range(LAYERS):
        w = SCHEMES[scheme](UNITS) * random.normal(size=(UNITS, UNITS))
        x = ACTIVATIONS[activation](x @ w)
        outputs.append(x)
    return outputs


measured = {}
spread = {}  # standard deviation of every layer's activations
for activation in ACTIVATIONS:
    for scheme in SCHEMES:
        outputs = measured[activation, scheme] = activations_of(scheme, activation)
        spread[activation, scheme] = [float(each.std()) for each in outputs]
        line = "  ".join(f"{spread[activation, scheme][layer]:8.2g}" for layer in (0, 4, 9))
        lesson.show(
            en=f"{activation:8} {scheme:11} std in layers 1, 5, 10: {line}",
            ko=f"{activation:8} {scheme:11} 1, 5, 10층의 표준편차: {line}",
        )

RANGES = {"sigmoid": (0, 1), "tanh": (-1, 1), "ReLU": (0, 3)}
for activation, (low, high) in RANGES.items():
    histograms = Figure((12, 5.6))
    panels = histograms.subplots(len(SCHEMES), LAYERS)
    histograms.subplots_adjust(left=0.04, right=0.99, bottom=0.05, top=0.94, hspace=0.35)
    for row, scheme in zip(panels, SCHEMES, strict=True):
        row[0].set_ylabel(scheme)
        for axes, each in zip(row, measured[activation, scheme], strict=True):
            counts, edges = np.histogram(np.minimum(each, high), bins=30, range=(low, high))
            axes.stairs(counts, edges, fill=True, color="C0")
            axes.set(yticks=[], xlim=(low, high), xticks=[low, high])
            if activation == "ReLU":
                axes.set_ylim(0, 0.12 * each.size)  # half of them are 0, far above the picture
    for number, axes in enumerate(panels[0], start=1):
        axes.set_title(lesson.text(en=f"layer {number}", ko=f"{number}층"), fontsize=9)
    lesson.figure(
        f"histograms_{activation.lower()}",
        histograms,
        en=f"Activations of ten layers with {activation}, one row per scheme"
        + (" (the last bar: 3 and more)" if activation == "ReLU" else ""),
        ko=f"{activation} 층 열 개의 활성화 값, 한 줄이 한 방법입니다"
        + (" (마지막 막대는 3 이상)" if activation == "ReLU" else ""),
    )

lesson.say(
    en="""
    ## Does it matter for learning?

    A network of five ReLU layers learns handwritten digits (8 x 8 pixels) from each start, with the
    same optimizer and the same order of the examples.
    """,
    ko="""
    ## 학습에 차이가 있을까?

    ReLU 층이 다섯 개인 신경망이 손글씨 숫자(8 x 8 픽셀)를 학습합니다. 초깃값만 다르고
    옵티마이저와 데이터의 순서는 같습니다.
    """,
)

images, labels = digits()


def learn_digits(scheme):
    """Loss of every epoch, from one scheme."""
    autograd.manual_seed(0)
    sizes = [64, 100, 100, 100, 100, 100]
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    network = nn.Sequential(nn.Flatten(), *layers, nn.Linear(100, 10))
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=SCHEMES[scheme](layer.in_features))
            nn.init.zeros_(layer.bias)
    optimizer = nn.optim.SGD(network.parameters(), lr=0.05)
    batches = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True, seed=0)
    losses = []
    for _ in range(8):
        total = 0.0
        for x, t in batches:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(x), t)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(t)
        losses.append(total / len(labels))
    return losses


# N(0, 1) sends values of 10⁵ into the softmax: its losses leave every picture.
learning = {scheme: learn_digits(scheme) for scheme in ("N(0, 0.01)", "Xavier", "He")}
for scheme, losses in learning.items():
    print(f"{scheme:11}", "  ".join(f"{loss:.3f}" for loss in losses))

progress = Figure((6, 3.4), layout="constrained")
axes = progress.subplots()
for style, (scheme, losses) in zip(("--", "-.", "-"), learning.items(), strict=True):
    axes.plot(range(1, 9), losses, style, label=scheme)
axes.set_xlabel(lesson.text(en="epoch", ko="에폭"))
axes.set_ylabel(lesson.text(en="loss", ko="손실"))
axes.legend(frameon=False)
lesson.figure(
    "learning",
    progress,
    en="The same network from three starts: with N(0, 0.01) the loss stays at ln 10 = 2.303",
    ko="같은 신경망을 세 가지로 시작: N(0, 0.01)에서는 손실이 ln 10 = 2.303에 머뭅니다",
)

lesson.say(
    en="""
    ## In the library

    `nn.init` fills a parameter in place; layers have a good start of their own. Every function
    takes its random numbers from the one generator that `autograd.manual_seed` sets.

    ## Mistakes that everybody makes once

    **Overwriting a parameter by hand** while gradients are recorded. Use `nn.init`, or `no_grad`:
    """,
    ko="""
    ## 라이브러리에서는

    `nn.init`의 함수는 매개변수를 그 자리에서 채웁니다. 층은 만들 때 이미 알맞은 값으로 시작합니다.
    난수는 모두 `autograd.manual_seed`가 정하는 한 생성기에서 나옵니다.

    ## 흔한 실수와 오류 메시지

    **매개변수를 손으로 덮어쓰는 경우.** 기울기를 기록하는 동안에는 안 됩니다. `nn.init`이나
    `no_grad`를 쓰세요.
    """,
)

layer = nn.Linear(100, 50)
with lesson.mistake(RuntimeError):
    layer.weight *= 0.01
with autograd.no_grad():
    layer.weight *= 0.01
nn.init.xavier_normal_(layer.weight)
xavier_std = float(layer.weight.data.std())
nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
he_std = float(layer.weight.data.std())
print(f"xavier_normal_ {xavier_std:.3f}   kaiming_normal_ {he_std:.3f}")

lesson.say(
    en="""
    (The library's `xavier_normal_` divides by the mean of inputs and outputs, $√((n + m)/2)$, as
    in Glorot's paper; the form in the table above, which many courses teach, has the inputs only.)

    **A bias has no fan-in.** Xavier and He are for matrices:
    """,
    ko="""
    (라이브러리의 `xavier_normal_`은 Glorot의 논문대로 입력과 출력 수의 평균으로, 곧 $√((n +
    m)/2)$로 나눕니다. 많은 강의에서 가르치는 위 표의 식에는 입력의 수만 있습니다.)

    **편향에는 입력의 수가 없습니다.** Xavier와 He는 행렬에 씁니다.
    """,
)

with lesson.mistake(ValueError):
    nn.init.xavier_normal_(layer.bias)

lesson.end(
    pytorch="""
    layer = nn.Linear(100, 50)
    nn.init.xavier_normal_(layer.weight)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    with torch.no_grad():
        layer.weight *= 0.01
    """,
    en="""
    1. Equal weights stay equal; randomness breaks the tie.
    2. A sum of n numbers has √n times their spread: divide by √n (Xavier), for ReLU by √(n/2)
       (He).
    3. Histograms of the activations show at once what is wrong.

    Read on: X. Glorot, Y. Bengio (2010); K. He and others (2015); the lesson `optimizers`.
    """,
    ko="""
    1. 똑같은 가중치는 언제까지나 똑같습니다. 난수가 그것을 깨뜨립니다.
    2. 수 n개의 합은 √n배로 퍼집니다. √n으로(Xavier), ReLU에서는 √(n/2)로(He) 나눕니다.
    3. 활성화 값의 히스토그램을 보면 무엇이 잘못되었는지 바로 보입니다.

    더 읽을거리: X. Glorot, Y. Bengio (2010). K. He 외 (2015). 강의 `optimizers`.
    """,
)
