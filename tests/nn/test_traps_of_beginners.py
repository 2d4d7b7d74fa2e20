"""Mistakes that are easily made: those that run are warned of, those that fail name the cure."""

import inspect
import warnings

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from nn.optim import lr_scheduler

SCORES = Tensor([[2.0, -1.0, 0.5], [0.0, 1.0, -2.0]], requires_grad=True)
LABELS = np.array([0, 2])
SHARES = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])


def softmax():
    return autograd.softmax(SCORES, axis=1)


TRAPS = {
    "softmax into cross_entropy": (
        lambda: F.cross_entropy(softmax(), LABELS), r"cross_entropy: .* output of softmax",
    ),
    "Softmax into CrossEntropyLoss": (
        lambda: nn.CrossEntropyLoss()(nn.Softmax(1)(SCORES), LABELS), "output of softmax",
    ),
    "softmax into cross_entropy of shares": (
        lambda: F.cross_entropy(softmax(), SHARES), "output of softmax",
    ),
    "sigmoid into cross_entropy": (
        lambda: F.cross_entropy(autograd.sigmoid(SCORES), LABELS), "output of sigmoid",
    ),
    "a model that ends with Softmax": (
        lambda: nn.CrossEntropyLoss()(
            nn.Sequential(nn.Linear(3, 3).double(), nn.Softmax(1))(SCORES), LABELS
        ),
        "output of softmax",
    ),
    "sigmoid into the logits form": (
        lambda: F.binary_cross_entropy_with_logits(autograd.sigmoid(SCORES), SHARES),
        r"output of sigmoid.*or use binary_cross_entropy",
    ),
    "Sigmoid into BCEWithLogitsLoss": (
        lambda: nn.BCEWithLogitsLoss()(nn.Sigmoid()(SCORES), SHARES), "output of sigmoid",
    ),
    "scores into nll_loss": (lambda: F.nll_loss(SCORES, LABELS), "nll_loss: the input is above 0"),
    "probabilities into nll_loss": (
        lambda: F.nll_loss(softmax(), LABELS), "nll_loss: the input is the output of softmax",
    ),
    "targets of -1 and 1": (
        lambda: F.binary_cross_entropy_with_logits(SCORES, np.sign(SCORES.data)),
        r"targets are between -1 and 1.*soft_margin_loss",
    ),
    "targets of several classes": (
        lambda: nn.BCELoss()(softmax(), np.array([[0, 1, 2], [2, 0, 1]])), "between 0 and 2",
    ),
    "pixels up to 255": (
        lambda: nn.BCEWithLogitsLoss()(SCORES, SHARES * 255), "between 0 and 255",
    ),
    "a single class": (
        lambda: F.cross_entropy(Tensor([[2.0], [1.0]], requires_grad=True), [0, 0]),
        "a single class, so the loss is 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TRAPS)
def test_what_runs_is_warned_of_at_the_users_line(kind):
    call, message = TRAPS[kind]
    with pytest.warns(nn.TrapWarning, match=message) as caught:
        call()
    assert {each.filename for each in caught} == {__file__}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=nn.TrapWarning)
        call()


FINE = {
    "logits": lambda: F.cross_entropy(SCORES, LABELS),
    "logarithms": lambda: F.nll_loss(F.log_softmax(SCORES, 1), LABELS),
    "logarithms of probabilities": lambda: F.nll_loss(autograd.log(softmax()), LABELS),
    "log_softmax into cross_entropy": lambda: F.cross_entropy(F.log_softmax(SCORES, 1), LABELS),
    "softmax somewhere before": lambda: F.cross_entropy(softmax() @ np.eye(3), LABELS),
    "probabilities into BCE": lambda: F.binary_cross_entropy(autograd.sigmoid(SCORES), SHARES),
    "targets of 0 and 1": lambda: F.binary_cross_entropy_with_logits(SCORES, SCORES.data > 0),
    "no examples": lambda: F.binary_cross_entropy_with_logits(
        Tensor(np.zeros((0, 3))), np.zeros((0, 3)), reduction="sum"
    ),
    "MSE of probabilities": lambda: F.mse_loss(softmax(), SHARES),
    "arrays": lambda: F.cross_entropy(SCORES.data, LABELS),
}


@pytest.mark.parametrize("kind", FINE)
def test_what_is_right_is_not(kind):
    FINE[kind]()


# ---------------------------------------------------------------------- errors

LAYER = nn.Linear(3, 2)
DATA = np.ones((2, 3), np.float32)


def sgd(*args, **settings):
    return nn.optim.SGD(*(args or (LAYER.parameters(),)), **settings)


SETTINGS = "where its settings are expected; make the layer first, layer = nn."
ERRORS = {
    "an LSTM's tuple": (
        lambda: nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2))(np.ones((5, 2, 3), np.float32)),
        TypeError, r"a tuple of 2 in module model.1 .*output, state = lstm\(x\)",
    ),
    "parameters without brackets": (
        lambda: sgd(LAYER.parameters), TypeError, r"method parameters itself; call it, model.par",
    ),
    "an optimizer's module": (
        lambda: nn.optim.adam(LAYER.parameters()),
        TypeError, r"nn.optim.adam is a module; the class is nn.optim.Adam",
    ),
    "another optimizer's": (
        lambda: nn.optim.sgd(LAYER.parameters(), lr=0.1), TypeError, "the class is nn.optim.SGD",
    ),
    "a name in small letters": (
        lambda: nn.optim.rmsprop, AttributeError, r"no attribute 'rmsprop'; did you mean RMSprop\?",
    ),
    "ReLU(x)": (lambda: nn.ReLU(DATA), TypeError, rf"ReLU: got data of .*{SETTINGS}ReLU\(\)"),
    "Softmax(x)": (lambda: nn.Softmax(Tensor(DATA)), TypeError, rf"{SETTINGS}Softmax\(\)"),
    "Dropout(x)": (lambda: nn.Dropout(Tensor(DATA)), TypeError, rf"{SETTINGS}Dropout\(\)"),
    "MaxPool2d(x)": (lambda: nn.MaxPool2d(DATA), TypeError, rf"{SETTINGS}MaxPool2d\(\.\.\.\)"),
    "Linear(x)": (lambda: nn.Linear(DATA), TypeError, rf"{SETTINGS}Linear\(\.\.\.\)"),
    "MSELoss(outputs, targets)": (
        lambda: nn.MSELoss(DATA, DATA), TypeError, r"make the loss first, loss = nn.MSELoss\(\)",
    ),
    "the model is what loading returned": (
        lambda: LAYER.load_state_dict(LAYER.state_dict())(DATA),
        TypeError, r"what load_state_dict returned.*on a line of its own",
    ),
    "learning_rate": (
        lambda: sgd(learning_rate=0.1), TypeError, r"no argument 'learning_rate'; did you mean lr\?"
    ),
    "in_feature": (
        lambda: nn.Linear(in_feature=3, out_features=2), TypeError, r"did you mean in_features\?",
    ),
    "kernel": (lambda: nn.Conv2d(1, 2, kernel=3), TypeError, r"did you mean kernel_size\?"),
    "no argument at all": (lambda: nn.Sigmoid(inplace=True), TypeError, "'inplace'; it takes none"),
    "of a schedule": (
        lambda: lr_scheduler.StepLR(sgd(), step=3), TypeError, r"did you mean step_size\?",
    ),
    "of a loader": (
        lambda: nn.data.DataLoader([1], batchsize=1), TypeError, r"did you mean batch_size\?",
    ),
    "of a trainer": (
        lambda: nn.train.Trainer(LAYER, sgd(), nn.MSELoss(), metric="mae"),
        TypeError, r"did you mean metrics\?",
    ),
    "of a callback": (
        lambda: nn.train.EarlyStopping(patient=3), TypeError, r"did you mean patience\?",
    ),
    "a string": (
        lambda: nn.Linear("3", 2), TypeError, r"in_features must be an integer, got '3'; use 3 w",
    ),
    "a tuple": (
        lambda: nn.Linear((3,), 2), TypeError, r"got \(3,\); use 3 without the brackets",
    ),
    "a shape": (lambda: nn.Linear(DATA.shape, 2), TypeError, r"an integer, got \(2, 3\)"),
    "a float": (lambda: nn.Linear(6 / 2, 2), TypeError, r"an integer, got 3.0; use 3"),
    "a string for sizes": (
        lambda: nn.MaxPool2d("2"), TypeError, "kernel_size must be a number, or one for each axis",
    ),
    "a string for a number": (lambda: nn.Dropout("0.5"), TypeError, "use 0.5 without the quotes"),
    "a string for a rate": (
        lambda: sgd(lr="1e-3"), TypeError, "SGD: lr must be a number, got '1e-3'",
    ),
    "a list of layers": (
        lambda: nn.Sequential([nn.ReLU()]), TypeError, r"take it apart, Sequential\(\*layers\)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS)
def test_what_fails_names_the_cure(kind):
    call, error, message = ERRORS[kind]
    with pytest.raises(error, match=message):
        call()


WORDS = {"int": "2", "float": "0.5"}


@pytest.mark.parametrize("name", [n for n in nn.__all__ if isinstance(getattr(nn, n), type)])
def test_every_layer_refuses_data_and_strings_among_its_settings(name):
    kind = getattr(nn, name)
    if not issubclass(kind, nn.Module) or name.startswith("Lazy") or name == "Module":
        return
    parameters = inspect.signature(kind).parameters.values()
    if any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in parameters):
        return
    usual = {each.name: 1 for each in parameters if each.default is each.empty}
    for each in parameters:
        if each.annotation in WORDS:
            with pytest.raises(TypeError, match=f"{each.name} must be a"):
                kind(**{**usual, each.name: WORDS[each.annotation]})
            with pytest.raises(TypeError, match="got data of shape"):
                kind(**{**usual, each.name: DATA})


