"""The chi-squared distribution of `df` degrees of freedom."""

from scipy.stats import chi2 as _scipy

from autograd.ops.elementwise import log
from autograd.ops.special import digamma
from autograd.scipy.stats.common import location_scale, others

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]
__getattr__ = others(_scipy)

_functions = location_scale(
    _scipy,
    shapes={"df": lambda z, df: (log(z / 2) - digamma(df / 2)) / 2},
    score=lambda z, df: (df / 2 - 1) / z - 0.5,
)
cdf, sf, pdf = (_functions[name] for name in ("cdf", "sf", "pdf"))
logcdf, logsf, logpdf = (_functions[name] for name in ("logcdf", "logsf", "logpdf"))
