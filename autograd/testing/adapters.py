"""Functions of PyTorch and JAX as subjects: the same properties, asked of other engines.

    from autograd.testing.adapters import from_torch

    assert_gradients(from_torch(my_function), arrays((2, 3)))

Neither framework is needed by anything else here; where one is absent, its adapter raises an
ImportError that says so.
"""

from __future__ import annotations

import copy
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from autograd.testing.arguments import Arguments, name_of
from autograd.testing.rounding import Rounding, current_rounding
from autograd.testing.subjects import (
    ACCUMULATE,
    AGAIN,
    DERIVE,
    DTYPES,
    LAYOUT,
    PUSH,
    SINGLE,
    Array,
    Gradients,
    NotChecked,
    NumpyRun,
    Precision,
    Subject,
)


def from_torch(function: Callable[..., Any]) -> Subject:
    """A function of PyTorch tensors, for `check_grads` and `assert_gradients`.

    Args:
        function: takes tensors, returns a tensor or a tuple of them.

    Raises:
        ImportError: if PyTorch is not installed.
    """
    return _Torch(function, _framework("torch", "PyTorch"))


def from_jax(function: Callable[..., Any]) -> Subject:
    """A function of JAX arrays, for `check_grads` and `assert_gradients`.

    It runs in double precision, without changing JAX's own setting.

    Args:
        function: takes arrays, returns an array or a tuple of them.

    Raises:
        ImportError: if JAX is not installed.
    """
    return _Jax(function, _framework("jax", "JAX"))


def _framework(module: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"functions of {name} need the package {module!r}: {error}") from error


def _listed(out: Any) -> list[Any]:
    return list(out) if isinstance(out, (tuple, list)) else [out]


