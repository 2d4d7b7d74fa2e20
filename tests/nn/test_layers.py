"""Layers: first values, keys and shapes of states, dtypes, seeds, and messages of bad inputs."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor

ONES = np.ones((2, 4, 6, 6), np.float32)

STATES = [
    (lambda: nn.Linear(3, 2), {"weight": (2, 3), "bias": (2,)}),
    (lambda: nn.Bilinear(3, 4, 2), {"weight": (2, 3, 4), "bias": (2,)}),
    (lambda: nn.Conv2d(4, 6, (3, 2), groups=2), {"weight": (6, 2, 3, 2), "bias": (6,)}),
    (lambda: nn.ConvTranspose1d(4, 6, 3, groups=2), {"weight": (4, 3, 3), "bias": (6,)}),
    (lambda: nn.Embedding(5, 3), {"weight": (5, 3)}),
    (
        lambda: nn.BatchNorm2d(3),
        {
            "weight": (3,), "bias": (3,), "running_mean": (3,), "running_var": (3,),
            "num_batches_tracked": (),
        },
    ),
    (lambda: nn.InstanceNorm1d(3), {}),
    (lambda: nn.LayerNorm((2, 3)), {"weight": (2, 3), "bias": (2, 3)}),
    (lambda: nn.RMSNorm(3), {"weight": (3,)}),
    (lambda: nn.GroupNorm(2, 4), {"weight": (4,), "bias": (4,)}),
    (lambda: nn.PReLU(3), {"weight": (3,)}),
    (
        lambda: nn.LSTMCell(3, 2),
        {"weight_ih": (8, 3), "weight_hh": (8, 2), "bias_ih": (8,), "bias_hh": (8,)},
    ),
    (
        lambda: nn.GRU(3, 2, 2, bias=False, bidirectional=True),
        {
            "weight_ih_l0": (6, 3), "weight_hh_l0": (6, 2), "weight_ih_l0_reverse": (6, 3),
            "weight_hh_l0_reverse": (6, 2), "weight_ih_l1": (6, 4), "weight_hh_l1": (6, 2),
            "weight_ih_l1_reverse": (6, 4), "weight_hh_l1_reverse": (6, 2),
        },
    ),
    (
        lambda: nn.LSTM(3, 4, bias=False, proj_size=2),
        {"weight_ih_l0": (16, 3), "weight_hh_l0": (16, 2), "weight_hr_l0": (2, 4)},
    ),
    (
        lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True),
        {
            "in_proj_weight": (12, 4), "in_proj_bias": (12,), "out_proj.weight": (4, 4),
            "out_proj.bias": (4,), "bias_k": (1, 1, 4), "bias_v": (1, 1, 4),
        },
    ),
    (
        lambda: nn.MultiheadAttention(4, 2, bias=False, kdim=3, vdim=5),
        {
            "q_proj_weight": (4, 4), "k_proj_weight": (4, 3), "v_proj_weight": (4, 5),
            "out_proj.weight": (4, 4),
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), STATES)
def test_keys_and_shapes_of_states(make, expected):
    assert {name: value.shape for name, value in make().state_dict().items()} == expected


@pytest.mark.parametrize(
    ("make", "bound"),
    [
        (lambda: nn.Linear(100, 50), 0.1),
        (lambda: nn.Bilinear(25, 4, 50), 0.2),
        (lambda: nn.Conv2d(8, 50, 5, groups=2), 0.1),
        (lambda: nn.ConvTranspose2d(8, 8, 5, groups=2), 0.1),
        (lambda: nn.LSTM(3, 100), 0.1),
        (lambda: nn.GRUCell(3, 100), 0.1),
    ],
)
def test_first_values_fill_the_interval_that_the_fan_in_gives(make, bound):
    values = np.concatenate([np.ravel(p.data) for p in make().parameters()])
    assert abs(values).max() <= bound
    assert abs(values).max() > 0.99 * bound
    assert abs(values.mean()) < 4 * bound / np.sqrt(3 * values.size)  # four standard errors


def test_first_values_of_the_others():
    attention = nn.MultiheadAttention(8, 2)
    assert not attention.in_proj_bias.data.any()
    assert not attention.out_proj.bias.data.any()
    assert abs(attention.in_proj_weight.data).max() <= np.sqrt(6 / 32)
    table = nn.Embedding(2000, 3, padding_idx=-1)
    assert table.padding_idx == 1999
    assert not table.weight.data[-1].any()
    assert abs(table.weight.data.std() - 1) < 0.05
    assert (nn.PReLU().weight.data == 0.25).all()


def test_the_same_seed_gives_the_same_bits():
    def model():
        autograd.manual_seed(5)
        return nn.Sequential(nn.Conv2d(1, 2, 3), nn.Dropout(), nn.Flatten(), nn.Linear(32, 3))

    x = np.ones((4, 1, 6, 6), np.float32)
    one, two = model()(x), model()(x)
    np.testing.assert_array_equal(one.data, two.data)
    assert (model()(x).data != nn.Sequential(nn.Flatten(), nn.Linear(36, 3))(x).data).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parameters_and_results_have_the_dtype_asked_for(dtype):
    layers = [
        nn.Linear(6, 3, dtype=dtype), nn.Conv2d(4, 2, 3, dtype=dtype),
        nn.BatchNorm2d(4, dtype=dtype), nn.LayerNorm(6, dtype=dtype), nn.RMSNorm(6, dtype=dtype),
        nn.GroupNorm(2, 4, dtype=dtype), nn.ConvTranspose2d(4, 2, 3, dtype=dtype),
        nn.PReLU(4, dtype=dtype),
    ]  # fmt: skip
    for layer in layers:
        out = layer(ONES)
        assert out.dtype == dtype, layer
        out.sum().backward()
        assert all(p.grad.dtype == dtype for p in layer.parameters()), layer


def test_float32_stays_float32_through_every_kind_of_layer():
    x = Tensor(ONES, requires_grad=True)
    layers = [
        nn.Dropout(), nn.AlphaDropout(), nn.GELU(), nn.SELU(), nn.ELU(), nn.Softplus(), nn.Mish(),
        nn.Hardswish(), nn.LeakyReLU(), nn.RReLU(), nn.Softshrink(), nn.AvgPool2d(2),
        nn.MaxPool2d(3), nn.LPPool2d(2, 2), nn.AdaptiveAvgPool2d(4), nn.AdaptiveMaxPool2d(4),
        nn.Upsample(None, 2),
        nn.Upsample(9, mode="bicubic"), nn.LocalResponseNorm(2), nn.InstanceNorm2d(4),
        nn.ReflectionPad2d(1), nn.ConstantPad2d(1, 2.5), nn.Unfold(2), nn.Threshold(0.1, 20.0),
        nn.CosineSimilarity(),
    ]  # fmt: skip
    for layer in layers:
        out = layer(x, x) if isinstance(layer, nn.CosineSimilarity) else layer(x)
        assert out.dtype == np.float32, layer
        x.grad = None
        out.sum().backward()
        assert x.grad.dtype == np.float32, layer


BAD = [
    (nn.Linear(3, 2), (np.ones((2, 4)),), ValueError, "linear: x has 4 features but weight takes"),
    (nn.Linear(3, 2), (np.float32(1.0),), ValueError, "linear: x has 0 features"),
    (nn.Conv2d(3, 2, 3), (np.ones((1, 4, 5, 5)),), ValueError, "conv: x has 4 channels"),
    (nn.Linear(8, 2), (np.ones((3, 2, 4)),), ValueError, r"flatten .* x.reshape\(len\(x\), -1\)"),
    (nn.Conv2d(1, 2, 3), (np.ones((4, 5, 5)),), ValueError, r"one channel: x\[:, np.newaxis\]"),
    (nn.Conv2d(3, 2, 3), (np.ones((1, 5, 5, 3)),), ValueError, r"np.moveaxis\(x, -1, 1\)"),
    (nn.Conv2d(3, 2, 3), (np.ones((3, 5)),), ValueError, r"conv2d: .*height, width.*\(3, 5\)"),
    (nn.Conv1d(1, 1, 9), (np.ones((1, 1, 5)),), ValueError, "does not fit into an input"),
    (nn.ConvTranspose1d(1, 1, 1, 1, 2), (np.ones((1, 1, 2)),), ValueError, "leaves an output of"),
    (nn.MaxPool2d(3), (np.ones((1, 1, 2, 2)),), ValueError, "does not fit"),
    (nn.AdaptiveAvgPool2d(0), (ONES,), ValueError, "output_size must be a positive number"),
    (nn.Flatten(5), (ONES,), ValueError, r"Flatten: axes 5 to -1 are none of .*\(2, 4, 6, 6\)"),
    (nn.BatchNorm2d(3), (ONES,), ValueError, r"BatchNorm2d: expected 3 channels in axis 1"),
    (nn.BatchNorm1d(3), (ONES,), ValueError, r"BatchNorm1d: expected an input of 3 axes"),
    (nn.BatchNorm1d(3), (np.ones((1, 3)),), ValueError, "more than one value per channel.*eval"),
    (nn.InstanceNorm1d(3), (np.ones((2, 3, 1)),), ValueError, "more than one place per channel"),
    (nn.LayerNorm(3), (ONES,), ValueError, r"does not end in the normalized shape \(3,\)"),
    (nn.GroupNorm(2, 4), (np.ones((2, 3)),), ValueError, "2 groups must divide the channels"),
    (nn.Embedding(3, 2), ([0, 3],), IndexError, "index 3 is out of range for 3 rows, 0 to 2"),
    (nn.Embedding(3, 2), ([-1],), IndexError, "index -1 is out of range"),
    (nn.Embedding(3, 2), ([0.5],), TypeError, r"must hold integers, got \(1,\) float64"),
    (nn.LSTM(3, 2), (np.ones((4, 2)),), ValueError, r"LSTM: expected \(length, batch, 3\) or"),
    (nn.LSTM(3, 2), (np.ones((4, 1, 3)), np.zeros((1, 1, 2))), ValueError, r"a pair \(h, c\)"),
    (nn.GRU(3, 2), (np.ones((4, 5, 3)), np.zeros((1, 1, 2))), ValueError, r"shape \(1, 5, 2\)"),
    (nn.RNN(3, 2), (np.ones((0, 1, 3)),), ValueError, "the sequence has no steps"),
    (nn.GRUCell(3, 2), (np.ones((4, 5)),), ValueError, r"GRUCell: expected \(batch, 3\) or \(3,\)"),
    (nn.MultiheadAttention(4, 2), (np.ones((3, 4)), np.ones((3, 4)), np.ones((2, 4))),
     ValueError, "same steps"),
    (nn.Dropout2d(), (np.ones(3),), ValueError, "dropout2d: expected .* got shape"),
    (nn.GLU(), (np.ones((2, 3)),), ValueError, "axis -1 .* cannot be halved"),
    (nn.PReLU(3), (np.ones((2, 4)),), ValueError, "3 weights for 4 channels"),
    (nn.Upsample(), (ONES,), ValueError, "give one of size and scale_factor"),
    (nn.PixelShuffle(3), (ONES,), ValueError, "3² must divide 4 channels"),
    (nn.ReflectionPad1d(7), (np.ones((1, 1, 5)),), ValueError, "does not fit an axis of 5"),
    (nn.LazyConv2d(3, 2), (np.ones(4),), ValueError, "LazyConv2d: expected .*2 spatial axes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "inputs", "error", "message"), BAD, ids=[f"{b[0].describe()}-{b[3]}" for b in BAD]
)
def test_a_bad_input_is_an_error_that_names_the_place(layer, inputs, error, message):
    model = nn.Module()
    model.part = layer
    model.forward = lambda *args: model.part(*args)
    before = {name: value.data for name, value in layer.state_dict().items()}
    with pytest.raises(error, match=message) as caught:
        model(*inputs)
    assert "in module model.part" in str(caught.value)
    after = layer.state_dict()
    assert all(np.array_equal(after[name].data, value) for name, value in before.items())


SETTINGS = [
    (lambda: nn.Conv2d(3, 2, 3, groups=2), "2 groups must divide 3 input and 2 output channels"),
    (lambda: nn.Conv2d(3, 2, 3, padding_mode="wrap"), "padding_mode must be zeros, reflect"),
    (lambda: nn.Conv2d(3, 2, 3, padding="full"), "padding must be integers, 'same' or 'valid'"),
    (lambda: nn.Conv2d(3, 2, 3, 2, padding="same"), "padding='same' needs a stride of 1"),
    (lambda: nn.Conv2d(3, 2, (3, 3, 3)), "kernel_size has 3 values"),
    (lambda: nn.Dropout(1.5), "Dropout: p is a probability, between 0 and 1, got 1.5"),
    (lambda: nn.Embedding(3, 2, padding_idx=3), "padding_idx 3 is out of range for 3 rows"),
    (lambda: nn.GroupNorm(3, 4), "3 groups do not divide 4 channels"),
    (lambda: nn.LSTM(3, 2, proj_size=2), "proj_size smaller than hidden_size"),
    (lambda: nn.RNN(3, 2, nonlinearity="sin"), "nonlinearity must be 'tanh' or 'relu', got 'sin'"),
    (lambda: nn.MultiheadAttention(5, 2), "2 heads must divide 5 features"),
    (lambda: nn.TransformerEncoderLayer(4, 2, activation="sin"), "activation is 'relu', 'gelu'"),
    (lambda: nn.ZeroPad2d((1, 2)), "padding must be one number, or 4"),
    (lambda: nn.MSELoss("average"), "reduction must be one of mean, sum, none, got 'average'"),
]


@pytest.mark.parametrize(("make", "message"), SETTINGS)
def test_bad_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ---------------------------------------------------------------------- dropout


def test_dropout_keeps_the_mean_and_is_nothing_in_evaluation():
    x = autograd.ones((200, 200))
    for layer in (nn.Dropout(0.3), nn.Dropout1d(0.3)):
        out = layer(x.reshape((200, 200, 1)) if isinstance(layer, nn.Dropout1d) else x)
        assert abs(out.data.mean() - 1) < 0.02
        assert set(np.unique(out.data)) == {0.0, 1 / 0.7}
    assert nn.Dropout().eval()(x) is x
    assert not nn.Dropout(1.0)(x).data.any()
    assert nn.Dropout(0.0)(x) is x


def test_dropped_channels_are_dropped_as_a_whole():
    out = nn.Dropout2d()(autograd.ones((10, 20, 3, 3))).data
    assert (out == out[:, :, :1, :1]).all()
    assert 0 < (out[:, :, 0, 0] == 0).mean() < 1
    single = nn.Dropout2d()(autograd.ones((20, 3, 3))).data
    assert (single == single[:, :1, :1]).all()


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(0).standard_normal((500, 400))
    out = nn.AlphaDropout(0.2)(Tensor(x)).data
    assert abs(out.mean()) < 0.01
    assert abs(out.std() - 1) < 0.01
    assert not nn.AlphaDropout(1.0)(Tensor(x)).data.any()


def test_dropouts_gradient_is_its_mask():
    x = Tensor(np.ones((50, 4)), requires_grad=True)
    out = nn.Dropout(0.4, generator=np.random.default_rng(1))(x)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.data, out.data)


# ---------------------------------------------------------------------- others


@pytest.mark.parametrize(
    "layer",
    [nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.LayerNorm(6), nn.InstanceNorm2d(4), nn.RMSNorm(6),
     nn.MaxPool2d(1)],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_a_residual_may_be_added_into_what_a_layer_gave(layer):
    x = Tensor(np.random.default_rng(0).standard_normal(ONES.shape), requires_grad=True)
    plain, written = layer.double()(x), layer(x)
    written += x  # out += identity
    (expected,) = autograd.grad(((plain + x) ** 2).sum(), x)
    (gradient,) = autograd.grad((written**2).sum(), x)
    np.testing.assert_allclose(gradient.data, expected.data, rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.LayerNorm(3), (0, 3)), (nn.RMSNorm(3), (0, 3)), (nn.GroupNorm(2, 4), (0, 4, 3)),
        (nn.InstanceNorm1d(2), (0, 2, 3)), (nn.LocalResponseNorm(2), (0, 4, 3)),
        (nn.BatchNorm1d(3).eval(), (0, 3)), (nn.Unfold(2), (0, 2, 4, 4)),
        (nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), (0, 5, 4)),
        (nn.Conv2d(2, 3, 2), (0, 2, 4, 4)), (nn.LSTM(3, 2, batch_first=True), (0, 5, 3)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)  # fmt: skip
def test_an_empty_batch_gives_an_empty_result_and_no_slope(layer, shape):
    x = Tensor(np.zeros(shape, np.float32), requires_grad=True)
    out = layer(x)
    out = out[0] if isinstance(out, tuple) else out
    assert len(out) == 0
    out.sum().backward()
    assert x.grad.shape == shape
    assert not any(p.grad.data.any() for p in layer.parameters())


def test_running_statistics_do_not_move_in_evaluation_or_without_tracking():
    layer = nn.BatchNorm1d(2).eval()
    before = layer.running_mean.data.copy()
    layer(np.ones((3, 2)))
    np.testing.assert_array_equal(layer.running_mean.data, before)
    assert layer.num_batches_tracked.item() == 0
    assert nn.BatchNorm1d(2, track_running_stats=False).running_mean is None
    layer.train()(np.array([[1.0, 2.0], [3.0, 4.0]]))
    layer.reset_running_stats()
    assert not layer.running_mean.data.any()
    assert layer.num_batches_tracked.item() == 0


def test_statistics_are_moved_behind_the_back_of_a_graph_that_needs_them():
    layer = nn.BatchNorm1d(2)
    x = Tensor(np.random.default_rng(0).standard_normal((4, 2)).astype(np.float32))
    out = layer.eval()(x)
    layer.train()(x)
    out.sum().backward()  # evaluation took copies of the statistics


def test_the_gradient_of_padding_rows_is_zero():
    table = nn.Embedding(4, 2, padding_idx=1)
    table([1, 2, 2]).sum().backward()
    np.testing.assert_array_equal(table.weight.grad.data, [[0, 0], [0, 0], [2, 2], [0, 0]])


def test_an_embedding_of_given_vectors_is_frozen():
    table = nn.Embedding.from_pretrained(np.eye(3))
    assert not table.weight.requires_grad
    assert nn.Embedding.from_pretrained(np.eye(3), freeze=False).weight.requires_grad
    np.testing.assert_array_equal(table([2]).data, [[0, 0, 1]])


def test_a_query_that_may_see_nothing_gets_zeros():
    x = np.random.default_rng(0).standard_normal((1, 2, 3))
    mask = np.array([[False, False], [True, True]])
    out = nn.functional.scaled_dot_product_attention(Tensor(x), Tensor(x), Tensor(x), mask)
    assert not out.data[0, 0].any()
    assert np.isfinite(out.data).all()


def test_hidden_keys_have_no_weight_and_no_gradient():
    layer = nn.MultiheadAttention(4, 2, batch_first=True)
    key = Tensor(np.ones((1, 3, 4), np.float32), requires_grad=True)
    out, weights = layer(np.ones((1, 2, 4)), key, key, key_padding_mask=[[False, False, True]])
    assert not weights.data[..., 2].any()
    np.testing.assert_allclose(weights.data.sum(axis=-1), 1, rtol=1e-6)
    out.sum().backward()
    assert not key.grad.data[:, 2].any()


def test_a_causal_model_does_not_look_ahead():
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    x = np.random.default_rng(0).standard_normal((1, 5, 4)).astype(np.float32)
    changed = x.copy()
    changed[:, 3:] += 1
    one, two = layer(x, is_causal=True).data, layer(changed, is_causal=True).data
    np.testing.assert_allclose(one[:, :3], two[:, :3], rtol=1e-5)
    assert (one[:, 3:] != two[:, 3:]).any()


def test_dropout_between_recurrent_layers_is_only_for_training():
    layer = nn.LSTM(3, 4, 2, dropout=0.5)
    x = np.ones((6, 2, 3), np.float32)
    assert (layer(x)[0].data != layer(x)[0].data).any()
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].data, layer(x)[0].data)


@pytest.mark.parametrize(
    ("lazy", "x", "ordinary"),
    [
        (nn.LazyLinear(2), np.ones((4, 3)), nn.Linear(3, 2)),
        (nn.LazyConv2d(2, 3, groups=2), np.ones((1, 4, 5, 5)), nn.Conv2d(4, 2, 3, groups=2)),
        (nn.LazyConvTranspose1d(2, 3), np.ones((4, 5)), nn.ConvTranspose1d(4, 2, 3)),
        (nn.LazyBatchNorm1d(), np.ones((4, 3)), nn.BatchNorm1d(3)),
        (nn.LazyBatchNorm1d(), np.ones((4, 3, 2)), nn.BatchNorm1d(3)),
        (nn.LazyInstanceNorm2d(affine=True), np.ones((3, 2, 2)), nn.InstanceNorm2d(3, affine=True)),
    ],
)
def test_a_lazy_layer_becomes_an_ordinary_one(lazy, x, ordinary):
    parameters = list(lazy.parameters())
    optimizer = nn.optim.SGD(parameters, lr=0.1)
    out = lazy(x)
    assert type(lazy) is type(ordinary)
    assert repr(lazy) == repr(ordinary)
    assert {n: v.shape for n, v in lazy.state_dict().items()} == {
        n: v.shape for n, v in ordinary.state_dict().items()
    }
    assert all(a is b for a, b in zip(parameters, lazy.parameters(), strict=True))
    (out * out).sum().backward()
    before = lazy.weight.data.copy()
    optimizer.step()
    assert lazy.weight.data.shape == before.shape
    assert all(p.grad is not None for p in parameters)


def test_activations_accept_arrays_and_give_arrays():
    assert isinstance(nn.ReLU()(np.array([-1.0, 1.0])), np.ndarray)


def test_random_slopes_lie_between_the_bounds():
    out = nn.RReLU(0.1, 0.3)(Tensor(-np.ones(1000))).data
    assert -0.3 <= out.min() < -0.29
    assert -0.11 < out.max() <= -0.1


def test_gumbel_softmax_draws_classes_by_their_probability():
    logits = Tensor(np.tile(np.log([0.2, 0.8]), (4000, 1)), requires_grad=True)
    hard = nn.functional.gumbel_softmax(logits, tau=0.5, hard=True)
    assert set(np.unique(hard.data.round(12))) == {0.0, 1.0}
    assert abs(hard.data[:, 1].mean() - 0.8) < 0.03
    (hard * Tensor([1.0, 2.0])).sum().backward()
    assert np.isfinite(logits.grad.data).all()
    assert logits.grad.data.any()
