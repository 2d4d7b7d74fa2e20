"""Step 1: a value, and its numerical slope."""

# %% text
# en:
# # 1. A slope, by moving a little
# How fast does `f` grow at `x`? Move to both sides by a little `h`, see how much `f` changed, and
# divide by the way: `(f(x + h) - f(x - h)) / 2h`. It needs no formula, so it will check every rule
# that we write from here on.
# ko:
# # 1. 조금 움직여서 구하는 기울기
# `x`에서 `f`는 얼마나 빨리 커질까요? 양쪽으로 아주 조금 `h`만큼 움직여 `f`가 얼마나 변했는지 보고,
# 움직인 거리로 나눕니다. `(f(x + h) - f(x - h)) / 2h`. 공식이 필요 없으므로, 앞으로 쓸 모든 규칙을
# 이것으로 검산합니다.

# %% exercise slope 1
# en: The slope of `f` at `x`, from both sides.
# ko: `x`에서 `f`의 기울기를 양쪽에서 구하세요.
def slope(f, x, h=1e-5):
    """How fast f grows at x, measured."""
    return (f(x + h) - f(x - h)) / (2 * h)  # solution


# %% check slope
from examples.course.tasks.feedback import expect, say

expect(slope(lambda x: 3 * x + 1, 5.0), 3.0, where="f(x) = 3x + 1, x = 5", within=1e-6)
expect(
    slope(lambda x: x * x, 3.0), 6.0, where="f(x) = x², x = 3", within=1e-7,
    hint=say(
        en="from one side only, the slope is off by about h",
        ko="한쪽에서만 구하면 h쯤 어긋납니다",
    ),
)  # fmt: skip
expect(slope(lambda x: 1 / x, 2.0), -0.25, where="f(x) = 1/x, x = 2", within=1e-6)

# %% mistakes slope
# `/ (2 * h)` -> `/ h` : yours: 6 | 내 답: 6
# `f(x + h) - f(x - h)) / (2 * h)` -> `f(x + h) - f(x)) / h` : off by about h | h쯤 어긋납니다
# `f(x + h) - f(x - h)` -> `f(x - h) - f(x + h)` : yours: -3 | 내 답: -3

# %% exercise slopes 1
# en:
# Of a function of several numbers there is one slope for each: move one and hold the others.
# `numbers` is a list; return a list.
# ko:
# 변수가 여럿인 함수에는 변수마다 기울기가 하나씩 있습니다. 하나만 움직이고 나머지는 그대로 둡니다.
# `numbers`는 리스트이고, 리스트를 돌려줍니다.
def slopes(f, numbers, h=1e-5):
    """The slope of f with respect to each of its numbers."""
    found = []
    for i in range(len(numbers)):
        moved = lambda x, i=i: f(*numbers[:i], x, *numbers[i + 1 :])  # solution
        found.append(slope(moved, numbers[i], h))  # solution
    return found


# %% check slopes
from examples.course.tasks.feedback import expect, fail

given = [2.0, 5.0]
expect(slopes(lambda x, y: x * y, given), [5.0, 2.0], where="x·y, (2, 5)", within=1e-6)
if given != [2.0, 5.0]:
    fail(en="the list that was given has changed", ko="받은 리스트가 바뀌었습니다")
expect(slopes(lambda x, y: x * y * y, given), [25.0, 20.0], where="x·y², (2, 5)", within=1e-6)
expect(
    slopes(lambda x, y, z: (x + y) * z, [-2.0, 5.0, -4.0]), [-4.0, -4.0, 3.0],
    where="(x + y)·z, (-2, 5, -4)", within=1e-6,
)  # fmt: skip

# %% mistakes slopes
# `f(*numbers[:i], x, *numbers[i + 1 :])` -> `f(*[x] * len(numbers))` : \(2, 5\) | \(2, 5\)
# `numbers[i], h)` -> `numbers[0], h)` : x·y² | x·y²
