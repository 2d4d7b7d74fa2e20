"""Recurrent networks: the numbers of the lesson."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("recurrent", request.param)


@pytest.fixture
def lesson(run):
    return run.variables


def test_the_gradient_through_time_is_the_sum_of_the_steps(lesson):
    assert lesson["by_hand"] == pytest.approx(lesson["v"].grad.item(), rel=1e-9)
    assert lesson["shares"][-1] == 0, "the state before the first step is 0"


def test_gradients_vanish_and_without_tanh_explode(lesson):
    reach = list(lesson["reach"].values())
    assert all(sizes[0] < 1e-10 for sizes in reach[:3])
    assert reach[3][0] == pytest.approx(1.1**50)


def test_the_lstm_remembers(lesson):
    assert lesson["cells"]["RNN"][0] < 1e-10
    assert lesson["cells"]["LSTM"][0] > 0.1


def test_it_learns_the_particles(lesson):
    before, after = lesson["fits"]
    assert before < 0.6
    assert after > 0.95
    assert lesson["bits"][-1] < 0.6 < lesson["bits"][0]


def test_particles_are_counted_where_they_are(lesson):
    assert lesson["fitting"]("책은 나무는 물을 차를 ") == 1
    assert lesson["fitting"]("책는 나무은 ") == 0
    assert lesson["fitting"]("먹는다 ") == 0, "no particle"


def test_mistakes(run):
    run.shown("was already used by a backward pass", "expected (length, batch, 8)")


@pytest.mark.parametrize("name", ["unrolled", "long_memory"])
def test_figures_are_saved(run, name):
    assert list(run.folder.glob(f"{name}.*.svg"))
    assert np.isfinite(run.variables["bits"]).all()
