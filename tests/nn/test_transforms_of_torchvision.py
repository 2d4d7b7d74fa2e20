"""Transforms by torchvision's names: its formulas, chains from pictures to Tensors, errors."""

import colorsys
import pickle

import numpy as np
import pytest

import autograd
from autograd import Tensor
from nn import transforms as t

RNG = np.random.default_rng(0)
PHOTO = RNG.random((3, 8, 10))


def test_from_bytes_to_tensors():
    pixels = RNG.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    out = t.ToTensor()(pixels)
    assert isinstance(out, Tensor)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out.data, pixels.transpose(2, 0, 1) / 255, rtol=1e-6)
    assert t.ToTensor()(pixels[..., 0]).shape == (1, 4, 5)
    floats = t.ToTensor()(PHOTO)  # channels first already, as data sets here have them
    np.testing.assert_allclose(floats.data, PHOTO, rtol=1e-6)
    with pytest.raises(ValueError, match=r"ToTensor: expected a picture, .* got shape \(2,\)"):
        t.ToTensor()(np.zeros(2))


def test_the_chain_that_every_tutorial_has():
    chain = t.Compose([t.ToTensor(), t.Normalize((0.1307,), (0.3081,))])
    pixels = RNG.integers(0, 256, (28, 28), dtype=np.uint8)
    out = chain(pixels)
    assert out.shape == (1, 28, 28)
    np.testing.assert_allclose(out.data[0], (pixels / 255 - 0.1307) / 0.3081, rtol=1e-4, atol=1e-5)


def test_chains_of_pictures_tensors_and_functions():
    pillow = pytest.importorskip("PIL.Image")
    pixels = RNG.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    picture = pillow.fromarray(pixels)
    flipped = t.RandomHorizontalFlip(p=1.0)(picture)
    assert flipped.size == (16, 12)
    np.testing.assert_array_equal(np.asarray(flipped), pixels[:, ::-1])
    chain = t.Compose(
        [
            t.Resize(8), t.CenterCrop(8), t.RandomCrop(8, padding=1), t.RandomRotation(5),
            t.ColorJitter(0.2, 0.2, 0.2, 0.1), t.ToTensor(), lambda x: x * 2, t.Lambda(np.negative),
        ],
        seed=3,
    )  # fmt: skip
    out = chain(picture)
    assert isinstance(out, Tensor)
    assert out.shape == (3, 8, 8)
    assert out.data.max() <= 0
    with pytest.raises(TypeError, match=r"put ToTensor\(\) before it"):
        t.Normalize(0.5, 0.5)(picture)
    resized = np.asarray(t.Resize((5, 7))(picture), float)
    expected = np.asarray(picture.resize((7, 5), pillow.Resampling.BILINEAR), float)
    assert np.abs(resized - expected).max() <= 1.0


def test_a_seed_fixes_a_mixed_chain():
    chains = [t.Compose([t.RandomRotation(40), t.ToTensor()], seed=1) for _ in range(2)]
    np.testing.assert_array_equal(chains[0](PHOTO).data, chains[1](PHOTO).data)
    autograd.manual_seed(0)
    first = t.Compose([t.RandomRotation(40), t.ToTensor()])(PHOTO)
    autograd.manual_seed(0)
    np.testing.assert_array_equal(
        t.Compose([t.RandomRotation(40), t.ToTensor()])(PHOTO).data, first.data
    )


def test_sizes():
    assert t.Resize(4)(PHOTO).shape == (3, 4, 5)
    assert t.Resize(4)(PHOTO.swapaxes(1, 2)).shape == (3, 5, 4)
    assert t.Resize(6, max_size=7)(PHOTO).shape == (3, 6, 7)
    assert t.Resize((3, 4))(PHOTO).shape == (3, 3, 4)
    assert t.CenterCrop(4)(PHOTO).shape == (3, 4, 4)
    assert t.CenterCrop((12, 4))(PHOTO).shape == (3, 12, 4)
    assert t.Pad((1, 2, 3, 4))(PHOTO).shape == (3, 14, 14)
    assert t.Pad((1, 2), padding_mode="reflect")(PHOTO).shape == (3, 12, 12)
    assert t.RandomResizedCrop(5)(PHOTO).shape == (3, 5, 5)
    assert t.RandomCrop(5)(PHOTO).shape == (3, 5, 5)
    assert t.Grayscale()(PHOTO).shape == (1, 8, 10)


