"""Overfitting: a network that learns its examples by heart, and what helps against it.

    python -m examples.course.overfitting --lang en

Read it top to bottom. Accuracy on the training data says little; what counts are examples that the
network has never seen.
"""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
from examples.course.lesson import Lesson
from nn.data import MinMax, ZScore, one_hot
from nn.datasets import digits, moons
from nn.train import EarlyStopping, Trainer
from nn.train.plots import curves, decision_regions

lesson = Lesson("overfitting", en="Against overfitting", ko="과적합을 막는 방법")
autograd.manual_seed(0)

lesson.begin(
    minutes=45,
    needs=("training", "losses"),
    en="""
    After this lesson you can

    - see overfitting in the curves of training and validation,
    - stop early, decay weights, drop units and normalise batches, and say what each does,
    - prepare data without cheating.

    A student who learns last year's exams by heart gets full marks on them, and fails this year's.
    A network with a few thousand weights can learn sixty points by heart with ease. What we want
    is the rule behind them, and the art is to make learning by heart harder than understanding.
    """,
    ko="""
    이 강의를 마치면

    - 훈련 곡선과 검증 곡선에서 과적합을 알아볼 수 있습니다.
    - 조기 종료, 가중치 감소, 드롭아웃, 배치 정규화를 쓰고 각각 무엇을 하는지 설명할 수 있습니다.
    - 데이터를 속임수 없이 준비할 수 있습니다.

    작년 시험 문제를 통째로 외운 학생은 작년 문제에서 만점을 받고 올해 시험에서는 떨어집니다.
    가중치가 몇천 개인 신경망에게 점 예순 개를 외우는 것은 쉬운 일입니다. 우리가 원하는 것은 그
    뒤에 있는 규칙이고, 외우기가 이해하기보다 어렵게 만드는 것이 기술입니다.
    """,
)

lesson.say(
    en="""
    ## 1. Learned by heart

    60 points of two half moons, so noisy that they overlap, and a network of 4,482 parameters. It
    can draw a border around every single point, and it does: all of the training data right,
    while the **validation data** (1,000 other points) get worse. That is **overfitting**. Look
    at the curves: the training loss goes on falling, the validation loss turns and rises.
    """,
    ko="""
    ## 1. 통째로 외워 버리기

    서로 겹칠 만큼 잡음이 많은 반달 모양의 점 60개를 매개변수 4,482개짜리 신경망이 배웁니다. 점
    하나하나를 둘러 경계를 그릴 수 있고, 실제로 그렇게 합니다. 훈련 데이터는 모두 맞히지만 **검증
    데이터**(다른 점 1,000개)는 점점 틀립니다. 이것이 **과적합**입니다. 곡선을 보면 훈련 손실은 계속
    내려가는데 검증 손실은 다시 올라갑니다.
    """,
)

train = moons(60, noise=0.4, seed=3)
validation = moons(1000, noise=0.4, seed=100)


def network():
    """Two wide hidden layers, always from the same weights."""
    autograd.manual_seed(0)
    return nn.models.MLP([2, 64, 64, 2])


def learn(model, optimizer, callbacks=(), epochs=250):
    """Train on the 60 points, and return the history."""
    trainer = Trainer(
        model, optimizer, nn.CrossEntropyLoss(), "accuracy", callbacks, progress=False
    )
    return trainer.fit(train, epochs, validation, batch_size=30)


lesson.predict(
    en="""
    60 noisy points, 4,482 parameters, 250 epochs. Where will the accuracy on the training data
    end, and when will that on the validation data be best: early or late?
    """,
    ko="""
    잡음 섞인 점 60개, 매개변수 4,482개, 250 에폭입니다. 훈련 정확도는 어디까지 갈까요? 검증
    정확도는 언제 가장 좋을까요, 일찍 아니면 늦게?
    """,
)

model = network()
parameters = sum(parameter.size for parameter in model.parameters())
history = learn(model, nn.optim.Adam(model.parameters(), lr=0.01))
lesson.show(en=f"{parameters:,} parameters", ko=f"매개변수 {parameters:,}개")
best_epoch = int(np.argmax(history["validation accuracy"])) + 1
for epoch in (best_epoch, 250):
    lesson.show(
        en=f"epoch {epoch:3}: accuracy {history['accuracy'][epoch - 1]:.1%}, "
        f"validation {history['validation accuracy'][epoch - 1]:.1%}, "
        f"validation loss {history['validation loss'][epoch - 1]:.2f}",
        ko=f"에폭 {epoch:3}: 훈련 정확도 {history['accuracy'][epoch - 1]:.1%}, "
        f"검증 정확도 {history['validation accuracy'][epoch - 1]:.1%}, "
        f"검증 손실 {history['validation loss'][epoch - 1]:.2f}",
    )
