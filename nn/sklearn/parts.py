"""The parts of an estimator, made from its parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit, check_cv

from nn.models import MLP
from nn.module import Module
from nn.modules import Embedding, EmbeddingBag, ReLU

__all__: list[str] = []


def make(name: str, kind: Any, arguments: dict[str, Any]) -> Any:
    """What a parameter means: an object as it is, a class or function called with its arguments.

    Args:
        name: The parameter, for messages.
        kind: Its value.
        arguments: Those given as `name__argument`.

    Raises:
        TypeError: If arguments are given for an object, or what is made is of another kind.
    """
    if isinstance(kind, Module):
        if arguments:
            raise TypeError(
                f"{name} is an object, a {type(kind).__name__}, which takes no arguments any "
                f"more; got {', '.join(f'{name}__{each}' for each in arguments)}: give the class, "
                f"{name}={type(kind).__name__}"
            )
        return copy.deepcopy(kind)  # the user's own stays as it is, so that a fit can be repeated
    if not callable(kind):
        raise TypeError(
            f"{name} must be a class or an object of nn, or a function that makes one, got "
            f"{kind!r:.80}"
        )
    return kind(**arguments)


def make_module(kind: Any, arguments: dict[str, Any]) -> Module:
    """The module of a parameter `module`."""
    module = make("module", kind, arguments)
    if not isinstance(module, Module):
        raise TypeError(f"module must make a Module of nn, and made a {type(module).__name__}")
    return module


def make_criterion(kind: Any, arguments: dict[str, Any]) -> Callable[..., Any]:
    """The criterion: classes are made, functions get their arguments at each call."""
    if isinstance(kind, Module | type):
        made: Callable[..., Any] = make("criterion", kind, arguments)
        return made
    if not callable(kind):
        raise TypeError(f"criterion must be a loss of nn or a function, got {kind!r:.80}")
    return Function(kind, arguments) if arguments else kind


class Function:
    """A loss function with arguments, which can be pickled if the function can."""

    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.function = function
        self.arguments = arguments
        self.weight = arguments.get("weight")
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.__wrapped__ = function  # whose signature is this one's

    def __call__(self, outputs: Any, targets: Any, **more: Any) -> Any:
        return self.function(outputs, targets, **{**self.arguments, **more})


def perceptron(
    inputs: int,
    outputs: int,
    dtype: Any,
    hidden: int | Sequence[int] = (100,),
    activation: type[Module] = ReLU,
    dropout: float = 0.0,
) -> Module:
    """The module where none is given: a multi-layer perceptron of the sizes of the data."""
    between = (hidden,) if isinstance(hidden, int | np.integer) else tuple(hidden)
    return MLP((inputs, *between, outputs), activation, dropout).to(dtype)


def dtype_of(module: Module) -> np.dtype[Any]:
    """That of the parameters, which inputs and targets get."""
    kinds = (each.dtype for each in module.parameters() if each.dtype.kind == "f")
    return next(kinds, np.dtype(np.float32))


def inputs_for(module: Module, x: NDArray[Any]) -> NDArray[Any]:
    """Inputs in the module's dtype; whole numbers stay so where a module looks rows up by them."""
    looks_up = any(isinstance(each, Embedding | EmbeddingBag) for each in module.modules())
    if looks_up and x.dtype.kind in "iu":
        return x
    return x.astype(dtype_of(module), copy=False)


def split(
    estimator: Any, wanted: Any, x: NDArray[Any], y: NDArray[Any], seed: int | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The numbers of the examples to train on, and of those held out.

    Args:
        estimator: Whose data it is; those of classifiers are split in the proportion of the labels.
        wanted: A share from 0 to 1, drawn at random; a number of parts, the first of which is held
            out; or a splitter of scikit-learn, whose first split is taken.
        x: The inputs.
        y: The targets.
        seed: For a share.

    Raises:
        ValueError: If the number makes no sense.
        TypeError: If it is none of these.
    """
    if isinstance(wanted, float):
        if not 0 < wanted < 1:
            raise ValueError(f"train_split: a share must be between 0 and 1, got {wanted}")
        kind = StratifiedShuffleSplit if is_classifier(estimator) else ShuffleSplit
        splitter = kind(1, test_size=wanted, random_state=seed)
    elif isinstance(wanted, int | np.integer) and not isinstance(wanted, bool):
        splitter = check_cv(wanted, y, classifier=is_classifier(estimator))
    elif hasattr(wanted, "split") and not isinstance(wanted, str):
        splitter = wanted
    else:
        raise TypeError(
            "train_split must be None, a share such as 0.2, a number of parts, a splitter of "
            f"scikit-learn, or the pair (X, y) of a validation set; got {wanted!r:.80}"
        )
    kept, held_out = next(iter(splitter.split(x, y)))
    return kept, held_out
