"""Distributions: densities and entropies as in SciPy, samples by their moments, gradients."""

import numpy as np
import pytest
from scipy import special, stats

import autograd
from autograd import Tensor
from autograd.testing import assert_gradients
from nn import distributions as D
from nn.beta_samples import beta_sample

LOC, SCALE = np.array([0.0, -1.0, 2.0]), np.array([1.0, 0.5, 3.0])
LOW, HIGH = np.array([0.0, -1.0]), np.array([1.0, 3.0])
P = np.array([0.1, 0.5, 0.9])
A, B = np.array([0.5, 2.0, 5.0]), np.array([1.5, 2.0, 0.7])
ROWS = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])


def continuous():
    return {
        "Normal": (D.Normal(Tensor(LOC), Tensor(SCALE)), stats.norm(LOC, SCALE)),
        "Uniform": (D.Uniform(Tensor(LOW), Tensor(HIGH)), stats.uniform(LOW, HIGH - LOW)),
        "Beta": (D.Beta(Tensor(A), Tensor(B)), stats.beta(A, B)),
    }


@pytest.mark.parametrize("name", continuous())
def test_densities_entropies_and_moments_are_scipys(name):
    ours, theirs = continuous()[name]
    at = theirs.ppf(np.array([[0.1], [0.5], [0.9]]))
    np.testing.assert_allclose(ours.log_prob(Tensor(at)).data, theirs.logpdf(at), rtol=1e-10)
    np.testing.assert_allclose(ours.entropy().data, theirs.entropy(), rtol=1e-8)
    np.testing.assert_allclose(ours.mean.data, theirs.mean(), rtol=1e-12)
    np.testing.assert_allclose(ours.variance.data, theirs.var(), rtol=1e-12)
    np.testing.assert_allclose(ours.stddev.data, theirs.std(), rtol=1e-12)
    if hasattr(ours, "cdf"):
        np.testing.assert_allclose(ours.cdf(Tensor(at)).data, theirs.cdf(at), rtol=1e-10)
        np.testing.assert_allclose(ours.icdf(ours.cdf(Tensor(at))).data, at, rtol=1e-8)


@pytest.mark.parametrize("name", continuous())
def test_samples_have_the_distribution(name):
    autograd.manual_seed(0)
    ours, theirs = continuous()[name]
    drawn = ours.sample((20_000,))
    assert drawn.shape == (20_000, *ours.batch_shape)
    assert not drawn.requires_grad
    np.testing.assert_allclose(drawn.data.mean(0), theirs.mean(), atol=4 * theirs.std().max() / 141)
    np.testing.assert_allclose(drawn.data.std(0), theirs.std(), rtol=0.03)


def test_bernoulli_is_scipys():
    theirs = stats.bernoulli(P)
    for ours in (D.Bernoulli(Tensor(P)), D.Bernoulli(logits=Tensor(np.log(P / (1 - P))))):
        for at in (0.0, 1.0):
            np.testing.assert_allclose(ours.log_prob(at).data, theirs.logpmf(at), rtol=1e-10)
        np.testing.assert_allclose(ours.entropy().data, theirs.entropy(), rtol=1e-10)
        np.testing.assert_allclose(ours.variance.data, theirs.var(), rtol=1e-10)
    autograd.manual_seed(0)
    np.testing.assert_allclose(D.Bernoulli(Tensor(P)).sample((9000,)).data.mean(0), P, atol=0.02)


@pytest.mark.parametrize("given", ["probs", "logits", "weights"])
def test_categorical_is_scipys(given):
    ours = {
        "probs": D.Categorical(Tensor(ROWS)),
        "logits": D.Categorical(logits=Tensor(np.log(ROWS) + 3)),
        "weights": D.Categorical(Tensor(7 * ROWS)),
    }[given]
    np.testing.assert_allclose(ours.probs.data, ROWS)
    np.testing.assert_allclose(ours.log_prob(Tensor([2, 0])).data, np.log([0.5, 0.6]))
    np.testing.assert_allclose(ours.log_prob(Tensor([[2], [0]])).data, np.log(ROWS[:, [2, 0]].T))
    np.testing.assert_allclose(
        ours.entropy().data, [stats.multinomial(1, row).entropy() for row in ROWS]
    )
    autograd.manual_seed(0)
    drawn = ours.sample((9000,)).data
    assert drawn.shape == (9000, 2)
    for k in range(3):
        np.testing.assert_allclose((drawn == k).mean(0), ROWS[:, k], atol=0.02)
    assert ours.mode.data.tolist() == [2, 0]
    assert ours.enumerate_support().shape == (3, 2)


