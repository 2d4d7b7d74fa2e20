"""`inplace=True`: the result is written into the argument, as PyTorch does."""

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor

X = np.array([[-7.0, -2.0, -0.3], [0.4, 1.5, 7.0]])

FUNCTIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "celu": F.celu,
    "selu": F.selu,
    "hardtanh": F.hardtanh,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "silu": F.silu,
    "mish": F.mish,
    "threshold": lambda x, **given: F.threshold(x, 1.0, 20.0, **given),
    "rrelu": lambda x, **g: F.rrelu(x, training=True, generator=np.random.default_rng(0), **g),
    "dropout": lambda x, **g: F.dropout(x, 0.5, generator=np.random.default_rng(0), **g),
    "alpha_dropout": lambda x, **g: F.alpha_dropout(
        x, 0.5, True, generator=np.random.default_rng(0), **g
    ),
}
LAYERS = {
    "ReLU": lambda inplace: nn.ReLU(inplace),
    "ReLU6": lambda inplace: nn.ReLU6(inplace),
    "LeakyReLU": lambda inplace: nn.LeakyReLU(0.2, inplace),
    "ELU": lambda inplace: nn.ELU(1.0, inplace),
    "CELU": lambda inplace: nn.CELU(1.0, inplace),
    "SELU": lambda inplace: nn.SELU(inplace),
    "Hardtanh": lambda inplace: nn.Hardtanh(-1.0, 1.0, inplace),
    "Hardsigmoid": lambda inplace: nn.Hardsigmoid(inplace),
    "Hardswish": lambda inplace: nn.Hardswish(inplace),
    "SiLU": lambda inplace: nn.SiLU(inplace),
    "Mish": lambda inplace: nn.Mish(inplace),
    "Threshold": lambda inplace: nn.Threshold(1.0, 20.0, inplace),
    "RReLU": lambda inplace: nn.RReLU(0.1, 0.3, inplace).eval(),
    "Dropout": lambda inplace: nn.Dropout(0.5, inplace, generator=np.random.default_rng(0)),
    "AlphaDropout": lambda i: nn.AlphaDropout(0.5, i, generator=np.random.default_rng(0)),
}


def with_skip(function, inplace):
    """Two readers of the same Tensor, one of them behind the activation."""
    x = Tensor(X, requires_grad=True)
    h = x * 2
    out = function(h, inplace)
    (out * h).sum().backward()  # h is what it was, or what was written
    return out.data, h.data, x.grad.data


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_what_it_would_give(name):
    function = FUNCTIONS[name]
    expected = function(Tensor(X)).data
    h = Tensor(X)
    assert function(h, inplace=True) is h
    np.testing.assert_array_equal(h.data, expected)


@pytest.mark.parametrize("name", LAYERS)
def test_a_skip_path_behind_a_layer_sees_the_change(name):
    out, h, gradient = with_skip(lambda h, inplace: LAYERS[name](inplace)(h), True)
    np.testing.assert_array_equal(out, h)
    x = Tensor(X, requires_grad=True)
    again = LAYERS[name](False)(x * 2)
    (again * again).sum().backward()
    np.testing.assert_allclose(gradient, x.grad.data)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_says_whether_it_writes(name):
    assert ("inplace=True" in repr(LAYERS[name](True))) is True
    assert "inplace" not in repr(LAYERS[name](False))


def test_a_leaf_is_refused_and_stays():
    x = Tensor(X, requires_grad=True)
    with pytest.raises(RuntimeError, match="drop inplace="):
        nn.ReLU(inplace=True)(x)
    np.testing.assert_array_equal(x.data, X)


def test_a_value_that_backward_needs_names_the_line():
    x = Tensor(X, requires_grad=True)
    h = autograd.exp(x)  # its rule reads the result
    F.leaky_relu(h - 1, inplace=True)
    F.relu(h, inplace=True)
    with pytest.raises(RuntimeError, match="test_writing_activations"):
        (h * 1).sum().backward()


@pytest.mark.parametrize("name", ["relu_", "leaky_relu_", "elu_", "hardtanh_", "selu_", "celu_"])
def test_names_with_an_underscore_write(name):
    h = Tensor(X)
    assert getattr(F, name)(h) is h
    np.testing.assert_array_equal(h.data, FUNCTIONS[name[:-1]](Tensor(X)).data)
    assert name not in dir(F)


def test_an_unknown_name_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="no attribute 'sigmoid_'"):
        F.sigmoid_  # noqa: B018


def test_under_no_grad_a_leaf_is_written():
    x = Tensor(X, requires_grad=True)
    with autograd.no_grad():
        F.relu(x, inplace=True)
    np.testing.assert_array_equal(x.data, np.maximum(X, 0))


class TestDevices:
    def test_a_module_is_on_the_cpu(self):
        layer = nn.Linear(2, 3)
        for same in (
            layer.to("cpu"), layer.to(autograd.device("cpu")), layer.cpu(), layer.to(device="cpu"),
        ):  # fmt: skip
            assert same is layer
        assert layer.to("cpu", np.float64).weight.dtype == np.float64
        assert layer.to(Tensor(np.ones(1, np.float32))).weight.dtype == np.float32
        assert layer.type(autograd.float64).weight.dtype == np.float64

    @pytest.mark.parametrize("device", ["cuda", "cuda:0", "mps", "tpu"])
    def test_another_device_is_refused(self, device):
        layer = nn.Linear(2, 3)
        with pytest.raises((RuntimeError, TypeError), match=device):
            layer.to(device)
        with pytest.raises(AttributeError, match="no GPU"):
            layer.cuda()


