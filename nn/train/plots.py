"""Pictures of training, one call each; they need Matplotlib, the extra `plot`.

Every function returns a Matplotlib figure: shown by a notebook as it is, saved by
`figure.savefig("curves.png")`. None of them touches pyplot, so no window opens and no figure
stays open.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import autograd
from autograd import Tensor
from nn.module import Module
from nn.train.history import History
from nn.train.trainer import evaluating

__all__ = [
    "activation_histograms",
    "confusion_matrix",
    "curves",
    "decision_regions",
    "filters",
    "gradient_histograms",
    "optimizer_paths",
]


def __dir__() -> list[str]:
    return __all__


_CELL = 2.2  # inches of a small picture in a row of them


def curves(history: History) -> Any:
    """Loss and metrics over the epochs: training solid, validation dashed, one panel each.

    >>> figure = curves(History([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}]))
    >>> [axes.get_title() for axes in figure.axes]
    ['loss']
    """
    if not len(history):
        raise ValueError("curves: the history has no epoch yet")
    numbers = [
        name
        for name in history.columns()
        if name not in ("epoch", "lr") and all(np.ndim(v) == 0 for v in history[name])
    ]
    names = [name for name in numbers if not name.startswith("validation ")]
    figure, panels = _panels(len(names), columns=2, width=4.5, height=3.2)
    for axes, name in zip(panels, names, strict=True):
        axes.plot(history["epoch"], _numbers(history[name]), label="training", color="C0")
        if f"validation {name}" in numbers:
            values = _numbers(history[f"validation {name}"])
            axes.plot(history["epoch"], values, "--", label="validation", color="C1")
            axes.legend(frameon=False)
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def confusion_matrix(matrix: ArrayLike, classes: Sequence[str] | None = None) -> Any:
    """How often each class was taken for each other: counts, shaded by the share of the row.

    Args:
        matrix: (classes, classes), as `ConfusionMatrix` gives it, truth in rows.
        classes: Their names.

    >>> figure = confusion_matrix([[5, 1], [0, 4]], ["cat", "dog"])
    >>> figure.axes[0].get_xlabel()
    'predicted'
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"confusion_matrix: expected a square matrix, got shape {counts.shape}")
    names = [str(n) for n in range(len(counts))] if classes is None else list(classes)
    if len(names) != len(counts):
        raise ValueError(f"confusion_matrix: {len(names)} names for {len(counts)} classes")
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = max(3.5, 0.55 * len(counts) + 1.5)
    figure, (axes,) = _panels(1, 1, size, size)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for row in range(len(counts)):
        for column in range(len(counts)):
            colour = "white" if share[row, column] > 0.5 else "black"
            axes.text(column, row, counts[row, column], ha="center", va="center", color=colour)
    long = max(map(len, names)) > 3
    axes.set_xticks(
        range(len(names)), names, rotation=45 if long else 0, ha="right" if long else "center"
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    return figure


def decision_regions(
    model: Callable[[Any], Any], points: ArrayLike, labels: ArrayLike, resolution: int = 200
) -> Any:
    """What a model answers everywhere in the plane, with the points that it learned from.

    Args:
        model: Maps points (batch, 2) to scores (batch, classes), or to one number each: a
            probability if all are from 0 to 1, else a logit.
        points: (examples, 2).
        labels: (examples,), or one-hot.
        resolution: How many places there are along each axis.

    >>> figure = decision_regions(lambda p: p[:, 0] - 0.5, [[0, 0], [1, 1]], [0, 1])
    >>> len(figure.axes)
    1
    """
    places, truth = np.asarray(points, dtype=np.float32), np.asarray(labels)
    if places.ndim != 2 or places.shape[1] != 2 or not len(places):
        raise ValueError(f"decision_regions: points must be (examples, 2), got {places.shape}")
    truth = truth.argmax(axis=1) if truth.ndim == 2 and truth.shape[1] > 1 else truth.ravel()
    low, high = places.min(axis=0), places.max(axis=0)
    margin = 0.15 * np.maximum(high - low, 1e-3)
    across = np.linspace(low[0] - margin[0], high[0] + margin[0], resolution)
    up = np.linspace(low[1] - margin[1], high[1] + margin[1], resolution)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)
    scores = _answers(model, grid)
    if scores.ndim == 2 and scores.shape[1] > 1:
        answer = scores.argmax(axis=1)
    else:
        probability = scores.min() >= 0 and scores.max() <= 1
        answer = (scores.ravel() >= (0.5 if probability else 0.0)).astype(int)
    classes = int(max(answer.max(), truth.max())) + 1
    colours = [f"C{number % 10}" for number in range(classes)]
    figure, (axes,) = _panels(1, 1, 4.5, 4.5)
    levels = np.arange(classes + 1) - 0.5
    shape = (resolution, resolution)
    axes.contourf(across, up, answer.reshape(shape), levels, colors=colours, alpha=0.25)
    for number, colour in enumerate(colours):
        own = places[truth == number]
        axes.scatter(*own.T, color=colour, edgecolor="white", linewidth=0.5, label=str(number))
    axes.legend(frameon=True, loc="upper right")
    return figure


