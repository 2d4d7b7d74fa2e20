"""Keras's words for what nn does: scripts of courses run after changing their imports.

`from keras.models import Sequential` becomes `from nn.keras.models import Sequential`, and the
same for `layers`, `optimizers`, `callbacks` and `utils`. Images are (height, width, channels), as
in Keras. It is a thin face: a `Dense` is an `nn.Linear` with an activation, a `Sequential` an
`nn.Sequential` with a Trainer, so everything else of `nn`, `autograd` and `viz` works on them.

>>> from nn.keras import Dense, Sequential
>>> _ = autograd.manual_seed(0)
>>> model = Sequential()
>>> model.add(Dense(5, input_dim=2, activation="sigmoid"))
>>> model.add(Dense(2, activation="softmax"))
>>> model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
>>> history = model.fit([[0, 0], [0, 1]], [[1, 0], [0, 1]], epochs=2, verbose=0)
>>> sorted(history.history)
['accuracy', 'loss']
"""

from typing import Any

from nn.keras import callbacks, initializers, layers, losses, models, optimizers, utils
from nn.keras.layers import Dense, Input
from nn.keras.models import Sequential
from nn.keras.names import lacking

__all__ = [
    "Dense",
    "Input",
    "Sequential",
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "models",
    "optimizers",
    "utils",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)
