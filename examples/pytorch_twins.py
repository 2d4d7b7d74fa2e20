"""The same trainings in PyTorch, for comparison; started by `examples.twin`, never imported.

    python examples/pytorch_twins.py TRAINING START.npz END.npz

START holds the initial weights (`model.<key>`), the data in the order in which it is used, and the
settings; END gets the losses and what was measured. Nothing of this library is used here.
"""

import sys

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(),
            nn.Linear(84, 10),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(self.features(x))


class CharLSTM(nn.Module):
    def __init__(self, vocabulary, hidden, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.lstm = nn.LSTM(hidden, hidden, layers, batch_first=True)
        self.out = nn.Linear(hidden, vocabulary)

    def forward(self, tokens, state=None):
        hidden, state = self.lstm(self.embedding(tokens), state)
        return self.out(hidden), state


def load_weights(model, start):
    weights = {
        key.removeprefix("model."): torch.from_numpy(start[key])
        for key in start.files
        if key.startswith("model.")
    }
    model.load_state_dict(weights)
    return model


def fashion_mnist(start):
    model = load_weights(LeNet5(), start)
    optimizer = torch.optim.Adam(model.parameters(), lr=float(start["lr"]))
    images = torch.from_numpy(start["images"]).float()[:, None] / 255
    labels = torch.from_numpy(start["labels"])
    losses = []
    for order in torch.from_numpy(start["orders"]):
        for rows in order.split(int(start["batch"])):
            optimizer.zero_grad()
            loss = cross_entropy(model(images[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    test = torch.from_numpy(start["test_images"]).float()[:, None] / 255
    with torch.no_grad():
        answers = torch.cat([model(part).argmax(dim=1) for part in test.split(1000)])
    right = answers == torch.from_numpy(start["test_labels"])
    return {"losses": losses, "accuracy": right.float().mean().item()}


def character_lstm(start):
    model = CharLSTM(*(int(start[name]) for name in ("vocabulary", "hidden", "layers")))
    load_weights(model, start)
    optimizer = torch.optim.Adam(model.parameters(), lr=float(start["lr"]))
    rows, length = torch.from_numpy(start["rows"]), int(start["length"])
    losses = []
    for _ in range(int(start["epochs"])):
        state = None
        for first in range(0, rows.shape[1] - 1, length):
            window = rows[:, first : first + length + 1]
            optimizer.zero_grad()
            scores, state = model(window[:, :-1], state)
            state = tuple(each.detach() for each in state)
            loss = cross_entropy(scores.flatten(0, 1), window[:, 1:].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
    held_out = torch.from_numpy(start["held_out"])[None]
    with torch.no_grad():
        scores, _ = model(held_out[:, :-1])
        nats = cross_entropy(scores[0], held_out[0, 1:]).item()
    return {"losses": losses, "bits": nats / np.log(2)}


if __name__ == "__main__":
    training, start_path, end_path = sys.argv[1:]
    torch.set_num_threads(1)
    with np.load(start_path) as start:
        np.savez(end_path, **globals()[training](start))
