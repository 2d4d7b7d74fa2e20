"""The layouts in memory that must not matter to a kernel."""

from collections.abc import Callable

import numpy as np
import pytest

from autograd.kernels.windows import channels_to_end, channels_to_second


def channels_last(array: np.ndarray) -> np.ndarray:
    return channels_to_second(np.ascontiguousarray(channels_to_end(array)))


def strided(array: np.ndarray) -> np.ndarray:
    wide = np.zeros([2 * n for n in array.shape], array.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def backwards(array: np.ndarray) -> np.ndarray:
    every_axis = (slice(None, None, -1),) * array.ndim
    return np.ascontiguousarray(array[every_axis])[every_axis]


def read_only(array: np.ndarray) -> np.ndarray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def other_byte_order(array: np.ndarray) -> np.ndarray:
    return array.astype(array.dtype.newbyteorder())


LAYOUTS = [np.array, channels_last, np.asfortranarray, strided, backwards, read_only]


@pytest.fixture(params=[*LAYOUTS, other_byte_order], ids=lambda function: function.__name__)
def layout(request: pytest.FixtureRequest) -> Callable[[np.ndarray], np.ndarray]:
    """A function that returns a copy of an array in some layout."""
    return request.param
