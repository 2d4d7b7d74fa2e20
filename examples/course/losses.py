"""Lesson C: loss functions, in every form that courses write them, and penalties on the weights."""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from examples.course.lesson import Lesson

lesson = Lesson("losses", en="Loss functions", ko="손실 함수")

lesson.begin(
    minutes=35,
    needs=("activations",),
    en="""
    After this lesson you can

    - choose a loss for numbers, for two classes and for many,
    - compute each by hand and know its gradient,
    - say why classification uses cross-entropy, and what a penalty on weights does.

    A network learns what its loss rewards, and nothing else. A team once trained a boat to win a
    race; it was paid for hitting targets on the way, and learned to circle in a harbour for ever,
    hitting the same three. The loss is where we say what we want, so it is worth getting right to
    the sign.
    """,
    ko="""
    이 강의를 마치면

    - 회귀, 두 클래스, 여러 클래스에 알맞은 손실 함수를 고를 수 있습니다.
    - 손실을 손으로 계산하고 그 기울기를 알 수 있습니다.
    - 분류에 교차 엔트로피를 쓰는 까닭과, 가중치에 벌점을 주면 어떻게 되는지 설명할 수 있습니다.

    신경망은 손실이 시키는 것만 배웁니다. 보트 경주에서 이기도록 학습한 프로그램이 있었습니다.
    도중에 있는 표적을 맞히면 점수를 주었더니, 항구에서 영원히 맴돌며 같은 표적 셋만 맞히는 법을
    배웠습니다. 손실은 우리가 무엇을 원하는지 말하는 곳이므로, 부호 하나까지 바르게 쓸 가치가
    있습니다.
    """,
)

lesson.say(
    en="""
    A **loss** says with one number how wrong the outputs are. Training makes it small, so it must
    have a gradient: accuracy has none, as it does not change until an answer flips.

    ## Losses of numbers (regression)

    y are the outputs, d the desired values, N the number of examples. Courses write the squared
    error in several forms. The first three differ by a factor only, and so do their gradients; the
    root has the units of y. The best weights are the same for all.

    | form | formula |
    |---|---|
    | mean squared error | $(1/N) Σ (y - d)²$ |
    | its half | $(1/2N) Σ (d - y)²$ |
    | sum of squared errors | $1/2 Σ (y - d)²$ |
    | root mean squared error | $√((1/N) Σ (y - d)²)$ |

    Two misprints that students copy: a minus sign before the mean squared error (then training
    would make errors *large*), and a sum of squares under the title "cross-entropy".
    """,
    ko="""
    **손실**은 출력이 얼마나 틀렸는지를 수 하나로 나타냅니다. 학습은 손실을 줄이는 일이므로 손실에는
    기울기가 있어야 합니다. 정확도는 답이 뒤집힐 때까지 변하지 않아서 기울기가 없습니다.

    ## 회귀의 손실

    y는 출력, d는 원하는 값, N은 데이터의 수입니다. 제곱 오차는 교재마다 다른 형태로 씁니다. 처음
    셋은 상수배만 다르고 기울기도 그렇습니다. 마지막 것의 단위는 y와 같습니다. 가장 좋은 가중치는
    모두 같습니다.

    | 형태 | 공식 |
    |---|---|
    | 평균 제곱 오차 | $(1/N) Σ (y - d)²$ |
    | 그 절반 | $(1/2N) Σ (d - y)²$ |
    | 오차제곱합 | $1/2 Σ (y - d)²$ |
    | 평균 제곱근 오차 | $√((1/N) Σ (y - d)²)$ |

    강의 자료에서 흔히 보이는 잘못이 두 가지 있습니다. 하나는 평균 제곱 오차 앞에 붙은 빼기
    부호이고(그러면 학습이 오차를 *키웁니다*), 다른 하나는 제곱의 합에 붙은 "교차 엔트로피"라는
    제목입니다.
    """,
)

