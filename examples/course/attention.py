"""Attention: words that look at words, and a small GPT from the inside.

    python -m examples.course.attention --lang en

Read it top to bottom, after the lesson `recurrent`.
"""

import math

import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from autograd import Tensor
from examples.course.lesson import Lesson

lesson = Lesson("attention", en="Attention and a small GPT", ko="어텐션과 작은 GPT")
autograd.manual_seed(0)

lesson.begin(
    minutes=45,
    needs=("recurrent",),
    en="""
    After this lesson you can

    - compute attention by hand: scores, weights, and the mean of the values,
    - say what the causal mask and the vectors of the places are for,
    - train a small GPT and see where each character looks.

    "The animal did not cross the street because *it* was too tired." What is *it*? You looked back
    and chose the animal; had the sentence ended with *wide*, you would have chosen the street. In
    2017 a paper built a whole network of nothing but looking back, and called itself *Attention is
    all you need*.
    """,
    ko="""
    이 강의를 마치면

    - 어텐션을 손으로 계산할 수 있습니다. 점수, 가중치, 그리고 값의 평균.
    - 인과 마스크와 자리 벡터가 왜 필요한지 설명할 수 있습니다.
    - 작은 GPT를 학습하고 글자마다 어디를 돌아보는지 볼 수 있습니다.

    "그 동물은 길을 건너지 않았다. *그것*은 너무 지쳐 있었다." *그것*은 무엇일까요? 앞을 돌아보고
    동물을 골랐을 것입니다. 문장이 *너무 넓었다*로 끝났다면 길을 골랐겠지요. 2017년의 한 논문은
    이렇게 돌아보는 것만으로 신경망 전체를 만들고, 제목을 *Attention is all you need*라고
    붙였습니다.
    """,
)

lesson.say(
    en="""
    ## 1. Looking up by likeness

    A recurrent network squeezes all that it has read into one state. **Attention** keeps every word
    and looks back at those that matter. Each word asks with a **query** q, offers a **key** k, and
    has a **value** v to give:

    1. score every word: $s_j = q · k_j / √d$
    2. make the scores weights that sum to 1: $a = softmax(s)$
    3. take the mean of the values with these weights: $Σ a_j v_j$

    It is a look-up in a table that can be differentiated. Here one query meets three keys; it is
    most like the second.
    """,
    ko="""
    ## 1. 닮은 것을 찾아보기

    순환 신경망은 지금까지 읽은 모든 것을 상태 하나에 눌러 담습니다. **어텐션**은 모든 단어를 그대로
    두고 중요한 단어를 돌아봅니다. 단어마다 **쿼리** q로 묻고, **키** k를 내걸고, 줄 것으로
    **값** v를 가지고 있습니다.

    1. 모든 단어에 점수를 매깁니다. $s_j = q · k_j / √d$
    2. 점수를 합이 1인 가중치로 바꿉니다. $a = softmax(s)$
    3. 그 가중치로 값의 평균을 구합니다. $Σ a_j v_j$

    미분할 수 있는 표 찾기입니다. 다음은 쿼리 하나가 키 셋을 만나는 예로, 둘째 키와 가장
    닮았습니다.
    """,
)

lesson.predict(
    en="""
    q = (1, 0) and the keys (0, 1), (2, 0), (-1, 0.5). Which key gets the largest weight, and is
    that of the others 0?
    """,
    ko="""
    q = (1, 0)이고 키는 (0, 1), (2, 0), (-1, 0.5)입니다. 어느 키의 가중치가 가장 클까요? 나머지는
    0일까요?
    """,
)

q = Tensor([[1.0, 0.0]], requires_grad=True, name="q")
K = Tensor([[0.0, 1.0], [2.0, 0.0], [-1.0, 0.5]], requires_grad=True, name="K")
V = Tensor([[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]], requires_grad=True, name="V")
scores = q @ K.T / math.sqrt(2)
scores.name = "s"
a = autograd.softmax(scores, axis=-1)
a.name = "a"
out = a @ V
out.name = "y"
out.sum().backward()
print("s =", scores.data.round(3))
print("a =", a.data.round(3), "  Σ a =", a.data.sum())
print("y =", out.data.round(3))
library_out = nn.functional.scaled_dot_product_attention(q, K, V)
lesson.figure(
    "one_query",
    viz.draw(out, lang=lesson.lang, ratio=16 / 9),
    en="One query and three words: every key gets a gradient, the likeliest value most",
    ko="쿼리 하나와 단어 셋: 모든 키가 기울기를 받고, 가장 닮은 값이 가장 많이 받습니다",
)
print("dy/dV =", V.grad.data.round(3).tolist())

