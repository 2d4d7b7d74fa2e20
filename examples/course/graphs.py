"""Backpropagation on computation graphs: from one addition to a whole layer.

    python -m examples.course.graphs --lang en

Read it top to bottom. Every graph is what the lines above it computed; every gradient is worked out
by hand and then compared with the engine's.
"""

import numpy as np

import autograd
import viz
from autograd import Tensor
from examples.course.lesson import Lesson

lesson = Lesson("graphs", en="Computation graphs", ko="계산 그래프와 오차역전파")


def leaf(value, name):
    """A variable whose gradient is wanted."""
    return Tensor(value, requires_grad=True, name=name)


def named(tensor, name):
    """The same tensor with a name, for the figures."""
    tensor.name = name
    return tensor


lesson.begin(
    minutes=45,
    needs=("perceptron",),
    en="""
    After this lesson you can

    - draw a formula as a computation graph and go through it forwards and backwards by hand,
    - say what an add node, a multiply node and a branch do to a gradient,
    - do the same for a whole layer, from the shapes.

    Suppose you pay 715 for apples and oranges, tax included, and want to know what happens if an
    orange gets dearer by 1. You could compute everything again. Or you stand at the till and look
    back along the way the money came: the tax made it 1.1 times as much, there were three oranges,
    so 3.3. You have just done backpropagation. A network with a billion weights does no more than
    that.
    """,
    ko="""
    이 강의를 마치면

    - 식을 계산 그래프로 그리고, 순전파와 역전파를 손으로 할 수 있습니다.
    - 덧셈 노드, 곱셈 노드, 분기가 기울기를 어떻게 바꾸는지 설명할 수 있습니다.
    - 형상을 보고 층 하나를 통째로 같은 방법으로 계산할 수 있습니다.

    소비세를 포함해 사과와 귤 값으로 715원을 냈다고 합시다. 귤 한 개가 1원 오르면 얼마를 더 내게
    될까요? 처음부터 다시 계산해도 됩니다. 아니면 계산대에 서서 돈이 온 길을 되돌아봅니다. 소비세로
    1.1배가 되었고 귤은 세 개였으니 3.3원입니다. 방금 오차역전파를 한 것입니다. 가중치가 10억 개인
    신경망도 이보다 더한 일을 하지 않습니다.
    """,
)

lesson.say(
    en="""
    ## 1. Two gates

    A **computation graph** has operations for nodes, and data travels along its edges. Forwards
    (left to right) values are computed. Backwards (right to left) every node receives one
    number, *how fast the final result grows with my output*, multiplies it by its own local
    derivative, and passes it on. That is the whole of backpropagation.

    * An **add** node passes the number on unchanged, because $∂(x + y)/∂x = 1$.
    * A **multiply** node multiplies it by the *other* input, because $∂(x y)/∂x = y$.

    Below, 1.3 arrives from the right at both.
    """,
    ko="""
    ## 1. 두 개의 노드

    **계산 그래프**에서 노드는 연산이고, 에지를 따라 데이터가 흐릅니다. 순전파(왼쪽에서
    오른쪽으로)에서는 값을 계산합니다. 역전파(오른쪽에서 왼쪽으로)에서는 노드마다 "내 출력이
    커질 때 최종 결과가 얼마나 빨리 커지는가"라는 수를 하나 받아, 자신의 국소적 미분을 곱해서
    다음 노드로 넘깁니다. 이것이 오차역전파의 전부입니다.

    * **덧셈 노드**는 받은 수를 그대로 흘려보냅니다. $∂(x + y)/∂x = 1$이기 때문입니다.
    * **곱셈 노드**는 *서로 바꾼* 입력을 곱해서 보냅니다. $∂(x y)/∂x = y$이기 때문입니다.

    아래에서는 두 노드 모두 오른쪽에서 1.3을 받습니다.
    """,
)

a, b = leaf(10.0, "x"), leaf(5.0, "y")
added = named(a + b, "z")
added.backward(1.3)
print(f"x + y = {added.item()}:  dx = {a.grad.item()}, dy = {b.grad.item()}")
lesson.figure(
    "add",
    viz.draw(added, "dlfs", lang=lesson.lang),
    en="The add node passes on what it receives",
    ko="덧셈 노드는 받은 값을 그대로 흘려보냅니다",
)

c, d = leaf(10.0, "x"), leaf(5.0, "y")
multiplied = named(c * d, "z")
multiplied.backward(1.3)
print(f"x × y = {multiplied.item()}:  dx = {c.grad.item()}, dy = {d.grad.item()}")
lesson.figure(
    "multiply",
    viz.draw(multiplied, "dlfs", lang=lesson.lang),
    en="The multiply node swaps its inputs",
    ko="곱셈 노드는 입력을 서로 바꾸어 곱합니다",
)

