"""The models have the published sizes, learn, and are used by short functions."""

import numpy as np
import pytest

import autograd
import nn
from nn.data import DataLoader, TensorDataset
from nn.datasets import digits, logic_gate
from nn.functional import cross_entropy
from nn.models import (
    GPT,
    MLP,
    VAE,
    VGG,
    AlexNet,
    AlexNet2014,
    Autoencoder,
    CharLSTM,
    CifarResNet,
    LeNet5,
    Perceptron,
    ResNet,
    alexnet,
    cifar_resnet20,
    fgsm,
    freeze,
    grad_cam,
    replace_head,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    vae_loss,
    vgg11,
    vgg13,
    vgg16,
    vgg19,
)
from nn.train import Accuracy, Trainer, summary


def count(model) -> int:
    return sum(parameter.size for parameter in model.parameters())


@pytest.fixture
def undrawn(monkeypatch):
    """Do not draw first values: only their number matters, and 10⁸ of them take a while."""
    for name in ("uniform_", "normal_", "kaiming_normal_"):
        monkeypatch.setattr(nn.init, name, lambda tensor, *args, **kwargs: tensor)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("make", "published"),
    [
        (LeNet5, 61_706),
        (AlexNet, 60_965_224),
        (alexnet, 61_100_840),
        (vgg11, 132_863_336),
        (vgg13, 133_047_848),
        (vgg16, 138_357_544),
        (vgg19, 143_667_240),
        (lambda: vgg11(batch_norm=True), 132_868_840),
        (lambda: vgg16(batch_norm=True), 138_365_992),
        (resnet18, 11_689_512),
        (resnet34, 21_797_672),
        (resnet50, 25_557_032),
        (resnet101, 44_549_160),
        (cifar_resnet20, 269_722),
        (VAE, 652_824),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_sizes_are_as_published(make, published):
    assert count(make()) == published


def gpt_size(vocabulary, context, layers, width) -> int:
    """Counted from the paper: embeddings, 12 d² + 13 d for each layer, the last norm."""
    return (vocabulary + context) * width + layers * (12 * width**2 + 13 * width) + 2 * width


@pytest.mark.parametrize("sizes", [(30, 8, 2, 16), (65, 32, 3, 24)])
def test_gpt_has_the_size_of_gpt_2(sizes):
    vocabulary, context, layers, width = sizes
    assert count(GPT(vocabulary, context, layers, 2, width)) == gpt_size(*sizes)
    assert gpt_size(50257, 1024, 12, 768) == 124_439_808


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lambda: AlexNet(7, width=8), (2, 3, 227, 227)),
        (lambda: VGG([[8], [8, 8]], 7, width=8), (2, 3, 28, 28)),
        (lambda: ResNet("bottleneck", (1, 2, 1, 1), 7, width=8), (2, 3, 64, 64)),
        (lambda: CifarResNet(2, 7), (2, 3, 32, 32)),
        (lambda: LeNet5(7), (2, 1, 28, 28)),
        (lambda: MLP((12, 5, 7), nn.Tanh, dropout=0.5), (2, 3, 4)),
    ],
    ids=["AlexNet", "VGG", "ResNet", "CifarResNet", "LeNet5", "MLP"],
)
def test_every_parameter_gets_a_gradient(model, shape, rng):
    made = model()
    scores = made(rng.normal(size=shape))
    assert scores.shape == (2, 7)
    cross_entropy(scores, [1, 3]).backward()
    assert all(
        np.any(p.grad.data != 0) for n, p in made.named_parameters() if "classifier" not in n
    )
    assert all(p.grad is not None for p in made.parameters())


def test_alexnet_has_the_maps_of_the_paper():
    shapes = [shape for _, _, shape, _ in summary(AlexNet(10, width=8), (3, 227, 227)).rows]
    assert shapes[0] == (None, 96, 55, 55)
    assert (None, 256, 27, 27) in shapes
    assert (None, 384, 13, 13) in shapes
    assert (None, 256, 6, 6) in shapes


def test_keys_are_torchvisions():
    keys = ResNet("basic", (1, 1, 1, 1), width=4).state_dict()
    expected = ["conv1.weight", "bn1.running_mean", "layer2.0.downsample.0.weight", "fc.bias"]
    assert all(key in keys for key in expected)
    assert "layer1.0.downsample.0.weight" not in keys
    assert {"features.0.weight", "classifier.6.bias"} <= set(VGG([[4]], width=4).state_dict())


