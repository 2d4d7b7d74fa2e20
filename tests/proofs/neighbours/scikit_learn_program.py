"""scikit-learn computes on Tensors themselves where its array dispatch is on, with equal values."""

import os

os.environ["SCIPY_ARRAY_API"] = "1"  # before SciPy is imported

import array_api_compat
import numpy as np
import sklearn
from sklearn import decomposition, discriminant_analysis, linear_model, metrics, preprocessing

import autograd
from autograd import Tensor

assert array_api_compat.array_namespace(Tensor([1.0])) is autograd

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4))
y = (X[:, 0] + X[:, 1] > 0).astype(int)
target = X @ [1.0, 2.0, 3.0, 4.0] + 0.1 * rng.normal(size=60)
cases = {
    "StandardScaler": lambda X, y, r: preprocessing.StandardScaler().fit_transform(X),
    "MinMaxScaler": lambda X, y, r: preprocessing.MinMaxScaler().fit_transform(X),
    "PolynomialFeatures": lambda X, y, r: preprocessing.PolynomialFeatures().fit_transform(X),
    "LabelEncoder": lambda X, y, r: preprocessing.LabelEncoder().fit_transform(y),
    "PCA": lambda X, y, r: decomposition.PCA(2, svd_solver="full").fit_transform(X),
    "Ridge": lambda X, y, r: linear_model.Ridge(solver="svd").fit(X, r).predict(X),
    "LinearDiscriminantAnalysis": lambda X, y, r: (
        discriminant_analysis.LinearDiscriminantAnalysis(solver="svd").fit(X, y).predict_proba(X)
    ),
    "rbf_kernel": lambda X, y, r: metrics.pairwise.rbf_kernel(X),
    "cosine_similarity": lambda X, y, r: metrics.pairwise.cosine_similarity(X),
    "accuracy_score": lambda X, y, r: metrics.accuracy_score(y, 1 - y),
    "r2_score": lambda X, y, r: metrics.r2_score(r, 1.1 * r),
}
for name, case in cases.items():
    expected = case(X, y, target)
    # It divides 0 by 0 before the first batch, and is silent about that for NumPy alone.
    with sklearn.config_context(array_api_dispatch=True), np.errstate(invalid="ignore"):
        found = case(Tensor(X), Tensor(y), Tensor(target))
    assert isinstance(found, (Tensor, float)), name
    assert isinstance(found, Tensor) == isinstance(expected, np.ndarray), name
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9, err_msg=name)
