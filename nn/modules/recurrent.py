"""Recurrent layers: RNN, LSTM and GRU over sequences, in layers and both directions."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device, value
from nn import functional, init
from nn.inputs import as_input, place
from nn.module import Module
from nn.modules.recurrent_cell import lstm_cell
from nn.packed import PackedSequence
from nn.parameter import Parameter

__all__ = ["GRU", "LSTM", "RNN"]


class _Recurrent(Module):
    """Parameters by layer and direction, and the walk over the sequence."""

    gates: ClassVar[int]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        name = type(self).__name__
        if min(hidden_size, num_layers) < 1 or not 0 <= proj_size < hidden_size:
            raise ValueError(
                f"{name}: hidden_size and num_layers must be positive and proj_size smaller than "
                f"hidden_size, got {hidden_size}, {num_layers} and {proj_size}"
            )
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout is a probability, between 0 and 1, got {dropout}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self.out_size = proj_size or hidden_size  # what h has, and every layer but the first sees
        kind = np.float32 if dtype is None else dtype
        directions = 2 if bidirectional else 1
        for layer in range(num_layers):
            features = input_size if layer == 0 else directions * self.out_size
            for suffix in self._suffixes(layer):
                shapes = {
                    "weight_ih": (self.gates * hidden_size, features),
                    "weight_hh": (self.gates * hidden_size, self.out_size),
                    "bias_ih": (self.gates * hidden_size,),
                    "bias_hh": (self.gates * hidden_size,),
                    "weight_hr": (proj_size, hidden_size),
                }
                for kept, shape in shapes.items():
                    if ("bias" in kept and not bias) or (kept == "weight_hr" and not proj_size):
                        continue
                    setattr(self, f"{kept}_{suffix}", Parameter(np.zeros(shape, kind)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew, uniform within ±1/√hidden_size."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _suffixes(self, layer: int) -> list[str]:
        return [f"l{layer}", f"l{layer}_reverse"] if self.bidirectional else [f"l{layer}"]

    def _weights(self, suffix: str) -> list[Any]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return [getattr(self, f"{name}_{suffix}", None) for name in names]

    # ------------------------------------------------------------------ one direction

    def _run(self, x: Any, state: tuple[Any, ...], suffix: str) -> tuple[Any, tuple[Any, ...]]:
        """Outputs (length, batch, features) and the last state; a subclass writes this."""
        raise NotImplementedError

    def _run_packed(
        self, runs: list[tuple[int, int, int]], x: Any, state: tuple[Any, ...], suffix: str
    ) -> tuple[Any, tuple[Any, ...]]:
        """The same over packed sequences: one walk over each run of steps with equally many."""
        backwards = suffix.endswith("reverse")
        outputs, ended = [], []
        walking = runs[-1][2] if backwards else runs[0][2]
        now = tuple(part[:walking] for part in state)
        for start, steps, size in reversed(runs) if backwards else runs:
            if size < walking:  # the shortest have ended
                ended.append(tuple(part[size:] for part in now))
                now = tuple(part[:size] for part in now)
            elif size > walking:  # shorter ones begin, at their ends
                fresh = [part[walking:size] for part in state]
                now = tuple(
                    autograd.concatenate([part, new]) for part, new in zip(now, fresh, strict=True)
                )
            walking = size
            part = x[start : start + steps * size]
            out, now = self._run(part.reshape(steps, size, x.shape[1]), now, suffix)
            outputs.append(out.reshape(steps * size, out.shape[2]))
        last = tuple(
            autograd.concatenate(list(each)) for each in zip(now, *ended[::-1], strict=True)
        )
        return autograd.concatenate(outputs[::-1] if backwards else outputs), last

    def _all_layers(
        self, x: Any, states: list[tuple[Any, ...]], run: Callable[..., Any]
    ) -> tuple[Any, list[tuple[Any, ...]]]:
        ends: list[tuple[Any, ...]] = []
        for layer in range(self.num_layers):
            outputs = []
            for suffix in self._suffixes(layer):
                out, end = run(x, states[len(ends)], suffix)
                outputs.append(out)
                ends.append(end)
            x = autograd.concatenate(outputs, -1) if len(outputs) > 1 else outputs[0]
            if layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training)
        return x, ends

    # ------------------------------------------------------------------ the call

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        """Walk over the sequence.

        Args:
            input: (length, batch, input_size); (batch, length, input_size) with `batch_first`;
                (length, input_size) for one sequence; or sequences of different lengths, packed by
                `nn.utils.rnn.pack_padded_sequence`.
            hx: the first state, as the second result; zeros if not given.

        Returns:
            The last layer's outputs at every step, packed if the input was, and the last state of
            every layer and direction, (layers · directions, batch, features).
        """
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, hx)
        input = as_input(input, self._weights("l0")[0].dtype)
        single = input.ndim == 2
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            order = "batch, length" if self.batch_first else "length, batch"
            raise ValueError(
                f"{type(self).__name__}: expected ({order}, {self.input_size}) or (length, "
                f"{self.input_size}), got shape {input.shape}{place()}"
            )
        if single:
            input = autograd.expand_dims(input, 1)
        elif self.batch_first:
            input = autograd.transpose(input, (1, 0, 2))
        if not input.shape[0]:
            raise ValueError(f"{type(self).__name__}: the sequence has no steps{place()}")
        outputs, ends = self._all_layers(input, self._first_states(hx, input, single), self._run)
        state = tuple(autograd.stack(list(each), 0) for each in zip(*ends, strict=True))
        if single:
            outputs, state = outputs[:, 0], tuple(each[:, 0] for each in state)
        elif self.batch_first:
            outputs = autograd.transpose(outputs, (1, 0, 2))
        return outputs, state if len(state) > 1 else state[0]

    def _forward_packed(self, packed: PackedSequence, hx: Any) -> tuple[Any, Any]:
        """The same over packed sequences, whose states are in the order of the batch given."""
        data = as_input(packed.data, self._weights("l0")[0].dtype)
        if data.ndim != 2 or data.shape[1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__}: expected packed data (elements, {self.input_size}), got "
                f"shape {data.shape}{place()}"
            )
        runs = packed.steps()
        states = self._first_states(hx, data[np.newaxis, : runs[0][2]], False)
        if packed.sorted_indices is not None:
            order = np.asarray(value(packed.sorted_indices))
            states = [tuple(part[order] for part in state) for state in states]
        outputs, ends = self._all_layers(data, states, partial(self._run_packed, runs))
        state = tuple(autograd.stack(list(each), 0) for each in zip(*ends, strict=True))
        if packed.unsorted_indices is not None:
            order = np.asarray(value(packed.unsorted_indices))
            state = tuple(part[:, order] for part in state)
        return packed._replace(data=outputs), state if len(state) > 1 else state[0]

    def _sizes(self) -> tuple[int, ...]:
        """The features of each part of the state."""
        return (self.out_size,)

    def _first_states(self, hx: Any, x: Tensor, single: bool) -> list[tuple[Any, ...]]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        shapes = [(count, x.shape[1], size) for size in self._sizes()]
        if hx is None:
            given = [Tensor(np.zeros(shape, x.dtype)) for shape in shapes]
        else:
            parts = hx if len(shapes) > 1 else (hx,)
            if not isinstance(parts, tuple | list) or len(parts) != len(shapes):
                raise ValueError(
                    f"{type(self).__name__}: the first state must be a pair (h, c){place()}"
                )
            given = [as_input(part, x.dtype) for part in parts]
            if single:
                given = [autograd.expand_dims(part, 1) for part in given]
        for part, shape in zip(given, shapes, strict=True):
            if part.shape != shape:
                raise ValueError(
                    f"{type(self).__name__}: the first state must have shape {shape}, got "
                    f"{part.shape}{place()}"
                )
        return [tuple(part[i] for part in given) for i in range(count)]

    def extra_repr(self) -> str:
        """Sizes and what is not the default."""
        settings = {
            "num_layers": (self.num_layers, 1),
            "bias": (self.bias, True),
            "batch_first": (self.batch_first, False),
            "dropout": (self.dropout, 0.0),
            "bidirectional": (self.bidirectional, False),
            "proj_size": (self.proj_size, 0),
        }
        words = [f"{name}={now}" for name, (now, default) in settings.items() if now != default]
        return ", ".join([f"{self.input_size} -> {self.hidden_size}", *words])


class RNN(_Recurrent):
    """`h' = tanh(W_ih x + b_ih + W_hh h + b_hh)` at every step (Elman's network).

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        num_layers: how many layers; each after the first takes the outputs of the one before.
        nonlinearity: "tanh" or "relu".
        bias: whether there are biases.
        batch_first: whether the batch comes before the steps.
        dropout: probability of 0 in the outputs between layers, in training.
        bidirectional: whether a second network walks backwards; outputs are side by side.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    >>> outputs, state = RNN(3, 5)(autograd.zeros((7, 2, 3), dtype=np.float32))
    >>> outputs.shape, state.shape
    ((7, 2, 5), (1, 2, 5))
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype=dtype,
        )  # fmt: skip

    def _run(self, x: Any, state: tuple[Any, ...], suffix: str) -> tuple[Any, tuple[Any, ...]]:
        weights, reverse = self._weights(suffix)[:4], suffix.endswith("reverse")
        run: Any = autograd.ops.rnn  # a checker cannot count the starred
        outputs, *last = run(x, *state, *weights, self.nonlinearity, reverse)
        return outputs, tuple(last)


