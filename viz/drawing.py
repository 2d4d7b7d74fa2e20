"""`draw`: the one call that turns Tensors into a figure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from viz.compose import compose
from viz.figure import Figure
from viz.graph import as_tensors, read
from viz.layout import ENGINES
from viz.reshape import summed_up, with_stubs
from viz.style import DEFAULT_STYLE, STYLES
from viz.words import WORDS


def draw(
    tensors: Tensor | Iterable[Tensor],
    style: str = DEFAULT_STYLE,
    *,
    lang: str = "en",
    layout: str = "auto",
    legend: bool = True,
) -> Figure:
    """Draw the graph that computed one or several Tensors.

    On every wire the forward value stands above and the gradient below; gradients that no
    backward pass has computed yet say so. Works before and after `backward()`, changes nothing,
    and answers for graphs of any size: more than 150 nodes are drawn in groups, by the calls of
    their modules where there are any.

    Args:
        tensors: The results to draw, such as the loss.
        style: The textbook whose conventions to follow: "cs231n" (gates on wires), "dlfs" (Deep
            Learning from Scratch: thin arrows forward, thick ones back) or "micrograd" (records
            of name, data and gradient).
        lang: Language of the words in the figure: "en" or "ko".
        layout: Who places nodes and wires: "dot" (Graphviz), "builtin", whose result is the same
            on every machine, or "auto" for `dot` where it is installed.
        legend: Whether colours and shapes are explained below the figure.

    Returns:
        A figure with `svg`, `png`, `dot`, `text` and `save`, which notebooks show by themselves.

    Raises:
        TypeError: If something else than Tensors is given.
        ValueError: For an unknown style, language or layout, or no Tensor at all.

    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(draw(y, legend=False).text(), end="")
    x (parameter); float64; forward value 3.00; gradient 3.00 + 3.00 = 6.00
    v1 = mul(x, x); float64; forward value 9.00; gradient 1.00
    """
    _check("style", style, STYLES)
    _check("lang", lang, WORDS)
    _check("layout", layout, ENGINES)
    with np.errstate(all="ignore"):  # overflow is what the figure shows, not news
        graph = with_stubs(summed_up(read(as_tensors(tensors))))
        return Figure(compose(graph, STYLES[style], WORDS[lang], legend), layout)


def _check(argument: str, given: object, known: Iterable[str]) -> None:
    if given not in tuple(known):
        choices = ", ".join(repr(each) for each in known)
        raise ValueError(f"draw: {argument}={given!r} is not one of {choices}")
