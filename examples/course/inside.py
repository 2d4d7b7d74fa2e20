"""Inside a model in the middle of training: stop, look at everything, draw it, go on.

    python -m examples.course.inside --lang en

Read it top to bottom. The graph is built as the code runs (define by run), so every value is an
ordinary Python object at every moment.
"""

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from autograd import Tensor
from examples.course.lesson import Lesson
from nn.datasets import logic_gate

lesson = Lesson("inside", en="Inside a model in training", ko="학습 중인 모델의 속")
autograd.manual_seed(4)

lesson.begin(
    minutes=40,
    needs=("backpropagation",),
    en="""
    After this lesson you can

    - stop a training anywhere and look at weights, gradients and activations,
    - draw the graph of exactly this step, and change something in the middle,
    - find out why there is no gradient, and where a NaN was born.

    The loss is nan. Somewhere in a thousand operations a number went wrong, and everything behind
    it is lost. In the first frameworks the graph was built beforehand and ran elsewhere, and one
    could only stare at it. Where the graph is what the program just did, a debugger, a `print` and
    an `if` are all one needs.
    """,
    ko="""
    이 강의를 마치면

    - 학습을 아무 데서나 멈추고 가중치, 기울기, 활성화 값을 들여다볼 수 있습니다.
    - 바로 이 순간의 그래프를 그리고, 학습 도중에 무언가를 고칠 수 있습니다.
    - 왜 기울기가 없는지, NaN이 어디서 생겼는지 찾을 수 있습니다.

    손실이 nan입니다. 천 개의 연산 어딘가에서 수 하나가 잘못되었고, 그 뒤의 모든 것이 사라졌습니다.
    초기의 프레임워크에서는 그래프를 미리 만들어 다른 곳에서 실행했기 때문에 바라볼 수밖에
    없었습니다. 방금 실행한 코드가 곧 그래프라면 디버거와 `print`와 `if`로 충분합니다.
    """,
)

lesson.say(
    en="""
    ## 1. Stop in the middle

    Caffe reads the graph from a file, the first TensorFlow wanted it built before anything ran, and
    Keras hides it behind `fit`: a box. Here, as in PyTorch, the graph is what the lines just did,
    so a training loop can be stopped anywhere, with `if`, `print` or a debugger. Below, XOR is
    learned for 60 steps. Then we stop and look: every **weight**, every **gradient**, every
    **activation**.
    """,
    ko="""
    ## 1. 한가운데에서 멈추기

    Caffe는 그래프를 파일에서 읽고, 초기의 TensorFlow는 실행하기 전에 그래프를 다 만들어야 했고,
    Keras는 `fit` 뒤에 감춥니다. 속이 보이지 않는 상자입니다. 여기서는 PyTorch처럼 방금 실행한
    코드가 곧 그래프입니다. 그래서 `if`, `print`, 디버거로 학습을 아무 데서나 멈출 수
    있습니다. XOR을 60번 갱신하며 배우다가 멈추고 모든 **가중치**, 모든 **기울기**, 모든
    **활성화 값**을 들여다봅니다.
    """,
)

inputs, targets = logic_gate("xor")
x, t = Tensor(inputs, name="x"), Tensor(targets, name="t")
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
optimizer = nn.optim.SGD(model.parameters(), lr=0.5)


def step():
    """One step of training; returns the loss with its graph already walked back."""
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), t)
    loss.backward()
    return loss


losses = []
for _ in range(60):
    losses.append(step().item())
    optimizer.step()

loss = step()  # the 61st, not yet taken
lesson.show(en=f"step 61, loss {loss:.4f}", ko=f"61번째, 손실 {loss:.4f}")
for name, parameter in model.named_parameters():
    print(f"\n{name} {parameter.shape}")
    print(parameter.data.round(3))
    print("grad", np.array2string(parameter.grad.data.round(3), prefix="grad "))

seen = {}


def remember(layer, arguments, result):
    """A hook: called by a layer after its forward pass."""
    seen[layer] = result.detach().numpy()


handles = [layer.register_forward_hook(remember) for layer in model]
with autograd.no_grad():
    model(inputs)
for handle in handles:
    handle.remove()
