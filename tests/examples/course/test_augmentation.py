"""Every transform of the section changes the photograph, and the attack works as it says."""

import numpy as np
import pytest

GROUPS = {
    "geometric": 11,
    "colour": 7,
    "noise": 8,
    "weather": 4,  # and one more where albumentations is installed
}


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("augmentation", request.param)


@pytest.mark.parametrize("group", GROUPS)
def test_every_transform_changes_the_photograph_into_a_photograph(run, group):
    photo, changes = run.variables["photo"], run.variables[group]
    assert len(changes) - ("albumentations: RandomRain" in changes) == GROUPS[group]
    for name, change in changes.items():
        changed = change(photo)
        assert changed.dtype == photo.dtype, name
        assert changed.min() >= -1e-6, name
        assert changed.max() <= 1 + 1e-6, name
        assert len(changed) == 3, name
        assert changed.shape != photo.shape or np.abs(changed - photo).max() > 0.05, name


def test_bilateral_blur_smooths_planes_and_keeps_edges(run):
    blur, generator = run.variables["BilateralBlur"](), np.random.default_rng(0)
    edge = np.zeros((3, 20, 20))
    edge[:, :, 10:] = 1
    noisy = edge + generator.normal(0, 0.05, edge.shape)
    blurred = blur(noisy)
    assert blurred[:, 5:15, :6].std() < noisy[:, 5:15, :6].std() / 2
    np.testing.assert_allclose(blurred[:, :, 9].mean(), 0, atol=0.05)
    np.testing.assert_allclose(blurred[:, :, 10].mean(), 1, atol=0.05)


def test_superpixels_have_few_colours(run):
    patches = run.variables["Superpixels"](seed=0)(run.variables["photo"])
    assert len(np.unique(patches.reshape(3, -1), axis=1).T) <= 60


def test_colour_noise_follows_the_principal_components(run):
    photo, spreads = run.variables["photo"], run.variables["spreads"]
    centred = photo.reshape(3, -1) - photo.reshape(3, -1).mean(axis=1, keepdims=True)
    singular = np.linalg.svd(centred.astype(float), compute_uv=False)
    np.testing.assert_allclose(spreads, singular / np.sqrt(centred.shape[1] - 1), rtol=1e-3)


def test_the_label_of_a_mosaic_is_mixed_by_area(run):
    targets = run.variables["targets"]
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    assert (targets.max(axis=1) < 1).any()


def test_augmentation_helps_where_it_is_like_what_happens(run):
    (scans, photographs), (scans_after, photographs_after) = run.variables["reached"].values()
    assert photographs_after > photographs + 0.1
    assert scans_after == pytest.approx(scans, abs=0.08)


def test_the_attack_is_the_library_s_and_worse_than_noise(run):
    attacked = run.variables["attacked"]
    rates = list(attacked.values())
    assert rates == sorted(rates, reverse=True)
    assert attacked[0.2] < 0.2 < 0.6 < run.variables["random_noise"]
    np.testing.assert_array_equal(run.variables["library"], run.variables["adversarial"])
    changes = np.abs(run.variables["adversarial"] - run.variables["test_x"])
    assert changes.max() <= 0.2 + 1e-6


def test_mistakes(run):
    run.shown("divide bytes by 255", "np.moveaxis(image, -1, -3)", "does not fit into an image")


@pytest.mark.parametrize(
    "name", ["geometry", "colour", "noise", "weather", "digits", "adversarial"]
)
def test_figures_are_saved(run, name):
    lang = run.variables["lesson"].lang
    assert (run.folder / f"{name}.{lang}.svg").stat().st_size > 10_000
