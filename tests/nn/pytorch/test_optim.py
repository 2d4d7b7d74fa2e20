"""Optimizers and schedules against PyTorch's: the same gradients give the same parameters."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.nn.optim.settings import CASES  # noqa: E402


@pytest.fixture(autouse=True)
def _float64():
    """PyTorch keeps some numbers of its states, such as NAdam's product, in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def _parameters(shapes=((3, 2), (4,), ())):
    rng = np.random.default_rng(0)
    values = [rng.standard_normal(shape) for shape in shapes]
    ours = [Tensor(value, requires_grad=True) for value in values]
    theirs = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in values]
    return ours, theirs


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_the_same_gradients_give_the_same_parameters(name, settings):
    ours, theirs = _parameters()
    optimizer = getattr(nn.optim, name)(ours, **settings)
    reference = getattr(torch.optim, name)(theirs, **settings)
    rng = np.random.default_rng(1)
    for step in range(20):
        for position, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            if step == 7 and position == 1:  # a parameter that was not used
                a.grad = b.grad = None
                continue
            gradient = rng.standard_normal(a.shape) * 10.0 ** rng.integers(-3, 2)
            a.grad, b.grad = Tensor(gradient), torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        reference.step()
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-12, atol=1e-12)
    expected = reference.state_dict()
    state = optimizer.state_dict()
    assert [group["params"] for group in state["param_groups"]] == [
        group["params"] for group in expected["param_groups"]
    ]
    for number, entries in expected["state"].items():
        assert set(entries) - set(state["state"][number]) <= {"step", "momentum_buffer"}
        for key, value in entries.items():
            if value is not None and key in state["state"][number]:
                np.testing.assert_allclose(
                    state["state"][number][key], np.asarray(value), rtol=1e-12, atol=1e-12
                )


def test_groups_have_their_own_settings():
    ours, theirs = _parameters()
    groups = [{"params": ours[:1], "lr": 0.5}, {"params": ours[1:], "momentum": 0.9}]
    their_groups = [{"params": theirs[:1], "lr": 0.5}, {"params": theirs[1:], "momentum": 0.9}]
    optimizer = nn.optim.SGD(groups, lr=0.1)
    reference = torch.optim.SGD(their_groups, lr=0.1)
    for _ in range(3):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = Tensor(np.cos(a.data))
            b.grad = torch.cos(b.detach())
        optimizer.step()
        reference.step()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-13)


def _rosenbrock(x):
    return ((1 - x[:-1]) ** 2).sum() + 100 * ((x[1:] - x[:-1] ** 2) ** 2).sum()


@pytest.mark.parametrize(
    "settings",
    [
        {"line_search_fn": "strong_wolfe"},
        {"line_search_fn": "strong_wolfe", "history_size": 3, "max_iter": 5, "lr": 0.5},
        {"lr": 0.001, "max_iter": 4},
        {"line_search_fn": "strong_wolfe", "max_eval": 25},
        {"line_search_fn": "strong_wolfe", "tolerance_grad": 20.0},
        {"line_search_fn": "strong_wolfe", "tolerance_change": 0.3},
    ],
)
def test_lbfgs_walks_the_same_way(settings):
    start = np.array([-1.2, 1.0, 0.5, 2.0])
    ours = Tensor(start, requires_grad=True)
    theirs = torch.tensor(start, requires_grad=True)
    optimizer = nn.optim.LBFGS([ours], **settings)
    reference = torch.optim.LBFGS([theirs], **settings)

    def closure():
        optimizer.zero_grad()
        loss = _rosenbrock(ours)
        loss.backward()
        return loss

    def their_closure():
        reference.zero_grad()
        loss = _rosenbrock(theirs)
        loss.backward()
        return loss

    for _ in range(4):
        loss, expected = optimizer.step(closure), reference.step(their_closure)
        np.testing.assert_allclose(float(loss), float(expected.detach()), rtol=1e-7)
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-7)
    evaluations = optimizer.state[ours]["func_evals"]
    assert evaluations == reference.state[theirs]["func_evals"]


