"""Step 6: operators, so that formulas look like formulas."""

# %% text
# en:
# # 6. Operators
# `multiply(add(x, y), z)` is hard to read. Python lets a class say what `+` and `*` mean:
# `x + y` calls `x.__add__(y)`, and `3 + x` calls `x.__radd__(3)`. Subtraction and division need no new
# rules: they are made of what is there.
# ko:
# # 6. 연산자
# `multiply(add(x, y), z)`는 읽기 어렵습니다. 파이썬에서는 클래스가 `+`와 `*`의 뜻을 정할 수 있습니다.
# `x + y`는 `x.__add__(y)`를, `3 + x`는 `x.__radd__(3)`을 부릅니다. 뺄셈과 나눗셈에는 새 규칙이 필요
# 없습니다. 이미 있는 연산으로 만들면 됩니다.

# %% code
from examples.course.track.s03_node import Node, Operation, add, multiply
from examples.course.track.s05_diamond import backward

Node.__add__ = Node.__radd__ = lambda x, y: add(x, y)
Node.__mul__ = Node.__rmul__ = lambda x, y: multiply(x, y)
Node.__array_ufunc__ = None  # NumPy leaves `array * node` to us


# %% exercise power 1
# en:
# `x ** n` for a fixed number n. Its rule is `n · x^(n-1)` times what arrives; write it with `*` and
# `power`, so that it works on nodes as well.
# ko:
# 고정된 수 n에 대한 `x ** n`입니다. 규칙은 도착한 값에 `n · x^(n-1)`을 곱하는 것입니다. 노드에도 쓸 수
# 있도록 `*`와 `power`로 쓰세요.
def power(x, n):
    """The n-th power of x."""
    return Operation(
        f"^{n:g}",
        lambda x: x**n,
        lambda g, out, x: g * (n * power(x, n - 1)) if n != 0 else g * 0.0,  # solution
    )(x)


Node.__pow__ = lambda x, n: power(x, n)

# %% check power
from examples.course.tasks.feedback import expect

for n, at, slope in ((2, 3.0, 6.0), (3, -2.0, 12.0), (-1, 2.0, -0.25), (0.5, 4.0, 0.25), (0, 5.0, 0.0)):
    x = Node(at)
    y = x**n
    expect(y.value, at**n, where=f"x^{n}, x = {at}")
    backward(y)
    expect(x.grad, slope, where=f"d/dx x^{n}, x = {at}")
x = Node(3.0)
backward(2.0 * x**2)
expect(x.grad, 12.0, where="d/dx 2x², x = 3")

# %% mistakes power
# `n * power(x, n - 1)` -> `power(x, n - 1)` : expected: 6 | 정답: 6
# `n * power(x, n - 1)` -> `n * power(x, n)` : yours: 18 | 내 답: 18
# `g * (n * power(x, n - 1))` -> `(n * power(x, n - 1))` : 2x² | 2x²

# %% exercise minus 1
# en: `-x`, `x - y` and `x / y`, from `+`, `*` and `power`. x or y may be a plain number.
# ko: `+`, `*`, `power`로 `-x`, `x - y`, `x / y`를 만드세요. x나 y는 그냥 수일 수도 있습니다.
def negative(x):
    return x * -1.0  # solution


def minus(x, y):
    return x + -1.0 * y  # solution


def divide(x, y):
    return x * power(y, -1)  # solution


Node.__neg__ = negative
Node.__sub__, Node.__rsub__ = minus, lambda x, y: minus(y, x)
Node.__truediv__, Node.__rtruediv__ = divide, lambda x, y: divide(y, x)

# %% check minus
from examples.course.tasks.feedback import expect

cases = {
    "-x": (lambda x, y: -x, -6.0, -1.0, None),
    "x - y": (lambda x, y: x - y, 4.0, 1.0, -1.0),
    "3 - x": (lambda x, y: 3.0 - x, -3.0, -1.0, None),
    "x / y": (lambda x, y: x / y, 3.0, 0.5, -1.5),
    "12 / x": (lambda x, y: 12.0 / x, 2.0, -1 / 3, None),
    "x - x": (lambda x, y: x - x, 0.0, 0.0, None),
}
for name, (formula, result, dx, dy) in cases.items():
    x, y = Node(6.0), Node(2.0)
    out = formula(x, y)
    expect(out.value, result, where=f"{name}, x = 6, y = 2")
    backward(out)
    expect(x.grad, dx, where=f"{name}: ∂/∂x")
    expect(y.grad, dy, where=f"{name}: ∂/∂y")

# %% mistakes minus
# `x + -1.0 * y` -> `x + y` : x - y | x - y
# `x + -1.0 * y` -> `y + -1.0 * x` : yours: -4 | 내 답: -4
# `x * power(y, -1)` -> `x * y` : x / y | x / y
