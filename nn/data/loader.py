"""The loader: a data set in batches, in order or shuffled anew for each epoch."""

from __future__ import annotations

import copy
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from nn.arguments import Checked
from nn.data.collate import default_collate, default_convert
from nn.data.dataset import (
    ConcatDataset,
    IterableDataset,
    Sized,
    Subset,
    TensorDataset,
    fetch,
    plain_index,
)
from nn.data.generator import drawing, streams_of_batch
from nn.data.samplers import BatchSampler, DistributedSampler, RandomSampler, SequentialSampler
from nn.data.workers import get_worker_info, produce
from nn.saving import set_generator_state

__all__ = ["DataLoader"]

Collate = Callable[[list[Any]], Any]


# The order of an epoch is drawn at its start, so that it can be saved; that of an endless one, of
# more batches than fit into memory, a piece at a time.
_MOST_BATCHES = 10**7
_PIECE = 10**5


class DataLoader(Checked):
    """Iterates over a data set in batches; each iteration is one epoch.

    `state_dict` and `load_state_dict` keep where it is, so that an interrupted epoch continues
    with the batches that had not come yet.

    What a data set draws at random depends on the loader's seed, the epoch and the batch alone, and
    is the same for any number of workers: while a batch is made, the library's default generator,
    `np.random` and `random` draw from streams of their own, and so do our transforms. A generator
    that a data set holds itself is copied into every worker, where the copies would draw the same
    numbers; make it anew in `worker_init_fn`, with the seed that `get_worker_info()` gives there.

    Args:
        dataset: A `Dataset`, anything with a length and examples by number, or an
            `IterableDataset`, which is read from front to back.
        batch_size: Examples in a batch; the last batch holds what is left. None yields the examples
            themselves, one by one.
        shuffle: Whether each epoch has its own random order.
        sampler: Yields the numbers of each epoch, in place of `shuffle`.
        batch_sampler: Yields lists of numbers, in place of `batch_size`, `shuffle`, `sampler` and
            `drop_last`.
        num_workers: Processes that make batches ahead of time; 0 makes them when asked for.
        collate_fn: Turns a list of examples into a batch, in place of `default_collate`; with
            `batch_size=None` an example, in place of `default_convert`.
        pin_memory: Makes no difference: all memory is the processor's.
        drop_last: Whether a last batch that is not full is left out.
        timeout: Seconds to wait for a batch of a worker; 0 waits as long as it takes.
        worker_init_fn: Called in every worker before its first batch, with its number.
        multiprocessing_context: How workers start: "fork", "forkserver" or "spawn"; Python's
            default if not given.
        generator: Draws the orders, in place of a seed.
        seed: The same seed gives the same sequence of orders. Without it and `generator`, the
            library's default generator draws, which `autograd.manual_seed` sets.
        prefetch_factor: Batches that each worker makes ahead, 2 if not given.
        persistent_workers: Makes no difference to the batches: workers start anew for each epoch.
        pin_memory_device: Makes no difference, as `pin_memory`.
        in_order: Makes no difference: batches always come in their order.

    Raises:
        ValueError: If the batch size is not positive, there would be no batch at all, or two
            arguments exclude each other.
        TypeError: If the data set has no length, or the batch size is no integer.

    >>> loader = DataLoader(range(10), batch_size=4)
    >>> [batch.numpy().tolist() for batch in loader]
    [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    >>> len(DataLoader(range(10), batch_size=4, drop_last=True))
    2
    """

    def __init__(
        self,
        dataset: Sized | IterableDataset,
        batch_size: int | None = 1,
        shuffle: bool | None = False,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Collate | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], object] | None = None,
        multiprocessing_context: str | None = None,
        generator: np.random.Generator | None = None,
        *,
        seed: int | None = None,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        shuffle = bool(shuffle)
        iterable = isinstance(dataset, IterableDataset)
        counted = sampler is None and batch_sampler is None
        if not iterable and not (
            hasattr(dataset, "__getitem__") and (hasattr(dataset, "__len__") or not counted)
        ):
            raise TypeError(
                f"DataLoader: dataset must have __len__ and __getitem__, got "
                f"{type(dataset).__name__}; put the examples into a list or a TensorDataset, or "
                "derive from IterableDataset"
            )
        _check_exclusive(iterable, batch_size, shuffle, sampler, batch_sampler, drop_last)
        self.batch_size = None if batch_size is None else _count("batch_size", batch_size, 1)
        self.num_workers = _count("num_workers", num_workers, 0)
        self.prefetch_factor = _count("prefetch_factor", prefetch_factor or 2, 1)
        if not timeout >= 0 or (timeout and not num_workers):
            raise ValueError(
                f"DataLoader: timeout is for workers, of at least 0 seconds, got {timeout} with "
                f"num_workers={num_workers}"
            )
        self.timeout = timeout
        self.pin_memory = pin_memory
        self.persistent_workers = persistent_workers
        self.dataset = dataset
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.collate_fn = collate_fn
        self.multiprocessing_context = multiprocessing_context
        self.worker_init_fn = worker_init_fn
        # Also where nothing is shuffled: wrong arguments are wrong then too.
        draws = RandomSampler((), seed=seed, generator=generator)
        self.generator = draws.generator
        self.batch_sampler: Iterable[list[int]] | None = batch_sampler
        self._epoch: _Epoch | None = None  # the one that runs, or is to be continued
        self._continues = False
        self._begun = 0  # epochs
        if iterable:
            return
        if batch_sampler is None:
            if sampler is None and shuffle:
                sampler = RandomSampler(dataset, generator=self.generator)  # type: ignore[arg-type]
            elif sampler is None:
                sampler = SequentialSampler(dataset)  # type: ignore[arg-type]
            self.sampler = sampler
            self.batch_sampler = BatchSampler(sampler, self.batch_size or 1, drop_last)
        if hasattr(self.batch_sampler, "__len__") and len(self) == 0:
            raise ValueError(
                f"DataLoader: there is no batch: the data set has {_length(dataset)} examples, "
                f"batch_size is {self.batch_size} and drop_last is {drop_last}"
            )

    def __len__(self) -> int:
        """Return how many batches an epoch has.

        Raises:
            TypeError: If that is not known, because the data set or sampler has no length.
        """
        if self.batch_sampler is None:
            raise TypeError("DataLoader: an IterableDataset has no length, so its loader has none")
        return len(self.batch_sampler)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of one epoch, or of the rest of one after `load_state_dict`."""
        epoch = self._epoch if self._continues else None
        if epoch is None:
            epoch = self._begin()
        self._epoch, self._continues = epoch, False
        yield from self._batches(epoch)
        while epoch.goes_on():
            yield from self._batches(epoch)
        if self._epoch is epoch:
            self._epoch = None

    def _batches(self, epoch: _Epoch) -> Iterator[Any]:
        """The batches whose order is drawn."""
        job = _Job(
            self.dataset, epoch.order, self.batch_size, self.drop_last, self.collate_fn,
            self.worker_init_fn, epoch.seed,
        )  # fmt: skip
        if self.num_workers:
            made = produce(
                job, epoch.done, self.num_workers, self.prefetch_factor,
                self.multiprocessing_context, self.timeout,
            )  # fmt: skip
        else:
            made = job.batches(epoch.done, 1)
        try:
            for batch in made:
                epoch.done += 1
                yield batch
        finally:
            made.close()  # type: ignore[attr-defined]

    def _begin(self) -> _Epoch:
        seed = self._draw_seed()
        if self.batch_sampler is None:
            return _Epoch(None, 0, seed)
        order = map(_rows, self.batch_sampler)
        if hasattr(self.batch_sampler, "__len__") and len(self) > _MOST_BATCHES:
            return _Epoch(list(itertools.islice(order, _PIECE)), 0, seed, rest=order)
        return _Epoch(list(order), 0, seed)

    def _draw_seed(self) -> int:
        """The seed of what the data set draws in an epoch that begins; -1 if it draws nothing.

        It follows from the generator of the order, which does not go on by it: orders are the same
        whether the data set draws or not.
        """
        self._begun += 1
        if self.collate_fn is None and self.worker_init_fn is None and _draws_nothing(self.dataset):
            return -1
        source = np.random.Generator(copy.deepcopy(drawing(self.generator).bit_generator))
        drawn = int(source.integers(2**63))
        sequence = np.random.SeedSequence([drawn, self._begun])
        return int(sequence.generate_state(1, np.uint64)[0] >> 1)

    # ------------------------------------------------------------------ keeping

    def state_dict(self) -> dict[str, Any]:
        """Where the loader is: its generators, the order of the running epoch, batches done."""
        epoch = self._epoch
        if epoch is not None and epoch.rest is not None:
            raise ValueError(
                f"DataLoader.state_dict: the order of {len(self):,} batches is drawn on the way "
                "and cannot be kept; let the sampler draw fewer, such as num_samples=100_000"
            )
        if epoch is not None and any(isinstance(rows, list) for rows in epoch.order or ()):
            raise TypeError(
                "DataLoader.state_dict: the sampler gives keys that are no numbers, whose order "
                "cannot be kept"
            )
        state: dict[str, Any] = {
            "generators": [each.bit_generator.state for each in self._generators()],
            "begun": self._begun,
            "epoch": None,
        }
        sampler = getattr(self, "sampler", None)
        if epoch is not None and isinstance(sampler, DistributedSampler):
            # No rank's numbers, but how far all are together: others may continue it.
            own = sum(map(len, (epoch.order or [])[: epoch.done]))
            state["shared"] = {
                "epoch": sampler.epoch, "seed": epoch.seed,
                "done": epoch.before + sampler.num_replicas * own,
            }  # fmt: skip
        elif epoch is not None:
            order = epoch.order
            state["epoch"] = {
                "done": epoch.done,
                "seed": epoch.seed,
                "rows": None if order is None else np.concatenate([*order, _NO_ROWS]),
                "sizes": None if order is None else np.array([len(rows) for rows in order]),
            }
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned: the next iteration is the rest of its epoch.

        Raises:
            ValueError: If the state is of a loader with other samplers or another data set;
                nothing has changed then.
        """
        own, kept = self._generators(), state_dict["generators"]
        if len(own) != len(kept):
            raise ValueError(
                f"DataLoader.load_state_dict: the state is of a loader with {len(kept)} "
                f"generators, this one has {len(own)}; is shuffle, seed or sampler another?"
            )
        epoch = None
        if (saved := state_dict["epoch"]) is not None:
            order = None
            if saved["rows"] is not None:
                rows, sizes = np.asarray(_array(saved["rows"])), _array(saved["sizes"])
                if rows.size and isinstance(self.dataset, IterableDataset):
                    raise ValueError(
                        "DataLoader.load_state_dict: the state is of a data set with numbered "
                        "examples, this one is an IterableDataset"
                    )
                if rows.size and rows.max() >= len(self.dataset):  # type: ignore[arg-type]
                    raise ValueError(
                        f"DataLoader.load_state_dict: the state names example {rows.max()}, this "
                        f"data set has {len(self.dataset)}"  # type: ignore[arg-type]
                    )
                order = np.split(rows.astype(np.intp), np.cumsum(sizes)[:-1])
            epoch = _Epoch(order, int(saved["done"]), int(saved["seed"]))
        if (shared := state_dict.get("shared")) is not None:
            sampler = getattr(self, "sampler", None)
            if not isinstance(sampler, DistributedSampler) or self.batch_sampler is None:
                raise ValueError(
                    "DataLoader.load_state_dict: the state is of a loader with a "
                    "DistributedSampler; give this one such a sampler"
                )
            sampler.set_epoch(shared["epoch"])
            sampler.done = before = int(shared["done"])
            listed = [_rows(each) for each in self.batch_sampler]
            epoch = _Epoch(listed, 0, int(shared["seed"]), before)
        for generator, kept_state in zip(own, kept, strict=True):
            set_generator_state(generator, kept_state)
        self._epoch, self._continues = epoch, epoch is not None
        self._begun = int(state_dict.get("begun", 0))  # which older files do not say

    def _generators(self) -> list[np.random.Generator]:
        """The generators of our own and of our samplers, without the default one."""
        found: list[np.random.Generator] = []
        place: Any = self
        while place is not None:
            generator = getattr(place, "generator", None)
            if isinstance(generator, np.random.Generator) and generator not in found:
                found.append(generator)
            place = getattr(place, "batch_sampler", None) or getattr(place, "sampler", None)
        return found


