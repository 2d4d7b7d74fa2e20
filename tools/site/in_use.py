"""What callbacks do to a training, and what strategies draw: shown by running them."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

import autograd
import nn
from autograd.testing import strategies
from tools.site.docstrings import code_block
from tools.site.plots import Curve, plot

_EPOCHS = 60

# ---------------------------------------------------------------------- callbacks


def callback_shown(callback: Any) -> Iterator[str]:
    """A small network that learns twelve noisy points of a sine by heart, with the callback."""
    section = CALLBACKS.get(callback.__name__)
    if section is not None:
        yield "## In use\n"
        yield "A network of 32 units learns twelve noisy points of a sine by heart.\n"
        yield from section()


def _train(callbacks: list[Any], lr: float = 0.03, epochs: int = _EPOCHS) -> nn.train.History:
    """The same training each time; a callback that needs the optimizer is made of it."""
    generator = np.random.default_rng(4)
    x = generator.uniform(-3.0, 3.0, (42, 1))
    y = np.sin(2 * x) + 0.5 * generator.standard_normal(x.shape)
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1)).to(np.float64)
    optimizer = nn.optim.Adam(model.parameters(), lr=lr)
    made = [each(optimizer) if callable(each) else each for each in callbacks]
    trainer = nn.train.Trainer(model, optimizer, nn.MSELoss(), callbacks=made, progress=False)
    data = nn.data.DataLoader(list(zip(x[:12], y[:12], strict=True)), batch_size=4)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of a loss that is NaN, which is meant here
        return trainer.fit(data, epochs, validation=[(x[12:], y[12:])])


def _losses(history: nn.train.History, title: str) -> str:
    epochs = np.array(history["epoch"], float)
    curves = [
        Curve("training loss", epochs, np.array(history["loss"])),
        Curve("validation loss", epochs, np.array(history["validation loss"]), "second"),
    ]
    return code_block(plot(curves, title, "epoch"), "{raw} html")


def _early_stopping() -> Iterator[str]:
    stopping = nn.train.EarlyStopping("validation loss", patience=10)
    history = _train([stopping])
    best = history.best("validation loss", larger=False)["epoch"]
    last = history["epoch"][-1]
    yield (
        f'`EarlyStopping("validation loss", patience=10)` ends {_EPOCHS} epochs after {last}: the '
        f"validation loss was least after epoch {best}, and its weights are put back.\n"
    )
    yield _losses(history, f"losses until training is stopped after epoch {last}")


def _schedule() -> Iterator[str]:
    rates: list[float] = []

    class Note(nn.train.Callback):
        def epoch_began(self, trainer: Any) -> None:
            rates.append(float(trainer.optimizer.param_groups[0]["lr"]))

    def halving(optimizer: Any) -> nn.train.Schedule:
        return nn.train.Schedule(nn.optim.lr_scheduler.StepLR(optimizer, 15, gamma=0.5))

    history = _train([halving, Note()])
    yield "`Schedule(StepLR(optimizer, 15, gamma=0.5))` halves the rate after every 15 epochs.\n"
    epochs = np.array(history["epoch"], float)
    curve = Curve("learning rate", epochs, np.array(rates))
    yield code_block(plot([curve], "the learning rate by epochs", "epoch"), "{raw} html")


def _stop_on_nan() -> Iterator[str]:
    class Spoil(nn.train.Callback):
        def epoch_began(self, trainer: Any) -> None:
            if trainer.epoch == 7:
                next(trainer.model.parameters()).data[0] = np.nan

    history = _train([Spoil(), nn.train.StopOnNaN()])
    yield "In epoch 8 a weight becomes NaN. The training ends, with the weights from before.\n"
    yield code_block(str(history), "{code-block} text")


def _csv_log() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "history.csv")
        _train([nn.train.CSVLog(path)], epochs=4)
        lines = path.read_text("utf-8")
    yield "`history.csv` after four epochs, but for the seconds:\n"
    rows = [line.split(",") for line in lines.splitlines()]
    kept = [i for i, name in enumerate(rows[0]) if "second" not in name]
    text = "\n".join(",".join(row[i] for i in kept) for row in rows)
    yield code_block(text, "{code-block} text")


def _checkpoint() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        _train([nn.train.Checkpoint(Path(folder, "training-{epoch}.npz"), every=2)], epochs=6)
        files = sorted(path.name for path in Path(folder).iterdir())
    yield '`Checkpoint("training-{epoch}.npz", every=2)` over six epochs writes:\n'
    yield code_block("\n".join(files), "{code-block} text")


def _flow_log() -> Iterator[str]:
    log = nn.train.FlowLog(every=6)
    _train([log])
    path = log.notes[0][1].layers[0].path
    steps = np.array([step for step, _ in log.notes], float)
    curves = [
        Curve(f"log₁₀ of the {kind} of {path}", steps, np.log10(log.over_time(path, kind)), colour)
        for kind, colour in (("gradient", "first"), ("update", "second"))
    ]
    yield "`FlowLog(every=6)`, by `log.over_time`: gradients fade while the points are learned.\n"
    yield code_block(plot(curves, "sizes of gradients and updates", "step"), "{raw} html")


CALLBACKS = {
    "CSVLog": _csv_log,
    "Checkpoint": _checkpoint,
    "EarlyStopping": _early_stopping,
    "FlowLog": _flow_log,
    "Schedule": _schedule,
    "StopOnNaN": _stop_on_nan,
}

# ---------------------------------------------------------------------- strategies

_DRAWS = 8
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "arrays": ((2, 3),),
    "axes": (3,),
    "axis_orders": (3,),
    "cotangents": ([np.zeros((2, 2)), np.zeros(3)],),
    "indices": ((3, 4),),
    "layouts": (np.arange(6.0).reshape(2, 3),),
    "matrices": ("positive definite",),
    "orders": (3,),
    "reshape_targets": ((2, 3, 4),),
}


def strategy_shown(strategy: Any) -> Iterator[str]:
    """Some of what a strategy draws, the same at every build."""
    name = strategy.__name__
    if isinstance(strategy, type) or vars(strategies).get(name) != strategy:
        return
    made = strategy(*_ARGUMENTS.get(name, ()))
    if not isinstance(made, SearchStrategy):
        return
    given_here = " ".join(", ".join(map(repr, _ARGUMENTS.get(name, ()))).split())
    drawn: list[str] = []

    @given(made)
    @settings(
        max_examples=60, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    def draw(example: Any) -> None:
        text = _written(example)
        if text not in drawn:
            drawn.append(text)

    draw()
    yield f"## What it draws\n\nSome of `strategies.{name}({given_here})`:\n"
    yield code_block(
        "\n".join(drawn[:: max(1, len(drawn) // _DRAWS)][:_DRAWS]), "{code-block} text"
    )


def _written(example: Any) -> str:
    if isinstance(example, np.ndarray) and not example.flags.c_contiguous:
        return f"the same with strides {example.strides}"
    with np.printoptions(precision=4, threshold=20):
        return repr(example)
