"""Small models and trainings that Keras and `nn.keras` shall give the same numbers for.

Each case is a function of the package, ours or Keras, and returns numbers by name. Run as a module
where Keras is installed, it writes those of Keras to the file beside it:

    KERAS_BACKEND=torch python -m tests.nn.keras_cases
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("keras_numbers.json")


def weighed(model: Any, seed: int = 0) -> Any:
    """The model with drawn weights, the same whoever's it is."""
    rng = np.random.default_rng(seed)
    drawn = [
        rng.normal(size=each.shape) * 0.5 if each.ndim > 1 else rng.uniform(0.5, 1.5, each.shape)
        for each in model.get_weights()
    ]
    model.set_weights([each.astype("f4") for each in drawn])
    return model


def images(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("f4")


LABELS = np.array([0, 2, 1, 1, 0, 2, 0, 0, 1, 2])


def listed(numbers: Any) -> Any:
    if isinstance(numbers, dict):
        return {name: listed(each) for name, each in numbers.items()}
    array = np.asarray(numbers, dtype=float)
    return np.vectorize(lambda x: float(f"{x:.7g}"))(array).tolist()  # as exact as float32 is


def convolutional_network(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([
        keras.Input(shape=(6, 5, 2)),
        layers.Conv2D(4, (3, 3), padding="same", activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(3, 2),
        layers.Activation("tanh"),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    weighed(model)
    model.compile(
        keras.optimizers.SGD(learning_rate=0.1, momentum=0.9),
        "sparse_categorical_crossentropy", metrics=["accuracy"],
    )  # fmt: skip
    x = images(10, 6, 5, 2)
    history = model.fit(x, LABELS, batch_size=4, epochs=3, shuffle=False, verbose=0)
    return history.history | {
        "outputs": model.predict(x, verbose=0),
        "evaluated": model.evaluate(x, LABELS, verbose=0),
        "sizes": [each.size for each in model.get_weights()],
    }


def one_convolution(**settings: Any) -> Any:
    def case(keras: Any) -> Any:
        model = keras.Sequential([keras.Input((7, 6, 2)), keras.layers.Conv2D(4, **settings)])
        return {"outputs": weighed(model).predict(images(2, 7, 6, 2), verbose=0)}

    return case


def one_pooling(name: str, **settings: Any) -> Any:
    def case(keras: Any) -> Any:
        layer = getattr(keras.layers, name)(**settings)
        model = keras.Sequential([keras.Input((7, 6, 2)), layer])
        return {"outputs": model.predict(images(2, 7, 6, 2), verbose=0)}

    return case


def batch_normalization(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((3,)),
        layers.Dense(4, use_bias=False),
        layers.BatchNormalization(momentum=0.8),
        layers.Activation("relu"),
        layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip
    weighed(model)
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    x, y = images(12, 3), (images(12, 1, seed=2) > 0).astype("f4")
    history = model.fit(x, y, batch_size=4, epochs=4, shuffle=False, verbose=0)
    moving = model.layers[1].get_weights()
    return history.history | {"outputs": model.predict(x, verbose=0), "variance": moving[3]}


def normalized_images(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((4, 4, 2)), layers.Conv2D(3, 3), layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(), layers.Dense(2),
    ])  # fmt: skip
    weighed(model)
    model.compile(keras.optimizers.SGD(0.05), "mse")
    x, y = images(6, 4, 4, 2), images(6, 2, seed=3)
    history = model.fit(x, y, batch_size=3, epochs=3, shuffle=False, verbose=0)
    return history.history | {"outputs": model.predict(x, verbose=0)}


def weighted(loss: str, **settings: Any) -> Any:
    def case(keras: Any) -> Any:
        model = keras.Sequential([
            keras.Input((4,)), keras.layers.Dense(3, activation="softmax"),
        ])  # fmt: skip
        weighed(model)
        model.compile(keras.optimizers.SGD(0.2), loss)
        y = LABELS if loss.startswith("sparse") else np.eye(3, dtype="f4")[LABELS]
        history = model.fit(
            images(10, 4), y, batch_size=4, epochs=3, shuffle=False, verbose=0, **settings
        )
        return history.history | {"kernel": model.get_weights()[0]}

    return case


def stopped_early(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    weighed(model)
    model.compile(keras.optimizers.SGD(0.3), "mse", metrics=["mae"])
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
    history = model.fit(
        images(16, 4), images(16, 2, seed=5), epochs=40, batch_size=3, shuffle=False, verbose=0,
        validation_split=0.25, callbacks=[stop],
    )  # fmt: skip
    return history.history | {
        "epochs": history.epoch, "stopped": stop.stopped_epoch, "kernel": model.get_weights()[0],
    }  # fmt: skip


def slower_and_slower(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    weighed(model)
    model.compile(keras.optimizers.SGD(0.2), "mse")
    slower = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.5)
    history = model.fit(
        images(8, 4), images(8, 1, seed=5), epochs=4, shuffle=False, verbose=0, callbacks=[slower]
    )
    return {"loss": history.history["loss"]}


def from_logits(name: str) -> Any:
    def case(keras: Any) -> Any:
        units = 1 if name == "BinaryCrossentropy" else 3
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
        weighed(model)
        model.compile(keras.optimizers.SGD(0.2), getattr(keras.losses, name)(from_logits=True))
        y = {
            "BinaryCrossentropy": (LABELS > 0).astype("f4"),
            "CategoricalCrossentropy": np.eye(3, dtype="f4")[LABELS],
        }.get(name, LABELS)
        history = model.fit(images(10, 4), y, batch_size=4, epochs=3, shuffle=False, verbose=0)
        return history.history | {"kernel": model.get_weights()[0]}

    return case


CASES = {
    "convolutional network": convolutional_network,
    "convolution": one_convolution(kernel_size=3),
    "convolution with strides": one_convolution(kernel_size=(3, 2), strides=(2, 3)),
    "convolution the same": one_convolution(kernel_size=(4, 3), padding="same"),
    "convolution the same with strides": one_convolution(
        kernel_size=(4, 3), strides=2, padding="same", activation="elu"
    ),
    "convolution dilated": one_convolution(
        kernel_size=2, dilation_rate=2, padding="same", use_bias=False
    ),
    "convolution in groups": one_convolution(kernel_size=2, groups=2),
    "maxima": one_pooling("MaxPooling2D"),
    "maxima the same": one_pooling("MaxPooling2D", pool_size=3, strides=2, padding="same"),
    "means": one_pooling("AveragePooling2D", pool_size=(2, 3), strides=1),
    "batch normalization": batch_normalization,
    "normalized images": normalized_images,
    "class weights": weighted(
        "sparse_categorical_crossentropy", class_weight={0: 1.0, 1: 3.0, 2: 0.5}
    ),
    "class weights of one-hot targets": weighted(
        "categorical_crossentropy", class_weight={0: 1.0, 1: 3.0, 2: 0.5}
    ),
    "sample weights": weighted("mse", sample_weight=np.linspace(0.1, 2, 10)),
    "binary from logits": from_logits("BinaryCrossentropy"),
    "categorical from logits": from_logits("CategoricalCrossentropy"),
    "classes from logits": from_logits("SparseCategoricalCrossentropy"),
    "stopped early": stopped_early,
    "slower and slower": slower_and_slower,
}


if __name__ == "__main__":
    import keras

    numbers = {name: listed(case(keras)) for name, case in CASES.items()}
    text = json.dumps({"keras": keras.__version__, "numbers": numbers}).replace(', "', ',\n"')
    FILE.write_text(text + "\n", encoding="utf-8")