figure = curves(history)
for axes, title in zip(
    figure.axes,
    (lesson.text(en="loss", ko="손실"), lesson.text(en="accuracy", ko="정확도")),
    strict=True,
):
    axes.set_title(title)
    axes.set_xlabel(lesson.text(en="epoch", ko="에폭"))
    axes.legend([lesson.text(en="training", ko="훈련"), lesson.text(en="validation", ko="검증")])
lesson.figure(
    "curves",
    figure,
    en="Training and validation part ways",
    ko="갈라지는 훈련 곡선과 검증 곡선",
)
lesson.figure(
    "by_heart",
    decision_regions(model, *train),
    en="A border around every point",
    ko="점마다 둘러싼 결정 경계",
)

# ---------------------------------------------------------------------- early stopping

lesson.say(
    en="""
    ## 2. Early stopping

    The simplest cure: stop where the validation accuracy falls, and go back to the weights of the
    best epoch. `patience` is how many epochs without a new best it waits: curves are noisy.
    """,
    ko="""
    ## 2. 조기 종료

    가장 간단한 처방입니다. 검증 정확도가 떨어지기 시작하면 학습을 멈추고, 가장 좋았던 에폭의
    가중치로 돌아갑니다. 곡선은 흔들리므로 더 좋아지지 않는 에폭을 `patience`만큼 기다려 줍니다.
    """,
)

model = network()
stopping = EarlyStopping("validation accuracy", patience=15)
stopped = learn(model, nn.optim.Adam(model.parameters(), lr=0.01), [stopping])
lesson.show(
    en=f"stopped after epoch {len(stopped)}, weights of epoch {stopping.best_epoch}",
    ko=f"{len(stopped)}에폭에서 멈추고 {stopping.best_epoch}에폭의 가중치로",
)
lesson.figure(
    "stopped_early",
    decision_regions(model, *train),
    en="Stopped early: a plain border",
    ko="조기 종료: 단순한 결정 경계",
)

# ---------------------------------------------------------------------- weight decay

lesson.say(
    en="""
    ## 3. Weight decay: large weights cost

    A jagged border needs large weights. **L2** adds $λ/2 Σ w²$ to the loss; its gradient is $λ w$,
    so every step shrinks each weight a little: **weight decay**. **L1** adds $λ/2 Σ |w|$ with the
    gradient $λ/2 sign(w)$: all weights shrink equally fast, so that most end at 0.

    Written into the loss or given to the optimizer, L2 is the same step; the first number below
    is the largest difference. (Not for Adam: it divides the decay by the gradient's size, too.
    `AdamW` does not.)
    """,
    ko="""
    ## 3. 가중치 감소: 큰 가중치에 벌점 주기

    들쭉날쭉한 경계를 그리려면 큰 가중치가 필요합니다. **L2**는 손실에 $λ/2 Σ w²$을 더합니다. 그
    기울기는 $λ w$이므로 갱신할 때마다 가중치가 조금씩 줄어듭니다. 이것이 **가중치 감소**입니다.
    **L1**은 $λ/2 Σ |w|$를 더하고 기울기는 $λ/2 sign(w)$입니다. 모든 가중치가 같은 빠르기로 줄어
    대부분 0이 됩니다.

    L2는 손실에 직접 더하든 옵티마이저에 맡기든 같은 갱신입니다. 아래 첫 번째 수가 둘의 가장 큰
    차이입니다. (Adam은 예외입니다. 감소분까지 기울기의 크기로 나누기 때문이며, `AdamW`는 그렇게
    하지 않습니다.)
    """,
)

decay = 0.02
in_loss, in_optimizer = network(), network()
penalty = sum((weight**2).sum() for weight in in_loss.parameters()) * (decay / 2)
(nn.functional.cross_entropy(in_loss(train[0]), train[1]) + penalty).backward()
nn.optim.SGD(in_loss.parameters(), lr=0.1).step()
nn.functional.cross_entropy(in_optimizer(train[0]), train[1]).backward()
nn.optim.SGD(in_optimizer.parameters(), lr=0.1, weight_decay=decay).step()
same_step = max(
    float(np.abs(a.data - b.data).max())
    for a, b in zip(in_loss.parameters(), in_optimizer.parameters(), strict=True)
)
lesson.show(
    en=f"L2 in the loss or in the optimizer, largest difference of a weight: {same_step:.0e}",
    ko=f"L2를 손실에 넣었을 때와 옵티마이저에 맡겼을 때, 가중치의 가장 큰 차이: {same_step:.0e}",
)


