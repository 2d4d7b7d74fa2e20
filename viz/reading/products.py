"""Products of matrices: which row and which column make a number of the result."""

from __future__ import annotations

from collections.abc import Iterator

from viz.numerals import WRITTEN_ELEMENTS
from viz.records import Graph, Product, Vertex

_PRODUCTS = ("matmul", "linear", "dot")


def products(graph: Graph) -> Iterator[Product]:
    """Every product of vectors and matrices that a figure writes out number by number."""
    for number, vertex in enumerate(graph.vertices):
        if vertex.operation not in _PRODUCTS or vertex.inside or len(vertex.sources) < 2:
            continue
        taking_part = [vertex, *(graph.vertices[source] for source in vertex.sources)]
        if not all(map(_is_written, taking_part)):
            continue
        flipped = vertex.operation == "linear"
        size = product_size(_shape(taking_part[1]), _shape(taking_part[2]), flipped)
        left, right, *bias = vertex.sources
        yield Product(number, left, right, bias[0] if bias else None, size, flipped)


def product_size(
    left: tuple[int, ...], right: tuple[int, ...], flipped: bool
) -> tuple[int, int, int]:
    """Rows and columns of the first matrix, and columns of the result; a vector is one of them.

    >>> product_size((2, 3), (3, 4), False), product_size((3,), (4, 3), True)
    ((2, 3, 4), (1, 3, 4))
    """
    rows = left[0] if len(left) == 2 else 1
    columns = 1 if len(right) == 1 else right[0] if flipped else right[1]
    return rows, left[-1], columns


def _shape(vertex: Vertex) -> tuple[int, ...]:
    return vertex.value.shape if vertex.value is not None else ()


def _is_written(vertex: Vertex) -> bool:
    value = vertex.value
    if value is None or value.values is None:
        return False
    return value.values.size <= WRITTEN_ELEMENTS and (
        len(value.shape) in (1, 2) or (vertex.operation in _PRODUCTS and not value.shape)
    )
