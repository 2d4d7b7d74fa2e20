"""Recurrent networks: memory, backpropagation through time, and a network that writes Korean.

    python -m examples.course.recurrent --lang en

Read it top to bottom, after the lessons `graphs` and `optimizers`.
"""

import math

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from autograd import Tensor
from examples.course.lesson import Lesson

lesson = Lesson("recurrent", en="Recurrent networks", ko="순환 신경망")
autograd.manual_seed(0)

lesson.begin(
    minutes=45,
    needs=("graphs", "optimizers"),
    en="""
    After this lesson you can

    - unroll a recurrent network and compute its gradients through time by hand,
    - say why an RNN forgets and what the gates of an LSTM do about it,
    - train a network that writes Korean sentences with the right particles.

    "나무는" or "나무은"? You did not have to think: the vowel at the end decides, and you have
    heard it a thousand times. Nobody tells our network the rule. It reads letter after letter,
    guesses the next one, is corrected, and after a few minutes of guessing it writes 책을 and
    편지를, always right.
    """,
    ko="""
    이 강의를 마치면

    - 순환 신경망을 펼치고 시간을 거슬러 가는 기울기를 손으로 계산할 수 있습니다.
    - RNN이 잊는 까닭과 LSTM의 게이트가 하는 일을 설명할 수 있습니다.
    - 조사를 맞게 쓰는 한국어 문장을 쓰도록 신경망을 학습할 수 있습니다.

    "나무는"일까요, "나무은"일까요? 생각할 필요도 없었을 것입니다. 받침이 정하고, 수없이 들어
    왔으니까요. 신경망에게는 아무도 이 규칙을 알려 주지 않습니다. 한 글자씩 읽고 다음 글자를 맞히며
    고쳐 나갈 뿐입니다. 그런데도 조금 지나면 책을, 편지를 하고 틀림없이 씁니다.
    """,
)

lesson.say(
    en="""
    ## 1. A network with a memory

    A sentence is read from left to right, and what was read before decides what a word means. A
    **recurrent network** (RNN) has a state `h` that it carries from step to step:

    $h_t = tanh(w x_t + v h_(t-1) + b)$

    The same three numbers `w`, `v`, `b` serve at every step. Unrolled over three steps it is an
    ordinary computation graph in which `v` is used three times; so, as at every branch, its
    gradient is the **sum over the steps**. That is all there is to *backpropagation through time*.
    """,
    ko="""
    ## 1. 기억이 있는 신경망

    문장은 왼쪽에서 오른쪽으로 읽고, 앞에서 읽은 내용이 단어의 뜻을 정합니다. **순환
    신경망**(RNN)에는 단계에서 단계로 이어지는 상태 `h`가 있습니다.

    $h_t = tanh(w x_t + v h_(t-1) + b)$

    모든 단계에서 같은 `w`, `v`, `b`를 씁니다. 세 단계를 펼치면 `v`를 세 번 쓰는 보통의 계산
    그래프가 됩니다. 그래서 여느 분기에서처럼 기울기는 **단계마다의 기울기를 더한 것**입니다.
    *시간을 거슬러 가는 오차역전파*는 이것이 전부입니다.
    """,
)

w = Tensor(0.5, requires_grad=True, name="w")
v = Tensor(0.8, requires_grad=True, name="v")
b = Tensor(0.1, requires_grad=True, name="b")
h = Tensor(0.0, name="h0")
for t, number in enumerate((1.0, -0.5, 2.0), start=1):
    h = autograd.tanh(w * Tensor(number, name=f"x{t}") + v * h + b)
    h.name = f"h{t}"
    print(f"h{t} = {h.item():.4f}")
h.backward()
print(f"dh3/dw = {w.grad.item():.4f}   dh3/dv = {v.grad.item():.4f}   dh3/db = {b.grad.item():.4f}")
lesson.figure(
    "unrolled",
    viz.draw(h, "cs231n", lang=lesson.lang, ratio=16 / 9),
    en="Three steps, unrolled: the gradients of w, v and b are sums over the steps",
    ko="세 단계로 펼친 그래프: w, v, b의 기울기는 단계마다의 기울기를 더한 것",
)

# By hand: what each step adds, last one first.
hs = [0.0]
for number in (1.0, -0.5, 2.0):
    hs.append(math.tanh(0.5 * number + 0.8 * hs[-1] + 0.1))
arriving, shares = 1.0, []
for t in (3, 2, 1):
    inner = arriving * (1 - hs[t] ** 2)
    shares.append(inner * hs[t - 1])  # d(v h)/dv is the state before
    arriving = inner * 0.8
