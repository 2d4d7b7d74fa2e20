"""Specifications for einsum with the shapes of their operands."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from dataclasses import dataclass
from math import prod

from hypothesis import strategies as st

from autograd.testing.strategies.shapes import Shape, broadcastable_shapes

_LABELS = "ijkl"
_LARGEST = 12  # elements of an operand


@dataclass(frozen=True)
class Einsum:
    """The first argument of einsum, and the shapes of the others.

    >>> Einsum("ij,jk->ik", ((2, 3), (3, 4))).subscripts
    'ij,jk->ik'
    """

    subscripts: str
    shapes: tuple[Shape, ...]


@st.composite
def einsums(
    draw: st.DrawFn, *, max_operands: int = 3, ellipsis: bool = True, implicit: bool = True
) -> Einsum:
    """Draw an einsum.

    One to three operands; labels that occur in one operand, in several, twice in the same one
    (diagonals), in the output or not (sums), in any order; axes without labels.

    Args:
        max_operands: the largest number of operands.
        ellipsis: whether `...` stands for further axes that broadcast.
        implicit: whether the output may be left to einsum.

    >>> from hypothesis import find
    >>> find(einsums(implicit=False), lambda case: len(case.shapes) == 2 and case.shapes[0])
    Einsum(subscripts='i,->', shapes=((1,), ()))
    """
    sizes = {label: draw(st.integers(1, 3)) for label in _LABELS}
    count = draw(st.integers(1, max_operands))
    terms = [draw(_term(sizes)) for _ in range(count)]
    dots = ellipsis and draw(st.integers(0, 3)) == 3
    more: tuple[Shape, ...] = ((),) * count
    if dots:
        more = draw(broadcastable_shapes(count, max_dims=2, max_side=2, max_size=4))
    places = [draw(st.integers(0, len(term))) for term in terms]
    shapes = tuple(
        tuple(sizes[label] for label in term[:place])
        + rest
        + tuple(sizes[label] for label in term[place:])
        for term, rest, place in zip(terms, more, places, strict=True)
    )
    written = [
        term[:place] + ("..." if dots else "") + term[place:]
        for term, place in zip(terms, places, strict=True)
    ]
    subscripts = ",".join(written)
    if not (implicit and draw(st.integers(0, 3)) == 3):
        subscripts += "->" + draw(_output("".join(terms), dots))
    return Einsum(subscripts, shapes)


@st.composite
def _term(draw: st.DrawFn, sizes: dict[str, int]) -> str:
    term = draw(st.text(_LABELS, max_size=3))
    while prod(sizes[label] for label in term) > _LARGEST:
        term = term[:-1]
    return term


@st.composite
def _output(draw: st.DrawFn, labels: str, dots: bool) -> str:
    order = draw(st.permutations(sorted(set(labels))))
    output = "".join(order[: draw(st.integers(0, len(order)))])
    if not dots:
        return output
    place = draw(st.integers(0, len(output)))
    return output[:place] + "..." + output[place:]
