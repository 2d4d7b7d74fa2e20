"""What a data set draws depends on the seed, the epoch and the batch, and on nothing else."""

import random

import numpy as np
import pytest

import autograd
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info
from nn.transforms import GaussianNoise


class Drawing(Dataset):
    """Gives one number of every source of random numbers there is."""

    def __init__(self):
        self.noise = GaussianNoise(0.05, seed=0)

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return np.array(
            [
                random.random(),
                np.random.random(),  # noqa: NPY002 - as users do
                autograd.rand().item(),
                autograd.default_generator().random(),
                float(self.noise(np.full((1, 1, 1), 0.5, np.float32))[0, 0, 0]),
            ]
        )


class Stream(IterableDataset):
    def __iter__(self):
        yield from (Drawing()[index] for index in range(6))


def loader(workers, dataset=Drawing, **settings):
    return DataLoader(
        dataset(), 2, num_workers=workers, multiprocessing_context="fork" if workers else None,
        **({"seed": 0} | settings),
    )  # fmt: skip


def epochs(made, count=2):
    return np.array([[batch.numpy() for batch in made] for _ in range(count)])


def stacked(examples):
    return autograd.stack([autograd.Tensor(each) for each in examples])


SETTINGS = {
    "in order": {},
    "shuffled": {"shuffle": True},
    "collated": {"collate_fn": stacked},
}  # fmt: skip


@pytest.mark.parametrize("dataset", [Drawing, Stream])
@pytest.mark.parametrize("settings", SETTINGS)
def test_any_number_of_workers_gives_the_same(settings, dataset):
    if dataset is Stream and settings == "shuffled":
        return
    found = [epochs(loader(workers, dataset, **SETTINGS[settings])) for workers in (0, 1, 2)]
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])
    again = epochs(loader(0, dataset, **SETTINGS[settings]))
    np.testing.assert_array_equal(again, found[0])
    other = epochs(loader(0, dataset, **SETTINGS[settings], seed=1))
    assert not np.isin(other, found[0]).any()


@pytest.mark.parametrize("workers", [0, 2])
def test_no_number_comes_twice(workers):
    numbers = epochs(loader(workers), 3)
    for source in range(numbers.shape[-1]):
        drawn = numbers[..., source].ravel()
        assert len(set(drawn)) == len(drawn), "in no worker, batch or epoch"


@pytest.mark.parametrize("workers", [0, 2])
def test_without_a_seed_the_default_generator_decides(workers):
    found = []
    for seed in (1, 1, 2):
        autograd.manual_seed(seed)
        found.append(epochs(loader(workers, seed=None)))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.isin(found[2], found[0]).any()


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("seed", [0, None])
def test_the_programs_own_numbers_go_on_as_if_there_were_no_loader(workers, seed):
    def numbers(between):
        generator = autograd.manual_seed(7)
        random.seed(7)
        np.random.seed(7)  # noqa: NPY002
        for _ in between:
            pass
        assert autograd.default_generator() is generator
        return [random.random(), np.random.random(), autograd.rand().item()]  # noqa: NPY002

    assert numbers(loader(workers, seed=seed)) == numbers(())


def test_an_error_in_a_data_set_restores_them_too():
    class Broken(Drawing):
        def __getitem__(self, index):
            super().__getitem__(index)
            raise KeyError(index)

    random.seed(3)
    expected = random.random()
    random.seed(3)
    with pytest.raises(KeyError):
        next(iter(loader(0, Broken)))
    assert random.random() == expected


def test_a_loader_that_is_left_in_the_middle_restores_them_between_batches():
    random.seed(3)
    expected = [random.random() for _ in range(3)]
    random.seed(3)
    assert [random.random() for _ in loader(0)] == expected


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("done", [0, 1, 2, 4])
def test_what_is_drawn_goes_on_after_a_load(workers, done):
    whole = epochs(loader(workers, shuffle=True), 2).reshape(6, 2, 5)
    first = loader(workers, shuffle=True)
    batches = iter(first)
    for number in range(done):
        if number == 3:
            list(batches)
            batches = iter(first)
        next(batches)
    second = loader(0 if workers else 2, shuffle=True)
    second.load_state_dict(first.state_dict())
    rest = [batch.numpy() for batch in second]
    start = done if done < 3 else 3 + (done - 3)
    end = 3 if done < 3 else 6
    np.testing.assert_array_equal(rest, whole[start:end] if done else whole[:3])


def test_orders_do_not_depend_on_whether_a_data_set_draws():
    class Quiet(Drawing):
        def __getitem__(self, index):
            return index

    numbers = np.arange(6)
    plain = DataLoader(TensorDataset(numbers), 2, shuffle=True, seed=0)
    drawing = DataLoader(Quiet(), 2, shuffle=True, seed=0)
    for _ in range(3):
        expected = [batch.numpy().tolist() for (batch,) in plain]
        assert [batch.numpy().tolist() for batch in drawing] == expected


class OwnGenerator(Dataset):
    """Holds a generator of its own, made anew in every worker."""

    def __init__(self):
        self.generator = np.random.default_rng(0)

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return np.array([self.generator.random(), -1.0 if get_worker_info() is None else 1.0])


def renew(worker):
    info = get_worker_info()
    assert (info.id, info.num_workers) == (worker, 2)
    info.dataset.generator = np.random.default_rng(info.seed)


def test_a_generator_of_a_data_set_is_made_anew_in_every_worker():
    copied = epochs(loader(2, OwnGenerator))
    assert len(set(copied[..., 0].ravel())) < copied[..., 0].size, "copies draw the same"
    made = epochs(loader(2, OwnGenerator, worker_init_fn=renew))
    assert len(set(made[..., 0].ravel())) == made[..., 0].size
    assert (made[..., 1] == 1).all()
    np.testing.assert_array_equal(epochs(loader(2, OwnGenerator, worker_init_fn=renew)), made)
    assert get_worker_info() is None
    assert (epochs(loader(0, OwnGenerator))[..., 1] == -1).all()


def test_an_error_in_worker_init_fn_is_said():
    def broken(worker):
        raise ValueError(f"no start for worker {worker}")

    with pytest.raises(ValueError, match="no start for worker 0"):
        list(loader(2, worker_init_fn=broken))
