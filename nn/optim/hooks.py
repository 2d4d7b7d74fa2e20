"""Functions that are called before and after the steps of an optimizer, and around its state."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd.internals import Handle, Hook
from nn import ranks

__all__: list[str] = []


class StepHooks:
    """The base of what makes steps; every `step` that a subclass writes minds the hooks."""

    _hooks: dict[str, dict[Handle, Hook]] | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = _between_hooks(vars(cls)["step"])  # type: ignore[attr-defined]

    def register_step_pre_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer, args, kwargs)` before every step.

        Args:
            hook: may return a pair of other arguments and keywords for `step`.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.
        """
        return self._hook("before", hook)

    def register_step_post_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer, args, kwargs)` after every step.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.
        """
        return self._hook("after", hook)

    def register_state_dict_pre_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer)` before `state_dict` is made."""
        return self._hook("saving", hook)

    def register_state_dict_post_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer, state_dict)` after that; it may return another."""
        return self._hook("saved", hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer, state_dict)` before a state is loaded; it may return another."""
        return self._hook("loading", hook)

    def register_load_state_dict_post_hook(self, hook: Hook) -> Handle:
        """Call `hook(optimizer)` after a state was loaded."""
        return self._hook("loaded", hook)

    def _hook(self, kind: str, hook: Hook) -> Handle:
        if self._hooks is None:
            self._hooks = {}
        return Handle(self._hooks.setdefault(kind, {}), hook)

    def hooks(self, kind: str) -> list[Hook]:
        """The hooks of a kind; one may take itself away while it runs."""
        return list((self._hooks or {}).get(kind, {}).values())


def _between_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """A `step` that calls the hooks, where it is the one called and not that of a base."""

    @wraps(step)
    def stepping(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).step is not stepping:
            return step(self, *args, **kwargs)
        ranks.settle_for(self)
        if self._hooks is None:
            return step(self, *args, **kwargs)
        for hook in self.hooks("before"):
            replaced = hook(self, args, kwargs)
            if replaced is not None:
                args, kwargs = replaced
        result = step(self, *args, **kwargs)
        for hook in self.hooks("after"):
            hook(self, args, kwargs)
        return result

    return stepping
