"""Schedules: resuming, changing groups, errors; the rates themselves are held to PyTorch's."""

import inspect

import pytest

from autograd import Tensor
from nn import optim
from nn.optim import lr_scheduler

SCHEDULES = {
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.9**epoch),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda epoch: 0.9),
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [1, 4]),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, total_iters=3),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.5),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, 6, 2.0),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, total_iters=6),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 5, 0.01),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 2),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, 3),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.1, 12),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, total_iters=3), lr_scheduler.ExponentialLR(o, 0.5)], [3]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o, total_iters=3), lr_scheduler.ExponentialLR(o, 0.5)]
    ),
}

# With a measure to react to; it has tests of its own.
REACTING = {"ReduceLROnPlateau"}


def test_every_schedule_is_tried():
    classes = {name for name in lr_scheduler.__all__ if inspect.isclass(vars(lr_scheduler)[name])}
    assert {*SCHEDULES, *REACTING} == classes - {"LRScheduler"}


def optimizer(name="SGD"):
    extra = {"momentum": 0.9} if name == "SGD" else {}
    return getattr(optim, name)([Tensor([1.0], requires_grad=True)], lr=0.1, **extra)


def rates(schedule, count):
    found = []
    for _ in range(count):
        found += schedule.get_last_lr()
        schedule.step()
    return found


@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_a_saved_schedule_goes_on_as_if_nothing_had_been(make):
    expected = rates(make(optimizer()), 9)
    first_optimizer = optimizer()
    first = make(first_optimizer)
    found = rates(first, 4)
    states = first_optimizer.state_dict(), first.state_dict()
    second_optimizer = optimizer()
    second = make(second_optimizer)
    second_optimizer.load_state_dict(states[0])
    second.load_state_dict(states[1])
    assert found + rates(second, 5) == expected


def test_a_schedule_can_start_after_some_epochs():
    trained = optimizer()
    with pytest.raises(KeyError, match="group 0 needs 'initial_lr'"):
        lr_scheduler.ExponentialLR(trained, 0.5, last_epoch=3)
    rates(lr_scheduler.ExponentialLR(trained, 0.5), 3)
    assert lr_scheduler.ExponentialLR(trained, 0.5, last_epoch=3).last_epoch == 4


def test_momentum_moves_against_the_rate():
    for name, read in (
        ("SGD", lambda group: group["momentum"]),
        ("Adam", lambda group: group["betas"][0]),
    ):
        trained = optimizer(name)
        schedule = lr_scheduler.OneCycleLR(trained, 1.0, total_steps=10)
        assert read(trained.param_groups[0]) == 0.95
        for _ in range(2):
            schedule.step()
        assert read(trained.param_groups[0]) == 0.85
        assert trained.param_groups[0]["lr"] == 1.0


def test_a_cycle_may_be_stepped_after_its_last_step():
    """As in the loop `for batch: optimizer.step(); schedule.step()`, whose last call comes late."""
    trained = optimizer()
    schedule = lr_scheduler.OneCycleLR(trained, 1.0, total_steps=10)
    found = rates(schedule, 10)
    assert schedule.get_last_lr() == [found[-1]]
    assert found[-1] == min(found)


def test_restarts_between_epochs():
    trained = optimizer()
    schedule = lr_scheduler.CosineAnnealingWarmRestarts(trained, 2)
    schedule.step(1.0)
    assert abs(trained.param_groups[0]["lr"] - 0.05) < 1e-15
    schedule.step(3.999)
    assert trained.param_groups[0]["lr"] < 1e-6
    schedule.step(4.0)
    assert trained.param_groups[0]["lr"] == 0.1