def test_a_constant_image_stays_constant_in_every_size():
    image = np.full((1, 7, 9), 0.3)
    for way in ("nearest", "bilinear", "bicubic"):
        for antialias in (True, False):
            out = t.Resize((4, 13), way, antialias=antialias)(image)
            np.testing.assert_allclose(out, 0.3)


def test_colours():
    gray = 0.2989 * PHOTO[0] + 0.587 * PHOTO[1] + 0.114 * PHOTO[2]
    np.testing.assert_allclose(t.Grayscale()(PHOTO)[0], gray)
    np.testing.assert_allclose(
        t.ColorJitter(contrast=(0.5, 0.5))(PHOTO), 0.5 * PHOTO + 0.5 * gray.mean()
    )
    np.testing.assert_allclose(
        t.ColorJitter(saturation=(0.25, 0.25))(PHOTO), 0.25 * PHOTO + 0.75 * gray
    )
    np.testing.assert_allclose(t.ColorJitter()(PHOTO), PHOTO)
    turned = t.ColorJitter(hue=(0.2, 0.2))(PHOTO)
    for row, column in ((0, 0), (3, 4), (7, 9)):
        h, s, v = colorsys.rgb_to_hsv(*PHOTO[:, row, column])
        expected = colorsys.hsv_to_rgb((h + 0.2) % 1, s, v)
        np.testing.assert_allclose(turned[:, row, column], expected, atol=1e-12)
    one = PHOTO[:1]
    np.testing.assert_array_equal(t.ColorJitter(saturation=0.5, hue=0.5)(one), one)


def test_affine_maps():
    image = np.zeros((1, 5, 5))
    image[0, 1, 3] = 1  # above and right of the centre
    turned = t.RandomAffine((90, 90))(image)  # with the clock: below and right
    assert turned[0, 3, 3] == 1
    assert t.RandomRotation((90, 90))(image)[0, 1, 1] == 1  # against it: above and left
    doubled = t.RandomAffine(0, scale=(2, 2))(image)
    assert doubled[0, 0, 4] == 1
    shifts = [t.RandomAffine(0, translate=(0.2, 0), seed=n)(image) for n in range(20)]
    columns = {int(np.argwhere(each[0])[0, 1]) for each in shifts if each.any()}
    assert columns == {2, 3, 4}
    assert all(np.argwhere(each[0])[0, 0] == 1 for each in shifts if each.any())


def test_parts_of_an_image_have_the_share_and_proportions():
    crop = t.RandomResizedCrop(4, scale=(0.25, 0.5), ratio=(0.5, 2.0))
    rng = np.random.default_rng(0)
    for _ in range(200):
        top, left, height, width = crop._part(40, 60, rng)
        assert 0 <= top <= 40 - height
        assert 0 <= left <= 60 - width
        assert 0.23 < height * width / 2400 < 0.53
        assert 0.45 < width / height < 2.2


def test_chances():
    images = np.stack([PHOTO] * 300)
    for transform, share in (
        (t.RandomHorizontalFlip(seed=0), 0.5), (t.RandomGrayscale(seed=0), 0.1),
        (t.RandomApply([t.Invert()], p=0.3, seed=0), 0.3),
    ):  # fmt: skip
        changed = np.mean([not np.array_equal(each, PHOTO) for each in transform(images)])
        assert abs(changed - share) < 0.09