class LSTM(_Recurrent):
    """Long short-term memory: gates decide what the cell c forgets, takes in and shows.

    `i, f, o = σ(...)`, `g = tanh(...)`, each of `W_ih x + b_ih + W_hh h + b_hh`; `c' = f c + i g`;
    `h' = o tanh(c')`. The gates lie in the order i, f, g, o.

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        num_layers: how many layers; each after the first takes the outputs of the one before.
        bias: whether there are biases.
        batch_first: whether the batch comes before the steps.
        dropout: probability of 0 in the outputs between layers, in training.
        bidirectional: whether a second network walks backwards; outputs are side by side.
        proj_size: if positive, h is projected to so many features.
        dtype: of the parameters, float32 if not given.

    References:
        S. Hochreiter and J. Schmidhuber (1997), Long short-term memory; F. Gers, J. Schmidhuber
        and F. Cummins (2000), Learning to forget, for the gate f.

    >>> outputs, (h, c) = LSTM(3, 5)(autograd.zeros((7, 2, 3), dtype=np.float32))
    >>> outputs.shape, h.shape, c.shape
    ((7, 2, 5), (1, 2, 5), (1, 2, 5))
    """

    gates = 4

    def _sizes(self) -> tuple[int, ...]:
        return (self.out_size, self.hidden_size)

    def _run(self, x: Any, state: tuple[Any, ...], suffix: str) -> tuple[Any, tuple[Any, ...]]:
        *weights, projection = self._weights(suffix)
        reverse = suffix.endswith("reverse")
        if projection is not None:
            return self._run_projected(x, state, weights, projection, reverse)
        run: Any = autograd.ops.lstm  # a checker cannot count the starred
        outputs, *last = run(x, *state, *weights, reverse)
        return outputs, tuple(last)

    def _run_projected(
        self, x: Any, state: tuple[Any, ...], weights: list[Any], projection: Any, reverse: bool
    ) -> tuple[Any, tuple[Any, ...]]:
        """Step by step: what comes back to the gates is the projection of h."""
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        shares = list(autograd.linear(x, weight_ih, bias_ih))
        outputs = []
        for share in reversed(shares) if reverse else shares:
            h, c = lstm_cell(share, state, weight_hh, bias_hh)
            state = (autograd.linear(h, projection), c)
            outputs.append(state[0])
        return autograd.stack(outputs[::-1] if reverse else outputs, 0), state


