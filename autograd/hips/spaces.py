"""Vector spaces of values: what cotangents of a number, an array or a tree of them look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from autograd.derivatives.trees import flatten, matched
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor
from autograd.ops.elementwise import conj, real
from autograd.ops.reductions import sum

__all__ = ["VSpace", "vspace"]


class VSpace:
    """The space that a value lives in; a class of one's own derives from it and registers.

    A class for values of another kind defines `zeros`, and where they are used `ones`, `randn`,
    `standard_basis`, `_add`, `_scalar_mul`, `_inner_prod` and `_covector`.
    """

    mappings: ClassVar[dict[type, Callable[[Any], VSpace]]] = {}
    iscomplex = False

    def __init__(self, value: Any) -> None:
        pass

    @classmethod
    def register(
        cls, value_type: type, vspace_maker: Callable[[Any], VSpace] | None = None
    ) -> None:
        """Make this the space of values of a type."""
        VSpace.mappings[value_type] = vspace_maker or cls

    def zeros(self) -> Any:
        """The origin."""
        raise NotImplementedError(f"{type(self).__name__} has no zeros")

    def add(self, x: Any, y: Any) -> Any:
        """The sum of two vectors."""
        return self._add(x, y)

    def mut_add(self, x: Any, y: Any) -> Any:
        """The sum, where `x` may be None for nothing yet; neither is changed."""
        return y if x is None else self._add(x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        """A multiple of a vector."""
        return self._scalar_mul(x, a)

    def inner_prod(self, x: Any, y: Any) -> Any:
        """The inner product, a real number."""
        return self._inner_prod(x, y)

    def covector(self, x: Any) -> Any:
        """The cotangent that takes the inner product with `x`."""
        return self._covector(x)

    def _add(self, x: Any, y: Any) -> Any:
        return x + y

    def _scalar_mul(self, x: Any, a: Any) -> Any:
        return x * a

    def _inner_prod(self, x: Any, y: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no inner product")

    def _covector(self, x: Any) -> Any:
        return x

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}_{vars(self)}"


class ArrayVSpace(VSpace):
    """Arrays of one shape and dtype, and numbers.

    >>> vspace(np.zeros((2, 1))).size
    2
    """

    def __init__(self, value: Any) -> None:
        array = np.asarray(value)
        self.shape = array.shape
        self.dtype = array.dtype

    @property
    def size(self) -> int:
        """The number of real coordinates."""
        return int(np.prod(self.shape))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def zeros(self) -> Any:
        """An array of zeros."""
        return np.zeros(self.shape, self.dtype)

    def ones(self) -> Any:
        """The sum of the standard basis."""
        return np.ones(self.shape, self.dtype)

    def standard_basis(self) -> Iterator[Any]:
        """Unit vectors, in row-major order."""
        for index in np.ndindex(*self.shape):
            for unit in self._units():
                vector = np.zeros(self.shape, self.dtype)
                vector[index] = unit
                yield vector

    def randn(self) -> Any:
        """A random vector, from NumPy's global generator, which their programs seed."""
        return np.array(self._normal()).astype(self.dtype)

    def _units(self) -> tuple[complex, ...]:
        return (1.0,)

    def _normal(self) -> Any:
        return np.random.standard_normal(self.shape)  # noqa: NPY002

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return sum(x * y)


class ComplexArrayVSpace(ArrayVSpace):
    """Complex arrays, with two real coordinates for each element."""

    iscomplex = True

    @property
    def size(self) -> int:
        """The number of real coordinates."""
        return 2 * super().size

    def ones(self) -> Any:
        """The sum of the standard basis."""
        return np.full(self.shape, 1 + 1j, self.dtype)

    def _units(self) -> tuple[complex, ...]:
        return (1.0, 1.0j)

    def _normal(self) -> Any:
        return super()._normal() + 1j * super()._normal()

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return real(sum(conj(x) * y))

    def _covector(self, x: Any) -> Any:
        return conj(x)


class ContainerVSpace(VSpace):
    """Tuples, lists and dicts of other spaces."""

    def __init__(self, value: Any) -> None:
        leaves, rebuild = flatten(value)
        self.shape = rebuild([vspace(leaf) for leaf in leaves])

    def _spaces(self) -> list[Any]:
        return flatten(self.shape)[0]

    def _map(self, function: Callable[..., Any], *vectors: Any) -> Any:
        spaces, rebuild = flatten(self.shape)
        leaves = [matched(self.shape, each) for each in vectors]
        return rebuild([function(*each) for each in zip(spaces, *leaves, strict=True)])

    @property
    def size(self) -> int:
        """The number of real coordinates."""
        return int(np.sum([space.size for space in self._spaces()], dtype=int))

    def zeros(self) -> Any:
        """The same structure of zeros."""
        return self._map(lambda space: space.zeros())

    def ones(self) -> Any:
        """The same structure of ones."""
        return self._map(lambda space: space.ones())

    def randn(self) -> Any:
        """The same structure of random vectors."""
        return self._map(lambda space: space.randn())

    def standard_basis(self) -> Iterator[Any]:
        """One coordinate after the other."""
        spaces, rebuild = flatten(self.shape)
        for position, space in enumerate(spaces):
            for unit in space.standard_basis():
                vectors = [each.zeros() for each in spaces]
                vectors[position] = unit
                yield rebuild(vectors)

    def _add(self, x: Any, y: Any) -> Any:
        return self._map(lambda space, a, b: space._add(a, b), x, y)

    def _scalar_mul(self, x: Any, a: Any) -> Any:
        return self._map(lambda space, each: space._scalar_mul(each, a), x)

    def _inner_prod(self, x: Any, y: Any) -> Any:
        spaces = self._spaces()
        pairs = zip(spaces, matched(self.shape, x), matched(self.shape, y), strict=True)
        total: Any = 0.0
        for space, a, b in pairs:
            total = total + space._inner_prod(a, b)
        return total

    def _covector(self, x: Any) -> Any:
        return self._map(lambda space, each: space._covector(each), x)


def vspace(value_: Any) -> Any:
    """The space that a value lives in.

    Raises:
        TypeError: for what is no number, array, tree of them, or of a registered type.

    >>> vspace({"a": 1.0, "b": [np.zeros(3)]}).size
    4
    """
    raw = getattr(value_, "_value", value_)  # of a Tensor or a box
    maker = VSpace.mappings.get(type(raw))
    if maker is not None:
        return maker(raw)
    if isinstance(raw, (tuple, list, dict)):
        return ContainerVSpace(raw)
    if isinstance(raw, (np.ndarray, np.inexact, float, complex)):
        array = np.asarray(raw)
        if array.dtype.kind in "biufc":
            return ComplexArrayVSpace(array) if array.dtype.kind == "c" else ArrayVSpace(array)
    raise TypeError(
        f"vspace: expected floating or complex numbers, arrays or trees of them, got "
        f"{describe(value_) if isinstance(value_, Tensor) else type(value_).__name__}"
    )
