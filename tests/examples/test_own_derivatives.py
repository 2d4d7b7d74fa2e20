"""The examples of derivatives of one's own, held to what they should be."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, func
from autograd.testing import check_grads
from examples.own_derivatives import fixed_point, iterate, main, odeint, soft_ranks

RNG = np.random.default_rng(0)
TABLE, SHIFT = RNG.normal(size=(3, 3)) / 4, RNG.normal(size=3)


def step(z, p):
    return autograd.tanh(p[0] @ z + p[1])


@pytest.mark.parametrize("transform", [func.grad, func.hessian])
def test_a_fixed_point_has_the_derivatives_of_its_iteration(transform):
    start = Tensor(np.zeros(3))
    ours = lambda x: (fixed_point(step, start, (Tensor(TABLE), x)) ** 2).sum()  # noqa: E731
    theirs = lambda x: (iterate(step, start, (Tensor(TABLE), x)) ** 2).sum()  # noqa: E731
    np.testing.assert_allclose(transform(ours)(SHIFT), transform(theirs)(SHIFT), rtol=1e-9)


def test_a_fixed_point_is_one_node():
    x = Tensor(SHIFT, requires_grad=True)
    assert "from=fixed_point" in repr(fixed_point(step, Tensor(np.zeros(3)), (Tensor(TABLE), x)))


def test_an_equation_of_motion_has_its_adjoints_gradients():
    def pendulum(t, y, p):
        return autograd.stack([y[1], -p[0] * autograd.sin(y[0]) - p[1] * y[1]])

    end = lambda y, p: odeint(pendulum, y, p, (0.0, 2.0))  # noqa: E731
    check_grads(end, Tensor([1.0, 0.5]), Tensor([2.0, 0.3]), order=1, modes=("rev",))


def test_ranks_move_as_the_mean_over_noise_does():
    scores, size = np.array([0.0, 0.3, 1.0]), 0.5
    noise = size * RNG.normal(size=(200_000, 3))
    ranks = soft_ranks(Tensor(scores), Tensor(noise))
    assert np.all(np.diff(ranks.numpy()) > 0)
    slopes = func.jacrev(soft_ranks)(scores, noise)
    step = 0.1
    numerical = [
        (soft_ranks(scores + move, noise) - soft_ranks(scores - move, noise)) / (2 * step)
        for move in step * np.eye(3)
    ]
    np.testing.assert_allclose(slopes, np.stack(numerical, 1), atol=0.03)


def test_the_program_prints_what_agrees(capsys):
    main()
    assert "exactly" in capsys.readouterr().out