def layer(name, *shape, bias=True):
    """The published shapes of a convolution or affine layer."""
    return {f"{name}.weight": shape} | ({f"{name}.bias": shape[:1]} if bias else {})


def norm(name, channels):
    """The published shapes of a batch normalisation."""
    kept = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{each}": (channels,) for each in kept} | {f"{name}.num_batches_tracked": ()}


def published_resnet(expansion, blocks):
    """Keys and shapes of the usual library's ResNet with 1,000 classes."""
    state = layer("conv1", 64, 3, 7, 7, bias=False) | norm("bn1", 64)
    inputs = 64
    for stage, count in enumerate(blocks, 1):
        width = 32 * 2**stage
        for block in range(count):
            start, outputs = f"layer{stage}.{block}", width * expansion
            kernels = [(width, inputs, 3), (width, width, 3)]
            if expansion == 4:
                kernels = [(width, inputs, 1), (width, width, 3), (outputs, width, 1)]
            for number, (rows, columns, side) in enumerate(kernels, 1):
                state |= layer(f"{start}.conv{number}", rows, columns, side, side, bias=False)
                state |= norm(f"{start}.bn{number}", rows)
            if block == 0 and inputs != outputs:  # the first stage of the basic one has none
                state |= layer(f"{start}.downsample.0", outputs, inputs, 1, 1, bias=False)
                state |= norm(f"{start}.downsample.1", outputs)
            inputs = outputs
    return state | layer("fc", 1000, inputs)


def published_vgg(places, channels, batch_norm):
    """Keys and shapes of the usual library's VGG, by the places of its convolutions."""
    state, inputs = {}, 3
    for place, outputs in zip(places, channels, strict=True):
        state |= layer(f"features.{place}", outputs, inputs, 3, 3)
        state |= norm(f"features.{place + 1}", outputs) if batch_norm else {}
        inputs = outputs
    for place, shape in ((0, (4096, 25088)), (3, (4096, 4096)), (6, (1000, 4096))):
        state |= layer(f"classifier.{place}", *shape)
    return state


WIDTHS_11 = (64, 128, 256, 256, 512, 512, 512, 512)
WIDTHS_16 = (64, 64, 128, 128, *[256] * 3, *[512] * 6)
LAYOUTS = {
    "alexnet": (
        alexnet,
        layer("features.0", 64, 3, 11, 11) | layer("features.3", 192, 64, 5, 5)
        | layer("features.6", 384, 192, 3, 3) | layer("features.8", 256, 384, 3, 3)
        | layer("features.10", 256, 256, 3, 3) | layer("classifier.1", 4096, 9216)
        | layer("classifier.4", 4096, 4096) | layer("classifier.6", 1000, 4096),
    ),
    "vgg11": (vgg11, published_vgg((0, 3, 6, 8, 11, 13, 16, 18), WIDTHS_11, False)),
    "vgg11 with norms": (
        lambda: vgg11(batch_norm=True),
        published_vgg((0, 4, 8, 11, 15, 18, 22, 25), WIDTHS_11, True),
    ),
    "vgg16": (
        vgg16,
        published_vgg((0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28), WIDTHS_16, False),
    ),
    "vgg16 with norms": (
        lambda: vgg16(batch_norm=True),
        published_vgg((0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40), WIDTHS_16, True),
    ),
    "resnet18": (resnet18, published_resnet(1, (2, 2, 2, 2))),
    "resnet34": (resnet34, published_resnet(1, (3, 4, 6, 3))),
    "resnet50": (resnet50, published_resnet(4, (3, 4, 6, 3))),
    "resnet101": (resnet101, published_resnet(4, (3, 4, 23, 3))),
}  # fmt: skip


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", LAYOUTS)
def test_weights_of_the_usual_library_fit_by_name_and_shape(name):
    make, published = LAYOUTS[name]
    assert {key: value.shape for key, value in make().state_dict().items()} == published


def test_the_usual_alexnet_takes_images_of_several_sizes():
    model = AlexNet2014(7, width=8).eval()
    for side in (224, 63):
        assert model(np.zeros((1, 3, side, side))).shape == (1, 7)


