"""einops' layers as modules: `from nn.einops import Rearrange` for `einops.layers.torch`."""

from __future__ import annotations

from typing import Any

from einops.layers import RearrangeMixin, ReduceMixin

from nn.module import Module

__all__ = ["Rearrange", "Reduce"]


class Rearrange(RearrangeMixin, Module):
    """`einops.rearrange` as a layer.

    >>> import autograd
    >>> Rearrange("b (h w) -> b h w", h=2)(autograd.zeros((1, 6))).shape
    (1, 2, 3)
    """

    def forward(self, input: Any) -> Any:
        """Rearrange the axes."""
        return self._apply_recipe(input)  # type: ignore[no-untyped-call]  # einops is

    __repr__ = RearrangeMixin.__repr__


class Reduce(ReduceMixin, Module):
    """`einops.reduce` as a layer.

    >>> import autograd
    >>> Reduce("b (h w) -> b h", "sum", h=2)(autograd.ones((1, 6)))
    Tensor([[3., 3.]])
    """

    def forward(self, input: Any) -> Any:
        """Rearrange the axes and reduce those that go."""
        return self._apply_recipe(input)  # type: ignore[no-untyped-call]  # einops is

    __repr__ = ReduceMixin.__repr__
