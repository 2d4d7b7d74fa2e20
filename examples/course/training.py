"""Training: epochs, batches and iterations, usual settings, and the search for better ones.

    python -m examples.course.training --lang en

Read it top to bottom, after the lesson `optimizers`.
"""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
from autograd import Tensor
from examples.course.lesson import Lesson
from nn import optim
from nn.datasets import digits
from nn.train import log_uniform, random_search

lesson = Lesson("training", en="Training: batches and settings", ko="학습: 배치와 하이퍼파라미터")
autograd.manual_seed(0)

lesson.begin(
    minutes=30,
    needs=("optimizers",),
    en="""
    After this lesson you can

    - tell epoch, batch and iteration apart, and count them,
    - set up a training run with usual settings,
    - search for hyper-parameters, on the right data.

    Imagine six careful steps of an hour each, or sixty rough ones of six minutes. With all 1,400
    digits before each step the direction is exact, but there are two steps in the time in which
    single digits give 2,800. Nearly all training today is in between, in batches of a few dozen,
    and a good part of the craft is to find the numbers that nobody can derive.
    """,
    ko="""
    이 강의를 마치면

    - 에폭, 배치, 반복을 구별하고 셀 수 있습니다.
    - 흔히 쓰는 설정으로 학습을 시작할 수 있습니다.
    - 알맞은 데이터로 하이퍼파라미터를 찾을 수 있습니다.

    한 시간씩 신중하게 여섯 번 움직이는 것과, 6분씩 대충 예순 번 움직이는 것 가운데 어느 쪽이
    나을까요? 숫자 1,400장을 모두 본 다음 갱신하면 방향은 정확하지만, 한 장씩 보면 2,800번 갱신할
    시간에 두 번밖에 갱신하지 못합니다. 오늘날의 학습은 거의 모두 그 사이, 수십 장씩의 배치로
    합니다. 그리고 솜씨의 많은 부분은 아무도 계산해 낼 수 없는 수를 찾는 데 있습니다.
    """,
)

lesson.say(
    en="""
    ## 1. Epoch, batch, iteration

    One **iteration** is one step of the optimizer, on one **batch** of examples. One **epoch** is
    one pass over all of them. With N examples and batches of B there are $⌈N / B⌉$ iterations in
    an epoch. B = N is *batch* gradient descent (exact and slow), B = 1 *stochastic* (fast and
    noisy), anything between is *mini-batch*. Here: two epochs each over 1,400 handwritten digits.
    """,
    ko="""
    ## 1. 에폭, 배치, 반복

    **반복(iteration)** 한 번은 데이터 묶음 하나, 즉 **배치** 하나로 옵티마이저가 한 번 갱신하는
    것이고, **에폭** 한 번은 모든 데이터를 한 번 보는 것입니다. 데이터가 N개, 배치가 B개씩이면 한
    에폭은 $⌈N / B⌉$번의 반복입니다. B = N이면 *배치* 경사 하강법(정확하지만 느림), B = 1이면
    *확률적* 경사 하강법(빠르지만 흔들림), 그 사이는 *미니배치* 경사 하강법입니다. 손글씨 숫자
    1,400장을 두 에폭씩 학습해 봅니다.
    """,
)

images, labels = digits()
order = np.random.default_rng(0).permutation(len(images))
images, labels = images[order].reshape(-1, 64), labels[order]
train_x, train_y, test_x, test_y = images[:1400], labels[:1400], images[1400:], labels[1400:]


def accuracy(model, x, y):
    """The share of digits that a model gets right."""
    with autograd.no_grad():
        return float((model(x).argmax(axis=1).numpy() == y).mean())


lesson.predict(
    en="""
    Two epochs over 1,400 digits with batches of 1,400, 100 and 1: how many steps is each, and
    which gets furthest?
    """,
    ko="""
    숫자 1,400장을 두 에폭씩, 배치 크기 1,400, 100, 1로 학습합니다. 각각 몇 번 갱신하고, 어느 것이
    가장 앞설까요?
    """,
)

# A mini-batch of 4: rows of scores and of labels, and one loss for all of them.
four = nn.Linear(64, 10)(train_x[:4])
lesson.show(
    en=f"scores {four.shape}, labels {train_y[:4]}, "
    f"loss {nn.functional.cross_entropy(four, train_y[:4]).item():.3f}",
    ko=f"점수 {four.shape}, 레이블 {train_y[:4]}, "
    f"손실 {nn.functional.cross_entropy(four, train_y[:4]).item():.3f}",
)
iterations, reached = {}, {}
for batch_size in (1400, 100, 1):
    autograd.manual_seed(0)
    model = nn.Linear(64, 10)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    count = 0
    for _ in range(2):
        for start in range(0, len(train_x), batch_size):
            batch = slice(start, start + batch_size)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(train_x[batch]), train_y[batch])
            loss.backward()
            optimizer.step()
            count += 1
    iterations[batch_size], reached[batch_size] = count, accuracy(model, test_x, test_y)
    print(f"B = {batch_size:4}: {count:4} × step(), {reached[batch_size]:.1%}")

