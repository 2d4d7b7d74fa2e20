"""Where a training is, so that it can go on there: after an interrupt, from a file, after an error.

Between two epochs there is nothing to remember but how many are done. In the middle of one there
are the sums of its batches and the place of the loader; after its last batch there is still the
validation to come, and the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

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
        sums: Of its batches: "loss" times examples, "examples", "batches".
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
        self.sums = {"loss": 0.0, "examples": 0.0, "batches": 0.0}

    def add(self, loss: float, examples: int) -> None:
        """Sum up a batch."""
        self.sums["loss"] += loss * examples
        self.sums["examples"] += examples
        self.sums["batches"] += 1

    @property
    def batches(self) -> int:
        """How many batches of the running epoch are done."""
        return int(self.sums.get("batches", 0))

    @property
    def mean_loss(self) -> float:
        """Over the examples of the running epoch so far."""
        return self.sums["loss"] / self.sums["examples"]

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
            "loader": loader.state_dict() if can_say else None,
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
            self.stage, self.sums = Stage.TRAINED, dict(sums)
        elif sums is not None and self.loader is not None:  # else the epoch begins anew
            self.stage, self.sums = Stage.INSIDE, dict(sums)
        self.began, self.stopped = state_dict["began"], state_dict["stopped"]
        self.loaded = self.began is not None
        self.warned = False


class Waiting:
    """The batches whose gradients wait for a step.

    Attributes:
        batches: How many there are.
        examples: How many they have together.
        kept: The batches themselves, if the optimizer asks for them again.
    """

    def __init__(self) -> None:
        self.batches = 0
        self.examples = 0
        self.kept: list[Any] = []

    def add(self, examples: int) -> None:
        """Count a batch."""
        self.batches += 1
        self.examples += examples