by_hand = sum(shares)
print("dh3/dv =", " + ".join(f"{share:.4f}" for share in shares), f"= {by_hand:.4f}")

lesson.say(
    en="""
    ## 2. Why it forgets

    On its way back through one step a gradient is multiplied by $v (1 - h²)$. Over 50 steps that
    is a product of 50 such numbers: with `v` below 1 it **vanishes**, and even with a large `v`
    the factor $1 - h²$ of tanh makes it small where the state is saturated. So what happened long
    ago gets no gradient, and is not learned. (Without tanh, a `v` above 1 makes it **explode**.)
    """,
    ko="""
    ## 2. 잊어버리는 까닭

    기울기는 한 단계를 거슬러 갈 때마다 $v (1 - h²)$만큼 곱해집니다. 50단계면 그런 수를 50번 곱한
    것입니다. `v`가 1보다 작으면 **소실**되고, `v`가 커도 상태가 포화되면 tanh의 $1 - h²$이 작아서
    역시 작아집니다. 그래서 오래전 일은 기울기를 받지 못하고 학습되지 않습니다. (tanh가 없으면 1보다
    큰 `v`에서 **폭발**합니다.)
    """,
)


def reach_back(v, steps=50, squash=True):
    """How much of the gradient of the last state arrives at each state before it."""
    inputs = np.random.default_rng(0).normal(size=steps)
    state = Tensor(0.0, requires_grad=True)
    states = [state]
    for number in inputs:
        sum_ = 0.5 * number + v * states[-1]
        states.append(autograd.tanh(sum_) if squash else sum_)
    return [abs(each.item()) for each in autograd.grad(states[-1], states)]


lesson.predict(
    en="""
    The gradient of the state after 50 steps: what share of it reaches the first step at v = 0.5,
    at v = 1.5, and at v = 1.1 without tanh?
    """,
    ko="""
    50단계 뒤 상태의 기울기 가운데 얼마가 첫 단계에 도착할까요? v = 0.5, v = 1.5, 그리고 tanh 없이
    v = 1.1일 때를 예상해 보세요.
    """,
)

reach = {
    "v = 0.5": reach_back(0.5),
    "v = 0.9": reach_back(0.9),
    "v = 1.5": reach_back(1.5),
    lesson.text(en="v = 1.1, no tanh", ko="v = 1.1, tanh 없음"): reach_back(1.1, squash=False),
}
for name, sizes in reach.items():
    lesson.show(
        en=f"{name:18} 10 steps back {sizes[-11]:.1e}   50 steps back {sizes[0]:.1e}",
        ko=f"{name:18} 10단계 전 {sizes[-11]:.1e}   50단계 전 {sizes[0]:.1e}",
    )

lesson.say(
    en="""
    ## 3. LSTM: a path on which the gradient is added to, not multiplied away

    The **LSTM** has a second state, the cell `c`, and three **gates** between 0 and 1:

    | gate | formula | what it does |
    |---|---|---|
    | forget | $f = sigmoid(...)$ | how much of the old cell stays |
    | input | $i = sigmoid(...)$ | how much of the new proposal $g = tanh(...)$ goes in |
    | output | $o = sigmoid(...)$ | how much of the cell is shown |

    $c_t = f · c_(t-1) + i · g$, $h_t = o · tanh(c_t)$. On the way back along the cell there is one
    factor per step, `f`, and the network can learn to keep it near 1: the same idea as the skip
    path of ResNet. Here is what arrives 50 steps back, in an RNN and in an LSTM whose forget gates
    start open (bias 3).
    """,
    ko="""
    ## 3. LSTM: 기울기가 곱해져 사라지지 않는 길

    **LSTM**에는 두 번째 상태인 셀 `c`와, 0과 1 사이의 값을 가지는 **게이트** 셋이 있습니다.

    | 게이트 | 식 | 하는 일 |
    |---|---|---|
    | 망각 | $f = sigmoid(...)$ | 이전 셀을 얼마나 남길지 |
    | 입력 | $i = sigmoid(...)$ | 새 후보 $g = tanh(...)$를 얼마나 넣을지 |
    | 출력 | $o = sigmoid(...)$ | 셀을 얼마나 내보일지 |

    $c_t = f · c_(t-1) + i · g$, $h_t = o · tanh(c_t)$. 셀을 따라 거슬러 갈 때는 단계마다 `f`
    하나만 곱해지고, 신경망은 `f`를 1 가까이 유지하도록 학습할 수 있습니다. ResNet의 지름길과 같은
    생각입니다. 다음은 RNN과, 망각 게이트를 열어 놓고(편향 3) 시작한 LSTM에서 50단계 전까지
    도착하는 기울기입니다.
    """,
)