class WithPenalty(nn.CrossEntropyLoss):
    """Cross-entropy, and `penalty(weight)` of every weight matrix of a model."""

    def __init__(self, model, penalty):
        super().__init__()
        self.weights = [p for p in model.parameters() if p.ndim == 2]
        self.penalty = penalty

    def forward(self, scores, labels):
        return super().forward(scores, labels) + sum(self.penalty(w) for w in self.weights)


penalties = {
    "-": lambda w: 0.0,
    "L2": lambda w: 0.01 / 2 * (w**2).sum(),
    "L1": lambda w: 0.004 / 2 * autograd.abs(w).sum(),
}
regularised = {}
lesson.show(
    en="        Σ w²  |w|<0.001     train validation",
    ko="        Σ w²  |w|<0.001      훈련      검증",
)
for name, penalty in penalties.items():
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    trainer = Trainer(model, optimizer, WithPenalty(model, penalty), "accuracy", progress=False)
    trainer.fit(train, 300, batch_size=30)
    weights = np.concatenate([p.data.ravel() for p in model.parameters() if p.ndim == 2])
    regularised[name] = {
        "size": float((weights**2).sum()),
        "tiny": float((np.abs(weights) < 1e-3).mean()),
        "train": trainer.evaluate(train)["accuracy"],
        "validation": trainer.evaluate(validation)["accuracy"],
    }
    print(
        f"{name:3}"
        + "{size:9.1f} {tiny:12.1%} {train:9.1%} {validation:9.1%}".format(**regularised[name])
    )
    if name == "L2":
        lesson.figure(
            "weight_decay",
            decision_regions(model, *train),
            en="With weight decay",
            ko="가중치 감소를 쓴 결과",
        )

# ---------------------------------------------------------------------- dropout

lesson.say(
    en="""
    ## 4. Dropout

    In training, every unit is switched off at random: here 26 % of the inputs and 50 % of the
    hidden units. No unit can rely on another, as if many thin networks were trained at once.
    At test time **all units are active**.

    What remains is divided by $1 - p$, so that sums keep their size and nothing has to be changed
    at test time. (Some books multiply by $1 - p$ at test time instead. The mean is the same.)
    """,
    ko="""
    ## 4. 드롭아웃

    학습할 때 뉴런을 무작위로 끕니다. 여기서는 입력의 26 %, 은닉 뉴런의 50 %입니다. 어떤 뉴런도
    다른 뉴런에만 기댈 수 없으므로, 얇은 신경망 여러 개를 한꺼번에 학습하는 것과 같습니다. 시험할
    때는 **모든 뉴런을 켭니다**.

    남은 값은 $1 - p$로 나눕니다. 그래야 합의 크기가 유지되고 시험할 때 아무것도 바꾸지 않아도
    됩니다. (시험할 때 $1 - p$를 곱하는 책도 있습니다. 평균은 같습니다.)
    """,
)

lesson.predict(
    en="""
    Dropout with p = 0.5 on an array of ones. What numbers are in the result, and what is their
    mean?
    """,
    ko="""
    1로 채운 배열에 p = 0.5인 드롭아웃을 씁니다. 결과에는 어떤 수가 있고, 평균은 얼마일까요?
    """,
)

ones = autograd.ones((1000, 100))
dropped = {}
for p in (0.26, 0.5):
    out = nn.Dropout(p, generator=np.random.default_rng(0))(ones).numpy()
    off, kept, mean = float((out == 0).mean()), float(out.max()), float(out.mean())
    dropped[p] = (off, kept, mean)
    lesson.show(
        en=f"p = {p}: {off:.1%} of the ones are off, the others {kept:.3f}; mean {mean:.3f}",
        ko=f"p = {p}: 1 가운데 {off:.1%}가 꺼지고 나머지는 {kept:.3f}, 평균 {mean:.3f}",
    )
at_test_time = nn.Dropout(0.5).eval()(ones).numpy()