hidden = seen[model[1]]
lesson.show(en="\nhidden units for the four inputs:", ko="\n입력 네 개에 대한 은닉 뉴런의 값:")
for row, label, values in zip(inputs, targets, hidden, strict=True):
    print(row, "->", label, values.round(3))

# ---------------------------------------------------------------------- the graph of this step

lesson.say(
    en="""
    ## 2. Draw this very step

    The graph of the step is there, with the numbers of this moment. As **neurons**, for the input
    (0, 1): activations in the circles, a weight and its gradient on every line, and what the next
    update will make of it. And as a **graph**: every operation of the whole batch.
    """,
    ko="""
    ## 2. 바로 이 순간을 그리기

    지금까지 계산한 그래프가 지금의 수와 함께 그대로 있습니다. 먼저 입력 (0, 1)에 대해 **뉴런**으로
    그립니다. 원 안에는 활성화 값, 선 위에는 가중치와 기울기, 그리고 다음 갱신 뒤의 값이 있습니다.
    다음은 배치 전체의 모든 연산을 나타낸 **계산 그래프**입니다.
    """,
)

model.zero_grad()
one = nn.functional.cross_entropy(model(Tensor(inputs[1:2], name="x")), targets[1:2])
one.name = "loss"
one.backward()
lesson.figure(
    "neurons",
    viz.draw(one, "neurons", lang=lesson.lang, learning_rate=0.5),
    en="The network on the input (0, 1), before and after one update",
    ko="입력 (0, 1)에 대한 신경망, 갱신하기 전과 후",
)

loss = step()
loss.name = "loss"
lesson.figure(
    "graph",
    viz.draw(loss, lang=lesson.lang, ratio=16 / 9),
    en="The 61st step, operation by operation",
    ko="61번째 갱신 직전의 모든 연산",
)
lesson.figure(
    "layers",
    viz.draw(loss, "modules", lang=lesson.lang),
    en="The same, layer by layer",
    ko="같은 것을 층 단위로",
)

lesson.say(
    en="""
    Values of more than 256 elements are let go as soon as nobody needs them, for memory's sake.
    Inside `with viz.record():` all are kept, and where in the program each operation was called.
    """,
    ko="""
    원소가 256개보다 많은 값은 메모리를 아끼려고 쓸 일이 끝나면 곧바로 버립니다.
    `with viz.record():` 안에서는 모두 보관하고, 연산마다 프로그램의 어느 줄에서 불렀는지도
    기억합니다.
    """,
)

wide = nn.Sequential(nn.Linear(2, 200), nn.ReLU(), nn.Linear(200, 2))
with viz.record():
    recorded = nn.functional.cross_entropy(wide(x), t)
    recorded.backward()
lesson.figure(
    "recorded",
    viz.draw(recorded, lang=lesson.lang),
    en="A wide network, recorded",
    ko="기록한 넓은 신경망",
)

# ---------------------------------------------------------------------- change something, go on

lesson.say(
    en="""
    ## 3. Change something, and go on

    What can be looked at can be changed: here the weights of one hidden unit are set to zero in the
    middle of training, and the network recovers. Every weight of the first layer, at every step:
    """,
    ko="""
    ## 3. 고치고 계속하기

    볼 수 있는 것은 고칠 수도 있습니다. 학습 도중에 은닉 뉴런 하나의 가중치를 0으로 바꾸어도
    신경망은 회복합니다. 첫 층의 모든 가중치를 갱신할 때마다 그린 그림입니다.
    """,
)

track = []
for number in range(300):
    if number == 100:
        with autograd.no_grad():
            model[0].weight[1] = 0.0
    losses.append(step().item())
    optimizer.step()
    track.append(model[0].weight.data.ravel().copy())
answers = model(inputs).argmax(axis=1)
figure = Figure((6.5, 3.6), layout="constrained")
axes = figure.subplots()
for number, path in enumerate(np.array(track).T):
    axes.plot(path, label=f"w{number // 2 + 1}{number % 2 + 1}")