@pytest.mark.parametrize(
    ("make", "shape", "last"),
    [
        (lambda: LeNet5(7), (1, 28, 28), "features.3"),
        (lambda: AlexNet(7, width=64), (3, 67, 67), "features.12"),
        (lambda: VGG([[4], [6]], 7, width=4), (3, 16, 16), "features.3"),
        (lambda: ResNet("basic", (1, 1, 1, 1), 7, 4), (3, 64, 64), "layer4"),
        (lambda: ResNet("bottleneck", (1, 1, 1, 1), 7, 2), (3, 64, 64), "layer4"),
        (lambda: CifarResNet(1, 7), (3, 16, 16), "layer3"),
    ],
    ids=["LeNet5", "AlexNet", "VGG", "ResNet basic", "ResNet bottleneck", "CifarResNet"],
)
def test_transfer_attack_and_heat_work_on_every_network(make, shape, last, rng):
    model = make()
    images = rng.random((2, *shape)).astype(np.float32)
    if isinstance(model, AlexNet):  # the body takes any size, the classifier the maps of 227
        model.classifier[1] = nn.Linear(256, 64)
    head = replace_head(freeze(model), 3)
    assert [p for p in model.parameters() if p.requires_grad] == list(head.parameters())
    changed = fgsm(model, images, [0, 2], 0.1) - images
    assert 0 < np.abs(changed).max() <= 0.1 + 1e-6
    heat = grad_cam(model, model.get_submodule(last), images)
    assert heat.shape[0] == 2
    assert np.isfinite(heat).all()
    assert 0 <= heat.min() <= heat.max() <= 1
    cross_entropy(model(images), [0, 2]).backward()
    assert head.weight.grad is not None


def test_the_skip_of_the_small_resnet_has_no_parameters(rng):
    block = CifarResNet(1).layer2[0]
    x = rng.normal(size=(1, 16, 8, 8)).astype(np.float32)
    skipped = block.downsample(autograd.Tensor(x)).data
    np.testing.assert_array_equal(skipped[:, 8:24], x[:, :, ::2, ::2])
    assert not skipped[:, :8].any()
    assert not skipped[:, 24:].any()


# --- perceptron


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
@pytest.mark.parametrize("seed", range(5))
def test_a_perceptron_learns_what_a_line_separates(gate, seed):
    neuron = Perceptron(2, np.random.default_rng(seed))
    assert np.all(np.abs(neuron.weight.data) <= 1)
    rounds = neuron.fit(*logic_gate(gate), rounds=200)
    assert rounds[-1] == 1.0
    assert all(share < 1.0 for share in rounds[:-1])
    np.testing.assert_array_equal(neuron(logic_gate(gate)[0]).data, logic_gate(gate)[1])


def test_a_perceptron_fails_on_xor_and_an_mlp_does_not():
    inputs, outputs = logic_gate("xor")
    rounds = Perceptron(2, np.random.default_rng(0)).fit(inputs, outputs, rounds=200)
    assert len(rounds) == 200
    assert max(rounds) <= 0.75
    autograd.manual_seed(0)
    model = MLP((2, 8, 2), nn.Tanh)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
    trainer = Trainer(model, optimizer, cross_entropy, "accuracy", progress=False)
    assert trainer.fit((inputs, outputs), 100)["accuracy"][-1] == 1.0


def test_the_delta_rule_of_the_slides():
    neuron = Perceptron(2)
    neuron.weight.data, neuron.bias.data = np.float32([0.1, -0.2]), np.float32(0.3)
    neuron.fit([[1.0, 2.0]], [1], rounds=1, lr=0.5)  # net input 0.0: step(0) = 1 is right
    np.testing.assert_allclose(neuron.weight.data, [0.1, -0.2])
    neuron.fit([[1.0, 2.0]], [0], rounds=1, lr=0.5)
    np.testing.assert_allclose(neuron.weight.data, [-0.4, -1.2], rtol=1e-6)
    np.testing.assert_allclose(neuron.bias.data, -0.2, rtol=1e-6)


# --- learning


def test_an_autoencoder_and_a_vae_learn_digits():
    images = digits()[0][:200].reshape(200, 64)
    batches = DataLoader(TensorDataset(images, images), 50, shuffle=True, seed=0)
    model = Autoencoder((64, 32, 8))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    trainer = Trainer(model, optimizer, nn.MSELoss(), progress=False)
    losses = trainer.fit(batches, 15)["loss"]
    assert losses[-1] < 0.6 * losses[0]

    model = VAE(64, 32, 4)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    losses = Trainer(model, optimizer, vae_loss, progress=False).fit(batches, 10)["loss"]
    assert losses[-1] < 0.75 * losses[0]
    samples = model.sample(5, np.random.default_rng(0)).numpy()
    assert samples.shape == (5, 64)
    assert 0 <= samples.min() < samples.max() <= 1
    model.eval()
    np.testing.assert_array_equal(model(images)[0].data, model(images)[0].data)


