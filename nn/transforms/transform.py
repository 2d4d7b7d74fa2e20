"""What all transforms share: one image or a batch, randomness, probabilities, chains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import Tensor
from nn.data.generator import choose_generator, drawing

__all__ = ["Albumentations", "Compose", "Transform"]

Image = NDArray[Any]
Range = float | tuple[float, float]


class Transform:
    """The base of transforms: a subclass writes `apply` for one image.

    A transform is called with an image, (channels, height, width), or a batch of them, (batch,
    channels, height, width), as arrays or Tensors with floats from 0 to 1; every image of a batch
    has its own random draws. What comes back is of the same kind and dtype; the input is not
    changed. Derivatives are not recorded.

    Args:
        p: The probability that an image is changed at all.
        seed: The same seed gives the same sequence of draws.
        generator: Draws, in place of a seed; without both, the library's default generator. In
            worker processes of a loader always that one, which the loader seeds.

    >>> class Darker(Transform):
    ...     def apply(self, image, generator):
    ...         return image * generator.uniform(0.5, 1)
    >>> Darker(seed=0)(np.ones((2, 1, 2, 2)))[:, 0, 0, 0].round(2)
    array([0.82, 0.63])
    """

    of_images = True  # whether it takes arrays (channels, height, width) to such
    p: float = 1.0
    _generator: np.random.Generator | None = None

    def __init__(
        self,
        *,
        p: float = 1.0,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        name = type(self).__name__
        if not 0 <= p <= 1:
            raise ValueError(f"{name}: p must be from 0 to 1, got {p}")
        self.p = p
        self._generator = choose_generator(name, seed, generator)

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Change one image, (channels, height, width); a subclass writes this."""
        raise NotImplementedError(f"{type(self).__name__} must define apply(image, generator)")

    def __call__(self, images: Any) -> Any:
        """Change an image, or every image of a batch; a picture of Pillow stays one."""
        return self.call(images, drawing(self._generator))

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """The same with draws from the generator given."""
        if is_picture(images):
            return to_picture(self.transform(from_picture(images), generator))
        array = _checked(type(self).__name__, images)
        changed = self.transform(array, generator)
        return autograd.from_numpy(changed) if isinstance(images, Tensor) else changed

    def transform(self, array: Image, generator: np.random.Generator) -> Image:
        """Change an array of one image or a batch, with draws from the generator given."""
        if array.ndim == 4:
            return np.stack([self.transform(image, generator) for image in array])
        if self.p < 1 and generator.random() >= self.p:
            return array.copy()
        # A copy, since the result may be a view of the image: a crop or a flip.
        return np.array(self.apply(array, generator), dtype=array.dtype, order="C")

    def __repr__(self) -> str:
        settings = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if not name.startswith("_") and (name, value) != ("p", 1.0)
        ]
        return f"{type(self).__name__}({', '.join(settings)})"


def listed(transform: Transform, transforms: Any) -> list[Any]:
    """The transforms that one of several was given.

    Raises:
        TypeError: for anything but a sequence of them.
    """
    if isinstance(transforms, Iterable) and not isinstance(transforms, (str, bytes)):
        return list(transforms)
    raise TypeError(
        f"{type(transform).__name__}: expected a list of transforms, got {transforms!r}"
    )


