"""The normal distribution."""

from scipy.stats import norm as _scipy

from autograd.scipy.stats.common import location_scale, others

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]
__getattr__ = others(_scipy)

_functions = location_scale(
    _scipy,
    shapes={},
    score=lambda z: -z,
)
cdf, sf, pdf = (_functions[name] for name in ("cdf", "sf", "pdf"))
logcdf, logsf, logpdf = (_functions[name] for name in ("logcdf", "logsf", "logpdf"))