def test_one_action_is_drawn_and_scored():
    policy = D.Categorical(logits=Tensor(np.zeros(4), requires_grad=True))
    action = policy.sample()
    assert action.shape == ()
    assert action.item() in range(4)
    (-policy.log_prob(action) * 2.0).backward()


PAIRS = {
    "Normal": (lambda: D.Normal(0.5, 1.5), lambda: D.Normal(-1.0, 2.0)),
    "Uniform": (lambda: D.Uniform(0.2, 0.7), lambda: D.Uniform(0.0, 1.0)),
    "Beta": (lambda: D.Beta(2.0, 3.0), lambda: D.Beta(1.5, 1.0)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_divergence_is_the_integral(name):
    from scipy.integrate import quad

    p, q = (make() for make in PAIRS[name])
    ends = {"Normal": (-20, 20), "Uniform": (0.2, 0.7), "Beta": (0, 1)}[name]

    def term(x):
        log_p, log_q = p.log_prob(x).item(), q.log_prob(x).item()
        return np.exp(log_p) * (log_p - log_q)

    np.testing.assert_allclose(D.kl_divergence(p, q).item(), quad(term, *ends)[0], rtol=1e-6)
    np.testing.assert_allclose(D.kl_divergence(p, p).item(), 0, atol=1e-12)


def test_divergences_of_choices_are_sums():
    p, q = ROWS
    found = D.kl_divergence(D.Categorical(Tensor(p)), D.Categorical(Tensor(q)))
    np.testing.assert_allclose(found.data, stats.entropy(p, q))
    found = D.kl_divergence(D.Bernoulli(Tensor(P)), D.Bernoulli(Tensor(P[::-1].copy())))
    both = np.stack([P, 1 - P])
    np.testing.assert_allclose(found.data, stats.entropy(both, both[:, ::-1]))


def test_other_pairs_are_refused():
    with pytest.raises(NotImplementedError, match="Normal and Beta"):
        D.kl_divergence(D.Normal(0.0, 1.0), D.Beta(1.0, 1.0))


GRADIENTS = {
    "Normal.log_prob": (lambda m, s, x: D.Normal(m, s).log_prob(x), LOC, SCALE, LOC + 0.3),
    "Normal.entropy": (lambda s: D.Normal(0.0, s).entropy(), SCALE),
    "Beta.log_prob": (lambda a, b, x: D.Beta(a, b).log_prob(x), A + 1, B + 1, P),
    "Beta.entropy": (lambda a, b: D.Beta(a, b).entropy(), A, B),
    "Bernoulli.log_prob": (lambda p: D.Bernoulli(p).log_prob(1.0), P),
    "Bernoulli.entropy": (lambda z: D.Bernoulli(logits=z).entropy(), LOC),
    "Categorical.log_prob": (lambda p: D.Categorical(p).log_prob(Tensor([2, 0])), ROWS),
    "Categorical.entropy": (lambda z: D.Categorical(logits=z).entropy(), ROWS),
    "Uniform.entropy": (lambda a, b: D.Uniform(a, b).entropy(), LOW, HIGH),
    "kl of normals": (lambda m, s: D.kl_divergence(D.Normal(m, s), D.Normal(0.0, 1.0)), LOC, SCALE),
    "kl of betas": (lambda a, b: D.kl_divergence(D.Beta(a, b), D.Beta(2.0, 1.0)), A, B),
    "kl of choices": (
        lambda z: D.kl_divergence(D.Categorical(logits=z), D.Categorical(ROWS[::-1].copy())), ROWS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name):
    function, *at = GRADIENTS[name]
    assert_gradients(function, *at)


def test_a_sample_carries_the_gradient_of_its_parameters():
    mean, scale = Tensor(LOC, requires_grad=True), Tensor(SCALE, requires_grad=True)
    drawn = D.Normal(mean, scale).rsample((5,))
    drawn.sum().backward()
    np.testing.assert_allclose(mean.grad.data, 5.0)
    np.testing.assert_allclose(scale.grad.data, ((drawn.data - LOC) / SCALE).sum(0))
    with pytest.raises(NotImplementedError, match="use sample"):
        D.Categorical(Tensor(P)).rsample()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: D.Normal(0.0, 0.0), "scale above 0"),
        (lambda: D.Normal(0.0, np.nan), "scale above 0"),
        (lambda: D.Uniform(1.0, 1.0), "low below high"),
        (lambda: D.Bernoulli(1.5), "between 0 and 1"),
        (lambda: D.Bernoulli(), "either probs or logits"),
        (lambda: D.Categorical(probs=P, logits=P), "either probs or logits"),
        (lambda: D.Categorical(-P), "finite"),
        (lambda: D.Categorical(0.5), "a last axis"),
        (lambda: D.Beta(0.0, 1.0), "concentration1 above 0"),
        (lambda: D.Categorical(P).log_prob(3), "from 0 to 2"),
        (lambda: D.Categorical(P).log_prob(0.5), "from 0 to 2"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_float32_stays_float32():
    loc = Tensor(LOC.astype(np.float32))
    normal = D.Normal(loc, 1.0)
    assert D.Normal(loc, Tensor(np.ones(3, np.float32))).sample().dtype == np.float32
    assert normal.batch_shape == (3,)
    assert D.Categorical(Tensor(ROWS.astype(np.float32))).entropy().dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_beta_sample_moves_as_its_quantile_does(dtype):
    """The reference is the slope of SciPy's quantile of the same uniform number."""
    a = np.array([0.3, 0.9, 2.0, 5.0, 40.0, 0.5, 300.0], dtype)
    b = np.array([0.7, 3.0, 2.0, 0.7, 60.0, 20.0, 500.0], dtype)
    autograd.manual_seed(0)
    for _ in range(3):
        for rows in ((), (4,)):
            ours = [Tensor(each, requires_grad=True) for each in (a, b)]
            drawn = D.Beta(*ours).rsample(rows)
            assert drawn.dtype == dtype
            drawn.sum().backward()
            x = drawn.detach().numpy().astype(float)
            wide = [each.astype(float) for each in (a, b)]
            u = special.betainc(*wide, x)
            for which, tensor in enumerate(ours):
                step = 1e-4 * wide[which]
                up, down = ([*wide], [*wide])
                up[which], down[which] = wide[which] + step, wide[which] - step
                slope = (special.betaincinv(*up, u) - special.betaincinv(*down, u)) / (2 * step)
                expected = slope.sum(0) if rows else slope
                np.testing.assert_allclose(
                    tensor.grad.data, expected, rtol=2e-4, atol=1e-6 * (dtype == np.float32) + 1e-9
                )


def test_second_derivatives_of_a_beta_sample():
    drawn = autograd.tensor([0.2, 0.7])

    def sample(a, b):
        return beta_sample(a, b, drawn)

    def slope(a, b):
        return autograd.grad(sample(a, b).sum(), [a, b], create_graph=True)[0]

    a, b = (Tensor([1.3, 2.0], requires_grad=True) for _ in range(2))
    found = autograd.grad(slope(a, b).sum(), [a, b])
    for which in range(2):
        moved = []
        for sign in (1, -1):
            given = [a.detach().numpy().copy(), b.detach().numpy().copy()]
            u = special.betainc(*given, drawn.numpy())
            given[which] += sign * 1e-4
            x = special.betaincinv(*given, u)
            at = [Tensor(each, requires_grad=True) for each in given]
            moved.append(autograd.grad(beta_sample(*at, autograd.tensor(x)).sum(), at)[0].numpy())
        expected = (moved[0] - moved[1]) / 2e-4
        np.testing.assert_allclose(found[which].data, expected, rtol=1e-5)


def test_extreme_beta_samples_are_finite():
    autograd.manual_seed(0)
    a, b = (Tensor([0.01, 1e-3, 1e4, 1.0], requires_grad=True) for _ in range(2))
    drawn = D.Beta(a, b).rsample((50,))
    assert ((drawn.data > 0) & (drawn.data < 1)).all()
    drawn.sum().backward()
    assert np.isfinite(a.grad.data).all()
    assert np.isfinite(b.grad.data).all()
