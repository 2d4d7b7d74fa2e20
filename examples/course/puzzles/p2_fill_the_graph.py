"""Six graphs to fill in."""

# %% text
# en:
# # Fill the graph
# Every formula is a graph. Write down the values on the way forward, then go back from the result,
# where 1 arrives, and write down how fast the result grows with each. No programming: numbers.
# The wire that is wrong first on the way back is told, and the graph is drawn with it marked.
# ko:
# # 그래프 채우기
# 식은 모두 그래프입니다. 순전파의 값을 적고, 1이 도착하는 결과에서 출발해 거꾸로 가며 결과가 각 값에
# 따라 얼마나 빨리 커지는지 적으세요. 프로그램이 아니라 수를 씁니다. 거슬러 갈 때 가장 먼저 틀린 자리를
# 알려 주고, 그 자리를 표시한 그래프를 그립니다.

# %% exercise circuit 1
# en: 1. `q = x + y`, `f = q z` at x = -2, y = 5, z = -4.
# ko: 1. x = -2, y = 5, z = -4일 때 `q = x + y`, `f = q z`.
values = {"q": 3, "f": -12}  # solution
gradients = {"q": -4, "z": 3, "x": -4, "y": -4}  # solution

# %% check circuit
from examples.course.puzzles.graphs import check_graph

check_graph("circuit", values, gradients)

# %% mistakes circuit
# `"x": -4, "y": -4` -> `"x": 5, "y": -2` : ∂f/∂[xy] | ∂f/∂[xy]
# `"q": -4, "z": 3` -> `"q": 3, "z": -4` : ∂f/∂z|∂f/∂q | ∂f/∂z|∂f/∂q
# `"f": -12` -> `"f": -1` : yours: -1 | 내 답: -1

# %% exercise two_paths 1
# en: 2. `c = a + b`, `d = b + 1`, `e = c d` at a = 2, b = 1. From b there are two ways.
# ko: 2. a = 2, b = 1일 때 `c = a + b`, `d = b + 1`, `e = c d`. b에서는 길이 둘입니다.
values = {"c": 3, "d": 2, "e": 6}  # solution
gradients = {"c": 2, "d": 3, "a": 2, "b": 5}  # solution

# %% check two_paths
from examples.course.puzzles.graphs import check_graph

check_graph("two_paths", values, gradients)

# %% mistakes two_paths
# `"b": 5` -> `"b": 3` : two ways | 길이 둘
# `"c": 2, "d": 3` -> `"c": 3, "d": 2` : ∂e/∂ | ∂e/∂

# %% exercise shop 1
# en: 3. Two apples at 100 and three oranges at 150, with 10 % tax: `p = a n`, `q = o m`, `s = p + q`, `t = s r`.
# ko: 3. 100원짜리 사과 둘과 150원짜리 귤 셋, 소비세 10 %: `p = a n`, `q = o m`, `s = p + q`, `t = s r`.
values = {"p": 200, "q": 450, "s": 650, "t": 715}  # solution
gradients = {"s": 1.1, "r": 650, "p": 1.1, "q": 1.1, "a": 2.2, "n": 110, "o": 3.3, "m": 165}  # solution

# %% check shop
from examples.course.puzzles.graphs import check_graph

check_graph("shop", values, gradients)

# %% mistakes shop
# `"a": 2.2, "n": 110` -> `"a": 110, "n": 2.2` : ∂t/∂a|∂t/∂n | ∂t/∂a|∂t/∂n
# `"p": 1.1, "q": 1.1` -> `"p": 200, "q": 450` : ∂t/∂[pq] | ∂t/∂[pq]

# %% exercise neuron 2
# en: 4. A neuron: `p = w x`, `u = p + b`, `y = sigmoid(u)` at w = 2, x = 1, b = -2. (sigmoid(0) = 1/2)
# ko: 4. 뉴런: w = 2, x = 1, b = -2일 때 `p = w x`, `u = p + b`, `y = sigmoid(u)`. (sigmoid(0) = 1/2)
values = {"p": 2, "u": 0, "y": 0.5}  # solution
gradients = {"u": 0.25, "p": 0.25, "b": 0.25, "w": 0.25, "x": 0.5}  # solution

# %% check neuron
from examples.course.puzzles.graphs import check_graph

check_graph("neuron", values, gradients)

# %% mistakes neuron
# `"u": 0.25` -> `"u": 0.5` : ∂y/∂u | ∂y/∂u
# `"w": 0.25, "x": 0.5` -> `"w": 0.5, "x": 0.25` : ∂y/∂[wx] | ∂y/∂[wx]

# %% exercise square_twice 2
# en: 5. `a = x x`, `y = a + a a` at x = 2: a is used three times, x twice.
# ko: 5. x = 2일 때 `a = x x`, `b = a a`, `y = a + b`. a는 세 번, x는 두 번 쓰입니다.
values = {"a": 4, "b": 16, "y": 20}  # solution
gradients = {"b": 1, "a": 9, "x": 36}  # solution

# %% check square_twice
from examples.course.puzzles.graphs import check_graph

check_graph("square_twice", values, gradients)

# %% mistakes square_twice
# `"a": 9, "x": 36` -> `"a": 8, "x": 32` : ∂y/∂a | ∂y/∂a
# `"x": 36` -> `"x": 18` : ∂y/∂x | ∂y/∂x

# %% exercise residual 2
# en: 6. A residual block: `h = w x`, `r = relu(h)`, `y = r + x` at w = -0.5, x = 2.
# ko: 6. 잔차 블록: w = -0.5, x = 2일 때 `h = w x`, `r = relu(h)`, `y = r + x`.
values = {"h": -1, "r": 0, "y": 2}  # solution
gradients = {"r": 1, "h": 0, "w": 0, "x": 1}  # solution

# %% check residual
from examples.course.puzzles.graphs import check_graph

check_graph("residual", values, gradients)

# %% mistakes residual
# `"h": 0, "w": 0` -> `"h": 1, "w": 2` : ∂y/∂h | ∂y/∂h
# `"x": 1` -> `"x": 0` : ∂y/∂x | ∂y/∂x
