"""A function with its arguments, ready to become a case, and code that calls it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.testing.adapters import from_torch
from autograd.testing.arguments import Arguments
from autograd.testing.case import Case
from autograd.testing.expressions import Written
from autograd.testing.limits import limits_of
from autograd.testing.modules import ModuleFunction, is_module
from autograd.testing.paste import code_of
from autograd.testing.report import array_names, pasted
from autograd.testing.subjects import Layer, NumpyFunction, Subject, is_layer
from autograd.testing.tensors import TensorFunction


class Call:
    """A function with its arguments, ready to become a case.

    Args:
        target: a function of Tensors, a NumPy function with `vjp` or `gradient`, a layer, or a
            subject.
        positional: its arguments.
        options: of `assert_gradients`, by name.

    Raises:
        TypeError: for a target that cannot be called, and where nothing can be differentiated.
    """

    def __init__(self, target: Any, positional: Sequence[Any], options: Mapping[str, Any]) -> None:
        if is_module(target) and _is_of_pytorch(target):
            target = from_torch(target)
        self.target = target
        self.options = options
        layer = is_layer(target)
        called = target.forward if layer else getattr(target, "function", target)
        if not callable(called):
            raise TypeError(
                f"expected a function, or a layer with forward and backward, got "
                f"{type(target).__name__}"
            )
        more = {"taken": target.taken} if isinstance(target, Subject) else {}
        self.arguments = Arguments(positional, called, **more)
        self.subject = self._subject(layer)
        self.arrays = list(self.arguments.arrays)
        self.names = list(self.arguments.names)
        self.arrays += [array.copy() for _, array in self.subject.parameters]
        self.names += [name for name, _ in self.subject.parameters]
        if not self.arrays:
            raise TypeError(
                f"{self.name}: nothing to differentiate: the arguments are "
                f"{self.arguments.describe()}. Integers have no gradients; pass floating numbers, "
                "such as np.array([1.0, 2.0]) or x.astype(float)"
            )

    def _subject(self, layer: bool) -> Subject:
        target, arguments = self.target, self.arguments
        vjp, gradient = self.options.get("vjp"), self.options.get("gradient")
        if isinstance(target, Subject):
            return target.bound(arguments)
        if layer:
            return Layer(target, arguments)
        if is_module(target):
            return ModuleFunction(target, arguments)
        if vjp is not None or gradient is not None:
            return NumpyFunction(
                arguments.bind(target),
                None if vjp is None else arguments.matching(arguments.bind(vjp, leading=1)),
                None if gradient is None else arguments.matching(arguments.bind(gradient)),
            )
        return TensorFunction(arguments.bind(target))

    @property
    def name(self) -> str:
        """What reports call the function."""
        return self.subject.name

    def case(self) -> Case:
        """The function at these arguments.

        Raises:
            Exception: whatever the function raises there, with a note that says where that was.
        """
        options = self.options
        try:
            return Case(
                self.subject,
                self.arrays,
                cotangents=self._cotangents(),
                seed=options.get("seed") or 0,
                differentiate=self._positions(),
                elementwise=options.get("elementwise", False),
                batch=self._batch(),
                names=self.names,
                keeps_float32=self._keeps_float32(),
                limits=limits_of(options),
            )
        except Exception as error:
            error.add_note(f"while calling {self.name} here:\n{self.code(None, '')}")
            raise

    def _cotangents(self) -> Sequence[Any] | None:
        given = self.options.get("cotangents")
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError(
                f"cotangents: expected a list with one array per output, got {type(given).__name__}"
            )
        return given

    def _positions(self) -> list[int] | None:
        """Which arrays to differentiate, from their names or numbers."""
        wanted = self.options.get("differentiate")
        if wanted is None:
            return None
        listed = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
        positions = []
        for each in listed:
            known = self.names if isinstance(each, str) else range(len(self.names))
            if each not in known:
                raise ValueError(
                    f"differentiate: {each!r} is none of the floating inputs of {self.name}: "
                    f"{', '.join(self.names)}"
                )
            positions.append(self.names.index(each) if isinstance(each, str) else each)
        return positions

    def _keeps_float32(self) -> bool:
        """What was said; else an operation does, and a function may hold any constants it likes."""
        given = self.options.get("keeps_float32")
        return hasattr(self.target, "op") if given is None else bool(given)

    def _batch(self) -> list[bool] | None:
        given = self.options.get("batch")
        if given is None or given is False:
            return None
        batch = [True] * len(self.arrays) if given is True else [bool(each) for each in given]
        if len(batch) != len(self.arrays):
            raise ValueError(
                f"batch: {len(batch)} entries for the {len(self.arrays)} inputs "
                f"{', '.join(self.names)}; give one for each, or True for all"
            )
        return batch

    def bind(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Another function of the same arguments, as one of the arrays alone."""
        return self.arguments.bind(function)

    def code(self, case: Case | None, broken: str) -> str:
        """Python that checks the same again."""
        count = len(self.arguments.arrays)
        names = array_names(self.arguments.names)
        written = Written()
        target = self._written_target(written)
        options = {
            name: _code_of_option(name, self.options[name], written)
            for name in _REPEATED
            if self.options.get(name) is not None and not _says_nothing(self.options[name])
        }
        if broken:
            options["properties"] = repr(broken)
        return pasted(
            target,
            [code_of(each) for each in self.arguments.written([_Name(name) for name in names])],
            names,
            self.arrays[:count] if case is None else case.inputs[:count],
            None if case is None else case.cotangents,
            options,
            written.lines,
        )

    def _written_target(self, written: Written) -> str:
        subject = self.subject
        if isinstance(subject, Layer):
            return written.expression(self.target, "layer")
        if isinstance(subject, ModuleFunction):
            return written.expression(self.target, "module")
        function = getattr(self.target, "function", self.target)
        name = subject.name if subject.name.isidentifier() else "f"
        expression = written.expression(function, name)
        return f"adapters.{subject.wrapper}({expression})" if subject.wrapper else expression


def _says_nothing(option: Any) -> bool:
    return option is False or (isinstance(option, (int, tuple, list, dict)) and not option)


def _is_of_pytorch(target: Any) -> bool:
    return any(kind.__module__.startswith("torch.") for kind in type(target).__mro__)


_REPEATED = (
    "vjp", "gradient", "elementwise", "batch", "differentiate", "seed", "keeps_float32", "kinks",
    "domain", "order", "convention", "nondeterministic",
)  # fmt: skip


def _code_of_option(name: str, value: Any, written: Written) -> str:
    return written.expression(value, name) if callable(value) else code_of(value)


class _Name:
    """A variable in code to paste."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name
