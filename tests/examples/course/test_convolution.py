"""The printed convolutions and poolings, and what the lesson says of the famous networks."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("convolution", request.param)


def test_the_printed_convolution(run):
    plain = [[15, 16], [6, 15]]
    padded = [[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]
    for name in ("plain", "library_plain"):
        np.testing.assert_array_equal(run.variables[name], plain)
    for name in ("padded", "library_padded"):
        np.testing.assert_array_equal(run.variables[name], padded)
    run.shown("[[15. 16.]\n [ 6. 15.]]", "[ 4. 15. 16. 10.]")


def test_the_loops_follow_the_formula_of_the_size(run):
    convolve = run.variables["convolve"]
    for size, width, padding, stride in ((7, 3, 0, 2), (7, 3, 1, 3), (28, 5, 2, 1), (8, 3, 0, 4)):
        side = (size + 2 * padding - width) // stride + 1
        result = convolve(np.ones((size, size)), np.ones((width, width)), padding, stride)
        assert result.shape == (side, side)


def test_channels_are_added_into_one_map(run):
    maps = run.variables["maps"]
    assert maps.shape == (1, 5, 2, 2)
    np.testing.assert_allclose(maps[0, 0], run.variables["channel_by_channel"], rtol=1e-10)


def test_the_printed_poolings_and_their_misprint(run):
    np.testing.assert_array_equal(run.variables["largest"].data[0, 0], [[20, 30], [112, 37]])
    np.testing.assert_array_equal(run.variables["average"].data[0, 0], [[13, 8], [79, 19.5]])
    run.shown("19.5", "18")
    winners = np.isin(run.variables["block"], (20, 30, 112, 37))
    np.testing.assert_array_equal(run.variables["max_gradient"], winners)
    np.testing.assert_array_equal(run.variables["average_gradient"], np.full((4, 4), 0.25))


def test_lenet(run):
    assert run.variables["lenet_summary"].total == 61_706
    run.shown("61,706")
    assert run.variables["lenet_accuracy"] > 0.85
    assert run.variables["activation"].shape == (6, 28, 28)


def test_lenet_learns_clothes_where_there_are_any(run):
    if run.variables["clothes"] is None:
        run.shown("fashion_mnist(fetch=True)")
    else:
        assert run.variables["fashion_accuracy"] > 0.6


def test_alexnet_and_vgg(run):
    shapes = run.variables["shapes"]
    assert [shape for name, shape in shapes if name == "Conv2d"] == [
        (96, 55, 55), (256, 27, 27), (384, 13, 13), (384, 13, 13), (256, 13, 13),
    ]  # fmt: skip
    assert shapes[-1] == ("MaxPool2d", (256, 6, 6))
    assert {name for name, _ in shapes} == {"Conv2d", "ReLU", "LocalResponseNorm", "MaxPool2d"}
    assert run.variables["vgg_weights"] == (18 * 64**2, 25 * 64**2)


def test_the_skip_path_has_the_gradient_one(run):
    engine, by_hand = run.variables["skip"]
    assert engine == pytest.approx(by_hand, rel=1e-14) == pytest.approx(1.02)
    deep, residual = run.variables["deep"], run.variables["deep_residual"]
    assert deep[0] < 1e-8
    assert residual.min() > 0.3
    assert run.variables["resnet_parameters"] == 269_722


def test_transfer_learning_needs_fewer_examples(run):
    transfer = np.array(run.variables["transfer"])
    assert transfer.shape == (3, 2)
    assert transfer[:, 0].mean() > transfer[:, 1].mean()
    assert run.variables["trainable"] == 84 * 2 + 2
    lenet, body = run.variables["lenet"], run.variables["body"]
    for name, weight in lenet.features.state_dict().items():
        np.testing.assert_array_equal(body.features.state_dict()[name].data, weight.data)


def test_mistakes(run):
    run.shown("np.moveaxis(x, -1, 1)", "flatten each example first",
              "x has 288 features but weight takes 512", "use a larger input")  # fmt: skip


@pytest.mark.parametrize(
    "name", ["printed_example", "photo", "filters", "maps", "residual_block", "residual_gradients"]
)
def test_figures_are_saved(run, name):
    lang = run.variables["lesson"].lang
    assert (run.folder / f"{name}.{lang}.svg").stat().st_size > 1000
