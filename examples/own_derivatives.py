"""Derivatives of one's own: a fixed point, a differential equation, an order by perturbation.

`python -m examples.own_derivatives` prints the gradients beside those of taking everything apart.
"""

import numpy as np
from scipy.integrate import solve_ivp

import autograd
from autograd import Tensor, func

# ------------------------------------------------------- a fixed point, by the implicit theorem


def iterate(step, z, parameters, tolerance=1e-13):
    """Return `z = step(z, parameters)`, found by repeating the step."""
    for _ in range(1000):
        last, z = z, step(z, parameters)
        if float(np.abs((z - last).detach().numpy()).max()) < tolerance:
            return z
    raise ArithmeticError("fixed_point: the step is no contraction")


@func.custom_vjp
def fixed_point(step, z, parameters):
    """Return `z = step(z, parameters)`: the iteration leaves no trace in the graph.

    dz/dp = (1 - ds/dz)^-1 ds/dp by the implicit function theorem.

    Args:
        step: a contraction in its first argument.
        z: where to start, (n,); gets no gradient.
        parameters: Tensors in any structure.
    """
    return iterate(step, z, parameters)


def _fixed_point_forward(step, z, parameters):
    z = fixed_point(step, z, parameters)
    return z, (step, z, parameters)


def _fixed_point_backward(saved, g):
    step, z, parameters = saved
    slope = func.jacrev(lambda z: step(z, parameters))(z)
    u = autograd.linalg.solve(np.eye(z.size) - slope.T, g)
    _, pull = func.vjp(lambda p: step(z, p), parameters)
    return None, None, pull(u)[0]


fixed_point.defvjp(_fixed_point_forward, _fixed_point_backward)


# ------------------------------------------------------- an ODE, by its adjoint equation


@func.custom_vjp
def odeint(velocity, y, parameters, span):
    """Return y(t1) of `dy/dt = velocity(t, y, parameters)`, `y(t0) = y`, by SciPy's solve_ivp.

    Args:
        velocity: of a number, a Tensor (n,) and the parameters.
        y: the state at the start, (n,).
        parameters: a Tensor of any shape.
        span: (t0, t1).
    """
    return Tensor(_solution(lambda t, y: velocity(t, Tensor(y), parameters).numpy(), span, y))


def _solution(slope, span, start):
    """Return the state at the end."""
    start = start.numpy() if isinstance(start, Tensor) else start
    return solve_ivp(slope, span, start, rtol=1e-10, atol=1e-12).y[:, -1]


def _odeint_forward(velocity, y, parameters, span):
    end = odeint(velocity, y, parameters, span)
    return end, (velocity, end, parameters, span)


def _odeint_backward(saved, g):
    """Run state, adjoint and gradient of the parameters backwards: nothing in between is kept."""
    velocity, end, parameters, (t0, t1) = saved
    n = end.size

    def slope(t, packed):
        y, adjoint = Tensor(packed[:n]), Tensor(packed[n : 2 * n])
        moved, pull = func.vjp(lambda y, p: velocity(t, y, p), y, parameters)
        to_y, to_parameters = pull(adjoint)
        return np.concatenate([moved.numpy(), -to_y.numpy(), -to_parameters.numpy().ravel()])

    start = np.concatenate([end.numpy(), g.numpy(), np.zeros(parameters.size)])
    packed = _solution(slope, (t1, t0), start)
    return None, packed[n : 2 * n], packed[2 * n :].reshape(parameters.shape), None


odeint.defvjp(_odeint_forward, _odeint_backward)


# ------------------------------------------------------- an order, by perturbation


@func.custom_vjp
def soft_ranks(scores, noise):
    """Return the mean ranks of scores with noise added: a smooth order, from 0.

    The derivative is an expectation, too, by integration by parts: E[ranks(x + s n) nᵀ] / s.

    Args:
        scores: (n,).
        noise: normal numbers (samples, n), times their size s.

    References:
        Q. Berthet et al. (2020), Learning with differentiable perturbed optimizers.
    """
    return _ranks(scores + noise).mean(axis=0)


def _ranks(rows):
    return autograd.argsort(autograd.argsort(rows, axis=-1), axis=-1).astype(rows.dtype)


def _soft_ranks_forward(scores, noise):
    ranks = _ranks(scores + noise)
    return ranks.mean(axis=0), (ranks - ranks.mean(axis=0), noise)


def _soft_ranks_backward(saved, g):
    ranks, noise = saved
    variance = (noise * noise).mean()
    return (ranks @ g) @ noise / (len(noise) * variance), None


soft_ranks.defvjp(_soft_ranks_forward, _soft_ranks_backward)


def main():
    """Print three gradients and what they should be."""
    step = lambda z, p: autograd.tanh(p["table"] @ z + p["shift"])  # noqa: E731
    table = np.random.default_rng(0).normal(size=(3, 3)) / 4
    p = {"table": table, "shift": np.arange(3.0)}
    start = np.zeros(3)
    ours = func.grad(lambda p: fixed_point(step, Tensor(start), p).sum())(p)["shift"]
    unrolled = func.grad(lambda p: iterate(step, Tensor(start), p).sum())(p)["shift"]
    print("fixed point:", ours, "through every step:", unrolled)

    decay = lambda t, y, k: -k * y  # noqa: E731
    rate = func.grad(lambda k: odeint(decay, Tensor([2.0]), k, (0.0, 1.5)).sum())(0.7)
    print("decay:", rate, "exactly:", -1.5 * 2.0 * np.exp(-0.7 * 1.5))

    noise = 0.5 * np.random.default_rng(0).normal(size=(20_000, 3))
    slopes = func.jacrev(soft_ranks)(np.array([0.0, 0.3, 1.0]), noise)
    print("soft ranks:", np.round(slopes, 2).tolist(), "rows sum to 0")


if __name__ == "__main__":
    main()
