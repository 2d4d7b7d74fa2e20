"""Backward passes in threads: what arrives in shared leaves is added up, nothing is lost."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd
from autograd import Tensor

THREADS, TURNS = 8, 60


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


@pytest.fixture(autouse=True)
def switch_often():
    """Let threads interrupt one another as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def everywhere(work) -> None:
    """Run `work(number)` in all threads at once."""
    barrier = threading.Barrier(THREADS)

    def start(number):
        barrier.wait(30)
        for _ in range(TURNS):
            work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(start, range(THREADS)))


WAYS = {
    "backward": lambda loss, leaves: loss.backward(),
    "function": lambda loss, leaves: autograd.backward([loss]),
    "create_graph": lambda loss, leaves: loss.backward(create_graph=True),
    "inputs": lambda loss, leaves: loss.backward(inputs=leaves),
    "inputs and create_graph": lambda loss, leaves: loss.backward(inputs=leaves, create_graph=True),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]])
def test_no_update_is_lost(way, data) -> None:
    leaves = [leaf(data), leaf(data)]
    x, y = leaves

    def work(number):
        WAYS[way]((x * 2 + y * (number + 1)).sum(), leaves)

    everywhere(work)
    np.testing.assert_array_equal(x.grad.data, np.full(x.shape, 2.0 * THREADS * TURNS))
    total = TURNS * sum(range(1, THREADS + 1))
    np.testing.assert_array_equal(y.grad.data, np.full(y.shape, float(total)))
    assert f"sum of {THREADS * TURNS} backward passes" in autograd.explain(x)


def test_hooks_may_wait_for_passes_of_other_threads() -> None:
    """A hook that runs while gradients are delivered holds nobody up."""
    x = leaf([1.0])

    def hook(gradient):
        other = threading.Thread(target=lambda: (x.detach() * y).sum().backward())
        other.start()
        other.join(10)
        assert not other.is_alive()

    y = leaf([3.0])
    x.register_hook(hook)
    (x * 2).sum().backward()
    assert x.grad.item() == 2.0
    assert y.grad.item() == 1.0


def test_passes_of_threads_over_one_retained_graph() -> None:
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    everywhere(lambda number: y.backward(retain_graph=True))
    np.testing.assert_array_equal(x.grad.data, x.data * 2 * THREADS * TURNS)
