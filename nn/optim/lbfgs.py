"""L-BFGS: steps along an approximate Newton direction, from the last few gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor, enable_grad
from autograd.internals import caller_location, value_of
from nn.inputs import array_of
from nn.optim.line_search import Point, strong_wolfe
from nn.optim.optimizer import Array, Group, Optimizer
from nn.parameter import assign

__all__ = ["LBFGS"]

_MOST_IN_A_SEARCH = 26  # evaluations of one line search


class LBFGS(Optimizer):
    """Limited-memory BFGS, for smooth losses of a whole data set.

    The inverse Hessian is approximated from the last differences s of parameters and y of
    gradients, by the two-loop recursion. A call of `step` makes up to `max_iter` steps and calls
    the closure, which clears the gradients, computes the loss and its gradients and returns it,
    at least once in each.

    Args:
        params: parameters; one group only.
        lr: the length of a step, or with a line search the one tried first.
        max_iter: steps in one call.
        max_eval: calls of the closure in one call, 1.25 max_iter if not given; never more, where
            PyTorch's line search may.
        tolerance_grad: stops where no gradient is larger.
        tolerance_change: stops where parameters or loss change by less.
        history_size: how many differences are kept.
        line_search_fn: None, or "strong_wolfe".

    Raises:
        ValueError: for several groups, or another line search.

    References:
        J. Nocedal and S. Wright (2006), Numerical optimization, algorithms 7.4, 3.5 and 3.6; the
        settings and the interpolation are those of PyTorch, after M. Schmidt's minFunc.

    >>> x = Tensor([3.0, -4.0], requires_grad=True)
    >>> optimizer = LBFGS([x], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((x - 1) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> _ = optimizer.step(closure)
    >>> x.data.round(6)
    array([1., 1.])
    """

    needs_closure = True

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS: parameters must be in one group")

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(
                "LBFGS: line_search_fn must be None or 'strong_wolfe', got "
                f"{group['line_search_fn']!r}"
            )
        if group["max_eval"] is None:
            group["max_eval"] = group["max_iter"] * 5 // 4

    # ------------------------------------------------------------------ all parameters as one

    def _values(self) -> Array:
        params = self.param_groups[0]["params"]
        return np.concatenate([np.ravel(value_of(p)) for p in params])

    def _gradients(self) -> Array:
        parts = [
            np.zeros(p.size, p.dtype) if p.grad is None else np.ravel(value_of(p.grad))
            for p in self.param_groups[0]["params"]
        ]
        return np.concatenate(parts)

    def _put(self, values: Array, location: str) -> None:
        start = 0
        for parameter in self.param_groups[0]["params"]:
            size = int(parameter.size)
            part = values[start : start + size].reshape(parameter.shape)
            assign(parameter, part, location, "LBFGS.step")
            start += size

    # ------------------------------------------------------------------ the step

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to `max_iter` steps.

        Args:
            closure: clears the gradients, computes loss and gradients, and returns the loss.

        Returns:
            The loss before the first step.
        """
        if closure is None:
            raise TypeError("LBFGS: step needs a closure that computes the loss and its gradients")
        self.warn_of_passed_over()
        group = self.param_groups[0]
        state = self.state.setdefault(group["params"][0], {"func_evals": 0, "n_iter": 0})
        location = caller_location()

        losses: list[Any] = []

        def evaluate(values: Array | None = None) -> tuple[float, Array]:
            if values is not None:
                self._put(values, location)
            with enable_grad():
                losses.append(closure())
            state["func_evals"] += 1
            return float(losses.pop() if len(losses) > 1 else losses[0]), self._gradients()

        loss, gradient = evaluate()
        first = losses[0]
        evaluations = 1
        if np.abs(gradient).max(initial=0) <= group["tolerance_grad"]:
            return first
        for iteration in range(1, group["max_iter"] + 1):
            left = group["max_eval"] - evaluations
            if left < 1 and group["line_search_fn"] is not None:
                break
            state["n_iter"] += 1
            direction = self._direction(state, gradient, group["history_size"])
            before = loss
            state["prev_flat_grad"] = gradient.copy()
            if state["n_iter"] == 1:
                length = min(1.0, 1.0 / np.abs(gradient).sum()) * group["lr"]
            else:
                length = group["lr"]
            slope = float(gradient @ direction)
            if slope > -group["tolerance_change"]:
                break
            start = self._values()
            used = 0
            if group["line_search_fn"] is None:
                self._put(start + length * direction, location)
                if iteration < group["max_iter"] and left:  # the last step needs no gradient
                    loss, gradient = evaluate()
                    used = 1
            else:
                point, used = strong_wolfe(
                    lambda t, start=start, direction=direction: evaluate(start + t * direction),  # type: ignore[misc]
                    length, direction, Point(0.0, loss, gradient.copy(), slope),
                    min(_MOST_IN_A_SEARCH, left),
                )  # fmt: skip
                loss, gradient, length = point.loss, point.gradient, point.step
                self._put(start + length * direction, location)
            state["d"], state["t"] = direction, length
            evaluations += used
            if (
                evaluations >= group["max_eval"]
                or np.abs(gradient).max() <= group["tolerance_grad"]
                or np.abs(direction * length).max() <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        return first

    def _direction(self, state: dict[str, Any], gradient: Array, history_size: int) -> Array:
        """`-H g`, with H from the differences so far, to which the last step is added."""
        if "d" not in state:
            state["old_stps"], state["old_dirs"] = [], []
            state["H_diag"] = 1.0
            return -gradient
        y = gradient - state["prev_flat_grad"]
        s = state["d"] * state["t"]
        curvature = float(y @ s)
        if curvature > 1e-10:
            state["old_stps"] = [*state["old_stps"], s][-history_size:]
            state["old_dirs"] = [*state["old_dirs"], y][-history_size:]
            state["H_diag"] = curvature / float(y @ y)
        q: Array = -gradient
        pairs = list(zip(state["old_stps"], state["old_dirs"], strict=True))
        shares = []
        for s, y in reversed(pairs):
            share = (s @ q) / (y @ s)
            shares.append(share)
            q -= share * y
        q *= state["H_diag"]
        for (s, y), share in zip(pairs, reversed(shares), strict=True):
            q += (share - (y @ q) / (y @ s)) * s
        return q

    def state_dict(self) -> dict[str, Any]:
        """As `Optimizer.state_dict`; the differences are stacked as arrays."""
        saved = super().state_dict()
        for entries in saved["state"].values():
            for name in ("old_stps", "old_dirs"):
                if name in entries:
                    entries[name] = np.array(entries[name])
        return saved

    def load_state_dict(self, state_dict: Any) -> None:
        """As `Optimizer.load_state_dict`; vectors are of all parameters together."""
        if not {"state", "param_groups"} <= set(state_dict):
            return super().load_state_dict(state_dict)  # which says what was expected
        size = sum(int(p.size) for p in self.param_groups[0]["params"])
        vectors = {}
        for number, entries in state_dict["state"].items():
            # PyTorch remembers also what is computed anew in every step.
            vectors[number] = {
                name: each
                for name, each in entries.items()
                if name not in ("al", "prev_loss", "ro")
            }
            for name in ("old_stps", "old_dirs", "prev_flat_grad", "d"):
                if name in entries and np.shape(entries[name])[-1:] not in ((size,), (0,)):
                    raise ValueError(
                        f"LBFGS.load_state_dict: {name} has shape {np.shape(entries[name])}, the "
                        f"parameters have {size} elements"
                    )
        super().load_state_dict({**state_dict, "state": {}})
        for entries in vectors.values():
            for name in ("old_stps", "old_dirs"):
                if name in entries:
                    entries[name] = [_vector(each, name) for each in entries[name]]
            for name in ("prev_flat_grad", "d"):
                if name in entries:
                    entries[name] = _vector(entries[name], name)
            for name in ("t", "H_diag"):
                if name in entries:
                    entries[name] = float(entries[name])
            self.state[self.param_groups[0]["params"][0]] = entries


def _vector(entry: Any, name: str) -> Array:
    return np.array(array_of(entry, "LBFGS.load_state_dict", name))
