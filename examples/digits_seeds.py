"""How good is the digits network, whatever the seed?

    python -m examples.digits_seeds

Trains the network of `examples.digits` once for each seed. The seed draws the weights, the order
of the batches, and which stratified random fifth of the 1,797 digits is held out; the accuracy is
measured on that fifth, which training never sees.
"""

import argparse

import numpy as np

import autograd
from examples.digits import Digits, predict, train
from examples.measured import Measured, report
from nn.data import DataLoader, TensorDataset, random_split
from nn.datasets import digits


def accuracy(seed, epochs):
    """Train on four fifths; return the share of right answers on the other one."""
    autograd.manual_seed(seed)
    images, labels = digits()
    dataset = TensorDataset(images, labels)
    train_set, test_set = random_split(dataset, [0.8, 0.2], stratify=labels, seed=seed)
    model = Digits()
    train(model, DataLoader(train_set, batch_size=64, shuffle=True, seed=seed), epochs)
    rows = test_set.indices
    return float((predict(model, images[rows]) == labels[rows]).mean())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m examples.digits_seeds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args(arguments)
    found = []
    for seed in range(options.seeds):
        found.append(accuracy(seed, options.epochs))
        print(f"seed {seed}: {found[-1]:.2%}")
    return report(
        [
            Measured(f"mean of {len(found)} seeds", np.mean(found), "{:.2%}", at_least=0.982),
            Measured("the worst of them", min(found), "{:.2%}", at_least=0.97),
        ]
    )


if __name__ == "__main__":
    main()
