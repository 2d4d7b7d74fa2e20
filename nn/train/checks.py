"""What a trainer is made of is looked at before it is used, and errors say what was expected."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor
from autograd.internals import warn_of_trap
from nn.module import Module
from nn.train.callbacks import Callback
from nn.train.several import members

__all__: list[str] = []


def check_parts(model: Any, optimizer: Any, loss: Any) -> None:
    """Raise a TypeError for parts of the wrong kind, such as a class in place of an object."""
    if not isinstance(model, Module):
        raise TypeError(f"Trainer: model must be a Module, got {described(model)}")
    for each in members(optimizer):
        _check_optimizer(each)
    if not callable(loss) or isinstance(loss, type):
        hint = f"; call it, {loss.__name__}()" if isinstance(loss, type) else ""
        raise TypeError(f"Trainer: loss must be a function or module, got {loss!r:.80}{hint}")
    _check_of_this_model(model, optimizer, loss)


def _check_optimizer(optimizer: Any) -> None:
    parts = ("step", "zero_grad", "param_groups")
    if isinstance(optimizer, type) or not all(hasattr(optimizer, part) for part in parts):
        hint = "; give it the parameters, " if isinstance(optimizer, type) else ", such as "
        kind = optimizer.__name__ if isinstance(optimizer, type) else "nn.optim.Adam"
        raise TypeError(
            f"Trainer: optimizer must be an optimizer, got {described(optimizer)}{hint}"
            f"{kind}(model.parameters())"
        )


def _check_of_this_model(model: Module, optimizer: Any, loss: Any) -> None:
    """Raise a ValueError where not one parameter of the model, or the loss, would be trained."""
    held = {id(each) for group in optimizer.param_groups for each in group["params"]}
    parts = [model, *([loss] if isinstance(loss, Module) else [])]
    own = [(name, each) for part in parts for name, each in part.named_parameters()]
    wanted = [name for name, each in model.named_parameters() if each.requires_grad]
    if wanted and not any(id(each) in held for _, each in own):
        named = ", ".join(wanted[:5]) + (", ..." if len(wanted) > 5 else "")
        raise ValueError(
            f"Trainer: the optimizer is of another model: it holds none of the parameters of this "
            f"{type(model).__name__}, {named}; make it of model.parameters() "
            "(see: other-parameters)"
        )


def checked_callbacks(callbacks: Any) -> list[Callback]:
    """The callbacks as a list."""
    listed = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    for each in listed:
        if not isinstance(each, Callback):
            raise TypeError(
                f"Trainer: callbacks must be objects of classes derived from Callback, got "
                f"{described(each)}"
            )
    return listed


def checked_loss(loss: Any) -> float:
    """The number that a loss is.

    Raises:
        TypeError: If it is no Tensor.
        ValueError: If it has several elements.
    """
    if not isinstance(loss, Tensor):
        raise TypeError(
            f"Trainer: the loss must be a Tensor of one number, got {described(loss)}; compute it "
            "from the outputs by nn.functional or operations of autograd, and return it"
        )
    if loss.size != 1:
        raise ValueError(
            f"Trainer: the loss must be one number for the batch, got shape {loss.shape}; take "
            ".mean(), or reduction='mean'"
        )
    return float(loss.item())


def checked_epochs(epochs: Any) -> int:
    """A number of epochs."""
    try:
        count = operator.index(epochs)
    except TypeError:
        raise TypeError(f"Trainer.fit: epochs must be a whole number, got {epochs!r}") from None
    if count < 0:
        raise ValueError(f"Trainer.fit: epochs must be at least 0, got {count}")
    return count


def no_batch(epoch: int) -> str:
    """What to say of an epoch without a batch, after so many others."""
    again = (
        f" in epoch {epoch + 1}; an iterator gives its batches only once, a list or a DataLoader "
        "every time"
    )
    return "Trainer.fit: there was no batch to train on" + again * (epoch > 0)


def warn_of_parts() -> None:
    """Say that the batches of a step cannot be put together as one large one."""
    warnings.warn(
        "Trainer: the loss has several parts that are means over different numbers, in another "
        "ratio in every batch, so the batches of a step count by their examples and not as one "
        "large batch would; use reduction='sum' and divide by one number",
        RuntimeWarning,
        stacklevel=5,
    )


def check_trained(model: Module, optimizer: Any) -> None:
    """Warn where the optimizer holds parameters that the model no longer has, in place of its own.

    Either alone is ordinary: a frozen part of a model, or a loss that has parameters.
    """
    held = {id(each) for group in optimizer.param_groups for each in group["params"]}
    own = {id(each) for each in model.parameters()}
    left_out = [
        name
        for name, each in model.named_parameters()
        if each.requires_grad and id(each) not in held
    ]
    if left_out and held - own:
        named = ", ".join(left_out[:5]) + (", ..." if len(left_out) > 5 else "")
        warn_of_trap(
            f"Trainer: the optimizer does not train {named}, and holds {len(held - own)} "
            "parameters that the model does not have: the model was changed after the optimizer "
            "was made; make the optimizer of model.parameters() again "
            "(see: other-parameters)"
        )


def check_state(state_dict: Any) -> None:
    """Raise a ValueError for anything but what `Trainer.state_dict` returned."""
    expected = {"model": Mapping, "optimizer": Mapping, "callbacks": list, "metrics": Mapping,
                "epoch": int, "step": int, "history": list}  # fmt: skip
    if not isinstance(state_dict, Mapping) or not {"model", "optimizer", "callbacks"} <= set(
        state_dict
    ):
        raise ValueError(
            "Trainer.load: this holds no training; for weights alone use "
            "model.load_state_dict(nn.load(path))"
        )
    wrong = [name for name, kind in expected.items() if not isinstance(state_dict.get(name), kind)]
    if not wrong and not all(isinstance(record, Mapping) for record in state_dict["history"]):
        wrong = ["history"]
    if wrong:
        raise ValueError(f"Trainer.load: the training is damaged in {', '.join(wrong)}")


def described(value: Any) -> str:
    """A value in few words: a class by its name, an object by that of its class."""
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
