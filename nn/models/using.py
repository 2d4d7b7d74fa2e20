"""What is done with trained models: transfer, attack, look at what they look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import Tensor
from nn.functional import cross_entropy
from nn.module import Module
from nn.modules.containers import _Named
from nn.modules.linear import Linear

__all__ = ["fgsm", "freeze", "grad_cam", "replace_head"]


def freeze(body: Module) -> Module:
    """Train no parameter of a module any more, nor move its running statistics.

    Its parameters require no gradients, and it is put into evaluation mode; `Trainer.fit` leaves
    it so. Give the optimizer those that are left.

    >>> model = freeze(Linear(3, 2))
    >>> [parameter.requires_grad for parameter in model.parameters()], model.training
    ([False, False], False)
    """
    return body.requires_grad_(False).eval()


def replace_head(model: Module, classes: int) -> Linear:
    """Put a new affine layer in place of a model's last one, for other classes.

    Args:
        model: Any model whose last affine layer gives its scores.
        classes: How many there are now.

    Returns:
        The new layer, which is to be trained.

    Raises:
        ValueError: If the model has no affine layer.

    >>> from nn import Sequential, ReLU
    >>> body = freeze(Sequential(Linear(4, 8), ReLU(), Linear(8, 1000)))
    >>> head = replace_head(body, 3)
    >>> body
    Sequential(
      (0): Linear(4 -> 8)
      (1): ReLU()
      (2): Linear(8 -> 3)
    )
    """
    layers = [name for name, each in model.named_modules() if isinstance(each, Linear) and name]
    if not layers:
        raise ValueError(f"replace_head: {type(model).__name__} has no Linear layer inside it")
    old: Any = model.get_submodule(layers[-1])
    kind = old.weight.dtype
    new = Linear(old.in_features, classes, old.bias is not None, dtype=kind)
    for holder in model.modules():
        for name, child in list(holder.named_children()):
            if child is old:
                _put(holder, name, new)
    return new


def _put(holder: Module, name: str, module: Module) -> None:
    """Put a module at a name of its holder, inside lists and dicts too."""
    first, *rest = name.split(".")
    place: Any = holder
    if hasattr(holder, "__setitem__"):  # a container
        position = list(dict(holder.named_children())).index(name)
        place[name if isinstance(holder, _Named) else position] = module
        return
    if not rest:
        setattr(holder, first, module)
        return
    place = getattr(holder, first)
    for step in rest[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(rest[-1]) if isinstance(place, list) else rest[-1]] = module


def fgsm(
    model: Module,
    images: Any,
    labels: Any,
    epsilon: float,
    loss: Callable[[Any, Any], Tensor] = cross_entropy,
) -> NDArray[Any]:
    """Adversarial examples by the fast gradient sign method: `x + ε sign(∂loss/∂x)`.

    Args:
        model: Maps images to what `loss` takes; put it into evaluation mode before.
        images: A batch, from 0 to 1.
        labels: Their true labels.
        epsilon: The largest change of any pixel.
        loss: What the attack makes worse.

    Returns:
        The changed images, within 0 and 1. The model's gradients are left alone.

    References:
        I. Goodfellow, J. Shlens, C. Szegedy (2015), Explaining and harnessing adversarial examples.

    >>> model = Linear(2, 2, bias=False)
    >>> model.weight.data = np.eye(2)
    >>> fgsm(model, np.array([[0.75, 0.5]]), [0], epsilon=0.25)
    array([[0.5 , 0.75]], dtype=float32)
    """
    if epsilon < 0:
        raise ValueError(f"fgsm: epsilon must be at least 0, got {epsilon}")
    x = _leaf(model, images)
    with autograd.enable_grad():
        slope = _slope(loss(model(x), labels), x)
    changed: NDArray[Any] = (x.data + x.dtype.type(epsilon) * np.sign(slope)).clip(0, 1)
    return changed


def grad_cam(model: Module, layer: Module, images: Any, classes: Any = None) -> NDArray[Any]:
    """Where a convolutional network looks for a class: Grad-CAM.

    `relu(Σ_k a_k A_k)`: A_k are the maps of a layer, a_k the mean gradient of the score with
    respect to them.

    Args:
        model: Maps images to scores, (batch, classes); put it into evaluation mode before.
        layer: The one whose maps are looked at, the last convolution as a rule.
        images: A batch.
        classes: The class to look for in each image; the one with the highest score if not given.

    Returns:
        A heat map for each image, of the size of the layer's maps, scaled to a maximum of 1.

    References:
        R. Selvaraju et al. (2017), Grad-CAM: visual explanations from deep networks via
        gradient-based localization.

    >>> from nn import Conv2d, Flatten, Sequential
    >>> model = Sequential(Conv2d(1, 4, 3), Flatten(), Linear(4 * 6 * 6, 3))
    >>> grad_cam(model, model[0], np.ones((2, 1, 8, 8))).shape
    (2, 6, 6)
    """
    kept: list[Tensor] = []
    handle = layer.register_forward_hook(lambda module, args, result: kept.append(result))
    try:
        with autograd.enable_grad():
            scores = model(_leaf(model, images))
    finally:
        handle.remove()
    if not kept or kept[-1].ndim != 4:
        raise ValueError(
            "grad_cam: the layer must be called by the model and give maps (batch, channels, "
            f"height, width); it gave {kept[-1].shape if kept else 'nothing'}"
        )
    maps = kept[-1]
    chosen = scores.data.argmax(axis=1) if classes is None else np.asarray(classes)
    if chosen.shape != (len(scores),):
        raise ValueError(
            f"grad_cam: expected one class for each of the {len(scores)} images, got shape "
            f"{chosen.shape}"
        )
    with autograd.enable_grad():
        slope = _slope(scores[np.arange(len(chosen)), chosen].sum(), maps)
    weights = slope.mean(axis=(2, 3), keepdims=True)
    heat: NDArray[Any] = np.maximum((weights * maps.data).sum(axis=1), 0)
    highest = heat.max(axis=(1, 2), keepdims=True)
    return heat / np.where(highest > 0, highest, 1)


def _leaf(model: Module, images: Any) -> Tensor:
    """Images as a Tensor of the model's dtype that requires gradients, frozen model or not."""
    dtype = next((p.dtype for p in model.parameters()), np.dtype(np.float32))
    plain = images.detach().numpy() if isinstance(images, Tensor) else images
    return Tensor(np.asarray(plain, dtype), requires_grad=True)


def _slope(output: Tensor, x: Tensor) -> NDArray[Any]:
    """The derivative of one number with respect to a Tensor."""
    (gradient,) = autograd.grad(output, x, materialize_grads=True)
    return np.zeros(x.shape, x.dtype) if gradient is None else gradient.data
