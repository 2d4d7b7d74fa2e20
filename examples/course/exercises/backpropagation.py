"""Exercises: backpropagation."""

# %% text
# en:
# ## Exercises: backpropagation
# ko:
# ## 연습 문제: 오차역전파

# %% code
import numpy as np


# %% exercise two_layers 2
# en: 1. Two layers with the examples in columns: `Z1 = W1 A0 + b1`, `A1 = tanh(Z1)`, `Z2 = W2 A1
# + b2`, `A2 = sigmoid(Z2)` and the binary cross-entropy. Write the gradients.
# ko: 1. 데이터를 열로 놓은 2층 신경망입니다. `Z1 = W1 A0 + b1`, `A1 = tanh(Z1)`, `Z2 = W2 A1 +
# b2`, `A2 = sigmoid(Z2)`, 손실은 이진 교차 엔트로피입니다. 기울기를 쓰세요.
def gradients_by_hand(A0, A1, A2, Y, W2):
    n = Y.shape[1]
    dZ2 = A2 - Y  # solution
    dW2 = dZ2 @ A1.T / n  # solution
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)  # solution
    dW1 = dZ1 @ A0.T / n  # solution
    return dW1, dW2


# %% check two_layers
from autograd.testing import numerical_gradient
from examples.course.tasks.feedback import expect

random = np.random.default_rng(0)
data, answers = random.normal(size=(2, 4)), np.array([[1.0, 0.0, 1.0, 1.0]])
first, second = random.normal(size=(3, 2)), random.normal(size=(1, 3))


def bce_of(W1, W2):
    A2 = 1 / (1 + np.exp(-(W2 @ np.tanh(W1 @ data))))
    return -(answers * np.log(A2) + (1 - answers) * np.log(1 - A2)).mean()


hidden = np.tanh(first @ data)
output = 1 / (1 + np.exp(-(second @ hidden)))
found = gradients_by_hand(data, hidden, output, answers, second)
slopes = (
    numerical_gradient(lambda W: bce_of(W, second), first),
    numerical_gradient(lambda W: bce_of(first, W), second),
)
expect(found[1], slopes[1], where="dW2", within=1e-7)
expect(found[0], slopes[0], where="dW1", within=1e-7)

# %% mistakes two_layers
# `A1.T / n` -> `A1.T` : where: dW2 | 위치: dW2
# `* (1 - A1**2)` -> `* A1 * (1 - A1)` : where: dW1 | 위치: dW1
# `W2.T @ dZ2` -> `W2 @ dZ2` : ValueError | ValueError
# `dZ1 @ A0.T / n` -> `dZ1 @ A1.T / n` : yours \(3, 3\), expected | 내 답은 \(3, 3\), 정답은


# %% exercise affine 2
# en: 2. The layer `Affine` of the book, with examples in rows: `forward` saves, `backward` leaves
# `dW` and `db` and returns what goes on to `x`.
# ko: 2. 책에 나오는 `Affine` 층입니다. 데이터를 행으로 놓습니다. `forward`가 저장하고,
# `backward`는 `dW`와 `db`를 남긴 다음 `x`로 갈 기울기를 돌려줍니다.
class AffineByHand:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout  # solution
        self.db = dout.sum(axis=0)  # solution
        return dout @ self.W.T  # solution


# %% check affine
from examples.course.tasks.feedback import check_layer

three_rows = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.1]])
check_layer(AffineByHand(np.array([[0.1, 0.3], [0.2, -0.4]]), np.zeros(2)), three_rows)

# %% mistakes affine
# `dout.sum(axis=0)` -> `dout.sum()` : b: its shape is \(\) | b: 기울기의 모양은 \(\)
# `self.W.T` -> `self.W` : W is not transposed | 전치
# `self.dW = self.x.T @ dout` -> `pass` : dW is never set | dW에 값을 넣지 않았습니다
# `return dout @` -> `dout @` : `return` | return을 빠뜨리지


# %% exercise dropout 1
# en: 3. A layer `Dropout`, at training time: `forward` keeps a unit where the mask says so,
# scaled by `1 / (1 - share)`; `backward` treats the gradient like a ReLU does, with the same
# mask.
# ko: 3. 훈련 때의 `Dropout` 층입니다. `forward`는 마스크가 남기라고 한 값만 `1 / (1 - share)`배
# 해서 남깁니다. `backward`는 ReLU처럼 같은 마스크로 기울기를 거릅니다.
class DropoutByHand:
    def __init__(self, mask, share):
        self.mask, self.share = mask, share

    def forward(self, x):
        return x * self.mask / (1 - self.share)

    def backward(self, dout):
        return dout * self.mask / (1 - self.share)  # solution


# %% check dropout
from examples.course.tasks.feedback import check_layer

kept = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
check_layer(DropoutByHand(kept, 0.5), np.array([[0.5, -1.0, 2.0], [0.3, -0.7, 1.1]]))

# %% mistakes dropout
# `dout * self.mask / (1 - self.share)` -> `dout` : local derivative is missing | 국소
# `dout * self.mask / (1 - self.share)` -> `dout * self.mask` : half as large | 절반