# Backwards dropout is a mask, as ReLU is: where a unit was off, no gradient comes back.
inputs_ = autograd.ones((2, 8), requires_grad=True)
out = nn.Dropout(0.5, generator=np.random.default_rng(0))(inputs_)
out.sum().backward()
mask_and_gradient = out.detach().numpy(), inputs_.grad.numpy()
lesson.show(
    en=f"dropout of ones: {mask_and_gradient[0][0]}, and the gradient: {mask_and_gradient[1][0]}",
    ko=f"1에 드롭아웃을 적용한 값: {mask_and_gradient[0][0]}, 기울기: {mask_and_gradient[1][0]}",
)

lesson.say(
    en="""
    Does it help? 300 handwritten digits so grainy that even people err, once without dropout and
    once with it. The table: accuracy on the training data, on 1,000 others, and the loss there.
    """,
    ko="""
    도움이 될까요? 사람도 헷갈릴 만큼 잡음이 많은 손글씨 숫자 300장을 드롭아웃 없이 한 번,
    드롭아웃을 쓰고 한 번 학습합니다. 표는 훈련 데이터의 정확도, 다른 1,000장의 정확도와 손실입니다.
    """,
)

images, labels = digits()
generator = np.random.default_rng(0)
order = generator.permutation(len(images))
images, labels = images[order].reshape(-1, 64), labels[order]
grainy = images + 0.4 * generator.normal(size=images.shape).astype(np.float32)
few, others = (grainy[:300], labels[:300]), (grainy[797:], labels[797:])

with_dropout = {}
for name, inputs, hidden in (("p = 0", 0.0, 0.0), ("p = 0.26, 0.5", 0.26, 0.5)):
    autograd.manual_seed(0)
    model = nn.Sequential(
        nn.Dropout(inputs), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(hidden), nn.Linear(128, 10)
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.003)
    trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
    trainer.fit(few, 60, batch_size=50)
    unseen = trainer.evaluate(others)
    with_dropout[name] = (trainer.evaluate(few)["accuracy"], unseen["accuracy"], unseen["loss"])
    print(f"{name:13} {with_dropout[name][0]:7.1%} {unseen['accuracy']:7.1%} {unseen['loss']:7.3f}")

# ---------------------------------------------------------------------- batch normalisation

lesson.say(
    en="""
    ## 5. Batch normalisation

    In every layer and for every unit: mean μ and variance σ² over the **batch**, then
    $x̂ = (x - μ) / √(σ² + ε)$, then $y = γ x̂ + β$, where γ and β are learned. So the next layer
    always sees numbers of a decent size, whatever the weights before it do. In evaluation the
    averages that were collected in training take the place of the batch's, so that an answer does
    not depend on who else is in the batch. (The book *Deep Learning from Scratch* collects the
    variance of the batch as it is, from 0; the library, as PyTorch, the unbiased one, from 1. It
    differs by $n / (n - 1)$, in evaluation only.)

    By hand, against the library; then five hidden layers with badly chosen weights, N(0, 0.05).
    """,
    ko="""
    ## 5. 배치 정규화

    층마다, 뉴런마다 **배치**에 대한 평균 μ와 분산 σ²을 구해 $x̂ = (x - μ) / √(σ² + ε)$으로 바꾼
    다음, 학습되는 γ와 β로 $y = γ x̂ + β$를 계산합니다. 앞 층의 가중치가 어떻든 다음 층은 언제나
    적당한 크기의 수를 받습니다. 평가할 때는 배치의 통계 대신 학습하면서 모아 둔 평균을 씁니다.
    그래야 답이 같은 배치에 든 다른 데이터에 따라 달라지지 않습니다. (책 *밑바닥부터 시작하는
    딥러닝*은 배치의 분산을 그대로 0에서부터 모으고, 라이브러리는 PyTorch처럼 불편분산을 1에서부터
    모읍니다. 차이는 평가할 때 $n / (n - 1)$배뿐입니다.)

    먼저 손으로 계산해 라이브러리와 비교하고, 가중치를 잘못 정한 N(0, 0.05) 은닉층 다섯 개를 학습해
    봅니다.
    """,
)

batch = np.random.default_rng(1).normal(3.0, 2.0, (6, 4)).astype(np.float32)
layer = nn.BatchNorm1d(4)
layer.weight.data = np.array([1.0, 2.0, 0.5, 1.0], dtype=np.float32)  # γ
layer.bias.data = np.array([0.0, 1.0, 0.0, -1.0], dtype=np.float32)  # β
mean, variance = batch.mean(axis=0), batch.var(axis=0)
normalised = (batch - mean) / np.sqrt(variance + layer.eps)
batch_norm_by_hand = layer.weight.data * normalised + layer.bias.data
batch_norm = layer(batch).detach().numpy()
mean, spread = batch_norm.mean(axis=0).round(3), batch_norm.std(axis=0).round(3)
lesson.show(
    en=f"after it: mean {mean} = β, standard deviation {spread} = γ",
    ko=f"정규화한 뒤: 평균 {mean} = β, 표준편차 {spread} = γ",
)

