"""PyTorch's wrappers for several devices, on the one that there is."""

from __future__ import annotations

from typing import Any

from autograd.internals import checked_device
from nn.module import Module

__all__ = ["DataParallel", "data_parallel"]


class DataParallel(Module):
    """A model that is spread over devices; on one CPU it is the model.

    Args:
        module: the model, whose keys get `module.` in front, as in PyTorch.
        device_ids: None, for there are no GPUs.
        output_device: the CPU.
        dim: along which the batch would be split.

    Raises:
        ValueError: for a list of devices.

    >>> from nn import Linear
    >>> sorted(DataParallel(Linear(2, 3)).state_dict())
    ['module.bias', 'module.weight']
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        self.module = module
        _refuse_devices("DataParallel", device_ids, output_device)

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """Call the model."""
        return self.module(*inputs, **keywords)


def data_parallel(
    module: Any,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: Any = None,
) -> Any:
    """Call a model on its inputs, one or a tuple of them.

    >>> from nn import Linear
    >>> data_parallel(Linear(2, 3), [[0.0, 1.0]], None).shape
    (1, 3)
    """
    _refuse_devices("data_parallel", device_ids, output_device)
    return module(*(inputs if isinstance(inputs, tuple) else (inputs,)), **(module_kwargs or {}))


def _refuse_devices(caller: str, device_ids: Any, output_device: Any) -> None:
    checked_device(output_device)
    if device_ids:
        raise ValueError(
            f"{caller}: there is no GPU, so device_ids={device_ids!r} name none; leave them out"
        )
