"""Complex Tensors: values as NumPy's, gradients d/dRe + i d/dIm, and derivatives of every order.

An operation on complex numbers is tested as one on pairs of real numbers, with every property: the
gradients then are held to numerical derivatives also in second order and in float32.
"""

import numpy as np
import pytest

import autograd
from autograd import Tensor, fft, linalg
from autograd.derivatives.forward import push_forward
from autograd.testing.case import Case
from autograd.testing.properties import PROPERTIES, close


def in_pairs(function, *, real=()):
    """A function of complex arguments as one of their real and imaginary parts."""

    def of_parts(*parts):
        parts = list(parts)
        arguments = []
        while parts:
            first = parts.pop(0)
            arguments.append(first if len(arguments) in real else first + 1j * parts.pop(0))
        results = function(*arguments)
        listed = results if isinstance(results, tuple) else (results,)
        outputs = []
        for each in listed:
            complex_valued = each.dtype.kind == "c"
            outputs += [autograd.real(each), autograd.imag(each)] if complex_valued else [each]
        return tuple(outputs)

    return of_parts


def hold(function, arrays):
    """Check every property of a function of the given complex and real arrays."""
    parts, real = [], []
    for position, array in enumerate(map(np.asarray, arrays)):
        if array.dtype.kind == "c":
            parts += [array.real.copy(), array.imag.copy()]
        else:
            parts.append(array)
            real.append(position)
    of_parts = in_pairs(function, real=real)
    for check in PROPERTIES.values():
        check(Case(of_parts, parts))


def drawn(*shape, seed=0):
    rng = np.random.default_rng([seed, *shape])
    return rng.uniform(0.3, 1.5, shape) + 1j * rng.uniform(-1.2, 1.2, shape)


Z, W, R = drawn(2, 3), drawn(2, 3, seed=1), drawn(2, 3, seed=2).real
A, B = drawn(3, 3) + np.eye(3), drawn(3, 2)
TALL, WIDE = drawn(4, 2), drawn(2, 3, seed=5)
HERMITIAN = A @ A.conj().T + np.diag([0.5, 1.5, 3.0])

UNARY = [
    autograd.negative, autograd.reciprocal, autograd.square, autograd.sqrt, autograd.exp,
    autograd.log, autograd.sin, autograd.cos, autograd.tanh, autograd.sigmoid, autograd.abs,
    autograd.real, autograd.imag, autograd.angle, autograd.conj, autograd.tan, autograd.arcsin,
    autograd.arccos, autograd.arctan, autograd.sinh, autograd.cosh, autograd.arcsinh,
    autograd.arccosh, autograd.arctanh, autograd.expm1, autograd.log1p, autograd.log2,
    autograd.log10, autograd.exp2,
]  # fmt: skip


@pytest.mark.parametrize("function", UNARY, ids=lambda each: each.__name__)
def test_functions_of_one_element(function):
    hold(function, [Z])
    reference = getattr(np, function.__name__, lambda z: 1 / (1 + np.exp(-z)))
    assert close(function(Tensor(Z)).data, reference(Z))


BINARY = [
    autograd.add, autograd.subtract, autograd.mul, autograd.divide, autograd.power,
]  # fmt: skip


@pytest.mark.parametrize("function", BINARY, ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    "arguments",
    [(Z, W), (Z, R), (R, W), (Z, W[:, :1]), (Z[0, 0], W), (R, W[0])],
    ids=["both", "real right", "real left", "broadcast", "0-d", "broadcast right"],
)
def test_arithmetic(function, arguments):
    hold(function, arguments)


def test_a_power_of_negative_numbers_with_a_complex_exponent():
    hold(autograd.power, [-R, W])


