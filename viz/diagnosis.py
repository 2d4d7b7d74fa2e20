"""`flow`: where a network dies, in one figure."""

from __future__ import annotations

from typing import Any

from autograd.internals import Flow, flow_of_parameters
from viz.figure import Figure
from viz.looks.flow import compose_flow
from viz.looks.style import DEFAULT_STYLE, STYLES, THEMES, in_theme
from viz.reading.tape import Tape, flows
from viz.words import WORDS


def flow(of: Any, *, lang: str = "en", theme: str = "light") -> Figure:
    """Draw how large activations, gradients and updates are, layer by layer.

    Vanishing and exploding gradients (a thousand times smaller or larger than at the layer next to
    the loss), dead and saturated units, and the first NaN or infinity are marked. Run the forward
    pass, the backward pass and, for the updates, the optimizer's step inside `viz.record()`; of a
    model that was not recorded only parameters and their gradients are known.

    Args:
        of: The model; or the tape of `viz.record()`; or a `Flow` that a callback of `nn.train`
            noted.
        lang: Language of the words: "en" or "ko".
        theme: "light", or "print" for black on white.

    Returns:
        A figure, with one row per layer in the order of the forward pass.

    Raises:
        TypeError: If it is none of these.
        ValueError: For an unknown language or theme, or where nothing was measured.

    >>> import viz
    >>> from nn import Linear, Sequential, Sigmoid
    >>> model = Sequential(*[layer for _ in range(8) for layer in (Linear(4, 4), Sigmoid())])
    >>> with viz.record():
    ...     model([[1.0, 2.0, 3.0, 4.0]]).sum().backward()
    >>> viz.flow(model).text().splitlines()[0].partition(":")[0]
    'of 16 layers'
    """
    if lang not in WORDS or theme not in THEMES:
        raise ValueError(
            f"flow: lang={lang!r} must be one of {tuple(WORDS)}, theme={theme!r} of {THEMES}"
        )
    if isinstance(of, Tape):
        found = of.measured
    elif isinstance(of, Flow):
        found = of
    elif hasattr(of, "named_modules") and hasattr(of, "named_parameters"):
        found = flows[of] if of in flows else flow_of_parameters(of)
    else:
        raise TypeError(
            f"flow: expected a model, a tape of viz.record() or a Flow, got {type(of).__name__}"
        )
    if not found.layers:
        raise ValueError(
            "flow: nothing was measured; run the forward and the backward pass of a model inside "
            "viz.record(), and give the model or the tape"
        )
    return Figure(*compose_flow(found, in_theme(STYLES[DEFAULT_STYLE], theme), lang))