def filters(weight: Any, columns: int = 8) -> Any:
    """The kernels of a convolution, or the maps it gives, as small grey or coloured pictures.

    Args:
        weight: (out, channels, height, width): with 3 channels a picture each in colour, else one
            in grey for every channel of every output; (maps, height, width) one for each map.
        columns: How many stand side by side.

    >>> from nn import Conv2d
    >>> len(filters(Conv2d(1, 6, 5).weight).axes)
    6
    """
    array = _plain(weight)
    if not array.size:
        raise ValueError(f"filters: there is nothing to draw in shape {array.shape}")
    if array.ndim == 4 and array.shape[1] == 3:
        low, high = array.min((1, 2, 3), keepdims=True), array.max((1, 2, 3), keepdims=True)
        pictures = ((array - low) / np.maximum(high - low, 1e-12)).transpose(0, 2, 3, 1)
    elif array.ndim == 4:
        pictures = array.reshape(-1, *array.shape[2:])
    elif array.ndim == 3:
        pictures = array
    else:
        raise ValueError(
            f"filters: expected (out, channels, height, width) or (maps, height, width), got "
            f"shape {array.shape}"
        )
    figure, panels = _panels(len(pictures), columns, 1.1, 1.1)
    for axes, picture in zip(panels, pictures, strict=True):
        axes.imshow(picture, cmap="gray")
        axes.set_axis_off()
    return figure


def activation_histograms(model: Module, inputs: Any, kinds: Sequence[type] | None = None) -> Any:
    """How the outputs of each layer are spread: one histogram for every layer, first to last.

    Args:
        model: Called on the inputs, in evaluation mode and without gradients.
        inputs: A batch.
        kinds: Only layers of these classes, such as `[nn.Tanh]`; all innermost ones if not given.

    >>> from nn import Linear, Sequential, Tanh
    >>> model = Sequential(Linear(4, 8), Tanh(), Linear(8, 8), Tanh())
    >>> len(activation_histograms(model, np.ones((5, 4)), [Tanh]).axes)
    2
    """
    kept: list[tuple[str, NDArray[Any]]] = []
    handles = []
    for name, module in model.named_modules():
        wanted = (
            next(module.children(), None) is None
            if kinds is None
            else isinstance(module, tuple(kinds))
        )
        if wanted:

            def note(called: Module, args: Any, result: Any, name: str = name) -> None:
                kept.append((f"{name} {type(called).__name__}".strip(), _plain(result)))

            handles.append(module.register_forward_hook(note))
    try:
        with evaluating(model):
            model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    if not kept:
        raise ValueError("activation_histograms: no layer of these kinds was called")
    return _histograms(kept, "mean {mean:.2g}, std {std:.2g}")


def gradient_histograms(model: Module) -> Any:
    """How the gradients of each parameter are spread: small ones in the first layers vanish.

    Call it after `backward()`.

    >>> from nn import Linear
    >>> layer = Linear(4, 2)
    >>> layer(np.ones((3, 4))).sum().backward()
    >>> len(gradient_histograms(layer).axes)
    2
    """
    kept = [
        (name, _plain(parameter.grad))
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    ]
    if not kept:
        raise ValueError("gradient_histograms: there are no gradients; call backward() first")
    return _histograms(kept, "mean size {size:.2g}")


