"""Step 2: the chain rule, by hand."""

# %% text
# en:
# # 2. The chain rule, by hand
# The sigmoid is a chain: `a = -x`, `b = exp(a)`, `c = 1 + b`, `y = 1/c`. Each link has a slope of
# its own; the slope of the chain is their **product**, taken from the back to the front. The links
# need numbers of the way forward: so keep them.
# ko:
# # 2. 손으로 하는 연쇄법칙
# 시그모이드는 `a = -x`, `b = exp(a)`, `c = 1 + b`, `y = 1/c`로 이어진 사슬입니다. 고리마다 기울기가
# 있고, 사슬의 기울기는 그 **곱**을 뒤에서 앞으로 구한 것입니다. 고리의 기울기를 구하려면 순전파에서
# 나온 수가 필요하므로 보관해 둡니다.

# %% code
import math

# %% exercise forward 1
# en: Compute the chain and return all of it: `(a, b, c, y)`.
# ko: 사슬을 계산해 `(a, b, c, y)`를 모두 돌려주세요.
def forward(x):
    """The four numbers of the chain."""
    a = -x
    b = math.exp(a)  # solution
    c = 1 + b  # solution
    y = 1 / c  # solution
    return a, b, c, y


# %% check forward
from examples.course.tasks.feedback import expect

expect(forward(0.0), (0.0, 1.0, 2.0, 0.5), where="x = 0")
expect(forward(1.0)[3], 1 / (1 + math.exp(-1)), where="x = 1")

# %% mistakes forward
# `b = math.exp(a)` -> `b = math.exp(-a)` : x = 1 | x = 1
# `c = 1 + b` -> `c = 1 - b` : ZeroDivision|expected | ZeroDivision|정답

# %% exercise backward 2
# en:
# Go back from `dy = 1`: multiply what arrives by the slope of each link. Return `(dc, db, da, dx)`.
# ko:
# `dy = 1`에서 출발해 거꾸로 갑니다. 도착한 값에 고리의 기울기를 곱하세요. `(dc, db, da, dx)`를
# 돌려줍니다.
def backward(x):
    """How fast y grows with c, b, a and x."""
    a, b, c, y = forward(x)
    dy = 1.0
    dc = dy * (-1 / c**2)  # solution
    db = dc * 1.0  # solution
    da = db * b  # solution
    dx = da * -1.0  # solution
    return dc, db, da, dx


# %% check backward
from examples.course.tasks.feedback import expect, say
from examples.course.track.s01_slope import slope

dc, db, da, dx = backward(0.0)
expect(dc, -0.25, where="dy/dc, x = 0")
expect(db, -0.25, where="dy/db, x = 0")
expect(da, -0.25, where="dy/da, x = 0")
expect(dx, 0.25, where="dy/dx, x = 0")
expect(
    backward(1.5)[3], slope(lambda x: forward(x)[3], 1.5), where="dy/dx, x = 1.5", within=1e-8,
    hint=say(en="the slope of exp(a) is exp(a) itself: b", ko="exp(a)의 기울기는 exp(a) 자신, 곧 b입니다"),
)  # fmt: skip

# %% mistakes backward
# `-1 / c**2` -> `1 / c**2` : dy/dc | dy/dc
# `da = db * b` -> `da = db * a` : dy/da | dy/da
# `da = db * b` -> `da = db` : exp\(a\) itself | 자신
# `dx = da * -1.0` -> `dx = da` : dy/dx, x = 0 | dy/dx, x = 0