def test_the_divergence_of_the_vae_is_that_of_two_normal_distributions(rng):
    mean, log_variance = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    logits, pixels = rng.normal(size=(2, 4)), rng.random((2, 4))
    loss = vae_loss(
        tuple(map(autograd.Tensor, (logits, mean, log_variance))), autograd.Tensor(pixels)
    )
    sigma2 = np.exp(log_variance)
    divergence = 0.5 * (sigma2 + mean**2 - 1 - np.log(sigma2)).sum()
    p = 1 / (1 + np.exp(-logits))
    surprise = -(pixels * np.log(p) + (1 - pixels) * np.log(1 - p)).sum()
    assert loss.item() == pytest.approx((divergence + surprise) / 2)


TEXT = np.array([ord(letter) - 97 for letter in "abcdabceabcfabcg" * 2])


def test_the_small_gpt_overfits_a_paragraph():
    autograd.manual_seed(0)
    model = GPT(8, context=16, layers=2, heads=2, width=32)
    optimizer = nn.optim.AdamW(model.parameters(), lr=1e-2)
    tokens, following = TEXT[None, :16], TEXT[None, 1:17]
    for _ in range(60):
        optimizer.zero_grad()
        loss = cross_entropy(model(tokens).transpose(0, 2, 1), following)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    written = model.generate(TEXT[:1], 15, temperature=0)
    np.testing.assert_array_equal(written, TEXT[:16])


def test_gpt_does_not_look_ahead(rng):
    model = GPT(8, context=8, layers=2, heads=2, width=16)
    one = np.array([[1, 2, 3, 4, 5]])
    other = np.array([[1, 2, 3, 7, 0]])
    first, second = model(one).data, model(other).data
    np.testing.assert_allclose(first[:, :3], second[:, :3], rtol=1e-5)
    assert np.abs(first[:, 3:] - second[:, 3:]).max() > 1e-3


def test_the_character_lstm_learns_and_goes_on_from_its_state():
    autograd.manual_seed(0)
    model = CharLSTM(8, hidden=24, layers=1)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(80):
        optimizer.zero_grad()
        loss = cross_entropy(model(TEXT[None, :-1])[0].transpose(0, 2, 1), TEXT[None, 1:])
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.3
    np.testing.assert_array_equal(model.generate(TEXT[:4], 8, temperature=0), TEXT[:12])
    whole, _ = model(TEXT[None, :10])
    first, state = model(TEXT[None, :6])
    rest, _ = model(TEXT[None, 6:10], state)
    np.testing.assert_allclose(np.concatenate([first.data, rest.data], 1), whole.data, atol=1e-5)


@pytest.mark.parametrize("make", [lambda: CharLSTM(5, 8), lambda: GPT(5, 4, 1, 1, 8)])
def test_texts_follow_their_seed(make):
    model = make()
    one, two = (model.generate([1], 12, seed=seed) for seed in (3, 3))
    np.testing.assert_array_equal(one, two)
    autograd.manual_seed(1)
    free = model.generate([1], 12)
    autograd.manual_seed(1)
    np.testing.assert_array_equal(model.generate([1], 12), free)


# --- using


def test_transfer_learning_trains_the_head_alone():
    images, labels = digits()
    autograd.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), MLP((32, 10))
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    Trainer(model, optimizer, cross_entropy, progress=False).fit((images[:600], labels[:600]), 3)
    freeze(model)
    parity = labels % 2
    head = replace_head(model, 2)
    before = {name: value.numpy() for name, value in model.state_dict().items()}
    trainer = Trainer(
        model, nn.optim.Adam(head.parameters(), lr=0.01), cross_entropy, "accuracy", progress=False
    )
    history = trainer.fit((images[:600], parity[:600]), 10)
    assert history["accuracy"][-1] > 0.85
    after = {name: value.numpy() for name, value in model.state_dict().items()}
    changed = [name for name in after if not np.array_equal(after[name], before[name])]
    assert changed == ["4.1.weight", "4.1.bias"]
    assert model.training
    assert not model[2].training, "the running statistics are the body's"


