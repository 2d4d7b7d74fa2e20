"""Samplers, folds, chains of data sets, and loaders that continue where they were."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from nn.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    k_fold,
)
from nn.saving import load, save


class Counting(IterableDataset):
    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self):
        return iter(range(self.count))


def numbers(batches) -> list[list[int]]:
    return [batch.numpy().tolist() for batch in batches]


# --- samplers


@given(total=st.integers(0, 30), seed=st.integers(0, 99))
def test_a_random_order_holds_everything_once(total, seed):
    sampler = RandomSampler(range(total), seed=seed)
    assert sorted(sampler) == list(range(total)) == list(SequentialSampler(range(total)))
    assert len(sampler) == total
    assert list(RandomSampler(range(total), seed=seed)) == list(
        RandomSampler("x" * total, seed=seed)
    )


def test_with_replacement_an_epoch_may_be_longer_than_the_data():
    drawn = list(RandomSampler(range(3), replacement=True, num_samples=50, seed=0))
    assert len(drawn) == 50
    assert set(drawn) == {0, 1, 2}


def test_part_of_an_epoch_without_replacement():
    drawn = list(RandomSampler(range(100), num_samples=10, seed=0))
    assert len(set(drawn)) == 10


def test_weights_are_probabilities():
    drawn = list(WeightedRandomSampler([1, 0, 3], 4000, seed=0))
    counts = np.bincount(drawn, minlength=3) / 4000
    np.testing.assert_allclose(counts, [0.25, 0, 0.75], atol=0.03)
    without = list(WeightedRandomSampler([1, 0, 3], 2, replacement=False, seed=0))
    assert sorted(without) == [0, 2]


def test_a_subset_comes_in_new_orders():
    sampler = SubsetRandomSampler(range(5, 25), seed=0)
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(5, 25))
    assert first != second


@pytest.mark.parametrize("make", [RandomSampler, SubsetRandomSampler])
def test_without_a_seed_manual_seed_decides(make):
    sampler = make(range(20))
    autograd.manual_seed(4)
    first = list(sampler)
    autograd.manual_seed(4)
    assert list(sampler) == first


def test_batches_of_a_sampler_of_ones_own():
    loader = DataLoader(range(10), sampler=[3, 1, 4, 1, 5], batch_size=2)
    assert numbers(loader) == [[3, 1], [4, 1], [5]]
    assert len(loader) == 3
    batches = BatchSampler([3, 1, 4], 2, drop_last=True)
    assert numbers(DataLoader(range(10), batch_sampler=batches)) == [[3, 1]]
    assert numbers(DataLoader(range(10), batch_sampler=[[0], [2, 3]])) == [[0], [2, 3]]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: RandomSampler(range(3), num_samples=4), ValueError, "4 .* drawn from 3 without"),
        (lambda: RandomSampler("", True, 1), ValueError, "no examples to draw from"),
        (lambda: RandomSampler("abc", num_samples=1.5), TypeError, "whole number, got 1.5"),
        (lambda: RandomSampler("abc", num_samples=-1), ValueError, "at least 0, got -1"),
        (lambda: RandomSampler("a", seed=1, generator=np.random.default_rng()), ValueError, "both"),
        (lambda: WeightedRandomSampler([1, -1], 1), ValueError, "weights must be a row"),
        (lambda: WeightedRandomSampler([0, 0], 1), ValueError, "not all of them 0"),
        (lambda: WeightedRandomSampler([np.nan], 1), ValueError, "finite"),
        (lambda: WeightedRandomSampler([1, 0], 2, False), ValueError, "drawn from 1 with a weight"),
        (lambda: BatchSampler([1], 0, False), ValueError, "batch_size must be at least 1, got 0"),
        (lambda: DataLoader("ab", shuffle=True, sampler=[0]), ValueError, "sampler or shuffle"),
        (lambda: DataLoader("ab", 2, batch_sampler=[[0]]), ValueError, "only one of them"),
        (lambda: DataLoader(Counting(3), shuffle=True), ValueError, "from front to back"),
        (lambda: DataLoader("ab", num_workers=-1), ValueError, "num_workers must be at least 0"),
        (lambda: len(DataLoader(Counting(3))), TypeError, "an IterableDataset has no length"),
    ],
)
def test_samplers_and_loaders_name_what_does_not_fit(make, error, message):
    with pytest.raises(error, match=message):
        make()


# --- data sets


@given(lengths=st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_data_sets_in_a_row(lengths):
    parts = [[(part, row) for row in range(length)] for part, length in enumerate(lengths)]
    both = ConcatDataset(parts)
    assert [both[row] for row in range(len(both))] == list(itertools.chain(*parts))


def test_a_row_of_data_sets_names_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one data set"):
        ConcatDataset([])
    with pytest.raises(IndexError, match="index 3 is out of range for 3 examples"):
        ConcatDataset(["ab", "c"])[3]
    with pytest.raises(TypeError, match="Nothing is an IterableDataset and must define __iter__"):
        iter(type("Nothing", (IterableDataset,), {})())


def test_streams_are_batched_as_they_come():
    assert numbers(DataLoader(Counting(5), 2)) == [[0, 1], [2, 3], [4]]
    assert numbers(DataLoader(Counting(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert numbers(DataLoader(Counting(0), 2)) == []


# --- folds


@given(total=st.integers(2, 40), data=st.data())
def test_every_example_is_held_out_once(total, data):
    folds = data.draw(st.integers(2, total))
    pairs = k_fold(range(total), folds, seed=1)
    held_out = np.concatenate([validation.indices for _, validation in pairs])
    np.testing.assert_array_equal(np.sort(held_out), np.arange(total))
    for training, validation in pairs:
        assert len(validation) in (total // folds, -(-total // folds))
        everything = np.concatenate([training.indices, validation.indices])
        np.testing.assert_array_equal(np.sort(everything), np.arange(total))


def test_folds_share_out_each_class():
    labels = np.repeat([0, 1], [40, 10])
    for _, validation in k_fold(range(50), 5, stratify=labels, seed=0):
        np.testing.assert_array_equal(np.bincount(labels[validation.indices]), [8, 2])


@pytest.mark.parametrize("folds", [1, 11])
def test_a_number_of_folds_that_does_not_fit_is_named(folds):
    with pytest.raises(ValueError, match=f"at least 2 and at most 10, .* got {folds}"):
        k_fold(range(10), folds)


# --- continuing


@given(
    done=st.integers(0, 5),
    seeded=st.booleans(),
    sampler=st.sampled_from(["shuffle", "weighted", "batches", "stream"]),
)
def test_an_interrupted_epoch_continues_with_what_had_not_come(
    done, seeded, sampler, tmp_path_factory
):
    def make():
        seed = 3 if seeded else None
        if sampler == "stream":
            return DataLoader(Counting(11), 2)
        if sampler == "weighted":
            return DataLoader(range(11), 2, sampler=WeightedRandomSampler([1] * 11, 11, seed=seed))
        if sampler == "batches":
            order = RandomSampler(range(11), seed=seed)
            return DataLoader(range(11), batch_sampler=BatchSampler(order, 2, False))
        return DataLoader(range(11), 2, shuffle=True, seed=seed)

    autograd.manual_seed(8)
    loader = make()
    iteration = iter(loader)
    for _ in range(done):
        next(iteration)
    path = tmp_path_factory.mktemp("loader") / "state.npz"
    save(
        {"loader": loader.state_dict(), "random": autograd.default_generator().bit_generator.state},
        path,
    )
    rest, following = numbers(iteration), numbers(loader)

    autograd.manual_seed(1)
    again = make()
    kept = load(path)
    again.load_state_dict(kept["loader"])
    autograd.default_generator().bit_generator.state = kept["random"]
    assert numbers(again) == rest
    assert numbers(again) == following


def test_a_finished_epoch_is_followed_by_the_next():
    first, second = (DataLoader(range(9), 2, shuffle=True, seed=5) for _ in range(2))
    numbers(first)
    second.load_state_dict(first.state_dict())
    assert numbers(second) == numbers(first)


def test_a_state_that_does_not_fit_changes_nothing():
    loader = DataLoader(range(5), 2, shuffle=True, seed=0)
    before = loader.state_dict()
    with pytest.raises(ValueError, match="a loader with 0 generators, this one has 1"):
        loader.load_state_dict(DataLoader(range(5)).state_dict())
    longer = DataLoader(range(9), 2, shuffle=True, seed=0)
    next(iter(longer))
    with pytest.raises(ValueError, match="names example 8, this data set has 5"):
        loader.load_state_dict(longer.state_dict())
    assert loader.state_dict() == before


def test_batches_of_tensors_keep_their_rows(rng):
    values = rng.normal(size=(7, 2))
    batches = list(DataLoader(TensorDataset(values), 3, shuffle=True, seed=0))
    order = np.random.default_rng(0).permutation(7)
    np.testing.assert_array_equal(np.concatenate([b.numpy() for (b,) in batches]), values[order])


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("shuffle", [False, True])
def test_the_order_of_a_long_epoch_is_drawn_in_pieces(monkeypatch, workers, shuffle):
    """The batches are those of an order that is drawn at once."""
    made = lambda: DataLoader(range(23), 2, shuffle=shuffle, num_workers=workers, seed=3)  # noqa: E731
    expected = [batch.numpy().tolist() for _ in range(2) for batch in made()]
    monkeypatch.setattr("nn.data.loader._MOST_BATCHES", 10)
    monkeypatch.setattr("nn.data.loader._PIECE", 5)
    pieces = [batch.numpy().tolist() for _ in range(2) for batch in made()]
    assert pieces == expected


def test_an_endless_epoch_begins_at_once_and_cannot_be_kept():
    sampler = RandomSampler(range(5), replacement=True, num_samples=10**10, seed=0)
    loader = DataLoader(list(range(5)), batch_size=32, sampler=sampler)
    batches = iter(loader)
    assert next(batches).shape == (32,)
    with pytest.raises(ValueError, match=r"state_dict: the order of 312,500,000 batches"):
        loader.state_dict()


def test_what_a_data_set_draws_differs_between_the_pieces(monkeypatch):
    class Noise(Dataset):
        def __len__(self):
            return 12

        def __getitem__(self, index):
            return autograd.default_generator().normal()

    monkeypatch.setattr("nn.data.loader._MOST_BATCHES", 3)
    monkeypatch.setattr("nn.data.loader._PIECE", 2)
    drawn = [batch.item() for batch in DataLoader(Noise(), 1, seed=0)]
    assert len(set(drawn)) == 12
    assert drawn == [batch.item() for batch in DataLoader(Noise(), 1, seed=0, num_workers=2)]