class _Torch(Subject):
    """PyTorch: `torch.autograd.grad`, forward mode by dual numbers, `.grad` by `backward`."""

    wrapper = "from_torch"
    abilities = frozenset({PUSH, DERIVE, AGAIN, SINGLE, DTYPES, ACCUMULATE, LAYOUT})

    def __init__(self, function: Callable[..., Any], torch: Any) -> None:
        self.function = function
        self.torch = torch
        self.name = name_of(function)

    def bound(self, arguments: Arguments) -> Subject:
        """This function with its other arguments in place; a module with its parameters by name."""
        if isinstance(self.function, self.torch.nn.Module):
            return _TorchModule(self.function, self.torch, arguments)
        return _Torch(arguments.bind(self.function), self.torch)

    def taken(self, argument: Any) -> tuple[Array, Callable[[Any], Any]] | None:
        """The numbers of a tensor; of a sparse one its values, where they stand is not moved."""
        torch = self.torch
        if not isinstance(argument, torch.Tensor):
            return None
        if argument.layout is torch.strided:
            return self._array(argument), lambda tensor: tensor
        size, options = tuple(argument.shape), {"check_invariants": False}
        if argument.layout is torch.sparse_csr:
            rows, columns = argument.crow_indices(), argument.col_indices()
            return self._array(argument.values()), lambda values: torch.sparse_csr_tensor(
                rows, columns, values, size, **options
            )
        if argument.layout is torch.sparse_coo:
            places = argument.coalesce().indices()
            return self._array(
                argument.coalesce().values()
            ), lambda values: torch.sparse_coo_tensor(
                places, values, size, is_coalesced=True, **options
            )
        return None

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs, nothing recorded."""
        with self.torch.no_grad():
            return self._arrays(self._call([self._tensor(x) for x in inputs]))

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> NumpyRun:
        """Record a call on leaves over the memory of the inputs."""
        leaves = self._leaves(inputs, wanted)
        with _asking("way with inputs that do not lie one after the other"):
            outputs = self._call(leaves)

        def pull(cotangents: Sequence[Array | None]) -> Gradients:
            roots, seeds = self._roots(outputs, cotangents)
            found: Sequence[Any] = [None] * len(wanted)
            if roots and wanted:
                targets = [leaves[p] for p in wanted]
                found = self.torch.autograd.grad(
                    roots, targets, seeds, retain_graph=True, allow_unused=True
                )
            return self._gradients(found, leaves, wanted)

        return NumpyRun(self._arrays(outputs), pull)

    def push(
        self, inputs: Sequence[Array], tangents: Sequence[Array | None], active: Sequence[int]
    ) -> list[Array]:
        """The tangents of the active outputs."""
        forward = self.torch.autograd.forward_ad
        with forward.dual_level(), _asking("forward mode"):
            duals = [
                x if v is None else forward.make_dual(x, self._tensor(v))
                for x, v in zip(map(self._tensor, inputs), tangents, strict=True)
            ]
            outputs = self._call(duals)
            pushed = [forward.unpack_dual(outputs[i]) for i in active]
            self._must_have(pushed, inputs, tangents, active)
            return self._arrays([p.primal * 0 if p.tangent is None else p.tangent for p in pushed])

    def _must_have(
        self,
        pushed: Sequence[Any],
        inputs: Sequence[Array],
        tangents: Sequence[Array | None],
        active: Sequence[int],
    ) -> None:
        """PyTorch drops a tangent without a word where an operation has no forward mode."""
        if all(each.tangent is not None for each in pushed):
            return
        moved = [position for position, v in enumerate(tangents) if v is not None]
        recorded = self._call(self._leaves(inputs, moved))
        for i, each in zip(active, pushed, strict=True):
            if each.tangent is None and recorded[i].requires_grad:
                raise NotChecked("it has no forward mode")

    def accumulated(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> tuple[list[Array], list[Gradients]]:
        """`.grad` after one and two passes through two calls."""
        leaves = self._leaves(inputs, wanted)
        twice = [self._roots(self._call(leaves), cotangents) for _ in range(2)]
        roots = [root for some, _ in twice for root in some]
        seeds = [seed for _, some in twice for seed in some]
        found = []
        for retain in (True, False):
            if roots:
                self.torch.autograd.backward(roots, seeds, retain_graph=retain)
            grads = [leaves[p].grad for p in wanted]
            kept = [None if g is None else g.clone() for g in grads]
            found.append(self._gradients(kept, leaves, wanted))
        return self._arrays(leaves), found

    def derivative(
        self, count: int, wanted: Sequence[int], active: Sequence[int], weights: Sequence[Array]
    ) -> Subject:
        """The vjp as a function of inputs and cotangents, by `create_graph`."""

        def first_order(*tensors: Any) -> Any:
            with self.torch.enable_grad():
                leaves = [t if t.requires_grad else t.detach() for t in tensors[:count]]
                for position in wanted:
                    leaves[position].requires_grad_()
                outputs = self._call(leaves)
                pairs = [
                    (outputs[i], g)
                    for i, g in zip(active, tensors[count:], strict=True)
                    if outputs[i].requires_grad
                ]
                total = self.torch.zeros((), dtype=self.torch.float64)
                if pairs:
                    with _asking("second derivatives"):
                        found = self.torch.autograd.grad(
                            [root for root, _ in pairs],
                            [leaves[p] for p in wanted],
                            [g for _, g in pairs],
                            create_graph=True,
                            allow_unused=True,
                        )
                    known = [each for each in found if each is not None]
                    # What `once_differentiable` returns leads to a node that only raises.
                    ends = any(type(each.grad_fn).__name__ == "Error" for each in known)
                    asked = known and any(g.requires_grad for _, g in pairs)
                    if ends or (asked and not any(each.requires_grad for each in known)):
                        raise NotChecked("its gradient cannot be differentiated again")
                    for gradient, weight in zip(found, weights, strict=True):
                        if gradient is not None:
                            total = total + (gradient * self._tensor(weight)).sum()
            return total

        first_order.__name__ = f"the gradient of {self.name}"
        return _Torch(first_order, self.torch)

    def precisions(self) -> Sequence[Precision]:
        """Half precision, both of them."""
        found = []
        for dtype in (self.torch.float16, self.torch.bfloat16):
            facts, half = self.torch.finfo(dtype), _HalfTorch(self.function, self.torch, dtype)
            name, largest = str(dtype).partition(".")[2], float(facts.max) / 1e3
            found.append(Precision(name, float(facts.eps), largest, half, half.narrow))
        return found

    def rounded(
        self, inputs: Sequence[Array], wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> Gradients:
        """The gradients, every result of PyTorch's kernels moved."""
        with self._moving():
            return super().rounded(inputs, wanted, cotangents)

    def _moving(self) -> AbstractContextManager[Any]:
        """Under random rounding, a mode that moves what PyTorch's kernels return."""
        current = current_rounding()
        if current is None:
            return nullcontext()
        rounding: Rounding = current
        torch, tree = self.torch, importlib.import_module("torch.utils._pytree")
        dispatch = importlib.import_module("torch.utils._python_dispatch")

        class Moving(dispatch.TorchDispatchMode):  # type: ignore[misc, name-defined]
            def __torch_dispatch__(
                self, func: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                out = func(*args, **(kwargs or {}))
                if func.is_view or func._schema.is_mutable:
                    return out
                given = [
                    each.detach().numpy()
                    for each in tree.tree_leaves((args, kwargs))
                    if isinstance(each, torch.Tensor)
                ]

                def moved(each: Any) -> Any:
                    if not isinstance(each, torch.Tensor) or not each.dtype.is_floating_point:
                        return each
                    array = each.detach().numpy()
                    found = rounding.compute(lambda values: array, given, sums=False)
                    return torch.from_numpy(np.array(found))

                return tree.tree_map(moved, out)

        return Moving()

    def _call(self, tensors: Sequence[Any]) -> list[Any]:
        with self._moving(), self._in_its_precision(tensors):
            outputs = _listed(self.function(*tensors))
        for position, out in enumerate(outputs):
            if not isinstance(out, self.torch.Tensor):
                raise TypeError(
                    f"{self.name}: output {position} is {type(out).__name__}; expected a tensor"
                )
        return outputs

    @contextmanager
    def _in_its_precision(self, tensors: Sequence[Any]) -> Iterator[None]:
        """That a function holds numbers in double precision, or has no kernel, is no fault."""
        try:
            yield
        except (RuntimeError, NotImplementedError) as error:
            narrow = [t.dtype for t in tensors if t.is_floating_point() and t.itemsize < 8]
            if not narrow or _OF_DTYPE.search(str(error)) is None:
                raise
            raise NotChecked(f"it does not take {str(narrow[0]).partition('.')[2]}") from error

    def _tensor(self, x: Array) -> Any:
        """The same memory where PyTorch can have it; its tensors never run backwards."""
        x = np.asarray(x)
        if any(step < 0 for step in x.strides):
            x = x.copy()
        if x.flags.writeable:
            return self.torch.from_numpy(x)
        # What is spread by strides of zero is so there, too: `expand`, as the gradient of a sum is.
        once: tuple[Any, ...] = (*(slice(0, 1) if s == 0 else slice(None) for s in x.strides), ...)
        return self.torch.from_numpy(np.array(x[once], order="A")).expand(x.shape)

    def _leaves(self, inputs: Sequence[Array], wanted: Sequence[int]) -> list[Any]:
        return [
            self._tensor(x).requires_grad_(position in wanted) for position, x in enumerate(inputs)
        ]

    def _roots(
        self, outputs: Sequence[Any], cotangents: Sequence[Array | None]
    ) -> tuple[list[Any], list[Any]]:
        pairs = [
            (out, self._tensor(g))
            for out, g in zip(outputs, cotangents, strict=True)
            if g is not None and out.requires_grad
        ]
        return [out for out, _ in pairs], [g for _, g in pairs]

    def _gradients(
        self, found: Sequence[Any], leaves: Sequence[Any], wanted: Sequence[int]
    ) -> Gradients:
        gradients: Gradients = [None] * len(leaves)
        for position, gradient in zip(wanted, found, strict=True):
            leaf = leaves[position].detach()
            gradients[position] = self._array(0 * leaf if gradient is None else gradient)
        return gradients

    def _arrays(self, tensors: Sequence[Any]) -> list[Array]:
        return [self._array(t) for t in tensors]

    def _array(self, tensor: Any) -> Array:
        return np.asarray(tensor.detach().resolve_conj().numpy())


class _HalfTorch(_Torch):
    """The same function of tensors in half precision; the arrays outside are float64."""

    def __init__(self, function: Callable[..., Any], torch: Any, dtype: Any) -> None:
        super().__init__(function, torch)
        self.dtype = dtype

    def narrow(self, x: Array) -> Array:
        """What the precision makes of an array."""
        return self._array(self._tensor(x))

    def _tensor(self, x: Array) -> Any:
        tensor = super()._tensor(x)
        return tensor.to(self.dtype) if tensor.is_floating_point() else tensor

    def _array(self, tensor: Any) -> Array:
        return super()._array(tensor.double() if tensor.is_floating_point() else tensor)


class _TorchModule(_Torch):
    """A module in double precision, its parameters among the inputs.

    Every call sees the same buffers and the same random numbers.
    """

    def __init__(self, module: Any, torch: Any, arguments: Arguments) -> None:
        super().__init__(self._called, torch)
        self.module = copy.deepcopy(module).double()
        self.arguments = arguments
        self.count = len(arguments.arrays)
        self.name = type(module).__name__
        self.parameters = [
            (name, self._array(each)) for name, each in self.module.named_parameters()
        ]

    def precisions(self) -> Sequence[Precision]:
        """None: which layers of a module stay in single is the user's choice."""
        return ()

    def _called(self, *tensors: Any) -> Any:
        names = [name for name, _ in self.parameters]
        new = dict(zip(names, tensors[self.count :], strict=True))
        dtype = next(t.dtype for t in tensors if t.is_floating_point())
        new |= {
            name: each.to(dtype) if each.is_floating_point() else each.clone()
            for name, each in self.module.named_buffers()
        }
        given = [
            self._tensor(each) if isinstance(each, np.ndarray) else each
            for each in self.arguments.fill(tensors[: self.count])
        ]
        with self.torch.random.fork_rng(devices=[]):
            self.torch.manual_seed(0)
            return self.torch.func.functional_call(self.module, new, tuple(given))


# What PyTorch says where tensors of two precisions meet, or a kernel is missing.
_OF_DTYPE = re.compile(r"same dtype|scalar type|not implemented for|dtype .* does not match")
# What PyTorch and JAX say where a function has no forward mode, or cannot be differentiated twice.
_UNABLE = re.compile(
    r"forward mode|forward-mode|forward AD|\bjvp\b|once_differentiable|differentiate twice|"
    r"derivative for .* is not implemented|double backward|"
    r"view size is not compatible|contiguous",
    re.IGNORECASE,
)


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """What a function has not been given is no fault of its gradient."""
    try:
        yield
    except (RuntimeError, NotImplementedError, TypeError) as error:
        if _UNABLE.search(str(error)) is None:
            raise
        raise NotChecked(f"it has no {what}") from error


class _Jax(Subject):
    """JAX: `jax.vjp` and `jax.jvp`, in double precision."""

    wrapper = "from_jax"
    abilities = frozenset({PUSH, DERIVE, AGAIN, SINGLE, DTYPES})

    def __init__(self, function: Callable[..., Any], jax: Any) -> None:
        self.function = function
        self.jax = jax
        self.name = name_of(function)

    def bound(self, arguments: Arguments) -> Subject:
        """This function with its other arguments in place."""
        return _Jax(arguments.bind(self.function), self.jax)

    def value(self, inputs: Sequence[Array]) -> list[Array]:
        """The outputs."""
        with self._wide():
            return self._arrays(self._call(*map(self.jax.numpy.asarray, inputs)))

    def run(self, inputs: Sequence[Array], wanted: Sequence[int]) -> NumpyRun:
        """Trace a call."""
        with self._wide():
            function, moving = self._of(wanted, inputs)
            outputs, back = self.jax.vjp(function, *moving)

        def pull(cotangents: Sequence[Array | None]) -> Gradients:
            with self._wide():
                found = back(tuple(map(self._seed, outputs, cotangents)))
            gradients: Gradients = [None] * len(inputs)
            for position, gradient in zip(wanted, found, strict=True):
                gradients[position] = self._array(gradient)
            return gradients

        return NumpyRun(self._arrays(outputs), pull)

    def push(
        self, inputs: Sequence[Array], tangents: Sequence[Array | None], active: Sequence[int]
    ) -> list[Array]:
        """The tangents of the active outputs."""
        moved = [position for position, v in enumerate(tangents) if v is not None]
        with self._wide(), _asking("forward mode"):
            function, moving = self._of(moved, inputs)
            directions = tuple(self.jax.numpy.asarray(tangents[p]) for p in moved)
            _, pushed = self.jax.jvp(function, moving, directions)
            return [self._array(pushed[i]) for i in active]

    def derivative(
        self, count: int, wanted: Sequence[int], active: Sequence[int], weights: Sequence[Array]
    ) -> Subject:
        """The vjp as a function of inputs and cotangents."""

        def first_order(*arrays: Any) -> Any:
            function, moving = self._of(wanted, arrays[:count])
            outputs, back = self.jax.vjp(function, *moving)
            given = dict(zip(active, arrays[count:], strict=True))
            found = back(tuple(self._seed(out, given.get(i)) for i, out in enumerate(outputs)))
            return sum((g * w).sum() for g, w in zip(found, weights, strict=True))

        first_order.__name__ = f"the gradient of {self.name}"
        return _Jax(first_order, self.jax)

    def _call(self, *arrays: Any) -> tuple[Any, ...]:
        return tuple(_listed(self.function(*arrays)))

    def _of(self, wanted: Sequence[int], inputs: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
        """The function of the wanted inputs alone, and what they are."""
        arrays = [self.jax.numpy.asarray(x) for x in inputs]

        def function(*moving: Any) -> tuple[Any, ...]:
            filled = list(arrays)
            for position, x in zip(wanted, moving, strict=True):
                filled[position] = x
            return self._call(*filled)

        return function, tuple(arrays[position] for position in wanted)

    def _seed(self, out: Any, cotangent: Any) -> Any:
        """A cotangent; zeros where there is none, of the type that JAX asks of integer outputs."""
        if self.jax.numpy.issubdtype(out.dtype, self.jax.numpy.inexact):
            zeros = self.jax.numpy.zeros_like(out)
            return zeros if cotangent is None else self.jax.numpy.asarray(cotangent, out.dtype)
        return np.zeros(out.shape, self.jax.dtypes.float0)

    def _arrays(self, outputs: Sequence[Any]) -> list[Array]:
        return [self._array(out) for out in outputs]

    def _array(self, out: Any) -> Array:
        return np.array(out)

    def _wide(self) -> Any:
        """Double precision inside, where this version of JAX can switch it for a while."""
        module = self.jax if hasattr(self.jax, "enable_x64") else self.jax.experimental
        return module.enable_x64(True)
