"""What all losses share."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, ClassVar

from autograd import Tensor
from autograd.internals import describe
from nn.module import Module
from nn.parameter import Buffer


class Loss(Module):
    """A function of `nn.functional` as a module: its arguments with defaults are attributes.

    A subclass names the `function`, and its `__init__` sets the attributes.
    """

    root_name = "loss"
    function: ClassVar[Callable[..., Any]]
    settings: ClassVar[tuple[str, ...]]
    reductions: ClassVar[tuple[str, ...]] = ("mean", "sum", "none")

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(
                f"{type(self).__name__}: reduction must be one of {', '.join(self.reductions)}, "
                f"got {reduction!r}"
            )
        self.reduction = reduction

    def __init_subclass__(cls) -> None:
        if "function" in vars(cls):
            own = signature(cls.__init__).parameters
            parameters = signature(cls.function).parameters.values()
            cls.settings = tuple(
                p.name for p in parameters if p.default is not p.empty and p.name in own
            )

    def forward(self, *inputs: Any, **named_inputs: Any) -> Tensor:
        """The loss of the inputs that the function names."""
        settings = {name: getattr(self, name) for name in self.settings}
        return type(self).function(*inputs, **named_inputs, **settings)

    def extra_repr(self) -> str:
        """The settings that are not the defaults; of weights, how many there are."""
        parameters = signature(type(self).function).parameters
        changed = []
        for name in self.settings:
            value, usual = getattr(self, name), parameters[name].default
            if isinstance(value, Tensor):
                changed.append(f"{name}=<{value.size} numbers>")
            elif value != usual:
                changed.append(f"{name}={value!r}")
        return ", ".join(changed)


def as_buffer(weight: Any) -> Any:
    """Weights that belong to the loss, or None."""
    if isinstance(weight, Tensor) and weight.requires_grad:
        raise TypeError(
            f"weight says how much each class counts, got {describe(weight)}, which requires "
            "gradients; make the loss first, loss = nn.CrossEntropyLoss(), then call it, "
            "loss(outputs, targets)"
        )
    return None if weight is None else Buffer(weight)
