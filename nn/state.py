"""The state of a module: all its parameters and buffers by name, kept and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.internals import caller_location, replace_value
from nn.hooks import Hooked
from nn.inputs import array_of
from nn.parameter import assign as write_to
from nn.walk import Owner, kept_tensors, tree

__all__: list[str] = []


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict(strict=False)` passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raise a TypeError: this is no model, though it was assigned to one's name."""
        raise TypeError(
            "this is what load_state_dict returned, the names that did not fit, and not the "
            "model; write model.load_state_dict(...) on a line of its own"
        )


class Stateful(Hooked, Owner):
    """The base of what can be kept and loaded."""

    def state_dict(
        self,
        *,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Any]:
        """Copies of all parameters and persistent buffers by dotted name.

        A parameter that is shared stands under each of its names.

        Args:
            destination: a dict to add them to; a new one if not given.
            prefix: what all names begin with, "encoder." for example.
            keep_vars: whether they are the parameters themselves, and no copies.

        >>> from nn import Linear
        >>> {name: value.shape for name, value in Linear(3, 2).state_dict().items()}
        {'weight': (2, 3), 'bias': (2,)}
        """
        places = self._places(prefix)
        for start, module in places:
            module.call_state_hooks("saving", start, keep_vars)
        state: dict[str, Any] = {} if destination is None else destination
        for name, tensor in kept_tensors(self).items():
            state[prefix + name] = tensor if keep_vars else Tensor(tensor.detach())
        for name, module in _with_extra_state(places):
            state[name] = module.get_extra_state()
        for start, module in reversed(places):
            module.call_state_hooks("saved", state, start, {})
        return state

    def get_extra_state(self) -> Any:
        """What `state_dict` keeps besides tensors, as "_extra_state"; a subclass may write this."""
        raise NotImplementedError(f"{type(self).__name__} has no extra state")

    def set_extra_state(self, state: Any) -> None:
        """Take over what `get_extra_state` returned; a subclass that has that writes this."""
        raise NotImplementedError(
            f"{type(self).__name__} defines get_extra_state and must define set_extra_state"
        )

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copy values into the parameters and buffers of the same names.

        Args:
            state_dict: Tensors or arrays, of any library, by dotted name.
            strict: whether every name must be on both sides.
            assign: take the dtypes of the state, too, in place of converting to those here. The
                parameters stay the same objects, so that an optimizer made before trains them.

        Returns:
            The names that were missing and unexpected.

        Raises:
            ValueError: for missing or unexpected names, and for wrong shapes even if not strict;
                all are listed, and nothing has changed.
            TypeError: for values that do not fit the dtype, such as complex into real, and for
                anything but a dict of arrays.
        """
        _check_dict(state_dict)
        places = self._places("")
        said: tuple[list[str], list[str], list[str]] = ([], [], [])
        state_dict = dict(state_dict)
        for start, module in places:
            module.call_state_hooks("loading", state_dict, start, {}, strict, *said)
        extra = dict(_with_extra_state(places))
        undo = self._grow_lazy_layers(state_dict)
        try:
            own = kept_tensors(self)
            given = {
                name: np.asarray(array_of(each, "load_state_dict", name))
                for name, each in state_dict.items()
                if name in own
            }
            known = {**own, **extra}
            missing = [name for name in known if name not in state_dict] + said[0]
            unexpected = [name for name in state_dict if name not in known] + said[1]
            names = (missing, unexpected) if strict else ([], [])
            self._check_state(own, given, names, said[2], assign)
        except BaseException:
            for each in undo:
                each()
            raise
        location = caller_location()
        for name, array in given.items():
            if assign and array.dtype != own[name].dtype:
                own[name].grad = None
                replace_value(own[name], array.copy()[()], lambda: location, "load_state_dict")
            else:
                write_to(own[name], array, location, "load_state_dict")
        for name, module in extra.items():
            if name in state_dict:
                module.set_extra_state(state_dict[name])
        found = IncompatibleKeys(missing, unexpected)
        for _, module in reversed(places):
            module.call_state_hooks("loaded", found)
        return found

    def _places(self, prefix: str) -> list[tuple[str, Stateful]]:
        """All modules, with what the names of their parameters begin with."""
        return [(f"{prefix}{path}." if path else prefix, each) for path, each in tree(self)]

    def _grow_lazy_layers(self, state_dict: Mapping[str, Any]) -> list[Any]:
        """Let layers without a size take that of the state; return what undoes it."""
        undo = []
        for path, module in tree(self):
            take_shapes = getattr(module, "take_shapes", None)
            if take_shapes is not None:
                start = f"{path}." if path else ""
                shapes = {
                    name.removeprefix(start): np.shape(value)
                    for name, value in state_dict.items()
                    if name.startswith(start)
                }
                undo.append(take_shapes(shapes))
        return [each for each in undo if each is not None]

    def _check_state(
        self,
        own: dict[str, Tensor],
        given: dict[str, Any],
        names: tuple[list[str], list[str]],
        said: list[str],
        assign: bool,
    ) -> None:
        """Raise an error that lists all that does not fit."""
        wrong = [
            f"{name} is {array.shape} and must be {own[name].shape}"
            for name, array in given.items()
            if array.shape != own[name].shape
        ]
        kinds = ("missing", "unexpected", "wrong shape")
        problems = [
            f"{kind}: {', '.join(found)}"
            for kind, found in zip(kinds, (*names, wrong), strict=True)
            if found
        ] + said
        if problems:
            raise ValueError(
                f"load_state_dict: this state does not fit {type(self).__name__}, which was left "
                f"as it is; {'; '.join(problems)}{_cure(*names)} (see: state-misfit)"
            )
        for name, array in given.items():
            kinds_fit = array.dtype.kind == own[name].dtype.kind or (
                not assign and np.can_cast(array.dtype, own[name].dtype, "same_kind")
            )
            if not kinds_fit:
                raise TypeError(
                    f"load_state_dict: {name} is {array.dtype} and does not fit "
                    f"{own[name].dtype}; {type(self).__name__} was left as it is"
                )


def _with_extra_state(places: list[tuple[str, Stateful]]) -> list[tuple[str, Stateful]]:
    """The modules that keep more than tensors, by the names of that."""
    return [
        (f"{start}_extra_state", module)
        for start, module in places
        if type(module).get_extra_state is not Stateful.get_extra_state
    ]


def _cure(missing: list[str], unexpected: list[str]) -> str:
    """What to do where the names only begin otherwise, as wrappers of models save them."""
    for start in sorted({name.partition(".")[0] + "." for name in unexpected if "." in name}):
        without = {name.removeprefix(start) for name in unexpected if name.startswith(start)}
        if without <= set(missing):
            return (
                f"; the names of the state begin with {start!r}, as a wrapper of the model saves "
                f"them: take it off, {{name.removeprefix({start!r}): value for name, value in "
                "state.items()}"
            )
    for start in sorted({name.partition(".")[0] + "." for name in missing if "." in name}):
        if unexpected and {start + name for name in unexpected} <= set(missing):
            return (
                f"; the state is that of {start[:-1]!r} alone: load it there, "
                f"model.{start[:-1]}.load_state_dict(state)"
            )
    return ""


def _check_dict(state_dict: object) -> None:
    if not isinstance(state_dict, Mapping):
        advice = "; nn.load(path) reads a file" if isinstance(state_dict, str | Path) else ""
        raise TypeError(
            f"load_state_dict: expected arrays by name in a dict, got "
            f"{type(state_dict).__name__}{advice}"
        )
