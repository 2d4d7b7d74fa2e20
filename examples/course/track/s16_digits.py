"""Step 16: handwritten digits."""

# %% text
# en:
# # 16. Your engine reads handwriting
# What is left is the loss for ten classes. With the scores s of one image and its class c it is
# `log Σ exp(s) - s_c`. So that exp does not overflow, the largest score is taken off first: it cancels.
# Then your engine, not ours, learns 1,400 digits of 8 x 8 pixels.
# ko:
# # 16. 손글씨를 읽는 나의 엔진
# 남은 것은 클래스가 열 개일 때의 손실입니다. 이미지 한 장의 점수 s와 정답 클래스 c에 대해
# `log Σ exp(s) - s_c`입니다. exp가 넘치지 않도록 먼저 가장 큰 점수를 뺍니다. 빼도 결과는 같습니다. 이제
# 라이브러리가 아니라 여러분의 엔진이 8 x 8 픽셀 숫자 1,400장을 학습합니다.

# %% code
import numpy as np

from examples.course.track.s03_node import Node
from examples.course.track.s11_broadcasting import backward
from examples.course.track.s13_second_derivatives import exp, log, tanh
from examples.course.track.s15_modules import Linear, parameters, sgd
from nn.datasets import digits

# %% exercise cross_entropy 2
# en:
# `scores` is a node of shape (N, 10), `labels` an array of N class numbers. The mean over the images. The
# largest scores, plain numbers, and `one_hot` are given.
# ko:
# `scores`는 형상이 (N, 10)인 노드, `labels`는 클래스 번호 N개의 배열입니다. 이미지에 대한 평균을
# 구하세요. 가장 큰 점수(수)와 `one_hot`은 주어져 있습니다.
def cross_entropy(scores, labels):
    """The mean of log Σ exp(s) - s_c."""
    largest = scores.value.max(axis=1, keepdims=True)
    one_hot = np.eye(scores.value.shape[1])[labels]
    shifted = scores - largest
    right = (shifted * one_hot).sum(axis=1)  # solution
    return (log(exp(shifted).sum(axis=1)) - right).mean()  # solution


# %% check cross_entropy
from examples.course.tasks.feedback import expect

s = Node(np.array([[1.0, 1.0, 2.0]]))
loss = cross_entropy(s, np.array([2]))
expect(loss.value, np.array(0.5514447139320511), where="s = (1, 1, 2), c = 2")
backward(loss)
expect(s.grad, np.array([[0.21194156, 0.21194156, -0.42388312]]), where="∂/∂s", within=1e-7)
expect(cross_entropy(Node(np.array([[1000.0, 0.0], [0.0, 0.0]])), np.array([0, 1])).value,
       np.array(np.log(2) / 2), where="s = (1000, 0), (0, 0)")  # fmt: skip

# %% mistakes cross_entropy
# `exp(shifted)` -> `exp(scores)` : expected: 0.5514 | 정답: 0.5514
# `.sum(axis=1)) - right).mean()` -> `.sum(axis=1)) - right).sum()` : \(1000, 0\) | \(1000, 0\)
# `log(exp(shifted).sum(axis=1)) - right` -> `log(exp(shifted).sum()) - right` : \(1000, 0\) | \(1000, 0\)

# %% exercise train 2
# en: For every batch: scores, loss, `backward`, `sgd`.
# ko: 배치마다 점수, 손실, `backward`, `sgd`를 차례로 하세요.
class Reader:
    """64 pixels, 32 hidden units, 10 scores."""

    def __init__(self, random):
        self.layers = [Linear(64, 32, random), Linear(32, 10, random)]

    def __call__(self, x):
        return self.layers[1](tanh(self.layers[0](x)))


def train(reader, x, labels, epochs=8, rate=0.5, size=50):
    """Train on batches."""
    for _ in range(epochs):
        for start in range(0, len(x), size):
            batch = slice(start, start + size)
            loss = cross_entropy(reader(x[batch]), labels[batch])  # solution
            backward(loss)  # solution
            sgd(parameters(reader), rate)  # solution


# %% check train
from examples.course.tasks.feedback import fail

images, labels = digits()
order = np.random.default_rng(0).permutation(len(images))
x, labels = images[order].reshape(-1, 64).astype(float), labels[order]
reader = Reader(np.random.default_rng(0))
train(reader, x[:1400], labels[:1400])
accuracy = (reader(Node(x[1400:])).value.argmax(axis=1) == labels[1400:]).mean()
if accuracy < 0.9:
    fail(en=f"of 397 new digits {accuracy:.1%} are read; more than 90 % are expected",
         ko=f"새로운 숫자 397장 가운데 {accuracy:.1%}를 읽었습니다. 90 %를 넘어야 합니다")  # fmt: skip

# %% mistakes train
# `\n            sgd(parameters(reader), rate)` -> `` : digits | 숫자
# `reader(x[batch]), labels[batch]` -> `reader(x[batch]), labels[:size]` : digits | 숫자
