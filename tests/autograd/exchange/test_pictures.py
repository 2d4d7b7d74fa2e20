"""Pillow and Matplotlib take plain Tensors; what requires gradients says how to leave the graph."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor

PICTURE = np.random.default_rng(0).integers(0, 256, (4, 6, 3)).astype(np.uint8)
X = np.linspace(0.0, 1.0, 4)


@pytest.mark.parametrize(
    "array",
    [
        PICTURE,
        PICTURE[..., 0],
        PICTURE.transpose(1, 0, 2),
        PICTURE[::-1, ::2],
        np.float32(PICTURE[..., 0]),
    ],
)
def test_pillow(array):
    image = pytest.importorskip("PIL.Image")
    made = image.fromarray(Tensor(array))
    np.testing.assert_array_equal(np.asarray(made), array)
    np.testing.assert_array_equal(Tensor(made), array)


def test_pillow_is_told_how_to_leave_the_graph():
    image = pytest.importorskip("PIL.Image")
    with pytest.raises(TypeError, match=r"\.detach\(\)\.numpy\(\)"):
        image.fromarray(Tensor(np.float32(PICTURE[..., 0]), requires_grad=True))


def test_numpy_asks_the_tensor_itself():
    t = Tensor(X)
    assert not hasattr(t, "__array_interface__")
    assert np.shares_memory(np.asarray(t), t.data)
    assert t.tobytes() == X.tobytes()
    assert Tensor(PICTURE).strides == PICTURE.strides


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes, x, z: axes.plot(x, x * x),
        lambda axes, x, z: axes.plot(list(x), x),
        lambda axes, x, z: axes.scatter(x, x, c=x, s=10 * x + 1),
        lambda axes, x, z: axes.bar(x, x),
        lambda axes, x, z: axes.hist(x, bins=3),
        lambda axes, x, z: axes.errorbar(x, x, yerr=x),
        lambda axes, x, z: axes.fill_between(x, x, 0),
        lambda axes, x, z: axes.imshow(z),
        lambda axes, x, z: axes.contourf(x, x, z),
        lambda axes, x, z: axes.pcolormesh(z),
        lambda axes, x, z: axes.quiver(x, x, x, x),
        lambda axes, x, z: axes.set_xlim(x.min(), x.max()),
        lambda axes, x, z: axes.axhline(x[0]),
    ],
)
def test_matplotlib(draw):
    figure = pytest.importorskip("matplotlib.figure").Figure()
    draw(figure.subplots(), Tensor(X), Tensor(np.outer(X, X)))
    figure.draw_without_rendering()


def test_matplotlib_in_three_dimensions():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    axes = figure.add_subplot(projection="3d")
    x, y = np.meshgrid(X, X)
    axes.plot_surface(x, y, Tensor(x * y))
    axes.plot_surface(Tensor(x), Tensor(y), Tensor(x * y))


def test_matplotlib_is_told_how_to_leave_the_graph():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    with pytest.raises(TypeError, match=r"\.detach\(\)\.numpy\(\)"):
        figure.subplots().imshow(Tensor(np.outer(X, X), requires_grad=True))