SCHEDULES = [
    ("LambdaLR", [lambda epoch: 0.9**epoch], {}),
    ("LambdaLR", [[lambda epoch: 0.9**epoch, lambda epoch: 1 / (1 + epoch)]], {}),
    ("MultiplicativeLR", [lambda epoch: 0.9], {}),
    ("StepLR", [3], {}),
    ("MultiStepLR", [[2, 5, 5, 9]], {"gamma": 0.5}),
    ("ConstantLR", [], {"factor": 0.3, "total_iters": 4}),
    ("LinearLR", [], {"start_factor": 0.2, "end_factor": 0.8, "total_iters": 6}),
    ("ExponentialLR", [0.8], {}),
    ("PolynomialLR", [], {"total_iters": 8, "power": 2.0}),
    ("CosineAnnealingLR", [5], {"eta_min": 0.01}),
    ("CosineAnnealingLR", [40], {}),
    ("CosineAnnealingWarmRestarts", [3], {"T_mult": 2, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", [4], {}),
    ("CyclicLR", [0.01, 0.5], {"step_size_up": 4, "step_size_down": 3}),
    ("CyclicLR", [0.01, [0.5, 0.3]], {"step_size_up": 4, "mode": "triangular2"}),
    ("CyclicLR", [0.01, 0.5], {"step_size_up": 2, "mode": "exp_range", "gamma": 0.9}),
    ("CyclicLR", [0.01, 0.5],
     {"step_size_up": 3, "scale_fn": lambda x: 1 / (5 ** (x * 1e-1)), "scale_mode": "iterations"}),
    ("OneCycleLR", [0.5], {"total_steps": 30}),
    ("OneCycleLR", [[0.5, 0.2]],
     {"epochs": 5, "steps_per_epoch": 6, "anneal_strategy": "linear", "three_phase": True}),
]  # fmt: skip


def _optimizers(name="SGD", **settings):
    ours, theirs = _parameters(((2,), (2,)))
    groups = [{"params": ours[:1]}, {"params": ours[1:], "lr": 0.02}]
    their_groups = [{"params": theirs[:1]}, {"params": theirs[1:], "lr": 0.02}]
    return (
        getattr(nn.optim, name)(groups, lr=0.1, **settings),
        getattr(torch.optim, name)(their_groups, lr=0.1, **settings),
    )


def _assert_same_rates(optimizer, reference, epoch):
    for ours, theirs in zip(optimizer.param_groups, reference.param_groups, strict=True):
        for key in ("lr", "momentum", "betas"):
            if key in ours:
                np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-12, atol=1e-15,
                                           err_msg=f"{key} in epoch {epoch}")  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize(("name", "arguments", "settings"), SCHEDULES)
@pytest.mark.parametrize("algorithm", ["SGD", "Adam"])
def test_schedule(name, arguments, settings, algorithm):
    extra = {"momentum": 0.9} if algorithm == "SGD" else {}
    optimizer, reference = _optimizers(algorithm, **extra)
    ours = getattr(nn.optim.lr_scheduler, name)(optimizer, *arguments, **settings)
    theirs = getattr(torch.optim.lr_scheduler, name)(reference, *arguments, **settings)
    for epoch in range(29):
        _assert_same_rates(optimizer, reference, epoch)
        np.testing.assert_allclose(ours.get_last_lr(), theirs.get_last_lr(), rtol=1e-12)
        reference.step()
        ours.step()
        theirs.step()


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 1},
        {"mode": "max", "patience": 0, "cooldown": 2, "threshold_mode": "abs", "threshold": 0.1},
        {"patience": 0, "min_lr": [0.01, 0.02], "factor": 0.3, "eps": 1e-3},
    ],
)
def test_plateau(settings):
    optimizer, reference = _optimizers()
    ours = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(reference, **settings)
    rng = np.random.default_rng(0)
    for epoch, measure in enumerate(np.round(rng.standard_normal(40), 1)):
        ours.step(measure)
        theirs.step(measure)
        _assert_same_rates(optimizer, reference, epoch)


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
def test_schedules_in_a_row_and_at_once():
    for combine in (_sequence, _chain):
        optimizer, reference = _optimizers()
        ours = combine(nn.optim.lr_scheduler, optimizer)
        theirs = combine(torch.optim.lr_scheduler, reference)
        for epoch in range(20):
            _assert_same_rates(optimizer, reference, epoch)
            reference.step()
            ours.step()
            theirs.step()


def _sequence(library, optimizer):
    return library.SequentialLR(
        optimizer,
        [
            library.LinearLR(optimizer, 0.1, total_iters=4),
            library.CosineAnnealingLR(optimizer, 6),
            library.ExponentialLR(optimizer, 0.9),
        ],
        [4, 10],
    )


