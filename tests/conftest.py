"""What every test shares: seeds and the profiles of the property-based tests."""

import gc
import os
import signal

import numpy as np
import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

import autograd
from autograd.operation.record import complete_records
from autograd.testing.search import load_profile

# No profile has a deadline: an example that is slow on a busy machine is not a wrong one.
# quick and ci draw the same examples in every run; thorough searches further each time.
load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Tests that come from the records are of all operations.
complete_records()

# A shell that starts the tests in the background lets them ignore Ctrl-C, which some tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)


# Hypothesis also draws constants that stand in the modules that are loaded, and these differ from
# worker to worker: the same test would see other examples in every run.
providers._get_local_constants = lambda: providers._local_constants


def pytest_configure(config: pytest.Config) -> None:
    """Draw anew for `--hypothesis-seed`, also where the profile draws the same in every run."""
    if config.getoption("--hypothesis-seed", default=None) is not None:
        settings.register_profile("seeded", settings(), derandomize=False)
        settings.load_profile("seeded")


@pytest.fixture(autouse=True)
def _seed() -> None:
    """Start every test from the same random state, whatever ran before it."""
    autograd.manual_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator of a test's own data."""
    return np.random.default_rng(0)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Take the tests out of what the collector goes through whenever one of them calls it."""
    gc.collect()
    gc.freeze()
