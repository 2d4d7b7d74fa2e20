"""The cases of `python -m benchmarks cases`: what people run, each written once.

The layers and models are written for us and PyTorch alike: `library` is the module of either side,
whose words for them are the same. What is a function of arrays is written for array modules, so
that JAX, MyGrad and HIPS autograd compute it, too.

What an inner layer gets, and the cotangent that it is given, lie in memory as the library's own
layers leave them (`library.inner`): with the channels last for us, first for PyTorch.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Run = Callable[[], Any]


class Case(NamedTuple):
    """One case: its group, its name, our share of PyTorch's time that we promise, its maker."""

    group: str
    name: str
    bar: float | None
    build: Callable[[Any], Run]


class Function(NamedTuple):
    """A function of a module of arrays and its arguments, for those peers that have no layers."""

    compute: Callable[..., Any]
    arguments: tuple[Array, ...]


def normal(*shape: int, seed: int = 0, dtype: Any = np.float32) -> Array:
    """Return numbers of the standard normal distribution."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def cotangent(out: Array) -> Array:
    """Return what a function of arrays is given from behind."""
    return normal(*out.shape, seed=9, dtype=out.dtype)


def number(result: Array) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    flat = np.asarray(result, np.float64).ravel()
    weights = np.random.default_rng(99).uniform(1, 2, flat.size)
    return float(weights @ np.abs(flat))


def fill(library: Any, model: Any) -> Any:
    """Give a model parameters that are the same on all sides: small, the scales near 1."""
    for number, (name, parameter) in enumerate(sorted(model.named_parameters())):
        value = normal(*parameter.shape, seed=number + 1)
        width = value[0].size if value.ndim > 1 else 64
        value /= np.float32(width**0.5)
        if value.ndim == 1 and name.endswith("weight"):
            value += 1
        parameter.data = library.raw(value)
    return model


# ---------------------------------------------------------------------- makers of runs


def layer(make: Callable[[Any], Any], *shape: int, inner: bool = False, first: bool = False) -> Any:
    """A layer, forward and backward; without the gradient of its input where it is the first."""

    def build(library: Any) -> Run:
        model = fill(library, make(library))
        place = library.inner if inner else library.array
        x = place(normal(*shape))
        x.requires_grad_(not first)
        parameters = list(model.parameters())
        out = model(x)
        out = out[0] if isinstance(out, tuple) else out
        from_behind = library.inner if inner or first else library.array
        g = from_behind(normal(*out.shape, seed=1))

        def run() -> Any:
            x.grad = None
            for parameter in parameters:
                parameter.grad = None
            out = model(x)
            (out[0] if isinstance(out, tuple) else out).backward(g)
            return parameters[0].grad if first else x.grad

        return run

    return build


def call(function: Callable[..., Any], *arguments: Array) -> Any:
    """A function of the library and of Tensors, forward and backward."""

    def build(library: Any) -> Run:
        tensors = [library.array(each) for each in arguments]
        inputs = [each for each in tensors if library.floating(each)]
        for each in inputs:
            each.requires_grad_(True)
        out = function(library, *tensors)
        g = library.array(cotangent(out.detach().numpy()))

        def run() -> Any:
            for each in inputs:
                each.grad = None
            function(library, *tensors).backward(g)
            return inputs[0].grad

        return run

    build.function = Function(function, arguments)
    return build


def step(
    make: Callable[[Any], Any],
    x: Array,
    labels: Array,
    optimizer: str = "SGD",
    loss: str = "cross_entropy",
) -> Any:
    """A training step; its result is the loss."""

    def build(library: Any) -> Run:
        model = fill(library, make(library))
        update = getattr(library.optim, optimizer)(model.parameters(), lr=1e-4)
        inputs, targets = library.array(x), library.array(labels)
        distance = getattr(library.functional, loss)

        def run() -> Any:
            update.zero_grad()
            result = distance(model(inputs), targets)
            result.backward()
            update.step()
            return result

        return run

    return build


def inference(make: Callable[[Any], Any], x: Array) -> Any:
    """A forward pass that records nothing."""

    def build(library: Any) -> Run:
        model = fill(library, make(library)).eval()
        inputs = library.array(x)

        def run() -> Any:
            with library.no_grad():
                return model(inputs)

        return run

    return build


def updates(count: int, size: int) -> Any:
    """The step of Adam alone, over many parameters."""

    def build(library: Any) -> Run:
        parameters = [library.array(normal(size, seed=i)).requires_grad_() for i in range(count)]
        for i, parameter in enumerate(parameters):
            parameter.grad = library.array(normal(size, seed=-i - 1 + 2 * count))
        optimizer = library.optim.Adam(parameters, lr=1e-4)

        def run() -> Any:
            optimizer.step()
            return parameters[0].detach()

        return run

    return build


# ---------------------------------------------------------------------- models


def convolution(*sizes: int, **settings: Any) -> Callable[[Any], Any]:
    """A convolution by its channels and kernel."""
    return lambda library: library.nn.Conv2d(*sizes, **settings)


def residual_network(library: Any) -> Any:
    """K. He et al. (2016), for small images: three blocks of 16, 32 and 64 channels."""
    nn = library.nn

    class Block(nn.Module):
        def __init__(self, before: int, after: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
            self.norm1 = nn.BatchNorm2d(after)
            self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
            self.norm2 = nn.BatchNorm2d(after)
            self.relu = nn.ReLU()
            self.shortcut = nn.Identity()
            if stride > 1:
                self.shortcut = nn.Conv2d(before, after, 1, stride, bias=False)

        def forward(self, x: Any) -> Any:
            inside = self.relu(self.norm1(self.conv1(x)))
            return self.relu(self.norm2(self.conv2(inside)) + self.shortcut(x))

    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2),
        nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def lenet(library: Any) -> Any:
    """Y. LeCun et al. (1998), with the straight activations and maxima of today."""
    nn = library.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def encoder(**settings: Any) -> Callable[[Any], Any]:
    """A layer of a Transformer with 4 heads, 64 features and 128 hidden ones."""
    return lambda library: library.nn.TransformerEncoderLayer(
        64, 4, 128, dropout=0.0, batch_first=True, **settings
    )


def language_model(library: Any) -> Any:
    """A GPT of two layers over 65 characters."""
    nn = library.nn

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(65, 64)
            settings = {"activation": "gelu", "norm_first": True}
            self.first, self.second = (encoder(**settings)(library) for _ in range(2))
            self.norm = nn.LayerNorm(64)
            self.out = nn.Linear(64, 65)
            self.mask = library.array(~np.tri(64, dtype=bool))

        def forward(self, x: Any) -> Any:
            hidden = self.embedding(x)
            for block in (self.first, self.second):
                hidden = block(hidden, self.mask)
            return self.out(self.norm(hidden)).reshape((-1, 65))

    return Model()


def perceptron(*widths: int) -> Callable[[Any], Any]:
    """Linear layers with relu between them."""

    def make(library: Any) -> Any:
        layers = []
        for sizes in pairwise(widths):
            layers += [library.nn.Linear(*sizes), library.nn.ReLU()]
        return library.nn.Sequential(*layers[:-1])

    return make


def cells(library: Any) -> Any:
    """A loop of 50 LSTM cells, written step by step."""
    nn = library.nn

    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.LSTMCell(64, 64)

        def forward(self, x: Any) -> Any:
            h, c = self.cell(x[0])
            for i in range(1, 50):
                h, c = self.cell(x[i], (h, c))
            return h

    return Loop()


def pendulum(library: Any) -> Run:
    """200 Euler steps of a pendulum; the derivative of its angle by that at the start."""
    start = library.array(np.array(1.0))
    start.requires_grad_(True)

    def run() -> Any:
        start.grad = None
        angle, speed = start, 0.0
        for _ in range(200):
            speed = speed - 0.01 * angle.sin()
            angle = angle + 0.01 * speed
        angle.backward()
        return start.grad

    return run


def _labels(count: int, classes: int) -> Array:
    return np.random.default_rng(0).integers(0, classes, count)


def _elementwise(library: Any, x: Any, y: Any) -> Any:
    return library.numpy.tanh(x * y) + x


def _attention(library: Any, q: Any, k: Any, v: Any) -> Any:
    return library.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


_IMAGES = normal(16, 3, 32, 32)
_DIGITS = normal(64, 1, 28, 28)
_TEXT = np.random.default_rng(0).integers(0, 65, (16, 64))
_HEADS = [normal(16, 4, 64, 16, seed=i) for i in range(3)]

CASES = [
    # ------------------------------------------------------------------ recurrent layers
    Case("recurrent", "LSTM, 32 x 50 x 64", 1.1, layer(
        lambda library: library.nn.LSTM(64, 64), 50, 32, 64)),
    Case("recurrent", "GRU, 32 x 50 x 64", 1.1, layer(
        lambda library: library.nn.GRU(64, 64), 50, 32, 64)),
    Case("recurrent", "RNN, 32 x 50 x 64", 1.1, layer(
        lambda library: library.nn.RNN(64, 64), 50, 32, 64)),
    Case("recurrent", "loop of 50 LSTM cells, 32 x 64", None, layer(cells, 50, 32, 64)),
    # ------------------------------------------------------------------ normalisation
    Case("normalisation", "batch norm, 32 x 16 x 16, batch 32", 1.1, layer(
        lambda library: library.nn.BatchNorm2d(32), 32, 32, 16, 16, inner=True)),
    Case("normalisation", "layer norm, 512 x 256", 2.1, layer(
        lambda library: library.nn.LayerNorm(256), 512, 256)),
    Case("normalisation", "layer norm, 512 x 64", 1.1, layer(
        lambda library: library.nn.LayerNorm(64), 512, 64)),
    Case("normalisation", "RMS norm, 512 x 256", 2.1, layer(
        lambda library: library.nn.RMSNorm(256), 512, 256)),
    Case("normalisation", "group norm, 8 groups of 32 x 16 x 16, batch 32", 2.1, layer(
        lambda library: library.nn.GroupNorm(8, 32), 32, 32, 16, 16)),
    Case("normalisation", "instance norm, 32 x 16 x 16, batch 32", 2.1, layer(
        lambda library: library.nn.InstanceNorm2d(32, affine=True), 32, 32, 16, 16)),
    # ------------------------------------------------------------------ activations and losses
    Case("activations", "gelu, 1e5", 1.6, call(
        lambda library, x: library.functional.gelu(x), normal(100_000))),
    Case("activations", "softmax, 512 x 1000", 1.0, call(
        lambda library, x: library.functional.softmax(x, -1), normal(512, 1000))),
    Case("activations", "log_softmax, 512 x 1000", 1.0, call(
        lambda library, x: library.functional.log_softmax(x, -1), normal(512, 1000))),
    Case("activations", "cross-entropy, 512 x 1000", 1.0, call(
        lambda library, x, labels: library.functional.cross_entropy(x, labels),
        normal(512, 1000), _labels(512, 1000))),
    Case("activations", "causal attention, 16 x 4 heads, 64 x 16", 1.0, call(_attention, *_HEADS)),
    # ------------------------------------------------------------------ convolution
    Case("convolution", "16 -> 16, k3, 32 x 32, batch 16", 1.5, layer(
        convolution(16, 16, 3, padding=1), 16, 16, 32, 32, inner=True)),
    Case("convolution", "32 -> 32, k3, 16 x 16, batch 16", 1.3, layer(
        convolution(32, 32, 3, padding=1), 16, 32, 16, 16, inner=True)),
    Case("convolution", "64 -> 64, k3, 56 x 56, batch 4", 1.2, layer(
        convolution(64, 64, 3, padding=1), 4, 64, 56, 56, inner=True)),
    Case("convolution", "64 -> 64, k3, 8 x 8, batch 16", 1.1, layer(
        convolution(64, 64, 3, padding=1), 16, 64, 8, 8, inner=True)),
    Case("convolution", "6 -> 16, k5, 14 x 14, batch 64", 1.6, layer(
        convolution(6, 16, 5), 64, 6, 14, 14, inner=True)),
    Case("convolution", "3 -> 16, k3, 32 x 32, batch 16", 0.9, layer(
        convolution(3, 16, 3, padding=1), 16, 3, 32, 32, first=True)),
    Case("convolution", "1 -> 6, k5, 28 x 28, batch 64", 0.7, layer(
        convolution(1, 6, 5, padding=2), 64, 1, 28, 28, first=True)),
    Case("convolution", "depthwise 32, k3, 32 x 32, batch 16", 2.2, layer(
        convolution(32, 32, 3, padding=1, groups=32), 16, 32, 32, 32, inner=True)),
    Case("convolution", "transposed 32 -> 16, k4, stride 2, 16 x 16, batch 16", 1.7, layer(
        lambda library: library.nn.ConvTranspose2d(32, 16, 4, 2, 1), 16, 32, 16, 16, inner=True)),
    Case("convolution", "32 -> 64, k3, stride 2, 32 x 32, batch 16", 1.1, layer(
        convolution(32, 64, 3, stride=2, padding=1), 16, 32, 32, 32, inner=True)),
    Case("convolution", "max pool 2, 16 x 32 x 32, batch 16", 1.0, layer(
        lambda library: library.nn.MaxPool2d(2), 16, 16, 32, 32, inner=True)),
    Case("convolution", "max pool 3, stride 2, 16 x 32 x 32, batch 16", 1.0, layer(
        lambda library: library.nn.MaxPool2d(3, 2, 1), 16, 16, 32, 32, inner=True)),
    Case("convolution", "average pool 2, 16 x 32 x 32, batch 16", 1.0, layer(
        lambda library: library.nn.AvgPool2d(2), 16, 16, 32, 32, inner=True)),
    # ------------------------------------------------------------------ models
    Case("models", "ResNet of 8 layers, step, batch 16", 1.3, step(
        residual_network, _IMAGES, _labels(16, 10))),
    Case("models", "LeNet, step, batch 64", 1.2, step(lenet, _DIGITS, _labels(64, 10))),
    Case("models", "LeNet, inference, batch 64", 1.2, inference(lenet, _DIGITS)),
    Case("models", "Transformer layer, 16 x 32 x 64", 1.1, layer(encoder(), 16, 32, 64)),
    Case("models", "GPT of two layers, step, 16 x 64", 1.1, step(
        language_model, _TEXT, _labels(1024, 65))),
    Case("models", "MLP 2-16-16-2, SGD, batch 4", 0.45, step(
        perceptron(2, 16, 16, 2), normal(4, 2), _labels(4, 2))),
    Case("models", "MLP 2-16-16-2, Adam, batch 4", 0.3, step(
        perceptron(2, 16, 16, 2), normal(4, 2), _labels(4, 2), "Adam")),
    Case("models", "MLP 784-128-128-10, SGD, batch 64", 0.95, step(
        perceptron(784, 128, 128, 10), normal(64, 784), _labels(64, 10))),
    Case("models", "MLP with Adam, 200 small parameters", 0.3, step(
        perceptron(*[4] * 101), normal(4, 4), _labels(4, 4), "Adam")),
    Case("models", "pendulum, 200 Euler steps", 0.3, pendulum),
    # ------------------------------------------------------------------ optimizers
    Case("optimizers", "Adam, 20 x 1e4", 0.5, updates(20, 10_000)),
    Case("optimizers", "Adam, 200 x 10", 0.5, updates(200, 10)),
    # ------------------------------------------------------------------ arrays
    Case("arrays", "matmul, 256", 1.1, call(
        lambda library, x, y: x @ y, normal(256, 256), normal(256, 256, seed=1))),
    Case("arrays", "batched matmul, 64 x 32 x 32", 1.1, call(
        lambda library, x, y: x @ y, normal(64, 32, 32), normal(64, 32, 32, seed=1))),
    Case("arrays", "elementwise tanh(x y) + x, 1e3, float64", 0.5, call(
        _elementwise, *(normal(1000, seed=i, dtype=np.float64) for i in range(2)))),
    Case("arrays", "elementwise tanh(x y) + x, 1e6, float32", 1.1, call(
        _elementwise, *(normal(1_000_000, seed=i) for i in range(2)))),
]  # fmt: skip

BY_NAME = {case.name: case for case in CASES}
