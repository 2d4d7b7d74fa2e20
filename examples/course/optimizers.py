"""Optimizers: what is done with the gradient once it is there.

    python -m examples.course.optimizers --lang en

Read it top to bottom. Each optimizer is five lines as the textbooks print it, and is then held to
the library's.
"""

import numpy as np
from matplotlib.figure import Figure

import autograd
from autograd import Tensor
from examples.course.lesson import Lesson
from nn import optim
from nn.train.plots import optimizer_paths

lesson = Lesson("optimizers", en="Optimizers", ko="옵티마이저")
autograd.manual_seed(0)

lesson.begin(
    minutes=40,
    needs=("backpropagation",),
    en="""
    After this lesson you can

    - write SGD, momentum, Nesterov, AdaGrad, RMSProp and Adam in a few lines each,
    - say what each does in a valley, at a saddle point and in a local minimum,
    - tell a learning rate that is too large from one that is too small.

    You stand on a mountain in thick fog and want to go down. You feel the slope under your feet,
    nothing more. A step downhill, again, again: that is gradient descent. In a narrow valley you
    will zigzag from wall to wall. A ball would roll through. Someone who shortens the steps on
    steep ground and lengthens them on flat ground would come down in a straight line. Six ways to
    walk, in five lines each.
    """,
    ko="""
    이 강의를 마치면

    - SGD, 모멘텀, 네스테로프, AdaGrad, RMSProp, Adam을 각각 몇 줄로 쓸 수 있습니다.
    - 골짜기, 안장점, 극소점에서 각 옵티마이저가 어떻게 움직이는지 설명할 수 있습니다.
    - 학습률이 너무 큰지 너무 작은지 알아볼 수 있습니다.

    짙은 안개 속의 산에서 내려가려고 합니다. 느낄 수 있는 것은 발밑의 기울기뿐입니다. 아래쪽으로 한
    발, 또 한 발. 이것이 경사 하강법입니다. 좁은 골짜기에서는 벽에서 벽으로 지그재그로 움직이게
    됩니다. 공이라면 굴러서 지나갈 것입니다. 가파른 곳에서는 보폭을 줄이고 평평한 곳에서는 늘리는
    사람은 곧게 내려갈 것입니다. 내려가는 방법 여섯 가지를 다섯 줄씩 써 봅니다.
    """,
)

lesson.say(
    en="""
    ## 1. Five lines each

    Backpropagation gives the gradient g: the direction in which the loss *grows*. An optimizer
    decides how far to go the other way. η (eta) is the **learning rate**.

    | optimizer | rule | idea |
    |---|---|---|
    | SGD | $w ← w - η g$ | downhill |
    | momentum | $v ← γ v + η g; w ← w - v$ | a ball that keeps rolling |
    | Nesterov | the same, with the gradient from where the ball will be | look before you roll |
    | AdaGrad | $G ← G + g²$; $w ← w - η g / √(G + ε)$ | steep directions slow down |
    | RMSProp | $G ← γ G + (1 - γ) g²$; then as AdaGrad | ... and forget old slopes |
    | Adam | $m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²$; $w ← w - η m / √(v + ε)$ | both |

    This is how most courses print them: ε stands inside the root, and Adam has no bias correction.
    """,
    ko="""
    ## 1. 옵티마이저는 다섯 줄

    오차역전파로 얻는 기울기 g는 손실이 *커지는* 방향입니다. 그 반대 방향으로 얼마나 갈지를
    옵티마이저가 정합니다. η(에타)는 **학습률**입니다.

    | 옵티마이저 | 갱신 규칙 | 아이디어 |
    |---|---|---|
    | SGD | $w ← w - η g$ | 내리막길로 |
    | 모멘텀 | $v ← γ v + η g; w ← w - v$ | 계속 굴러가는 공 |
    | 네스테로프 | 위와 같되 공이 도착할 곳의 기울기를 사용 | 굴러가기 전에 앞을 본다 |
    | AdaGrad | $G ← G + g²$; $w ← w - η g / √(G + ε)$ | 가파른 방향은 천천히 |
    | RMSProp | $G ← γ G + (1 - γ) g²$; 나머지는 AdaGrad와 같음 | 오래된 기울기는 잊는다 |
    | Adam | $m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²$; $w ← w - η m / √(v + ε)$ | 둘 다 |

    대부분의 강의 자료에 인쇄된 식입니다. ε이 제곱근 안에 있고, Adam에 편향 보정이 없습니다.
    """,
)


class SGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, w, g):
        return w - self.lr * g


class Momentum:
    def __init__(self, lr, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, 0.0

    def update(self, w, g):
        self.v = self.gamma * self.v + self.lr * g
        return w - self.v


class Nesterov(Momentum):
    def update(self, w, g):  # w is where the ball will be: the look ahead is built in
        self.v = self.gamma * self.v + self.lr * g
        return w - self.gamma * self.v - self.lr * g


class AdaGrad:
    def __init__(self, lr, eps=1e-6):
        self.lr, self.eps, self.G = lr, eps, 0.0

    def update(self, w, g):
        self.G = self.G + g**2
        return w - self.lr * g / np.sqrt(self.G + self.eps)


class RMSProp(AdaGrad):
    def __init__(self, lr, gamma=0.9, eps=1e-8):
        super().__init__(lr, eps)
        self.gamma = gamma

    def update(self, w, g):
        self.G = self.gamma * self.G + (1 - self.gamma) * g**2
        return w - self.lr * g / np.sqrt(self.G + self.eps)


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0

    def update(self, w, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        return w - self.lr * self.m / np.sqrt(self.v + self.eps)


# ---------------------------------------------------------------------- the same as the library's?

lesson.say(
    en="""
    ## 2. The same as the library's?

    Every optimizer walks 30 steps down the valley $x²/20 + y²$ from (-7, 2), ours and the one of
    `nn.optim`, from the same start at the same rate. The table tells how far apart they end.

    * SGD, momentum and Nesterov: the same numbers. (The library keeps v without η: $v ← γ v + g$
      and $w ← w - η v$. While η is constant that is the same path.)
    * AdaGrad and RMSProp differ by a hair: the table has **ε inside the root**, $√(G + ε)$, the
      library outside, $√G + ε$. It matters only where gradients are tiny.
    * Adam differs a lot at first: m and v start from 0 and are too small, and the table leaves out
      the **bias correction** $m / (1 - β₁ᵗ), v / (1 - β₂ᵗ)$. Without it the first step is
      $(1 - β₁) / √(1 - β₂) = 0.1 / √0.001 ≈ 3.2$ times η; with it, it is η. Put the correction in,
      and the two agree. (The book *Deep Learning from Scratch* corrects η in place of m and v,
      so that its ε comes before the correction: the same but for that.)
    """,
    ko="""
    ## 2. 라이브러리와 같은가?

    위에서 쓴 옵티마이저와 `nn.optim`의 옵티마이저가 같은 출발점 (-7, 2)에서 같은 학습률로
    골짜기 $x²/20 + y²$를 30번 갱신하며 내려갑니다. 표는 도착한 두 점이 얼마나 떨어져 있는지 보여
    줍니다.

    * SGD, 모멘텀, 네스테로프는 값이 같습니다. (라이브러리는 v에 η를 넣지 않고 $v ← γ v + g$,
      $w ← w - η v$로 씁니다. η가 일정하면 같은 경로입니다.)
    * AdaGrad와 RMSProp은 아주 조금 다릅니다. 위의 표는 **ε을 제곱근 안에** 넣어 $√(G + ε)$으로,
      라이브러리는 밖에 두어 $√G + ε$으로 씁니다. 기울기가 아주 작을 때만 차이가 납니다.
    * Adam은 처음에 크게 다릅니다. m과 v는 0에서 출발해 너무 작은데, 위의 표에는
      **편향 보정** $m / (1 - β₁ᵗ), v / (1 - β₂ᵗ)$가 빠져 있습니다. 보정이 없으면 첫 갱신이 η의
      $(1 - β₁) / √(1 - β₂) = 0.1 / √0.001 ≈ 3.2$배이고, 보정하면 η입니다. 보정을 넣으면 둘이
      일치합니다. (책 *밑바닥부터 시작하는 딥러닝*은 m과 v 대신 η를 보정하므로 ε이 보정보다 먼저
      더해집니다. 그것만 다릅니다.)
    """,
)


def valley(x, y):
    """The book's valley: twenty times as steep across as along."""
    return x**2 / 20 + y**2


def walk(rule, function=valley, start=(-7.0, 2.0), steps=30):
    """The places that an optimizer of ours passes, (steps + 1, 2)."""
    w = Tensor(start, requires_grad=True)
    path = [w.data.copy()]
    for _ in range(steps):
        w.grad = None
        function(w[0], w[1]).backward()
        w.data = rule.update(w.data, w.grad.data)
        path.append(w.data.copy())
    return np.array(path)


def walk_of(make, function=valley, start=(-7.0, 2.0), steps=30):
    """The same for one of the library's; `make` makes it of the parameters."""
    w = Tensor(start, requires_grad=True)
    optimizer = make([w])
    path = [w.data.copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        function(w[0], w[1]).backward()
        optimizer.step()
        path.append(w.data.copy())
    return np.array(path)


class CorrectedAdam(Adam):
    """Adam as its paper has it: both means divided by what they lack, and ε outside the root."""

    t = 0

    def update(self, w, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1**self.t), self.v / (1 - self.beta2**self.t)
        return w - self.lr * m / (np.sqrt(v) + self.eps)


pairs = {
    "SGD": (SGD(0.95), lambda w: optim.SGD(w, lr=0.95)),
    "Momentum": (Momentum(0.1), lambda w: optim.SGD(w, lr=0.1, momentum=0.9)),
    "Nesterov": (Nesterov(0.1), lambda w: optim.SGD(w, lr=0.1, momentum=0.9, nesterov=True)),
    "AdaGrad": (AdaGrad(1.5), lambda w: optim.Adagrad(w, lr=1.5, eps=1e-6)),
    "RMSProp": (RMSProp(0.1), lambda w: optim.RMSprop(w, lr=0.1, alpha=0.9)),
    "Adam": (Adam(0.3), lambda w: optim.Adam(w, lr=0.3)),
    "Adam, corrected": (CorrectedAdam(0.3), lambda w: optim.Adam(w, lr=0.3)),
}
paths, distances = {}, {}
for name, (ours, library) in pairs.items():
    paths[name], theirs = walk(ours), walk_of(library)
    distances[name] = np.linalg.norm(paths[name] - theirs, axis=1)
    lesson.show(
        en=f"{name:16} ends {distances[name][-1]:.0e} from the library's",
        ko=f"{name:16} 라이브러리와의 거리 {distances[name][-1]:.0e}",
    )

first_adam_step = np.abs(paths["Adam"][1] - paths["Adam"][0])
print(f"(1 - β₁) / √(1 - β₂) = {0.1 / np.sqrt(0.001):.2f};  {first_adam_step / 0.3}")

# ---------------------------------------------------------------------- the book's figure

lesson.say(
    en="""
    ## 3. The picture of the book

    The same valley, from (-7, 2), 30 steps: SGD at 0.95 zigzags across; momentum at 0.1 swings
    through; AdaGrad at 1.5 and Adam at 0.3 go to the bottom more directly. The minimum is (0, 0).
    """,
    ko="""
    ## 3. 책의 그림

    같은 골짜기를 (-7, 2)에서 30번 갱신하며 내려갑니다. 학습률 0.95의 SGD는 지그재그로 움직이고,
    0.1의 모멘텀은 공처럼 휘며 지나갑니다. 1.5의 AdaGrad와 0.3의 Adam은 더 곧게 내려갑니다.
    최솟값은 (0, 0)에 있습니다.
    """,
)

book = {
    "SGD (0.95)": lambda w: optim.SGD(w, lr=0.95),
    "Momentum (0.1)": lambda w: optim.SGD(w, lr=0.1, momentum=0.9),
    "AdaGrad (1.5)": lambda w: optim.Adagrad(w, lr=1.5),
    "Adam (0.3)": lambda w: optim.Adam(w, lr=0.3),
}
extent = (-10.0, 10.0, -10.0, 10.0)
lesson.figure(
    "valley",
    optimizer_paths(valley, book, (-7.0, 2.0), extent=extent),
    en="Four paths over x²/20 + y²",
    ko="x²/20 + y² 위의 네 경로",
)
ends = {name: walk_of(make)[-1] for name, make in book.items()}
for name, (x, y) in ends.items():
    print(f"{name:16} x = {x:7.4f}, y = {y:7.4f}")

# ---------------------------------------------------------------------- other landscapes

lesson.say(
    en="""
    ## 4. Valley, bowl, saddle, local minimum

    * **Bowl**: convex (every chord lies above the graph), equally steep everywhere. Everyone
      arrives.
    * **Saddle** $x² - y² + y⁴/4$: the slope across is almost 0 at the start, so SGD waits long at
      the saddle; the adaptive ones divide by that small slope and are soon gone. The first table
      tells after how many steps |y| > 1.
    * **Local minimum**: SGD stays in the first hollow. The momentum of the ball carries it through
      to the deeper one. That is luck, not a law. The second table tells where each one ends.
    """,
    ko="""
    ## 4. 골짜기, 그릇, 안장점, 극소점

    * **그릇**: 볼록하고(두 점을 이은 선분이 그래프보다 위에 있습니다) 어느 쪽으로나 똑같이
      가파릅니다. 모두 도착합니다.
    * **안장점** $x² - y² + y⁴/4$: 출발점에서 y 방향 기울기가 거의 0이라 SGD는 안장점에 오래
      머뭅니다. 적응형 옵티마이저는 그 작은 기울기로 나누므로 금방 벗어납니다. 첫째 표는 |y| > 1이
      되기까지 몇 번 갱신했는지 보여 줍니다.
    * **극소점(지역 최솟값)**: SGD는 첫 번째 웅덩이에 머뭅니다. 모멘텀은 공의 관성으로 더 깊은
      웅덩이까지 굴러갑니다. 법칙이 아니라 운입니다. 둘째 표는 각자 도착한 곳입니다.
    """,
)


def bowl(x, y):
    """Convex: one minimum, the same slope in every direction."""
    return x**2 + y**2


def lies_below_its_chords(land, tries=200):
    """Whether t f(p) + (1 - t) f(q) >= f(t p + (1 - t) q) at random p, q and t."""
    random = np.random.default_rng(0)
    p, q, t = (
        random.uniform(-2, 2, (2, tries)),
        random.uniform(-2, 2, (2, tries)),
        random.uniform(size=tries),
    )
    chord = t * land(*p) + (1 - t) * land(*q)
    return bool((chord >= land(*(t * p + (1 - t) * q)) - 1e-12).all())


def saddle(x, y):
    """Up along x, down along y; minima at y = ±√2."""
    return x**2 - y**2 + y**4 / 4


def hollows(x, y):
    """A shallow hollow on the way to a deeper one."""
    return (x**2 - 1) ** 2 / 2 - x / 5 + y**2


walkers = {
    "SGD": (lambda: SGD(0.05), "C0"),
    "Momentum": (lambda: Momentum(0.05, 0.85), "C1"),
    "AdaGrad": (lambda: AdaGrad(0.4), "C2"),
    "RMSProp": (lambda: RMSProp(0.05), "C4"),
    "Adam": (lambda: CorrectedAdam(0.15), "C3"),
}
lands = {
    lesson.text(en="valley", ko="골짜기"): (valley, (-7.0, 2.0), (-8, 8, -4, 4)),
    lesson.text(en="bowl", ko="그릇"): (bowl, (-1.6, 1.2), (-2, 2, -2, 2)),
    lesson.text(en="saddle point", ko="안장점"): (saddle, (-1.5, 0.001), (-2, 2, -2, 2)),
    lesson.text(en="local minimum", ko="극소점"): (hollows, (-1.9, 0.8), (-2, 2, -1.5, 1.5)),
}
figure = Figure((9, 7), layout="constrained")
walked = {}
for axes, (title, (land, start, (left, right, bottom, top))) in zip(
    figure.subplots(2, 2).flat, lands.items(), strict=True
):
    across, up = np.meshgrid(np.linspace(left, right, 150), np.linspace(bottom, top, 150))
    axes.contour(
        across, up, land(Tensor(across), Tensor(up)).data, 25, colors="0.8", linewidths=0.7
    )
    for name, (make, colour) in walkers.items():
        path = walk(make(), land, start, steps=60)
        axes.plot(*path.T, ".-", color=colour, linewidth=1, markersize=3, label=name)
        walked[land.__name__, name] = path
    axes.plot(*start, "ks", markersize=4)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_title(title)
figure.axes[0].legend(frameon=False, fontsize=8)
lesson.figure(
    "landscapes",
    figure,
    en="Five optimizers on four landscapes, 60 steps each",
    ko="네 지형에서 다섯 옵티마이저가 60번 갱신한 경로",
)
convex = {land.__name__: lies_below_its_chords(land) for land in (valley, bowl, saddle, hollows)}
print("t f(p) + (1 - t) f(q) ≥ f(t p + (1 - t) q):", convex)
left_saddle, arrivals = {}, {}
for name in walkers:
    far = np.flatnonzero(np.abs(walked["saddle", name][:, 1]) > 1)
    left_saddle[name] = int(far[0]) if far.size else None
    arrivals[name] = walked["hollows", name][-1]
lesson.show(en="steps until it has left the saddle:", ko="안장점을 벗어날 때까지의 갱신 횟수:")
print(*(f"{name:9} {steps or '> 60'}" for name, steps in left_saddle.items()), sep="\n")
lesson.show(en="where it ends among the hollows:", ko="골짜기가 여럿일 때 도착한 곳:")
print(*(f"{name:9} x = {x:5.2f}, y = {y:5.2f}" for name, (x, y) in arrivals.items()), sep="\n")

# ---------------------------------------------------------------------- the learning rate

lesson.say(
    en="""
    ## 5. Too small, right, too large

    On $f(w) = w²$ the step is $w ← w - η · 2w = (1 - 2η) w$. So 0.01 creeps, 0.3 arrives, 0.95
    jumps from side to side but shrinks, and beyond η = 1 every step makes it **worse**. If your
    loss grows, or becomes nan: a smaller learning rate is the first thing to try.
    """,
    ko="""
    ## 5. 너무 작은, 알맞은, 너무 큰 학습률

    $f(w) = w²$에서는 갱신이 $w ← w - η · 2w = (1 - 2η) w$입니다. 그래서 0.01은 기어가고, 0.3은
    도착하고, 0.95는 좌우로 튀면서 줄어들고, η가 1을 넘으면 갱신할수록 오히려 **나빠집니다**.
    손실이 커지거나 nan이 되면 학습률부터 줄여 보세요.
    """,
)

lesson.predict(
    en="""
    $f(w) = w²$, from w = 1, 30 steps. What becomes of w at η = 0.01, 0.3, 0.95 and 1.05?
    """,
    ko="""
    $f(w) = w²$, w = 1에서 시작해 30번 갱신합니다. η가 0.01, 0.3, 0.95, 1.05일 때 w는 각각 어떻게
    될까요?
    """,
)

figure = Figure((6, 3.6), layout="constrained")
axes = figure.subplots()
final = {}
for rate in (0.01, 0.3, 0.95, 1.05):
    w, losses = 1.0, []
    for _ in range(30):
        losses.append(w**2)
        w = SGD(rate).update(w, 2 * w)
    axes.semilogy(losses, ".-", label=f"η = {rate}")
    final[rate] = w
    print(f"η = {rate:4}: w = {w:.2e}")
axes.legend(frameon=False)
axes.set_xlabel(lesson.text(en="step", ko="갱신 횟수"))
axes.set_ylabel(lesson.text(en="loss", ko="손실"))
lesson.figure(
    "learning_rates",
    figure,
    en="The loss at four learning rates",
    ko="네 가지 학습률에서의 손실",
)

lesson.end(
    pytorch="""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    for x, t in batches:
        optimizer.zero_grad()
        loss_of(model(x), t).backward()
        optimizer.step()
    """,
    en="""
    1. The gradient points uphill; an optimizer decides how far to go the other way.
    2. Momentum remembers directions, AdaGrad and RMSProp remember sizes, Adam both.
    3. If the loss grows, the learning rate is too large; if it creeps, too small.

    Read on: D. Kingma, J. Ba, *Adam* (2015); S. Ruder, *An overview of gradient descent* (2016);
    the lesson `training`.
    """,
    ko="""
    1. 기울기는 오르막을 가리킵니다. 반대쪽으로 얼마나 갈지는 옵티마이저가 정합니다.
    2. 모멘텀은 방향을, AdaGrad와 RMSProp은 크기를, Adam은 둘 다 기억합니다.
    3. 손실이 커지면 학습률이 너무 크고, 기어가면 너무 작습니다.

    더 읽을거리: D. Kingma, J. Ba, *Adam* (2015). S. Ruder, *An overview of gradient descent*
    (2016). 강의 `training`.
    """,
)
