"""Messages that a beginner meets carry a short name, which the page of errors explains."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / name for name in ("errors.md", "errors.ko.md")]
SHORT_NAME = re.compile(r"\(see: ([a-z-]+)\)")


def leaf(*shape: int) -> Tensor:
    return autograd.ones(shape, requires_grad=True)


def used_twice() -> None:
    y = (leaf() ** 2).sum()
    y.backward()
    y.backward()


def changed_between() -> None:
    x = leaf(2) * 1.0
    y = x * x
    x += 1
    y.sum().backward()


def written_leaf() -> None:
    w = leaf(2)
    w += 1


def grad_of_computed() -> None:
    y = leaf() * 2
    assert y.grad is None


def not_a_number() -> None:
    (leaf() - 2).log().backward()


def number_of_leaf() -> None:
    float(leaf() * 2)


def every_pair() -> None:
    ((leaf(3, 1) - autograd.ones(3)) ** 2).mean()


def trainer_of_another() -> None:
    model, other = nn.Linear(2, 1), nn.Linear(2, 1)
    data = [(np.ones(2), np.ones(1))]
    loader = nn.data.DataLoader(data)
    nn.train.Trainer(model, nn.optim.SGD(other.parameters(), lr=0.1), nn.MSELoss()).fit(loader, 1)


class Forgetful(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = leaf(2)


LABELS = np.array([5])
PROVOKED: dict[str, Callable[[], object]] = {
    "scalar-output": lambda: (leaf(2) * 2).backward(),
    "graph-used": used_twice,
    "no-gradient": lambda: Tensor(1.0).backward(),
    "changed-in-place": changed_between,
    "leaf-in-place": written_leaf,
    "only-leaves": grad_of_computed,
    "first-nan": not_a_number,
    "leaving-the-graph": lambda: np.asarray(leaf(2)),
    "plain-number": number_of_leaf,
    "integer-gradient": lambda: Tensor([1, 2], requires_grad=True),
    "inner-sizes": lambda: leaf(2, 3) @ leaf(4, 2),
    "features": lambda: nn.Linear(2, 1)(np.ones((1, 4))),
    "loss-shapes": lambda: F.mse_loss(leaf(3, 1), np.ones(3)),
    "broadcast-loss": every_pair,
    "dtypes": lambda: nn.Linear(2, 1)(autograd.ones((1, 2), dtype=np.float64)),
    "class-labels": lambda: F.cross_entropy(leaf(1, 3), LABELS),
    "label-dtype": lambda: F.cross_entropy(leaf(1, 3), np.array([0.5])),
    "channels": lambda: nn.Conv2d(1, 2, 3)(np.ones((1, 3, 8, 8))),
    "other-names": lambda: autograd.nn,
    "keyword": lambda: autograd.sum(leaf(), axes=0),
    "step-without-gradient": lambda: nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.1).step(),
    "state-misfit": lambda: nn.Linear(1, 1).load_state_dict({"wrong": np.ones((1, 1))}),
    "forward": lambda: nn.Module()(1.0),
    "other-parameters": trainer_of_another,
    "plain-tensor": Forgetful,
    "logits": lambda: F.cross_entropy(F.softmax(leaf(1, 3), dim=1), np.array([0])),
    "one-class": lambda: F.cross_entropy(leaf(2, 1), np.array([0, 0])),
    "log-probabilities": lambda: F.nll_loss(leaf(1, 3), np.array([0])),
    "probabilities": lambda: F.binary_cross_entropy_with_logits(leaf(2), np.array([-1.0, 2.0])),
}
WHILE_IMPORTING = {"other-autograd"}  # tests/test_packaging.py provokes it


def written_in(folder: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
    return {name for text in texts for name in SHORT_NAME.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_short_name_is_a_heading_and_the_other_way_round(page: Path) -> None:
    headings = re.findall(r"^### (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(headings)) == len(headings)
    assert set(headings) == written_in("autograd") | written_in("nn") | written_in("viz")


def test_every_short_name_is_provoked() -> None:
    assert written_in("autograd") | written_in("nn") == PROVOKED.keys() | WHILE_IMPORTING


@pytest.mark.parametrize("name", PROVOKED)
def test_the_message_carries_its_short_name(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's own
        warnings.simplefilter("error", autograd.TrapWarning)
        warnings.simplefilter("error", autograd.LostGradientWarning)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of each its own kind
            PROVOKED[name]()
    assert f" (see: {name})" in str(caught.value)
