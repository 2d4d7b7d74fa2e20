"""Lines of programs in PyTorch's words, each of which means the same here.

They stand in `lines.txt`. `torch` is PyTorch where their values are generated, and autograd where
they are tested; `x`, `y` and the other names are the Tensors below, in either.
`python -m tests.autograd.words.cases` writes `values.json`, in an environment that has PyTorch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from autograd.words import table

VALUES = Path(__file__).with_name("values.json")

DATA = {
    "x": np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]]),
    "y": np.array([[1.0, 2.5, 0.5], [-0.5, 2.0, 1.25]]),
    "u": np.array([0.25, 0.5, 0.75]),
    "v": np.array([1.0, -2.0, 0.5]),
    "m": np.array([[2.0, 0.5, 0.1], [0.5, 1.5, 0.2], [0.1, 0.2, 1.0]]),
    "b": np.linspace(-1, 1, 24).reshape(2, 3, 4) ** 3,
    "c": np.linspace(-2, 1, 24).reshape(2, 4, 3),
    "s": np.array(3.0),
    "ties": np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]]),
    "i": np.array([[0, 2, 1], [1, 0, 2]]),
    "j": np.array([1, 0]),
    "n": np.array([1, 2, 2, 5]),
    "k": np.array([[True, False, True], [False, True, True]]),
    "z": np.array([1 + 2j, 0.5 - 1j]),
    "g": np.array([0.0, np.nan, 2.0, 1.0]),
    "f": np.array([[0.5, -1.25], [1.5, 0.25]], np.float32),
}

EXPRESSIONS = [
    line
    for line in VALUES.with_name("lines.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def leaves(torch: Any) -> dict[str, Any]:
    """The Tensors of `DATA`, new ones each time; floats require gradients."""
    made = {}
    for name, array in DATA.items():
        made[name] = torch.tensor(array)
        if array.dtype.kind == "f" and name != "g":
            made[name].requires_grad_()
    return made


def plain(result: Any) -> Any:
    """A result as JSON has it."""
    if hasattr(result, "detach"):
        result = result.detach()
        if hasattr(result, "resolve_conj"):
            result = result.resolve_conj().resolve_neg()
        result = result.numpy()
    if isinstance(result, (np.ndarray, np.generic)):
        if result.dtype.kind == "c":
            return [plain(result.real), plain(result.imag)]
        return {"dtype": str(result.dtype), "value": result.tolist()}
    if isinstance(result, (tuple, list)):
        return [plain(each) for each in result]
    return result


def evaluated(torch: Any, expression: str) -> dict[str, Any]:
    """The value of an expression, and the gradients of a sum of what is in it."""
    given = leaves(torch)
    result = eval(expression, {"torch": torch, **given})
    found = {"value": plain(result)}
    parts = [
        each
        for each in (result if isinstance(result, (tuple, list)) else [result])
        if hasattr(each, "requires_grad") and each.requires_grad and not each.is_leaf
    ]
    if parts:
        total = 0.0
        for each in parts:
            weights = np.cos(np.arange(each.numel())).reshape(tuple(each.shape))
            total = total + (each * torch.tensor(weights).to(each.dtype)).sum()
        total.backward()
        found["gradients"] = {
            name: plain(leaf.grad)
            for name, leaf in given.items()
            if leaf.requires_grad and leaf.grad is not None and bool((leaf.grad != 0).any())
        }
    return found


def other_plain(result: Any) -> Any:
    """A result of a call of the other meaning: its numbers alone, or the name of a dtype."""
    if isinstance(result, (tuple, list)):
        return [other_plain(each) for each in result]
    if hasattr(result, "detach"):
        return np.round(np.array(result.detach().tolist(), float), 4).tolist()
    return result if isinstance(result, bool) else str(result).removeprefix("torch.")


class _Torch:
    """PyTorch, which has `grad` in another place."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch

    def __getattr__(self, name: str) -> Any:
        return self.torch.autograd.grad if name == "grad" else getattr(self.torch, name)


def main() -> None:
    """Write the values that PyTorch computes."""
    import warnings

    import torch

    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)
    rows = {}
    for expression in EXPRESSIONS:
        rows[expression] = evaluated(torch, expression)
    torch.set_default_dtype(torch.float32)
    scope = {"autograd": _Torch(torch), **table.other_meaning_data(torch.tensor)}
    for line, theirs in table.OTHER_MEANING.items():
        # Where a call is none of PyTorch's, it is PyTorch's word for what it is taken for.
        meant = {"np.repeat(x, 2, 1)": "x.repeat(2, 1)"}.get(line, line)
        meant = theirs if ".max(0)" in line else meant
        rows[line] = {"value": other_plain(eval(meant, scope))}
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items()]
    VALUES.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
