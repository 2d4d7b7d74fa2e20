"""Parameters that are computed from others: symmetric matrices, unit vectors, anything.

>>> import autograd
>>> from nn import Linear, Module
>>> class Symmetric(Module):
...     def forward(self, x):
...         upper = autograd.triu(x)
...         return upper + autograd.triu(x, 1).T
>>> layer = register_parametrization(Linear(3, 3), "weight", Symmetric())
>>> bool((layer.weight.data == layer.weight.data.T).all())
True
>>> [name for name, _ in layer.named_parameters()]
['bias', 'parametrizations.weight.original']
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, cast

import numpy as np

from autograd import Tensor, no_grad
from autograd.internals import caller_location, describe
from nn.module import Module
from nn.modules.containers import ModuleDict, ModuleList
from nn.parameter import Buffer, Parameter, assign

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
]


def __dir__() -> list[str]:
    return __all__


class _Cache(NamedTuple):
    """Tensors that were computed, by their list; and of which lists, None for all."""

    found: dict[int, Any]
    lists: frozenset[int] | None = None


_cache: ContextVar[_Cache | None] = ContextVar("cache", default=None)


@contextmanager
def cached() -> Iterator[None]:
    """Compute every parametrized tensor once inside, such as the weights of a recurrent cell.

    >>> from nn import Linear
    >>> layer = register_parametrization(Linear(2, 2), "weight", Linear(2, 2))
    >>> with cached():
    ...     layer.weight is layer.weight
    True
    """
    outer = _cache.get()
    token = _cache.set(_Cache({}) if outer is None else outer._replace(lists=None))
    try:
        yield
    finally:
        _cache.reset(token)


@contextmanager
def _once(module: Any) -> Iterator[None]:
    """Compute the tensors of one module once inside, however often its forward reads them."""
    outer = _cache.get()
    if outer is not None and outer.lists is None:
        yield
        return
    own = {id(each): each for each in module.parametrizations.values()}
    before = _Cache({}, frozenset()) if outer is None else outer
    found = {key: value for key, value in before.found.items() if key not in own}
    token = _cache.set(_Cache(found, (before.lists or frozenset()) | own.keys()))
    try:
        yield
    finally:
        _cache.reset(token)


class ParametrizationList(ModuleList):
    """What makes one tensor of a module: where it starts, and the modules it goes through.

    The start is called `original`, or `original0`, `original1`, ... where the first module is
    called with several.
    """

    def __init__(self, first: Module, original: Tensor) -> None:
        super().__init__([first])
        inverse = getattr(first, "right_inverse", None)
        if inverse is None:
            self.original = original
            return
        with no_grad():
            start = inverse(original.detach())
        if isinstance(start, tuple | list):
            for number, each in enumerate(start):
                setattr(self, f"original{number}", _like(original, each))
        else:
            self.original = _put(original, start)

    def starts(self) -> list[Any]:
        """The tensors that are kept, and trained."""
        if "original" in vars(self):
            return [self.original]
        names = [name for name in vars(self) if name.startswith("original")]
        return [getattr(self, name) for name in sorted(names, key=lambda name: int(name[8:]))]

    def forward(self) -> Any:
        """The tensor."""
        cache = _cache.get()
        if cache is not None and id(self) in cache.found:
            return cache.found[id(self)]
        first, *others = list(self)
        x = first(*self.starts())
        for module in others:
            x = module(x)
        if cache is not None and (cache.lists is None or id(self) in cache.lists):
            cache.found[id(self)] = x
        return x

    def take(self, value: Any) -> None:
        """Let the tensor become `value`, by the right inverses."""
        with no_grad():
            for module in reversed(list(self)):
                inverse = getattr(module, "right_inverse", None)
                if inverse is None:
                    raise RuntimeError(
                        f"{type(module).__name__} has no right_inverse(value), which tells what "
                        "gives a value; so the tensor cannot be assigned"
                    )
                value = inverse(value)
        values = value if isinstance(value, tuple | list) else [value]
        for start, each in zip(self.starts(), values, strict=True):
            assign(start, _array(each), caller_location(), "an assignment")


def _array(value: Any) -> Any:
    return value.detach().numpy() if isinstance(value, Tensor) else np.asarray(value)


def _like(original: Tensor, value: Any) -> Tensor:
    kind = Parameter if isinstance(original, Parameter) else Buffer
    return kind(_array(value))


def _put(original: Tensor, start: Any) -> Tensor:
    """The original itself, which optimizers know, with another value; anew for another shape."""
    array = _array(start)
    if array.shape != original.shape:
        return _like(original, array)
    assign(original, array, caller_location(), "register_parametrization")
    return original


_classes: dict[tuple[type[Module], tuple[str, ...]], type[Module]] = {}


def _class_with(base: type[Module], names: tuple[str, ...]) -> type[Module]:
    """The class of a module of which some attributes are computed; one for each combination."""
    if (base, names) in _classes:
        return _classes[base, names]

    def computed(name: str) -> property:
        def get(self: Any) -> Any:
            return vars(self)["parametrizations"][name]()

        def put(self: Any, value: Any) -> None:
            vars(self)["parametrizations"][name].take(value)

        return property(get, put)

    def reduce(self: Any) -> Any:
        return _made_again, (base, names), self.__getstate__()

    def forward(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _once(self):
            return base.forward(self, *args, **kwargs)

    members: dict[str, Any] = {name: computed(name) for name in names}
    members |= {
        "__reduce__": reduce,
        "forward": forward,
        "_parametrized": (base, names),
        "__doc__": base.__doc__,
    }
    made: type[Module] = type(f"Parametrized{base.__name__}", (base,), members)
    _classes[base, names] = made
    return made


def _made_again(base: type[Module], names: tuple[str, ...]) -> Any:
    return object.__new__(_class_with(base, names))


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Let a parameter or buffer be computed, by a module, from what is kept in its place.

    The class of the layer becomes one of which the attribute is computed whenever it is read; what
    is kept and trained is `parametrizations.<name>.original`. A further registration is applied
    after those before.

    Args:
        module: the layer, which is changed and returned.
        tensor_name: which of its parameters or buffers.
        parametrization: its `forward` takes the original and returns the tensor. Where it has
            `right_inverse(tensor)`, the original starts there, and the attribute can be assigned.
        unsafe: whether the tensor may have another shape or dtype than the original.

    Raises:
        ValueError: if there is no such tensor, or its shape or dtype would change.
    """
    name = "register_parametrization"
    if not isinstance(parametrization, Module):
        raise TypeError(f"{name}: expected a Module, got {type(parametrization).__name__}")
    base, names = getattr(type(module), "_parametrized", (type(module), ()))
    if tensor_name in names:
        parts = cast("Any", module).parametrizations[tensor_name]
        before = parts()
        with no_grad():
            _check(name, tensor_name, before, parametrization(before.detach()), unsafe)
            inverse = getattr(parametrization, "right_inverse", None)
            start = None if inverse is None else inverse(before.detach())
        if start is not None:
            parts.take(start)
        parts.append(parametrization)
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, Parameter | Buffer):
        raise ValueError(
            f"{name}: {type(module).__name__} has no parameter or buffer {tensor_name!r}"
        )
    parametrization.train(module.training)
    before = original.detach().numpy().copy()
    parts = ParametrizationList(parametrization, original)
    try:
        with no_grad():
            _check(name, tensor_name, original, parametrization(*parts.starts()), unsafe)
    except BaseException:
        assign(original, before, caller_location(), name)
        raise
    if not names:
        module.parametrizations = ModuleDict()
    cast("Any", module).parametrizations[tensor_name] = parts
    del vars(module)[tensor_name]
    module.__class__ = _class_with(base, (*names, tensor_name))
    return module


