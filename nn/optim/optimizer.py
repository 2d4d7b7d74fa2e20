"""What all optimizers share: groups of parameters, state per parameter, and the step.

An optimizer is its update rule: `update` turns a gradient into the change of a parameter, in plain
NumPy. Everything around it is here, so that a rule reads like its formula.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd import Tensor, enable_grad
from autograd.internals import (
    caller_location,
    describe,
    grad_of,
    mutations,
    replace_value,
    value_of,
)
from nn.arguments import Checked, check_settings
from nn.inputs import array_of
from nn.module import forget_gradients
from nn.optim.hooks import StepHooks

__all__ = ["Optimizer"]

Array = ndarray[Any, Any]
State = dict[str, Any]
Group = dict[str, Any]

_HALF = np.dtype(np.float16)

# Settings of which a negative value makes no sense, in whichever optimizer has them.
_NOT_NEGATIVE = (
    "lr", "weight_decay", "eps", "momentum", "momentum_decay", "lr_decay",
    "initial_accumulator_value",
)  # fmt: skip


# What PyTorch keeps in a group besides: the parameters, and how it computes, not what.
_ELSEWHERE = frozenset(
    {"params", "param_names", "foreach", "fused", "capturable", "differentiable"}
)


class Optimizer(Checked, StepHooks):
    """Base of all optimizers. A subclass gives defaults and writes `update`.

    Args:
        params: parameters, alone or with their names, or dicts `{"params": [...], "lr": ...}` whose
            other entries replace the defaults for these parameters.
        defaults: the settings of a group.

    Attributes:
        param_groups: the groups; their settings may be changed between steps. `optimizer.lr = 0.1`
            changes a setting in all of them, and reads it where they agree.
        state: what the rule remembers of each parameter.

    Raises:
        TypeError: if `params` holds anything but Tensors or groups of them.
        ValueError: if there is none, one stands twice, or one is not a leaf.

    >>> class SignDescent(Optimizer):
    ...     def __init__(self, params, lr=0.1):
    ...         super().__init__(params, {"lr": lr})
    ...
    ...     def update(self, value, gradient, state, group):
    ...         return group["lr"] * np.sign(gradient)
    >>> x = Tensor([3.0, -5.0], requires_grad=True)
    >>> optimizer = SignDescent([x])
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([ 2.9, -4.9])
    """

    needs_closure = False  # whether `step` needs a closure that computes loss and gradients anew

    passed_over: str | None = None  # what to say of a schedule that stepped before the optimizer

    def __init__(
        self, params: Iterable[Tensor] | Iterable[Group], defaults: dict[str, Any]
    ) -> None:
        if isinstance(params, Tensor | Mapping):
            raise TypeError(
                f"{type(self).__name__}: expected a list of Tensors or of groups, got "
                f"{type(params).__name__}; pass [it], or model.parameters()"
            )
        if hasattr(params, "parameters"):
            raise TypeError(
                f"{type(self).__name__}: expected parameters, got the module "
                f"{type(params).__name__}; pass its .parameters()"
            )
        if callable(params):
            raise TypeError(
                f"{type(self).__name__}: expected parameters, got the method "
                f"{getattr(params, '__name__', 'parameters')} itself; call it, "
                "model.parameters()"
            )
        self.defaults = defaults
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, State] = {}
        listed = list(params)
        if not listed:
            raise ValueError(
                f"{type(self).__name__}: there is no parameter to train; what parameters() "
                "returns can be read once, so call it anew for each use"
            )
        if isinstance(listed[0], Mapping):
            for group in listed:
                self.add_param_group(group)  # type: ignore[arg-type]
        else:
            self.add_param_group({"params": listed})

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a setting, such as `lr`, in every group."""
        if name not in vars(self).get("defaults", ()):
            object.__setattr__(self, name, value)
            return
        changed = [{**group, name: value} for group in self.param_groups]
        for group in changed:
            self._check(group)
        for group, new in zip(self.param_groups, changed, strict=True):
            group.update(new)

    if not TYPE_CHECKING:  # or checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:  # only where there is no such attribute
            if name not in vars(self).get("defaults", ()):
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self)
            settings = [group[name] for group in self.param_groups]
            if any(each != settings[0] for each in settings):
                raise AttributeError(
                    f"{type(self).__name__}.{name}: its groups have {settings}; read it from "
                    "param_groups", name=name, obj=self,
                )  # fmt: skip
            return settings[0]

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Train further parameters, with settings of their own where given.

        Raises:
            TypeError: for anything but Tensors, or an unknown setting.
            ValueError: for a Tensor that is trained already, or was computed.
        """
        name = type(self).__name__
        if "params" not in param_group:
            raise TypeError(f"{name}: a group is a dict with 'params', got {param_group!r:.80}")
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else _without_names(params)
        unknown = set(param_group) - {"params", "initial_lr", *self.defaults}
        if unknown:
            raise TypeError(
                f"{name}: a group has no setting {', '.join(sorted(unknown))}; it has "
                f"{', '.join(self.defaults)}"
            )
        seen = {id(known) for group in self.param_groups for known in group["params"]}
        for parameter in params:
            if not isinstance(parameter, Tensor):
                raise TypeError(f"{name}: expected Tensors to train, got {describe(parameter)}")
            if not parameter.is_leaf:
                raise ValueError(
                    f"{name}: {describe(parameter)} was computed by an operation; only leaves "
                    "can be trained, use .detach().requires_grad_()"
                )
            if id(parameter) in seen:
                raise ValueError(f"{name}: {describe(parameter)} is among the parameters twice")
            seen.add(id(parameter))
        group = {"params": params, **self.defaults}
        group.update((key, value) for key, value in param_group.items() if key != "params")
        self._check(group)
        self.param_groups.append(group)

    def _check(self, group: Group) -> None:
        check_settings(type(self), group)
        self.check(group)
        for name, value in group.items():
            if isinstance(value, float) and value != value:
                raise ValueError(f"{type(self).__name__}: {name} must be a number, got {value}")

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense; a subclass adds its own."""
        for setting in _NOT_NEGATIVE:
            at_least(self, group, setting, 0)
        if "betas" in group:
            below_one(self, "betas", *group["betas"])

    # ------------------------------------------------------------------ the rule

    def initial_state(self, value: Array, group: Group) -> State:
        """What is remembered of a parameter before its first update."""
        return {}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """The change to be subtracted from a parameter; a subclass writes this.

        Args:
            value: the parameter, not to be changed here.
            gradient: of the same shape and dtype, not to be changed either. Half precision comes,
                and what is remembered of it is kept, in single.
            state: what is remembered of it; arrays in it may be changed in place.
            group: the settings.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(...)")

    def warn_of_passed_over(self) -> None:
        """Say, before the first step, that a schedule has stepped already."""
        if self.passed_over is not None:
            warnings.warn(self.passed_over, UserWarning, stacklevel=3)
            self.passed_over = None

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient.

        Args:
            closure: computes the loss, with gradients, anew; most optimizers need none.

        Returns:
            What the closure returned, or None.

        Raises:
            RuntimeError: if no parameter has a gradient: `backward()` was forgotten.
        """
        self.warn_of_passed_over()
        loss = None if closure is None else enable_grad()(closure)()
        # Once: every parameter is changed by this line.
        location, by = caller_location(), f"{type(self).__name__}.step"
        update, states = self.update, self.state
        stepped = False
        for group in self.param_groups:
            maximize, decay = group.get("maximize"), self.coupled_decay(group)
            params = group["params"]
            for parameter, grad in zip(params, map(grad_of, params)):  # noqa: B905 - of one length
                if grad is None:
                    continue
                stepped = True
                value = kept = value_of(parameter)
                gradient = value_of(grad)
                if type(value) is not ndarray:  # 0-d values are NumPy scalars
                    value, gradient = np.asarray(value), np.asarray(gradient)
                read = value
                if value.dtype is _HALF:  # squares of gradients would overflow
                    read, gradient = value.astype(np.float32), gradient.astype(np.float32)
                if maximize:
                    gradient = -gradient
                if decay:
                    gradient = gradient + decay * read
                state = states.get(parameter)
                if state is None:
                    self._check(group)
                    state = states[parameter] = self.initial_state(read, group)
                try:
                    change = update(read, gradient, state, group)
                except TypeError:
                    self._check(group)  # a setting may have changed, or it is the rule's own error
                    raise
                if value is kept:
                    expected = mutations.expect(value)
                    value -= change
                    mutations.record(expected, location, by)
                else:
                    value -= change
                    replace_value(parameter, value[()], lambda: location, by)
        if not stepped:
            raise RuntimeError(
                f"{type(self).__name__}.step: no parameter has a gradient; call loss.backward() "
                "before step(), and zero_grad() before backward(), not after it "
                "(see: step-without-gradient)"
            )
        return loss

    def coupled_decay(self, group: Group) -> float:
        """The weight decay that is added to the gradient as the slope of λ/2 · w²."""
        decay: float = group.get("weight_decay", 0)
        return decay

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to 0."""
        for group in self.param_groups:
            if set_to_none:
                for parameter in group["params"]:
                    parameter.grad = None
            else:
                forget_gradients(group["params"], set_to_none)

    # ------------------------------------------------------------------ keeping

    def state_dict(self) -> dict[str, Any]:
        """Copies of the settings and of what is remembered, parameters by their number.

        Returns:
            `{"state": {number: {name: array or number}}, "param_groups": [...]}`.
        """
        for hook in self.hooks("saving"):
            hook(self)
        numbers: dict[Tensor, int] = {}
        groups = []
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers[parameter] = len(numbers)
            listed = [numbers[parameter] for parameter in group["params"]]
            groups.append({**group, "params": listed})
        state = {
            numbers[parameter]: {
                name: _copied(entry, f"{type(self).__name__}.state_dict", name)
                for name, entry in entries.items()
            }
            for parameter, entries in self.state.items()
        }
        saved: dict[str, Any] = {"state": state, "param_groups": groups}
        for hook in self.hooks("saved"):
            replaced = hook(self, saved)
            saved = saved if replaced is None else replaced
        return saved

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned, bit for bit.

        A state of the optimizer of this name in PyTorch fits too, with its tensors.

        Raises:
            ValueError: if it is of other groups or parameters; nothing has changed then.
            TypeError: for entries that are neither plain values nor arrays.
        """
        for hook in self.hooks("loading"):
            replaced = hook(self, state_dict)
            state_dict = state_dict if replaced is None else replaced
        name = type(self).__name__
        if not {"state", "param_groups"} <= set(state_dict):
            raise ValueError(
                f"{name}.load_state_dict: expected what state_dict() returned, with 'state' and "
                f"'param_groups', got {describe(state_dict)}"
            )
        saved, groups = state_dict["state"], state_dict["param_groups"]
        if not all(isinstance(group, Mapping) and "params" in group for group in groups):
            raise ValueError(
                f"{name}.load_state_dict: the groups of the state are not those of one optimizer"
            )
        sizes = [len(group["params"]) for group in self.param_groups]
        saved_sizes = [len(group["params"]) for group in groups]
        if sizes != saved_sizes:
            raise ValueError(
                f"{name}.load_state_dict: the state is of groups with {saved_sizes} parameters, "
                f"this optimizer has {sizes}"
            )
        lacking = [key for key in self.defaults if any(key not in group for group in groups)]
        if lacking:
            raise ValueError(
                f"{name}.load_state_dict: the state is of another optimizer: its groups have no "
                f"{', '.join(lacking)}"
            )
        owners = {
            number: (parameter, group)
            for group, saved_group in zip(self.param_groups, groups, strict=True)
            for number, parameter in zip(saved_group["params"], group["params"], strict=True)
        }
        state: dict[Tensor, State] = {}
        for number, entries in saved.items():
            if int(number) not in owners:
                raise ValueError(f"{name}.load_state_dict: there is no parameter {number}")
            parameter, group = owners[int(number)]
            state[parameter] = self._loaded(number, parameter, group, entries)
        settings = [
            {
                key: _copied(value, f"{name}.load_state_dict", key)
                for key, value in saved_group.items()
                if key not in _ELSEWHERE
            }
            for saved_group in groups
        ]
        self.state = state
        for group, loaded in zip(self.param_groups, settings, strict=True):
            group.update(loaded)
        for hook in self.hooks("loaded"):
            hook(self)

    def _loaded(
        self, number: Any, parameter: Tensor, group: Group, entries: Mapping[str, Any]
    ) -> State:
        """What is remembered of one parameter, from a saved state."""
        name = f"{type(self).__name__}.load_state_dict"
        first = self.initial_state(np.asarray(value_of(parameter)), group)
        loaded = {}
        for key, entry in entries.items():
            entry = _copied(entry, name, f"{key} of parameter {number}")
            if key == "step":
                entry = int(entry)
            if isinstance(entry, ndarray) and entry.ndim:
                expected = getattr(first.get(key), "shape", parameter.shape)
                if entry.shape != expected:
                    raise ValueError(
                        f"{name}: {key} of parameter {number} has shape {entry.shape}, the "
                        f"parameter {parameter.shape}"
                    )
            elif isinstance(entry, ndarray) and parameter.ndim:
                entry = entry[()]
            loaded[key] = entry
        return loaded

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            settings = [f"{key}: {value}" for key, value in group.items() if key != "params"]
            count = len(group["params"])
            lines.append(f"  group {number} of {count} parameters: {', '.join(settings)}")
        return "\n".join([*lines, ")"])


