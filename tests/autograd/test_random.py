"""Random Tensors: one seed, one generator, the same bits."""

import numpy as np
import pytest

import autograd
import nn
from autograd import manual_seed, rand, randint, randn
from autograd.random import default_generator


@pytest.mark.parametrize(
    "draw",
    [
        lambda **k: rand(3, 2, **k),
        lambda **k: randn(3, 2, **k),
        lambda **k: randint(0, 1000, (3, 2), **k),
    ],
)
def test_the_same_seed_gives_the_same_bits(draw) -> None:
    manual_seed(7)
    first, second = draw(), draw()
    manual_seed(7)
    np.testing.assert_array_equal(draw().data, first.data)
    np.testing.assert_array_equal(draw().data, second.data)
    assert not np.array_equal(first.data, second.data)
    manual_seed(8)
    assert not np.array_equal(draw().data, first.data)


@pytest.mark.parametrize(
    "draw",
    [lambda **k: rand(3, **k), lambda **k: randn(3, **k), lambda **k: randint(0, 1000, 3, **k)],
)
def test_a_generator_of_ones_own_leaves_the_default_alone(draw) -> None:
    manual_seed(7)
    state = default_generator().bit_generator.state
    a = draw(generator=np.random.default_rng(3))
    b = draw(generator=np.random.default_rng(3))
    np.testing.assert_array_equal(a.data, b.data)
    assert default_generator().bit_generator.state == state


# Everything of ours that draws from the default generator.
DRAWS = {
    "rand": lambda: rand(64),
    "randn": lambda: randn(64),
    "randint": lambda: randint(0, 2**31, 64),
    "normal_": lambda: nn.init.normal_(autograd.zeros(64)),
    "uniform_": lambda: nn.init.uniform_(autograd.zeros(64)),
    "Linear": lambda: nn.Linear(8, 8).weight,
    "Embedding": lambda: nn.Embedding(8, 8).weight,
    "dropout": lambda: nn.functional.dropout(autograd.ones(64)),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
@pytest.mark.parametrize("seed", [0, 1, 42])
def test_a_seed_gives_other_numbers_than_numpys_generator_of_that_seed(draw, seed) -> None:
    """Data of `default_rng(0)` and weights of `manual_seed(0)` must not be the same numbers."""
    manual_seed(seed)
    ours = draw().data.ravel()
    default = default_generator()
    kept = default.bit_generator.state
    default.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    theirs = draw().data.ravel()
    default.bit_generator.state = kept
    assert not np.array_equal(ours, theirs)
    if np.unique(ours).size > 2:
        assert np.mean(ours == theirs) < 0.1
        assert abs(np.corrcoef(ours, theirs)[0, 1]) < 0.6


def test_a_factorisation_does_not_start_at_its_answer() -> None:
    truth = np.random.default_rng(0).standard_normal((5, 2))
    manual_seed(0)
    assert abs(randn(5, 2).data - truth).min() > 1e-3


def test_the_seeded_generator_is_the_default() -> None:
    assert manual_seed(1) is default_generator()
    assert default_generator() is autograd.default_generator()


def test_the_state_can_be_kept_and_restored() -> None:
    manual_seed(1)
    rand(5)
    state = default_generator().bit_generator.state
    expected = rand(5).data
    default_generator().bit_generator.state = state
    np.testing.assert_array_equal(rand(5).data, expected)


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_shapes_and_dtypes(shape, dtype) -> None:
    for draw in (rand, randn):
        made = draw(*shape, dtype=dtype)
        assert made.shape == shape
        assert made.dtype == dtype
    assert randint(0, 5, shape).shape == shape
    assert randint(0, 5, shape).dtype.kind == "i"


def test_distributions() -> None:
    uniform, normal, integers = rand(20_000).data, randn(20_000).data, randint(-2, 3, 20_000).data
    assert 0 <= uniform.min() < 0.01
    assert 0.99 < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.02
    assert abs(normal.mean()) < 0.05
    assert abs(normal.std() - 1) < 0.05
    assert set(integers) == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize(
    ("draw", "match"),
    [
        (lambda: rand(-1), "rand: negative dimensions.*-1"),
        (lambda: randn(2, -3), r"randn: negative dimensions.*\(2, -3\)"),
        (lambda: randint(5, 5), "randint: low >= high"),
    ],
)
def test_bad_requests(draw, match) -> None:
    with pytest.raises(ValueError, match=match):
        draw()