axes.axvline(100, color="0.6", linestyle=":")
axes.set_xlabel(lesson.text(en="step", ko="갱신 횟수"))
axes.set_ylabel(lesson.text(en="weight", ko="가중치"))
axes.legend(frameon=False, ncols=3, fontsize=8)
lesson.figure(
    "weights",
    figure,
    en="Six weights; at the dotted line two of them are set to 0",
    ko="가중치 여섯 개, 점선에서 두 개를 0으로 바꿈",
)
print(f"{losses[60]:.3f} -> {losses[-1]:.3f}", answers.numpy())

# ---------------------------------------------------------------------- control flow

lesson.say(
    en="""
    ## 4. The graph follows your `if` and `while`

    Halve x until it is below 1: how often depends on x. So do the graph and the gradient, 1/2 for
    each turn of the loop.
    """,
    ko="""
    ## 4. `if`와 `while`을 따라가는 그래프

    x가 1보다 작아질 때까지 반으로 나눕니다. 몇 번 나눌지는 x에 달려 있습니다. 그래프도 기울기도
    마찬가지여서, 반복할 때마다 1/2이 곱해집니다.
    """,
)

lesson.predict(
    en="""
    Halve x until it is below 1. What is dy/dx at x = 1.5, and at x = 6?
    """,
    ko="""
    x가 1보다 작아질 때까지 반으로 나눕니다. x = 1.5와 x = 6에서 dy/dx는 각각 얼마일까요?
    """,
)

slopes = {}
for start in (1.5, 6.0):
    number = Tensor(start, requires_grad=True, name="x")
    y, turns = number, 0
    while y >= 1:  # ordinary Python, decided by the value
        y, turns = y / 2, turns + 1
        y.name = f"x / {2**turns}"
    y.backward()
    slopes[start] = number.grad.item()
    print(f"x = {start}: y = {y.item()}, dy/dx = {slopes[start]}")
    lesson.figure(
        f"loop_{start:g}".replace(".", "_"),
        viz.draw(y, "dlfs", lang=lesson.lang),
        en="The loop as it ran this time",
        ko="이번에 실행된 반복문",
    )

# ---------------------------------------------------------------------- hooks

lesson.say(
    en="""
    ## 5. Hooks on gradients

    A hook on a Tensor is called when its gradient is complete. It may look at it, or return
    another: here one prints, and one clips to [-1, 1], as is done against exploding gradients. The
    gradient of Σ z² at (1, 10) would be (2, 20).
    """,
    ko="""
    ## 5. 기울기에 거는 훅

    Tensor에 건 훅은 기울기가 다 모였을 때 불립니다. 보기만 해도 되고, 다른 값을 돌려주어도 됩니다.
    하나는 출력하고, 하나는 기울기 폭발을 막을 때처럼 [-1, 1]로 자릅니다. (1, 10)에서 Σ z²의
    기울기는 원래 (2, 20)입니다.
    """,
)

z = Tensor([1.0, 10.0], requires_grad=True)
square = z * z
remove_print = square.register_hook(lambda gradient: print("d/d(z²) =", gradient.data))
remove_clip = z.register_hook(lambda gradient: gradient.clip(-1, 1))
square.sum().backward()
print("d/dz =", z.grad.data)
clipped = z.grad.data
remove_print()
remove_clip()

# ---------------------------------------------------------------------- explain

lesson.say(
    en="""
    ## 6. Why is there no gradient?

    `None` where a gradient was expected has few causes. `autograd.explain` names the one at hand.
    """,
    ko="""
    ## 6. 왜 기울기가 없을까?

    기울기가 있어야 할 곳에 `None`이 있는 까닭은 몇 가지뿐입니다. `autograd.explain`이 그중 어느
    것인지 알려 줍니다.
    """,
)

w = Tensor([1.0, 2.0], requires_grad=True, name="w")
doubled = w * 2
total = doubled.sum()
total.backward()
severed = (doubled.detach() * 3).sum()
with autograd.no_grad():
    unrecorded = w * 2
v = Tensor([1.0, 1.0], requires_grad=True, name="v")
mixed = (unrecorded * v).sum()
mixed.backward()
w.grad = None
reasons = [
    autograd.explain(Tensor([1, 2])),  # whole numbers
    autograd.explain(Tensor([1.0, 2.0])),  # requires_grad was forgotten
    autograd.explain(v * 1.0),  # backward was forgotten
    autograd.explain(doubled, total),  # a result in the middle
    autograd.explain(w, severed),  # cut by detach
    autograd.explain(w, mixed),  # cut by no_grad
]
print(*reasons, sep="\n\n")

