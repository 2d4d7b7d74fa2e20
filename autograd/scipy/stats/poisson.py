"""The Poisson distribution, with derivatives in its mean `mu`."""

import numpy as _np
from scipy.stats import poisson as _scipy

from autograd.scipy.stats.common import by_formulas, others

__all__ = ["cdf", "logpmf", "pmf"]
__getattr__ = others(_scipy)

_NAMES = ("k", "mu", "loc")
pmf = by_formulas(_scipy.pmf, _NAMES, {"mu": lambda ans, k, mu, loc: ans * ((k - loc) / mu - 1)})
logpmf = by_formulas(_scipy.logpmf, _NAMES, {"mu": lambda ans, k, mu, loc: (k - loc) / mu - 1})
cdf = by_formulas(_scipy.cdf, _NAMES, {"mu": lambda ans, k, mu, loc: -pmf(_np.floor(k), mu, loc)})
