"""Densities and distribution functions of `scipy.stats`, with gradients.

What is not listed in a distribution's module is SciPy's own.
"""

from autograd.scipy.stats import beta, chi2, dirichlet, gamma, multivariate_normal, norm, poisson, t

__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]
