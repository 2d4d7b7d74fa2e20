"""LeNet-5 learns Fashion-MNIST, beside the same network in PyTorch.

    python -m examples.fashion_mnist --folder /usr/share/datasets/fashion-mnist

Three epochs of Adam. A twin in PyTorch starts from the same weights and sees the same batches in
the same order, so that its losses are ours up to float32's rounding, which grows slowly: the first
100 are compared. Debian's package dataset-fashion-mnist installs the images; without `--folder`
they are downloaded once, 30 MB.
"""

import argparse
import time
from pathlib import Path

import numpy as np

import autograd
import nn
from examples.measured import Measured, report
from examples.twin import run_twin
from nn.datasets import fashion_mnist
from nn.models import LeNet5

LR, BATCH = 1e-3, 32
COMPARED = 100  # losses


def train(model, images, labels, orders):
    """Train on batches in the given order, one row of `orders` an epoch; return all losses."""
    optimizer = nn.optim.Adam(model.parameters(), lr=LR)
    losses = []
    for epoch, order in enumerate(orders, start=1):
        began = time.perf_counter()
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        recent = np.mean(losses[-100:])
        print(f"epoch {epoch}: loss {recent:.3f}, {time.perf_counter() - began:.0f} s", flush=True)
    return np.array(losses)


def accuracy(model, images, labels):
    with autograd.no_grad():
        parts = np.array_split(np.arange(len(images)), max(1, len(images) // 1000))
        answers = np.concatenate([model(images[rows]).argmax(axis=1).numpy() for rows in parts])
    return float((answers == labels).mean())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m examples.fashion_mnist", description=__doc__)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--examples", type=int, default=60000, help="to train on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="of the four IDX files")
    parser.add_argument("--alone", action="store_true", help="without the PyTorch twin")
    options = parser.parse_args(arguments)

    place = {"folder": options.folder, "fetch": options.folder is None}
    images, labels = (part[: options.examples] for part in fashion_mnist(split="train", **place))
    test_images, test_labels = fashion_mnist(split="test", **place)
    autograd.manual_seed(options.seed)
    model = LeNet5()
    rng = np.random.default_rng(options.seed)
    orders = np.stack([rng.permutation(len(images)) for _ in range(options.epochs)])
    twin = None
    if not options.alone:
        print("training the twin in PyTorch ...", flush=True)
        twin = run_twin(
            "fashion_mnist", model, lr=LR, batch=BATCH, orders=orders, labels=labels,
            images=np.rint(images[:, 0] * 255).astype(np.uint8), test_labels=test_labels,
            test_images=np.rint(test_images[:, 0] * 255).astype(np.uint8),
        )  # fmt: skip
    losses = train(model, images, labels, orders)
    share = accuracy(model, test_images, test_labels)
    numbers = [Measured("accuracy on the test images", share, "{:.2%}", at_least=0.85)]
    if twin is not None:
        differences = np.abs(losses - twin["losses"])
        compared = differences[:COMPARED]
        numbers += [
            Measured("accuracy of the PyTorch twin", float(twin["accuracy"]), "{:.2%}"),
            Measured(
                f"largest difference of the first {len(compared)} losses", compared.max(),
                "{:.1e}", at_most=1e-4,
            ),
            Measured("largest difference of all losses", differences.max(), "{:.1e}"),
        ]  # fmt: skip
    return report(numbers)


if __name__ == "__main__":
    main()
