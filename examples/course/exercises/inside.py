"""Exercises: looking inside."""

# %% text
# en:
# ## Exercises: looking inside
# ko:
# ## 연습 문제: 안을 들여다보기

# %% code
import numpy as np

import autograd
import nn


# %% exercise dead 1
# en: 1. The share of dead units: those whose activation is 0 for **every** sample (row).
# ko: 1. 죽은 뉴런의 비율을 구하세요. **모든** 샘플(행)에서 활성화 값이 0인 뉴런입니다.
def dead_share(activations):
    return (activations == 0).all(axis=0).mean()  # solution


# %% check dead
from examples.course.tasks.feedback import expect

rows = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 2.0, 3.0, 0.0]])
expect(dead_share(rows), 0.5, where="[[0, 1, 0, 0], [0, 2, 3, 0]]")

# %% mistakes dead
# `.all(axis=0)` -> `.any(axis=0)` : yours: 0.75 | 내 답: 0.75
# `.all(axis=0).mean()` -> `.mean()` : yours: 0.625 | 내 답: 0.625
# `.all(axis=0).mean()` -> `.all(axis=0).sum()` : yours: 2   expected | 내 답: 2   정답


# %% exercise freeze 1
# en: 2. Freeze the body of a model, for transfer learning: after this, only the parameters of its
# last layer are trained.
# ko: 2. 전이 학습을 위해 모델의 몸통을 얼리세요. 이제 마지막 층의 매개변수만 학습됩니다.
def freeze_body(model):
    for layer in model[:-1]:
        for parameter in layer.parameters():
            parameter.requires_grad_(False)  # solution


# %% check freeze
from examples.course.tasks.feedback import expect

autograd.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
freeze_body(net)
expect(
    [key for key, each in net.named_parameters() if each.requires_grad],
    ["2.weight", "2.bias"], where="requires_grad",
)  # fmt: skip

# %% mistakes freeze
# `parameter.requires_grad_(False)` -> `parameter.grad = None` : 0.weight | 0.weight
