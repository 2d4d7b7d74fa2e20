"""Augmentation: what each transform does, on one image and on batches, from a seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor
from nn import transforms as t
from nn.data import DataLoader, Dataset

ALL = [
    t.Albumentations(lambda image: {"image": image[::-1].copy()}),
    t.Brightness(0.5),
    t.CoarseSalt(0.2),
    t.Compose([t.Rotate(20), t.GaussianNoise(0.1)]),
    t.Crop((9, 11)),
    t.CropAndPad(0.2),
    t.Emboss(),
    t.Gamma(),
    t.GaussianBlur(),
    t.GaussianNoise(),
    t.HorizontalFlip(),
    t.Invert(),
    t.MedianBlur(),
    t.PCANoise(),
    t.Perspective(),
    t.RandomCrop((9, 11), padding=2),
    t.RandomErasing(),
    t.Rotate(),
    t.Scale(),
    t.Sharpen(),
    t.Shear(),
    t.Translate(),
    t.VerticalFlip(),
    # Those of torchvision's names.
    t.CenterCrop((9, 11)),
    t.ColorJitter(0.4, 0.4, 0.4, 0.1),
    t.Grayscale(3),
    t.Normalize(0.0, 1.0),
    t.Pad(0),
    t.RandomAffine(20, (0.1, 0.1), (0.8, 1.2), 5),
    t.RandomApply([t.GaussianNoise()], p=0.9),
    t.RandomChoice([t.GaussianNoise(), t.Rotate()]),
    t.RandomOrder([t.GaussianNoise(), t.Rotate()]),
    t.RandomPerspective(0.4, p=1.0),
    t.RandomGrayscale(0.5),
    t.RandomHorizontalFlip(),
    t.RandomResizedCrop((9, 11)),
    t.RandomRotation(30),
    t.RandomVerticalFlip(),
    t.Resize((9, 11)),
]

# What is no change of an image, or of no image.
OTHERS = {t.Transform, t.ToPILImage, t.ToTensor, t.Lambda, t.InterpolationMode}


@pytest.fixture
def photo():
    """A smooth colour image, (3, 9, 11), without symmetry."""
    rows, columns = np.mgrid[:9, :11] / 10
    image = np.stack([rows, columns**2, 0.5 + 0.4 * np.sin(3 * rows + 5 * columns)])
    return (0.1 + 0.8 * image.clip(0, 1)).astype(np.float32)


def named(transform) -> str:
    return type(transform).__name__


def test_every_transform_is_here():
    kinds = {getattr(t, name) for name in t.__all__}
    kinds = {kind for kind in kinds if isinstance(kind, type)} - OTHERS
    assert {type(each) for each in ALL} == kinds


@pytest.mark.parametrize("transform", ALL, ids=named)
def test_images_and_batches_keep_kind_shape_dtype_and_range(transform, photo):
    before = photo.copy()
    one, batch = transform(photo), transform(np.stack([photo] * 3))
    assert (one.shape, one.dtype) == ((3, 9, 11), np.float32)
    assert (batch.shape, batch.dtype) == ((3, 3, 9, 11), np.float32)
    assert one.min() >= -1e-6
    assert one.max() <= 1 + 1e-6
    np.testing.assert_array_equal(photo, before)
    tensor = transform(Tensor(photo.astype(np.float64)))
    assert isinstance(tensor, Tensor)
    assert tensor.dtype == np.float64
    assert not np.shares_memory(one, photo)


@pytest.mark.parametrize("transform", ALL, ids=named)
def test_manual_seed_decides_and_every_image_has_its_own_draw(transform, photo):
    batch = np.stack([photo] * 8)
    autograd.manual_seed(5)
    first = transform(batch)
    autograd.manual_seed(5)
    np.testing.assert_array_equal(transform(batch), first)
    fixed = {t.Albumentations, t.Crop, t.HorizontalFlip, t.Invert, t.MedianBlur, t.VerticalFlip,
             t.CenterCrop, t.Grayscale, t.Normalize, t.Pad, t.Resize}  # fmt: skip
    alike = bool(np.all(first == first[0]))
    assert alike == (type(transform) in fixed)


@pytest.mark.parametrize("transform", ALL, ids=named)
def test_with_probability_0_nothing_changes(transform, photo):
    never = t.Compose([transform], p=0.0)
    np.testing.assert_array_equal(never(photo), photo)


def test_seeds_probabilities_and_chains(photo):
    flips = t.HorizontalFlip(p=0.5, seed=0)(np.stack([photo] * 400))
    share = np.mean([np.array_equal(each, photo) for each in flips])
    assert 0.4 < share < 0.6
    one, two = (t.Compose([t.Rotate(seed=9), t.GaussianNoise()], seed=1) for _ in range(2))
    np.testing.assert_array_equal(one(photo), two(photo))
    generator = np.random.default_rng(4)
    drawn = t.GaussianNoise(generator=np.random.default_rng(4))(photo)
    np.testing.assert_array_equal(t.GaussianNoise(generator=generator)(photo), drawn)
    assert repr(t.Rotate(10, p=0.5)) == (
        "Rotate(p=0.5, fill='constant', value=0.0, degrees=(-10.0, 10.0))"
    )


# --- geometry


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_quarter_turns_are_exact(quarter, rng):
    image = rng.random((2, 7, 7))
    turned = t.Rotate((90 * quarter, 90 * quarter))(image)
    np.testing.assert_allclose(turned, np.rot90(image, quarter, (1, 2)), atol=1e-12)


@pytest.mark.parametrize(
    "transform",
    [t.Rotate(0), t.Translate(0), t.Shear(0), t.Scale(1), t.Perspective(0), t.CropAndPad(0)],
    ids=named,
)
def test_no_movement_is_the_identity(transform, photo):
    np.testing.assert_allclose(transform(photo), photo, atol=1e-6)


@given(rows=st.integers(-3, 3), columns=st.integers(-3, 3))
def test_a_shift_by_whole_pixels_is_exact(rows, columns):
    image = np.random.default_rng(0).random((1, 8, 8))

    class Fixed(t.Translate):
        def matrix(self, height, width, generator):
            return np.array([[1, 0, -rows], [0, 1, -columns], [0, 0, 1.0]])

    shifted = Fixed(fill="wrap")(image)
    np.testing.assert_allclose(shifted, np.roll(image, (rows, columns), (1, 2)), atol=1e-12)


def test_a_translation_is_drawn_within_its_fraction(rng):
    image = np.zeros((1, 21, 21))
    image[0, 10, 10] = 1
    places = []
    for moved in t.Translate(0.2, seed=0)(np.stack([image] * 50)):
        rows, columns = np.mgrid[:21, :21]
        places.append([(moved[0] * rows).sum() - 10, (moved[0] * columns).sum() - 10])
    assert 3 < np.abs(places).max() <= 4.2 + 1e-9


def test_shear_moves_rows_in_proportion_to_their_distance():
    image = np.zeros((1, 9, 9))
    image[0, :, 4] = 1
    slanted = t.Shear((45, 45))(image)[0]
    np.testing.assert_allclose(
        slanted, np.eye(9)[::-1] if slanted[0, 8] > 0.5 else np.eye(9), atol=1e-9
    )


def test_scale_makes_things_larger(rng):
    image = np.zeros((1, 20, 20))
    image[0, 8:12, 8:12] = 1
    assert t.Scale((2, 2))(image).sum() == pytest.approx(4 * 16, rel=0.05)
    assert t.Scale((0.5, 0.5))(image).sum() == pytest.approx(4, rel=0.05)


def test_perspective_maps_moved_corners_to_corners(rng):
    transform = t.Perspective(0.5)
    generator = np.random.default_rng(3)
    matrix = transform.matrix(11, 21, generator)
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * [5, 10]
    moved = corners * (1 - np.random.default_rng(3).uniform(0, 0.5, (4, 2)))
    for place, corner in zip(moved, corners, strict=True):
        mapped = matrix @ [*place, 1]
        np.testing.assert_allclose(mapped[:2] / mapped[2], corner, atol=1e-9)


def test_crops_are_parts(rng):
    image = rng.random((1, 6, 7))
    np.testing.assert_array_equal(t.Crop((2, 3), (4, 4))(image), image[:, 4:6, 4:7])
    seen = set()
    for part in t.RandomCrop((5, 6), seed=0)(np.stack([image] * 60)):
        places = [
            (row, column)
            for row in range(2)
            for column in range(2)
            if np.array_equal(part, image[:, row : row + 5, column : column + 6])
        ]
        seen.update(places)
        assert len(places) == 1
    assert len(seen) == 4
    padded = t.RandomCrop((8, 9), padding=1)(image)
    np.testing.assert_array_equal(padded, np.pad(image, ((0, 0), (1, 1), (1, 1))))


def test_crop_and_pad_frames_and_cuts():
    image = np.ones((1, 20, 20))
    framed = t.CropAndPad((0.5, 0.5))(image)
    assert framed.sum() == pytest.approx(100, rel=0.02)
    assert t.CropAndPad((-0.3, -0.3))(image).min() == pytest.approx(1)


# --- colour, filters, noise


def test_colours_follow_their_formulas(photo):
    np.testing.assert_allclose(t.Brightness((1.5, 1.5))(photo), (photo * 1.5).clip(0, 1), rtol=1e-6)
    np.testing.assert_allclose(t.Gamma((2, 2))(photo), photo**2, rtol=1e-6)
    np.testing.assert_allclose(t.Invert()(photo), 1 - photo)
    image = np.full((3, 2, 2), 0.5)
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    sizes = np.array([0.1, 0.05, 0.01])
    noisy = t.PCANoise(1.0, sizes, axes, seed=0)(np.stack([image] * 2000))[:, :, 0, 0] - 0.5
    np.testing.assert_allclose((noisy @ axes).std(axis=0), sizes, rtol=0.1)


def test_blurs_sharpen_and_emboss(rng):
    spot = np.zeros((1, 15, 15))
    spot[0, 7, 7] = 1
    blurred = t.GaussianBlur((1.5, 1.5))(spot)
    assert blurred.sum() == pytest.approx(1, abs=1e-3)
    spread = (blurred[0].sum(axis=0) * (np.arange(15) - 7) ** 2).sum()
    assert spread == pytest.approx(1.5**2, rel=0.02)
    assert t.MedianBlur(3)(spot).max() == 0
    image = 0.3 + 0.4 * rng.random((1, 9, 9))
    assert t.Sharpen((1, 1))(image).std() > image.std() > t.GaussianBlur((1, 1))(image).std()
    edge = np.full((1, 5, 6), 0.2)
    edge[:, :, 3:] = 0.4
    relief = t.Emboss((1, 1))(edge)
    assert relief[0, 2, 2] > 0.2
    np.testing.assert_allclose(relief[0, :, 0], 0.2)


def test_noise_has_its_size(rng):
    grey = np.full((1, 200, 200), 0.5)
    assert (t.GaussianNoise((0.1, 0.1), seed=0)(grey) - 0.5).std() == pytest.approx(0.1, rel=0.03)
    salted = t.CoarseSalt(0.3, 4, seed=0)(grey)[0]
    assert set(np.unique(salted)) == {0.5, 1.0}
    blocks = salted.reshape(50, 4, 50, 4)
    assert np.all(np.ptp(blocks, axis=(1, 3)) == 0)
    assert (salted == 1).mean() == pytest.approx(0.3, abs=0.03)


@given(area=st.floats(0.05, 0.9), aspect=st.floats(0.4, 2.5), seed=st.integers(0, 50))
def test_a_rectangle_is_erased(area, aspect, seed):
    erased = t.RandomErasing((area, area), (aspect, aspect), value=0, seed=seed)(
        np.ones((2, 30, 30))
    )
    rows, columns = np.nonzero(erased[0] == 0)
    tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert rows.size == tall * wide
    if max(tall, wide) < 30:
        assert tall * wide == pytest.approx(area * 900, abs=0.6 * (tall + wide) + 1)
    np.testing.assert_array_equal(erased[0], erased[1])


@given(seed=st.integers(0, 50), batch=st.integers(1, 5))
def test_a_mosaic_mixes_targets_by_area(seed, batch):
    values = np.arange(1.0, batch + 1) / batch
    images = np.broadcast_to(values[:, None, None, None], (batch, 2, 8, 8)).copy()
    mixed, targets = t.mosaic(images, np.eye(batch), seed=seed)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    np.testing.assert_allclose(mixed.mean(axis=(1, 2, 3)), targets @ values)
    for number in range(batch):
        assert np.any(mixed[number] == values[number]), "its own quarter is there"
    np.testing.assert_array_equal(t.mosaic(Tensor(images), seed=seed).numpy(), mixed)


# --- others' transforms, workers, sheets


@pytest.mark.parametrize("name", ["ElasticTransform", "Superpixels", "HorizontalFlip"])
def test_the_real_albumentations(name, photo, monkeypatch):
    monkeypatch.setenv("NO_ALBUMENTATIONS_UPDATE", "1")
    change = getattr(pytest.importorskip("albumentations"), name)(p=1)
    batch = np.stack([photo, photo]).repeat(4, -1).repeat(4, -2)  # superpixels need some room
    one, same, other = (t.Albumentations(change, seed=seed)(batch) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert one.shape == batch.shape
    assert one.dtype == batch.dtype
    assert 0 <= one.min() <= one.max() <= 1
    if name == "HorizontalFlip":
        np.testing.assert_allclose(one, batch[..., ::-1], atol=0.5 / 255 + 1e-6)
    else:
        assert np.abs(one - other).max() > 0.01
        assert np.abs(one[0] - one[1]).max() > 0.01


def test_albumentations_get_bytes_and_a_seed(photo):
    class Recording:
        seeds: list

        def __init__(self):
            self.seeds, self.given = [], None

        def set_random_seed(self, seed):
            self.seeds.append(seed)

        def __call__(self, image):
            self.given = image
            return {"image": image}

    change = Recording()
    adapted = t.Albumentations(change, seed=0)
    back = adapted(np.stack([photo, photo]))
    assert (change.given.shape, change.given.dtype) == ((9, 11, 3), np.uint8)
    np.testing.assert_allclose(back[0], photo, atol=1 / 255)
    assert len(set(change.seeds)) == 2
    assert adapted(photo[:1]).shape == (1, 9, 11)
    assert change.given.shape == (9, 11), "grey images have no axis of channels there"


class Augmented(Dataset):
    """Augments in the worker, from a generator of the transform's own."""

    def __init__(self) -> None:
        self.transform = t.GaussianNoise(seed=0)

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return self.transform(np.full((1, 2, 2), 0.5))


