"""Hyper-parameter search: every combination, seeds, tables, and going on where it was."""

import json

import pytest

from nn.train import Search, grid_search, integers, log_uniform, random_search, uniform


def test_every_combination_is_tried_once():
    seen = []
    search = grid_search(lambda a, b: seen.append((a, b)) or a - b, {"a": [1, 2], "b": [0, 5, 9]})
    assert seen == [(1, 0), (1, 5), (1, 9), (2, 0), (2, 5), (2, 9)]
    assert search.best == {"a": 2, "b": 0}
    assert grid_search(lambda a: a, {"a": [3, 1, 2]}, larger=False).best == {"a": 1}


def test_the_table_has_the_best_first_and_nan_last():
    def train(lr):
        return {"loss": float("nan") if lr == 9 else lr, "accuracy": 1 - lr}

    search = grid_search(train, {"lr": [0.5, 9, 0.25]}, measure="loss", larger=False)
    assert [line.split() for line in str(search).splitlines()] == [
        ["lr", "loss", "accuracy"],
        ["0.25", "0.25", "0.75"],
        ["0.5", "0.5", "0.5"],
        ["9", "nan", "-8"],
    ]


def test_random_trials_follow_the_seed_and_not_their_number():
    space = {
        "lr": log_uniform(1e-4, 1),
        "units": integers(1, 3),
        "p": uniform(0, 1),
        "f": ["a", "b"],
    }

    def drawn(trials, seed):
        return [
            t["settings"] for t in random_search(lambda **s: 0, space, trials, seed=seed).trials
        ]

    assert drawn(3, 0) == drawn(9, 0)[:3]
    assert drawn(3, 0) != drawn(3, 1)
    many = drawn(60, 0)
    assert {each["units"] for each in many} == {1, 2, 3}
    assert {each["f"] for each in many} == {"a", "b"}
    assert all(1e-4 <= each["lr"] <= 1 and 0 <= each["p"] <= 1 for each in many)
    assert sum(each["lr"] < 1e-2 for each in many) > 15, "small ones are as likely as large ones"


def test_a_search_that_was_interrupted_goes_on(tmp_path):
    path, run = tmp_path / "trials.json", []

    def train(a):
        if a == 3 and len(run) == 2:
            raise KeyboardInterrupt
        run.append(a)
        return a

    with pytest.raises(KeyboardInterrupt):
        grid_search(train, {"a": [1, 2, 3, 4]}, path=path)
    assert [trial["settings"] for trial in json.loads(path.read_text(encoding="utf-8"))] == [
        {"a": 1},
        {"a": 2},
    ]
    run.append("again")
    search = grid_search(train, {"a": [1, 2, 3, 4]}, path=path)
    assert run == [1, 2, "again", 3, 4]
    assert search.best == {"a": 4}
    assert len(search.trials) == 4


def test_settings_may_be_classes(tmp_path):
    path = tmp_path / "trials.json"
    for _ in range(2):
        search = grid_search(lambda kind: len(kind()), {"kind": [list, dict]}, path=path)
        assert len(search.trials) == 2
        assert search.best == {"kind": list}, "itself, also where the trial was read"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: grid_search(len, {}), ValueError, "at least one name"),
        (lambda: grid_search(len, {"a": []}), ValueError, "at least one value"),
        (lambda: random_search(len, {"a": [1]}, 0, seed=0), ValueError, "at least one trial"),
        (
            lambda: grid_search(lambda a: "good", {"a": [1]}),
            TypeError,
            "dict of numbers, got 'good'",
        ),
        (lambda: grid_search(lambda a: 1, {"a": [1]}, measure="loss"), ValueError, "no 'loss', it"),
        (lambda: uniform(2, 1), ValueError, "low must not be above high, got 2 and 1"),
        (lambda: log_uniform(0, 1), ValueError, "low must be above 0, got 0"),
        (lambda: Search(None, True).best, ValueError, "there is no trial yet"),
    ],
)
def test_a_search_names_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_file_of_something_else_is_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.json holds no trials"):
        grid_search(lambda a: a, {"a": [1]}, path=path)
    assert path.read_text(encoding="utf-8") == "[1]"
