"""Attention: weighted means of values, by how well keys fit queries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd.internals import constant, value
from nn.functional.dropout import dropout
from nn.functional.loss import in_dtype
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = ["scaled_dot_product_attention"]


@named_call
def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    generator: np.random.Generator | None = None,
) -> Any:
    """`softmax(query keyᵀ · scale + mask) value`.

    A query that may see no key at all gets zeros.

    Args:
        query: (..., queries, features).
        key: (..., keys, features).
        value: (..., keys, value features).
        attn_mask: broadcasts to (..., queries, keys): bool, True where a query may see a key; or
            floating, added to the scores.
        dropout_p: probability with which a weight is dropped; give 0 in evaluation.
        is_causal: whether query i may see only keys up to i, in place of a mask.
        scale: 1/√features if not given.
        generator: for the dropout.

    References:
        A. Vaswani et al. (2017), Attention is all you need.

    >>> one = Tensor([[[1.0]]])
    >>> scaled_dot_product_attention(one, one, Tensor([[[7.0]]])).item()
    7.0
    """
    return attend(query, key, value, attn_mask, dropout_p, is_causal, scale, generator)[0]


def attend(
    query: Any,
    key: Any,
    values: Any,
    mask: Any,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
    generator: np.random.Generator | None,
) -> tuple[Any, Any]:
    """The result, and the weights before dropout."""
    refuse_complex("scaled_dot_product_attention", query=query, key=key, value=values)
    shapes = [np.shape(value(each)) for each in (query, key, values)]
    if (
        min(map(len, shapes)) < 2
        or shapes[0][-1] != shapes[1][-1]
        or shapes[1][-2] != shapes[2][-2]
    ):
        raise ValueError(
            "scaled_dot_product_attention: expected query (..., queries, features), key (..., "
            "keys, features) and value (..., keys, value features), got shapes "
            f"{shapes[0]}, {shapes[1]} and {shapes[2]}{place()}"
        )
    dtype = value(query).dtype
    dropout_p = constant(dropout_p, "scaled_dot_product_attention", "dropout_p")
    if scale is None:
        scale = 1 / math.sqrt(shapes[0][-1])
    scores = (query * scale) @ autograd.matrix_transpose(key)
    additive = _additive_mask(mask, is_causal, shapes[0][-2], shapes[1][-2], dtype)
    blind = None
    if additive is not None:
        blind = np.isneginf(value(additive)).all(axis=-1, keepdims=True)
        scores = scores + autograd.where(blind, dtype.type(0), additive)
    weights = autograd.softmax(scores, -1)
    if blind is not None and blind.any():
        weights = weights * ~blind
    kept = dropout(weights, dropout_p, dropout_p > 0, generator=generator)
    return kept @ values, weights


def _additive_mask(
    mask: Any, is_causal: bool, queries: int, keys: int, dtype: np.dtype[Any]
) -> Any:
    """What is added to the scores: 0 where a query may see a key, -inf where not."""
    if is_causal:
        if mask is not None:
            raise ValueError(
                f"scaled_dot_product_attention: give attn_mask or is_causal, not both{place()}"
            )
        mask = np.tri(queries, keys, dtype=bool)
    if mask is None:
        return None
    if not isinstance(mask, autograd.Tensor):
        mask = np.asarray(mask)
    if mask.dtype == bool:
        return np.where(value(mask), dtype.type(0), dtype.type(-np.inf))
    if mask.dtype.kind != "f":
        raise TypeError(
            f"scaled_dot_product_attention: the mask must be bool or floating, got "
            f"{mask.dtype}{place()}"
        )
    return in_dtype(mask, dtype)
