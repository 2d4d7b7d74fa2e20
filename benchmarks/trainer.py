"""What does the trainer cost over the loop written by hand? LeNet-5, batches of 64."""

import statistics
import time
from typing import Any

import numpy as np

import autograd
import nn
from benchmarks.session import Session
from benchmarks.table import Row, limit, time_text
from nn.models import LeNet5
from nn.train import Trainer

BAR = 3.0  # per cent


def measure(session: Session, batch: int = 64, steps: int = 10) -> list[Row]:
    """Alternate short epochs of both in this process; compare the medians of a step."""
    rng = np.random.default_rng(0)
    batches = [
        (rng.random((batch, 1, 28, 28), np.float32), rng.integers(0, 10, batch))
        for _ in range(steps)
    ]
    by_hand, trained = _model(), _model()
    optimizer = nn.optim.Adam(by_hand.parameters())
    trainer = Trainer(
        trained, nn.optim.Adam(trained.parameters()), nn.functional.cross_entropy, progress=False
    )
    sides: dict[str, list[float]] = {"hand": [], "trainer": []}
    for number in range(session.rounds + 1):
        first = number % 2  # so that neither always comes after the other
        for side in ("hand", "trainer") if first else ("trainer", "hand"):
            began = time.process_time()
            if side == "hand":
                _loop(by_hand, optimizer, batches)
            else:
                trainer.fit(batches, 1)
            if number:  # the first round warms up
                sides[side].append((time.process_time() - began) / steps)
    for ours, theirs in zip(trained.parameters(), by_hand.parameters(), strict=True):
        if not np.array_equal(ours.data, theirs.data):
            raise RuntimeError("trainer: the trainer and the loop by hand learn different weights")
    pairs = zip(sides["trainer"], sides["hand"], strict=True)
    cost = 100 * (statistics.median(a / b for a, b in pairs) - 1)
    case = f"Trainer over a loop by hand, LeNet-5, batch {batch}"
    times = " over ".join(time_text(statistics.median(sides[side])) for side in ("trainer", "hand"))
    return [limit(case, f"{times} a step", cost, "%", BAR)]


def _model() -> LeNet5:
    autograd.manual_seed(0)
    return LeNet5()


def _loop(model: Any, optimizer: Any, batches: list[Any]) -> float:
    """One epoch as it is written by hand, with the mean loss that one wants to see."""
    total = 0.0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)
