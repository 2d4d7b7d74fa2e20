"""Several optimizers that step as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__: list[str] = []


class Together:
    """Optimizers of different parameters of one model, each with its own rule.

    Args:
        optimizers: the optimizers, of which none needs a closure.

    Raises:
        ValueError: if there is none, one needs a closure, or two hold one parameter.
    """

    def __init__(self, optimizers: Sequence[Any]) -> None:
        self.optimizers = list(optimizers)
        if not self.optimizers:
            raise ValueError("Trainer: the list of optimizers is empty")
        for each in self.optimizers:
            if getattr(each, "needs_closure", False):
                raise ValueError(
                    f"Trainer: {type(each).__name__} computes the loss again and again, and cannot "
                    "step together with other optimizers; give it all parameters, alone"
                )
        held = [id(parameter) for group in self.param_groups for parameter in group["params"]]
        if len(set(held)) < len(held):
            raise ValueError("Trainer: two of the optimizers hold the same parameter")

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all, those of the first optimizer first."""
        return [group for each in self.optimizers for group in each.param_groups]

    def step(self) -> None:
        """Let each change its parameters; one whose parameters have no gradient waits."""
        ready = [
            each
            for each in self.optimizers
            if any(p.grad is not None for group in each.param_groups for p in group["params"])
        ]
        for each in ready or self.optimizers:  # which say that there is no gradient
            each.step()

    def zero_grad(self) -> None:
        """Forget the gradients of all."""
        for each in self.optimizers:
            each.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """The states of all, by their number."""
        states = [each.state_dict() for each in self.optimizers]
        return {
            "state": {number: each["state"] for number, each in enumerate(states)},
            "param_groups": [each["param_groups"] for each in states],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned.

        Raises:
            ValueError: if it is of other optimizers; nothing has changed then.
        """
        groups, states = state_dict["param_groups"], state_dict["state"]
        if len(groups) != len(self.optimizers) or not all(isinstance(g, list) for g in groups):
            raise ValueError(
                f"Trainer.load: the state is not of {len(self.optimizers)} optimizers that step "
                "together"
            )
        before = [each.state_dict() for each in self.optimizers]
        try:
            for number, each in enumerate(self.optimizers):
                state = states.get(number, states.get(str(number), {}))
                each.load_state_dict({"state": state, "param_groups": groups[number]})
        except BaseException:
            for each, kept in zip(self.optimizers, before, strict=True):
                each.load_state_dict(kept)
            raise


def members(optimizer: Any) -> list[Any]:
    """The optimizer itself, or all that step together."""
    return optimizer.optimizers if isinstance(optimizer, Together) else [optimizer]
