"""Images in other sizes against PyTorch's, with and without antialiasing."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nn.transforms import Resize  # noqa: E402


@pytest.mark.parametrize("size", [(3, 5), (8, 10), (13, 21), (4, 17)])
@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("way", ["bilinear", "bicubic"])
def test_the_same_pixels(size, antialias, way):
    image = np.random.default_rng(0).uniform(0.2, 0.8, (3, 8, 10))
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(image)[None], size, mode=way, antialias=antialias, align_corners=False
    )
    out = Resize(size, way, antialias=antialias)(image)
    np.testing.assert_allclose(out, expected[0].numpy().clip(0, 1), rtol=1e-10)
