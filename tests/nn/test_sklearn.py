"""Networks as estimators of scikit-learn: its own checks, and what its users do with estimators."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import autograd
import nn
from nn.sklearn import NeuralClassifier, NeuralRegressor
from nn.train import EarlyStopping

X, Y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]
SEED = np.random.default_rng(0)

# Checks of scikit-learn that are not passed, and why.
EXCEPTIONS = {
    "check_do_not_raise_errors_in_init_or_set_params": (
        "it gives arguments of parts, as module__hidden is one, under the name of the dict that "
        "collects them; an unknown name is refused at once, and not at fit"
    ),
}


class Net(nn.Module):
    def __init__(self, hidden=8, outputs=3):
        self.first = nn.Linear(4, hidden)
        self.dropout = nn.Dropout(0.2)
        self.second = nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.second(self.dropout(self.first(x).relu()))


def quick(**parameters):
    return NeuralClassifier(**{"max_epochs": 3, "random_state": 0, **parameters})


def same(one, other, x=X):
    return np.array_equal(one.predict_proba(x), other.predict_proba(x))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [NeuralClassifier(), NeuralRegressor()])
def test_checks_of_scikit_learn(estimator):
    results = check_estimator(
        estimator, expected_failed_checks=EXCEPTIONS, on_skip=None, on_fail="raise"
    )
    failed = {each["check_name"] for each in results if each["status"] == "xfail"}
    assert failed == set(EXCEPTIONS)
    assert sum(each["status"] == "passed" for each in results) > 50


# ---------------------------------------------------------------------- parameters


def test_parameters_have_skorchs_names_and_those_of_parts():
    network = quick(module=Net, module__hidden=5, optimizer__weight_decay=0.1)
    assert network.get_params()["module__hidden"] == 5
    assert {
        "module", "criterion", "optimizer", "lr", "max_epochs", "batch_size", "iterator_train",
        "iterator_valid", "train_split", "callbacks", "predict_nonlinearity", "warm_start",
        "verbose", "device",
    } < set(network.get_params())  # fmt: skip
    copied = clone(network)
    assert copied.get_params() == network.get_params()
    assert "module__hidden=5" in repr(copied)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lrr", "lr"), ("max_iter", "max_epochs"), ("hidden_layer_sizes", "module__hidden"),
     ("alpha", "optimizer__weight_decay"), ("learning_rate_init", "lr"), ("sizes", "")],
)  # fmt: skip
def test_unknown_parameters_are_refused_with_what_is_meant(name, meant):
    with pytest.raises(TypeError, match=f"{name}.*{meant and f'did you mean {meant}'}"):
        NeuralClassifier(**{name: 1})
    network = NeuralRegressor()
    with pytest.raises(ValueError, match=f"Invalid parameter '{name}'"):
        network.set_params(lr=0.5, **{name: 1})
    assert network.lr == 0.01


def test_set_params_makes_anew_what_depends_on_it():
    network = quick(module=Net).fit(X, Y)
    module, optimizer, trainer = network.module_, network.optimizer_, network.trainer_
    network.set_params(batch_size=16, max_epochs=2)
    assert network.trainer_ is trainer
    network.set_params(lr=0.5)
    assert network.module_ is module
    assert network.optimizer_ is not optimizer
    assert network.optimizer_.param_groups[0]["lr"] == 0.5
    network.partial_fit(X, Y)
    assert [network.n_iter_, network.history["epoch"]] == [5, [1, 2, 3, 4, 5]]
    with pytest.raises(TypeError, match="nesterov"):
        network.set_params(optimizer=nn.optim.SGD, optimizer__nestrov=True)
    assert network.optimizer is nn.optim.Adam
    assert "optimizer__nestrov" not in network.get_params()
    network.set_params(criterion__label_smoothing=0.1)
    assert network.criterion_.label_smoothing == 0.1
    network.set_params(module__hidden=3)
    with pytest.raises(NotFittedError):
        network.predict(X)
    network.partial_fit(X, Y)
    assert network.module_.first.weight.shape == (3, 4)
    assert network.n_iter_ == 2


def test_a_module_may_be_a_class_a_function_or_an_object_which_stays_as_it_is():
    function = quick(module=nn.models.MLP, module__sizes=(4, 6, 3)).fit(X, Y)
    assert function.module_[1].weight.shape == (6, 4)
    given = Net()
    before = given.first.weight.data.copy()
    object_ = quick(module=given).fit(X, Y)
    assert np.array_equal(given.first.weight.data, before)
    assert not np.array_equal(object_.module_.first.weight.data, before)
    assert same(object_, clone(object_).fit(X, Y))


def test_inputs_keep_their_shape_and_numbers_that_are_looked_up_stay_whole():
    images, labels = load_digits(n_class=3, return_X_y=True)
    convolution = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    network = quick(module=convolution, train_split=5).fit(images.reshape(-1, 1, 8, 8), labels)
    assert network.predict_proba(images[:5].reshape(-1, 1, 8, 8)).shape == (5, 3)
    tokens = SEED.integers(0, 20, (100, 4))
    table = nn.Sequential(nn.Embedding(20, 8), nn.Flatten(), nn.Linear(32, 2))
    network = quick(module=table, max_epochs=40).fit(tokens, tokens[:, 0] > 9)
    assert network.score(tokens, tokens[:, 0] > 9) > 0.95
    assert quick(module=Net).fit(np.round(X).astype(int), Y).n_iter_ == 3


# ---------------------------------------------------------------------- the same again


def test_a_random_state_repeats_a_fit_bit_for_bit_and_leaves_other_numbers_alone():
    autograd.manual_seed(5)
    expected = autograd.rand(3).numpy()
    network = quick(module=Net, train_split=0.2)
    autograd.manual_seed(5)
    fits = [clone(network).fit(X, Y), clone(network).fit(X, Y), network.fit(X, Y).fit(X, Y)]
    assert np.array_equal(autograd.rand(3).numpy(), expected)
    assert same(fits[0], fits[1])
    assert same(fits[0], fits[2])
    assert not same(fits[0], clone(network).set_params(random_state=1).fit(X, Y))
    autograd.manual_seed(5)
    free = clone(network).set_params(random_state=None).fit(X, Y)
    autograd.manual_seed(5)
    assert same(free, clone(free).fit(X, Y))
    alone = cross_val_score(network, X, Y, cv=4)
    from joblib import parallel_backend

    with parallel_backend("threading", n_jobs=4):
        assert np.array_equal(cross_val_score(network, X, Y, cv=4), alone)


def test_training_in_parts_is_training_in_one():
    whole = quick(module=Net, max_epochs=6).fit(X, Y)
    warm = quick(module=Net, warm_start=True).fit(X, Y).fit(X, Y)
    parts = quick(module=Net).partial_fit(X, Y).partial_fit(X, Y)
    pickled = pickle.loads(pickle.dumps(quick(module=Net).fit(X, Y)))
    for network in (warm, parts, pickled.partial_fit(X, Y)):
        assert same(network, whole)
        assert network.history["loss"] == whole.history["loss"]


def test_pickles_hold_no_data():
    network = quick(module=Net).fit(X, Y)
    large = np.tile(X, (20, 1))
    sizes = [len(pickle.dumps(network)), len(pickle.dumps(network.fit(large, np.tile(Y, 20))))]
    assert abs(sizes[1] - sizes[0]) < 200


# ---------------------------------------------------------------------- labels and weights


@pytest.mark.parametrize("labels", [NAMES, Y == 1, Y - 7, NAMES.astype(object)])
def test_labels_of_any_kind_come_back(labels):
    network = quick(max_epochs=30).fit(X, labels)
    assert network.score(X, labels) > 0.9
    assert np.array_equal(network.classes_, np.unique(labels))
    assert network.predict(X).dtype == network.classes_.dtype


def test_partial_fit_is_told_all_classes_first():
    network = quick(max_epochs=30).partial_fit(X[:50], NAMES[:50], classes=np.unique(NAMES))
    assert network.partial_fit(X, NAMES).score(X, NAMES) > 0.9
    with pytest.raises(ValueError, match="labels 'iris'.*classes 'setosa'"):
        network.partial_fit(X[:1], ["iris"])
    with pytest.raises(ValueError, match="they cannot change"):
        network.partial_fit(X, NAMES, classes=["setosa", "iris"])
    assert network.score(X, NAMES) > 0.9


@pytest.mark.parametrize(
    ("estimator", "y"),
    [(NeuralClassifier(), NAMES), (NeuralClassifier(criterion=nn.BCEWithLogitsLoss), Y > 0),
     (NeuralRegressor(), X[:, 0]), (NeuralRegressor(criterion=nn.functional.huber_loss), X[:, :2])],
)  # fmt: skip
def test_a_weight_is_a_number_of_copies(estimator, y):
    estimator.set_params(max_epochs=20, batch_size=-1, random_state=0)
    counts = SEED.integers(0, 4, len(X))
    weighted = clone(estimator).fit(X, y, sample_weight=counts)
    copies = clone(estimator).fit(np.repeat(X, counts, 0), np.repeat(y, counts, 0))
    outputs = [each.trainer_.predict(X) for each in (weighted, copies)]
    np.testing.assert_allclose(*outputs, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weighted.history["loss"], copies.history["loss"], rtol=1e-9)


def test_weights_of_classes_are_weights_of_their_examples():
    by_class = quick(class_weight={0: 3, 1: 1, 2: 0}).fit(X, Y)
    by_example = quick().fit(X, Y, sample_weight=np.array([3, 1, 0])[Y])
    assert same(by_class, by_example)
    assert not same(by_class, quick().fit(X, Y))


# ---------------------------------------------------------------------- criteria


LOG_SOFTMAX = nn.Sequential(nn.Linear(4, 2), nn.LogSoftmax(dim=1))
SIGMOID = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())


@pytest.mark.parametrize(
    "parameters",
    [{}, {"criterion": nn.functional.cross_entropy}, {"criterion": nn.BCEWithLogitsLoss},
     {"criterion": nn.NLLLoss(), "module": LOG_SOFTMAX},
     {"criterion": nn.BCELoss, "module": SIGMOID},
     {"criterion": nn.functional.cross_entropy, "criterion__label_smoothing": 0.1},
     {"criterion": nn.MultiMarginLoss, "predict_nonlinearity": None}],
)  # fmt: skip
def test_probabilities_belong_to_the_criterion(parameters):
    x, two = StandardScaler().fit_transform(X[50:]), NAMES[50:]
    network = quick(max_epochs=60, lr=0.03, train_split=0.2, **parameters).fit(x, two)
    found = network.predict_proba(x)
    assert np.array_equal(network.classes_[found.argmax(axis=1)], network.predict(x))
    assert network.score(x, two) > 0.9
    assert network.history["accuracy"][-1] > 0.9
    if "predict_nonlinearity" not in parameters:
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
        assert (found >= 0).all()


# ---------------------------------------------------------------------- held out


@pytest.mark.parametrize(
    ("split", "count"),
    [(0.2, 30), (5, 30), (KFold(3), 50), ((X[:10], NAMES[:10]), 10)],
)  # fmt: skip
def test_what_is_held_out_is_measured_and_may_stop_training(split, count):
    stop = EarlyStopping("validation loss", patience=2)
    network = quick(lr=0.3, max_epochs=200, train_split=split, callbacks=[stop]).fit(X, NAMES)
    assert len(network.history["validation accuracy"]) == network.n_iter_ < 200
    share = network.history["validation accuracy"][-1] * count
    assert share == pytest.approx(round(share))
    worst = max(network.history["validation loss"])
    best = min(network.history["validation loss"])
    assert network.trainer_.callbacks[0].watch.best == best < worst


# ---------------------------------------------------------------------- numbers


@pytest.mark.parametrize("shape", [(150,), (150, 1), (150, 2), (150, 2, 1)])
def test_regression_of_one_number_or_several(shape):
    y = X[:, :1] @ np.ones((1, int(np.prod(shape[1:]))))
    if len(shape) > 2:
        with pytest.raises(ValueError, match="dim"):
            NeuralRegressor().fit(X, y.reshape(shape))
        return
    network = NeuralRegressor(max_epochs=200, random_state=0).fit(X, y.reshape(shape))
    assert network.predict(X).shape == shape
    assert network.score(X, y.reshape(shape)) > 0.9
    with pytest.raises(ValueError, match="in the first call it had"):
        network.partial_fit(X, np.zeros((150, 3)))


def test_a_module_with_one_output_meets_targets_in_a_row():
    network = NeuralRegressor(lambda: nn.Linear(4, 1), lr=0.1, random_state=0).fit(X, X[:, 0])
    assert network.predict(X).shape == (150,)
    assert network.score(X, X[:, 0]) > 0.9


# ---------------------------------------------------------------------- with all of scikit-learn


def test_pipelines_searches_and_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c", "d"])
    search = GridSearchCV(
        Pipeline([("scale", StandardScaler()), ("net", quick(max_epochs=20))]),
        {"net__module__hidden": [(4,), (16, 8)], "net__optimizer": [nn.optim.SGD, nn.optim.Adam]},
        cv=2,
    )
    search.fit(frame, pandas.Series(NAMES), net__sample_weight=np.ones(150))
    assert search.best_score_ > 0.8
    assert search.best_params_["net__optimizer"] is nn.optim.Adam
    assert search.predict(frame[:2]).tolist() == ["setosa", "setosa"]
    network = quick().fit(frame, NAMES)
    assert network.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="feature names"):
        network.predict(frame.rename(columns={"a": "e"}))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_as_good_as_the_networks_of_scikit_learn():
    images, labels = load_digits(return_X_y=True)
    parts = train_test_split(images / 16, labels, train_size=800, random_state=0)
    ours = NeuralClassifier(lr=0.005, max_epochs=30, random_state=0)
    theirs = MLPClassifier(learning_rate_init=0.005, max_iter=30, random_state=0)
    scores = []
    for network in (ours, theirs):
        scores.append(network.fit(parts[0], parts[2]).score(parts[1], parts[3]))
    assert scores[0] > scores[1] - 0.02
    x, y = load_diabetes(return_X_y=True)
    scores = []
    for network in (
        NeuralRegressor(max_epochs=60, lr=0.002, random_state=0),
        MLPRegressor(max_iter=60, learning_rate_init=0.002, random_state=0),
    ):
        model = make_pipeline(StandardScaler(), network)
        whole = TransformedTargetRegressor(model, transformer=StandardScaler())
        scores.append(cross_val_score(whole, x, y, cv=3).mean())
    assert scores[0] > scores[1] - 0.05


@pytest.mark.parametrize("dispatch", [False, True])
def test_tensors_are_arrays(dispatch, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    if dispatch:  # older releases do not bring it along
        pytest.importorskip("sklearn.externals.array_api_compat")
    network = quick().fit(X, Y)
    with config_context(array_api_dispatch=dispatch):
        given = quick().fit(autograd.Tensor(X), autograd.Tensor(Y))
        assert same(network, given, autograd.Tensor(X))
        with pytest.raises(TypeError, match="requires gradients"):
            given.predict(autograd.Tensor(X, requires_grad=True))


# ---------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("parameters", "kind", "words"),
    [
        ({"module": "mlp"}, TypeError, "module must be a class or an object of nn"),
        ({"module": dict}, TypeError, "must make a Module of nn, and made a dict"),
        ({"module": Net(), "module__hidden": 3}, TypeError, "give the class, module=Net"),
        ({"module": Net, "module__outputs": 4}, ValueError, r"give 3 numbers.*shape \(1, 4\)"),
        ({"module": nn.LSTM(4, 3)}, TypeError, "must give one Tensor, got tuple"),
        ({"module": nn.Flatten(0, 1)}, ValueError, "change its last layer"),
        ({"criterion": "ce"}, TypeError, "criterion must be a loss"),
        ({"criterion": nn.BCEWithLogitsLoss}, ValueError, "is for two classes, and y has 3"),
        ({"optimizer": "adam"}, TypeError, "a class such as nn.optim.Adam"),
        ({"lr": -1}, ValueError, "lr must be at least 0"),
        ({"max_epochs": 2.5}, TypeError, "epochs must be a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"device": "cuda"}, ValueError, "device must be 'cpu'"),
        ({"train_split": 1.5}, ValueError, "between 0 and 1"),
        ({"train_split": "half"}, TypeError, "train_split must be None, a share"),
        ({"train_split": True}, TypeError, "train_split must be None, a share"),
        ({"train_split": (X, Y, Y)}, ValueError, "expected the pair"),
        ({"train_split": (X[:, :2], Y)}, ValueError, "expecting 4 features"),
        ({"train_split": (X, Y + 1)}, ValueError, "labels 3, which are not among"),
        ({"callbacks": [EarlyStopping()]}, KeyError, "train_split=0.2"),
        ({"callbacks": [print]}, TypeError, "derived from Callback"),
    ],
)
def test_wrong_parameters_are_said(parameters, kind, words):
    with pytest.raises(kind, match=words):
        NeuralClassifier(**{"max_epochs": 1, **parameters}).fit(X, Y)


@pytest.mark.parametrize(
    ("do", "kind", "words"),
    [
        (lambda net: net.fit(nn.data.TensorDataset(X, Y), Y), TypeError, "use nn.train.Trainer"),
        (lambda net: net.fit(X, Y, np.zeros(150)), ValueError, "zero"),
        (lambda net: net.fit(X, Y, -np.ones(150)), ValueError, "Negative"),
        (lambda net: net.initialize(), ValueError, "without a module its sizes come from the data"),
        (lambda net: net.history, AttributeError, "no history yet; call fit"),
        (lambda net: net.predict(X), NotFittedError, "not fitted"),
        (
            lambda net: net.set_params(module=Net).initialize().predict(X),
            NotFittedError,
            "has seen no labels yet",
        ),
        (
            lambda net: net.set_params(criterion__weight=[1, 1, 1]).fit(X, Y, np.ones(150)),
            ValueError,
            "use class_weight",
        ),
        (
            lambda net: net.set_params(criterion=lambda o, t: o.sum()).fit(X, Y, np.ones(150)),
            ValueError,
            "has no reduction",
        ),
        (
            lambda net: net.set_params(criterion=nn.MultiMarginLoss).fit(X, Y).predict_proba(X),
            ValueError,
            "give predict_nonlinearity",
        ),
    ],
)
def test_wrong_uses_are_said(do, kind, words):
    with pytest.raises(kind, match=words):
        do(NeuralClassifier(max_epochs=1))


def test_a_fit_that_is_refused_leaves_what_was_learned():
    network = quick().fit(X, NAMES)
    before = network.predict_proba(X)
    with pytest.raises(ValueError, match="expecting 4 features"):
        network.partial_fit(X[:, :2], NAMES)
    network.set_params(criterion=nn.BCEWithLogitsLoss())
    with pytest.raises(ValueError, match="two classes"):
        network.fit(X, NAMES)
    network.set_params(criterion=None)
    assert np.array_equal(network.predict_proba(X), before)
