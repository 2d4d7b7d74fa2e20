"""What a constructor of ours is called with: mistakes that are easily made are named with the cure.

It is looked at before `__init__` runs, by the names and annotations there, so that a layer needs no
code of its own for it.
"""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

__all__: list[str] = []

# What other libraries and courses call our arguments; looked at before names that are alike.
_ELSEWHERE = {
    "learning_rate": "lr", "eta": "lr", "epsilon": "eps", "decay": "weight_decay",
    "l2": "weight_decay", "beta1": "betas", "beta_1": "betas", "beta2": "betas",
    "beta_2": "betas", "rate": "p", "prob": "p", "kernel": "kernel_size", "filters":
    "out_channels", "units": "out_features", "strides": "stride", "axis": "dim", "epochs": "T_max",
    "batch": "batch_size", "workers": "num_workers", "size": "step_size", "heads": "num_heads",
    "size_average": "reduction", "reduce": "reduction",
    "layers": "num_layers", "hidden": "hidden_size", "slope": "negative_slope",
}  # fmt: skip


def _is_whole(value: Any) -> bool:
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _is_real(value: Any) -> bool:
    return isinstance(value, Real | np.number) or (isinstance(value, np.ndarray) and not value.ndim)


def _is_no_text(value: Any) -> bool:
    return not isinstance(value, str)


# What is expected, by annotation; others are left to the constructor.
_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "int": ("an integer", _is_whole),
    "float": ("a number", _is_real),
} | dict.fromkeys(
    ("PerAxis", "Sizes", "int | Sequence[int]", "float | Sequence[float]"),
    ("a number, or one for each axis", _is_no_text),
)


def _are_real(count: int, optional: int = 0) -> Callable[[Any], bool]:
    """Whether it is so many numbers, of which the first few may be None."""
    return lambda value: (
        isinstance(value, tuple | list)
        and len(value) == count
        and all(_is_real(v) or (v is None and i < optional) for i, v in enumerate(value))
    )


# What is expected of settings that may change later, such as an optimizer's.
_SETTINGS = _KINDS | {
    "bool": ("True or False", lambda value: isinstance(value, int | np.bool_) and value in (0, 1)),
    "str": ("a string", lambda value: isinstance(value, str)),
    "tuple[float, float]": ("two numbers", _are_real(2)),
    "tuple[float, float, float]": ("three numbers", _are_real(3)),
    "tuple[float | None, float]": ("None or a number, and a number", _are_real(2, 1)),
}


@cache
def _parameters(kind: type) -> Mapping[str, Parameter] | None:
    """The arguments of a constructor of ours; None where it is a user's, or takes any."""
    for base in kind.__mro__:
        if "__init__" in vars(base):
            if base.__module__.partition(".")[0] == "nn":
                own = dict(list(signature(base.__init__).parameters.items())[1:])  # type: ignore[misc]
                free = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
                return None if any(each.kind in free for each in own.values()) else own
            return {} if base is object and kind.__module__.startswith("nn.") else None
    return None


class Checked:
    """The base of what is made by users: looks at the arguments before `__init__` does."""

    if not TYPE_CHECKING:  # or checkers would take any arguments

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            """Make an object, unless its arguments are mistaken."""
            check_arguments(cls, args, kwargs)
            return super().__new__(cls)


def check_arguments(kind: type, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raise a TypeError for a data array, a misspelt name, or a string or tuple for a number."""
    parameters = _parameters(kind)
    if parameters is None:
        return
    positional = [
        name for name, each in parameters.items() if each.kind is Parameter.POSITIONAL_OR_KEYWORD
    ]
    given = dict(zip(positional, args, strict=False)) | dict(kwargs)
    # Weights of classes are data too, but never computed; an optimizer is given Tensors.
    settings = [
        value
        for name, value in given.items()
        if name not in parameters
        or not ("Tensor" in (annotation := str(parameters[name].annotation)) or annotation == "Any")
        or (annotation == "Any" and isinstance(value, Tensor) and value.requires_grad)
    ]
    surplus = args[len(positional) :]
    for value in [*settings, *surplus]:
        if isinstance(value, Tensor | np.ndarray) and (value.ndim or not parameters):
            raise TypeError(_data(kind, parameters, value))
    for name in kwargs:
        if name not in parameters:
            raise TypeError(_unknown(kind, name, list(parameters)))
    for name, value in given.items():
        _check_kind(kind, name, parameters[name], value, _KINDS)


def check_settings(kind: type, settings: Mapping[str, Any]) -> None:
    """Raise a TypeError where a setting is not of the kind that our constructor takes."""
    parameters = _parameters(kind) or {}
    for name, value in settings.items():
        if name in parameters:
            _check_kind(kind, name, parameters[name], value, _SETTINGS)


def _data(kind: type, parameters: Mapping[str, Parameter], value: Any) -> str:
    """What to say of data among the settings."""
    word = "loss" if getattr(kind, "root_name", "") == "loss" else "layer"
    needed = any(each.default is Parameter.empty for each in parameters.values())
    return (
        f"{kind.__name__}: got data of shape {value.shape} where its settings are expected; make "
        f"the {word} first, {word} = nn.{kind.__name__}({'...' if needed else ''}), then call it, "
        f"{word}({'outputs, targets' if word == 'loss' else 'data'})"
    )


def _unknown(kind: type, name: str, known: list[str]) -> str:
    likely = [_ELSEWHERE[name]] if _ELSEWHERE.get(name) in known else []
    likely += difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {likely[0]}?" if likely else ""
    takes = f"it takes {', '.join(known)}" if known else "it takes none"
    return f"{kind.__name__} has no argument {name!r}{hint}; {takes}"


def _check_kind(
    kind: type,
    name: str,
    parameter: Parameter,
    value: Any,
    kinds: Mapping[str, tuple[str, Callable[[Any], bool]]],
) -> None:
    annotation = str(parameter.annotation)
    optional = annotation.endswith(" | None")
    words, fits = kinds.get(annotation.removesuffix(" | None"), ("", None))
    if fits is None or (optional and value is None) or value is parameter.default or fits(value):
        return
    cure = ""
    if isinstance(value, tuple | list) and len(value) == 1 and fits(value[0]):
        cure = f"; use {value[0]!r} without the brackets"
    elif isinstance(value, str):
        number = value.strip().removeprefix("-").replace(".", "", 1)
        cure = f"; use {value.strip()} without the quotes" if number.isdecimal() else ""
    elif isinstance(value, float) and value.is_integer():
        cure = f"; use {int(value)}"
    raise TypeError(f"{kind.__name__}: {name} must be {words}, got {value!r:.60}{cure}")
