"""`check_grads` and `assert_gradients`: gradients of anybody's functions held to the properties."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.testing.arguments import Arguments, name_of
from autograd.testing.case import Case
from autograd.testing.derivatives import compare, forward_gradients, p12_second_order
from autograd.testing.paste import code_of
from autograd.testing.properties import PROPERTIES, Property, select
from autograd.testing.report import GradientError, array_names, pasted, report
from autograd.testing.result import Verdict
from autograd.testing.runner import Failure, run_properties
from autograd.testing.subjects import PUSH, Layer, NumpyFunction, Subject, is_layer
from autograd.testing.tally import Tally, remember
from autograd.testing.tensors import TensorFunction
from autograd.testing.violation import Violation

MAX_UNRESOLVED = 0.01


class Call:
    """A function with its arguments, ready to become a case.

    Args:
        target: a function of Tensors, a NumPy function with `vjp` or `gradient`, a layer, or a
            subject.
        positional: its arguments.
        options: of `assert_gradients`, by name.

    Raises:
        TypeError: for a target that cannot be called, and where nothing can be differentiated.
    """

    def __init__(self, target: Any, positional: Sequence[Any], options: Mapping[str, Any]) -> None:
        self.target = target
        self.options = options
        layer = is_layer(target)
        called = target.forward if layer else getattr(target, "function", target)
        if not callable(called):
            raise TypeError(
                f"expected a function, or a layer with forward and backward, got "
                f"{type(target).__name__}"
            )
        self.arguments = Arguments(positional, called)
        self.subject = self._subject(layer)
        self.arrays = list(self.arguments.arrays)
        self.names = list(self.arguments.names)
        if isinstance(self.subject, Layer):
            self.arrays += [pair.value.copy() for pair in self.subject.pairs]
            self.names += [pair.name for pair in self.subject.pairs]
        if not self.arrays:
            raise TypeError(
                f"{self.name}: nothing to differentiate: the arguments are "
                f"{self.arguments.describe()}. Integers have no gradients; pass floating numbers, "
                "such as np.array([1.0, 2.0]) or x.astype(float)"
            )

    def _subject(self, layer: bool) -> Subject:
        target, arguments = self.target, self.arguments
        vjp, gradient = self.options.get("vjp"), self.options.get("gradient")
        if isinstance(target, Subject):
            return target.bound(arguments)
        if layer:
            return Layer(target, arguments)
        if vjp is not None or gradient is not None:
            return NumpyFunction(
                arguments.bind(target),
                None if vjp is None else arguments.bind(vjp, leading=1),
                None if gradient is None else arguments.bind(gradient),
            )
        return TensorFunction(arguments.bind(target))

    @property
    def name(self) -> str:
        """What reports call the function."""
        return self.subject.name

    def case(self) -> Case:
        """The function at these arguments.

        Raises:
            Exception: whatever the function raises there, with a note that says where that was.
        """
        options = self.options
        try:
            return Case(
                self.subject,
                self.arrays,
                cotangents=self._cotangents(),
                seed=options.get("seed") or 0,
                differentiate=self._positions(),
                elementwise=options.get("elementwise", False),
                batch=self._batch(),
                names=self.names,
            )
        except Exception as error:
            error.add_note(f"while calling {self.name} here:\n{self.code(None, '')}")
            raise

    def _cotangents(self) -> Sequence[Any] | None:
        given = self.options.get("cotangents")
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError(
                f"cotangents: expected a list with one array per output, got {type(given).__name__}"
            )
        return given

    def _positions(self) -> list[int] | None:
        """Which arrays to differentiate, from their names or numbers."""
        wanted = self.options.get("differentiate")
        if wanted is None:
            return None
        listed = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
        positions = []
        for each in listed:
            known = self.names if isinstance(each, str) else range(len(self.names))
            if each not in known:
                raise ValueError(
                    f"differentiate: {each!r} is none of the floating inputs of {self.name}: "
                    f"{', '.join(self.names)}"
                )
            positions.append(self.names.index(each) if isinstance(each, str) else each)
        return positions

    def _batch(self) -> list[bool] | None:
        given = self.options.get("batch")
        if given is None or given is False:
            return None
        batch = [True] * len(self.arrays) if given is True else [bool(each) for each in given]
        if len(batch) != len(self.arrays):
            raise ValueError(
                f"batch: {len(batch)} entries for the {len(self.arrays)} inputs "
                f"{', '.join(self.names)}; give one for each, or True for all"
            )
        return batch

    def bind(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Another function of the same arguments, as one of the arrays alone."""
        return self.arguments.bind(function)

    def code(self, case: Case | None, broken: str) -> str:
        """Python that checks the same again."""
        count = len(self.arguments.arrays)
        names = array_names(self.arguments.names)
        options = {
            name: _code_of_option(name, self.options[name])
            for name in _REPEATED
            if self.options.get(name) not in (None, False, 0)
        }
        if broken:
            options["properties"] = repr(broken)
        return pasted(
            _written_target(self.subject),
            [code_of(each) for each in self.arguments.fill([_Name(name) for name in names])],
            names,
            self.arrays[:count] if case is None else case.inputs[:count],
            None if case is None else case.cotangents,
            options,
        )


