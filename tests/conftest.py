"""What every test shares: seeds and the profiles of the property-based tests."""

import gc
import os
import signal
from collections.abc import Generator

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


_DONE = pytest.StashKey[int]()  # how many tests have begun

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


def keep() -> None:
    """Take what there is out of what the collector goes through whenever a test calls it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the tests."""
    keep()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep what the tests load and remember, every now and then."""
    done = item.session.stash[_DONE] = item.session.stash.get(_DONE, 0) + 1
    if done % 200 == 0:
        keep()
    return (yield)
