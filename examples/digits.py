"""A small convolutional network learns handwritten digits, and its backpropagation is drawn.

    python -m examples.digits

The network is ordinary Python that runs: the graph is whatever was computed, and `backward()`
walks it back. Everything above `main` fits on one screen.
"""

import argparse
from pathlib import Path

from rich.progress import track

import autograd
import nn
import viz
from examples.gradient_check import check_network
from examples.sheet import save_sheet
from nn.data import DataLoader, TensorDataset, random_split
from nn.datasets import digits


class Digits(nn.Module):
    """8 x 8 pixels to scores of ten digits: two convolutions, then one affine map."""

    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)  # the norm has a bias
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.out = nn.Linear(32 * 2 * 2, 10)

    def forward(self, x):
        x = autograd.relu(self.norm1(self.conv1(x)))
        x = nn.functional.max_pool2d(x, 2)  # (batch, 16, 4, 4)
        x = autograd.relu(self.norm2(self.conv2(x)))
        x = nn.functional.max_pool2d(x, 2)  # (batch, 32, 2, 2)
        return self.out(x.reshape(len(x), -1))


def train(model, batches, epochs):
    """Minimise the cross-entropy with Adam, in steps that shrink to nothing."""
    model.train()
    optimizer = nn.optim.Adam(model.parameters())
    for epoch in track(range(epochs), "training"):
        optimizer.param_groups[0]["lr"] = 5e-3 * (1 - epoch / epochs)
        for images, labels in batches:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()


def predict(model, images):
    """The digit with the highest score for every image."""
    model.eval()
    with autograd.no_grad():
        return model(images).argmax(axis=1).numpy()


def draw_one_step(path):
    """One training step of a two-layer network on one example, with every value and gradient."""
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    x = autograd.tensor([[1.0, -0.5, 0.25]], dtype="float32", name="x")
    label = autograd.tensor([1], name="label")
    loss = nn.functional.cross_entropy(model(x), label)
    loss.name = "loss"
    loss.backward()
    figure = viz.draw(loss)
    written = [figure.save(path.with_suffix(".svg"))]
    try:
        written.append(figure.save(path.with_suffix(".png")))
    except RuntimeError as error:  # the SVG is there; only the PNG needs an extra
        print(error)
    return written


def main(arguments=None):
    """Train, test, check the gradients, draw; return the accuracy."""
    parser = argparse.ArgumentParser(prog="python -m examples.digits", description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path("demo"))
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)

    autograd.manual_seed(options.seed)
    images, labels = digits()
    dataset = TensorDataset(images, labels)
    train_set, test_set = random_split(dataset, [0.8, 0.2], stratify=labels, seed=options.seed)
    model = Digits()
    print(model)
    batches = DataLoader(train_set, batch_size=64, shuffle=True, seed=options.seed)
    train(model, batches, options.epochs)

    held_out, truth = images[test_set.indices], labels[test_set.indices]
    guesses = predict(model, held_out)
    accuracy = float((guesses == truth).mean())
    print(f"accuracy on {len(truth)} held-out digits: {accuracy:.2%}\n")

    print("gradients against numerical differentiation (NumPy alone, float64):")
    print(check_network(model, images[:4], labels[:4]))

    written = draw_one_step(options.folder / "backprop")
    written += save_sheet(options.folder / "digits", held_out[:60, 0], guesses[:60], truth[:60])
    print("\ndrawn:", *(f"  {path}" for path in written), sep="\n")
    return accuracy


if __name__ == "__main__":
    main()