BAD = [
    (lambda: lr_scheduler.StepLR(optimizer(), 0), ValueError, "step_size must be at least 1"),
    (lambda: lr_scheduler.StepLR("SGD", 1), TypeError, "expected an optimizer, got str"),
    (lambda: lr_scheduler.ConstantLR(optimizer(), 2.0), ValueError, "factor must be .* got 2.0"),
    (lambda: lr_scheduler.LinearLR(optimizer(), 0.0), ValueError, "the first greater than 0"),
    (lambda: lr_scheduler.LambdaLR(optimizer(), [abs, abs]), ValueError, "2 values .* 1 groups"),
    (lambda: lr_scheduler.CyclicLR(optimizer(), 0, 1, mode="square"), ValueError, "got 'square'"),
    (
        lambda: lr_scheduler.CyclicLR(optim.Adagrad([Tensor([1.0])]), 0, 1),
        ValueError,
        "Adagrad has no momentum; pass cycle_momentum=False",
    ),
    (lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0), ValueError, "give total_steps, or both"),
    (lambda: rates(lr_scheduler.OneCycleLR(optimizer(), 1.0, 3), 4), ValueError, "cycle of 3"),
    (lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer(), 0), ValueError, "at least 1"),
    (lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), factor=1.0), ValueError, "less than 1"),
    (lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), "least"), ValueError, "got 'least'"),
    (lambda: lr_scheduler.ReduceLROnPlateau(optimizer()).step(), TypeError, "needs the measure"),
    (lambda: lr_scheduler.SequentialLR(optimizer(), [], []), ValueError, "0 schedules need"),
    (
        lambda: lr_scheduler.ChainedScheduler(
            [lr_scheduler.StepLR(optimizer(), 1), lr_scheduler.StepLR(optimizer(), 1)]
        ),
        ValueError,
        "a schedule is of another optimizer",
    ),
    (lambda: lr_scheduler.ChainedScheduler([]), ValueError, "there is no schedule"),
    (lambda: optim.swa_utils.SWALR(optimizer(), 0.1, anneal_strategy="up"), ValueError, "'up'"),
    (lambda: optim.swa_utils.get_ema_avg_fn(2.0), ValueError, "between 0 and 1, got 2.0"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_inputs(call, error, message):
    with pytest.raises(error, match=message):
        call()


EVERY = {**SCHEDULES, "ReduceLROnPlateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0)}


def step(schedule):
    schedule.step(*([1.0] if isinstance(schedule, lr_scheduler.ReduceLROnPlateau) else []))


@pytest.mark.parametrize("name", EVERY)
def test_a_group_that_came_later_is_refused_before_anything_changes(name):
    trained = optimizer()
    schedule = EVERY[name](trained)
    for _ in range(2):
        step(schedule)
    trained.add_param_group({"params": [Tensor([2.0], requires_grad=True)], "lr": 0.7})
    groups, state = repr(trained.param_groups), repr(schedule.state_dict())
    with pytest.raises(ValueError, match=r"made for 1 groups .* has 2 now; make the schedule aga"):
        step(schedule)
    assert (repr(trained.param_groups), repr(schedule.state_dict())) == (groups, state)


@pytest.mark.parametrize("name", EVERY)
def test_a_step_before_the_optimizers_first_says_so(name):
    trained = optimizer()
    (x,) = trained.param_groups[0]["params"]
    schedule = EVERY[name](trained)
    (x * x).sum().backward()
    with pytest.warns(UserWarning, match="before the first optimizer.step.*call optimizer.step"):
        step(schedule)
    step(schedule)  # and says it once
    trained.step()


@pytest.mark.parametrize("name", EVERY)
def test_in_the_right_order_nothing_is_said(name):
    trained = optimizer()
    (x,) = trained.param_groups[0]["params"]
    schedule = EVERY[name](trained)
    for _ in range(3):
        (x * x).sum().backward()
        trained.step()
        step(schedule)
    resumed = optimizer()
    resumed.load_state_dict(trained.state_dict())
    (y,) = resumed.param_groups[0]["params"]
    (y * y).sum().backward()
    step(EVERY[name](resumed))


def test_a_schedule_made_again_goes_on_with_the_new_group():
    trained = optimizer()
    rates(lr_scheduler.ExponentialLR(trained, 0.5), 3)
    trained.add_param_group({"params": [Tensor([2.0], requires_grad=True)], "lr": 0.8})
    trained.param_groups[1]["initial_lr"] = 0.8
    schedule = lr_scheduler.ExponentialLR(trained, 0.5, last_epoch=3)
    schedule.step()
    assert schedule.last_epoch == 5
    assert len(schedule.get_last_lr()) == 2


class TestAStepBeforeTheOptimizers:
    def made(self):
        parameter = Tensor([1.0], requires_grad=True)
        optimizer = optim.SGD([parameter], lr=0.1)
        return parameter, optimizer, optim.lr_scheduler.StepLR(optimizer, 1)

    def test_it_is_said_when_the_optimizer_steps(self):
        """The loop that steps the schedule first in every epoch."""
        parameter, optimizer, schedule = self.made()
        schedule.step()
        (parameter * 2).sum().backward()
        with pytest.warns(UserWarning, match="StepLR.step.. came before the first optimizer.step"):
            optimizer.step()
        optimizer.step()  # once

    def test_rates_may_be_looked_at(self):
        _, optimizer, schedule = self.made()
        for _ in range(5):
            schedule.step()
        assert optimizer.param_groups[0]["lr"] < 1e-5

    def test_the_right_order_is_quiet(self):
        parameter, optimizer, schedule = self.made()
        for _ in range(3):
            optimizer.zero_grad()
            (parameter * 2).sum().backward()
            optimizer.step()
            schedule.step()

    def test_lbfgs_says_it_too(self):
        parameter = Tensor([1.0], requires_grad=True)
        optimizer = optim.LBFGS([parameter])
        optim.lr_scheduler.StepLR(optimizer, 1).step()

        def closure():
            optimizer.zero_grad()
            loss = (parameter * parameter).sum()
            loss.backward()
            return loss

        with pytest.warns(UserWarning, match="came before the first optimizer.step"):
            optimizer.step(closure)