def _chain(library, optimizer):
    return library.ChainedScheduler(
        [
            library.ConstantLR(optimizer, 0.5, total_iters=3),
            library.StepLR(optimizer, 4, 0.3),
            library.ExponentialLR(optimizer, 0.9),
        ]
    )


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_swalr(strategy):
    optimizer, reference = _optimizers()
    ours = nn.optim.swa_utils.SWALR(optimizer, 0.5, 4, strategy)
    theirs = torch.optim.swa_utils.SWALR(reference, 0.5, 4, strategy)
    for epoch in range(8):
        _assert_same_rates(optimizer, reference, epoch)
        reference.step()
        ours.step()
        theirs.step()


def test_averaged_models():
    for average in ("swa", "ema"):
        ours, theirs = nn.Linear(2, 3).double(), torch.nn.Linear(2, 3).double()
        ours_fn = getattr(nn.optim.swa_utils, f"get_{average}_avg_fn")()
        theirs_fn = getattr(torch.optim.swa_utils, f"get_{average}_avg_fn")()
        averaged = nn.optim.swa_utils.AveragedModel(ours, ours_fn)
        expected = torch.optim.swa_utils.AveragedModel(theirs, avg_fn=theirs_fn)
        rng = np.random.default_rng(0)
        for _ in range(4):
            weight = rng.standard_normal((3, 2))
            ours.weight.data = weight
            theirs.weight.data = torch.from_numpy(weight)
            averaged.update_parameters(ours)
            expected.update_parameters(theirs)
        np.testing.assert_allclose(
            averaged.module.weight.data, expected.module.weight.detach().numpy(), rtol=1e-12
        )
        assert averaged.n_averaged.item() == expected.n_averaged.item() == 4


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"nesterov": False, "momentum": 0.5}, {"weight_decay": 0.0, "lr": 0.1},
        {"adjust_lr_fn": "match_rms_adamw"}, {"adjust_lr_fn": "spectral_unclamped"},
        {"ns_steps": 3, "ns_coefficients": (3.0, -4.0, 2.0), "eps": 1e-3},
    ],
)  # fmt: skip
def test_muon_is_the_same_but_for_bfloat16(settings, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    ours, theirs = _parameters(((3, 5), (4, 2), (3, 3)))
    optimizer, reference = nn.optim.Muon(ours, **settings), torch.optim.Muon(theirs, **settings)
    rng = np.random.default_rng(1)
    for _ in range(10):
        for a, b in zip(ours, theirs, strict=True):
            gradient = rng.standard_normal(a.shape)
            a.grad, b.grad = Tensor(gradient), torch.tensor(gradient)
        optimizer.step()
        reference.step()
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-12, atol=1e-12)


EVERY = ["Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "ASGD", "LBFGS", "NAdam",
         "RAdam", "RMSprop", "Rprop", "SGD"]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_a_state_of_theirs_is_continued(name):
    settings = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
    settings = {"max_iter": 3, "line_search_fn": "strong_wolfe"} if name == "LBFGS" else settings
    shapes = ((3, 2), (4,), ())
    _, theirs = _parameters(shapes)
    reference = getattr(torch.optim, name)(theirs, **settings)

    def step(optimizer, parameters, like):
        def closure():
            optimizer.zero_grad()
            loss = sum(((p - 1) ** 2).sum() * (i + 1) for i, p in enumerate(parameters))
            loss.backward()
            return loss

        optimizer.step(closure)

    for _ in range(3):
        step(reference, theirs, torch)
    ours = [Tensor(each.detach().numpy(), requires_grad=True) for each in theirs]
    optimizer = getattr(nn.optim, name)(ours, lr=0.5)
    optimizer.load_state_dict(reference.state_dict())
    optimizer.load_state_dict(optimizer.state_dict())
    assert optimizer.param_groups[0]["lr"] == reference.param_groups[0]["lr"]
    for _ in range(3):
        step(optimizer, ours, np)
        step(reference, theirs, torch)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_weights_of_theirs_load_also_as_parameters():
    layer, theirs = nn.Linear(2, 3), torch.nn.Linear(2, 3, dtype=torch.float32)
    layer.load_state_dict(dict(theirs.named_parameters()))
    np.testing.assert_array_equal(layer.weight.data, theirs.weight.detach().numpy())
    with pytest.raises(TypeError, match=r"weight is a torch.*does not become an array"):
        layer.load_state_dict({"weight": theirs.weight.detach().bfloat16(), "bias": np.zeros(3)})