class Compose(Transform):
    """Transforms one after the other, and any functions of what they give.

    Args:
        transforms: The transforms; their own generators give way to the one of the chain. Other
            functions, such as `ToTensor` or those of other libraries, are called with what comes.
        p: The probability that an image is changed at all.
        seed: As in `Transform`.
        generator: As in `Transform`.

    >>> from nn.transforms import HorizontalFlip, Invert
    >>> Compose([HorizontalFlip(), Invert()])(np.array([[[0.0, 0.25]]]))
    array([[[0.75, 1.  ]]])
    """

    def __init__(
        self,
        transforms: Sequence[Any],
        *,
        p: float = 1.0,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__(p=p, seed=seed, generator=generator)
        self.transforms = listed(self, transforms)
        for each in self.transforms:
            if not callable(each) or isinstance(each, type):
                raise TypeError(
                    f"Compose: expected transforms, got {getattr(each, '__name__', each)}"
                    "; make it first, derive a class from Transform, or wrap one of albumentations "
                    "in Albumentations(...)"
                )

    def call(self, images: Any, generator: np.random.Generator) -> Any:
        """Apply them all; where some are other functions, each to what the one before gives."""
        if all(isinstance(each, Transform) and each.of_images for each in self.transforms):
            return super().call(images, generator)
        if self.p < 1 and generator.random() >= self.p:
            return images
        for each in self.transforms:
            ours = isinstance(each, Transform)
            images = each.call(images, generator) if ours else each(images)
        return images

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Apply them all."""
        for each in self.transforms:
            image = each.transform(image, generator)
        return image


class Albumentations(Transform):
    """Anything from the package albumentations: elastic, superpixels, snow, fog.

    Args:
        change: Called as albumentations are, `change(image=...)["image"]`, with an image of bytes
            (height, width, channels). It is seeded for every image, where it has
            `set_random_seed`.
        p: As in `Transform`.
        seed: As in `Transform`.
        generator: As in `Transform`.

    >>> def upside_down(image):  # in place of albumentations.ElasticTransform()
    ...     return {"image": image[::-1]}
    >>> Albumentations(upside_down)(np.array([[[0.0], [1.0]]])).ravel()
    array([1., 0.])
    """

    def __init__(
        self,
        change: Callable[..., Any],
        *,
        p: float = 1.0,
        seed: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__(p=p, seed=seed, generator=generator)
        if not callable(change):
            raise TypeError(f"Albumentations: expected a transform, got {type(change).__name__}")
        self.change = change

    def apply(self, image: Image, generator: np.random.Generator) -> Image:
        """Hand the image over as bytes, channels last, and take it back."""
        if hasattr(self.change, "set_random_seed"):
            self.change.set_random_seed(int(generator.integers(2**31)))
        pixels = (image.clip(0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
        pixels = np.ascontiguousarray(pixels[..., 0] if len(image) == 1 else pixels)
        changed = np.asarray(self.change(image=pixels)["image"])
        if changed.ndim == 2:
            changed = changed[..., np.newaxis]
        result: Image = changed.transpose(2, 0, 1).astype(image.dtype) / image.dtype.type(255)
        return result


def is_picture(x: Any) -> bool:
    """Whether it is an image of Pillow, which need not be installed."""
    return hasattr(x, "getbands") and hasattr(x, "convert")


def from_picture(picture: Any) -> Image:
    """A picture as (channels, height, width), from 0 to 1."""
    if picture.mode not in ("L", "RGB", "RGBA", "LA"):
        picture = picture.convert("L" if picture.mode in ("1", "I", "F") else "RGB")
    pixels = np.asarray(picture, np.float32) / np.float32(255)
    pixels = pixels[..., np.newaxis] if pixels.ndim == 2 else pixels
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def to_picture(image: Image) -> Any:
    """The picture of Pillow of an array (channels, height, width) from 0 to 1."""
    from PIL import Image as pillow

    pixels = (image.clip(0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    return pillow.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def _checked(caller: str, images: Any) -> Image:
    array = images.detach().numpy() if isinstance(images, Tensor) else np.asarray(images)
    if array.ndim not in (3, 4) or array.dtype.kind != "f":
        raise ValueError(
            f"{caller}: expected an image (channels, height, width) or a batch of them, with "
            f"floats from 0 to 1, got shape {array.shape} of {array.dtype}"
            + ("; divide bytes by 255" if array.dtype == np.uint8 else "")
        )
    if array.shape[-1] <= 4 < array.shape[-3]:
        raise ValueError(
            f"{caller}: an image of shape {array.shape[-3:]} seems to have its channels last; they "
            "come first here: np.moveaxis(image, -1, -3)"
        )
    return array


def span(caller: str, name: str, given: Range, centre: float = 0.0) -> tuple[float, float]:
    """Lowest and highest value of a setting: of one number, as far below the centre as above."""
    low, high = given if isinstance(given, tuple) else (2 * centre - given, given)
    if not low <= high:
        raise ValueError(
            f"{caller}: {name} must be a pair (low, high), or one number of at least {centre:g}, "
            f"got {given}"
        )
    return float(low), float(high)