def test_transforms_travel_to_workers():
    for each in (t.ToTensor(), t.Resize(4), t.ColorJitter(0.1), t.RandomAffine(3)):
        assert repr(pickle.loads(pickle.dumps(each))) == repr(each)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: t.Normalize(0.5, 0.0), ValueError, "one std above 0"),
        (lambda: t.Normalize((0.5, 0.5), (1, 1))(PHOTO), ValueError, "2 numbers .* 3 channels"),
        (lambda: t.Normalize(0.5, 0.5, inplace=True), ValueError, "leave inplace out"),
        (lambda: t.Resize((1, 2, 3)), ValueError, r"size must be \(height, width\)"),
        (lambda: t.Resize(3, "linear"), ValueError, "interpolation must be"),
        (lambda: t.Pad((1, 2, 3)), ValueError, "1, 2 or 4 numbers"),
        (lambda: t.Pad(1, padding_mode="wrap"), ValueError, "padding_mode must be"),
        (lambda: t.ColorJitter(hue=0.7), ValueError, "within -1/2 and 1/2"),
        (lambda: t.ColorJitter(brightness=-1), ValueError, "brightness must be at least 0"),
        (lambda: t.Grayscale(2), ValueError, "must be 1 or 3"),
        (lambda: t.RandomRotation(5, expand=True), ValueError, "the size stays"),
        (lambda: t.RandomRotation(5, "bicubic"), ValueError, "'nearest' or 'bilinear'"),
        (lambda: t.RandomAffine(5, translate=(2, 0)), ValueError, "two shares"),
        (lambda: t.RandomAffine(5, scale=(0, 1)), ValueError, "scale must be"),
        (lambda: t.RandomAffine(5, shear=(1, 2, 3)), ValueError, "1, 2 or 4 angles"),
        (lambda: t.RandomResizedCrop(4, scale=(1, 0.5)), ValueError, "must be pairs"),
        (lambda: t.Compose(3), TypeError, "Compose: expected a list of transforms, got 3"),
        (lambda: t.RandomOrder(3), TypeError, "RandomOrder: expected a list of transforms, got 3"),
        (lambda: t.RandomApply("x"), TypeError, "RandomApply: expected a list of transforms, got"),
        (lambda: t.RandomApply([t.ToTensor()]), TypeError, "expected transforms of images"),
        (lambda: t.Lambda(3), TypeError, "expected a function"),
    ],
)
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_pictures_go_back_and_forth():
    pillow = pytest.importorskip("PIL.Image")
    for shape, mode in (((6, 9), "L"), ((6, 9, 3), "RGB"), ((6, 9, 4), "RGBA")):
        pixels = RNG.integers(0, 256, shape, dtype=np.uint8)
        tensor = t.ToTensor()(pillow.fromarray(pixels))
        for given in (tensor, tensor.numpy(), pixels, (tensor * 255).round().astype(np.uint8)):
            picture = t.ToPILImage()(given)
            assert picture.mode == mode
            np.testing.assert_array_equal(np.asarray(picture), pixels)
    assert t.ToPILImage("L")(PHOTO).mode == "L"
    chain = t.Compose([t.ToPILImage(), t.Resize(4), t.ToTensor()])
    assert chain(Tensor(PHOTO)).shape == (3, 4, 5)
    for wrong in (
        np.zeros(3),
        np.zeros((2, 3, 4, 4)),
        np.zeros((4, 4), int),
        Tensor(np.ones((7, 9, 9))),
    ):
        with pytest.raises(ValueError, match="ToPILImage: expected"):
            t.ToPILImage()(wrong)


def test_a_slant_leaves_the_middle_and_comes_with_its_probability():
    image = np.ones((1, 21, 21))
    slanted = t.RandomPerspective(0.5, p=1.0, seed=0)(image)
    assert slanted[0, 10, 10] == pytest.approx(1.0)
    assert (slanted[0, [0, 0, -1, -1], [0, -1, 0, -1]] == 0).sum() >= 3
    assert set(np.unique(t.RandomPerspective(0.5, 1.0, "nearest", 0.5, seed=0)(image))) == {0.5, 1}
    seldom = t.RandomPerspective(seed=1)(np.broadcast_to(image, (400, 1, 21, 21)))
    assert 150 < sum((each == 1).all() for each in seldom) < 250
    with pytest.raises(ValueError, match="RandomPerspective: interpolation"):
        t.RandomPerspective(interpolation="cubic")


def test_several_in_an_order_that_is_drawn():
    twice, more = (t.ColorJitter(brightness=(2.0, 2.0)), t.Normalize(0.25, 1.0))
    image = np.full((1, 1, 1), 0.25)
    drawn = {float(t.RandomOrder([twice, more], seed=seed)(image).item()) for seed in range(20)}
    assert drawn == {0.0, 0.25}
    with pytest.raises(TypeError, match="RandomOrder: expected transforms of images"):
        t.RandomOrder([t.ToTensor()])
