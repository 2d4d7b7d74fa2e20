"""Runs one example of HIPS autograd as it is, and prints the numbers that came out, as JSON.

It stands alone: it is run by an interpreter that has theirs or ours. What an example draws, waits
for or downloads is taken away from around it, and optimizers stop after a few steps; no line of
the example is changed.
"""

import contextlib
import io
import json
import os
import re
import runpy
import sys
import tempfile
import types
import warnings
from pathlib import Path

STEPS = 3


class Enough(BaseException):
    """Raised where an example has printed what it was run for."""


class Printed(io.StringIO):
    """Standard output that ends an example after so many lines."""

    def __init__(self, lines):
        super().__init__()
        self.lines = lines

    def write(self, text):
        written = super().write(text)
        if self.getvalue().count("\n") >= self.lines:
            raise Enough
        return written


def quiet():
    """Take windows, waiting and random starts away."""
    import matplotlib

    matplotlib.use("Agg")
    import numpy
    import scipy.optimize
    import scipy.stats  # before the class of generators is another
    from matplotlib import pyplot

    for name in ("draw", "pause", "savefig", "show"):
        setattr(pyplot, name, lambda *args, **kwargs: None)
    os.system = lambda command: 0

    class Seeded(numpy.random.RandomState):
        def __init__(self, seed=0):
            super().__init__(seed)

    numpy.random.RandomState = Seeded
    numpy.random.seed(0)  # noqa: NPY002  # what the examples draw from
    minimize = scipy.optimize.minimize

    def few_steps(*args, **kwargs):
        kwargs["options"] = {**(kwargs.get("options") or {}), "maxiter": STEPS}
        return minimize(*args, **kwargs)

    scipy.optimize.minimize = few_steps
    images = types.ModuleType("data_mnist")
    images.mnist = lambda: noise(numpy.random.RandomState(0))
    sys.modules["data_mnist"] = images


def noise(random):
    """Images and labels where the digits would be downloaded."""
    return tuple(
        each
        for count in (300, 100)
        for each in (random.randint(0, 256, (count, 28, 28)), random.randint(0, 10, count))
    )


def few_steps_of_optimizers():
    """Let the optimizers stop early; what they return is kept."""
    from autograd.misc import optimizers

    results = []

    def limited(optimize):
        def few(grad, x0, callback=None, num_iters=STEPS, *args, **kwargs):
            found = optimize(grad, x0, callback, min(num_iters, STEPS), *args, **kwargs)
            results.append(found)
            return found

        return few

    for name in ("adam", "rmsprop", "sgd"):
        setattr(optimizers, name, limited(getattr(optimizers, name)))
    return results


def summaries(value, depth=0):
    """Of each array in a tree of them: its size, and two sums over it."""
    import numpy

    inexact = isinstance(value, (float, complex, numpy.inexact))
    if inexact or (isinstance(value, numpy.ndarray) and value.dtype.kind in "fc"):
        flat = numpy.asarray(value).ravel()
        parts = [flat.real, flat.imag] if flat.dtype.kind == "c" else [flat]
        flat = numpy.concatenate(parts).astype(float)
        waves = numpy.cos(numpy.arange(flat.size))
        yield [flat.size, float(numpy.abs(flat).sum()), float((flat * waves).sum())]
    elif type(value).__name__ == "Tensor":
        raise TypeError(f"a Tensor is left where an array was expected: {value}")
    elif depth < 6 and isinstance(value, (list, tuple, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from summaries(each, depth + 1)


def names_of(error, file):
    """The variables of an example that was ended."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_globals.get("__file__") == file:
            return dict(trace.tb_frame.f_globals)
        trace = trace.tb_next
    return {}


def run(file, lines):
    """Run an example; return what its variables hold, what optimizers found, what it printed."""
    sys.path.insert(0, str(Path(file).parent))
    quiet()
    results = few_steps_of_optimizers()
    printed = Printed(lines)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        os.chdir(folder)
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(printed):
            try:
                names = runpy.run_path(file, run_name="__main__")
            except Enough as error:
                names = names_of(error, file)
        os.chdir("/")
    found = {name: list(summaries(each)) for name, each in sorted(names.items())}
    return {
        "variables": {
            name: each for name, each in found.items() if each and not name.startswith("__")
        },
        "optimized": list(summaries(results)),
        "printed": [float(x) for x in re.findall(r"-?\d+\.\d+(?:e[-+]?\d+)?", printed.getvalue())],
    }


if __name__ == "__main__":
    print(json.dumps(run(os.path.abspath(sys.argv[1]), int(sys.argv[2]))))
