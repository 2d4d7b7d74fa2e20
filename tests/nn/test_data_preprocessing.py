"""Scaling and one-hot encoding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from autograd import Tensor
from nn.data import MinMax, ZScore, one_hot

tables = arrays_of.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 3)), elements=st.floats(-1e3, 1e3)
)


@given(table=tables)
def test_min_max_maps_to_zero_and_one_and_back(table):
    scaler = MinMax().fit(table)
    scaled = scaler(table)
    varies = table.max(0) > table.min(0)
    np.testing.assert_array_equal(scaled.min(0), 0)
    np.testing.assert_allclose(scaled.max(0), varies.astype(float))
    np.testing.assert_allclose(scaler.inverse(scaled), table, atol=1e-9)


@given(table=arrays_of.arrays(np.float64, (5, 2), elements=st.integers(-100, 100).map(float)))
def test_z_score_gives_mean_0_and_variance_1(table):
    scaler = ZScore().fit(table)
    scaled = scaler(table)
    varies = (table.std(0) > 0).astype(float)
    np.testing.assert_allclose(scaled.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.var(0), varies, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse(scaled), table, atol=1e-12)


def test_channels_are_scaled_each_on_its_own(rng):
    images = rng.normal([[[1.0]], [[5.0]], [[9.0]]], [[[1.0]], [[2.0]], [[3.0]]], (50, 3, 4, 4))
    scaler = ZScore().fit(images.astype(np.float32), axis=1)
    scaled = scaler(images)
    np.testing.assert_allclose(scaled.mean((0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std((0, 2, 3)), 1, atol=1e-6)
    np.testing.assert_array_equal(scaler(images[0]), scaled[0], "one image is scaled as in a batch")


def test_one_scale_for_everything_and_the_dtype_stays():
    data = np.array([[0, 5], [10, 5]], dtype=np.float32)
    scaled = MinMax().fit(data, axis=None)(data)
    np.testing.assert_array_equal(scaled, np.array([[0, 0.5], [1, 0.5]], dtype=np.float32))
    assert scaled.dtype == np.float32
    assert MinMax().fit([[0], [4]])(Tensor([[1.0]])).tolist() == [[0.25]]


@pytest.mark.parametrize("scaler", [MinMax, ZScore])
def test_a_scaler_names_what_does_not_fit(scaler):
    name = scaler.__name__
    with pytest.raises(RuntimeError, match=rf"call {name}\(\)\.fit\(training_data\) first"):
        scaler()([1.0])
    with pytest.raises(ValueError, match=rf"{name}: .*shape \(2, 1\) with 1 that are NaN"):
        scaler().fit([[1.0], [np.nan]])
    with pytest.raises(ValueError, match=rf"{name}: expected finite numbers .* shape \(0, 2\)"):
        scaler().fit(np.zeros((0, 2)))
    with pytest.raises(TypeError, match=f"{name}: expected real numbers, got <U1"):
        scaler().fit([["a"]])


@given(
    labels=arrays_of.arrays(
        np.int64, arrays_of.array_shapes(max_dims=2), elements=st.integers(0, 5)
    )
)
def test_one_hot_is_undone_by_argmax(labels):
    encoded = one_hot(labels, 6)
    np.testing.assert_array_equal(encoded.argmax(-1), labels)
    np.testing.assert_array_equal(encoded.sum(-1), 1)
    assert one_hot(labels).shape == (*labels.shape, labels.max() + 1)


def test_one_hot_names_what_does_not_fit():
    with pytest.raises(ValueError, match="label 3 is not among 0 to 2"):
        one_hot([0, 3], 3)
    with pytest.raises(ValueError, match="label -1 is not among"):
        one_hot([-1])
    with pytest.raises(TypeError, match="must be whole numbers, got float64"):
        one_hot([0.5])
