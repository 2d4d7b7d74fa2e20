"""Search for hyper-parameters: every combination, or random ones; both can be resumed."""

from __future__ import annotations

import itertools
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nn.atomic import replacing
from nn.reading import UnreadableError, opened
from nn.train.history import table

__all__ = ["Search", "grid_search", "integers", "log_uniform", "random_search", "uniform"]

Draw = Callable[[np.random.Generator], Any]
Settings = dict[str, Any]


class Search:
    """The trials of a search, the best one first when printed.

    Attributes:
        trials: One dict per trial: its settings under "settings", what it measured under
            "result".

    >>> found = grid_search(lambda lr: {"accuracy": 1 - lr}, {"lr": [0.1, 0.2]})
    >>> found.best
    {'lr': 0.1}
    >>> print(found)
    lr   accuracy
    0.1  0.9
    0.2  0.8
    """

    def __init__(self, measure: str | None, larger: bool) -> None:
        self.measure = measure
        self.larger = larger
        self.trials: list[dict[str, Any]] = []

    @property
    def best(self) -> Settings:
        """The settings of the best trial; of equals the first."""
        if not self.trials:
            raise ValueError("Search: there is no trial yet")
        settings: Settings = self._ranked()[0]["settings"]
        return settings

    def _ranked(self) -> list[dict[str, Any]]:
        def worth(trial: dict[str, Any]) -> float:
            value = float(trial["result"][self.measure or next(iter(trial["result"]))])
            if math.isnan(value):
                return math.inf
            return -value if self.larger else value

        return sorted(self.trials, key=worth)

    def __str__(self) -> str:
        names = list(dict.fromkeys(name for t in self.trials for name in t["settings"]))
        measures = list(dict.fromkeys(name for t in self.trials for name in t["result"]))
        rows = [
            [t["settings"].get(name) for name in names] + [t["result"].get(m) for m in measures]
            for t in self._ranked()
        ]
        return table([*names, *measures], rows)


