"""Lesson A: the neuron, the perceptron's delta rule, logic gates, XOR and the hidden layer."""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from examples.course.lesson import Lesson
from nn.keras.layers import Dense
from nn.keras.models import Sequential

lesson = Lesson("perceptron", en="The perceptron and logic gates", ko="퍼셉트론과 논리 게이트")

lesson.begin(
    minutes=40,
    en="""
    After this lesson you can

    - compute the output of a neuron and train a perceptron with the delta rule,
    - say why one perceptron learns AND but not XOR, and draw the line that it has learned,
    - build a small network that learns XOR, with backpropagation.

    In 1958 the New York Times reported of a machine that would soon "walk, talk, see, write". It
    was one neuron: Frank Rosenblatt's perceptron, a box with 400 photocells and motors that turned
    its weights. Eleven years later a book showed that no perceptron can tell *either, or*, and for
    more than a decade few people wanted to hear of neurons. What was missing was a second layer,
    and a way to train it. We build the perceptron, watch it fail, and give it that layer.
    """,
    ko="""
    이 강의를 마치면

    - 뉴런의 출력을 계산하고 델타 규칙으로 퍼셉트론을 학습할 수 있습니다.
    - 퍼셉트론 하나가 AND는 배우지만 XOR은 배우지 못하는 까닭을 설명하고, 학습한 직선을 그릴 수
      있습니다.
    - 오차역전파로 XOR을 배우는 작은 신경망을 만들 수 있습니다.

    1958년 뉴욕 타임스는 곧 "걷고, 말하고, 보고, 쓸" 기계를 보도했습니다. 그것은 뉴런 하나, 프랭크
    로젠블랫의 퍼셉트론이었습니다. 광센서 400개와 가중치를 돌리는 모터가 든 상자였지요. 11년 뒤 한
    권의 책이 퍼셉트론은 *둘 중 하나만*이라는 간단한 것도 가릴 수 없음을 보였고, 그 뒤 10년 넘게
    뉴런에 귀 기울이는 사람은 드물었습니다. 빠진 것은 두 번째 층과 그것을 학습하는 방법이었습니다.
    퍼셉트론을 만들고, 실패하는 것을 보고, 그 층을 더해 봅시다.
    """,
)

lesson.say(
    en="""
    ## A neuron

    A **neuron** weighs its inputs, adds them up and a bias: $u = w1·x1 + w2·x2 + b$, the *net
    input*. What it gives is $y = f(u)$, where f is its *activation function*. In the figure the
    weights stand on the lines and the outputs in the circles; below each weight is its gradient.

    The picture comes from biology: a nerve cell collects signals through its **synapses**, strong
    ones and weak ones, and fires when their sum is large enough. A weight is the strength of a
    synapse, and learning changes synapses, not cells.
    """,
    ko="""
    ## 뉴런

    **뉴런**은 입력에 가중치를 곱해 모두 더하고 편향을 더합니다. 이것이 *선형결합*
    $u = w1·x1 + w2·x2 + b$입니다. 출력은 $y = f(u)$이고 f를 *활성화 함수*라고 합니다. 그림에서
    가중치는 선 위에, 출력은 원 안에 있습니다. 가중치 아래의 수는 그 기울기입니다.

    이 그림은 생물학에서 왔습니다. 신경세포는 강하고 약한 **시냅스**를 통해 신호를 모으고, 그 합이
    충분히 크면 발화합니다. 가중치는 시냅스의 세기에 해당하고, 학습하며 변하는 것은 세포가 아니라
    시냅스입니다.
    """,
)

x1, x2 = autograd.tensor(1.0, name="x1"), autograd.tensor(1.0, name="x2")
w1 = autograd.tensor(0.4, requires_grad=True, name="w1")
w2 = autograd.tensor(0.2, requires_grad=True, name="w2")
b = autograd.tensor(-0.5, requires_grad=True, name="b")
u = w1 * x1 + w2 * x2 + b
y = autograd.sigmoid(u)
y.name = "y"
y.backward()
print(f"u = {u.item():.2f}, y = {y.item():.4f}, dy/dw1 = {w1.grad.item():.4f}")
lesson.figure(
    "neuron",
    viz.draw(y, "neurons", lang=lesson.lang),
    en="A neuron with two inputs and the sigmoid as its activation",
    ko="입력이 둘이고 활성화 함수가 시그모이드인 뉴런",
)

