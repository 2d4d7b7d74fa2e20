"""ONNX files: what onnxruntime computes from them is what the model computes, for any batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from tests.nn.samples import SAMPLES, prepared

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from nn.onnx import NotExportable, export  # noqa: E402 - after what it needs

BATCH_SECOND = ("GRU", "LSTM", "RNN", "MultiheadAttention", "Transformer")
# What a file cannot say, and a word of the reason.
REFUSED = {
    "AdaptiveMaxPool1d": "divides the image", "AdaptiveMaxPool2d": "divides the image",
    "AdaptiveMaxPool3d": "divides the image", "EmbeddingBag": "outside of operations",
    "EmbeddingBag mean": "outside of operations", "Fold": "no counterpart",
    "MaxUnpool1d": "transposed", "MaxUnpool2d": "transposed", "MaxUnpool3d": "transposed",
}  # fmt: skip
# Their inputs say how many examples there are, so that no other batch can be made of them.
OF_ONE_BATCH = {"EmbeddingBag max", "FractionalMaxPool2d", "FractionalMaxPool3d"}


def narrow(x: Any) -> Any:
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def run(proto: Any, *inputs: Any) -> list[Any]:
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, dict(zip((e.name for e in session.get_inputs()), inputs, strict=True)))


def flat(returned: Any) -> list[Tensor]:
    if isinstance(returned, Tensor):
        return [returned]
    return [each for part in returned for each in flat(part)]


def equal(proto: Any, model: nn.Module, *inputs: Any) -> None:
    """The file gives what the model gives, to 1e-5 of the largest number."""
    model.eval()
    for ours, theirs in zip(flat(model(*map(Tensor, inputs))), run(proto, *inputs), strict=True):
        exact = ours.detach().numpy()
        assert theirs.dtype == exact.dtype
        np.testing.assert_allclose(theirs, exact, rtol=0, atol=1e-5 * max(1, np.abs(exact).max()))


# ---------------------------------------------------------------------- every layer


@pytest.mark.parametrize("name", [n for n, sample in SAMPLES.items() if sample.inputs])
def test_every_layer(name: str) -> None:
    if name in OF_ONE_BATCH:
        pytest.skip("its inputs belong together")
    sample = SAMPLES[name]
    model = prepared(sample).to(np.float32)
    inputs = tuple(map(narrow, sample.inputs))
    axes = None
    if name.startswith(BATCH_SECOND) and not name.endswith("Cell"):
        axes = {"input" if i == 0 else f"input_{i}": 1 for i in range(len(inputs))}
    if name in REFUSED:
        with pytest.raises(NotExportable, match=REFUSED[name]):
            export(model, inputs, dynamic_axes=axes)
    else:
        export(model, inputs, dynamic_axes=axes, verify=True)


# ---------------------------------------------------------------------- programs


class Tokens(nn.Module):
    """Embedding with padding, two directions, attention, a mask of the input, two results."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(20, 8, padding_idx=0)
        self.gru = nn.GRU(8, 6, num_layers=2, batch_first=True, bidirectional=True)
        self.attention = nn.MultiheadAttention(12, 2, batch_first=True)

    def forward(self, tokens: Any) -> Any:
        mask = (tokens != 0).astype(np.float32)
        x, last = self.gru(self.embed(tokens))
        x = x * mask[..., np.newaxis]
        x = x + self.attention(x, x, x, need_weights=False)[0]
        return x.max(axis=1), last


