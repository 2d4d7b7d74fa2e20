"""Data parallel training: the replicas of a model, and their gradients in one message a step."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import caller_location, node_of, value_of
from nn import ranks
from nn.module import Module
from nn.parameter import assign

__all__ = ["DistributedDataParallel"]


class DistributedDataParallel(Module):
    """A model whose gradients are averaged over all processes: `g = 1/n · Σ_r g_r`.

    Parameters and buffers of rank 0 are everywhere from the start. At the end of `backward()`, and
    at the latest when gradients are clipped or an optimizer steps, one message per dtype makes the
    gradients the same on all ranks, and so the parameters stay the same, to the bit. A parameter
    that has a gradient on some ranks only gets the average with zeros; one that has none on any
    rank stays without. In training each rank draws random numbers of its own inside the model,
    such as dropout masks, and the same ones outside.

    The average is the gradient of one large batch where the loss is a mean over its samples and
    all ranks have as many of them.

    Args:
        module: the model, whose keys get `module.` in front, as in PyTorch.
        broadcast_buffers: whether the buffers of rank 0 go to all ranks before each forward pass
            in training. Without, each rank goes on with its own.
        check_every: after so many steps the parameters' checksums are compared; 0 for never.

    Raises:
        TypeError: if it is no module, or an optimizer wants the loss again, such as L-BFGS, for
            each rank knows that of its share only.
        RuntimeError: if the models of the ranks are not alike, or the ranks do not do the same.

    References:
        S. Li et al. (2020), PyTorch distributed: experiences on accelerating data parallel
        training.

    >>> from nn import Linear
    >>> model = DistributedDataParallel(Linear(3, 2))
    >>> sorted(model.state_dict())
    ['module.bias', 'module.weight']
    """

    def __init__(
        self, module: Module, *, broadcast_buffers: bool = True, check_every: int = 100
    ) -> None:
        if not isinstance(module, Module):
            raise TypeError(
                f"DistributedDataParallel: module must be a Module, got {type(module).__name__}"
            )
        self.module = module
        self._replica = _Replica(module, broadcast_buffers, check_every)

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """Call the model."""
        if not self.training or ranks.size() == 1:
            return self.module(*inputs, **keywords)
        self._replica.begin()
        with _stream_of_rank():
            return self.module(*inputs, **keywords)

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """Inside, `backward()` adds to the gradients of this rank and sends nothing.

        The first `backward()` outside, or the step, averages what came together.

        >>> from nn import Linear
        >>> model = DistributedDataParallel(Linear(3, 2))
        >>> with model.no_sync():
        ...     model([[1.0, 2.0, 3.0]]).sum().backward()
        """
        replica = self._replica
        before, replica.sends = replica.sends, False
        try:
            yield
        finally:
            replica.sends = before


class _Replica:
    """The model of this rank: what is still to be sent of it, and the messages."""

    def __init__(self, module: Module, broadcast_buffers: bool, check_every: int) -> None:
        self.parameters = list(module.parameters())
        self.buffers = list(module.buffers())
        self.shares_buffers = broadcast_buffers
        self.check_every = check_every
        self.sends = True
        self.stale = False  # whether gradients may differ between ranks
        self.pass_number = 0  # of the last backward pass that reached one of them
        self.steps = 0
        if ranks.size() == 1:
            return
        self._compare(module)
        ranks.agree("the start")
        _broadcast([*self.parameters, *self.buffers], "the start of DistributedDataParallel")
        for parameter in self.parameters:
            if parameter.requires_grad:
                parameter.register_post_accumulate_grad_hook(self._note)
        ranks.settle_later(self)

    def _compare(self, module: Module) -> None:
        """Raise a RuntimeError if names, shapes or dtypes are not those of rank 0."""
        both = (*module.named_parameters(), *module.named_buffers())
        own = [(name, each.shape, str(each.dtype)) for name, each in both]
        ranks.agree("the start")
        of_all = ranks.communicator().allgather(own)
        for number, theirs in enumerate(of_all):
            if theirs != of_all[0]:
                pairs = [pair for pair in zip(of_all[0], theirs, strict=False) if len({*pair}) > 1]
                first, other = pairs[0] if pairs else (len(of_all[0]), len(theirs))
                raise RuntimeError(
                    f"DistributedDataParallel: the models are not alike: {first} on rank 0, "
                    f"{other} on rank {number}; build the same model in every process"
                )

    def begin(self) -> None:
        """A forward pass in training begins."""
        self.stale = True
        if self.sends:
            self._share_buffers()

    def _share_buffers(self) -> None:
        if self.shares_buffers and self.buffers:
            ranks.agree("buffers", self.steps + 1)
            _broadcast(self.buffers, "DistributedDataParallel")

    def _note(self, parameter: Tensor) -> None:
        """A backward pass has filled all `.grad`, and tells it of one parameter after the other."""
        node = node_of(parameter)
        assert node is not None
        if node.pass_number != self.pass_number:
            self.pass_number, self.stale = node.pass_number, True
            if self.sends:
                self.average()

    def settle(self, parameters: Iterable[Tensor]) -> None:
        """Average now, if gradients are read that were not."""
        if self.stale and not {*map(id, parameters)}.isdisjoint(map(id, self.parameters)):
            self.average()

    def average(self) -> None:
        """Make the gradients the mean over all ranks."""
        self.stale = False
        self.steps += 1
        checks = self.check_every and self.steps % self.check_every == 0
        ranks.agree("gradients", self.steps, _checksum(self.parameters) if checks else 0)
        own = np.array([parameter.grad is not None for parameter in self.parameters], np.int32)
        anywhere = ranks.summed(own)
        moved = [each for each, on in zip(self.parameters, anywhere, strict=True) if on]
        location = caller_location()
        for alike in _by_dtype(moved):
            half = alike[0].dtype == np.float16  # which MPI cannot add up
            flat = np.concatenate([_gradient_of(each).ravel() for each in alike])
            flat = ranks.summed(flat.astype(np.float32) if half else flat) / ranks.size()
            for parameter, mean in _cut(flat.astype(alike[0].dtype, copy=False), alike):
                if parameter.grad is None:
                    parameter.grad = Tensor(mean)
                else:
                    assign(parameter.grad, mean, location, "DistributedDataParallel")
        self._share_buffers()  # so that replicas are alike between steps too


def _gradient_of(parameter: Tensor) -> Any:
    gradient = parameter.grad
    if gradient is None:
        return np.zeros(parameter.shape, parameter.dtype)
    return np.asarray(value_of(gradient))


def _by_dtype(tensors: Iterable[Tensor]) -> list[list[Tensor]]:
    groups: dict[np.dtype[Any], list[Tensor]] = {}
    for each in tensors:
        groups.setdefault(each.dtype, []).append(each)
    return list(groups.values())


def _cut(flat: Any, tensors: Iterable[Tensor]) -> Iterator[tuple[Tensor, Any]]:
    """Each Tensor, and its part of the flat array in its shape."""
    start = 0
    for each in tensors:
        yield each, flat[start : start + each.size].reshape(each.shape)
        start += each.size


def _broadcast(tensors: Iterable[Tensor], by: str) -> None:
    """Give all ranks the values of rank 0, as bytes in one message."""
    listed = list(tensors)
    flat = np.frombuffer(
        bytearray(b"".join(np.asarray(value_of(each)).tobytes() for each in listed)), np.uint8
    )
    ranks.communicator().Bcast(flat)
    if ranks.rank() == 0:
        return
    location, start = caller_location(), 0
    for each in listed:
        end = start + each.size * each.dtype.itemsize
        assign(each, flat[start:end].view(each.dtype).reshape(each.shape), location, by)
        start = end


def _checksum(tensors: Iterable[Tensor]) -> int:
    checksum = 1
    for each in tensors:
        checksum = zlib.crc32(np.asarray(value_of(each)).tobytes(), checksum)
    return checksum


@contextmanager
def _stream_of_rank() -> Iterator[None]:
    """Let the default generator draw what belongs to this rank; afterwards all go on alike."""
    bits = autograd.default_generator().bit_generator
    drawn = int(autograd.default_generator().integers(2**63))
    common = bits.state
    bits.state = np.random.PCG64(np.random.SeedSequence([drawn, ranks.rank()])).state
    try:
        yield
    finally:
        bits.state = common
