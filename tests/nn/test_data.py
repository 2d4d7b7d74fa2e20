"""Data sets, splits and the loader."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor
from nn.data import (
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Sampler,
    StackDataset,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)


class Rows(Dataset):
    """A data set that defines no more than it must."""

    def __len__(self) -> int:
        return 7

    def __getitem__(self, index: int):
        return np.full(3, index, dtype=np.float32), index


def numbers_of(loader: DataLoader) -> list[list[int]]:
    return [batch.numpy().tolist() for batch in loader]


# --- default_collate


def test_collate_keeps_structure_and_dtypes():
    Pair = namedtuple("Pair", "image label")
    examples = [Pair({"x": np.ones(2, np.float32)}, 1), Pair({"x": np.zeros(2, np.float32)}, 2)]
    batch = default_collate(examples)
    assert isinstance(batch, Pair)
    np.testing.assert_array_equal(batch.image["x"].numpy(), [[1, 1], [0, 0]])
    assert batch.image["x"].dtype == np.float32
    assert batch.label.dtype == np.int64


def test_collate_makes_python_floats_float32_and_keeps_arrays():
    assert default_collate([0.5, 1.5]).dtype == np.float32
    assert default_collate([np.float64(0.5), np.float64(1.5)]).dtype == np.float64
    assert default_collate([True, False]).dtype == np.bool_


def test_collate_stacks_tensors():
    batch = default_collate([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    np.testing.assert_array_equal(batch.numpy(), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "at least one example"),
        ([np.zeros(2), np.zeros(3)], r"shapes .* example 0 has \(2,\) and example 1 has \(3,\)"),
        ([(1, 2), (1, 2), (1,)], "lengths .* example 0 has 2 and example 2 has 1"),
        ([{"a": 1}, {"b": 1}], r"keys .* example 0 has \('a',\) and example 1 has \('b',\)"),
    ],
)
def test_collate_names_what_does_not_fit(examples, message):
    with pytest.raises(ValueError, match=message):
        default_collate(examples)


# --- data sets


def test_tensor_dataset_batches_are_its_rows(rng):
    images, labels = rng.random((6, 2, 2)), np.arange(6)
    data = TensorDataset(images, labels)
    inputs, targets = data.batch([4, 0, 4])
    np.testing.assert_array_equal(inputs.numpy(), images[[4, 0, 4]])
    np.testing.assert_array_equal(targets.numpy(), [4, 0, 4])
    image, label = data[5]
    np.testing.assert_array_equal(image.numpy(), images[5])
    assert label.item() == 5


def test_tensor_dataset_does_not_hand_out_its_own_memory():
    data = TensorDataset(np.zeros((3, 2), dtype=np.float32))
    (batch,) = next(iter(DataLoader(data, batch_size=3)))
    batch.data[...] = 1.0
    assert data.tensors[0].numpy().max() == 0.0


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ((), "at least one tensor"),
        ((np.float32(1),), r"got shapes \(\)"),
        ((np.zeros((3, 2)), np.zeros(2)), r"got shapes \(3, 2\), \(2,\)"),
    ],
)
def test_tensor_dataset_names_shapes_that_do_not_fit(tensors, message):
    with pytest.raises(ValueError, match=message):
        TensorDataset(*tensors)


def test_subset_maps_numbers():
    subset = Subset(Subset(Rows(), [6, 5, 4, 3]), [3, 0])
    assert [subset[i][1] for i in range(len(subset))] == [3, 6]
    np.testing.assert_array_equal(subset.batch([1, 0])[1].numpy(), [6, 3])


@pytest.mark.parametrize("index", [-1, 7])
def test_subset_refuses_numbers_out_of_range(index):
    with pytest.raises(IndexError, match=f"index {index} is out of range .* 7 examples"):
        Subset(Rows(), [0, index])


@pytest.mark.parametrize("method", ["__len__", "__getitem__"])
def test_a_dataset_says_what_it_lacks(method):
    class Incomplete(Dataset):
        pass

    with pytest.raises(TypeError, match=f"Incomplete .* must define {method}"):
        getattr(Incomplete(), method)(*([0] if method == "__getitem__" else []))


# --- random_split


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    classes=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
def test_a_stratified_split_is_a_partition_and_shares_out_each_class(counts, classes, seed):
    total = sum(counts)
    labels = np.random.default_rng(seed).integers(0, classes, total)
    parts = random_split(range(total), counts, stratify=labels, seed=seed)
    assert [len(part) for part in parts] == counts
    everything = np.concatenate([part.indices for part in parts])
    np.testing.assert_array_equal(np.sort(everything), np.arange(total))
    for part in parts:
        held = np.bincount(labels[part.indices], minlength=classes)
        share = np.bincount(labels, minlength=classes) * len(part) / max(total, 1)
        # Exact up to rounding at the two ends of a class, with each other part.
        assert np.all(np.abs(held - share) < len(counts))


def test_two_parts_hold_each_class_within_one_of_its_share():
    labels = np.repeat(np.arange(10), 100)
    _, test = random_split(range(1000), [0.8, 0.2], stratify=labels, seed=3)
    np.testing.assert_array_equal(np.bincount(labels[test.indices]), np.full(10, 20))


def test_the_parts_of_a_stratified_split_are_not_sorted_by_class():
    labels = np.repeat(np.arange(2), 50)
    train, _ = random_split(range(100), [0.8, 0.2], stratify=labels, seed=0)
    assert np.any(np.diff(labels[train.indices]) < 0)


@pytest.mark.parametrize("stratify", [None, [0, 1] * 10])
def test_a_seed_gives_the_same_split_and_another_seed_another(stratify):
    def split(seed):
        first, _ = random_split(range(20), [10, 10], stratify=stratify, seed=seed)
        return first.indices.tolist()

    assert split(1) == split(1)
    assert split(1) != split(2)


def test_without_a_seed_manual_seed_decides():
    def split():
        return random_split(range(20), [20])[0].indices.tolist()

    autograd.manual_seed(5)
    first, second = split(), split()
    autograd.manual_seed(5)
    assert split() == first
    assert first != second


def test_fractions_are_rounded_as_in_pytorch():
    assert [len(part) for part in random_split(range(10), [1 / 3, 1 / 3, 1 / 3])] == [4, 3, 3]


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([], "at least one length"),
        ([5, 6], r"add up to 10, .* \[5, 6\] add up to 11"),
        ([0.5, 0.4], "add up to 10, .* add up to 0.9"),
        ([12, -2], "must not be negative"),
        ([float("nan"), 1.0], "must not be negative"),
    ],
)
def test_split_names_lengths_that_do_not_fit(lengths, message):
    with pytest.raises(ValueError, match=message):
        random_split(range(10), lengths)


def test_split_names_labels_that_do_not_fit():
    with pytest.raises(ValueError, match=r"each of the 10 examples, shape \(10,\), got shape \(9,"):
        random_split(range(10), [5, 5], stratify=np.zeros(9))


# --- DataLoader


@given(
    examples=st.integers(1, 50),
    batch_size=st.integers(1, 60),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
)
def test_an_epoch_holds_each_example_once(examples, batch_size, shuffle, drop_last):
    if drop_last and batch_size > examples:
        return
    loader = DataLoader(range(examples), batch_size, shuffle, seed=0, drop_last=drop_last)
    batches = numbers_of(loader)
    assert len(batches) == len(loader)
    assert all(len(batch) == batch_size for batch in batches[:-1])
    seen = sorted(number for batch in batches for number in batch)
    if drop_last:
        assert len(batches[-1]) == batch_size
        assert len(set(seen)) == len(seen) == examples - examples % batch_size
    else:
        assert seen == list(range(examples))


def test_each_epoch_has_its_own_order_and_a_seed_repeats_them_all():
    first = DataLoader(range(20), 5, shuffle=True, seed=7)
    epochs = [numbers_of(first), numbers_of(first)]
    assert epochs[0] != epochs[1]
    again = DataLoader(range(20), 5, shuffle=True, seed=7)
    assert [numbers_of(again), numbers_of(again)] == epochs
    generator = np.random.default_rng(7)
    assert numbers_of(DataLoader(range(20), 5, shuffle=True, generator=generator)) == epochs[0]


def test_two_iterations_at_once_do_not_disturb_each_other():
    loader = DataLoader(range(4), 2)
    pairs = [(a.numpy().tolist(), b.numpy().tolist()) for a, b in zip(loader, loader, strict=True)]
    assert pairs == [([0, 1], [0, 1]), ([2, 3], [2, 3])]


def test_in_order_takes_nothing_from_the_generator():
    generator = np.random.default_rng(0)
    before = generator.bit_generator.state
    numbers_of(DataLoader(range(4), 2, generator=generator))
    assert generator.bit_generator.state == before


def test_a_dataset_of_ones_own_and_a_list_are_loaded_alike():
    listed = [Rows()[index] for index in range(7)]
    for own, plain in zip(DataLoader(Rows(), 3), DataLoader(listed, 3), strict=True):
        np.testing.assert_array_equal(own[0].numpy(), plain[0].numpy())
        np.testing.assert_array_equal(own[1].numpy(), plain[1].numpy())


def test_collate_fn_receives_the_examples():
    loader = DataLoader(["a", "bb", "ccc"], 2, collate_fn=" ".join)
    assert list(loader) == ["a bb", "ccc"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dataset": iter([])}, TypeError, "must have __len__ and __getitem__, got list_iterator"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be an integer, got 2.0"),
        ({"dataset": []}, ValueError, "no batch: the data set has 0 examples"),
        ({"batch_size": 8, "drop_last": True}, ValueError, "7 examples, batch_size is 8"),
        ({"seed": 1, "generator": np.random.default_rng()}, ValueError, "not both"),
        ({"generator": 3}, TypeError, r"numpy.random.Generator, got int; use .* seed=n"),
    ],
)
def test_loader_names_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        DataLoader(**({"dataset": Rows()} | arguments))


# --- data sets put together, samplers of one's own, and what else PyTorch's programs do


def test_data_sets_side_by_side_and_one_after_the_other():
    pairs = StackDataset(Rows(), [f"name {n}" for n in range(7)])
    (_, labels), names = next(iter(DataLoader(pairs, batch_size=2)))
    np.testing.assert_array_equal(labels.data, [0, 1])
    assert names == ["name 0", "name 1"]
    named = StackDataset(x=range(3), y=[4, 5, 6])
    batch = next(iter(DataLoader(named, batch_size=3)))
    np.testing.assert_array_equal(batch["y"].data, [4, 5, 6])
    with pytest.raises(ValueError, match=r"one length, got \[2, 3\]"):
        StackDataset(range(2), range(3))
    with pytest.raises(ValueError, match="all with a name or all without"):
        StackDataset(range(2), y=range(2))
    assert len(Rows() + Rows()) == 14
    assert isinstance(Rows() + Rows(), ConcatDataset)


class Letters(IterableDataset):
    def __init__(self, letters):
        self.letters = letters

    def __iter__(self):
        return iter(self.letters)


def test_streams_one_after_the_other():
    both = Letters("ab") + Letters("cd")
    assert isinstance(both, ChainDataset)
    assert list(DataLoader(both, batch_size=3)) == [["a", "b", "c"], ["d"]]


def test_a_sampler_of_ones_own():
    class Backwards(Sampler[int]):
        def __init__(self, data_source):
            super().__init__(data_source)
            self.data_source = data_source

        def __iter__(self):
            return iter(range(len(self.data_source) - 1, -1, -1))

        def __len__(self):
            return len(self.data_source)

    loader = DataLoader(range(4), batch_size=3, sampler=Backwards(range(4)))
    assert numbers_of(loader) == [[3, 2, 1], [0]]
    with pytest.raises(TypeError, match="Sampler and must define __iter__"):
        iter(Sampler())


def test_keys_need_not_be_numbers():
    data = {"one": 1, "two": 2, "three": 3}
    loader = DataLoader(data, batch_size=2, sampler=["three", "one", "two"])
    assert numbers_of(loader) == [[3, 1], [2]]
    running = iter(loader)
    next(running)
    with pytest.raises(TypeError, match="keys that are no numbers"):
        loader.state_dict()


def test_without_batches_the_examples_come_alone():
    loader = DataLoader(Rows(), batch_size=None)
    assert len(loader) == 7
    row, label = next(iter(loader))
    assert isinstance(row, Tensor)
    assert row.shape == (3,)
    assert label == 0
    assert list(DataLoader(Letters("abc"), batch_size=None)) == ["a", "b", "c"]
    doubled = DataLoader(range(3), batch_size=None, collate_fn=lambda each: 2 * each)
    assert list(doubled) == [0, 2, 4]


def test_the_arguments_of_pytorchs_loader_are_understood():
    loader = DataLoader(
        Rows(), 2, None, None, None, 0, None, True, True, 0, prefetch_factor=None,
        persistent_workers=False, pin_memory_device="", in_order=True,
    )  # fmt: skip
    assert len(loader) == 3
    with pytest.raises(ValueError, match="timeout is for workers"):
        DataLoader(Rows(), timeout=3)


def test_data_sets_that_give_several_examples_at_once():
    class Table:
        def __len__(self):
            return 4

        def __getitem__(self, index):
            raise AssertionError("one by one")

        def __getitems__(self, indices):
            return [{"n": index} for index in indices]

    batch = next(iter(DataLoader(Table(), batch_size=3)))
    np.testing.assert_array_equal(batch["n"].data, [0, 1, 2])


def test_collate_keeps_kinds_of_mappings_and_text_in_arrays():
    first = OrderedDict(a=np.str_("x"), b=True, c=b"1", d=None, e=1 + 2j)
    batch = default_collate([first, first])
    assert isinstance(batch, OrderedDict)
    assert batch["a"] == ["x", "x"]
    assert batch["b"].dtype == bool
    assert batch["c"] == [b"1", b"1"]
    assert batch["e"].dtype.kind == "c"
