"""What a page has to be told of a call on arrays, to compute it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.internals import SELECT
from viz.reading.products import product_size
from viz.records import Array, Graph

_OVER_AXES = ("sum", "mean", "logsumexp", "softmax", "log_softmax", "max", "min", "var", "std")


def told(graph: Graph, number: int) -> dict[str, Any] | None:
    """What a page needs of one call on arrays besides its arguments.

    Args:
        graph: A graph as `read` returns it.
        number: The vertex of the call.

    Returns:
        Lists and numbers; None for a call that a page cannot compute.
    """
    vertex = graph.vertices[number]
    node = graph.nodes[number].node
    given = [graph.vertices[source].value for source in vertex.sources]
    arrays = [known.values for known in given if known is not None and known.values is not None]
    if len(arrays) < len(given) or not arrays or node.op is None or node.op is SELECT:
        return None
    keywords = dict(node.keywords or node.op.keywords)
    x = arrays[0]
    if vertex.operation in _OVER_AXES and len(arrays) == 1 and keywords.get("b") is None:
        return _groups(x, keywords.get("axis"), keywords.get("ddof", 0))
    if vertex.operation == "cross_entropy":
        return _losses(arrays, vertex.keywords)
    if vertex.operation in ("matmul", "linear", "dot"):
        if any(array.ndim not in (1, 2) for array in arrays):
            return None
        flipped = vertex.operation == "linear"
        return {"size": product_size(x.shape, arrays[1].shape, flipped), "flipped": flipped}
    return _moved(node.op, arrays, keywords)


def _groups(x: Array, axis: Any, ddof: Any = 0) -> dict[str, Any] | None:
    """For every element which sum it belongs to, and what a mean divides by."""
    if not isinstance(ddof, int):
        return None
    kept = np.sum(x, axis=axis, keepdims=True).shape
    count = int(np.prod(kept))
    groups = np.broadcast_to(np.arange(count).reshape(kept), x.shape)
    return {"groups": groups.ravel().tolist(), "each": x.size // max(count, 1) - ddof}


def _losses(arrays: list[Array], keywords: tuple[tuple[str, str], ...]) -> dict[str, Any] | None:
    """Of the mean cross-entropy of scores and class numbers."""
    if len(arrays) != 2 or keywords or arrays[0].ndim != 2 or arrays[1].dtype.kind not in "iu":
        return None
    classes = arrays[0].shape[1]
    if not ((arrays[1] >= 0) & (arrays[1] < classes)).all():  # one of them is ignored
        return None
    return _groups(arrays[0], 1)


def _moved(op: Any, arrays: list[Array], keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of an operation that only moves numbers: which one each number of its result was."""
    if op.kind != "linear":
        return None
    ends = np.cumsum([array.size for array in arrays])
    numbers = np.arange(ends[-1], dtype=np.float64)
    tried = np.sin(numbers + 1.0)  # which are all different

    def result(given: Array) -> Array:
        parts = np.split(given, ends[:-1])
        shaped = [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]
        return np.asarray(op.call_body(shaped, keywords))

    try:
        found, same = result(numbers), result(tried)
    except Exception:  # a user's operation may do anything
        return None
    from_ = found.ravel()
    whole = np.isin(from_, numbers).all()
    if not whole or not np.array_equal(same.ravel(), tried[from_.astype(int)]):
        return None
    return {"move": True, "from": from_.astype(int).tolist()}
