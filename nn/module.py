"""The module: parameters, and a function that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

import numpy as np

from autograd import Tensor
from autograd.internals import (
    asked_dtype,
    current_mode,
    enter_module,
    give_value,
    leave_module,
    value_of,
)
from nn.arguments import Checked
from nn.naming import check_name, check_trained
from nn.parameter import Buffer, Parameter, as_buffer
from nn.path import ModulePath, path_inside, root_path
from nn.state import Stateful
from nn.walk import named_tensors, owned, put_inside, tree

__all__ = ["Module"]

Self = TypeVar("Self", bound="Module")
_T = TypeVar("_T")

if TYPE_CHECKING:
    Result = TypeVar("Result", covariant=True)

    class _Returning(Protocol[Result]):
        """What has a `forward`, by what that returns."""

        def forward(self, *args: Any, **kwargs: Any) -> Result:
            """Compute the result."""
            ...


_NOT_MEMBERS = frozenset({"_hooks", "_path", "_state_hooks", "_vacant"})

# Methods of PyTorch's modules that are not ours, and what does it here.
_ELSEWHERE = {
    "cuda": "nothing: there is no GPU to use, and every module lives in memory",
    "xpu": "nothing: there is no GPU to use, and every module lives in memory",
    "bfloat16": "half()",
    "register_backward_hook": "register_full_backward_hook",
}


# What PyTorch's modules keep in tables of their own, and programs read.
_TABLES: dict[str, Callable[[Any], Iterator[tuple[str, Any]]]] = {
    "_modules": lambda module: module.named_children(),
    "_parameters": lambda module: module.named_parameters(recurse=False),
    "_buffers": lambda module: module.named_buffers(recurse=False),
}


class Module(Checked, Stateful):
    """A function with parameters: a layer, or a model made of layers.

    A subclass assigns its parameters and layers to attributes and writes `forward`. They are found
    by looking at the attributes, also inside lists, tuples and dicts, in the order of assignment;
    one that is shared counts once. Calling the module calls `forward`.

    >>> from autograd import relu
    >>> from nn import Linear
    >>> class Net(Module):
    ...     def __init__(self):
    ...         self.hidden = [Linear(2, 4), Linear(4, 4)]
    ...         self.out = Linear(4, 1)
    ...
    ...     def forward(self, x):
    ...         for layer in self.hidden:
    ...             x = relu(layer(x))
    ...         return self.out(x)
    >>> net = Net()
    >>> net([[0.5, -0.5]]).shape
    (1, 1)
    >>> net
    Net(
      (hidden.0): Linear(2 -> 4)
      (hidden.1): Linear(4 -> 4)
      (out): Linear(4 -> 1)
    )
    >>> [name for name, _ in net.named_parameters()][:2]
    ['hidden.0.weight', 'hidden.0.bias']
    """

    training: bool = True  # whether layers such as dropout behave as in training
    root_name = "model"  # what paths start with where this module is called from outside
    _path: list[ModulePath] | None = None
    _vacant: Mapping[str, bool] = MappingProxyType({})  # buffers that are None: if persistent

    # ------------------------------------------------------------------ calling

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the result; a subclass writes this."""
        raise NotImplementedError(
            f"{type(self).__name__} is a Module and must define forward(self, ...) (see: forward)"
        )

    @overload  # what `forward` returns, also in subclasses
    def __call__(self: _Returning[Result], *args: Any, **kwargs: Any) -> Result: ...

    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call `forward`, with the hooks before and after it."""
        outer = current_mode().module
        if outer is None:
            paths = self._path
            if paths is None:
                paths = self._path = [ModulePath.of(self.root_name, self)]
                self._name_parameters()
            path = root_path(paths)
        else:
            path = path_inside(outer, self)
        token = enter_module(path)
        try:
            if self._hooks:
                return self._call_with_hooks(args, kwargs)
            return self.forward(*args, **kwargs)
        finally:
            leave_module(token)

    def _name_parameters(self) -> None:
        """Let figures and errors call each parameter by its path, `fc1.weight`."""
        for path, parameter in self.named_parameters():
            if parameter.name is None or path.endswith(f".{parameter.name}"):  # not a user's name
                parameter.name = path

    # ------------------------------------------------------------------ what it is made of

    def __setattr__(self, name: str, value: Any) -> None:
        if "." in name:
            put_inside(self, name, value)
            return
        check_name(self, Module, name, value)
        old = vars(self).get(name)
        if isinstance(old, Buffer) or name in self._vacant:
            value = self._kept_as_buffer(name, old, value)
        if isinstance(value, Tensor):
            if isinstance(old, Parameter) and not isinstance(value, Parameter):
                raise TypeError(
                    f"{type(self).__name__}.{name} is a parameter and cannot become a plain "
                    f"Tensor, which would not be trained; assign nn.Parameter(...), or change "
                    f"its value by .data"
                )
            if value.name is None and isinstance(value, Parameter):
                value.name = name
        check_trained(self, name, value)
        object.__setattr__(self, name, value)

    if not TYPE_CHECKING:  # or checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:  # only where there is no such attribute
            if "." in name:
                found = dict(named_tensors(self, Tensor, once=False)) | dict(tree(self))
                if name in found:
                    return found[name]
            if name in _TABLES:  # to be read only: what is written there would be lost
                return MappingProxyType(dict(_TABLES[name](self)))
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if name in _ELSEWHERE:
                message += f"; use {_ELSEWHERE[name]}"
            raise AttributeError(message, name=name, obj=self)

    def _kept_as_buffer(self, name: str, old: Any, value: Any) -> Any:
        """What takes a buffer's place: a buffer again, unless a parameter or module comes there."""
        persistent = old.persistent if isinstance(old, Buffer) else self._vacant[name]
        vacant = {other: kept for other, kept in self._vacant.items() if other != name}
        if value is None:
            vacant[name] = persistent
        elif not isinstance(value, Module | Parameter | Buffer):
            value = as_buffer(f"{type(self).__name__}.{name}", old, value, persistent)
        object.__setattr__(self, "_vacant", vacant)
        return value

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Names and values of all that may be or hold a parameter; containers give their own."""
        return (pair for pair in list(vars(self).items()) if pair[0] not in _NOT_MEMBERS)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Names and modules that this one holds itself, each once."""
        seen: set[int] = set()
        for name, value in owned(self):
            if isinstance(value, Module) and id(value) not in seen:
                seen.add(id(value))
                yield name, value

    def children(self) -> Iterator[Module]:
        """The modules that this one holds itself."""
        return (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Dotted names of this module, which is "", and of all below it; each module once."""
        seen: set[int] = set()
        for name, module in tree(self, prefix):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Dotted names and parameters, the module's own before those of its children."""
        return named_tensors(self, Parameter, prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once, in the order of `named_parameters`."""
        return (parameter for _, parameter in self.named_parameters("", recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Buffer]]:
        """Dotted names and buffers."""
        return named_tensors(self, Buffer, prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Buffer]:
        """The buffers, each once."""
        return (buffer for _, buffer in self.named_buffers("", recurse))

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """Assign a parameter to an attribute; the same as `self.<name> = parameter`."""
        setattr(self, name, parameter)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Make a Tensor or array a buffer; the same as `self.<name> = nn.Buffer(tensor)`.

        What is assigned to the attribute later becomes the buffer, after None too.
        """
        if tensor is None:
            object.__setattr__(self, "_vacant", {**self._vacant, name: persistent})
        setattr(self, name, None if tensor is None else Buffer(tensor, persistent))

    def add_module(self, name: str, module: Module | None) -> None:
        """Assign a module to an attribute; the same as `self.<name> = module`."""
        setattr(self, name, module)

    def get_submodule(self, target: str) -> Module:
        """The module at a dotted name.

        Raises:
            AttributeError: if there is none; the message lists what there is.
        """
        return _found(self, "module", target, self.named_modules())

    def set_submodule(self, target: str, module: Module) -> None:
        """Put a module at a dotted name, in place of the one there.

        >>> from nn import Linear, ReLU, Sequential, Tanh
        >>> model = Sequential(Linear(2, 3), ReLU())
        >>> model.set_submodule("1", Tanh())
        >>> model[1]
        Tanh()

        Raises:
            AttributeError: if there is none; the message lists what there is.
            TypeError: for anything but a module.
        """
        self.get_submodule(target)
        if not isinstance(module, Module):
            raise TypeError(f"set_submodule: expected a Module, got {type(module).__name__}")
        setattr(self, target, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted name.

        Raises:
            AttributeError: if there is none; the message lists what there is.
        """
        every = named_tensors(self, Parameter, once=False)
        parameter: Parameter = _found(self, "parameter", target, every)
        return parameter

    def get_buffer(self, target: str) -> Buffer:
        """The buffer at a dotted name.

        Raises:
            AttributeError: if there is none; the message lists what there is.
        """
        buffer: Buffer = _found(self, "buffer", target, named_tensors(self, Buffer, once=False))
        return buffer

    # ------------------------------------------------------------------ its state

    def train(self: Self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode, or evaluation mode for False."""
        if not isinstance(mode, bool | np.bool_):
            raise TypeError(f"train: mode must be True or False, got {type(mode).__name__}")
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self: Self) -> Self:
        """Put this module and all below it into evaluation mode: dropout keeps everything."""
        return self.train(False)

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Train all parameters, or freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to 0."""
        forget_gradients(self.parameters(), set_to_none)

    def apply(self: Self, function: Callable[[Module], Any]) -> Self:
        """Call `function` with every module, the innermost first, to initialise them for example.

        >>> from nn import Linear, Sequential
        >>> model = Sequential(Linear(2, 3), Linear(3, 1))
        >>> _ = model.apply(lambda module: print(module.describe()))
        Linear(2 -> 3)
        Linear(3 -> 1)
        Sequential
        """
        for module in self.children():
            module.apply(function)
        function(self)
        return self

    def to(self: Self, *args: Any, dtype: Any = None, device: Any = None, **ignored: Any) -> Self:
        """Convert all floating parameters and buffers, and their gradients, to a floating dtype.

        The objects stay the same, so that an optimizer keeps training them.

        Args:
            *args: a dtype, or a Tensor that has it; or a device, which may only be the CPU.
            dtype: the dtype.
            device: the CPU.
            **ignored: `non_blocking` and `memory_format`, which mean nothing on a CPU.

        Raises:
            TypeError: if the dtype is not a floating one.
            RuntimeError: for another device.

        >>> from nn import Linear
        >>> Linear(2, 3).to(np.float64).weight.dtype
        dtype('float64')
        """
        dtype = asked_dtype("to", args, dtype, device, ignored)
        if dtype is None:
            return self
        try:
            wanted = np.dtype(dtype)
        except TypeError:
            raise TypeError(f"to: expected a dtype such as np.float64, got {dtype!r}") from None
        if wanted.kind not in "fc":
            raise TypeError(f"to: expected a floating dtype, got {wanted}")
        for tensor in [*self.parameters(), *self.buffers()]:
            if tensor.dtype.kind in "fc" and tensor.dtype != wanted:
                _convert(tensor, wanted)
        return self

    def double(self: Self) -> Self:
        """Convert to float64."""
        return self.to(np.float64)

    def float(self: Self) -> Self:
        """Convert to float32."""
        return self.to(np.float32)

    def half(self: Self) -> Self:
        """Convert to float16."""
        return self.to(np.float16)

    def cpu(self: Self) -> Self:
        """The module itself: there is no other device."""
        return self

    def type(self: Self, dtype: Any) -> Self:
        """Convert to a dtype, as `to` does."""
        return self.to(dtype)

    # ------------------------------------------------------------------ words

    def extra_repr(self) -> str:
        """The settings of a layer, as they stand between parentheses in a description."""
        return ""

    def describe(self) -> str:
        """This module alone in one line: `Linear(128 -> 10)`."""
        extra = self.extra_repr()
        return f"{type(self).__name__}({extra})" if extra else type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = [extra] if extra else []
        lines += [f"({name}): {each!r}" for name, each in owned(self) if isinstance(each, Module)]
        if len(lines) <= bool(extra):
            return f"{type(self).__name__}({extra})"
        inside = "\n".join(lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inside}\n)"

    def __getstate__(self) -> dict[str, Any]:
        # A path knows its module weakly, so a copy makes one of its own.
        return {name: value for name, value in vars(self).items() if name != "_path"}


def _found(module: Module, what: str, target: str, every: Iterable[tuple[str, _T]]) -> _T:
    known = dict(every)
    if target not in known:
        raise AttributeError(
            f"{type(module).__name__} has no {what} {target!r}; it has "
            f"{', '.join(filter(None, known)) or 'none'}"
        )
    return known[target]


def forget_gradients(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Set `.grad` to None, or to 0 where there is one."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            parameter.grad = Tensor(np.zeros(parameter.shape, parameter.dtype))


def _convert(tensor: Tensor, dtype: np.dtype[Any]) -> None:
    """Give a leaf another dtype; its node, which notes the dtype, is made anew."""
    required = tensor.requires_grad
    gradient = tensor.grad
    tensor.requires_grad_(False)
    give_value(tensor, value_of(tensor).astype(dtype))
    tensor.requires_grad_(required)
    if gradient is not None:
        tensor.grad = Tensor(value_of(gradient).astype(dtype))