# ---------------------------------------------------------------------- the chain rule

lesson.say(
    en="""
    ## 2. The chain rule: $z = (x + y)²$

    Name the part in the middle: $t = x + y$, so $z = t²$. Then $dz/dt = 2t$ and $dt/dx = 1$, and
    the **chain rule** multiplies them: $dz/dx = 2t · 1 = 2(x + y)$.
    """,
    ko="""
    ## 2. 연쇄법칙: $z = (x + y)²$

    가운데 값에 이름을 붙여 $t = x + y$라 하면 $z = t²$입니다. $dz/dt = 2t$이고 $dt/dx = 1$이므로,
    **연쇄법칙**에 따라 둘을 곱합니다: $dz/dx = 2t · 1 = 2(x + y)$.
    """,
)

x, y = leaf(1.0, "x"), leaf(2.0, "y")
t = named(x + y, "t")
z = named(t**2, "z")
z.backward()
square = {"t": t.item(), "z": z.item(), "dz/dx": x.grad.item(), "dz/dy": y.grad.item()}
print(square)
lesson.figure(
    "square_of_sum",
    viz.draw(z, "dlfs", lang=lesson.lang),
    en="z = (x + y)² with t in the middle",
    ko="가운데에 t를 둔 z = (x + y)²",
)

# ---------------------------------------------------------------------- the sigmoid

lesson.say(
    en="""
    ## 3. The sigmoid, gate by gate

    $y = 1 / (1 + exp(-x))$ is a chain of four gates. Each multiplies what arrives by its local
    derivative:

    | gate | forwards | passes on |
    |---|---|---|
    | reciprocal | $y = 1/c$ | $dL/dc = -y² · dL/dy$ |
    | + 1 | $c = b + 1$ | $dL/db = -y² · dL/dy$ |
    | exp | $b = exp(a)$ | $dL/da = -y² exp(-x) · dL/dy$ |
    | × (-1) | $a = -x$ | $dL/dx = y² exp(-x) · dL/dy$ |

    The last line is $y² exp(-x) = y · exp(-x)/(1 + exp(-x)) = y(1 - y)$. So the four gates may be
    drawn as **one node** that passes $dL/dy · y(1 - y)$: it needs only its own output.
    """,
    ko="""
    ## 3. 노드 하나씩 따라가는 시그모이드

    $y = 1 / (1 + exp(-x))$는 노드 네 개가 이어진 사슬입니다. 각 노드는 받은 값에 자신의 국소적
    미분을 곱합니다.

    | 노드 | 순전파 | 역전파로 넘기는 값 |
    |---|---|---|
    | 역수 | $y = 1/c$ | $dL/dc = -y² · dL/dy$ |
    | + 1 | $c = b + 1$ | $dL/db = -y² · dL/dy$ |
    | exp | $b = exp(a)$ | $dL/da = -y² exp(-x) · dL/dy$ |
    | × (-1) | $a = -x$ | $dL/dx = y² exp(-x) · dL/dy$ |

    마지막 줄은 $y² exp(-x) = y · exp(-x)/(1 + exp(-x)) = y(1 - y)$로 정리됩니다. 그래서 네 노드를
    $dL/dy · y(1 - y)$를 넘기는 **노드 하나**로 묶을 수 있습니다. 자신의 출력만 알면 됩니다.
    """,
)

x = leaf(1.0, "x")
a = named(x * -1.0, "a")
b = named(autograd.exp(a), "b")
c = named(b + 1.0, "c")
y = named(autograd.reciprocal(c), "y")
for part in (a, b, c, y):
    part.retain_grad()  # without this, results in the middle forget their gradient
y.backward()
sigmoid_chain = {part.name: part.grad.item() for part in (y, c, b, a, x)}
print(*(f"dL/d{name} = {slope:.4f}" for name, slope in sigmoid_chain.items()), sep="\n")
lesson.figure(
    "sigmoid_chain",
    viz.draw(y, "dlfs", lang=lesson.lang),
    en="The sigmoid as a chain of four nodes",
    ko="노드 네 개로 이어진 시그모이드",
)

x1 = leaf(1.0, "x")
y1 = named(autograd.sigmoid(x1), "y")
y1.backward()
sigmoid_node = x1.grad.item()
print(f"dL/dx = {sigmoid_node:.4f}, y(1 - y) = {y1.item() * (1 - y1.item()):.4f}")
lesson.figure(
    "sigmoid_node",
    viz.draw(y1, "dlfs", lang=lesson.lang),
    en="The sigmoid as one node",
    ko="노드 하나로 묶은 시그모이드",
)

