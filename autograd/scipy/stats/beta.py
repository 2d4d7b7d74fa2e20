"""The beta distribution of shapes `a` and `b`."""

from scipy.stats import beta as _scipy

from autograd.ops.elementwise import log
from autograd.ops.exponential import log1p
from autograd.ops.special import digamma
from autograd.scipy.stats.common import location_scale, others

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]
__getattr__ = others(_scipy)

_functions = location_scale(
    _scipy,
    shapes={
        "a": lambda z, a, b: log(z) - digamma(a) + digamma(a + b),
        "b": lambda z, a, b: log1p(-z) - digamma(b) + digamma(a + b),
    },
    score=lambda z, a, b: (a - 1) / z - (b - 1) / (1 - z),
)
cdf, sf, pdf = (_functions[name] for name in ("cdf", "sf", "pdf"))
logcdf, logsf, logpdf = (_functions[name] for name in ("logcdf", "logsf", "logpdf"))
