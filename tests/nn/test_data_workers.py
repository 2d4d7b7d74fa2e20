"""Worker processes: the same batches in the same order, clear errors, and no process left."""

import multiprocessing
import os
import signal
import time

import numpy as np
import pytest

import autograd
from nn.data import DataLoader, Dataset, IterableDataset, get_worker_info


class Rows(Dataset):
    """Examples that say who made them and what was drawn."""

    def __init__(self, length: int = 13, act=None) -> None:
        self.length = length
        self.act = act

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int):
        if self.act is not None and index == 7:
            self.act()
        drawn = autograd.default_generator().random()
        return np.full(3, index), drawn, os.getpid()


class Stream(IterableDataset):
    def __iter__(self):
        for number in range(7):
            yield number, autograd.default_generator().random()


class OddError(Exception):
    """Cannot be made from one text, so it does not travel as it is."""

    def __init__(self, first, second) -> None:
        super().__init__(f"{first} and {second}")


def fail():
    raise KeyError("no such image")


def fail_oddly():
    raise OddError("this", "that")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def no_children() -> bool:
    return multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("shuffle", [False, True])
def test_workers_give_what_the_loader_gives_alone(workers, shuffle):
    alone = DataLoader(range(11), 2, shuffle, seed=0)
    first = [batch.numpy().tolist() for batch in alone]
    order = np.random.default_rng(0).permutation(11) if shuffle else np.arange(11)
    assert [number for batch in first for number in batch] == order.tolist()
    helped = DataLoader(range(11), 2, shuffle, num_workers=workers, generator=Fixed(order))
    assert [batch.numpy().tolist() for batch in helped] == first
    assert no_children()


class Fixed(np.random.Generator):
    """Gives a known order, whatever was drawn for the workers' seed before."""

    def __init__(self, order) -> None:
        super().__init__(np.random.PCG64(0))
        self.order = order

    def permutation(self, total):
        return self.order


def test_what_is_drawn_depends_on_seed_and_batch_and_not_on_the_workers():
    def drawn(workers, seed):
        loader = DataLoader(Rows(), 2, num_workers=workers, seed=seed)
        epochs = [[batch[1].numpy().tolist() for batch in loader] for _ in range(2)]
        return epochs

    one, three = drawn(1, 0), drawn(3, 0)
    assert one == three
    assert one[0] != one[1], "each epoch draws anew"
    assert one != drawn(1, 1)
    assert len({value for batch in one[0] for value in batch}) == 13, "no worker repeats another"


def test_batches_are_made_elsewhere():
    makers = {pid for batch in DataLoader(Rows(), 2, num_workers=2) for pid in batch[2].numpy()}
    assert len(makers) == 2
    assert os.getpid() not in makers


def test_a_stream_comes_once_and_in_order():
    alone = DataLoader(Stream(), 2, num_workers=1, seed=0)
    helped = DataLoader(Stream(), 2, num_workers=3, seed=0)
    expected = [(numbers.numpy().tolist(), drawn.numpy().tolist()) for numbers, drawn in alone]
    got = [(numbers.numpy().tolist(), drawn.numpy().tolist()) for numbers, drawn in helped]
    assert [numbers for numbers, _ in got] == [[0, 1], [2, 3], [4, 5], [6]]
    assert got == expected


def test_an_exception_arrives_with_the_place_where_it_was_raised():
    loader = DataLoader(Rows(act=fail), 2, num_workers=2)
    seen = iter(loader)
    assert [next(seen)[0].numpy()[0, 0] for _ in range(3)] == [0, 2, 4], "what is whole has come"
    with pytest.raises(KeyError, match="no such image") as caught:
        next(seen)
    (note,) = caught.value.__notes__
    assert "in worker 1 of a DataLoader, at batch 3" in note
    assert "in fail" in note
    assert no_children()


def test_an_exception_that_cannot_travel_is_named():
    with pytest.raises(RuntimeError, match="OddError: this and that"):
        list(DataLoader(Rows(act=fail_oddly), 2, num_workers=1))


def test_a_batch_that_cannot_travel_is_an_error():
    loader = DataLoader(range(4), 2, num_workers=1, collate_fn=lambda rows: lambda: rows)
    with pytest.raises((AttributeError, RuntimeError), match="lambda"):
        list(loader)
    assert no_children()


def test_a_worker_that_dies_is_named():
    with pytest.raises(RuntimeError, match="worker 1 died with exit code -9 before batch [13] had"):
        list(DataLoader(Rows(act=die), 2, num_workers=2))
    assert no_children()


def test_workers_end_with_an_iteration_that_is_left():
    iteration = iter(DataLoader(Rows(1000), 2, num_workers=2))
    next(iteration)
    assert len(multiprocessing.active_children()) == 2
    iteration.close()
    assert no_children()


def test_an_epoch_continues_with_workers():
    loader = DataLoader(Rows(), 2, shuffle=True, num_workers=2, seed=0)
    iteration = iter(loader)
    for _ in range(3):
        next(iteration)
    state = loader.state_dict()
    rest = [(batch[0].numpy().tolist(), batch[1].numpy().tolist()) for batch in iteration]
    again = DataLoader(Rows(), 2, shuffle=True, num_workers=3, seed=99)
    again.load_state_dict(state)
    assert [(batch[0].numpy().tolist(), batch[1].numpy().tolist()) for batch in again] == rest


def test_workers_that_start_anew_do_the_same():
    loader = DataLoader(range(4), 2, num_workers=1, multiprocessing_context="spawn")
    assert [batch.numpy().tolist() for batch in loader] == [[0, 1], [2, 3]]


class Shared(IterableDataset):
    """Numbers of which every worker reads a part of its own, as PyTorch's programs write it."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        info = get_worker_info()
        if info is None:
            return iter(range(self.count))
        return iter(range(info.id, self.count, info.num_workers))


@pytest.mark.parametrize("count", [0, 1, 7, 12])
def test_a_stream_that_is_shared_out_loses_nothing_and_repeats_nothing(count):
    loader = DataLoader(Shared(count), batch_size=2, num_workers=2)
    seen = [number for batch in loader for number in batch.numpy().tolist()]
    assert sorted(seen) == list(range(count))
    first = iter(loader)
    begun = [next(first).numpy().tolist() for _ in range(min(count, 1) + (count > 4))]
    state = loader.state_dict()
    first.close()
    again = DataLoader(Shared(count), batch_size=2, num_workers=2)
    again.load_state_dict(state)
    rest = [batch.numpy().tolist() for batch in again]
    seen = [number for batch in begun + rest for number in batch]
    assert sorted(seen) == list(range(count))


class Slow(Dataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        time.sleep(30 * index)
        return index


def test_a_worker_that_takes_too_long_is_named():
    loader = DataLoader(Slow(), num_workers=1, timeout=0.5)
    batches = iter(loader)
    next(batches)
    with pytest.raises(RuntimeError, match="worker 0 took more than 0.5 seconds for batch 1"):
        next(batches)
