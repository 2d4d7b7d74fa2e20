"""The record of an operation: everything known of it, in one place.

An operation is a documented NumPy function with its derivative rules right below it. Everything
else (Tensor method, NumPy dispatch, forward mode, broadcasting, tests, drawing, tables) follows
from the record made here; how a call is bound is in `signature.py`, what its rules read in
`rules.py`, how it is carried out in `call.py`.

    @op("elementwise", symbol="×", numpy=np.multiply, methods=("__mul__",))
    def mul(x, y):
        '''Product, element by element.'''
        return x * y

    mul.vjp(x=lambda g, y: g * y,
            y=lambda g, x: g * x)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.operation.precision import in_single
from autograd.operation.rules import Rules
from autograd.samples import ErrorSample, Sample, as_error, as_sample

records: dict[str, Op] = {}  # every registered operation by name, in order of definition
_COMPLEX = (complex, np.complexfloating)
families: list[str] = []  # packages whose operations are registered when first asked for


def complete_records() -> None:
    """Load the families of operations that nobody has asked for yet."""
    for family in families:
        import_module(family)


class Op(Rules):
    """Everything known of one operation.

    The options are those of the decorator `op`, which documents them.

    Attributes:
        ours: whether it belongs to the library; of others' operations less is taken for granted.
        function: the public function that the decorator made.
    """

    def __init__(self, body: Callable[..., Any], kind: str, **options: Any) -> None:
        super().__init__(body, kind, **options)
        if self.accumulates:
            self.body = in_single(body)
        if self.real_only:
            self.body = _refusing_complex(self.name, self.body)
        # How it runs over a hidden leading axis: see `mapping/families.py`; None is one by one.
        self.batching: Any = 0 if self.vmap is None and kind == "elementwise" else self.vmap
        if not isinstance(self.numpy, tuple):
            self.numpy = () if self.numpy is None else (self.numpy,)
        self.samples: list[Sample] = [as_sample(self.name, each) for each in self.samples]
        self.errors: list[ErrorSample] = [as_error(self.name, each) for each in self.errors]
        self.module = body.__module__
        self.ours = self.module.partition(".")[0] in ("autograd", "nn")
        # The result of a call is new memory with a derivative, as it comes.
        self.usual = self.ours and not self.view and kind != "constant"
        if self.pytorch == "":
            self.pytorch = _same_word(self.module) + self.name
        self.function: Callable[..., Any] = body

    @property
    def method_names(self) -> list[str]:
        """All the names under which it is a method of Tensor."""
        return [*self.methods, *filter(None, (self.reflected, self.inplace))]

    def call_body(self, values: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """The NumPy function itself, on raw arrays, without residuals."""
        out = self.bound(self.body, values, keywords)
        return out[0] if self.residuals else out

    def __repr__(self) -> str:
        return f"<op {self.name}: {self.kind}>"


def _refusing_complex(name: str, body: Callable[..., Any]) -> Callable[..., Any]:
    """The body of a function that compares numbers, or takes their sizes."""

    @wraps(body)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for each in args:
            kind = each.dtype.type if type(each) is ndarray else type(each)
            if issubclass(kind, _COMPLEX):
                raise TypeError(
                    f"{name}: expected real numbers, got {getattr(each, 'dtype', kind.__name__)}; "
                    "complex ones have no order"
                )
        return body(*args, **kwargs)

    return checked


def _same_word(module: str) -> str:
    """Where PyTorch keeps what has the same name as ours."""
    return next((f"{each}." for each in ("linalg", "fft") if f".{each}." in module), "")
