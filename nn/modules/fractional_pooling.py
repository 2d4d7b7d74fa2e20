"""Max pooling by a factor that is no integer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from nn import functional
from nn.functional.fractional_pooling import output_size as check_output_size
from nn.module import Module
from nn.parameter import Buffer

__all__ = ["FractionalMaxPool2d", "FractionalMaxPool3d"]

Sizes = int | Sequence[int]
Ratios = float | Sequence[float]


class _FractionalMaxPool(Module):
    axes: ClassVar[int]
    _pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        kernel_size: Sizes,
        output_size: Sizes | None = None,
        output_ratio: Ratios | None = None,
        return_indices: bool = False,
        _random_samples: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        name = type(self).__name__
        check_output_size(name, self.axes, output_size, output_ratio, (100,) * self.axes)
        self.kernel_size = kernel_size
        self.output_size = output_size
        self.output_ratio = output_ratio
        self.return_indices = return_indices
        self._random_samples = None if _random_samples is None else Buffer(_random_samples)
        self.generator = generator

    def forward(self, input: Any) -> Any:
        """Pool the input."""
        return type(self)._pool(
            input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices,
            self._random_samples, self.generator,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The window, and the size of what comes out."""
        if self.output_size is not None:
            return f"{self.kernel_size}, output_size={self.output_size}"
        return f"{self.kernel_size}, output_ratio={self.output_ratio}"


class FractionalMaxPool2d(_FractionalMaxPool):
    """Maxima over windows whose places are drawn, so that any size can come out.

    See `nn.functional.fractional_max_pool2d`; also in evaluation the places are drawn.

    Args:
        kernel_size: of the window, for both axes or each.
        output_size: (height, width) of the output, or one number for both.
        output_ratio: the same as a share of the input's, between 0 and 1.
        return_indices: whether to return too where in height · width each one was.
        _random_samples: (batch, channels, 2), numbers in [0, 1) in place of draws.
        generator: the library's default generator if not given.

    >>> from autograd import ones
    >>> FractionalMaxPool2d(2, output_ratio=0.7)(ones((1, 3, 7, 9))).shape
    (1, 3, 4, 6)
    """

    axes = 2
    _pool = functional.fractional_max_pool2d


class FractionalMaxPool3d(_FractionalMaxPool):
    """The same over depth, height and width; see `FractionalMaxPool2d`.

    >>> from autograd import ones
    >>> FractionalMaxPool3d(2, output_size=3)(ones((1, 1, 5, 5, 5))).shape
    (1, 1, 3, 3, 3)
    """

    axes = 3
    _pool = functional.fractional_max_pool3d
