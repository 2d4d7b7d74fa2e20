"""pymanopt optimizes on manifolds by our gradients and Hessians."""

import numpy as np
import pymanopt
from pymanopt.manifolds import Product, Sphere, SymmetricPositiveDefinite
from pymanopt.optimizers import SteepestDescent, TrustRegions

import autograd.numpy as anp

random = np.random.default_rng(0)
matrix = random.normal(size=(5, 5))
matrix = matrix + matrix.T
sphere = Sphere(5)


@pymanopt.function.autograd(sphere)
def quotient(point):
    return -anp.dot(point, anp.dot(matrix, point))


values, vectors = np.linalg.eigh(matrix)
for optimizer in (SteepestDescent(verbosity=0, max_iterations=2000), TrustRegions(verbosity=0)):
    found = optimizer.run(pymanopt.Problem(sphere, quotient), initial_point=np.ones(5) / 5**0.5)
    np.testing.assert_allclose(abs(found.point @ vectors[:, -1]), 1, atol=1e-5)
problem = pymanopt.Problem(sphere, quotient)
tangent = sphere.random_tangent_vector(vectors[:, 0])
curved = problem.riemannian_hessian(vectors[:, 0], tangent)
product = -2 * (matrix @ tangent - values[0] * tangent)
np.testing.assert_allclose(curved, product - vectors[:, 0] * (vectors[:, 0] @ product), atol=1e-9)

pair = Product([Sphere(3), SymmetricPositiveDefinite(2)])


@pymanopt.function.autograd(pair)
def cost(point, covariance):
    return point[0] + anp.trace(covariance) - anp.linalg.slogdet(covariance)[1]


found = TrustRegions(verbosity=0).run(pymanopt.Problem(pair, cost))
np.testing.assert_allclose(found.point[0], [-1, 0, 0], atol=1e-4)
np.testing.assert_allclose(found.point[1], np.eye(2), atol=1e-4)
