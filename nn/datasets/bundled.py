"""The data set that travels with the package; its source and licence are in digits.txt."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["digits"]

_DEEPEST_INK = 16


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return UCI's 1,797 handwritten digits of 8 x 8 pixels, by 13 writers, as images and labels.

    A pixel is the share of inked points in its block of 4 x 4, from 0 (paper) to 1 (ink). The rows
    come in the order of the source, which is by writer: shuffle or split them with `nn.data`.

    Returns:
        Images, (1797, 1, 8, 8) float32 from 0 to 1, with one channel; and labels, (1797,) int64
        from 0 to 9. Both are new arrays with each call.

    References:
        E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
        Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0.

    >>> images, labels = digits()
    >>> labels[:10]
    array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> for row in images[0, 0, ::2]:
    ...     print("".join(".-+#@"[int(4 * ink)] for ink in row))
    ..-#+...
    ..#..++.
    .-+..++.
    ..#-+#..
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as file:
        images = file["images"].astype(np.float32) / np.float32(_DEEPEST_INK)
        labels = file["labels"].astype(np.int64)
    return images[:, np.newaxis], labels