# ---------------------------------------------------------------------- the shop

lesson.say(
    en="""
    ## 4. The shop

    Two apples at 100 each, 10 % tax: what is to be paid, and how does it change with each price
    and number? "If an apple costs 1 more, I pay 2.2 more" is a gradient.
    """,
    ko="""
    ## 4. 가게에서 장보기

    한 개에 100원인 사과 두 개를 사고 소비세가 10 %라면 얼마를 내야 할까요? 또 가격이나 개수가
    바뀌면 지불 금액은 얼마나 바뀔까요? "사과값이 1원 오르면 2.2원을 더 낸다"가 바로 기울기입니다.
    """,
)

lesson.predict(
    en="""
    Two apples at 100 and 10 % tax make 220. By how much does the total grow if an apple costs 1
    more, if you buy one apple more, and if the tax factor grows by 1?
    """,
    ko="""
    100원짜리 사과 두 개와 소비세 10 %면 220원입니다. 사과값이 1원 오르면, 사과를 한 개 더 사면,
    소비세의 배율이 1 커지면 합계는 각각 얼마나 커질까요?
    """,
)

price = leaf(100.0, lesson.text(en="apple", ko="사과 값"))
count = leaf(2.0, lesson.text(en="count", ko="사과 수"))
tax = leaf(1.1, lesson.text(en="tax", ko="소비세"))
subtotal = named(price * count, lesson.text(en="subtotal", ko="소계"))
total = named(subtotal * tax, lesson.text(en="total", ko="합계"))
total.backward()
shop = [total.item(), price.grad.item(), count.grad.item(), tax.grad.item()]
print(total.name, "=", f"{total:.4g}")
print(*(f"∂{each.name} = {each.grad:.4g}" for each in (price, count, tax)), sep="\n")
lesson.figure(
    "apple_shop",
    viz.draw(total, "dlfs", lang=lesson.lang),
    en="Two apples: 220",
    ko="사과 두 개: 220원",
)

apple, apples = price, count
orange = leaf(150.0, lesson.text(en="orange", ko="귤 값"))
oranges = leaf(3.0, lesson.text(en="oranges", ko="귤 수"))
for each in (apple, apples, tax):
    each.grad = None  # or the new gradients would be added to those of the first visit
for_apples = named(apple * apples, lesson.text(en="for apples", ko="사과 합계"))
for_oranges = named(orange * oranges, lesson.text(en="for oranges", ko="귤 합계"))
subtotal = named(for_apples + for_oranges, lesson.text(en="subtotal", ko="소계"))
total = named(subtotal * tax, lesson.text(en="total", ko="합계"))
total.backward()
fruits = (apple, apples, orange, oranges, tax)
fruit_shop = [total.item(), *(each.grad.item() for each in fruits)]
print(total.name, "=", f"{total:.4g}")
print(*(f"∂{each.name} = {each.grad:.4g}" for each in fruits), sep="\n")
lesson.figure(
    "fruit_shop",
    viz.draw(total, "dlfs", lang=lesson.lang),
    en="Two apples and three oranges: 715",
    ko="사과 두 개와 귤 세 개: 715원",
)

# ---------------------------------------------------------------------- several paths

lesson.say(
    en="""
    ## 5. Several paths: the gradients add up

    Exercise: $u = x² + 2y$, where $x = r sin t$ and $y = sin² t$. Find ∂u/∂r and ∂u/∂t by the
    chain rule. From t there are *two* paths to u (over x and over y); each gives a product of
    local derivatives, and the products are **added**:

    $∂u/∂r = 2 r sin² t,   ∂u/∂t = (r² + 2) sin 2t$.
    """,
    ko="""
    ## 5. 여러 경로: 기울기의 합

    연습 문제: $u = x² + 2y$, $x = r sin t$, $y = sin² t$일 때 ∂u/∂r과 ∂u/∂t를 연쇄법칙으로
    구하세요. t에서 u로 가는 경로는 x를 지나는 것과 y를 지나는 것 *둘*입니다. 경로마다 국소적
    미분의 곱을 구한 다음 그 곱들을 **더합니다**.

    $∂u/∂r = 2 r sin² t,   ∂u/∂t = (r² + 2) sin 2t$.
    """,
)