lesson.say(
    en="""
    ## The step function, and a perceptron that has learned AND

    A **perceptron** is a neuron whose activation is a step: it fires or it does not. Textbooks
    do not agree about the step at 0: some write 1 for $x ≥ 0$, others 0 for $x ≤ 0$. In this
    library the step is **1 at 0**.

    Here is a perceptron that has learned $w = (0.4, 0.2)$ and $b = -0.5$, with the rule "0 for a
    net input <= 0, else 1". No input of AND has the net input 0, so both steps agree here. Many
    books write the same as a **threshold**: 1 where $Σ w·x > θ$, with $θ = -b$.
    """,
    ko="""
    ## 계단 함수, 그리고 AND를 배운 퍼셉트론

    **퍼셉트론**은 활성화 함수가 계단 함수인 뉴런으로, 출력이 0 아니면 1입니다. 0에서의 값은
    교재마다 다릅니다. 어떤 곳에서는 $x ≥ 0$이면 1, 다른 곳에서는 $x ≤ 0$이면 0이라고 씁니다. 이
    라이브러리의 계단 함수는 **0에서 1**입니다.

    다음은 $w = (0.4, 0.2)$, $b = -0.5$를 학습한 퍼셉트론으로, "선형결합이 0 이하이면 0, 아니면
    1"을 출력합니다. AND의 입력 가운데 선형결합이 0인 것은 없으므로 여기서는 어느 쪽이든 결과가
    같습니다. 같은 것을 **임곗값** θ를 써서 $Σ w·x > θ$이면 1이라고 쓰는 책도 많습니다. 이때
    $θ = -b$입니다.
    """,
)

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}


def step(u):
    """1 from 0 on, else 0."""
    return np.where(u >= 0, 1, 0)


learned_sums = INPUTS @ [0.4, 0.2] - 0.5
learned_outputs = np.where(learned_sums <= 0, 0, 1)
for (a, c), total, output in zip(INPUTS, learned_sums, learned_outputs, strict=True):
    print(f"x = ({a:.0f}, {c:.0f})   u = {total:+.1f}   y = {output}")
print("step(0) =", step(0.0), " heaviside(0, 1) =", autograd.heaviside(0.0, 1.0))

lesson.say(
    en="""
    ## The delta rule

    Show an example, compare the output y with the desired output d, and move every weight:
    $w ← w + η (d - y) x$, with the learning rate η. The bias moves like a weight whose input is
    always 1, $b ← b + η (d - y)$. (A frequent misprint leaves the `x` out of the rule of the
    weights; then weights of inputs that were 0 would move too.)

    One pass over all examples is a **round** (an *epoch*). We begin with random weights in
    [-1, 1], take η = 0.05 and report the accuracy after every round; after the first it is 75 %.
    """,
    ko="""
    ## 델타 규칙

    데이터를 하나 보여 주고 출력 y를 원하는 출력 d와 비교한 다음, 모든 가중치를
    $w ← w + η (d - y) x$로 갱신합니다. η는 학습률입니다. 편향은 입력이 늘 1인 가중치와 같아서
    $b ← b + η (d - y)$로 갱신합니다. (가중치의 규칙에서 `x`를 빠뜨린 교재가 있습니다. 그러면
    입력이 0이던 가중치까지 바뀝니다.)

    모든 데이터를 한 번씩 보는 것이 한 **라운드**(*에폭*)입니다. 가중치는 [-1, 1]의 난수로 시작하고
    η = 0.05로 두며, 라운드마다 정확도를 적습니다. 첫 라운드 뒤의 정확도는 75 %입니다.
    """,
)


def learn(desired, rounds, seed):
    """The delta rule: weights, bias, and the accuracy after every round."""
    start = np.random.default_rng(seed).uniform(-1, 1, 3)
    w, b = start[:2], start[2]
    accuracies = []
    for _ in range(rounds):
        for x, d in zip(INPUTS, desired, strict=True):
            y = step(w @ x + b)
            w = w + 0.05 * (d - y) * x
            b = b + 0.05 * (d - y)
        accuracies.append(np.mean(step(INPUTS @ w + b) == desired))
        if accuracies[-1] == 1:
            break
    return w, b, accuracies


and_w, and_b, and_accuracies = learn(GATES["AND"], 50, seed=6)
for number, accuracy in enumerate(and_accuracies, start=1):
    lesson.show(
        en=f"round {number:2}: accuracy {accuracy:.0%}",
        ko=f"라운드 {number:2}: 정확도 {accuracy:.0%}",
    )
