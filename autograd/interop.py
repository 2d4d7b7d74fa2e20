"""einops on Tensors: `einops.rearrange(t, "b c h w -> b (h w) c")` just works, with gradients.

einops asks each of its backends whether a tensor is theirs. Ours is made when einops is imported,
before or after us, so that `import autograd` needs nothing but NumPy.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd import creation
from autograd.graph.tensor import Tensor
from autograd.ops.matrix import einsum
from autograd.ops.rearrange import tile
from autograd.ops.shapes import concatenate, expand_dims, stack

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_BACKENDS = "einops._backends"


def make_backend(backends: Any) -> type[Any]:
    """The backend that einops asks for Tensors, from its module of backends."""

    class WengertBackend(backends.AbstractBackend):  # type: ignore[misc]  # known at run time
        framework_name = "autograd"

        def is_appropriate_type(self, tensor: Any) -> bool:
            return isinstance(tensor, Tensor)

        def from_numpy(self, x: Any) -> Tensor:
            return Tensor(x)

        def to_numpy(self, x: Tensor) -> Any:
            return x.detach().numpy()

        def arange(self, start: int, stop: int) -> Tensor:
            return creation.arange(start, stop)

        def stack_on_zeroth_dimension(self, tensors: list[Tensor]) -> Any:
            return stack(tensors)

        def tile(self, x: Tensor, repeats: tuple[int, ...]) -> Any:
            return tile(x, repeats)

        def concat(self, tensors: list[Tensor], axis: int) -> Any:
            return concatenate(tensors, axis)

        def add_axis(self, x: Tensor, new_position: int) -> Any:
            return expand_dims(x, new_position)

        def is_float_type(self, x: Tensor) -> bool:
            return x.dtype.kind in "fc"

        def einsum(self, pattern: str, *x: Tensor) -> Any:
            return einsum(pattern, *x)

    return WengertBackend


class _Waiting:
    """Adds our backend to the module of einops that has the others, right after its import.

    A finder on `sys.meta_path`. It does not derive from `importlib.abc.MetaPathFinder`, whose
    import costs as much as ten of our files.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _BACKENDS:
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                module.WengertBackend = make_backend(module)  # found among the subclasses

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def wait_for_einops() -> None:
    """Make the backend now where einops is imported already, else when it will be."""
    loaded: Any = sys.modules.get(_BACKENDS)
    if loaded is None:
        sys.meta_path.insert(0, _Waiting())
    else:
        loaded.WengertBackend = make_backend(loaded)