lesson.predict(
    en="""
    From t two ways lead to u. What does each of them contribute to ∂u/∂t at r = 2, t = 0.5?
    """,
    ko="""
    t에서 u로 가는 길은 둘입니다. r = 2, t = 0.5에서 두 길은 ∂u/∂t에 각각 얼마씩 보탤까요?
    """,
)

r, t = leaf(2.0, "r"), leaf(0.5, "t")
s = named(autograd.sin(t), "s")
x, y = named(r * s, "x"), named(s**2, "y")
u = named(named(x**2, "p") + named(2 * y, "q"), "u")
u.backward()
closed_form = (2 * 2.0 * np.sin(0.5) ** 2, (2.0**2 + 2) * np.sin(2 * 0.5))
exercise = (r.grad.item(), t.grad.item())
lesson.show(
    en=f"engine: ∂u/∂r = {exercise[0]:.6f}, ∂u/∂t = {exercise[1]:.6f}",
    ko=f"엔진: ∂u/∂r = {exercise[0]:.6f}, ∂u/∂t = {exercise[1]:.6f}",
)
lesson.show(
    en=f"paper:  ∂u/∂r = {closed_form[0]:.6f}, ∂u/∂t = {closed_form[1]:.6f}",
    ko=f"공식: ∂u/∂r = {closed_form[0]:.6f}, ∂u/∂t = {closed_form[1]:.6f}",
)
lesson.figure(
    "chain_rule_exercise",
    viz.draw(u, "colah", lang=lesson.lang),
    en="A derivative on every edge; from t two paths",
    ko="에지마다 적은 국소적 미분, t에서 나가는 두 경로",
)

lesson.say(
    en="""
    A richer one: w depends on x, y and z, each of which depends on r and s. Three paths lead from
    w to r, so $∂w/∂r = ∂w/∂x ∂x/∂r + ∂w/∂y ∂y/∂r + ∂w/∂z ∂z/∂r$.
    """,
    ko="""
    더 복잡한 예입니다. w는 x, y, z에, x, y, z는 각각 r과 s에 의존합니다. w에서 r로 가는 경로가
    셋이므로 $∂w/∂r = ∂w/∂x ∂x/∂r + ∂w/∂y ∂y/∂r + ∂w/∂z ∂z/∂r$입니다.
    """,
)

r, s = leaf(1.0, "r"), leaf(2.0, "s")
x, y, z = named(r + s, "x"), named(r * s, "y"), named(r - s, "z")
w = named(named(x * y, "xy") * z, "w")
for part in (x, y, z):
    part.retain_grad()
w.backward()
paths_to_r = [x.grad.item() * 1, y.grad.item() * s.item(), z.grad.item() * 1]
print("x, y, z:", *paths_to_r, "   Σ =", sum(paths_to_r), "   ∂w/∂r =", r.grad.item())
lesson.figure(
    "multi_path",
    viz.draw(w, "colah", lang=lesson.lang),
    en="w of x, y and z, each of r and s",
    ko="r과 s에서 x, y, z를 거쳐 w로",
)

# ---------------------------------------------------------------------- affine

lesson.say(
    en="""
    ## 6. Affine: the gate of a whole layer

    $Y = X W + B$ with shapes (2,), (2, 3) and (3,). A gradient always has the shape of what it is
    the gradient of, and that alone nearly tells the formulas:

    $dL/dX = dL/dY Wᵀ$ is (3,) times (3, 2) = (2,); $dL/dW = Xᵀ dL/dY$ is (2, 1) times (1, 3) = (2,
    3); $dL/dB = dL/dY$.

    Whatever comes behind, it reaches the gate as one array dL/dY; here it is given to
    `Y.backward(...)`.

    In a **batch** of N rows, X is (N, 2) and Y is (N, 3). B is added to every row, so it has a path
    to the loss over every row: its gradient is the **sum over the batch**.
    """,
    ko="""
    ## 6. 어파인 변환: 층 하나를 통째로 나타내는 노드

    $Y = X W + B$이고 형상은 각각 (2,), (2, 3), (3,)입니다. 기울기의 형상은 언제나 원래 변수의
    형상과 같습니다. 형상만 맞춰 보아도 식을 거의 알아낼 수 있습니다.

    $dL/dX = dL/dY Wᵀ$: (3,)과 (3, 2)의 곱은 (2,). $dL/dW = Xᵀ dL/dY$: (2, 1)과 (1, 3)의 곱은 (2,
    3). $dL/dB = dL/dY$.

    뒤에 무엇이 있든 노드에 도착하는 것은 배열 dL/dY 하나입니다. 여기서는 `Y.backward(...)`에 직접
    줍니다.

    데이터 N개를 묶은 **배치**에서는 X가 (N, 2), Y가 (N, 3)입니다. B는 모든 행에 더해지므로 손실로
    가는 경로가 행마다 하나씩 있고, 기울기는 **배치에 대한 합**이 됩니다.
    """,
)