lesson.say(
    en="""
    The gradient of `V` is the weights themselves: a word that was hardly looked at hardly learns.
    $√d$ keeps the scores of long vectors from growing: the sum of d products of ordinary numbers
    has a standard deviation of $√d$, and a softmax of large scores is saturated, so its slope is
    0.
    """,
    ko="""
    `V`의 기울기는 가중치 그 자체입니다. 거의 돌아보지 않은 단어는 거의 학습되지 않습니다. $√d$는
    벡터가 길 때 점수가 커지는 것을 막습니다. 보통 크기의 수를 d번 곱해 더하면 표준편차가 $√d$가
    되고, 점수가 크면 소프트맥스가 포화해 기울기가 0이 되기 때문입니다.
    """,
)


def softmax_slope(d, scaled):
    """The mean size of the slope of softmax at random queries and keys of d numbers."""
    random = np.random.default_rng(0)
    total = 0.0
    for _ in range(50):
        s = random.normal(size=(1, d)) @ random.normal(size=(d, 8))
        s = Tensor(s / math.sqrt(d) if scaled else s, requires_grad=True)
        autograd.softmax(s, axis=-1).max().backward()
        total += float(np.abs(s.grad.data).sum())
    return total / 50


slopes = {d: (softmax_slope(d, False), softmax_slope(d, True)) for d in (4, 64, 512)}
for d, (plain, scaled) in slopes.items():
    lesson.show(
        en=f"d = {d:3}: slope {plain:.3f} without √d, {scaled:.3f} with it",
        ko=f"d = {d:3}: 기울기 √d 없이 {plain:.3f}, 나누면 {scaled:.3f}",
    )

lesson.say(
    en="""
    ## 2. Every word at once, and a mask against cheating

    All words ask at once: the queries are a matrix, and so are the weights, one row per word. In a
    language model word t has to guess word t + 1, so it must not see it. Scores of later words are
    set to -∞ before the softmax: their weights are exactly 0, and so is every gradient to them.
    This is the **causal mask**.

    And one more thing is missing: attention does not know the **order**. Swap two words, and the
    outputs are swapped, nothing else. So a vector for the place is added to each word.
    """,
    ko="""
    ## 2. 모든 단어를 한 번에, 그리고 미리 보지 못하게

    모든 단어가 한꺼번에 묻습니다. 쿼리는 행렬이고, 가중치도 단어마다 한 행씩 행렬입니다. 언어
    모델에서 t번째 단어는 t + 1번째 단어를 맞혀야 하므로 그것을 보아서는 안 됩니다. 소프트맥스 전에
    뒤쪽 단어의 점수를 -∞로 바꿉니다. 그러면 가중치가 정확히 0이 되고, 그리로 가는 기울기도 0입니다.
    이것이 **인과 마스크**입니다.

    한 가지가 더 필요합니다. 어텐션은 **순서**를 모릅니다. 두 단어를 바꾸면 출력이 서로 바뀔
    뿐입니다. 그래서 단어마다 자리를 나타내는 벡터를 더합니다.
    """,
)


class SelfAttention(nn.Module):
    """One head of attention over a sequence, which remembers its weights to be looked at."""

    def __init__(self, width, causal=True):
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.causal = causal
        self.looked = None

    def forward(self, x):
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(x.shape[-1])
        if self.causal:
            later = np.triu(np.ones((x.shape[-2], x.shape[-2]), bool), k=1)
            scores = autograd.where(later, -np.inf, scores)
        weights = autograd.softmax(scores, axis=-1)
        self.looked = weights.detach().numpy()
        return weights @ v