def grid_search(
    train: Callable[..., Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    measure: str | None = None,
    larger: bool = True,
    path: str | os.PathLike[str] | None = None,
) -> Search:
    """Try every combination of settings.

    Args:
        train: Called with one setting of each name; returns a number, or a dict of them.
        grid: The settings to try, by name.
        measure: The number to compare, the first one if not given.
        larger: Whether larger is better.
        path: A JSON file that is written after every trial. Trials that it holds are not run
            again, so a search that was interrupted goes on.

    Raises:
        ValueError: If there is nothing to try, or the file is of something else.
        TypeError: If `train` returns no number.

    >>> grid_search(lambda a, b: a * b, {"a": [1, 2], "b": [3, -1]}).best
    {'a': 2, 'b': 3}
    """
    if not grid or not all(len(values) for values in grid.values()):
        raise ValueError("grid_search: there must be at least one name, with at least one value")
    combinations = itertools.product(*grid.values())
    trials = (dict(zip(grid, values, strict=True)) for values in combinations)
    return _run("grid_search", train, trials, Search(measure, larger), path)


def random_search(
    train: Callable[..., Any],
    space: Mapping[str, Draw | Sequence[Any]],
    trials: int,
    *,
    seed: int,
    measure: str | None = None,
    larger: bool = True,
    path: str | os.PathLike[str] | None = None,
) -> Search:
    """Try settings drawn at random.

    Args:
        train: Called with one setting of each name; returns a number, or a dict of them.
        space: By name `uniform`, `log_uniform`, `integers`, or a list to choose from.
        trials: How many to run. Trial i draws the same whatever the number of trials is.
        seed: The same seed gives the same trials.
        measure: The number to compare, the first one if not given.
        larger: Whether larger is better.
        path: As in `grid_search`.

    Raises:
        ValueError: If there is nothing to try, or the file is of something else.
        TypeError: If `train` returns no number.

    >>> found = random_search(
    ...     lambda lr, units: -abs(lr - 0.01), {"lr": log_uniform(1e-4, 1), "units": [8, 16]},
    ...     trials=50, seed=0,
    ... )
    >>> 0.003 < found.best["lr"] < 0.03
    True
    """
    if trials < 1 or not space:
        raise ValueError("random_search: there must be at least one trial and one name")

    def drawn() -> Iterator[Settings]:
        for number in range(trials):
            generator = np.random.default_rng([seed, number])
            yield {name: _draw(choices, generator) for name, choices in space.items()}

    return _run("random_search", train, drawn(), Search(measure, larger), path)


def uniform(low: float, high: float) -> Draw:
    """Numbers from low to high, all equally likely.

    >>> 2 <= uniform(2, 3)(np.random.default_rng(0)) < 3
    True
    """
    _ordered("uniform", low, high)
    return lambda generator: float(generator.uniform(low, high))


def log_uniform(low: float, high: float) -> Draw:
    """Numbers from low to high whose logarithms are equally likely, for learning rates.

    >>> 1e-4 <= log_uniform(1e-4, 1)(np.random.default_rng(0)) < 1
    True
    """
    if not low > 0:
        raise ValueError(f"log_uniform: low must be above 0, got {low}")
    _ordered("log_uniform", low, high)
    return lambda generator: float(np.exp(generator.uniform(np.log(low), np.log(high))))


def integers(low: int, high: int) -> Draw:
    """Whole numbers from low up to high, high included.

    >>> integers(5, 5)(np.random.default_rng(0))
    5
    """
    _ordered("integers", low, high)
    return lambda generator: int(generator.integers(low, high, endpoint=True))


def _ordered(caller: str, low: float, high: float) -> None:
    if not low <= high:
        raise ValueError(f"{caller}: low must not be above high, got {low} and {high}")


def _draw(choices: Draw | Sequence[Any], generator: np.random.Generator) -> Any:
    if callable(choices):
        return choices(generator)
    return choices[int(generator.integers(len(choices)))]


def _run(
    caller: str,
    train: Callable[..., Any],
    trials: Iterable[Settings],
    search: Search,
    path: str | os.PathLike[str] | None,
) -> Search:
    done = _read(caller, path)
    for settings in trials:
        known = done.get(_key(settings))
        if known is not None:  # a file holds only texts of what JSON lacks, such as classes
            known = {**known, "settings": settings}
        else:
            known = {"settings": settings, "result": _measured(caller, train(**settings))}
            done[_key(settings)] = known
            if path is not None:
                with replacing(path) as temporary:
                    text = json.dumps(list(done.values()), indent=1, default=repr)
                    temporary.write_text(text, "utf-8")
        if search.measure is not None and search.measure not in known["result"]:
            raise ValueError(
                f"{caller}: the result has no {search.measure!r}, it has "
                f"{', '.join(known['result'])}"
            )
        search.trials.append(known)
    return search


def _measured(caller: str, result: Any) -> dict[str, float]:
    named = result if isinstance(result, Mapping) else {"result": result}
    try:
        return {str(name): float(value) for name, value in named.items()}
    except (TypeError, ValueError):
        raise TypeError(
            f"{caller}: train must return a number or a dict of numbers, got {result!r:.80}"
        ) from None


def _key(settings: Settings) -> str:
    # repr keeps 1, 1.0, True and "1" apart, and works for functions and classes too.
    return json.dumps(settings, sort_keys=True, default=repr)


def _read(caller: str, path: str | os.PathLike[str] | None) -> dict[str, dict[str, Any]]:
    if path is None or not Path(path).exists():
        return {}
    with opened(caller, path, "file of trials") as file:
        try:
            trials = json.loads(file.read().decode())
            return {_key(each["settings"]): dict(each, result=each["result"]) for each in trials}
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UnreadableError(f"holds no trials ({error!r}); give another path") from error