OTHERS = {
    "sum": (lambda z: z.sum(axis=0), [Z]),
    "mean": (lambda z: z.mean(axis=1, keepdims=True), [Z]),
    "var": (lambda z: z.var(axis=1), [Z]),
    "var, ddof": (lambda z: z.var(ddof=1), [Z]),
    "std": (lambda z: autograd.std(z, axis=0), [Z]),
    "prod": (lambda z: autograd.prod(z, axis=1), [Z]),
    "cumsum": (lambda z: autograd.cumsum(z, axis=1), [Z]),
    "cumprod": (lambda z: autograd.cumprod(z, axis=1), [Z]),
    "logsumexp": (lambda z: z.logsumexp(axis=1), [Z]),
    "softmax": (lambda z: z.softmax(), [Z]),
    "log_softmax": (lambda z: z.log_softmax(), [Z]),
    "where": (lambda z, x: autograd.where(R > 0.8, z, x), [Z, R]),
    "astype, complex to real": (lambda z: z.real.astype(z.real.dtype), [Z]),
    "real to complex": (lambda x: (x * 1j + x).conj(), [R]),
    "getitem": (lambda z: z[:, [0, 0, 2]] * z[0], [Z]),
    "concatenate": (lambda z, x: autograd.concatenate([z, x, z]), [Z, R]),
    "pad": (lambda z: autograd.pad(z, 1), [Z]),
    "matmul": (lambda a, b: a @ b, [A, B]),
    "matmul with a real one": (lambda a, b: a @ b, [A, B.real]),
    "dot": (autograd.dot, [A, B]),
    "einsum": (lambda a, b: autograd.einsum("ij,jk->ki", a, b), [A, B]),
    "linear": (autograd.linear, [WIDE, A, B[:, 0]]),
    "vdot": (linalg.vdot, [Z, W]),
    "vdot with a real one": (linalg.vdot, [R, W]),
    "vecdot": (linalg.vecdot, [Z, W[0]]),
    "inner": (linalg.inner, [Z, W]),
    "outer": (linalg.outer, [Z[0], W[1]]),
    "tensordot": (lambda a, b: linalg.tensordot(a, b, 1), [A, B]),
    "cross": (linalg.cross, [Z, W]),
    "multi_dot": (lambda a, b, c: linalg.multi_dot([a, b, c]), [A, B, WIDE]),
    "det": (linalg.det, [A]),
    "slogdet": (linalg.slogdet, [A]),
    "inv": (linalg.inv, [A]),
    "solve": (linalg.solve, [A, B]),
    "solve, real matrix": (linalg.solve, [A.real, B]),
    "solve_triangular": (linalg.solve_triangular, [A, B]),
    "solve_triangular, C": (lambda a, b: linalg.solve_triangular(a, b, "C"), [A, B]),
    "solve_triangular, T": (lambda a, b: linalg.solve_triangular(a, b, "T", True), [A, B]),
    "cholesky": (linalg.cholesky, [HERMITIAN]),
    "cholesky, upper": (lambda a: linalg.cholesky(a, upper=True), [HERMITIAN]),
    "qr": (linalg.qr, [TALL]),
    "qr, wide": (linalg.qr, [WIDE]),
    "pinv": (linalg.pinv, [TALL]),
    "pinv, wide": (linalg.pinv, [WIDE]),
    "lstsq": (lambda a, b: linalg.lstsq(a, b)[:2], [TALL, drawn(4, 2, seed=3)]),
    "lstsq, values": (lambda a, b: linalg.lstsq(a, b)[3], [TALL, drawn(4, seed=3)]),
    "matrix_power": (lambda a: linalg.matrix_power(a, 3), [A]),
    "matrix_power, inverse": (lambda a: linalg.matrix_power(a, -2), [A]),
    "expm": (linalg.expm, [A]),
    "eigvalsh": (linalg.eigvalsh, [HERMITIAN]),
    "svdvals": (linalg.svdvals, [TALL]),
    "norm": (linalg.norm, [Z]),
    "norm, 3": (lambda z: linalg.norm(z, 3, axis=1), [Z]),
    "norm, 1": (lambda z: linalg.norm(z, 1, axis=1), [Z]),
    "norm, inf": (lambda z: linalg.norm(z, np.inf, axis=1), [Z]),
    "norm, nuclear": (lambda z: linalg.norm(z, "nuc"), [Z]),
    "cond": (linalg.cond, [A]),
    "fft": (lambda z: fft.fft(z, 4), [Z]),
    "ifft": (lambda z: fft.ifft(z, 2, axis=-1, norm="ortho"), [Z]),
    "irfft": (lambda z: fft.irfft(z, 5), [Z]),
    "hfft": (fft.hfft, [Z]),
    "rfft": (fft.rfft, [R]),
    "fftn": (fft.fftn, [Z]),
    "irfft2": (fft.irfft2, [Z]),
    # What does not depend on the phase of the vectors.
    "eigh": (
        lambda a: (lambda w, v: (w, (v * autograd.exp(-w)) @ v.conj().mT))(*linalg.eigh(a)),
        [HERMITIAN],
    ),
    "eigh, sizes": (lambda a: abs(linalg.eigh(a)[1]), [HERMITIAN]),
    "eig": (lambda a: (lambda w, v: (w, (v * w**2) @ linalg.inv(v)))(*linalg.eig(a)), [A]),
    "eig, sizes": (lambda a: abs(linalg.eig(a)[1]), [A]),
    "svd": (lambda a: (lambda u, s, vh: (s, (u * s**2) @ vh))(*linalg.svd(a)), [A]),
    "svd, tall": (
        lambda a: (lambda u, s, vh: ((u * s**2) @ vh, abs(u), abs(vh)))(*linalg.svd(a, False)),
        [TALL],
    ),
    "svd, wide": (
        lambda a: (lambda u, s, vh: (u * s**2) @ vh)(*linalg.svd(a, full_matrices=False)),
        [WIDE],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_operations(name):
    hold(*OTHERS[name])


class TestConventions:
    def test_the_gradient_is_d_real_plus_i_d_imaginary(self):
        z = Tensor(3.0 + 4.0j, requires_grad=True)
        abs(z).backward()
        assert close(z.grad.data, 0.6 + 0.8j)

    def test_a_gradient_step_descends(self):
        z = Tensor(drawn(3), requires_grad=True)
        loss = (abs(z * z - 1j) ** 2).sum()
        loss.backward()
        moved = z.detach() - 1e-4 * z.grad
        assert (abs(moved * moved - 1j) ** 2).sum() < loss

    def test_holomorphic_functions_have_the_conjugate_of_their_derivative(self):
        z = Tensor(1.0 + 2.0j, requires_grad=True)
        (z**3).backward(gradient=1.0)
        assert close(z.grad.data, np.conj(3 * z.data**2))

    def test_forward_mode_gives_the_derivative_itself(self):
        z = Tensor(1.0 + 2.0j, requires_grad=True)
        (tangent,) = push_forward([z**3], [z], [1j])
        assert close(tangent.data, 1j * 3 * z.data**2)

    def test_forward_mode_through_functions_that_are_transposed_twice(self):
        a = Tensor(HERMITIAN, requires_grad=True)
        direction = drawn(3, 3, seed=4)
        (tangent,) = push_forward([linalg.cholesky(a)], [a], [direction])
        step = 1e-6
        above, below = (
            np.linalg.cholesky(HERMITIAN + s * _hermitian(direction)) for s in (step, -step)
        )
        np.testing.assert_allclose(tangent.data, (above - below) / (2 * step), atol=1e-8)

    def test_forward_mode_of_a_real_function_is_real(self):
        z = Tensor(Z, requires_grad=True)
        (tangent,) = push_forward([abs(z)], [z], [W])
        assert tangent.dtype == np.float64
        np.testing.assert_allclose(tangent.data, np.real(Z.conj() * W) / np.abs(Z), rtol=1e-12)

    def test_real_leaves_have_real_gradients(self):
        x = Tensor(R, requires_grad=True)
        (abs(x * Z + 1j) ** 2).sum().backward()
        assert x.grad.dtype == np.float64

    @pytest.mark.parametrize("function", [autograd.abs, autograd.angle, linalg.norm])
    def test_at_zero_the_gradient_is_zero(self, function):
        z = Tensor(np.zeros(2, complex), requires_grad=True)
        function(z).sum().backward()
        assert np.array_equal(z.grad.data, [0, 0])

    def test_complex64_stays_complex64(self):
        z = Tensor(Z.astype(np.complex64), requires_grad=True)
        out = (z * 2.0 + 1j).exp().mean() * 0.5
        assert out.dtype == np.complex64
        abs(out).backward()
        assert z.grad.dtype == np.complex64

    def test_a_complex_loss_needs_a_cotangent(self):
        z = Tensor(1.0 + 1j, requires_grad=True)
        with pytest.raises(RuntimeError, match="is complex .*real part or abs"):
            (z * z).backward()

    def test_the_sign_of_a_complex_number_is_refused(self):
        with pytest.raises(TypeError, match=r"sign: .*z / abs\(z\)"):
            autograd.sign(Tensor(1j, requires_grad=True))

    def test_casts(self):
        z = Tensor(Z, requires_grad=True)
        x = Tensor(R, requires_grad=True)
        (x.astype(complex) * z).imag.sum().backward()
        np.testing.assert_allclose(x.grad.data, Z.imag)
        np.testing.assert_allclose(z.grad.data, 1j * R)

    def test_parts_are_attributes_as_in_numpy(self):
        z = Tensor(Z)
        assert np.array_equal(z.real.data, Z.real)
        assert np.array_equal(z.imag.data, Z.imag)
        assert np.array_equal(np.real(z).data, Z.real)
        assert np.array_equal(np.angle(z).data, np.angle(Z))

    def test_writing_to_the_real_part(self):
        z = Tensor(Z, requires_grad=True)
        x = Tensor(R, requires_grad=True)
        w = z * 1
        w.real[...] = x
        assert np.array_equal(w.data, R + 1j * Z.imag)
        (abs(w) ** 2).sum().backward()
        np.testing.assert_allclose(z.grad.data, 2j * Z.imag)
        np.testing.assert_allclose(x.grad.data, 2 * R)

    def test_logsumexp_takes_the_principal_logarithm(self):
        np.testing.assert_allclose(
            autograd.logsumexp(Tensor(5 * Z), axis=1).data, np.log(np.exp(5 * Z).sum(axis=1))
        )

    def test_the_sigmoid_of_large_complex_numbers(self):
        z = np.array([1000 + 1j, -1000 + 1j, 2 - 1j, -2 + 1j])
        out = autograd.sigmoid(Tensor(z)).data
        assert np.isfinite(out).all()
        np.testing.assert_allclose(out[2:], 1 / (1 + np.exp(-z[2:])), rtol=1e-14)


def _hermitian(x):
    return (x + x.conj().T) / 2


class TestUndetermined:
    """Phases of complex vectors have no derivative: functions of them get NaN, not a number."""

    def test_the_phase_of_an_eigenvector(self):
        a = Tensor(HERMITIAN, requires_grad=True)
        autograd.real(linalg.eigh(a)[1][0, 0] * (0.3 + 1j)).backward()
        assert np.isnan(a.grad.data).any()

    def test_the_phase_of_a_singular_vector(self):
        a = Tensor(A, requires_grad=True)
        autograd.imag(linalg.svd(a)[0][1, 0]).backward()
        assert np.isnan(a.grad.data).any()