x = Tensor(np.random.default_rng(1).normal(size=(4, 6)).astype("float32"), requires_grad=True)
head = SelfAttention(6)
first = head(x)[0].sum()
first.backward()
seen_by_first = np.abs(x.grad.data).sum(axis=1)
print(head.looked.round(2))
lesson.show(
    en=f"gradient of the first output with respect to words 1 to 4: {seen_by_first.round(3)}",
    ko=f"첫째 출력의 기울기, 1~4번째 단어에 대해: {seen_by_first.round(3)}",
)
blind = SelfAttention(6, causal=False)
swapped = [1, 0, 2, 3]
order_free = float(np.abs(blind(x)[swapped].data - blind(x[swapped]).data).max())
lesson.show(
    en=f"outputs of swapped words, against swapped outputs: {order_free:.0e}",
    ko=f"바꾼 단어의 출력과 바꾼 출력의 차이: {order_free:.0e}",
)

lesson.say(
    en="""
    ## 3. A small GPT, from the inside

    A block is attention, then two layers for each word alone, both with a **skip path** (as in
    ResNet) and a normalisation. A GPT is: a vector per character, a vector per place, some blocks,
    and scores for the next character. Ours has one block and learns a line of King Sejong's preface
    to the Hunminjeongeum by heart. Then we look at what it looks at.
    """,
    ko="""
    ## 3. 속에서 본 작은 GPT

    블록 하나는 어텐션, 그리고 단어마다 따로 지나는 두 층입니다. 둘 다 ResNet 같은 **지름길**과
    정규화가 있습니다. GPT는 글자마다 벡터 하나, 자리마다 벡터 하나, 블록 몇 개, 그리고 다음 글자의
    점수입니다. 여기서는 블록 하나로 훈민정음 서문 한 줄을 외우고, 무엇을 돌아보는지 들여다봅니다.
    """,
)

LINE = "나라의 말이 중국과 달라 문자와 서로 통하지 아니하므로, 이런 까닭으로 어리석은 백성이"
characters = sorted(set(LINE))
numbers = {character: number for number, character in enumerate(characters)}
codes = np.array([numbers[each] for each in LINE])
CONTEXT = 16  # characters that it can look back at


