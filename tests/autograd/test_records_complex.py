"""Every operation at complex arguments: right, or refused with a TypeError that names it.

The gradient of a real loss is d/dRe + i d/dIm; the oracle moves real and imaginary parts apart.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor
from autograd.operation.record import records
from autograd.testing.calls import RecordCall
from autograd.testing.case import Case
from autograd.testing.check import check_case
from autograd.testing.properties import close, select
from autograd.testing.samples import bound_samples
from autograd.testing.tally import Tally

# For real numbers only: they order numbers, take their size apart, or are SciPy's for real ones.
REFUSED = frozenset({
    "cdist",
    "arctan2", "bessel_i", "beta", "cbrt", "ceil", "celu", "copysign", "cross_entropy",
    "cross_entropy_grad", "deg2rad", "digamma", "digamma_derivative", "elu", "entr", "erfinv",
    "fix", "floor", "floor_divide", "fmod", "frexp", "gammaln", "hardshrink", "hardsigmoid",
    "hardswish", "hardtanh", "heaviside", "huber", "hypot", "i0", "i1", "ihfft", "ldexp",
    "leaky_relu", "log_sigmoid", "logaddexp", "logaddexp2", "logcumsumexp", "logit", "max_pool",
    "mish", "modf", "nextafter", "normalize", "prelu", "quantile", "rad2deg", "relu", "relu6",
    "remainder", "rfft", "rfft2", "rfftn", "rms_normalize", "selu", "sign", "softplus",
    "softshrink", "softsign", "spacing", "threshold", "trunc",
})  # fmt: skip

# Vectors whose phases are not determined: what does not depend on them is differentiated.
DETERMINED = {
    "eigh": lambda w, v: (w, (v * w[..., np.newaxis, :] ** 2) @ v.conj().mT),
    "eig": lambda w, v: (w, abs(v) ** 2),
    "svd": lambda u, s, vh: (s, u[..., : s.shape[-1]] @ vh[..., : s.shape[-1], :]),
}

CASES = [
    pytest.param(op, bound, id=f"{op.name}-{position}")
    for op in records.values()
    if op.module.startswith("autograd.") and op.kind != "constant"
    for position, bound in enumerate(bound_samples(op))
    if any(x.size and x.dtype.kind == "f" for x in bound.arrays)
]


def _complex(x, rng):
    """The array with imaginary parts, small enough for every domain."""
    if x.dtype.kind != "f":
        return x
    return x + 1j * rng.uniform(0.1, 0.4, x.shape) * rng.choice([-1.0, 1.0], x.shape)


@pytest.mark.parametrize(("op", "bound"), CASES)
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")  # of astype, as in NumPy
def test_right_or_refused(op, bound):
    rng = np.random.default_rng(1)
    bound.arrays = [
        x if op.without_rule >> slot & 1 else _complex(x, rng)
        for x, slot in zip(bound.arrays, bound.slots, strict=True)
    ]
    call = RecordCall(bound)
    if op.name in REFUSED or bound.keywords.get("nonlinearity") == "relu":
        with pytest.raises(TypeError, match=f"^{op.name}: "):
            bound.function()(*map(Tensor, bound.arrays))
        return
    case = call.case()
    determined = DETERMINED.get(op.name)
    function = bound.function()
    if determined is not None and isinstance(function(*bound.arrays), tuple):
        case = Case(lambda *tensors: determined(*function(*tensors)), bound.arrays)
    check_case(case, call.code, select("-P12,-P14"), Tally(op.name))
    if op.composed is not None:
        for ours, expected in zip(
            _listed(bound.function()(*bound.arrays)),
            _listed(bound.function(op.composed)(*bound.arrays)),
            strict=True,
        ):
            assert close(ours, expected)


def _listed(out):
    return out if isinstance(out, (tuple, list)) else [out]