outputs = autograd.tensor([0.5, 2.0, 3.5, 3.0], requires_grad=True, name="y")
d = np.array([1.0, 2.0, 3.0, 4.0])
mean_square = ((outputs - d) ** 2).mean()
half_mean_square = ((outputs - d) ** 2).sum() / (2 * len(d))
sum_of_squares = ((outputs - d) ** 2).sum() / 2
root_mean_square = autograd.sqrt(mean_square)
forms = {
    "(1/N) Σ (y - d)²": mean_square,
    "(1/2N) Σ (d - y)²": half_mean_square,
    "1/2 Σ (y - d)²": sum_of_squares,
    "√((1/N) Σ (y - d)²)": root_mean_square,
}
gradients = {}
for name, loss in forms.items():
    (gradients[name],) = autograd.grad(loss, outputs, retain_graph=True)
    print(f"{name:20} = {loss.item():.4f}   d/dy = {gradients[name].numpy().round(4)}")
print("nn.functional.mse_loss =", nn.functional.mse_loss(outputs, d).item())
marks = nn.functional.mse_loss(np.array([30.0, 80, 85]), np.array([90.0, 20, 95])).item()
lesson.show(
    en=f"marks 30, 80, 85 where 90, 20, 95 were right: {marks:.1f}",
    ko=f"정답이 90, 20, 95인데 30, 80, 85라고 예측한 점수: {marks:.1f}",
)

lesson.say(
    en="""
    ## Losses of probabilities (classification)

    **Binary cross-entropy** is for outputs p between 0 and 1, with labels t of 0 or 1:
    $-(1/N) Σ (t ln p + (1 - t) ln(1 - p))$. (The inner sign is often misprinted: with a minus
    between the two terms, a sure and wrong answer would be rewarded.)

    **Categorical cross-entropy** is for softmax and one-hot labels: $-(1/N) Σ Σ t ln p$. Only the
    probability of the right class counts.

    **Cross-entropy of two distributions** is the same without a label that is sure:
    $-Σ q ln p$. It is smallest, but not 0, where p = q.
    """,
    ko="""
    ## 분류의 손실

    **이진 교차 엔트로피**는 0과 1 사이의 출력 p와 0 또는 1인 레이블 t에 씁니다.
    $-(1/N) Σ (t ln p + (1 - t) ln(1 - p))$. (안쪽 부호가 잘못 인쇄된 강의 자료가 있습니다. 두 항
    사이가 빼기이면, 확신하면서 틀린 답의 손실이 오히려 작아집니다.)

    **범주형 교차 엔트로피**는 소프트맥스와 원-핫 레이블에 씁니다. $-(1/N) Σ Σ t ln p$. 정답
    클래스의 확률만 손실에 들어갑니다.

    **두 분포의 교차 엔트로피**도 같은 식이고, 레이블이 확실하지 않을 뿐입니다. $-Σ q ln p$. p =
    q일 때 가장 작지만 0은 아닙니다.
    """,
)

p = autograd.tensor([0.9, 0.2, 0.6], requires_grad=True, name="p")
t = np.array([1.0, 0.0, 1.0])
binary = -(t * autograd.log(p) + (1 - t) * autograd.log(1 - p)).mean()
library_binary = nn.functional.binary_cross_entropy(p, t)
lesson.show(
    en=f"binary cross-entropy {binary.item():.4f}, the library's {library_binary.item():.4f}",
    ko=f"이진 교차 엔트로피 {binary.item():.4f}, 라이브러리 값 {library_binary.item():.4f}",
)
three = nn.functional.binary_cross_entropy(np.array([0.1, 0.8, 0.6]), np.array([1.0, 0, 1])).item()
lesson.show(
    en=f"p = 0.1, 0.8, 0.6 for the labels 1, 0, 1: {three:.4f}",
    ko=f"레이블 1, 0, 1에 대한 p = 0.1, 0.8, 0.6: {three:.4f}",
)
sure_and_wrong = autograd.tensor([0.999])
misprinted = (autograd.log(1 - sure_and_wrong)).item()
printed_right = (-autograd.log(1 - sure_and_wrong)).item()
lesson.show(
    en=f"p = 0.999 where t = 0 costs {printed_right:.2f}; with the wrong sign {misprinted:.2f}",
    ko=f"t = 0인데 p = 0.999이면 손실은 {printed_right:.2f}, 잘못 인쇄된 부호로는 {misprinted:.2f}",
)