# ---------------------------------------------------------------------- usual settings

lesson.say(
    en="""
    ## 2. Usual settings

    Learning rates are usually between 0.01 and 0.001. These are the settings that Keras courses
    print, and the same here.

    | Keras | here |
    |---|---|
    | SGD(lr=0.1, momentum=0.9, nesterov=True) | SGD(lr=0.1, momentum=0.9, nesterov=True) |
    | Adagrad(lr=0.01, epsilon=1e-6) | Adagrad(lr=0.01, eps=1e-6) |
    | RMSprop(lr=0.001, rho=0.9, epsilon=1e-8) | RMSprop(lr=0.001, alpha=0.9, eps=1e-8) |
    | Adam(lr=0.001, beta_1=0.9, beta_2=0.99) | Adam(lr=0.001, betas=(0.9, 0.99)) |

    (Elsewhere beta_2 = 0.999, the paper's and the library's default.) Each trains the same network,
    from the same weights, on the same batches.
    """,
    ko="""
    ## 2. 흔히 쓰는 설정

    학습률은 보통 0.01에서 0.001 사이입니다. 다음은 케라스를 쓰는 강의에 나오는 설정과, 여기서 같은
    것을 쓰는 방법입니다.

    | Keras | 여기서는 |
    |---|---|
    | SGD(lr=0.1, momentum=0.9, nesterov=True) | SGD(lr=0.1, momentum=0.9, nesterov=True) |
    | Adagrad(lr=0.01, epsilon=1e-6) | Adagrad(lr=0.01, eps=1e-6) |
    | RMSprop(lr=0.001, rho=0.9, epsilon=1e-8) | RMSprop(lr=0.001, alpha=0.9, eps=1e-8) |
    | Adam(lr=0.001, beta_1=0.9, beta_2=0.99) | Adam(lr=0.001, betas=(0.9, 0.99)) |

    (beta_2를 0.999로 두는 곳도 있습니다. 논문과 라이브러리의 기본값도 0.999입니다.) 같은 신경망을
    같은 가중치에서 출발해 같은 배치로 학습합니다.
    """,
)

settings = {
    "SGD": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.01, eps=1e-6),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.001, alpha=0.9, eps=1e-8),
    "Adam": lambda p: optim.Adam(p, lr=0.001, betas=(0.9, 0.99)),
}
figure = Figure((6, 3.6), layout="constrained")
axes = figure.subplots()
reached_with = {}
for name, make in settings.items():
    autograd.manual_seed(0)
    model = nn.models.MLP([64, 32, 10])
    optimizer, losses = make(model.parameters()), []
    for _ in range(5):
        for start in range(0, len(train_x), 50):
            batch = slice(start, start + 50)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(train_x[batch]), train_y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    axes.plot(np.convolve(losses, np.ones(10) / 10, "valid"), label=name)
    reached_with[name] = accuracy(model, test_x, test_y)
    print(f"{name:8} {reached_with[name]:.1%}")
axes.legend(frameon=False)
axes.set_xlabel(lesson.text(en="iteration", ko="반복"))
axes.set_ylabel(lesson.text(en="loss, mean of 10", ko="손실 (10회 평균)"))
lesson.figure(
    "digits",
    figure,
    en="The usual settings on handwritten digits",
    ko="흔히 쓰는 설정으로 학습한 손글씨 숫자",
)

# ---------------------------------------------------------------------- random search

lesson.say(
    en="""
    ## 3. Hyper-parameters by chance

    **Parameters** (weights and biases) are learned by gradients; **hyper-parameters** are what
    somebody decides before.

    Learning rate, batch size, number of layers and units, weight decay: no gradient leads to these.
    **Random search** draws them at random, trains briefly, and keeps the best *on validation data*
    (never the test data). Learning rates are drawn on a logarithmic scale, since 0.001 and 0.01
    differ as much as 0.01 and 0.1. Random is better than a grid: each trial tries a new value of
    *every* setting.
    """,
    ko="""
    ## 3. 하이퍼파라미터의 무작위 탐색

    **매개변수**(가중치와 편향)는 기울기로 학습하는 값이고, **하이퍼파라미터**는 학습하기 전에
    사람이 정하는 값입니다.

    학습률, 배치 크기, 층 수, 뉴런 수, 가중치 감소 계수는 기울기로 찾을 수 없습니다. **무작위
    탐색**은 값을 무작위로 뽑아 짧게 학습하고, *검증 데이터에서* (시험 데이터가 아닙니다) 가장 좋은
    것을 고릅니다. 0.001과 0.01의 차이는 0.01과 0.1의 차이와 같으므로 학습률은 로그 스케일에서
    뽑습니다. 격자보다 무작위가 나은 까닭은 시도할 때마다 *모든* 설정이 새로운 값이 되기 때문입니다.
    """,
)

