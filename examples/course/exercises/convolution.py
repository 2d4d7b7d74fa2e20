"""Exercises: convolutional networks."""

# %% text
# en:
# ## Exercises: convolutional networks
# ko:
# ## 연습 문제: 합성곱 신경망

# %% code
import numpy as np


# %% exercise size 1
# en: 1. How many positions has a filter of `k` on `n` pixels, with `padding` at both ends and a
# `stride`?
# ko: 1. 길이 `n`인 입력의 양쪽에 `padding`을 붙이고 길이 `k`인 필터를 `stride`씩 옮기면 출력의
# 길이는 얼마일까요?
def output_size(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride + 1  # solution


# %% check size
from examples.course.tasks.feedback import expect

expect(output_size(4, 3), 2, where="n = 4, k = 3")
expect(output_size(4, 3, padding=1), 4, where="n = 4, k = 3, padding = 1")
expect(output_size(28, 5, padding=2, stride=2), 14, where="n = 28, k = 5, padding = 2, stride = 2")

# %% mistakes size
# `// stride + 1` -> `// stride` : yours: 1 | 내 답: 1
# `2 * padding` -> `padding` : yours: 3 | 내 답: 3
# `// stride + 1` -> `+ 1` : yours: 28 | 내 답: 28


# %% exercise slide 2
# en: 2. Slide the filter over the image (stride 1, no padding), as networks do: without turning
# it.
# ko: 2. 이미지 위로 필터를 옮겨 가며 계산하세요(스트라이드 1, 패딩 없음). 신경망에서처럼 필터를
# 뒤집지 않습니다.
def slide(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]  # solution
            result[i, j] = (window * kernel).sum()  # solution
    return result


# %% check slide
from examples.course.tasks.feedback import expect

printed = np.array([[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])
expect(
    slide(printed, np.array([[2, 0, 1], [0, 1, 2], [1, 0, 2]])), [[15, 16], [6, 15]],
)  # fmt: skip

# %% mistakes slide
# `window * kernel` -> `window * kernel[::-1, ::-1]` : yours: \[\[11., 12.\] | 내 답: \[\[11., 12.\]
# `window * kernel` -> `window @ kernel` : yours: \[\[39., 42.\] | 내 답: \[\[39., 42.\]
# `image[i : i + kernel.shape[0], j : j + ` -> `image[: kernel.shape[0], :` : 15., 15. | 15., 15.


# %% exercise pooling 1
# en: 3. Max pooling of 2 by 2: where does the gradient `g` of a block go? Only to its largest
# element.
# ko: 3. 2 x 2 최대 풀링에서 블록 하나에 도착한 기울기 `g`는 어디로 갈까요? 가장 큰 원소로만
# 갑니다.
def block_maximum_rule(g, block):
    return g * (block == block.max())  # solution


# %% check pooling
from examples.course.tasks.feedback import check_rule

check_rule(
    np.max, block_maximum_rule, [([[12.0, 20.0], [8.0, 12.5]],), ([[34.0, 70.0], [112.0, 100.0]],)],
    names=("block",),
)  # fmt: skip

# %% mistakes pooling
# `g * (block == block.max())` -> `g * np.ones_like(block)` : slope is 0 | 기울기는 0
# `g * (block == block.max())` -> `g * block.max() * (block == block.max())` : gives 20 | 규칙은 20
# `g * (block == block.max())` -> `g / 4 * np.ones_like(block)` : gives 0.25 | 규칙은 0.25