def optimizer_paths(
    function: Callable[[Tensor, Tensor], Tensor],
    optimizers: Mapping[str, Callable[[list[Tensor]], Any]],
    start: tuple[float, float],
    steps: int = 30,
    *,
    extent: tuple[float, float, float, float] | None = None,
) -> Any:
    """The paths that optimizers take over a valley, from one start, over its contour lines.

    Args:
        function: Of x and y; is called on Tensors of any one shape.
        optimizers: Functions that make an optimizer of parameters, by the name to print.
        start: x and y.
        steps: How many each takes.
        extent: Left, right, bottom and top of the picture; what holds all paths if not given.

    >>> from nn.optim import SGD
    >>> figure = optimizer_paths(
    ...     lambda x, y: x**2 / 20 + y**2, {"SGD": lambda p: SGD(p, lr=0.95)}, (-7.0, 2.0)
    ... )
    >>> figure.axes[0].get_title()
    'SGD'
    """
    paths = {}
    for name, make in optimizers.items():
        x, y = (Tensor(float(each), requires_grad=True) for each in start)
        optimizer = make([x, y])
        path = [start]
        for _ in range(steps):
            with np.errstate(over="ignore", invalid="ignore"):
                optimizer.zero_grad()
                function(x, y).backward()
                optimizer.step()
            if not math.isfinite(x.item() + y.item()):
                break  # a rate that is too large; the way until here is drawn
            path.append((x.item(), y.item()))
        paths[name] = np.array(path)
    if not paths:
        raise ValueError("optimizer_paths: there must be at least one optimizer")
    if extent is None:
        places = np.concatenate(list(paths.values()))
        low, high = places.min(axis=0), places.max(axis=0)
        margin = 0.2 * np.maximum(high - low, 1e-3)
        (left, bottom), (right, top) = low - margin, high + margin
        extent = (left, right, bottom, top)
    across, up = np.linspace(*extent[:2], 200), np.linspace(*extent[2:], 200)
    with autograd.no_grad(), np.errstate(over="ignore"):
        height = function(*(Tensor(each) for each in np.meshgrid(across, up))).data
    figure, panels = _panels(len(paths), 2, 4.2, 3.2)
    height = np.where(np.isfinite(height), height, np.nan)
    low, high = np.nanmin(height), np.nanmax(height)
    levels = low + (high - low) * np.linspace(0, 1, 18) ** 2
    for axes, (name, places) in zip(panels, paths.items(), strict=True):
        axes.contour(across, up, height, np.unique(levels), colors="0.8", linewidths=0.8)
        axes.plot(*places.T, ".-", color="C3", linewidth=1, markersize=4)
        axes.plot(*start, "o", color="C0")
        axes.set_xlim(*extent[:2])
        axes.set_ylim(*extent[2:])
        axes.set_title(name)
    return figure


# ---------------------------------------------------------------------- small parts


def _panels(count: int, columns: int, width: float, height: float) -> tuple[Any, list[Any]]:
    """A figure with so many panels, and these in reading order."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plots need the package Matplotlib: pip install 'wengert[plot]'"
        ) from error
    across = min(count, columns)
    down = math.ceil(count / across)
    figure = Figure((width * across, height * down), layout="constrained", dpi=120)
    FigureCanvasAgg(figure)
    panels = [figure.add_subplot(down, across, number + 1) for number in range(count)]

    def as_png() -> bytes:  # what notebooks ask for where pyplot was never imported
        memory = io.BytesIO()
        figure.savefig(memory, format="png")
        return memory.getvalue()

    figure._repr_png_ = as_png  # type: ignore[attr-defined]
    return figure, panels


def _histograms(named: list[tuple[str, NDArray[Any]]], words: str) -> Any:
    figure, panels = _panels(len(named), 5, _CELL, _CELL)
    for axes, (name, array) in zip(panels, named, strict=True):
        values = array.astype(np.float64).ravel()
        finite = values[np.isfinite(values)]
        axes.set_title(name, fontsize=8)
        said = []
        if finite.size:
            axes.hist(finite, bins=40, color="C0")
            numbers = {"mean": finite.mean(), "std": finite.std(), "size": np.abs(finite).mean()}
            said.append(words.format(**numbers))
        if finite.size < values.size:
            said.append(f"{values.size - finite.size} of {values.size} not finite")
        axes.set_xlabel("\n".join(said), fontsize=7)
        axes.tick_params(labelsize=6)
        axes.set_yticks([])
    return figure


def _answers(model: Callable[[Any], Any], inputs: NDArray[Any]) -> NDArray[Any]:
    if not isinstance(model, Module):
        return _plain(model(inputs))
    with evaluating(model):
        return _plain(model(inputs))


def _plain(values: Any) -> NDArray[Any]:
    if isinstance(values, tuple | list):  # a layer that returns its state too
        return _plain(values[0])
    return np.asarray(values.detach().numpy() if isinstance(values, Tensor) else values)


def _numbers(column: list[Any]) -> list[float]:
    return [math.nan if value is None else float(value) for value in column]
