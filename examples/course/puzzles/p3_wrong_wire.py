"""Six graphs with one wrong wire."""

# %% text
# en:
# # Find the wrong wire
# Somebody went back through these graphs and made **one** mistake; everything behind it was computed
# from the wrong number. Say at which wire it happened, and what belongs there.
# ko:
# # 틀린 자리 찾기
# 누군가 이 그래프들을 거슬러 가다가 실수를 **하나** 했고, 그 뒤의 수는 모두 틀린 수로 계산했습니다. 어느
# 자리에서 틀렸는지, 그 자리의 옳은 수는 무엇인지 쓰세요.

# %% exercise swapped 1
# en: 1. `q = x + y`, `f = q z` at (-2, 5, -4). Written down: f 1, q 3, z -4, x 3, y 3. Two wires are swapped; name the one that goes to q.
# ko: 1. (-2, 5, -4)에서 `q = x + y`, `f = q z`. 적힌 값: f 1, q 3, z -4, x 3, y 3. 두 자리가 서로 바뀌었습니다. q로 가는 쪽을 쓰세요.
wire, right = "q", -4  # solution

# %% check swapped
from examples.course.puzzles.graphs import check_wire

check_wire("circuit", {"f": 1, "q": 3, "z": -4, "x": 3, "y": 3}, wire, right)

# %% mistakes swapped
# `"q", -4` -> `"x", -4` : in front of x|already | x보다
# `"q", -4` -> `"q", 3` : expected | 정답

# %% exercise overwritten 1
# en: 2. `c = a + b`, `d = b + 1`, `e = c d` at (2, 1). Written down: e 1, c 2, d 3, a 2, b 3.
# ko: 2. (2, 1)에서 `c = a + b`, `d = b + 1`, `e = c d`. 적힌 값: e 1, c 2, d 3, a 2, b 3.
wire, right = "b", 5  # solution

# %% check overwritten
from examples.course.puzzles.graphs import check_wire

check_wire("two_paths", {"e": 1, "c": 2, "d": 3, "a": 2, "b": 3}, wire, right)

# %% mistakes overwritten
# `"b", 5` -> `"d", 5` : d is right | d는 맞습니다
# `"b", 5` -> `"b", 2` : expected | 정답

# %% exercise sum_for_product 1
# en: 3. The shop: t 1, s 1.1, r 650, p 1.1, q 1.1, a 2.2, n 110, o 165, m 3.3. Two wires are swapped; name the one that goes to the price o.
# ko: 3. 가게: t 1, s 1.1, r 650, p 1.1, q 1.1, a 2.2, n 110, o 165, m 3.3. 두 자리가 서로 바뀌었습니다. 귤 값 o로 가는 쪽을 쓰세요.
wire, right = "o", 3.3  # solution

# %% check sum_for_product
from examples.course.puzzles.graphs import check_wire

check_wire(
    "shop",
    {"t": 1, "s": 1.1, "r": 650, "p": 1.1, "q": 1.1, "a": 2.2, "n": 110, "o": 165, "m": 3.3},
    wire, right,
)  # fmt: skip

# %% mistakes sum_for_product
# `"o", 3.3` -> `"q", 1.1` : q is right | q는 맞습니다
# `"o", 3.3` -> `"o", 165` : expected | 정답

# %% exercise wrong_slope 1
# en: 4. The neuron: y 1, u 0.5, p 0.5, b 0.5, w 0.5, x 1.
# ko: 4. 뉴런: y 1, u 0.5, p 0.5, b 0.5, w 0.5, x 1.
wire, right = "u", 0.25  # solution

# %% check wrong_slope
from examples.course.puzzles.graphs import check_wire

check_wire("neuron", {"y": 1, "u": 0.5, "p": 0.5, "b": 0.5, "w": 0.5, "x": 1}, wire, right)

# %% mistakes wrong_slope
# `"u", 0.25` -> `"p", 0.25` : in front of p | p보다
# `"u", 0.25` -> `"u", 0` : expected | 정답

# %% exercise lost_use 2
# en: 5. `a = x x`, `b = a a`, `y = a + b` at x = 2. Written down: y 1, b 1, a 8, x 32.
# ko: 5. x = 2에서 `a = x x`, `b = a a`, `y = a + b`. 적힌 값: y 1, b 1, a 8, x 32.
wire, right = "a", 9  # solution

# %% check lost_use
from examples.course.puzzles.graphs import check_wire

check_wire("square_twice", {"y": 1, "b": 1, "a": 8, "x": 32}, wire, right)

# %% mistakes lost_use
# `"a", 9` -> `"x", 36` : in front of x | x보다
# `"a", 9` -> `"a", 1` : expected | 정답

# %% exercise leaking_relu 2
# en: 6. The residual block at w = -0.5, x = 2. Written down: y 1, r 1, h 1, w 2, x 0.5.
# ko: 6. w = -0.5, x = 2에서의 잔차 블록. 적힌 값: y 1, r 1, h 1, w 2, x 0.5.
wire, right = "h", 0  # solution

# %% check leaking_relu
from examples.course.puzzles.graphs import check_wire

check_wire("residual", {"y": 1, "r": 1, "h": 1, "w": 2, "x": 0.5}, wire, right)

# %% mistakes leaking_relu
# `"h", 0` -> `"w", 0` : in front of w | w보다
# `"h", 0` -> `"r", 1` : r is right | r는 맞습니다
