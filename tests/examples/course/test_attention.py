"""Attention: the numbers of the lesson."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("attention", request.param)


@pytest.fixture
def lesson(run):
    return run.variables


def test_one_query(lesson):
    weights = lesson["a"].data
    assert weights.sum() == pytest.approx(1)
    assert weights.argmax() == 1
    np.testing.assert_allclose(lesson["out"].data, lesson["library_out"].data, rtol=1e-12)
    np.testing.assert_allclose(lesson["V"].grad.data, np.repeat(weights.T, 2, axis=1), rtol=1e-12)


def test_large_scores_saturate_without_the_root(lesson):
    slopes = lesson["slopes"]
    assert slopes[512][0] < 0.3 * slopes[4][0]
    assert slopes[512][1] > 0.8 * slopes[4][1]


def test_the_mask_lets_nothing_through(lesson):
    assert lesson["seen_by_first"][0] > 0
    assert (lesson["seen_by_first"][1:] == 0).all()
    assert (np.triu(lesson["looked"], k=1) == 0).all()
    assert lesson["order_free"] < 1e-6


def test_it_repeats_the_line_and_a_cheat_does_not(lesson):
    assert lesson["written"] == lesson["LINE"]
    assert lesson["cheat_losses"][-1] < 0.2
    assert lesson["right"]["cheating"] < len(lesson["LINE"]) / 2


def test_mistakes(run):
    run.shown("out of range for 16 rows", "must divide")


@pytest.mark.parametrize("name", ["one_query", "looked", "modules"])
def test_figures_are_saved(run, name):
    assert list(run.folder.glob(f"{name}.*.svg"))