def test_classes_of_users_take_what_they_say():
    class Scaled(nn.Linear):
        def __init__(self, table, width="3"):
            super().__init__(table.shape[1], int(width))
            self.table = table

    assert Scaled(DATA, width="4").out_features == 4

    class Plain(nn.Linear):
        pass

    with pytest.raises(TypeError, match="Plain: in_features must be an integer"):
        Plain("3", 2)
    assert nn.Linear(np.int64(3), np.int32(2)).out_features == 2
    nn.Dropout(np.float32(0.5))
    nn.Conv2d(1, 1, (1, 2))


# ------------------------------------------------------------------ attributes nobody would read


@pytest.mark.parametrize("make", [nn.Linear, nn.Conv2d, nn.LSTM])
def test_a_module_has_no_switch_that_would_do_nothing(make):
    layer = make(2, 2, 1) if make is nn.Conv2d else make(2, 2)
    with pytest.raises(AttributeError, match=r"call \.requires_grad_\(False\)"):
        layer.requires_grad = False
    assert all(parameter.requires_grad for parameter in layer.parameters())


def test_parameters_are_frozen_as_programs_write_it():
    layer = nn.Linear(2, 2)
    for parameter in layer.parameters():
        parameter.requires_grad = False
    assert not layer(np.ones((1, 2), dtype=np.float32)).requires_grad
    layer.weight.requires_grad = True
    assert layer(np.ones((1, 2), dtype=np.float32)).requires_grad
    with pytest.raises(RuntimeError, match="was computed"):
        layer(np.ones((1, 2), dtype=np.float32)).requires_grad = False
    with pytest.raises(TypeError, match="only floating"):
        autograd.tensor([1, 2]).requires_grad = True
    for wrong in ("no", None, 2):
        with pytest.raises(TypeError, match="requires_grad: expected True or False, got"):
            layer.weight.requires_grad = wrong
    assert layer.weight.requires_grad, "as it was"


def test_a_setting_of_an_optimizer_is_that_of_its_groups():
    one, two = nn.Linear(1, 1), nn.Linear(1, 1)
    groups = [{"params": one.parameters()}, {"params": two.parameters(), "lr": 0.5}]
    optimizer = nn.optim.SGD(groups, lr=0.1, momentum=0.9)
    assert optimizer.momentum == 0.9
    with pytest.raises(AttributeError, match=r"groups have \[0.1, 0.5\]"):
        _ = optimizer.lr
    optimizer.lr = 0.2
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.2]
    assert optimizer.lr == 0.2
    with pytest.raises(ValueError, match="lr"):
        optimizer.lr = -1.0
    assert optimizer.lr == 0.2
    with pytest.raises(AttributeError, match="no attribute 'learning_rate'"):
        _ = optimizer.learning_rate
    optimizer.note = "of the user's own"
    assert optimizer.note == "of the user's own"