def affine(rows, arriving):
    """X, W, B with their gradients, and Y, at which dL/dY arrives from the right."""
    X = leaf(rows, "X")
    W, B = leaf([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], "W"), leaf([0.1, 0.2, 0.3], "B")
    Y = named(named(X @ W, "XW") + B, "Y")
    Y.backward(arriving)
    return X, W, B, Y


dY = np.array([1.0, -2.0, 3.0])
X, W, B, Y = affine([0.5, -1.0], dY)
affine_by_hand = (dY @ W.data.T, np.outer(X.data, dY), dY)
affine_engine = (X.grad.data, W.grad.data, B.grad.data)
for each in (X, W, B):
    print(f"dL/d{each.name}: {each.grad.shape}\n{each.grad.data}")
lesson.figure(
    "affine",
    viz.draw(Y, "dlfs", lang=lesson.lang),
    en="Affine with its shapes: one example",
    ko="어파인 변환과 형상: 데이터 하나",
)

dY = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
X, W, B, Y = affine([[0.5, -1.0], [1.0, 0.5]], dY)
batch_by_hand = (dY @ W.data.T, X.data.T @ dY, dY.sum(axis=0))
batch_engine = (X.grad.data, W.grad.data, B.grad.data)
print("dL/dB =", " + ".join(str(row) for row in dY), "=", B.grad.data)
lesson.figure(
    "affine_batch",
    viz.draw(Y, "dlfs", lang=lesson.lang),
    en="Affine over a batch of two",
    ko="데이터 두 개를 묶은 배치용 어파인 변환",
)

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 7. Mistakes, and what they say

    1. A graph is spent by its backward pass: run the forward lines again, as a training loop does.
    2. `backward()` starts from **one number**; of several take a sum or a mean first.
    3. Whole numbers have no slope: write 3.0, not 3.
    4. A NumPy array is no part of the graph: use the library's functions, or leave on purpose with
       `.detach().numpy()`.
    """,
    ko="""
    ## 7. 흔한 실수와 오류 메시지

    1. 그래프는 역전파를 한 번 하면 사라집니다. 학습 루프처럼 순전파부터 다시 실행하세요.
    2. `backward()`는 **수 하나**에서 출발합니다. 값이 여럿이면 합이나 평균부터 구하세요.
    3. 정수에는 기울기가 없습니다. 3이 아니라 3.0이라고 쓰세요.
    4. NumPy 배열은 그래프에 들어 있지 않습니다. 라이브러리의 함수를 쓰거나
       `.detach().numpy()`로 꺼낸다고 밝히세요.
    """,
)

x = leaf([1.0, 2.0], "x")
y = (x * x).sum()
y.backward()
with lesson.mistake(RuntimeError):
    y.backward()
with lesson.mistake(RuntimeError):
    (x * x).backward()
with lesson.mistake(TypeError):
    leaf(3, "x")
with lesson.mistake(TypeError):
    np.asarray(x)  # as a NumPy array it would silently leave the graph

lesson.end(
    pytorch="""
    apple = torch.tensor(100.0, requires_grad=True)
    count = torch.tensor(2.0, requires_grad=True)
    tax = torch.tensor(1.1, requires_grad=True)
    total = apple * count * tax
    total.backward()
    print(apple.grad, count.grad, tax.grad)    # 2.2, 110, 200
    """,
    en="""
    1. Going back, every node multiplies what arrives by its local derivative.
    2. Add passes on, multiply swaps, and where a value was used twice the gradients are added.
    3. A gradient has the shape of what it belongs to; that alone nearly tells the formulas.

    Read on: C. Olah, *Calculus on computational graphs* (2015); the lesson `backpropagation`, and
    the steps *Build the engine yourself*.
    """,
    ko="""
    1. 거슬러 갈 때 노드는 도착한 값에 자신의 국소적 미분을 곱합니다.
    2. 덧셈은 그대로 보내고 곱셈은 서로 바꾸며, 두 번 쓴 값에서는 기울기를 더합니다.
    3. 기울기의 형상은 원래 값의 형상과 같습니다. 이것만으로도 식을 거의 알 수 있습니다.

    더 읽을거리: C. Olah, *Calculus on computational graphs* (2015). 강의 `backpropagation`, 그리고
    *엔진 직접 만들기*.
    """,
)