norm_losses = {}
figure = Figure((6, 3.6), layout="constrained")
axes = figure.subplots()
for label, normalise in (
    (lesson.text(en="without", ko="배치 정규화 없이"), False),
    (lesson.text(en="with batch normalisation", ko="배치 정규화"), True),
):
    autograd.manual_seed(0)
    layers, width = [], 64
    for _ in range(5):
        layers += [nn.Linear(width, 50), *([nn.BatchNorm1d(50)] if normalise else []), nn.ReLU()]
        width = 50
    model = nn.Sequential(*layers, nn.Linear(50, 10))
    for each in model:
        if isinstance(each, nn.Linear):
            nn.init.normal_(each.weight, 0, 0.05)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.05)
    trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
    trained = trainer.fit((images[:1000], labels[:1000]), 8, batch_size=50)
    norm_losses[label] = trained["loss"]
    axes.plot(trained["epoch"], trained["loss"], ".-", label=label)
    print(f"{label}: {trained['loss'][-1]:.3f}")
axes.legend(frameon=False)
axes.set_xlabel(lesson.text(en="epoch", ko="에폭"))
axes.set_ylabel(lesson.text(en="training loss", ko="훈련 손실"))
lesson.figure(
    "batch_norm",
    figure,
    en="Five layers with bad weights, without and with batch normalisation",
    ko="가중치가 나쁜 다섯 층, 배치 정규화를 쓰지 않을 때와 쓸 때",
)

# ---------------------------------------------------------------------- preprocessing

lesson.say(
    en="""
    ## 6. Preprocessing

    Age is around 40, income around 40,000,000. One learning rate cannot suit both.

    * **Min-max** normalisation: $(x - min) / (max - min)$, into [0, 1].
    * **Z-score**: $(x - mean) / std$, mean 0 and variance 1.
    * **One-hot**: class 2 of 4 becomes [0, 0, 1, 0].

    Learn min, max, mean and std from the **training data alone**, and use the same on the test
    data. The table is the accuracy of the same training, without and with them.
    """,
    ko="""
    ## 6. 전처리

    나이는 40 근처, 소득은 40,000,000 근처입니다. 학습률 하나로는 둘 다 맞출 수 없습니다.

    * **최소-최대 정규화**: $(x - min) / (max - min)$. 값이 [0, 1]에 들어갑니다.
    * **z-점수 표준화**: $(x - 평균) / 표준편차$. 평균 0, 분산 1이 됩니다.
    * **원-핫 인코딩**: 네 클래스 중 2번은 [0, 0, 1, 0]이 됩니다.

    최솟값, 최댓값, 평균, 표준편차는 **훈련 데이터에서만** 구하고, 시험 데이터에도 같은 값을 씁니다.
    표는 같은 학습을 전처리 없이, 그리고 전처리와 함께 했을 때의 정확도입니다.
    """,
)

generator = np.random.default_rng(0)
age = generator.uniform(20, 60, 300)
income = generator.uniform(2e7, 6e7, 300)
people = np.stack([age, income], axis=1)
buys = (age / 40 + income / 4e7 > 2).astype(np.int64)
scalers = {"-": None, "min-max": MinMax().fit(people[:200]), "z-score": ZScore().fit(people[:200])}
scaled = {}
for name, scaler in scalers.items():
    autograd.manual_seed(0)
    features = people if scaler is None else scaler(people)
    model = nn.Linear(2, 2, dtype=np.float64)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
    trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
    trainer.fit((features[:200], buys[:200]), 20, batch_size=20)
    scaled[name] = trainer.evaluate((features[200:], buys[200:]))["accuracy"]
    print(f"{name:8} {features[0].round(3)!s:30} {scaled[name]:.1%}")
encoded = one_hot([2, 0], classes=4)
lesson.show(en="classes 2 and 0 of 4, one-hot:", ko="클래스 넷 중 2번과 0번의 원-핫 표현:")
print(encoded)
digit_rows = one_hot([1, 5, 9], classes=10)
lesson.show(en="the digits 1, 5 and 9, one-hot:", ko="숫자 1, 5, 9의 원-핫 표현:")
print(digit_rows)

# ---------------------------------------------------------------------- more data

