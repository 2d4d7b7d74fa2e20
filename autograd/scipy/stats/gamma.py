"""The gamma distribution of a shape `a`."""

from scipy.stats import gamma as _scipy

from autograd.ops.elementwise import log
from autograd.ops.special import digamma
from autograd.scipy.stats.common import location_scale, others

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]
__getattr__ = others(_scipy)

_functions = location_scale(
    _scipy,
    shapes={"a": lambda z, a: log(z) - digamma(a)},
    score=lambda z, a: (a - 1) / z - 1,
)
cdf, sf, pdf = (_functions[name] for name in ("cdf", "sf", "pdf"))
logcdf, logsf, logpdf = (_functions[name] for name in ("logcdf", "logsf", "logpdf"))
