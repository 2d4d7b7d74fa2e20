"""What can be put to the test: anything that computes arrays and claims gradients of them.

A subject answers in arrays, so the properties do not care whether the engine, a NumPy function
with its gradient written by hand, a layer with `forward` and `backward`, or another framework is
behind it. What a subject cannot do (forward mode, second derivatives, ...) it does not list among
its `abilities`, and the properties that need it are left out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from autograd.testing.arguments import Arguments, leaves

Array = NDArray[Any]
Gradients = list[Array | None]

# What some subjects can do beside values and vjps.
PUSH = "forward mode"
DERIVE = "derivatives of gradients"
ACCUMULATE = "accumulation over uses"
AGAIN = "a second pass over one graph"
LAYOUT = "memory layouts"
DTYPES = "gradients of the dtype of their input"
SINGLE = "float32"
MODES = "no_grad, detach and requires_grad"


class NotChecked(Exception):
    """Raised by a subject that cannot do what was asked of it, such as forward mode."""


class Run(Protocol):
    """One forward call, from which gradients can be pulled back."""

    outputs: list[Array]

    def pull(self, cotangents: Sequence[Array | None]) -> Gradients:
        """One gradient per input for these cotangents, None for inputs that are constants."""
        ...


class Precision(NamedTuple):
    """A precision in which a subject can compute, beside that of its arrays.

    Attributes:
        name: such as "bfloat16".
        eps: the distance from 1 to the next number.
        largest: above it products overflow.
        subject: takes and gives float64 arrays, and computes in this precision in between.
        narrow: an array rounded to it.
    """

    name: str
    eps: float
    largest: float
    subject: Subject
    narrow: Callable[[Array], Array]


class Subject:
    """A function of arrays whose gradients are under test.

    Attributes:
        name: what reports call it.
        abilities: what it can do beside values and vjps.
        wrapper: the function of `autograd.testing.adapters` that made it, if one did.
        parameters: arrays that it holds, by name; they come after the arguments.
    """

    name = "f"
    wrapper = ""
    abilities: frozenset[str] = frozenset()
    parameters: Sequence[tuple[str, Array]] = ()

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs at these inputs."""
        raise NotImplementedError

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> Run:
        """Call the function on these very arrays, ready to differentiate the wanted positions."""
        raise NotImplementedError

    def rounded(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> Gradients:
        """The gradients for these cotangents, by operations that random rounding can see."""
        return self.run(inputs, wanted).pull(cotangents)

    def push(
        self, inputs: Sequence[Array], tangents: Sequence[Array | None], active: Sequence[int]
    ) -> list[Array]:
        """Forward mode: the tangents of the active outputs."""
        raise NotImplementedError

    def accumulated(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> tuple[list[Array], list[Gradients]]:
        """Two uses of the inputs in one graph, and two backward passes over it.

        Returns:
            The inputs as the subject has them, and what had accumulated after each pass.
        """
        raise NotImplementedError

    def derivative(
        self, count: int, wanted: Sequence[int], active: Sequence[int], weights: Sequence[Array]
    ) -> Subject:
        """The function (inputs, cotangents) -> the sum over inputs of <gradient, weight>.

        Args:
            count: how many inputs there are; the cotangents of the active outputs follow them.
            wanted: positions of the inputs whose gradients are summed.
            active: positions of the outputs that have a cotangent.
            weights: one per wanted input.
        """
        raise NotImplementedError

    def taken(self, argument: Any) -> tuple[Array, Callable[[Any], Any]] | None:
        """An array of an argument that is none itself, and what makes such an argument of one."""
        return None

    def bound(self, arguments: Arguments) -> Subject:
        """This function with arguments in their places: one of the arrays alone."""
        raise NotImplementedError

    def precisions(self) -> Sequence[Precision]:
        """In what else it can compute, to be held against float64."""
        return ()

    def strict(self) -> AbstractContextManager[Any]:
        """Inside, a rule that returns another dtype than its input's is an error."""
        return nullcontext()


def as_outputs(result: Any, name: str) -> list[Array]:
    """What a function of arrays returned, nested or not, as a list of arrays.

    Raises:
        TypeError: if it is not numbers.
    """
    outputs = []
    for position, each in enumerate(_parts(result)):
        # A list of numbers is one output only by mistake: NumPy functions return arrays.
        if isinstance(each, (str, bytes, dict, set)) or each is None:
            raise TypeError(_no_array(name, position, each))
        try:
            array = np.asarray(each)
        except (TypeError, ValueError) as error:
            raise TypeError(_no_array(name, position, each)) from error
        if array.dtype.kind not in "biufc":
            raise TypeError(_no_array(name, position, each))
        outputs.append(array)
    if not outputs:
        raise TypeError(f"{name}: returned an empty {type(result).__name__}; expected arrays")
    return outputs


def _parts(result: Any) -> list[Any]:
    """What a function returned, one by one; lists of numbers, which make an array, stay whole."""
    if isinstance(result, dict) or (isinstance(result, (tuple, list)) and _is_nested(result)):
        return leaves(result)
    return list(result) if isinstance(result, (tuple, list)) else [result]


def _is_nested(result: Any) -> bool:
    inner = [each for each in result if isinstance(each, (dict, list, tuple))]
    return any(isinstance(leaf, np.ndarray) for each in inner for leaf in leaves(each))


def _no_array(name: str, position: int, returned: Any) -> str:
    advice = "; is the `return` missing?" if returned is None else ""
    return (
        f"{name}: output {position} is {type(returned).__name__}; a function under test takes "
        f"arrays and returns an array of numbers or a tuple of them{advice}"
    )


def as_gradients(result: Any, wanted: Sequence[int], count: int, what: str) -> Gradients:
    """What a gradient function returned: one array per input, or per differentiated input.

    Raises:
        ValueError: if their number does not fit.
        TypeError: if one is not numbers.
    """
    listed = _parts(result)
    if len(listed) != count:  # None may stand for an argument that is no array to differentiate
        listed = [each for each in listed if each is not None] or listed
    if len(listed) == count:
        found = {position: listed[position] for position in wanted}
    elif len(listed) == len(wanted):
        found = dict(zip(wanted, listed, strict=True))
    else:
        raise ValueError(
            f"{what} returned {len(listed)} gradients for {len(wanted)} floating inputs; return "
            "one each, in the order of the inputs, or name those to test with differentiate=(0,)"
        )
    gradients: Gradients = [None] * count
    for position, gradient in found.items():
        array = None if gradient is None else np.asarray(gradient)
        if array is None or array.dtype.kind not in "biufc":
            raise TypeError(
                f"{what} returned {type(gradient).__name__} as the gradient of input {position}; "
                "expected an array, or differentiate= without this input"
            )
        gradients[position] = array
    return gradients


# ---------------------------------------------------------------------- plain NumPy


class NumpyRun:
    """A forward call of a NumPy function, with its gradient by a function of its own."""

    def __init__(self, outputs: list[Array], pull: Callable[[Sequence[Array | None]], Gradients]):
        self.outputs = outputs
        self.pull = pull


class NumpyFunction(Subject):
    """A NumPy function with its gradient written by hand.

    Args:
        function: takes arrays, returns an array or a tuple of arrays.
        vjp: takes the cotangent (a tuple of them for several outputs) and the inputs, returns one
            gradient per input.
        gradient: instead of `vjp`, for a function that returns one number: takes the inputs.
    """

    abilities = frozenset({LAYOUT, AGAIN, SINGLE})

    def __init__(
        self,
        function: Callable[..., Any],
        vjp: Callable[..., Any] | None = None,
        gradient: Callable[..., Any] | None = None,
    ) -> None:
        if (vjp is None) == (gradient is None):
            raise TypeError("give one of vjp= and gradient=, not both")
        self.function = function
        self.vjp = vjp
        self.gradient = gradient
        self.name = getattr(function, "__name__", type(function).__name__)

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs at these inputs."""
        return as_outputs(self.function(*inputs), self.name)

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> NumpyRun:
        """Call the function; the gradient function is called when gradients are asked for."""
        outputs = self.value(inputs)
        several = len(outputs) > 1

        def pull(cotangents: Sequence[Array | None]) -> Gradients:
            full = [
                np.zeros_like(out) if g is None else g
                for out, g in zip(outputs, cotangents, strict=True)
            ]
            if self.vjp is not None:
                found = self.vjp(tuple(full) if several else full[0], *inputs)
                return as_gradients(found, wanted, len(inputs), f"{self.name}: its vjp")
            if several or outputs[0].size != 1:
                raise ValueError(
                    f"{self.name}: returned shape {outputs[0].shape}; gradient= is for functions "
                    "that return one number: for others give vjp=, a function of the cotangent "
                    "and the inputs"
                )
            assert self.gradient is not None
            found = self.gradient(*inputs)
            gradients = as_gradients(found, wanted, len(inputs), f"{self.name}: its gradient")
            factor = full[0].reshape(())
            return [None if each is None else each * factor for each in gradients]

        return NumpyRun(outputs, pull)


class Layer(Subject):
    """A layer with `forward(*inputs)` and `backward(dout)`, its parameters among the inputs.

    Parameters are found as the courses keep them: in the lists `params` and `grads`, or as pairs
    of attributes such as `W` and `dW`. They come after the inputs of `forward`. The layer is
    copied, with parameters and gradients in float64, so the original does not change.

    Args:
        layer: the object.
        arguments: of `forward`.
    """

    def __init__(self, layer: Any, arguments: Arguments) -> None:
        pairs = _parameters(layer)
        # Under their ids in the memo, the copies take the place of the arrays wherever they are.
        memo = {
            id(array): array.astype(np.float64)
            for pair in pairs
            for array in (pair.value, pair.gradient())
            if isinstance(array, np.ndarray) and array.dtype.kind == "f"
        }
        self.layer = copy.deepcopy(layer, memo)
        self.arguments = arguments
        self.count = len(arguments.arrays)
        self.name = type(layer).__name__
        self.pairs = _parameters(self.layer)
        self.parameters = [(pair.name, pair.value) for pair in self.pairs]

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs at these inputs and parameters; the parameters are put back."""
        with self._installed(inputs[self.count :]):
            return [out.copy() for out in self._forward(inputs)]

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> NumpyRun:
        """Call `forward` with these parameters; `backward` runs when gradients are asked for."""

        def pull(cotangents: Sequence[Array | None]) -> Gradients:
            with self._installed(inputs[self.count :]):
                outputs = self._forward(inputs)  # a layer remembers its last call only
                full = [
                    np.zeros_like(out) if g is None else g
                    for out, g in zip(outputs, cotangents, strict=True)
                ]
                passed = self.layer.backward(*full)
                return self._gradients(passed, wanted, len(inputs))

        return NumpyRun(self.value(inputs), pull)

    def _forward(self, inputs: Sequence[Array]) -> list[Array]:
        arguments = self.arguments.fill(inputs[: self.count])
        return as_outputs(self.layer.forward(*arguments), f"{self.name}.forward")

    def _gradients(self, passed: Any, wanted: Sequence[int], count: int) -> Gradients:
        what = f"{self.name}.backward"
        own = [position for position in wanted if position < self.count]
        gradients: Gradients = [None] * count
        if own:
            gradients[: self.count] = as_gradients(passed, own, self.count, what)
        for position in wanted[len(own) :]:
            pair = self.pairs[position - self.count]
            given = pair.gradient()
            if given is None:
                raise ValueError(f"{what} left no gradient of {pair.name} in {pair.place}")
            gradients[position] = np.array(given)  # the layer may write into it next time
        return gradients

    @contextmanager
    def _installed(self, parameters: Sequence[Array]) -> Iterator[None]:
        """Other parameters for a while, written into the arrays wherever the layer keeps them."""
        kept = [pair.value.copy() for pair in self.pairs]
        try:
            for pair, array in zip(self.pairs, parameters, strict=True):
                pair.value[...] = array
            yield
        finally:
            for pair, array in zip(self.pairs, kept, strict=True):
                pair.value[...] = array


class Parameter(NamedTuple):
    """An array that a layer learns, and where `backward` leaves its gradient."""

    name: str
    value: Array
    place: str
    gradient: Callable[[], Any]


def _parameters(layer: Any) -> list[Parameter]:
    """The parameters in `params` and `grads`, or the attributes beside which there is a gradient.

    Raises:
        ValueError: if `params` and `grads` are of different lengths.
    """
    if isinstance(getattr(layer, "params", None), list):
        grads = getattr(layer, "grads", [])
        if len(grads) != len(layer.params):
            raise ValueError(
                f"{type(layer).__name__}: has {len(layer.params)} params but {len(grads)} grads; "
                "expected a gradient for each, made in __init__"
            )
        return [
            Parameter(f"params[{i}]", array, f"grads[{i}]", partial(_listed, layer, i))
            for i, array in enumerate(layer.params)
        ]
    attributes = vars(layer) if hasattr(layer, "__dict__") else {}
    return [
        Parameter(name, array, f"d{name}", partial(getattr, layer, f"d{name}"))
        for name, array in attributes.items()
        if isinstance(array, np.ndarray) and array.dtype.kind == "f" and f"d{name}" in attributes
    ]


def _listed(layer: Any, place: int) -> Any:
    return layer.grads[place]


def is_layer(target: Any) -> bool:
    """Whether this is an object with `forward` and `backward` rather than a function."""
    named = callable(getattr(target, "named_parameters", None))  # then it is a module
    return not named and all(callable(getattr(target, n, None)) for n in ("forward", "backward"))
