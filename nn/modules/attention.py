"""Multi-head attention."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.internals import checked_device
from nn import init
from nn.functional.attention import attend
from nn.inputs import as_input, place
from nn.module import Module
from nn.modules.linear import Linear
from nn.parameter import Parameter

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Module):
    """Attention by several heads side by side, each on features of its own.

    Query, key and value are projected, cut into heads, attended to, put together and projected.

    Args:
        embed_dim: features of the query and the result.
        num_heads: a divisor of it.
        dropout: probability with which a weight is dropped in training.
        bias: whether the projections have biases.
        add_bias_kv: whether a learned key and value are added to every sequence.
        add_zero_attn: whether a key and value of zeros are added.
        kdim: features of the key, `embed_dim` if not given.
        vdim: features of the value, likewise.
        batch_first: whether the batch comes before the steps.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    References:
        A. Vaswani et al. (2017), Attention is all you need.

    >>> layer = MultiheadAttention(8, 2, batch_first=True)
    >>> x = autograd.ones((3, 5, 8), dtype=np.float32)
    >>> out, weights = layer(x, x, x)
    >>> out.shape, weights.shape
    ((3, 5, 8), (3, 5, 5))
    """

    bias_k: Parameter | None
    bias_v: Parameter | None
    in_proj_bias: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: {num_heads} heads must divide {embed_dim} features"
            )
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.add_zero_attn = add_zero_attn
        self.batch_first = batch_first
        kind = np.float32 if dtype is None else dtype
        self.same_features = self.kdim == self.vdim == embed_dim
        if self.same_features:
            self.in_proj_weight = Parameter(np.zeros((3 * embed_dim, embed_dim), kind))
        else:
            self.q_proj_weight = Parameter(np.zeros((embed_dim, embed_dim), kind))
            self.k_proj_weight = Parameter(np.zeros((embed_dim, self.kdim), kind))
            self.v_proj_weight = Parameter(np.zeros((embed_dim, self.vdim), kind))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, kind)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=kind)
        self.bias_k = Parameter(np.zeros((1, 1, embed_dim), kind)) if add_bias_kv else None
        self.bias_v = Parameter(np.zeros((1, 1, embed_dim), kind)) if add_bias_kv else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights anew by Xavier's rule; biases are 0."""
        weights = [self.in_proj_weight] if self.same_features else self._three_weights()
        for weight in weights:
            init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def _three_weights(self) -> list[Any]:
        if self.same_features:
            return list(autograd.split(self.in_proj_weight, 3))
        return [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """Attend.

        Args:
            query: (queries, batch, embed_dim), or as `batch_first` says, or without the batch.
            key: (keys, batch, kdim).
            value: (keys, batch, vdim).
            key_padding_mask: (batch, keys): bool, True for keys that nobody may see; or floating,
                added to the scores.
            need_weights: whether to return the weights; None in their place otherwise.
            attn_mask: (queries, keys) or (batch · heads, queries, keys): bool, True where a query
                may *not* see a key; or floating, added to the scores.
            average_attn_weights: whether the weights are averaged over the heads.
            is_causal: whether query i may see only keys up to i.

        Returns:
            The result, in the shape of the query, and the weights (batch, queries, keys), or with
            the heads after the batch.
        """
        single = np.ndim(query) == 2
        # One object stays one: self-attention projects it once.
        ready = {id(each): self._batch_first(each) for each in (query, key, value)}
        query, key, value = ready[id(query)], ready[id(key)], ready[id(value)]
        self._check(query, key, value)
        query, key, value = self._project(query, key, value)
        batch, queries, _ = query.shape
        key, value, added = self._with_extra_keys(key, value)
        keys = key.shape[1]
        mask = self._mask(key_padding_mask, attn_mask, is_causal, batch, queries, keys, added)
        query, key, value = (self._heads(each) for each in (query, key, value))
        probability = self.dropout if self.training else 0.0
        out, weights = attend(query, key, value, mask, probability, False, None, None)
        out = autograd.transpose(out, (0, 2, 1, 3)).reshape((batch, queries, self.embed_dim))
        out = self.out_proj(out)
        if single:
            out = out[0]
        elif not self.batch_first:
            out = autograd.transpose(out, (1, 0, 2))
        if not need_weights:
            return out, None
        if average_attn_weights:
            weights = weights.mean(axis=1)
        return out, weights[0] if single else weights

    def _batch_first(self, x: Any) -> Any:
        """(batch, steps, features) of an input in any order."""
        x = as_input(x, self.out_proj.weight.dtype)
        if x.ndim == 2:
            return autograd.expand_dims(x, 0)
        if x.ndim != 3:
            raise ValueError(
                "MultiheadAttention: expected inputs of 3 axes, or 2 without a batch, got shape "
                f"{x.shape}{place()}"
            )
        return x if self.batch_first else autograd.transpose(x, (1, 0, 2))

    def _check(self, query: Any, key: Any, value: Any) -> None:
        wanted = (self.embed_dim, self.kdim, self.vdim)
        if (query.shape[-1], key.shape[-1], value.shape[-1]) != wanted:
            raise ValueError(
                f"MultiheadAttention: query, key and value must have {wanted} features, got "
                f"shapes {query.shape}, {key.shape} and {value.shape} (batch first){place()}"
            )
        if key.shape[:2] != value.shape[:2] or key.shape[0] != query.shape[0]:
            raise ValueError(
                "MultiheadAttention: query, key and value must have the same batch, and key and "
                f"value the same steps, got shapes {query.shape}, {key.shape} and {value.shape} "
                f"(batch first){place()}"
            )

    def _project(self, query: Any, key: Any, value: Any) -> list[Any]:
        if self.same_features and query is key and key is value:
            # Self-attention: one product gives all three.
            joined = autograd.linear(query, self.in_proj_weight, self.in_proj_bias)
            return list(autograd.split(joined, 3, -1))
        biases: list[Any] = [None] * 3
        if self.in_proj_bias is not None:
            biases = list(autograd.split(self.in_proj_bias, 3))
        return [
            autograd.linear(each, weight, bias)
            for each, weight, bias in zip(
                (query, key, value), self._three_weights(), biases, strict=True
            )
        ]

    def _with_extra_keys(self, key: Any, value: Any) -> tuple[Any, Any, int]:
        """The keys and values with those that the settings add, and how many these are."""
        shape = (key.shape[0], 1, self.embed_dim)
        added = 0
        if self.bias_k is not None and self.bias_v is not None:
            key = autograd.concatenate([key, autograd.broadcast_to(self.bias_k, shape)], 1)
            value = autograd.concatenate([value, autograd.broadcast_to(self.bias_v, shape)], 1)
            added += 1
        if self.add_zero_attn:
            zeros = np.zeros(shape, key.dtype)
            key = autograd.concatenate([key, zeros], 1)
            value = autograd.concatenate([value, zeros], 1)
            added += 1
        return key, value, added

    def _heads(self, x: Any) -> Any:
        """(batch, heads, steps, features of one head)."""
        batch, steps, width = x.shape
        split = x.reshape((batch, steps, self.num_heads, width // self.num_heads))
        return autograd.transpose(split, (0, 2, 1, 3))

    def _mask(
        self,
        padding: Any,
        mask: Any,
        is_causal: bool,
        batch: int,
        queries: int,
        keys: int,
        added: int,
    ) -> Any:
        """Both masks as one that is added to the scores (batch, heads, queries, keys), or None."""
        own = keys - added
        total: Any = None
        if is_causal and mask is None:
            mask = ~np.tri(queries, own, dtype=bool)
        if mask is not None:
            every_head = (batch * self.num_heads, queries, own)
            total = self._additive("attn_mask", mask, ((queries, own), every_head))
            if total.ndim == 3:
                total = total.reshape(batch, self.num_heads, queries, own)
        if padding is not None:
            shapes = ((batch, own), (own,)) if batch == 1 else ((batch, own),)
            hidden = self._additive("key_padding_mask", padding, shapes).reshape(batch, 1, 1, own)
            total = hidden if total is None else total + hidden
        if total is not None and added:  # the added keys may be seen
            total = autograd.pad(total, [(0, 0)] * (total.ndim - 1) + [(0, added)])
        return total

    def _additive(self, name: str, mask: Any, shapes: tuple[tuple[int, ...], ...]) -> Any:
        if not isinstance(mask, autograd.Tensor):
            mask = np.asarray(mask)
        if mask.shape not in shapes:
            raise ValueError(
                f"MultiheadAttention: {name} must have shape {' or '.join(map(str, shapes))}, got "
                f"{mask.shape}{place()}"
            )
        if mask.dtype.kind not in "bf":
            raise TypeError(
                f"MultiheadAttention: {name} must be bool or floating, got {mask.dtype}{place()}"
            )
        dtype = self.out_proj.weight.dtype
        if mask.dtype == bool:
            return np.where(autograd.value(mask), dtype.type(-np.inf), dtype.type(0))
        return mask.astype(dtype)

    def extra_repr(self) -> str:
        """Features and heads."""
        return f"{self.embed_dim}, heads={self.num_heads}"
