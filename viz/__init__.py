"""Figures of computation graphs: forward values, gradients and how they came about.

>>> import viz
>>> from autograd import Tensor
>>> x = Tensor(-2.0, requires_grad=True, name="x")
>>> y = x * x
>>> y.backward()
>>> viz.draw(y).svg().startswith("<svg")
True
"""

import autograd

# Two distributions cannot share one name; the import finds whichever was installed last.
if not hasattr(autograd, "Tensor"):
    raise ImportError(
        "viz draws the graphs of wengert's package 'autograd', but 'import autograd' found "
        f"another one: {getattr(autograd, '__file__', None) or list(autograd.__path__)}. "
        "Use an environment of its own, or uninstall that distribution (pip uninstall autograd) "
        "and then install wengert again by pip install --force-reinstall --no-deps and its name "
        "(see: other-autograd)."
    )

from viz.diagnosis import flow
from viz.drawing import draw
from viz.figure import Figure
from viz.lecture import lecture
from viz.page import Page
from viz.reading.tape import Tape, record

__all__ = ["Figure", "Page", "Tape", "draw", "flow", "lecture", "record"]


def __dir__() -> list[str]:
    return __all__
