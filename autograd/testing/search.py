"""Drawn examples: Hypothesis looks for one that fails, and makes it small."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from autograd.testing.calling import Call
from autograd.testing.case import Case
from autograd.testing.properties import Property
from autograd.testing.report import report
from autograd.testing.runner import Failure, run_properties
from autograd.testing.strategies import arrays, broadcastable_shapes, cotangents, shapes
from autograd.testing.strategies.domains import Domain
from autograd.testing.strategies.shapes import Shape
from autograd.testing.tally import Tally

_TRIES = 400  # calls that making an example smaller may take
_WITNESSES = 24  # more examples that the diagnosis is read from
_LARGEST = 64  # elements of one


# Where `seed` and `reproduce_failure` leave what they were given.
_OF_TESTS = ("_hypothesis_internal_use_seed", "_hypothesis_internal_use_reproduce_failure")


def register_profiles() -> None:
    """Register the profiles quick, ci and thorough: 25, 100 and 1000 examples, no deadlines.

    quick and ci draw the same in every run, thorough searches further each time.
    """
    common: Any = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("quick", max_examples=25, derandomize=True, **common)
    settings.register_profile("ci", max_examples=100, derandomize=True, **common)
    settings.register_profile("thorough", max_examples=1000, print_blob=True, **common)


def load_profile(name: str) -> None:
    """Use one of the profiles from here on."""
    register_profiles()
    settings.load_profile(name)


class AnyCall(Protocol):
    """A function with its arguments: a case, and code that makes it again."""

    def case(self) -> Case:
        """The function at these arguments."""
        ...

    def bind(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Another function of the same arguments, as one of the arrays alone."""
        ...

    def code(self, case: Case | None, broken: str) -> str:
        """Python that checks the same again."""
        ...


class _Search:
    """What a search has found so far."""

    def __init__(self) -> None:
        self.broken: Property | None = None
        self.first: Failure | None = None
        self.left = _TRIES
        self.failures: set[str] = set()
        self.witnesses: list[Case] = []
        self.passed: list[str] = []
        self.examples = 0

    def note(self, failure: Failure, key: str) -> None:
        """Remember a failure; from the first one on, only its property is looked at."""
        if self.broken is None:
            self.broken = failure.broken
            self.passed = failure.passed
        if key not in self.failures and len(self.witnesses) < _WITNESSES // 4:
            self.witnesses += [failure.case] if _size(failure.case) <= _LARGEST else []
        self.failures.add(key)

    def gives_up_on(self, key: str) -> bool:
        """Whether there were enough tries and this example is none that is known to fail.

        Tries are counted and not timed, so that a report does not depend on the machine.
        """
        self.left -= 1
        return self.left < 0 and key not in self.failures


def _key(case: Case) -> str:
    """What tells an example from others."""
    given = [*case.inputs, *case.cotangents]
    return repr([g if g is None else (g.shape, g.dtype.str, g.tobytes()) for g in given])


def _size(case: Case) -> int:
    return sum(x.size for x in case.inputs) + sum(out.size for out in case.outputs)


def search(
    calls: st.SearchStrategy[Any],
    properties: Sequence[Property],
    tally: Tally,
    *,
    examples: int | None = None,
    reference: Callable[..., Any] | None = None,
    seed: int | None = None,
    decorated: Any = None,
    lang: str = "en",
    seconds: float | None = None,
) -> None:
    """Draw calls and hold each to the properties.

    Args:
        calls: a strategy of `AnyCall`.
        properties: to check.
        tally: counts what was done.
        examples: how many to draw; by default as the settings in force say.
        reference: an independent function of the arguments, for the values.
        seed: of what is drawn; by default as the settings in force say.
        decorated: a test that may have been given `settings`, `seed` or `reproduce_failure`.
        lang: of the report, "en" or "ko".
        seconds: after which no more examples are drawn; the one at hand is finished.

    Raises:
        GradientError: with the report on the smallest example that fails.
    """
    __tracebackhide__ = True
    found = _Search()
    base = _settings_of(decorated)
    count = base.max_examples if examples is None else examples
    begun = time.perf_counter()
    phases = [p for p in (Phase.reuse, Phase.generate, Phase.shrink) if p in base.phases]

    @_drawing(calls, count, phases, seed, decorated)
    def examine(call: AnyCall, data: st.DataObject) -> None:
        late = seconds is not None and time.perf_counter() - begun > seconds
        if late and found.broken is None and found.examples:
            tally.stopped = seconds
            return
        case = call.case()
        case.cotangents = list(data.draw(cotangents(case.outputs, layout=False, zero=False)))
        if found.broken is None:
            chosen, key = properties, ""
            found.examples += 1
        else:
            chosen, key = [found.broken], _key(case)
            if found.gives_up_on(key):
                return
        independent = None if reference is None else call.bind(reference)
        try:
            run_properties(case, chosen, tally if found.broken is None else None, independent)
        except Failure as failure:
            failure.call = call
            found.first = found.first or failure
            found.note(failure, key or _key(case))
            raise

    try:
        examine()
    except (Failure, Flaky) as raised:
        # What fails at an example and then passes there is reported as it was the first time.
        failure = raised if isinstance(raised, Failure) else found.first
        if failure is None:
            raise
        failure.passed = found.passed
        code = failure.call.code(failure.case, failure.broken.name)
        witnesses = [*found.witnesses, *_more(calls, seed)]
        blob = [n for n in getattr(raised, "__notes__", ()) if "@reproduce_failure" in n]
        said = report(failure, witnesses, code, found.examples, "".join(blob), lang)
        raise said from failure.__cause__


