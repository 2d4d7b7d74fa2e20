"""Schedules beside PyTorch's for 60 steps: alone, every pair in a chain and in a row, resumed."""

import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch")

KINDS = {
    "LambdaLR": lambda library, o: library.LambdaLR(o, lambda epoch: 0.9**epoch),
    "MultiplicativeLR": lambda library, o: library.MultiplicativeLR(o, lambda epoch: 0.95),
    "StepLR": lambda library, o: library.StepLR(o, 7, 0.5),
    "MultiStepLR": lambda library, o: library.MultiStepLR(o, [2, 5, 5, 9, 30], 0.5),
    "ConstantLR": lambda library, o: library.ConstantLR(o, 0.3, 4),
    "LinearLR": lambda library, o: library.LinearLR(o, 0.2, 0.8, 6),
    "LinearLR to 0": lambda library, o: library.LinearLR(o, 1.0, 0.0, 12),
    "ExponentialLR": lambda library, o: library.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda library, o: library.PolynomialLR(o, 8, 2.0),
    "CosineAnnealingLR": lambda library, o: library.CosineAnnealingLR(o, 7, 0.001),
    "CosineAnnealingLR to 0": lambda library, o: library.CosineAnnealingLR(o, 5),
    "CosineAnnealingWarmRestarts": (
        lambda library, o: library.CosineAnnealingWarmRestarts(o, 3, 2, 0.001)
    ),
    "CyclicLR": lambda library, o: library.CyclicLR(o, 0.01, 0.5, 4, 3),
    "OneCycleLR": lambda library, o: library.OneCycleLR(o, 0.5, 70),
}

# Where we differ, as the docstrings say. PyTorch's CyclicLR begins at the first rate of a schedule
# that was made before it, and its SequentialLR at that of a OneCycleLR that comes later.
CHAINS_THAT_DIFFER = {(first, "CyclicLR") for first in KINDS} - {("CyclicLR", "CyclicLR")}
ROWS_THAT_DIFFER = {(first, "OneCycleLR") for first in KINDS} - {
    (first, "OneCycleLR")
    for first in ("LambdaLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR")
}


def single(kind):
    return KINDS[kind]


def chain(first, second):
    def make(library, o):
        return library.ChainedScheduler([KINDS[first](library, o), KINDS[second](library, o)])

    return make


def row(first, second):
    def make(library, o):
        return library.SequentialLR(o, [KINDS[first](library, o), KINDS[second](library, o)], [9])

    return make


def optimizers():
    ours = [Tensor(np.ones(2), requires_grad=True) for _ in range(2)]
    theirs = [torch.ones(2, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    return [
        library.SGD([{"params": p[:1]}, {"params": p[1:], "lr": 0.02}], lr=0.1, momentum=0.9)
        for library, p in ((nn.optim, ours), (torch.optim, theirs))
    ]


def rates(pair):
    return [[group["lr"] for group in optimizer.param_groups] for optimizer in pair]


def difference(make, what):
    """The first step at which the rates differ; None if they never do."""
    pair = optimizers()
    libraries = nn.optim.lr_scheduler, torch.optim.lr_scheduler
    schedules = [make(*each) for each in zip(libraries, pair, strict=True)]
    for step in range(60):
        ours, theirs = rates(pair)
        if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-15):
            return step
        pair[1].step()
        if what == "a rate changed by hand" and step == 20:
            for optimizer in pair:
                optimizer.param_groups[0]["lr"] = 0.07
        if what == "resumed" and step == 23:
            states = [
                (o.state_dict(), s.state_dict()) for o, s in zip(pair, schedules, strict=True)
            ]
            pair = optimizers()
            schedules = [make(*each) for each in zip(libraries, pair, strict=True)]
            for optimizer, schedule, state in zip(pair, schedules, states, strict=True):
                optimizer.load_state_dict(state[0])
                schedule.load_state_dict(state[1])
            pair[1].step()
        for schedule in schedules:
            schedule.step()
    return None


WAYS = ("to the end", "a rate changed by hand", "resumed")


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("what", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_alone(kind, what):
    assert difference(single(kind), what) is None


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("what", WAYS)
@pytest.mark.parametrize("first", KINDS)
def test_at_once(first, what):
    for second in KINDS:
        expected = 0 if (first, second) in CHAINS_THAT_DIFFER else None
        assert difference(chain(first, second), what) == expected, second


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("what", WAYS)
@pytest.mark.parametrize("first", KINDS)
def test_in_a_row(first, what):
    for second in KINDS:
        expected = 0 if (first, second) in ROWS_THAT_DIFFER else None
        assert difference(row(first, second), what) == expected, second


@pytest.mark.parametrize("total", [2, 3, 10, 31])
def test_past_the_end_of_one_cycle(total):
    pair = optimizers()
    schedules = [
        library.lr_scheduler.OneCycleLR(each, 0.5, total)
        for library, each in zip((nn.optim, torch.optim), pair, strict=True)
    ]
    for _ in range(total - 1):
        ours, theirs = rates(pair)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
        pair[1].step()
        for schedule in schedules:
            schedule.step()
    last = rates(pair)[0]
    schedules[0].step()  # the last call of a loop over all steps
    assert rates(pair)[0] == last, "PyTorch's rate rises again here"
    with pytest.raises(ValueError, match=f"step {total + 1} of a cycle of {total} steps"):
        schedules[0].step()


def test_every_schedule_is_in_the_table():
    base, alone = nn.optim.lr_scheduler.LRScheduler, {"ReduceLROnPlateau"}
    combined = {"SequentialLR", "ChainedScheduler"}
    classes = {
        name
        for name, value in vars(nn.optim.lr_scheduler).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    assert {name.split()[0] for name in KINDS} == classes - alone - combined
