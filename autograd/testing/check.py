"""`check_grads` and `assert_gradients`: gradients of anybody's functions held to the properties."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.testing.arguments import name_of
from autograd.testing.calling import Call
from autograd.testing.case import Case
from autograd.testing.derivatives import compare, forward_gradients, p12_second_order
from autograd.testing.limits import limits_of
from autograd.testing.properties import PROPERTIES, Property, select
from autograd.testing.report import GradientError, report
from autograd.testing.result import Verdict
from autograd.testing.runner import Failure, run_properties
from autograd.testing.subjects import PUSH, Subject
from autograd.testing.tally import Tally, remember
from autograd.testing.violation import Violation

MAX_UNRESOLVED = 0.01
#: Options that take the place of defaults, of the test that is running.
defaults: dict[str, Any] = {}
_FEW = 3  # comparisons that may be left open whatever their share is
_MOST = 0.5


def known_language(lang: str) -> str:
    """The language of reports, if there are reports in it.

    Raises:
        ValueError: for another than "en" and "ko".
    """
    if lang not in ("en", "ko"):
        raise ValueError(f'lang is "en" or "ko", got {lang!r}')
    return lang


def check_case(
    case: Case,
    code: Callable[[Case | None, str], str],
    properties: Sequence[Property],
    tally: Tally,
    reference: Callable[..., Any] | None = None,
    lang: str = "en",
) -> None:
    """Hold one case to properties; raise `GradientError` with the whole report."""
    __tracebackhide__ = True
    try:
        run_properties(case, properties, tally, reference)
    except Failure as failure:
        pasted = code(case, failure.broken.name)
        raise report(failure, [], pasted, lang=lang) from failure.__cause__


def assert_resolved(tally: Tally, limit: float = MAX_UNRESOLVED) -> None:
    """Raise where too much could not be told: abstaining must not hide a fault.

    What is open because the function has no slope there, or hides it in its own rounding, is no
    fault of anybody as long as most is told; and a few open ones are no share of a few.

    Raises:
        GradientError: if the unresolved share is above the limit, or most could not be compared.
    """
    if tally.outside and tally.outside > 9 * tally.comparisons:
        raise GradientError(
            f"{tally.name}: the function is not finite at most points ({tally.outside} of "
            f"{tally.outside + tally.comparisons} comparisons), so its gradient was not compared; "
            "draw its inputs from the domain where it is, such as domain='positive'"
        )
    most = tally.share > max(_MOST, limit)
    few = tally.unexplained * tally.comparisons <= _FEW
    if most or (tally.unexplained > limit and not few):
        reasons = "; ".join(f"{count}: {why}" for why, count in tally.unresolved.most_common())
        raise GradientError(
            f"{tally.name}: {100 * tally.share:.1f} % of {tally.comparisons} comparisons could not "
            f"be told ({reasons}). This says nothing about the gradient: choose points where the "
            "function is smooth and not that noisy, or allow more with max_unresolved="
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
    lang: str = "en",
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
        lang: of the report: "en", or "ko" for Korean.

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
    check_case(call.case(), call.code, properties, tally, lang=known_language(lang))
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
    keeps_float32: bool | None = None,
    kinks: Sequence[float] = (),
    domain: tuple[float, float] | None = None,
    order: int = 2,
    convention: Mapping[float, float] | None = None,
    nondeterministic: bool = False,
    seed: int | None = None,
    seconds: float | None = None,
    decorated: Any = None,
    lang: str = "en",
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
        keeps_float32: whether outputs of float32 inputs must be float32; asked of operations made
            by `@op` where nothing is said, since functions may hold constants.
        kinks: numbers at which the function has no derivative: there any gradient is right.
        domain: two numbers; the function is never asked for one outside of them.
        order: up to which derivatives are compared.
        convention: what the derivative of an elementwise function is at a number, `{0.0: 0.5}`.
        nondeterministic: whether values are the same up to rounding only, time and again.
        seed: of all that is drawn; by default what Hypothesis draws depends on its settings.
        seconds: after which no more examples are drawn; the tally says so. By default all are.
        lang: of the report: "en", or "ko" for Korean.
        decorated: the test whose settings of Hypothesis count; `gradient_test` gives its own.

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
        "keeps_float32": keeps_float32, "kinks": kinks, "domain": domain,
        "order": None if order == 2 else order, "convention": convention,
        "nondeterministic": nondeterministic,
    }  # fmt: skip
    limits_of(options)
    known_language(lang)
    seconds = defaults.get("seconds") if seconds is None else seconds
    if seconds is not None and not seconds > 0:
        raise ValueError(f"assert_gradients: seconds is more than 0, got {seconds!r}")
    examples = defaults.get("examples") if examples is None else examples
    seed = defaults.get("seed") if seed is None else seed
    chosen = select(defaults.get("properties") if properties is None else properties)
    tally = Tally(f.name if isinstance(f, Subject) else name_of(f))
    if arguments is not None or any(map(_is_strategy, inputs)):
        if cotangents is not None:
            raise TypeError("assert_gradients: cotangents= goes with fixed inputs, not strategies")
        from autograd.testing.search import function_calls, search

        if arguments is not None and inputs:
            raise TypeError("assert_gradients: give the inputs, or arguments= for all of them")
        calls = function_calls(f, inputs if arguments is None else arguments, options)
        search(
            calls, chosen, tally, examples=examples, reference=reference, seed=seed,
            decorated=decorated, lang=lang, seconds=seconds,
        )  # fmt: skip
    else:
        call = Call(f, inputs, options)
        independent = None if reference is None else call.bind(reference)
        check_case(call.case(), call.code, chosen, tally, independent, lang)
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
        def test(*given: Any) -> Any:
            __tracebackhide__ = True
            if given:  # in code to paste the test stands for its function
                return function(*given)
            for example in getattr(test, "hypothesis_explicit_examples", ()):
                values = [*example.args, *(example.kwargs[n] for n in names[len(example.args) :])]
                assert_gradients(function, *values, **rest)
            assert_gradients(function, *drawn, decorated=test, **rest)
            return None

        del test.__wrapped__  # else pytest asks for its arguments
        test.is_gradient_test = True  # type: ignore[attr-defined]
        test.is_hypothesis_test = True  # type: ignore[attr-defined]
        return test

    return decorate