def reach_of(cell, steps=50):
    """The size of the gradient that arrives at the input of every step, first to last."""
    random = np.random.default_rng(0)
    inputs = [
        Tensor(random.normal(size=(1, 8)).astype("float32"), requires_grad=True)
        for _ in range(steps)
    ]
    state = None
    for each in inputs:
        state = cell(each, state)
    last = state[0] if isinstance(state, tuple) else state
    return [float(np.abs(g.data).sum()) for g in autograd.grad(last.sum(), inputs)]


autograd.manual_seed(0)
rnn_cell, lstm_cell = nn.RNNCell(8, 16), nn.LSTMCell(8, 16)
with autograd.no_grad():
    lstm_cell.bias_ih[16:32] = 3.0  # input, forget, cell, output: sixteen numbers each
cells = {"RNN": reach_of(rnn_cell), "LSTM": reach_of(lstm_cell)}
figure = Figure((7, 3.6), layout="constrained")
axes = figure.subplots()
for mark, (name, sizes) in zip(".s", cells.items(), strict=True):
    axes.semilogy(range(49, -1, -1), sizes, mark, linestyle="-", markersize=4, label=name)
axes.set_xlabel(lesson.text(en="steps back", ko="몇 단계 전의 입력인가"))
axes.set_ylabel(lesson.text(en="size of the gradient", ko="기울기의 크기"))
axes.legend(frameon=False)
lesson.figure(
    "long_memory",
    figure,
    en="What arrives of the last state's gradient at earlier inputs",
    ko="마지막 상태의 기울기가 앞선 입력에 도착하는 크기",
)
print(*(f"{name}: {sizes[0]:.1e}" for name, sizes in cells.items()), sep="   ")

lesson.say(
    en="""
    ## 4. A network that writes Korean

    Sentences come from a small grammar: somebody does something with something. Particles depend on
    the word before them (책**은** but 나무**는**, 물**을** but 차**를**), so there is something to
    remember. Reading character by character, the network guesses the next one; the loss is
    cross-entropy. In what it writes every particle should fit the letter before it: count how many
    do, before and after training.
    """,
    ko="""
    ## 4. 한국어를 쓰는 신경망

    누가 무엇을 한다는 작은 문법으로 문장을 만듭니다. 조사는 앞말의 받침에 따라 달라집니다(책**은**,
    나무**는**, 물**을**, 차**를**). 그래서 기억할 것이 있습니다. 신경망은 한 글자씩 읽으며 다음
    글자를 맞히고, 손실은 교차 엔트로피입니다. 신경망이 쓴 글에서 조사가 받침에 맞는지 학습 전과
    후에 세어 봅니다.
    """,
)

SUBJECTS = ("나", "학생", "선생님", "고양이", "동생", "친구")
ACTIONS = {"먹는다": ("밥", "사과", "빵"), "마신다": ("물", "우유", "차"), "읽는다": ("책", "편지")}


def with_particle(word, after_consonant, after_vowel):
    """The word with the form of a particle that fits its last letter."""
    closed = (ord(word[-1]) - ord("가")) % 28  # Unicode counts 28 final letters, the first is none
    return word + (after_consonant if closed else after_vowel)


def write_sentences(count, seed):
    """So many sentences as one text."""
    random = np.random.default_rng(seed)
    parts = []
    for _ in range(count):
        verb = random.choice(list(ACTIONS))
        subject, thing = random.choice(SUBJECTS), random.choice(ACTIONS[verb])
        who, what = with_particle(subject, "은", "는"), with_particle(thing, "을", "를")
        parts.append(f"{who} {what} {verb}. ")
    return "".join(parts)