_NO_ROWS = np.empty(0, dtype=np.intp)


@dataclass
class _Epoch:
    """One pass over the data."""

    order: list[Any] | None  # the numbers of each batch; None for iterables
    done: int  # batches handed out
    seed: int  # of what workers draw
    before: int = 0  # examples of all ranks that came before it was continued
    rest: Iterator[Any] | None = None  # of an order that is drawn a piece at a time

    def goes_on(self) -> bool:
        """Draw the next piece of the order, if there is one."""
        self.order, self.done = list(itertools.islice(self.rest or (), _PIECE)), 0
        if self.seed >= 0:  # the batches of a piece are counted anew
            self.seed = int(np.random.SeedSequence(self.seed).generate_state(1, np.uint64)[0] >> 1)
        return bool(self.order)


def _draws_nothing(dataset: Any) -> bool:
    """Whether fetching from a data set is known to draw no random numbers."""
    if isinstance(dataset, Subset):
        return _draws_nothing(dataset.dataset)
    if isinstance(dataset, ConcatDataset):
        return all(_draws_nothing(each) for each in dataset.datasets)
    return type(dataset) in (TensorDataset, list, tuple, range, np.ndarray)


@dataclass
class _Job:
    """Makes the batches of one epoch, here or in a worker."""

    dataset: Any
    order: list[Any] | None
    batch_size: int | None
    drop_last: bool
    collate: Collate | None
    worker_init_fn: Callable[[int], object] | None
    seed: int  # -1 where nothing is drawn

    def begin(self, worker: int) -> None:
        """Call what is to be called first in a worker."""
        if self.worker_init_fn is not None:
            self.worker_init_fn(worker)

    def batches(self, first: int, step: int) -> Iterator[Any]:
        """Yield the batches `first`, `first + step`, ..."""
        if self.order is None:
            yield from self._streamed(first, step)
            return
        for number in range(first, len(self.order), step):
            with self._streams(number):
                batch = self._fetched(self.order[number])
            yield batch

    def _fetched(self, rows: Any) -> Any:
        if self.batch_size is None and len(rows) == 1:
            return (self.collate or default_convert)(self.dataset[plain_index(rows[0])])
        return fetch(self.dataset, rows, self.collate)

    def _streamed(self, first: int, step: int) -> Iterator[Any]:
        examples = iter(self.dataset)
        info = get_worker_info()
        for number in itertools.count():
            with self._streams(number):
                wanted_size = self.batch_size or 1
                examples_of_batch = list(itertools.islice(examples, wanted_size))
                size = len(examples_of_batch)
                if not size or (self.drop_last and size < wanted_size):
                    return
                if info is not None and info.shares_out:  # its examples are this worker's alone
                    wanted = number >= info.done_before(first)
                else:
                    wanted = number >= first and (number - first) % step == 0
                batch = self._collated(examples_of_batch) if wanted else None
            if wanted:
                yield batch

    def _collated(self, examples: list[Any]) -> Any:
        if self.batch_size is None:
            return (self.collate or default_convert)(examples[0])
        return (self.collate or default_collate)(examples)

    def _streams(self, number: int) -> AbstractContextManager[None]:
        return nullcontext() if self.seed < 0 else streams_of_batch(self.seed, number)