class GRU(_Recurrent):
    """Gated recurrent unit: `h' = (1 - z) n + z h`.

    `r, z = σ(W_ih x + b_ih + W_hh h + b_hh)`, `n = tanh(W_in x + b_in + r (W_hn h + b_hn))`. The
    gates lie in the order r, z, n. The paper applies r before the product with W_hn.

    Args:
        input_size: features of the input.
        hidden_size: features of the state.
        num_layers: how many layers; each after the first takes the outputs of the one before.
        bias: whether there are biases.
        batch_first: whether the batch comes before the steps.
        dropout: probability of 0 in the outputs between layers, in training.
        bidirectional: whether a second network walks backwards; outputs are side by side.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    References:
        K. Cho et al. (2014), Learning phrase representations using RNN encoder-decoder.

    >>> outputs, state = GRU(3, 5, bidirectional=True)(autograd.zeros((7, 2, 3), dtype=np.float32))
    >>> outputs.shape, state.shape
    ((7, 2, 10), (2, 2, 5))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype=dtype,
        )  # fmt: skip

    def _run(self, x: Any, state: tuple[Any, ...], suffix: str) -> tuple[Any, tuple[Any, ...]]:
        weights, reverse = self._weights(suffix)[:4], suffix.endswith("reverse")
        run: Any = autograd.ops.gru  # a checker cannot count the starred
        outputs, *last = run(x, *state, *weights, reverse)
        return outputs, tuple(last)
