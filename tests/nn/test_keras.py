"""The slides' scripts run with their imports changed; wrong use is answered in Keras's words."""

import numpy as np
import pytest

import autograd
import nn
import viz
from nn import keras
from nn.keras import callbacks, initializers, layers, losses, optimizers, utils
from nn.keras.layers import Dense
from nn.keras.models import Sequential

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
AND = [[1, 0], [1, 0], [1, 0], [0, 1]]
XOR = [[1, 0], [0, 1], [0, 1], [1, 0]]

XOR_SUMMARY = """\
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
dense (Dense)                (None, 5)                 15
_________________________________________________________________
dense_1 (Dense)              (None, 2)                 12
=================================================================
Total params: 27
Trainable params: 27
Non-trainable params: 0
_________________________________________________________________
"""


def and_model():
    model = Sequential()
    model.add(Dense(2, input_dim=2, kernel_initializer="normal", activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def xor_model():
    model = Sequential()
    model.add(Dense(5, input_dim=2, kernel_initializer="normal", activation="sigmoid"))
    model.add(Dense(2, kernel_initializer="normal", activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def small_model(loss="mse", **settings):
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", loss, **settings)
    return model


# ---------------------------------------------------------------------- the slides


def test_the_and_script_of_the_slides():
    model = and_model()
    history = model.fit(X, AND, epochs=100, verbose=0)
    assert history.history["accuracy"][-1] == 1.0
    assert history.history["loss"][-1] == pytest.approx(0.669, abs=1e-3)
    again = model.fit(X, AND, epochs=100, verbose=0)  # the cell is run a second time
    assert again.history["loss"][-1] == pytest.approx(0.6457, abs=5e-4), "printed on the slide"
    assert model.predict(X).argmax(axis=1).tolist() == [0, 0, 0, 1]


def test_the_xor_script_of_the_slides(capsys):
    autograd.manual_seed(1)
    model = xor_model()
    model.summary()
    assert capsys.readouterr().out == XOR_SUMMARY
    history = model.fit(X, XOR, epochs=1000, verbose=0)
    assert history.history["accuracy"][-1] == 1.0
    assert 0.3 < history.history["loss"][-1] < 0.42, "0.3597 on the slide"
    assert model.predict(X).argmax(axis=1).tolist() == [0, 1, 1, 0]
    assert model.evaluate(X, XOR)[1] == 1.0


def test_the_lines_of_progress(capsys):
    model = and_model()
    model.fit(X, AND, epochs=1, batch_size=3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/1"
    loss = model.fit(X, AND, epochs=2, batch_size=3, verbose=2).history["loss"][1]
    assert lines[1].startswith(f"2/2 [{'=' * 30}] - 0s - loss: 0.")
    assert " - accuracy: " in lines[1]
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "Epoch 2/2", "epochs are counted anew in each fit"
    assert lines[3].startswith(f"2/2 - 0s - loss: {loss:.4f} - accuracy: ")


# ---------------------------------------------------------------------- it is nn


def test_it_does_what_nn_does():
    """The same weights, batches and optimizer give the same loss."""
    ours = xor_model()
    plain = nn.Sequential(nn.Linear(2, 5), nn.Sigmoid(), nn.Linear(5, 2), nn.Softmax(1))
    for layer, dense in ((plain[0], ours[0]), (plain[2], ours[1])):
        layer.weight.data, layer.bias.data = dense.weight.data.copy(), dense.bias.data.copy()
    optimizer = nn.optim.Adam(plain.parameters(), eps=1e-7)
    x, t = np.array(X, "f4"), np.array(XOR, "f4")
    expected = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = -(t * autograd.log(plain(x))).sum(axis=1).mean()
        loss.backward()
        optimizer.step()
        expected.append(loss.item())
    got = ours.fit(X, XOR, epochs=5, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_a_model_is_a_module_whose_graph_can_be_drawn():
    model = xor_model()
    loss = losses.categorical_crossentropy([[1.0, 0.0]], model([[0.0, 1.0]]))
    loss.backward()
    assert "affine" in viz.draw(loss).svg()
    assert [name for name, _ in model.named_parameters()] == [
        "0.weight", "0.bias", "1.weight", "1.bias"
    ]  # fmt: skip


def test_other_layers_of_nn_can_be_added(capsys):
    model = Sequential([nn.Flatten(), Dense(3, activation="relu"), nn.Dropout(0.5), Dense(2)])
    model.compile("adam", "mse")
    with pytest.raises(ValueError, match="not yet been built.*input_dim"):
        model.summary()
    model.fit(np.ones((4, 2, 2)), np.ones((4, 2)), verbose=0)
    model.summary()
    printed = capsys.readouterr().out
    assert "dense (Dense)                (None, 3)                 15" in printed
    assert "dropout (Dropout)            (None, 3)                 0" in printed


def test_fit_goes_on_where_it_ended():
    together, parts = xor_model(), xor_model()
    parts.load_state_dict(together.state_dict())
    whole = together.fit(X, XOR, epochs=4, shuffle=False, verbose=0)
    parts.fit(X, XOR, epochs=3, shuffle=False, verbose=0)
    last = parts.fit(X, XOR, epochs=1, shuffle=False, verbose=0)
    assert last.epoch == [3]
    assert last.history["loss"] == whole.history["loss"][3:]


def test_validation_data_is_measured():
    model = xor_model()
    history = model.fit(X, XOR, epochs=2, validation_data=(X, XOR), verbose=0).history
    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history["val_loss"][-1] == pytest.approx(model.evaluate(X, XOR)[0])


def test_validation_split_holds_out_the_last_examples():
    seen = []

    def loss(y_true, y_pred):
        seen.append(sorted(y_true.data.ravel().tolist()))
        return losses.mean_squared_error(y_true, y_pred)

    model = small_model(loss)
    model.fit(np.ones((5, 2)), [0, 1, 2, 3, 4], validation_split=0.4, verbose=0)
    assert seen == [[0, 1, 2], [3, 4]]


# Keras 3.15.1 from the weights below: the loss of the 20th epoch on XOR, one batch, not shuffled.
KERAS = [
    ("adam", "categorical_crossentropy", "softmax", 1.2008588),
    ("sgd", "categorical_crossentropy", "softmax", 1.1154294),
    (optimizers.SGD(0.1, momentum=0.9, nesterov=True), "categorical_crossentropy", "softmax",
     0.707451),
    (optimizers.SGD(0.1, momentum=0.9), "mse", "sigmoid", 0.312681),
    (optimizers.RMSprop(0.01), "binary_crossentropy", "sigmoid", 0.8080591),
    (optimizers.Adagrad(0.01, epsilon=1e-6), "mae", "sigmoid", 0.5015339),
]  # fmt: skip


@pytest.mark.parametrize(("optimizer", "loss", "activation", "expected"), KERAS)
def test_the_numbers_are_those_of_keras(optimizer, loss, activation, expected):
    numbers = np.random.default_rng(0)
    model = Sequential([Dense(5, "sigmoid", input_dim=2), Dense(2, activation)])
    for layer, shape in zip(model, [(2, 5), (5, 2)], strict=True):
        layer.weight.data = numbers.normal(size=shape).astype("f4").T.copy()
    model.compile(optimizer, loss)
    history = model.fit(X, XOR, epochs=20, shuffle=False, verbose=0).history
    assert history["loss"][-1] == pytest.approx(expected, rel=3e-5)


# ---------------------------------------------------------------------- names and defaults


@pytest.mark.parametrize(
    ("made", "kind", "settings"),
    [
        (optimizers.SGD(lr=0.1, momentum=0.9, nesterov=True), nn.optim.SGD,
         {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        (optimizers.SGD(nesterov=True), nn.optim.SGD, {"lr": 0.01, "momentum": 0}),
        (optimizers.Adagrad(lr=0.01, epsilon=1e-6), nn.optim.Adagrad,
         {"lr": 0.01, "eps": 1e-6, "initial_accumulator_value": 0.1}),
        (optimizers.RMSprop(lr=0.001, rho=0.9, epsilon=1e-8), nn.optim.RMSprop,
         {"lr": 0.001, "alpha": 0.9, "eps": 1e-8}),
        (optimizers.Adam(lr=0.001, beta_1=0.9, beta_2=0.99), nn.optim.Adam,
         {"lr": 0.001, "betas": (0.9, 0.99), "eps": 1e-7}),
    ],
)  # fmt: skip
def test_optimizers_of_the_slides(made, kind, settings):
    optimizer = made([autograd.Tensor([1.0], requires_grad=True)])
    assert type(optimizer) is kind
    assert settings.items() <= optimizer.defaults.items()
    model = small_model()
    model.compile(made, "mse")
    before = model[0].weight.data.copy()
    model.fit(X, [0, 1, 1, 1], verbose=0)
    assert (model[0].weight.data != before).any()


SPREADS = {
    "glorot_uniform": (2 / (300 + 200)) ** 0.5,
    "glorot_normal": (2 / (300 + 200)) ** 0.5,
    "he_uniform": (2 / 300) ** 0.5,
    "he_normal": (2 / 300) ** 0.5,
    "normal": 0.05,
    "uniform": 0.1 / 12**0.5,
}


@pytest.mark.parametrize("name", SPREADS)
def test_initializers_have_keras_spread(name):
    layer = Dense(200, input_dim=300, kernel_initializer=name)
    assert layer.weight.data.std() == pytest.approx(SPREADS[name], rel=0.02)
    assert abs(layer.weight.data.mean()) < 0.03 * SPREADS[name]
    assert not layer.bias.data.any(), "biases start at 0"


def test_a_dense_begins_with_glorot_uniform():
    assert Dense(1, input_dim=1).kernel_initializer is initializers.glorot_uniform


def test_losses_agree_with_their_formulas():
    t = np.array([[1.0, 0.0], [0.0, 1.0]])
    p = autograd.Tensor([[0.7, 0.3], [0.4, 0.6]])
    assert losses.binary_crossentropy(t, p).item() == pytest.approx(-np.log([0.7, 0.6]).mean())
    assert losses.categorical_crossentropy(t, p).item() == pytest.approx(
        -np.log([0.7, 0.6]).sum() / 2
    )
    assert losses.sparse_categorical_crossentropy([[0], [1]], p).item() == pytest.approx(
        losses.categorical_crossentropy(t, p).item()
    )
    assert losses.mean_absolute_error(t, p).item() == pytest.approx(0.35)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sure_and_wrong_costs_much_but_not_infinitely(dtype):
    p = autograd.tensor([[1.0, 0.0]], dtype=dtype, requires_grad=True)
    t = np.array([[0.0, 1.0]], dtype)
    for loss in (losses.binary_crossentropy, losses.categorical_crossentropy):
        cost = loss(t, p)
        assert 15 < cost.item() < 17, "-ln of 1e-7, as in Keras"
        cost.backward()
        assert np.isfinite(p.grad.data).all()


def test_classes_as_numbers():
    model = Sequential([Dense(2, input_dim=2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for targets in ([0, 1, 1, 0], [[0], [1], [1], [0]]):
        assert set(model.fit(X, targets, verbose=0).history) == {"loss", "accuracy"}
    with pytest.raises(ValueError, match="one-hot targets use loss='categorical_crossentropy'"):
        model.fit(X, XOR, verbose=0)


def test_without_metrics_evaluate_gives_one_number(capsys):
    loss = small_model().evaluate(X, [0, 1, 1, 1], verbose=1)
    assert isinstance(loss, float)
    assert capsys.readouterr().out == f"loss: {loss:.4f}\n"


# ---------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "adma", "loss": "mse"}, "optimizer 'adma' is none of .*mean 'adam'"),
        ({"optimizer": "adam", "loss": "binary_cross_entropy"}, "mean 'binary_crossentropy'"),
        ({"optimizer": "adam"}, "no loss was given"),
        ({"loss": "mse", "metrics": ["accuracys"]}, "metric 'accuracys'.*mean 'accuracy'"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(settings, message):
    with pytest.raises(ValueError, match=message):
        Sequential([Dense(1, input_dim=2)]).compile(**settings)


def test_a_number_is_no_optimizer():
    with pytest.raises(TypeError, match="optimizer must be a name such as 'adagrad' or a function"):
        Sequential([Dense(1, input_dim=2)]).compile(0.1, "mse")


@pytest.mark.parametrize("call", ["fit", "evaluate"])
def test_before_compile(call):
    model = Sequential([Dense(1, input_dim=2)])
    with pytest.raises(RuntimeError, match=f"must call `compile\\(\\)` before calling `{call}"):
        getattr(model, call)(X, [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (X, [0, 1], r"fit: x has 4 examples but y has 2 \(x: \(4, 2\), y: \(2,\)\)"),
        ([[0, 0], [1]], [0, 1], "fit: x: the nested lists are ragged"),
        (1.0, [0.0], "one entry per example"),
        ([[0, 0, 1]], [0], r"x has 3 features but weight takes 2.*Dense\(2 -> 1\)"),
        (X, XOR, "mean_squared_error: the model gives .*4, 1.* targets are .*4, 2"),
    ],
)
def test_data_that_does_not_fit(x, y, message):
    with pytest.raises(ValueError, match=message):
        small_model().fit(x, y, verbose=0)


def test_classes_where_one_hot_is_wanted():
    with pytest.raises(ValueError, match="wants one-hot targets.*sparse_categorical_crossentropy"):
        xor_model().fit(X, [0, 1, 1, 0], verbose=0)


def test_wrong_layers():
    with pytest.raises(ValueError, match="units is the number of neurons.*got 0"):
        Dense(0)
    with pytest.raises(ValueError, match="activation 'sigmod'.*mean 'sigmoid'"):
        Dense(1, activation="sigmod")
    with pytest.raises(TypeError, match="got the class Dense; call it"):
        Sequential().add(Dense)
    with pytest.raises(RuntimeError, match=r"Dense\(1\).*input_dim"):
        Dense(1)([[1.0]])
    model = Sequential()
    model.compile("adam", "mse")
    with pytest.raises(RuntimeError, match="no layer yet"):
        model.fit(X, [0, 0, 0, 0])


def test_a_share_that_is_no_share():
    with pytest.raises(ValueError, match=r"validation_split must be in \[0, 1\), got 4"):
        small_model().fit(X, [0, 1, 1, 1], validation_split=4)
    with pytest.raises(ValueError, match="predict: x has no examples"):
        small_model().predict(np.zeros((0, 2)))


def test_keras_is_loaded_with_nn_when_asked_for():
    assert nn.keras is keras


# ---------------------------------------------------------------------- images, weights, callbacks


def test_means_over_a_border_are_of_what_is_inside():
    # As TensorFlow has it; Keras on PyTorch repeats the border instead.
    x = np.arange(12.0).reshape(1, 3, 4, 1)
    out = layers.AveragePooling2D(2, 2, padding="same")(x).data[0, :, :, 0]
    np.testing.assert_allclose(out, [[2.5, 4.5], [8.5, 10.5]])


def test_the_printed_lines_of_the_decks():
    for made in (
        optimizers.RMSprop(lr=0.001, rho=0.9, epsilon=1e-8, decay=0.0),
        optimizers.Adam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0),
        optimizers.Adam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0.0, amsgrad=False),
        optimizers.Adagrad(lr=0.01, epsilon=1e-6, decay=0.0),
        optimizers.SGD(lr=0.1, momentum=0.9, nesterov=True, decay=1e-6),
    ):
        model = small_model()
        model.compile(made, "mse")
        model.fit(X, [0, 1, 1, 1], verbose=0)
    assert optimizers.Adam(epsilon=None)([autograd.Tensor([1.0])]).defaults["eps"] == 1e-7


def test_a_decay_divides_the_rate_by_the_steps():
    model = small_model()
    model.compile(optimizers.SGD(lr=0.1, decay=0.5), "mse")
    rates = []

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            rates.append(self.model.optimizer.param_groups[0]["lr"])

    model.fit(X, [0, 1, 1, 1], batch_size=2, epochs=2, verbose=0, callbacks=[Watch()])
    np.testing.assert_allclose(rates, [0.1 / (1 + 0.5 * n) for n in range(4)])
    with pytest.raises(ValueError, match="decay must be at least 0, got -1"):
        optimizers.SGD(decay=-1)


def image_model():
    return Sequential([
        layers.Conv2D(3, 3, activation="relu", input_shape=(8, 8, 1)),
        layers.BatchNormalization(), layers.MaxPooling2D(), layers.Dropout(0.25),
        layers.Flatten(), Dense(2, "softmax"),
    ])  # fmt: skip


def test_a_convolutional_network_knows_its_shapes(capsys):
    model = image_model()
    model.summary()
    printed = capsys.readouterr().out
    assert "conv2_d (Conv2D)" in printed or "conv2d (Conv2D)" in printed
    assert "(None, 6, 6, 3)" in printed
    assert "(None, 27)" in printed
    assert [each.shape for each in model.get_weights()] == [
        (3, 3, 1, 3), (3,), (3,), (3,), (3,), (3,), (27, 2), (2,),
    ]  # fmt: skip
    assert model.layers[-1] is model[5]


def test_weights_are_set_kept_and_loaded(tmp_path):
    model, other = image_model(), image_model()
    other.set_weights(model.get_weights())
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1))
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    model.set_weights([0.5 + 0 * each for each in model.get_weights()])
    with pytest.raises(
        ValueError, match=r"set_weights: expected arrays of shapes \[\(3, 3, 1, 3\)"
    ):
        model.set_weights(model.get_weights()[::-1])
    model.save_weights(tmp_path / "kept.npz")
    other.load_weights(tmp_path / "kept.npz")
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    with pytest.raises(
        ValueError, match=r"\.npz or \.safetensors files, got 'w.weights.h5'; .*w.npz"
    ):
        model.save_weights("w.weights.h5")
    unbuilt = Sequential([Dense(2)])
    with pytest.raises(ValueError, match="get_weights: this model has not yet been built"):
        unbuilt.get_weights()


def test_the_best_weights_are_kept_in_files(tmp_path):
    model = small_model()
    keep = callbacks.ModelCheckpoint(
        tmp_path / "w-{epoch:02d}-{loss:.2f}.npz", monitor="loss", save_best_only=True
    )
    history = model.fit(X, [0, 1, 1, 1], epochs=3, verbose=0, callbacks=keep)
    losses_ = history.history["loss"]
    best = [n for n, each in enumerate(losses_) if each == min(losses_[: n + 1])]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"w-{n + 1:02d}-{losses_[n]:.2f}.npz" for n in best
    ]
    with pytest.raises(ValueError, match="weights are kept in .npz or .safetensors"):
        callbacks.ModelCheckpoint("best.keras")


def test_callbacks_are_called_with_logs_and_may_stop():
    seen = []

    class Stop(callbacks.Callback):
        def on_train_begin(self, logs=None):
            seen.append("begin")

        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, sorted(logs)))
            self.model.stop_training = epoch == 1

        def on_train_end(self, logs=None):
            seen.append("end")

    model = small_model()
    for _ in range(2):  # a further fit goes on
        model.fit(
            X, [0, 1, 1, 1], epochs=5, verbose=0, callbacks=[Stop()],
            validation_data=(X, [0, 1, 1, 1]),
        )  # fmt: skip
    assert seen[:4] == ["begin", (0, ["loss", "val_loss"]), (1, ["loss", "val_loss"]), "end"]
    assert seen[4] == "begin"
    assert seen[-1] == "end"


def test_what_early_stopping_watches_must_be_there():
    with pytest.raises(KeyError, match="no 'val_loss' in the logs; there is loss; give fit valid"):
        small_model().fit(
            X, [0, 1, 1, 1], verbose=0, callbacks=[callbacks.EarlyStopping(patience=1)]
        )


def test_losses_as_objects():
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    with pytest.raises(TypeError, match=r"got the class MeanSquaredError; call it"):
        model.compile("sgd", losses.MeanSquaredError)
    model.compile("sgd", losses.MeanSquaredError(), "mae")
    model.fit(X, [0, 1, 1, 1], verbose=0, class_weight={1: 2.0})
    truth, predicted = [[1.0], [0.0]], autograd.Tensor([[0.8], [0.3]])
    for one, other in (
        (losses.BinaryCrossentropy(), losses.binary_crossentropy),
        (losses.MeanAbsoluteError(), losses.mean_absolute_error),
    ):
        assert one(truth, predicted).item() == pytest.approx(other(truth, predicted).item())


def test_to_categorical():
    np.testing.assert_array_equal(utils.to_categorical([[1], [0]]), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(utils.to_categorical([1], 3), [[0, 1, 0]])
    with pytest.raises(ValueError, match="class 4 is out of range for 3 classes"):
        utils.to_categorical([4], 3)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: layers.LSTM, AttributeError, "no 'LSTM'; it has Activation, .*any layer of nn"),
        (lambda: layers.Conv2d, AttributeError, "did you mean Conv2D"),
        (lambda: callbacks.TensorBoard, AttributeError, "it has Callback, EarlyStopping"),
        (lambda: optimizers.Nadam, AttributeError, "did you mean Adam"),
        (lambda: nn.keras.applications, AttributeError, "nn.keras has no 'applications'; it has"),
        (
            lambda: layers.Conv2D(3, 3, data_format="channels_first"),
            ValueError,
            r"images are \(height, width, channels\) here",
        ),
        (lambda: layers.Conv2D(3, 3)(np.zeros((2, 5, 5))), ValueError, "expected images"),
        (lambda: layers.MaxPooling2D(padding="full"), ValueError, "'valid' or 'same'"),
        (lambda: layers.BatchNormalization(axis=1, input_shape=(4, 4, 2)), ValueError, "last axis"),
        (lambda: layers.Dropout(0.5, seed=3), ValueError, "manual_seed"),
        (lambda: layers.Flatten(input_shape=(None, 3)), ValueError, "shape of one example"),
        (
            lambda: small_model(lambda t, p: ((t - p) ** 2).mean()).fit(
                X, [0, 1, 1, 1], class_weight={0: 2.0}, verbose=0
            ),
            ValueError,
            "weights of examples need a loss of single examples",
        ),
    ],
)
def test_what_is_not_there_or_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call()
