"""PyTorch's words of machines: what they mean where there is no GPU."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor
from autograd.processor import NO_GPU, Device, checked_device
from autograd.random import BRANCH


def looks_like_a_device(given: Any) -> bool:
    """Whether an argument of `.to` is a device and no dtype: both may be strings."""
    if isinstance(given, Device):
        return True
    if not isinstance(given, str):
        return False
    name = given.partition(":")[0]
    return name in (
        "cpu",
        "cuda",
        "mps",
        "xpu",
        "meta",
        "hpu",
        "tpu",
        "ipu",
        "xla",
        "mkldnn",
        "vulkan",
    )


@cache
def _generators() -> Any:
    """The class of `Generator`, made when first used: it loads NumPy's random numbers."""

    class Generator(np.random.Generator):
        """NumPy's generator that is seeded as PyTorch's is."""

        def manual_seed(self, seed: int) -> Generator:
            """Begin the stream of a seed, that of `autograd.manual_seed`; return the generator."""
            fresh = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=BRANCH))
            self.bit_generator.state = fresh.state
            self._seed = seed
            return self

        def initial_seed(self) -> int:
            """The seed that was set."""
            if not hasattr(self, "_seed"):
                raise RuntimeError("initial_seed: no seed was set; call manual_seed first")
            return self._seed

    return Generator


def Generator(device: Any = "cpu") -> Any:
    """A generator of random numbers as PyTorch makes it, then seeds it; NumPy's for all the rest.

    >>> int(Generator().manual_seed(3).integers(10)) in range(10)
    True
    """
    checked_device(device)
    return _generators()(np.random.PCG64())


class Room:
    """A part of PyTorch's namespace, such as `torch.cuda`: what it has here, by name.

    Args:
        name: what PyTorch calls it.
        words: what there is.
        instead: what is used instead of all the rest.
    """

    def __init__(self, name: str, words: dict[str, Any], instead: str) -> None:
        self.__dict__.update(words)
        self.__name__ = name
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"{self.__name__} has no {name!r} here; {self._instead}")

    def __repr__(self) -> str:
        return f"<PyTorch's {self.__name__}: {', '.join(sorted(set(vars(self)) - _OWN))}>"


_OWN = {"__name__", "_instead"}


class TypedTensor:
    """PyTorch's old constructors, `FloatTensor` and its kind: a Tensor of one dtype.

    >>> TypedTensor("LongTensor", np.int64)([1, 2])
    Tensor([1, 2])
    """

    def __init__(self, name: str, dtype: Any) -> None:
        self.__name__ = name
        self.dtype = np.dtype(dtype)

    def __call__(self, *data: Any) -> Tensor:
        """Make a Tensor of data, or of zeros in a shape."""
        if not data:
            return Tensor(np.empty(0, self.dtype))
        if len(data) > 1 or isinstance(data[0], int):
            return Tensor(np.zeros(data, self.dtype))
        raw = data[0]._leaving(self.__name__) if isinstance(data[0], Tensor) else data[0]
        return Tensor(np.asarray(Tensor(raw).data).astype(self.dtype))

    def __repr__(self) -> str:
        return f"<{self.__name__}: a Tensor of {self.dtype}>"


def _nothing(*args: Any, **kwargs: Any) -> None:
    """What concerns other devices, and does nothing where there are none, as in PyTorch."""


class Settings:
    """Switches of other machines' libraries, such as `backends.cudnn`: they may be set.

    >>> Settings(enabled=False).enabled
    False
    """

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def is_available(self) -> bool:
        """Whether this machine has it: no."""
        return False

    is_built = is_available


def _no() -> bool:
    return False


class Autocast:
    """The context in which PyTorch chooses smaller dtypes; here only with `enabled=False`."""

    def __init__(self, device_type: Any = "cpu", dtype: Any = None, enabled: bool = True) -> None:
        checked_device(device_type)
        if enabled:
            raise RuntimeError(
                "autocast: there is no mixed precision here; drop it, pass enabled=False, or "
                "convert the model by .to(np.float16)"
            )

    def __enter__(self) -> None:
        pass

    def __exit__(self, *raised: object) -> None:
        pass


cuda = Room(
    "torch.cuda",
    {
        "is_available": _no,
        "is_initialized": _no,
        "is_bf16_supported": _no,
        "device_count": lambda: 0,
        "empty_cache": _nothing,
        "manual_seed": _nothing,
        "manual_seed_all": _nothing,
    },
    NO_GPU,
)
cpu = Room("torch.cpu", {"is_available": lambda: True, "device_count": lambda: 1}, NO_GPU)
accelerator = Room("torch.accelerator", {"is_available": _no, "device_count": lambda: 0}, NO_GPU)
mps = Room(
    "torch.mps",
    {
        "is_available": _no,
        "device_count": lambda: 0,
        "empty_cache": _nothing,
        "manual_seed": _nothing,
    },
    NO_GPU,
)
xpu = Room(
    "torch.xpu",
    {"is_available": _no, "device_count": lambda: 0, "manual_seed_all": _nothing},
    NO_GPU,
)
backends = Room(
    "torch.backends",
    {
        "cudnn": Settings(enabled=False, benchmark=False, deterministic=False, allow_tf32=False),
        "cuda": Room(
            "torch.backends.cuda", {"matmul": Settings(allow_tf32=False), "is_built": _no}, NO_GPU
        ),
        "mps": Settings(),
        "mkldnn": Settings(enabled=False),
    },
    NO_GPU,
)
amp = Room("torch.amp", {"autocast": Autocast}, "there is no mixed precision here")