def at_least(optimizer: Optimizer, group: Group, setting: str, least: float) -> None:
    """Raise a ValueError where a setting that the group has is below its least value, or NaN."""
    if setting in group and not group[setting] >= least:
        raise ValueError(
            f"{type(optimizer).__name__}: {setting} must be at least {least}, got {group[setting]}"
        )


def below_one(optimizer: Optimizer, setting: str, *values: float) -> None:
    """Raise a ValueError unless every value is in [0, 1)."""
    if not all(0 <= value < 1 for value in values):
        got = values[0] if len(values) == 1 else values
        raise ValueError(
            f"{type(optimizer).__name__}: {setting} must be at least 0 and less than 1, got {got}"
        )


def _without_names(params: Iterable[Any]) -> list[Any]:
    """The parameters of a group; of pairs with their names, as `named_parameters` gives them."""
    return [
        each[1] if isinstance(each, tuple) and len(each) == 2 and isinstance(each[0], str) else each
        for each in params
    ]


def _copied(entry: Any, caller: str, name: str) -> Any:
    """An entry of a state: plain values as they are, arrays of any library as ours, copied."""
    if entry is None or isinstance(entry, bool | int | float | complex | str | np.generic):
        return entry
    if isinstance(entry, list | tuple):
        return type(entry)(_copied(each, caller, name) for each in entry)
    return np.array(array_of(entry, caller, name))
