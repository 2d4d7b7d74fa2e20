"""Recurrent cells: one step of RNN, LSTM and GRU."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device
from nn import init
from nn.inputs import as_input, place
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


def rnn_cell(gates: Any, h: Any, weight_hh: Any, bias_hh: Any, nonlinearity: str) -> Any:
    """The next state, from what the input gives to it."""
    total = gates + autograd.linear(h, weight_hh, bias_hh)
    return autograd.tanh(total) if nonlinearity == "tanh" else autograd.relu(total)


def lstm_cell(gates: Any, state: Any, weight_hh: Any, bias_hh: Any) -> Any:
    """The next h and c, from what the input gives to the gates."""
    h, c = state
    return autograd.ops.lstm_step(gates + autograd.linear(h, weight_hh, bias_hh), c)


def gru_cell(gates: Any, h: Any, weight_hh: Any, bias_hh: Any) -> Any:
    """The next state, from what the input gives to the gates."""
    return autograd.ops.gru_step(gates, autograd.linear(h, weight_hh, bias_hh), h)


class _Cell(Module):
    gates: ClassVar[int]
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        kind = np.float32 if dtype is None else dtype
        rows = self.gates * hidden_size
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.weight_ih = Parameter(np.zeros((rows, input_size), kind))
        self.weight_hh = Parameter(np.zeros((rows, hidden_size), kind))
        self.bias_ih = Parameter(np.zeros(rows, kind)) if bias else None
        self.bias_hh = Parameter(np.zeros(rows, kind)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew, uniform within ±1/√hidden_size."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _gates(self, x: Tensor) -> Any:
        """What the input gives to the gates."""
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__}: expected (batch, {self.input_size}) or "
                f"({self.input_size},), got shape {x.shape}{place()}"
            )
        return autograd.linear(x, self.weight_ih, self.bias_ih)

    def _state(self, hx: Any, x: Tensor) -> Tensor:
        shape = (*x.shape[:-1], self.hidden_size)
        if hx is None:
            return Tensor(np.zeros(shape, x.dtype))
        state = as_input(hx, x.dtype)
        if state.shape != shape:
            raise ValueError(
                f"{type(self).__name__}: the state must have shape {shape}, got "
                f"{state.shape}{place()}"
            )
        return state

    def extra_repr(self) -> str:
        """The sizes."""
        words = f"{self.input_size} -> {self.hidden_size}"
        return words if self.bias_ih is not None else f"{words}, bias=False"


class RNNCell(_Cell):
    """`h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`.

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        bias: whether there are biases.
        nonlinearity: "tanh" or "relu".
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    >>> RNNCell(3, 5)(np.zeros((2, 3))).shape
    (2, 5)
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"RNNCell: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}"
            )
        super().__init__(input_size, hidden_size, bias, dtype=dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        """The next state; the first one is zeros if not given."""
        input = as_input(input, self.weight_ih.dtype)
        gates, h = self._gates(input), self._state(hx, input)
        return rnn_cell(gates, h, self.weight_hh, self.bias_hh, self.nonlinearity)


class LSTMCell(_Cell):
    """One step of an `LSTM`.

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        bias: whether there are biases.
        dtype: of the parameters, float32 if not given.

    >>> h, c = LSTMCell(3, 5)(np.zeros((2, 3)))
    >>> h.shape, c.shape
    ((2, 5), (2, 5))
    """

    gates = 4

    def forward(self, input: Any, hx: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
        """The next h and c; the first ones are zeros if not given."""
        input = as_input(input, self.weight_ih.dtype)
        gates = self._gates(input)
        h, c = (None, None) if hx is None else hx
        state = (self._state(h, input), self._state(c, input))
        h, c = lstm_cell(gates, state, self.weight_hh, self.bias_hh)
        return h, c


class GRUCell(_Cell):
    """One step of a `GRU`.

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        bias: whether there are biases.
        dtype: of the parameters, float32 if not given.

    >>> GRUCell(3, 5)(np.zeros((2, 3))).shape
    (2, 5)
    """

    gates = 3

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        """The next state; the first one is zeros if not given."""
        input = as_input(input, self.weight_ih.dtype)
        gates, h = self._gates(input), self._state(hx, input)
        return gru_cell(gates, h, self.weight_hh, self.bias_hh)
