"""A model trained by one process or by several, timed by the clock: `python ranks.py MODEL`.

Each process takes its share of a batch of the same size; rank 0 prints the seconds of each step.
"""

import json
import sys
import time

import numpy as np

import autograd
import nn
from nn.parallel import DistributedDataParallel, only_first, rank, world_size

WARM_UP, STEPS = 3, 12
MODELS = {
    "convolution": (
        lambda: nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 16 * 16, 10),
        ),
        (3, 32, 32), 64,
    ),
    "wide": (
        lambda: nn.Sequential(
            nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)
        ),
        (784,), 512,
    ),
    "small": (
        lambda: nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)), (64,), 64,
    ),
}  # fmt: skip


def main(name: str) -> None:
    """Train some steps and print what each took."""
    make, shape, batch = MODELS[name]
    autograd.manual_seed(0)
    model = DistributedDataParallel(make())
    share = batch // world_size()
    rng = np.random.default_rng(rank())
    x = rng.standard_normal((share, *shape)).astype(np.float32)
    y = rng.integers(0, 10, share)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    seconds = []
    for _ in range(WARM_UP + STEPS):
        started = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - started)
    if only_first():
        print(json.dumps(seconds[WARM_UP:]))


if __name__ == "__main__":
    main(sys.argv[1])
