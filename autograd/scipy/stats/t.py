"""Student's t distribution."""

from scipy.stats import t as _scipy

from autograd.ops.exponential import log1p
from autograd.ops.special import digamma
from autograd.scipy.stats.common import location_scale, others

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]
__getattr__ = others(_scipy)


def _in_df(z, df):  # type: ignore[no-untyped-def]  # a formula
    square = z * z / df
    step = digamma((df + 1) / 2) - digamma(df / 2)
    return (step - 1 / df - log1p(square) + (df + 1) * square / (df + z * z)) / 2


_functions = location_scale(
    _scipy,
    shapes={"df": _in_df},
    score=lambda z, df: -(df + 1) * z / (df + z * z),
)
cdf, sf, pdf = (_functions[name] for name in ("cdf", "sf", "pdf"))
logcdf, logsf, logpdf = (_functions[name] for name in ("logcdf", "logsf", "logpdf"))
