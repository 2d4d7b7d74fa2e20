"""What a page has to be told of a call on arrays, to compute it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    if len(arrays) < len(given) or not arrays or node.op is None:
        return None
    keywords = dict(node.keywords or node.op.keywords)
    x = arrays[0]
    if node.op is SELECT:  # the first result, which stands for the whole
        return {"by": "move", "from": list(range(x.size))} if keywords["index"] == 0 else None
    if vertex.operation in _OVER_AXES and len(arrays) == 1 and keywords.get("b") is None:
        return _groups(x, keywords.get("axis"), keywords.get("ddof", 0))
    if vertex.operation == "cross_entropy":
        return _losses(arrays, vertex.keywords)
    if vertex.operation in ("matmul", "linear", "dot") and all(a.ndim in (1, 2) for a in arrays):
        flipped = vertex.operation == "linear"
        return {"size": product_size(x.shape, arrays[1].shape, flipped), "flipped": flipped}
    if vertex.operation == "max_pool":
        return _windows(node.op, x, keywords)
    if node.op.kind == "multilinear" and len(arrays) == 2:
        return _pairs(node.op, arrays, keywords)
    if node.op.kind != "linear":
        return None
    return _moved(node.op, arrays, keywords) or _terms(node.op, arrays, keywords)


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
    return {"by": "move", "from": from_.astype(int).tolist()}


def _terms(op: Any, arrays: list[Array], keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a linear operation: with which factor each number goes into each of its result."""
    terms: list[tuple[int, int, float]] = []
    before, length = 0, 0
    for place, array in enumerate(arrays):
        for number, single in enumerate(_ones(array)):
            shaped = [single if k == place else np.zeros(a.shape) for k, a in enumerate(arrays)]
            result = _result(op, shaped, keywords)
            if result is None:
                return None
            length = result.size
            terms += [
                (at, before + number, float(result[at])) for at in np.flatnonzero(result).tolist()
            ]
        before += array.size
    return {"by": "terms", "length": length, "terms": terms}


def _pairs(op: Any, arrays: list[Array], keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a bilinear operation such as a convolution: which numbers are multiplied, for which."""
    left, right = arrays
    numbers = np.arange(1.0, right.size + 1).reshape(right.shape)
    pairs: list[tuple[int, int, int]] = []
    length = 0
    for number, single in enumerate(_ones(left)):
        result = _result(op, [single, numbers], keywords)
        again = _result(op, [single, np.sin(numbers)], keywords)
        if result is None or again is None or not np.allclose(np.sin(result), again):
            return None  # a number is multiplied with several, or with a factor
        length = result.size
        pairs += [(at, number, int(result[at]) - 1) for at in np.flatnonzero(result).tolist()]
    return {"by": "pairs", "length": length, "pairs": pairs}


def _windows(op: Any, x: Array, keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a maximum over windows: which numbers are in each."""
    windows: list[list[int]] = []
    for number, single in enumerate(_ones(x)):
        result = _result(op, [single], keywords)
        if result is None:
            return None
        windows = windows or [[] for _ in range(result.size)]
        for at in np.flatnonzero(result).tolist():
            windows[at].append(number)
    return {"by": "windows", "windows": windows}


def _ones(like: Array) -> Iterator[Array]:
    """For every number of an array one in its place, among zeros."""
    for row in np.eye(like.size):
        yield row.reshape(like.shape)


def _result(op: Any, arrays: list[Array], keywords: Mapping[str, Any]) -> Array | None:
    """The numbers of the first result; None where there is none, as of a user's operation."""
    try:
        found = op.call_body(arrays, keywords)
    except Exception:
        return None
    return np.ravel(found[0] if isinstance(found, tuple) else found)
