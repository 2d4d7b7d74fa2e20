"""How far a computed value lies from the function's own: rounding, read off a few values.

The method is ECNoise (J. J. Moré, S. M. Wild, "Estimating computational noise", SIAM J. Sci.
Comput. 33, 2011). The k-th differences of a smooth function on closely spaced points vanish; what
is left of them is noise, enlarged by a known factor: for independent noise of standard deviation σ,
the mean square of the k-th differences is σ² (2k)! / (k!)².
"""

from collections.abc import Sequence
from itertools import pairwise
from math import comb, frexp, fsum, isfinite, ldexp, sqrt

# Of the argument's size: third differences of what is smooth vanish. It is no power of two, lest
# rounded values rise as evenly as the arguments do.
SPACING = 1.37 * 2.0**-26
SAMPLES = 7
# Further apart, for functions whose noise is longer than that and cannot be seen otherwise.
SPACINGS = tuple(1.37 * 2.0**-power for power in range(24, 5, -3))
_AGREEING = 4.0
_FIRST_ORDER = 3  # lower differences still see slope and curvature


def difference_noise(samples: Sequence[float]) -> float:
    """Return the standard deviation of the noise in equally and closely spaced samples.

    The largest of the estimates from the differences of order three and above is taken: a bound
    that is a little too wide costs nothing, one too narrow a false alarm.

    Args:
        samples: values of a function at equal distances of about `SPACING` times its argument; at
            least four of them.

    Returns:
        The noise in one value; NaN where a sample is not finite.
    """
    if not all(isfinite(sample) for sample in samples):
        return float("nan")
    largest = max(abs(sample) for sample in samples)
    if largest == 0.0:
        return 0.0
    return max(_by_order(samples, largest))


def agreeing_noise(samples: Sequence[float]) -> float:
    """Return the noise in equally spaced samples that may be far apart; 0 where there may be none.

    What is left of a smooth function falls, or grows, from one order of differences to the next;
    noise gives every order the same estimate.
    """
    if not all(isfinite(sample) for sample in samples):
        return 0.0
    largest = max(abs(sample) for sample in samples)
    if largest == 0.0:
        return 0.0
    estimates = _by_order(samples, largest)
    return max(estimates) if max(estimates) <= _AGREEING * min(estimates) else 0.0


def _by_order(samples: Sequence[float], largest: float) -> list[float]:
    """Return the estimates from the differences of each order."""
    unit = ldexp(1.0, max(frexp(largest)[1] - 1, -1022))  # squares must not overflow
    differences = [float(sample) / unit for sample in samples]
    estimates = []
    for order in range(1, len(samples)):
        differences = [b - a for a, b in pairwise(differences)]
        if order >= _FIRST_ORDER:
            mean_square = fsum(d * d for d in differences) / len(differences)
            estimates.append(sqrt(mean_square / comb(2 * order, order)) * unit)
    return estimates