lesson.say(
    en="""
    ## 7. More data

    Nothing helps as much as more examples. The same network on 25, 100, 400 and 797 digits: the gap
    between training and validation closes. Where there are no more, **augmentation** makes new ones
    out of old ones: the next lesson.
    """,
    ko="""
    ## 7. 더 많은 데이터

    데이터를 늘리는 것만큼 좋은 방법은 없습니다. 같은 신경망을 숫자 25, 100, 400, 797장으로
    학습하면 훈련과 검증의 간격이 줄어듭니다. 데이터를 더 구할 수 없다면 있는 데이터를 바꾸어 새로
    만들 수 있습니다. 다음 수업의 주제인 **데이터 증강**입니다.
    """,
)

by_size = {}
for count in (25, 100, 400, 797):
    autograd.manual_seed(0)
    model = nn.models.MLP([64, 64, 10])
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
    trainer.fit((images[:count], labels[:count]), 15, batch_size=25)
    by_size[count] = (
        trainer.evaluate((images[:count], labels[:count]))["accuracy"],
        trainer.evaluate((images[797:], labels[797:]))["accuracy"],
    )
    print(f"{count:4} {by_size[count][0]:7.1%} {by_size[count][1]:7.1%}")

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 8. Mistakes, and what they say

    * **Forgot `eval()`**: dropout goes on dropping, and the same question gets another answer each
      time. Nobody can warn you, but you can see it: two answers before `eval()`, two after it.
    * **One-hot labels as integers**: `cross_entropy` wants class numbers, or floats as
      probabilities.
    * **Percent**: 50 % is p = 0.5.
    * **Not fitted**: a scaler must see the training data first.
    """,
    ko="""
    ## 8. 흔한 실수와 오류 메시지

    * **`eval()`을 잊은 경우**: 드롭아웃이 계속 켜져 있어서 같은 질문에 매번 다르게 답합니다. 아무도
      경고하지 못하지만 눈으로 볼 수 있습니다. `eval()` 전의 답 두 개와 후의 답 두 개를 비교하세요.
    * **정수로 된 원-핫 레이블**: `cross_entropy`는 클래스 번호나, 확률을 나타내는 실수를 받습니다.
    * **퍼센트**: 50 %는 p = 0.5입니다.
    * **fit을 하지 않은 경우**: 스케일러는 훈련 데이터부터 보아야 합니다.
    """,
)

model = nn.Sequential(nn.Dropout(0.5), nn.Linear(64, 10))
answers = [model(images[:1]).detach().numpy()[0, 0] for _ in range(2)]
model.eval()
answers += [model(images[:1]).detach().numpy()[0, 0] for _ in range(2)]
first, second, third, fourth = (f"{answer:.4f}" for answer in answers)
lesson.show(
    en=f"before eval(): {first}, {second}   after eval(): {third}, {fourth}",
    ko=f"eval() 전: {first}, {second}   eval() 뒤: {third}, {fourth}",
)

with lesson.mistake(ValueError):
    nn.functional.cross_entropy(model(images[:2]), np.eye(10, dtype=int)[labels[:2]])
with lesson.mistake(ValueError):
    nn.Dropout(50)
with lesson.mistake(RuntimeError):
    ZScore()(people)

lesson.end(
    pytorch="""
    model = nn.Sequential(nn.Dropout(0.26), nn.Linear(64, 128), nn.BatchNorm1d(128), nn.ReLU(),
                          nn.Dropout(0.5), nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.01)
    model.train()   # dropout on, statistics of the batch
    model.eval()    # dropout off, statistics that were collected
    """,
    en="""
    1. When validation turns and training goes on, the network is learning by heart.
    2. Early stopping, weight decay, dropout and more data make that harder.
    3. Statistics of the data come from the training part alone.

    Read on: N. Srivastava and others, *Dropout* (2014); S. Ioffe, C. Szegedy, *Batch
    normalization* (2015); the lesson `augmentation`.
    """,
    ko="""
    1. 훈련은 나아지는데 검증이 나빠지기 시작하면 신경망이 외우고 있는 것입니다.
    2. 조기 종료, 가중치 감소, 드롭아웃, 더 많은 데이터가 외우기를 어렵게 합니다.
    3. 데이터의 통계는 훈련 데이터에서만 구합니다.

    더 읽을거리: N. Srivastava 외, *Dropout* (2014). S. Ioffe, C. Szegedy, *Batch normalization*
    (2015). 강의 `augmentation`.
    """,
)