print(f"w = ({and_w[0]:.3f}, {and_w[1]:.3f}), b = {and_b:.3f}")

lesson.say(
    en="""
    ## What one perceptron can do, and what not

    Where $u = 0$ a perceptron changes its mind: that is a straight line in the plane. AND, OR and
    NAND have a line with all 1s on one side: they are **linearly separable**. XOR has none, so
    its perceptron never ends: at least one of the four inputs stays wrong, whatever the weights.
    """,
    ko="""
    ## 퍼셉트론 하나로 되는 것과 안 되는 것

    퍼셉트론의 출력은 $u = 0$인 곳에서 바뀝니다. 평면에서 이곳은 직선입니다. AND, OR, NAND는
    한쪽에 1만 있도록 직선을 그을 수 있습니다. 곧 **선형 분리가 가능**합니다. XOR에는 그런 직선이
    없습니다. 그래서 가중치가 무엇이든 네 입력 중 적어도 하나는 틀리고, 학습이 끝나지 않습니다.
    """,
)

lesson.predict(
    en="""
    The delta rule gets 200 rounds for each gate. Which of AND, OR, NAND and XOR reach 100 %, and
    what is the best that the others can do?
    """,
    ko="""
    델타 규칙으로 게이트마다 200라운드씩 학습합니다. AND, OR, NAND, XOR 가운데 어느 것이 100 %에
    이를까요? 나머지는 기껏해야 몇 %일까요?
    """,
)

perceptrons = {name: learn(desired, 200, seed=6) for name, desired in GATES.items()}
for name, (_, _, accuracies) in perceptrons.items():
    lesson.show(
        en=f"{name:4}  rounds: {len(accuracies):3}  best accuracy: {max(accuracies):.0%}",
        ko=f"{name:4}  라운드: {len(accuracies):3}  최고 정확도: {max(accuracies):.0%}",
    )


def draw_regions(axes, answer, desired, title):
    """The plane in the colours of a classifier's answers, with the four inputs."""
    across = np.linspace(-0.4, 1.4, 181)
    plane = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
    answers = np.asarray(answer(plane)).reshape(181, 181)
    axes.contourf(across, across, answers, [-0.5, 0.5, 1.5], colors=["C0", "C1"], alpha=0.25)
    for kind, mark in ((0, "o"), (1, "s")):
        axes.scatter(*INPUTS[desired == kind].T, s=70, marker=mark, color=f"C{kind}",
                     edgecolor="white", zorder=3)  # fmt: skip
    axes.set(title=title, xlabel="x1", ylabel="x2", aspect="equal", xticks=[0, 1], yticks=[0, 1])


gates = Figure((11, 3.1), layout="constrained")
for axes, (name, (w, bias, accuracies)) in zip(
    gates.subplots(1, 4), perceptrons.items(), strict=True
):
    draw_regions(
        axes,
        lambda plane, w=w, bias=bias: step(plane @ w + bias),
        GATES[name],
        f"{name}: {accuracies[-1]:.0%}",
    )
lesson.figure(
    "gates",
    gates,
    en="One perceptron for each gate: circles are 0, squares are 1",
    ko="게이트마다 퍼셉트론 하나: 원은 0, 네모는 1",
)

lesson.say(
    en="""
    ## Two layers make XOR

    XOR is "OR and not both": $XOR(x1, x2) = AND(OR(x1, x2), NAND(x1, x2))$. Three perceptrons in
    two layers can do what one cannot.
    """,
    ko="""
    ## 두 층으로 만드는 XOR

    XOR은 "둘 중 하나이되 둘 다는 아님"입니다. $XOR(x1, x2) = AND(OR(x1, x2), NAND(x1, x2))$.
    하나로는 안 되던 일을 두 층에 놓인 퍼셉트론 셋이 해냅니다.
    """,
)


def gate(name, x):
    """The perceptron that has learned this gate."""
    w, bias, _ = perceptrons[name]
    return step(x @ w + bias)


hidden = np.stack([gate("OR", INPUTS), gate("NAND", INPUTS)], axis=1)
composed_xor = gate("AND", hidden)

