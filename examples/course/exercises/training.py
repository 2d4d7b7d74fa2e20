"""Exercises: training."""

# %% text
# en:
# ## Exercises: training
# ko:
# ## 연습 문제: 학습

# %% code
import numpy as np


# %% exercise batches 2
# en: 1. Cut the numbers `0 ... n-1` into mini-batches of `size`, in a random order; the last one
# may be smaller. Return a list of arrays.
# ko: 1. 번호 `0 ... n-1`을 무작위 순서로 섞어 크기가 `size`인 미니배치로 나누세요. 마지막 것은 더
# 작을 수 있습니다. 배열의 리스트를 돌려주세요.
def mini_batches(n, size, generator):
    order = generator.permutation(n)  # solution
    return [order[begin : begin + size] for begin in range(0, n, size)]  # solution


# %% check batches
from examples.course.tasks.feedback import expect, fail

cut = mini_batches(10, 4, np.random.default_rng(0))
expect(len(cut), 3, where="n = 10, size = 4: len(batches)")
expect([len(each) for each in cut], [4, 4, 2], where="n = 10, size = 4: len(batch)")
expect(sorted(np.concatenate(cut).tolist()), list(range(10)), where="sorted(numbers)")
again = np.concatenate(mini_batches(100, 4, np.random.default_rng(1)))
if (again == np.arange(100)).all():
    fail(en="the samples are in their old order", ko="샘플의 순서가 섞이지 않았습니다")

# %% mistakes batches
# `range(0, n, size)` -> `range(0, n - size + 1, size)` : yours: 2 | 내 답: 2
# `generator.permutation(n)` -> `np.arange(n)` : old order | 섞이지 않았습니다
# `generator.permutation(n)` -> `generator.integers(0, n, n)` : sorted\( | sorted\(


# %% exercise updates 1
# en: 2. How many updates does training make: `n` samples, mini-batches of `size` (the last may be
# smaller), `epochs` epochs? Six updates of one hour each, or ten of five minutes: count them
# first.
# ko: 2. 샘플이 `n`개, 미니배치 크기가 `size`(마지막은 더 작을 수 있음), 에폭이 `epochs`번이면
# 가중치를 모두 몇 번 갱신할까요? 한 시간짜리 갱신 여섯 번과 5분짜리 갱신 열 번을 비교하려면 먼저
# 세어야 합니다.
def number_of_updates(n, size, epochs):
    return epochs * -(-n // size)  # solution


# %% check updates
from examples.course.tasks.feedback import expect

expect(number_of_updates(1000, 1000, 6), 6, where="n = 1000, size = 1000, epochs = 6")
expect(number_of_updates(1000, 100, 6), 60, where="n = 1000, size = 100, epochs = 6")
expect(number_of_updates(10, 4, 2), 6, where="n = 10, size = 4, epochs = 2")

# %% mistakes updates
# `epochs * -(-n // size)` -> `n * epochs // size` : yours: 5 | 내 답: 5
# `epochs * -(-n // size)` -> `-(-n // size)` : yours: 1 | 내 답: 1
# `-(-n // size)` -> `n` : yours: 6000 | 내 답: 6000
