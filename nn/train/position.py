"""Where a training is, so that it can go on there: after an interrupt, from a file, after an error.

Between two epochs there is nothing to remember but how many are done. In the middle of one there
are the sums of its batches and the place of the loader; after its last batch there is still the
validation to come, and the record.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np

from nn.train.weighing import Weight

__all__: list[str] = []


class Stage(Enum):
    """What is done of the running epoch."""

    BETWEEN = "nothing: the next one begins with its first batch"
    INSIDE = "some batches"
    TRAINED = "all batches; its record is still to be made"


class Position:
    """The place in a training, beside the numbers of epochs and steps that are done.

    Attributes:
        stage: What is done of the running epoch.
        sums: Of its batches: "loss" of all that counted, how much that is as "counted", "batches".
        loader: The state of the loader there; None for one that cannot say where it is.
        began: The epochs that were done when the running `fit` began; None outside of one.
        loaded: Whether that `fit` is one from a file, which the next call continues.
        stopped: Why training was stopped, if it was.
        warned: Whether a loss that is no number was said in the running `fit`.
    """

    def __init__(self) -> None:
        self.stage = Stage.BETWEEN
        self.sums: dict[str, float] = {}
        self.loader: Mapping[str, Any] | None = None
        self.began: int | None = None
        self.loaded = False
        self.stopped: str | None = None
        self.warned = False

    def last_epoch(self, done: int, epochs: int) -> int:
        """The number of the epoch after which a `fit` of so many epochs ends."""
        return epochs + (self.began if self.loaded and self.began is not None else done)

    def begin_fit(self, done: int, loader: Any) -> None:
        """Put the loader where it was; a `fit` of its own begins, or the loaded one goes on.

        Raises:
            ValueError: If a loaded training was of another loader.
        """
        if self.loader is not None and hasattr(loader, "load_state_dict"):
            try:
                loader.load_state_dict(self.loader)
            except ValueError:
                if self.loaded:
                    raise
                self.leave_epoch()  # which was interrupted, on other data
        if not self.loaded:
            self.began, self.stopped = done, None
        self.loader, self.loaded, self.warned = None, False, False

    def begin_epoch(self) -> None:
        """Nothing is summed up yet."""
        self.stage = Stage.INSIDE
        self.sums = {"loss": 0.0, "counted": 0.0, "batches": 0.0}

    def add(self, loss: float, weight: Weight) -> None:
        """Sum up a batch."""
        if weight.reported:
            self.sums["loss"] += loss * weight.factor
            self.sums["counted"] += weight.reported
        self.sums["batches"] += 1

    @property
    def batches(self) -> int:
        """How many batches of the running epoch are done."""
        return int(self.sums.get("batches", 0))

    @property
    def mean_loss(self) -> float:
        """Over all that counted in the running epoch so far; NaN if nothing did."""
        return self.sums["loss"] / self.sums["counted"] if self.sums["counted"] else math.nan

    def leave_epoch(self) -> None:
        """The epoch is done, or begins anew."""
        self.stage, self.sums = Stage.BETWEEN, {}

    def fail(self) -> None:
        """After an error the epoch begins anew, unless only its record is missing."""
        if self.stage is Stage.INSIDE:
            self.leave_epoch()

    def pause(self, loader: Any) -> None:
        """Keep where the loader is; with one that cannot say, the epoch begins anew."""
        if self.stage is not Stage.INSIDE:
            return
        if hasattr(loader, "state_dict"):
            self.loader = loader.state_dict()
        else:
            self.leave_epoch()

    def state_dict(self, loader: Any) -> dict[str, Any]:
        """What a file keeps of it."""
        can_say = hasattr(loader, "state_dict")
        return {
            "loader": loader.state_dict() if can_say else self.loader,
            "began": self.began,
            "stopped": self.stopped,
            "sums": None if self.stage is Stage.BETWEEN else dict(self.sums),
            "trained": self.stage is Stage.TRAINED,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.loader, sums = state_dict["loader"], state_dict["sums"]
        self.leave_epoch()
        if sums is not None and state_dict.get("trained"):  # which older files do not say
            self.stage, self.sums = Stage.TRAINED, _renamed(sums)
        elif sums is not None and self.loader is not None:  # else the epoch begins anew
            self.stage, self.sums = Stage.INSIDE, _renamed(sums)
        self.began, self.stopped = state_dict["began"], state_dict["stopped"]
        self.loaded = self.began is not None
        self.warned = False


def _renamed(sums: Mapping[str, float]) -> dict[str, float]:
    """The sums of a file; older ones say "examples"."""
    return {"counted" if name == "examples" else name: value for name, value in sums.items()}


class Waiting:
    """The batches whose gradients wait for a step.

    Attributes:
        batches: How many there are.
        counting: How many of them have anything that counts.
        divisor: What the sum of their gradients is divided by; 0 for that of sums.
        parts: Of the first of them, see `Weight`.
        kept: The batches themselves, if the optimizer asks for them again.
    """

    def __init__(self) -> None:
        self.batches = 0
        self.counting = 0
        self.divisor = 0.0
        self.parts: tuple[float, ...] | None = None
        self.kept: list[Any] = []

    def add(self, weight: Weight) -> bool:
        """Count a batch; tell whether its loss can be put together with those before it."""
        self.batches += 1
        if not weight.factor:
            return True
        self.counting += 1
        self.divisor += weight.divisor
        first, self.parts = self.parts, weight.parts
        return first is None or np.allclose(first, weight.parts)
