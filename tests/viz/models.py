"""Small models of every kind that figures of modules are tested with."""

import numpy as np

import autograd
import nn
from autograd import Tensor
from nn import functional
from nn.models import LeNet5, ResNet


def numbers(*shape, name="x"):
    values = np.random.default_rng(0).normal(size=shape)
    return Tensor(values.astype(np.float32), name=name)


def tokens(*shape):
    return Tensor(np.random.default_rng(0).integers(0, 11, shape), name="tokens")


class GPTBlock(nn.Module):
    def __init__(self, features=8, heads=2):
        self.ln1 = nn.LayerNorm(features)
        self.q, self.k, self.v, self.proj = (nn.Linear(features, features) for _ in range(4))
        self.ln2 = nn.LayerNorm(features)
        self.mlp = nn.Sequential(
            nn.Linear(features, 4 * features), nn.GELU(), nn.Linear(4 * features, features)
        )
        self.heads = heads

    def forward(self, x):
        y = self.ln1(x)
        batch, length, features = x.shape
        split = (batch, length, self.heads, features // self.heads)
        q, k, v = (
            layer(y).reshape(split).transpose(0, 2, 1, 3) for layer in (self.q, self.k, self.v)
        )
        looked = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(looked.transpose(0, 2, 1, 3).reshape(batch, length, features))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    def __init__(self, layers=3):
        self.tok, self.pos = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.blocks = nn.Sequential(*[GPTBlock() for _ in range(layers)])
        self.head = nn.Linear(8, 11, bias=False)

    def forward(self, index):
        x = self.tok(index) + self.pos(np.arange(index.shape[1]))
        return self.head(self.blocks(x))


class Language(nn.Module):
    def __init__(self):
        self.emb = nn.Embedding(11, 4)
        self.lstm = nn.LSTM(4, 8, num_layers=2, batch_first=True)
        self.fc = nn.Linear(8, 11)

    def forward(self, index):
        h, _ = self.lstm(self.emb(index))
        return self.fc(h[:, -1])


class Unrolled(nn.Module):
    def __init__(self):
        self.cell, self.fc = nn.LSTMCell(4, 8), nn.Linear(8, 2)

    def forward(self, x):
        h = c = Tensor(np.zeros((x.shape[1], 8), np.float32))
        for each in x:
            h, c = self.cell(each, (h, c))
        return self.fc(h)


class Double(nn.Module):
    def __init__(self, inputs, outputs):
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x):
        return autograd.relu(self.conv2(autograd.relu(self.conv1(x))))


class UNet(nn.Module):
    def __init__(self, width=2):
        self.down1, self.down2 = Double(1, width), Double(width, 2 * width)
        self.pool = nn.MaxPool2d(2)
        self.bottom = Double(2 * width, 4 * width)
        self.up2, self.dec2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), Double(8, 4)
        self.up1, self.dec1 = nn.ConvTranspose2d(2 * width, width, 2, 2), Double(4, 2)
        self.out = nn.Conv2d(width, 2, 1)

    def forward(self, x):
        first = self.down1(x)
        second = self.down2(self.pool(first))
        x = self.bottom(self.pool(second))
        x = self.dec2(autograd.concatenate([self.up2(x), second], 1))
        x = self.dec1(autograd.concatenate([self.up1(x), first], 1))
        return self.out(x)


class VGG(nn.Module):
    """VGG-16 with few channels."""

    def __init__(self):
        layers, before = [], 3
        for stage, count in enumerate((2, 2, 3, 3, 3)):
            for _ in range(count):
                layers += [nn.Conv2d(before, 2 + stage, 3, padding=1), nn.ReLU()]
                before = 2 + stage
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(6, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 8), nn.ReLU(), nn.Dropout(),
            nn.Linear(8, 5),
        )  # fmt: skip

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(x.reshape(len(x), -1))


class Alone(nn.Module):
    """A container of one layer, and a function between modules."""

    def __init__(self):
        self.alone, self.out = nn.Sequential(nn.Linear(6, 4)), nn.Linear(4, 2)

    def forward(self, x):
        return self.out(autograd.relu(self.alone(x)))


class Tied(nn.Module):
    """One layer called three times in a row, and a weight that two modules share."""

    def __init__(self):
        self.tok = nn.Embedding(11, 4)
        self.same = nn.Linear(4, 4)

    def forward(self, index):
        x = self.tok(index)
        for _ in range(3):
            x = self.same(x)
        return functional.linear(x, self.tok.weight)


MODELS = {
    "LeNet": lambda: (LeNet5(), numbers(2, 1, 28, 28)),
    "ResNet-18": lambda: (ResNet("basic", (2, 2, 2, 2), 10, width=4), numbers(2, 3, 32, 32)),
    "ResNet-50": lambda: (ResNet("bottleneck", (3, 4, 6, 3), 10, width=2), numbers(2, 3, 32, 32)),
    "VGG-16": lambda: (VGG(), numbers(1, 3, 32, 32)),
    "GPT block": lambda: (GPTBlock(), numbers(2, 6, 8)),
    "GPT": lambda: (GPT(), tokens(2, 6)),
    "LSTM": lambda: (Language(), tokens(2, 6)),
    "LSTM alone": lambda: (nn.LSTM(4, 8), numbers(3, 2, 4)),
    "unrolled": lambda: (Unrolled(), numbers(5, 2, 4)),
    "U-Net": lambda: (UNet(), numbers(1, 1, 16, 16)),
    "perceptron": lambda: (
        nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)), numbers(5, 4)
    ),
    "alone": lambda: (Alone(), numbers(5, 6)),
    "tied": lambda: (Tied(), tokens(2, 6)),
    "one layer": lambda: (nn.Linear(3, 2), numbers(5, 3)),
}  # fmt: skip


def called(name):
    """A model and what it gives."""
    autograd.manual_seed(0)
    model, x = MODELS[name]()
    result = model(x)
    return model, result[0] if isinstance(result, tuple) else result