# The same 2-2-1 network in matrices: one product per layer, for all four inputs at once.
W1 = np.stack([perceptrons["OR"][0], perceptrons["NAND"][0]], axis=1)  # (2 inputs, 2 hidden)
b1 = np.array([perceptrons["OR"][1], perceptrons["NAND"][1]])
W2, b2 = perceptrons["AND"][0], perceptrons["AND"][1]
matrix_xor = step(step(INPUTS @ W1 + b1) @ W2 + b2)
print("x1 x2 | OR NAND | XOR")
for (a, c), (left, right), output in zip(INPUTS, hidden, composed_xor, strict=True):
    print(f" {a:.0f}  {c:.0f} |  {left}    {right} |  {output}")

lesson.say(
    en="""
    ## A network finds the hidden layer by itself

    The step has the slope 0 everywhere, so gradients cannot tell its weights where to go; the
    smooth **sigmoid** can take its place. Two hidden neurons and one output learn XOR by
    backpropagation: forward, loss, `backward()`, and a step against the gradient.
    """,
    ko="""
    ## 은닉층을 스스로 찾는 신경망

    계단 함수의 기울기는 어디서나 0이어서 가중치를 어느 쪽으로 옮길지 알려 주지 못합니다. 그래서
    매끄러운 **시그모이드**를 씁니다. 은닉 뉴런 둘과 출력 뉴런 하나가 오차역전파로 XOR을 배웁니다.
    순전파, 손실, `backward()`, 그리고 기울기의 반대 방향으로 갱신하기를 되풀이합니다.
    """,
)

autograd.manual_seed(6)
model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
targets = [[0.0], [1.0], [1.0], [0.0]]
for epoch in range(1, 101):
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy(model(INPUTS), targets)
    loss.backward()
    optimizer.step()
    if epoch in (1, 20, 40, 60, 80, 100):
        lesson.show(en=f"epoch {epoch:3}: loss {loss.item():.4f}",
                    ko=f"에폭 {epoch:3}: 손실 {loss.item():.4f}")  # fmt: skip
network_xor = model(INPUTS).detach().numpy().ravel()
print("XOR:", network_xor.round(3))

lesson.say(
    en="""
    ## How the hidden layer bends the plane

    Left: what the network answers everywhere. Right: the same, seen from the hidden layer. Every
    point (x1, x2) has become a point (h1, h2), and the plane is folded like a sheet of paper: its
    grid (grey) lies on a bend, (0, 1) and (1, 0) have come together at the fold, and **one straight
    line** is enough to part them from the circles. That line is the output neuron's.
    """,
    ko="""
    ## 은닉층이 평면을 구부리는 모습

    왼쪽은 평면의 곳곳에서 신경망이 내는 답입니다. 오른쪽은 같은 것을 은닉층에서 본 모습입니다. 점
    (x1, x2)는 점 (h1, h2)로 옮겨졌고 평면은 종이처럼 접혔습니다. 격자(회색)는 굽은 선 위에 놓이고
    (0, 1)과 (1, 0)은 접힌 곳에서 만납니다. 이제 **직선 하나**면 원과 나눌 수 있습니다. 그 직선은
    출력 뉴런의 것입니다.
    """,
)


def hidden_layer(x):
    """What the two hidden neurons give."""
    return model[1](model[0](x)).detach().numpy()


def draw_hidden(axes):
    """The grid of the plane as the hidden layer sees it, and the output neuron's line."""
    along = np.linspace(-0.2, 1.2, 101)
    for at in np.linspace(-0.2, 1.2, 15):
        fixed = np.full_like(along, at)
        axes.plot(*hidden_layer(np.stack([fixed, along], axis=1)).T, color="0.75", linewidth=0.8)
        axes.plot(*hidden_layer(np.stack([along, fixed], axis=1)).T, color="0.75", linewidth=0.8)
    (v1, v2), (bias,) = model[2].weight.data[0], model[2].bias.data
    axes.axline((0, -bias / v2), slope=-v1 / v2, color="C3")
    bent = hidden_layer(INPUTS)
    for kind, mark in ((0, "o"), (1, "s")):
        points = bent[GATES["XOR"] == kind]
        axes.scatter(*points.T, s=70, marker=mark, color=f"C{kind}", edgecolor="white", zorder=3)
    for (a, c), place in zip(INPUTS, bent, strict=True):
        aside = (8, -14) if a > c else (8, 6)  # two of them meet
        axes.annotate(f"({a:.0f}, {c:.0f})", place, aside, textcoords="offset points", fontsize=9)
    axes.set(xlabel="h1", ylabel="h2", xlim=(-0.1, 1.15), ylim=(-0.1, 1.15), aspect="equal")