def _length(dataset: Any) -> Any:
    return len(dataset) if hasattr(dataset, "__len__") else "some"


def _rows(rows: Iterable[Any]) -> Any:
    """The numbers of a batch as an array; other keys as a list."""
    listed = list(rows)
    if all(isinstance(row, int | np.integer) for row in listed):
        return np.array(listed, dtype=np.intp)
    return listed


def _array(values: Any) -> NDArray[Any]:
    return values.numpy() if isinstance(values, Tensor) else np.asarray(values)


def _count(name: str, number: Any, least: int) -> int:
    try:
        count = operator.index(number)
    except TypeError:
        raise TypeError(f"DataLoader: {name} must be an integer, got {number!r}") from None
    if count < least:
        raise ValueError(f"DataLoader: {name} must be at least {least}, got {count}")
    return count


def _check_exclusive(
    iterable: bool, batch_size: Any, shuffle: bool, sampler: Any, batch_sampler: Any, drop: bool
) -> None:
    if iterable and (shuffle or sampler is not None or batch_sampler is not None):
        raise ValueError(
            "DataLoader: an IterableDataset is read from front to back; shuffle, sampler and "
            "batch_sampler need a data set whose examples have numbers"
        )
    if sampler is not None and shuffle:
        raise ValueError("DataLoader: give sampler or shuffle, not both")
    if batch_sampler is not None and (
        batch_size not in (1, None) or shuffle or drop or sampler is not None
    ):
        raise ValueError(
            "DataLoader: batch_sampler stands in place of batch_size, shuffle, sampler and "
            "drop_last; give only one of them"
        )