search_x, search_y = train_x[:800], train_y[:800]
valid_x, valid_y = train_x[800:], train_y[800:]


def short_training(lr, batch_size, layers, units, weight_decay):
    """The accuracy on the validation data after five epochs."""
    autograd.manual_seed(0)
    model = nn.models.MLP([64, *[units] * layers, 10])
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9, weight_decay=weight_decay)
    for _ in range(5):
        for start in range(0, len(search_x), batch_size):
            batch = slice(start, start + batch_size)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(search_x[batch]), search_y[batch]).backward()
            optimizer.step()
    return accuracy(model, valid_x, valid_y)


space = {
    "lr": log_uniform(1e-3, 1.0),
    "batch_size": [20, 50, 100],
    "layers": [1, 2],
    "units": [16, 32, 64],
    "weight_decay": log_uniform(1e-6, 1e-2),
}
found = random_search(short_training, space, trials=12, seed=0)
print(found)

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 4. Mistakes of every training loop

    * Forgot `backward()`: there are no gradients, so there is nothing to do, and `step()` says so.
    * `zero_grad()` *after* `backward()`: the same. The order is zero_grad, forward, backward, step.
    * The model in place of its parameters.
    * Forgot `zero_grad()`: nothing can warn you here, because adding gradients up is a feature (it
      makes one large batch of several small ones). The numbers tell: the gradient of w² at 1 is
      2, then 4, then 6.
    """,
    ko="""
    ## 4. 학습 루프의 흔한 실수

    * `backward()`를 잊은 경우: 기울기가 없으니 할 일이 없고, `step()`이 그렇다고 알려 줍니다.
    * `backward()` *다음에* `zero_grad()`를 부른 경우: 위와 같습니다. 순서는 zero_grad, 순전파,
      backward, step입니다.
    * 매개변수 대신 모델을 넘긴 경우.
    * `zero_grad()`를 잊은 경우: 기울기가 쌓이는 것은 원래의 기능이므로(작은 배치 여러 개를 큰 배치
      하나처럼 쓸 때) 아무도 경고할 수 없습니다. 대신 수를 보면 압니다. w²의 1에서의 기울기가 2,
      4, 6으로 커집니다.
    """,
)

w = Tensor(1.0, requires_grad=True, name="w")
optimizer = optim.SGD([w], lr=0.1)
with lesson.mistake(RuntimeError):
    loss = w * w
    optimizer.step()
with lesson.mistake(RuntimeError):
    loss = w * w
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
with lesson.mistake(TypeError):
    optim.SGD(model, lr=0.1)

piled_up = []
for _ in range(3):
    (w * w).backward()
    piled_up.append(w.grad.item())
lesson.show(
    en=f"gradient of w² at 1, without zero_grad(): {piled_up}",
    ko=f"zero_grad() 없이 w²의 1에서의 기울기: {piled_up}",
)

lesson.end(
    pytorch="""
    loader = torch.utils.data.DataLoader(dataset, batch_size=50, shuffle=True)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.01, eps=1e-6)
    for epoch in range(5):
        for x, t in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), t).backward()
            optimizer.step()
    """,
    en="""
    1. An iteration is one batch and one step; an epoch is all batches once.
    2. Small batches take many rough steps, and usually win.
    3. Hyper-parameters are chosen at random, on validation data, never on the test data.

    Read on: J. Bergstra, Y. Bengio, *Random search for hyper-parameter optimization* (2012); the
    lesson `overfitting`.
    """,
    ko="""
    1. 반복 한 번은 배치 하나와 갱신 한 번, 에폭 한 번은 모든 배치를 한 번씩입니다.
    2. 작은 배치는 거친 갱신을 여러 번 하고, 대개 그쪽이 이깁니다.
    3. 하이퍼파라미터는 무작위로, 검증 데이터에서 고릅니다. 시험 데이터는 쓰지 않습니다.

    더 읽을거리: J. Bergstra, Y. Bengio, *Random search for hyper-parameter optimization* (2012).
    강의 `overfitting`.
    """,
)