bent = Figure((9, 4.2), layout="constrained")
left, right = bent.subplots(1, 2)
draw_regions(
    left, lambda plane: model(plane).detach().numpy() >= 0.5, GATES["XOR"],
    lesson.text(en="the plane of the inputs", ko="입력의 평면"),
)  # fmt: skip
draw_hidden(right)
right.set_title(lesson.text(en="the plane of the hidden layer", ko="은닉층의 평면"))
lesson.figure(
    "hidden_layer",
    bent,
    en="XOR: the hidden layer bends the plane until one line is enough",
    ko="XOR: 은닉층이 평면을 구부리면 직선 하나로 충분합니다",
)

optimizer.zero_grad()
output = model(autograd.tensor([[0.0, 1.0]], dtype="float32", name="x"))
loss = nn.functional.binary_cross_entropy(output, [[1.0]])
loss.name = "loss"
loss.backward()
lesson.figure(
    "xor_network",
    viz.draw(loss, "neurons", lang=lesson.lang),
    en="The network that has learned XOR, for the input (0, 1)",
    ko="XOR을 배운 신경망, 입력 (0, 1)",
)

lesson.say(
    en="""
    ## The same with Keras's words

    Many courses train AND and XOR with Keras. After a change of the two import lines such scripts
    run here: `from nn.keras.models import Sequential` and `from nn.keras.layers import Dense`.

    AND has **one** layer of two sigmoid neurons, one for each class: `Dense(2, input_dim=2)` has
    2·2 weights and 2 biases, 6 parameters. (A summary with (None, 1) and 3 parameters, as it is
    sometimes printed beside this code, belongs to another network.)
    """,
    ko="""
    ## 케라스 방식으로

    AND와 XOR을 케라스로 학습하는 강의가 많습니다. import 두 줄만 바꾸면 그런 코드가 여기서도
    실행됩니다. `from nn.keras.models import Sequential`, `from nn.keras.layers import Dense`.

    AND의 신경망은 클래스마다 하나씩, 시그모이드 뉴런 둘로 된 **한** 층입니다.
    `Dense(2, input_dim=2)`의 매개변수는 가중치 2·2개와 편향 2개, 모두 6개입니다. (이 코드 옆에
    (None, 1)과 매개변수 3개라는 요약이 인쇄된 강의 자료가 있는데, 다른 신경망의 요약입니다.)
    """,
)

autograd.manual_seed(2)
and_model = Sequential()
and_model.add(Dense(2, input_dim=2, kernel_initializer="normal", activation="sigmoid"))
and_model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
and_model.summary()
x = [[0, 0], [0, 1], [1, 0], [1, 1]]
and_y = [[1, 0], [1, 0], [1, 0], [0, 1]]
and_history = and_model.fit(x, and_y, epochs=100, verbose=0)
and_again = and_model.fit(x, and_y, epochs=100, verbose=0)
for history in (and_history, and_again):
    print(f"loss: {history.history['loss'][-1]:.4f} - accuracy: {history.history['accuracy'][-1]}")

lesson.say(
    en="""
    After 100 epochs the loss is 0.669, and after another 100 it is 0.6457: `fit` goes on where it
    ended, so a cell that is run twice has trained 200 epochs. (That is how 0.6457 came to be
    printed as the loss after 100.)

    XOR has a hidden layer of five neurons. Its summary has 15 + 12 = 27 parameters.
    """,
    ko="""
    100 에폭 뒤의 손실은 0.669이고, 100 에폭을 더 학습하면 0.6457입니다. `fit`은 끝난 곳에서
    이어지므로, 셀을 두 번 실행하면 200 에폭을 학습한 것입니다. (100 에폭 뒤의 손실이 0.6457이라고
    인쇄된 강의 자료는 이렇게 나온 것입니다.)

    XOR의 신경망에는 뉴런 다섯 개의 은닉층이 있습니다. 매개변수는 15 + 12 = 27개입니다.
    """,
)

autograd.manual_seed(1)
xor_model = Sequential()
xor_model.add(Dense(5, input_dim=2, kernel_initializer="normal", activation="sigmoid"))
xor_model.add(Dense(2, kernel_initializer="normal", activation="softmax"))
xor_model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
xor_model.summary()
xor_y = [[1, 0], [0, 1], [0, 1], [1, 0]]
xor_model.fit(x, xor_y, epochs=2)
xor_history = xor_model.fit(x, xor_y, epochs=998, verbose=0)
xor_loss = xor_history.history["loss"][-1]
xor_accuracy = xor_history.history["accuracy"][-1]
print(f"loss: {xor_loss:.4f} - accuracy: {xor_accuracy}")
print(xor_model.predict(x).round(2))

