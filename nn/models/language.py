"""Models that write: a character LSTM, and a small GPT."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import autograd
from autograd import Tensor
from nn import init
from nn.functional.attention import scaled_dot_product_attention
from nn.module import Module
from nn.modules.activation import GELU
from nn.modules.containers import ModuleList, Sequential
from nn.modules.dropout import Dropout
from nn.modules.embedding import Embedding
from nn.modules.linear import Linear
from nn.modules.normalization import LayerNorm
from nn.modules.recurrent import LSTM

__all__ = ["GPT", "CharLSTM"]


class CharLSTM(Module):
    """Predicts the next character from all before it.

    Args:
        vocabulary: How many different characters there are.
        hidden: Units of each layer, and features of a character.
        layers: How many layers there are.
        dropout: Between the layers, in training.

    References:
        A. Graves (2013), Generating sequences with recurrent neural networks.

    >>> model = CharLSTM(vocabulary=30, hidden=16)
    >>> scores, state = model(np.array([[1, 2, 3]]))
    >>> scores.shape
    (1, 3, 30)
    >>> model.generate([1], 5, seed=0).shape
    (6,)
    """

    def __init__(
        self, vocabulary: int, hidden: int = 128, layers: int = 2, dropout: float = 0.0
    ) -> None:
        self.embedding = Embedding(vocabulary, hidden)
        self.lstm = LSTM(hidden, hidden, layers, batch_first=True, dropout=dropout)
        self.out = Linear(hidden, vocabulary)

    def forward(self, tokens: Any, state: Any = None) -> tuple[Any, Any]:
        """Scores of the next character at every place, and the state to go on with.

        Args:
            tokens: (batch, length) of numbers of characters.
            state: Of the text before; none at the beginning.
        """
        hidden, state = self.lstm(self.embedding(tokens), state)
        return self.out(hidden), state

    def generate(
        self, start: ArrayLike, count: int, temperature: float = 1.0, *, seed: int | None = None
    ) -> NDArray[np.int64]:
        """Continue a text, character after character, each drawn from its probabilities.

        Args:
            start: Numbers of the first characters, at least one.
            count: How many to add.
            temperature: Scores are divided by it: below 1 the likely ones become more likely, at 0
                the likeliest is taken.
            seed: The same seed gives the same text; without it the default generator draws.
        """
        text = _first("CharLSTM", start)
        draw = autograd.default_generator() if seed is None else np.random.default_rng(seed)
        tokens, state = np.array(text)[np.newaxis], None
        with autograd.no_grad():
            for _ in range(count):
                scores, state = self(tokens, state)
                text.append(_drawn(scores.data[0, -1], temperature, draw))
                tokens = np.array([[text[-1]]])
        return np.array(text)


class _Attention(Module):
    """Causal self-attention: every place looks at itself and at those before it."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        self.heads, self.dropout = heads, dropout
        self.c_attn = Linear(width, 3 * width)
        self.c_proj = Linear(width, width)

    def forward(self, x: Any) -> Tensor:
        batch, length, width = x.shape
        parts = self.c_attn(x).reshape(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)  # each (batch, heads, length, features)
        dropped = self.dropout if self.training else 0.0
        seen = scaled_dot_product_attention(query, key, value, None, dropped, is_causal=True)
        return self.c_proj(seen.transpose(0, 2, 1, 3).reshape(batch, length, width))


