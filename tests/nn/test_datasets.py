"""The bundled digits are the ones of the source."""

import hashlib

import numpy as np

from nn.datasets import digits


def test_shapes_types_and_range():
    images, labels = digits()
    assert (images.shape, images.dtype) == ((1797, 1, 8, 8), np.float32)
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    assert (images.min(), images.max()) == (0.0, 1.0)


def test_the_classes_are_counted_as_uci_counts_them():
    _, labels = digits()
    expected = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_array_equal(np.bincount(labels), expected)


def test_the_pixels_are_whole_sixteenths_and_none_has_changed():
    images, labels = digits()
    counts = (images * 16).astype(np.uint8)
    np.testing.assert_array_equal(counts / np.float32(16), images)
    digest = hashlib.sha256(counts.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_each_call_returns_arrays_of_its_own():
    images, _ = digits()
    images[...] = -1.0
    assert digits()[0].min() == 0.0
