"""From pictures to Tensors, and functions in chains, by torchvision's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from nn.transforms.transform import (
    Image,
    Transform,
    from_picture,
    is_picture,
    listed,
    to_picture,
)

__all__ = [
    "Lambda",
    "Normalize",
    "RandomApply",
    "RandomChoice",
    "RandomOrder",
    "ToPILImage",
    "ToTensor",
]


class ToTensor(Transform):
    """A picture as a Tensor (channels, height, width) of float32; bytes become 0 to 1.

    Takes pictures of Pillow and arrays (height, width) or (height, width, channels). What has its
    channels first, as the data sets here, only becomes a Tensor.

    >>> ToTensor()(np.full((2, 2, 3), 255, np.uint8)).shape
    (3, 2, 2)
    """

    of_images = False

    def __init__(self) -> None:
        super().__init__()

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """Turn it into a Tensor."""
        if is_picture(images):
            return autograd.from_numpy(from_picture(images))
        array = images.detach().numpy() if isinstance(images, Tensor) else np.asarray(images)
        if array.ndim not in (2, 3) or array.dtype.kind not in "uif":
            raise ValueError(
                "ToTensor: expected a picture, (height, width) or (height, width, channels), got "
                f"shape {array.shape} of {array.dtype}"
            )
        if array.ndim == 2:
            array = array[np.newaxis]
        elif not array.shape[0] <= 4 < array.shape[2]:
            array = array.transpose(2, 0, 1)
        scale = np.float32(255 if array.dtype == np.uint8 else 1)
        return autograd.from_numpy(np.ascontiguousarray(array, np.float32) / scale)


class ToPILImage(Transform):
    """A picture of Pillow from a Tensor or array (channels, height, width) of floats from 0 to 1.

    Bytes are taken as they are. An array (height, width), or with its channels last, is a picture
    already in its order, as in torchvision.

    Args:
        mode: Pillow's name of the kind of picture, such as "L"; by the number of channels if not
            given.

    >>> from nn.transforms import Compose
    >>> Compose([ToTensor(), ToPILImage("L")])
    Compose(transforms=[ToTensor(), ToPILImage(mode='L')])
    """

    of_images = False

    def __init__(self, mode: str | None = None) -> None:
        super().__init__()
        self.mode = mode

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """Turn it into a picture."""
        tensor = isinstance(images, Tensor)
        array = images.detach().numpy() if tensor else np.asarray(images)
        if array.ndim not in (2, 3) or array.dtype.kind not in "uf":
            raise ValueError(
                "ToPILImage: expected one image (channels, height, width) of floats or bytes, got "
                f"shape {array.shape} of {array.dtype}"
            )
        if array.ndim == 2:
            array = array[np.newaxis]
        elif not tensor and array.shape[2] <= 4 < array.shape[0]:
            array = array.transpose(2, 0, 1)
        if len(array) not in (1, 2, 3, 4):
            raise ValueError(
                f"ToPILImage: expected 1 to 4 channels, got {len(array)} in shape {array.shape}"
            )
        picture = to_picture(array / 255 if array.dtype == np.uint8 else array)
        return picture if self.mode is None else picture.convert(self.mode)


class Normalize(Transform):
    """`(x - mean) / std`, channel by channel.

    Args:
        mean: One number per channel, or one for all.
        std: Likewise.
        inplace: Must be False: images are not changed here.

    >>> Normalize((0.5,), (0.25,))(np.array([[[0.5, 1.0]]]))
    array([[[0., 2.]]])
    """

    def __init__(
        self, mean: float | Sequence[float], std: float | Sequence[float], inplace: bool = False
    ) -> None:
        super().__init__()
        if inplace:
            raise ValueError("Normalize: leave inplace out; the image given is not changed here")
        self.mean, self.std = mean, std
        self._mean, self._std = (np.atleast_1d(np.asarray(each, float)) for each in (mean, std))
        if self._mean.ndim != 1 or self._std.ndim != 1 or not (self._std > 0).all():
            raise ValueError(
                f"Normalize: expected one mean and one std above 0 per channel, got {mean}, {std}"
            )

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """Normalise a Tensor or array."""
        if is_picture(images):
            raise TypeError("Normalize: expected a Tensor, got a picture; put ToTensor() before it")
        return super().call(images, generator)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Subtract and divide."""
        for each in (self._mean, self._std):
            if each.size not in (1, len(image)):
                raise ValueError(
                    f"Normalize: {each.size} numbers for an image of {len(image)} channels"
                )
        changed: Image = (image - self._mean[:, None, None]) / self._std[:, None, None]
        return changed


class Lambda(Transform):
    """A function of one's own in a chain.

    Args:
        lambd: Called with what comes, it returns what goes on.

    >>> Lambda(lambda x: 2 * x)(np.ones((1, 1, 1)))
    array([[[2.]]])
    """

    of_images = False

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        super().__init__()
        if not callable(lambd):
            raise TypeError(f"Lambda: expected a function, got {type(lambd).__name__}")
        self.lambd = lambd

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """Call it."""
        return self.lambd(images)


class _Several(Transform):
    """Of several transforms."""

    def __init__(self, transforms: Sequence[Any], **common: Any) -> None:
        super().__init__(**common)
        self.transforms = listed(self, transforms)
        for each in self.transforms:
            if not isinstance(each, Transform) or not each.of_images:
                raise TypeError(
                    f"{type(self).__name__}: expected transforms of images, got "
                    f"{type(each).__name__}"
                )


class RandomApply(_Several):
    """Some transforms one after the other, or none of them.

    Args:
        transforms: The transforms.
        p: The probability that they are applied, to each image.
        **common: `seed` and `generator`, as in `Transform`.

    >>> from nn.transforms import Invert
    >>> RandomApply([Invert()], p=1.0)(np.array([[[0.25]]]))
    array([[[0.75]]])
    """

    def __init__(self, transforms: Sequence[Any], p: float = 0.5, **common: Any) -> None:
        super().__init__(transforms, p=p, **common)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Apply them all."""
        for each in self.transforms:
            image = each.transform(image, generator)
        return image


class RandomChoice(_Several):
    """One of several transforms, for each image.

    Args:
        transforms: The transforms.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> from nn.transforms import Invert
    >>> RandomChoice([Invert()])(np.array([[[0.25]]]))
    array([[[0.75]]])
    """

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw one, and apply it."""
        chosen: Transform = self.transforms[generator.integers(len(self.transforms))]
        return chosen.transform(image, generator)


class RandomOrder(_Several):
    """Several transforms, all of them, in an order that is drawn for each image.

    Args:
        transforms: The transforms.
        **common: `p`, `seed` and `generator`, as in `Transform`.

    >>> from nn.transforms import Invert
    >>> RandomOrder([Invert(), Invert()])(np.array([[[0.25]]]))
    array([[[0.25]]])
    """

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Draw an order, and apply them in it."""
        for number in generator.permutation(len(self.transforms)):
            image = self.transforms[number].transform(image, generator)
        return image