def test_a_head_is_replaced_wherever_it_is():
    class Listed(nn.Module):
        def __init__(self):
            self.parts = [nn.ReLU(), {"out": nn.Linear(4, 9, bias=False)}]

    model = Listed()
    head = replace_head(model, 3)
    assert model.parts[1]["out"] is head
    assert head.bias is None
    resnet = ResNet("basic", (1, 1, 1, 1), width=4)
    assert resnet.fc is not replace_head(resnet, 5).weight
    assert resnet.fc.out_features == 5
    holder = nn.ModuleDict({"a": nn.Linear(1, 2), "b": nn.Linear(2, 3)})
    replace_head(holder, 7)
    assert [each.out_features for each in holder.values()] == [2, 7]
    with pytest.raises(ValueError, match="ReLU has no Linear layer inside it"):
        replace_head(nn.ReLU(), 3)


def test_fgsm_makes_digits_unreadable_within_epsilon():
    images, labels = digits()
    autograd.manual_seed(0)
    model = MLP((64, 32, 10))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    Trainer(model, optimizer, cross_entropy, progress=False).fit((images, labels), 4)
    optimizer.zero_grad()
    attacked = fgsm(model.eval(), images, labels, 0.15)
    assert np.abs(attacked - images).max() <= 0.15 + 1e-6
    assert 0 <= attacked.min() <= attacked.max() <= 1
    clean, fooled = (Accuracy()(model(each), labels) for each in (images, attacked))
    assert clean > 0.93
    assert fooled < 0.5
    noise = np.sign(np.random.default_rng(0).normal(size=images.shape)).astype("f4")
    assert Accuracy()(model((images + 0.15 * noise).clip(0, 1)), labels) > fooled + 0.3
    assert all(parameter.grad is None for parameter in model.parameters())
    np.testing.assert_array_equal(fgsm(freeze(model), images, labels, 0.15), attacked)


def test_grad_cam_finds_the_place(rng):
    """A network whose score of class 1 is the brightness on the right, of class 0 on the left."""
    model = nn.Sequential(
        nn.Conv2d(1, 2, 1, bias=False), nn.Flatten(), nn.Linear(32, 2, bias=False)
    )
    model[0].weight.data = np.float32([1.0, 1.0]).reshape(2, 1, 1, 1)
    sides = np.zeros((2, 2, 4, 4), np.float32)
    sides[0, 0], sides[1, 1] = 1.0, 1.0
    model[2].weight.data = sides.reshape(2, 32)
    with autograd.no_grad():
        image = np.zeros((1, 1, 4, 4))
        image[0, 0, 1, 2] = 2.0
        heat = grad_cam(freeze(model), model[0], image, [1])
    assert heat.shape == (1, 4, 4)
    assert heat[0, 1, 2] == 1.0
    assert heat.sum() == 1.0
    assert not grad_cam(model, model[0], np.zeros((1, 1, 4, 4))).any()
    with pytest.raises(ValueError, match=r"one class for each of the 1 images, got shape \(2,\)"):
        grad_cam(model, model[0], image, [0, 1])
    with pytest.raises(ValueError, match=r"must be called by the model .* it gave \(1, 2\)"):
        grad_cam(model, model[2], image)


# --- bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP((3,)), "sizes of input and output at least"),
        (lambda: Autoencoder((3,)), "sizes of input and code at least"),
        (lambda: ResNet("wide", (1, 1, 1, 1)), "'basic' or 'bottleneck', got 'wide'"),
        (lambda: ResNet("basic", (1, 1)), "blocks of four stages"),
        (lambda: GPT(5, heads=3, width=16), "3 heads must divide the width 16"),
        (
            lambda: GPT(5, 4, 1, 1, 8)(np.zeros((1, 5), int)),
            "5 tokens is longer than the context of 4",
        ),
        (
            lambda: GPT(5, 4, 1, 1, 8).generate([], 3),
            r"at least one whole number, got shape \(0,\)",
        ),
        (lambda: CharLSTM(5, 8).generate([1], 3, -1.0), "temperature must be at least 0"),
        (lambda: Perceptron(2).fit([[1.0]], [1]), r"expected inputs \(examples, 2\)"),
        (lambda: Perceptron(1).fit([[1.0]], [2]), "targets must be 0 or 1"),
        (lambda: fgsm(nn.Linear(1, 2), [[0.5]], [0], -1), "epsilon must be at least 0"),
    ],
)
def test_models_name_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
