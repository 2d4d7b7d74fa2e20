"""Every optimizer with every argument: alone, and with each other one."""

import inspect
from itertools import combinations
from typing import Any

from nn import optim

# Another value than the default for every argument there is.
OTHERS: dict[str, Any] = {
    "lr": 0.03,
    "momentum": 0.8,
    "dampening": 0.2,
    "weight_decay": 0.1,
    "nesterov": True,
    "maximize": True,
    "rho": 0.7,
    "eps": 1e-3,
    "lr_decay": 0.1,
    "initial_accumulator_value": 0.3,
    "betas": (0.7, 0.9),
    "amsgrad": True,
    "decoupled_weight_decay": True,
    "momentum_decay": 0.1,
    "alpha": 0.8,
    "centered": True,
    "etas": (0.6, 1.4),
    "step_sizes": (1e-3, 0.05),
    "lambd": 0.1,
    "t0": 3,
    "beta2_decay": -0.5,
    "d": 2.0,
    "Adafactor.eps": (1e-3, 0.1),
}

# These have tests of their own: one minimises along lines, the other is for matrices.
APART = (optim.LBFGS, optim.Muon)

KINDS = {
    name: kind
    for name, kind in ((name, getattr(optim, name)) for name in optim.__all__)
    if inspect.isclass(kind) and kind not in (optim.Optimizer, *APART)
}


def settings_of(name: str) -> list[dict[str, Any]]:
    """The settings to try: the defaults, one argument, two of them, and all that go together."""
    arguments = list(inspect.signature(KINDS[name]).parameters)[1:]
    # It fails where a new argument has no value to be tried with.
    others = {each: OTHERS.get(f"{name}.{each}", OTHERS.get(each)) for each in arguments}
    assert None not in others.values(), others
    chosen = [dict(pair) for count in (0, 1, 2) for pair in combinations(others.items(), count)]
    without = "nesterov" if "dampening" in others else None  # which exclude one another
    chosen.append({key: value for key, value in others.items() if key != without})
    chosen = [
        {"momentum": 0.8, **each} if each.get("nesterov") else each
        for each in chosen
        if not {"nesterov", "dampening"} <= set(each)
    ]
    return [each for n, each in enumerate(chosen) if each not in chosen[:n]]


CASES = [(name, settings) for name in KINDS for settings in settings_of(name)]