text = write_sentences(500, seed=0)
characters = sorted(set(text))
numbers = {character: number for number, character in enumerate(characters)}
codes = np.array([numbers[each] for each in text])
rows = codes[: len(codes) // 16 * 16].reshape(16, -1)
lesson.show(
    en=f"{len(text)} characters, {len(characters)} different ones: {text[:30]}...",
    ko=f"글자 {len(text)}개, 서로 다른 글자 {len(characters)}개: {text[:30]}...",
)


def fitting(written):
    """The share of particles that fit the letter before them."""
    right = total = 0
    for before, particle, after in zip(written, written[1:], written[2:], strict=False):
        if particle in "은는을를" and after == " " and "가" <= before <= "힣":
            closed = (ord(before) - ord("가")) % 28 > 0
            right += closed == (particle in "은을")
            total += 1
    return right / max(total, 1)


def sample(model, count=300):
    """What a model writes."""
    return "".join(characters[n] for n in model.generate([numbers["나"]], count, seed=0))


autograd.manual_seed(0)
model = nn.models.CharLSTM(len(characters), hidden=48, layers=1)
before = sample(model)
optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
bits = []
for epoch in range(1, 7):
    state, losses = None, []
    for first in range(0, rows.shape[1] - 1, 24):
        window = rows[:, first : first + 25]
        optimizer.zero_grad()
        scores, state = model(window[:, :-1], state)
        state = tuple(each.detach() for each in state)  # remembered, not learned through
        loss = nn.functional.cross_entropy(
            scores.reshape(-1, len(characters)), window[:, 1:].reshape(-1)
        )
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    bits.append(np.mean(losses) / math.log(2))
    lesson.show(
        en=f"epoch {epoch}: {bits[-1]:.2f} bits per character",
        ko=f"에폭 {epoch}: 글자당 {bits[-1]:.2f}비트",
    )
after = sample(model)
fits = fitting(before), fitting(after)
lesson.show(en=f"before: {before[:40]}", ko=f"학습 전: {before[:40]}")
lesson.show(en=f"after:  {after[:40]}", ko=f"학습 후: {after[:40]}")
lesson.show(
    en=f"particles that fit: {fits[0]:.0%} before, {fits[1]:.0%} after",
    ko=f"받침에 맞는 조사: 학습 전 {fits[0]:.0%}, 학습 후 {fits[1]:.0%}",
)

lesson.say(
    en="""
    ## 5. Mistakes, and what they say

    * **The state is not detached.** The graph of the window before is spent; going on through it is
      an error. `detach()` remembers the numbers and lets the graph go.
    * **An LSTM returns two things**: the outputs, and the state. `nn.Sequential` would hand both to
      the next layer.
    * **Batch and time swapped.** `batch_first=True` says that the batch comes first.
    """,
    ko="""
    ## 5. 흔한 실수와 오류 메시지

    * **상태를 `detach()`하지 않은 경우.** 앞 창의 그래프는 이미 써 버렸으므로 그 너머로 이어서
      역전파할 수 없습니다. `detach()`는 값만 기억하고 그래프를 놓아줍니다.
    * **LSTM은 둘을 돌려줍니다.** 출력과 상태입니다. `nn.Sequential`은 둘을 모두 다음 층에 넘깁니다.
    * **배치와 시간이 바뀐 경우.** `batch_first=True`이면 배치가 먼저입니다.
    """,
)

state = None
with lesson.mistake(RuntimeError):
    for _ in range(2):
        scores, state = model(rows[:, :8], state)
        nn.functional.cross_entropy(
            scores.reshape(-1, len(characters)), rows[:, 1:9].reshape(-1)
        ).backward()
with lesson.mistake(TypeError):
    nn.Sequential(nn.LSTM(8, 16), nn.Linear(16, 2))(np.zeros((5, 3, 8), np.float32))
with lesson.mistake(ValueError):
    nn.LSTM(8, 16)(np.zeros((3, 5, 9), np.float32))

lesson.end(
    pytorch="""
    lstm = nn.LSTM(48, 48, batch_first=True)
    hidden, state = lstm(embedding(window[:, :-1]), state)
    state = tuple(each.detach() for each in state)
    loss = nn.functional.cross_entropy(out(hidden).flatten(0, 1), window[:, 1:].flatten())
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    """,
    en="""
    1. A recurrent network uses the same weights at every step; their gradient is the sum over the
       steps.
    2. Products over many steps vanish or explode; the LSTM's cell is a path with a gate in place
       of them.
    3. Between windows the state is remembered and detached.

    Read on: S. Hochreiter, J. Schmidhuber, *Long short-term memory* (1997); A. Karpathy, *The
    unreasonable effectiveness of recurrent neural networks* (2015); the lesson `attention`.
    """,
    ko="""
    1. 순환 신경망은 모든 단계에서 같은 가중치를 쓰고, 기울기는 단계마다의 합입니다.
    2. 여러 단계의 곱은 사라지거나 폭발합니다. LSTM의 셀은 곱 대신 게이트가 있는 길입니다.
    3. 창과 창 사이에서 상태는 값만 기억하고 `detach()`합니다.

    더 읽을거리: S. Hochreiter, J. Schmidhuber, *Long short-term memory* (1997). A. Karpathy, *The
    unreasonable effectiveness of recurrent neural networks* (2015). 강의 `attention`.
    """,
)