class Written(nn.Module):
    """Writes in place, as programs for PyTorch do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Any) -> Any:
        y = self.conv(x)
        self.relu(y)
        y += 1
        return F.softmax(y.flatten(1) - x.mean(), dim=-1)


class Sizes(nn.Module):
    """Sizes of the batch in shapes, in zeros that it makes, and as a number."""

    def forward(self, x: Any) -> Any:
        batch, columns = x.shape
        wide = autograd.concatenate([x, autograd.zeros((batch, 3), dtype=x.dtype)], axis=1)
        halves = x.reshape(batch * 2, -1)
        return wide.reshape(batch, -1, 1).broadcast_to((batch, columns + 3, 2)), halves, x / batch


RNG = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return RNG.standard_normal(shape).astype(np.float32)


PROGRAMS: dict[str, tuple[Any, Any]] = {
    "tokens": (Tokens, lambda n: RNG.integers(0, 20, (n, 5))),
    "in place": (Written, lambda n: normal(n, 1, 6, 6)),
    "sizes": (Sizes, lambda n: normal(n, 4)),
    "lenet": (nn.models.LeNet5, lambda n: normal(n, 1, 28, 28)),
    "mlp": (lambda: nn.models.MLP([4, 8, 3]), lambda n: normal(n, 4)),
    "perceptron": (lambda: nn.models.Perceptron(4), lambda n: normal(n, 4)),
    "autoencoder": (lambda: nn.models.Autoencoder((16, 8, 4)), lambda n: normal(n, 16)),
    "vae": (lambda: nn.models.VAE(16, 8, 4), lambda n: normal(n, 16)),
    "char lstm": (lambda: nn.models.CharLSTM(20, 16), lambda n: RNG.integers(0, 20, (n, 5))),
    "gpt": (lambda: nn.models.GPT(20, 16, 2, 2, 16), lambda n: RNG.integers(0, 20, (n, 7))),
    "projected": (
        lambda: nn.LSTM(3, 5, proj_size=2, batch_first=True), lambda n: normal(n, 6, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_with_batches_of_other_sizes(name: str) -> None:
    make, inputs = PROGRAMS[name]
    autograd.manual_seed(0)
    model = make()
    proto = export(model, inputs(2))
    assert model.training
    for count in (1, 5):
        equal(proto, model, inputs(count))


def test_names_axes_and_files(tmp_path) -> None:
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Conv1d(2, 3, 1), nn.Flatten(), nn.Linear(12, 2))
    path = tmp_path / "model.onnx"
    proto = export(model, normal(1, 2, 4), path, input_names=["wave"], output_names=["score"])
    again = export(model, normal(1, 2, 4), input_names=["wave"], output_names=["score"])
    assert proto.SerializeToString() == again.SerializeToString()
    assert onnx.load(path) == proto
    names = {each.name for each in proto.graph.initializer}
    assert {"0.weight", "0.bias", "2.weight", "2.bias"} <= names
    assert next(node.name for node in proto.graph.node) == "model.0/Conv"
    assert proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    fixed = export(model, normal(3, 2, 4), dynamic_axes={})
    assert fixed.graph.input[0].type.tensor_type.shape.dim[0].dim_value == 3
    equal(fixed, model, normal(3, 2, 4))


def test_the_mode_of_every_module_is_put_back() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5), nn.BatchNorm1d(2))
    model[2].eval()
    before = {name: each.detach().numpy().copy() for name, each in model.state_dict().items()}
    proto = export(model, normal(4, 2))
    assert [each.training for each in model] == [True, True, False]
    assert all(
        np.array_equal(before[n], each.detach().numpy()) for n, each in model.state_dict().items()
    )
    assert "Dropout" not in {node.op_type for node in proto.graph.node}


def test_float64_is_written_and_said() -> None:
    model = nn.Sequential(nn.Linear(2, 3)).to(np.float64)
    equal(export(model, normal(2, 2)), model, normal(3, 2).astype(np.float64))
    with pytest.warns(UserWarning, match=r"does not run all of this in float64.*np.float32"):
        export(nn.Conv1d(1, 1, 1).to(np.float64), normal(1, 1, 2))


# ---------------------------------------------------------------------- what is refused


class Leaves(nn.Module):
    def forward(self, x: Any) -> Any:
        return x * np.sign(x.numpy())


class Decides(nn.Module):
    def forward(self, x: Any) -> Any:
        return x * 2 if x.sum().item() > 0 else x.exp()


class Counts(nn.Module):
    def forward(self, x: Any) -> Any:
        for _ in range(len(x)):
            x = x + 1
        return x


class Constant(nn.Module):
    def forward(self, x: Any) -> Any:
        return Tensor((x.numpy() > 0).astype(np.float32))


class Pads(nn.Module):
    """Looks for padding outside of operations; an example without any must not hide it."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(9, 2)

    def forward(self, x: Any) -> Any:
        return self.embed(x) * (x.numpy() != 0)[..., np.newaxis].astype(np.float32)


class Inverts(nn.Module):
    def forward(self, x: Any) -> Any:
        return autograd.linalg.inv(x @ x.T + 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Leaves, r"mul in model.*computed outside of operations"),
        (Decides, r"in model: Python decides .* autograd.where"),
        (Counts, r"in the model: Python decides|in model: Python decides"),
        (Constant, r"the result.*computed outside of operations"),
        (Inverts, r"in model has no counterpart in ONNX"),
    ],
)
def test_what_a_file_cannot_say_is_refused_and_nothing_is_written(make, said, tmp_path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")
    with pytest.raises(NotExportable, match=said):
        export(make(), np.abs(normal(2, 2)) + 1, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_example_does_not_hide_what_depends_on_the_numbers() -> None:
    with pytest.raises(NotExportable, match="mul in model.*computed outside of operations"):
        export(Pads(), np.full((2, 3), 4))


def test_numbers_that_belong_together_are_said() -> None:
    class Rising(nn.Linear):
        def forward(self, x: Any) -> Any:
            if (np.diff(x.numpy()) < 0).any():
                raise ValueError("numbers must not fall")
            return super().forward(x)

    with pytest.raises(NotExportable, match="raises on other numbers.*must not fall"):
        export(Rising(3, 1), np.array([[1.0, 2.0, 3.0]], np.float32))


def test_the_module_at_fault_is_named() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh(), Leaves()))
    with pytest.raises(NotExportable, match=r"mul in model\.1\.1"):
        export(model, normal(2, 2))


def test_two_equal_inputs_of_integers_cannot_be_told_apart() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(3, 2)

        def forward(self, a: Any, b: Any) -> Any:
            return self.embed(a) - self.embed(b)

    zeros = np.zeros((2, 3), int)
    with pytest.raises(NotExportable, match="equal in the example"):
        export(Two(), (zeros, zeros))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"model": 3}, TypeError, "expected a Module"),
        ({"example": "x"}, TypeError, "arrays of numbers"),
        ({"example": np.ones((0, 2))}, ValueError, "is empty"),
        ({"input_names": ["a", "b"]}, ValueError, "1 different names"),
        ({"output_names": [""]}, ValueError, "1 different names"),
        ({"input_names": 3}, ValueError, "1 different names, got 3"),
        ({"output_names": [3]}, ValueError, "1 different names"),
        ({"path": 3}, TypeError, "path must be a path or None, got int"),
        ({"dynamic_axes": 3}, TypeError, "a mapping of names to axes, got int"),
        ({"dynamic_axes": {"x": 0}}, ValueError, "there are input"),
        ({"dynamic_axes": {"input": 2}}, ValueError, "an axis, 0 to 1"),
    ],
)
def test_arguments_that_do_not_fit(arguments, error, said) -> None:
    given = {"model": nn.Linear(2, 1), "example": normal(2, 2)} | arguments
    with pytest.raises(error, match=said):
        export(**given)