def test_workers_do_not_repeat_one_another():
    def drawn(workers):
        loader = DataLoader(Augmented(), 2, num_workers=workers, seed=1)
        return np.concatenate([b.numpy() for _ in range(2) for b in loader])

    two, three = drawn(2), drawn(3)
    np.testing.assert_array_equal(two, three)
    assert len(np.unique(two[:, 0, 0, 0])) == 12, "12 images in two epochs, 12 draws"


def test_a_sheet_shows_before_and_after(photo):
    pytest.importorskip("matplotlib")
    figure = t.sheet(photo, {"negative": t.Invert(), "mirror": t.HorizontalFlip()})
    assert [axes.get_title() for axes in figure.axes] == ["before", "negative", "mirror"]
    shown = figure.axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, (1 - photo).transpose(1, 2, 0))
    with pytest.raises(ValueError, match=r"with 1 or 3 channels, got \(2, 4, 4\)"):
        t.sheet(np.zeros((2, 4, 4)), [])


# --- bad input


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: t.Invert()(np.zeros((4, 4))), ValueError, r"channels, height, width.* \(4, 4\)"),
        (lambda: t.Invert()(np.zeros((1, 4, 4), np.uint8)), ValueError, "divide bytes by 255"),
        (lambda: t.Invert()(np.zeros((9, 8, 3))), ValueError, r"np.moveaxis\(image, -1, -3\)"),
        (lambda: t.Invert(p=1.5), ValueError, "p must be from 0 to 1, got 1.5"),
        (lambda: t.Rotate(-5), ValueError, r"degrees must be a pair .* at least 0, got -5"),
        (lambda: t.Rotate((5, 1)), ValueError, "degrees must be a pair"),
        (lambda: t.Rotate(fill="mirror"), ValueError, "fill must be one of .* got 'mirror'"),
        (lambda: t.Scale(0.5), ValueError, "one number of at least 1, got 0.5"),
        (lambda: t.Gamma((0, 1)), ValueError, "above 0"),
        (lambda: t.Perspective(1.0), ValueError, "from 0 to below 1"),
        (
            lambda: t.Crop((5, 5))(np.zeros((1, 4, 9))),
            ValueError,
            r"\(5, 5\) does not fit .* \(4, 9",
        ),
        (lambda: t.Crop((2, 2), (3, 0))(np.zeros((1, 4, 9))), ValueError, "does not lie in"),
        (lambda: t.RandomCrop((5, 5), -1), ValueError, "padding must be at least 0"),
        (lambda: t.CropAndPad(0.5), ValueError, "or nothing is left"),
        (lambda: t.Brightness((-1, 1)), ValueError, "must not be below 0"),
        (lambda: t.PCANoise()(np.zeros((1, 4, 4))), ValueError, "of 3 colours, got 1 channels"),
        (lambda: t.PCANoise(0.1, [1, 2]), ValueError, "expected three sizes"),
        (lambda: t.GaussianBlur((-1, 1)), ValueError, "sigma must be at least 0"),
        (lambda: t.GaussianNoise((-1, 1)), ValueError, "std must be at least 0"),
        (lambda: t.MedianBlur(0), ValueError, "size must be at least 1"),
        (lambda: t.CoarseSalt(2), ValueError, "share must be from 0 to 1"),
        (lambda: t.RandomErasing((0, 1)), ValueError, r"area must lie in \(0, 1\]"),
        (lambda: t.Compose([3]), TypeError, "expected transforms, got 3"),
        (lambda: t.Compose([t.Invert]), TypeError, "expected transforms, got Invert; make it"),
        (lambda: t.Albumentations(3), TypeError, "expected a transform, got int"),
        (lambda: t.mosaic(np.zeros((1, 4, 4))), ValueError, "expected a batch of images"),
        (lambda: t.mosaic(np.zeros((2, 1, 4, 4)), [0, 1]), ValueError, "one row for each of the 2"),
        (lambda: t.mosaic(np.zeros((2, 1, 4, 4)), margin=1), ValueError, "margin must be from 0"),
    ],
)
def test_transforms_name_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_an_unfinished_transform_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Half must define apply"):
        type("Half", (t.Transform,), {})()(np.zeros((1, 2, 2)))
