"""Where numbers come from: named domains, simple numbers of them first, wide ones later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import inf
from types import MappingProxyType

from hypothesis import strategies as st

# Ordered from simple to less simple; Hypothesis shrinks towards the first.
_DYADIC = sorted(
    {Fraction(n, d) for d in (1, 2, 4, 8, 16) for n in range(-4 * d, 4 * d + 1)},
    key=lambda q: (q.denominator, abs(q), q < 0),
)
_WHOLE = (0.0, 1.0, -1.0, 2.0, -2.0)
_FAR = sorted({n / 2 for n in range(10, 65)}, key=lambda n: (n != int(n), n))
_WIDEST = 20  # binary orders of magnitude: squares and cubes of such numbers are harmless
NEAREST = 30  # a number near a kink or an edge is at least 2**-30 away from it, relatively


@dataclass(frozen=True)
class Domain:
    """An open interval of numbers, perhaps without zero.

    Attributes:
        low: the lower end, which is not part of it.
        high: the upper end, likewise.
        zero: whether zero is part of it.

    >>> 0.5 in Domain(0.0, 1.0), 1.0 in Domain(0.0, 1.0)
    (True, False)
    """

    low: float = -inf
    high: float = inf
    zero: bool = True

    def __contains__(self, number: float) -> bool:
        return self.low < number < self.high and (self.zero or number != 0)


#: The domains that have names.
DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "greater_than_minus_one": Domain(low=-1.0),
        "greater_than_one": Domain(low=1.0),
        "moderate": Domain(-32.0, 32.0),
        "negative": Domain(high=0.0),
        "nonzero": Domain(zero=False),
        "positive": Domain(low=0.0),
        "probability": Domain(0.0, 1.0),
        "real": Domain(),
        "unit": Domain(-1.0, 1.0),
    }
)


def numbers(
    domain: str | Domain = "real", *, kinks: Sequence[float] = (), wide: bool = True
) -> st.SearchStrategy[float]:
    """Draw a float.

    Args:
        domain: one of `DOMAINS` by name, or a `Domain`.
        kinks: where the function is not smooth: such points, and points close by, are drawn.
        wide: whether numbers of very different size, and those close to the ends of the domain, are
            drawn besides small multiples of 1/16.

    >>> from hypothesis import find
    >>> find(numbers("positive"), lambda number: True)
    1.0
    >>> find(numbers("greater_than_one"), lambda number: number < 1.5)
    1.25
    """
    interval = named_domain(domain)
    options = [simple(interval)]
    if kinks:
        options.append(near(interval, tuple(kinks)))
    if wide:
        options += [far(interval), extreme(interval)]
    return st.one_of(options)


def named_domain(domain: str | Domain) -> Domain:
    """Return the domain of a name.

    Raises:
        ValueError: if there is no such name.
    """
    if isinstance(domain, Domain):
        return domain
    if domain not in DOMAINS:
        raise ValueError(f"domain {domain!r} is not one of {', '.join(sorted(DOMAINS))}")
    return DOMAINS[domain]


@cache
def simple(domain: Domain) -> st.SearchStrategy[float]:
    """Draw a small multiple of 1/16."""
    return st.sampled_from([float(q) for q in _DYADIC if float(q) in domain])


@cache
def whole(domain: Domain) -> st.SearchStrategy[float]:
    """Draw one of a few whole numbers, zero among them, so that ties and zeros are common."""
    few = [number for number in _WHOLE if number in domain]
    return st.sampled_from(few) if few else simple(domain)


@cache
def far(domain: Domain) -> st.SearchStrategy[float]:
    """Draw a number of size 5 to 32, where exponentials saturate but do not vanish yet."""
    found = [sign * number for number in _FAR for sign in (1.0, -1.0) if sign * number in domain]
    return st.sampled_from(found) if found else simple(domain)


@cache
def near(
    domain: Domain, kinks: tuple[float, ...], nearest: int = NEAREST
) -> st.SearchStrategy[float]:
    """Draw a kink, or a number close to one, down to 2**-nearest, relatively."""
    distance = st.just(0.0) | st.integers(1, nearest).map(lambda k: 2.0**-k)
    moved = st.builds(
        lambda kink, size, sign: kink + sign * size * max(abs(kink), 1.0),
        st.sampled_from(sorted(kinks, key=abs)),
        distance,
        st.sampled_from([1.0, -1.0]),
    )
    return moved.filter(lambda number: number in domain)


@cache
def extreme(domain: Domain, nearest: int = NEAREST) -> st.SearchStrategy[float]:
    """Draw a number of any size that the domain allows, or one close to an end of it."""
    far = min(_WIDEST, max(_order(domain.low), _order(domain.high)))
    sized = st.builds(
        lambda mantissa, exponent, sign: sign * mantissa * 2.0**exponent,
        st.integers(8, 15).map(lambda n: n / 8),
        st.integers(-_WIDEST, far),
        st.sampled_from([1.0, -1.0]),
    )
    ends = [end for end in (domain.low, domain.high) if abs(end) < inf]
    if not domain.zero:
        ends.append(0.0)
    options = sized.filter(lambda number: number in domain)
    return st.one_of(options, near(domain, tuple(ends), nearest)) if ends else options


def _order(end: float) -> int:
    """Return the binary order of magnitude of a finite end, else the widest."""
    return _WIDEST if abs(end) == inf else Fraction(abs(end)).numerator.bit_length() - 1
