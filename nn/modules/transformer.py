"""The Transformer: encoder and decoder layers, stacks of them, and both together."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device
from nn import init
from nn.module import Module
from nn.modules.attention import MultiheadAttention
from nn.modules.containers import ModuleList
from nn.modules.dropout import Dropout
from nn.modules.linear import Linear
from nn.modules.normalization import LayerNorm

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]

Activation = str | Callable[[Any], Any]


def _activation(activation: Activation) -> Callable[[Any], Any]:
    if callable(activation):
        return activation
    known: dict[str, Callable[[Any], Any]] = {"relu": autograd.relu, "gelu": autograd.gelu}
    if activation not in known:
        raise ValueError(
            f"a Transformer's activation is 'relu', 'gelu' or a function, got {activation!r}"
        )
    return known[activation]


def _attend(
    attention: MultiheadAttention, x: Any, memory: Any, mask: Any, padding: Any, is_causal: bool
) -> Any:
    out, _ = attention(
        x, memory, memory, padding, need_weights=False, attn_mask=mask, is_causal=is_causal
    )
    return out


class TransformerEncoderLayer(Module):
    """Self-attention, then two affine maps; each added to its input and normalised.

    Args:
        d_model: features of input and output.
        nhead: number of heads.
        dim_feedforward: features between the two maps.
        dropout: probability, in training.
        activation: between the two maps, "relu", "gelu" or a function.
        layer_norm_eps: see `LayerNorm`.
        batch_first: whether the batch comes before the steps.
        norm_first: whether the normalisation comes before instead of after (pre-norm).
        bias: whether maps and normalisations have biases.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    References:
        A. Vaswani et al. (2017), Attention is all you need.

    >>> layer = TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> layer(autograd.ones((3, 5, 8), dtype=np.float32)).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Encode; the masks are those of `MultiheadAttention`."""
        x = src
        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            normal = self.norm1(x)
            x = x + self.dropout1(_attend(self.self_attn, normal, normal, *masks))
            return x + self._feed_forward(self.norm2(x))
        x = self.norm1(x + self.dropout1(_attend(self.self_attn, x, x, *masks)))
        return self.norm2(x + self._feed_forward(x))

    def _feed_forward(self, x: Any) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerDecoderLayer(Module):
    """Self-attention, attention to the encoder's output, then two affine maps.

    Args:
        d_model: features of input and output.
        nhead: number of heads.
        dim_feedforward: features between the two maps.
        dropout: probability, in training.
        activation: between the two maps, "relu", "gelu" or a function.
        layer_norm_eps: see `LayerNorm`.
        batch_first: whether the batch comes before the steps.
        norm_first: whether the normalisation comes before instead of after (pre-norm).
        bias: whether maps and normalisations have biases.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    >>> layer = TransformerDecoderLayer(8, 2, 16, batch_first=True)
    >>> target = autograd.ones((3, 5, 8), dtype=np.float32)
    >>> memory = autograd.ones((3, 7, 8), dtype=np.float32)
    >>> layer(target, memory).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)

        def attention() -> MultiheadAttention:
            return MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
            )

        self.self_attn = attention()
        self.multihead_attn = attention()
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.dropout3 = Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Decode; the masks are those of `MultiheadAttention`."""
        x = tgt
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        other = (memory_mask, memory_key_padding_mask, memory_is_causal)
        if self.norm_first:
            normal = self.norm1(x)
            x = x + self.dropout1(_attend(self.self_attn, normal, normal, *own))
            x = x + self.dropout2(_attend(self.multihead_attn, self.norm2(x), memory, *other))
            return x + self._feed_forward(self.norm3(x))
        x = self.norm1(x + self.dropout1(_attend(self.self_attn, x, x, *own)))
        x = self.norm2(x + self.dropout2(_attend(self.multihead_attn, x, memory, *other)))
        return self.norm3(x + self._feed_forward(x))

    def _feed_forward(self, x: Any) -> Any:
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerEncoder(Module):
    """Several encoder layers in a row, each a copy of one.

    Args:
        encoder_layer: the layer to copy.
        num_layers: how many.
        norm: a normalisation at the end, or None.

    >>> model = TransformerEncoder(TransformerEncoderLayer(8, 2, 16), 2)
    >>> model(autograd.ones((5, 3, 8), dtype=np.float32)).shape
    (5, 3, 8)
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = ModuleList(copy.deepcopy(encoder_layer) for _ in range(num_layers))
        self.norm = norm

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        """Encode; the masks are those of `MultiheadAttention`."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """Several decoder layers in a row, each a copy of one.

    Args:
        decoder_layer: the layer to copy.
        num_layers: how many.
        norm: a normalisation at the end, or None.

    >>> model = TransformerDecoder(TransformerDecoderLayer(8, 2, 16), 2)
    >>> target = autograd.ones((5, 3, 8), dtype=np.float32)
    >>> model(target, target).shape
    (5, 3, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = ModuleList(copy.deepcopy(decoder_layer) for _ in range(num_layers))
        self.norm = norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Decode; the masks are those of `MultiheadAttention`."""
        for layer in self.layers:
            tgt = layer(
                tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask,
                memory_key_padding_mask, tgt_is_causal, memory_is_causal,
            )  # fmt: skip
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """Encoder and decoder together; embeddings and the last map are the user's.

    Args:
        d_model: features of input and output.
        nhead: number of heads.
        num_encoder_layers: how many.
        num_decoder_layers: how many.
        dim_feedforward: features between the two maps of a layer.
        dropout: probability, in training.
        activation: "relu", "gelu" or a function.
        layer_norm_eps: see `LayerNorm`.
        batch_first: whether the batch comes before the steps.
        norm_first: whether normalisation comes first (pre-norm).
        bias: whether maps and normalisations have biases.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    >>> model = Transformer(8, 2, 1, 1, 16)
    >>> source = autograd.ones((5, 3, 8), dtype=np.float32)
    >>> model(source, source).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        settings = (
            d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
            norm_first, bias, dtype,
        )  # fmt: skip
        self.encoder = TransformerEncoder(
            TransformerEncoderLayer(*settings),
            num_encoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype),
        )
        self.decoder = TransformerDecoder(
            TransformerDecoderLayer(*settings),
            num_decoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype),
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool = False,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Encode the source, and decode the target with it."""
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
            tgt_is_causal, memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = np.float32) -> Tensor:
        """A mask that is added to scores: 0 up to the diagonal, -inf above it.

        >>> Transformer.generate_square_subsequent_mask(2).data
        array([[  0., -inf],
               [  0.,   0.]], dtype=float32)
        """
        return Tensor(np.where(np.tri(sz, dtype=bool), 0, -np.inf).astype(dtype))