_REPEATED = ("vjp", "gradient", "elementwise", "batch", "differentiate", "seed")


def _written_target(subject: Subject) -> str:
    if isinstance(subject, Layer):
        return "layer"
    name = subject.name if subject.name.isidentifier() else "f"
    return f"adapters.{subject.wrapper}({name})" if subject.wrapper else name


def _code_of_option(name: str, value: Any) -> str:
    return name if getattr(value, "__name__", "") == "<lambda>" else code_of(value)


class _Name:
    """A variable in code to paste."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


def check_case(
    case: Case,
    code: Callable[[Case | None, str], str],
    properties: Sequence[Property],
    tally: Tally,
    reference: Callable[..., Any] | None = None,
) -> None:
    """Hold one case to properties; raise `GradientError` with the whole report."""
    __tracebackhide__ = True
    try:
        run_properties(case, properties, tally, reference)
    except Failure as failure:
        raise report(failure, [], code(case, failure.broken.name)) from failure.__cause__


def assert_resolved(tally: Tally, limit: float = MAX_UNRESOLVED) -> None:
    """Raise where too much could not be told: abstaining must not hide a fault.

    Raises:
        GradientError: if the unresolved share is above the limit, or nothing could be compared.
    """
    if tally.outside and tally.outside > 9 * tally.comparisons:
        raise GradientError(
            f"{tally.name}: the function is not finite at most points ({tally.outside} of "
            f"{tally.outside + tally.comparisons} comparisons), so its gradient was not compared; "
            "draw its inputs from the domain where it is, such as domain='positive'"
        )
    if tally.share > limit:
        reasons = "; ".join(f"{count}: {why}" for why, count in tally.unresolved.most_common())
        raise GradientError(
            f"{tally.name}: {100 * tally.share:.1f} % of {tally.comparisons} comparisons could not "
            f"be told, more than {100 * limit:g} % ({reasons}). Where the function is that noisy, "
            "or jumps, choose points where it is not, or allow more with max_unresolved="
        )


def check_grads(
    f: Any,
    *args: Any,
    order: int = 2,
    modes: Sequence[str] = ("rev", "fwd"),
    vjp: Callable[..., Any] | None = None,
    gradient: Callable[..., Any] | None = None,
    cotangents: Sequence[Any] | None = None,
    differentiate: Sequence[int | str] | None = None,
    seed: int = 0,
) -> None:
    """Compare the gradients of a function with numerical derivatives at one point.

    The numerical side estimates its own error, so there is no tolerance to choose. Every floating
    argument is differentiated; hold one fixed with a lambda.

    Args:
        f: a function of Tensors; or of arrays, with `vjp` or `gradient`; or a layer with
            `forward(*args)` and `backward(dout)`, whose parameters are checked, too.
        *args: where to compare: arrays, Tensors, numbers; they are converted to float64.
        order: up to which derivatives of Tensor functions are compared.
        modes: "rev" for reverse mode, "fwd" for forward mode (Tensor functions).
        vjp: of a NumPy function: takes the cotangent, then the arguments; returns one gradient per
            floating argument.
        gradient: instead, for a NumPy function that returns one number: takes the arguments.
        cotangents: one per output; drawn if not given.
        differentiate: names or numbers of the floating arguments to check; all by default.
        seed: of what is drawn.

    Raises:
        GradientError: with the report, if a gradient is wrong.
        TypeError: if there is nothing to differentiate, or `f` returns something else than arrays.

    >>> check_grads(lambda x, w: (x @ w).tanh(), np.ones((2, 3)), np.ones((3, 1)))
    >>> check_grads(np.sin, 0.5, vjp=lambda g, x: g * np.cos(x))
    """
    unknown = set(modes) - {"rev", "fwd"}
    if unknown or not modes:
        raise ValueError(f"check_grads: modes are 'rev' and 'fwd', got {modes!r}")
    if order < 1:
        raise ValueError(f"check_grads: order is 1 or more, got {order}")
    options = {
        "vjp": vjp, "gradient": gradient, "cotangents": cotangents,
        "differentiate": differentiate, "seed": seed,
    }  # fmt: skip
    properties = [PROPERTIES["P0"]]
    if "rev" in modes:
        properties += [PROPERTIES["P1"], PROPERTIES["P7"]]
    if "fwd" in modes:
        properties.append(_FORWARD)
    if "rev" in modes and order > 1:
        higher = PROPERTIES["P12"]
        check = functools.partial(p12_second_order, order=order)
        properties.append(Property(higher.name, higher.title, check, higher.needs))
    call = Call(f, args, options)
    tally = Tally(call.name)
    check_case(call.case(), call.code, properties, tally)
    assert_resolved(tally)


def _forward_numerical(case: Case) -> None:
    result = compare(case, forward_gradients(case))
    case.comparisons += result.comparisons
    if result.verdict is Verdict.DISAGREE:
        raise Violation("forward mode disagrees with numerical derivatives", None, result)


_FORWARD = Property(
    "P8", "forward mode agrees with numerical derivatives", _forward_numerical, PUSH
)


def assert_gradients(
    f: Any,
    *inputs: Any,
    arguments: Any = None,
    properties: Sequence[str] | str | None = None,
    elementwise: bool = False,
    batch: bool | Sequence[bool] | None = None,
    reference: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    gradient: Callable[..., Any] | None = None,
    cotangents: Sequence[Any] | None = None,
    differentiate: Sequence[int | str] | None = None,
    examples: int | None = None,
    max_unresolved: float = MAX_UNRESOLVED,
    seed: int | None = None,
) -> Tally:
    """Hold the gradients of a function to all properties, at one point or at many drawn ones.

    Where an input is a strategy of Hypothesis, examples are drawn and a failing one is made as
    small as possible. The properties are in `autograd.testing.properties`, cheapest first.

    Args:
        f: as for `check_grads`.
        *inputs: for each argument a value, or a strategy that draws it.
        arguments: instead of `inputs`, a strategy that draws all arguments as a tuple.
        properties: names of those to check, such as `"P5,P7"`, or to leave out, such as `"-P12"`.
        elementwise: whether the inputs broadcast to the shape of the output, element by element.
        batch: per floating input, whether axis 0 is a batch whose examples do not mix; True for
            all. Axis 0 of every output is then the batch, too.
        reference: an independent NumPy function with the same values.
        vjp: as for `check_grads`.
        gradient: as for `check_grads`.
        cotangents: one per output, without strategies only; drawn if not given.
        differentiate: names or numbers of the floating arguments to check; all by default.
        examples: how many to draw; by default as many as Hypothesis's settings say.
        max_unresolved: share of the comparisons that may be left without an answer.
        seed: of all that is drawn; by default what Hypothesis draws depends on its settings.

    Returns:
        What was checked.

    Raises:
        GradientError: with the report, if a property does not hold.
        TypeError: as for `check_grads`.

    >>> print(assert_gradients(lambda x: x * x, np.array([1.0, 2.0]), properties="P7").examples)
    1
    """
    __tracebackhide__ = True
    options = {
        "vjp": vjp, "gradient": gradient, "elementwise": elementwise, "batch": batch,
        "cotangents": cotangents, "differentiate": differentiate, "seed": seed,
    }  # fmt: skip
    chosen = select(properties)
    tally = Tally(f.name if isinstance(f, Subject) else name_of(f))
    if arguments is not None or any(map(_is_strategy, inputs)):
        if cotangents is not None:
            raise TypeError("assert_gradients: cotangents= goes with fixed inputs, not strategies")
        from autograd.testing.search import function_calls, search

        if arguments is not None and inputs:
            raise TypeError("assert_gradients: give the inputs, or arguments= for all of them")
        calls = function_calls(f, inputs if arguments is None else arguments, options)
        search(calls, chosen, tally, examples=examples, reference=reference, seed=seed)
    else:
        call = Call(f, inputs, options)
        independent = None if reference is None else call.bind(reference)
        check_case(call.case(), call.code, chosen, tally, independent)
    remember(tally)
    assert_resolved(tally, max_unresolved)
    return tally


def _is_strategy(value: Any) -> bool:
    """Whether this draws examples; nothing does before Hypothesis is imported."""
    hypothesis = sys.modules.get("hypothesis.strategies")
    return hypothesis is not None and isinstance(value, hypothesis.SearchStrategy)


def gradient_test(*strategies: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Make a test of a function: the gradients of what it returns are held to the properties.

    Args:
        *strategies: one per argument, of Hypothesis; or values.
        **options: strategies by the names of the arguments, and options of `assert_gradients`.

    Returns:
        A decorator. The test takes no arguments; pytest collects it by its name.

    Raises:
        TypeError: for an argument without a strategy.

    >>> from autograd.testing.strategies import arrays
    >>> @gradient_test(arrays((2, 3)), arrays((3,)), elementwise=True, examples=5)
    ... def test_scaled(x, scale):
    ...     return x * scale
    >>> test_scaled()
    """

    def decorate(function: Callable[..., Any]) -> Callable[[], None]:
        names = list(inspect.signature(function).parameters)
        named = {name: options[name] for name in names if name in options}
        rest = {name: value for name, value in options.items() if name not in named}
        missing = [name for name in names[len(strategies) :] if name not in named]
        if "arguments" not in rest and (missing or len(strategies) > len(names)):
            raise TypeError(
                f"gradient_test: {function.__name__} takes {', '.join(names) or 'nothing'}; give a "
                f"strategy for each, {len(strategies) + len(named)} came"
            )
        drawn = [*strategies, *(named[name] for name in names[len(strategies) :] if name in named)]

        @functools.wraps(function)
        def test() -> None:
            __tracebackhide__ = True
            assert_gradients(function, *drawn, **rest)

        del test.__wrapped__  # else pytest asks for its arguments
        test.is_gradient_test = True  # type: ignore[attr-defined]
        return test

    return decorate