def _check(caller: str, name: str, original: Tensor, result: Any, unsafe: bool) -> None:
    if unsafe:
        return
    if not isinstance(result, Tensor) or (result.shape, result.dtype) != (
        original.shape,
        original.dtype,
    ):
        raise ValueError(
            f"{caller}: {name} is {describe(original)}, and the parametrization makes "
            f"{describe(result)} of it; unsafe=True allows that"
        )


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module has parametrized tensors, or this one is.

    >>> from nn import Linear
    >>> is_parametrized(Linear(2, 2))
    False
    """
    _, names = getattr(type(module), "_parametrized", (None, ()))
    return bool(names) if tensor_name is None else tensor_name in names


def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Make a tensor an ordinary parameter or buffer again.

    Args:
        module: the layer, which is changed and returned.
        tensor_name: which of its tensors.
        leave_parametrized: whether it keeps the value that it has, and not that of the original.

    Raises:
        ValueError: if it is not parametrized, or several originals were not to be left.

    >>> from nn import Linear
    >>> layer = register_parametrization(Linear(2, 2), "weight", Linear(2, 2))
    >>> remove_parametrizations(layer, "weight")
    Linear(2 -> 2)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(
            f"remove_parametrizations: {type(module).__name__} has no parametrized {tensor_name!r}"
        )
    base, names = type(module)._parametrized  # type: ignore[attr-defined]
    parts = cast("Any", module).parametrizations[tensor_name]
    starts = parts.starts()
    if len(starts) > 1 and not leave_parametrized:
        raise ValueError(
            f"remove_parametrizations: {tensor_name} is made of {len(starts)} tensors; it can only "
            "be left parametrized"
        )
    with no_grad():
        value = parts().detach() if leave_parametrized else starts[0]
    kept = _put(starts[0], value) if len(starts) == 1 else _like(starts[0], value)
    del cast("Any", module).parametrizations[tensor_name]
    left = tuple(each for each in names if each != tensor_name)
    if not left:
        del vars(module)["parametrizations"]
    module.__class__ = _class_with(base, left) if left else base
    setattr(module, tensor_name, kept)
    return module
