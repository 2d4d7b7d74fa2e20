"""Rules that draw random numbers of a generator which everybody shares: found, and named."""
# ruff: noqa: NPY002 - the legacy generator is what is looked for

import random

import numpy as np
import pytest

import autograd
from autograd.testing import GradientError, assert_gradients
from autograd.testing.strategies import arrays
from tests.autograd.testing.defects.planting import unregistered

X = arrays((2, 3))


def doubled(x):
    return 2.0 * x


def reported(function, **options):
    with pytest.raises(GradientError) as caught:
        assert_gradients(function, X, seed=0, examples=60, **options)
    return caught.value.diagnosis


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (lambda g: np.random.rand(*g.shape) < 0.5, r"NumPy's global generator (np.random)"),
        (lambda g: random.random() < 0.5, "Python's global generator (random)"),
        (
            lambda g: autograd.default_generator().random(g.shape) < 0.5,
            "the default generator (autograd.manual_seed)",
        ),
    ],
    ids=["numpy", "python", "ours"],
)
def test_a_rule_that_draws_is_named(kept, words):
    def vjp(g, x):
        return 4.0 * g * kept(g)

    said = reported(doubled, vjp=vjp)
    assert said.startswith(f"the rule draws random numbers of {words}: "), said
    korean = reported(doubled, vjp=vjp, lang="ko")
    assert "난수를 뽑습니다" in korean


def test_an_operation_of_ours_that_draws_is_named():
    @unregistered("elementwise")
    def noisy(x):
        return 2.0 * x

    noisy.vjp(x=lambda g: 4.0 * g * (autograd.default_generator().random(np.shape(g)) < 0.5))
    assert "the rule draws random numbers of the default generator" in reported(noisy)


def test_a_mask_that_the_backward_pass_draws_further_is_named():
    """The forward pass seeds and draws, the backward pass goes on from there."""

    def dropped(x):
        np.random.seed(0)
        return 2.0 * x * (np.random.rand(*x.shape) < 0.5)

    said = reported(dropped, vjp=lambda g, x: 2.0 * g * (np.random.rand(*x.shape) < 0.5))
    assert "the rule draws random numbers of NumPy's global generator" in said


def test_a_function_that_draws_is_named():
    def dropped(x):
        return 2.0 * x * (np.random.rand(*x.shape) < 0.5)

    said = reported(dropped, vjp=lambda g, x: g)
    assert said == "the function draws random numbers of NumPy's global generator (np.random)"


def test_a_generator_that_begins_anew_is_no_fault():
    def mask(x):
        np.random.seed(0)
        return np.random.rand(*x.shape) < 0.5

    assert_gradients(
        lambda x: 2.0 * x * mask(x), X, vjp=lambda g, x: 2.0 * g * mask(x), seed=0, examples=20
    )


def test_another_fault_is_not_blamed_on_a_generator_that_begins_anew():
    def mask(x):
        np.random.seed(0)
        return np.random.rand(*x.shape) < 0.5

    said = reported(lambda x: 2.0 * x * mask(x), vjp=lambda g, x: -2.0 * g * mask(x))
    assert said == "the sign is wrong"


def test_a_generator_without_a_seed_is_suspected():
    def vjp(g, x):
        return 4.0 * g * (np.random.default_rng().random(g.shape) < 0.5)

    assert "or the rule draws random numbers" in reported(doubled, vjp=vjp)