lesson.say(
    en="""
    Not every start ends well: of 60 random starts about 54 reach the accuracy 1.0 within 1,000
    epochs (a loss of 0.36 is ordinary); the others are still slow where the loss is flat.

    ## Mistakes that everybody makes once

    **A wrong number of inputs.** The message says which layer got what.
    """,
    ko="""
    언제나 잘 되지는 않습니다. 난수를 바꾸어 60번 시작하면 54번쯤은 1,000 에폭 안에 정확도 1.0에
    이릅니다(손실은 보통 0.36 안팎입니다). 나머지는 손실이 평평한 곳에서 아직 느리게 움직입니다.

    ## 흔한 실수와 오류 메시지

    **입력의 수가 틀린 경우.** 어느 층에 무엇이 들어왔는지 메시지가 알려 줍니다.
    """,
)

with lesson.mistake(ValueError):
    model([[0.0, 1.0, 1.0]])

lesson.say(
    en="""
    **`backward()` is forgotten.** Then there is no gradient, and nothing to step along.
    """,
    ko="""
    **`backward()`를 잊은 경우.** 기울기가 없으니 나아갈 방향도 없습니다.
    """,
)

optimizer.zero_grad()
loss = nn.functional.binary_cross_entropy(model(INPUTS), targets)
with lesson.mistake(RuntimeError):
    optimizer.step()

lesson.say(
    en="""
    **`zero_grad()` is forgotten.** No error: gradients *add up* from one `backward()` to the next,
    and the steps become longer and longer. Here are three rounds without it.
    """,
    ko="""
    **`zero_grad()`를 잊은 경우.** 오류는 나지 않습니다. 기울기가 `backward()`마다 *더해져서* 갱신
    폭이 점점 커집니다. 다음은 그렇게 세 번 한 것입니다.
    """,
)

grown = []
for _ in range(3):
    nn.functional.binary_cross_entropy(model(INPUTS), targets).backward()
    grown.append(abs(model[2].bias.grad.item()))
sizes = ", ".join(f"{size:.6f}" for size in grown)
lesson.show(en=f"gradient of the last bias: {sizes}", ko=f"마지막 편향의 기울기: {sizes}")

lesson.say(
    en="""
    **Integer data.** Lists and arrays of integers are converted by a layer. A Tensor of integers
    is not, and it cannot have gradients:
    """,
    ko="""
    **정수 데이터.** 정수의 리스트와 배열은 층이 실수로 바꿉니다. 정수 Tensor는 바꾸지 않으며, 정수
    Tensor는 기울기를 가질 수도 없습니다.
    """,
)

with lesson.mistake(TypeError):
    autograd.tensor([1, 2], requires_grad=True)
with lesson.mistake(TypeError):
    model(autograd.tensor([[0, 1]]))

lesson.say(
    en="""
    **Labels that do not fit the loss.** `categorical_crossentropy` wants one-hot targets, not the
    numbers of the classes:
    """,
    ko="""
    **손실에 맞지 않는 레이블.** `categorical_crossentropy`에는 클래스 번호가 아니라 원-핫 레이블을
    주어야 합니다.
    """,
)

with lesson.mistake(ValueError):
    xor_model.fit(x, [0, 1, 1, 0], verbose=0)

lesson.end(
    pytorch="""
    model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(100):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy(model(torch.tensor(INPUTS).float()), targets)
        loss.backward()
        optimizer.step()
    """,
    en="""
    1. A perceptron is a weighted sum and a step; it divides the plane by a straight line.
    2. The delta rule learns every gate that a line can divide; XOR is not one of them.
    3. A hidden layer bends the plane first, and backpropagation finds how.

    Read on: M. Minsky and S. Papert, *Perceptrons* (1969); the lesson `activations`.
    """,
    ko="""
    1. 퍼셉트론은 선형결합에 계단 함수를 씌운 것이며, 평면을 직선으로 나눕니다.
    2. 델타 규칙은 직선으로 나눌 수 있는 게이트를 모두 학습합니다. XOR은 그렇지 않습니다.
    3. 은닉층은 먼저 평면을 구부리고, 어떻게 구부릴지는 오차역전파가 찾아냅니다.

    더 읽을거리: M. Minsky, S. Papert, *Perceptrons* (1969). 다음 강의 `activations`.
    """,
)
