"""A function of arrays, weighted by cotangents: one number, relative to its value at the point."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.testing.rounding import RUNS, random_rounding

Function = Callable[..., Any]

# What a function may do where it is not defined; anything else is a fault of the function.
OUTSIDE = (ArithmeticError, ValueError, IndexError, np.linalg.LinAlgError)


@contextmanager
def silent() -> Iterator[None]:
    """Ignore warnings, NumPy's and others': steps leave the domain of a function on purpose."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Objective:
    """The sum of `Re(conj(cotangent) · f)` over the outputs of f, relative to its value at x.

    Outputs are subtracted from those at x one by one before they are weighted and added, so what
    does not move contributes no rounding.

    Attributes:
        inputs: copies of the inputs in float64 (complex128), what f is called with.
        evaluations: how often f has been called.
        weights: the conjugates of the cotangents that are not zero, of all outputs in one row.
        base: the values of f that they belong to.
        precision: the relative rounding error of the coarsest output.
        finite: whether each entry of `base` is finite; the others never contribute.
        overflow: the first operation of f whose result is not finite, though its arguments are;
            empty before `moved` was asked for.
    """

    def __init__(
        self,
        f: Function,
        inputs: Sequence[Any],
        cotangents: Sequence[Any] | None = None,
    ) -> None:
        self._f = f
        self.inputs = [_promoted(x) for x in inputs]
        self.evaluations = 0
        self._untouched = [x.copy() for x in self.inputs]
        outputs = self._call(self.inputs)
        if cotangents is None:
            cotangents = [np.ones(y.shape) if y.dtype.kind in "fc" else None for y in outputs]
        row = _weights(outputs, cotangents)
        self._kept = np.flatnonzero(row)
        self._weighted = [cotangent is not None for cotangent in cotangents]
        self.weights = row[self._kept]
        self.base = self._row(outputs, self._kept)
        self.finite = np.isfinite(self.base)
        self._everything = self._row(outputs, slice(None))
        self._moved: NDArray[Any] | None = None
        self.overflow = ""
        weighted = [y.dtype for y, w in zip(outputs, self._weighted, strict=True) if w]
        self.precision = max(
            (float(np.finfo(d).eps) for d in weighted if d.kind in "fc"), default=0.0
        )

    def values(self, arguments: Sequence[Any]) -> NDArray[Any]:
        """Return the outputs that count at other arguments, in one row.

        Raises:
            ArithmeticError, ValueError: where the function is not defined there.
        """
        return self._row(self._call(arguments), self._kept)

    def dependent(self, poisoned: Sequence[Any]) -> tuple[NDArray[np.bool_], float]:
        """Return which of the outputs that count a NaN in the arguments reaches.

        Where the function does not take a NaN, all outputs count as reached.

        Returns:
            One boolean for each output that counts; and the size of the largest output reached,
            whether it counts or not.
        """
        everything = self._everything
        try:
            reached = self._row(self._call(poisoned), slice(None)) != everything
        except Exception:  # such as one that takes its numbers for indices
            reached = np.ones(everything.shape, bool)
        sizes = np.abs(everything[reached & np.isfinite(everything)])
        return reached[self._kept], float(sizes.max(initial=0.0))

    def moved(self) -> NDArray[Any]:
        """Return how the outputs that count move where operations round another way.

        Returns:
            A row for each run of f under random rounding; no rows where its operations could not be
            seen.
        """
        if self._moved is None:
            self._moved = self._measured()
        return self._moved

    def overflows(self) -> bool:
        """Whether an operation of f, though f itself is finite, overflows at the point."""
        self.moved()
        return bool(self.overflow)

    def _measured(self) -> NDArray[Any]:
        rows = []
        for seed in range(RUNS):
            try:
                with random_rounding(seed) as rounding:
                    outputs = self._call([rounding.watch(x) for x in self.inputs])
                    row = self._row([np.asarray(y) for y in outputs], self._kept)
            except Exception:  # what is not made for such arrays cannot be seen
                break
            self.overflow = self.overflow or rounding.overflow
            if not rounding.count or row.shape != self.base.shape:
                break
            with np.errstate(all="ignore"):
                rows.append(np.where(self.finite, row - self.base, 0.0))
        seen = rows if len(rows) == RUNS else []
        return np.array(seen).reshape(len(seen), self.base.size)

    def check_arguments(self) -> None:
        """Raise ValueError if the function has written to its arguments."""
        for k, (x, before) in enumerate(zip(self.inputs, self._untouched, strict=True)):
            if x.tobytes() != before.tobytes():
                raise ValueError(f"the function to differentiate changed its argument {k} in place")

    def numbers(self, index: int) -> int:
        """Return how many real numbers are in an input."""
        x = self.inputs[index]
        return x.size * (2 if x.dtype.kind == "c" else 1)

    def _call(self, arguments: Sequence[Any]) -> list[NDArray[Any]]:
        self.evaluations += 1
        result = self._f(*arguments)
        outputs = [np.asarray(y) for y in (result if isinstance(result, tuple) else (result,))]
        for y in outputs:
            if y.dtype.kind not in "biufc":
                raise TypeError(
                    f"the function to differentiate returned {type(result).__name__} with an "
                    f"output of dtype {y.dtype}; expected an array of numbers or a tuple of arrays"
                )
        return outputs

    def _row(self, outputs: list[NDArray[Any]], places: NDArray[np.intp] | slice) -> NDArray[Any]:
        rows = [y.reshape(-1) for y, w in zip(outputs, self._weighted, strict=True) if w]
        row = rows[0] if len(rows) == 1 else np.concatenate(rows or [np.empty(0)])
        return row[places].copy()  # f may return a view of what moves next


def _promoted(x: Any) -> NDArray[Any]:
    array = np.asarray(x)
    kind = array.dtype.kind
    dtype = np.complex128 if kind == "c" else np.float64 if kind == "f" else array.dtype
    return array.astype(dtype, order="K", copy=True)


def _weights(outputs: list[NDArray[Any]], cotangents: Sequence[Any]) -> NDArray[Any]:
    """Return the conjugated cotangents of all outputs that have one, in one row."""
    if len(cotangents) != len(outputs):
        raise ValueError(
            f"the function returned {len(outputs)} outputs but {len(cotangents)} cotangents came; "
            "expected one for each output, None for an output without"
        )
    rows = [np.empty(0)]
    for k, (y, cotangent) in enumerate(zip(outputs, cotangents, strict=True)):
        if cotangent is None:
            continue
        weight = np.asarray(cotangent)
        if weight.shape != y.shape:
            raise ValueError(
                f"output {k} has shape {y.shape} but its cotangent has shape {weight.shape}; "
                "expected the same shape"
            )
        rows.append(
            np.conj(weight).reshape(-1).astype(complex if weight.dtype.kind == "c" else float)
        )
    return np.concatenate(rows)