class _Layer(Module):
    """Attention and a two-layer network, each added to what it reads, normalised before."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        self.ln_1 = LayerNorm(width)
        self.attn = _Attention(width, heads, dropout)
        self.ln_2 = LayerNorm(width)
        self.mlp = Sequential(
            {
                "c_fc": Linear(width, 4 * width),
                "gelu": GELU("tanh"),
                "c_proj": Linear(4 * width, width),
            }
        )
        self.drop = Dropout(dropout)

    def forward(self, x: Any) -> Tensor:
        x = x + self.drop(self.attn(self.ln_1(x)))
        return x + self.drop(self.mlp(self.ln_2(x)))


class GPT(Module):
    """GPT-2's architecture, in any size; the output layer shares the weights of the embedding.

    With `GPT(50257, 1024, 12, 12, 768)` it has GPT-2's 124,439,808 parameters.

    Args:
        vocabulary: How many different tokens there are.
        context: The longest sequence.
        layers: How many layers there are.
        heads: Of each layer's attention; a divisor of `width`.
        width: Features of a token.
        dropout: In training.

    References:
        A. Radford et al. (2019), Language models are unsupervised multitask learners.

    >>> model = GPT(vocabulary=30, context=8, layers=2, heads=2, width=16)
    >>> model(np.array([[1, 2, 3]])).shape
    (1, 3, 30)
    >>> model.generate([1, 2], 10, seed=0).shape
    (12,)
    """

    def __init__(
        self,
        vocabulary: int,
        context: int = 64,
        layers: int = 4,
        heads: int = 4,
        width: int = 64,
        dropout: float = 0.0,
    ) -> None:
        if width % heads:
            raise ValueError(f"GPT: {heads} heads must divide the width {width}")
        self.context = context
        self.wte = Embedding(vocabulary, width)
        self.wpe = Embedding(context, width)
        self.drop = Dropout(dropout)
        self.h = ModuleList(_Layer(width, heads, dropout) for _ in range(layers))
        self.ln_f = LayerNorm(width)
        for name, parameter in self.named_parameters():
            if name.endswith("weight") and parameter.ndim == 2:
                # What is added to the running sum is smaller, the more layers there are.
                residual = name.endswith("c_proj.weight")
                init.normal_(parameter, 0, 0.02 / np.sqrt(2 * layers if residual else 1))
            elif name.endswith("bias"):
                init.zeros_(parameter)

    def forward(self, tokens: Any) -> Tensor:
        """Scores of the next token at every place: (batch, length) to (batch, length, vocabulary).

        Raises:
            ValueError: If the sequence is longer than the context.
        """
        length = np.shape(tokens)[1]
        if length > self.context:
            raise ValueError(
                f"GPT: a sequence of {length} tokens is longer than the context of {self.context}"
            )
        x = self.drop(self.wte(tokens) + self.wpe(np.arange(length)))
        for layer in self.h:
            x = layer(x)
        return self.ln_f(x) @ self.wte.weight.T

    def generate(
        self, start: ArrayLike, count: int, temperature: float = 1.0, *, seed: int | None = None
    ) -> NDArray[np.int64]:
        """Continue a sequence, as `CharLSTM.generate`; it sees the last `context` tokens."""
        text = _first("GPT", start)
        draw = autograd.default_generator() if seed is None else np.random.default_rng(seed)
        with autograd.no_grad():
            for _ in range(count):
                scores = self(np.array(text[-self.context :])[np.newaxis])
                text.append(_drawn(scores.data[0, -1], temperature, draw))
        return np.array(text)


def _first(caller: str, start: ArrayLike) -> list[int]:
    tokens = np.asarray(start.numpy() if isinstance(start, Tensor) else start)
    if tokens.ndim != 1 or not tokens.size or tokens.dtype.kind not in "iu":
        raise ValueError(
            f"{caller}.generate: start must be a row of at least one whole number, got shape "
            f"{tokens.shape} of {tokens.dtype}"
        )
    return [int(token) for token in tokens]


def _drawn(scores: NDArray[Any], temperature: float, draw: np.random.Generator) -> int:
    if temperature < 0:
        raise ValueError(f"generate: temperature must be at least 0, got {temperature}")
    if temperature == 0:
        return int(scores.argmax())
    scaled = scores.astype(np.float64) / temperature
    odds = np.exp(scaled - scaled.max())
    return int(draw.choice(len(odds), p=odds / odds.sum()))