probabilities = autograd.tensor([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
one_hot = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
categorical = -(one_hot * autograd.log(probabilities)).sum(axis=1).mean()
lesson.show(
    en=f"categorical cross-entropy {categorical.item():.4f} = -(ln 0.7 + ln 0.3) / 2",
    ko=f"범주형 교차 엔트로피 {categorical.item():.4f} = -(ln 0.7 + ln 0.3) / 2",
)

q = np.array([0.5, 0.3, 0.2])
for guess in ([0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.1, 0.1, 0.8]):
    print(f"-Σ q ln p = {-(q * np.log(guess)).sum():.4f}   p = {guess}")

lesson.say(
    en="""
    ## From scores at once

    `nn.functional.cross_entropy` takes the scores *before* softmax (*logits*) and the **number** of
    the class. Softmax and logarithm in one step never overflow, and the gradient is simply
    $p - t$, probability minus one-hot label.
    """,
    ko="""
    ## 점수에서 바로

    `nn.functional.cross_entropy`에는 소프트맥스 *전*의 점수(*로짓*)와 클래스의 **번호**를 줍니다.
    소프트맥스와 로그를 한 번에 계산하면 값이 넘치지 않고, 기울기는 단순히 $p - t$, 곧 확률에서
    원-핫 레이블을 뺀 것입니다.
    """,
)

scores = autograd.tensor([[1.0, 1.0, 2.0]], requires_grad=True, name="scores")
loss = nn.functional.cross_entropy(scores, [2])
loss.name = "loss"
loss.backward()
print(f"loss = {loss.item():.4f} = -ln 0.5761")
print("p    =", autograd.softmax(scores.detach(), axis=1).numpy().round(4))
print("grad =", scores.grad.numpy().round(4))

# The same step by step, to be drawn.
x = autograd.tensor([1.0, 1.0, 2.0], requires_grad=True, name="x")
target = autograd.tensor([0.0, 0.0, 1.0], name="t")
y = autograd.softmax(x)
y.name = "y"
log_y = autograd.log(y)
log_y.name = "ln y"
products = target * log_y
products.name = "t ln y"
right_one = products.sum()
right_one.name = "Σ t ln y"
by_hand = -right_one
by_hand.name = "L"
by_hand.backward()
lesson.figure(
    "cross_entropy",
    viz.draw(by_hand, "dlfs", lang=lesson.lang),
    en="Softmax and cross-entropy: what comes back to the scores is y - t",
    ko="소프트맥스와 교차 엔트로피: 점수로 되돌아오는 것은 y - t입니다",
)

lesson.say(
    en="""
    ## Why not squared error for classes?

    Let a sigmoid be sure and wrong: the label is 1, its net input u is -6. Squared error hardly
    has a slope there, because the sigmoid is flat; cross-entropy has a slope of nearly -1 and pulls
    it back.
    """,
    ko="""
    ## 분류에 제곱 오차를 쓰지 않는 까닭

    시그모이드가 확신하면서 틀렸다고 합시다. 레이블은 1인데 선형결합 u가 -6입니다. 시그모이드가
    평평하기 때문에 제곱 오차에는 기울기가 거의 없습니다. 교차 엔트로피의 기울기는 거의 -1이어서 u를
    끌어올립니다.
    """,
)

lesson.predict(
    en="""
    The label is 1 and the net input is -6, so the sigmoid says 0.0025. How steep is the squared
    error there, and how steep is the cross-entropy?
    """,
    ko="""
    레이블은 1인데 선형결합이 -6이라 시그모이드의 출력은 0.0025입니다. 이곳에서 제곱 오차와 교차
    엔트로피의 기울기는 각각 얼마일까요?
    """,
)

u = autograd.tensor(np.linspace(-8, 8, 161), requires_grad=True)
square_loss = (autograd.sigmoid(u) - 1) ** 2
entropy_loss = -autograd.log(autograd.sigmoid(u))
(square_slope,) = autograd.grad(square_loss.sum(), u)
(entropy_slope,) = autograd.grad(entropy_loss.sum(), u)
at = int(np.argmin(abs(u.data + 6)))
slopes_at_minus_6 = square_slope.data[at], entropy_slope.data[at]
lesson.show(
    en="slope at u = -6: squared error {:.4f}, cross-entropy {:.4f}".format(*slopes_at_minus_6),
    ko="u = -6에서의 기울기: 제곱 오차 {:.4f}, 교차 엔트로피 {:.4f}".format(*slopes_at_minus_6),
)

comparison = Figure((9, 3.2), layout="constrained")
left, right = comparison.subplots(1, 2)
for axes, square, entropy in (
    (left, square_loss, entropy_loss),
    (right, square_slope, entropy_slope),
):
    square_name = lesson.text(en="squared error", ko="제곱 오차")
    entropy_name = lesson.text(en="cross-entropy", ko="교차 엔트로피")
    axes.plot(u.data, square.data, "--", color="C3", label=square_name)
    axes.plot(u.data, entropy.data, color="C0", label=entropy_name)
    axes.set_xlabel("u")
    axes.legend(frameon=False)
left.set_title(lesson.text(en="loss, label 1", ko="손실, 레이블 1"))
right.set_title(lesson.text(en="slope", ko="기울기"))
lesson.figure(
    "square_or_entropy",
    comparison,
    en="For a sigmoid with the label 1: where it is sure and wrong, only cross-entropy has a slope",
    ko="레이블이 1인 시그모이드: 확신하면서 틀린 곳에서는 교차 엔트로피에만 기울기가 있습니다",
)

lesson.say(
    en="""
    ## Penalties on large weights: L2 and L1

    **L2** (*weight decay*) adds $λ/2 ||w||²$ to the loss, whose gradient is $λ w$: every weight
    shrinks in proportion. **L1** adds $λ/2 |w|$ (or $λ |w|$), with the gradient $λ/2 sign(w)$:
    every weight shrinks by the same amount, and many become exactly 0.

    `weight_decay=λ` of an optimizer adds $λ w$ to the gradient: the same step as with the L2 term
    in the loss.
    """,
    ko="""
    ## 큰 가중치에 주는 벌: L2와 L1

    **L2**(*가중치 감소*)는 손실에 $λ/2 ||w||²$을 더합니다. 그 기울기는 $λ w$이므로 모든 가중치가
    그 크기에 비례해 줄어듭니다. **L1**은 $λ/2 |w|$(또는 $λ |w|$)를 더하고 기울기는 $λ/2
    sign(w)$입니다. 모든 가중치가 같은 양만큼 줄어들고, 많은 가중치가 정확히 0이 됩니다.

    옵티마이저의 `weight_decay=λ`는 기울기에 $λ w$를 더합니다. 갱신 결과는 손실에 L2 항을 더한 것과
    같습니다.
    """,
)

rate, strength = 0.1, 0.5
w = autograd.tensor([3.0, -4.0, 0.5], requires_grad=True, name="w")
l2 = strength / 2 * (w * w).sum()
l1 = strength / 2 * abs(w).sum()
(l2_gradient,) = autograd.grad(l2, w)
(l1_gradient,) = autograd.grad(l1, w)
print(f"L2 = {l2.item()}   d/dw = {l2_gradient.numpy()}")
print(f"L1 = {l1.item()}   d/dw = {l1_gradient.numpy()}")

with_term = autograd.tensor([3.0, -4.0, 0.5], requires_grad=True)
optimizer = nn.optim.SGD([with_term], lr=rate)
(with_term.sum() + strength / 2 * (with_term * with_term).sum()).backward()
optimizer.step()
with_decay = autograd.tensor([3.0, -4.0, 0.5], requires_grad=True)
optimizer = nn.optim.SGD([with_decay], lr=rate, weight_decay=strength)
with_decay.sum().backward()
optimizer.step()
print("L2 in the loss:", with_term.data, "  weight_decay:", with_decay.data)

lesson.say(
    en="""
    ## Mistakes that everybody makes once

    **(4, 1) against (4,).** NumPy would compare every output with every target, 16 pairs instead
    of 4, and training would look almost right. Here it is an error:
    """,
    ko="""
    ## 흔한 실수와 오류 메시지

    **(4, 1)과 (4,).** NumPy라면 모든 출력을 모든 타깃과 비교해 4쌍이 아니라 16쌍이 되고, 학습이
    거의 맞는 것처럼 보입니다. 여기서는 오류입니다.
    """,
)

column = autograd.tensor([[0.5], [2.0], [3.5], [3.0]], requires_grad=True)
silent = ((column.data - d) ** 2).mean()
print("NumPy:", silent, "shape", (column.data - d).shape)
with lesson.mistake(ValueError):
    nn.functional.mse_loss(column, d)

lesson.say(
    en="""
    **One-hot labels where class numbers are wanted**, and numbers of classes that do not exist:
    """,
    ko="""
    **클래스 번호가 필요한데 원-핫 레이블을 준 경우**, 그리고 없는 클래스의 번호를 준 경우:
    """,
)

with lesson.mistake(ValueError):
    nn.functional.cross_entropy(scores, [[0, 0, 1]])
with lesson.mistake(IndexError):
    nn.functional.cross_entropy(scores, [3])

lesson.say(
    en="""
    **Probabilities out of range.** `binary_cross_entropy` is for outputs of a sigmoid; scores go
    to `binary_cross_entropy_with_logits`:
    """,
    ko="""
    **범위를 벗어난 확률.** `binary_cross_entropy`에는 시그모이드의 출력을 줍니다. 점수는
    `binary_cross_entropy_with_logits`에 주세요.
    """,
)

with lesson.mistake(ValueError):
    nn.functional.binary_cross_entropy(autograd.tensor([1.5]), [1.0])

lesson.say(
    en="""
    **`backward()` of many numbers.** A gradient is of one number; take the mean or the sum first:
    """,
    ko="""
    **값이 여럿인 Tensor의 `backward()`.** 기울기는 수 하나에 대한 것입니다. 먼저 평균이나 합을
    구하세요.
    """,
)

with lesson.mistake(RuntimeError):
    ((outputs - d) ** 2).backward()

lesson.end(
    pytorch="""
    scores = torch.tensor([[1.0, 1.0, 2.0]], requires_grad=True)
    loss = nn.functional.cross_entropy(scores, torch.tensor([2]))
    loss.backward()
    print(loss.item(), scores.grad)            # 0.5514, softmax minus one-hot
    nn.functional.mse_loss(y, d)               # the mean; sum / N
    nn.functional.binary_cross_entropy(p, t)
    """,
    en="""
    1. Squared error is for numbers, cross-entropy for probabilities; their forms differ by
       factors.
    2. With softmax, cross-entropy has the gradient $p - t$: steep where the answer is sure and
       wrong.
    3. L2 shrinks weights in proportion, L1 by the same amount, many of them to 0.

    Read on: M. Nielsen, *Neural networks and deep learning*, chapter 3; the lesson `overfitting`.
    """,
    ko="""
    1. 제곱 오차는 수에, 교차 엔트로피는 확률에 씁니다. 여러 형태는 상수배만 다릅니다.
    2. 소프트맥스와 함께 쓰면 교차 엔트로피의 기울기는 $p - t$입니다. 확신하면서 틀린 곳에서
       가파릅니다.
    3. L2는 가중치를 비율대로, L1은 같은 양만큼 줄여 많은 가중치를 0으로 만듭니다.

    더 읽을거리: M. Nielsen, *Neural networks and deep learning*, 3장. 강의 `overfitting`.
    """,
)
