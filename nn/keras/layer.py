"""What Keras's layers share: shapes that are known later, weights as lists of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.module import Module
from nn.parameter import Buffer, Parameter, update_buffer

__all__: list[str] = []


class Layer(Module):
    """A layer that may say the shape of one example, and finds its sizes when it is built."""

    input_shape: tuple[int, ...] | None = None  # of one example, where it was said
    built = False

    def say_shape(self, input_shape: Any) -> None:
        """Note the shape of one example, and build the layer for it."""
        if input_shape is None:
            return
        shape = tuple(input_shape) if isinstance(input_shape, Sequence) else (input_shape,)
        if not all(isinstance(side, int) and side > 0 for side in shape):
            raise ValueError(
                f"{type(self).__name__}: input_shape is the shape of one example, such as "
                f"(28, 28, 1), without the batch; got {input_shape!r}"
            )
        self.input_shape = shape
        self.build(shape)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make what depends on the shape of one example; a layer with weights writes this."""
        self.built = True

    def kept(self) -> list[tuple[Any, tuple[int, ...] | None]]:
        """The tensors that are weights, in Keras's order, and how their axes lie there."""
        return []

    def get_weights(self) -> list[NDArray[Any]]:
        """Copies of the weights as Keras lays them out.

        >>> from nn.keras.layers import Dense
        >>> [each.shape for each in Dense(2, input_dim=3).get_weights()]
        [(3, 2), (2,)]
        """
        return [_laid_out(tensor.data, axes).copy() for tensor, axes in self.kept()]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Take over what `get_weights` of such a layer returned, here or in Keras.

        Raises:
            ValueError: for other numbers or shapes of arrays; nothing has changed then.
        """
        put_weights(type(self).__name__, self.kept(), weights)


def _laid_out(array: NDArray[Any], axes: tuple[int, ...] | None) -> NDArray[Any]:
    return array if axes is None else array.transpose(axes)


def put_weights(
    name: str, kept: list[tuple[Any, tuple[int, ...] | None]], weights: Sequence[Any]
) -> None:
    """Write arrays, as Keras lays them out, into tensors; all or none."""
    arrays = [np.asarray(each) for each in weights]
    shapes = [_laid_out(tensor.data, axes).shape for tensor, axes in kept]
    if [array.shape for array in arrays] != shapes:
        raise ValueError(
            f"{name}.set_weights: expected arrays of shapes {shapes}, got "
            f"{[array.shape for array in arrays]}"
        )
    for (tensor, axes), array in zip(kept, arrays, strict=True):
        back = array if axes is None else array.transpose(np.argsort(axes))
        update_buffer(tensor, back)


def kept_of(module: Module) -> list[tuple[Any, tuple[int, ...] | None]]:
    """The weights of any layer; those of other layers of nn lie as they do there."""
    if isinstance(module, Layer):
        return module.kept()
    own: list[Parameter | Buffer] = [*module.parameters(), *module.buffers()]
    return [(tensor, None) for tensor in own]