class SmallGPT(nn.Module):
    """One block over characters and places."""

    def __init__(self, vocabulary, context, width=48, causal=True):
        self.letters = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(context, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = SelfAttention(width, causal)
        self.alone = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.out = nn.Linear(width, vocabulary)

    def forward(self, codes):
        x = self.letters(codes) + self.places(np.arange(codes.shape[-1]))
        x = x + self.attention(self.norm1(x))
        x = x + self.alone(self.norm2(x))
        return self.out(x)


def train(model, steps=150):
    """Learn to guess each next character in random pieces of the line; the losses."""
    random = np.random.default_rng(0)
    optimizer = nn.optim.AdamW(model.parameters(), lr=5e-3)
    losses = []
    for _ in range(steps):
        starts = random.integers(0, len(codes) - CONTEXT, 8)
        pieces = np.stack([codes[start : start + CONTEXT + 1] for start in starts])
        optimizer.zero_grad()
        scores = model(pieces[:, :-1]).reshape(-1, len(characters))
        loss = nn.functional.cross_entropy(scores, pieces[:, 1:].ravel())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def write(model, start=3):
    """The line again, from its first characters on, always the likeliest next one."""
    written = list(codes[:start])
    with autograd.no_grad():
        while len(written) < len(codes):
            written.append(int(model(np.array(written[-CONTEXT:]))[-1].argmax()))
    return "".join(characters[code] for code in written)


autograd.manual_seed(0)
gpt = SmallGPT(len(characters), CONTEXT)
losses = train(gpt)
written = write(gpt)
lesson.show(
    en=f"loss {losses[0]:.2f} -> {losses[-1]:.3f}", ko=f"손실 {losses[0]:.2f} -> {losses[-1]:.3f}"
)
lesson.show(en=f"it writes: {written}", ko=f"쓴 글: {written}")

gpt(codes[:CONTEXT])
looked = gpt.attention.looked
figure = Figure((6.4, 5.6), layout="constrained")
axes = figure.subplots()
axes.imshow(looked, cmap="Blues", vmin=0)
labels = [each if each != " " else "␣" for each in LINE[:CONTEXT]]
axes.set_xticks(range(CONTEXT), labels, fontsize=8)
axes.set_yticks(range(CONTEXT), labels, fontsize=8)
axes.set_xlabel(lesson.text(en="looked at", ko="돌아본 글자"))
axes.set_ylabel(lesson.text(en="at this character", ko="이 글자에서"))
lesson.figure(
    "looked",
    figure,
    en="Where each character looks: never to the right of the diagonal",
    ko="글자마다 돌아보는 곳: 대각선의 오른쪽은 보지 않습니다",
)
gpt.zero_grad()
loss = nn.functional.cross_entropy(gpt(codes[:4]), codes[1:5])
loss.name = "loss"
loss.backward()
lesson.figure(
    "modules",
    viz.draw(loss, "modules", lang=lesson.lang, depth=1),
    en="The block, layer by layer; wires around a box are the skip paths",
    ko="층 단위로 본 블록: 상자를 돌아가는 선이 지름길입니다",
)

lesson.say(
    en="""
    ## 4. Mistakes, and what they say

    * **No mask.** No error, and a loss that looks wonderful: the network reads the answer one place
      to the right. When it has to write, there is no answer to read. Compare what is written.
    * **Longer than the places.** There is no vector for a place that was never trained.
    * **Heads that do not divide the width.**
    """,
    ko="""
    ## 4. 흔한 실수와 오류 메시지

    * **마스크가 없는 경우.** 오류는 나지 않고 손실은 아주 좋아 보입니다. 신경망이 오른쪽 자리의
      정답을 읽기 때문입니다. 직접 쓸 때는 읽을 정답이 없습니다. 쓴 글을 비교해 보세요.
    * **학습한 길이보다 긴 입력.** 학습한 적 없는 자리에는 벡터가 없습니다.
    * **너비가 헤드 수로 나누어떨어지지 않는 경우.**
    """,
)

lesson.predict(
    en="""
    The same GPT without the mask. Will its loss be better or worse, and what will it write?
    """,
    ko="""
    같은 GPT에서 마스크만 뺍니다. 손실은 더 좋을까요, 나쁠까요? 어떤 글을 쓸까요?
    """,
)

autograd.manual_seed(0)
cheat = SmallGPT(len(characters), CONTEXT, causal=False)
cheat_losses = train(cheat)
cheated = write(cheat)
right = {
    name: sum(a == b for a, b in zip(text, LINE, strict=True))
    for name, text in (("masked", written), ("cheating", cheated))
}
lesson.show(
    en=f"loss without mask {cheat_losses[-1]:.3f}; characters right: {right['masked']} with the "
    f"mask, {right['cheating']} without, of {len(LINE)}",
    ko=f"마스크 없는 손실 {cheat_losses[-1]:.3f}. 맞은 글자: 마스크가 있으면 {right['masked']}개, "
    f"없으면 {right['cheating']}개 (모두 {len(LINE)}개)",
)
with lesson.mistake(IndexError, ValueError):
    gpt(np.zeros(100, int))
with lesson.mistake(ValueError):
    nn.MultiheadAttention(embed_dim=10, num_heads=3)

lesson.end(
    pytorch="""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    later = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)
    weights = scores.masked_fill(later, -math.inf).softmax(dim=-1)
    out = weights @ v
    # or: nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    """,
    en="""
    1. Attention is a look-up by likeness: softmax of query times key, then a mean of values.
    2. A mask hides what comes later; a vector per place gives the order.
    3. A GPT is attention and two layers, with skip paths, again and again.

    Read on: A. Vaswani and others, *Attention is all you need* (2017); J. Alammar, *The
    illustrated Transformer* (2018); the lesson `inside`.
    """,
    ko="""
    1. 어텐션은 닮은 것을 찾는 일입니다. 쿼리와 키의 곱에 소프트맥스를 쓰고 값의 평균을 구합니다.
    2. 마스크는 뒤에 올 것을 가리고, 자리 벡터는 순서를 알려 줍니다.
    3. GPT는 어텐션과 두 층, 그리고 지름길을 되풀이한 것입니다.

    더 읽을거리: A. Vaswani 외, *Attention is all you need* (2017). J. Alammar, *The illustrated
    Transformer* (2018). 강의 `inside`.
    """,
)
