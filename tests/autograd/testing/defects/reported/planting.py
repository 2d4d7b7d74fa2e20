"""How a wrong gradient that was reported in public is written down.

A report gives facts: which function, and what its gradient did. The function here is our own, as
small as shows the fault, with the right gradient beside the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Made = tuple[Callable[..., Any], dict[str, Any]]


@dataclass(frozen=True)
class Reported:
    """One function whose gradient was wrong somewhere.

    Attributes:
        diagnosis: the words of `benchmarks.diagnoses` of which a good report finds one.
        where: it was reported, as owner/repository#number.
        reason: what is wrong, in one sentence.
        inputs: draws all arguments, as a user would declare them.
        make: the function and the options of `assert_gradients`, wrong or right, fresh state
            included.
    """

    name: str
    diagnosis: str
    where: str
    reason: str
    inputs: st.SearchStrategy[tuple[Any, ...]] = field(repr=False)
    make: Callable[[bool], Made] = field(repr=False)


class Reports:
    """The reports of one file, in order; its methods decorate functions."""

    def __init__(self) -> None:
        self.reported: list[Reported] = []

    def function(
        self,
        diagnosis: str,
        where: str,
        *inputs: st.SearchStrategy[Any],
        together: st.SearchStrategy[tuple[Any, ...]] | None = None,
        right: Callable[..., Any],
        wrong: Callable[..., Any],
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A NumPy function with gradients by hand: `right` and `wrong` of g and the arguments."""

        def plant(function: Callable[..., Any]) -> Callable[..., Any]:
            def make(correct: bool) -> Made:
                return function, {"vjp": right if correct else wrong, **options}

            self._add(function, diagnosis, where, inputs, together, make)
            return function

        return plant

    def maker(
        self,
        diagnosis: str,
        where: str,
        *inputs: st.SearchStrategy[Any],
        together: st.SearchStrategy[tuple[Any, ...]] | None = None,
        **options: Any,
    ) -> Callable[[Callable[[bool], Any]], Callable[[bool], Any]]:
        """What `make(correct)` returns: a function of Tensors, or a pair of NumPy functions."""

        def plant(make: Callable[[bool], Any]) -> Callable[[bool], Any]:
            def made(correct: bool) -> Made:
                found = make(correct)
                if isinstance(found, tuple):
                    function, vjp = found
                    return function, {"vjp": vjp, **options}
                return found, dict(options)

            self._add(make, diagnosis, where, inputs, together, made)
            return make

        return plant

    def _add(
        self,
        described: Callable[..., Any],
        diagnosis: str,
        where: str,
        inputs: tuple[st.SearchStrategy[Any], ...],
        together: st.SearchStrategy[tuple[Any, ...]] | None,
        make: Callable[[bool], Made],
    ) -> None:
        drawn = st.tuples(*inputs) if together is None else together
        reason = (described.__doc__ or "").strip()
        self.reported.append(Reported(described.__name__, diagnosis, where, reason, drawn, make))


# ---------------------------------------------------------------------- what users declare

SIDE = st.sampled_from([1, 2, 2, 3, 3, 4])
