"""Exercises: computation graphs."""

# %% text
# en:
# ## Exercises: computation graphs
# ko:
# ## 연습 문제: 계산 그래프

# %% code
import numpy as np


# %% exercise shop 1
# en: 1. The fruit shop, without oranges: `total = price · count · tax`. What goes back to each of
# the three, when 1 arrives at the total?
# ko: 1. 과일 가게에서 사과만 삽니다. `total = price · count · tax`. 결과에 1이 도착했을 때 세
# 값에 전해지는 기울기를 쓰세요.
def shop_gradients(price, count, tax):
    d_price = count * tax  # solution
    d_count = price * tax  # solution
    d_tax = price * count  # solution
    return d_price, d_count, d_tax


# %% check shop
from examples.course.tasks.feedback import expect

for which, found, wanted in zip(
    ("price", "count", "tax"), shop_gradients(100.0, 2.0, 1.1), (2.2, 110.0, 200.0), strict=True
):
    expect(found, wanted, where=f"∂/∂{which}; price = 100, count = 2, tax = 1.1")

# %% mistakes shop
# `count * tax` -> `tax` : expected: 2.2 | 정답: 2.2
# `price * tax` -> `price` : expected: 110 | 정답: 110
# `price * count` -> `price * count * tax` : yours: 220 | 내 답: 220


# %% exercise paths 2
# en: 2. `u = x² + 2y` with `x = r sin t` and `y = sin² t`. Both `x` and `y` depend on `t`: add
# the two paths. Write `du/dr` and `du/dt`.
# ko: 2. `u = x² + 2y`, `x = r sin t`, `y = sin² t`입니다. `x`와 `y`가 모두 `t`에 의존하므로 두
# 경로를 더해야 합니다. `du/dr`와 `du/dt`를 쓰세요.
def slopes_of_u(r, t):
    du_dr = 2 * r * np.sin(t) ** 2  # solution
    du_dt = (r**2 + 2) * np.sin(2 * t)  # solution
    return du_dr, du_dt


# %% check paths
from autograd.testing import numerical_gradient
from examples.course.tasks.feedback import expect


def u_of(r, t):
    return (r * np.sin(t)) ** 2 + 2 * np.sin(t) ** 2


for radius, angle in ((1.0, np.pi / 4), (2.0, 0.3)):
    du_dr, du_dt = slopes_of_u(radius, angle)
    at = f"r = {radius:g}, t = {angle:.4f}"
    expect(
        du_dr,
        float(numerical_gradient(lambda r, t=angle: u_of(r, t), radius)),
        where=f"du/dr, {at}",
    )
    expect(
        du_dt,
        float(numerical_gradient(lambda t, r=radius: u_of(r, t), angle)),
        where=f"du/dt, {at}",
    )

# %% mistakes paths
# `r**2 + 2` -> `r**2` : expected: 3\n.*du/dt | 정답: 3\n.*du/dt
# `2 * r * np` -> `r * np` : expected: 1\n.*du/dr | 정답: 1\n.*du/dr
# `(2 * t)` -> `(t)` : yours: 2.12 | 내 답: 2.12