def _settings_of(decorated: Any) -> settings:
    """Those that a test was given, or those in force."""
    given_ones: settings | None = getattr(decorated, "_hypothesis_internal_use_settings", None)
    return given_ones or settings()


def _drawing(
    calls: st.SearchStrategy[Any],
    count: int,
    phases: Sequence[Phase],
    seed: int | None,
    decorated: Any = None,
) -> Callable[[Callable[[AnyCall, st.DataObject], None]], Callable[[], None]]:
    """Make a function run on drawn calls."""

    def decorate(function: Callable[[AnyCall, st.DataObject], None]) -> Callable[[], None]:
        base = _settings_of(decorated)

        @settings(
            base,
            max_examples=count,
            deadline=None,
            database=None if decorated is None or base.derandomize else base.database,
            print_blob=decorated is not None,
            report_multiple_bugs=False,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def run(data: st.DataObject) -> None:
            function(data.draw(calls), data)

        for name in _OF_TESTS:
            if getattr(decorated, name, None) is not None:
                setattr(run, name, getattr(decorated, name))
        if decorated is not None:  # failing examples are kept by the name of the test
            key = f"{decorated.__module__}.{decorated.__qualname__}".encode()
            run._hypothesis_internal_database_key = key  # type: ignore[attr-defined]
        return run if seed is None else seeded(seed)(run)

    return decorate


def _more(calls: st.SearchStrategy[Any], seed: int | None) -> list[Case]:
    """Further examples, failing or not: what is wrong shows at most of them."""
    cases: list[Case] = []

    @_drawing(calls, _WITNESSES, [Phase.generate], seed)
    def collect(call: AnyCall, data: st.DataObject) -> None:
        case = call.case()
        if 0 < _size(case) <= _LARGEST:
            cases.append(case)

    try:
        collect()
    except Exception:
        return cases  # the function fails at some inputs
    return cases


@st.composite
def function_calls(
    draw: st.DrawFn,
    f: Any,
    inputs: Sequence[Any] | st.SearchStrategy[Any],
    options: Mapping[str, Any],
) -> Call:
    """Draw a call of a function.

    Args:
        f: the function.
        inputs: for each argument a strategy or a value; or a strategy that draws all of them.
        options: of `assert_gradients`.
    """
    if isinstance(inputs, st.SearchStrategy):
        return Call(f, draw(inputs), options)
    drawn = [draw(each) if isinstance(each, st.SearchStrategy) else each for each in inputs]
    return Call(f, drawn, options)


@st.composite
def operands(
    draw: st.DrawFn,
    count: int,
    *,
    domain: str | Domain | Sequence[str | Domain] = "real",
    kinks: Sequence[float] = (),
    broadcast: bool = True,
    sides: Sequence[Shape] | None = None,
    wide: bool = True,
) -> tuple[np.ndarray[Any, Any], ...]:
    """Draw the arguments of an elementwise function.

    Args:
        count: how many.
        domain: of all, or one for each.
        kinks: where the function is not smooth.
        broadcast: whether their shapes may differ and broadcast; else they are equal.
        sides: their shapes, if these are not to be drawn.
        wide: whether numbers of very different size are drawn.
    """
    if sides is None:
        together = broadcast and count > 1
        sides = draw(broadcastable_shapes(count)) if together else (draw(shapes()),) * count
    domains = [domain] * count if isinstance(domain, (str, Domain)) else list(domain)
    return tuple(
        draw(arrays(shape, domain=each, kinks=kinks, wide=wide))
        for shape, each in zip(sides, domains, strict=True)
    )
