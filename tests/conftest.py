"""What every test shares: seeds and the profiles of the property-based tests."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import autograd

# No profile has a deadline: an example that is slow on a busy machine is not a wrong one.
# quick and ci draw the same examples in every run; thorough searches further each time.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=25, derandomize=True, **_COMMON)
settings.register_profile("ci", max_examples=100, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=1000, print_blob=True, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def _seed() -> None:
    """Start every test from the same random state, whatever ran before it."""
    autograd.manual_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator of a test's own data."""
    return np.random.default_rng(0)