# ---------------------------------------------------------------------- NaN

lesson.say(
    en="""
    ## 7. Where does the NaN come from?

    The loss is nan. It was born somewhere, hundreds of operations ago, and has eaten everything
    since. Inside `detect_anomaly()` the operation that produces the first NaN or infinity raises,
    with the line that called it. Here a cross-entropy written by hand: one would suspect the
    logarithm, but it was exp(1000). Then the slope of a square root at 0, which only the backward
    pass meets.
    """,
    ko="""
    ## 7. NaN은 어디에서 왔을까?

    손실이 nan입니다. 수백 개의 연산 전 어딘가에서 생겨나 그 뒤의 모든 값을 삼켰습니다.
    `detect_anomaly()` 안에서는 첫 NaN이나 무한대를 만든 연산이 자신을 부른 줄과 함께 오류를 냅니다.
    먼저 손으로 쓴 교차 엔트로피입니다. 로그를 의심하기 쉽지만 범인은 exp(1000)입니다. 다음은
    역전파에서야 드러나는, 0에서의 제곱근의 기울기입니다.
    """,
)

scores = Tensor([[1000.0, 0.0]], requires_grad=True, name="scores")


def cross_entropy(scores, label):
    """As the formula says it, and wrong for large scores."""
    powers = autograd.exp(scores)
    return -autograd.log(powers[0, label] / powers.sum())


with np.errstate(all="ignore"):
    bad_loss = cross_entropy(scores, 0).item()
print("cross_entropy =", bad_loss)
with lesson.mistake(FloatingPointError), autograd.detect_anomaly():
    cross_entropy(scores, 0)
good_loss = nn.functional.cross_entropy(scores, [0])  # subtracts the largest score first
print("nn.functional.cross_entropy =", good_loss.item())

distance = Tensor([3.0, 0.0], requires_grad=True)
with lesson.mistake(FloatingPointError), autograd.detect_anomaly():
    autograd.sqrt(distance).sum().backward()

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 8. Mistakes, and what they say

    Printing through NumPy; changing a weight while the graph is recorded; a value changed between
    forward and backward: the error names the line that changed it.
    """,
    ko="""
    ## 8. 흔한 실수와 오류 메시지

    NumPy로 꺼내 출력하기, 그래프를 기록하는 동안 가중치를 바꾸기, 순전파와 역전파 사이에 값을
    바꾸기. 마지막 오류는 값을 바꾼 줄을 알려 줍니다.
    """,
)

with lesson.mistake(TypeError):
    print(model[0].weight.numpy())
with lesson.mistake(RuntimeError):
    model[0].weight[0] = 0.0
with lesson.mistake(RuntimeError):
    loss = nn.functional.cross_entropy(model(inputs), targets)
    model[2].weight.data *= 0.5
    loss.backward()

lesson.end(
    pytorch="""
    loss.backward()
    for name, parameter in model.named_parameters():
        print(name, parameter.grad.norm())
    handle = layer.register_forward_hook(lambda module, args, out: print(out.mean()))
    with torch.autograd.detect_anomaly():
        loss.backward()
    """,
    en="""
    1. The graph is what just ran, so training can be stopped and changed anywhere.
    2. Hooks look at what layers give and at gradients as they arrive, and may change them.
    3. `explain` names why a gradient is missing, `detect_anomaly` where a NaN began.

    Read on: the guide to drawing, `docs/drawing.md`; the engine from the inside, `docs/engine.md`.
    """,
    ko="""
    1. 방금 실행한 것이 그래프이므로 학습을 아무 데서나 멈추고 고칠 수 있습니다.
    2. 훅은 층의 출력과 도착하는 기울기를 들여다보고 바꿀 수 있습니다.
    3. `explain`은 기울기가 없는 까닭을, `detect_anomaly`는 NaN이 시작된 곳을 알려 줍니다.

    더 읽을거리: 그리기 안내 `docs/drawing.md`, 엔진의 속 `docs/engine.md`.
    """,
)