LAYERS_WITH_PARAMETERS = {
    "Linear": lambda **given: nn.Linear(2, 3, **given),
    "Conv2d": lambda **given: nn.Conv2d(1, 2, 3, **given),
    "ConvTranspose2d": lambda **given: nn.ConvTranspose2d(1, 2, 3, **given),
    "Embedding": lambda **given: nn.Embedding(3, 2, **given),
    "BatchNorm2d": lambda **given: nn.BatchNorm2d(2, **given),
    "LayerNorm": lambda **given: nn.LayerNorm(2, **given),
    "GroupNorm": lambda **given: nn.GroupNorm(1, 2, **given),
    "LSTM": lambda **given: nn.LSTM(2, 3, **given),
    "GRUCell": lambda **given: nn.GRUCell(2, 3, **given),
    "MultiheadAttention": lambda **given: nn.MultiheadAttention(4, 2, **given),
    "TransformerEncoderLayer": lambda **given: nn.TransformerEncoderLayer(4, 2, **given),
    "PReLU": lambda **given: nn.PReLU(**given),
    "LazyLinear": lambda **given: nn.LazyLinear(3, **given),
}


@pytest.mark.parametrize("name", LAYERS_WITH_PARAMETERS)
def test_a_layer_is_made_on_the_cpu_or_refused(name):
    make = LAYERS_WITH_PARAMETERS[name]
    layer = make(device="cpu", dtype=np.float64)
    assert all(each.dtype == np.float64 for each in layer.parameters())
    with pytest.raises(RuntimeError, match="'cuda' is not there"):
        make(device="cuda")


def test_a_subclass_passes_device_and_dtype_on_by_position():
    class Own(nn.Linear):
        def __init__(self, inputs, outputs, bias=True, device=None, dtype=None):
            super().__init__(inputs, outputs, bias, device, dtype)

    assert Own(2, 3).weight.dtype == np.float32


LOSSES = {
    "mse_loss": lambda **given: F.mse_loss(Tensor([1.0, 3.0]), Tensor([0.0, 0.0]), **given),
    "binary_cross_entropy": lambda **g: F.binary_cross_entropy(
        Tensor([0.5, 0.25]), Tensor([1.0, 0.0]), **g
    ),
    "cross_entropy": lambda **g: F.cross_entropy(Tensor([[1.0, 2.0]]), Tensor([1]), **g),
    "kl_div": lambda **g: F.kl_div(Tensor([-1.0, -2.0]), Tensor([0.5, 0.5]), **g),
}


@pytest.mark.parametrize("name", LOSSES)
def test_older_switches_of_losses_are_reductions(name):
    loss = LOSSES[name]
    for given, reduction in (
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"size_average": False, "reduce": True}, "sum"),
    ):
        np.testing.assert_array_equal(loss(**given).data, loss(reduction=reduction).data)


def test_a_loss_layer_names_what_took_their_place():
    with pytest.raises(TypeError, match="did you mean reduction"):
        nn.MSELoss(size_average=False)


def test_dropout_of_channels_that_are_not_there_warns_and_drops_elements():
    with pytest.warns(autograd.TrapWarning, match="no channels"):
        out = F.dropout2d(Tensor(np.ones((50, 20))))
    assert set(np.unique(out.data)) == {0.0, 2.0}


def test_wrappers_for_devices_call_the_model():
    from nn.parallel import DataParallel, data_parallel

    layer = nn.Linear(2, 3)
    x = Tensor(np.ones((4, 2), np.float32))
    np.testing.assert_array_equal(DataParallel(layer)(x).data, layer(x).data)
    np.testing.assert_array_equal(data_parallel(layer, x).data, layer(x).data)
    with pytest.raises(ValueError, match="no GPU"):
        DataParallel(layer, device_ids=[0, 1])


def test_pytorchs_tables_of_a_module_are_read():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    assert list(model._modules) == ["0", "1"]
    assert list(model[0]._parameters) == ["weight", "bias"]
    assert "running_mean" in model[1]._buffers
    with pytest.raises(TypeError, match="does not support item assignment"):
        model._modules["0"] = nn.Linear(2, 2)


def test_endless_samples_come_one_by_one():
    sampler = nn.data.RandomSampler(range(10), replacement=True, num_samples=10**12)
    assert next(iter(sampler)) in range(10)
    data = nn.data.TensorDataset(np.zeros((10, 1)))
    (batch,) = next(iter(nn.data.DataLoader(data, batch_size=32, sampler=sampler)))
    assert batch.shape == (32, 1)


def test_einops_layers_are_modules():
    pytest.importorskip("einops")
    from nn.einops import Rearrange, Reduce

    x = Tensor(np.arange(12.0).reshape(1, 3, 4), requires_grad=True)
    model = nn.Sequential(Rearrange("b (h p) w -> b h (p w)", p=3), Reduce("b h w -> b h", "mean"))
    model(x).sum().backward()
    np.testing.assert_allclose(x.grad.data, np.full((1, 3, 4), 1 / 12))
    assert "b h w -> b h" in repr(model)


def test_the_loader_has_pytorchs_address():
    from nn.utils.data.dataloader import DataLoader as Same

    assert Same is nn.data.DataLoader
    from nn.utils.data import DataLoader, TensorDataset, random_split

    assert DataLoader is nn.data.DataLoader
    assert nn.utils.data.Dataset is nn.data.Dataset
    assert len(random_split(TensorDataset(np.ones((4, 1))), [2, 2])) == 2
